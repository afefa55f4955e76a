"""Write a recorded rule as Python: its scalars once per step, its arrays in place.

`trace` tells what a rule does, and `factored` how to do it with fewer operations. Here it becomes
two functions: one that does everything that is the same for all elements (``1 - b1**t``, and which
branch to take), and for each branch one that runs over arrays, with each result in the memory of
something that is no longer needed.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np

from .factors import factored
from .trace import Fork, Leaf, Symbol, Untraceable, leaves, needed, trace

OPERATORS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=",
}  # fmt: skip
COMPARED = {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal"}


def _root(x: float) -> float:
    """The square root as a Python number, with which the next operation is many times faster than with NumPy's."""
    return math.sqrt(x) if x >= 0 else math.nan


SCALAR = {"inf": math.inf, "nan": math.nan, "sqrt": _root, "sign": np.sign}
SCALAR |= {"maximum": np.maximum, "minimum": np.minimum, "where": np.where, "absolute": abs}


class Way:
    """One way through a rule, over arrays.

    Attributes
    ----------
    inputs : tuple of Symbol
        The arrays: gradient, parameter, and what there is of state.
    operations : tuple of Symbol
        What is done to arrays, in order.
    results : tuple of Symbol or number
        What becomes of each input but the gradient.
    scalars : tuple of Symbol or number
        What the operations and results need besides.
    makes_state : bool
        An array is returned where there was none: the rule itself has to be called.
    """

    def __init__(self, inputs: tuple, operations: tuple, results: tuple, scalars: tuple, makes_state: bool) -> None:
        self.inputs: tuple[Symbol, ...] = inputs
        self.operations: tuple[Symbol, ...] = operations
        self.results: tuple[Any, ...] = results
        self.scalars: tuple[Any, ...] = scalars
        self.makes_state = makes_state

    @cached_property
    def in_place(self) -> "InPlace":
        """Written for NumPy."""
        return _in_place(self)


class Recording(NamedTuple):
    """A rule, read.

    Attributes
    ----------
    tree : Fork or Leaf
    fold : callable
        Settings and other numbers, in the order of the inputs, to the number of the way to
        take, the scalars of that way, and those results that are numbers.
    ways : tuple of Way
    """

    tree: Fork | Leaf
    fold: Callable[..., tuple[int, tuple, tuple]]
    ways: tuple[Way, ...]


def record(rule: Callable[..., tuple], arrays: Sequence[Any], settings: dict[str, Any]) -> Recording:
    """Trace `rule` (arguments as for `trace`, zeros stay) and write down its scalar part.

    Raises
    ------
    Untraceable
        If the rule does more than arithmetic on its arguments.
    """
    tree = factored(trace(rule, arrays, settings, zeros_stay=True))
    ways = tuple(_way(leaf, arrays) for leaf in leaves(tree))
    return Recording(tree, _folding(tree, ways, arrays), ways)


def _way(leaf: Leaf, arrays: Sequence[Any]) -> Way:
    used = needed(leaf)
    operations = tuple(x for x in leaf.symbols if x.index in used and not x.scalar and x.op != "input")
    makes_state = False
    for given, out in zip(arrays[1:], leaf.outputs, strict=True):
        if given is None:
            makes_state |= out is not None
        elif out is None or isinstance(given, tuple) and not _flat(out):
            raise Untraceable(f"{given} is given, and {out} returned")
    results = tuple(out for given, out in zip(arrays[1:], leaf.outputs, strict=True) if isinstance(given, str))
    asked = [a for a in (*(a for x in operations for a in x.args), *results) if _flat(a)]
    inputs = tuple(x for x in leaf.symbols if x.op == "input" and not x.scalar)
    return Way(inputs, operations, results, tuple({name(a): a for a in asked}.values()), makes_state)


def _flat(value: Any) -> bool:
    """One number for a whole array."""
    return not isinstance(value, Symbol) or value.scalar


def name(value: Any) -> str:
    """What a symbol or constant is called in the code that we write."""
    if isinstance(value, Symbol):
        return f"{'s' if value.scalar else 'x'}{value.index}"
    return f"c_{type(value).__name__}_{value!r}".translate({ord(a): b for a, b in zip("-.+", "mdp", strict=True)})


def _folding(tree: Fork | Leaf, ways: tuple[Way, ...], arrays: Sequence[Any]) -> Callable:
    """The function of all scalars that the tree asks for."""
    used, numbered = needed(tree), iter(range(len(ways)))
    inputs = [x for x in tree.symbols if x.op == "input" and x.scalar]

    def lines(node: Fork | Leaf, written: int, indent: str) -> list[str]:
        todo = [x for x in node.symbols if x.scalar and x.op != "input" and x.index in used and x.index >= written]
        out = [f"{indent}{name(x)} = {_scalar(x)}" for x in todo]
        if isinstance(node, Fork):
            below = len(node.symbols)
            out += [f"{indent}if {name(node.condition)}:", *lines(node.yes, below, indent + "    ")]
            return [*out, f"{indent}else:", *lines(node.no, below, indent + "    ")]
        k = next(numbered)
        numbers = [o for given, o in zip(arrays[1:], node.outputs, strict=True) if isinstance(given, tuple)]
        return [*out, f"{indent}return {k}, {_tuple(ways[k].scalars)}, {_tuple(numbers)}"]

    body = lines(tree, 0, "    ")
    return written(f"def fold({', '.join(map(name, inputs))}):", body, SCALAR)


def _tuple(values: Sequence[Any]) -> str:
    return f"({''.join(f'{_value(a)}, ' for a in values)})"


def _scalar(x: Symbol) -> str:
    args = [_value(a) for a in x.args]
    if x.op in OPERATORS:
        return f"{args[0]} {OPERATORS[x.op]} {args[1]}"
    return f"-{args[0]}" if x.op == "negative" else f"{x.op}({', '.join(args)})"


def _value(a: Any) -> str:
    return name(a) if isinstance(a, Symbol) else f"({a!r})"


def written(head: str, body: list[str], names: dict[str, Any]) -> Callable:
    """The function of a source text, which it carries as its attribute `text`."""
    space, text = dict(names), "\n".join([head, *body])
    exec(f"{text}\n    return", space)  # noqa: S102 (our own text)
    function = space[head.split("(")[0].removeprefix("def ")]
    function.text = text
    return function


class InPlace(NamedTuple):
    """A way through a rule as calls of NumPy's functions with ``out=``.

    Attributes
    ----------
    run : callable
        ``run(arrays, scalars, floats, flags)``: the way's inputs; its scalars, as arrays of no
        dimension; scratch of the inputs' shape.
    floats, flags : int
        How many scratch arrays it needs, of the parameter's dtype and of bool.
    """

    run: Callable[[Sequence[np.ndarray], Sequence[np.ndarray], Sequence[np.ndarray], Sequence[np.ndarray]], None]
    floats: int
    flags: int


def _in_place(way: Way) -> InPlace:
    """Write one way through a rule for NumPy.

    A result goes to the memory where it has to be in the end as soon as the old value there
    has been read for the last time. What lies between goes where one of its arguments has been
    and is no longer needed, else to scratch, whose arrays are used again likewise.
    """
    targets = list(zip(way.inputs[1:], way.results, strict=True))
    home = {out.index: x for x, out in reversed(targets) if not _flat(out)}
    made = {x.index: k for k, x in enumerate(way.operations)}
    refilled = {name(x): made[index] for index, x in home.items() if index in made}  # when memory gets its result
    last = {a.index: k for k, x in enumerate(way.operations) for a in x.args if not _flat(a)}
    for x, out in targets:
        if not _flat(out) and (home[out.index] is not x or out.op == "input"):
            last[out.index] = len(way.operations)  # it is copied when all is done
    place = {x.index: name(x) for x in way.inputs}
    scratch: dict[str, list[str]] = {"f": [], "b": []}
    free: dict[str, list[str]] = {"f": [], "b": []}
    lines = []
    for k, x in enumerate(way.operations):
        args = [_placed(a, place) for a in x.args]
        ends = {place[a.index] for a in x.args if not _flat(a) and last[a.index] == k}
        kind = "b" if x.op in COMPARED else "f"
        keep = {args[0], args[1]} if x.op == "where" else set()  # `where` stores before it has read these
        if x.op == "sign":
            keep = {args[0]}  # NumPy's is many times slower in place, on numbers of either sign
        target = home.get(x.index)
        lent = sorted(s for s in ends - keep if k < refilled.get(s, 0) >= last.get(x.index, 0) and kind == "f")
        if target is not None and last.get(target.index, -1) <= k and name(target) not in keep:
            out = name(target)
        elif lent:
            out = lent[0]
        else:
            ready = [s for s in sorted(ends - keep) if s[0] == kind] or free[kind]
            if not ready:
                ready = [f"{kind}{len(scratch[kind])}"]
                scratch[kind] += ready
            out = ready[0]
            free[kind] = [s for s in free[kind] if s != out]
        for s in sorted(ends - {out}):
            if s[0] in free:
                free[s[0]].append(s)
        place[x.index] = out
        lines += _call(x.op, args, out)
    lines += _homecoming(targets, place)
    unpacked = [
        (map(name, way.inputs), "arrays"), (map(name, way.scalars), "scalars"),
        (scratch["f"], "floats"), (scratch["b"], "flags"),
    ]  # fmt: skip
    lines = [f"[{', '.join(names)}] = {source}" for names, source in unpacked] + lines
    run = written("def run(arrays, scalars, floats, flags):", [f"    {line}" for line in lines], vars(np))
    return InPlace(run, len(scratch["f"]), len(scratch["b"]))


def _placed(a: Any, place: dict[int, str]) -> str:
    return name(a) if _flat(a) else place[a.index]


def _call(op: str, args: list[str], out: str) -> list[str]:
    if op != "where":
        return [f"{COMPARED.get(op, op)}({', '.join(args)}, out={out})"]
    condition, yes, no = args
    return [*([] if no == out else [f"copyto({out}, {no})"]), f"copyto({out}, {yes}, where={condition})"]


def _homecoming(targets: list[tuple[Symbol, Any]], place: dict[int, str]) -> list[str]:
    """Copies of what is not yet where it belongs; what is still at its old place goes first."""
    todo = [(name(x), _placed(out, place)) for x, out in targets]
    todo = sorted([(to, source) for to, source in todo if to != source], key=lambda c: c[1][0] != "x")
    for k, (to, _) in enumerate(todo):
        if to in [source for _, source in todo[k + 1 :]]:
            raise Untraceable("a rule that exchanges its states")
    return [f"copyto({to}, {source})" for to, source in todo]


def recording(rule: Callable[..., tuple], arrays: tuple, settings: tuple[tuple[str, Any], ...]) -> Recording | None:
    """What `record` returns, kept; None where the rule cannot be read."""
    try:
        called = tuple(rule.__globals__.get(known) for known in rule.__code__.co_names)
        return _recording(rule, called, arrays, settings)
    except (AttributeError, TypeError):  # not a function, or a setting that cannot be a key
        return None


@cache
def _recording(rule: Callable, called: tuple, arrays: tuple, settings: tuple) -> Recording | None:
    try:
        return record(rule, arrays, dict(settings))
    except Untraceable:
        return None
