"""LARS: momentum whose step is a fixed fraction of each layer's norm."""

from typing import Any, ClassVar

import numpy as np

from ..core.checks import Checks, decay, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params


def norm(x: np.ndarray) -> float:
    """Euclidean norm."""
    return float(np.linalg.norm(x))


def lars(
    g, p, buf, *,
    lr, momentum, weight_decay, trust_coefficient,
):  # fmt: skip
    """One step of LARS on a whole tensor:
    ``(g, p, buf) -> (p, buf)``."""
    p_norm = norm(p)
    pull = norm(g) + weight_decay * p_norm
    trust = 1.0
    if p_norm and pull:
        trust = trust_coefficient * p_norm / pull
    step = lr * trust * (g + weight_decay * p)
    buf = momentum * buf + step
    return p - buf, buf


class LARS(Optimizer):
    r"""Layer-wise adaptive rate scaling.

    .. math::
        \gamma_t^{\text{layer}} &= \eta\,
        \frac{\lVert\theta_{t-1}\rVert}{\lVert g_t\rVert + \lambda\lVert\theta_{t-1}\rVert} \\
        b_t &= \mu\, b_{t-1} + \gamma\,\gamma_t^{\text{layer}}\,(g_t + \lambda\,\theta_{t-1}) \\
        \theta_t &= \theta_{t-1} - b_t

    Each array is a layer. Its ratio is 1 where its numerator or its denominator is zero. Biases and
    normalization gains usually go in a group of their own, without decay, to `SGD`.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1.0
        Global learning rate :math:`\gamma \ge 0`, without unit.
    momentum : float, default 0.9
        :math:`\mu \in [0, 1)`.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, added to the gradient and to the denominator.
    trust_coefficient : float, default 1e-3
        :math:`\eta \ge 0`: without momentum, a step is this fraction of the layer's norm.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``momentum_buffer``, one number per parameter. Book: *Layer-wise trust*.

    References
    ----------
    You, Gitman and Ginsburg (2017), algorithm 1. The learning rate is *inside* the buffer;
    many implementations multiply by it afterwards, which differs while it changes, and skip
    the ratio for vectors.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, momentum=decay, weight_decay=nonnegative, trust_coefficient=nonnegative
    )
    rule = lars
    elementwise: ClassVar[bool | None] = False
    counts_steps = False

    def __init__(
        self, params: Params, lr: float = 1.0, momentum: float = 0.9, weight_decay: float = 0.0,
        trust_coefficient: float = 1e-3,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, momentum=momentum, weight_decay=weight_decay, trust_coefficient=trust_coefficient
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"momentum_buffer": 0.0}
