"""A rule, read: its scalars as a function that runs once a step, its arrays as operations in order.

`tracing` tells what a rule does, and `factors` how to do it with fewer operations. What comes out is
one `Way` for each branch that the numbers of a step can take; the engines write it for their machine.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from .factors import factored
from .reach import PLAIN, Reach, reach, said_line
from .tracing import BY_NUMPY, UFUNCS, Fork, Leaf, Symbol, Tape, Untraceable, leaves, needed, trace

OPERATORS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=",
}  # fmt: skip


# (A root that factors need is one of a positive number. As a Python number it makes the next operation many times
# faster than NumPy's does.)
SCALAR = {"inf": math.inf, "nan": math.nan, "absolute": abs, "sqrt": math.sqrt, "log": math.log}
SCALAR |= {"np_where": np.where, **{f"np_{name}": ufunc for ufunc, name in UFUNCS.items()}}


class Way:
    """One way through a rule, over arrays.

    Attributes
    ----------
    inputs : tuple of Symbol
        The arrays: gradient, parameter, and what there is of state, or is made by the rule.
    operations : tuple of Symbol
        What is done to arrays, in order.
    results : tuple of Symbol or number
        What becomes of each input but the gradient.
    scalars : tuple of Symbol or number
        What the operations and results need besides.
    made : tuple of int
        Which states the rule makes, where there were none; before the step nothing is in their memory.
    places : tuple of str
        Of a stage over rows, where the element of each input lies (`loops.PLACES`). Empty: all at the same index.
    """

    def __init__(
        self, inputs: tuple[Symbol, ...], operations: tuple[Symbol, ...], results: tuple[Any, ...],
        scalars: tuple[Any, ...] = (), made: tuple[int, ...] = (), places: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.inputs = inputs
        self.operations = operations
        self.results = results
        asked = [a for a in (*(a for x in operations for a in x.args), *results) if is_flat(a)]
        self.scalars: tuple[Any, ...] = scalars or tuple({name(a): a for a in asked}.values())
        self.made = made
        self.places = places

    def check(self, run: Callable[[Tape, list["Cell"], list[Symbol]], None]) -> None:
        """Have a written program of this way run on symbols, and compare what it leaves with what was read.

        Parameters
        ----------
        run : callable
            ``run(tape, cells, scalars)``: the program, on cells in place of arrays.

        Raises
        ------
        AssertionError
            If it stores anything but the results, or changes the gradient.
        """
        tape = Tape()
        begun = [tape.input(name(x), False) for x in self.inputs]
        scalars = {name(a): tape.input(name(a), True) for a in self.scalars}
        now = {x.index: symbol for x, symbol in zip(self.inputs, begun, strict=True)}
        for x in self.operations:
            now[x.index] = tape.record(x.op, *(scalars[name(a)] if is_flat(a) else now[a.index] for a in x.args))
        expected = [begun[0], *(scalars[name(out)] if is_flat(out) else now[out.index] for out in self.results)]
        cells = [Cell(symbol) for symbol in begun]
        run(tape, cells, list(scalars.values()))
        if [id(cell.value) for cell in cells] != [id(symbol) for symbol in expected]:
            raise AssertionError("a program was written that does not do what was read; please report this rule")


class Cell:
    """What stands for an array when a program is checked: it holds a symbol."""

    size = 1

    def __init__(self, value: Symbol | None = None) -> None:
        self.value: Any = value

    def __getitem__(self, key: Any) -> Any:
        return self if isinstance(key, slice) else self.value

    def __setitem__(self, key: Any, value: Any) -> None:
        self.value = value


class Stage:
    """A way by itself, whose scalars are its numbers: a piece of a rule on whole tensors."""

    def __init__(self, way: Way) -> None:
        self.ways: tuple[Way, ...] = (way,)

    def fold(self, *numbers: float) -> tuple[int, tuple[float, ...], tuple[Any, ...]]:
        """As for a `Reading`; the limits do not matter."""
        return 0, numbers[:-4], ()


class Reading(NamedTuple):
    """A rule for one kind of arguments, read twice with the same result.

    Attributes
    ----------
    tree : Fork or Leaf
        As the rule is written.
    ways : tuple of Way
        With scalar factors taken out of arrays where this is shorter, and as the rule is written.
    fold : callable
        ``fold(*numbers, low, high, least, most)``: settings and other numbers, in the order of the
        inputs, to the number of the way to take, the scalars of that way, and those results that are
        numbers. The shorter form is taken if the size of each of its scalars is zero or between `low` and
        `high`, and that of each factor that an array goes without between `least` and `most`.
    reach : Reach
        What it sees besides its arguments. Where that does not hold any more, it has to be read anew.
    widens : bool
        A number that NumPy made, a float64, meets arrays: smaller dtypes are widened.
    """

    tree: Fork | Leaf
    ways: tuple[Way, ...]
    fold: Callable[..., tuple[int, tuple[Any, ...], tuple[Any, ...]]]
    reach: Reach
    widens: bool


def read(rule: Callable[..., tuple[Any, ...]], arrays: Sequence[Any], settings: dict[str, Any]) -> Reading:
    """Read a rule.

    Parameters
    ----------
    rule, arrays, settings
        As for `trace`. A setting that is zero here always is, and no other ever will be.

    Raises
    ------
    Untraceable
        If the rule does more than arithmetic on its arguments, or is no function of them. The message
        says what it does, and where.
    """
    for key, value in settings.items():
        if not all(type(item) in PLAIN for item in (value if isinstance(value, tuple) else (value,))):
            raise Untraceable(f"{key} is {value!r:.60}, no number, flag or text")
    sees = reach(rule)
    try:
        tree, again = (trace(rule, arrays, settings, zeros_stay=True) for _ in range(2))
        if _text(tree) != _text(again):
            raise Untraceable("it does something else when it is called again")
        ways: list[Way] = []
        fold = _folding(factored(tree), ways, arrays)
    except Untraceable as error:
        raise Untraceable(f"{error}{_line(error, rule)}") from error
    return Reading(tree, tuple(ways), fold, sees, any(map(_widens, leaves(tree))))


def _text(tree: Fork | Leaf) -> str:
    """All that a tree says."""
    lines = [f"{name(x)} {x.op} {[name(a) if x.op != 'input' else a for a in x.args]}" for x in tree.symbols]
    if isinstance(tree, Fork):
        return "\n".join([*lines, f"if {name(tree.condition)}", _text(tree.yes), "else", _text(tree.no)])
    return "\n".join([*lines, str([name(out) for out in tree.outputs])])


def _line(error: Exception, rule: Any) -> str:
    """The line of the rule, or of what it calls, where it was refused."""
    code, place = getattr(rule, "__code__", None), ""
    cause: BaseException | None = error
    while cause is not None:
        inside, step = False, cause.__traceback__
        while step is not None:
            at = step.tb_frame.f_code
            inside |= at is code
            if inside and not at.co_filename.startswith(_HERE):
                place = said_line(at, step.tb_lineno)
            step = step.tb_next
        cause = cause.__cause__
    return place


_HERE = __file__.rpartition("reading")[0]


def _way(leaf: Leaf, arrays: Sequence[Any]) -> Way:
    if len(leaf.outputs) != len(arrays) - 1:
        raise Untraceable(f"it returns {len(leaf.outputs)} values for a parameter and {len(arrays) - 2} states")
    used = needed(leaf)
    operations = tuple(x for x in leaf.symbols if x.index in used and not x.scalar and x.op != "input")
    held = {x.args[0]: x for x in leaf.symbols if x.op == "input" and not x.scalar}
    inputs, results, made = [held[arrays[0]]], [], []
    for k, (given, out) in enumerate(zip(arrays[1:], leaf.outputs, strict=True)):
        if given is None and out is None:
            continue
        if given is None and type(out) is Symbol and not out.scalar:
            inputs.append(Symbol(out.tape, "input", (f"made {k}",), False, len(leaf.symbols) + k))
            made.append(k - 1)
        elif given is None or out is None or isinstance(given, tuple) != is_flat(out) and not isinstance(given, str):
            raise Untraceable(f"it is given {_said(given)} and returns {_said(out)}")
        elif isinstance(given, str):
            inputs.append(held[given])
        else:
            continue
        results.append(out)
    return Way(tuple(inputs), operations, tuple(results), made=tuple(made))


def _said(value: Any) -> str:
    if value is None or isinstance(value, tuple):
        return "nothing" if value is None else "one number"
    return "one number" if not isinstance(value, str) and is_flat(value) else "an array"


def _widens(leaf: Leaf) -> bool:
    strong = set()
    for x in leaf.symbols:
        if x.op.startswith(BY_NUMPY) or any(type(a) is Symbol and a.index in strong for a in x.args):
            if not x.scalar:
                return True
            strong.add(x.index)
    return False


def is_flat(value: Any) -> bool:
    """One number for a whole array."""
    return type(value) is not Symbol or value.scalar


def name(value: Any) -> str:
    """What a symbol or constant is called in the code that we write."""
    if type(value) is Symbol:
        return f"{'s' if value.scalar else 'x'}{value.index}"
    return f"c_{type(value).__name__}_{value!r}".translate({ord(a): b for a, b in zip("-.+", "mdp", strict=True)})


def _folding(tree: Fork | Leaf, ways: list[Way], arrays: Sequence[Any]) -> Callable[..., Any]:
    """The function of all scalars that the tree asks for; its ways are added to `ways`."""
    inputs = [x for x in tree.symbols if x.op == "input" and x.scalar]

    def lines(node: Fork | Leaf, done: int, indent: str) -> list[str]:
        used = needed(node, raising=True)  # (behind a fork the same index is another operation on either side)
        todo = [x for x in node.symbols if x.scalar and x.op != "input" and x.index in used and x.index >= done]
        out = [f"{indent}{name(x)} = {_scalar(x)}" for x in todo]
        if isinstance(node, Fork):
            below = len(node.symbols)
            out += [f"{indent}if {name(node.condition)}:", *lines(node.yes, below, indent + "    ")]
            return [*out, f"{indent}else:", *lines(node.no, below, indent + "    ")]
        way = _way(node, arrays)
        numbers = [o for given, o in zip(arrays[1:], node.outputs, strict=True) if isinstance(given, tuple)]
        k = len(ways)
        ways.append(way)
        if node.written is not None:
            sizes = [_value(a) for a in way.scalars if type(a) is Symbol]
            fits = [f"{indent}    and ({s} == 0 or low <= abs({s}) <= high)" for s in sizes]
            fits += [f"{indent}    and least <= abs({_value(f)}) <= most" for f in node.factors]
            out += [f"{indent}if not (", f"{indent}    low < high", *fits, f"{indent}):"]
            out += lines(node.written, done, indent + "    ")
        return [*out, f"{indent}return {k}, {_tuple(way.scalars)}, {_tuple(numbers)}"]

    body = lines(tree, 0, "    ")
    return written(f"def fold({', '.join([*map(name, inputs), 'low', 'high', 'least', 'most'])}):", body, SCALAR)


def _tuple(values: Sequence[Any]) -> str:
    return f"({''.join(f'{_value(a)}, ' for a in values)})"


def _scalar(x: Symbol) -> str:
    args = [_value(a) for a in x.args]
    if x.op in OPERATORS:
        return f"{args[0]} {OPERATORS[x.op]} {args[1]}"
    if x.op == "quotient":  # of factors: where it is none, the rule is run as it is written
        return f"{args[0]} / {args[1]} if {args[1]} else nan"
    return f"-{args[0]}" if x.op == "negative" else f"{x.op.replace('.', '_')}({', '.join(args)})"


def _value(a: Any) -> str:
    return name(a) if type(a) is Symbol else f"({a!r})"


def written(head: str, body: list[str], names: dict[str, Any]) -> Callable[..., Any]:
    """The function of a source text, which it carries as its attribute `text`."""
    space, text = dict(names), "\n".join([head, *body])
    exec(f"{text}\n    return", space)  # noqa: S102 (our own text)
    function: Callable[..., Any] = space[head.split("(")[0].removeprefix("def ")]
    function.text = text  # type: ignore[attr-defined]
    return function


@lru_cache(maxsize=512)
def _kept(rule: Callable[..., Any], arrays: tuple[Any, ...], settings: str) -> list[Reading]:
    return []


def reading(rule: Callable[..., tuple[Any, ...]], arrays: tuple[Any, ...], settings: dict[str, Any]) -> Reading:
    """What `read` returns, kept as long as what the rule sees is the same."""
    try:
        kept = _kept(rule, arrays, repr(settings))  # (True and 1.0 are equal, and read differently)
    except TypeError:  # a rule that cannot be a key
        kept = []
    if not (kept and kept[0].reach.holds()):
        kept[:] = [read(rule, arrays, settings)]
    return kept[0]
