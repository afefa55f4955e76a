"""What a rule does not notice: the problem is changed, and the way compared with that on the problem as it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from .changed_problem import SHAPE, STEPS, Change, Problem, deviations, rotated, scaled, weighted
from .specimen import Specimen

HOLDS, UP_TO, FAILS, UNTRIED = "holds", "up to", "does not", "not tried"
"""Verdicts; after "up to" come the settings, or "a constant", that the rest is due to."""

ROUNDING = 1e-8
"""Two ways that differ by less, in units of the distance gone, are the same but for rounding."""

SMALL = 1e-3
"""A setting up to this size that is no rate counts as a guard: what it breaks holds up to it."""

RATES = ("lr", "seed")
"""Settings that are neither guard nor cause: without the first nothing moves, the second has no size."""

Found = tuple[Change, str]


@dataclass(frozen=True)
class Property:
    """An invariance.

    Attributes
    ----------
    key : str
        For links.
    title : str
        In a table.
    meaning : str
        What stays the same under which change.
    changes : callable
        Makes the changes to try, each with the words for it.
    mild : int
        So many of them, from the first on, leave the size of a gradient within some powers of ten.
    """

    key: str
    title: str
    meaning: str
    changes: Callable[[], Iterator[Found]]
    mild: int = 0


@dataclass(frozen=True)
class Invariance:
    """The verdict on one property of one specimen.

    Attributes
    ----------
    key, title : str
        Those of the property.
    verdict : str
        "holds", "up to eps", "does not" or "not tried".
    deviation : float
        The largest, in units of the distance gone; NaN if it was not tried.
    evidence : str
        The change, and what it did, in numbers: the counterexample, where there is one.
    unless : tuple of str
        Changes of one setting, each of which makes it hold: ``"momentum=0"``.
    curve : array, shape (steps + 1,)
        How far the ways are apart after each step, in the same units; empty if it was not tried.
    """

    key: str
    title: str
    verdict: str
    deviation: float
    evidence: str
    unless: tuple[str, ...] = ()
    curve: np.ndarray = field(default_factory=partial(np.zeros, 0))

    @property
    def mark(self) -> str:
        """✓ (holds), ε (up to a guard), ✗ (does not), – (not tried)."""
        return {HOLDS: "✓", FAILS: "✗", UNTRIED: "–"}.get(self.verdict, "ε")


def _chance(k: int) -> np.random.Generator:
    return np.random.default_rng([29, k])


def _orthogonal(n: int, k: int) -> np.ndarray:
    return np.linalg.qr(_chance(k).standard_normal((n, n)))[0]


def _powers(k: int, most: int) -> np.ndarray:
    """Powers of two, one for each coordinate: to multiply by them rounds nothing."""
    return 2.0 ** _chance(k).integers(-most, most + 1, SHAPE)


def _always(factor: Any, t: int) -> Any:
    return factor


def _of_step(factors: np.ndarray, t: int) -> Any:
    return factors[t]


def _one_factor() -> Iterator[Found]:
    for power in (10, -20, 60, -100):
        yield weighted(partial(_always, 2.0**power)), f"the gradient times 2^{power}"


def _factor_each() -> Iterator[Found]:
    for most in (4, 100):
        factors = _powers(1, most)
        yield (
            weighted(partial(_always, factors)),
            f"each coordinate's gradient times a factor from 2^-{most} to 2^{most}",
        )


def _factor_of_step() -> Iterator[Found]:
    for low, high in ((-6, 6), (-106, -94)):  # (small ones wake guards up)
        powers = _chance(2).integers(low, high + 1, STEPS)
        words = f"the gradient of each step times a factor from 2^{low} to 2^{high}"
        yield weighted(partial(_of_step, 2.0**powers)), words


def _shift() -> Iterator[Found]:
    away = 3.0 + _chance(3).integers(0, 9, SHAPE) / 4
    yield Change(lambda q: q - away, lambda p: p + away), "the parameter and the loss moved by 3 to 5"


def _mirror() -> Iterator[Found]:
    yield scaled(-1.0), "all coordinates turned around"


def _mirrors() -> Iterator[Found]:
    yield scaled(1.0 - 2.0 * _chance(4).integers(0, 2, SHAPE)), "some coordinates turned around"


def _entries() -> Iterator[Found]:
    order = _chance(5).permutation(SHAPE[0] * SHAPE[1])
    yield rotated(whole=np.eye(len(order))[order]), "the entries of the matrix in another order"


def _rows_and_columns() -> Iterator[Found]:
    rows, columns = _chance(6).permutation(SHAPE[0]), _chance(7).permutation(SHAPE[1])
    yield rotated(np.eye(SHAPE[0])[rows], np.eye(SHAPE[1])[columns]), "rows and columns in another order"


def _turned() -> Iterator[Found]:
    yield rotated(whole=_orthogonal(SHAPE[0] * SHAPE[1], 8)), "all coordinates rotated, as one vector"


def _turned_rows_and_columns() -> Iterator[Found]:
    yield rotated(_orthogonal(SHAPE[0], 9), _orthogonal(SHAPE[1], 10)), "rows and columns rotated"


def _own_units() -> Iterator[Found]:
    yield scaled(_powers(11, 3)), "each coordinate in units of its own, 1/8 to 8 times as large"


def _units() -> Iterator[Found]:
    for power in (3, -20):
        yield scaled(2.0**power), f"all coordinates in a unit 2^{power} times as large"


def _none() -> Iterator[Found]:
    yield from ()


PROPERTIES = (
    Property("gradient-scale", "scale of the gradient", "c·g moves the parameter as g does", _one_factor, 2),
    Property("coordinate-scale", "scale of each coordinate's gradient",
             "d·g, with a factor for each coordinate, moves the parameter as g does", _factor_each, 1),
    Property("scale-over-time", "scale of the loss over time",
             "the loss of each step may have a factor of its own", _factor_of_step, 1),
    Property("shift", "shift", "where zero lies does not matter", _shift),
    Property("sign", "sign flip of all", "left and right are alike", _mirror),
    Property("signs", "sign flip of some", "left and right are alike for each coordinate by itself", _mirrors),
    Property("entries", "permutation of entries", "the order of the coordinates does not matter", _entries),
    Property("rows-columns", "permutation of rows and columns",
             "the order of rows and of columns does not matter", _rows_and_columns),
    Property("rotation", "rotation", "no direction in the space of all coordinates is special", _turned),
    Property("rotation-rows-columns", "rotation of rows and columns",
             "U·g·Vᵀ moves the parameter by U·step·Vᵀ", _turned_rows_and_columns),
    Property("unit", "unit of the parameter", "the parameter may be measured in another unit", _units, 2),
    Property("own-units", "reparametrization per coordinate",
             "each coordinate may be measured in a unit of its own", _own_units, 1),
)  # fmt: skip
"""In the order of the tables; the repeated steps (`repeated`) come after them."""

REPEATED = Property("repeated", "repeated steps", "four steps on one gradient are one step of four times lr", _none)
KEYS = {one.key: one for one in (*PROPERTIES, REPEATED)}


def invariances(specimen: Specimen) -> list[Invariance]:
    """All verdicts on a specimen, in the order of `KEYS`."""
    problem = Problem(specimen)
    return [*(tried(problem, one) for one in PROPERTIES), repeated(specimen)]


Worst = Callable[[dict[str, Any], float, bool], tuple[np.ndarray, str]]
"""``worst(settings, scale, mild)``: the largest deviations, and the words for the change that made them."""


def tried(problem: Problem, one: Property) -> Invariance:
    """The verdict on a property."""
    changes = list(one.changes())

    def worst(settings: dict[str, Any], scale: float, mild: bool) -> tuple[np.ndarray, str]:
        here = problem if scale == 1 else Problem(problem.specimen, scale=scale)
        path = here.path(settings=settings)
        chosen = changes[: one.mild] if mild else changes
        found = [(deviations(path, here.path(change, settings)), words) for change, words in chosen]
        return max(found, key=lambda x: (np.isnan(x[0][0]), x[0].max()))

    return _judged(one, problem.specimen, worst)


def _judged(one: Property, specimen: Specimen, worst: Worst) -> Invariance:
    """Holds as it is, or under which settings, or not."""
    try:
        curve, words = worst({}, 1.0, False)
    except (TypeError, ValueError, np.linalg.LinAlgError) as error:
        return Invariance(one.key, one.title, UNTRIED, float("nan"), f"the run ends: {error}")
    size = float(curve.max())
    if size != size:
        return Invariance(one.key, one.title, UNTRIED, size, "the parameter does not move")

    def verdict(said: str, evidence: str, unless: tuple[str, ...] = ()) -> Invariance:
        return Invariance(one.key, one.title, said, size, evidence, unless, curve)

    if size <= ROUNDING:
        return verdict(HOLDS, f"{words}: the same way, {_rounded(size)}")
    evidence = f"{words}: another way, off by {_shown(size)}"
    guards = tuple(knob for knob, x in specimen.knobs.items() if 0 < abs(x) <= SMALL and knob not in RATES)
    sets = [*((knob,) for knob in guards), *([guards] if len(guards) > 1 else [])]
    blamed = _blamed(specimen, sets, worst, 0, 1e-200)
    if not blamed and one.mild and not _holds(worst, {}, mild=True):
        blamed = _blamed(specimen, sets, worst, 1e-30, mild=True)
    if blamed:
        names = " and ".join(blamed)
        return verdict(f"{UP_TO} {names}", f"{evidence}; the same way without {names}")
    others = [knob for knob in specimen.knobs if knob not in (*RATES, *guards)]
    unless = tuple(
        f"{knob}=0" for knob in others if any(_holds(worst, change) for change in _turned_to(specimen, (knob,), 0))
    )
    if unless:
        evidence += f"; the same way with {' or '.join(unless)}"
    elif one.mild and (_holds(worst, {}, mild=True) or _holds(worst, {}, 2.0**60, mild=True)):
        return verdict(f"{UP_TO} a constant", f"{evidence}; the same way while gradients are large")
    if "seed" in specimen.settings:
        evidence += "; its random numbers do not change along"
    return verdict(FAILS, evidence, unless)


def _blamed(
    specimen: Specimen, sets: list[tuple[str, ...]], worst: Worst, *values: float, mild: bool = False
) -> tuple[str, ...]:
    """The first of several sets of knobs that, put to one of the values, lets it hold."""
    for knobs in sets:
        if any(_holds(worst, change, mild=mild) for change in _turned_to(specimen, knobs, *values)):
            return knobs
    return ()


def _turned_to(specimen: Specimen, knobs: tuple[str, ...], *values: float) -> Iterator[dict[str, Any]]:
    """Changes of settings that give knobs one of the values, where it is accepted."""
    for value in values:
        change: dict[str, Any] = {}
        for knob in knobs:
            change |= specimen.with_settings(**change).turned(knob, value)
        if specimen.accepts(**change):
            yield change


def _holds(worst: Worst, change: dict[str, Any], scale: float = 1.0, mild: bool = False) -> bool:
    try:
        return bool(worst(change, scale, mild)[0].max() <= ROUNDING)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError, np.linalg.LinAlgError):
        return False


def repeated(specimen: Specimen, times: int = 4) -> Invariance:
    """Whether a batch of repeated steps is one step of as many times the learning rate."""
    one = REPEATED
    if "lr" not in specimen.settings:
        return Invariance(one.key, one.title, UNTRIED, float("nan"), "it has no setting lr to make longer")
    if specimen.takes == "closure":
        return Invariance(one.key, one.title, UNTRIED, float("nan"), "it evaluates the loss again for each step")
    problem = Problem(specimen)

    def worst(settings: dict[str, Any], scale: float, mild: bool) -> tuple[np.ndarray, str]:
        rate = {**specimen.settings, **settings}["lr"]
        paths = []
        for repeats, lr in ((times, rate), (1, times * rate)):
            p = problem.start.copy()
            runner = specimen.start([p], **{**settings, "lr": lr})
            path = [p.copy()]
            for t in range(problem.steps // 2):
                for _ in range(repeats):
                    runner.step([problem.stream[t]])
                path.append(p.copy())
            paths.append(np.array(path))
        return deviations(*paths), f"each step taken {times} times, or once with {times} times lr"

    return _judged(one, specimen, worst)


def _shown(size: float) -> str:
    if size == float("inf"):
        return "infinity: it is not finite"
    return f"{size:.2g} of the distance gone"


def _rounded(size: float) -> str:
    return "bit for bit" if size == 0 else f"up to {size:.0e} of the distance gone"
