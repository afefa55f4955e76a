"""RAdam: Adam that does not trust its second moment before it has seen enough."""

from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, decay_pair, flag, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params


def radam(
    g, p, m, v, *,
    t, lr, betas, eps, weight_decay,
    decoupled_weight_decay,
):  # fmt: skip
    """One step: ``(g, p, m, v) -> (p, m, v)``."""
    b1, b2 = betas
    if weight_decay and decoupled_weight_decay:
        p = p - lr * weight_decay * p
    elif weight_decay:
        g = g + weight_decay * p
    m = m + (1 - b1) * (g - m)
    v = b2 * v + (1 - b2) * g * g
    m_hat = m / (1 - b1**t)
    rho_max = 2 / (1 - b2) - 1
    rho = rho_max - 2 * t * b2**t / (1 - b2**t)
    if rho <= 5:
        return p - lr * m_hat, m, v
    r = (rho - 4) * (rho - 2) * rho_max
    r = r / ((rho_max - 4) * (rho_max - 2) * rho)
    rate = lr * r**0.5 * (1 - b2**t) ** 0.5
    p = p - rate * m_hat / (sqrt(v) + eps)
    return p, m, v


class RAdam(Optimizer):
    r"""Rectified Adam.

    .. math::
        \rho_\infty &= \frac{2}{1-\beta_2} - 1, \qquad
        \rho_t = \rho_\infty - \frac{2t\,\beta_2^t}{1-\beta_2^t} \\
        \theta_t &= \theta_{t-1} - \gamma\, \hat m_t
        \cdot \begin{cases}
            r_t \sqrt{1-\beta_2^t} \,/\, (\sqrt{v_t} + \epsilon) & \rho_t > 5 \\
            1 & \text{else}
        \end{cases} \\
        r_t &= \sqrt{\frac{(\rho_t-4)(\rho_t-2)\,\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\,\rho_t}}

    with :math:`\hat m_t` and :math:`v_t` of Adam. While :math:`\rho_t \le 5`, five steps for
    the default betas, it is gradient descent with a corrected average.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-3
        Learning rate :math:`\gamma \ge 0`.
    betas : (float, float), default (0.9, 0.999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the two averages.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root and *before* the correction.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`. An L2 term added to the gradient, unless decoupled.
    decoupled_weight_decay : bool, default False
        Shrink the parameter by :math:`\gamma\lambda\theta` before the step instead.
    maximize : bool, default False
        Climb instead of descend: the gradient is negated first.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``exp_avg_sq``, two numbers per parameter.
    Book: *Adamax, NAdam, RAdam*.

    References
    ----------
    Liu et al. (2020), algorithm 2, whose threshold is 4; torch's is 5.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, eps=nonnegative, weight_decay=nonnegative,
        maximize=flag, decoupled_weight_decay=flag,
    )  # fmt: skip
    rule = radam

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, decoupled_weight_decay: bool = False, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay,
            maximize=maximize, decoupled_weight_decay=decoupled_weight_decay,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0, "exp_avg_sq": 0.0}
