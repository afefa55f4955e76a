"""Matrices that are whole on one rank each: who gets which, and what their steps send."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def owners(costs: Sequence[float], ranks: int) -> list[int]:
    """The rank that owns each item: the costliest first, each to the rank with the least so far.

    Parameters
    ----------
    costs : sequence of float
        What a step of each item costs, at least 0: operations of a matrix, say, or bytes of a state.
    ranks : int
        How many, at least 1.

    Raises
    ------
    ValueError
        If there is no rank, or a cost is negative or not finite.

    References
    ----------
    Graham (1969), whose bound is: the busiest rank has at most ``4/3 - 1/(3 ranks)`` of the least possible.
    """
    if ranks < 1:
        raise ValueError(f"ranks must be >= 1, got {ranks!r}")
    if not all(np.isfinite(c) and c >= 0 for c in costs):
        raise ValueError(f"costs must be finite and >= 0, got {list(costs)!r}")
    load, found = [0.0] * ranks, [0] * len(costs)
    for k in sorted(range(len(costs)), key=lambda k: -costs[k]):
        found[k] = load.index(min(load))
        load[found[k]] += costs[k]
    return found


def busiest(costs: Sequence[float], who: Sequence[int], ranks: int) -> float:
    """The cost of the busiest rank over the mean of all: the factor by which the others wait for it."""
    load = np.bincount(who, weights=costs, minlength=ranks)
    return float(load.max() / load.mean())


def matrices_received(size: Any, ranks: Any) -> tuple[Any, Any, Any]:
    """What a rank receives so that a rule of whole matrices can step, beyond the reduction of gradients.

    Parameters
    ----------
    size : number
        Bytes of all matrices, in the precision in which they are sent.
    ranks : number
        How many, at least 1. Shards and owners are taken to be equally large.

    Returns
    -------
    everywhere, owner, replicated : number
        In the unit of `size`. Sharded gradients gathered on every rank; sharded gradients gathered on the owner alone,
        which sends every rank its shard of the result; gradients that every rank has, with the owners' results
        gathered on every rank.
    """
    part = (ranks - 1) / ranks
    return part * size, 2 * part * size / ranks, part * size
