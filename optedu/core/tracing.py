"""Read a rule: call it once with symbols in place of numbers, and keep what it did.

A rule is a pure function of numbers, so what it does to symbols is all there is to know of it.
From one recording we write the same rule as an in-place program for arrays (`programs`), as a
loop for a compiler (`loops`), or as JavaScript for a page. Nobody writes it a second time.

A symbol lets itself be computed with and nothing else. Whatever would make a rule decide by what
it happens to be called with now (its class, its hash, its text, its length) is refused, and the
refusal is remembered even if the rule catches it.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

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
BY_NUMPY = "np."
"""Begins the name of an operation that NumPy does on one number: its result is a float64, not a float."""


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
    tape: "Tape"
    op: str
    args: tuple[Any, ...]
    scalar: bool
    index: int

    def __init__(self, tape: "Tape", op: str, args: tuple[Any, ...], scalar: bool, index: int) -> None:
        self.tape, self.op, self.args, self.scalar, self.index = tape, op, args, scalar, index

    @property
    def flag(self) -> bool:
        """Whether it is true or false, not a number."""
        return self.op in COMPARISONS

    def __pos__(self) -> "Symbol":
        return self

    def __neg__(self) -> "Symbol":
        return self.tape.record("negative", self)

    def __abs__(self) -> "Symbol":
        return self.tape.record("absolute", self)

    def __bool__(self) -> bool:
        return self.tape.decide(self)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> "Symbol":
        if method != "__call__" or options or ufunc not in UFUNCS:
            called = ufunc.__name__ + ("" if method == "__call__" else f".{method}")
            self.tape.refuse(f"it calls np.{called}" + (f" with {', '.join(options)}" if options else ""))
        return self.tape.record(UFUNCS[ufunc], *args, by_numpy=True)

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, options: Any) -> "Symbol":
        if function is np.where and len(args) == 3 and not options:
            return self.tape.choose(*args)
        if function is np.clip and len(args) == 3 and not options:
            x, low, high = args
            return self.tape.record("minimum", self.tape.record("maximum", x, low, by_numpy=True), high, by_numpy=True)
        return self.tape.refuse(f"it calls np.{function.__name__}")

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return self.tape.refuse("it asks what class a number is of")

    def __getattr__(self, name: str) -> Any:
        self.tape.refuse(f"it asks an array for .{name}")


def _recorded(op: str, reflected: bool = False) -> Callable[[Symbol, Any], Symbol]:
    def method(self: Symbol, other: Any) -> Symbol:
        return self.tape.record(op, *((other, self) if reflected else (self, other)))

    return method


def _refused(what: str) -> Callable[..., Any]:
    def method(self: Symbol, *others: Any) -> Any:
        self.tape.refuse(what)

    return method


for _short, _op in BINARY.items():
    setattr(Symbol, f"__{_short}__", _recorded(_op))
    setattr(Symbol, f"__r{_short}__", _recorded(_op, reflected=True))
for _op in COMPARISONS:
    setattr(Symbol, f"__{_op}__", _recorded(_op))
for _what, _names in {
    "it changes an array in place": "setitem delitem " + " ".join(f"i{name}" for name in (*BINARY, "matmul")),
    "it asks for a part of an array, or its length": "getitem len iter contains reversed",
    "it needs a number's value ahead of the step": "int float complex index round trunc floor ceil hash",
    "it makes a text of a number": "format str repr bytes",
    "it makes an array of a number": "array",
    "it copies an array": "copy deepcopy reduce_ex",
    "it does other than + - * / **": "invert " + " ".join(
        f"{r}{name}" for name in ("floordiv", "mod", "divmod", "matmul", "and", "or", "xor", "lshift", "rshift")
        for r in ("", "r")
    ),
}.items():  # fmt: skip
    for _name in _names.split():
        setattr(Symbol, f"__{_name}__", _refused(_what))


def log(x: Any) -> Any:
    """Natural logarithm of one number, in Python as it is: NumPy's is a float64, which would widen smaller arrays."""
    return x.tape.record("log", x) if type(x) is Symbol else math.log(x)


class _Undecided(BaseException):  # so that a rule does not catch it
    """The rule asks whether a symbol is true, and nobody has said so yet."""


class Tape:
    """What one run of a rule did, in order; equal operations are recorded once."""

    def __init__(self, decisions: Sequence[bool] = ()) -> None:
        self.symbols: list[Symbol] = []
        self.decided: dict[int, bool] = {}
        self.nonzero: set[int] = set()
        self.undecided: bool = False
        self.refusal: Untraceable | None = None
        self._decisions = decisions
        self._known: dict[tuple[Any, ...], Symbol] = {}

    def input(self, name: str, scalar: bool) -> Symbol:
        return self._append("input", (name,), scalar)

    def refuse(self, why: str) -> NoReturn:
        """Raise `Untraceable`; the first reason stays, whether or not somebody catches it."""
        self.refusal = self.refusal or Untraceable(why)
        raise self.refusal

    def record(self, op: str, *args: Any, by_numpy: bool = False) -> Symbol:
        args = tuple(a if type(a) is Symbol else self._constant(a) for a in args)
        scalar = all(type(a) is not Symbol or a.scalar for a in args)
        if scalar:
            return self._append(BY_NUMPY + op if by_numpy else op, args, True)
        if op not in COMPARISONS and all(type(a) is not Symbol or a.scalar or a.flag for a in args):
            self.refuse("it computes with truth values alone")
        if op == "power" and type(args[1]) is not Symbol and args[1] in (2, 0.5):
            # as the operator does it for arrays
            op, args = ("square" if args[1] == 2 else "sqrt"), args[:1]
        return self._append(op, args, False)

    def choose(self, condition: Any, yes: Any, no: Any) -> Symbol:
        """`np.where`."""
        if all(type(a) is not Symbol or a.scalar for a in (condition, yes, no)):
            return self.record("where", condition, yes, no, by_numpy=True)
        if type(condition) is Symbol and condition.scalar:
            self.refuse("np.where chooses by one number; write `a if condition else b`")
        if type(condition) is not Symbol or not condition.flag:
            self.refuse("np.where chooses by what is not a comparison")
        if not any(type(a) is Symbol and not a.scalar and not a.flag for a in (yes, no)):
            self.refuse("np.where chooses between two numbers")
        return self.record("where", condition, yes, no)

    def decide(self, condition: Symbol) -> bool:
        if not condition.scalar:
            self.refuse("it branches on the elements of an array")
        if condition.index in self.nonzero:
            return True
        if condition.index not in self.decided:
            if len(self.decided) == len(self._decisions):
                self.undecided = True
                raise _Undecided(condition)
            self.decided[condition.index] = self._decisions[len(self.decided)]
        return self.decided[condition.index]

    def _constant(self, value: Any) -> bool | int | float:
        if type(value) is bool or type(value) is int or type(value) is float:
            return value
        self.refuse(f"it computes with {value!r:.60} ({type(value).__name__}), which is no Python number")

    def _append(self, op: str, args: tuple[Any, ...], scalar: bool) -> Symbol:
        key = (op, *(("symbol", a.index) if type(a) is Symbol else (type(a), repr(a)) for a in args))
        if key not in self._known:
            self._known[key] = Symbol(self, op, args, scalar, len(self.symbols))
            self.symbols.append(self._known[key])
        return self._known[key]


class Leaf(NamedTuple):
    """One way through a rule, to its end: everything it did, and what it returned.

    Where scalar factors have been taken out, `written` is the same as the rule says it, and `factors`
    are those that the results of operations on arrays go without.
    """

    symbols: list[Symbol]
    outputs: tuple[Symbol | bool | int | float | None, ...]
    written: "Leaf | None" = None
    factors: tuple[Symbol | float, ...] = ()


class Fork(NamedTuple):
    """What a rule did until it asked whether `condition` holds, and both ways to go on from there."""

    symbols: list[Symbol]
    condition: Symbol
    yes: "Fork | Leaf"
    no: "Fork | Leaf"


def trace(
    rule: Callable[..., tuple[Any, ...]], arrays: Sequence[Any], settings: dict[str, Any], zeros_stay: bool = False
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
            raise Untraceable(f"it has more than {FORKS} ways through it")
        tape = Tape(decisions)
        inputs = [a and tape.input(a if isinstance(a, str) else a[0], isinstance(a, tuple)) for a in arrays]
        given = {name: _symbolic(tape, name, value, zeros_stay) for name, value in settings.items()}
        try:
            outputs = rule(*inputs, **given)
        except _Undecided as asked:
            if tape.refusal:
                raise tape.refusal from None
            return Fork(tape.symbols, asked.args[0], run((*decisions, True)), run((*decisions, False)))
        except Exception as error:
            if tape.refusal:
                raise tape.refusal from None
            raise Untraceable(f"{type(error).__name__}: {error}") from error
        if tape.refusal:  # which the rule has caught
            raise tape.refusal
        if tape.undecided:
            raise Untraceable("it catches every exception, whatever it is")
        if type(outputs) not in (tuple, list):
            raise Untraceable(f"it returns {type(outputs).__name__}, not a tuple (p, *state)")
        for out in outputs:
            if type(out) not in (Symbol, bool, int, float, type(None)) or type(out) is Symbol and out.tape is not tape:
                raise Untraceable(f"it returns {type(out).__name__}")
        return Leaf(tape.symbols, tuple(outputs))

    return run(())


def _symbolic(tape: Tape, name: str, value: Any, zeros_stay: bool) -> Any:
    if isinstance(value, tuple):
        return tuple(_symbolic(tape, f"{name}_{k}", item, zeros_stay) for k, item in enumerate(value))
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return value
    symbol = tape.input(name, True)
    if zeros_stay and not value:
        return value
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


def needed(tree: Fork | Leaf, raising: bool = False) -> set[int]:
    """Indices of the symbols that a result or a decision depends on, however indirectly.

    With `raising` also those of the operations on numbers by which the rule, as it is written, may raise: who
    divides by zero, needs the result or not.
    """
    if isinstance(tree, Fork):
        wanted = needed(tree.yes, raising) | needed(tree.no, raising) | {tree.condition.index}
        said = tree.symbols
    else:
        wanted = {x.index for x in (*tree.outputs, *tree.factors) if type(x) is Symbol}
        said = (tree.written or tree).symbols
    if raising:
        wanted |= {x.index for x in said if x.scalar and x.op in ("divide", "power")}
    for symbol in reversed(tree.symbols):
        if symbol.index in wanted:
            wanted |= {a.index for a in symbol.args if type(a) is Symbol}
    return wanted
