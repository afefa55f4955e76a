"""Adadelta: RMSProp with units that are right."""

from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, flag, fraction, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params


def adadelta(
    g, p, v, u, *, lr, rho, eps, weight_decay
):  # fmt: skip
    """One step: ``(g, p, v, u) -> (p, v, u)``."""
    if weight_decay:
        g = g + weight_decay * p
    v = rho * v + (1 - rho) * g * g
    delta = sqrt(u + eps) / sqrt(v + eps) * g
    u = rho * u + (1 - rho) * delta * delta
    return p - lr * delta, v, u


class Adadelta(Optimizer):
    r"""Adadelta.

    .. math::
        g_t &\leftarrow g_t + \lambda\,\theta_{t-1} \\
        v_t &= \rho\, v_{t-1} + (1-\rho)\, g_t^2 \\
        \Delta_t &= \frac{\sqrt{u_{t-1} + \epsilon}}{\sqrt{v_t + \epsilon}}\; g_t \\
        u_t &= \rho\, u_{t-1} + (1-\rho)\, \Delta_t^2 \\
        \theta_t &= \theta_{t-1} - \gamma\, \Delta_t

    The numerator has the unit of the parameter: that is the idea. It is the average of
    *earlier* steps: :math:`\Delta_t` enters :math:`u` only afterwards. The one
    :math:`\epsilon` stands beside quantities of two units, so that in truth
    :math:`\gamma\sqrt\epsilon` sets the scale of the start.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1.0
        :math:`\gamma \ge 0`, a factor of the step. The paper has no learning rate.
    rho : float, default 0.9
        Decay :math:`\rho \in [0, 1]` of both averages.
    eps : float, default 1e-6
        :math:`\epsilon \ge 0`, inside both roots. It also sets the size of the first steps.
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
    State: ``step``, ``square_avg``, ``acc_delta``, two numbers per parameter.
    Book: *Adadelta*.

    References
    ----------
    Zeiler (2012), algorithm 1.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, rho=fraction, eps=nonnegative, weight_decay=nonnegative, maximize=flag
    )
    rule = adadelta

    def __init__(
        self, params: Params, lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0, *,
        maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"square_avg": 0.0, "acc_delta": 0.0}
