"""Write it: Kahan's compensated addition to weights of few digits."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back, several
from ..grader.exercise_form import Bug, Exercise, Probe, source


def kahan_add(p, update, lost):
    due = update + lost
    new = p + due
    return new, due - (new - p)


PARTS = ("new weights", "lost")


def _probe(name: str, why: str, start: Any, *updates: Any, kind: str = "float32", lost: Any = None) -> Probe:
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        import numpy as np

        p = np.array(start, kind)
        kept = np.zeros_like(p) if lost is None else np.array(lost, kind)
        for k, numbers in enumerate(updates, 1):
            given = p, np.array(numbers, kind).reshape(p.shape), kept
            handed = [a.copy() for a in given]
            result = several(given_back(function(*handed)), PARTS)
            for part, value in zip(PARTS, result, strict=True):
                found = np.asarray(value)
                yield f"call {k}, type of {part}", str(found.dtype)
                yield f"call {k}, {part}", found.astype(np.float64)
            new = not any(np.shares_memory(value, a) for value in result for a in handed)
            yield f"call {k}, both arrays are new", new
            p, kept = (np.asarray(value).astype(kind) for value in result)

    return Probe(name, why, run)


def _drawn(draw: random.Random) -> Probe:
    n, kind = draw.randint(1, 4), draw.choice(["float16", "float32"])
    few = 10 ** draw.uniform(-4, 1)

    def some(scale: float) -> list[float]:
        return [scale * draw.gauss(0, 1) for _ in range(n)]

    return _probe("", "", some(2.0), *(some(few) for _ in range(4)), kind=kind, lost=some(0.1 * few))


SUM = r"u = \Delta + c, \quad p' = p + u"
LOST = r"c' = u - (p' - p)"

EXERCISE = Exercise(
    name="kahan_add",
    title="Kahan's sum for weights of few digits",
    chapter="large_models/low_precision",
    level="mid",
    minutes=5,
    task="""
Write `kahan_add(p, update, lost)`, an addition to weights of few digits that loses nothing for long: what rounding
takes away is kept beside the weights, and tried again with the next update.

- `p` are the weights, `update` is what is to be added to them, `lost` is what earlier calls could not add (zeros at
  first). All three are NumPy arrays of one shape and one type, float16 or float32; all numbers are finite, and nothing
  overflows.
- Add `lost` to `update` first, then that sum to `p`. What is lost now is that sum minus the change that the weights
  have really made, new minus old.
- Each of these four operations is done, and rounded, in the type of the arrays.
- Return `(new, lost)`: two new arrays of the same shape and type. Do not change the arguments.

`np` is there already.
""",
    starter="""
def kahan_add(p, update, lost):
    ...
    return ..., ...
""",
    reference=source("drill/tasks/kahan_add.py", "kahan_add"),
    probes=(
        _probe("float16, updates that round away", "Each one alone is too small to move the weight.",
               [1.0, -3.0, 0.7], *[[3e-4, 7e-4, -1e-4]] * 5, kind="float16"),
        _probe("float32, a matrix", "The same with more digits, and of another shape.",
               [[1.0, -20.0], [0.3, 5.0]], *[[3.1e-8, -4.7e-7, 1.3e-8, 2.3e-7]] * 4),
        _probe("something lost before", "What earlier calls have lost is due now, with its sign.",
               [2.0, -1.5], [0.013, 0.0021], [-0.0007, 0.0], kind="float16", lost=[0.0008, -0.0004]),
        _probe("updates larger than the weights", "Here the lost part itself is rounded.",
               [0.0137, -0.00213], [13.7, 0.777], [-5.55, 3.21], kind="float16", lost=[0.0031, 0.00011]),
        _probe("no update", "What was lost may be enough by itself.", [1.0], [0.0], [0.0], kind="float16",
               lost=[0.0007]),
        _probe("nothing to add", "The arrays are new, also where nothing changes.", [1.5, -2.0], [0.0, 0.0],
               [0.5, 0.0]),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("lost-not-added", "What was lost is returned, and never added.", SUM, (("update + lost", "update"),)),
        Bug("lost-not-kept", "Nothing is kept: zeros come back, and small updates vanish.", LOST,
            (("due - (new - p)", "np.zeros_like(p)"),),
            others=((("due - (new - p)", "(p + due) - new"),),)),
        Bug("lost-as-handed-over", "The old lost part is returned.", LOST, (("due - (new - p)", "lost"),)),
        Bug("sign-of-lost", "The difference is the other way round: each error is made twice.", LOST,
            (("due - (new - p)", "(new - p) - due"),)),
        Bug("kahans-sign", "The lost part is kept with the other sign and subtracted, as Kahan wrote it. Here it was "
            "to be added.", SUM, (("update + lost", "update - lost"), ("due - (new - p)", "(new - p) - due")),
            convention=True),
        Bug("subtracted", "The lost part is subtracted from the update.", SUM, (("update + lost", "update - lost"),)),
        Bug("update-for-the-sum", "The change is compared with the update alone: what was due from earlier is "
            "forgotten.", LOST, (("due - (new - p)", "update - (new - p)"),)),
        Bug("lost-summed", "The new lost part is added to the old, which has been paid already.", LOST,
            (("due - (new - p)", "lost + (due - (new - p))"),)),
        Bug("no-brackets", "Old weights and new are subtracted one after the other, with p subtracted where it should "
            "be added.", LOST, (("due - (new - p)", "due - new - p"),)),
        Bug("brackets-dissolved", "The same in algebra, not in rounding: due minus new is rounded to the digits of the "
            "weights.", LOST, (("due - (new - p)", "due - new + p"),)),
        Bug("added-one-by-one", "Update and lost part are added to the weights one after the other, and each rounds "
            "away by itself.", SUM, (("new = p + due", "new = p + update + lost"),)),
        Bug("in-double", "The sums are done in float64, and only the results are rounded: no lost part rounds on the "
            "way.", SUM,
            (("due = update + lost", "due = update.astype(np.float64) + lost"),
             ("new = p + due", "new = (p + due).astype(p.dtype)"),
             ("due - (new - p)", "(due - (new.astype(np.float64) - p)).astype(p.dtype)"))),
        Bug("double-returned", "The weights come back in float64: that is the memory that was to be saved.", SUM,
            (("new = p + due", "new = p.astype(np.float64) + due"),)),
        Bug("gradient-descent", "The update is subtracted.", SUM, (("update + lost", "lost - update"),)),
        Bug("twice", "The update is added with the lost part, and once more.", SUM,
            (("new = p + due", "new = p + due + update"),)),
        Bug("returned-swapped", "The two values are returned in the other order.", LOST,
            (("return new, due - (new - p)", "return due - (new - p), new"),)),
        Bug("exact-error", "The error is taken as in Knuth's sum, with the part of p that was lost as well. Where "
            "the update is larger than the weight it is another number than Kahan's.", LOST,
            (("due - (new - p)", "(p - (new - (new - p))) + (due - (new - p))"),), convention=True),
    ),
    hints=(
        "A number that is too small to move the weight today may be large enough in a while, with others of its kind.",
        "The weights tell what was really added: their new value minus their old one.",
        rf"${SUM}$, ${LOST}$",
        "`due = update + lost; new = p + due; lost = due - (new - p)`",
    ),
    explanation="""
Weights and lost part together take as many bytes as one number of twice the size, and act nearly like it; the forward
pass reads the short one alone. The subtraction `new - p` must not be simplified: in exact numbers the lost part is
zero. Compilers that are allowed to reorder sums remove it.
""",
    variants=(
        "Add 1e-4 to 1 in float16, a thousand times, with and without.",
        "Round at random in place of the lost part: what does that save, and what does it cost?",
    ),
    next="int8_blocks",
    weak=(_probe("one update", "The usual example.", [1.0], [0.25]),),
    order=10,
)  # fmt: skip
