"""Schedule-Free SGD, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes

RULE = Rule(
    "schedule_free",
    settings=dict(lr=0.1, momentum=0.9, weight_decay=0.0),
    unusual=dict(momentum=0.6),
    returns=("p", "z"),
    state=lambda settings: (None,),
    counts=True,
)
REFERENCE = (
    source("optim/schedule_free.py", "interpolate")
    + '''

def schedule_free(g, p, z, *, t, lr, momentum, weight_decay):
    """One step of Schedule-Free SGD; p is y."""
    if z is None:
        z = p
    step = lr * (g + weight_decay * p)
    return interpolate(p, z, step, 1 / t, momentum)
'''
)
RECOVER, MOVE, MIX = "x = (y - (1 - beta) * z) / beta", "z = z - step", "x = (1 - c) * x + c * z"
RETURN, STEP, BACK = "return (1 - beta) * z + beta * x, z", "step = lr * (g + weight_decay * p)", ", 1 / t, momentum)"
FIRST = "        z = p\n"
X = r"x_t = (y_t - (1-\beta)\,z_t)/\beta"
Z = r"z_{t+1} = z_t - \gamma\,(g(y_t) + \lambda\,y_t)"
AVERAGE = r"x_{t+1} = (1 - \tfrac1t)\,x_t + \tfrac1t\,z_{t+1}"
Y = r"y_{t+1} = (1-\beta)\,z_{t+1} + \beta\,x_{t+1}"
BUGS = (
    Bug("p-is-x", "The parameter is taken for the average x; it holds y.", X, ((RECOVER, "x = y"),)),
    Bug("x-not-divided", "x is found without the division by β.", X, ((RECOVER, "x = y - (1 - beta) * z"),)),
    Bug("x-from-new-z", "x is found from y with the z after its step; y was made from the old one.", X,
        ((f"    {RECOVER}\n    {MOVE}\n", f"    {MOVE}\n    {RECOVER}\n"),)),
    Bug("old-z-averaged", "The average takes up z as it was before its step.", AVERAGE,
        ((f"    {MOVE}\n    {MIX}\n", f"    {MIX}\n    {MOVE}\n"),)),
    Bug("start-averaged", "The average moves by 1/(t + 1): the start is in it, too. In a class, a count that is one "
        "too large does the same.", AVERAGE,
        ((BACK, ", 1 / (t + 1), momentum)"),)),
    Bug("counted-from-zero", "The average moves by 1/(t - 1), as if t counted from 0 and were raised too late.",
        AVERAGE, ((BACK, ", 1 / max(t - 1, 1), momentum)"),)),
    Bug("weights-of-average-swapped", "The average keeps 1/t of itself and takes 1 - 1/t of z.", AVERAGE,
        ((MIX, "x = c * x + (1 - c) * z"),)),
    Bug("exponential-average", "x moves by 1 - β at each step: an exponential average forgets, and x was to weigh all "
        "z alike.", AVERAGE, ((BACK, ", 1 - momentum, momentum)"),)),
    Bug("average-of-y", "The average takes up y, not z.", AVERAGE,
        ((MIX, "x = (1 - c) * x + c * y"),)),
    Bug("average-is-a-sum", "z is added to x with the weight 1/t, and x itself is not reduced.", AVERAGE,
        ((MIX, "x = x + c * z"),)),
    Bug("weights-of-y-swapped", "β weighs z, and 1 - β weighs x, in both places.", Y,
        ((RECOVER, "x = (y - beta * z) / (1 - beta)"), (RETURN, "return beta * z + (1 - beta) * x, z"))),
    Bug("weights-of-new-y-swapped", "β weighs z, and 1 - β weighs x, where y is made; x is found as it should be.", Y,
        ((RETURN, "return beta * z + (1 - beta) * x, z"),)),
    Bug("weights-in-x-swapped", "β and 1 - β are exchanged where x is found; y is made as it should be.", X,
        ((RECOVER, "x = (y - beta * z) / (1 - beta)"),)),
    Bug("y-from-old-z", "The new y is made from the z before its step.", Y,
        ((MOVE, "old, z = z, z - step"), (RETURN, "return (1 - beta) * old + beta * x, z"))),
    Bug("y-from-old-x", "The new y is made from the x before it moved. As x is found from y, it never moves.", Y,
        ((MIX, "pass"),)),
    Bug("p-becomes-x", "The average x comes back as the parameter; gradients are to be taken at y.", Y,
        ((RETURN, "return x, z"),)),
    Bug("p-becomes-z", "z comes back as the parameter: this is plain SGD. In a class, a count that stays at 1 or a "
        "state that is made anew at every step does the same.", Y,
        ((RETURN, "return z, z"),)),
    Bug("z-is-x", "x comes back as the state in the place of z.", Z,
        ((RETURN, "return (1 - beta) * z + beta * x, x"),)),
    Bug("steps-from-y", "z takes its step from y, not from where it was.", Z, ((MOVE, "z = y - step"),)),
    Bug("z-starts-at-zero", "z starts at zero, not at the parameter.", r"z_1 = x_1 = y_1",
        ((FIRST, "        z = 0 * p\n"),)),
    Bug("rate-over-t", "The learning rate is divided by t. It is to stay; the average takes the place of a schedule.",
        Z, ((STEP, "step = lr / t * (g + weight_decay * p)"),)),
    Bug("rate-damped", "The step of z is multiplied by 1 - β, as in an average of gradients.", Z,
        ((STEP, "step = lr * (1 - momentum) * (g + weight_decay * p)"),)),
    Bug("climbs", "The step has the wrong sign: z climbs.", Z, ((MOVE, "z = z + step"),)),
    Bug("decay-at-z", "The decay is taken at z, not at y.", Z, ((STEP, "step = lr * (g + weight_decay * z)"),)),
    Bug("decay-at-x", "The decay is taken at x, not at y.", Z,
        ((STEP, "x = (p - (1 - momentum) * z) / momentum\n    step = lr * (g + weight_decay * x)"),)),
    Bug("decay-of-y", "y is shrunk itself, and z is not. Then x is found from a y that does not belong to it.", Z,
        ((STEP, "step = lr * g\n    p = p - lr * weight_decay * p"),)),
    Bug("decay-ignored", "weight_decay has no effect.", Z, ((STEP, "step = lr * g"),)),
    Bug("decay-without-lr", "The decay is not multiplied by the learning rate.", Z,
        ((STEP, "step = lr * g + weight_decay * p"),)),
    Bug("decay-sign", "The decay has the wrong sign: weights grow.", Z,
        ((STEP, "step = lr * (g - weight_decay * p)"),)),
)  # fmt: skip

EXERCISE = Exercise(
    name="schedule_free",
    title="Schedule-Free SGD",
    chapter="modern/schedule_free",
    level="senior",
    minutes=10,
    task=task(
        RULE, "schedule_free", "ScheduleFree",
        "Schedule-Free SGD has three points: `z`, which takes the steps; x, the average of all z so far, which is "
        "evaluated in the end; and y = (1 - β) z + β x with β = `momentum`, where gradients are taken. `p` is **y**, "
        "before and after the step. x is not handed over: find it from `p` and `z`. All three start at the parameter, "
        "so `z = None` means z = p.\n\n"
        "Conventions: `g` is the gradient at y. First z takes a step of plain SGD, with `weight_decay` as an L2 term "
        "at y. Then x moves toward the **new** z by c = 1/t, so that all z weigh the same, whatever their rates were "
        "(the z of the start is not in the average). The new y is made from the new z and the new x. 0 < momentum < 1.",
    ),
    starter="def schedule_free(g, p, z, *, t, lr, momentum, weight_decay):\n    ...\n    return p, z\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "SGD runs at one point, its average is another, and the gradient is taken between them.",
        "y and z are known, and y = (1 - β) z + β x. So x needs no memory of its own.",
        f"${X}$; ${Z}$; ${AVERAGE}$; ${Y}$",
        "`x = (p - (1 - momentum) * z) / momentum`, then `z`, then `x`, then `p`, each from the newest of the others",
    ),
    explanation="An average of iterates does what a decaying rate would do, and needs no horizon. Averaging alone "
    "would take gradients far from the point that is evaluated; y lies near x, so they are taken where they are "
    "needed. The state is one number per parameter, as with momentum.",
    variants=("Weigh each z with its squared rate. What does this change under a warm-up?",
              "Which β gives Polyak's average beside plain SGD, and which takes gradients at the average?",
              "Replace the step of z by Adam's without its first moment."),
    next="newton_schulz",
    as_class=class_form(
        RULE, "ScheduleFree", REFERENCE, BUGS, "(None,)", "schedule_free",
        without=("state-made-anew", "counter-never-raised", "counter-one-ahead"),  # see p-becomes-z, start-averaged
    ),
    weak=weak_probes(RULE),
    order=65,
)  # fmt: skip
