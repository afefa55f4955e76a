"""Adafactor: the second moment of a matrix from the means of its rows and columns."""

from typing import Any, ClassVar

import numpy as np
from numpy import finfo, maximum, sqrt

from ..core import checks
from ..core.checks import Checks, flag, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params
from .lars import norm


def rms(x: np.ndarray) -> float:
    """Root mean square; 0 for an empty array."""
    root: float = x.size**0.5
    return norm(x) / root if root else 0.0


def adafactor(
    g, p, row, col, v, *,
    t, lr, beta2_decay, eps, d, weight_decay,
):  # fmt: skip
    """One step of Adafactor on a whole tensor:
    ``(g, p, row, col, v)
    -> (p, row, col, v)``."""
    eps1, eps2 = eps
    if eps1 is None:
        eps1 = float(finfo(g.dtype).eps)
    alpha = max(eps2, rms(p)) * min(lr, t**-0.5)
    p = p - lr * weight_decay * p
    fresh = t**beta2_decay  # weight of g²: 1 - β₂
    if g.ndim > 1:
        squares = g * g
        rows = squares.mean(-1, keepdims=True)
        cols = squares.mean(-2, keepdims=True)
        row = row + fresh * (rows - row)
        col = col + fresh * (cols - col)
        mean = row.mean(-2, keepdims=True)
        v_hat = row / maximum(mean, eps1) * col
    else:
        v_hat = v = v + fresh * (g * g - v)
    u = g / sqrt(maximum(v_hat, eps1 * eps1))
    rate = alpha / max(1.0, rms(u) / d)
    return p - rate * u, row, col, v


def _eps(name: str, value: Any) -> tuple[float | None, float]:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"{name} must be a pair (eps1 or None, eps2), got {value!r}")
    first = None if value[0] is None else nonnegative(f"{name}[0]", value[0])
    return first, nonnegative(f"{name}[1]", value[1])


def _nonpositive(name: str, value: Any) -> float:
    power = checks.number(name, value)
    if power > 0:
        raise ValueError(f"{name} must be <= 0, got {power!r}")
    return power


def _at_least_one(name: str, value: Any) -> float:
    threshold = checks.number(name, value)
    if threshold < 1:
        raise ValueError(f"{name} must be >= 1, got {threshold!r}")
    return threshold


class Adafactor(Optimizer):
    r"""Adafactor, without first moment.

    .. math::
        \beta_{2,t} &= 1 - t^{\tau} \\
        \rho_t &= \min(\gamma, 1/\sqrt t) \\
        \alpha_t &= \max\bigl(\epsilon_2, \mathrm{RMS}(\theta_{t-1})\bigr)\, \rho_t \\
        R_t &= \beta_{2,t} R_{t-1} + (1-\beta_{2,t})\, \text{row means of } g_t^2 \\
        &C_t \text{ likewise for columns} \\
        \hat V_t &= R_t\, C_t \,/\, \text{mean of } R_t \\
        u_t &= g_t / \sqrt{\hat V_t} \\
        \theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \alpha_t\, u_t / \max(1, \mathrm{RMS}(u_t)/d)

    Tensors with more than two axes are factored over the last two. Vectors and numbers keep
    their full second moment.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-2
        :math:`\gamma \ge 0`, upper bound of the *relative* step :math:`\rho_t`.
    beta2_decay : float, default -0.8
        :math:`\tau \le 0`.
    eps : (float or None, float), default (None, 1e-3)
        :math:`\epsilon_1`, lower bound of :math:`\sqrt{\hat V}` (None: the spacing of the
        floats at 1), and :math:`\epsilon_2`, lower bound of the parameter's RMS.
    d : float, default 1.0
        Clipping threshold :math:`d \ge 1` of the RMS of :math:`u_t`.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled.
    maximize : bool, default False
        Climb instead of descend: the gradient is negated first.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step`` and, for an :math:`n \times m` matrix, ``row_var``, ``col_var`` with
    :math:`n + m` numbers; ``variance`` for vectors. Book: *Factored memory*.

    References
    ----------
    Shazeer and Stern (2018), algorithms 4 and 5; ``lr`` and the place of :math:`\epsilon_1`
    are torch's.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, beta2_decay=_nonpositive, eps=_eps, d=_at_least_one, weight_decay=nonnegative, maximize=flag
    )  # fmt: skip
    rule = adafactor
    elementwise: ClassVar[bool | None] = False

    def __init__(
        self, params: Params, lr: float = 1e-2, beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3), d: float = 1.0, weight_decay: float = 0.0, *,
        maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, beta2_decay=beta2_decay, eps=eps, d=d, weight_decay=weight_decay, maximize=maximize
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        if p.ndim < 2:
            return {"row_var": None, "col_var": None, "variance": 0.0}
        *batch, n, m = p.shape
        return {
            "row_var": np.zeros((*batch, n, 1), p.dtype),
            "col_var": np.zeros((*batch, 1, m), p.dtype),
            "variance": None,
        }

    def check_parameter(self, name: str, p: Any) -> np.ndarray:
        return checks.nonempty(name, super().check_parameter(name, p))
