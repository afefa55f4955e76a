"""Write it: a step of Hyperball, at a constant norm."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back
from ..grader.exercise_form import Bug, Exercise, Probe, source

FLAT = ([1.0, -2.0, 2.5], [0.3, 0.4, -1.2])
WIDE = ([[3.0, -1.0, 0.5], [0.0, 2.0, -4.0]], [[0.2, 0.7, -0.1], [0.5, -0.3, 0.9]])
HOLES = ([0.0, -2.0, 2.5, 1.5], [0.0, 0.7, -1.2, 0.5])
DEEP = ([[[0.3], [-0.8]], [[1.1], [0.6]]], [[[5.0], [2.0]], [[-7.0], [0.4]]])


def _probe(name: str, why: str, *pairs: tuple[Any, Any], lr: float, stretch: float = 1.0, size: float = 1.0) -> Probe:
    """The weights are multiplied by `size`, and what comes back is divided by it, so that each digit is compared."""

    def run(function: Any) -> Iterator[tuple[str, Any]]:
        import numpy as np

        for weights, step in pairs:
            p, s = size * np.array(weights), stretch * np.array(step)
            yield f"weights of shape {p.shape}", np.asarray(given_back(function(p, s, lr=lr))) / size

    return Probe(name, why, run)


def _drawn(draw: random.Random) -> Probe:
    rows, columns = draw.randint(1, 4), draw.randint(1, 4)
    p, s = ([[draw.gauss(0, 1) for _ in range(columns)] for _ in range(rows)] for _ in range(2))
    many = 10 ** draw.uniform(-3, 3)
    return _probe("", "", ([[many * x for x in row] for row in p], s), lr=draw.uniform(0.01, 0.95),
                  stretch=10 ** draw.uniform(-20, 3))  # fmt: skip


STEP = r"\tilde\theta = \theta - \gamma\,\lVert\theta\rVert\, s / \lVert s\rVert"
BACK = r"\theta \leftarrow \lVert\theta\rVert\, \tilde\theta / \lVert\tilde\theta\rVert"
TAKEN, PUT_BACK = "p - lr * radius / length * step", "return radius / norm(q) * q"

EXERCISE = Exercise(
    name="hyperball",
    title="A step at constant norm",
    chapter="modern/one_line",
    level="mid",
    minutes=5,
    task="""
Write `hyperball(p, step, *, lr)`, a step that keeps the norm of the weights.

- `p` and `step` are NumPy arrays of float64 of the same shape, any shape; `step` is what an optimizer would
  **subtract** from the weights `p`. `p` is not zero. All norms are Euclidean, over all numbers of the array.
- Subtract a step with the direction of `step` whose length is `lr` times the norm of `p`, `0 < lr < 1`.
- Scale the result so that its norm is again that of `p`.
- Where `step` is zero, return the weights as they are. However short it is otherwise, only its direction counts:
  nothing is added to a norm. (No norm overflows, and none but that of a zero `step` is rounded to zero.)
- Return the new weights, an array of the same shape. Do not change the arguments.

`np` is there already.
""",
    starter="""
def hyperball(p, step, *, lr):
    ...
    return new
""",
    reference=source("optim/lars.py", "norm").replace(": np.ndarray) -> float:", "):") + "\n\n"
    + source("optim/hyperball.py", "hyperball"),
    probes=(
        _probe("shapes", "One norm for the whole array, whatever its shape.", FLAT, WIDE, DEEP, HOLES,
               lr=0.15),
        _probe("a long step", "The rate is large, so that the way back to the norm is long.", WIDE, FLAT, lr=0.8),
        _probe("a tiny step", "The length of the step must not matter, even at 1e-25.", WIDE, lr=0.35, stretch=1e-25),
        _probe("a huge step", "The same from the other side.", WIDE, lr=0.35, stretch=1e9),
        _probe("steps at the edge", "1e-140 and 1e140 have squares that are still numbers.", WIDE, lr=0.35,
               stretch=1e-140),
        _probe("steps at the other edge", "The same from the other side.", FLAT, lr=0.25, stretch=1e140),
        _probe("tiny weights", "Nothing is added to the norm of the weights, either.", WIDE, HOLES, lr=0.3, size=1e-90),
        _probe("huge weights", "Their size comes back.", FLAT, DEEP, lr=0.4, size=1e90, stretch=1e-30),
        _probe("one number", "Of any shape: one axis with one entry, or no axis at all.", ([-2.5], [0.3]), (1.5, -0.7),
               lr=0.45),
        _probe("no step", "0/0 must not be NaN.", WIDE, lr=0.35, stretch=0.0),
        _probe("along the weights", "Weights and step are parallel: nothing is left to turn.",
               ([2.0, -1.0, 3.0], [4.0, -2.0, 6.0]), ([2.0, -1.0, 3.0], [-1.0, 0.5, -1.5]), lr=0.6),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("not-put-back", "The result is not scaled back: the norm grows with each step across the weights.", BACK,
            ((PUT_BACK, "return q"),)),
        Bug("step-not-scaled", "The step keeps its own length, and the rate is no angle.", STEP,
            ((TAKEN, "p - lr * step"),)),
        Bug("radius-forgotten", "The step has length lr, not lr times the norm of the weights: large weights hardly "
            "turn.", STEP, ((TAKEN, "p - lr / length * step"),)),
        Bug("added", "The step is added; it was to be subtracted.", STEP,
            ((TAKEN, "p + lr * radius / length * step"),)),
        Bug("to-the-unit-sphere", "The result has norm 1, not that of the weights.", BACK,
            ((PUT_BACK, "return q / norm(q)"),)),
        Bug("eps-for-the-guard", "A small number is added to the norm of the step: short steps get shorter still.",
            STEP, ((TAKEN, "p - lr * radius / (length + 1e-8) * step"),),
            others=tuple(((TAKEN, f"p - lr * radius / (length + {eps}) * step"),)
                         for eps in (1e-6, 1e-7, 1e-10, 1e-12))),
        Bug("tangent", "The part of the step along the weights is taken out first: a step on the tangent. Known from "
            "optimization on manifolds; it was not asked.", STEP,
            (("length = norm(p), norm(step)", "length = norm(p), norm(step)\n    "
              "step = step - (p * step).sum() / radius**2 * p"),), convention=True),
        Bug("tangent-renormalized", "The part along the weights is taken out, and the rest has length lr times the "
            "norm: steps along the weights turn them by chance.", STEP,
            (("    radius, length = norm(p), norm(step)", "    radius = norm(p)\n    "
              "step = step - (p * step).sum() / radius**2 * p\n    length = norm(step)"),), convention=True),
        Bug("divided-by-radius", "The norm of the weights divides where it should multiply.", STEP,
            ((TAKEN, "p - lr / radius / length * step"),)),
        Bug("squared-norms", "Squared norms are taken: the roots are missing.", STEP,
            (("return float(np.linalg.norm(x))", "return float((x * x).sum())"),)),
        Bug("one-norm", "Absolute values are added in place of squares.", STEP,
            (("return float(np.linalg.norm(x))", "return float(np.abs(x).sum())"),)),
        Bug("maximum-norm", "The largest component is taken for the norm.", STEP,
            (("return float(np.linalg.norm(x))", "return float(np.abs(x).max())"),)),
        Bug("signs", "The sign of each component is stepped along, not the direction of the step.", STEP,
            (("    radius, length = norm(p), norm(step)", "    step = np.sign(step)\n    "
              "radius, length = norm(p), norm(step)"),)),
        Bug("only-shortened", "The step is limited to lr times the norm, and shorter ones stay short: clipping.", STEP,
            ((TAKEN, "p - min(1.0, lr * radius / length) * step"),)),
        Bug("rate-of-the-result", "The mean of the old and the new direction by lr, (1 - lr) of the one and lr of the "
            "other.", STEP, ((TAKEN, "(1 - lr) * p - lr * radius / length * step"),)),
        Bug("angle", "The weights and the step are combined by cosine and sine of lr: the exact rotation where they "
            "are at right angles. The plain step was asked.", STEP,
            ((TAKEN, "np.cos(lr) * p - np.sin(lr) * radius / length * step"),), convention=True),
        Bug("only-shrunk-back", "The norm is put back only where it has grown.", BACK,
            ((PUT_BACK, "return min(1.0, radius / norm(q)) * q"),)),
        Bug("inverted-back", "The ratio of the norms is upside down: the result gets longer where it was too long.",
            BACK, ((PUT_BACK, "return norm(q) / radius * q"),)),
    ),
    hints=(
        "Two lengths are fixed here: that of the step, and that of the weights after it.",
        "Keep the norm of the weights before you move them.",
        rf"${STEP}$, ${BACK}$",
        "`q = p - lr * radius / length * step; return radius / norm(q) * q`",
    ),
    explanation="""
Where a layer's scale does not matter, because a normalization follows it, only the angle of a step does. Here the rate
is that angle, nearly, for steps at right angles to the weights, and it stays so through the whole training, where
otherwise the balance of growth by steps and shrinking by decay has to find it. Weight decay has nothing left to do.
""",
    variants=(
        "Keep the norm of each row, in place of that of the matrix.",
        "Turn by exactly the angle `lr`, whatever the direction of the step.",
    ),
    next="galore_project",
    weak=(_probe("a vector", "The usual example.", FLAT, lr=0.15),),
    order=30,
)  # fmt: skip
