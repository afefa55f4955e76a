"""Write it: QK-clip, what MuonClip does to attention after each step."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back, several
from ..grader.exercise_form import Bug, Exercise, Probe, source


def qk_clip(query, key, max_logits, tau):
    query, key = query.copy(), key.copy()
    heads = len(max_logits)
    rows = len(query) // heads
    for h in range(heads):
        largest = max_logits[h]
        if largest > tau:
            factor = (tau / largest) ** 0.5
            query[h * rows : (h + 1) * rows] *= factor
            key[h * rows : (h + 1) * rows] *= factor
    return query, key


PARTS = ("query", "key")


def _probe(name: str, why: str, query: Any, key: Any, *limits: tuple[list[float], float]) -> Probe:
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        import numpy as np

        for logits, tau in limits:
            given = np.array(query), np.array(key)
            result = several(given_back(function(*given, list(logits), tau)), PARTS)
            for part, value in zip(PARTS, result, strict=True):
                yield f"largest logits {logits}, tau {tau}, {part}", np.asarray(value)
                new = not any(np.shares_memory(value, a) for a in given)
                yield f"largest logits {logits}, tau {tau}, {part} is new", new

    return Probe(name, why, run)


def _drawn(draw: random.Random) -> Probe:
    heads = draw.randint(1, 4)
    rows = heads * draw.randint(1, 3)

    def weights() -> list[list[float]]:
        columns = draw.randint(1, 3)
        return [[draw.gauss(0, 1) for _ in range(columns)] for _ in range(rows)]

    tau = 10 ** draw.uniform(-1, 2)
    logits = [tau * draw.choice([-2.7, 0.0, draw.random(), 1 + draw.random(), 5 * draw.random()]) for _ in range(heads)]
    return _probe("", "", weights(), weights(), (logits, tau))


QUERY = [[1.0, -2.0], [0.5, 3.0], [-1.5, 0.7], [2.5, 0.2], [0.9, -0.4], [1.7, 2.2]]
KEY = [[0.3, 1.2, -0.8], [2.0, -1.1, 0.6], [0.4, 0.9, 1.3], [-2.4, 0.1, 1.9], [1.4, -0.5, 3.1], [0.8, 2.6, -1.6]]
FACTOR = r"\gamma_h = \min(1, \tau / S_h)"
BOTH = r"W^q_h \leftarrow \sqrt{\gamma_h}\, W^q_h, \quad W^k_h \leftarrow \sqrt{\gamma_h}\, W^k_h"
ROOT = "(tau / largest) ** 0.5"
ON_QUERY, ON_KEY = "query[h * rows : (h + 1) * rows] *= factor", "key[h * rows : (h + 1) * rows] *= factor"

EXERCISE = Exercise(
    name="qk_clip",
    title="QK-clip",
    chapter="large_models/stability",
    level="senior",
    minutes=6,
    task="""
Write `qk_clip(query, key, max_logits, tau)`, what MuonClip does to attention after each step.

- `query` and `key` are weights, NumPy arrays of float64 with as many rows as each other; their numbers of columns
  (inputs) may differ. The rows of a head are together: of `H` heads the first `1/H` of the rows is head 0, and so on.
- `max_logits` is a list of `H` floats: the largest logit that each head has seen, as it goes into the softmax (divided
  by the root of the head's width already). It may be zero or negative.
- A head whose largest logit is above `tau` is shrunk, its queries and its keys **by the same factor**, such that on the
  same tokens the largest logit would be `tau`. All other heads stay as they are. `tau` is positive.
- Return `(query, key)`: two new arrays. Do not change the arguments.

`np` is there already.
""",
    starter="""
def qk_clip(query, key, max_logits, tau):
    ...
    return query, key
""",
    reference=source("drill/tasks/qk_clip.py", "qk_clip"),
    probes=(
        _probe("one loud head", "The others must stay as they are, and which rows are its own is seen.", QUERY, KEY,
               ([30.0, 170.0, 60.0], 100.0), ([150.0, 20.0], 40.0)),
        _probe("all loud", "Each has a factor of its own.", QUERY, KEY, ([130.0, 450.0, 210.0], 70.0)),
        _probe("all quiet", "Nothing happens, and the arrays are new all the same.", QUERY, KEY,
               ([3.0, 40.0, 17.0], 70.0), ([50.0, 90.0], 90.0)),
        _probe("zero and below", "A large negative logit does no harm to the softmax.", QUERY, KEY,
               ([-900.0, 0.0, -3.0], 70.0), ([-900.0, 3.0, 80.0], 70.0)),
        _probe("one head", "All rows are its own.", QUERY, KEY, ([7.0], 3.0)),
        _probe("heads of one row", "Six heads, a small limit.", QUERY, KEY, ([0.3, 2.0, 0.7, 5.0, 0.1, 1.1], 0.5)),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("root-missing", "The whole factor goes to the queries and to the keys: the logit, their product, shrinks "
            "by its square.", BOTH, ((ROOT, "tau / largest"),)),
        Bug("one-factor-for-all", "The loudest head's factor is used for all of them: quiet heads lose what they have "
            "learned.", FACTOR,
            (("largest = max_logits[h]", "largest = max(max_logits)"),)),
        Bug("query-only", "Only the queries shrink; the largest logit is still above the limit.", BOTH,
            ((ON_KEY, "pass"),)),
        Bug("key-only", "Only the keys shrink; the largest logit is still above the limit.", BOTH,
            ((ON_QUERY, "pass"),)),
        Bug("all-on-query", "The queries take the whole factor, the keys none. The logits are right, and the two "
            "weights drift apart; equal shares were asked.", BOTH, ((ROOT, "tau / largest"), (ON_KEY, "pass")),
            convention=True),
        Bug("all-on-key", "The keys take the whole factor, the queries none. The logits are right; equal shares were "
            "asked.", BOTH, ((ROOT, "tau / largest"), (ON_QUERY, "pass")), convention=True),
        Bug("no-threshold", "Quiet heads are stretched to the limit as well.", FACTOR,
            (("if largest > tau:", "if largest > 0:"),)),
        Bug("absolute-logit", "The size of a logit is tested, and large negative ones count.", FACTOR,
            (("largest = max_logits[h]", "largest = abs(max_logits[h])"),)),
        Bug("inverted", "The ratio is upside down: loud heads get louder.", FACTOR,
            ((ROOT, "(largest / tau) ** 0.5"),)),
        Bug("quiet-ones", "The comparison is reversed: the positive logits below the limit are stretched to it.",
            FACTOR, (("if largest > tau:", "if 0 < largest < tau:"),)),
        Bug("interleaved-heads", "Every H-th row is taken for a head; its rows are together.", BOTH,
            ((ON_QUERY, "query[h::heads] *= factor"), (ON_KEY, "key[h::heads] *= factor"))),
        Bug("wrong-slice-of-key", "The keys are cut in heads from the end.", BOTH,
            ((ON_KEY, "key[len(key) - (h + 1) * rows : len(key) - h * rows] *= factor"),)),
        Bug("one-row", "One row of each head is scaled, the one of the head's number.", BOTH,
            ((ON_QUERY, "query[h] *= factor"), (ON_KEY, "key[h] *= factor"))),
        Bug("first-head-only", "After the first loud head the loop is left.", FACTOR,
            ((ON_KEY, ON_KEY + "\n            break"),)),
        Bug("fourth-root", "The root is taken twice.", BOTH, ((ROOT, "(tau / largest) ** 0.25"),)),
        Bug("width-again", "The logit is divided by the root of the head's width once more, which it was already.",
            FACTOR, (("largest = max_logits[h]", "largest = max_logits[h] / rows**0.5"),)),
        Bug("width-undone", "The logit is multiplied by the root of the head's width: it is the one that goes into the "
            "softmax already.", FACTOR,
            (("largest = max_logits[h]", "largest = max_logits[h] * rows**0.5"),)),
        Bug("norm-clipped", "The weights of a loud head are brought to the norm tau: that limits no logit.", FACTOR,
            ((ROOT, "tau / np.linalg.norm(query[h * rows : (h + 1) * rows])"),)),
        Bug("all-rows", "Each loud head shrinks all rows.", BOTH,
            ((ON_QUERY, "query *= factor"), (ON_KEY, "key *= factor"))),
    ),
    hints=(
        "A logit is a product of a query and a key: how much of the factor belongs to each?",
        "Heads below the limit must not be touched, and each of the others has a factor of its own.",
        rf"${FACTOR}$, ${BOTH}$",
        "`factor = (tau / largest) ** 0.5` for the head's rows of both, where `largest > tau`",
    ),
    explanation="""
Muon's updates have large singular values in all directions, so that the logits of some heads grow without bound. A cap
on the logits would change the function; the clip changes the weights after the step, and only those of the heads that
need it. The optimizer's state stays as it is.
""",
    variants=(
        "Several query heads share one key head: which factor does it take?",
        "A part of each head is rotated, and its key is shared by all heads: leave the key alone.",
    ),
    next="hyperball",
    weak=(_probe("one head", "The usual example.", QUERY, KEY, ([200.0], 50.0)),),
    order=20,
)  # fmt: skip
