"""Rprop: a step size for each parameter, steered by the signs of the gradient alone."""

from typing import Any, ClassVar

import numpy as np
from numpy import clip, sign, where

from ..core.checks import Checks, flag, nonnegative, number_pair
from ..core.optimizer import Optimizer
from ..core.types import Params


def rprop(g, p, prev, size, *, etas, step_sizes):
    """One step of Rprop: ``(g, p, prev, size)
    -> (p, prev, size)``."""
    shrink, grow = etas
    agree = g * prev
    less = where(agree < 0, shrink * size, size)
    size = where(agree > 0, grow * size, less)
    size = clip(size, *step_sizes)
    g = where(agree < 0, 0.0, g)
    return p - sign(g) * size, g, size


class Rprop(Optimizer):
    r"""Resilient backpropagation.

    .. math::
        \eta_t &= \begin{cases}
            \eta^+ \eta_{t-1} & g_t\, g_{t-1} > 0 \\
            \eta^- \eta_{t-1},\, g_t \leftarrow 0 & g_t\, g_{t-1} < 0 \\
            \eta_{t-1} & \text{else}
        \end{cases} \\
        &\text{clamped to } [\eta_{\min}, \eta_{\max}] \\
        \theta_t &= \theta_{t-1} - \eta_t\, \mathrm{sign}(g_t)

    After a change of sign there is no step, and the next one counts as the first.
    Meant for full batches: the noise of a mini-batch turns signs.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-2
        Initial step size :math:`\eta_0 \ge 0`, in units of the parameter; later changes of
        it have no effect.
    etas : (float, float), default (0.5, 1.2)
        :math:`0 < \eta^- < 1 < \eta^+`.
    step_sizes : (float, float), default (1e-6, 50)
        :math:`\eta_{\min}, \eta_{\max}`.
    maximize : bool, default False
        Climb instead of descend: the gradient is negated first.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``prev``, ``step_size``, two numbers per parameter. Book: *Rprop*.

    References
    ----------
    Riedmiller and Braun (1993), in the variant without weight-backtracking of Igel and
    Hüsken (2003), there called iRprop-minus.
    """

    settings: ClassVar[Checks] = dict(lr=nonnegative, etas=number_pair, step_sizes=number_pair, maximize=flag)
    rule = rprop

    def __init__(
        self, params: Params, lr: float = 1e-2, etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50), *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, etas=etas, step_sizes=step_sizes, maximize=maximize))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"prev": 0.0, "step_size": settings["lr"]}

    def check_together(self, settings: dict[str, Any]) -> None:
        shrink, grow = settings["etas"]
        if not 0 < shrink < 1 < grow:
            raise ValueError(f"etas must be 0 < etas[0] < 1 < etas[1], got {settings['etas']}")
