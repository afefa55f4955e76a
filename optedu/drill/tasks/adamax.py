"""Adamax, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes
from .adagrad import COUPLED

RULE = Rule(
    "adamax",
    settings=dict(lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0),
    unusual=dict(betas=(0.7, 0.9)),
    returns=("p", "m", "u"),
    state=lambda settings: (0.0, 0.0),
    counts=True,
)
REFERENCE = source("optim/adamax.py", "adamax")
MAXIMUM, RETURN = "u = maximum(b2 * u, abs(g) + eps)", "p - lr / (1 - b1**t) * m / u"
NORM = r"u_t = \max(\beta_2 u_{t-1},\ |g_t| + \epsilon)"
STEP = r"\theta_t = \theta_{t-1} - \frac{\gamma}{1-\beta_1^t}\,m_t/u_t"
BUGS = (
    Bug("m-not-corrected", "The average is not corrected for its start at zero.", STEP, ((RETURN, "p - lr * m / u"),)),
    Bug("u-corrected", "The maximum is corrected with 1-β₂ᵗ as well; it does not start too small.", NORM,
        ((RETURN, "p - lr / (1 - b1**t) * m / (u / (1 - b2**t))"),)),
    Bug("t-from-zero", "The counter starts at 0 where the correction needs 1.", r"t = 1, 2, \dots",
        ((RETURN, "p - lr * (m / (1 - b1 ** (t - 1))) / u"),)),
    Bug("corrected-with-beta2", "The average is corrected with the decay of the maximum.", STEP, (("b1**t", "b2**t"),)),
    Bug("eps-missing", "ε is left out: zero over zero is NaN.", NORM, ((MAXIMUM, "u = maximum(b2 * u, abs(g))"),)),
    Bug("eps-outside", "ε is added to the maximum, not inside it. The paper has no ε; others add it there.", NORM,
        ((MAXIMUM, "u = maximum(b2 * u, abs(g))"), (RETURN, "p - lr / (1 - b1**t) * m / (u + eps)")), convention=True),
    Bug("u-never-decays", "The maximum does not decay: one spike is remembered for ever.", NORM,
        ((MAXIMUM, "u = maximum(u, abs(g) + eps)"),)),
    Bug("average-for-maximum", "The maximum became an average of the sizes.", NORM,
        ((MAXIMUM, "u = b2 * u + (1 - b2) * (abs(g) + eps)"),)),
    Bug("maximum-of-square", "The maximum is over squares, without a root.", NORM,
        ((MAXIMUM, "u = maximum(b2 * u, g * g + eps)"),)),
    Bug("sign-kept", "The absolute value is missing: negative gradients never count.", NORM,
        ((MAXIMUM, "u = maximum(b2 * u, g + eps)"),)),
    Bug("maximum-of-m", "The maximum is over the average, not over the gradient.", NORM,
        ((MAXIMUM, "u = maximum(b2 * u, abs(m) + eps)"),)),
    Bug("stale-u", "The step is divided by the maximum of the step before.", STEP,
        ((MAXIMUM, f"old, u = u, {MAXIMUM[4:]}"), (RETURN, "p - lr / (1 - b1**t) * m / maximum(old, eps)"))),
    Bug("betas-swapped", "The two decays are unpacked in the wrong order.", r"(\beta_1, \beta_2) = (0.9,\ 0.999)",
        (("b1, b2 = betas", "b2, b1 = betas"),)),
    Bug("m-is-a-sum", "The average adds the whole gradient: it comes out 1/(1-β₁) times too large.",
        r"m_t = \beta_1 m_{t-1} + (1-\beta_1)\,g_t", (("m = m + (1 - b1) * (g - m)", "m = b1 * m + g"),)),
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, (("return p - lr", "return p + lr"),)),
    *COUPLED,
    Bug("m-hat-kept", "The corrected average is stored back, and corrected again at the next step.",
        r"m_t = \beta_1 m_{t-1} + (1-\beta_1)\,g_t",
        (("m = m + (1 - b1) * (g - m)", "m = (m + (1 - b1) * (g - m)) / (1 - b1**t)"), ("lr / (1 - b1**t)", "lr"))),
    Bug("eps-outside-and-kept", "ε is added to the maximum and stored with it, so it grows from step to step.",
        r"u_t = \max(\beta_2 u_{t-1}, |g_t| + \epsilon)",
        (("maximum(b2 * u, abs(g) + eps)", "maximum(b2 * u, abs(g)) + eps"),)),
)  # fmt: skip

EXERCISE = Exercise(
    name="adamax",
    title="Adamax",
    chapter="adam/variants",
    level="senior",
    minutes=8,
    task=task(
        RULE, "adamax", "Adamax",
        "Conventions, those of torch: ε is added to |g| inside the maximum; only the average is corrected; "
        "`weight_decay` is an L2 term, added to the gradient first.",
    ),
    starter="def adamax(g, p, m, u, *, t, lr, betas, eps, weight_decay):\n    ...\n    return p, m, u\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "Adam's root mean square is a 2-norm over time. Let the 2 grow without bound.",
        "A norm of infinite order is a maximum; decayed, it forgets.",
        f"${NORM}$, then ${STEP}$",
        "`u = maximum(b2 * u, abs(g) + eps)`, then `p - lr / (1 - b1**t) * m / u`",
    ),
    explanation="The maximum takes up the first gradient whole, so there is nothing to correct. A spike shrinks "
    "the steps "
    "at once and is forgotten at the rate β₂.",
    variants=("How long after a spike of ten times the usual gradient are the steps as before?",),
    next="nadam",
    as_class=class_form(RULE, "Adamax", REFERENCE, BUGS, "(0.0, 0.0)", "adamax"),
    weak=weak_probes(RULE),
    order=4,
)  # fmt: skip
