"""Run a rule over memory: in blocks that fit the processor's cache, results written in place."""

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from . import compiled, programs
from .lazy import put_off
from .trace import Untraceable

Rule = Callable[..., tuple]
Value = np.ndarray | float | None

BLOCK_BYTES = 1 << 17
"""Bytes of one array that a block covers. Chosen by measurement, see ``benchmarks/``."""

SHARED, FEWEST = 4, 3
"""Where threads share the blocks, they are so many times larger, as Python's lock changes hands at each
call; and each thread must have so many of them."""

_wanted = os.environ.get("OMP_NUM_THREADS", "")
THREADS = int(_wanted) if _wanted.isdigit() and int(_wanted) else os.cpu_count() or 1
"""Threads that share the blocks of a large array. Like BLAS, we obey ``OMP_NUM_THREADS``."""

SHAPES = 16
"""For so many shapes of small parameters scratch memory is kept."""

ENGINES = {
    "numpy": "the rule, read once and written as NumPy calls that store in place",
    "numba": "the rule, read once and compiled to a loop; needs Numba: pip install optedu[fast]",
    "rule": "the rule itself, called on one block after the other",
}
_engine = "numpy"


def engine(name: str | None = None) -> str:
    """Choose how rules are run. All engines run the same rules and agree to rounding.

    Parameters
    ----------
    name : {"numpy", "numba", "rule"}, optional
        ``"numpy"``, the default, reads a rule once and writes it down as NumPy calls that
        store in place. ``"numba"`` compiles the same reading to a loop, which moves every
        number once; it needs Numba (``pip install optedu[fast]``). ``"rule"`` calls the rule
        itself, block by block. Leave it out to ask. ``OPTEDU_ENGINE`` in the environment
        states it for a whole run.

    Returns
    -------
    str
        The engine in force. Where Numba is missing, a warning says so and ``"numpy"`` goes on.

    Raises
    ------
    ValueError
        If there is no engine of this name.
    """
    global _engine
    if name is not None:
        if name not in ENGINES:
            raise ValueError(f"engine must be one of {sorted(ENGINES)}, got {name!r}")
        if name == "numba" and not compiled.available():
            warnings.warn("Numba is not installed (pip install optedu[fast]): NumPy goes on instead", stacklevel=2)
            name = "numpy"
        _engine = name
    return _engine


class Sweep:
    """A rule made ready for arguments of one kind, with scratch memory of its own.

    Parameters
    ----------
    rule : callable
        As for `sweep`.
    state : sequence of array, float or None
        For what there is: what is an array stays one.
    settings : dict
        For what they decide: numbers may change from call to call, but not to or from zero.
    dtype : dtype
        Of all arrays.
    """

    def __init__(self, rule: Rule, state: Sequence[Value], settings: dict[str, Any], dtype: np.dtype) -> None:
        kinds = ("g", "p", *[_kind(f"state_{k}", value) for k, value in enumerate(state)])
        fixed = tuple((name, frozen(value)) for name, value in settings.items())
        self.recording = programs.recording(rule, kinds, fixed)
        self._dtype = dtype
        self._numbers: list[float] | None = None
        self._new: tuple[float, ...] = ()
        self._ready: dict[programs.Way, _Ready] = {}

    def __call__(
        self, arrays: list[np.ndarray], numbers: list[float], block_bytes: int | None = None
    ) -> tuple[float, ...] | None:
        """Take a step.

        Parameters
        ----------
        arrays : list of array
            Gradient (read), parameter and states (changed in place).
        numbers : list of float
            States that are numbers, and then the numbers among the settings (`numbers_in`).
        block_bytes : int, default `BLOCK_BYTES`

        Returns
        -------
        tuple of float, or None
            The states that are numbers; None if the rule itself has to be called, and nothing
            has been done: it cannot be written down ahead, or makes a state.
        """
        if self.recording is None or _engine == "rule":
            return None
        if numbers != self._numbers:
            self._fold(numbers, self.recording)
        way, memory, scalars, scratch = self._now
        if way.makes_state:
            return None
        p, block_bytes = arrays[1], block_bytes or BLOCK_BYTES
        small = p.nbytes <= block_bytes
        if _engine == "numba" and compiled.takes(arrays):
            _compiled(way, memory, arrays, None if small else block_bytes)
        elif small or not p.flags.c_contiguous:
            kept = scratch.get(p.shape)
            if kept is None:
                if len(scratch) == SHAPES:
                    scratch.clear()
                kept = scratch[p.shape] = _scratch(way.in_place, p.shape, p.dtype)
            way.in_place.run(arrays, scalars, *kept)
        else:
            _in_blocks(way.in_place, scalars, arrays, block_bytes)
        return self._new

    def _fold(self, numbers: list[float], recording: programs.Recording) -> None:
        """Do the scalar part of a step; it is the same for all parameters of a group."""
        k, values, self._new = recording.fold(*numbers)
        way = recording.ways[k]
        if way not in self._ready:
            memory = np.empty(len(values), self._dtype)
            self._ready[way] = _Ready(way, memory, [memory[j, ...] for j in range(len(values))], {})
        self._now = self._ready[way]
        self._now.memory[...] = values
        self._numbers = numbers


class _Ready(NamedTuple):
    """A way through a rule with memory of its own: scalars, also as arrays of no dimension, and scratch by shape."""

    way: programs.Way
    memory: np.ndarray
    scalars: list[np.ndarray]
    scratch: dict[tuple[int, ...], tuple[list[np.ndarray], list[np.ndarray]]]


def _scratch(program: programs.InPlace, shape: Any, dtype: np.dtype) -> tuple[list[np.ndarray], list[np.ndarray]]:
    return [np.empty(shape, dtype) for _ in range(program.floats)], [
        np.empty(shape, bool) for _ in range(program.flags)
    ]


def _kind(name: str, value: Value) -> str | tuple[str] | None:
    if value is None:
        return None
    return name if isinstance(value, np.ndarray) else (name,)


def frozen(value: Any) -> Any:
    """A setting as far as it decides what happens: of a number, whether it is zero."""
    if isinstance(value, tuple):
        return tuple(map(frozen, value))
    return float(bool(value)) if _is_number(value) else value


def numbers_in(settings: dict[str, Any]) -> list[float]:
    """All numbers among the settings, in order, those of tuples too."""
    flat = [v for value in settings.values() for v in (value if isinstance(value, tuple) else (value,))]
    return [v for v in flat if _is_number(v)]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def sweep(
    rule: Rule,
    g: np.ndarray,
    p: np.ndarray,
    state: Sequence[Value],
    settings: dict[str, Any],
    block_bytes: int | None = BLOCK_BYTES,
) -> list[Value]:
    """Apply ``p, *state = rule(g, p, *state, **settings)`` in place and return the state.

    An elementwise rule gives the same numbers whether it sees one element, a block or the
    whole array. Blocks keep its temporaries in cache, so that the readable expression is
    not slowed down by main memory, and threads can share them.

    Parameters
    ----------
    rule : callable
        Pure function of numbers, ``(g, p, *state, **settings) -> (p, *state)``.
    g, p : array
        Gradient (read) and parameter (changed in place), of one shape.
    state : sequence of array, float or None
        Arrays are changed in place, numbers are replaced. None stands for what does not
        exist; in one piece, the rule may return an array in its place, which is kept.
    settings : dict
        Keyword arguments of the rule, Python numbers and flags.
    block_bytes : int or None
        Size of a block of `p`; it never changes a result. None hands over the arrays in one
        piece to the rule itself: for rules that need a norm, or make a state.

    Returns
    -------
    list of array, float or None
        `state` after the step.
    """
    if block_bytes is not None:
        arrays = [g, p, *(v for v in state if isinstance(v, np.ndarray))]
        numbers = [v for v in state if v is not None and not isinstance(v, np.ndarray)]
        new = Sweep(rule, state, settings, p.dtype)(arrays, numbers + numbers_in(settings), block_bytes)
        if new is not None:
            fresh = iter(new)
            return [v if v is None or isinstance(v, np.ndarray) else next(fresh) for v in state]
    return called(rule, g, p, state, settings, block_bytes)


def called(
    rule: Rule, g: np.ndarray, p: np.ndarray, state: Sequence[Value], settings: dict[str, Any], block_bytes: int | None
) -> list[Value]:
    """`sweep` by the rule itself, on blocks or in one piece."""
    arrays = [a for a in (g, p, *state) if isinstance(a, np.ndarray)]
    if block_bytes is None and p.nbytes > BLOCK_BYTES and _engine != "rule" and compiled.takes(arrays):
        with suppress(Untraceable):
            return put_off(rule, g, p, state, settings, _whole)
    if block_bytes is None or p.nbytes <= block_bytes or not p.flags.c_contiguous:
        # (Flattening a strided array would copy it and lose the update.)
        new_p, *new = rule(g, p, *state, **settings)
        for k, (old, value) in enumerate(zip(state, new, strict=True)):
            new[k] = _stored(old, value)
        p[...] = new_p
        return new

    size, shared = _block(p, block_bytes)
    flat_g, flat_p, flat_state = g.reshape(-1), p.reshape(-1), [_flat(a) for a in state]
    results: dict[int, list[Value]] = {}

    def run(starts: Iterator[int]) -> None:
        for at in starts:
            block = slice(at, at + size)
            old = [a[block] if isinstance(a, np.ndarray) else a for a in flat_state]
            new_p, *new = rule(flat_g[block], flat_p[block], *old, **settings)
            if any(a is None and value is not None for a, value in zip(old, new, strict=True)):
                raise ValueError(f"{rule.__name__} makes a state: sweep it in one piece (block_bytes=None)")
            results[at] = [_stored(a, value) for a, value in zip(old, new, strict=True)]
            flat_p[block] = new_p

    _shared(run, range(0, p.size, size), shared)
    return [a if isinstance(a, np.ndarray) else value for a, value in zip(state, results[0], strict=True)]


def _compiled(way: programs.Way, memory: np.ndarray, arrays: list[np.ndarray], block_bytes: int | None) -> None:
    """The compiled loop, in one go or, given the size of a block, perhaps by several threads."""
    loop, flat = compiled.loop(way), [a if a.ndim == 1 else a.reshape(-1) for a in arrays]
    n = flat[0].size
    size, shared = (n, False) if block_bytes is None else _block(arrays[1], block_bytes)
    if not shared:
        return loop(0, n, memory, *flat)

    def run(starts: Iterator[int]) -> None:
        for at in starts:
            loop(at, min(at + size, n), memory, *flat)

    _shared(run, range(0, n, size), shared)


def _whole(way: programs.Way, numbers: list[float], arrays: list[np.ndarray]) -> None:
    """One stage of a rule that sees whole tensors."""
    memory = np.array(numbers, arrays[0].dtype)
    if _engine == "numba" and compiled.takes(arrays):
        _compiled(way, memory, arrays, BLOCK_BYTES)
    else:
        _in_blocks(way.in_place, [memory[j, ...] for j in range(len(numbers))], arrays, BLOCK_BYTES)


def _in_blocks(program: programs.InPlace, scalars: list, arrays: list[np.ndarray], block_bytes: int) -> None:
    """NumPy calls that store in place, on one block after the other."""
    p = arrays[1]
    size, shared = _block(p, block_bytes)
    flat = [a.reshape(-1) for a in arrays]

    def run(starts: Iterator[int]) -> None:
        floats, flags = _scratch(program, size, p.dtype)
        for at in starts:
            cut = [a[at : at + size] for a in flat]
            if cut[0].size < size:  # the last block
                floats, flags = ([s[: cut[0].size] for s in group] for group in (floats, flags))
            program.run(cut, scalars, floats, flags)

    _shared(run, range(0, p.size, size), shared)


def _block(p: np.ndarray, block_bytes: int) -> tuple[int, bool]:
    """Elements of a block, and whether threads share the blocks: where there are many of them."""
    size = max(block_bytes // p.itemsize, 1)
    shared = THREADS > 1 and p.size >= FEWEST * THREADS * SHARED * size
    return (SHARED * size if shared else size), shared


def _shared(run: Callable[[Iterator[int]], None], blocks: range, shared: bool) -> None:
    """`run(starts)` over all blocks, perhaps by several threads, each taking its next one from the same iterator.

    (Two threads never get the same item from a range: Python's lock sees to it.)
    """
    starts = iter(blocks)
    others = [_pool().submit(run, starts) for _ in range(THREADS - 1)] if shared else []
    try:
        run(starts)  # the caller is a thread, too, and awake
    finally:  # once all are done with the memory; who has not begun yet is not waited for
        errors = [other.exception() for other in others if not other.cancel()]
    for error in filter(None, errors):
        raise error


def _stored(old: Value, new: Value) -> Value:
    """`new` in the memory of `old` if that is an array; a new array gets memory of its own."""
    if isinstance(old, np.ndarray):
        old[...] = new
        return old
    return np.array(new) if old is None and isinstance(new, (np.ndarray, np.generic)) else new


def _flat(a: Value) -> Value:
    return a.reshape(-1) if isinstance(a, np.ndarray) else a


@cache
def _pool():
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(THREADS, thread_name_prefix="optedu")


if "OPTEDU_ENGINE" in os.environ:
    engine(os.environ["OPTEDU_ENGINE"])
