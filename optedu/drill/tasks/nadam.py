"""NAdam, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes
from .adagrad import COUPLED

RULE = Rule(
    "nadam",
    settings=dict(lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=0.004),
    unusual=dict(betas=(0.7, 0.9), momentum_decay=0.37),
    returns=("p", "mu_product", "m", "v"),
    state=lambda settings: (1.0, 0.0, 0.0),
    neutral=dict(decoupled_weight_decay=False),
    counts=True,
)
REFERENCE = source("optim/nadam.py", "nadam")
MU, MU_NEXT = (
    "mu = b1 * (1 - 0.5 * now)",
    "mu_next = b1 * (1 - 0.5 * later)",
)
POWER, POWER_NEXT = "0.96 ** (t * momentum_decay)", "0.96 ** ((t + 1) * momentum_decay)"
PAST, NOW, SUM = "mu_next / (1 - product_next) * m", "(1 - mu) / (1 - mu_product) * g", "ahead = m_hat + g_hat"
PRODUCT, AVERAGE = "mu_product = mu_product * mu\n", "m = m + (1 - b1) * (g - m)"
V_HAT, ROOT = "v_hat = v / (1 - b2**t)", "(sqrt(v_hat) + eps)"
SCHEDULE = r"\mu_t = \beta_1\,(1 - \tfrac12\,0.96^{t\psi})"
AHEAD = r"\hat m_t = \frac{\mu_{t+1}}{1-\Pi_t\,\mu_{t+1}}\,m_t + \frac{1-\mu_t}{1-\Pi_t}\,g_t"
STEP = r"\theta_t = \theta_{t-1} - \gamma\,\hat m_t/(\sqrt{v_t/(1-\beta_2^t)}+\epsilon)"
BUGS = (
    Bug("no-schedule", "μ is β₁ throughout. Some libraries leave the schedule out; torch follows the paper.", SCHEDULE,
        ((MU, "mu = b1"), (MU_NEXT, "mu_next = b1")), convention=True),
    Bug("schedule-off-by-one", "The schedule is one step behind: it counts from 0.", SCHEDULE,
        ((POWER, POWER.replace("(t *", "((t - 1) *")), (POWER_NEXT, POWER))),
    Bug("momentum-decay-ignored", "momentum_decay has no effect.", SCHEDULE,
        ((POWER, "0.96**t"), (POWER_NEXT, "0.96 ** (t + 1)"))),
    Bug("half-missing", "The ½ of the schedule is missing: μ starts near zero.", SCHEDULE,
        ((MU, MU.replace("0.5 * ", "")), (MU_NEXT, MU_NEXT.replace("0.5 * ", "")))),
    Bug("no-look-ahead", "The average is applied with μ of this step, not of the next.", AHEAD,
        ((PAST, "mu / (1 - mu_product) * m"),)),
    Bug("product-without-next", "The correction of the average lacks the factor of the next step.", AHEAD,
        ((PAST, "mu_next / (1 - mu_product) * m"),)),
    Bug("product-includes-next", "The correction of the gradient has the factor of the next step.", AHEAD,
        ((NOW, "(1 - mu) / (1 - product_next) * g"),)),
    Bug("power-for-product", "The product of all μ is replaced by a power of the last one.", r"\Pi_t = "
        r"\prod_{s \le t}\mu_s",
        ((PRODUCT, "mu_product = mu**t\n"),)),
    Bug("product-not-kept", "The product holds this step's μ only.", r"\Pi_t = \prod_{s \le t}\mu_s",
        ((PRODUCT, "mu_product = mu\n"),)),
    Bug("gradient-not-corrected", "The part of the new gradient is not corrected.", AHEAD, ((NOW, "(1 - mu) * g"),)),
    Bug("gradient-missing", "The part of the new gradient is missing.", AHEAD, ((SUM, "ahead = m_hat"),)),
    Bug("m-with-mu", "The average itself decays with μ, as in Dozat's paper. In torch it decays with β₁.",
        r"m_t = \beta_1 m_{t-1} + (1-\beta_1)\,g_t", ((AVERAGE, "m = m + (1 - mu) * (g - m)"),), convention=True),
    Bug("plain-adam", "The average is corrected and applied as it is: this is Adam.", AHEAD,
        ((SUM, "ahead = m / (1 - b1**t)"),)),
    Bug("v-not-corrected", "The second moment is not corrected.", STEP, ((V_HAT, "v_hat = v"),)),
    Bug("eps-inside-root", "ε stands under the root.", STEP, ((ROOT, "sqrt(v_hat + eps)"),)),
    Bug("eps-missing", "ε is left out: zero over zero is NaN.", STEP, ((ROOT, "sqrt(v_hat)"),)),
    Bug("betas-swapped", "The two decays are unpacked in the wrong order.", r"(\beta_1, \beta_2) = (0.9,\ 0.999)",
        (("b1, b2 = betas", "b2, b1 = betas"),)),
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, (("p - lr * ahead", "p + lr * ahead"),)),
    Bug("decay-ignored", "weight_decay has no effect.", r"g_t \leftarrow g_t + \lambda\,\theta_{t-1}",
        (("elif weight_decay:", "elif False:"),)),
    *(bug for bug in COUPLED if bug.name != "decay-ignored"),
    Bug("parts-exchanged", "The gradient and its average are exchanged in the two parts of the step.", AHEAD,
        ((PAST, PAST[:-1] + "g"), (NOW, NOW[:-1] + "m"))),
    Bug("schedule-of-product", "0.96 is multiplied by t ψ, not raised to it.", SCHEDULE,
        (("now = 0.96 **", "now = 0.96 *"), ("later = 0.96 **", "later = 0.96 *"))),
    Bug("eps-before-correction", "ε stands under the root, before the correction.", STEP,
        ((ROOT, "(sqrt(v + eps) / sqrt(1 - b2**t))"),), others=(((ROOT, "sqrt((v + eps) / (1 - b2**t))"),),)),
    Bug("decay-missing-in-step", "The L2 term enters the averages, but not the gradient in the step.", AHEAD,
        (("    b1, b2 = betas\n", "    b1, b2 = betas\n    bare = g\n"), (NOW, NOW.replace("* g", "* bare")))),
)  # fmt: skip

EXERCISE = Exercise(
    name="nadam",
    title="NAdam",
    chapter="adam/variants",
    level="staff",
    minutes=15,
    task=task(
        RULE, "nadam", "NAdam",
        r"Conventions, those of torch: the schedule is $\mu_t = \beta_1(1-\frac12\,0.96^{t\psi})$ with ψ = "
        r"`momentum_decay`; "
        "`mu_product` is the product of all μ so far; the averages decay with the betas themselves; ε stands "
        "outside the "
        "root and after the correction; `weight_decay` is an L2 term.",
    ),
    starter="def nadam(g, p, mu_product, m, v, *, t, lr, betas, eps, weight_decay, momentum_decay):\n"
    "    ...\n    return p, mu_product, m, v\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "Adam's average, applied as it will be after the next step.",
        "Two parts: the past with the μ of the next step, the new gradient with 1 - μ of this one. Each has its "
        "correction.",
        f"${AHEAD}$, then ${STEP}$",
        "`ahead = mu_next / (1 - mu_product * mu_next) * m + (1 - mu) / (1 - mu_product) * g`, after "
        "`mu_product = mu_product * mu`",
    ),
    explanation="With a μ that changes, powers of β₁ no longer say how much of the start at zero is left; "
    "the running product does.",
    variants=("With ψ = 0, which constant momentum is used?",),
    next="radam",
    as_class=class_form(RULE, "NAdam", REFERENCE, BUGS, "(1.0, 0.0, 0.0)", "nadam"),
    weak=weak_probes(RULE),
    order=5,
)  # fmt: skip
