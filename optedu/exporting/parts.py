"""The parts that the files of all targets have in common: rules, first states, checks and words."""

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from .. import __version__
from . import checking
from .kinds import Kind, Kinds
from .refusal import NotExported
from .rewriting import Rewriter
from .sharding import Gathering, Sharding
from .source import Function, is_plain, meaning, reached, referring
from .spelling import Dialect
from .subject import Subject, described, entries, kind, ways

WIDTH = 100
"""Columns of a written file."""

TAB = "    "


@dataclass
class Parts:
    """Texts for a file, without the class of the target.

    Attributes
    ----------
    functions : list of str
        The rules and what they call, callees first.
    constants : list of str
        Assignments.
    imports : set of str
    chooses, gathers, adds : bool
        Whether a rule picks what one of two branches returns, gathers shards, or adds up parts.
    mixes : bool
        Whether a number of the step depends on others of its tensor.
    initial : str
        The function ``initial_state(p, settings)``; empty if there is no state.
    checks : list of str
        Functions that check, the last of them ``check(settings)``; empty if nothing is checked.
    parameter : bool
        Whether there is a ``check_parameter(name, p)`` among them.
    """

    functions: list[str]
    constants: list[str]
    imports: set[str] = field(default_factory=set)
    chooses: bool = False
    gathers: bool = False
    adds: bool = False
    mixes: bool = False
    initial: str = ""
    checks: list[str] = field(default_factory=list)
    parameter: bool = False

    def take(self, written: checking.Written, there: Collection[str]) -> None:
        """Functions that are no rules, those left out whose names are `there`."""
        self.imports |= written.imports
        self.functions += [text for name, text in written.functions.items() if name not in there]
        lines = [f"{name} = {value!r}" for name, value in written.constants.items()]
        self.constants += [line for line in lines if line not in self.constants]


def parts(subject: Subject, dialect: Dialect, starts: "Starts") -> Parts:
    """What a file is made of.

    Parameters
    ----------
    subject : Subject
    dialect : Dialect
    starts : Starts
        How the target spells first states.

    Raises
    ------
    NotExported
        If something in a rule has no counterpart.
    """
    functions, constants = reached(subject.rules)
    kinds = Kinds(functions)
    for rule in subject.rules:
        _walk(kinds, next(f for f in functions if f.object is rule), subject, dialect)
    sharding = Sharding(functions, kinds)
    found = Parts([], [f"{name} = {value!r}" for name, value in constants.items()], mixes=sharding.mixes)
    for function in functions:
        gathered = Gathering()
        if dialect.gathers:
            gathered = (sharding.gathering if function.object in subject.rules else sharding.added)(function)
        rewriter = Rewriter(function, kinds, dialect, gathered)
        found.functions.append(rewriter.text())
        found.chooses |= rewriter.chooses
        found.gathers |= bool(gathered.names or gathered.parts)
        found.adds |= bool(gathered.sums)
    if any("math." in text for text in found.functions):
        found.imports.add("import math")
    methods = [method for method in (subject.initial, subject.together) if method is not None]
    beside = checking.functions([], dialect, methods)
    found.take(beside, {function.name for function in functions})
    found.initial = _initial(subject, dialect, starts)
    _checks(subject, dialect, found)
    names = [f.name for f in functions]
    if subject.name in names:
        raise NotExported(f"{subject.name} is the name of a rule and of the class to be written")
    return found


def _walk(kinds: Kinds, rule: Function, subject: Subject, dialect: Dialect) -> None:
    names = [a.arg for a in (*rule.tree.args.posonlyargs, *rule.tree.args.args)]
    given: dict[str, Kind] = dict.fromkeys(names[:2], True)
    for name, state in zip(names[2:], subject.states, strict=False):
        given[name] = not state.absent and (dialect.traced or not state.number)
    given |= dict.fromkeys(("t", "lr"), dialect.traced)
    returned = kinds.call(rule, given)
    states = len(subject.states)
    if isinstance(returned, tuple) and len(returned) != 1 + states:
        raise NotExported(f"{rule.name} returns {len(returned)} values for a parameter and {states} states")
    if not isinstance(returned, tuple):
        raise NotExported(f"{rule.name} must return a tuple: the parameter, and its states")


class Starts:
    """How a target spells what a state begins as."""

    by_rule = "None"

    def fill(self, value: str) -> str:
        """An array of the parameter's shape, filled with a number."""
        raise NotImplementedError

    def number(self, value: str) -> str:
        """One number."""
        raise NotImplementedError

    def copy(self, p: str) -> str:
        """The parameter itself, as it is now."""
        raise NotImplementedError


def _initial(subject: Subject, dialect: Dialect, starts: Starts) -> str:
    head = "def initial_state(p, settings):"
    said = f'{TAB}"""What the state of a parameter begins as{NOTHING if _absent(subject, starts) else ""}."""'
    if not subject.states:
        return ""
    if subject.initial is None:
        begun = [(state.name, "None" if state.absent else starts.fill("0.0")) for state in subject.states]
        lines = [f'{TAB * 2}"{name}": {value},' for name, value in begun]
        return "\n".join([head, said, f"{TAB}return {{", *lines, f"{TAB}}}"])
    function = subject.initial
    rewriter = Rewriter(function, None, dialect)
    p = function.tree.args.args[1].arg
    local = {
        target.id: node.value for node in ast.walk(function.tree) if isinstance(node, ast.Assign)
        for target in node.targets if isinstance(target, ast.Name)
    }  # fmt: skip
    for node in ast.walk(function.tree):
        for value in node.value.values if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict) else ():
            for part in ways(value, local):
                found = kind(function, part)
                if found == "fill":
                    rewriter.fixed[part] = starts.fill(rewriter.inside(part))
                elif found == "number" and isinstance(part, ast.Call):
                    rewriter.fixed[part] = starts.number(rewriter.of(part.args[0]))
                elif found == "by rule":
                    rewriter.fixed[part] = starts.by_rule
                elif found == "array" and isinstance(part, ast.Name):
                    rewriter.fixed[part] = starts.copy(p)
    text = _plain(function, rewriter.text())
    first, _, rest = text.partition("\n")
    if function.tree.body and ast.get_docstring(function.tree):
        return text
    return f"{first}\n{said}\n{rest}"


NOTHING = "; None: there is none"


def _absent(subject: Subject, starts: Starts) -> bool:
    return any(not state.always for state in subject.states) and starts.by_rule == "None"


def _plain(function: Function, text: str) -> str:
    """A method as a function: without self."""
    if any(isinstance(n, ast.Name) and n.id == "self" for n in ast.walk(function.tree)):
        raise NotExported(f"{function.name} looks at self: what it needs must be in the settings")
    return re.sub(r"\(self, ", "(", text, count=1)


def _checks(subject: Subject, dialect: Dialect, found: Parts) -> None:
    shown = [(name, check) for name, check in subject.settings.items() if name not in subject.constants]
    written = checking.functions([c for _, c in shown if c not in checking.CONDITIONS], dialect)
    found.imports |= written.imports
    found.constants += [f"{n} = {v!r}" for n, v in written.constants.items() if f"{n} = {v!r}" not in found.constants]
    texts = dict(written.functions)
    lines = checking.lines(shown)
    if subject.together is not None:
        texts["check_together"] = _plain(subject.together, Rewriter(subject.together, None, dialect).text())
        lines.append("check_together(settings)")
    if subject.parameter is not None:
        texts |= _parameter(subject.parameter, dialect, found)
        found.parameter = True
    if lines:
        said = f'{TAB}"""Refuse settings that the rule has no use for."""'
        texts["check"] = "\n".join(["def check(settings):", said, *(TAB + line for line in lines)])
    found.checks = [text for text in texts.values() if text not in found.functions]


def _parameter(function: Function, dialect: Dialect, found: Parts) -> dict[str, str]:
    """The method `check_parameter` as a function, with the functions that it calls."""
    rewriter = Rewriter(function, None, dialect)
    called = []
    for node in ast.walk(function.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "check_parameter":
            rewriter.fixed[node] = ast.unparse(node.args[1])
    for name in referring(function.tree):
        thing = meaning(function, name)
        if isinstance(thing, FunctionType):
            called.append(thing)
    written = checking.functions(called, dialect)
    found.imports |= written.imports
    text = _plain(function, rewriter.text())
    first, _, rest = text.partition("\n")
    said = f'{TAB}"""Refuse a parameter that the rule has no use for."""'
    return {**written.functions, "check_parameter": f"{first}\n{said}\n{rest}"}


# Words


def choice(subject: Subject, dialect: Dialect, settings: str) -> str:
    """The rule that runs, or the expression that chooses it."""
    if subject.choice is None:
        return str(subject.rules[0].__name__)
    returned = subject.choice.tree.body[0]
    assert isinstance(returned, ast.Return)
    rewriter = Rewriter(subject.choice, None, dialect)
    rewriter.names = {subject.choice.tree.args.args[1].arg: settings}
    return rewriter.inside(returned).removeprefix("return ")


def heading(subject: Subject, target: str, tested: str) -> str:
    """The docstring of a file: what it is, its equation, where it comes from, and what holds of it."""
    rules = " and ".join(f"`{rule.__name__}`" for rule in subject.rules)
    ours = subject.cls is not None and subject.cls.__module__.startswith("optedu.")
    lines = [f"{subject.name} for {target}.", ""]
    if subject.cls is not None and subject.cls.__doc__:
        sections = entries(subject.cls.__doc__)
        lines += [sections[""], ""]
        if "References" in sections:
            lines += [f"Source: {sections['References']}", ""]
    plural = "s" if len(subject.rules) > 1 else ""
    lines += [f"Written by optedu {__version__} from the source of the rule{plural} {rules}, whose names it keeps."]
    lines += [f"Needs {target} and nothing else.", *([tested] if tested else [])]
    if ours:
        lines += ["License: MIT. Copyright (c) 2026 The optedu authors."]
    else:
        lines += ["License: the rule is its author's; what optedu wrote around it is MIT."]
    return quoted("\n".join(lines), "")


def about(subject: Subject, params: str, more: Sequence[str] = ()) -> str:
    """The docstring of the class, or function, that is called."""
    lines = [f"The rule `{subject.rules[0].__name__}` as an optimizer. See the top of this file."]
    found = described(subject.cls) if subject.cls is not None else []
    shown = [part for part in found if re.split(r"[ ,:]", part)[0] in {p.name for p in subject.signature} | {"r"}]
    head = [f"{params}"] if params else []
    if shown or head:
        lines += ["", "Parameters", "----------", *head, *shown]
    return "\n".join([*lines, *more])


def quoted(text: str, margin: str) -> str:
    """A docstring."""
    lines = text.replace('"""', "'''").split("\n")
    end = "" if len(lines) == 1 else f"\n{margin}"
    raw = "r" if "\\" in text else ""
    return (
        f'{margin}{raw}"""'
        + "\n".join([lines[0], *(margin + line if line else "" for line in lines[1:])])
        + f'{end}"""'
    )


def signature(subject: Subject, first: Sequence[str], head: str, end: str, margin: str) -> list[str]:
    """A head with the settings as arguments, in lines that fit."""
    items, bare = list(first), False
    for p in subject.signature:
        if p.kind is p.KEYWORD_ONLY and not bare:
            items.append("*")
            bare = True
        items.append(p.name if p.default is p.empty else f"{p.name}={literal(p.default)}")
    return packed(f"{margin}{head}(", items, f"){end}", margin)


def literal(value: Any) -> str:
    """A default, as Python reads it."""
    if not is_plain(value):
        raise NotExported(f"a setting defaults to {value!r:.80}, which is no number")
    if isinstance(value, tuple):
        inner = ", ".join(map(literal, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return f'float("{value}")' if isinstance(value, float) and value - value != 0 else repr(value)


def packed(head: str, items: Sequence[str], end: str, margin: str, moved: int = 0) -> list[str]:
    """``head(items)`` in one line, or with the items in as few lines as fit; `moved` columns are added later."""
    whole = f"{head}{', '.join(items)}{end}"
    if len(whole) + moved <= WIDTH:
        return [whole]
    lines, line = [], ""
    for item in items:
        longer = f"{line}, {item}" if line else f"{margin}{TAB}{item}"
        if line and len(longer) + 1 + moved > WIDTH:
            lines.append(f"{line},")
            longer = f"{margin}{TAB}{item}"
        line = longer
    return [head, *lines, f"{line},", f"{margin}{end}"]
