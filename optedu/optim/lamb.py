"""LAMB: Adam's direction, as long as a fixed fraction of each layer's norm."""

from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, decay_pair, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params
from .lars import norm


def lamb(
    g, p, m, v, *, t, lr, betas, eps, weight_decay
):  # fmt: skip
    """One step of LAMB on a whole tensor:
    ``(g, p, m, v) -> (p, m, v)``."""
    b1, b2 = betas
    m = m + (1 - b1) * (g - m)
    v = b2 * v + (1 - b2) * g * g
    m_hat = m / (1 - b1**t)
    v_hat = v / (1 - b2**t)
    r = m_hat / (sqrt(v_hat) + eps)
    r = r + weight_decay * p
    p_norm, r_norm = norm(p), norm(r)
    trust = 1.0
    if p_norm and r_norm:
        trust = p_norm / r_norm
    return p - lr * trust * r, m, v


class LAMB(Optimizer):
    r"""Layer-wise adaptive moments for batch training.

    .. math::
        r_t &= \hat m_t \,/\, \bigl(\sqrt{\hat v_t} + \epsilon\bigr) + \lambda\,\theta_{t-1} \\
        \theta_t &= \theta_{t-1} - \gamma\,
        \frac{\lVert\theta_{t-1}\rVert}{\lVert r_t\rVert}\, r_t

    with :math:`\hat m_t, \hat v_t` as in Adam. Each array is a layer. Its trust ratio is 1
    where a norm is zero; elsewhere a step is :math:`\gamma` times the layer's norm, with
    every decay.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-3
        Relative step :math:`\gamma \ge 0`, without unit.
    betas : (float, float), default (0.9, 0.999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the two averages.
    eps : float, default 1e-6
        :math:`\epsilon \ge 0`, outside the root and after the correction.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`. It is part of :math:`r_t`, hence of its norm.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``exp_avg_sq``, two numbers per parameter.
    Book: *Layer-wise trust*.

    References
    ----------
    You et al. (2020), algorithm 2, with :math:`\phi` the identity. Public implementations
    differ: clipping of the global gradient norm, of the parameter norm at 10, of the ratio;
    some leave the bias correction out.
    """

    settings: ClassVar[Checks] = dict(lr=nonnegative, betas=decay_pair, eps=nonnegative, weight_decay=nonnegative)
    rule = lamb
    elementwise: ClassVar[bool | None] = False

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-6,
        weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0, "exp_avg_sq": 0.0}
