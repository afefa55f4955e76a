"""What a rule can see besides its arguments: the names that it, and what it calls, look up elsewhere.

A rule may be read once and for all only if it is a function of its arguments. So every name that
it looks up outside of itself has to be one of NumPy's or Python's own functions, a plain number or
text, or another function of which the same holds. All this is remembered, and looked up again at
each step: who redefines a helper, or changes a constant, has a rule that is read anew.
"""

import builtins
import dis
import linecache
import math
from collections.abc import Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from .tracing import UFUNCS, Untraceable, log

PLAIN = (bool, int, float, str, bytes, type(None))
NUMPY = {np.where, np.clip, log, *UFUNCS}
NUMPY_WHOLE = NUMPY | {
    np.linalg.norm, np.linalg.qr, np.linalg.eigh, np.linalg.svd, np.linalg.solve, np.tensordot, np.outer, np.dot,
    np.matmul, np.sum, np.mean, np.max, np.min, np.sort, np.argsort, np.cumsum, np.moveaxis, np.take, np.eye, np.diag,
    np.finfo, np.zeros, np.ones, np.zeros_like, np.ones_like, np.array, np.asarray, np.reciprocal, np.trace, np.vdot,
}  # fmt: skip
"""For rules that see whole tensors, which are not read but called: whatever gives the same for the same."""
PYTHON = {
    getattr(builtins, name)
    for name in "abs all any bool dict divmod enumerate filter float int isinstance len list map max min pow range "
    "reversed round set sorted str sum tuple zip ArithmeticError AssertionError IndexError KeyError LookupError "
    "TypeError ValueError ZeroDivisionError".split()
}
WRITES = ("STORE_GLOBAL", "DELETE_GLOBAL", "IMPORT_NAME", "STORE_ATTR", "DELETE_ATTR")
ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD")
BETWEEN = ("EXTENDED_ARG", "PUSH_NULL", "NOP", "CACHE")


class Reach(NamedTuple):
    """Names that were looked up: where, what each is called there, and what it was (None if it was not there)."""

    names: tuple[tuple[Any, Any, Any], ...]

    def holds(self) -> bool:
        """Whether all of them are the same now."""
        for space, name, value in self.names:
            now = space.get(name) if type(space) is dict else getattr(space, name, None)
            if now is not value and not (type(now) is type(value) and type(now) in PLAIN and now == value):
                return False
        return True


def reach(rule: Any, whole: bool = False) -> Reach:
    """All that `rule` sees besides its arguments.

    Parameters
    ----------
    rule : callable
    whole : bool
        It is not to be read, only to be called with arrays that note what is done to them.

    Raises
    ------
    Untraceable
        If it sees something that may change between two calls, or changes something itself.
    """
    found: dict[tuple[int, Any], tuple[Any, Any, Any]] = {}
    allowed = NUMPY_WHOLE if whole else NUMPY

    def follow(function: Any) -> None:
        if not isinstance(function, FunctionType):
            raise Untraceable(f"{type(function).__name__} is no plain Python function")
        for attribute in ("__code__", "__defaults__", "__kwdefaults__"):
            if not see(function, attribute, getattr(function, attribute)):
                return  # already followed
        for space, what in (
            (function.__kwdefaults__ or {}, "the default of an argument"),
            (vars(function), "an attribute"),
        ):
            for name, value in space.items():
                see(space, name, value)
                judge(value, f"{what} of {function.__name__}")
        for default in function.__defaults__ or ():
            judge(default, f"the default of an argument of {function.__name__}")
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            try:
                value = cell.cell_contents
            except ValueError:
                raise Untraceable(f"it uses {name}, which is not there yet") from None
            see(cell, "cell_contents", value)
            judge(value, f"{name}, a variable of the function around {function.__name__}")
        for name, attributes, line in looked_up(function.__code__, function.__name__):
            value = function.__globals__.get(name)
            see(function.__globals__, name, value)
            if value is None:  # (shadowed or not, a name of Python's own is one)
                value = getattr(builtins, name, None)
            for attribute in attributes:
                if not isinstance(value, ModuleType):
                    break  # an attribute of a number or function: judged as that
                see(value, attribute, getattr(value, attribute, None))
                value, name = getattr(value, attribute, None), f"{name}.{attribute}"
            try:
                judge(value, name)
            except Untraceable as error:
                raise Untraceable(f"{error}{said_line(function.__code__, line)}") from error

    def see(space: Any, name: Any, value: Any) -> bool:
        known = (id(space), name) in found
        found[id(space), name] = space, name, value
        return not known

    def judge(value: Any, name: str) -> None:
        if type(value) is tuple:
            for item in value:
                judge(item, name)
        elif isinstance(value, FunctionType) and value not in allowed:
            follow(value)
        elif not (
            type(value) in PLAIN
            or isinstance(value, BuiltinFunctionType)
            and value is getattr(math, value.__name__, None)
            or _hashable(value)
            and (value in allowed or value in PYTHON)
        ):
            if name.split(".")[0] in ("np", "numpy") or _hashable(value) and value in NUMPY_WHOLE:
                raise Untraceable(f"it uses {name}, which is more than arithmetic on single elements")
            raise Untraceable(f"it uses {name} ({type(value).__name__}), which is not an argument and may change")

    follow(rule)
    return Reach(tuple(found.values()))


def looked_up(code: CodeType, name: str) -> Iterator[tuple[str, list[str], int]]:
    """Global names in a piece of code, each with the attributes that are asked of it at once, and the line."""
    latest: tuple[str, list[str], int] | None = None
    operation = ""
    for instruction in dis.get_instructions(code):
        before, operation, asked = operation, instruction.opname, instruction.argval
        line = (instruction.positions.lineno if instruction.positions else None) or code.co_firstlineno
        does = ""
        if operation in WRITES or operation == "STORE_DEREF" and asked in code.co_freevars:
            does = f"{'imports' if 'IMPORT' in operation else 'changes'} {asked}"
        elif operation == "IS_OP" and before != "LOAD_CONST":  # (equal symbols are one, equal arrays are not)
            does = "asks whether two values are one and the same object"
        elif operation in ATTRIBUTES and asked.startswith("__"):
            does = f"asks for {asked}"
        if does:
            raise Untraceable(f"{name} {does}{said_line(code, line)}")
        if operation in ATTRIBUTES and latest:
            latest[1].append(asked)
        elif operation not in BETWEEN:
            if latest:
                yield latest
            latest = (asked, [], line) if operation in ("LOAD_GLOBAL", "LOAD_NAME") else None
    for constant in code.co_consts:
        if isinstance(constant, CodeType):  # a function inside, or a comprehension
            yield from looked_up(constant, name)


def said_line(code: CodeType, line: int) -> str:
    """A line of a rule, in words."""
    text = linecache.getline(code.co_filename, line).strip()
    return f" (line {line} of {code.co_name}" + (f": {text})" if text else ")")


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
