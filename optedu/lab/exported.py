"""What `optedu.export` writes, held against the rule that it was written from, step by step.

Needs torch, and for the files for JAX also jax and optax.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil, log10
from typing import Any, NamedTuple

import numpy as np

from ..core import engines
from ..exporting.writing import NotExported, export
from ..lr_scheduler import CosineAnnealingLR
from ..optim.sgd import SGD
from ..zoo import Entry
from .comparison import torch_scalars

STEPS = 100

BOUND = {("torch", "float64"): 1e-11, ("torch", "float32"): 1e-4, ("jax", "float64"): 1e-11, ("jax", "float32"): 1e-2}
"""Largest difference of a written file from its rule, in units of the longest way that a parameter has gone. In its
default 32 bits JAX computes all that depends on the count in float32, too: of RAdam's rho, a difference of two numbers
near 2,000, three digits are left."""

Groups = list[dict[str, Any]]


class Cell(NamedTuple):
    """One cell of the matrix: the difference, or the sentence that refuses."""

    name: str
    target: str
    dtype: str
    difference: float | None
    refusal: str


def loaded(text: str, name: str) -> Any:
    """What a written file defines under this name."""
    space: dict[str, Any] = {"__name__": name.lower()}
    exec(compile(text, f"<{name}>", "exec"), space)  # noqa: S102 (what we have just written)
    return space[name]


@contextmanager
def as_written() -> Iterator[None]:
    """optedu runs rules as they stand, without moving factors."""
    old = engines.engine()
    engines.engine("rule")
    try:
        yield
    finally:
        engines.engine(old)


def shapes(matrices: bool) -> list[tuple[int, ...]]:
    """Of the parameters that are trained."""
    return [(4, 6), (6, 3), (5, 5), (1, 4)] if matrices else [(3,), (2, 3), (), (4, 4), (2, 3, 2)]


def start(matrices: bool, dtype: str) -> list[np.ndarray]:
    """Parameters, away from zero."""
    made = [np.random.default_rng([6, k]).standard_normal(s) for k, s in enumerate(shapes(matrices))]
    return [np.array(2 + p, dtype) for p in made]


def gradients(t: int, arrays: Sequence[np.ndarray], missing: bool) -> list[np.ndarray | None]:
    """Of step t; every seventh is missing, if any may be."""
    rng = np.random.default_rng([5, t])
    made = [np.array(10.0 ** (k % 3 - 1) * rng.standard_normal(p.shape), p.dtype) for k, p in enumerate(arrays)]
    return [None if missing and (t + k) % 7 == 0 else g for k, g in enumerate(made)]


def grouped(params: Sequence[Any], settings: Mapping[str, Any]) -> Groups:
    """Two groups, the second with a learning rate of its own."""
    second = {"lr": 0.3 * settings["lr"]} if "lr" in settings else {}
    return [{"params": list(params[::2])}, {"params": list(params[1::2]), **second}]


def in_order(made: Sequence[Any]) -> list[Any]:
    """What belongs to the parameters, as they stand in the groups."""
    return [*made[::2], *made[1::2]]


class Ours:
    """optedu's side of a comparison: groups, a schedule, and what has been gone."""

    def __init__(
        self, build: Callable[..., Any], settings: Mapping[str, Any], matrices: bool, dtype: str,
        chosen: slice = slice(None),
    ) -> None:  # fmt: skip
        self.arrays = start(matrices, dtype)[chosen]
        self.optimizer = build(grouped(self.arrays, settings), **settings)
        self.schedule = CosineAnnealingLR(self.optimizer, STEPS) if "lr" in settings else None
        self.way = [np.zeros(p.shape) for p in self.arrays]
        self.worst = 0.0

    @property
    def rates(self) -> list[float]:
        return [float(group.get("lr", 0.0)) for group in self.optimizer.param_groups]

    def step(self, grads: Sequence[np.ndarray | None]) -> None:
        before = [p.copy() for p in self.arrays]
        with as_written():
            self.optimizer.step(in_order(grads))
        if self.schedule is not None:
            self.schedule.step()
        for way, p, old in zip(self.way, self.arrays, before, strict=True):
            way += abs(p - old)

    def compare(self, theirs: Sequence[np.ndarray]) -> None:
        """Keep the largest difference."""
        for p, q in zip(self.arrays, theirs, strict=True):
            gap = np.abs(p - q).max(initial=0.0)
            self.worst = float("inf") if not np.isfinite(gap) else max(self.worst, float(gap))

    @property
    def difference(self) -> float:
        """In units of the longest way."""
        return self.worst / max(float(way.max(initial=0.0)) for way in self.way)


def cosine(first: float) -> list[float]:
    """The learning rate of each step."""
    optimizer = SGD([np.zeros(1)], lr=first)
    schedule, rates = CosineAnnealingLR(optimizer, STEPS), []
    for _ in range(STEPS):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step([None])
        schedule.step()
    return rates


def in_torch(
    made: Any, build: Callable[..., Any], settings: Mapping[str, Any], matrices: bool = False, dtype: str = "float64"
) -> float:
    """How far a written class for torch is from optedu: two groups, a schedule, missing gradients.

    Parameters
    ----------
    made : type
        The class of the written file.
    build : callable
        Makes the optimizer of optedu from groups and settings.
    settings : dict
        By name; those of the first group.
    matrices : bool
        Train matrices alone.
    dtype : str
        "float64" or "float32".

    Returns
    -------
    float
        The largest difference over 100 steps, divided by the longest way that a number has gone.
    """
    import torch

    ours = Ours(build, settings, matrices, dtype)
    tensors = [torch.tensor(p, requires_grad=True) for p in ours.arrays]
    theirs = made(grouped(tensors, settings), **settings)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(theirs, STEPS) if "lr" in settings else None
    for t in range(1, STEPS + 1):
        grads = gradients(t, ours.arrays, missing=True)
        for q, g in zip(tensors, grads, strict=True):
            q.grad = None if g is None else torch.tensor(g)
        ours.step(grads)
        theirs.step()
        if schedule is not None:
            schedule.step()
        ours.compare([q.detach().numpy() for q in tensors])
    return ours.difference


def in_jax(
    made: Any,
    build: Callable[..., Any],
    settings: Mapping[str, Any],
    matrices: bool = False,
    dtype: str = "float64",
    jit: bool = True,
) -> float:
    """How far a written transformation for JAX is from optedu: two groups, a schedule.

    Parameters
    ----------
    made : callable
        The function of the written file.
    build, settings, matrices, dtype
        As for `in_torch`. In float32 JAX's 64-bit numbers are off, as they are by default.
    jit : bool
        Compile the update.

    Returns
    -------
    float
        As from `in_torch`.
    """
    import jax
    import optax

    ours = Ours(build, settings, matrices, dtype, slice(2))  # compiling takes longer than the steps
    with jax.enable_x64(dtype == "float64"):
        groups = ("a", "b")
        rates = {name: ours.rates[k] for k, name in enumerate(groups)}

        def schedule(first: float) -> Callable[[Any], Any]:
            table = jax.numpy.asarray(cosine(first))
            return lambda count: table[count]

        parts = {
            name: made(**{**settings, **({"lr": schedule(rates[name])} if "lr" in settings else {})}) for name in groups
        }
        labels = [groups[k % 2] for k in range(len(ours.arrays))]
        whole = optax.multi_transform(parts, labels)
        params = [jax.numpy.asarray(p) for p in ours.arrays]
        state = whole.init(params)

        def step(grads: Any, state: Any, params: Any) -> Any:
            updates, state = whole.update(grads, state, params)
            return optax.apply_updates(params, updates), state

        stepped = jax.jit(step) if jit else step
        for t in range(1, STEPS + 1):
            grads = gradients(t, ours.arrays, missing=False)
            ours.step(grads)
            params, state = stepped([jax.numpy.asarray(g) for g in grads], state, params)
            ours.compare([np.asarray(q) for q in params])
    return ours.difference


COLUMNS = tuple(BOUND)
"""Of the matrix: what is written, and what is trained."""


def settings_of(entry: Entry, n: int) -> list[dict[str, Any]]:
    """Settings of the grid, evenly from the first (all flags off) to the last (all on)."""
    grid = list(entry.grid())
    return [grid[k] for k in sorted({round(k * (len(grid) - 1) / max(n - 1, 1)) for k in range(n)})]


def measured(entry: Entry, target: str, dtype: str, n: int = 2) -> Cell:
    """A cell of the matrix for an optimizer of the zoo.

    Parameters
    ----------
    entry : Entry
    target, dtype : str
        "torch" or "jax", "float64" or "float32".
    n : int
        Settings to compare under, from those of the grid.
    """
    try:
        text = export(entry.cls, target)
    except NotExported as error:
        return Cell(entry.name, target, dtype, None, str(error))
    compare: Callable[..., float] = {"torch": in_torch, "jax": in_jax}[target]
    made = loaded(text, entry.name)
    with torch_scalars(dtype):
        each = [compare(made, entry.cls, s, entry.takes == "matrix", dtype) for s in settings_of(entry, n)]
    return Cell(entry.name, target, dtype, max(each), "")


def row(entry: Entry, n: int = 2) -> list[Cell]:
    """All cells of an optimizer."""
    return [measured(entry, target, dtype, n) for target, dtype in COLUMNS]


def power(difference: float) -> str:
    """Rounded up to a power of ten: the last digits differ between machines."""
    return "0" if difference == 0 else f"1e{ceil(log10(difference))}"


def matrix(entries: Iterable[Entry], n: int = 2, sharded: Mapping[str, float] | None = None) -> Iterator[str]:
    """The lines of the matrix as text, each as soon as it is measured; sentences that refuse come last.

    Parameters
    ----------
    entries : iterable of Entry
    n : int
        Settings to compare under.
    sharded : mapping of str to float, optional
        Differences over processes, as from `exported_sharded.measured`: they make one more column.
    """
    heads = [f"{target} {dtype}" for target, dtype in COLUMNS]
    yield f"{'':18}" + "".join(f"{head:>16}" for head in [*heads, *([] if sharded is None else ["torch processes"])])
    refusals = []
    for entry in entries:
        cells = row(entry, n)
        found = [cell.difference for cell in cells] + ([] if sharded is None else [sharded.get(entry.name)])
        yield f"{entry.name:18}" + "".join(f"{'refused' if one is None else power(one):>16}" for one in found)
        refusals += [cell.refusal for cell in cells if cell.refusal]
    yield ""
    yield from dict.fromkeys(refusals)
