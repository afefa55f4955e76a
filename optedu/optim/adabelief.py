"""AdaBelief: Adam that divides by the surprise in a gradient, not by its size."""

from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, decay_pair, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params


def adabelief(
    g, p, m, s, *, t, lr, betas, eps, weight_decay
):  # fmt: skip
    """One step: ``(g, p, m, s) -> (p, m, s)``."""
    b1, b2 = betas
    p = p - lr * weight_decay * p
    m = m + (1 - b1) * (g - m)
    s = b2 * s + (1 - b2) * (g - m) ** 2 + eps
    m_hat = m / (1 - b1**t)
    s_hat = s / (1 - b2**t)
    p = p - lr * m_hat / (sqrt(s_hat) + eps)
    return p, m, s


class AdaBelief(Optimizer):
    r"""AdaBelief.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
        s_t &= \beta_2 s_{t-1} + (1-\beta_2)\,(g_t - m_t)^2 + \epsilon \\
        \theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \gamma\,
        \frac{m_t / (1-\beta_1^t)}{\sqrt{s_t / (1-\beta_2^t)} + \epsilon}

    A gradient close to its average is believed: a long step. :math:`\epsilon` is added to
    :math:`s` at *every* step, so that it adds up to :math:`\epsilon/(1-\beta_2)`.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-3
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the two averages.
    eps : float, default 1e-16
        :math:`\epsilon \ge 0`, inside the average and outside the root.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``exp_avg_var``, two numbers per parameter.
    Book: *More variants*.

    References
    ----------
    Zhuang et al. (2020), algorithm 2. The authors' code switches RAdam's rectification on
    by default; here there is none.
    """

    settings: ClassVar[Checks] = dict(lr=nonnegative, betas=decay_pair, eps=nonnegative, weight_decay=nonnegative)
    rule = adabelief

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-16,
        weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0, "exp_avg_var": 0.0}
