"""AdEMAMix: Adam with a second, much longer memory of the gradient."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, count, decay, nonnegative
from ..core.optimizer import Optimizer
from ..core.tracing import log
from ..core.types import Params


def warmed_up(t, b1, b3, alpha, t_alpha_beta3):
    """Decay and weight of the slow average."""
    s = min(1.0, t / t_alpha_beta3)
    ratio = log(b3) / log(b1)
    b3_t = b3 ** (1 / (s + (1 - s) * ratio))
    return min(b3, b3_t), s * alpha


def ademamix(
    g, p, m, slow, v, *,
    t, lr, betas, alpha, t_alpha_beta3,
    eps, weight_decay,
):  # fmt: skip
    """One step: ``(g, p, m, slow, v)
    -> (p, m, slow, v)``."""
    b1, b2, b3 = betas
    if t_alpha_beta3:
        b3, alpha = warmed_up(
            t, b1, b3, alpha, t_alpha_beta3
        )  # fmt: skip
    m = m + (1 - b1) * (g - m)
    slow = slow + (1 - b3) * (g - slow)
    v = b2 * v + (1 - b2) * g * g
    m_hat = m / (1 - b1**t)
    v_hat = v / (1 - b2**t)
    ahead = m_hat + alpha * slow
    u = ahead / (sqrt(v_hat) + eps)
    p = p - lr * weight_decay * p
    return p - lr * u, m, slow, v


def _three_decays(name: str, value: Any) -> tuple[float, float, float]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise TypeError(f"{name} must be three numbers, got {value!r}")
    if len(value) != 3:
        raise ValueError(f"{name} must have exactly 3 values, got {value!r}")
    return tuple(decay(f"{name}[{k}]", x) for k, x in enumerate(value))  # type: ignore[return-value]


def _steps(name: str, value: Any) -> int | None:
    if value is not None and count(name, value) == 0:
        raise ValueError(f"{name} must be None or >= 1, got 0")
    return None if value is None else int(value)


class AdEMAMix(Optimizer):
    r"""AdEMAMix: AdamW with a fast and a slow average of the gradient.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
        n_t &= \beta_{3,t}\, n_{t-1} + (1-\beta_{3,t})\, g_t \\
        v_t &= \beta_2 v_{t-1} + (1-\beta_2)\, g_t^2 \\
        \theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \gamma\,
        \frac{m_t / (1-\beta_1^t) + \alpha_t\, n_t}{\sqrt{v_t / (1-\beta_2^t)} + \epsilon}

    The slow average :math:`n` is not corrected for its start at zero, so that it comes in
    gradually. With a warm-up over :math:`T` steps its weight :math:`\alpha_t` rises linearly,
    and its memory grows from that of :math:`\beta_1` to that of :math:`\beta_3`, evenly in
    :math:`1/\ln\beta`, which is nearly its half-life:

    .. math::
        \alpha_t &= \alpha\, s \\
        \frac{1}{\ln\beta_{3,t}} &= \frac{1-s}{\ln\beta_1} + \frac{s}{\ln\beta_3} \\
        s &= \min(1,\, t/T) \\
        &\beta_{3,t} \le \beta_3

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-3
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float, float), default (0.9, 0.999, 0.9999)
        Decay :math:`\beta_1, \beta_2, \beta_3 \in [0, 1)` of the fast average, of the squares
        and of the slow average.
    alpha : float, default 5.0
        Weight :math:`\alpha \ge 0` of the slow average.
    t_alpha_beta3 : int, optional
        Steps :math:`T \ge 1` of the warm-up, in the paper all steps of the run; without it
        :math:`\alpha` and :math:`\beta_3` hold from the start.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root and after the correction, in units of the gradient.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it. A warm-up needs
        :math:`\beta_1` and :math:`\beta_3` above 0.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``exp_avg_slow``, ``exp_avg_sq``: three numbers per
    parameter.

    References
    ----------
    Pagliardini, Ablin and Grangier (2025), algorithm 1. The authors' code takes the half-life
    plus a constant in the place of :math:`1/\ln\beta`: the same curve but for rounding.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=_three_decays, alpha=nonnegative, t_alpha_beta3=_steps,
        eps=nonnegative, weight_decay=nonnegative,
    )  # fmt: skip
    rule = ademamix

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float, float] = (0.9, 0.999, 0.9999),
        alpha: float = 5.0, t_alpha_beta3: int | None = None, eps: float = 1e-8, weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, alpha=alpha, t_alpha_beta3=t_alpha_beta3, eps=eps, weight_decay=weight_decay
        ))  # fmt: skip

    def check_together(self, settings: dict[str, Any]) -> None:
        for k in (0, 2):
            if settings["t_alpha_beta3"] and not settings["betas"][k]:
                raise ValueError(f"betas[{k}] must be > 0 for a warm-up, got 0.0: its logarithm is taken")

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0, "exp_avg_slow": 0.0, "exp_avg_sq": 0.0}
