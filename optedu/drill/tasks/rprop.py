"""Rprop, from memory."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes

RULE = Rule(
    "rprop",
    settings=dict(lr=0.1, etas=(0.5, 1.2), step_sizes=(1e-6, 50.0)),
    unusual=dict(etas=(0.4, 1.7), step_sizes=(0.03, 0.25)),
    returns=("p", "prev", "size"),
    state=lambda settings: (0.0, settings["lr"]),
    only_class=("lr",),
)
REFERENCE = source("optim/rprop.py", "rprop")
GROW, SHRINK = "where(agree > 0, grow", "where(agree < 0, shrink"
CLAMP, FLIP = "size = clip(size, *step_sizes)", "g = where(agree < 0, 0.0, g)"
SIZE = (
    r"\eta_t = \eta^{+}\eta_{t-1}\ (g_t g_{t-1} > 0),\quad \eta^{-}\eta_{t-1}\ (g_t g_{t-1} < 0),"
    r"\quad \eta_{t-1}\ \text{else}"
)
TURN, STEP = r"g_t g_{t-1} < 0 \Rightarrow g_t \leftarrow 0", r"\theta_t = \theta_{t-1} - \eta_t\,\mathrm{sign}(g_t)"
BOUNDS = r"\eta_t \in [\eta_{\min}, \eta_{\max}]"
BUGS = (
    Bug("step-after-turn", "After a change of sign it still steps, and the next comparison is with this "
        "gradient.", TURN,
        ((FLIP, "pass"),)),
    Bug("turn-remembered", "After a change of sign there is no step, but the gradient is remembered: if the sign "
        "stays, "
        "the size grows at once.", TURN, ((FLIP, f"bare, g = g, {FLIP[4:]}"), ("* size, g, size", "* size, bare, "
            "size"))),
    Bug("etas-swapped", "It shrinks where it should grow.", SIZE, (("shrink, grow = etas", "grow, shrink = etas"),)),
    Bug("not-clamped", "The sizes have no bounds.", BOUNDS, ((CLAMP, "pass"),)),
    Bug("no-upper-bound", "The sizes have no upper bound.", BOUNDS, ((CLAMP, "size = maximum(size, step_sizes[0])"),)),
    Bug("no-lower-bound", "The sizes have no lower bound.", BOUNDS, ((CLAMP, "size = minimum(size, step_sizes[1])"),)),
    Bug("magnitude-used", "The step is multiplied by the gradient, not by its sign.", STEP,
        (("sign(g) * size", "g * size"),)),
    Bug("zero-shrinks", "A product of zero is taken for a change of sign: the first step shrinks already.", SIZE,
        ((SHRINK, "where(agree <= 0, shrink"),)),
    Bug("zero-grows", "A product of zero is taken for agreement: the first step grows already.", SIZE,
        ((GROW, "where(agree >= 0, grow"),)),
    Bug("stale-size", "The step uses the size before it was adapted.", STEP,
        (("agree = g * prev", "agree, old = g * prev, size"), ("sign(g) * size", "sign(g) * old"))),
    Bug("only-shrinks", "The size never grows.", SIZE, ((GROW + " * size", "where(agree > 0, size"),)),
    Bug("never-turns", "A change of sign has no effect on the size.", SIZE, ((SHRINK + " * size", "where(agree < "
        "0, size"),)),
    Bug("goes-back", "After a change of sign the step is taken backwards by the new size.", TURN,
        ((FLIP, "g = where(agree < 0, -g, g)"),)),
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, (("p - sign(g)", "p + sign(g)"),)),
    Bug("zero-turns", "A product of zero is taken for a change of sign, with no step: a parameter that starts never "
        "moves.", TURN, ((SHRINK, "where(agree <= 0, shrink"), (FLIP, "g = where(agree <= 0, 0.0, g)"))),
    Bug("compared-with-parameter", "The gradient is compared with the parameter, not with the gradient before.", SIZE,
        (("agree = g * prev", "agree = g * p"),)),
    Bug("clamp-exchanged", "Minimum and maximum are exchanged in the clamp: the size is always one of its bounds.",
        BOUNDS, ((CLAMP, "size = maximum(minimum(size, step_sizes[0]), step_sizes[1])"),),
        others=(((CLAMP, "size = minimum(maximum(size, step_sizes[1]), step_sizes[0])"),),)),
    Bug("clamped-after-step", "The step is taken with the size before it is clamped.", BOUNDS,
        ((CLAMP, "raw, size = size, clip(size, *step_sizes)"), ("sign(g) * size, g", "sign(g) * raw, g"))),
)  # fmt: skip

EXERCISE = Exercise(
    name="rprop",
    title="Rprop",
    chapter="adaptive/rprop",
    level="senior",
    minutes=10,
    task=task(
        RULE, "rprop", "Rprop",
        "`prev` is the gradient of the step before, `size` the step size of this parameter. `etas` are the factors for "
        "shrinking and growing, `step_sizes` the bounds. Conventions, those of torch: compare signs by the product "
        "with `prev`; on a change of sign shrink, take no step, and remember the gradient as zero; on a product of "
        "zero "
        "keep the size; then, at every step, the first too, clamp the size before it is used. In a class the size of "
        "each array starts when the array has its first gradient, as the learning rate that its group has by then; "
        "later changes of the rate have no effect.",
    ),
    starter="def rprop(g, p, prev, size, *, etas, step_sizes):\n    ...\n    return p, prev, size\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "Only the sign of the gradient counts; every parameter has a step size of its own.",
        "Same sign as before: faster. Another sign: a minimum was passed, slower.",
        f"${SIZE}$, then ${STEP}$",
        "`agree = g * prev`; grow, shrink or keep `size`; clip it; where `agree < 0` set `g` to 0; "
        "return `p - sign(g) * size, g, size`.",
    ),
    explanation="Setting the gradient to zero does two things at once: there is no step now, and the next product "
    "is zero, "
    "so that the size is kept once.",
    variants=("With weight-backtracking: undo the last step on a change of sign.",),
    next="adam",
    as_class=class_form(RULE, "Rprop", REFERENCE, BUGS, '(0.0, group["lr"])', "rprop"),
    weak=weak_probes(RULE),
    order=4,
)  # fmt: skip
