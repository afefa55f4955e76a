"""Write it: the two-loop recursion of L-BFGS."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from ..grader.call_probes import by_lot, given_back
from ..grader.exercise_form import Bug, Exercise, Probe, source

G = [1.0, -2.0, 0.5]
PAIRS = [([1.0, 0.0, 0.5], [2.0, 0.3, 1.0]), ([0.2, -1.0, 0.0], [0.1, -3.0, 0.4]), ([0.0, 0.5, 1.0], [0.3, 1.0, 5.0])]


def _probe(
    name: str, why: str, pairs: int, h0: float, start: list[float] = G, given: Sequence[tuple[list[float], ...]] = PAIRS
) -> Probe:
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        import numpy as np

        ss, ys = ([np.array(pair[k]) for pair in given[:pairs]] for k in (0, 1))
        yield "direction", np.asarray(given_back(function(np.array(start), ss, ys, h0)))

    return Probe(name, why, run)


DOWN = r"\alpha_i = \frac{s_i^\top q}{y_i^\top s_i}, \quad q \leftarrow q - \alpha_i y_i \quad (i = k, \dots, 1)"
MIDDLE = r"r = h_0\, q"
UP = r"r \leftarrow r + \Bigl(\alpha_i - \frac{y_i^\top r}{y_i^\top s_i}\Bigr) s_i \quad (i = 1, \dots, k)"
PAIRS_OF, NEXT = "list(zip(ss, ys, strict=True))", "alphas.pop()"
FIRST, SECOND = "for s, y in reversed(pairs):", "for s, y in pairs:"


def _drawn(draw: random.Random) -> Probe:
    n, pairs = draw.randint(2, 6), draw.randint(0, 6)
    ss = [[draw.gauss(0, 1) for _ in range(n)] for _ in range(pairs)]
    ys = [[draw.uniform(0.3, 2) * x + draw.uniform(-0.02, 0.02) for x in s] for s in ss]  # y @ s stays positive
    return _probe("", "", pairs, 3 * draw.random(), [draw.gauss(0, 3) for _ in range(n)], [*zip(ss, ys, strict=True)])


EXERCISE = Exercise(
    name="two_loop",
    title="The two-loop recursion",
    chapter="classical/lbfgs",
    level="senior",
    minutes=12,
    task="""
Write `two_loop(g, ss, ys, h0)`, the direction of L-BFGS. It returns $-H g$, a vector like `g`.

- `g` is the gradient, a NumPy vector.
- `ss` and `ys` are lists of vectors, the last changes of the parameter and of the gradient, **oldest first**. They may
  be empty, and nothing that is handed over may be changed. Every `y @ s` is positive.
- $H$ is the BFGS estimate of the inverse Hessian that starts from `h0` (a number) times the identity and takes in the
  pairs, oldest first. Do not build the matrix.
""",
    starter="""
def two_loop(g, ss, ys, h0):
    q, alphas = -g, []
    ...
    return r
""",
    reference=source("optim/lbfgs.py", "two_loop"),
    probes=(
        _probe("three pairs", "The order of the pairs shows.", 3, 0.3),
        _probe("two pairs", "With two pairs, reversing is all that can go wrong with the order.", 2, 1.0),
        _probe("one pair", "With one pair no order can be wrong: what differs here is in the formulas.", 1, 0.5),
        _probe("no pair", "Without pairs it is the gradient, scaled and turned around.", 0, 0.25),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("uphill", "The sign is missing: H g points uphill.", r"d = -H g", (("q, alphas = -g, []",
            "q, alphas = g, []"),)),
        Bug("first-loop-forward", "The first loop goes from the oldest pair to the newest, and the alphas are used in "
            "that order.", DOWN, ((FIRST, SECOND), (NEXT, "alphas.pop(0)"))),
        Bug("second-loop-backward", "The second loop goes from the newest pair to the oldest.", UP,
            ((SECOND, FIRST), (NEXT, "alphas.pop(0)"))),
        Bug("both-reversed", "Both loops go the wrong way round: the pairs are taken for newest first.", DOWN,
            ((PAIRS_OF, f"{PAIRS_OF}[::-1]"),)),
        Bug("alphas-not-reversed", "The alphas were collected newest first and are used oldest first: each pair gets "
            "that of another.", UP, ((NEXT, "alphas.pop(0)"),)),
        Bug("h0-ignored", "The start of the estimate is the identity; h0 is not used.", MIDDLE,
            (("r = h0 * q", "r = q"),)),
        Bug("h0-from-pair", "The scale is computed from the newest pair, s·y / y·y. That is the usual choice; here it "
            "was to come from outside.", MIDDLE,
            (("r = h0 * q", "r = (ss[-1] @ ys[-1]) / (ys[-1] @ ys[-1]) * q if ss else h0 * q"),), convention=True),
        Bug("h0-divided", "The vector is divided by h0: it is the scale of the *inverse* Hessian.", MIDDLE,
            (("r = h0 * q", "r = q / h0"),)),
        Bug("alpha-with-y", "Alpha is computed with y in place of s.", DOWN, (("(s @ q)", "(y @ q)"),)),
        Bug("q-minus-s", "The first loop subtracts s, not y.", DOWN, (("alphas[-1] * y", "alphas[-1] * s"),)),
        Bug("beta-with-s", "The second loop takes the product of s and r, not of y and r.", UP,
            (("(y @ r)", "(s @ r)"),)),
        Bug("moves-along-y", "The second loop moves along y, not along s.", UP,
            (("/ (y @ s)) * s", "/ (y @ s)) * y"),)),
        Bug("alpha-plus-beta", "Alpha and beta are added; their difference is needed.", UP,
            (("(alpha - (y @ r)", "(alpha + (y @ r)"),)),
        Bug("alpha-over-yy", "Alpha is divided by y·y, not by y·s.", DOWN,
            (("(s @ q) / (y @ s)", "(s @ q) / (y @ y)"),)),
        Bug("beta-over-yy", "Beta is divided by y·y, not by y·s.", UP, (("(y @ r) / (y @ s)", "(y @ r) / (y @ y)"),)),
        Bug("q-fixed", "The alphas are all computed from the gradient, not from what earlier pairs have left of it.",
            DOWN, (("(s @ q)", "(s @ -g)"),)),
        Bug("newest-only", "Only the newest pair is used.", r"i = k, \dots, 1",
            ((PAIRS_OF, f"{PAIRS_OF}[-1:]"),)),
        Bug("h0-too-early", "h0 multiplies the gradient before the first loop; it belongs between the loops.", MIDDLE,
            (("q, alphas = -g, []", "q, alphas = -h0 * g, []"), ("r = h0 * q", "r = q"))),
    ),
    hints=(
        "The BFGS update is a product of three factors around the old estimate: the outer ones are peeled off first.",
        "Newest to oldest on the way down, oldest to newest on the way up; each alpha is used again by its own pair.",
        rf"${DOWN}$; ${MIDDLE}$; ${UP}$",
        "`alphas.append((s @ q) / (y @ s)); q = q - alphas[-1] * y`",
    ),
    explanation="""
With each y·s kept, the cost is 4 n multiplications for each pair, and no matrix. H satisfies the secant equation for
the newest pair: with `g = y` of that pair the result is `-s`. That is a test that needs no reference. h0 is usually
s·y / y·y of the newest pair, which gives H the scale of the last curvature seen.
""",
    variants=(
        "Test the secant equation, and that H is symmetric and positive.",
        "Compare with the matrix built by BFGS updates.",
        "What must happen to a pair whose s·y is negative?",
    ),
    next="ema",
    weak=(_probe("one pair", "The usual example.", 1, 0.5),),
    order=10,
)  # fmt: skip
