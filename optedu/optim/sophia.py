"""Sophia: a clipped step along the average gradient, divided by an estimate of curvature."""

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy import clip, maximum

from ..core.checks import Checks, decay_pair, nonnegative, positive
from ..core.optimizer import Optimizer
from ..core.types import Params


def sophia(
    g, p, m, h, *,
    lr, betas, rho, eps, weight_decay,
):  # fmt: skip
    """One step: ``(g, p, m, h) -> (p, m, h)``."""
    b1 = betas[0]
    p = p - lr * weight_decay * p
    m = b1 * m + (1 - b1) * g
    u = clip(m / maximum(rho * h, eps), -1, 1)
    return p - lr * u, m, h


class Sophia(Optimizer):
    r"""Sophia, second-order clipped stochastic optimization.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
        h &\leftarrow \beta_2 h + (1-\beta_2)\, \hat h \\
        &\text{whenever an estimate } \hat h \text{ comes} \\
        \theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \gamma\,
        \mathrm{clip}\bigl(m_t / \max(\rho\, h, \epsilon),\, \pm 1\bigr)

    Where the estimated curvature is small or negative, the clip turns the step into Lion's
    sign; elsewhere it is a damped Newton step.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-4
        Learning rate :math:`\gamma \ge 0`: the longest step of a component.
    betas : (float, float), default (0.965, 0.99)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the gradient's and the curvature's average.
    rho : float, default 0.04
        :math:`\rho > 0`: the larger, the fewer components are clipped, and the shorter the steps.
    eps : float, default 1e-12
        :math:`\epsilon > 0`, least divisor.
    weight_decay : float, default 0.1
        :math:`\lambda \ge 0`, decoupled.

    Raises
    ------
    TypeError, ValueError
        If a parameter, a setting or an estimate is refused; the message names it.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``hessian``, two numbers per parameter. Estimating the
    curvature is up to the caller: one product of the Hessian with a random vector
    (Hutchinson), or one gradient with sampled labels (Gauss-Newton-Bartlett), every ten
    steps or so. Book: *A Newton step in a box*.

    References
    ----------
    Liu et al. (2024), algorithm 3, whose :math:`\gamma` is our :math:`\rho` (and whose
    :math:`\eta_t` is our :math:`\gamma`). The authors' code puts the batch size into
    :math:`\rho` and takes :math:`\lvert m \rvert` and the sign apart.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, rho=positive, eps=positive, weight_decay=nonnegative
    )
    rule = sophia

    def __init__(
        self, params: Params, lr: float = 1e-4, betas: tuple[float, float] = (0.965, 0.99), rho: float = 0.04,
        eps: float = 1e-12, weight_decay: float = 0.1,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, betas=betas, rho=rho, eps=eps, weight_decay=weight_decay))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0, "hessian": 0.0}

    @np.errstate(all="ignore")  # as `step`
    def update_hessian(self, hessian: Iterable[Any]) -> None:
        """Take in an estimate of the diagonal of the Hessian.

        Parameters
        ----------
        hessian : iterable of array or None
            One array for each parameter, as for the gradients of `step`.
        """
        numbered = self.numbered
        estimates = self.check_gradients(hessian, "hessian")
        plans = [self.plan(k) for k in range(len(self.param_groups))]
        for (i, p, k), new in zip(numbered, estimates, strict=True):
            if new is not None:
                self.begin_state(i, p, plans[k].settings)
                b2 = plans[k].settings["betas"][1]
                h = self.state[i]["hessian"]
                h[...] = b2 * h + (1 - b2) * new

    def step(self, grads: Iterable[Any], hessian: Iterable[Any] | None = None) -> None:
        """Take one step, with an estimate of the curvature when there is a new one.

        Parameters
        ----------
        grads : iterable of array or None
            As in `Optimizer.step`.
        hessian : iterable of array or None, optional
            As in `update_hessian`, which is called first.
        """
        if hessian is not None:
            grads = self.check_gradients(grads)
            self.update_hessian(hessian)
        super().step(grads)
