"""Yogi: a second moment that moves by steps of a bounded size."""

from typing import Any, ClassVar

import numpy as np
from numpy import sign, sqrt

from ..core.checks import Checks, decay_pair, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params


def yogi(
    g, p, m, v, *, lr, betas, eps, weight_decay
):  # fmt: skip
    """One step: ``(g, p, m, v) -> (p, m, v)``."""
    b1, b2 = betas
    p = p - lr * weight_decay * p
    m = m + (1 - b1) * (g - m)
    v = v - (1 - b2) * sign(v - g * g) * g * g
    return p - lr * m / (sqrt(v) + eps), m, v


class Yogi(Optimizer):
    r"""Yogi.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
        v_t &= v_{t-1} - (1-\beta_2)\, \mathrm{sign}(v_{t-1} - g_t^2)\, g_t^2 \\
        \theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \gamma\, m_t \,/\, \bigl(\sqrt{v_t} + \epsilon\bigr)

    Adam's :math:`v` moves by :math:`(1-\beta_2)(g^2 - v)`, and so collapses quickly when
    gradients become small. Here it moves by :math:`(1-\beta_2)\, g^2` at most.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-2
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.999)
        :math:`\beta_1, \beta_2 \in [0, 1)`.
    eps : float, default 1e-3
        :math:`\epsilon \ge 0`, outside the root, in units of the gradient.
    initial_accumulator : float, default 1e-6
        :math:`v_0 \ge 0`. At zero :math:`v` would start as Adam's, uncorrected.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``exp_avg``, ``exp_avg_sq``, two numbers per parameter. Book: *More variants*.

    References
    ----------
    Zaheer et al. (2018), algorithm 2, without bias correction as printed there. Public
    implementations (optax, pytorch_optimizer) correct both moments, and start both at
    `initial_accumulator`.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, eps=nonnegative, initial_accumulator=nonnegative, weight_decay=nonnegative
    )  # fmt: skip
    rule = yogi
    counts_steps = False

    def __init__(
        self, params: Params, lr: float = 1e-2, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-3,
        initial_accumulator: float = 1e-6, weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, initial_accumulator=initial_accumulator, weight_decay=weight_decay
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0, "exp_avg_sq": settings["initial_accumulator"]}
