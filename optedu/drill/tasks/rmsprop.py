"""RMSProp, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes
from .adagrad import COUPLED

RULE = Rule(
    "rmsprop",
    settings=dict(lr=0.1, alpha=0.99, eps=1e-8, weight_decay=0.0),
    unusual=dict(alpha=0.6),
    returns=("p", "v"),
    state=lambda settings: (0.0,),
    neutral=dict(momentum=0, centered=False),
)
REFERENCE = source("optim/rmsprop.py", "rmsprop")
AVERAGE, SCALED = "v = alpha * v + (1 - alpha) * g * g", "(sqrt(spread) + eps)"
MEAN, STEP = (
    r"v_t = \alpha\,v_{t-1} + (1-\alpha)\,g_t^2",
    r"\theta_t = \theta_{t-1} - \gamma\,g_t/(\sqrt{v_t}+\epsilon)",
)
BUGS = (
    Bug("eps-inside-root", "ε stands under the root, as in TensorFlow; torch has it outside.", STEP,
        ((SCALED, "sqrt(spread + eps)"),), convention=True),
    Bug("eps-missing", "ε is left out: small gradients take full steps, and zero over zero is NaN.", STEP,
        ((SCALED, "sqrt(spread)"),)),
    Bug("sum-for-average", "The squares are added up and never forgotten: this is AdaGrad.", MEAN,
        ((AVERAGE, "v = v + g * g"),)),
    Bug("weights-swapped", "Old and new change places: α weighs the gradient, 1-α the past.", MEAN,
        ((AVERAGE, "v = (1 - alpha) * v + alpha * g * g"),)),
    Bug("new-weight-missing", "The new square enters whole, without 1-α: v comes out 1/(1-α) times too large.", MEAN,
        ((AVERAGE, "v = alpha * v + g * g"),)),
    Bug("no-root", "It is divided by v itself, not by its root.", STEP, ((SCALED, "(spread + eps)"),)),
    Bug("stale-v", "The step is scaled with the average before this gradient: the first one is divided by ε.", STEP,
        (("    spread = v\n", ""), (AVERAGE, "spread = v\n    " + AVERAGE))),
    Bug("average-of-absolute", "The average is of the size of the gradient, not of its square.", MEAN,
        ((AVERAGE, "v = alpha * v + (1 - alpha) * abs(g)"),)),
    Bug("starts-full", "The average starts as the first square. The first step is then γ; in torch it is "
        "γ/√(1-α).", MEAN,
        ((AVERAGE, "v = where(v == 0, g * g, alpha * v + (1 - alpha) * g * g)"),)),
    Bug("sign-of-gradient", "Only the sign of the gradient is used.", STEP,
        ((f"g / {SCALED}", "sign(g)"),)),
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, (("return p - lr", "return p + lr"),)),
    *COUPLED,
)  # fmt: skip

EXERCISE = Exercise(
    name="rmsprop",
    title="RMSProp",
    chapter="adaptive/rmsprop",
    level="basic",
    minutes=6,
    task=task(
        RULE, "rmsprop", "RMSprop",
        "Conventions, those of torch: plain, neither centered nor with momentum; no correction for the start at zero; "
        "ε stands outside the root; `weight_decay` is an L2 term, added to the gradient first.",
    ),
    starter="def rmsprop(g, p, v, *, lr, alpha, eps, weight_decay):\n    ...\n    return p, v\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "AdaGrad dies because it adds up for ever. Forget.",
        "An average of the squares, with weights α and 1-α.",
        f"${MEAN}$, then ${STEP}$",
        "`v = alpha * v + (1 - alpha) * g * g`, then `p - lr * g / (sqrt(v) + eps)`",
    ),
    explanation="There is no correction for the start at zero, so the first step is γ/√(1-α): ten times the rate "
    "at torch's default. Adam mends just that.",
    variants=("Centered: divide by the standard deviation.", "With momentum: is the rate inside or outside the "
        "buffer?"),
    next="adadelta",
    as_class=class_form(RULE, "RMSprop", REFERENCE, BUGS, "(0.0,)", "rmsprop"),
    weak=weak_probes(RULE),
    order=2,
)  # fmt: skip
