"""The bytes that a step moves: counted while NumPy moves them, and what they cost beside calls and a cache."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..core.engines import BLOCK_BYTES
from ..core.in_place import in_place
from ..core.optimizer import Optimizer
from ..core.reading import Way

FLOAT = 4
"""Bytes of a float32."""
BLOCK = BLOCK_BYTES // FLOAT
"""Numbers of one array in a block."""
FASTER = 2.2
"""The bandwidth of a cache in units of the memory's, of one thread on the machine of ``benchmarks/step.json``."""


class Moved(NamedTuple):
    """What NumPy did: its calls, and the bytes that they read and wrote, and that they wrote to new arrays."""

    calls: int
    moved: int
    new: int


class Counted(np.ndarray):
    """An array whose operations add up the arrays that they read, each once, and the one that they write."""

    seen = Moved(0, 0, 0)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, out: Any = (), **options: Any) -> Any:
        read = {id(a): a for a in args if np.ndim(a)}
        size = max(a.nbytes for a in read.values())
        calls, moved, new = Counted.seen
        Counted.seen = Moved(calls + 1, moved + size * (len(read) + 1), new + (0 if out else size))
        if out:
            options["out"] = tuple(a.view(np.ndarray) for a in out)
        result = getattr(ufunc, method)(*(a.view(np.ndarray) if np.ndim(a) else a for a in args), **options)
        return out[0] if out else result.view(Counted)


def counted(action: Callable[[], Any]) -> Moved:
    """Calls and bytes of an action on `Counted` arrays.

    Parameters
    ----------
    action : callable
        Elementwise operations of NumPy, and nothing else, on arrays of one shape.
    """
    Counted.seen = Moved(0, 0, 0)
    action()
    return Counted.seen


class Traffic(NamedTuple):
    """What a step in place needs.

    Attributes
    ----------
    calls : int
        Passes over arrays, each a call of NumPy.
    moved : float
        Bytes per parameter that the passes read and write together.
    least : int
        Bytes per parameter if every number is read once and every result written once.
    arrays : int
        Arrays of the size of the parameter that the passes touch, scratch included.
    """

    calls: int
    moved: float
    least: int
    arrays: int


def way_of(optimizer: type[Optimizer], **settings: Any) -> Way:
    """The rule of an optimizer as `optedu` has read it, scalar factors taken out.

    Raises
    ------
    ValueError
        If the rule is not read ahead; `optedu.explain` says why.
    """
    p = np.ones(8, np.float32)
    opt: Any = optimizer([p], **settings)
    opt.step([p / 2])
    opt.step([p / 2])
    *_, sweep = opt.sweeps.values()
    if sweep.reading is None:
        raise ValueError(f"optimizer must be one whose rule is read, but {optimizer.__name__}'s is not")
    return sweep.reading.ways[0]


def traffic(way: Way) -> Traffic:
    """Count what the NumPy program of a way moves, by running it on float32."""
    n, program = 64, in_place(way)
    arrays = [np.ones(n, np.float32).view(Counted) for _ in way.inputs]
    scalars = [np.array(0.5, np.float32) for _ in way.scalars]
    floats, flags = program.scratch(n, np.dtype(np.float32))
    with np.errstate(all="ignore"):
        seen = counted(lambda: program.run(arrays, scalars, [x.view(Counted) for x in floats], flags))
    return Traffic(
        seen.calls, seen.moved / n, FLOAT * (len(way.inputs) + len(way.results)), len(arrays) + program.floats
    )


def costs(step: Traffic, n: Any, call: Any, fits: Any) -> tuple[Any, Any, Any, Any]:
    """Time of a step per parameter, in bytes that memory moves in that time, for a model of equal tensors.

    The model as a whole is larger than the cache, so that each number comes from memory once at least. Calls take
    their time besides; what flows between cache and core flows while memory is at work.

    Parameters
    ----------
    step : Traffic
    n : number
        Numbers in a tensor, at least 1.
    call : number
        Bytes that memory moves in the time that a call takes before it moves any.
    fits : number
        The largest tensor all of whose arrays stay in the cache from the first pass to the last.

    Returns
    -------
    each, together, blocks, loop : number
        A call for each operation and tensor; one for each operation, over all tensors (their number is taken to be
        large); each operation on blocks of `BLOCK` numbers; one compiled loop for each tensor.

    References
    ----------
    Williams, Waterman and Patterson (2009) for the greater of two times.
    """
    cached = max(float(step.least), step.moved / FASTER)
    each = step.calls * call / n + np.where(n > fits, step.moved, cached)
    blocks = step.calls * call / np.minimum(n, BLOCK) + cached
    return each, step.moved, blocks, call / n + step.least
