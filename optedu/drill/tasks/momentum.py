"""Heavy-ball momentum, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes
from .sgd import DECAY, L2_BUGS, RETURN

RULE = Rule(
    "momentum",
    settings=dict(lr=0.1, momentum=0.9, dampening=0.0, weight_decay=0.0),
    unusual=dict(momentum=0.6, dampening=0.3),
    returns=("p", "buf"),
    state=lambda settings: (None,),
)
REFERENCE = (
    source("optim/sgd.py", "sgd")
    + '''

def momentum(g, p, buf, *, lr, momentum, dampening, weight_decay):
    """One step of SGD with heavy-ball momentum."""
    return sgd(g, p, buf, lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=False)
'''
)
LATER, FIRST = "buf = momentum * buf + (1 - dampening) * g", "buf = g\n"
APPLIED, LOOK, START = "g = buf", "g = g + momentum * buf", "if momentum and buf is None:"
BUFFER = r"b_t = \mu\,b_{t-1} + (1-\tau)\,g_t,\quad b_1 = g_1"
STEP = r"\theta_t = \theta_{t-1} - \gamma\,b_t"
SHARED = (
    Bug(
        "average-for-sum",
        "The buffer is an average, with weights μ and 1 - μ, not torch's sum. Under a constant gradient: "
        "0.1, 0.19, 0.271 in the place of 1, 1.9, 2.71. The learning rate then means something else.",
        BUFFER,
        ((FIRST, "buf = (1 - momentum) * g\n"), (LATER, "buf = momentum * buf + (1 - momentum) * g")),
        convention=True,
    ),
    Bug(
        "average-from-gradient",
        "The buffer starts as the whole gradient and is averaged afterwards. torch adds the whole gradient each time.",
        BUFFER,
        ((LATER, "buf = momentum * buf + (1 - momentum) * g"),),
        convention=True,
    ),
    Bug(
        "lr-in-buffer",
        "The learning rate is inside the buffer, as in the older papers and in Keras. It is the same as long as the "
        "rate is constant; when it changes, old gradients keep their old rate.",
        STEP,
        ((FIRST, "buf = lr * g\n"), (LATER, "buf = momentum * buf + (1 - dampening) * lr * g"),
         (LOOK, "g = lr * g + momentum * buf"), (RETURN, "return p - g, buf")),
        convention=True,
    ),
    Bug("stale-buffer", "The step uses the buffer of the step before.", STEP,
        ((START, "old = 0 * g if buf is None else buf\n    " + START), (APPLIED, "g = old"))),
    Bug("buffer-forgets-first", "The buffer starts at zero and does not take up the first gradient.", BUFFER,
        ((FIRST, "buf = 0 * g\n"),)),
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, ((RETURN, "return p + lr * g, buf"),)),
    Bug("decay-outside-buffer", "The decay is added to the step, not to the gradient that the buffer takes up.",
        r"g_t \leftarrow g_t + \lambda\,\theta_{t-1}\ \text{before}\ b_t",
        ((DECAY, "pass"), (RETURN, "return p - lr * (g + weight_decay * p), buf"))),
    *L2_BUGS,
)  # fmt: skip
BUGS = (
    Bug("dampening-on-first", "Dampening is applied to the first gradient too; torch takes that one whole.", BUFFER,
        ((FIRST, "buf = (1 - dampening) * g\n"),)),
    Bug("dampening-ignored", "dampening has no effect.", BUFFER, ((LATER, "buf = momentum * buf + g"),)),
    Bug("dampening-on-buffer", "Dampening reduces the old buffer, not the new gradient.", BUFFER,
        ((LATER, "buf = (1 - dampening) * momentum * buf + g"),)),
    Bug("buffer-not-used", "The step uses the bare gradient: the buffer is not applied, or made anew at every "
        "step.", STEP, ((APPLIED, "pass"),)),
    Bug("nesterov", "The step looks ahead, g + μb. That is Nesterov's momentum.", STEP,
        ((APPLIED, "g = g + momentum * buf"),), convention=True),
    Bug("gradient-added-again", "The step is the buffer plus the gradient, which is in the buffer already.", STEP,
        ((APPLIED, "g = g + buf"),)),
    *SHARED,
    Bug("minus-in-buffer", "The buffer takes the negative gradient after the first step, and the parameter moves "
        "against it.", BUFFER, ((LATER, "buf = momentum * buf - (1 - dampening) * g"),)),
    Bug("dampening-is-momentum", "momentum and dampening are taken for one another.", BUFFER,
        ((LATER, "buf = dampening * buf + (1 - momentum) * g"),)),
    Bug("zero-is-none", "A buffer of zero is taken for none (`if not buf`): the next gradient fills it "
        "undamped.", BUFFER,
        ((START, "if momentum and (buf is None or not np.any(buf)):"),)),
    Bug("first-added-twice", "The buffer is filled with the first gradient, and that is then added once more.", BUFFER,
        ((FIRST, "buf = (1 + momentum - dampening) * g\n"),),),
)  # fmt: skip

EXERCISE = Exercise(
    name="momentum",
    title="Heavy-ball momentum",
    chapter="momentum/heavy_ball",
    level="basic",
    minutes=6,
    task=task(
        RULE, "momentum", "Momentum",
        "Conventions, those of torch: the buffer is a decaying *sum*; it starts as the first gradient, which is not "
        "dampened; the learning rate stays outside. `weight_decay` is an L2 term, added to the gradient first.",
    ),
    starter="def momentum(g, p, buf, *, lr, momentum, dampening, weight_decay):\n    ...\n    return p, buf\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "A velocity that remembers earlier gradients.",
        "Under a constant gradient of 1 and μ = 0.9 the steps are 1, 1.9, 2.71, up to 10.",
        f"${BUFFER}$, then ${STEP}$",
        "`buf = g if buf is None else momentum * buf + (1 - dampening) * g`, then `p - lr * buf`",
    ),
    explanation="The sum makes a step up to 1/(1-μ) times longer. An average would keep the length of a step, and "
    "needs a larger learning rate for the same path.",
    variants=("Put the rate into the buffer. When do the paths part?", "Write it as a two-step recurrence in θ alone."),
    next="nesterov",
    as_class=class_form(RULE, "Momentum", REFERENCE, BUGS, "(None,)", "momentum"),
    weak=weak_probes(RULE),
)  # fmt: skip
