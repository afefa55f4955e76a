"""The unit of every setting, found by measuring: which power of the units of loss and parameter it has to follow.

Multiply the loss by c and measure the parameter in a unit that is d times as large. The way stays the same if each
setting is multiplied by a power of c and one of d: its unit. To first order the powers solve a linear system, whose
columns are the changes of the way with the logarithm of each setting. A solution with as few settings as possible is
rounded to quarters and then tried, with large factors.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from .changed_problem import Change, Problem, deviation
from .invariances import SMALL
from .specimen import Specimen

PURE, MIXED = "a pure number", "none is consistent"
NO_EFFECT, COUNT = "no effect on this problem", "a whole number"
TOLERANCE = 1e-6
"""Of the way under the new units and settings."""

SHIFT = 1e-5
"""Of a logarithm, for the differences."""

CLOSE, LEAST, MOST = 1e-4, 1e-7, 5
"""Rest of the linear system that is due to differences; least effect of a setting; most settings with a unit."""

TRIAL = 0.02
"""In the place of a setting that is zero or so small that the way would not show it."""


@dataclass(frozen=True)
class Unit:
    """The unit of a setting.

    Attributes
    ----------
    setting : str
        ``"lr"``, ``"betas[0]"``.
    words : str
        ``"parameter / gradient"``, "a pure number", "none is consistent" (the setting is used in two units, or the
        rule has a constant with a unit), or why it was not found.
    powers : pair of Fraction, or None
        Of the loss and of the parameter.
    """

    setting: str
    words: str
    powers: tuple[Fraction, Fraction] | None = None


Powers = dict[str, tuple[Fraction, Fraction]]


def units(specimen: Specimen) -> list[Unit]:
    """The units of all settings, in order."""
    if specimen.cls is None:
        return []
    chosen = specimen.with_settings(**_trial(specimen))
    knobs = [name for name in chosen.knobs if _turnable(chosen, name)]
    guards = [knob for knob in knobs if abs(specimen.knobs[knob]) <= SMALL and knob != "lr"]
    powers, mixed = _consistent(chosen, knobs, guards)
    told = []
    for name in chosen.settings:
        keys = [key for key in chosen.knobs if key.partition("[")[0] == name]
        if not keys:
            told.append(Unit(name, "not set" if specimen.settings[name] is None else "a choice"))
        for key in keys:
            if key in mixed:
                told.append(Unit(key, MIXED))
            elif powers is None:
                told.append(Unit(key, MIXED if key in knobs else COUNT))
            elif key in powers:
                told.append(Unit(key, words(*powers[key]), powers[key]))
            else:
                told.append(Unit(key, NO_EFFECT if key in knobs else COUNT))
    return told


def _turnable(specimen: Specimen, knob: str) -> bool:
    value = specimen.knobs[knob]
    if not value or not np.isfinite(value):
        return False
    both = (specimen.accepts(**specimen.turned(knob, value * factor)) for factor in (1 - SHIFT, 1 + SHIFT))
    return (isinstance(value, float) or not specimen.own) and all(both)


def _consistent(specimen: Specimen, knobs: list[str], guards: list[str]) -> tuple[Powers | None, tuple[str, ...]]:
    """Powers of all settings, and which guard had to be put out of force for that; None if nothing helps."""
    if (powers := _powers(Problem(specimen), knobs)) is not None:
        return powers, ()
    for knob in guards:
        for value in (0.0, 1e-100):
            off = specimen.turned(knob, value)
            if specimen.accepts(**off):
                others = [other for other in knobs if other != knob]
                powers = _powers(Problem(specimen.with_settings(**off)), others)
                if powers:
                    return powers, (knob,)
    return None, ()


def _trial(specimen: Specimen) -> dict[str, Any]:
    """Settings under which each number has an effect."""
    trial: dict[str, Any] = {}
    for knob, value in specimen.knobs.items():
        now = specimen.with_settings(**trial)
        if isinstance(value, int) and abs(value) > 1 or not np.isfinite(value):
            continue
        for wanted in (TRIAL,) if abs(value) <= TRIAL / 2 else (float(value), 1.5 * value):
            change = now.turned(knob, wanted)
            if now.accepts(**change) and now.accepts(**now.turned(knob, wanted * (1 - SHIFT))):
                trial |= change
                break
    return trial


def _powers(problem: Problem, knobs: list[str]) -> Powers | None:
    """Powers of each setting that has an effect, as few of them as possible not zero; None if there are none."""
    chosen = problem.specimen

    def slope(one: str) -> np.ndarray:
        ends = []
        for sign in (1, -1):
            factor = float(np.exp(sign * SHIFT))
            settings = chosen.turned(one, chosen.knobs[one] * factor) if one in chosen.knobs else {}
            change = _in_units(factor if one == "loss" else 1.0, factor if one == "parameter" else 1.0)
            ends.append(problem.path(change, settings))
        return ((ends[0] - ends[1]) / (2 * SHIFT)).ravel()

    try:
        columns = {knob: slope(knob) for knob in knobs}
        wanted = -np.stack([slope("loss"), slope("parameter")], axis=1)
    except (TypeError, ValueError, ArithmeticError, np.linalg.LinAlgError):
        return None
    columns = {knob: column for knob, column in columns.items() if not np.abs(column).max() <= LEAST}
    pure = dict.fromkeys(columns, (Fraction(0), Fraction(0)))
    if not all(np.isfinite(column).all() for column in (wanted, *columns.values())):
        return None
    for number in range(min(len(columns), MOST) + 1):
        for some in combinations(columns, number):
            found = _solved([columns[knob] for knob in some], wanted)
            if found is not None:
                powers = {**pure, **dict(zip(some, found, strict=True))}
                if _stands(problem, powers):
                    return powers
    return None


def _solved(columns: list[np.ndarray], wanted: np.ndarray) -> list[tuple[Fraction, Fraction]] | None:
    """Powers, in quarters, with which the columns make up what is wanted."""
    rounded = np.zeros((len(columns), 2))
    if columns:
        matrix = np.stack(columns, axis=1)
        sizes = np.abs(matrix).max(0)
        solved = np.linalg.lstsq(matrix / sizes, wanted, rcond=None)[0] / sizes[:, None]
        if not np.isfinite(solved).all() or np.abs(solved).max() > 10:
            return None
        rounded = np.round(4 * solved) / 4
        wanted = wanted - matrix @ rounded
        if not all(rounded.any(1)):
            return None  # fewer would do
    if np.abs(wanted).max() > CLOSE * max(1.0, *(np.abs(column).max() for column in columns), 0.0):
        return None
    return [(Fraction(a), Fraction(b)) for a, b in rounded]


def _stands(problem: Problem, powers: Powers) -> bool:
    """Whether the way stays the same in other units, to a large factor, if the settings follow."""
    chosen, before = problem.specimen, problem.path()
    for loss, parameter in ((2.0**7, 1.0), (1.0, 2.0**-5), (2.0**9, 2.0**4)):  # (gradients grow: no guard wakes up)
        settings: dict[str, Any] = {}
        for knob, (a, b) in powers.items():
            value = chosen.knobs[knob] * loss ** float(a) * parameter ** float(b)
            settings |= chosen.with_settings(**settings).turned(knob, value)
        if not chosen.accepts(**settings):
            return False
        if not deviation(before, problem.path(_in_units(loss, parameter), settings)) <= TOLERANCE:
            return False
    return True


def _in_units(loss: float, parameter: float) -> Change:
    """The loss as a number that is `loss` times, the parameter as one that is `parameter` times as large."""
    return Change(lambda q: q / parameter, lambda p: p * parameter, lambda g: g / parameter, lambda t: loss)


def words(loss: Fraction, parameter: Fraction) -> str:
    """A unit in words; a gradient has that of loss / parameter."""
    gradient, rest = loss, parameter + loss
    above = [_power("gradient", gradient)] * (gradient > 0) + [_power("parameter", rest)] * (rest > 0)
    below = [_power("gradient", -gradient)] * (gradient < 0) + [_power("parameter", -rest)] * (rest < 0)
    if not above and not below:
        return PURE
    return " · ".join(above or ["1"]) + "".join(f" / {one}" for one in below)


def _power(name: str, power: Fraction) -> str:
    if power == 1:
        return name
    digits = re.sub(r"\d", lambda m: "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(m[0])], str(power))
    return f"{name}{digits}" if power.denominator == 1 else f"{name}^({power})"
