"""ADOPT, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes

RULE = Rule(
    "adopt",
    settings=dict(lr=0.1, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0),
    unusual=dict(betas=(0.7, 0.9), eps=0.62),  # a least divisor is seen where it is large
    returns=("p", "m", "v"),
    state=lambda settings: (0.0, 0.0),
    counts=True,
)
REFERENCE = source("optim/adopt.py", "adopt")

FIRST, BOUND, QUOTIENT = "return p, m, g * g", "bound = (t - 1) ** 0.25", "u = g / maximum(sqrt(v), eps)"
CLIP, AVERAGE, SQUARES = (
    "u = clip(u, -bound, bound)", "m = m + (1 - b1) * (u - m)", "v = b2 * v + (1 - b2) * g * g",
)  # fmt: skip
DECAY, RETURN, BETAS = "p = p - lr * weight_decay * p", "return p - lr * m, m, v", "b1, b2 = betas\n"
START = r"v_1 = g_1^2,\quad \theta_1 = \theta_0,\quad m_1 = 0"
RATIO = r"u_t = \mathrm{clip}\bigl(g_t/\max(\sqrt{v_{t-1}}, \epsilon),\ \pm (t-1)^{1/4}\bigr)"
MEAN, SPREAD = r"m_t = \beta_1 m_{t-1} + (1-\beta_1)\,u_t", r"v_t = \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2"
SHRINK, STEP = r"\theta \leftarrow (1-\gamma\lambda)\,\theta_{t-1}", r"\theta_t = \theta - \gamma\,m_t"
BUGS = (
    Bug("v-with-this-gradient", "The gradient enters v before it is divided by its root, as in Adam. Numerator and "
        "divisor then depend on each other, which ADOPT was made to avoid.", RATIO,
        ((QUOTIENT, SQUARES + "\n    " + QUOTIENT), ("    m = m + (1 - b1) * (u - m)\n    " + SQUARES, "    "
            + AVERAGE)),
        others=(((QUOTIENT, "u = g / maximum(sqrt(b2 * v + (1 - b2) * g * g), eps)"),),)),
    Bug("first-step-moves", "The parameter moves at the first step, too, by the gradient over its own size.", START,
        ((FIRST, "m = (1 - b1) * g / maximum(abs(g), eps)\n        return p - lr * m, m, g * g"),)),
    Bug("first-in-m", "The first gradient enters the average m; it is only to start v.", START,
        ((FIRST, "return p, (1 - b1) * g, g * g"),)),
    Bug("sign-first-in-m", "The first gradient, divided by its own size, enters the average m.", START,
        ((FIRST, "return p, (1 - b1) * clip(g / maximum(abs(g), eps), -1, 1), g * g"),)),
    Bug("first-v-averaged", "The first square enters v with the weight 1 - β₂, as from a start at zero. Without a "
        "correction the next quotients are far too long.", START, ((FIRST, "return p, m, (1 - b2) * g * g"),)),
    Bug("first-v-not-squared", "v starts as the size of the gradient, not its square.", START,
        ((FIRST, "return p, m, abs(g)"),)),
    Bug("decay-on-first", "The parameter is shrunk at the first step, too.", START,
        ((FIRST, "return p - lr * weight_decay * p, m, g * g"),)),
    Bug("no-clip", "The quotient is not clipped. After a first gradient near zero it has no bound.", RATIO,
        ((CLIP, "pass"),)),
    Bug("clip-one-ahead", "The bound is t^¼. The paper gives the gradient that starts v the number 0, so that its t is "
        "t - 1 here.", RATIO, ((BOUND, "bound = t ** 0.25"),)),
    Bug("clip-root", "The bound is the square root of t - 1, not the fourth root.", RATIO,
        ((BOUND, "bound = (t - 1) ** 0.5"),)),
    Bug("clip-constant", "The bound stays at 1. It was to grow, so that large quotients come through later.", RATIO,
        ((BOUND, "bound = 1.0"),)),
    Bug("clip-without-root", "The bound is t - 1 itself.", RATIO, ((BOUND, "bound = t - 1.0"),)),
    Bug("clip-falls", "The bound falls, as (t - 1)^(-¼).", RATIO, ((BOUND, "bound = (t - 1) ** -0.25"),)),
    Bug("clip-above-only", "The quotient is bounded from above only.", RATIO, ((CLIP, "u = minimum(u, bound)"),)),
    Bug("gradient-clipped", "The gradient is clipped, not the quotient.", RATIO,
        ((QUOTIENT, "u = clip(g, -bound, bound) / maximum(sqrt(v), eps)"), (CLIP, "pass"))),
    Bug("average-clipped", "The average is clipped, not the quotient that enters it.", RATIO,
        ((CLIP, "pass"), (AVERAGE, f"m = clip({AVERAGE[4:]}, -bound, bound)"))),
    Bug("average-first", "The gradient is averaged first and divided afterward: these are Adam's order and Adam's "
        "memory.", MEAN,
        ((QUOTIENT, "m = m + (1 - b1) * (g - m)\n    u = m / maximum(sqrt(v), eps)"),
         ("    " + AVERAGE + "\n", ""), (RETURN, "return p - lr * u, m, v"))),
    Bug("eps-added", "ε is added to the root. It is to be the least divisor.", RATIO,
        ((QUOTIENT, "u = g / (sqrt(v) + eps)"),), convention=True),
    Bug("eps-inside-root", "ε is added under the root.", RATIO, ((QUOTIENT, "u = g / sqrt(v + eps)"),)),
    Bug("maximum-inside-root", "The larger of v and ε is taken, and then the root: the least divisor is √ε.", RATIO,
        ((QUOTIENT, "u = g / sqrt(maximum(v, eps))"),)),
    Bug("eps-missing", "ε is left out: where v is zero, zero over zero is NaN.", RATIO,
        ((QUOTIENT, "u = g / sqrt(v)"),)),
    Bug("no-root", "It is divided by v, not by its root.", RATIO, ((QUOTIENT, "u = g / maximum(v, eps)"),)),
    Bug("v-corrected", "v is corrected as if it had started at zero; it starts as the first square.", RATIO,
        ((QUOTIENT, "u = g / maximum(sqrt(v / (1 - b2 ** (t - 1))), eps)"),)),
    Bug("m-corrected", "The average is corrected for its start at zero; ADOPT does not correct it.", STEP,
        ((RETURN, "return p - lr * m / (1 - b1 ** (t - 1)), m, v"),)),
    Bug("m-corrected-by-t", "The average is corrected for its start at zero as in Adam, with t; ADOPT does not correct "
        "it.", STEP, ((RETURN, "return p - lr * m / (1 - b1**t), m, v"),)),
    Bug("m-missing", "The step is the quotient itself, not its average.", STEP,
        ((RETURN, "return p - lr * u, m, v"),)),
    Bug("stale-m", "The step uses the average of the step before.", STEP,
        ((AVERAGE, f"old, {AVERAGE.replace(' = ', ' = m, ', 1)}"), (RETURN, "return p - lr * old, m, v"))),
    Bug("m-is-a-sum", "The average adds the whole quotient: it comes out 1/(1-β₁) times too large.", MEAN,
        ((AVERAGE, "m = b1 * m + u"),)),
    Bug("weights-of-m-swapped", "β₁ weighs the quotient, 1-β₁ the average.", MEAN,
        ((AVERAGE, "m = m + b1 * (u - m)"),)),
    Bug("weights-of-v-swapped", "β₂ weighs the new square, 1-β₂ the old average.", SPREAD,
        ((SQUARES, "v = (1 - b2) * v + b2 * g * g"),)),
    Bug("betas-swapped", "The two decays are unpacked in the wrong order.", r"(\beta_1, \beta_2) = (0.9,\ 0.9999)",
        ((BETAS, "b2, b1 = betas\n"),)),
    Bug("v-with-beta1", "v decays with β₁.", SPREAD, ((SQUARES, "v = b1 * v + (1 - b1) * g * g"),)),
    Bug("v-of-quotient", "v averages the square of the quotient, not of the gradient.", SPREAD,
        ((SQUARES, "v = b2 * v + (1 - b2) * u * u"),)),
    Bug("v-is-a-sum", "v never forgets, as in AdaGrad.", SPREAD, ((SQUARES, "v = v + g * g"),)),
    Bug("v-kept", "v stays the square of the first gradient.", SPREAD, ((SQUARES, "pass"),)),
    Bug("coupled-decay", "The decay is added to the gradient, as L2. The authors' code does so by default; the "
        "decoupled form was asked.", SHRINK,
        ((DECAY, "pass"), (BETAS, BETAS + "    g = g + weight_decay * p\n")), convention=True),
    Bug("decay-ignored", "weight_decay has no effect.", SHRINK, ((DECAY, "pass"),)),
    Bug("decay-without-lr", "The decay is not multiplied by the learning rate.", SHRINK,
        ((DECAY, "p = p - weight_decay * p"),)),
    Bug("decay-after-step", "The parameter is shrunk after the step, and the step with it.", SHRINK,
        ((DECAY, "pass"), (RETURN, "return (1 - lr * weight_decay) * (p - lr * m), m, v"))),
    Bug("decay-sign", "The decay has the wrong sign: weights grow.", SHRINK,
        ((DECAY, "p = p + lr * weight_decay * p"),)),
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, ((RETURN, "return p + lr * m, m, v"),)),
)  # fmt: skip

EXERCISE = Exercise(
    name="adopt",
    title="ADOPT",
    chapter="modern/one_line",
    level="senior",
    minutes=10,
    task=task(
        RULE, "adopt", "ADOPT",
        "Conventions, those of the paper in its form with a clip: the first gradient (t = 1) only makes `v` its "
        "square; `p` and `m` stay, and there is no decay either. From t = 2 on, the gradient is divided by √v **as it "
        "was before this gradient**, or by `eps` where the root is smaller; the quotient is clipped to ±(t - 1)^¼, "
        "component by component; `m` is the average of these quotients; the parameter moves by `lr` times the new `m`. "
        "Then `v` takes up the square of the gradient. Neither average is corrected for its start. The decay is "
        "decoupled and times the learning rate, taken of the old parameter.",
    ),
    starter="def adopt(g, p, m, v, *, t, lr, betas, eps, weight_decay):\n    ...\n    return p, m, v\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "Adam's two operations in another order: divide, then average.",
        "The divisor must not know the gradient that it divides. What follows for the order, and for the first step?",
        f"${START}$; then ${RATIO}$, ${MEAN}$, ${STEP}$, ${SPREAD}$",
        "`u = clip(g / maximum(sqrt(v), eps), -bound, bound)` with the old `v`; `m` of `u`; `v` at the very end",
    ),
    explanation="In Adam a large gradient raises its own divisor, and for some β₂ that spoils convergence even on "
    "convex problems. Here numerator and divisor are independent, and the proof holds for every β₂. The price is a "
    "first step that does not move, and a clip while v knows little.",
    variants=("Without the clip: how long is the second step after a first gradient of zero?",
              "Compare it with Adam where one gradient in fifty is large and the others are small and opposite."),
    next="schedule_free",
    as_class=class_form(
        RULE, "ADOPT", REFERENCE, BUGS, "(0.0, 0.0)", "adopt",
        without=("state-made-anew", "counter-never-raised", "v-starts-at-one"),  # never moves; the same; overwritten
    ),
    weak=weak_probes(RULE),
    order=8,
)  # fmt: skip
