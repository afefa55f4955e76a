"""Lion, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes

RULE = Rule(
    "lion",
    settings=dict(lr=0.1, betas=(0.9, 0.99), weight_decay=0.0),
    unusual=dict(betas=(0.55, 0.8)),
    returns=("p", "m"),
    state=lambda settings: (0.0,),
)
REFERENCE = source("optim/lion.py", "lion")
DECAY, RETURN = "p = p - lr * weight_decay * p", "return p - lr * sign(direction), m"
BLEND, MEMORY = "direction = b1 * m + (1 - b1) * g", "m = b2 * m + (1 - b2) * g"
SHRINK = r"\theta \leftarrow (1-\gamma\lambda)\,\theta_{t-1}"
C, M, STEP = (
    r"c_t = \beta_1 m_{t-1} + (1-\beta_1)\,g_t", r"m_t = \beta_2 m_{t-1} + (1-\beta_2)\,g_t",
    r"\theta_t = \theta - \gamma\,\mathrm{sign}(c_t)",
)  # fmt: skip
BUGS = (
    Bug("betas-swapped", "The two decays are unpacked in the wrong order.", r"(\beta_1, \beta_2) = (0.9,\ 0.99)",
        (("b1, b2 = betas", "b2, b1 = betas"),)),
    Bug("memory-first", "The memory is updated before the direction is made from it, so the gradient counts twice.", C,
        ((BLEND, MEMORY.replace("m =", "new =")), ("    " + MEMORY + "\n", "    m = new\n    direction = b1 * m + "
            "(1 - b1) * g\n"))),
    Bug("sign-of-memory", "The step follows the sign of the memory; the second blend, with β₁, is missing or made "
        "with β₂.", STEP,
        ((RETURN, "return p - lr * sign(m), m"),)),
    Bug("memory-with-beta1", "The memory decays with β₁: there is one average only.", M,
        ((MEMORY, "m = b1 * m + (1 - b1) * g"),)),
    Bug("sign-of-gradient", "The step follows the sign of the gradient alone.", STEP,
        ((RETURN, "return p - lr * sign(g), m"),)),
    Bug("no-sign", "The sign is missing: the step has the size of the direction.", STEP,
        ((RETURN, "return p - lr * direction, m"),)),
    Bug("memory-of-sign", "The memory takes up the sign of the gradient.", M, ((MEMORY, "m = b2 * m + (1 - b2) * "
        "sign(g)"),)),
    Bug("weights-of-direction-swapped", "β₁ weighs the gradient, 1-β₁ the memory.", C,
        ((BLEND, "direction = (1 - b1) * m + b1 * g"),)),
    Bug("weights-of-memory-swapped", "β₂ weighs the gradient, 1-β₂ the memory.", M,
        ((MEMORY, "m = (1 - b2) * m + b2 * g"),)),
    Bug("coupled-decay", "The decay is added to the gradient, and only its sign is left of it.", SHRINK,
        ((DECAY, "g = g + weight_decay * p"),)),
    Bug("decay-inside-sign", "The decay is added to the direction, and the sign is taken of both.", SHRINK,
        ((DECAY, "pass"), (RETURN, "return p - lr * sign(direction + weight_decay * p), m"))),
    Bug("decay-ignored", "weight_decay has no effect.", SHRINK, ((DECAY, "pass"),)),
    Bug("decay-without-lr", "The decay is not multiplied by the learning rate.", SHRINK,
        ((DECAY, "p = p - weight_decay * p"),)),
    Bug("decay-after-step", "The parameter is shrunk after the step, and the step with it.", SHRINK,
        ((DECAY, "pass"), (RETURN, "return (1 - lr * weight_decay) * (p - lr * sign(direction)), m"))),
    Bug("sign-of-zero", "The sign of zero is taken for 1: a parameter without gradient walks.", r"\mathrm{sign}(0) = 0",
        ((RETURN, "return p - lr * where(direction >= 0, 1.0, -1.0), m"),)),
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, ((RETURN, "return p + lr * sign(direction), m"),)),
    Bug("zero-goes-down", "A direction of zero is taken for a negative one: the parameter moves where it was to rest.",
        STEP, ((RETURN, "return p - lr * where(direction > 0, 1.0, -1.0), m"),)),
    Bug("memory-of-step", "The memory takes up the sign of the step, not the gradient.", M,
        ((MEMORY, "m = b2 * m + (1 - b2) * sign(direction)"),)),
    Bug("average-of-signs", "Signs are averaged; the sign of the average was asked.", STEP,
        ((BLEND, "direction = b1 * sign(m) + (1 - b1) * sign(g)"), (RETURN, "return p - lr * direction, m"))),
)  # fmt: skip

EXERCISE = Exercise(
    name="lion",
    title="Lion",
    chapter="modern/lion",
    level="mid",
    minutes=6,
    task=task(
        RULE, "lion", "Lion",
        "Conventions, those of the paper: the direction is made from the memory as it was before this gradient "
        "entered; "
        "the decay is decoupled and times the learning rate, taken of the old parameter; sign(0) = 0.",
    ),
    starter="def lion(g, p, m, *, lr, betas, weight_decay):\n    ...\n    return p, m\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "One buffer, two decay rates, a sign.",
        "The direction weighs the newest gradient more than the memory will.",
        f"${C}$, ${STEP}$, ${M}$",
        "`direction` from the old `m` with b1, then `m` with b2, then `p - lr * sign(direction)` after the decay",
    ),
    explanation="Every component moves by exactly the rate. So Lion wants a smaller rate than Adam, and a larger "
    "decay, "
    "to keep their product.",
    variants=("For which betas is it sign descent with one average?",),
    next="lamb",
    as_class=class_form(RULE, "Lion", REFERENCE, BUGS, "(0.0,)", "lion"),
    weak=weak_probes(RULE),
    order=1,
)  # fmt: skip
