"""A race down a valley, beside momentum and AdamW: a live figure whose learning rate is the reader's to move.

The rule runs in the page as JavaScript, from the same trace from which the engines run it. Before it is shown, its way
is compared with that of the optimizer itself.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from ...core.state import BY_RULE
from ...core.tracing import Untraceable
from ..live_figures import three_rules
from ..live_figures.figure import Axis, Dots, Ends, Figure, Handle, Label, Line, Panel, Quantity, Scan
from ..live_figures.page import Live
from ..live_figures.tables import places, positional, script
from ..runs import descend
from .specimen import Specimen, of_row

RATES = (1e-4, 100.0, 61, "log")
"""Learning rates that are tried: ten in a decade."""

RIVALS = {"SGD with momentum": ("blue", "4 3", "s"), "AdamW": ("brown", "1.5 2.5", "o")}
"""Rows of the table: color, dashes and dots."""

STEPS, KAPPA = three_rules.STEPS, three_rules.KAPPA
CENTER = (2.0, 1.0)
"""The minimum, which is not where weight decay leads to."""

START = (three_rules.START[0] + CENTER[0], three_rules.START[1] + CENTER[1])


def slope(x: Any, y: Any) -> Any:
    return three_rules.slope(x - CENTER[0], y - CENTER[1])


def height(x: Any, y: Any) -> Any:
    return three_rules.height(x - CENTER[0], y - CENTER[1])


SURFACE: Any = SimpleNamespace(value=lambda p: height(*p), grad=lambda p: np.array(slope(*p)), start=START)
SAME = 1e-9
"""Two ways that differ by less are the same."""

NAME = "own_rule"
MARK = math.pi / 100
"""A learning rate that is looked for among the initial values of a state."""


def decades(loss: Any) -> Any:
    """By how many powers of ten a loss lies below that of the start."""
    return -np.log(loss / height(*START)) / math.log(10)


def race(one: Specimen) -> tuple[Live | None, str]:
    """The race of a specimen, or None and the reason why there is none.

    Parameters
    ----------
    one : Specimen
    """
    if one.takes in ("closure", "matrix"):
        takes = {"closure": "it evaluates the loss itself", "matrix": "it takes matrices, and here are two numbers"}
        return None, takes[one.takes]
    if one.cls is None:
        return None, "it is not an Optimizer, whose rule could be read"
    if one.cls.step_all is not None or one.cls.elementwise is False:
        return None, "its rule sees more than one number at a time"
    if "lr" not in one.settings:
        return None, "it has no learning rate to move"
    try:
        scan = _scan(one)
        live = Live(NAME, _figure(one, scan))
        script(NAME, live.figure)
    except Untraceable as error:
        return None, f"its rule cannot be read number by number: {error}"
    except (TypeError, ValueError, ArithmeticError) as error:
        return None, f"its rule does not run on single numbers: {error}"
    run = live.tables["run"]
    way, truth = np.array([run["x"], run["y"]]).T, _way(one, live.state["gamma"])
    if way.shape != truth.shape or not np.abs(way - truth).max() <= SAME * np.abs(truth).max():
        return None, "its step is more than its rule on single numbers"
    return live, ""


def _way(one: Specimen, lr: float) -> np.ndarray:
    """Down the valley with the optimizer itself."""

    def make(params: list[np.ndarray]) -> Any:
        return one.start(params, lr=lr)

    with np.errstate(all="ignore"):
        return descend(make, SURFACE, STEPS).path


def _end(one: Specimen, lr: float) -> float:
    """Decades at the end; NaN after a divergence."""
    found = float(decades(height(*_way(one, lr)[-1])))
    return found if np.isfinite(found) else float("nan")


def _scan(one: Specimen) -> Scan:
    """The steps of the rule on both coordinates, as a table of a live figure."""
    sides = [_begun(one, start) for start in START]
    rule, given, begun = sides[0][0], sides[0][1], [side[2] for side in sides]
    there = [name for name, value in begun[0].items() if value is not None]
    first = [name for name in there if begun[0][name] is BY_RULE]

    def stepped(g: Any, p: Any, states: tuple[Any, ...], t: Any, lr: Any) -> list[Any]:
        now: dict[str, Any] = {**dict.fromkeys(begun[0]), **dict(zip(there, states, strict=True))}
        settings = {**given, **{name: now for name, now in (("lr", lr), ("t", t)) if name in given}}

        def after(now: dict[str, Any]) -> list[Any]:
            p_new, *news = rule(g, p, *now.values(), **settings)
            return [p_new, *(new for name, new in zip(now, news, strict=True) if name in there)]

        if not first:
            return after(now)
        both = zip(after({**now, **dict.fromkeys(first)}), after(now), strict=True)
        return [np.where(t < 2, a, b) for a, b in both]

    def step(t: Any, x: Any, y: Any, *states: Any, gamma: Any) -> Any:
        gx, gy = slope(x, y)
        x, *xs = stepped(gx, x, states[: len(there)], t, gamma)
        y, *ys = stepped(gy, y, states[len(there) :], t, gamma)
        return x, y, *xs, *ys, decades(height(x, y))

    kept = [_start(side[name]) for side in begun for name in there]
    columns = " ".join(["x y", *(f"{name}{k}" for k in range(2) for name in there), "decades"])
    return Scan(step, (*START, *kept), STEPS, columns)


def _begun(one: Specimen, start: float) -> tuple[Callable[..., Any], dict[str, Any], dict[str, Any]]:
    """The rule for a coordinate, what it asks for, and its state by argument."""
    p = np.array([start])
    optimizer = one.start([p], lr=MARK).optimizer
    plan = optimizer.plan(0)
    initial = list(optimizer.initial_state(p, plan.settings).values())
    return plan.rule, plan.given, dict(zip(positional(plan.rule)[2:], initial, strict=True))


def _start(value: Any) -> float | str:
    """What a state begins as: a number, or the learning rate."""
    number = 0.0 if value is BY_RULE else float(np.ravel(value)[0])
    return "gamma" if number == MARK else number


def _figure(one: Specimen, scan: Scan) -> Figure:
    """The figure, whose handle begins at the best of the rates."""
    name = (one.row or one.name).replace("_", " ")
    rates = places(RATES)
    rivals = {row: _rival(row) for row in RIVALS if row != one.row}
    ends = [_end(one, lr) for lr in rates]
    told = [f"{row} by {np.nanmax(rival.ends):.2f} at {rival.best:.2g}" for row, rival in rivals.items()]
    return Figure(
        f"{name} in a race",
        (Quantity("gamma", f"learning rate of {name}", *RATES[:2], _best(rates, ends), "log", 0.05, 4, "red"),),
        {"run": scan, "end": Ends(scan), "rates": Ends(scan, "gamma", RATES)},
        (_ways(name, rivals), _rates(name, rivals, ends)),
        f"At {{gamma:4}} {name} lowers the loss by {{end.decades:2}} decades in {STEPS} steps, {' and '.join(told)}.",
        f"A valley {KAPPA} times as steep across as along, turned by 30 degrees against the coordinates, without "
        f"noise; a decade is a factor of ten. The rivals keep the best of {RATES[2]} learning rates.",
    )


def _ways(name: str, rivals: dict[str, "_Rival"]) -> Panel:
    marks: list[Any] = [*map(_contour, (0.08, 0.5, 1.5, 3.2, 5.5, 8.5))]
    for row, rival in rivals.items():
        color, dash, shape = RIVALS[row]
        x, y = rival.way.T
        marks += [Line(x, y, color, 1.4, dash), Dots(x, y, color, 4, shape, shape == "o")]
    marks += [Line("run.x", "run.y", "red", 1.9), Dots("run.x", "run.y", "red", 4.5), Label(6.6, 6.5, "start")]
    marks += [Dots(*CENTER, "green", 10, "s"), Label(*CENTER, "minimum", "green", dx=10, dy=16)]
    alt = f"Paths of {name} and its rivals over the contours of a valley, from one point."
    return Panel(f"The ways of {STEPS} steps", Axis(-3, 11, (0, 4, 8)), Axis(-4, 7.5, (0, 4)), marks, (), 280, alt)


def _rates(name: str, rivals: dict[str, "_Rival"], ends: list[float]) -> Panel:
    numbers = [x for some in (ends, *(rival.ends for rival in rivals.values())) for x in some if not math.isnan(x)]
    top = min(max(math.ceil(1.3 * max(numbers, default=0)), 2), 20)  # (with room for the names)
    looks: dict[str, Any] = {
        row: (rates, rival.ends, *RIVALS[row][:2]) for row, rival in rivals.items() for rates in [places(RATES)]
    }
    marks: list[Any] = [Line("gamma", (-1, top), "faint", 1)]
    for k, (label, (x, y, color, dash)) in enumerate(
        {**looks, name: ("rates.gamma", "rates.decades", "red", "")}.items()
    ):
        at, width = top * (0.93 - 0.1 * k), 1.4 if dash else 2.2
        marks += [Line(x, y, color, width, dash), Line((1.5e-4, 4e-4), (at, at), color, width, dash)]
        marks.append(Label(5e-4, at, label, color, dy=4))
    across = Axis(*RATES[:2], {1e-4: "10^{-4}", 0.01: "0.01", 1: "1", 100: "100"}, "learning rate", "log")
    up = Axis(-1, top, tuple(range(0, top + 1, 1 if top < 6 else 2)), "decades below the start")
    handle = Handle("gamma", "end.decades", f"Learning rate of {name}")
    alt = "By how many powers of ten each lowers the loss, at every learning rate."
    return Panel(f"After {STEPS} steps", across, up, marks, [handle], 280, alt)


def _contour(level: float) -> Line:
    line: Any = three_rules.contour(level)
    return replace(line, x=line.x + CENTER[0], y=line.y + CENTER[1])


def _best(rates: list[float], ends: list[float]) -> float:
    """The rate that comes lowest."""
    return rates[int(np.argmax(np.nan_to_num(ends, nan=-np.inf)))]


@dataclass(frozen=True)
class _Rival:
    """What came of the valley at all rates: the ends, the best rate and its way."""

    ends: list[float]
    best: float
    way: np.ndarray


@cache
def _rival(row: str) -> _Rival:
    one, rates = of_row(row), places(RATES)
    ends = [_end(one, lr) for lr in rates]
    best = _best(rates, ends)
    return _Rival(ends, best, _way(one, best))
