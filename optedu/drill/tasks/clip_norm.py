"""Write it: clipping by the norm of all gradients together."""

import random

from ..grader.call_probes import by_lot, calls, case, some_floats
from ..grader.exercise_form import Bug, Exercise, Probe, source


def clip_norm(grads, max_norm):
    norm = sum(x * x for g in grads for x in g) ** 0.5
    factor = min(1.0, max_norm / (norm + 1e-6))
    return [[factor * x for x in g] for g in grads], norm


NORM = "sum(x * x for g in grads for x in g) ** 0.5"
FACTOR = "min(1.0, max_norm / (norm + 1e-6))"
SCALED = "[[factor * x for x in g] for g in grads]"
PARTS = ("gradients", "norm")
JOINT = r"\lVert g \rVert = \sqrt{\textstyle\sum_k \lVert g_k \rVert^2}"
RULE = r"g \leftarrow g \cdot \min\bigl(1, c / (\lVert g \rVert + 10^{-6})\bigr)"


def _drawn(draw: random.Random) -> Probe:
    grads = [some_floats(draw, draw.randint(1, 4), 10 ** draw.uniform(-6, 2)) for _ in range(draw.randint(1, 4))]
    return calls("", "", case("result", grads, 10 ** draw.uniform(-6, 2)), parts=PARTS, fresh=True)


EXERCISE = Exercise(
    name="clip_norm",
    title="Clip gradients by their norm",
    chapter="practice/clipping",
    level="basic",
    minutes=5,
    task="""
Write `clip_norm(grads, max_norm)`. All numbers are finite, and `max_norm` is positive.

- `grads` is a list with one gradient for each tensor; a gradient is a list of floats.
- Scale **all of them by one factor**, so that their joint Euclidean norm is at most `max_norm`.
- The factor is torch's: `max_norm` divided by the norm **plus 1e-6**, and at most 1. (So at a norm of `max_norm` it
  is a little below 1, and shorter gradients stay as they are.)
- Return `(clipped, norm)`: new lists of the same shape (inner ones, too, where nothing is clipped), and the norm
  **before** clipping. Do not change `grads`.
""",
    starter="""
def clip_norm(grads, max_norm):
    norm = ...
    factor = ...
    return ..., norm
""",
    reference=source("drill/tasks/clip_norm.py", "clip_norm"),
    probes=(
        calls("far above the limit", "Tensors of different length show whose norm is taken.",
              case("norm 13, limit 1", [[3.0, -4.0], [12.0], [0.0]], 1.0),
              case("norm 3, limit 2.5", [[1.0], [-2.0, 2.0]], 2.5), parts=PARTS, fresh=True),
        calls("below the limit", "A short gradient must come back as it was.",
              case("norm 0.5, limit 1", [[0.3], [-0.4]], 1.0), parts=PARTS, fresh=True),
        calls("at the limit", "The factor is a little below 1 there.",
              case("norm 7, limit 7", [[2.0, -3.0], [6.0]], 7.0), parts=PARTS),
        calls("just below the limit", "The factor is below 1 there, too, by the 1e-6 that is added.",
              case("norm 7, limit 7.0000003", [[2.0, -3.0], [6.0]], 7.0000003), parts=PARTS, fresh=True),
        calls("a tiny norm", "Where the norm is small, the term 1e-6 can be seen.",
              case("norm 5e-5, limit 1e-5", [[3e-5], [4e-5]], 1e-5), parts=PARTS),
        calls("no gradient", "A norm of zero must not divide by zero.",
              case("norm 0, limit 1", [[0.0, 0.0], [0.0]], 1.0), parts=PARTS, fresh=True),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("per-tensor", "Each tensor is clipped by its own norm. Their lengths relative to each other change, "
            "and with them the direction of the step.", JOINT,
            (("factor * x for x", "min(1.0, max_norm / (sum(y * y for y in g) ** 0.5 + 1e-6)) * x for x"),)),
        Bug("no-clamp", "The factor is not limited to 1. Gradients shorter than the limit are stretched to it, "
            "so every step has the same norm.", RULE, ((FACTOR, "max_norm / (norm + 1e-6)"),)),
        Bug("max-for-min", "The larger of 1 and the ratio is taken. Long gradients pass, short ones are stretched.",
            RULE, (("min(1.0,", "max(1.0,"),)),
        Bug("no-epsilon", "The limit is divided by the norm alone. Optax does so; torch adds 1e-6, which was asked.",
            RULE, ((FACTOR, "max_norm / norm if norm > max_norm else 1.0"),), convention=True),
        Bug("divides-by-zero", "The limit is divided by the norm alone, with no guard: where all gradients are zero it "
            "raises, and at a norm of 1 it differs from torch in the sixth digit.", RULE,
            ((FACTOR, "min(1.0, max_norm / norm)"),)),
        Bug("epsilon-in-root", "The 1e-6 is added to the squared norm, inside of the root. At a norm near 1e-3 "
            "that is no small term any more.", RULE,
            (("(norm + 1e-6)", "(norm * norm + 1e-6) ** 0.5"),)),
        Bug("norm-after", "The norm after clipping is returned. It is at most the limit by construction, "
            "so that the number in the log says nothing.", r"\text{return } \lVert g \rVert \text{ before clipping}",
            (("for g in grads], norm", "for g in grads], factor * norm"),)),
        Bug("no-root", "The sum of squares is used as the norm; the root is missing.", JOINT,
            ((NORM, "sum(x * x for g in grads for x in g)"),)),
        Bug("sum-of-norms", "The norms of the tensors are added. The joint norm is the root of the sum of their "
            "squares.", JOINT, ((NORM, "sum(sum(x * x for x in g) ** 0.5 for g in grads)"),)),
        Bug("one-norm", "Absolute values are added: this is the 1-norm.", JOINT,
            ((NORM, "sum(abs(x) for g in grads for x in g)"),)),
        Bug("max-norm", "The largest component is used: this is the infinity norm.", JOINT,
            ((NORM, "max(abs(x) for g in grads for x in g)"),)),
        Bug("root-mean-square", "The squares are averaged, not added. The limit then depends on the number of "
            "parameters.", JOINT,
            ((NORM, "(sum(x * x for g in grads for x in g) / sum(len(g) for g in grads)) ** 0.5"),)),
        Bug("by-value", "Each component is clamped to the limit. That is clipping by value; it turns the step.", RULE,
            ((SCALED, "[[max(-max_norm, min(max_norm, x)) for x in g] for g in grads]"),)),
        Bug("epsilon-in-norm", "The 1e-6 is added to the norm itself, which is returned with it.", RULE,
            ((NORM, f"{NORM} + 1e-6"), ("(norm + 1e-6)", "norm"))),
        Bug("squares-of-sums", "The components of a tensor are added before they are squared: signs cancel.", JOINT,
            ((NORM, "sum(sum(g) ** 2 for g in grads) ** 0.5"),)),
        Bug("largest-tensor", "The norm of the longest tensor is taken for that of all.", JOINT,
            ((NORM, "max(sum(x * x for x in g) ** 0.5 for g in grads)"),)),
        Bug("first-tensor", "Only the norm of the first tensor is taken.", JOINT,
            ((NORM, "sum(x * x for x in grads[0]) ** 0.5"),)),
        Bug("mean-of-norms", "The norms of the tensors are averaged.", JOINT,
            ((NORM, "sum(sum(x * x for x in g) ** 0.5 for g in grads) / len(grads)"),)),
        Bug("flattened", "The gradients come back as one flat list.", RULE,
            ((SCALED, "[factor * x for g in grads for x in g]"),)),
    ),
    hints=(
        "One factor for all tensors keeps the direction of the step.",
        "Two passes: first one number from all components, then one product for each.",
        rf"${RULE}$ with ${JOINT}$.",
        "`factor = min(1.0, max_norm / (norm + 1e-6))`",
    ),
    explanation="""
A common factor shortens the step and does not turn it. The norm before clipping is the cheapest alarm there is:
log it. In training, clip *after* the gradients are complete (accumulated, averaged over workers, divided by the loss
scale) and before the optimizer's step. One NaN makes the norm NaN, and the factor spreads it over all tensors: test
the norm.
""",
    variants=(
        "Return None in place of a gradient that is None.",
        "Take the order of the norm as an argument, infinity included.",
        "Compute the norm when the gradients of a tensor are spread over several workers.",
    ),
    next="clip_value",
    weak=(calls("one tensor", "The usual example.", case("norm 5, limit 1", [[3.0, 4.0]], 1.0), parts=PARTS),),
    order=30,
)  # fmt: skip
