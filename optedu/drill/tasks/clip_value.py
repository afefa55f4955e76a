"""Write it: clipping by value."""

import random

from ..grader.call_probes import by_lot, calls, case, some_floats
from ..grader.exercise_form import Bug, Exercise, Probe, source


def clip_value(grads, limit):
    return [[max(-limit, min(limit, x)) for x in g] for g in grads]


CLAMPED = "max(-limit, min(limit, x))"
RULE = r"g_i \leftarrow \max(-c, \min(c, g_i))"


def _drawn(draw: random.Random) -> Probe:
    grads = [some_floats(draw, draw.randint(1, 5), 3.0) for _ in range(draw.randint(1, 4))]
    return calls("", "", case("result", grads, 3 * draw.random()), fresh=True)


EXERCISE = Exercise(
    name="clip_value",
    title="Clip gradients by value",
    chapter="practice/clipping",
    level="basic",
    minutes=3,
    task="""
Write `clip_value(grads, limit)`.

- `grads` is a list with one gradient for each tensor; a gradient is a list of floats. `limit` is not negative.
- Return new lists of the same shape (inner ones, too, where nothing is clipped) in which every component lies in
  `[-limit, limit]`; what lies outside is moved to the nearer end. Do not change `grads`.
""",
    starter="""
def clip_value(grads, limit):
    return ...
""",
    reference=source("drill/tasks/clip_value.py", "clip_value"),
    probes=(
        calls("both signs", "Components on either side, inside and outside.",
              case("limit 1", [[0.5, -0.5, 3.0, -3.0], [1.5, -0.1]], 1.0), fresh=True),
        calls("inside", "Nothing to clip: the gradients must come back as they were.",
              case("limit 10", [[0.5, -0.5], [2.0]], 10.0), fresh=True),
        calls("outside on one side", "A tensor with one large component shows what happens to the others.",
              case("limit 0.2, negative", [[-5.0, 0.1]], 0.2), case("limit 0.2, positive", [[5.0, 0.1]], 0.2)),
        calls("several tensors", "Each is for itself.",
              case("limit 0.7", [[0.9], [0.3, -2.0, 0.7], [-0.7, 0.6], [4.0]], 0.7)),
        calls("nothing is left", "With a limit of zero every component is zero.",
              case("limit 0", [[0.9, 0.0], [-2.0]], 0.0), fresh=True),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("upper-only", "Only the upper end is kept: large negative components pass.", RULE,
            ((CLAMPED, "min(limit, x)"),)),
        Bug("lower-only", "Only the lower end is kept: large positive components pass.", RULE,
            ((CLAMPED, "max(-limit, x)"),)),
        Bug("sign-lost", "The absolute value is clipped and the sign is not put back.", RULE,
            ((CLAMPED, "min(limit, abs(x))"),)),
        Bug("zeroed", "What is too large becomes zero, not the limit: the largest gradients do not count at all.",
            RULE, ((CLAMPED, "x if -limit <= x <= limit else 0.0"),)),
        Bug("bounds-swapped", "The maximum with the upper and the minimum with the lower end: everything becomes the "
            "same number.", RULE, ((CLAMPED, "min(-limit, max(limit, x))"),)),
        Bug("scaled-to-maximum", "The tensor is scaled until its largest component fits. That keeps the direction; it "
            "is clipping by the infinity norm.", RULE,
            ((CLAMPED, "x * min(1.0, limit / max(abs(y) for y in g))"),)),
        Bug("by-norm", "Everything is scaled by one factor until the norm fits. That is clipping by norm.", RULE,
            ((CLAMPED, "x * min(1.0, limit / sum(y * y for h in grads for y in h) ** 0.5)"),)),
        Bug("always-upper-end", "What is too large on either side becomes +limit: the sign is lost.", RULE,
            ((CLAMPED, "x if abs(x) <= limit else limit"),)),
        Bug("flattened", "The gradients come back as one flat list.", RULE,
            (("[[max(-limit, min(limit, x)) for x in g] for g in grads]",
              "[max(-limit, min(limit, x)) for g in grads for x in g]"),)),
        Bug("soft", "The hyperbolic tangent bends all components; those within the limit were to stay.", RULE,
            (("def clip", "import math\n\n\ndef clip"), (CLAMPED, "limit * math.tanh(x / limit)"))),
        Bug("soft-threshold", "What was to be kept is subtracted: that is soft thresholding.", RULE,
            ((CLAMPED, f"x - {CLAMPED}"),)),
        Bug("sign-only", "Every component becomes one of the ends, however small it was.", RULE,
            ((CLAMPED, "limit * ((x > 0) - (x < 0))"),)),
        Bug("first-tensor", "Only the first tensor is clipped.", RULE,
            ((f"[[{CLAMPED} for x in g] for g in grads]",
              f"[[{CLAMPED} for x in g] if not k else list(g) for k, g in enumerate(grads)]"),)),
        Bug("by-norm-of-each", "Each tensor is scaled until its own norm fits.", RULE,
            ((CLAMPED, "x * min(1.0, limit / (sum(y * y for y in g) ** 0.5 or 1.0))"),)),
    ),
    hints=(
        "Each component for itself; nothing else in the tensor matters.",
        "A number is clamped by one minimum and one maximum.",
        rf"${RULE}$",
        "`max(-limit, min(limit, x))`",
    ),
    explanation="""
The step turns toward the sign vector: (10, 1) clipped at 1 becomes (1, 1). That is why clipping by norm is the usual
choice. By value has its use where one bad component must not shorten all others. With adaptive methods both act on
what enters the moments, not on the step.
""",
    variants=(
        "Do it in place on NumPy arrays, with no temporary array.",
        "Clip each component at a multiple of the root of its second moment.",
    ),
    next="param_groups",
    weak=(calls("one tensor", "The usual example.", case("limit 1", [[0.5, 2.0]], 1.0)),),
    order=31,
)  # fmt: skip
