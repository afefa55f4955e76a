"""ADOPT: Adam that divides by what it knew before the gradient came."""

from typing import Any, ClassVar

import numpy as np
from numpy import clip, maximum, sqrt

from ..core.checks import Checks, decay_pair, nonnegative, positive
from ..core.optimizer import Optimizer
from ..core.types import Params


def adopt(
    g, p, m, v, *, t, lr, betas, eps, weight_decay
):  # fmt: skip
    """One step: ``(g, p, m, v) -> (p, m, v)``."""
    b1, b2 = betas
    if t == 1:  # the first g starts v only
        return p, m, g * g
    bound = (t - 1) ** 0.25
    u = g / maximum(sqrt(v), eps)
    u = clip(u, -bound, bound)
    m = m + (1 - b1) * (u - m)
    v = b2 * v + (1 - b2) * g * g
    p = p - lr * weight_decay * p
    return p - lr * m, m, v


class ADOPT(Optimizer):
    r"""ADOPT: Adam with its two operations in another order.

    .. math::
        v_1 &= g_1^2 \\
        \theta_1 &= \theta_0 \\
        m_1 &= 0 \\
        &\text{and for } t > 1 \\
        u_t &= \mathrm{clip}\bigl(g_t / \max(\sqrt{v_{t-1}}, \epsilon),\, \pm (t-1)^{1/4}\bigr) \\
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, u_t \\
        \theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \gamma\, m_t \\
        v_t &= \beta_2 v_{t-1} + (1-\beta_2)\, g_t^2

    The gradient is divided first and averaged afterward, by a :math:`v` in which it does not
    occur itself: numerator and divisor are independent, which is what the proof of convergence
    needs, for any :math:`\beta_2`. The first gradient only starts :math:`v`, and nothing is
    corrected for a start at zero. While :math:`v` knows little, the clip bounds the quotient.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-3
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.9999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the two averages.
    eps : float, default 1e-6
        :math:`\epsilon > 0`, least divisor, in units of the gradient.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled; at the first step there is none.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``exp_avg_sq``, two numbers per parameter, as Adam.

    References
    ----------
    Taniguchi et al. (2024), in the form with a clip. There the gradient that starts :math:`v`
    has number 0, hence :math:`t-1`.
    """

    settings: ClassVar[Checks] = dict(lr=nonnegative, betas=decay_pair, eps=positive, weight_decay=nonnegative)
    rule = adopt

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.9999), eps: float = 1e-6,
        weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0, "exp_avg_sq": 0.0}
