"""What a word on the command line stands for: an optimizer, or something in a file of the reader's own."""

import importlib.util
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import optedu

from ..core.optimizer import Optimizer
from ..lazy_names import LAZY


def named(word: str) -> Any:
    """An optimizer of optedu by its name, or a rule or optimizer of a file.

    Parameters
    ----------
    word : str
        ``"adamw"``, in letters of any size; ``"my_rule.py"``, whose one rule or optimizer is meant; or
        ``"my_rule.py:name"``. The file is run to read it.

    Raises
    ------
    ValueError
        If there is no such optimizer or file, or the file has none, or several.
    """
    path, _, name = word.partition(".py:")
    if not word.endswith(".py") and ".py:" not in word:
        homes, _ = LAZY["optedu"]
        found = {public.lower(): public for public, home in homes.items() if home.startswith("optim.")}
        if word.lower() not in found:
            raise ValueError(
                f"there is no optimizer {word!r}; there are {', '.join(found.values())}, and files of yours"
            )
        return getattr(optedu, found[word.lower()])
    module = _loaded(Path(word if word.endswith(".py") else f"{path}.py"))
    if name:
        if not hasattr(module, name):
            raise ValueError(f"there is no {name!r} in {module.__file__}")
        return getattr(module, name)
    there = candidates(module)
    if len(there) != 1:
        what = f"several: {', '.join(there)}. Name one, as in {word}:{next(iter(there))}" if there else "none"
        raise ValueError(f"{word} should have one rule or optimizer, and has {what}")
    return next(iter(there.values()))


def candidates(module: ModuleType) -> dict[str, Any]:
    """The optimizers that a module defines; if there are none, the functions that begin with ``g, p``."""
    own = {name: thing for name, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__}
    classes = {name: c for name, c in own.items() if isinstance(c, type) and issubclass(c, Optimizer)}
    return classes or {
        name: f for name, f in own.items()
        if inspect.isfunction(f) and list(inspect.signature(f).parameters)[:2] == ["g", "p"]
    }  # fmt: skip


def _loaded(path: Path) -> ModuleType:
    if not path.is_file():
        raise ValueError(f"there is no file {str(path)!r}")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ValueError(f"{path} cannot be run: {type(error).__name__}: {error}") from error
    return module
