"""The source of a rule, and of all that it calls: text, syntax tree, and what its names stand for."""

import ast
import builtins
import inspect
import math
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from ..core.tracing import log
from .refusal import NotExported, refuse
from .spelling import WHY_NOT

PLAIN = (int, float, str, bool, type(None))
"""What a module may hold for its rules besides functions, alone or in tuples: it is written out as it is."""

MODULES = {np.linalg: "linalg.", np: "", math: "math."}
"""Modules whose functions are spelled anew, and what stands before their names in our tables."""


@dataclass
class Function:
    """One function of Python, as it stands in its file.

    Attributes
    ----------
    object : function
    text : bytes
        Its source, from the margin on. (Positions in a syntax tree count bytes.)
    tree : FunctionDef
    first : int
        Its line in the file.
    names : dict of str to Any
        What each name stands for that is neither an argument nor assigned to.
    """

    object: FunctionType
    text: bytes
    tree: ast.FunctionDef
    first: int
    names: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.tree.name

    def refuse(self, node: ast.AST, why: str) -> NotExported:
        """The refusal of a place in this function."""
        return refuse(self.name, node, self.first, why)


def read(function: Any) -> Function:
    """A function with its source.

    Parameters
    ----------
    function : function
        Of Python, defined with ``def``.

    Raises
    ------
    NotExported
        If it has no source that can be read, is decorated, or is no ``def``.
    """
    said = getattr(function, "__name__", repr(function))
    if not isinstance(function, FunctionType):
        raise NotExported(f"{said} is not a function written in Python: it has no source to write from")
    try:
        lines, first = inspect.getsourcelines(function)
        text = textwrap.dedent("".join(lines))
        tree = ast.parse(text).body[0]
    except (OSError, SyntaxError, IndexError) as error:
        raise NotExported(f"the source of {said} cannot be read: {error}") from error
    if not isinstance(tree, ast.FunctionDef):
        raise NotExported(f"{said} is not written with def: give it a name and a body")
    if tree.decorator_list:
        raise NotExported(f"{said} is decorated: what runs is not what its source says")
    found = Function(function, text.encode(), tree, max(first, 1))
    for node in ast.walk(tree):
        if node is not tree and isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.AsyncFunctionDef)):
            raise found.refuse(node, "there is a function inside a function")
    found.names = {name: _meaning(found, node) for name, node in _seen(tree)}
    return found


def _seen(tree: ast.FunctionDef) -> Iterator[tuple[str, ast.Name]]:
    """Names that a function does not bind itself; annotations do not count."""
    own = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    own |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for node in referring(tree):
        if isinstance(node, ast.Name) and node.id not in own:
            yield node.id, node


def referring(tree: ast.FunctionDef) -> list[ast.Name | ast.Attribute]:
    """The names, with and without dots, in a function, in order; those of annotations do not count."""
    notes = [node.annotation for node in ast.walk(tree) if isinstance(node, (ast.arg, ast.AnnAssign))]
    silent = {n for note in (*notes, tree.returns) if note is not None for n in ast.walk(note)}
    return [n for n in ast.walk(tree) if isinstance(n, (ast.Name, ast.Attribute)) and n not in silent]


def _meaning(function: Function, node: ast.Name) -> Any:
    made: Any = function.object
    free = dict(zip(made.__code__.co_freevars, made.__closure__ or (), strict=True))
    if node.id in free:
        try:
            return free[node.id].cell_contents
        except ValueError:
            raise function.refuse(node, f"{node.id} is not yet bound") from None
    if node.id in made.__globals__:
        return made.__globals__[node.id]
    if hasattr(builtins, node.id):
        return getattr(builtins, node.id)
    raise function.refuse(node, f"{node.id} stands for nothing")


def meaning(function: Function, node: ast.expr) -> Any:
    """What a name, or a name with dots, stands for; None for what is bound in the function."""
    if isinstance(node, ast.Name):
        return function.names.get(node.id)
    if isinstance(node, ast.Attribute):
        module = meaning(function, node.value)
        if isinstance(module, ModuleType):
            return getattr(module, node.attr, None)
    return None


def spelled(thing: Any) -> str | None:
    """``"sqrt"``, ``"linalg.norm"``, ``"math.sqrt"``: the name of what NumPy or math has; else None."""
    if thing is log:
        return "math.log"
    name = getattr(thing, "__name__", None)
    for module, prefix in MODULES.items():
        if isinstance(name, str) and not isinstance(thing, ModuleType) and vars(module).get(name) is thing:
            return prefix + name
    return None


def is_plain(value: Any) -> bool:
    """Numbers, texts, None, and tuples of these."""
    return type(value) in PLAIN or type(value) is tuple and all(map(is_plain, value))


def reached(functions: list[Any]) -> tuple[list[Function], dict[str, Any]]:
    """All functions that some call, callees first, and the constants that they see.

    Parameters
    ----------
    functions : list of function
        Where to begin.

    Returns
    -------
    functions : list of Function
    constants : dict of str to Any
        Name and value.

    Raises
    ------
    NotExported
        If one sees something else, or two things bear one name.
    """
    done: dict[str, Function] = {}
    constants: dict[str, Any] = {}

    def visit(thing: Callable[..., Any]) -> None:
        function = read(thing)
        if function.name in done:
            if done[function.name].object is not thing:
                raise NotExported(f"two functions are called {function.name}: give one of them another name")
            return
        done[function.name] = function
        for node in referring(function.tree):
            look(function, node)
        done[function.name] = done.pop(function.name)  # after those that it calls

    def look(function: Function, node: ast.Name | ast.Attribute) -> None:
        value = meaning(function, node)
        if value is None or isinstance(value, ModuleType):
            return
        if (name := spelled(value)) is not None:
            if name in WHY_NOT:
                raise function.refuse(node, f"it calls {name}, and {WHY_NOT[name]}")
            return
        if isinstance(value, FunctionType):
            if isinstance(node, ast.Name) and node.id != value.__name__:
                raise function.refuse(node, f"{node.id} is the function {value.__name__} under another name")
            visit(value)
        elif isinstance(node, ast.Name) and is_plain(value) and not hasattr(builtins, node.id):
            if constants.setdefault(node.id, value) != value:
                raise function.refuse(node, f"two constants are called {node.id}")
        elif getattr(value, "__module__", None) == "builtins" or isinstance(node, ast.Attribute) and is_plain(value):
            return
        else:
            raise function.refuse(node, f"{ast.unparse(node)} is neither a number nor a function to write out")

    for thing in functions:
        visit(thing)
    both = sorted(set(done) & set(constants))
    if both:
        raise NotExported(f"a function and a constant are called {both[0]}")
    return list(done.values()), constants
