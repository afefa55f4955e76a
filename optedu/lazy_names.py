"""Public names of a package, each loaded when it is first asked for (PEP 562)."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

LAZY: dict[str, tuple[Mapping[str, str], tuple[str, ...]]] = {}
"""Package, once it is imported: the homes of its names, and the packages below it that are public."""


def on_demand(
    namespace: dict[str, Any], homes: Mapping[str, str], packages: Iterable[str] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a package that loads its names late.

    Parameters
    ----------
    namespace : dict
        ``globals()`` of the package's ``__init__``.
    homes : mapping of str to str
        Public name: the module that it is in, as a path below the package.
    packages : iterable of str
        Packages below this one that are public as such.
    """
    package, whole = namespace["__name__"], tuple(packages)
    LAZY[package] = homes, whole

    def load(name: str) -> Any:
        if name in whole:
            return import_module(f"{package}.{name}")
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{homes[name]}"), name)
        namespace[name] = found  # the next time it is simply there
        return found

    return load, lambda: sorted({*namespace, *homes, *whole})
