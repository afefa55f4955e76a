"""Read a rule: call it once with symbols in place of numbers, and keep what it did.

A rule is a pure function of numbers, so what it does to symbols is all there is to know of it.
From one recording we write the same rule as an in-place program for arrays (`programs`), as a
loop for a compiler, or as JavaScript for a page. Nobody writes it a second time.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

FORKS = 64
"""So many ways through a rule we follow, and no more."""

COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
BINARY = {"add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power"}
UFUNCS = {
    **{getattr(np, name): name for name in (*BINARY.values(), "negative", "sqrt", "sign", "maximum", "minimum")},
    **{getattr(np, name): name for name in ("absolute", "square", "exp", "log", "sin", "cos", "tanh")},
    **dict(
        zip((np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal), COMPARISONS, strict=True)
    ),
}


class Untraceable(TypeError):
    """A rule does what cannot be written down ahead: it sums an array, or asks one for its shape."""


class Symbol:
    """A number to come: an input, or an operation on symbols and constants.

    Attributes
    ----------
    op : str
        Name of the operation (that of NumPy's function, or of a comparison); ``"input"``.
    args : tuple of Symbol or number
        What it is applied to; for an input its name.
    scalar : bool
        One number for the whole array: made of settings, counters and constants alone.
    index : int
        Its place on the tape.
    """

    __slots__ = ("args", "index", "op", "scalar", "tape")

    def __init__(self, tape: "Tape", op: str, args: tuple, scalar: bool, index: int) -> None:
        self.tape, self.op, self.args, self.scalar, self.index = tape, op, args, scalar, index

    def __neg__(self) -> "Symbol":
        return self.tape.record("negative", self)

    def __abs__(self) -> "Symbol":
        return self.tape.record("absolute", self)

    def __bool__(self) -> bool:
        return self.tape.decide(self)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> "Symbol":
        if method != "__call__" or options or ufunc not in UFUNCS:
            raise Untraceable(f"{ufunc.__name__} ({method})")
        return self.tape.record(UFUNCS[ufunc], *args)

    def __array_function__(self, function: Callable, types: Any, args: tuple, options: dict) -> "Symbol":
        if function is np.where and len(args) == 3 and not options:
            return self.tape.record("where", *args)
        if function is np.clip and len(args) == 3 and not options:
            x, low, high = args
            return self.tape.record("minimum", self.tape.record("maximum", x, low), high)
        raise Untraceable(function.__name__)

    def __float__(self) -> float:
        raise Untraceable("a symbol has no value yet")

    __int__ = __index__ = __float__  # type: ignore[assignment]
    __hash__ = object.__hash__


def _method(op: str, reflected: bool = False) -> Callable[[Symbol, Any], Symbol]:
    def method(self: Symbol, other: Any) -> Symbol:
        return self.tape.record(op, *((other, self) if reflected else (self, other)))

    return method


for _short, _op in BINARY.items():
    setattr(Symbol, f"__{_short}__", _method(_op))
    setattr(Symbol, f"__r{_short}__", _method(_op, reflected=True))
for _op in COMPARISONS:
    setattr(Symbol, f"__{_op}__", _method(_op))


class _Undecided(Exception):
    """The rule asks whether a symbol is true, and nobody has said so yet."""


class Tape:
    """What one run of a rule did, in order; equal operations are recorded once."""

    def __init__(self, decisions: Sequence[bool]) -> None:
        self.symbols: list[Symbol] = []
        self.decided: dict[int, bool] = {}
        self.nonzero: set[int] = set()
        self._decisions = decisions
        self._known: dict[tuple, Symbol] = {}

    def input(self, name: str, scalar: bool) -> Symbol:
        return self._append("input", (name,), scalar)

    def record(self, op: str, *args: Any) -> Symbol:
        args = tuple(a if isinstance(a, Symbol) else _constant(a) for a in args)
        scalar = all(not isinstance(a, Symbol) or a.scalar for a in args)
        if op == "power" and not scalar and not isinstance(args[1], Symbol) and args[1] in (2, 0.5):
            # as the operator does it for arrays
            op, args = ("square" if args[1] == 2 else "sqrt"), args[:1]
        return self._append(op, args, scalar)

    def decide(self, condition: Symbol) -> bool:
        if not condition.scalar:
            raise Untraceable("a branch on the elements of an array")
        if condition.index in self.nonzero:
            return True
        if condition.index not in self.decided:
            if len(self.decided) == len(self._decisions):
                raise _Undecided(condition)
            self.decided[condition.index] = self._decisions[len(self.decided)]
        return self.decided[condition.index]

    def _append(self, op: str, args: tuple, scalar: bool) -> Symbol:
        key = (op, *(("symbol", a.index) if isinstance(a, Symbol) else (type(a), repr(a)) for a in args))
        if key not in self._known:
            self._known[key] = Symbol(self, op, args, scalar, len(self.symbols))
            self.symbols.append(self._known[key])
        return self._known[key]


def _constant(value: Any) -> bool | int | float:
    if isinstance(value, (bool, int, float)):
        return value
    raise Untraceable(f"a constant of type {type(value).__name__}")


class Leaf(NamedTuple):
    """One way through a rule, to its end: everything it did, and what it returned."""

    symbols: list[Symbol]
    outputs: tuple[Symbol | bool | int | float | None, ...]


class Fork(NamedTuple):
    """What a rule did until it asked whether `condition` holds, and both ways to go on from there."""

    symbols: list[Symbol]
    condition: Symbol
    yes: "Fork | Leaf"
    no: "Fork | Leaf"


def trace(
    rule: Callable[..., tuple], arrays: Sequence[Any], settings: dict[str, Any], zeros_stay: bool = False
) -> Fork | Leaf:
    """Record what a rule does.

    Parameters
    ----------
    rule : callable
        Pure function of numbers, ``(g, p, *state, **settings) -> (p, *state)``.
    arrays : sequence
        What stands for ``g, p, *state``: a name for an array, a pair ``(name,)`` for a number,
        None for what does not exist.
    settings : dict
        Keyword arguments. A number, also inside a tuple, becomes a symbol of that name; flags,
        texts and None stay what they are, so that branches on them are decided here.
    zeros_stay : bool, default False
        A setting that is zero here always is, and no other ever will be: branches on that
        (``if weight_decay:``) are decided, too.

    Returns
    -------
    Leaf or Fork
        A tree: a rule that branches on a number (``if weight_decay:``) is followed both ways.
        Symbols of the same index, along a path, are the same operation.

    Raises
    ------
    Untraceable
        If the rule does more than arithmetic on its arguments.
    """
    left = FORKS

    def run(decisions: tuple[bool, ...]) -> Fork | Leaf:
        nonlocal left
        left -= 1
        if left < 0:
            raise Untraceable(f"more than {FORKS} ways through {rule.__name__}")
        tape = Tape(decisions)
        inputs = [a and tape.input(a if isinstance(a, str) else a[0], isinstance(a, tuple)) for a in arrays]
        given = {name: _symbolic(tape, name, value, zeros_stay) for name, value in settings.items()}
        try:
            outputs = tuple(rule(*inputs, **given))
        except _Undecided as asked:
            return Fork(tape.symbols, asked.args[0], run((*decisions, True)), run((*decisions, False)))
        except (AttributeError, TypeError) as error:
            raise Untraceable(f"{rule.__name__}: {error}") from error
        return Leaf(tape.symbols, outputs)

    return run(())


def _symbolic(tape: Tape, name: str, value: Any, zeros_stay: bool) -> Any:
    if isinstance(value, tuple):
        return tuple(_symbolic(tape, f"{name}_{k}", item, zeros_stay) for k, item in enumerate(value))
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return value
    symbol = tape.input(name, True)
    if zeros_stay and not value:
        return 0.0
    if zeros_stay:
        tape.nonzero.add(symbol.index)
    return symbol


def leaves(tree: Fork | Leaf) -> Iterator[Leaf]:
    """All ways through, in the order in which they are numbered."""
    if isinstance(tree, Leaf):
        yield tree
    else:
        yield from leaves(tree.yes)
        yield from leaves(tree.no)


def needed(tree: Fork | Leaf) -> set[int]:
    """Indices of the symbols that a result or a decision depends on, however indirectly."""
    if isinstance(tree, Fork):
        wanted, symbols = needed(tree.yes) | needed(tree.no) | {tree.condition.index}, tree.symbols
    else:
        wanted, symbols = {x.index for x in tree.outputs if isinstance(x, Symbol)}, tree.symbols
    for symbol in reversed(symbols):
        if symbol.index in wanted:
            wanted |= {a.index for a in symbol.args if isinstance(a, Symbol)}
    return wanted
