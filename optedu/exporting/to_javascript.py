"""Write a recorded rule as a JavaScript function on numbers, for a page that runs without Python."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.tracing import BY_NUMPY, Fork, Leaf, Symbol, trace

INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "===", "ne": "!==",
}  # fmt: skip
# (Math.max and Math.min hand on NaN, as NumPy's do.)
CALLS = {
    "power": "Math.pow({}, {})", "sqrt": "Math.sqrt({})", "absolute": "Math.abs({})", "sign": "Math.sign({})",
    "exp": "Math.exp({})", "log": "Math.log({})", "sin": "Math.sin({})", "cos": "Math.cos({})", "tanh": "Math.tanh({})",
    "maximum": "Math.max({}, {})", "minimum": "Math.min({}, {})", "where": "({} ? {} : {})",
    "negative": "(-{})", "square": "({0} * {0})",
}  # fmt: skip
LONGEST = 70
"""Letters of an expression that is used once and needs no name."""


@dataclass(eq=False)
class Step:
    """An operation on earlier steps and on numbers, or an input."""

    op: str
    args: tuple[Any, ...]
    place: int


class Joined:
    """A tree of ways through a rule as one list of steps.

    What both ways of a fork do is done once; where they differ, one of two numbers is chosen. So every operation is
    the one that the rule does on its way, and what is computed for the other way is thrown away: JavaScript's
    arithmetic raises nothing.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._known: dict[tuple[Any, ...], Step] = {}

    def step(self, op: str, args: tuple[Any, ...]) -> Step:
        """This operation; the same is done once."""
        key = (op, *((a.place,) if type(a) is Step else (type(a), repr(a)) for a in args))
        if key not in self._known:
            self._known[key] = Step(op, args, len(self.steps))
            self.steps.append(self._known[key])
        return self._known[key]

    def outputs(self, way: Fork | Leaf, before: tuple[Step, ...] = ()) -> list[Any]:
        """What a way returns whose first operations are these."""
        found = list(before)

        def of(a: Any) -> Any:
            return found[a.index] if type(a) is Symbol else a

        for x in way.symbols[len(found) :]:
            found.append(self.step(x.op.removeprefix(BY_NUMPY), tuple(map(of, x.args))))  # noqa: PERF401 (it reads itself)
        if isinstance(way, Leaf):
            return [of(x) for x in way.outputs]
        both = (self.outputs(one, tuple(found)) for one in (way.yes, way.no))
        return [self.chosen(of(way.condition), yes, no) for yes, no in zip(*both, strict=True)]

    def chosen(self, condition: Step, yes: Any, no: Any) -> Any:
        """`yes` or `no`; if both are of one kind, that of a choice between what they are made of."""
        if yes is no or type(yes) is not Step and type(no) is not Step and repr(yes) == repr(no):
            return yes
        alike = type(yes) is Step and type(no) is Step and yes.op == no.op != "input"
        if alike and (yes.op != "where" or yes.args[0] is no.args[0]):
            parts = zip(yes.args, no.args, strict=True)
            return self.step(yes.op, tuple(self.chosen(condition, a, b) for a, b in parts))
        return self.step("where", (condition, yes, no))


def javascript(
    name: str, function: Callable[..., tuple[Any, ...]], arguments: Sequence[str | None], settings: dict[str, Any]
) -> str:
    """A Python function of numbers as the text of a JavaScript function.

    Parameters
    ----------
    name : str
        What it is to be called.
    function : callable
        ``(*arguments, **settings) -> tuple``, made of arithmetic alone: a rule, or a surface.
    arguments : sequence of str or None
        Names of the positional arguments; None for one that does not exist.
    settings : dict
        Keyword arguments. Numbers (their values do not matter) and tuples of numbers become
        fields of the last argument, an object; anything else is decided now.

    Returns
    -------
    str
        ``function name(g, p, m, v, settings) { … return [p, m, v]; }``; a result None is ``null``.

    Raises
    ------
    Untraceable
        If it does more than arithmetic.
    ValueError
        If an argument bears a name that the script itself uses.
    """
    for a in filter(None, arguments):
        if a == "settings" or re.fullmatch(r"x\d+", a):
            raise ValueError(f"no argument of {name} may be called {a!r}: the script has a variable of that name")
    joined = Joined()
    outputs = joined.outputs(trace(function, [a and (a,) for a in arguments], settings))
    fields = {f"{key}_{k}": f"{key}[{k}]" for key, value in settings.items() if isinstance(value, tuple)
              for k in range(len(value))}  # fmt: skip
    used = Counter(a.place for a in outputs if type(a) is Step)
    for x in reversed(joined.steps):
        if used[x.place]:  # (A square says its argument twice.)
            used.update(a.place for a in x.args * (1 + (x.op == "square")) if type(a) is Step)

    said: dict[int, str] = {}  # how a step is spoken of where it is used
    lines = []
    for x in joined.steps:
        if not used[x.place]:
            continue
        if x.op == "input" and x.args[0] in arguments:
            said[x.place] = x.args[0]
            continue
        args = [said[a.place] if type(a) is Step else _number(a) for a in x.args]
        if x.op == "input":
            text = f"settings.{fields.get(x.args[0], x.args[0])}"
        else:
            text = f"({args[0]} {INFIX[x.op]} {args[1]})" if x.op in INFIX else CALLS[x.op].format(*args)
        if used[x.place] == 1 and len(text) <= LONGEST:
            said[x.place] = text
        else:
            said[x.place] = f"x{x.place}"
            lines.append(f"  const x{x.place} = {text.removeprefix('(').removesuffix(')') if x.op in INFIX else text};")
    returned = ", ".join(said[a.place] if type(a) is Step else _number(a) for a in outputs)
    head = f"function {name}({', '.join([*filter(None, arguments), 'settings'])}) {{"
    return "\n".join([head, *lines, f"  return [{returned}];", "}"])


def _number(a: Any) -> str:
    special = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN", "True": "true", "False": "false", "None": "null"}
    return special.get(repr(a)) or (repr(a) if repr(a)[0] != "-" else f"({a!r})")
