"""Write a recorded rule as a JavaScript function on numbers, for a page that runs without Python."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ..core.tracing import BY_NUMPY, Fork, Leaf, Symbol, needed, trace

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
    tree = trace(function, [a and (a,) for a in arguments], settings)
    fields = {f"{key}_{k}": f"{key}[{k}]" for key, value in settings.items() if isinstance(value, tuple)
              for k in range(len(value))}  # fmt: skip

    def lines(node: Fork | Leaf, written: int, indent: str) -> list[str]:
        used = needed(node)
        todo = [x for x in node.symbols if x.index in used and x.index >= written]
        out = [f"{indent}const x{x.index} = {expression(x)};" for x in todo]
        if isinstance(node, Leaf):
            return [*out, f"{indent}return [{', '.join(map(_value, node.outputs))}];"]
        below = len(node.symbols)
        return [
            *out, f"{indent}if (x{node.condition.index}) {{", *lines(node.yes, below, indent + "  "),
            f"{indent}}} else {{", *lines(node.no, below, indent + "  "), f"{indent}}}",
        ]  # fmt: skip

    def expression(x: Symbol) -> str:
        if x.op == "input":
            return x.args[0] if x.args[0] in arguments else f"settings.{fields.get(x.args[0], x.args[0])}"
        op, args = x.op.removeprefix(BY_NUMPY), [_value(a) for a in x.args]
        return f"{args[0]} {INFIX[op]} {args[1]}" if op in INFIX else CALLS[op].format(*args)

    head = f"function {name}({', '.join([*filter(None, arguments), 'settings'])}) {{"
    return "\n".join([head, *lines(tree, 0, "  "), "}"])


def _value(a: Any) -> str:
    if type(a) is Symbol:
        return f"x{a.index}"
    special = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN", "True": "true", "False": "false", "None": "null"}
    return special.get(repr(a), f"({a!r})")
