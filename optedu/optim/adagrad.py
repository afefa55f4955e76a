"""AdaGrad: each coordinate's step shrinks with all the gradient it has ever seen."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, flag, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params


def adagrad(
    g, p, total, *,
    t, lr, lr_decay, weight_decay, eps,
):  # fmt: skip
    """One step of AdaGrad:
    ``(g, p, total) -> (p, total)``."""
    if weight_decay:
        g = g + weight_decay * p
    total = total + g * g
    rate = lr / (1 + (t - 1) * lr_decay)
    p = p - rate * g / (sqrt(total) + eps)
    return p, total


class Adagrad(Optimizer):
    r"""AdaGrad, with a diagonal accumulator.

    .. math::
        g_t &\leftarrow g_t + \lambda\,\theta_{t-1} \\
        G_t &= G_{t-1} + g_t^2 \\
        \theta_t &= \theta_{t-1} - \frac{\gamma}{1 + (t-1)\,\eta}\;\frac{g_t}{\sqrt{G_t} + \epsilon}

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-2
        Learning rate :math:`\gamma \ge 0`; the size of a coordinate's first step.
    lr_decay : float, default 0
        :math:`\eta \ge 0`, an additional decay of the rate with the step count.
    weight_decay : float, default 0
        L2 coefficient :math:`\lambda \ge 0`, added to the gradient as :math:`\lambda\theta`.
    initial_accumulator_value : float, default 0
        :math:`G_0 \ge 0`.
    eps : float, default 1e-10
        :math:`\epsilon \ge 0`, outside the root, in units of the gradient.
    maximize : bool, default False
        Climb instead of descend: the gradient is negated first.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step`` and ``sum``, one number per parameter; it exists from construction.
    Book: *AdaGrad's decay*.

    References
    ----------
    Duchi, Hazan and Singer (2011), the diagonal version of their algorithm.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, lr_decay=nonnegative, eps=nonnegative, weight_decay=nonnegative,
        initial_accumulator_value=nonnegative, maximize=flag,
    )  # fmt: skip
    rule = adagrad

    def __init__(
        self, params: Params, lr: float = 1e-2, lr_decay: float = 0, weight_decay: float = 0,
        initial_accumulator_value: float = 0, eps: float = 1e-10, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, lr_decay=lr_decay, eps=eps, weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value, maximize=maximize,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"sum": settings["initial_accumulator_value"]}

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        super().add_param_group(param_group)
        for i, p, k in self.numbered:  # unlike the others, torch's Adagrad starts with its state
            self.begin_state(i, p, self.param_groups[k])
