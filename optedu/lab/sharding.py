"""A training run divided among ranks: what each of them keeps and receives, and the ring that they form.

The processes of `lab.distributed` measure the same with torch; here is the arithmetic, and the collectives in NumPy.
"""

from typing import Any

import numpy as np


def kept(parameter: Any, gradient: Any, state: Any, ranks: Any) -> tuple[Any, Any, Any, Any]:
    """What a rank keeps of a model between a backward pass and its step: with DDP, and in ZeRO's stages 1, 2 and 3.

    Parameters
    ----------
    parameter, gradient, state : number
        Bytes of all parameters, gradients and optimizer states (a master copy is one of the latter); or of one each.
    ranks : number
        How many devices, at least 1. Shards are taken to be equally large.

    Returns
    -------
    ddp, stage1, stage2, stage3 : number
        In the unit of the arguments. Activations are not among them.

    References
    ----------
    Rajbhandari et al. (2020), section 5.
    """
    whole = parameter + gradient + state
    return whole, parameter + gradient + state / ranks, parameter + (gradient + state) / ranks, whole / ranks


def received(parameter: Any, gradient: Any, ranks: Any) -> tuple[Any, Any, Any]:
    """What a rank receives in a step, with rings: with DDP, in the stages 1 and 2 of ZeRO, in its stage 3.

    DDP sums gradients, which is a reduce-scatter and an all-gather. The stages 1 and 2 scatter gradients and gather
    parameters; stage 3 gathers parameters for the forward and for the backward pass, and scatters gradients.
    A step is taken to have one forward and one backward pass.

    Parameters
    ----------
    parameter, gradient : number
        Bytes of all parameters and gradients, in the precision in which they are sent.
    ranks : number
        How many devices, at least 1.

    Returns
    -------
    ddp, stages12, stage3 : number
        In the unit of the arguments.

    References
    ----------
    Rajbhandari et al. (2020), section 7; Patarasuk and Yuan (2009) for the ring.
    """
    part = (ranks - 1) / ranks
    return part * 2 * gradient, part * (gradient + parameter), part * (gradient + 2 * parameter)


def reduce_scatter(held: list) -> list:
    """The sum over ranks; rank r gets chunk r.
    In each round a chunk goes to the right."""
    n, ranks = len(held), range(len(held))
    own = [np.array_split(x, n) for x in held]
    for k in range(1, n):
        sent = [own[r][r - k] for r in ranks]
        for r in ranks:
            c = (r - 1 - k) % n
            own[r][c] = own[r][c] + sent[r - 1]
    return [own[r][r] for r in ranks]


def all_gather(chunks: list) -> list:
    """All chunks, for each rank: in each round it
    gets from the left what came there before."""
    n = len(chunks)
    own = [{r: chunks[r]} for r in range(n)]
    for k in range(1, n):
        for r in range(n):
            c = (r - k) % n
            own[r][c] = own[r - 1][c]
    rows = [[x[c] for c in range(n)] for x in own]
    return [np.concatenate(row) for row in rows]
