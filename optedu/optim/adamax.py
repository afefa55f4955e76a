"""Adamax: Adam with the maximum in the place of the root mean square."""

from typing import Any, ClassVar

import numpy as np
from numpy import maximum

from ..core.checks import Checks, decay_pair, flag, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params


def adamax(
    g, p, m, u, *, t, lr, betas, eps, weight_decay
):  # fmt: skip
    """One step: ``(g, p, m, u) -> (p, m, u)``."""
    b1, b2 = betas
    if weight_decay:
        g = g + weight_decay * p
    m = m + (1 - b1) * (g - m)
    u = maximum(b2 * u, abs(g) + eps)
    return p - lr / (1 - b1**t) * m / u, m, u


class Adamax(Optimizer):
    r"""Adamax, the limit of Adam for the :math:`p`-norm with :math:`p \to \infty`.

    .. math::
        g_t &\leftarrow g_t + \lambda\,\theta_{t-1} \\
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
        u_t &= \max\bigl(\beta_2 u_{t-1},\; |g_t| + \epsilon\bigr) \\
        \theta_t &= \theta_{t-1} - \frac{\gamma}{1-\beta_1^t}\, \frac{m_t}{u_t}

    The maximum needs no correction for its start at zero.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 2e-3
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of average and maximum.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, inside the maximum, in units of the gradient.
    weight_decay : float, default 0
        L2 coefficient :math:`\lambda \ge 0`, added to the gradient as :math:`\lambda\theta`.
    maximize : bool, default False
        Climb instead of descend: the gradient is negated first.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``exp_inf``, two numbers per parameter.
    Book: *Adamax, NAdam, RAdam*.

    References
    ----------
    Kingma and Ba (2015), algorithm 2, which has no :math:`\epsilon`.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, eps=nonnegative, weight_decay=nonnegative, maximize=flag
    )
    rule = adamax

    def __init__(
        self, params: Params, lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, maximize=maximize))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0, "exp_inf": 0.0}
