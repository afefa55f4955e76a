"""GaLore: Adam on a projection of the gradient to few dimensions."""

import math
from typing import Any, ClassVar

import numpy as np
from numpy import sqrt
from numpy.linalg import svd

from ..core.checks import Checks, count, decay_pair, nonnegative
from ..core.optimizer import Optimizer
from ..core.state import Held
from ..core.types import Params
from .shampoo import decomposable


def leading(x, rank):
    """The first left singular vectors of x; the
    largest entry of each is positive."""
    u = svd(x, full_matrices=False)[0][:, :rank]
    high, low = u.max(0), u.min(0)
    return np.where(high < -low, -u, u)


def galore(
    g, p, m, v, basis=None, *,
    t, lr, betas, eps, weight_decay,
    rank, update_proj_gap, scale,
):  # fmt: skip
    """One step: ``(g, p, m, v, basis)
    -> (p, m, v, basis)``."""
    b1, b2 = betas
    low = basis is not None
    if low:
        tall = g.shape[0] >= g.shape[1]
        if (t - 1) % update_proj_gap == 0:
            side = g.T if tall else g
            basis = leading(side, rank)
        g = g @ basis if tall else basis.T @ g
    m = m + (1 - b1) * (g - m)
    v = b2 * v + (1 - b2) * g * g
    u = m / (sqrt(v) + eps)
    if low:
        u = u @ basis.T if tall else basis @ u
        u = scale * u
    rate = lr * (1 - b2**t) ** 0.5 / (1 - b1**t)
    p = p - rate * u
    p = p - lr * weight_decay * p
    return p, m, v, basis


def _at_least_one(name: str, value: Any) -> int:
    numbers = count(name, value)
    if numbers == 0:
        raise ValueError(f"{name} must be >= 1, got 0")
    return numbers


def _low(shape: tuple[int, ...], rank: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Shapes of the averages and of the basis of a matrix."""
    n, k = shape
    r = min(rank, n, k)
    return ((n, r), (k, r)) if n >= k else ((r, k), (n, r))


def held_in_low_rank(shape: tuple[int, ...], settings: dict[str, Any]) -> dict[str, Held]:
    """Size of each state: two averages of the projected gradient, and the basis."""
    if len(shape) != 2:
        return {"exp_avg": Held(math.prod(shape)), "exp_avg_sq": Held(math.prod(shape))}
    average, basis = (Held(math.prod(one)) for one in _low(shape, settings["rank"]))
    return {"exp_avg": average, "exp_avg_sq": average, "ortho_matrix": basis}


class GaLore(Optimizer):
    r"""GaLore: Adam whose averages live in a subspace of the gradient.

    For an :math:`n \times k` matrix with :math:`n \ge k`:

    .. math::
        P_t &= \text{the first } r \text{ right singular vectors} \\
        &\text{of } g_t \text{ if } t-1 \text{ is a multiple of } T, \\
        &\text{else } P_{t-1} \\
        G_t &= g_t P_t \\
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, G_t \\
        v_t &= \beta_2 v_{t-1} + (1-\beta_2)\, G_t^2 \\
        \theta_t &= (1-\gamma\lambda)\Bigl(\theta_{t-1} - \gamma\,
        \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\; \alpha\,
        \frac{m_t}{\sqrt{v_t} + \epsilon}\, P_t^\top \Bigr)

    A wide matrix is projected from the left. All of the gradient is computed, and what is not
    in the subspace is dropped: between two renewals the parameter moves in :math:`r` directions
    only. The averages are kept over a renewal, in coordinates that have changed; so the result
    depends on the signs of singular vectors, which are free. Here the largest entry of each is
    positive. Other tensors are trained whole, without :math:`\alpha`.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, not empty, changed in place, or groups of them.
    lr : float, default 1e-3
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the two averages.
    eps : float, default 1e-6
        :math:`\epsilon \ge 0`, outside the root and *before* the correction.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled, after the step.
    rank : int, default 128
        Dimensions :math:`r \ge 1` of the subspace, at most the shorter side.
    update_proj_gap : int, default 200
        Steps :math:`T \ge 1` from one renewal of the subspace to the next.
    scale : float, default 0.25
        Factor :math:`\alpha \ge 0` of the steps of matrices.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``exp_avg_sq`` and ``ortho_matrix``: :math:`2nr + kr` numbers
    for a matrix with :math:`n \ge k`. Book: *Memory*.

    References
    ----------
    Zhao et al. (2024), algorithm 2. Defaults, the place of :math:`\epsilon` and the decay after
    the step are those of the authors' code.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, eps=nonnegative, weight_decay=nonnegative, rank=_at_least_one,
        update_proj_gap=_at_least_one, scale=nonnegative,
    )  # fmt: skip
    rule = galore
    elementwise: ClassVar[bool | None] = False
    shape_state = ("rank",)

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-6,
        weight_decay: float = 0.0, rank: int = 128, update_proj_gap: int = 200, scale: float = 0.25,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, rank=rank, update_proj_gap=update_proj_gap,
            scale=scale,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        if p.ndim != 2:
            return {"exp_avg": 0.0, "exp_avg_sq": 0.0, "ortho_matrix": None}
        n, k = p.shape
        r = min(settings["rank"], n, k)
        average = np.zeros((n, r) if n >= k else (r, k), p.dtype)
        return {"exp_avg": average, "exp_avg_sq": average, "ortho_matrix": np.zeros((min(n, k), r), p.dtype)}

    def check_parameter(self, name: str, p: Any) -> np.ndarray:
        return decomposable(name, super().check_parameter(name, p))
