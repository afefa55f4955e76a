"""`examine`: everything that is measured for one rule or optimizer, in order."""

import inspect
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np

from ...core import checks
from .costs import cost, times
from .equations import equations
from .invariances import invariances
from .learning import DIGITS, TRANSFORMER, Learned, Task, known, learned
from .neighbors import neighbor
from .quadratics import limit, speed
from .racing import race
from .report import Report
from .responses import responses
from .specimen import RATE, Specimen, specimen
from .units import units


def examine(
    thing: Any,
    settings: Mapping[str, Any] | None = None,
    *,
    learning: bool = True,
    speeds: bool = False,
    alone: bool = False,
    transformer: bool = False,
) -> Report:
    """Put a rule or an optimizer into the wind tunnel: what it is, computed and not asserted.

    Parameters
    ----------
    thing : callable, Optimizer, or its class
        Of a rule by itself the arguments after ``g, p`` are states that begin as zeros (with the default None: that
        are not there), the keyword-only ones are settings, and ``t`` is the count of steps. A function of one
        argument, and of settings with defaults, builds an optimizer from a list of parameters:
        ``lambda w, lr=1e-3: Cautious(AdamW(w, lr=lr, weight_decay=0))``.
    settings : dict, optional
        Settings that differ from the defaults. A rule whose ``lr`` has no default is examined at 0.01.
    learning : bool, default True
        Also train on digits, beside SGD with momentum, AdamW and the nearest of the zoo (some seconds).
    speeds : bool, default False
        Also time a step on each engine.
    alone : bool, default False
        In training this one only.
    transformer : bool, default False
        Also train the character transformer, beside the same (minutes). Its layers are torch's.

    Returns
    -------
    Report
        ``print`` it, or ``save("report.html")``.

    Raises
    ------
    TypeError, ValueError
        If `thing` is none of these, has no such setting, or cannot be built; the message says which.
    ModuleNotFoundError
        If the transformer is asked for and there is no torch. Nothing has been measured then.

    Notes
    -----
    Everything runs in float64, on a 4 x 4 matrix (invariances, units), on single numbers and on 8 x 8 of them
    (responses), and on bowls of four numbers; times and bytes are for float32. What cannot be tried says why. An error
    that the rule itself raises in its first step is not caught.

    Examples
    --------
    >>> print(optedu.lab.examine(optedu.Lion, learning=False))
    """
    for name, value in (("learning", learning), ("speeds", speeds), ("alone", alone), ("transformer", transformer)):
        checks.flag(name, value)
    if settings is not None and not isinstance(settings, Mapping):
        raise TypeError(f"settings must be a dict of names and values, got {settings!r:.80}")
    one = specimen(thing, settings)
    if transformer and find_spec("torch") is None:
        why = "the character transformer needs torch, whose layers it has: install it, or leave out transformer=True"
        raise ModuleNotFoundError(why, name="torch")
    with np.errstate(all="ignore"):
        _first_step(one)
        verdicts, answers = invariances(one), responses(one)
        nearest, likeness = neighbor(one.row, {v.key: v.verdict for v in verdicts}, {r.key: r.value for r in answers})
        others = () if alone else dict.fromkeys(("SGD with momentum", "AdamW", nearest))

        def compared(task: Task) -> list[Learned]:
            return [learned(one, task), *(known(row, task) for row in others if row not in ("", one.row))]

        ran, why_not = race(one)
        return Report(
            name=one.name, settings=one.settings, notes=_notes(one, thing), cost=cost(one),
            equations=equations(one.rules, one.settings, one.absent), units=units(one), invariances=verdicts,
            responses=answers, limits={"calm": limit(one), "noisy": limit(one, noisy=True)},
            speeds={"aligned": speed(one), "turned": speed(one, turned=True)}, neighbor=nearest, likeness=likeness,
            learned=compared(DIGITS) if learning else [], characters=compared(TRANSFORMER) if transformer else [],
            race=ran, no_race=why_not, times=times(one) if speeds else {},
        )  # fmt: skip


def _first_step(one: Specimen) -> None:
    """Whoever cannot take a step at all is told so by the rule itself, before anything is measured."""
    p = np.ones((2, 2))
    one.start([p]).descend(lambda: (float((p * p).sum()), [2 * p]))


def _notes(one: Specimen, thing: Any) -> tuple[str, ...]:
    """What is special about the run."""
    notes = []
    if one.usual:
        usual = ", ".join(f"{name}={value!r}" for name, value in one.usual.items())
        notes.append(f"Its usual {usual} would leave small parameters to plain AdamW.")
    if one.takes == "closure":
        notes.append("It evaluates the loss itself: invariances are tried with three steps in a bowl.")
    if "history_size" in one.settings:
        notes.append("Its state is counted with a full history.")
    if one.takes == "sparse":
        notes.append("It is given the rows of a gradient that are not zero.")
    if hasattr(one.cls, "update_hessian"):
        notes.append("It is given no estimate of the curvature.")
    if "seed" in one.settings:
        notes.append("It draws random numbers, the same in each run.")
    lr = inspect.signature(thing).parameters.get("lr") if callable(thing) else None
    if one.own and lr is not None and lr.default is lr.empty and one.settings["lr"] == RATE:
        notes.append(f"Its learning rate has no default; here it is {RATE:g}.")
    return tuple(notes)
