"""SOAP: Adam in the eigenbasis of Shampoo's statistics."""

from typing import Any, ClassVar

import numpy as np
from numpy import sqrt
from numpy.linalg import eigh

from ..core.checks import Checks, count, decay_pair, nonnegative
from ..core.optimizer import Optimizer
from ..core.types import Params
from .shampoo import along, decomposable, gram


def rotate(x, bases, back=False):
    """A tensor in the coordinates of `bases`, one
    for each axis (empty: left alone), or back."""
    for axis, q in enumerate(bases):
        if q.size:
            x = along(x, q if back else q.T, axis)
    return x


def power_iteration(stat, basis):
    """Eigenvectors nearer to those of `stat`, and
    the order of the old ones by eigenvalue."""
    moved = stat @ basis
    values = (basis * moved).sum(0)
    order = np.argsort(-values, kind="stable")
    return np.linalg.qr(moved[:, order])[0], order


def turned(bases, stats, v):
    """Bases after a power iteration each, and `v`
    with its entries in their order."""
    bases = list(bases)
    for axis, s in enumerate(stats):
        if s.size:
            q = bases[axis]
            q, order = power_iteration(s, q)
            bases[axis] = q
            v = np.take(v, order, axis)
    return bases, v


def soap(
    g, p, m, v, stats, bases, *, t, lr, betas,
    eps, weight_decay, precondition_frequency,
):  # fmt: skip
    """One step of SOAP on a whole tensor:
    ``(g, p, m, v, stats, bases)
    -> (p, m, v, stats, bases)``."""
    b1, b2 = betas
    stats = list(stats)
    for axis, s in enumerate(stats):
        if s.size:
            new = gram(g, axis)
            stats[axis] = b2 * s + (1 - b2) * new
    if t == 1:  # g chooses the axes, and no more
        q = [eigh(s)[1][:, ::-1] for s in stats]
        return p, m, v, stats, q
    t = t - 1
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * rotate(g, bases) ** 2
    u = rotate(m, bases) / (sqrt(v) + eps)
    u = rotate(u, bases, back=True)
    rate = lr * (1 - b2**t) ** 0.5 / (1 - b1**t)
    p = p - rate * u
    p = p - lr * weight_decay * p
    if t % precondition_frequency == 0:
        bases, v = turned(bases, stats, v)
    return p, m, v, stats, bases


def _frequency(name: str, value: Any) -> int:
    steps = count(name, value)
    if steps == 0:
        raise ValueError(f"{name} must be >= 1, got 0")
    return steps


class SOAP(Optimizer):
    r"""SOAP: Shampoo with Adam in the preconditioner's eigenbasis.

    For a matrix:

    .. math::
        L_t &= \beta_2 L_{t-1} + (1-\beta_2)\, g_t\, g_t^\top \\
        &R_t \text{ likewise of } g_t^\top g_t \\
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\
        v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,(Q_L^\top g_t\, Q_R)^2 \\
        \theta_t &= (1-\gamma\lambda)\Bigl(\theta_{t-1} - \gamma\,
        \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\;
        Q_L \frac{Q_L^\top m_t\, Q_R}{\sqrt{v_t} + \epsilon}\, Q_R^\top \Bigr)

    :math:`Q_L, Q_R` approximate the eigenvectors of :math:`L, R`: one power iteration and a QR
    decomposition every few steps. The first gradient only sets them up: there is no step.
    Vectors, and axes that are too long, are not rotated.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, not empty, changed in place, or groups of them.
    lr : float, default 3e-3
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.95, 0.95)
        Decay of the averages; :math:`\beta_2` also of :math:`L` and :math:`R`.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root and *before* the correction.
    weight_decay : float, default 0.01
        :math:`\lambda \ge 0`, decoupled, after the step.
    precondition_frequency : int, default 10
        Steps from one renewal of the eigenvectors to the next.
    max_precond_dim : int, default 10000
        Longest axis that is rotated.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``exp_avg_sq`` and the lists ``GG`` and ``Q``, of one
    :math:`n \times n` matrix for each axis of length :math:`n`: for an :math:`n \times m`
    matrix :math:`2nm + 2n^2 + 2m^2` numbers. Book: *Whole-matrix curvature*.

    References
    ----------
    Vyas et al. (2025), algorithm 3. The first step and the place of :math:`\epsilon` are
    those of the authors' code.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, eps=nonnegative, weight_decay=nonnegative,
        precondition_frequency=_frequency, max_precond_dim=count,
    )  # fmt: skip
    rule = soap
    elementwise: ClassVar[bool | None] = False

    def __init__(
        self, params: Params, lr: float = 3e-3, betas: tuple[float, float] = (0.95, 0.95), eps: float = 1e-8,
        weight_decay: float = 0.01, precondition_frequency: int = 10, max_precond_dim: int = 10000,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay,
            precondition_frequency=precondition_frequency, max_precond_dim=max_precond_dim,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        rotated = [n if p.ndim > 1 and n <= settings["max_precond_dim"] else 0 for n in p.shape]
        square = [np.zeros((n, n), p.dtype) for n in rotated]
        return {"exp_avg": 0.0, "exp_avg_sq": 0.0, "GG": square, "Q": square}

    def check_parameter(self, name: str, p: Any) -> np.ndarray:
        return decomposable(name, super().check_parameter(name, p))
