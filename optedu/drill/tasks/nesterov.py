"""Nesterov's momentum, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes
from .momentum import LOOK, SHARED, START
from .sgd import DECAY

RULE = Rule(
    "nesterov",
    settings=dict(lr=0.1, momentum=0.9, weight_decay=0.0),
    unusual=dict(momentum=0.6),
    returns=("p", "buf"),
    state=lambda settings: (None,),
)
REFERENCE = (
    source("optim/sgd.py", "sgd")
    + '''

def nesterov(g, p, buf, *, lr, momentum, weight_decay):
    """One step of SGD with Nesterov's momentum."""
    return sgd(g, p, buf, lr=lr, momentum=momentum, dampening=0, weight_decay=weight_decay, nesterov=True)
'''
)
AHEAD = r"\theta_t = \theta_{t-1} - \gamma\,(g_t + \mu\,b_t)"
BUGS = (
    Bug("heavy-ball", "There is no look-ahead, or it is made with the old buffer, which comes to the same: "
        "this is heavy-ball momentum.", AHEAD, ((LOOK, "g = buf"),)),
    Bug("look-ahead-twice", "The look-ahead is added to the buffer, which has the gradient in it already.", AHEAD,
        ((LOOK, "g = buf + momentum * buf"),)),
    Bug("look-ahead-sign", "The look-ahead has the wrong sign: it looks back.", AHEAD,
        ((LOOK, "g = g - momentum * buf"),)),
    Bug("look-ahead-undamped", "The buffer is added whole, without the factor μ.", AHEAD, ((LOOK, "g = g + buf"),)),
    Bug("look-ahead-from-second", "On the first step there is no look-ahead; torch has it from the first step "
        "on.", AHEAD,
        ((START, f"first = buf is None\n    {START}"), (LOOK, "g = g if first else g + momentum * buf"))),
    *(bug for bug in SHARED if bug.name != "stale-buffer"),
    Bug("decay-missing-ahead", "The look-ahead adds the bare gradient: the decay is in the buffer only.",
        r"g_t \leftarrow g_t + \lambda\,\theta_{t-1}",
        ((DECAY, "bare, g = g, g + weight_decay * p"), (LOOK, "g = bare + momentum * buf")),),
)  # fmt: skip

EXERCISE = Exercise(
    name="nesterov",
    title="Nesterov's momentum",
    chapter="momentum/nesterov",
    level="mid",
    minutes=8,
    task=task(
        RULE, "nesterov", "Nesterov",
        "Conventions, those of torch: the stored parameter is the look-ahead point, so `g` is simply the gradient "
        "there. "
        "The buffer is a decaying sum that starts as the first gradient; no dampening. `weight_decay` is an L2 term, "
        "added to the gradient first.",
    ),
    starter="def nesterov(g, p, buf, *, lr, momentum, weight_decay):\n    ...\n    return p, buf\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "Where will the velocity carry us? Take the gradient there.",
        "Store the look-ahead point itself, and no gradient has to be taken elsewhere.",
        f"$b_t = \\mu\\,b_{{t-1}} + g_t$, then ${AHEAD}$",
        "`buf = g if buf is None else momentum * buf + g`, then `p - lr * (g + momentum * buf)`",
    ),
    explanation="With y = θ - γμb the usual two lines become these. The gradient is weighted by 1 + μ at once, and by "
    "the usual powers of μ afterwards.",
    variants=("Write it with the parameter itself stored, and the gradient given as a function.",),
    next="adagrad",
    as_class=class_form(RULE, "Nesterov", REFERENCE, BUGS, "(None,)", "nesterov"),
    weak=weak_probes(RULE),
)  # fmt: skip
