"""AdaGrad, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes
from .sgd import DECAY, L2

RULE = Rule(
    "adagrad",
    settings=dict(lr=0.1, lr_decay=0.0, weight_decay=0.0, eps=1e-10),
    unusual=dict(lr_decay=0.3),
    returns=("p", "total"),
    state=lambda settings: (0.0,),
    counts=True,
)
REFERENCE = source("optim/adagrad.py", "adagrad")
SUM, RATE = "total = total + g * g", "lr / (1 + (t - 1) * lr_decay)"
STEP = r"\theta_t = \theta_{t-1} - \gamma_t\,g_t/(\sqrt{G_t}+\epsilon)"
COUPLED = (
    Bug("decay-ignored", "weight_decay has no effect.", L2, (("if weight_decay:", "if False:"),)),
    Bug("decoupled-decay", "The parameter itself is shrunk, as in AdamW; here the decay was to be an L2 term.", L2,
        ((DECAY, "p = p - lr * weight_decay * p"),), convention=True),
    Bug("decay-sign", "The decay has the wrong sign and drives weights away from zero.", L2,
        ((DECAY, "g = g - weight_decay * p"),)),
)  # fmt: skip
BUGS = (
    Bug("no-root", "It is divided by the sum itself, not by its root.", STEP, (("sqrt(total)", "total"),)),
    Bug("eps-inside-root", "ε stands under the root, where it acts like its root: 1e-5 in the place of 1e-10.", STEP,
        (("(sqrt(total) + eps)", "sqrt(total + eps)"),)),
    Bug("eps-missing", "ε is left out: a parameter whose gradient is zero so far becomes NaN.", STEP,
        (("(sqrt(total) + eps)", "sqrt(total)"),)),
    Bug("mean-for-sum", "The accumulator is the mean of the squares, not their sum: the steps no longer shrink.",
        "G_t = G_{t-1} + g_t^2", ((SUM, "total = total + (g * g - total) / t"),)),
    Bug("sum-of-absolute", "The sizes of the gradients are added up, not their squares.", "G_t = G_{t-1} + g_t^2",
        ((SUM, "total = total + abs(g)"),)),
    Bug("stale-sum", "The step is scaled with the sum before this gradient: the first one is divided by ε.", STEP,
        ((SUM, "total, old = total + g * g, total"), ("sqrt(total)", "sqrt(old)"))),
    Bug("sum-with-lr", "The learning rate goes into the accumulator, and cancels.", "G_t = G_{t-1} + g_t^2",
        ((SUM, "total = total + (lr * g) ** 2"),)),
    Bug("lr-decay-off-by-one", "The rate is decayed on the first step already.",
        r"\gamma_t = \gamma/(1+(t-1)\,\eta)", ((RATE, "lr / (1 + t * lr_decay)"),)),
    Bug("lr-decay-ignored", "lr_decay has no effect.", r"\gamma_t = \gamma/(1+(t-1)\,\eta)", ((RATE, "lr"),)),
    Bug("lr-decay-geometric", "The rate is divided by 1 + η again at every step.", r"\gamma_t = \gamma/(1+(t-1)\,\eta)",
        ((RATE, "lr / (1 + lr_decay) ** (t - 1)"),)),
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, (("p - rate", "p + rate"),)),
    *COUPLED,
    Bug("decaying-average", "The squares are averaged with a decay that the task does not have: that is RMSProp.",
        "G_t = G_{t-1} + g_t^2", ((SUM, "total = 0.9 * total + 0.1 * g * g"),),
        others=(((SUM, "total = 0.99 * total + 0.01 * g * g"),), ((SUM, "total = 0.999 * total + 0.001 * g * g"),))),
)  # fmt: skip

EXERCISE = Exercise(
    name="adagrad",
    title="AdaGrad",
    chapter="adaptive/adagrad",
    level="basic",
    minutes=6,
    task=task(
        RULE, "adagrad", "Adagrad",
        "Conventions, those of torch: ε stands outside the root; the rate of step t is lr / (1 + (t - 1) · lr_decay); "
        "`weight_decay` is an L2 term, added to the gradient first.",
    ),
    starter="def adagrad(g, p, total, *, t, lr, lr_decay, weight_decay, eps):\n    ...\n    return p, total\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "A coordinate that has seen much gradient should move less.",
        "Add up the squares; the root of the sum has the unit of a gradient.",
        f"$G_t = G_{{t-1}} + g_t^2$, then ${STEP}$",
        "`total = total + g * g`, then `p - rate * g / (sqrt(total) + eps)`",
    ),
    explanation="Under a constant gradient the steps are γ, γ/√2, γ/√3: a decay of the rate that nobody had to "
    "schedule. The sum never shrinks, and that is also how it dies.",
    variants=("Start the accumulator at 0.1. Which step changes most?",),
    next="rmsprop",
    as_class=class_form(RULE, "Adagrad", REFERENCE, BUGS, "(0.0,)", "adagrad"),
    weak=weak_probes(RULE),
    order=1,
)  # fmt: skip
