"""Stochastic gradient descent, with heavy-ball or Nesterov momentum."""

from typing import Any, ClassVar

import numpy as np

from ..core.checks import Checks, flag, nonnegative, number
from ..core.optimizer import Optimizer
from ..core.state import BY_RULE
from ..core.types import Params


def sgd(
    g, p, buf=None, *,
    lr, momentum, dampening,
    weight_decay, nesterov,
):  # fmt: skip
    """One step: ``(g, p, buf) -> (p, buf)``."""
    if weight_decay:
        g = g + weight_decay * p
    if momentum and buf is None:
        buf = g
    elif momentum:
        buf = momentum * buf + (1 - dampening) * g
    if momentum and nesterov:
        g = g + momentum * buf
    elif momentum:
        g = buf
    return p - lr * g, buf


class SGD(Optimizer):
    r"""Gradient descent, plain or with momentum.

    .. math::
        g_t &\leftarrow g_t + \lambda\,\theta_{t-1} \\
        b_t &= \mu\, b_{t-1} + (1-\tau)\, g_t \\
        b_1 &= g_1 \\
        \theta_t &= \theta_{t-1} - \gamma\, b_t \\
        &\text{or, with Nesterov,} \\
        \theta_t &= \theta_{t-1} - \gamma\,(g_t + \mu\, b_t)

    The buffer is a decaying *sum* of gradients, not an average: under a constant gradient
    it grows to :math:`g/(1-\mu)`. Dampening does not touch the first step.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-3
        Learning rate :math:`\gamma \ge 0`, in units of parameter per gradient.
    momentum : float, default 0
        Decay :math:`\mu \ge 0` of the buffer.
    dampening : float, default 0
        :math:`\tau`; reduces what a new gradient adds to the buffer.
    weight_decay : float, default 0
        L2 coefficient :math:`\lambda \ge 0`, added to the gradient as :math:`\lambda\theta`.
    nesterov : bool, default False
        Look ahead; needs ``momentum > 0`` and ``dampening == 0``.
    maximize : bool, default False
        Climb instead of descend: the gradient is negated first.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``momentum_buffer`` (only with momentum), one number per parameter.
    Book: *Gradient descent*, *Momentum*, *The Nesterov look-ahead*.

    References
    ----------
    Robbins and Monro (1951); Polyak (1964); Nesterov (1983); the form used here is that of
    Sutskever et al. (2013) after a change of variables.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, momentum=nonnegative, dampening=number,
        weight_decay=nonnegative, nesterov=flag, maximize=flag,
    )  # fmt: skip
    rule = sgd
    counts_steps = False

    def __init__(
        self, params: Params, lr: float = 1e-3, momentum: float = 0, dampening: float = 0, weight_decay: float = 0,
        nesterov: bool = False, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, momentum=momentum, dampening=dampening,
            weight_decay=weight_decay, nesterov=nesterov, maximize=maximize,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"momentum_buffer": BY_RULE if settings["momentum"] else None}  # it starts as the first gradient

    def check_together(self, settings: dict[str, Any]) -> None:
        mu, tau = settings["momentum"], settings["dampening"]
        if settings["nesterov"] and (mu <= 0 or tau != 0):
            raise ValueError(f"nesterov=True needs momentum > 0 and dampening = 0, got momentum={mu}, dampening={tau}")
