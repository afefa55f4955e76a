"""Write it: GaLore's projection of a gradient to few dimensions, and back."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back, several
from ..grader.exercise_form import Bug, Exercise, Probe, source

REFERENCE = """
def galore_project(g, rank, basis=None):
    tall = g.shape[0] >= g.shape[1]
    if basis is None:
        side = g.T if tall else g
        basis = leading(side, rank)
    low = g @ basis if tall else basis.T @ g
    back = low @ basis.T if tall else basis @ low
    return basis, low, back
"""
PARTS = ("basis", "low", "back")


def _probe(name: str, why: str, *calls: tuple[Any, int], basis: Any = None) -> Probe:
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        import numpy as np

        for rows, rank in calls:
            g = np.array(rows)
            given = () if basis is None else (np.array(basis),)
            result = several(given_back(function(g.copy(), rank, *given)), PARTS)
            used, low, back = map(np.asarray, result)
            where = f"shape {g.shape}, rank {rank}"
            yield f"{where}, basis without signs", np.abs(used) if basis is None else used
            yield f"{where}, low without signs", np.abs(low) if basis is None else low
            yield f"{where}, back", back
            fits = used.ndim == low.ndim == 2 and used.shape[1] in low.shape
            tall = g.shape[0] >= g.shape[1]
            if fits and (low.shape[1] if tall else low.shape[0]) == used.shape[1]:
                yield f"{where}, low taken back by the basis", low @ used.T if tall else used @ low

    return Probe(name, why, run)


def _drawn(draw: random.Random) -> Probe:
    n, k = draw.randint(1, 5), draw.randint(1, 5)
    kept = draw.randint(1, min(n, k))
    many = 10 ** draw.uniform(-3, 3)

    def some(rows: int, columns: int, scale: float) -> list[list[float]]:
        return [[scale * draw.gauss(0, 1) for _ in range(columns)] for _ in range(rows)]

    basis = some(min(n, k), kept, 1.0) if draw.random() < 0.4 else None
    return _probe("", "", (some(n, k, many), draw.randint(1, 5)), basis=basis)


TALL = [[3.0, 1.0, -0.4], [-1.0, 0.2, 2.2], [0.4, 2.0, 0.9], [1.0, 1.0, -1.7]]
WIDE = [[1.0, 2.0, -1.0, 0.6], [0.5, -0.3, 2.0, 1.4]]
SQUARE = [[2.0, 1.0, 0.3], [-0.5, 0.3, 1.9], [0.8, -1.4, 0.7]]
DOWN = r"R = G P \ (n \ge k), \quad R = P^\top G \ (n < k)"
UP = r"\tilde G = R P^\top \ (n \ge k), \quad \tilde G = P R \ (n < k)"
BASIS = r"G = U \Sigma V^\top: \quad P = V_{:,1:r} \ (n \ge k), \quad P = U_{:,1:r} \ (n < k)"
TO_LOW, TO_BACK = "g @ basis if tall else basis.T @ g", "low @ basis.T if tall else basis @ low"
VECTORS = "np.linalg.svd(x, full_matrices=False)[0][:, :rank]"

EXERCISE = Exercise(
    name="galore_project",
    title="GaLore's projection",
    chapter="practice/memory",
    level="senior",
    minutes=8,
    task="""
Write `galore_project(g, rank, basis=None)`: GaLore's projection of a gradient to few dimensions, and back.

- `g` is the gradient, a NumPy matrix of float64, and `rank` is a positive integer.
- The side is chosen by the shape, such that the basis is the smaller one. With **at least as many rows as columns**,
  `g` is multiplied by the basis from the right, and the basis are its leading **right** singular vectors. With fewer
  rows than columns it is multiplied by the transposed basis from the left, and the basis are the leading **left**
  singular vectors.
- The basis is a matrix whose columns are those singular vectors, `rank` of them, the one of the largest singular value
  first; all of the shorter side, where `rank` is larger than that. Their signs are free. (The singular values are
  distinct and not zero.)
- Where `basis` is given, it is used as it is, in place of a new one. It is from an earlier gradient of the same shape,
  and may have any number of columns.
- Return `(basis, low, back)`: the basis used, the projected gradient (of which one side has the length of the basis),
  and the projected gradient taken back to the shape of `g` with the same basis. No factor is multiplied in. Do not
  change the arguments.

`np` is there already.
""",
    starter="""
def galore_project(g, rank, basis=None):
    ...
    return basis, low, back
""",
    reference=source("optim/galore.py", "leading").replace("u = svd(", "u = np.linalg.svd(") + "\n\n"
    + REFERENCE,
    probes=(
        _probe("tall and wide", "The side changes with the shape.", (TALL, 2), (WIDE, 1)),
        _probe("square", "As many rows as columns: from the right.", (SQUARE, 1), (SQUARE, 2)),
        _probe("a rank above the shorter side", "All of it is kept, and the gradient comes back whole.", (WIDE, 5),
               (TALL, 4)),
        _probe("an old basis, tall", "It is used as it is, with as many columns as it has.", (TALL, 2), (SQUARE, 3),
               basis=[[0.6], [0.0], [-0.8]]),
        _probe("an old basis, wide", "The same from the left.", (WIDE, 2), basis=[[0.28], [0.96]]),
        _probe("an old basis, wider", "It may have more columns than the rank says, and than the shorter side is long.",
               (SQUARE, 1), (TALL, 2), basis=[[0.6, 0.1, -0.3, 1.0], [0.0, 0.7, 0.2, -0.5], [-0.8, 0.4, 0.9, 0.3]]),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("always-left", "The left side is projected whatever the shape: for tall matrices the basis is the larger "
            "one.", BASIS, (("tall = g.shape[0] >= g.shape[1]", "tall = False"),)),
        Bug("always-right", "The right side is projected whatever the shape: for wide matrices the basis is the larger "
            "one.", BASIS, (("tall = g.shape[0] >= g.shape[1]", "tall = True"),)),
        Bug("sides-swapped", "The longer side is projected: no memory is saved on the basis.", BASIS,
            (("g.shape[0] >= g.shape[1]", "g.shape[0] < g.shape[1]"),)),
        Bug("square-from-the-left", "A square matrix is projected from the left. Some code does so; from the right was "
            "asked.", BASIS, (("g.shape[0] >= g.shape[1]", "g.shape[0] > g.shape[1]"),), convention=True),
        Bug("smallest-vectors", "The vectors of the smallest singular values are taken.", BASIS,
            ((VECTORS, "np.linalg.svd(x, full_matrices=False)[0][:, ::-1][:, :rank]"),)),
        Bug("rows-for-columns", "Rows of the matrix of singular vectors are taken for its columns, the transpose that "
            "`svd` has done already.", BASIS, ((VECTORS, "np.linalg.svd(x, full_matrices=False)[0].T[:, :rank]"),)),
        Bug("basis-ignored", "A new basis is made each time, also where one is given: the averages live in another "
            "space at every step.", DOWN, (("if basis is None:", "if True:"),),
            others=((("if basis is None:", "if True:"), ("basis = leading(side, rank)",
                     "left, _, right = np.linalg.svd(g, full_matrices=False)\n"
                     "        basis = (right.T if tall else left)[:, :rank]")),)),
        Bug("not-taken-back", "What comes back is the gradient itself: the rank is not low.", UP,
            ((TO_BACK, "g"),)),
        Bug("rest-returned", "The part outside of the subspace is returned.", UP,
            ((TO_BACK, "g - (low @ basis.T if tall else basis @ low)"),)),
        Bug("one-vector-more", "There is one singular vector too many.", BASIS, ((VECTORS, VECTORS[:-1] + " + 1]"),)),
        Bug("first-vector-dropped", "The first singular vector is left out.", BASIS,
            ((VECTORS, "np.linalg.svd(x, full_matrices=False)[0][:, 1 : rank + 1]"),)),
        Bug("times-singular-values", "The basis is multiplied by the singular values: it is no projection any more.",
            BASIS, ((VECTORS, "np.linalg.svd(x, full_matrices=False)[0][:, :rank] * np.linalg.svd(x, "
            "compute_uv=False)[:rank]"),)),
        Bug("galores-scale", "GaLore's factor of a quarter is multiplied in; it was not asked.", UP,
            ((TO_BACK, "0.25 * (low @ basis.T if tall else basis @ low)"),), convention=True),
        Bug("centered", "The mean is subtracted first, as in an analysis of principal components.", BASIS,
            (("side = g.T if tall else g", "side = (g - g.mean(0)).T if tall else g - g.mean(0)"),)),
        Bug("first-directions", "The first coordinate directions are kept, not the leading ones.", BASIS,
            ((VECTORS, "np.eye(len(x))[:, :rank]"),)),
        Bug("low-transposed", "The projected gradient is returned transposed.", DOWN,
            (("return basis, low, back", "return basis, low.T, back"),)),
        Bug("basis-transposed", "The basis is returned with its vectors as rows.", BASIS,
            (("return basis, low, back", "return basis.T, low, back"),)),
    ),
    hints=(
        "The basis has to be stored, so that it should belong to the shorter side.",
        "`np.linalg.svd` returns the right singular vectors as rows.",
        rf"${BASIS}$; ${DOWN}$; ${UP}$",
        "`u, s, vt = np.linalg.svd(g, full_matrices=False); basis = vt[:rank].T; low = g @ basis; back = low @ "
        "basis.T`, where `g` is tall",
    ),
    explanation="""
Adam's two averages take the shape of the projected gradient, which is where the memory is saved, and its step is taken
back with the same basis. The basis is made anew every few hundred steps, as the decomposition is expensive; in between
the gradient is projected on a subspace that was its best one once.
""",
    variants=(
        "How much of the gradient's norm is left after 200 steps with one basis?",
        "Project with a random matrix, as APOLLO does, and compare.",
    ),
    next="int8_blocks",
    weak=(_probe("a wide matrix", "The usual example.", (WIDE, 1)),),
    order=81,
)  # fmt: skip
