"""Shampoo: AdaGrad with a full matrix for each axis of a tensor."""

from typing import Any, ClassVar

import numpy as np

from ..core import checks
from ..core.checks import Checks, nonnegative, positive
from ..core.optimizer import Optimizer
from ..core.types import Params


def gram(x, axis):
    """``X Xᵀ``, x unfolded along an axis."""
    rows = np.moveaxis(x, axis, 0)
    rows = rows.reshape(x.shape[axis], -1)
    return rows @ rows.T


def along(x, matrix, axis):
    """A tensor, `matrix` applied to one axis."""
    moved = np.tensordot(matrix, x, (1, axis))
    return np.moveaxis(moved, 0, axis)


def inverse_root(matrix, k, least):
    """``matrix^(-1/k)`` of a symmetric matrix
    whose eigenvalues are not below `least`."""
    values, vectors = np.linalg.eigh(matrix)
    powers = np.maximum(values, least) ** (-1 / k)
    return vectors * powers @ vectors.T


def shampoo(
    g, p, stats, *, lr, eps, weight_decay
):  # fmt: skip
    """One step of Shampoo on a whole tensor:
    ``(g, p, stats) -> (p, stats)``."""
    p = p - lr * weight_decay * p
    u = g = g if g.ndim else g.reshape(1)
    stats = [
        s + gram(g, axis)
        for axis, s in enumerate(stats)
    ]  # fmt: skip
    for axis, s in enumerate(stats):
        root = inverse_root(s, 2 * g.ndim, eps)
        u = along(u, root, axis)
    return p - lr * u.reshape(p.shape), stats


def decomposable(name: str, p: np.ndarray) -> np.ndarray:
    """A parameter of a dtype in which NumPy has eigenvectors, and that is not empty."""
    if p.dtype not in (np.float32, np.float64):
        raise TypeError(f"{name} has dtype {p.dtype}, in which there are no matrix decompositions: use float32")
    return checks.nonempty(name, p)


class Shampoo(Optimizer):
    r"""Shampoo.

    For a matrix:

    .. math::
        L_t &= L_{t-1} + g_t\, g_t^\top \\
        R_t &= R_{t-1} + g_t^\top g_t \\
        L_0 &= \epsilon I,\; R_0 = \epsilon I \\
        \theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \gamma\, L_t^{-1/4}\, g_t\, R_t^{-1/4}

    A tensor with :math:`k` axes has a statistic for each of them, and the power
    :math:`-1/(2k)`: a vector gets full-matrix AdaGrad.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, not empty, changed in place, or groups of them.
    lr : float, default 0.1
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    eps : float, default 1e-6
        :math:`\epsilon > 0`, in units of the squared gradient.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``preconditioner``, a list with one :math:`n \times n` matrix per axis of length
    :math:`n`. The roots cost :math:`O(n^3)` at every step: large models renew them every
    hundred steps or so, and split long axes. Book: *Whole-matrix curvature*.

    References
    ----------
    Gupta, Koren and Singer (2018), algorithms 1 and 2. Implementations for large models add
    grafting of another method's step length, averages in the place of sums, and blocks.
    """

    settings: ClassVar[Checks] = dict(lr=nonnegative, eps=positive, weight_decay=nonnegative)
    rule = shampoo
    elementwise: ClassVar[bool | None] = False
    counts_steps = False

    def __init__(self, params: Params, lr: float = 0.1, eps: float = 1e-6, weight_decay: float = 0.0) -> None:
        super().__init__(params, dict(lr=lr, eps=eps, weight_decay=weight_decay))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"preconditioner": [settings["eps"] * np.eye(n, dtype=p.dtype) for n in p.shape or (1,)]}

    def check_parameter(self, name: str, p: Any) -> np.ndarray:
        return decomposable(name, super().check_parameter(name, p))
