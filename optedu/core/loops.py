"""Write one way through a rule as a loop over elements, and have Numba compile it.

Every number is read once and written once: nothing but memory limits such a loop. Scalars
(``1 - b1**t``) are folded before it, in Python; in the loop they would cost more than the rest.
Compiled code is kept on disk. No fast-math: the operations are those that were read, in their order.
"""

import os
import sys
from collections.abc import Callable
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from .reading import OPERATORS, Cell, Way, name
from .tracing import Symbol, Tape

CALLS = {
    "sqrt": "np.sqrt({})", "absolute": "abs({})", "sign": "np.sign({})", "negative": "-{}", "square": "np.square({})",
    "maximum": "np.maximum({}, {})", "minimum": "np.minimum({}, {})", "where": "choose({}, {}, {})",
    "exp": "np.exp({})", "log": "np.log({})", "sin": "np.sin({})", "cos": "np.cos({})", "tanh": "np.tanh({})",
}  # fmt: skip
PLACES = {
    "element": "[at : at + n]", "of its column": "[h : h + n]", "of its row": "[i : i + 1]", "sum": "[k * width :][:n]",
    "sum of its row": "[i * width :][:n]", "sum of its column": "[k * m + h :][:n]",
}  # fmt: skip
"""Where the elements of an input are that go with n elements of row i, the first of them in column h. Sums grow in
memory of their own for each block k of rows, or for each row, and there in as many lanes as a compiler can use: so
who adds what in which order is the same for any number of threads."""
HEAD = '''"""Written by optedu from a recorded rule; safe to delete."""

import numpy as np
from numba import njit, prange


@njit
def choose(condition, yes, no):
    return yes if condition else no


@njit(nogil=True, error_model="numpy", cache=True{options})
'''


@cache
def available() -> bool:
    """Whether Numba is installed."""
    import importlib.util

    return importlib.util.find_spec("numba") is not None


def source(way: Way, counter: str = "range") -> str:
    """One way through a rule as the text of a function ``loop(start, stop, scalars, *arrays)`` on flat arrays.

    Over rows it is ``loop(size, m, rows, width, scalars, *arrays)``: of `size` elements `m` are a row, `rows` rows a
    block, and `width` elements of a row are taken at once.
    """
    targets = [(x, out) for x, out in zip(way.inputs[1:], way.results, strict=True) if out is not x]
    read = {a.index for x in way.operations for a in x.args if type(a) is Symbol}
    read |= {out.index for _, out in targets if type(out) is Symbol}
    arrays = ", ".join(f"a{x.index}" for x in way.inputs)
    scalars = [f"    {name(a)} = scalars[{k}]" for k, a in enumerate(way.scalars)]
    once = {x.index for x, place in zip(way.inputs, way.places, strict=False) if place == "of its row"}
    element = [f"    {name(x)} = b{x.index}[j]" for x in way.inputs if x.index in read - once]
    element += [f"    {name(x)} = {_expression(x)}" for x in way.operations]
    element += [f"    b{x.index}[j] = {name(out)}" for x, out in targets] or ["    pass"]
    if not way.places:  # (from 0: an index that may be negative is not vectorized)
        lines = [f"def loop(start, stop, scalars, {arrays}):", *scalars]
        lines += [f"    b{x.index} = a{x.index}[start:stop]" for x in way.inputs]
        return "\n".join([*lines, f"    for j in {counter}(b0.size):", *(f"    {line}" for line in element)]) + "\n"
    blocks = [
        f"for k in {counter}(-(-size // (m * rows))):",
        "    for i in range(k * rows, min((k + 1) * rows, -(-size // m))):",
        "        for h in range(0, min(m, size - i * m), width):",
        "            at = i * m + h",
        "            n = min(width, m - h, size - at)",
    ]
    used = read | {x.index for x, _ in targets}
    inner = [
        f"b{x.index} = a{x.index}{PLACES[place]}"
        for x, place in zip(way.inputs, way.places, strict=True) if x.index in used
    ]  # fmt: skip
    inner += [f"{name(x)} = b{x.index}[0]" for x in way.inputs if x.index in read & once]
    lines = [f"def loop(size, m, rows, width, scalars, {arrays}):", *scalars, *(f"    {line}" for line in blocks)]
    lines += [f"                {line}" for line in [*inner, "for j in range(n):", *element]]
    return "\n".join(lines) + "\n"


def _expression(x: Symbol) -> str:
    args = [name(a) for a in x.args]
    return f"{args[0]} {OPERATORS[x.op]} {args[1]}" if x.op in OPERATORS else CALLS[x.op].format(*args)


def check(way: Way) -> None:
    """Hold the text of a way's loop against the way."""

    def on_symbols(tape: Tape, cells: list[Cell], scalars: list[Symbol]) -> None:
        space: dict[str, Any] = {"np": np, "choose": tape.choose}
        exec(source(way), space)  # noqa: S102 (our own text)
        space["loop"](*((1, 1, 1, 1) if way.places else (0, 1)), scalars, *cells)

    way.check(on_symbols)


class Loops:
    """The compiled forms of a way through a rule: for one thread, and for several."""

    def __init__(self, way: Way) -> None:
        check(way)
        self.way = way

    @cached_property
    def serial(self) -> Callable[..., None]:
        return compiled(HEAD.format(options="") + source(self.way))

    @cached_property
    def parallel(self) -> Callable[..., None]:
        return compiled(HEAD.format(options=", parallel=True") + source(self.way, "prange"))


def threads(number: int) -> bool:
    """Have Numba use so many threads; False if it cannot here, or should not.

    Only OpenMP's (or TBB's) threads wait awake and may be used by several threads of Python. The layer
    is chosen for the whole process, so we choose only where nobody has yet. In a child of a fork it
    would be killed by a signal.
    """
    if process["forked"]:
        return False
    if process["layer"] is None:
        process["layer"] = _layer()
    if not process["layer"]:
        return False
    import numba

    numba.set_num_threads(min(number, numba.config.NUMBA_NUM_THREADS))
    return True


process: dict[str, Any] = {"forked": False, "layer": None}
os.register_at_fork(after_in_child=lambda: process.update(forked=True)) if hasattr(os, "register_at_fork") else None


def _layer() -> str:
    """Numba's layer of threads, if it suits; else an empty text."""
    import numba

    try:
        name = numba.threading_layer()
    except ValueError:  # nobody has used one so far
        name = numba.config.THREADING_LAYER
        if name == "default":
            try:
                import_module("numba.np.ufunc.omppool")  # there is none without libgomp
            except ImportError:
                return ""
            name = numba.config.THREADING_LAYER = "omp"
    return name if name in ("omp", "tbb") else ""


@cache
def compiled(text: str) -> Callable[..., None]:
    """The compiled function of a source text, from the cache on disk where it has been before.

    A file there that is not this text (cut short, or edited) is written anew, and so is compiled code cut short.
    """
    import hashlib  # here, so that importing optedu costs little
    import tempfile
    from types import ModuleType

    path = _folder() / f"loop_{hashlib.sha256(text.encode()).hexdigest()[:16]}.py"
    if not path.exists() or path.read_text() != text:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".tmp", delete=False) as file:
            file.write(text)
        os.replace(file.name, path)  # another process may be writing the same
    for kept in path.parent.rglob(f"{path.stem}.*.nb[ci]"):  # (in __pycache__)
        if not kept.read_bytes().endswith(b"."):  # with which a pickle ends
            kept.unlink(missing_ok=True)
    module = ModuleType(f"optedu_{path.stem}")
    module.__file__ = str(path)  # Numba keeps its cache beside this
    sys.modules[module.__name__] = module
    exec(compile(text, str(path), "exec"), module.__dict__)  # noqa: S102 (our own text, whatever the file holds)
    loop: Callable[..., None] = module.loop
    return loop


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
