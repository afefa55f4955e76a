"""Muon: momentum whose singular values are all set to about one."""

from typing import Any, ClassVar

import numpy as np

from ..core import checks
from ..core.checks import Checks, flag, nonnegative, number
from ..core.optimizer import Optimizer
from ..core.types import Params


def newton_schulz(x, coefficients, steps, eps):
    """An odd polynomial, applied again and again to the singular values of a matrix."""
    a, b, c = coefficients
    wide = x if x.shape[0] <= x.shape[1] else x.T
    wide = wide / max(float(np.linalg.norm(wide)), eps)
    for _ in range(steps):
        gram = wide @ wide.T
        wide = a * wide + (b * gram + c * gram @ gram) @ wide
    return wide if x.shape[0] <= x.shape[1] else wide.T


def muon(
    g, p, buf, *, lr, weight_decay, momentum, nesterov, ns_coefficients, eps, ns_steps, adjust_lr_fn
):  # fmt: skip
    """One step of Muon on a matrix: ``(g, p, buf) -> (p, buf)``."""
    n, m = p.shape
    buf = buf + (1 - momentum) * (g - buf)
    direction = g + momentum * (buf - g) if nesterov else buf
    u = newton_schulz(direction, ns_coefficients, ns_steps, eps)
    scale = 0.2 * max(n, m) ** 0.5 if adjust_lr_fn == "match_rms_adamw" else max(1.0, n / m) ** 0.5
    return p - lr * weight_decay * p - lr * scale * u, buf


def _three(name: str, value: Any) -> tuple[float, float, float]:
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        raise ValueError(f"{name} must have exactly 3 values, got {value!r}")
    return tuple(number(f"{name}[{k}]", x) for k, x in enumerate(value))  # type: ignore[return-value]


def _below_hundred(name: str, value: Any) -> int:
    steps = checks.count(name, value)
    if steps >= 100:
        raise ValueError(f"{name} must be less than 100, got {steps!r}")
    return steps


def _adjustment(name: str, value: Any) -> Any:
    if value not in (None, "original", "match_rms_adamw"):
        raise ValueError(f"{name} must be None, 'original' or 'match_rms_adamw', got {value!r}")
    return value


class Muon(Optimizer):
    r"""Muon: momentum, orthogonalized by Newton–Schulz. For matrices only.

    .. math::
        b_t &= \mu\, b_{t-1} + (1-\mu)\, g_t, \qquad
        d_t = \mu\, b_t + (1-\mu)\, g_t \;\text{(Nesterov)} \\
        X_0 &= d_t / \lVert d_t \rVert_F, \qquad
        X_{k+1} = a X_k + b\,(X_k X_k^\top) X_k + c\,(X_k X_k^\top)^2 X_k \\
        \theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - s\,\gamma\, X_K

    Parameters
    ----------
    params : iterable of array or of dict
        Float matrices, changed in place, or groups of them.
    lr : float, default 1e-3
        Learning rate :math:`\gamma \ge 0`.
    weight_decay : float, default 0.1
        :math:`\lambda \ge 0`, decoupled.
    momentum : float, default 0.95
        :math:`\mu \ge 0`; the buffer is an average.
    nesterov : bool, default True
        Look ahead.
    ns_coefficients : (float, float, float), default (3.4445, -4.775, 2.0315)
        :math:`a, b, c`. Five steps push singular values of [0.01, 1] into [0.68, 1.14]; more
        of them do not converge to one.
    eps : float, default 1e-7
        Lower bound of the norm divided by.
    ns_steps : int, default 5
        :math:`K`, less than 100.
    adjust_lr_fn : {None, "original", "match_rms_adamw"}, default None
        :math:`s`: :math:`\sqrt{\max(1, n/m)}` (None is the same), or
        :math:`0.2\sqrt{\max(n, m)}`, which makes the RMS of a step like AdamW's.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``momentum_buffer``, one number per parameter. torch runs the iteration in
    bfloat16; here it runs in the precision of the parameter. Book: *Orthogonal updates*.

    References
    ----------
    Jordan et al. (2024); Liu et al. (2025) for the decay and the second scale.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, weight_decay=nonnegative, momentum=nonnegative, nesterov=flag,
        ns_coefficients=_three, eps=number, ns_steps=_below_hundred, adjust_lr_fn=_adjustment,
    )  # fmt: skip
    rule = muon
    elementwise: ClassVar[bool | None] = False
    counts_steps = False

    def __init__(
        self, params: Params, lr: float = 1e-3, weight_decay: float = 0.1, momentum: float = 0.95,
        nesterov: bool = True, ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7, ns_steps: int = 5, adjust_lr_fn: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, weight_decay=weight_decay, momentum=momentum, nesterov=nesterov,
            ns_coefficients=ns_coefficients, eps=eps, ns_steps=ns_steps, adjust_lr_fn=adjust_lr_fn,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"momentum_buffer": 0.0}

    def check_parameter(self, name: str, p: Any) -> np.ndarray:
        matrix = super().check_parameter(name, p)
        if matrix.ndim != 2:
            raise ValueError(f"{name} must be a matrix (2-d), got shape {matrix.shape}: train the others with AdamW")
        return matrix
