"""PSGD with Kronecker factors: a preconditioner that is fitted step by step, without roots."""

import math
from typing import Any, ClassVar

import numpy as np
from numpy.linalg import inv

from ..core.checks import Checks, count, decay, nonnegative, number
from ..core.optimizer import Optimizer
from ..core.state import Held, Scalar
from ..core.types import Params
from .adafactor import rms
from .lars import norm
from .shampoo import decomposable, gram


def on_each_axis(x, factors, undo=False):
    """A tensor with every factor applied to its
    axis; or with their transposed inverses."""
    for axis, q in enumerate(factors):
        x = np.moveaxis(x, axis, -1)
        if q.ndim == 2:
            x = x @ (inv(q) if undo else q.T)
        elif undo:  # q is a diagonal
            x = x / q
        else:
            x = x * q
        x = np.moveaxis(x, -1, axis)
    return x


def norm_bound(s):
    """A lower bound of the spectral norm of a
    symmetric matrix, from its largest column."""
    most = abs(s).max()
    s = s / most
    x = s @ s[:, (s * s).sum(0).argmax()]
    return most * norm(s @ x) / norm(x)


def fitted(factors, g, v, rate):
    """The factors after a step toward those with
    which g and the noise v become alike."""
    a = on_each_axis(g, factors)
    b = on_each_axis(v, factors, undo=True)
    new = []
    for axis, q in enumerate(factors):
        aa, bb = gram(a, axis), gram(b, axis)
        if q.ndim == 1:
            aa, bb = aa.diagonal(), bb.diagonal()
            step = (aa - bb) / (aa + bb).max() * q
        else:
            step = np.triu(aa - bb) @ q
            step = step / norm_bound(aa + bb)
        new.append(q - rate * step)
    return new


def balanced(factors):
    """The same product, of factors whose largest
    numbers are equal."""
    sizes = [abs(q).max() for q in factors]
    mean = np.exp(np.mean(np.log(sizes)))
    pairs = zip(factors, sizes, strict=True)
    return [q * (mean / size) for q, size in pairs]


def update_probability(t):
    """How often the factors are fitted: always for
    500 steps, then ever more rarely, to 3%."""
    return max(0.03, min(1.0, math.exp((501 - t) / 1000)))


def whitened(u, factors):
    """Each axis times its factor, then times its
    transpose."""
    u = on_each_axis(u, factors)
    return on_each_axis(u, [q.T for q in factors])


def noise(shape, dtype, seed, t):
    """Standard normal numbers of this step."""
    rng = np.random.default_rng([seed, t])
    return rng.standard_normal(shape, dtype)


def kron(
    g, p, m, factors, waited, *,
    t, lr, b1, weight_decay, precond_lr, seed,
    preconditioner_update_probability,
):  # fmt: skip
    """One step: ``(g, p, m, factors, waited)
    -> (p, m, factors, waited)``."""
    m = b1 * m + (1 - b1) * g
    u = (m / (1 - b1**t)).reshape(p.shape or 1)
    often = preconditioner_update_probability
    often = often or update_probability(t)
    waited = waited + 1
    if waited >= 1 / often:
        waited = 0.0
        v = noise(u.shape, g.dtype, seed, t)
        u = u + 2**-11.5 * abs(u).mean() * v
        rate = precond_lr
        factors = fitted(factors, u, v, rate)
    if t % 100 == 0:
        factors = balanced(factors)
    u = whitened(u, factors)
    u = min(1.0, 1.1 / (rms(u) + 1e-12)) * u
    u = u.reshape(p.shape)
    if p.ndim > 1:
        u = u + weight_decay * p
    return p - lr * u, m, factors, waited


def _share(name: str, value: Any) -> float | None:
    if value is None:
        return None
    share = number(name, value)
    if not 0 < share <= 1:
        raise ValueError(f"{name} must be None or in (0, 1], got {share!r}")
    return share


def _triangular(shape: tuple[int, ...], settings: dict[str, Any]) -> list[bool]:
    """Which axes get a triangular matrix; the others a diagonal."""
    most, axes = settings["max_size_triangular"], settings["min_ndim_triangular"]
    return [len(shape) >= axes and 1 < n <= most for n in shape or (1,)]


def held_by_factors(shape: tuple[int, ...], settings: dict[str, Any]) -> dict[str, Held]:
    """Size of each state: the momentum, and a number or a row of them for each place on an axis."""
    sizes = zip(shape or (1,), _triangular(shape, settings), strict=True)
    return {
        "momentum_buffer": Held(math.prod(shape)),
        "Q": Held(sum(n * n if whole else n for n, whole in sizes)),
    }


class Kron(Optimizer):
    r"""PSGD-Kron: a whitening preconditioner with one factor per axis.

    For a matrix, with :math:`\hat m` the average of the gradient, :math:`V` standard normal
    noise, and :math:`G = \hat m + \sqrt{\epsilon}\,\mathrm{mean}|\hat m|\, V`:

    .. math::
        A &= L\, G\, R^\top \\
        B &= L^{-\top} V R^{-1} \\
        L &\leftarrow L - \mu\,
        \frac{\mathrm{triu}(A A^\top - B B^\top)}{\lVert A A^\top + B B^\top \rVert}\, L \\
        &R \text{ likewise with } A^\top A,\; B^\top B \\
        u &= L^\top L\, G\, R^\top R \\
        \theta_t &= \theta_{t-1} - \gamma\Bigl(u \min\bigl(1, \tfrac{1.1}{\mathrm{RMS}(u)}\bigr)
        + \lambda\,\theta_{t-1}\Bigr)

    :math:`L` and :math:`R` are upper triangular and begin as the identity. Where they rest,
    :math:`\mathbb E AA^\top = \mathbb E BB^\top`: then :math:`P = L^\top L \otimes R^\top R` is
    near :math:`\mathbb E[gg^\top]^{-1/2}`, the whitening that Shampoo takes from roots of
    averages. The steps are relative, so :math:`L` stays invertible, and no eigenvalues are needed.

    A tensor has one factor for each axis. A vector, an axis of length 1 and one that is too
    long have a diagonal factor. The norm in the denominator is a lower bound of the spectral
    norm. Every hundred steps the factors are made equally large, which leaves their product.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, not empty, changed in place, or groups of them.
    lr : float, default 3e-4
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    b1 : float, default 0.9
        Decay :math:`\beta_1 \in [0, 1)` of the average, which is corrected for its start at zero.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled, for parameters with two axes or more.
    preconditioner_update_probability : float, optional
        Share of the steps, above 0, that fit the factors, evenly spread: one in four for 0.25.
        If not given: all of the first 500 steps, then fewer, and 3% from step 4,000 on.
    max_size_triangular : int, default 8192
        Longest axis that has a triangular factor.
    min_ndim_triangular : int, default 2
        Least number of axes of a parameter with triangular factors.
    precond_lr : float, default 0.1
        Learning rate :math:`\mu \ge 0` of the factors, relative.
    seed : int, default 0
        Of the noise. It is drawn anew at each step, from the seed and the number of the step.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``momentum_buffer``, the list ``Q`` of factors and ``update_counter``: for
    an :math:`n \times m` matrix :math:`nm + n^2 + m^2` numbers. Book: *A preconditioner that is fitted*.

    References
    ----------
    Li (2018); Pooladzandi and Li (2024). Names, defaults, damping (:math:`\epsilon = 2^{-23}`)
    and clip are those of kron_torch, which merges the axes of a tensor into two and balances
    at random steps.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, b1=decay, weight_decay=nonnegative, preconditioner_update_probability=_share,
        max_size_triangular=count, min_ndim_triangular=count, precond_lr=nonnegative, seed=count,
    )  # fmt: skip
    rule = kron
    elementwise: ClassVar[bool | None] = False
    shape_state = ("max_size_triangular", "min_ndim_triangular")

    def __init__(
        self, params: Params, lr: float = 3e-4, b1: float = 0.9, weight_decay: float = 0.0,
        preconditioner_update_probability: float | None = None, max_size_triangular: int = 8192,
        min_ndim_triangular: int = 2, precond_lr: float = 0.1, seed: int = 0,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, b1=b1, weight_decay=weight_decay,
            preconditioner_update_probability=preconditioner_update_probability,
            max_size_triangular=max_size_triangular, min_ndim_triangular=min_ndim_triangular,
            precond_lr=precond_lr, seed=seed,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        axes = zip(p.shape or (1,), _triangular(p.shape, settings), strict=True)
        factors = [np.eye(n, dtype=p.dtype) if whole else np.ones(n, p.dtype) for n, whole in axes]
        return {"momentum_buffer": 0.0, "Q": factors, "update_counter": Scalar(0)}

    def check_parameter(self, name: str, p: Any) -> np.ndarray:
        return decomposable(name, super().check_parameter(name, p))
