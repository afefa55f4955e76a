"""SparseAdam: Adam that touches only the rows that have a gradient."""

from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, decay_pair, flag, positive
from ..core.optimizer import Optimizer, Plan
from ..core.types import Params


class SparseGrad(NamedTuple):
    """A gradient that is zero but for some rows.

    Attributes
    ----------
    indices : array of int, shape (k,)
        Rows of the parameter. A row that occurs more than once has its values summed.
    values : array, shape (k, ...)
        Gradients of these rows.
    """

    indices: np.ndarray
    values: np.ndarray


def sparse_adam(g, p, m, v, *, t, lr, betas, eps):
    """One step of Adam on some rows:
    ``(g, p, m, v) -> (p, m, v)``."""
    b1, b2 = betas
    m = m + (1 - b1) * (g - m)
    v = v + (1 - b2) * (g * g - v)
    rate = lr * (1 - b2**t) ** 0.5 / (1 - b1**t)
    return p - rate * m / (sqrt(v) + eps), m, v


class SparseAdam(Optimizer):
    r"""Adam for sparse gradients, as of an embedding table.

    Rows without a gradient keep parameter *and* moments; in `Adam` a zero gradient would let
    the moments decay and the parameter move on. The counter is that of the whole parameter.

    .. math::
        m &\leftarrow \beta_1 m + (1-\beta_1)\, g \\
        v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2 \\
        &\text{(rows with a gradient)} \\
        \theta &\leftarrow \theta - \gamma\, \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\,
        \frac{m}{\sqrt{v} + \epsilon}

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays with at least one axis, changed in place, or groups of them.
    lr : float, default 1e-3
        Learning rate :math:`\gamma > 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the two averages.
    eps : float, default 1e-8
        :math:`\epsilon > 0`, *before* the correction.
    maximize : bool, default False
        Climb instead of descend: the gradient is negated first.

    Raises
    ------
    TypeError, ValueError
        If a parameter, a setting or a gradient is refused; the message names it.

    Notes
    -----
    `step` takes a `SparseGrad` for each parameter, or None.
    State: ``step``, ``exp_avg``, ``exp_avg_sq``, two numbers per parameter, dense.
    Book: *Sparse gradients*.

    References
    ----------
    torch.optim.SparseAdam; the folded form is that of Kingma and Ba (2015), end of section 2.
    """

    settings: ClassVar[Checks] = dict(lr=positive, betas=decay_pair, eps=positive, maximize=flag)
    rule = sparse_adam

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, maximize=maximize))

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0, "exp_avg_sq": 0.0}

    def check_gradient(self, i: int, p: np.ndarray, g: Any, name: str = "grads") -> SparseGrad:
        """Rows in order, each once."""
        if not isinstance(g, SparseGrad):
            raise TypeError(f"grads[{i}] must be a SparseGrad, got {type(g).__name__}; for dense gradients use Adam")
        rows = np.asarray(g.indices)
        if rows.ndim != 1 or (rows.size and not np.issubdtype(rows.dtype, np.integer)):
            raise TypeError(f"grads[{i}].indices must be a list of row numbers, got {g.indices!r}")
        if p.ndim == 0:
            raise ValueError(f"params[{i}] has no rows: its shape is ()")
        if rows.size and not (rows.min() >= 0 and rows.max() < len(p)):
            raise ValueError(f"grads[{i}].indices must be in [0, {len(p)}), got {rows.min()} to {rows.max()}")
        values = super().check_gradient(i, np.broadcast_to(p[:1], (len(rows), *p.shape[1:])).copy(), g.values)
        unique, inverse = np.unique(rows.astype(np.intp), return_inverse=True)
        summed = np.zeros((len(unique), *p.shape[1:]), p.dtype)
        np.add.at(summed, inverse, values)
        return SparseGrad(unique, summed)

    def step_one(self, i: int, p: np.ndarray, g: SparseGrad, plan: Plan) -> None:
        state, (rows, values) = self.state[i], g
        t = plan.given["t"] = state["step"] + 1
        # The same sweep over a copy of the rows, then written back.
        some_p, some = p[rows], {name: state[name][rows] for name in ("exp_avg", "exp_avg_sq")}
        values = -values if plan.settings["maximize"] else values
        self.sweep(plan, some, some_p).step(values, some_p, some, plan.given, [*plan.numbers, t])
        p[rows] = some_p
        for name, a in some.items():
            state[name][rows] = a
        state["step"] = t
