"""Write it: what NorMuon does to the rows of an orthogonalized update."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back, several
from ..grader.exercise_form import Bug, Exercise, Probe, edited, source

TALL = [[0.9, -0.2], [0.1, 0.05], [-0.3, 0.8]]
WIDE = [[0.6, -0.5, 0.3, 0.1], [0.02, 0.4, -0.7, 0.35]]
SQUARE = [[0.7, 0.2], [-0.6, 0.4]]
PARTS = ("u", "v")


def _probe(
    name: str, why: str, *updates: list[list[float]], beta2: float = 0.9, eps: float = 1e-10, scale: float = 1.0,
    v: list[float] | None = None,
) -> Probe:  # fmt: skip
    """A walk: what comes back as v is handed over with the next update."""

    def run(function: Any) -> Iterator[tuple[str, Any]]:
        import numpy as np

        state = np.zeros((len(updates[0]), 1)) if v is None else np.array(v)[:, None]
        for k, rows in enumerate(updates, 1):
            u = scale * np.array(rows)
            result = several(given_back(function(u, state, beta2, eps), PARTS), PARTS)
            for part, value, old in zip(PARTS, result, (u, state), strict=True):
                yield f"step {k}, {part}", np.asarray(value)
                yield f"step {k}, {part} is a new array", not np.shares_memory(value, old)
            state = np.array(result[1], float) if np.shape(result[1]) == state.shape else state

    return Probe(name, why, run)


def _drawn(draw: random.Random) -> Probe:
    rows, columns = draw.randint(1, 5), draw.randint(1, 5)
    return _probe(
        "", "", *([[draw.gauss(0, 1) for _ in range(columns)] for _ in range(rows)] for _ in range(draw.randint(1, 3))),
        beta2=draw.uniform(0.1, 0.99), eps=10 ** draw.uniform(-9, 0), scale=10 ** draw.uniform(-2, 1),
        v=[draw.choice([0.0, 2 * draw.random()]) for _ in range(rows)],
    )  # fmt: skip


MEAN, AVERAGE = "squares = (u * u).mean(1, keepdims=True)", "v = beta2 * v + (1 - beta2) * squares"
DIVIDED, RETURN = "w = u / (sqrt(v) + eps)", "return norm(u) / (norm(w) + eps) * w, v"
V = r"v_{t,i} = \beta_2 v_{t-1,i} + (1-\beta_2)\,\mathrm{mean}_j(u_{ij}^2)"
W = r"w_{ij} = u_{ij} / (\sqrt{v_{t,i}} + \epsilon)"
U = r"u \leftarrow w\,\lVert u\rVert_F / (\lVert w\rVert_F + \epsilon)"

EXERCISE = Exercise(
    name="normuon",
    title="NorMuon's rows",
    chapter="large_models/muon_at_scale",
    level="senior",
    minutes=7,
    task="""
Write `normuon(u, v, beta2, eps)`, what NorMuon does to Muon's update before it is applied.

- `u` is the update after the orthogonalization, a NumPy matrix with one row for each neuron. `v` has one number for
  each row, in shape (rows, 1): the running mean square of the row, zero at first.
- `v` becomes an average that decays with `beta2`, of the **mean** of the squares of each row of `u`. It is not
  corrected for its start at zero.
- Each row of `u` is divided by the root of its **new** `v`, plus `eps`.
- Then the whole matrix is scaled so that it has the Frobenius norm of the `u` that came in: times the old norm, divided
  by the new norm plus `eps`.
- Return `(u, v)`: two new arrays, in the shapes that came in. Do not change `u` or `v`.

`np` is there already.
""",
    starter="\ndef normuon(u, v, beta2, eps):\n    ...\n    return u, v\n",
    reference=source("optim/lars.py", "norm") + "\n\n" + edited(source("optim/muon.py", "rows_alike"), (
        ("def rows_alike(u, v, beta2):", "def normuon(u, v, beta2, eps):"),
        ("(sqrt(v) + 1e-10)", "(sqrt(v) + eps)"), ("(norm(w) + 1e-10)", "(norm(w) + eps)"),
    )),
    probes=(
        _probe("a tall matrix", "Rows of different lengths, and the memory of three steps.", TALL, TALL[::-1], TALL),
        _probe("a wide matrix", "Two rows, four columns.", WIDE, WIDE[::-1]),
        _probe("a long memory", "The average holds what was before.", SQUARE, SQUARE, beta2=0.97, v=[0.3, 1.4]),
        _probe("large eps", "Where eps stands.", TALL, TALL[::-1], beta2=0.6, eps=0.13),
        _probe("tiny updates", "The norm, however small, comes back.", WIDE, WIDE[::-1], beta2=0.8, eps=0.07,
               scale=1e-2),
        _probe("a row of zeros", "Zero is divided by eps, not by zero.", [[0.4, -0.9], [0.0, 0.0]], SQUARE),
        _probe("one row", "With one neuron, only a sign and a norm are left.", [[0.3, -0.8, 0.2]], beta2=0.7,
               eps=0.02),
        _probe("nothing to do", "Of zeros zeros are left, and the memory fades.", SQUARE, scale=0.0, v=[0.3, 0.0]),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("columns-for-rows", "The columns are averaged and divided, not the rows. Where weights are stored as "
            "outputs × inputs, a neuron is a row.", V, ((MEAN, "squares = (u * u).mean(0, keepdims=True)"),)),
        Bug("all-entries", "One mean of the whole matrix serves all rows: they stay as they were to each other.", V,
            ((MEAN, "squares = (u * u).mean() + 0 * v"),)),
        Bug("each-entry", "Each entry has a running square of its own, as in Adam: the directions of the rows "
            "change.", V,
            ((MEAN, "squares = u * u"),)),
        Bug("sum-for-mean", "The squares of a row are added, not averaged.", V,
            ((MEAN, "squares = (u * u).sum(1, keepdims=True)"),)),
        Bug("squared-mean", "The mean of a row is squared: signs cancel.", V,
            ((MEAN, "squares = u.mean(1, keepdims=True) ** 2"),)),
        Bug("sizes-for-squares", "Absolute values are averaged, not squares.", V,
            ((MEAN, "squares = abs(u).mean(1, keepdims=True)"),)),
        Bug("variance", "The mean of the row is subtracted before its squares are averaged.", V,
            ((MEAN, "squares = u.var(1, keepdims=True)"),)),
        Bug("norm-for-square", "The root of the mean square is averaged, and the root is then taken again.", V,
            ((MEAN, "squares = (u * u).mean(1, keepdims=True) ** 0.5"),)),
        Bug("weights-swapped", "β₂ weighs the new squares, 1 - β₂ the old average.", V,
            ((AVERAGE, "v = (1 - beta2) * v + beta2 * squares"),)),
        Bug("sum-of-squares", "The new squares are added whole: v is 1/(1-β₂) times too large.", V,
            ((AVERAGE, "v = beta2 * v + squares"),)),
        Bug("never-forgets", "v adds all squares, as AdaGrad does.", V, ((AVERAGE, "v = v + squares"),)),
        Bug("no-memory", "v is the mean square of this step alone: nothing is averaged over time.", V,
            ((AVERAGE, "v = squares"),)),
        Bug("stale-v", "The rows are divided by the v of before, without this update.", W,
            ((AVERAGE, "old, v = v, beta2 * v + (1 - beta2) * squares"), (DIVIDED, "w = u / (sqrt(old) + eps)"))),
        Bug("v-not-kept", "v comes back as it was handed over.", V,
            ((AVERAGE, "old, v = 1 * v, beta2 * v + (1 - beta2) * squares"),
             (RETURN, RETURN.replace("w, v", "w, old")))),
        Bug("v-of-result", "v averages the squares of what comes out, not of what came in.", V,
            ((RETURN, "out = norm(u) / (norm(w) + eps) * w\n    v = (v - (1 - beta2) * squares) + (1 - beta2) * "
              "(out * out).mean(1, keepdims=True)\n    return out, v"),)),
        Bug("no-root", "The rows are divided by v, not by its root: long rows become short ones.", W,
            ((DIVIDED, "w = u / (v + eps)"),)),
        Bug("eps-inside-root", "ε stands under the root.", W, ((DIVIDED, "w = u / sqrt(v + eps)"),)),
        Bug("eps-missing-in-rows", "The rows are divided by the root alone: a row of zeros becomes NaN.", W,
            ((DIVIDED, "w = u / sqrt(v)"),)),
        Bug("eps-as-least-divisor", "The larger of the root and ε is divided by. They were to be added.", W,
            ((DIVIDED, "w = u / maximum(sqrt(v), eps)"),), convention=True),
        Bug("multiplied", "The rows are multiplied by the root, not divided.", W,
            ((DIVIDED, "w = u * (sqrt(v) + eps)"),)),
        Bug("norm-not-restored", "The norm is not restored: the rate then means something else.", U,
            ((RETURN, "return w, v"),)),
        Bug("norm-one", "The result has the norm 1, not that of the update that came in.", U,
            ((RETURN, "return w / (norm(w) + eps), v"),)),
        Bug("norm-squared", "The ratio of the squared norms is multiplied in.", U,
            ((RETURN, "return norm(u) ** 2 / (norm(w) ** 2 + eps) * w, v"),)),
        Bug("norm-upside-down", "The new norm is divided by the old one.", U,
            ((RETURN, "return norm(w) / (norm(u) + eps) * w, v"),)),
        Bug("eps-missing-in-norm", "The new norm is divided by without ε.", U,
            ((RETURN, "return norm(u) / norm(w) * w, v"),)),
        Bug("norm-by-rows", "Each row gets its own norm back, which undoes the division.", U,
            ((RETURN, "rows = sqrt((w * w).sum(1, keepdims=True))\n    return sqrt((u * u).sum(1, keepdims=True)) / "
              "(rows + eps) * w, v"),)),
        Bug("spectral-norm", "The largest singular value is restored, not the Frobenius norm.", U,
            ((RETURN, "return np.linalg.norm(u, 2) / (np.linalg.norm(w, 2) + eps) * w, v"),)),
        Bug("largest-entry-restored", "The largest entry is restored, not the norm.", U,
            ((RETURN, "return abs(u).max() / (abs(w).max() + eps) * w, v"),)),
        Bug("root-mean-square-one", "The result has a root mean square of one, whatever came in.", U,
            ((RETURN, "return u.size**0.5 / (norm(w) + eps) * w, v"),)),
        Bug("scaled-undivided", "The norm is restored to the update as it came in: the rows are not divided.", U,
            ((RETURN, "return norm(u) / (norm(w) + eps) * u, v"),)),
        Bug("sign", "The update comes back with the other sign.", U,
            ((RETURN, "return -norm(u) / (norm(w) + eps) * w, v"),)),
    ),
    hints=(
        "Newton–Schulz makes singular values alike, not rows: those of a tall matrix can differ in length.",
        "One number of memory for each neuron; the length of the whole step is to stay.",
        f"${V}$, ${W}$, ${U}$",
        "`v = beta2 * v + (1 - beta2) * (u * u).mean(1, keepdims=True)`, `w = u / (sqrt(v) + eps)`, then restore the "
        "norm",
    ),
    explanation="""
It is Adam's second moment with one number for each neuron, applied after the orthogonalization. A common factor of v
cancels when the norm is restored. That is why v needs no correction for its start: only ε can tell the difference.
""",
    variants=(
        "Show that a correction of v cancels where eps is zero.",
        "Put it into Muon: which factor for the shape still has a meaning?",
        "Measure the singular values of the result. Is it still orthogonal?",
    ),
    next="z_loss",
    weak=(_probe("a square matrix", "The usual example.", SQUARE),),
    order=5,
)  # fmt: skip
