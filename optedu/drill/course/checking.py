"""What the test cells of an assignment call: a grade in parts, for programs that count cells."""

from typing import Any

from ..grader.exercise_form import Probe, exercise
from ..grader.grading import grade
from ..grader.report import Report

_latest: list[tuple[str, Any, Report]] = []
"""The answer that was graded last: an assignment asks about one answer as often as it has probes."""


class NotPassed(AssertionError):
    """An answer, or what it does in one probe, is not that of the reference; the message is the diagnosis."""

    def _render_traceback_(self) -> list[str]:
        """For notebooks: the words alone. Where in our files it was raised helps no student."""
        return str(self).splitlines()


def check(name: str, thing: Any, probe: str | None = None) -> None:
    """Raise unless an answer passes one probe of an exercise, or all of it.

    Parameters
    ----------
    name : str
        Of the exercise.
    thing : function, class, str or Path
        The answer, as `optedu.drill.grade` takes it.
    probe : str, optional
        The name of one of the exercise's probes. Without it everything must be right: each probe, and that the
        answer keeps nothing between calls and changes none of its arguments.

    Raises
    ------
    NotPassed
        With the diagnosis as its message: of one probe in short, of everything as the whole report.
    ValueError
        If there is no such exercise, or it has no such probe.
    """
    asked = exercise(name)
    known = {p.name: p for p in asked.probes}
    if probe is not None and probe not in known:
        raise ValueError(f"{asked.name} has no probe {probe!r}; it has {', '.join(map(repr, known))}")
    report = _graded(asked.name, thing)
    if report.passed or (probe is not None and (probe, True) in report.probes):
        return
    raise NotPassed(str(report) if probe is None else _short(report, known[probe]))


def _graded(name: str, thing: Any) -> Report:
    for known, same, report in _latest:
        if known == name and same is thing:
            return report
    report = grade(name, thing)
    _latest[:] = [(name, thing, report)] if callable(thing) else []  # a file may change under its name
    return report


def _short(report: Report, probe: Probe) -> str:
    """What to say about one probe; the whole report is said once, by the check of everything."""
    lines = [f'Not passed: "{probe.name}". {probe.why}']
    if report.problem:
        lines.append(report.problem)
    if report.first and report.first.probe == probe.name:
        lines.append(f"First difference, {report.first}.")
    if report.diagnosis:
        names = " and ".join(bug.name for bug in report.diagnosis)
        lines.append(f"Diagnosis: {names}. " + " ".join(bug.says for bug in report.diagnosis))
    return "\n".join(lines)
