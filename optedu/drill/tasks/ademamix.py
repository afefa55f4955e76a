"""AdEMAMix, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, edited, source
from ..grader.rule_probes import Rule, probes, weak_probes

RULE = Rule(
    "ademamix",
    settings=dict(lr=0.1, betas=(0.9, 0.999), beta3=0.97, alpha=5.0, eps=1e-8, weight_decay=0.0),
    unusual=dict(betas=(0.7, 0.9), beta3=0.86, alpha=2.3),
    returns=("p", "m", "slow", "v"),
    state=lambda settings: (0.0, 0.0, 0.0),
    counts=True,
)
REFERENCE = edited(source("optim/ademamix.py", "ademamix"), (  # without the warm-up, and with beta3 by itself
    ("    t, lr, betas, alpha, t_alpha_beta3,\n", "    t, lr, betas, beta3, alpha,\n"),
    ("b1, b2, b3 = betas\n", "b1, b2 = betas\n"),
    ("    if t_alpha_beta3:\n        b3, alpha = warmed_up(\n            t, b1, b3, alpha, t_alpha_beta3\n"
     "        )\n", ""),
    ("slow = slow + (1 - b3) * (g - slow)", "slow = slow + (1 - beta3) * (g - slow)"),
))  # fmt: skip

FAST, SLOW = "m = m + (1 - b1) * (g - m)", "slow = slow + (1 - beta3) * (g - slow)"
SQUARES = "v = b2 * v + (1 - b2) * g * g"
M_HAT, V_HAT = "m_hat = m / (1 - b1**t)", "v_hat = v / (1 - b2**t)"
AHEAD, ROOT, DECAY = "ahead = m_hat + alpha * slow", "(sqrt(v_hat) + eps)", "p = p - lr * weight_decay * p"
RETURN = "return p - lr * u, m, slow, v"
MEAN, LONG = r"m_t = \beta_1 m_{t-1} + (1-\beta_1)\,g_t", r"n_t = \beta_3 n_{t-1} + (1-\beta_3)\,g_t"
SPREAD, HATS = r"v_t = \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2", r"\hat m_t = m_t/(1-\beta_1^t)"
V_CORRECTED = r"\hat v_t = v_t/(1-\beta_2^t)"
STEP = r"\theta_t = \theta - \gamma\,(\hat m_t + \alpha\,n_t) / (\sqrt{\hat v_t} + \epsilon)"
SHRINK = r"\theta \leftarrow (1-\gamma\lambda)\,\theta_{t-1}"
BUGS = (
    Bug("slow-corrected", "The slow average is corrected for its start at zero. It is left as it is so that it comes "
        "in gradually: corrected, its first value is the whole gradient, times α.", STEP,
        ((AHEAD, "ahead = m_hat + alpha * slow / (1 - beta3**t)"),)),
    Bug("slow-missing", "The slow average is not in the step: this is AdamW.", STEP, ((AHEAD, "ahead = m_hat"),)),
    Bug("fast-missing", "The fast average is not in the step.", STEP, ((AHEAD, "ahead = alpha * slow"),)),
    Bug("alpha-missing", "The slow average is added without its weight α.", STEP, ((AHEAD, "ahead = m_hat + slow"),)),
    Bug("alpha-on-fast", "α weighs the fast average, not the slow one.", STEP,
        ((AHEAD, "ahead = alpha * m_hat + slow"),)),
    Bug("alpha-on-both", "α weighs both averages.", STEP, ((AHEAD, "ahead = alpha * (m_hat + slow)"),)),
    Bug("averages-blended", "The averages are blended with weights 1 - α and α. The slow one is to be added.", STEP,
        ((AHEAD, "ahead = (1 - alpha) * m_hat + alpha * slow"),)),
    Bug("alpha-divided-out", "The sum is divided by 1 + α, so that a constant gradient would make a step of the rate "
        "in the end.", STEP, ((AHEAD, "ahead = (m_hat + alpha * slow) / (1 + alpha)"),)),
    Bug("slow-undivided", "The slow average is added after the division by √v: it keeps the scale of the gradient.",
        STEP, ((AHEAD, "ahead = m_hat"), (RETURN, "return p - lr * (u + alpha * slow), m, slow, v"))),
    Bug("slow-of-fast", "The slow average takes up the fast one, not the gradient.", LONG,
        ((SLOW, "slow = slow + (1 - beta3) * (m - slow)"),)),
    Bug("slow-is-a-sum", "The slow average adds the whole gradient: it grows 1/(1-β₃) times too large.", LONG,
        ((SLOW, "slow = beta3 * slow + g"),)),
    Bug("weights-of-slow-swapped", "β₃ weighs the gradient, 1-β₃ the slow average: it forgets at once.", LONG,
        ((SLOW, "slow = slow + beta3 * (g - slow)"),)),
    Bug("slow-with-beta1", "The slow average decays with β₁: it is a second copy of the fast one.", LONG,
        ((SLOW, "slow = slow + (1 - b1) * (g - slow)"),)),
    Bug("slow-with-beta2", "The slow average decays with β₂.", LONG,
        ((SLOW, "slow = slow + (1 - b2) * (g - slow)"),)),
    Bug("stale-slow", "The step uses the slow average of the step before.", STEP,
        ((SLOW, f"old, {SLOW.replace(' = ', ' = slow, ', 1)}"), (AHEAD, "ahead = m_hat + alpha * old"))),
    Bug("stale-m", "The step uses the fast average of the step before.", STEP,
        ((FAST, f"old, {FAST.replace(' = ', ' = m, ', 1)}"), (M_HAT, "m_hat = old / (1 - b1**t)"))),
    Bug("m-and-slow-exchanged", "The decays of the two averages are exchanged: `m` is slow and `slow` is fast.", LONG,
        ((FAST, "m = m + (1 - beta3) * (g - m)"), (SLOW, "slow = slow + (1 - b1) * (g - slow)"))),
    Bug("m-with-beta3", "The fast average decays with β₃, too.", MEAN, ((FAST, "m = m + (1 - beta3) * (g - m)"),)),
    Bug("v-with-beta3", "The average of squares decays with β₃.", SPREAD,
        ((SQUARES, "v = beta3 * v + (1 - beta3) * g * g"),)),
    Bug("betas-swapped", "β₁ and β₂ are unpacked in the wrong order.", r"(\beta_1, \beta_2) = (0.9,\ 0.999)",
        (("b1, b2 = betas", "b2, b1 = betas"),)),
    Bug("m-not-corrected", "The fast average is not corrected for its start at zero.", HATS, ((M_HAT, "m_hat = m"),)),
    Bug("v-not-corrected", "The average of squares is not corrected for its start at zero: early steps are far too "
        "long.", V_CORRECTED, ((V_HAT, "v_hat = v"),)),
    Bug("no-bias-correction", "No average is corrected; `m` and `v` are to be.", f"{HATS},\\quad {V_CORRECTED}",
        ((M_HAT, "m_hat = m"), (V_HAT, "v_hat = v"))),
    Bug("sum-corrected", "Both averages are corrected with β₁; the slow one is not to be.", STEP,
        ((M_HAT, "m_hat = m"), (AHEAD, "ahead = (m_hat + alpha * slow) / (1 - b1**t)"))),
    Bug("v-of-sum", "The average of squares takes up the square of the step's numerator.", SPREAD,
        ((SQUARES, "mixed = m + alpha * slow\n    v = b2 * v + (1 - b2) * mixed * mixed"),)),
    Bug("no-root", "It is divided by the second moment itself.", STEP, ((ROOT, "(v_hat + eps)"),)),
    Bug("eps-inside-root", "ε stands under the root.", STEP, ((ROOT, "sqrt(v_hat + eps)"),)),
    Bug("eps-missing", "ε is left out: zero over zero is NaN.", STEP, ((ROOT, "sqrt(v_hat)"),)),
    Bug("eps-before-correction", "ε is added to the root before it is corrected, and corrected with it.", STEP,
        ((ROOT, "(sqrt(v_hat) + eps / sqrt(1 - b2**t))"),), convention=True),
    Bug("coupled-decay", "The decay is added to the gradient and divided by √v.", SHRINK,
        ((DECAY, "pass"), ("b1, b2 = betas\n", "b1, b2 = betas\n    g = g + weight_decay * p\n"))),
    Bug("decay-ignored", "weight_decay has no effect.", SHRINK, ((DECAY, "pass"),)),
    Bug("decay-without-lr", "The decay is not multiplied by the learning rate.", SHRINK,
        ((DECAY, "p = p - weight_decay * p"),)),
    Bug("decay-after-step", "The parameter is shrunk after the step, and the step with it.", SHRINK,
        ((DECAY, "pass"), (RETURN, "return (1 - lr * weight_decay) * (p - lr * u), m, slow, v"))),
    Bug("decay-sign", "The decay has the wrong sign: weights grow.", SHRINK,
        ((DECAY, "p = p + lr * weight_decay * p"),)),
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, ((RETURN, "return p + lr * u, m, slow, v"),)),
)  # fmt: skip

EXERCISE = Exercise(
    name="ademamix",
    title="AdEMAMix",
    chapter="adam/variants",
    level="senior",
    minutes=12,
    task=task(
        RULE, "ademamix", "AdEMAMix",
        "AdEMAMix is AdamW with a second average of the gradient, `slow`, which decays with `beta3`; `m` and `v` decay "
        "with `betas`. Conventions, those of the paper: the numerator is the corrected `m` plus `alpha` times `slow`; "
        "`m` and `v` are corrected for their start at zero, `slow` is not; ε stands outside the root and after the "
        "correction; the decay is decoupled and times the learning rate, taken of the old parameter. `alpha` and "
        "`beta3` hold from the first step on: there is no warm-up of them.",
    ),
    starter="""def ademamix(g, p, m, slow, v, *, t, lr, betas, beta3, alpha, eps, weight_decay):
    ...
    return p, m, slow, v
""",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "Adam, and beside its first moment a second one that remembers for much longer.",
        "Under a constant gradient the fast part is 1 from the first step on; the slow part grows from 1 - β₃ to 1.",
        f"${MEAN}$, ${LONG}$, then ${STEP}$",
        "`slow = beta3 * slow + (1 - beta3) * g`, then `(m_hat + alpha * slow) / (sqrt(v_hat) + eps)`",
    ),
    explanation="One average cannot both follow the newest gradients and keep old ones: with β = 0.9999 it would take "
    "thousands of steps to notice a turn. Two averages divide the work. Under a constant gradient the step grows to "
    "1 + α times the rate.",
    variants=("Warm α up linearly over T steps, and β₃ evenly in 1/ln β.",
              "Which α and β₃ make it AdamW?"),
    next="adopt",
    as_class=class_form(RULE, "AdEMAMix", REFERENCE, BUGS, "(0.0, 0.0, 0.0)", "ademamix"),
    weak=weak_probes(RULE),
    order=7,
)  # fmt: skip
