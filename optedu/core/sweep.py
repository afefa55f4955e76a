"""Run a rule over memory: in blocks that fit the processor's cache, results written in place."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Rule = Callable[..., tuple]

BLOCK_BYTES = 1 << 16
"""Bytes of one array that a block covers. Chosen by measurement, see ``benchmarks/``."""


def sweep(
    rule: Rule,
    g: np.ndarray,
    p: np.ndarray,
    state: Sequence[np.ndarray | None],
    settings: dict[str, Any],
    block_bytes: int = BLOCK_BYTES,
) -> list[np.ndarray | None]:
    """Apply ``p, *state = rule(g, p, *state, **settings)`` in place and return the state.

    An elementwise rule gives the same numbers whether it sees one element, a block or the
    whole array. Blocks keep its temporaries in cache, so that the readable expression is
    not slowed down by main memory.

    Parameters
    ----------
    rule : callable
        Pure function of numbers, ``(g, p, *state, **settings) -> (p, *state)``.
    g, p : array
        Gradient (read) and parameter (changed in place), of one shape.
    state : sequence of array or None
        State arrays of the same shape, changed in place. None stands for a state that does
        not exist; when the rule returns an array in its place, that array is kept.
    settings : dict
        Keyword arguments of the rule, Python numbers and flags.
    block_bytes : int
        Size of a block of `p`. It never changes a result.

    Returns
    -------
    list of array or None
        The arrays of `state`, with those that the rule brought into being.
    """
    if p.flags.c_contiguous:
        size = max(block_bytes // p.itemsize, 1)
        # An empty parameter still gets one (empty) block: its state must come into being.
        blocks: list[Any] = [slice(i, i + size) for i in range(0, max(p.size, 1), size)]
        flat = lambda a: a.reshape(-1)  # noqa: E731  a view, since p and its state are contiguous
    else:
        # Flattening would copy a strided array and lose the update: take it in one piece.
        blocks, flat = [...], lambda a: a

    state = list(state)
    inputs = [None if a is None else flat(a) for a in (g, p, *state)]
    outputs = inputs[1:]
    for block in blocks:
        results = rule(*(None if a is None else a[block] for a in inputs), **settings)
        # Backwards, the parameter last: a rule may keep what it was given (the previous parameter) as state.
        for i, new in reversed(list(enumerate(results))):
            if new is None:
                continue
            if outputs[i] is None:
                state[i - 1] = np.empty(p.shape, p.dtype)
                outputs[i] = flat(state[i - 1])
            outputs[i][block] = new
    return state
