"""What is said about a rule: which of the properties it has, and for the others a counterexample."""

from collections.abc import Iterator
from dataclasses import dataclass

from .tasks import Task


@dataclass(frozen=True)
class Verdict:
    """On one property: its title, and the counterexample, empty if it holds."""

    title: str
    failure: str


@dataclass(frozen=True, repr=False)
class DesignReport:
    """What is to be said about a rule.

    Attributes
    ----------
    task : Task
    passed : bool
    verdicts : tuple of Verdict
        In the order of the task; empty if the rule could not be run.
    problem : str
        The sentence on code that could not be run to its end.
    note : str
        Which limits this system lacks.
    """

    task: Task
    passed: bool
    verdicts: tuple[Verdict, ...] = ()
    problem: str = ""
    note: str = ""

    def __str__(self) -> str:
        return "\n".join(self._lines(""))

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return "\n\n".join(self._lines("`"))

    def _lines(self, code: str) -> Iterator[str]:
        bold = "**" if code else ""
        good = sum(not one.failure for one in self.verdicts)
        count = f", {good} of {len(self.verdicts)} properties" if self.verdicts else ""
        yield f"{bold}{self.task.title}: {'passed' if self.passed else 'not passed'}{count}.{bold}"
        listed = [f"{'FAILS' if one.failure else 'holds'} {one.title}" for one in self.verdicts]
        if listed:
            yield "\n".join(f"- {line}" if code else f"  {line}" for line in listed)
        if self.problem:
            yield self.problem
        for one in self.verdicts if not self.problem else ():
            if one.failure:
                yield f"Counterexample to {one.title.partition(' (')[0].partition(': after')[0]!r}: {one.failure}"
        if self.note:
            yield self.note
        if self.passed:
            yield self.task.explanation
            yield f"Next: {code}python -m optedu drill {self.task.next}{code}."
        else:
            yield f"A hint, if you want one: {code}python -m optedu drill {self.task.name} --hint 1{code}."
