"""Run a rule over memory: in blocks that fit the processor's cache, results written in place."""

import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

Rule = Callable[..., tuple]
Value = np.ndarray | float | None

BLOCK_BYTES = 1 << 16
"""Bytes of one array that a block covers. Chosen by measurement, see ``benchmarks/``."""

_wanted = os.environ.get("OMP_NUM_THREADS", "")
THREADS = int(_wanted) if _wanted.isdigit() and int(_wanted) else os.cpu_count() or 1
"""Threads that share the blocks of a large array. Like BLAS, we obey ``OMP_NUM_THREADS``."""


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
        piece: for rules that need a norm, or make a state.

    Returns
    -------
    list of array, float or None
        `state` after the step.
    """
    if block_bytes is None or p.nbytes <= block_bytes or not p.flags.c_contiguous:
        # (Flattening a strided array would copy it and lose the update.)
        new_p, *new = rule(g, p, *state, **settings)
        for k, (old, value) in enumerate(zip(state, new, strict=True)):
            new[k] = _stored(old, value)
        p[...] = new_p
        return new

    size = max(block_bytes // p.itemsize, 1)
    flat_g, flat_p, flat_state = g.reshape(-1), p.reshape(-1), [_flat(a) for a in state]

    def run(starts: range) -> list[Value]:
        for start in starts:
            block = slice(start, start + size)
            old = [a[block] if isinstance(a, np.ndarray) else a for a in flat_state]
            new_p, *new = rule(flat_g[block], flat_p[block], *old, **settings)
            if any(a is None and value is not None for a, value in zip(old, new, strict=True)):
                raise ValueError(f"{rule.__name__} makes a state: sweep it in one piece (block_bytes=None)")
            new = [_stored(a, value) for a, value in zip(old, new, strict=True)]
            flat_p[block] = new_p
        return new

    starts = range(0, p.size, size)
    if THREADS > 1 and len(starts) >= 2 * THREADS:
        cuts = [len(starts) * k // THREADS for k in range(THREADS + 1)]
        *_, new = _pool().map(run, [starts[a:b] for a, b in zip(cuts, cuts[1:], strict=False)])
    else:
        new = run(starts)
    return [a if isinstance(a, np.ndarray) else value for a, value in zip(state, new, strict=True)]


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
