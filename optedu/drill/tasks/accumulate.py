"""Write it: gradient accumulation over micro-batches of different sizes."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back, some_floats
from ..grader.exercise_form import Bug, Exercise, Probe, source


def accumulate(batches, every):
    steps, total, weight = [], None, 0
    for k, (g, n) in enumerate(batches, start=1):
        total = [a + n * b for a, b in zip(total or [0.0] * len(g), g, strict=True)]
        weight += n
        if k % every == 0 or k == len(batches):
            steps.append([a / weight for a in total])
            total, weight = None, 0
    return steps


def _probe(name: str, why: str, batches: list[tuple[list[float], int]], every: int) -> Probe:
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        steps = list(given_back(function([(list(g), n) for g, n in batches], every)))
        yield "number of optimizer steps", float(len(steps))
        for k in range(-(-len(batches) // every)):
            yield f"gradient of step {k + 1}", steps[k] if k < len(steps) else [float("nan")] * len(batches[0][0])

    return Probe(name, why, run)


MEAN = r"g = \frac{\sum_k n_k\, g_k}{\sum_k n_k}"
RESET = "total, weight = None, 0\n    return"


def _drawn(draw: random.Random) -> Probe:
    size = draw.randint(1, 4)
    batches = [(some_floats(draw, size), draw.randint(1, 9)) for _ in range(draw.randint(1, 12))]
    return _probe("", "", batches, draw.randint(1, 5))


EXERCISE = Exercise(
    name="accumulate",
    title="Accumulate gradients",
    chapter="practice/batch_size",
    level="mid",
    minutes=8,
    task="""
Write `accumulate(batches, every)`.

- `batches` is a list of pairs `(g, n)`, one for each micro-batch: `g` is the gradient (a list of floats) of the
  **mean** loss over its `n` examples. The `n` may differ, and the list may be empty.
- The optimizer steps after every `every` micro-batches, and after the last one if some are left over.
- Return the list of gradients that it is given: each is the gradient of the mean loss over **all examples** since the
  previous step. Do not change `batches`.
""",
    starter="""
def accumulate(batches, every):
    steps = []
    for g, n in batches:
        ...
    return steps
""",
    reference=source("drill/tasks/accumulate.py", "accumulate"),
    probes=(
        _probe("equal sizes", "With equal sizes the mean of the means is right: a common test, and a weak one.",
               [([1.0, -2.0], 4), ([3.0, 0.5], 4), ([-1.0, 1.0], 4), ([2.0, 4.0], 4)], 2),
        _probe("different sizes", "The last micro-batch of an epoch is short, or sequences differ in length.",
               [([1.0, -2.0], 3), ([5.0, 4.0], 1), ([0.5, 2.0], 2), ([-1.0, 1.0], 6)], 2),
        _probe("left over", "Five micro-batches, two at a time: the fifth must not be lost.",
               [([1.0], 2), ([2.0], 5), ([4.0], 1), ([8.0], 3), ([16.0], 7)], 2),
        _probe("three at a time", "A longer window, and one micro-batch left over.",
               [([1.0, 0.2], 2), ([-3.0, 0.7], 3), ([0.5, 5.0], 7), ([2.0, -1.0], 4), ([6.0, 1.5], 1), ([-2.5, 0.3], 5),
                ([0.4, -0.6], 6)], 3),
        _probe("fewer than a window", "The end comes before the window is full.",
               [([1.0, 4.0], 3), ([2.0, -0.5], 2)], 5),
        _probe("a step each time", "With a window of one, each gradient comes back as it was.",
               [([1.5, -1.0], 2), ([-0.5, 3.0], 5)], 1),
        _probe("equal micro-batches", "Two that are equal are two: their place tells them apart.",
               [([1.0, -2.0], 3), ([0.5, 4.0], 2), ([1.0, -2.0], 3), ([2.0, 0.0], 1), ([1.0, -2.0], 3)], 2),
        _probe("nothing", "No micro-batch, no step.", [], 2),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("sum-of-means", "The gradients are added and not divided. The step is as many times too long as there are "
            "micro-batches; Adam hides it, SGD does not.", MEAN, (("n * b", "b"), ("a / weight", "a"))),
        Bug("mean-of-means", "The gradients are averaged with equal weights. With different sizes, examples of a "
            "short micro-batch count too much.", MEAN, (("n * b", "b"), ("weight += n", "weight += 1"))),
        Bug("divided-by-window", "The sum is divided by the length of the window. Sizes do not count, and the last, "
            "shorter window gives too small a gradient.", MEAN, (("n * b", "b"), ("a / weight", "a / every"))),
        Bug("sum-over-examples", "The sum over examples is not divided by their number.", MEAN, (("a / weight", "a"),)),
        Bug("mean-taken-twice", "A mean gradient is added without its weight, and the sum is divided by the number of "
            "examples: they are divided out twice.", MEAN, (("n * b", "b"),)),
        Bug("last-only", "The gradient is zeroed before each micro-batch, not after each step: only the last counts.",
            MEAN, (("a + n * b", "n * b"), ("weight += n", "weight = n"))),
        Bug("never-zeroed", "Nothing is zeroed after a step: each gradient is the mean over all examples since the "
            "start.", r"k \in \text{examples since the last step}", ((RESET, "pass\n    return"),)),
        Bug("sum-not-zeroed", "The sum is not zeroed after a step, while the count is: old gradients are counted "
            "again.", r"k \in \text{examples since the last step}", ((RESET, "weight = 0\n    return"),)),
        Bug("count-not-zeroed", "The count is not zeroed after a step: the gradients shrink from step to step.", MEAN,
            ((RESET, "total = None\n    return"),)),
        Bug("one-early", "The counter starts at zero and is tested before it is raised: the first step comes after "
            "one micro-batch.", r"k \bmod K = 0, \quad k = 1, 2, \dots", (("k % every", "(k - 1) % every"),)),
        Bug("rest-dropped", "Micro-batches left over at the end are not used. Some data loaders drop them on purpose; "
            "here they were to be used.", r"k \bmod K = 0 \text{ or } k = \text{last}",
            ((" or k == len(batches)", ""),), convention=True),
        Bug("empty-step", "A step is appended at the end even when no micro-batch is left over.",
            r"k \bmod K = 0 \text{ or } k = \text{last}",
            (("    return steps", "    if len(batches) % every == 0:\n        steps.append([])\n    return steps"),)),
        Bug("largest-size", "The weighted sum is divided by the largest size times the length of the window, "
            "not by the "
            "sum of the sizes.", MEAN,
            (("weight += n", "sizes = [n] if total is None or not weight else [*sizes, n]\n        weight = "
              "max(sizes) * len(sizes)"),)),
    ),
    hints=(
        "A mean over all examples is the sum over all examples divided by how many there are.",
        "Two things are kept between micro-batches: a sum of gradients and a number of examples. Both start anew.",
        rf"${MEAN}$",
        "`total = [a + n * b for a, b in zip(total, g)]; weight += n`, and at a step `[a / weight for a in total]`.",
    ),
    explanation="""
The mean of means is right only if all micro-batches are of one size. With sequences of different lengths the unit is
the token, not the sequence. Accumulation equals the big batch up to rounding if examples do not see each other: with
batch normalization they do. Clip after accumulation, and step the schedule once for each optimizer step.
""",
    variants=(
        "Divide the loss before the backward pass instead; what must be known in advance?",
        "Accumulate in float32 while gradients come in bfloat16.",
        "Two workers accumulate at the same time: what do they send, and when?",
    ),
    next="noise_scale",
    weak=(_probe("equal sizes", "The usual example.", [([1.0, -2.0], 4), ([3.0, 0.5], 4)], 2),),
    order=50,
)  # fmt: skip
