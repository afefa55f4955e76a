"""What a live figure is made of: quantities a reader moves, tables that follow, panels that show them.

A figure is data. Wherever a number may stand, a *reference* may stand as well: the name of a quantity (``"mu"``),
or a column of a table (``"run.theta"``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Reference = str | float | Sequence[float]
Number = Any
"""An array or a number; when a function is read, the symbol of one."""
Function = Callable[..., tuple]
Span = tuple[float, float, int, str]
"""``(low, high, count, scale)``: so many places between two, evenly on a scale."""

SCALES = ("linear", "sqrt", "log", "decay")
"""How a value becomes a length: as it is, its root, its logarithm, or the logarithm of its distance to 1."""


@dataclass(frozen=True)
class Quantity:
    """What a reader can move.

    Attributes
    ----------
    name : str
        Functions take it as a keyword argument.
    label : str
        As shown; markup as in `markup.svg`.
    low, high, value : float
        Limits, and the value in the first state.
    scale : str
        One of `SCALES`.
    step : float
        How far an arrow key goes, in units of the scale (decades, if it is logarithmic).
    digits : int
        Decimals shown.
    color : str
        Its color wherever it is seen: the handle, the slider, the symbol in an equation.
    symbols : str
        Symbols in the equations of its section that are handles of it, separated by blanks; of one with a superscript
        and a subscript the former comes first.
    """

    name: str
    label: str
    low: float
    high: float
    value: float
    scale: str = "linear"
    step: float = 0.01
    digits: int = 2
    color: str = "blue"
    symbols: str = ""


@dataclass(frozen=True)
class Stream:
    """A list of numbers that a reader draws by hand, each between `low` and `high`."""

    name: str
    label: str
    low: float
    high: float
    value: tuple[float, ...]
    color: str = "blue"


@dataclass(frozen=True)
class Map:
    """A table with one row for each input: the inputs, then what the function returns for them.

    Attributes
    ----------
    function : callable
        ``(*inputs, **quantities) -> tuple`` of numbers, by arithmetic alone.
    columns : str
        Names of what it returns.
    over : dict of str to Span, sequence or str
        The inputs: a span, the numbers themselves, or the name of a quantity, which is one number. There are as many
        of each, or one for all rows. Without inputs there is one row.
    """

    function: Function
    columns: str
    over: dict[str, Span | Sequence[float] | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scan:
    """A table with one row for each step of a recursion: ``t``, the state, and what else it returns.

    Attributes
    ----------
    function : callable
        ``(t, *data, *state, **quantities) -> (*state, *others)``.
    start : sequence
        The state before the first step; references to quantities are allowed.
    steps : int
    columns : str
        Names of the state, then of the others (which begin with step 1).
    data : sequence
        For each argument between `t` and the state one number a step, or the name of a `Stream`.

    Notes
    -----
    It ends where a number of the state is larger than 1e9, or none.
    """

    function: Function
    start: Sequence[float | str]
    steps: int
    columns: str
    data: Sequence[str | Sequence[float]] = ()


@dataclass(frozen=True)
class Ends:
    """The last row of a `Scan` as things are; or for each value of one quantity, the others being as they are."""

    scan: Scan
    over: str = ""
    span: Span | Sequence[float] | None = None


@dataclass(frozen=True)
class Axis:
    """A side of a panel: its limits, and where there are ticks (``{0.5: "½"}`` to write them otherwise)."""

    low: float
    high: float
    ticks: Sequence[float] | dict[float, str] = ()
    label: str = ""
    scale: str = "linear"


@dataclass(frozen=True)
class Line:
    """A line through points; with `x1` and `y1` pieces from ``(x, y)`` to ``(x1, y1)``, with `tip` arrows.

    `dash` is a pattern of SVG. With `fill` it is closed and filled, down to the height `base` if there is one.
    """

    x: Reference
    y: Reference
    color: str = "ink"
    width: float = 1.8
    dash: str = ""
    x1: Reference | None = None
    y1: Reference | None = None
    tip: bool = False
    fill: float = 0.0
    base: Reference | None = None


@dataclass(frozen=True)
class Dots:
    """A mark at each point: ``"o"`` or ``"s"``, round or square; `hollow` if it has a hole."""

    x: Reference
    y: Reference
    color: str = "ink"
    size: float = 7.0
    shape: str = "o"
    hollow: bool = False


@dataclass(frozen=True)
class Label:
    """A text at a point, which may hold numbers as in `markup.html`."""

    x: Reference
    y: Reference
    text: str
    color: str = "faint"
    anchor: str = "start"
    dx: float = 0.0
    dy: float = 0.0


@dataclass(frozen=True)
class Handle:
    """A point to drag. A side that refers to a quantity moves it; the other follows.

    Attributes
    ----------
    x, y : reference
    label : str
        For those who listen.
    snap : callable, optional
        ``(**quantities) -> (x, y)``: a place that the point falls onto when it comes near.
    stream : bool
        `y` refers to a `Stream`, which is drawn wherever the pointer goes.
    """

    x: Reference
    y: Reference
    label: str
    snap: Function | None = None
    stream: bool = False


@dataclass(frozen=True)
class Panel:
    """A picture with two axes, drawn 343 wide."""

    title: str
    x: Axis
    y: Axis
    marks: Sequence[Line | Dots | Label]
    handles: Sequence[Handle] = ()
    height: int = 232
    alt: str = ""


@dataclass(frozen=True)
class Prediction:
    """A question to answer before the figure does.

    Attributes
    ----------
    question : str
    choices : sequence of str
    answer : callable
        ``(before, after) -> int``: which choice is right, from the tables in both states.
    then : dict
        Quantities that change when the answer is shown.
    because : str
        What is said with it; it may hold numbers as in `markup.html`.
    """

    question: str
    choices: Sequence[str]
    answer: Callable[[dict[str, Any], dict[str, Any]], int]
    then: dict[str, float]
    because: str


@dataclass(frozen=True)
class Figure:
    """A live figure, whole."""

    title: str
    quantities: Sequence[Quantity | Stream]
    tables: dict[str, Map | Scan | Ends]
    panels: Sequence[Panel]
    said: str
    caption: str
    predict: Prediction | None = None
