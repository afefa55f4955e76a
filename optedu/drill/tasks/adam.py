"""Adam, from memory; its mistakes are also those of the rules built on it."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes

RULE = Rule(
    "adam",
    settings=dict(lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0),
    unusual=dict(betas=(0.7, 0.9)),
    returns=("p", "m", "v"),
    state=lambda settings: (0.0, 0.0),
    counts=True,
)
REFERENCE = source("optim/adam.py", "adam")

M_HAT, V_HAT = "m / (1 - b1**t)", "v_used / (1 - b2**t)"
AVERAGE_M, AVERAGE_V = "m = m + (1 - b1) * (g - m)", "v = b2 * v + (1 - b2) * g * g"
RATIO = r"\theta_t = \theta_{t-1} - \gamma\,\hat m_t / (\sqrt{\hat v_t} + \epsilon)"

MOMENTS = (
    Bug(
        "no-bias-correction",
        "Neither average is corrected for its start at zero. With the usual betas the first step is 3.16 times "
        "too long, and the excess grows until t = 12.",
        r"\hat m_t = m_t/(1-\beta_1^t),\quad \hat v_t = v_t/(1-\beta_2^t)",
        ((M_HAT, "m"), (V_HAT, "v_used")),
    ),
    Bug(
        "m-not-corrected",
        "The first moment is not corrected. Early steps are too short: 0.1, 0.19, 0.271 of what they should be.",
        r"\hat m_t = m_t/(1-\beta_1^t)",
        ((M_HAT, "m"),),
    ),
    Bug(
        "v-not-corrected",
        "The second moment is not corrected. Early steps are far too long, for v is still near zero.",
        r"\hat v_t = v_t/(1-\beta_2^t)",
        ((V_HAT, "v_used"),),
    ),
    Bug(
        "t-from-zero",
        "The counter starts at 0 where the correction needs 1: the first step divides by zero, "
        "and all later ones are corrected for one step too few.",
        r"t = 1, 2, \dots",
        (("b1**t", "b1**(t - 1)"), ("b2**t", "b2**(t - 1)")),
    ),
    Bug(
        "beta-times-t",
        "The decay is multiplied by t, not raised to the power t. The corrections turn negative.",
        r"1 - \beta^t \ne 1 - \beta\,t",
        (("b1**t", "b1 * t"), ("b2**t", "b2 * t")),
        others=((("b1**t", "b1 * t"), ("b2**t", "b2 * t"), ("sqrt(v_hat)", "sqrt(abs(v_hat))")),),
    ),
    Bug(
        "corrections-swapped",
        "Each average is corrected with the decay of the other.",
        r"\hat m_t = m_t/(1-\beta_1^t),\quad \hat v_t = v_t/(1-\beta_2^t)",
        ((V_HAT, "v_used / (1 - b1**t)"), (M_HAT, "m / (1 - b2**t)")),
    ),
    Bug(
        "v-corrected-twice",
        "The second moment is divided by the square of its correction, or its root by the whole correction. Early "
        "steps "
        "are far too short.",
        r"\hat v_t = v_t/(1-\beta_2^t)",
        ((V_HAT, "v_used / (1 - b2**t) ** 2"),),
    ),
    Bug(
        "betas-swapped",
        "The two decays are unpacked in the wrong order: a slow first moment over a fast second one.",
        r"(\beta_1, \beta_2) = (0.9,\ 0.999)",
        (("b1, b2 = betas", "b2, b1 = betas"),),
    ),
    Bug(
        "eps-inside-root",
        "ε stands under the root. There it acts like its root, 1e-4 in the place of 1e-8, and stops small gradients.",
        RATIO,
        (("(sqrt(v_hat) + eps)", "sqrt(v_hat + eps)"),),
    ),
    Bug(
        "eps-hat",
        "ε is added to the uncorrected root, and the rate carries the correction. This is the ε-hat form at the end of "
        "the paper's section 2, which TensorFlow uses. ε is larger by the factor of the correction early on.",
        RATIO,
        (("(sqrt(v_hat) + eps)", "(sqrt(v_hat) + eps / sqrt(1 - b2**t))"),),
        convention=True,
    ),
    Bug(
        "eps-missing",
        "ε is left out. Beside large gradients nobody sees it; small ones take full steps, and zero over zero is NaN.",
        RATIO,
        (("(sqrt(v_hat) + eps)", "sqrt(v_hat)"),),
    ),
    Bug(
        "no-root",
        "It is divided by the second moment itself. The step then has the unit of one over the gradient.",
        r"\hat m_t / \sqrt{\hat v_t}",
        (("sqrt(v_hat)", "v_hat"),),
    ),
    Bug(
        "sign-of-m",
        "Only the sign of the average is used. The step no longer shrinks where gradients disagree.",
        RATIO,
        (("m_hat / (sqrt(v_hat) + eps)", "sign(m_hat)"),),
    ),
    Bug(
        "gradient-for-m",
        "The numerator is the gradient, not its average. This is RMSProp with a correction.",
        RATIO,
        ((f"m_hat = {M_HAT}", "m_hat = g"),),
    ),
    Bug(
        "stale-m",
        "The step uses the average of the step before, without the newest gradient.",
        r"\hat m_t\ \text{contains}\ g_t",
        ((AVERAGE_M, f"m, m_old = {AVERAGE_M[4:]}, m"), (M_HAT, "m_old / (1 - b1**t)")),
    ),
    Bug(
        "m-is-a-sum",
        "The first moment adds the whole gradient, as SGD's momentum does: it comes out 1/(1-β₁) times too large.",
        r"m_t = \beta_1 m_{t-1} + (1-\beta_1)\,g_t",
        ((AVERAGE_M, "m = b1 * m + g"),),
    ),
    Bug(
        "v-is-a-sum",
        "The second moment never forgets, as in AdaGrad. Steps shrink for ever.",
        r"v_t = \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2",
        ((AVERAGE_V, "v = v + g * g"),),
    ),
    Bug(
        "weights-of-m-swapped",
        "Old and new change places in the first average: β₁ weighs the gradient, 1-β₁ the past.",
        r"m_t = \beta_1 m_{t-1} + (1-\beta_1)\,g_t",
        ((AVERAGE_M, "m = m + b1 * (g - m)"),),
    ),
    Bug(
        "weights-of-v-swapped",
        "Old and new change places in the second average: β₂ weighs the gradient, 1-β₂ the past.",
        r"v_t = \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2",
        ((AVERAGE_V, "v = (1 - b2) * v + b2 * g * g"),),
    ),
    Bug(
        "v-with-beta1",
        "Both averages decay with β₁. The correction of v with β₂ no longer belongs to it.",
        r"v_t = \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2",
        ((AVERAGE_V, "v = b1 * v + (1 - b1) * g * g"),),
    ),
    Bug(
        "v-of-m",
        "The second moment averages the square of m in the place of g. It no longer measures the noise.",
        r"v_t = \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2",
        ((AVERAGE_V, "v = b2 * v + (1 - b2) * m * m"),),
    ),
    Bug(
        "v-of-absolute",
        "The second moment averages the size of the gradient, not its square; the root is then of the wrong unit.",
        r"v_t = \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2",
        ((AVERAGE_V, "v = b2 * v + (1 - b2) * abs(g)"),),
    ),
    Bug(
        "belief",
        "The second moment is of the surprise g - m. That is AdaBelief (without its ε in the average), not Adam.",
        r"v_t = \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2",
        ((AVERAGE_V, "v = b2 * v + (1 - b2) * (g - m) * (g - m)"),),
        convention=True,
    ),
    Bug(
        "look-ahead",
        "The average is applied as Nesterov would. That is NAdam without its schedule, not Adam.",
        r"\hat m_t = m_t/(1-\beta_1^t)",
        ((M_HAT, "(b1 * m + (1 - b1) * g) / (1 - b1**t)"),),
        convention=True,
    ),
    Bug(
        "climbs",
        "The step has the wrong sign: it climbs.",
        RATIO,
        (("p - lr * m_hat", "p + lr * m_hat"),),
    ),
    Bug(
        "m-and-v-are-one",
        "Both averages are one array: it takes up the gradient and then, over that, its square.",
        r"m_t \ne v_t",
        ((AVERAGE_V, "m = v = b2 * m + (1 - b2) * g * g"),),
        others=(((AVERAGE_V, "m = v = b2 * m + (1 - b2) * g * g"), ("sqrt(v_hat)", "sqrt(abs(v_hat))")),),
    ),
    Bug(
        "root-of-eps",
        "The root is taken of ε, not of the second moment.",
        RATIO,
        (("(sqrt(v_hat) + eps)", "(v_hat + sqrt(eps))"),),
    ),
)

DECAY = "g = g + weight_decay * p"
L2 = r"g_t \leftarrow g_t + \lambda\,\theta_{t-1}"
COUPLED = (
    Bug(
        "decoupled-decay",
        "The parameter itself is shrunk. That is AdamW; here the decay was to be an L2 term in the gradient.",
        L2,
        ((DECAY, "p = p - lr * weight_decay * p"),),
        convention=True,
    ),
    Bug("decay-ignored", "weight_decay has no effect.", L2, (("if weight_decay:", "if False:"),)),
    Bug("decay-sign", "The decay has the wrong sign and drives weights away from zero.", L2,
        (("g + weight_decay", "g - weight_decay"),)),
    Bug("decay-doubled", "The penalty was taken as λ‖θ‖², whose gradient is 2λθ; here it is half of that.", L2,
        ((DECAY, "g = g + 2 * weight_decay * p"),), convention=True),
)  # fmt: skip

EXERCISE = Exercise(
    name="adam",
    title="Adam",
    chapter="adam/bias_correction",
    level="basic",
    minutes=10,
    task=task(
        RULE, "adam", "Adam",
        "Conventions, those of torch: both averages are corrected for their start at zero; ε stands outside the root "
        "and after the correction; `weight_decay` is an L2 term, added to the gradient before anything else.",
    ),
    starter="""def adam(g, p, m, v, *, t, lr, betas, eps, weight_decay):
    ...
    return p, m, v
""",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=MOMENTS + COUPLED + (
        Bug("decay-times-lr", "The L2 term is multiplied by the learning rate on its way into the gradient.", L2,
            ((DECAY, "g = g + lr * weight_decay * p"),)),
        Bug("decay-only-in-m", "The L2 term enters the first moment only; v sees the bare gradient.", L2,
            (("b1, b2 = betas", "b1, b2 = betas\n    bare = g"),
             (AVERAGE_V, "v = b2 * v + (1 - b2) * bare * bare"))),
    ),
    hints=(
        "Two running averages: one of the gradient, one of its square. The first gives a direction, "
        "the root of the second a scale.",
        "Both averages start at zero. After one step they hold only a part 1-β of the gradient, and of its square.",
        f"${RATIO}$" + r", with $\hat m_t = m_t/(1-\beta_1^t)$ and $\hat v_t = v_t/(1-\beta_2^t)$.",
        "`m = b1 * m + (1 - b1) * g`, the same for `v` with `g * g`; divide each by `1 - b**t`; "
        "then `p - lr * m_hat / (sqrt(v_hat) + eps)`.",
    ),
    explanation="Under a constant gradient every corrected step is exactly the learning rate, from the first one on. "
    "That is what the correction is for, and the quickest check of it.",
    variants=("Write it with no stored t: keep the two products of betas.",
              "Write it in the ε-hat form. For which ε are both equal at step t?"),
    next="adamw",
    as_class=class_form(RULE, "Adam", REFERENCE, MOMENTS + COUPLED, "(0.0, 0.0)", "adam"),
    weak=weak_probes(RULE),
    order=1,
)  # fmt: skip
