"""ASGD: gradient descent whose answer is the average of its iterates."""

from typing import Any, ClassVar

import numpy as np

from ..core.checks import Checks, flag, nonnegative, number
from ..core.optimizer import Optimizer
from ..core.state import Scalar
from ..core.types import Params


def asgd(
    g, p, eta, mu, ax, *,
    t, lr, lambd, alpha, t0, weight_decay,
):  # fmt: skip
    """One step of ASGD: ``(g, p, eta, mu, ax)
    -> (p, eta, mu, ax)``."""
    if weight_decay:
        g = g + weight_decay * p
    p = (1 - lambd * eta) * p - eta * g
    ax = ax + mu * (p - ax)
    eta = lr / (1 + lambd * lr * t) ** alpha
    mu = 1 / max(1.0, t - t0)
    return p, eta, mu, ax


class ASGD(Optimizer):
    r"""Averaged stochastic gradient descent.

    .. math::
        g_t &\leftarrow g_t + \lambda\,\theta_{t-1} \\
        \theta_t &= (1 - \lambda_0 \eta_{t-1})\,\theta_{t-1} - \eta_{t-1}\, g_t \\
        a_t &= a_{t-1} + \mu_{t-1}\, (\theta_t - a_{t-1}) \\
        \eta_t &= \gamma / (1 + \lambda_0 \gamma t)^\alpha \\
        \mu_t &= 1 / \max(1, t - t_0)

    The average :math:`a_t`, state ``ax``, is what one evaluates. Up to step :math:`t_0` it is
    the parameter itself. The parameter is never replaced by it.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-2
        Learning rate :math:`\gamma \ge 0` of the first step.
    lambd : float, default 1e-4
        :math:`\lambda_0`; a decay that is there even with ``weight_decay=0``.
    alpha : float, default 0.75
        :math:`\alpha`, power of the decay of the learning rate.
    t0 : float, default 1e6
        Step at which the averaging starts.
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
    State: ``step``, ``eta`` and ``mu`` (one number each), ``ax``: one number per parameter.
    Book: *Averaging*.

    References
    ----------
    Polyak and Juditsky (1992); the schedule follows Bottou and Xu (2011).
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, lambd=number, alpha=number, t0=number, weight_decay=nonnegative, maximize=flag
    )  # fmt: skip
    rule = asgd

    def __init__(
        self, params: Params, lr: float = 1e-2, lambd: float = 1e-4, alpha: float = 0.75, t0: float = 1e6,
        weight_decay: float = 0, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, lambd=lambd, alpha=alpha, t0=t0, weight_decay=weight_decay, maximize=maximize
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"eta": Scalar(settings["lr"]), "mu": Scalar(1.0), "ax": 0.0}
