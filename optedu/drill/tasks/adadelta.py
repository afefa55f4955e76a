"""Adadelta, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes
from .adagrad import COUPLED

RULE = Rule(
    "adadelta",
    settings=dict(lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0),
    unusual=dict(rho=0.6, lr=0.45),
    returns=("p", "v", "u"),
    state=lambda settings: (0.0, 0.0),
)
REFERENCE = source("optim/adadelta.py", "adadelta")
DELTA = r"\Delta_t = \frac{\sqrt{u_{t-1}+\epsilon}}{\sqrt{v_t+\epsilon}}\,g_t"
MEAN_V, MEAN_U = r"v_t = \rho\,v_{t-1} + (1-\rho)\,g_t^2", r"u_t = \rho\,u_{t-1} + (1-\rho)\,\Delta_t^2"
AVERAGE_V, AVERAGE_U = "v = rho * v + (1 - rho) * g * g", "u = rho * u + (1 - rho) * delta * delta"
RATIO = "sqrt(u + eps) / sqrt(v + eps) * g"
BUGS = (
    Bug("eps-outside-roots", "ε stands outside both roots. The first steps are then ε times the gradient's sign, "
        "not √ε times: it hardly starts.", DELTA, ((RATIO, "(sqrt(u) + eps) / (sqrt(v) + eps) * g"),)),
    Bug("eps-missing-above", "The numerator has no ε. It is zero at first, so that nothing ever moves.", DELTA,
        ((RATIO, "sqrt(u) / sqrt(v + eps) * g"),)),
    Bug("eps-missing-below", "The denominator has no ε: zero over zero is NaN.", DELTA,
        ((RATIO, "sqrt(u + eps) / sqrt(v) * g"),)),
    Bug("no-numerator", "The numerator is missing: this is RMSProp, and the units are wrong again.", DELTA,
        ((RATIO, "g / sqrt(v + eps)"),)),
    Bug("ratio-upside-down", "Numerator and denominator change places.", DELTA,
        ((RATIO, "sqrt(v + eps) / sqrt(u + eps) * g"),)),
    Bug("one-root-missing", "The ratio is of the averages themselves, without roots.", DELTA,
        ((RATIO, "(u + eps) / (v + eps) * g"),)),
    Bug("u-of-gradients", "The second average takes up the gradient, not the step.", MEAN_U,
        ((AVERAGE_U, "u = rho * u + (1 - rho) * g * g"),)),
    Bug("u-with-lr", "The second average takes up the step times the rate. torch leaves the rate out; "
        "it shows when the rate is not 1.", MEAN_U, ((AVERAGE_U, "u = rho * u + (1 - rho) * (lr * delta) ** 2"),)),
    Bug("u-is-a-sum", "The second average never forgets.", MEAN_U, ((AVERAGE_U, "u = u + delta * delta"),)),
    Bug("v-is-a-sum", "The first average never forgets, as in AdaGrad.", MEAN_V, ((AVERAGE_V, "v = v + g * g"),)),
    Bug("stale-v", "The step is scaled with the average before this gradient.", DELTA,
        ((AVERAGE_V, f"old, v = v, {AVERAGE_V[4:]}"), (RATIO, RATIO.replace("v", "old")))),
    Bug("weights-swapped", "Old and new change places in both averages.", MEAN_V,
        ((AVERAGE_V, "v = (1 - rho) * v + rho * g * g"), (AVERAGE_U, "u = (1 - rho) * u + rho * delta * delta"))),
    Bug("lr-ignored", "lr has no effect. The paper has none; torch has it as a factor.",
        r"\theta_t = \theta_{t-1} - \gamma\,\Delta_t", (("p - lr * delta", "p - delta"),), convention=True),
    Bug("climbs", "The step has the wrong sign: it climbs.", r"\theta_t = \theta_{t-1} - \gamma\,\Delta_t",
        (("p - lr * delta", "p + lr * delta"),)),
    *COUPLED,
    Bug("sums-for-averages", "The factor 1 - ρ is missing in both averages: they are sums, 1/(1-ρ) times too large.",
        r"v_t = \rho\,v_{t-1} + (1-\rho)\,g_t^2,\quad u_t = \rho\,u_{t-1} + (1-\rho)\,\Delta_t^2",
        (("(1 - rho) * g * g", "g * g"), ("(1 - rho) * delta * delta", "delta * delta"))),
)  # fmt: skip

EXERCISE = Exercise(
    name="adadelta",
    title="Adadelta",
    chapter="adaptive/adadelta",
    level="mid",
    minutes=8,
    task=task(
        RULE, "adadelta", "Adadelta",
        "`v` is the average of squared gradients, `u` that of squared steps, without the rate. "
        "Conventions, those of torch: ε stands inside both roots; the step uses `u` as it was before; "
        "`weight_decay` is an L2 term, added to the gradient first.",
    ),
    starter="def adadelta(g, p, v, u, *, lr, rho, eps, weight_decay):\n    ...\n    return p, v, u\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "A step of RMSProp has no unit. It should have that of the parameter.",
        "Multiply by the typical size of earlier steps.",
        f"${MEAN_V}$, ${DELTA}$, ${MEAN_U}$",
        "`delta = sqrt(u + eps) / sqrt(v + eps) * g` between the two averages, then `p - lr * delta`",
    ),
    explanation="At first u is zero, so that √ε sets the size of the first steps: the rate that was to be got rid of "
    "came back under another name.",
    variants=("Scale the gradient by 1000. Which steps stay as they are?",),
    next="rprop",
    as_class=class_form(RULE, "Adadelta", REFERENCE, BUGS, "(0.0, 0.0)", "adadelta"),
    weak=weak_probes(RULE),
    order=3,
)  # fmt: skip
