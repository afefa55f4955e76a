"""NAdam: Adam with Nesterov's look-ahead."""

from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, decay_pair, flag, nonnegative
from ..core.optimizer import Optimizer
from ..core.state import Scalar
from ..core.types import Params


def nadam(
    g, p, mu_product, m, v, *,
    t, lr, betas, eps, weight_decay,
    momentum_decay, decoupled_weight_decay,
):  # fmt: skip
    """One step: ``(g, p, mu_product, m, v)
    -> (p, mu_product, m, v)``."""
    b1, b2 = betas
    if weight_decay and decoupled_weight_decay:
        p = p - lr * weight_decay * p
    elif weight_decay:
        g = g + weight_decay * p
    now = 0.96 ** (t * momentum_decay)
    later = 0.96 ** ((t + 1) * momentum_decay)
    mu = b1 * (1 - 0.5 * now)
    mu_next = b1 * (1 - 0.5 * later)
    mu_product = mu_product * mu
    product_next = mu_product * mu_next
    m = m + (1 - b1) * (g - m)
    v = b2 * v + (1 - b2) * g * g
    m_hat = mu_next / (1 - product_next) * m
    g_hat = (1 - mu) / (1 - mu_product) * g
    v_hat = v / (1 - b2**t)
    ahead = m_hat + g_hat
    p = p - lr * ahead / (sqrt(v_hat) + eps)
    return p, mu_product, m, v


class NAdam(Optimizer):
    r"""NAdam: the average is applied as it will be after the next step.

    .. math::
        \mu_t &= \beta_1 \bigl(1 - \tfrac12\, 0.96^{t\psi}\bigr) \\
        \Pi_t &= \textstyle\prod_{s \le t} \mu_s \\
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
        v_t &= \beta_2 v_{t-1} + (1-\beta_2)\, g_t^2 \\
        \hat m_t &= \frac{\mu_{t+1}}{1 - \Pi_t\,\mu_{t+1}}\, m_t + \frac{1-\mu_t}{1-\Pi_t}\, g_t \\
        \theta_t &= \theta_{t-1} - \gamma\, \hat m_t \,/\, \bigl(\sqrt{v_t/(1-\beta_2^t)} + \epsilon\bigr)

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 2e-3
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the two averages.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root and after the correction.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`. An L2 term added to the gradient, unless decoupled.
    momentum_decay : float, default 4e-3
        :math:`\psi \ge 0`; how fast :math:`\mu_t` rises from about half of :math:`\beta_1`.
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
    State: ``step``, ``mu_product`` (one number for the whole parameter), ``exp_avg``,
    ``exp_avg_sq``: two numbers per parameter. Book: *Adamax, NAdam, RAdam*.

    References
    ----------
    Dozat (2016). torch keeps :math:`m` as in Adam, with :math:`\beta_1`, and the schedule
    :math:`\mu_t` for its application alone.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, eps=nonnegative, weight_decay=nonnegative,
        momentum_decay=nonnegative, maximize=flag, decoupled_weight_decay=flag,
    )  # fmt: skip
    rule = nadam

    def __init__(
        self, params: Params, lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, momentum_decay: float = 4e-3, decoupled_weight_decay: bool = False, *,
        maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay,
            maximize=maximize, decoupled_weight_decay=decoupled_weight_decay,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"mu_product": Scalar(1.0), "exp_avg": 0.0, "exp_avg_sq": 0.0}
