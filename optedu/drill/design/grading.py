"""Grade a rule: run it in a process of its own on all that its properties need, and judge the paths here."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from ..grader.child import FORKS, Message, messages, missing
from ..grader.grading import KEPT, handed_in
from ..grader.sandbox import FAILURES, Printed, Unfit, contained, define, sentence
from .driving import Run, driven
from .properties import Property
from .tasks import task
from .verdicts import DesignReport, Verdict

SAME = 1e-9
"""Two runs of one rule on the same gradients differ by less: where arrays lie in memory may change the last digits."""

WANTED = ("rule",)
"""What the function in a text is called; any other is found, too, if it is the only one that begins with g, p."""


def grade_design(name: str, thing: Any, *, seconds: float = 5.0) -> DesignReport:
    """Say which properties of an exercise in design a rule has.

    Parameters
    ----------
    name : str
        Of the exercise, such as ``"design-each"``.
    thing : function, str or Path
        The rule, its source text, or the file that it is in.
    seconds : float
        How long one run may take.

    Returns
    -------
    DesignReport
        Print it, or let a notebook show it. Whatever the rule does is told there.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    asked = task(name)
    runs, places = _all_runs(asked.properties)
    try:
        thing = handed_in(thing)
    except FAILURES as error:
        return DesignReport(asked, False, problem=sentence(error))
    watching = _watched(thing, runs, None if FORKS else seconds)
    paths: dict[int, np.ndarray] = {}
    kept, problem = 0.0, ""
    for message in messages(watching, seconds, free=False) if FORKS else watching:
        if "run" in message:
            run = runs[message["run"]]
            paths[message["run"]] = np.array([run.start.tolist(), *message["path"]])
            kept = max(kept, message["kept"] / run.start.size)
        elif "again" in message:
            first, again = paths[message["again"]], np.array([runs[0].start.tolist(), *message["path"]])
            if not problem and not np.allclose(first[: len(again)], again, SAME, SAME, equal_nan=True):
                problem = KEPT
        problem = problem or message.get("problem", "")
    if problem or len(paths) < len(runs):
        return DesignReport(asked, False, problem=problem or "It ended before all was tried.", note=missing())
    with np.errstate(all="ignore"):  # a path that is not finite is a finding
        found = tuple(
            Verdict(one.title, one.failure([paths[k] for k in at], kept))
            for one, at in zip(asked.properties, places, strict=True)
        )
    return DesignReport(asked, not any(one.failure for one in found), found, note=missing())


def _all_runs(properties: tuple[Property, ...]) -> tuple[list[Run], list[list[int]]]:
    """The runs of all properties one after another, and for each property which are its own."""
    runs: list[Run] = []
    places = []
    for one in properties:
        places.append(list(range(len(runs), len(runs) + len(one.runs))))
        runs += one.runs
    return runs, places


def _watched(thing: Any, runs: list[Run], seconds: float | None) -> Iterator[Message]:
    """Run a rule and tell what came of each run."""
    try:
        with contained(seconds, Printed()):
            yield from driven(_made(thing), runs)
    except FAILURES as error:
        yield {"problem": sentence(error)}


def _made(thing: Any) -> Any:
    if isinstance(thing, str):
        thing = define(thing, _named(thing))
    if not callable(thing):
        raise Unfit(f"Hand in a function, source text or a path, not {type(thing).__name__}.")
    return thing


def _named(text: str) -> tuple[str, ...]:
    """The functions of a text that begin with g, p, or else what it should define."""
    with suppress(SyntaxError, ValueError):
        defined = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        rules = [node.name for node in defined if [a.arg for a in node.args.args[:2]] == ["g", "p"]]
        if len(rules) == 1:
            return tuple(rules)
    return WANTED
