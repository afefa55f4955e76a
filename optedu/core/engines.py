"""The engines: who runs a rule that has been read. One class each, one table, one way to choose.

An engine of your own is a subclass of `Engine` with a `write` and a `run`, put into `ENGINES`.
"""

import math
import os
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np

from . import loops
from .in_place import InPlace, in_place
from .reading import Reading, Stage, Way

BLOCK_BYTES = 1 << 17
"""Bytes of one array that a block covers. Chosen by measurement, see ``benchmarks/``."""

SHARED, FEWEST = 4, 3
"""Where threads share the blocks, they are so many times larger, as Python's lock changes hands at each
call; and each thread must have so many of them."""

_wanted = os.environ.get("OMP_NUM_THREADS", "")
THREADS = int(_wanted) if _wanted.isdigit() and int(_wanted) else os.cpu_count() or 1
"""Threads that share the blocks of a large array. Like BLAS, we obey ``OMP_NUM_THREADS``."""

PARALLEL = 40_000
"""Elements from which on a compiled loop is shared by threads."""

SHAPES = 16
"""For so many shapes of small parameters scratch memory is kept."""


class Engine(ABC):
    """Runs a rule that has been read, over arrays of one dtype.

    Parameters
    ----------
    reading : Reading or Stage
        Its ``fold(*numbers, *limits)`` gives the number of the way that these numbers take, the scalars
        of this way, and what the rule makes of its states that are numbers.
    dtype : dtype
        Of all arrays.
    """

    about: ClassVar[str]
    over_rows: ClassVar[tuple[type, ...]] = ()
    """The dtypes in which it runs stages over rows, too: with factors of rows and of columns, and with sums."""
    sizes: tuple[int, ...] = ()
    """Of a stage over rows, as `loops.source` says."""
    alone: bool = False
    """One thread is all that it may have."""
    reading: Reading | Stage
    dtype: np.dtype
    range: tuple[float, float]
    new: tuple[Any, ...]
    way: Way
    program: Any
    scalars: np.ndarray
    views: list[np.ndarray]

    def __init__(self, reading: Reading | Stage, dtype: np.dtype) -> None:
        self.reading, self.dtype = reading, dtype
        self.limits: tuple[float, float, float, float] = limits(dtype)
        self.numbers: list[float] | None = None
        self.written: dict[int, tuple[Way, Any, np.ndarray, list[np.ndarray]]] = {}

    def load(self, numbers: list[float]) -> None:
        """Do the scalar part of a step; it is the same for all parameters of a group."""
        self.numbers = None  # until all of it is there
        k, values, self.new = self.reading.fold(*numbers, *self.limits)
        if k not in self.written:
            way, memory = self.reading.ways[k], np.empty(len(values), self.dtype)
            self.written[k] = way, self.write(way), memory, [memory[j, ...] for j in range(len(values))]
        self.way, self.program, self.scalars, self.views = self.written[k]
        self.scalars[...] = values
        self.numbers = numbers

    def takes(self, arrays: Sequence[np.ndarray]) -> bool:
        """Whether it can run over these arrays, wherever the first may come from; if not, `NumpyEngine` does."""
        return True

    def bound(self, arrays: list[np.ndarray]) -> Callable[[np.ndarray], None]:
        """`run` for arrays that stay where they are from step to step: all but the first, the gradient."""
        return lambda g: self.run([g, *arrays])

    @abstractmethod
    def write(self, way: Way) -> Any:
        """What `run` needs to run this way; kept as `program`."""

    @abstractmethod
    def run(self, arrays: list[np.ndarray]) -> None:
        """Take the way that is loaded: the arrays are its inputs, and all but the first are changed in place."""


class NumpyEngine(Engine):
    """NumPy calls that store in place, on one block after the other."""

    about = "the rule, read once and written as NumPy calls that store in place"

    def write(self, way: Way) -> tuple[InPlace, dict[Any, Any]]:
        return in_place(way), {}

    def run(self, arrays: list[np.ndarray]) -> None:
        self.bound(arrays[1:])(arrays[0])

    def bound(self, arrays: list[np.ndarray]) -> Callable[[np.ndarray], None]:
        p = arrays[0]
        if p.nbytes > BLOCK_BYTES and is_flat(arrays) and p.flags.c_contiguous:
            return lambda g: in_blocks(self._over_blocks, [g, *arrays])

        def run(g: np.ndarray) -> None:
            program, kept = self.program
            scratch = kept.get(p.shape)
            if scratch is None:
                if len(kept) == SHAPES:
                    kept.clear()
                scratch = kept[p.shape] = program.scratch(p.shape, self.dtype)
            program.run([g, *arrays], self.views, *scratch)

        return run

    def _over_blocks(self, flat: list[np.ndarray], size: int, starts: Iterator[int]) -> None:
        program = self.program[0]
        floats, flags = program.scratch(size, self.dtype)
        for at in starts:
            cut = [a[at : at + size] for a in flat]
            if cut[0].size < size:  # the last block
                floats, flags = ([s[: cut[0].size] for s in group] for group in (floats, flags))
            program.run(cut, self.views, floats, flags)


class NumbaEngine(Engine):
    """A compiled loop over all elements; over many of them, a loop of Numba's threads, which wait awake."""

    about = "the rule, read once and compiled to a loop; needs Numba"
    over_rows = (np.float32, np.float64)

    def takes(self, arrays: Sequence[np.ndarray]) -> bool:
        return self.dtype in self.over_rows and is_flat(arrays)

    def bound(self, arrays: list[np.ndarray]) -> Callable[[np.ndarray], None]:
        size = arrays[0].size
        if size >= PARALLEL:
            return super().bound(arrays)
        flat = [a.reshape(-1) for a in arrays]  # once: beside a small loop this takes as long as the loop

        def run(g: np.ndarray) -> None:
            self.program.serial(0, size, self.scalars, g.ravel(), *flat)

        return run

    def write(self, way: Way) -> loops.Loops:
        return loops.Loops(way)

    def run(self, arrays: list[np.ndarray]) -> None:
        flat = [a.ravel() for a in arrays]  # (a copy at most of the first)
        sizes = self.sizes or (0, flat[1].size)
        shared = THREADS > 1 and not self.alone and max(sizes) >= PARALLEL
        if shared and loops.threads(THREADS):
            self.program.parallel(*sizes, self.scalars, *flat)
        elif self.sizes or not shared:
            self.program.serial(*sizes, self.scalars, *flat)
        else:
            in_blocks(self._over_blocks, flat)

    def _over_blocks(self, flat: list[np.ndarray], size: int, starts: Iterator[int]) -> None:
        for at in starts:
            self.program.serial(at, min(at + size, flat[0].size), self.scalars, *flat)


ENGINES: dict[str, type[Engine] | None] = {"numpy": NumpyEngine, "numba": NumbaEngine, "rule": None}
"""Name: class. None stands for the rule itself, called on the arrays."""

current: str = "numpy"
"""The engine in force."""


def engine(name: str | None = None) -> str:
    """Choose how rules are run. All engines run the same rules and agree to rounding.

    Parameters
    ----------
    name : {"numpy", "numba", "rule"}, optional
        ``"numpy"``, the default, reads a rule once and writes it down as NumPy calls that
        store in place. ``"numba"`` compiles the same reading to a loop, which moves every
        number once; it needs Numba. ``"rule"`` calls the rule
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
    global current
    if name is not None:
        if name not in ENGINES:
            raise ValueError(f"engine must be one of {sorted(ENGINES)}, got {name!r}")
        if name == "numba" and not loops.available():
            warnings.warn("Numba is not installed (the extra 'fast' brings it): NumPy goes on instead", stacklevel=2)
            name = "numpy"
        current = name
    return current


AS_WRITTEN = (1.0, 0.0, 1.0, 0.0)
"""`limits` that nothing keeps within."""


def limits(dtype: np.dtype) -> tuple[float, float, float, float]:
    """Within what the numbers must be for the shorter form of a rule: its scalars, and the factors that were
    taken out of what arrays go through; float16 is too short for any.

    A scalar has to be a normal number. An array without a factor of 2^-40 is 2^40 times as large, and
    overflows so much earlier: float32 keeps 2^-110 to 2^87 of its 2^-126 to 2^128, float64 as much in proportion.
    """
    if dtype == np.float16:
        return AS_WRITTEN
    low, high = map(float, (np.finfo(dtype).tiny, np.finfo(dtype).max))
    if not low or high == math.inf:  # of numbers longer than a float
        low, high = map(float, (np.finfo(float).tiny, np.finfo(float).max))
    return low, high, 2.0 ** (math.log2(low) * 40 / 126), 2.0 ** (math.log2(high) / 8)


def is_flat(arrays: Sequence[np.ndarray]) -> bool:
    """Whether all arrays but the first, which is only read, can be seen as flat ones without a copy."""
    return all(a.flags.c_contiguous for a in arrays[1:])


def in_blocks(run: Callable[[list[np.ndarray], int, Iterator[int]], None], arrays: list[np.ndarray]) -> None:
    """``run(flat, size, starts)`` over all blocks of flat arrays, perhaps by several threads, each taking its
    next block from the same iterator.

    (Two threads never get the same item from a range: Python's lock sees to it.)
    """
    flat = [a.reshape(-1) for a in arrays]
    size = max(BLOCK_BYTES // flat[1].itemsize, 1)
    shared = THREADS > 1 and flat[1].size >= FEWEST * THREADS * SHARED * size
    size = SHARED * size if shared else size
    starts = iter(range(0, flat[1].size, size))
    others = [_pool().submit(_quietly, run, flat, size, starts) for _ in range(THREADS - 1)] if shared else []
    try:
        run(flat, size, starts)  # the caller is a thread, too, and awake
    finally:  # once all are done with the memory; who has not begun yet is not waited for
        errors = [other.exception() for other in others if not other.cancel()]
    for error in filter(None, errors):
        raise error


@np.errstate(all="ignore")  # as `Optimizer.step`; it holds for one thread
def _quietly(run: Callable[..., None], *args: Any) -> None:
    run(*args)


@cache
def _pool() -> Any:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(THREADS, thread_name_prefix="optedu")


if "OPTEDU_ENGINE" in os.environ:
    engine(os.environ["OPTEDU_ENGINE"])
