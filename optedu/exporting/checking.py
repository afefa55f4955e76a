"""Checks of settings as a written file has them: plain conditions, and whole functions where a check is one's own."""

import ast
from collections.abc import Callable, Iterable
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from ..core import checks
from ..core.state import BY_RULE, Scalar
from .rewriting import Rewriter
from .source import Function, is_plain, meaning, read, referring, spelled
from .spelling import Dialect


class Condition(NamedTuple):
    """What a setting has to be: a condition on ``{}``, and the words for it."""

    holds: str
    words: str


_PAIR = "isinstance({0}, (tuple, list)) and len({0}) == 2"

CONDITIONS: dict[Callable[..., Any], Condition] = {
    checks.real: Condition("isinstance({}, (int, float))", "a number"),
    checks.number: Condition("abs({}) >= 0", "a number"),
    checks.nonnegative: Condition("{} >= 0", ">= 0"),
    checks.positive: Condition("{} > 0", "> 0"),
    checks.fraction: Condition("0 <= {} <= 1", "in [0, 1]"),
    checks.decay: Condition("0 <= {} < 1", "in [0, 1)"),
    checks.count: Condition("isinstance({0}, int) and {0} >= 0", "a whole number >= 0"),
    checks.flag: Condition("isinstance({}, bool)", "True or False"),
    checks.number_pair: Condition(_PAIR + " and all(abs(x) >= 0 for x in {0})", "a pair of numbers"),
    checks.decay_pair: Condition(_PAIR + " and all(0 <= x < 1 for x in {0})", "a pair of numbers in [0, 1)"),
}
"""The checks of `optedu.core.checks`, as conditions."""


def lines(settings: Iterable[tuple[str, Callable[..., Any]]]) -> list[str]:
    """The lines that refuse what the checks refuse, for a dict ``settings``."""
    out = []
    for name, check in settings:
        if check not in CONDITIONS:
            out.append(f"{check.__name__}({name!r}, settings[{name!r}])".replace("'", '"'))
            continue
        holds, words = CONDITIONS[check]
        short = name if name.isidentifier() else "value"
        out.append(f'{short} = settings["{name}"]')
        out.append(f"if not {_bare(holds.format(short))}:")
        out.append(f'    raise ValueError(f"{name} must be {words}, got {{{short}!r}}")')
    return out


def _bare(condition: str) -> str:
    return f"({condition})" if " and " in condition else condition


class Written(NamedTuple):
    """Functions that are copied into a file, and what they need there."""

    functions: dict[str, str]
    imports: set[str]
    constants: dict[str, Any]


def functions(own: Iterable[Callable[..., Any]], dialect: Dialect, within: Iterable[Function] = ()) -> Written:
    """The text of functions that are no rules, with those that they call, and what stands in others.

    Parameters
    ----------
    own : iterable of callable
        Checks, of ours or of the reader's.
    dialect : Dialect
    within : iterable of Function
        Methods that are written elsewhere; what they call is written here.

    Raises
    ------
    NotExported
        If one of them sees what cannot be written out.
    """
    written = Written({}, set(), {})

    def visit(check: Any) -> None:
        if check in CONDITIONS:
            holds, words = CONDITIONS[check]
            written.functions.setdefault(check.__name__, "\n".join([
                f"def {check.__name__}(name, value):",
                f"    if not {_bare(holds.format('value'))}:",
                f'        raise ValueError(f"{{name}} must be {words}, got {{value!r}}")',
                "    return value",
            ]))  # fmt: skip
            return
        function = read(check)
        for node in referring(function.tree):
            look(function, node, meaning(function, node))
        written.functions.setdefault(function.name, Rewriter(function, None, dialect).text())

    def look(function: Function, node: ast.expr, thing: Any) -> None:
        if thing is BY_RULE or thing is Scalar or spelled(thing) is not None:
            return
        if isinstance(thing, FunctionType):
            visit(thing)
        elif isinstance(thing, type) and thing.__module__ == "collections.abc":
            written.imports.add(f"from collections.abc import {thing.__name__}")
        elif isinstance(node, ast.Name) and is_plain(thing) and thing is not None:
            written.constants[node.id] = thing
        elif not (thing is None or isinstance(thing, ModuleType) or spelled(thing) or _built_in(thing)):
            raise function.refuse(node, f"{ast.unparse(node)} is not written out")

    for check in own:
        visit(check)
    for method in within:
        for node in referring(method.tree):
            look(method, node, meaning(method, node))
    return written


def _built_in(thing: Any) -> bool:
    return getattr(thing, "__module__", "builtins") == "builtins"
