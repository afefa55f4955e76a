"""Muon: momentum whose singular values are all set to about one."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core import checks
from ..core.checks import Checks, decay, flag, nonnegative, number
from ..core.optimizer import Optimizer
from ..core.types import Params
from .lars import norm

QUINTIC = (3.4445, -4.775, 2.0315)
"""Coefficients of Jordan et al., the same at every iteration."""

_PAPER = (
    (8.28721201814563, -23.595886519098837, 17.300387312530933),
    (4.107059111542203, -2.9478499167379106, 0.5448431082926601),
    (3.9486908534822946, -2.908902115962949, 0.5518191394370137),
    (3.3184196573706015, -2.488488024314874, 0.51004894012372),
    (2.300652019954817, -1.6689039845747493, 0.4188073119525673),
    (1.891301407787398, -1.2679958271945868, 0.37680408948524835),
    (1.8750014808534479, -1.2500016453999487, 0.3750001645474248),
)


def _of_scaled(triple: tuple[float, float, float], factor: float) -> tuple[float, float, float]:
    """The polynomial of x/factor."""
    a, b, c = triple
    return a / factor, b / factor**3, c / factor**5


POLAR_EXPRESS = (
    _of_scaled(_PAPER[0], 1.01**2), *(_of_scaled(triple, 1.01) for triple in _PAPER[1:]), (1.875, -1.25, 0.375),
)  # fmt: skip
"""A schedule for ``ns_coefficients``: at each iteration the quintic that is best for what the ones before it have left
of [0.001, 1]. Each is taken at x/1.01, a margin for bfloat16, and the first at x/1.01² as the paper divides its input
too. Amsel et al. (2025), algorithm 1."""

HYBRID = (QUINTIC,) * 8 + ((2.0, -1.5, 0.5),) * 2
"""A schedule for ``ns_coefficients`` with ``ns_steps=10``: eight fast iterations, and two that converge to one."""


def newton_schulz(x, coefficients, steps, eps):
    """An odd polynomial, applied again and again
    to the singular values of a matrix."""
    n, m = x.shape
    wide = x if n <= m else x.T
    size = float(np.linalg.norm(wide))
    wide = wide / max(size, eps)
    for a, b, c in each(coefficients, steps):
        gram = wide @ wide.T
        even = b * gram + c * gram @ gram
        wide = a * wide + even @ wide
    return wide if n <= m else wide.T


def each(coefficients, steps):
    """Coefficients of each iteration; the last
    ones of a schedule are repeated."""
    first = coefficients[0]
    if not isinstance(first, (tuple, list)):
        coefficients = [coefficients]
    last = len(coefficients) - 1
    return [
        coefficients[min(k, last)]
        for k in range(steps)
    ]  # fmt: skip


def rows_alike(u, v, beta2):
    """NorMuon: rows divided by their running RMS,
    and the norm of the whole as it was."""
    squares = (u * u).mean(1, keepdims=True)
    v = beta2 * v + (1 - beta2) * squares
    w = u / (sqrt(v) + 1e-10)
    return norm(u) / (norm(w) + 1e-10) * w, v


def muon(
    g, p, buf, v=None, *,
    lr, weight_decay, momentum, nesterov,
    ns_coefficients, eps, ns_steps,
    adjust_lr_fn, beta2,
):  # fmt: skip
    """One step of Muon on a matrix:
    ``(g, p, buf, v) -> (p, buf, v)``."""
    n, m = p.shape
    buf = buf + (1 - momentum) * (g - buf)
    direction = (
        g + momentum * (buf - g)
        if nesterov else buf
    )  # fmt: skip
    u = newton_schulz(
        direction, ns_coefficients, ns_steps, eps
    )  # fmt: skip
    if v is not None:
        u, v = rows_alike(u, v, beta2)
    scale = max(1.0, n / m) ** 0.5
    if adjust_lr_fn == "match_rms_adamw":
        scale = 0.2 * max(n, m) ** 0.5
    elif adjust_lr_fn == "spectral_norm":
        scale = (n / m) ** 0.5
    p = p - lr * weight_decay * p - lr * scale * u
    return p, buf, v


def _three(name: str, value: Any) -> tuple[float, float, float]:
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        raise ValueError(f"{name} must have exactly 3 values, got {value!r}")
    return tuple(number(f"{name}[{k}]", x) for k, x in enumerate(value))  # type: ignore[return-value]


def _coefficients(name: str, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, (tuple, list)) or not any(isinstance(item, (tuple, list)) for item in value):
        return _three(name, value)
    return tuple(_three(f"{name}[{k}]", item) for k, item in enumerate(value))


def _beta2(name: str, value: Any) -> float | None:
    return None if value is None else decay(name, value)


def _below_hundred(name: str, value: Any) -> int:
    steps = checks.count(name, value)
    if steps >= 100:
        raise ValueError(f"{name} must be less than 100, got {steps!r}")
    return steps


def _adjustment(name: str, value: Any) -> Any:
    known = ("original", "match_rms_adamw", "spectral_norm")
    if not (value is None or isinstance(value, str) and value in known):
        raise ValueError(f"{name} must be None, 'original', 'match_rms_adamw' or 'spectral_norm', got {value!r}")
    return value


class Muon(Optimizer):
    r"""Muon: momentum, orthogonalized by Newton–Schulz. For matrices only.

    .. math::
        b_t &= \mu\, b_{t-1} + (1-\mu)\, g_t \\
        d_t &= \mu\, b_t + (1-\mu)\, g_t \;\text{(Nesterov)} \\
        X_0 &= d_t / \lVert d_t \rVert_F \\
        X_{k+1} &= a X_k + b\,(X_k X_k^\top) X_k + c\,(X_k X_k^\top)^2 X_k \\
        \theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - s\,\gamma\, X_K

    With ``beta2`` it is NorMuon: each row :math:`x_i` of :math:`X_K` is divided by its running
    RMS, and the whole is brought back to its norm.

    .. math::
        v_{t,i} &= \beta_2 v_{t-1,i} + (1-\beta_2)\,\mathrm{mean}(x_i^2) \\
        y_i &= x_i / (\sqrt{v_{t,i}} + 10^{-10}) \\
        X_K &\leftarrow Y\, \lVert X_K \rVert_F / (\lVert Y \rVert_F + 10^{-10})

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
        of them do not converge to one. Or a schedule, a list of such triples, one for each
        step, the last one repeated: `POLAR_EXPRESS` and `HYBRID` in ``optedu.optim.muon``.
    eps : float, default 1e-7
        Lower bound of the norm divided by.
    ns_steps : int, default 5
        :math:`K`, less than 100.
    adjust_lr_fn : {None, "original", "match_rms_adamw", "spectral_norm"}, default None
        :math:`s`: :math:`\sqrt{\max(1, n/m)}` (None is the same);
        :math:`0.2\sqrt{\max(n, m)}`, which makes the RMS of a step like AdamW's (Moonlight); or
        :math:`\sqrt{n/m}`, with which the step has norm :math:`\gamma` as a map between
        RMS norms, and the rate carries over to other widths. The last one is not torch's.
    beta2 : float, optional
        :math:`\beta_2 \in [0, 1)` of NorMuon; without it rows are left alone. It is not torch's.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``momentum_buffer``, one number per parameter; with ``beta2`` also
    ``second_momentum_buffer``, one per row. torch runs the iteration in bfloat16; here it
    runs in the precision of the parameter. Book: *Orthogonal updates*.

    SCION on a matrix, with radius :math:`\rho` and weight :math:`\alpha` of the new gradient, is
    ``lr=γρ``, ``weight_decay=1/ρ``, ``momentum=1-α``, ``nesterov=False`` and "spectral_norm".

    References
    ----------
    Jordan et al. (2024); Liu et al. (2025) for the decay and the second scale; Pethick et al.
    (2025) for the third; Li et al. (2025), in the form of the authors' code, for NorMuon.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, weight_decay=nonnegative, momentum=nonnegative, nesterov=flag,
        ns_coefficients=_coefficients, eps=number, ns_steps=_below_hundred, adjust_lr_fn=_adjustment, beta2=_beta2,
    )  # fmt: skip
    rule = muon
    elementwise: ClassVar[bool | None] = False
    counts_steps = False

    def __init__(
        self, params: Params, lr: float = 1e-3, weight_decay: float = 0.1, momentum: float = 0.95,
        nesterov: bool = True, ns_coefficients: tuple[Any, ...] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7, ns_steps: int = 5, adjust_lr_fn: str | None = None, *, beta2: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, weight_decay=weight_decay, momentum=momentum, nesterov=nesterov,
            ns_coefficients=ns_coefficients, eps=eps, ns_steps=ns_steps, adjust_lr_fn=adjust_lr_fn,
            beta2=beta2,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        rows = None if settings["beta2"] is None else np.zeros((len(p), 1), p.dtype)
        return {"momentum_buffer": 0.0, "second_momentum_buffer": rows}

    def check_parameter(self, name: str, p: Any) -> np.ndarray:
        matrix = super().check_parameter(name, p)
        if matrix.ndim != 2:
            raise ValueError(f"{name} must be a matrix (2-d), got shape {matrix.shape}: train the others with AdamW")
        return checks.nonempty(name, matrix)

    def check_group(self, saved: Mapping[str, Any], where: str) -> dict[str, Any]:
        return super().check_group({"beta2": None, **saved}, where)  # torch's have none
