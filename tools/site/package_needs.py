"""What a function of the package needs and no page has: what its code names, and what the functions it names do."""

import dis
import inspect
from functools import cache
from types import CodeType, FunctionType, ModuleType

from in_page.absent import ELSEWHERE


@cache
def of(thing):
    """What to call it needs, "torch" say, or ""; of a class, what to make one does."""
    return following(thing, set())


def following(thing, seen):
    if what := ELSEWHERE.get(package(thing), ""):
        return what
    thing = vars(thing).get("__init__") if isinstance(thing, type) else thing
    thing = inspect.unwrap(thing) if isinstance(thing, FunctionType) else thing
    if not isinstance(thing, FunctionType) or package(thing) != "optedu" or thing in seen:
        return ""
    seen.add(thing)
    imports, names = named(thing.__code__)
    asked = (ELSEWHERE.get(name.partition(".")[0], "") for name in sorted(imports))
    called = (following(thing.__globals__.get(name), seen) for name in sorted(names))
    return next(filter(None, asked), "") or next(filter(None, called), "")


def package(thing):
    """The package that a thing is, or is of."""
    name = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", None)
    return name.partition(".")[0] if isinstance(name, str) else ""


def named(code):
    """What code, and that of the functions in it, imports, and the names that they look for outside of themselves."""
    imports, names = set(), set()
    for one in dis.get_instructions(code):
        if one.opname in ("IMPORT_NAME", "LOAD_GLOBAL"):
            (imports if one.opname == "IMPORT_NAME" else names).add(one.argval)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            for all_of, more in zip((imports, names), named(inner), strict=True):
                all_of |= more
    return imports, names
