"""Write it: the mean of the weights along a run."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back, some_floats
from ..grader.exercise_form import Bug, Exercise, Probe, source


def _probe(name: str, why: str, start: float, weights: list[float]) -> Probe:
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        average = start
        for n, p in enumerate(weights):
            average = given_back(function(average, p, n=n))
            yield f"after update {n + 1}", average

    return Probe(name, why, run)


RULE = r"\bar\theta_{n+1} = \bar\theta_n + \frac{\theta - \bar\theta_n}{n + 1}"
PART = "(p - average) / (n + 1)"


def _drawn(draw: random.Random) -> Probe:
    return _probe("", "", draw.gauss(0, 1), some_floats(draw, 12))


EXERCISE = Exercise(
    name="swa",
    title="The mean of the weights",
    chapter="classical/averaging",
    level="basic",
    minutes=3,
    task="""
Write `swa(average, p, *, n)`, one update of the plain mean of a weight (stochastic weight averaging). All are
finite floats.

- `average` is the mean of the `n` weights so far, `n = 0, 1, 2, …`, and `p` the next one. Return the mean of all
  `n + 1`. In the first update, `n = 0`, `average` is some number that must not count.
""",
    starter="""
def swa(average, p, *, n):
    return ...
""",
    reference=source("training/averaging.py", "swa"),
    probes=(
        _probe("a few weights", "The mean after each of them.", 9.0, [1.0, 3.0, 8.0, -4.0, 2.0]),
        _probe("numbers with many digits", "Nothing is rounded, however small a weight is.", 4.0,
               [1 / 3, 2e-7 / 7, -5 / 11, 1e6 / 13, 0.7, 1 / 17]),
        _probe("all equal", "The mean of equal numbers is that number.", 0.0, [2.5] * 4),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("divided-by-n", "The move is divided by n, the number before the update: the second weight wipes out "
            "the first.", RULE, ((PART, "(p - average) / max(n, 1)"),)),
        Bug("start-counts", "The number before the first update counts as a weight.", RULE,
            (("(n + 1)", "(n + 2)"),)),
        Bug("halves", "The mean of the average and the new weight is taken: the last weight counts as much as all "
            "others together.", RULE, ((f"average + {PART}", "(average + p) / 2 if n else p"),)),
        Bug("sum", "The sum is kept and never divided.", RULE, ((f"average + {PART}", "average + p if n else p"),)),
        Bug("product-forgotten", "The average is added without being multiplied by n before the division.", RULE,
            ((f"average + {PART}", "(average + p) / (n + 1)"),)),
        Bug("new-counts-n-times", "The weights are exchanged: the new weight counts n times, the mean once.", RULE,
            ((f"average + {PART}", "(average + n * p) / (n + 1)"),)),
        Bug("whole-division", "The share of the new weight is a division of whole numbers: it is 1 once, and then 0.",
            RULE, ((PART, "(p - average) * (1 // (n + 1))"),)),
        Bug("start-kept", "The number before the first update is kept: the first weight is passed over.", RULE,
            ((f"average + {PART}", f"average + {PART} if n else average"),)),
    ),
    hints=(
        "n times the old mean is the old sum.",
        "The new weight moves the mean by its distance, divided by how many there are now.",
        rf"${RULE}$",
        "`average + (p - average) / (n + 1)`",
    ),
    explanation="""
Averaging starts late, from a rate that is kept high or cyclic: the mean of iterates around a minimum is nearer to it
than any of them. Estimate the statistics of batch normalization anew for the averaged weights.
""",
    variants=("Keep the sum instead of the mean: when does that lose digits?",),
    next="resume",
    weak=(_probe("two weights", "The usual example.", 0.0, [1.0, 3.0]),),
    order=21,
)  # fmt: skip
