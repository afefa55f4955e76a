"""Adafactor on four weights: what one large gradient does to the steps of the other three."""

from typing import Any

from ...optim.adafactor import adafactor
from .figure import Axis, Dots, Figure, Handle, Label, Line, Map, Number, Panel, Prediction, Quantity
from .small_tensors import Tensor, number, on_numbers

adafactor_on_numbers = on_numbers(adafactor)
WITHOUT = 1e6
"""A threshold that no update reaches."""


def first(shape: tuple[int, ...], k: Number, q: Number, d: Number) -> list[Number]:
    """First steps for the gradients k, k^q, 1 and 1, in units of their common length α."""
    zero = Tensor([0.0] * 4, shape)
    means = (Tensor([0.0, 0.0], (2, 1)), Tensor([0.0, 0.0], (1, 2)), None)
    state = means if len(shape) > 1 else (None, None, zero)
    rest = dict(lr=1.0, beta2_decay=-0.8, eps=(1e-8, 1.0), weight_decay=0)
    g = Tensor([k, k**q, 1.0, 1.0], shape)
    after = adafactor_on_numbers(g, zero, *state, t=number(1.0), d=number(d), **rest)[0]
    return [-x for x in after.numbers]


def steps(k: Number, q: Number, d: Number) -> Any:
    """The steps, how many times as long as the first the last is, and the gradient of the second weight."""
    a, b, c, e = first((2, 2), k, q, d)
    return a, b, c, e, e / a, k**q


def full(*, k: Number, q: Number, d: Number) -> Any:
    """With a second moment of its own for each weight, as for a vector."""
    return tuple(first((4,), k, q, d))


SIZES = {0.1: "0.1", 0.3: "0.3", 1: "1", 3: "3", 10: "10"}
WEIGHTS = {1: "large", 2: "its row", 3: "its column", 4: "opposite"}
FOUR = Panel(
    "Step of each weight", Axis(0.5, 4.5, WEIGHTS), Axis(0.03, 40, SIZES, "in units of *α*", "log"),
    [
        Line((0.5, 4.5), (1, 1), "faint", 1.2, "6 3"),
        *(Dots(float(j), f"full.{name}", "ink", 9, "s", True) for j, name in enumerate("abcd", 1)),
        *(Dots(float(j), f"plain.{name}", "brown", 7, "o", True) for j, name in enumerate("abcd", 1)),
        *(Dots(float(j), f"now.{name}", "blue", 8) for j, name in enumerate("abcd", 1)),
        Dots((0.68,), (24,), "ink", 9, "s", True), Label(0.8, 24, "full moment", "ink", dy=4),
        Dots((2.42,), (24,), "brown", 7, "o", True), Label(2.52, 24, "means", "brown", dy=4),
        Dots((3.2,), (24,), "blue", 8), Label(3.3, 24, "means, clipped", "blue", dy=4),
    ],
    height=268, alt="Steps of four weights: equal with a full second moment, but with row and column means only where "
    "the squares have rank one.",
)  # fmt: skip
OVER_SIZE = Panel(
    "One gradient larger than the others",
    Axis(1, 100, {1: "1", 10: "10", 100: "100"}, "its size *k*", "log"),
    Axis(0.03, 40, SIZES, "in units of *α*", "log"),
    [
        Line("over_k.k", "over_k.a", "ink", 1.6, "2 3"), Line("over_k.k", "over_k.b", "green", 1.6, "6 3"),
        Line("over_k.k", "over_k.d", "blue", 2.2),
        Line((1.15, 1.6), (24, 24), "ink", 1.6, "2 3"), Label(1.75, 24, "large", "ink", dy=4),
        Line((4.4, 6.1), (24, 24), "green", 1.6, "6 3"), Label(6.7, 24, "its row", "green", dy=4),
        Line((20, 28), (24, 24), "blue", 2.2), Label(30.5, 24, "opposite", "blue", dy=4),
    ],
    [Handle("k", "now.d", "Size of the large gradient")], 268,
    alt="Below q = 1: the larger one gradient, the longer the opposite weight's step relative to the other three.",
)  # fmt: skip
OVER_SHARE = Panel(
    "The large one is not alone in its row",
    Axis(0, 1, {0: "0", 0.5: "0.5", 1: "1, whole row"}, "*q*"), Axis(0.03, 40, SIZES, "in units of *α*", "log"),
    [
        Line("over_q.q", "over_q.a", "ink", 1.6, "2 3"), Line("over_q.q", "over_q.b", "green", 1.6, "6 3"),
        Line("over_q.q", "over_q.d", "blue", 2.2),
    ],
    [Handle("q", "now.d", "How large the neighbor in the row is")], 268,
    alt="With its neighbor in the row as large, all four steps are equal.",
)  # fmt: skip

COLUMNS = "a b c d ratio neighbor"
FIGURE = Figure(
    "A second moment from its rows and columns",
    (
        Quantity("k", "*k*", 1, 100, 1.0, "log", 0.1, 1, "ink", "k"),
        Quantity("q", "*q*", 0, 1, 0.0, step=0.05, digits=2, color="green", symbols="q"),
        Quantity("d", "*d*", 1, 100, 1.0, "log", 0.1, 1, "brown", "d"),
    ),
    {
        "now": Map(steps, COLUMNS, {"k": "k", "q": "q", "clip": "d"}),
        "plain": Map(steps, COLUMNS, {"k": "k", "q": "q", "clip": (WITHOUT,)}),
        "over_k": Map(steps, COLUMNS, {"k": (1, 100, 41, "log"), "q": "q", "clip": "d"}),
        "over_q": Map(steps, COLUMNS, {"k": "k", "q": (0, 1, 41, "linear"), "clip": "d"}),
        "full": Map(full, "a b c d"),
    },
    (FOUR, OVER_SIZE, OVER_SHARE),
    "For the gradients {k:1}, {now.neighbor:1}, 1 and 1 Adafactor's steps are {now.a:2}, {now.b:2}, "
    "{now.c:2} and {now.d:2}. With a full second moment all four would be {full.a:2}.",
    "The gradients of a 2 × 2 matrix, row by row, are *k*, *k*^{q}, 1 and 1 from the first step onward; *d* is the "
    "threshold that the root mean square of an update is clipped at.",
    Prediction(
        "All four gradients are 1, and so are all four steps. Make one gradient ten times as large, *k* = 10. With a "
        "second moment of its own for each weight, the steps would stay equal. Which weight takes the longest step "
        "under Adafactor?",
        ("the weight with the large gradient", "its neighbors in row and column", "the weight opposite"),
        lambda before, after: (0, 1, 1, 2)[
            max(range(4), key=lambda j: after["now"]["abcd"[j]][0])
        ],
        {"k": 10.0},
        "The weight that shares neither row nor column with the large one takes a step of {now.d:2}, "
        "{now.ratio:1} times as long as the large one's {now.a:2}. The product of its row and its column is "
        "divided by a mean that the large square has raised.",
    ),
)  # fmt: skip
