"""torch as the referee: the same gradients into both, the trajectories compared.

Deviation is measured against the distance travelled. Two correct implementations round
differently; each step may add a unit in the last place of what was moved so far. A wrong
rule misses by far more.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.optimizer import Optimizer
from ..zoo import ZOO
from .networks import MLP
from .surfaces import Surface, quadratic, rosenbrock

Arrays = list[np.ndarray]

TOLERANCE = {"float64": 1e-11, "float32": 1e-11 * 2**29}
"""Largest deviation over 300 steps, relative to the distance travelled: the same number of
units in the last place for both types, whose last places are 29 binary digits apart."""


@dataclass(frozen=True)
class Problem:
    """Where runs start, and what gradients they see.

    Attributes
    ----------
    name : str
    start : callable
        Makes the initial parameters.
    grads : callable
        ``grads(t, params)``: gradients of step t (from 1) at `params`; None where there is none.
    """

    name: str
    start: Callable[[], Arrays]
    grads: Callable[[int, Arrays], Sequence[np.ndarray | None]]


def on_surface(surface: Surface) -> Problem:
    return Problem(surface.name, lambda: [np.array(surface.start)], lambda t, w: [surface.grad(w[0])])


def on_network() -> Problem:
    net = MLP((4, 5, 3))
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((20, 4)), rng.integers(0, 3, 20)
    return Problem("network", lambda: net.start(seed=0), lambda t, w: net.loss_and_grads(w, x, y)[1])


def on_shapes() -> Problem:
    """Driven by prepared gradients: 0-d to 4-d, empty, strided, Fortran order; scales from
    1e-7 to 30; absent, zero and spiked gradients."""
    shapes: list[tuple[int, ...]] = [(), (3,), (2, 3), (2, 1, 3), (2, 2, 1, 2), (0, 3), (3, 2), (2, 4)]
    scales = [1.0, 1e-7, 1e-2, 30.0, 1e-5, 1.0, 1.0, 1e-3]

    def start() -> Arrays:
        rng = np.random.default_rng(2)
        # Far from zero: coupled decay would pull a parameter with tiny gradients there, and
        # an adaptive method then hops around zero in steps of one size, which is chaotic.
        arrays = [np.array(10 + rng.standard_normal(s)) for s in shapes]
        arrays[6] = np.asfortranarray(arrays[6])
        wide = np.repeat(arrays[7], 2, axis=1)
        arrays[7] = wide[:, ::2]
        return arrays

    def grads(t: int, w: Arrays) -> list[np.ndarray | None]:
        rng = np.random.default_rng([3, t])
        out: list[np.ndarray | None] = [
            np.array(s * rng.standard_normal(p.shape)) for s, p in zip(scales, w, strict=True)
        ]
        if t == 40:
            out = [1e3 * g for g in out]
        if t % 7 == 3:
            out[2] = np.zeros_like(w[2])
        if t < 4 or t % 5 == 0:
            out[1] = None
        if t == 60:
            out = [None] * len(out)
        return out

    return Problem("shapes", start, grads)


def problems() -> list[Problem]:
    """Those that every optimizer has to pass."""
    return [on_shapes(), on_surface(quadratic(20, angle=30)), on_surface(rosenbrock(b=2)), on_network()]


def deviation(
    ours: Callable[[Arrays], Any],
    theirs: Callable[[list], Any],
    problem: Problem,
    steps: int = 300,
    dtype: str = "float64",
    sign: float = 1.0,
    change: tuple[int, dict[str, Any]] | None = None,
) -> float:
    """Largest difference between two runs, divided by the distance travelled.

    Parameters
    ----------
    ours, theirs : callable
        Build the optimizers from lists of arrays and of torch tensors.
    problem : Problem
        Both sides get the gradients at *our* parameters: with its own, each would follow its
        own trajectory, and a chaotic one (an optimizer that takes steps of one size at the
        bottom of a valley) amplifies the last bit to anything.
    steps : int
    dtype : str
    sign : float
        Factor of the gradients; -1 for optimizers that maximize.
    change : (int, dict), optional
        From this step on, these settings hold in every group.

    Returns
    -------
    float
        max over steps and components of the difference, divided by the longest way that a
        component has gone; infinite if exactly one side is not finite somewhere.
    """
    import torch

    a = [_in_dtype(p, dtype) for p in problem.start()]
    b = [torch.tensor(p) for p in a]
    one, two = ours(a), theirs(b)
    way, worst = [np.zeros(p.shape) for p in a], 0.0
    for t in range(1, steps + 1):
        if change and t == change[0]:
            for group in [*one.param_groups, *two.param_groups]:
                group.update(change[1])
        before = [p.copy() for p in a]
        grads = [None if g is None else np.asarray(sign * g, dtype) for g in problem.grads(t, a)]
        one.step(grads)
        for q, g in zip(b, grads, strict=True):
            q.grad = None if g is None else torch.tensor(g)
        two.step()
        for w, p, p0, q in zip(way, a, before, b, strict=True):
            w += abs(p - p0)
            if not np.array_equal(np.isfinite(p), np.isfinite(q.numpy())):
                return float("inf")
            gap = np.abs(p - q.numpy(), where=np.isfinite(p), out=np.zeros(p.shape))
            worst = max(worst, gap.max(initial=0.0))
    return float(worst / max(w.max(initial=0.0) for w in way))


def _in_dtype(p: np.ndarray, dtype: str) -> np.ndarray:
    """`p` in another dtype with its strides kept, so that a strided array stays strided."""
    if p.dtype == dtype:
        return p
    if _strided(p):
        copy = np.zeros(p.shape[:-1] + (p.shape[-1] * 2,), dtype)[..., ::2]
    else:
        copy = np.empty_like(p, dtype=dtype)
    copy[...] = p
    return copy


def _strided(p: np.ndarray) -> bool:
    return not (p.flags.c_contiguous or p.flags.f_contiguous)


@contextmanager
def torch_scalars(dtype: str):
    """torch keeps counters in its default dtype: make that the parameters' own."""
    import torch

    old = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        yield
    finally:
        torch.set_default_dtype(old)


def parity(
    optimizer: str | type[Optimizer],
    steps: int = 300,
    on: Iterable[Problem] | None = None,
    against: str | None = None,
    dtype: str = "float64",
    **flags: Any,
) -> None:
    """Compare an optimizer with torch's over the grid of its flags; print a line, or raise.

    Halfway through each run the learning rate is halved.

    Parameters
    ----------
    optimizer : str or class
        A name in the zoo, or a class that takes the same arguments.
    steps : int
    on : iterable of Problem, optional
        The driven one with all shapes otherwise.
    against : str, optional
        Name in ``torch.optim``; that of `optimizer` otherwise.
    dtype : str
        "float64" or "float32".
    **flags
        Replace values of the grid: ``amsgrad=(True,)``, or ``amsgrad=True`` for one.

    Raises
    ------
    AssertionError
        If one setting deviates by more than `TOLERANCE`; it is named.
    ValueError
        If no setting is accepted.
    """
    import torch

    name = against or (optimizer if isinstance(optimizer, str) else optimizer.__name__)
    cls = ZOO[optimizer].cls if isinstance(optimizer, str) else optimizer
    reference = getattr(torch.optim, name)
    flags = {k: v if isinstance(v, list | tuple) and k != "betas" or _pairs(v) else (v,) for k, v in flags.items()}
    grid, on = list(ZOO[name].grid(**flags)), list(on or [on_shapes()])
    if not grid:
        raise ValueError(f"{name} accepts none of these settings: {flags}")
    bound = TOLERANCE[dtype]
    with torch_scalars(dtype):
        for settings in grid:
            sign = -1.0 if settings.get("maximize") else 1.0
            for problem in on:
                found = deviation(
                    lambda w, s=settings: cls(w, **s), lambda w, s=settings: reference(w, **s),
                    problem, steps, dtype, sign, change=(steps // 2, {"lr": settings["lr"] / 2}),
                )  # fmt: skip
                assert found <= bound, f"{name} {settings} on {problem.name}: max |Δ| is {found:.1e} of the distance"
    compared = f"{len(grid)} settings × {steps} steps"
    print(f"{cls.__name__} = torch.optim.{name}: {compared}, max |Δ| / distance ≤ {bound:.2g} ✓")


def _pairs(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], list | tuple)


def torch_state_dict(optimizer: Optimizer) -> dict[str, Any]:
    """A checkpoint of ours in the types that torch loads."""
    import torch

    checkpoint = optimizer.state_dict()
    for state in checkpoint["state"].values():
        for name, value in state.items():
            state[name] = torch.tensor(float(value) if name == "step" else value)
    return checkpoint
