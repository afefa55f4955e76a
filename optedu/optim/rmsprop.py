"""RMSProp: AdaGrad that forgets."""

from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, flag, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params


def rmsprop(
    g, p, v, buf=None, mean=None, *,
    lr, alpha, eps, weight_decay,
    momentum, centered,
):  # fmt: skip
    """One step of RMSProp: ``(g, p, v, buf, mean)
    -> (p, v, buf, mean)``."""
    if weight_decay:
        g = g + weight_decay * p
    v = alpha * v + (1 - alpha) * g * g
    spread = v
    if centered:
        mean = mean + (1 - alpha) * (g - mean)
        spread = v - mean * mean
    step = g / (sqrt(spread) + eps)
    if momentum:
        step = buf = momentum * buf + step
    return p - lr * step, v, buf, mean


class RMSprop(Optimizer):
    r"""RMSProp, plain, centered, or with momentum.

    .. math::
        g_t &\leftarrow g_t + \lambda\,\theta_{t-1} \\
        v_t &= \alpha\, v_{t-1} + (1-\alpha)\, g_t^2 \\
        u_t &= g_t \,/\, \bigl(\sqrt{v_t} + \epsilon\bigr) \\
        \theta_t &= \theta_{t-1} - \gamma\, u_t

    Centered, the root is taken of :math:`v_t - \bar g_t^2`, where
    :math:`\bar g_t = \alpha \bar g_{t-1} + (1-\alpha) g_t`. With momentum,
    :math:`b_t = \mu b_{t-1} + u_t` is applied in the place of :math:`u_t`.
    There is no bias correction: the first step is :math:`1/\sqrt{1-\alpha}` times
    :math:`\gamma`.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-2
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    alpha : float, default 0.99
        Decay :math:`\alpha \ge 0` of the averages.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root, in units of the gradient.
    weight_decay : float, default 0
        L2 coefficient :math:`\lambda \ge 0`, added to the gradient as :math:`\lambda\theta`.
    momentum : float, default 0
        Decay :math:`\mu \ge 0` of the buffer of scaled gradients.
    centered : bool, default False
        Divide by an estimate of the standard deviation instead of the root mean square.
    maximize : bool, default False
        Climb instead of descend: the gradient is negated first.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``square_avg``, and where used ``momentum_buffer``, ``grad_avg``: one to
    three numbers per parameter. Book: *RMSProp*.

    References
    ----------
    Hinton, lecture 6e of *Neural Networks for Machine Learning* (2012); centered: Graves (2013).
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, momentum=nonnegative, alpha=nonnegative, eps=nonnegative,
        centered=flag, weight_decay=nonnegative, maximize=flag,
    )  # fmt: skip
    rule = rmsprop

    def __init__(
        self, params: Params, lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8, weight_decay: float = 0,
        momentum: float = 0, centered: bool = False, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, momentum=momentum, alpha=alpha, eps=eps,
            centered=centered, weight_decay=weight_decay, maximize=maximize,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {
            "square_avg": 0.0,
            "momentum_buffer": 0.0 if settings["momentum"] else None,
            "grad_avg": 0.0 if settings["centered"] else None,
        }
