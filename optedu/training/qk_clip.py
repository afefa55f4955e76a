"""QK-clip: shrink the heads of attention whose logits have grown too large."""

from typing import Any

import numpy as np

from ..core import checks


def qk_clip_(weight: np.ndarray, max_logits: Any, tau: float = 100.0, power: float = 0.5) -> np.ndarray:
    r"""Scale the rows of each head of a query or key weight, in place, after an optimizer's step.

    .. math::
        \gamma_h &= \min\bigl(1,\; \tau / S_h\bigr) \\
        W_h &\leftarrow \gamma_h^{\,\alpha}\, W_h \\
        S_h &= \max_{i,j}\; q_{h,i}^\top k_{h,j} / \sqrt d

    With :math:`\alpha = 1/2` for queries and for keys their product, the logit, is scaled by
    :math:`\gamma_h`: on the same tokens the largest would be :math:`\tau`. Heads that stay
    below :math:`\tau` are not touched. Unlike a cap on the logits this changes the weights, not
    the function that is computed from them.

    Parameters
    ----------
    weight : array
        Weight of shape (heads · rows of a head, inputs), the rows of a head together, or its
        bias; or with the heads as an axis of their own in front. Changed in place.
    max_logits : array of float
        :math:`S_h`, one for each head: the largest logit that the forward pass of this step has
        seen, over all micro-batches and ranks.
    tau : float, default 100.0
        :math:`\tau > 0`, the largest logit that is let be.
    power : float, default 0.5
        :math:`\alpha` in [0, 1]. Where a part of each head is rotated and its key is shared by all
        heads, that key is left alone (0) and the rotated part of the query takes it all (1).

    Returns
    -------
    array
        The factors :math:`\gamma_h^\alpha`.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused. Nothing has been changed then.

    Notes
    -----
    Where several query heads share a key head, they take the largest of their logits, so that
    their queries and their key get the same factor.

    References
    ----------
    Kimi Team (2025), algorithm 1: Muon with weight decay, then this, is MuonClip.
    """
    weight = checks.parameter("weight", weight)
    logits = checks.array("max_logits", max_logits)
    if logits.dtype.kind not in "fiu":
        raise TypeError(f"max_logits must hold real numbers, got {logits.dtype}")
    if logits.ndim != 1 or not logits.size:
        raise ValueError(f"max_logits must have one number for each head, got shape {logits.shape}")
    if not np.isfinite(logits).all():
        raise ValueError(f"max_logits must be finite, got {logits.tolist()!r:.100}")
    tau, power = checks.positive("tau", tau), checks.fraction("power", power)
    if not weight.ndim or len(weight) % len(logits):
        raise ValueError(f"weight of shape {weight.shape} has no rows of equal number for {len(logits)} heads")
    factors = logits.astype(float).clip(min=tau)
    factors = (tau / factors) ** power
    rows = len(weight) // len(logits)
    for head in np.flatnonzero(factors < 1):
        own = slice(head * rows, (head + 1) * rows)
        weight[own] *= float(factors[head])
    return factors
