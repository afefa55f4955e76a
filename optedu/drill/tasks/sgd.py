"""Gradient descent with an L2 term, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes

RULE = Rule(
    "sgd",
    settings=dict(lr=0.1, weight_decay=0.0),
    unusual=dict(lr=0.7),
    returns=("p",),
    neutral=dict(momentum=0, dampening=0, nesterov=False),
)
REFERENCE = source("optim/sgd.py", "sgd")

DECAY, RETURN = "g = g + weight_decay * p", "return p - lr * g, buf"
L2, STEP = r"g_t \leftarrow g_t + \lambda\,\theta_{t-1}", r"\theta_t = \theta_{t-1} - \gamma\,g_t"
L2_BUGS = (
    Bug("decay-ignored", "weight_decay has no effect.", L2, (("if weight_decay:", "if False:"),)),
    Bug("decay-sign", "The decay has the wrong sign and drives weights away from zero.", L2,
        ((DECAY, "g = g - weight_decay * p"),)),
    Bug("decay-doubled", "The penalty was taken as λ‖θ‖², whose gradient is 2λθ; here it is half of that.", L2,
        ((DECAY, "g = g + 2 * weight_decay * p"),), convention=True),
    Bug("decay-without-lr", "The parameter is shrunk by weight_decay of itself, without the learning rate.", L2,
        ((DECAY, "p = p - weight_decay * p"),)),
)  # fmt: skip
BUGS = (
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, ((RETURN, "return p + lr * g, buf"),)),
    Bug("sign-of-gradient", "Only the sign of the gradient is used.", STEP, ((RETURN, "return p - lr * sign(g), "
        "buf"),)),
    Bug("lr-squared", "The learning rate is multiplied in twice.", STEP, ((RETURN, "return p - lr * lr * g, buf"),)),
    Bug("decay-after-step", "The decay is taken of the new parameter, after the step.", L2,
        ((DECAY, "pass"), (RETURN, "p = p - lr * g\n    return p - lr * weight_decay * p, buf"))),
    Bug("decay-of-sign", "Every weight loses the same amount, as under L1, not the same fraction.", L2,
        ((DECAY, "g = g + weight_decay * sign(p)"),)),
    *L2_BUGS,
)  # fmt: skip

EXERCISE = Exercise(
    name="sgd",
    title="Gradient descent",
    chapter="foundations/gradient_descent",
    level="basic",
    minutes=5,
    task=task(
        RULE,
        "sgd",
        "SGD",
        "No momentum. `weight_decay` is an L2 term: it is added to the gradient, times the parameter.",
    ),
    starter="def sgd(g, p, *, lr, weight_decay):\n    ...\n    return p\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "Go against the gradient.",
        "The penalty (λ/2)‖θ‖² has the gradient λθ.",
        r"$\theta_t = \theta_{t-1} - \gamma\,(g_t + \lambda\,\theta_{t-1})$",
        "`p - lr * (g + weight_decay * p)`",
    ),
    explanation="For plain gradient descent L2 and weight decay are the same thing: each step first shrinks the weight "
    "by γλ of itself. Under momentum, and under Adam, they part.",
    variants=("Add maximize. Which sign is flipped first, that of the gradient or that of the L2 term?",),
    next="momentum",
    as_class=class_form(RULE, "SGD", REFERENCE, BUGS, "()", "sgd"),
    weak=weak_probes(RULE),
)
