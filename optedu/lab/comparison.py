"""torch as the referee: the same gradients into both, the trajectories compared.

Deviation is measured against the distance travelled. Two correct implementations round
differently; each step may add a unit in the last place of what was moved so far. A wrong
rule misses by far more.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..core.optimizer import Optimizer
from ..optim.sparse_adam import SparseGrad
from ..zoo import ZOO, Entry
from .networks import MLP
from .referees import fed, in_float64, reference
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
    grads: Callable[[int, Arrays], Sequence[Any]]


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
            out = [None if g is None else 1e3 * g for g in out]
        if t % 7 == 3:
            out[2] = np.zeros_like(w[2])
        if t < 4 or t % 5 == 0:
            out[1] = None
        if t == 60:
            out = [None] * len(out)
        return out

    return Problem("shapes", start, grads)


def on_filled_shapes() -> Problem:
    """The same without the empty array: a mean over nothing is not a number."""
    whole, empty = on_shapes(), 5

    def keep(arrays: Sequence[Any]) -> list[Any]:
        return [*arrays[:empty], *arrays[empty + 1 :]]

    def grads(t: int, w: Arrays) -> list[np.ndarray | None]:
        return keep(whole.grads(t, [*w[:empty], np.zeros((0, 3)), *w[empty:]]))

    return Problem(whole.name, lambda: keep(whole.start()), grads)


def on_matrices() -> Problem:
    """Driven by prepared gradients: wide, tall, square, one row; absent and zero gradients."""
    shapes = [(4, 6), (6, 3), (5, 5), (1, 4)]

    def grads(t: int, w: Arrays) -> list[np.ndarray | None]:
        made = [np.random.default_rng([t, k]).standard_normal(p.shape) for k, p in enumerate(w)]
        return [None if (t + k) % 7 == 0 else 0 * g if (t + k) % 5 == 0 else g for k, g in enumerate(made)]

    return Problem("matrices", lambda: [np.random.default_rng(1).standard_normal(s) for s in shapes], grads)


def on_rows() -> Problem:
    """Driven by prepared gradients of rows, which repeat, or there are none; or no gradient at all."""

    def grads(t: int, w: Arrays) -> list[SparseGrad | None]:
        rng = np.random.default_rng([4, t])
        k = int(rng.integers(0, 5))
        return [None if t % 11 == 3 else SparseGrad(rng.integers(0, 6, k), rng.standard_normal((k, 3)))]

    return Problem("rows", lambda: [np.random.default_rng(0).standard_normal((6, 3))], grads)


def on_tensors() -> Problem:
    """Driven by prepared gradients that are always there: packages other than torch count the
    steps of a group, not of a parameter. Nearly square: of a basis beyond the rank of what has
    been seen, nothing is determined."""
    shapes, scales = [(3,), (5, 5), (4, 5), (2, 3, 4)], [1.0, 1.0, 1e-2, 10.0]

    def grads(t: int, w: Arrays) -> list[np.ndarray | None]:
        rng = np.random.default_rng([5, t])
        return [s * rng.standard_normal(p.shape) for s, p in zip(scales, w, strict=True)]

    def start() -> Arrays:
        return [2 + np.random.default_rng([6, k]).standard_normal(s) for k, s in enumerate(shapes)]

    return Problem("tensors", start, grads)


def matrices_of(problem: Problem) -> Problem:
    """Only the matrices of a driven problem."""
    kept = [k for k, p in enumerate(problem.start()) if p.ndim == 2]

    def grads(t: int, w: Arrays) -> list[np.ndarray | None]:
        made = problem.grads(t, problem.start())
        return [made[k] for k in kept]

    return Problem(problem.name, lambda: [problem.start()[k] for k in kept], grads)


def problems(entry: Entry) -> list[Problem]:
    """Those that an optimizer has to pass; the driven one first."""
    surfaces = [on_surface(quadratic(20, angle=30)), on_surface(rosenbrock(b=2)), on_network()]
    if entry.takes in ("matrix", "sparse"):
        return [on_matrices() if entry.takes == "matrix" else on_rows()]
    if entry.referee.startswith("torch."):
        return [on_filled_shapes() if entry.takes == "nonempty" else on_shapes(), *surfaces]
    if entry.compared_on == "matrices":
        return [matrices_of(on_tensors())]
    return [on_tensors()] if entry.compared_on == "given" else [on_tensors(), *surfaces]


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
    seen = [q.numpy() for q in b]  # the memory of torch's
    one, two = ours(a), theirs(b)
    before = _all_numbers(a)
    way, worst = np.zeros(before.shape), 0.0
    for t in range(1, steps + 1):
        if change and t == change[0]:
            for group in [*one.param_groups, *two.param_groups]:
                group.update(change[1])
        grads = [_scaled(g, sign, dtype) for g in problem.grads(t, a)]
        one.step(grads)
        for q, g in zip(b, grads, strict=True):
            q.grad = _tensor(g, q)
        two.step()
        mine, other = _all_numbers(a), _all_numbers(seen)
        finite = np.isfinite(mine)
        if (finite != np.isfinite(other)).any():
            return float("inf")
        way += abs(mine - before)
        worst = max(worst, np.abs(mine - other, where=finite, out=np.zeros(mine.shape)).max(initial=0.0))
        before = mine
    return float(worst / way.max(initial=0.0))


def _all_numbers(arrays: Arrays) -> np.ndarray:
    return np.concatenate([p.ravel() for p in arrays])


def _scaled(g: Any, sign: float, dtype: str) -> Any:
    if isinstance(g, SparseGrad):
        return SparseGrad(g.indices, np.asarray(sign * g.values, dtype))
    return None if g is None else np.asarray(sign * g, dtype)


def _tensor(g: Any, q: Any) -> Any:
    """A gradient as torch takes it, for its parameter `q`."""
    import torch

    if isinstance(g, SparseGrad):
        where, values = torch.tensor(g.indices[None]), torch.tensor(g.values)
        return torch.sparse_coo_tensor(where, values, q.shape, check_invariants=False)
    return None if g is None else torch.tensor(g)


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


def closure_deviation(
    ours: Callable[[Arrays], Any], theirs: Callable[[list], Any], objective: str = "network", steps: int = 8
) -> float:
    """Largest difference after one step of an optimizer that is driven by a closure.

    Each step starts from torch's own parameters and state. Over many steps a quasi-Newton
    method magnifies the last bit to anything, on any two machines.

    Returns
    -------
    float
        max over steps and components of the difference, divided by the largest component.
    """
    import torch

    start, f = objectives()[objective]
    a, b = [p.copy() for p in start], [torch.tensor(p) for p in start]
    one, two, worst = ours(a), theirs(b), 0.0

    def closure() -> Any:
        loss, grads = f([q.numpy() for q in b])
        for q, g in zip(b, grads, strict=True):
            q.grad = torch.tensor(g)
        return torch.tensor(loss)

    for _ in range(steps):
        one.step(lambda: f(a))
        two.step(closure)
        for p, q in zip(a, b, strict=True):
            worst = max(worst, float(abs(p - q.numpy()).max() / max(1.0, abs(p).max())))
            p[...] = q.numpy()
        saved = two.state_dict()
        counted = [(s["state"][0]["func_evals"], s["state"][0]["n_iter"]) for s in (one.state_dict(), saved)]
        if counted[0] != counted[1]:
            return float("inf")
        one.load_state_dict(saved)
    return worst


def objectives() -> dict[str, tuple[Arrays, Callable[[Arrays], tuple[float, Arrays]]]]:
    """Start and closure (loss and gradients at given parameters) for optimizers driven by a closure."""
    valley, bowl, net = rosenbrock(), np.logspace(0, 3, 10), MLP((4, 5, 3))
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((20, 4)), rng.integers(0, 3, 20)
    return {
        "Rosenbrock": ([np.array(valley.start)], lambda w: (float(valley.value(w[0])), [valley.grad(w[0])])),
        "quadratic": ([np.ones(10)], lambda w: (float(bowl @ w[0] ** 2 / 2), [bowl * w[0]])),
        "network": (net.start(0), lambda w: net.loss_and_grads(w, x, y)),
    }


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


def compare(entry: Entry, settings: dict[str, Any], problem: Problem, cls: Any = None, **how: Any) -> float:
    """Deviation of an optimizer of the zoo from its referee under `settings`; `how` goes to `deviation`."""
    make = reference(entry)
    if make is None:
        raise ValueError(f"{entry.name} has no referee to compare with, but {entry.referee}")
    sign = -1.0 if settings.get("maximize") else 1.0
    ours = fed(cls or entry.cls)
    return deviation(lambda w: ours(w, **settings), lambda w: make(w, **settings), problem, sign=sign, **how)


def parity(
    optimizer: str | type[Optimizer],
    steps: int = 300,
    on: Iterable[Problem] | None = None,
    against: str | None = None,
    dtype: str = "float64",
    **flags: Any,
) -> None:
    """Compare an optimizer with its referee over the grid of its flags; print a line, or raise.

    Halfway through each run the learning rate is halved. LBFGS is compared step by step,
    from torch's state. Muon is compared with torch's iteration in float64.

    Parameters
    ----------
    optimizer : str or class
        A name in the zoo, or a class that takes the same arguments.
    steps : int
    on : iterable of Problem, optional
        The driven one with all shapes otherwise.
    against : str, optional
        Name in the zoo whose referee is meant; that of `optimizer` otherwise.
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
    entry = ZOO[against or (optimizer if isinstance(optimizer, str) else optimizer.__name__)]
    cls = ZOO[optimizer].cls if isinstance(optimizer, str) else optimizer
    flags = {k: v if isinstance(v, list | tuple) and k != "betas" or _pairs(v) else (v,) for k, v in flags.items()}
    grid, bound = list(entry.grid(**flags)), TOLERANCE[dtype]
    if not grid:
        raise ValueError(f"{entry.name} accepts none of these settings: {flags}")
    if entry.takes == "closure":
        make: Any = reference(entry)
        steps, bound = 8, 1e-8
        with torch_scalars(dtype):
            for settings in grid:
                rate = {"lr": 1.0 if settings["line_search_fn"] else 0.01, **settings}
                found = closure_deviation(partial(cls, **rate), partial(make, **rate), steps=steps)
                assert found <= bound, f"{entry.name} {settings}: max |Δ| is {found:.1e}"
        most = f"{bound:.2g}".replace("e-0", "e-")
        print(f"{cls.__name__} = {entry.referee}: {len(grid)} settings × {steps} steps, max |Δ| ≤ {most} ✓")
        return
    with torch_scalars(dtype), in_float64(entry):
        for settings in grid:
            change = {"lr": settings.get("lr", 1.0) / 2}
            for problem in on or problems(entry)[:1]:
                found = compare(entry, settings, problem, cls, steps=steps, dtype=dtype, change=(steps // 2, change))
                assert found <= bound, (
                    f"{entry.name} {settings} on {problem.name}: max |Δ| is {found:.1e} of the distance"
                )
    compared = f"{len(grid)} settings × {steps} steps"
    print(f"{cls.__name__} = {entry.referee}: {compared}, max |Δ| / distance ≤ {bound:.2g} ✓")


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
