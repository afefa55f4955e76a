"""Lion: the sign of an average, with one buffer and two decay rates."""

from typing import Any, ClassVar

import numpy as np
from numpy import sign

from ..core.checks import Checks, decay_pair, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params


def lion(g, p, m, *, lr, betas, weight_decay):
    """One step: ``(g, p, m) -> (p, m)``."""
    b1, b2 = betas
    p = p - lr * weight_decay * p
    direction = b1 * m + (1 - b1) * g
    m = b2 * m + (1 - b2) * g
    return p - lr * sign(direction), m


class Lion(Optimizer):
    r"""Lion, evolved sign momentum.

    .. math::
        c_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
        \theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \gamma\, \mathrm{sign}(c_t) \\
        m_t &= \beta_2 m_{t-1} + (1-\beta_2)\, g_t

    Every component moves by :math:`\gamma`, whatever the gradient. So the learning rate has
    to be smaller than Adam's, and :math:`\lambda` larger, to keep :math:`\gamma\lambda`.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-4
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.99)
        :math:`\beta_1` weighs the past in the direction, :math:`\beta_2` in the memory;
        both in [0, 1).
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``exp_avg``, one number per parameter. Book: *Sign descent*. With equal betas it is
    Signum, the sign of an average (Bernstein et al., 2018).

    References
    ----------
    Chen et al. (2023), algorithm 2. Public implementations agree with it.
    """

    settings: ClassVar[Checks] = dict(lr=nonnegative, betas=decay_pair, weight_decay=nonnegative)
    rule = lion
    counts_steps = False

    def __init__(
        self, params: Params, lr: float = 1e-4, betas: tuple[float, float] = (0.9, 0.99), weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0}
