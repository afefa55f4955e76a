"""RAdam, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes
from .adagrad import COUPLED

RULE = Rule(
    "radam",
    settings=dict(lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0),
    unusual=dict(betas=(0.7, 0.9)),
    returns=("p", "m", "v"),
    state=lambda settings: (0.0, 0.0),
    neutral=dict(decoupled_weight_decay=False),
    counts=True,
)
REFERENCE = source("optim/radam.py", "radam")
EARLY, M_HAT = "return p - lr * m_hat, m, v", "m_hat = m / (1 - b1**t)"
RHO, R = "rho = rho_max - 2 * t * b2**t / (1 - b2**t)", "r**0.5"
V_CORRECTION, ROOT = " * (1 - b2**t) ** 0.5", "(sqrt(v) + eps)"
LENGTH = r"\rho_t = \rho_\infty - 2t\,\beta_2^t/(1-\beta_2^t),\quad \rho_\infty = 2/(1-\beta_2) - 1"
RECTIFIER = r"r_t = \sqrt{\frac{(\rho_t-4)(\rho_t-2)\,\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\,\rho_t}}"
STEP = r"\theta_t = \theta_{t-1} - \gamma\,r_t\,\hat m_t\,\sqrt{1-\beta_2^t}/(\sqrt{v_t}+\epsilon)"
WARM = r"\rho_t \le 5:\ \theta_t = \theta_{t-1} - \gamma\,\hat m_t"
BUGS = (
    Bug("threshold-of-4", "It rectifies from ρ > 4, as in the paper. torch waits for ρ > 5, one step longer.", WARM,
        (("if rho <= 5:", "if rho <= 4:"),), convention=True),
    Bug("never-rectified", "The rectifier is 1: as soon as v is used at all, it is trusted whole.", RECTIFIER,
        ((f" * {R}", ""),)),
    Bug("rectifier-without-root", "The root over the rectifier is missing.", RECTIFIER,
        ((R, "r"),)),
    Bug("rectifier-upside-down", "The rectifier is inverted: early steps are enlarged, not reduced.", RECTIFIER,
        ((R, "r**-0.5"),)),
    Bug("waits-at-start", "While ρ ≤ 5 nothing moves. Some libraries offer that; torch descends with the corrected "
        "average.",
        WARM, ((EARLY, "return p, m, v"),), convention=True),
    Bug("always-divided", "While ρ ≤ 5 it is divided by √v as well: only the rectifier is left out.", WARM,
        ((EARLY, "return p - lr * (1 - b2**t) ** 0.5 * m_hat / (sqrt(v) + eps), m, v"),)),
    Bug("warm-up-not-corrected", "While ρ ≤ 5 the average is applied without its correction.", WARM,
        ((EARLY, "return p - lr * m, m, v"),)),
    Bug("warm-up-with-gradient", "While ρ ≤ 5 it steps along the gradient, not along its average.", WARM,
        ((EARLY, "return p - lr * g, m, v"),)),
    Bug("m-not-corrected", "The first moment is never corrected.", r"\hat m_t = m_t/(1-\beta_1^t)",
        ((M_HAT, "m_hat = m"),)),
    Bug("v-not-corrected", "The second moment is not corrected.", STEP, ((V_CORRECTION, ""),)),
    Bug("eps-after-correction", "ε is added after the correction, as in Adam; torch's RAdam adds it to √v before. "
        "It acts more strongly here than there.", STEP, ((V_CORRECTION, ""), (ROOT, "(sqrt(v / (1 - b2**t)) + eps)")),
        convention=True),
    Bug("eps-inside-root", "ε stands under the root.", STEP,
        ((ROOT, "sqrt(v + eps)"),)),
    Bug("eps-missing", "ε is left out: zero over zero is NaN.", STEP, ((ROOT, "sqrt(v)"),)),
    Bug("t-missing-in-length", "ρ lacks the factor t.", LENGTH, ((RHO, "rho = rho_max - 2 * b2**t / (1 - b2**t)"),)),
    Bug("two-missing-in-length", "ρ lacks the factor 2.", LENGTH, ((RHO, "rho = rho_max - t * b2**t / (1 - b2**t)"),)),
    Bug("longest-off-by-one", "ρ∞ lacks the -1.", LENGTH, (("2 / (1 - b2) - 1", "2 / (1 - b2)"),)),
    Bug("length-of-beta1", "ρ is computed with β₁; it is the second moment that has to be trusted.", LENGTH,
        (("2 / (1 - b2) - 1", "2 / (1 - b1) - 1"), (RHO, RHO.replace("b2", "b1")))),
    Bug("betas-swapped", "The two decays are unpacked in the wrong order.", r"(\beta_1, \beta_2) = (0.9,\ 0.999)",
        (("b1, b2 = betas", "b2, b1 = betas"),)),
    Bug("decay-ignored", "weight_decay has no effect.", r"g_t \leftarrow g_t + \lambda\,\theta_{t-1}",
        (("elif weight_decay:", "elif False:"),)),
    *(bug for bug in COUPLED if bug.name != "decay-ignored"),
)  # fmt: skip

EXERCISE = Exercise(
    name="radam",
    title="RAdam",
    chapter="adam/variants",
    level="staff",
    minutes=15,
    task=task(
        RULE, "radam", "RAdam",
        "Conventions, those of torch: rectify for ρ > 5; up to there step along the corrected average; ε is added "
        "to √v "
        "*before* the correction; `weight_decay` is an L2 term, added to the gradient first.",
    ),
    starter="def radam(g, p, m, v, *, t, lr, betas, eps, weight_decay):\n    ...\n    return p, m, v\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "After few steps the second moment is noise. How much is it to be trusted?",
        "Count how many gradients the average is worth, ρ, and scale the step by the spread to be expected.",
        f"${LENGTH}$, ${RECTIFIER}$, then ${STEP}$ for $\\rho_t > 5$",
        "`rho_max = 2 / (1 - b2) - 1`, `rho = rho_max - 2 * t * b2**t / (1 - b2**t)`; if `rho <= 5` return "
        "`p - lr * m_hat, m, v`",
    ),
    explanation="It is a warm-up that computes its own length: with β₂ = 0.999 the first five steps do without v, "
    "and the rectifier then rises towards 1 over about a thousand.",
    variants=("Which linear warm-up is closest to it?",),
    next="lion",
    as_class=class_form(RULE, "RAdam", REFERENCE, BUGS, "(0.0, 0.0)", "radam"),
    weak=weak_probes(RULE),
    order=6,
)  # fmt: skip
