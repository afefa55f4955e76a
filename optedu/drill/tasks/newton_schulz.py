"""Write it: the Newton–Schulz iteration of Muon."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back
from ..grader.exercise_form import Bug, Exercise, Probe, edited, source

MUON = (3.4445, -4.775, 2.0315)
WIDE = [[1.0, 2.0, -1.0], [0.5, -0.3, 2.0]]
TALL = [[3.0, 1.0], [-1.0, 0.2], [0.4, 2.0], [1.0, 1.0]]
SQUARE = [[2.0, 1.0], [-0.5, 0.3]]
ZEROS = [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]


def _probe(
    name: str, why: str, *matrices: list[list[float]], coefficients: tuple[float, ...] = MUON, steps: int = 5,
    eps: float = 1e-7, scale: float = 1.0,
) -> Probe:  # fmt: skip
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        import numpy as np

        for rows in matrices:
            x = scale * np.array(rows)
            yield f"a matrix {x.shape[0]} × {x.shape[1]}", np.asarray(given_back(function(x, coefficients, steps, eps)))

    return Probe(name, why, run)


STEP = r"X_{k+1} = a X_k + b\,(X_k X_k^\top) X_k + c\,(X_k X_k^\top)^2 X_k"
START = r"X_0 = X / \max(\lVert X \rVert_F, \epsilon)"
SIZE, DIVISOR = "float(np.linalg.norm(wide))", "max(size, eps)"
EVEN, POLYNOMIAL = "even = b * gram + c * gram @ gram", "a * wide + even @ wide"


def _drawn(draw: random.Random) -> Probe:
    columns = draw.randint(1, 5)
    return _probe(
        "", "", [[draw.gauss(0, 1) for _ in range(columns)] for _ in range(draw.randint(1, 5))],
        coefficients=tuple(draw.uniform(-2, 2) for _ in range(3)), steps=draw.randint(0, 4),
        eps=10 ** draw.uniform(-8, 1), scale=10 ** draw.uniform(-3, 2),
    )  # fmt: skip


EXERCISE = Exercise(
    name="newton_schulz",
    title="Newton–Schulz",
    chapter="modern/muon",
    level="senior",
    minutes=8,
    task="""
Write `newton_schulz(x, coefficients, steps, eps)`, the orthogonalization in Muon.

- `x` is a NumPy matrix of any shape. Return a matrix of the **same shape**; do not change `x`.
- Divide by the Frobenius norm first, or by `eps` where the norm is smaller.
- Then apply `steps` times: `a X + b (X Xᵀ) X + c (X Xᵀ)² X`, with `a, b, c = coefficients`.
- For speed a matrix with more rows than columns is transposed first, and back at the end. (The result is the same.)

`np` is there already.
""",
    starter="""
def newton_schulz(x, coefficients, steps, eps):
    a, b, c = coefficients
    ...
    return x
""",
    reference=edited(source("optim/muon.py", "newton_schulz"), (  # with the same coefficients at every step
        ("    wide = x if", "    a, b, c = coefficients\n    wide = x if"),
        ("for a, b, c in each(coefficients, steps)", "for _ in range(steps)"),
    )),
    probes=(
        _probe("Muon's own settings", "A wide, a tall and a square matrix, five steps.", WIDE, TALL, SQUARE),
        _probe("one step", "The polynomial by itself, with coefficients that are all different.", WIDE, TALL,
               coefficients=(1.0, 10.0, 100.0), steps=1),
        _probe("no step", "Only the division by the norm is left.", WIDE, steps=0),
        _probe("a large eps", "Where the norm is small, or zero, eps is divided by.", SQUARE, ZEROS, eps=0.5,
               scale=0.01),
        _probe("near eps", "The maximum and the sum of norm and eps differ.", SQUARE, eps=0.5, scale=0.3),
        _probe("two steps, cubic", "Other coefficients: the iteration of Newton and Schulz itself.", TALL,
               coefficients=(1.5, -0.5, 0.0), steps=2),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("not-normalized", "The matrix is not divided by its norm: singular values above 1.26 grow without "
            "bound.", START, ((f"wide = wide / {DIVISOR}", "pass"),)),
        Bug("spectral-norm", "The largest singular value is divided by. That is the tightest bound, and costs the "
            "decomposition that the iteration avoids.", START,
            ((SIZE, "float(np.linalg.norm(wide, 2))"),), convention=True),
        Bug("eps-added", "Norm and eps are added. Muon's first code does so; the larger of the two was asked.", START,
            ((DIVISOR, "(size + eps)"),), convention=True),
        Bug("eps-ignored", "The norm is divided by, however small it is: a matrix of zeros becomes NaN.", START,
            ((DIVISOR, "size"),)),
        Bug("rows-normalized", "Each row is divided by its own norm: that changes the singular vectors.", START,
            ((SIZE, "np.linalg.norm(wide, axis=1, keepdims=True)"), (DIVISOR, "np.maximum(size, eps)"))),
        Bug("maximum-norm", "The largest component is divided by: singular values may stay above one.", START,
            ((SIZE, "float(np.abs(wide).max())"),)),
        Bug("one-step-short", "One step is missing.", r"k = 0, \dots, K - 1", (("range(steps)", "range(steps - 1)"),)),
        Bug("one-step-more", "There is one step too many.", r"k = 0, \dots, K - 1",
            (("range(steps)", "range(steps + 1)"),)),
        Bug("not-transposed-back", "A tall matrix comes back as a wide one.", r"X_K \in \mathbb{R}^{n \times m}",
            (("return wide if n <= m else wide.T", "return wide"),)),
        Bug("b-and-c-swapped", "The coefficients of the cubic and the quintic term are swapped.", STEP,
            (("a, b, c = coefficients", "a, c, b = coefficients"),)),
        Bug("elementwise-square", "The Gram matrix is squared component by component.", STEP,
            (("gram @ gram", "gram * gram"),)),
        Bug("quintic-missing", "The last term is missing: the cubic alone pushes small singular values far less.", STEP,
            ((EVEN, "even = b * gram"),)),
        Bug("linear-missing", "The term a X is missing.", STEP, ((POLYNOMIAL, "even @ wide"),)),
        Bug("coefficients-ignored", "The classical cubic with 3/2 and -1/2 is used, whatever the coefficients are. It "
            "converges to one, and slowly.", STEP,
            ((EVEN, "even = -0.5 * gram"), (POLYNOMIAL, "1.5 * wide + even @ wide"))),
        Bug("first-gram", "The Gram matrix is computed once, before the loop.", STEP,
            (("    for _ in range(steps):\n        gram = wide @ wide.T\n",
              "    gram = wide @ wide.T\n    for _ in range(steps):\n"),)),
        Bug("normalized-each-step", "The matrix is divided by its norm again at each step: the singular values never "
            "reach one.", STEP, (("gram = wide @ wide.T", "wide = wide / np.linalg.norm(wide)\n        "
            "gram = wide @ wide.T"),)),
        Bug("reshaped", "A tall matrix is reshaped, not transposed: its entries come in another order.", START,
            (("wide = x if n <= m else x.T", "wide = x if n <= m else x.reshape(m, n)"),
             ("else wide.T", "else wide.reshape(n, m)"))),
        Bug("overwritten", "X is overwritten by the first two terms, and the third one is taken of that.", STEP,
            ((POLYNOMIAL, "a * wide + b * gram @ wide\n        wide = wide + c * gram @ gram @ wide"),)),
        Bug("squared-norm", "The squared norm is divided by.", START,
            (("size = float(np.linalg.norm(wide))", "size = float((wide * wide).sum())"),)),
        Bug("muons-numbers", "Muon's own coefficients are built in, whatever was handed over.", STEP,
            (("a, b, c = coefficients", "a, b, c = 3.4445, -4.775, 2.0315"),)),
    ),
    hints=(
        "An odd polynomial of a matrix acts on its singular values and leaves the singular vectors.",
        "The singular values must start in (0, 1]: the Frobenius norm is a cheap upper bound for the largest.",
        rf"${START}$, ${STEP}$",
        "`gram = wide @ wide.T; wide = a * wide + (b * gram + c * gram @ gram) @ wide`",
    ),
    explanation="""
Only matrix products: that is why it is fast where a singular value decomposition is slow. Muon's coefficients are
chosen for a steep slope at zero, 3.4445, and give up convergence: after five steps singular values that were
above 0.01 lie between 0.68 and 1.14, which is near enough for a direction.
""",
    variants=(
        "Plot the polynomial applied five times over (0, 1].",
        "Run it in bfloat16: how far are the results apart?",
        "Choose coefficients that converge, and count the steps.",
    ),
    next="two_loop",
    weak=(_probe("a square matrix", "The usual example.", SQUARE),),
    order=60,
)  # fmt: skip
