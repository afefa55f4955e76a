"""What an exercise in design can ask for, and which runs show it. Judged by the paths, outside of the child process.

Invariances are those of the wind tunnel, with its problem and its changes of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from ...lab.wind_tunnel.changed_problem import STEPS, Change, Problem, deviation
from ...lab.wind_tunnel.invariances import KEYS, ROUNDING
from ...lab.wind_tunnel.quadratics import RATES, START
from .driving import Run

CLEAR = 1e-3
"""A path that leaves the other by so much, in units of the distance gone, is another one, and no rounding."""

WAIT, AFTER = 300, 200
"""Steps before a spike, and after it."""

Paths = Sequence[np.ndarray]


@dataclass(frozen=True)
class Property:
    """Something to ask for.

    Attributes
    ----------
    title : str
        In the task and in the verdict.
    runs : tuple of Run
        That show it.
    failure : callable
        ``failure(paths, kept)`` of these runs: empty if the property holds, else the counterexample in a sentence.
        Each path has the start first; `kept` are numbers of state per parameter.
    """

    title: str
    runs: tuple[Run, ...]
    failure: Callable[[Paths, float], str]


class _Still:
    """Stands in the wind tunnel where an optimizer does, takes no step, and writes the gradients down."""

    takes = "dense"

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}
        self.grads: list[np.ndarray] = []

    def start(self, params: Any, **changes: Any) -> "_Still":
        return self

    def descend(self, loss: Callable[[], tuple[float, list[np.ndarray]]]) -> None:
        self.grads.append(loss()[1][0].copy())


def _on(change: Change) -> Run:
    """The wind tunnel's problem under a change, as a run."""
    still = _Still()
    problem = Problem(still)  # type: ignore[arg-type]
    problem.path(change)
    return Run(np.array(change.to_q(problem.start)), np.array(still.grads), steps=STEPS, bare=True)


@cache
def _changed(key: str) -> tuple[tuple[Change, str, Run], ...]:
    return tuple((change, words, _on(change)) for change, words in KEYS[key].changes())


def _deviations(key: str, paths: Paths) -> list[tuple[float, str]]:
    """How far each changed run is from the first one, and the words for the change."""
    changes = _changed(key)
    found = []
    with np.errstate(all="ignore"):
        for (change, words, _), path in zip(changes, paths[1:], strict=True):
            back = np.array([change.to_p(q) for q in path])
            found.append((deviation(paths[0], back), words))
    return found


def keeps(key: str) -> Property:
    """Invariant, in the sense of the wind tunnel: with guards gone, up to rounding."""

    def failure(paths: Paths, kept: float) -> str:
        found = _deviations(key, paths)
        if found[0][0] != found[0][0]:
            return "The parameter does not move, or is not finite."
        worst, words = max(found, key=lambda one: one[0])
        if worst <= ROUNDING:
            return ""
        size = "it is no longer finite" if worst == float("inf") else f"off by {worst:.2g} of the distance gone"
        return f"{words[0].upper()}{words[1:]}: another path, {size}."

    one = KEYS[key]
    runs = (_on(Change()), *(run for *_, run in _changed(key)))
    return Property(f"Invariant: {one.title} ({one.meaning})", runs, failure)


def breaks(key: str) -> Property:
    """Not invariant, and clearly so."""

    def failure(paths: Paths, kept: float) -> str:
        found = _deviations(key, paths)
        worst, words = max(found, key=lambda one: (one[0] == one[0], one[0]))
        if worst != worst or worst == float("inf"):
            return "The parameter does not move, or is not finite."
        return "" if worst > CLEAR else f"{words[0].upper()}{words[1:]}: the same path, up to {worst:.0e}."

    one = KEYS[key]
    return Property(f"Not invariant: {one.title}", (_on(Change()), *(run for *_, run in _changed(key))), failure)


def state(most: int) -> Property:
    """So many numbers of state per parameter at most."""

    def failure(paths: Paths, kept: float) -> str:
        return "" if kept <= most else f"It keeps {kept:g} number{'s' if kept != 1 else ''} for each parameter."

    plural = "s" if most > 1 else ""
    words = "No state" if most == 0 else f"At most {most} number{plural} of state per parameter"
    return Property(words, (_on(Change()),), failure)


def _fed(grads: np.ndarray) -> Run:
    """One number, from 1 on, under these gradients, with a learning rate of 1."""
    return Run(np.ones((1, 1)), grads.reshape(-1, 1, 1), steps=len(grads), settings={"lr": 1.0})


def _steps(path: np.ndarray) -> np.ndarray:
    return -np.diff(path[:, 0, 0])


def averages(most: float = 0.2) -> Property:
    """Steps are short when gradients of 1 and -1 take turns."""
    turns = np.where(np.arange(200) % 2, -1.0, 1.0)

    def failure(paths: Paths, kept: float) -> str:
        steady, late = _steps(paths[0])[-50:].mean(), np.abs(_steps(paths[1])[-50:]).mean()
        ratio = late / steady if steady > 0 else float("nan")
        if not np.isfinite(ratio):
            return "It does not go down against a constant gradient of 1."
        words = f"For gradients of 1 and -1 in turn its steps are {ratio:.3g} times as long as for 1 alone."
        return "" if ratio <= most else words

    title = f"Noise averages out: gradients of 1 and -1 in turn give steps at most {most:g} times as long as 1 alone"
    return Property(title, (_fed(np.ones(200)), _fed(turns)), failure)


def stops(most: float = 20.0) -> Property:
    """It does not go on for long when gradients vanish, and stands where there never was one."""
    last = np.r_[np.ones(50), np.zeros(400)]

    def failure(paths: Paths, kept: float) -> str:
        still, path = paths[0], paths[1]
        if not (np.isfinite(still).all() and np.isfinite(path).all()):
            return "After a gradient of zero the parameter is not finite."
        if np.abs(still - still[0]).max() > 0:
            return "It moves although every gradient is zero."
        way = abs(path[-1, 0, 0] - path[50, 0, 0])
        return "" if way <= most else f"After 50 gradients of 1 and then zeros it goes on for {way:.3g} learning rates."

    title = f"Zeros are harmless: it stands without gradients, and stops within {most:g} learning rates after the last"
    return Property(title, (_fed(np.zeros(20)), _fed(last)), failure)


def forgets(steps: int = 20, most: float = 2.0) -> Property:
    """One spike among small gradients does not hold it up."""
    calm = 0.01 * np.ones(WAIT + AFTER)
    spiked = calm.copy()
    spiked[WAIT] = 1.0

    def failure(paths: Paths, kept: float) -> str:
        usual, found = _steps(paths[0])[WAIT:], _steps(paths[1])[WAIT:]
        if not np.isfinite(found).all() or not (usual > 0).all():
            return "It does not go down against a constant gradient of 0.01."
        ratio = found / usual
        if ratio.max() > most:
            return f"After a gradient 100 times as large as the others a step is {ratio.max():.3g} times the usual one."
        off = np.flatnonzero(np.abs(ratio - 1) > 0.1)
        last = int(off[-1]) + 1 if len(off) else 0
        after = f"{last} steps" if last < AFTER else f"all {AFTER} steps that were tried"
        return (
            "" if last <= steps else f"After a gradient 100 times as large as the others its steps are off for {after}."
        )

    title = f"A spike is forgotten: after a gradient 100 times as large no step is more than {most:g} times the usual"
    return Property(f"{title}, and all are within 10% of it after {steps}", (_fed(calm), _fed(spiked)), failure)


def descends(kappa: float = 10.0, part: float = 0.01, steps: int = 300) -> Property:
    """With its best learning rate it gets down a bowl whose axes lie across the coordinates."""
    axes = np.linalg.qr(np.random.default_rng(47).standard_normal((4, 4)))[0]
    hessian = axes @ np.diag(kappa ** -np.linspace(0, 1, 4)) @ axes.T
    start = (axes @ START).reshape(2, 2)
    runs = tuple(Run(start, hessian=hessian, steps=steps, settings={"lr": lr}) for lr in RATES)

    def losses(path: np.ndarray) -> np.ndarray:
        flat = path.reshape(len(path), -1)
        return np.einsum("ti,ij,tj->t", flat, hessian, flat) / 2

    def failure(paths: Paths, kept: float) -> str:
        with np.errstate(all="ignore"):
            ends = [float(losses(path)[-10:].max()) for path in paths]
        first = float(losses(start[None])[0])
        ends = [end if np.isfinite(end) else float("inf") for end in ends]
        best = min(ends) / first
        words = f"With the best of {len(RATES)} learning rates {best:.2g} of the loss is left after {steps} steps."
        return "" if best <= part else words

    where = f"a bowl of condition number {kappa:g}"
    return Property(f"It arrives: at most {part:g} of the loss is left after {steps} steps in {where}", runs, failure)
