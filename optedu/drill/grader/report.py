"""What the grader says: a report, and its words."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .exercise_form import Bug, Exercise

HINT = "python -m optedu drill {} --hint 1"


@dataclass(frozen=True)
class Divergence:
    """Where an answer first left the reference."""

    probe: str
    where: str
    expected: Any
    found: Any

    @property
    def ratio(self) -> float | None:
        """Found over expected, where that means something."""
        both = self.expected, self.found
        if not all(isinstance(x, float) and math.isfinite(x) for x in both) or not self.expected:
            return None
        return self.found / self.expected

    def __str__(self) -> str:
        why = getattr(self.found, "why", "")
        ratio = "" if self.ratio is None else f" (found/expected = {self.ratio:.10g})"
        found = f"{_shown(self.found)}{' (' + why + ')' if why else ''}"
        return f"{self.where}: expected {_shown(self.expected)}, found {found}{ratio}"


@dataclass(frozen=True, repr=False)
class Report:
    """What is to be said about an answer.

    Attributes
    ----------
    exercise : Exercise
    passed : bool
    probes : tuple of (str, bool)
        Name of each probe, and whether it was passed.
    first : Divergence or None
    problem : str
        The sentence on code that could not be run to its end.
    diagnosis : tuple of Bug
        The mistake: one bug, or the two of a pair. Empty for a pass, and for unknown.
    alternatives : tuple of tuple of Bug
        Other mistakes that would look exactly the same.
    similar : Bug or None
        Not named: it explains the probes in `explained`, but not all that fail.
    explained : tuple of str
    printed : bool
    steps : str
        The first steps in units of the learning rate, expected and found.
    line : str
        Which line of the answer to look at.
    note : str
        Which limits this system lacks.
    """

    exercise: Exercise
    passed: bool
    probes: tuple[tuple[str, bool], ...] = ()
    first: Divergence | None = None
    problem: str = ""
    diagnosis: tuple[Bug, ...] = ()
    alternatives: tuple[tuple[Bug, ...], ...] = ()
    similar: Bug | None = None
    explained: tuple[str, ...] = ()
    printed: bool = False
    steps: str = ""
    line: str = ""
    note: str = ""

    def __str__(self) -> str:
        return "\n".join(_lines(self, tex="", code=""))

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return "\n\n".join(line.strip() for line in _lines(self, tex="$", code="`"))


def _shown(x: Any) -> str:
    if isinstance(x, list):
        return f"a list of {len(x)}"
    return f"{x:.10g}" if isinstance(x, float) else str(x)


def _lines(report: Report, tex: str, code: str) -> Iterator[str]:
    asked, good = report.exercise, sum(ok for _, ok in report.probes)
    bold = "**" if code else ""
    verdict = "passed" if report.passed else "not passed"
    count = f", {good} of {len(report.probes)} probes" if report.passed or report.first else ""
    yield f"{bold}{asked.title}: {verdict}{count}.{bold}"
    if report.first:
        listed = [f"{'same  ' if ok else 'DIFFERS'} {name}" for name, ok in report.probes]
        yield "\n".join(f"- {line}" if code else f"  {line}" for line in listed)
    if report.problem:
        yield report.problem
    if report.first:
        yield f'First difference, in "{report.first.probe}", {report.first}.'
        if report.steps:
            yield report.steps
    for k, bugs in enumerate((report.diagnosis, *report.alternatives) if report.diagnosis else ()):
        yield from _named(bugs, k, tex, code)
    if report.similar:
        names = ", ".join(f'"{name}"' for name in report.explained)
        head = "Also similar" if report.diagnosis else "Diagnosis: unknown. Similar"
        yield (
            f"{head}, but not all of it: in {names} your numbers are those of "
            f"{code}{report.similar.name}{code}. {report.similar.says}"
        )
    elif report.first and not report.diagnosis and not report.problem:
        yield "Diagnosis: unknown. No mistake in the catalogue, and no slip in the reference, gives these numbers."
    if report.line:
        yield report.line
    if report.printed:
        yield "It printed something; that was kept out of this report."
    if report.note:
        yield report.note
    if not report.passed:
        unnamed = report.first and all(bug.name == "observed" for bug in report.diagnosis)
        ask = "Without a name for it, a hint helps" if unnamed else "A hint, if you want one"
        yield f"{ask}: {code}{HINT.format(asked.name)}{code}."
    if report.passed:
        yield asked.explanation.strip()
        if asked.variants:
            yield "Variants: " + " ".join(asked.variants)
        yield f"Next: {code}{asked.next}{code}."


def _named(bugs: tuple[Bug, ...], k: int, tex: str, code: str) -> Iterator[str]:
    head = "Diagnosis" if k == 0 else "Or, with the same numbers"
    if all(not bug.edits for bug in bugs) and bugs[0].name == "slip":
        yield f"{head}: " + ("a slip." if len(bugs) == 1 else "two slips at once.")
        for bug in bugs:
            yield bug.says + (f" What should hold: {tex}{bug.breaks}{tex}" if bug.breaks else "")
        return
    if bugs[0].name == "observed":
        yield f"{head}: unknown. No mistake in the catalogue gives all of these numbers, but this can be seen:"
        yield from (bug.says for bug in bugs)
        return
    names = " and ".join(f"{code}{bug.name}{code}" for bug in bugs)
    kind = " (a convention, not a mistake in itself)" if all(bug.convention for bug in bugs) else ""
    both = ", two mistakes at once" if len(bugs) == 2 else ""
    yield f"{head}: {names}{kind}{both}."
    for bug in bugs:
        yield f"{bug.says} What should hold: {tex}{bug.breaks}{tex}"


def mistakes(report: Report) -> tuple[str, ...]:
    """The names of the catalogue in a report that are mistakes; a convention is none."""
    return tuple(bug.name for bug in report.diagnosis if bug.edits and not bug.convention)
