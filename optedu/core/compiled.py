"""Write a recorded rule as a loop over elements, and have Numba compile it.

Every number is read once and written once: nothing but memory limits such a loop. Scalars
(``1 - b1**t``) are folded before it, in Python; in the loop they would cost more than the rest.
Compiled code is kept on disk. No fast-math: the operations are those that were read, in their order.
"""

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from .programs import OPERATORS, Way, name
from .trace import Symbol

DTYPES = (np.dtype("float32"), np.dtype("float64"))
CALLS = {
    "sqrt": "np.sqrt({})", "absolute": "abs({})", "sign": "np.sign({})", "negative": "-{}", "square": "{0} * {0}",
    "maximum": "np.maximum({}, {})", "minimum": "np.minimum({}, {})", "where": "{1} if {0} else {2}",
    "exp": "np.exp({})", "log": "np.log({})", "sin": "np.sin({})", "cos": "np.cos({})", "tanh": "np.tanh({})",
}  # fmt: skip
HEAD = '''"""Written by optedu from a recorded rule; safe to delete."""

import numpy as np
from numba import njit


@njit(nogil=True, error_model="numpy", cache=True)
'''


@cache
def available() -> bool:
    """Whether Numba is installed."""
    import importlib.util

    return importlib.util.find_spec("numba") is not None


def takes(arrays: Sequence[np.ndarray]) -> bool:
    """Whether a compiled loop can run over these arrays."""
    dtype = arrays[0].dtype
    if dtype not in DTYPES:
        return False
    for a in arrays:
        if a.dtype is not dtype and a.dtype != dtype or not a.flags.c_contiguous:
            return False
    return True


def source(way: Way) -> str:
    """One way through a rule as the text of a function ``loop(start, stop, scalars, *arrays)`` on flat arrays."""
    targets = [(x, out) for x, out in zip(way.inputs[1:], way.results, strict=True) if out is not x]
    read = {a.index for x in way.operations for a in x.args if isinstance(a, Symbol)}
    read |= {out.index for _, out in targets if isinstance(out, Symbol)}
    lines = [f"def loop(start, stop, scalars, {', '.join(f'a{x.index}' for x in way.inputs)}):"]
    lines += [f"    {name(a)} = scalars[{k}]" for k, a in enumerate(way.scalars)]
    lines += [f"    a{x.index} = a{x.index}[start:stop]" for x in way.inputs]
    lines += ["    for i in range(a0.size):"]  # (from 0: an index that may be negative is not vectorized)
    lines += [f"        {name(x)} = a{x.index}[i]" for x in way.inputs if x.index in read]
    lines += [f"        {name(x)} = {_expression(x)}" for x in way.operations]
    lines += [f"        a{x.index}[i] = {name(out)}" for x, out in targets]
    return "\n".join(lines) + "\n"


def _expression(x: Symbol) -> str:
    args = [name(a) for a in x.args]
    return f"{args[0]} {OPERATORS[x.op]} {args[1]}" if x.op in OPERATORS else CALLS[x.op].format(*args)


@cache
def loop(way: Way) -> Callable[..., None]:
    """The compiled form of a way through a rule."""
    return compile_loop(source(way))


@cache
def compile_loop(text: str) -> Callable[..., None]:
    """The compiled function of a source text, from the cache on disk where it has been before."""
    import hashlib  # here, so that importing optedu costs little
    import tempfile
    from importlib.machinery import SourceFileLoader
    from types import ModuleType

    digest = hashlib.sha256((HEAD + text).encode()).hexdigest()[:16]
    path = _folder() / f"loop_{digest}.py"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".tmp", delete=False) as file:
            file.write(HEAD + text)
        os.replace(file.name, path)  # another process may be writing the same
    loader = SourceFileLoader(f"optedu_{path.stem}", str(path))
    module = ModuleType(loader.name)
    module.__file__ = str(path)  # Numba keeps its cache beside this
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module.loop


@cache
def _folder() -> Path:
    """Where compiled loops are kept: the user's cache folder, or a temporary one if that cannot be written."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "optedu"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    import tempfile

    return Path(tempfile.mkdtemp(prefix="optedu-"))
