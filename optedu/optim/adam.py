"""Adam: averages of the gradient and of its square, both corrected for their start at zero."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy import maximum, sqrt

from ..core.checks import Checks, decay_pair, flag, nonnegative
from ..core.optimizer import Optimizer
from ..core.sweep import Rule
from ..core.types import Params


def adam(
    g, p, m, v, v_max=None, *,
    t, lr, betas, eps, weight_decay,
):  # fmt: skip
    """One step of Adam: ``(g, p, m, v, v_max)
    -> (p, m, v, v_max)``."""
    b1, b2 = betas
    if weight_decay:
        g = g + weight_decay * p
    m = m + (1 - b1) * (g - m)
    v = b2 * v + (1 - b2) * g * g
    if v_max is not None:
        v_max = maximum(v_max, v)
    v_used = v if v_max is None else v_max
    m_hat = m / (1 - b1**t)
    v_hat = v_used / (1 - b2**t)
    p = p - lr * m_hat / (sqrt(v_hat) + eps)
    return p, m, v, v_max


def adamw(
    g, p, m, v, v_max=None, *,
    t, lr, betas, eps, weight_decay,
):  # fmt: skip
    """One step of AdamW: shrink the parameter,
    then take Adam's step without decay."""
    p = p - lr * weight_decay * p
    return adam(
        g, p, m, v, v_max, t=t, lr=lr,
        betas=betas, eps=eps, weight_decay=0,
    )  # fmt: skip


class Adam(Optimizer):
    r"""Adam; with ``amsgrad=True`` AMSGrad.

    .. math::
        g_t &\leftarrow g_t + \lambda\,\theta_{t-1} \\
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
        v_t &= \beta_2 v_{t-1} + (1-\beta_2)\, g_t^2 \\
        \hat m_t &= m_t / (1-\beta_1^t) \\
        \hat v_t &= v_t / (1-\beta_2^t) \\
        \theta_t &= \theta_{t-1} - \gamma\, \hat m_t \,/\, \bigl(\sqrt{\hat v_t} + \epsilon\bigr)

    AMSGrad puts :math:`\max_{s \le t} v_s` in the place of :math:`v_t` in :math:`\hat v_t`:
    the maximum is taken *before* the correction, as in torch.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-3
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the two averages.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root and after the correction, in units of the gradient.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`. An L2 term added to the gradient, unless decoupled.
    amsgrad : bool, default False
        Never let the second moment shrink.
    maximize : bool, default False
        Climb instead of descend: the gradient is negated first.
    decoupled_weight_decay : bool, default False
        Shrink the parameter by :math:`\gamma\lambda\theta` before the step instead: `AdamW`.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``exp_avg_sq``, with AMSGrad ``max_exp_avg_sq``: two or three
    numbers per parameter. Book: *Bias correction*, *AMSGrad*.

    References
    ----------
    Kingma and Ba (2015), algorithm 1; Reddi, Kale and Kumar (2018), whose algorithm 2 has no
    bias correction.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, eps=nonnegative, weight_decay=nonnegative,
        amsgrad=flag, maximize=flag, decoupled_weight_decay=flag,
    )  # fmt: skip
    rule = adam

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, amsgrad: bool = False, *, maximize: bool = False,
        decoupled_weight_decay: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay,
            amsgrad=amsgrad, maximize=maximize, decoupled_weight_decay=decoupled_weight_decay,
        ))  # fmt: skip

    def rule_for(self, settings: dict[str, Any]) -> Rule:
        return adamw if settings["decoupled_weight_decay"] else adam

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {
            "exp_avg": 0.0,
            "exp_avg_sq": 0.0,
            "max_exp_avg_sq": 0.0 if settings["amsgrad"] else None,
        }


class AdamW(Adam):
    r"""Adam with decoupled weight decay.

    .. math::
        \theta_{t-1} &\leftarrow (1 - \gamma\lambda)\,\theta_{t-1} \\
        \theta_t &= \theta_{t-1} - \gamma\, \hat m_t \,/\, \bigl(\sqrt{\hat v_t} + \epsilon\bigr)

    The moments see the gradient of the loss alone, so that every parameter shrinks at the
    same rate :math:`\gamma\lambda` whatever its gradients. This is *not* L2 regularization.

    Parameters
    ----------
    params, lr, betas, eps, amsgrad, maximize
        As for `Adam`.
    weight_decay : float, default 1e-2
        :math:`\lambda \ge 0`; the relative shrinkage per step is :math:`\gamma\lambda`.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: as for `Adam`. Book: *Decoupled decay*.

    References
    ----------
    Loshchilov and Hutter (2019), algorithm 2. Their decay is scaled by the schedule alone;
    here, as in torch, by the learning rate.
    """

    rule: ClassVar[Rule] = adamw

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 1e-2, amsgrad: bool = False, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True
        )  # fmt: skip

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        super().load_state_dict(state_dict)
        for group in self.param_groups:  # as in torch: what Adam began, AdamW continues with its own decay
            group["decoupled_weight_decay"] = True
