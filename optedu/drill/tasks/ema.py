"""Write it: an exponential moving average of the weights."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back, some_floats
from ..grader.exercise_form import Bug, Exercise, Probe, source


def _probe(name: str, why: str, start: float, weights: list[float], decay: float) -> Probe:
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        average = start
        for n, p in enumerate(weights):
            average = given_back(function(average, p, n=n, decay=decay))
            yield f"after update {n + 1}", average

    return Probe(name, why, run)


RULE = r"\bar\theta_n = \beta\, \bar\theta_{n-1} + (1 - \beta)\, \theta_n"
FIRST = r"\bar\theta_1 = \theta_1"
GUARD, PART = "    if not n:\n        return p\n", "(1 - decay) * (p - average)"


def _drawn(draw: random.Random) -> Probe:
    return _probe("", "", draw.gauss(0, 1), some_floats(draw, 12), draw.choice([0.0, draw.random()]))


EXERCISE = Exercise(
    name="ema",
    title="An average of the weights",
    chapter="classical/averaging",
    level="basic",
    minutes=4,
    task="""
Write `ema(average, p, *, n, decay)`, one update of the exponential moving average of a weight. All are finite floats.

- `average` is what you returned the last time, `p` the weight now, `n = 0, 1, 2, …` the number of updates **before**
  this one. Return the new average.
- The **first** update returns the weight itself, whatever `average` is (it holds the weight before training). There is
  nothing to be corrected then.
- After that the average keeps the fraction `decay` of itself.
""",
    starter="""
def ema(average, p, *, n, decay):
    return ...
""",
    reference=source("training/averaging.py", "ema"),
    probes=(
        _probe("a few weights", "The start from a weight that is not the first one, and the updates after it.",
               7.0, [1.0, 2.0, 4.0, 3.0, -1.0, 0.5], 0.9),
        _probe("long memory", "With a decay near one the first updates tell how the average is started.",
               -3.0, [1.0, 1.0, 1.5, 1.0, 2.0] * 5, 0.999),
        _probe("no memory", "With a decay of zero the average is the weight.", 5.0, [1.0, -2.0, 4.0], 0.0),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("swapped", "The two weights are swapped: the average follows the last weight and smooths nothing.", RULE,
            ((PART, "decay * (p - average)"),)),
        Bug("from-zero", "The average starts at zero and is not corrected: for about 1/(1 - decay) updates the weights "
            "are too small.", FIRST, (("return p\n", "return (1 - decay) * p\n"),)),
        Bug("corrected", "The average starts at zero and is corrected as Adam's moments are. That is sound, and gives "
            "early weights less influence; a start from the first weight was asked.", FIRST,
            ((GUARD, ""), (PART, "(1 - decay) / (1 - decay ** (n + 1)) * (p - average)")), convention=True),
        Bug("from-initial-weight", "The average starts at the weight before training, which then fades only slowly. "
            "Some libraries do so.", FIRST, ((GUARD, ""),), convention=True),
        Bug("warmed-up-decay", "The decay is limited to (1 + n)/(10 + n) at first. A well-known option, and not what "
            "was asked.", RULE, (("(1 - decay)", "(1 - min(decay, (1 + n) / (10 + n)))"),), convention=True),
        Bug("late-start", "The count is off by one: the second update copies the weight too.", FIRST,
            (("if not n:", "if n <= 1:"),)),
        Bug("away", "The sign is wrong: the average moves away from the weights.", RULE,
            (("(p - average)", "(average - p)"),)),
        Bug("not-normalized", "The new weight is added in full: this is the buffer of momentum, and it grows to "
            "1/(1 - decay) times the weights.", RULE, ((f"average + {PART}", "decay * average + p"),)),
        Bug("plain-mean", "All weights count the same: this is the plain mean, and the early weights never fade.", RULE,
            ((PART, "(p - average) / (n + 1)"),)),
        Bug("corrected-as-well", "It starts from the first weight and is divided by 1 - βⁿ all the same: there is "
            "nothing to correct.", FIRST,
            ((f"average + {PART}", f"(average + {PART}) / (1 - decay ** (n + 1))"),),
            others=(((f"average + {PART}", f"(average + {PART}) / (1 - decay**n)"),),)),
        Bug("decay-to-the-n", "The decay is raised to the number of updates: it forgets everything as time goes on.",
            RULE, (("(1 - decay) * (p", "(1 - decay**n) * (p"),),
            others=((("(1 - decay) * (p", "(1 - decay ** (n + 1)) * (p"),),)),
    ),
    hints=(
        "The average goes a small part of the way to the weight.",
        "With decay 0.999 the part is a thousandth. The first time there is no average to go from.",
        rf"${RULE}$, ${FIRST}$",
        "`average + (1 - decay) * (p - average)`",
    ),
    explanation="""
The average reaches back about 1/(1 - decay) updates: choose that in steps, and change it when the batch size changes.
Keep it in float32: in bfloat16 a move of a thousandth of the way is rounded to none while weight and average are
close. Evaluate with the average, train on with the weights.
""",
    variants=(
        "Swap the averages in for an evaluation and put the weights back, also if the evaluation raises.",
        "What do you do about the running statistics of batch normalization?",
    ),
    next="swa",
    weak=(_probe("a constant", "The usual example.", 1.0, [1.0, 1.0, 1.0], 0.9),),
    order=20,
)  # fmt: skip
