"""MARS: AdamW on a gradient from which noise has been taken with the help of the last one."""

from typing import Any, ClassVar

import numpy as np

from ..core.checks import Checks, decay_pair, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params
from .adam import adamw
from .lars import norm


def mars(
    g, p, last, m, v, *,
    t, lr, betas, gamma, eps, weight_decay,
):  # fmt: skip
    """One step of MARS: ``(g, p, last, m, v)
    -> (p, g, m, v)``."""
    b1 = betas[0]
    c = g + gamma * b1 / (1 - b1) * (g - last)
    c = c / max(1.0, norm(c))
    p, m, v, _ = adamw(
        c, p, m, v, t=t, lr=lr, betas=betas,
        eps=eps, weight_decay=weight_decay,
    )  # fmt: skip
    return p, g, m, v


class MARS(Optimizer):
    r"""MARS-AdamW: variance reduction in front of AdamW.

    .. math::
        c_t &= g_t + \eta\,\frac{\beta_1}{1-\beta_1}\,(g_t - g_{t-1}) \\
        g_0 &= 0 \\
        \tilde c_t &= c_t \,/\, \max(1, \lVert c_t \rVert) \\
        \theta_t &: \text{ the step of AdamW, with } \tilde c_t \text{ in the place of } g_t

    What the gradient changed by since the last step corrects the average for being late; the
    norm is that of one tensor. The paper evaluates :math:`g_{t-1}` on the batch of *this*
    step, at the parameters of the last one, which costs a second gradient. Here, as in the
    authors' default, it is the gradient of the last step.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them. The authors train
        matrices alone with it, and the rest with AdamW: give those to an `AdamW` of their own.
    lr : float, default 3e-3
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.95, 0.99)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the two averages.
    gamma : float, default 0.025
        Strength :math:`\eta \ge 0` of the correction (the paper's :math:`\gamma`). 0: AdamW on
        gradients that are clipped tensor by tensor.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root and after the correction.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``last_grad``, ``exp_avg``, ``exp_avg_sq``: three numbers per parameter.
    The first step sees :math:`c_1 = (1 + \eta\beta_1/(1-\beta_1))\, g_1`, as in the authors'
    code; where the clip acts, this is the paper's :math:`c_1 = g_1`.

    References
    ----------
    Yuan et al. (2025), for AdamW, in the form that reuses the last gradient.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, gamma=nonnegative, eps=nonnegative, weight_decay=nonnegative
    )
    rule = mars
    elementwise: ClassVar[bool | None] = False

    def __init__(
        self, params: Params, lr: float = 3e-3, betas: tuple[float, float] = (0.95, 0.99), gamma: float = 0.025,
        eps: float = 1e-8, weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, betas=betas, gamma=gamma, eps=eps, weight_decay=weight_decay))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"last_grad": 0.0, "exp_avg": 0.0, "exp_avg_sq": 0.0}
