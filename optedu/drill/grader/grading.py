"""Grade an answer: run it beside the reference, then beside every known mistake."""

import math
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from .child import FORKS, Message, messages, missing, packed, unpacked
from .exercise_form import Bug, ClassForm, Exercise, edited, exercise
from .report import Divergence, Report
from .sandbox import FAILURES, Printed, Trace, Unfit, contained, define, guarded, remembered, run, sentence

RELATIVE, ABSOLUTE = 1e-9, 1e-12
"""Answers written in another order differ in their last digits, mistakes differ in their first."""


def grade(name: str, thing: Any, *, seconds: float = 5.0) -> Report:
    """Grade an answer to the exercise `name`.

    Parameters
    ----------
    name : str
        Of the exercise.
    thing : function, class, str or Path
        The answer itself, its source text, or the file that it is in.
    seconds : float
        How long each probe may run.

    Returns
    -------
    Report
        Print it, or let a notebook show it. Whatever the answer does (raise, loop, print),
        is told there.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    asked = exercise(name)
    try:
        thing = _read(thing)
    except FAILURES as error:
        return Report(asked, False, problem=sentence(error))
    watching, free = _watched(asked, thing, None if FORKS else seconds), _packages_own(thing)
    form: Exercise | ClassForm = asked
    mine: dict[int, Trace] = {}
    problem, printed = "", False
    for message in messages(watching, seconds, free) if FORKS else watching:
        if "form" in message:
            form = asked.as_class if message["form"] == "class" and asked.as_class else asked
        elif "probe" in message:
            steps = tuple((where, unpacked(value)) for where, value in message["steps"])
            mine[message["probe"]] = Trace(steps, message["problem"], message["stopped"])
        else:
            problem = problem or message.get("problem", "")
        printed |= message.get("printed", False)
    return _compared(asked, form, mine, problem, printed)


def _watched(asked: Exercise, thing: Any, seconds: float | None) -> Iterator[Message]:
    """Run an answer and tell its form, and then what each probe saw."""
    printed = Printed()
    try:
        with contained(seconds, printed):
            thing = _made(asked, thing)
    except FAILURES as error:
        yield {"problem": sentence(error)}
        return
    form: Exercise | ClassForm = asked
    if isinstance(thing, type) and asked.as_class:
        form = asked.as_class
    elif not isinstance(thing, type) and not asked.in_place:
        thing = guarded(thing)
    yield {"form": "class" if form is asked.as_class else "function", "printed": bool(printed.getvalue())}
    for k, probe in enumerate(form.probes):
        if probe.applies(thing):
            trace = run(probe, thing, seconds)
            steps = [(where, packed(value)) for where, value in trace.steps]
            yield {"probe": k, "steps": steps, "problem": trace.problem, "stopped": trace.stopped,
                   "printed": trace.printed}  # fmt: skip
            if trace.stopped:
                return


def _packages_own(thing: Any) -> bool:
    """Whether it is optedu's, or derived from it, and so needs optedu to run."""
    return any(str(getattr(c, "__module__", "")).startswith("optedu.") for c in getattr(thing, "__mro__", ()))


def _read(thing: Any) -> Any:
    """A file as its text."""
    if isinstance(thing, str) and "\n" not in thing:
        thing = Path(thing)
    if isinstance(thing, Path):
        if not thing.is_file():
            raise Unfit(f"There is no file {str(thing)!r}.")
        thing = thing.read_text("utf8")
    if isinstance(thing, str):
        remembered(thing)
    return thing


def _made(asked: Exercise, thing: Any) -> Any:
    """The function or class that was meant."""
    if isinstance(thing, str):
        wanted = (asked.as_class.name, asked.name) if asked.as_class else (asked.name,)
        thing = define(thing, wanted)
    if not callable(thing):
        raise Unfit(f"Hand in a function, a class, source text or a path, not {type(thing).__name__}.")
    if isinstance(thing, type) and not asked.as_class and f"class {asked.name}" not in asked.reference:
        raise Unfit("The task asks for a function, this is a class.")
    return thing


def _compared(
    asked: Exercise, form: Exercise | ClassForm, mine: dict[int, Trace], problem: str, printed: bool
) -> Report:
    right = traces(form, ())
    results = tuple((form.probes[k].name, same(mine[k], right[k])) for k in mine)
    failed = [k for k, (_, good) in zip(mine, results, strict=True) if not good]
    if not failed and mine and not problem:
        return Report(asked, True, results, printed=printed, note=missing())
    first = divergence(form.probes[failed[0]].name, right[failed[0]], mine[failed[0]]) if failed else None
    if problem or not mine:  # what came before it is not enough for a name
        return Report(asked, False, results, first, problem, printed=printed, note=missing())
    problem = next((mine[k].problem for k in failed if mine[k].problem), "")
    best, *others = _diagnoses(asked, form, mine, failed, right) or [()]
    similar, explained = (None, ()) if best else _similar(form, mine, failed, right)
    return Report(
        asked, False, results, first, problem, best, tuple(others), similar,
        tuple(form.probes[k].name for k in explained), printed, missing(),
    )  # fmt: skip


# Diagnosis


@cache
def traces(form: Exercise | ClassForm, edits: tuple[tuple[str, str], ...]) -> tuple[Trace, ...]:
    """What every probe sees of the reference, or of one of its bugs."""
    thing = define(edited(form.reference, edits), (form.name,))
    return tuple(run(probe, thing) for probe in form.probes)


def _diagnoses(asked, form, mine: dict[int, Trace], failed: list[int], right) -> list[tuple[Bug, ...]]:
    """All mistakes, or pairs of them, whose whole trace is that of the answer."""
    if not any(_telling(mine[k], right[k]) for k in failed):
        return []  # a name needs numbers: that two codes end in NaN does not make them one
    found: list[tuple[Bug, ...]]
    found = [(bug,) for bug in form.bugs if all(same(mine[k], traces(form, bug.edits)[k]) for k in mine)]
    if not found and asked.pairs and form is asked:
        found = [pair for pair, edits in _pairs(form) if _fits(form, edits, mine)]
    return found


@cache
def _pairs(form: Exercise) -> tuple[tuple[tuple[Bug, Bug], tuple[tuple[str, str], ...]], ...]:
    """Every two bugs that can be made together, and how."""
    pairs = []
    for a, b in combinations(form.bugs, 2):
        for edits in (a.edits + b.edits, b.edits + a.edits):
            try:
                edited(form.reference, edits)
            except ValueError:
                continue
            pairs.append(((a, b), edits))
            break
    return tuple(pairs)


def _fits(form: Exercise, edits: tuple[tuple[str, str], ...], mine: dict[int, Trace]) -> bool:
    """Whether code with these edits shows what the answer shows; stops at the first difference."""
    thing = _defined(edited(form.reference, edits), form.name)
    return all(same(mine[k], run(form.probes[k], thing)) for k in reversed(mine))


@cache
def _defined(text: str, name: str) -> Any:
    return define(text, (name,))


def _similar(form, mine: dict[int, Trace], failed: list[int], right) -> tuple[Bug | None, tuple[int, ...]]:
    """The bug that explains most of the failed probes, though not all."""
    best: tuple[Bug | None, tuple[int, ...]] = (None, ())
    for bug in form.bugs:
        theirs = traces(form, bug.edits)
        hits = tuple(k for k in failed if same(mine[k], theirs[k]) and _telling(mine[k], right[k]))
        if len(hits) > len(best[1]):
            best = bug, hits
    return best


def _telling(mine: Trace, right: Trace) -> bool:
    """Whether a finite number, a truth value or a text differs from the reference's."""
    for (_, a), (_, b) in zip(mine.steps, right.steps, strict=False):
        pair = _difference(b, a)
        if pair and not (_number(pair[1]) and not math.isfinite(pair[1])):
            return True
    return False


# Comparison


def same(a: Trace, b: Trace) -> bool:
    """Whether two traces agree in all places and values, and in ending early or not."""
    if len(a.steps) != len(b.steps) or bool(a.problem) != bool(b.problem):
        return False
    return all(x[0] == y[0] and _difference(y[1], x[1]) is None for x, y in zip(a.steps, b.steps, strict=True))


def divergence(probe: str, right: Trace, mine: Trace) -> Divergence | None:
    """The first place where two traces differ; None if code ended without a value there."""
    for (where, expected), (_, found) in zip(right.steps, mine.steps, strict=False):
        pair = _difference(expected, found)
        if pair:
            return Divergence(probe, where + pair[2], pair[0], pair[1])
    return None


def _difference(expected: Any, found: Any) -> tuple[Any, Any, str] | None:
    """The first pair of values that differ, with its index within a list."""
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{len(expected)} values", f"{len(found)} values", ""
        pairs = (_difference(e, f) for e, f in zip(expected, found, strict=True))
        for k, pair in enumerate(pairs):
            if pair:
                return pair[0], pair[1], f", entry {k + 1}{pair[2]}"
        return None
    if _number(expected) and _number(found):
        if math.isfinite(expected) and math.isfinite(found):
            equal = math.isclose(expected, found, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        else:
            equal = math.isfinite(expected) == math.isfinite(found)
    else:
        equal = type(expected) is type(found) and expected == found
    return None if equal else (expected, found, "")


def _number(x: Any) -> bool:
    return isinstance(x, float)
