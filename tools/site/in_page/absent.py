"""Imports in a cell of what the page has not, or has not yet.

A chapter imports all it needs in its first cell. Here such an import succeeds: what it gives stands for the thing
until that is touched. By then matplotlib has been loaded, for cells that draw; torch never will be, and the cell
that touches it says so, instead of all the cells that share an import with it.
"""

import builtins
import importlib
import sys
from typing import Any

ELSEWHERE = {
    "torch": "torch", "torchvision": "torch", "lion_pytorch": "torch", "schedulefree": "torch", "prodigyopt": "torch",
    "pytorch_optimizer": "torch", "jax": "JAX", "optax": "JAX", "numba": "Numba", "llvmlite": "Numba",
    "scipy": "SciPy", "sklearn": "scikit-learn", "joblib": "processes", "dask": "processes",
    "distributed": "processes", "multiprocessing": "processes", "concurrent": "processes", "subprocess": "processes",
    "psutil": "processes",
}  # fmt: skip
"""Module: what a reader calls that which no page has."""

LATER = "matplotlib"
"""What comes when something is drawn."""
plain_import = builtins.__import__


class NotHere(Exception):
    """A cell touched what no page has; `what` is its name."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} does not run in a page")
        self.what = what


def there(module: str) -> bool:
    top = module.partition(".")[0]
    return top not in ELSEWHERE and (top != LATER or LATER in sys.modules)


class Absent:
    """Something inside of a module, by its path; the thing itself as soon as there is one."""

    def __init__(self, module: str, path: tuple[str, ...] = ()) -> None:
        self.__dict__.update(_module=module, _path=path)

    def _found(self) -> Any:
        if not there(self._module):
            top = self._module.partition(".")[0]
            raise NotHere(ELSEWHERE.get(top, top))
        found = importlib.import_module(self._module)
        for name in self._path:
            found = getattr(found, name)
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)  # asked by Python itself, not by the cell
        return getattr(self._found(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._found(), name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._found()(*args, **kwargs)

    def __mro_entries__(self, bases: Any) -> Any:
        return (self._found(),)

    def __instancecheck__(self, thing: Any) -> bool:
        return isinstance(thing, self._found())

    def __enter__(self) -> Any:
        self._found()  # says what is missing
        raise TypeError("not a context manager")

    def __exit__(self, *error: Any) -> None: ...

    def __getitem__(self, key: Any) -> Any:
        return self._found()[key]

    def __or__(self, other: Any) -> Any:  # in annotations: `Axes | None`
        return Any

    __ror__ = __or__


def _import(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    asking = (globals or {}).get("__name__", "")
    top = name.partition(".")[0]
    stands_in = asking == "__main__" if top in ELSEWHERE else asking == "__main__" or asking.startswith("optedu.")
    if level or there(name) or not (stands_in and (top in ELSEWHERE or top == LATER)):
        return plain_import(name, globals, locals, fromlist, level)
    if fromlist:
        return _Members(name)
    return Absent(top) if name == top else _Package(top)


class _Members(Absent):
    """For `from torch import nn`: each name stands for itself."""

    def __getattr__(self, name: str) -> Any:
        return Absent(self._module, (name,))


class _Package(Absent):
    """For `import torch.nn as nn`, which asks the top for the path."""

    def __getattr__(self, name: str) -> Any:
        return Absent(f"{self._module}.{name}")


def begin() -> None:
    builtins.__import__ = _import
