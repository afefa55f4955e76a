"""The scorecard on the page of the mock interview: that of an interview which is held here."""

import re
from pathlib import Path

from optedu.drill.grader.exercise_form import edited, exercise
from optedu.drill.interview import parts
from optedu.drill.interview.mock import Interview
from optedu.drill.questions import find_bug
from optedu.drill.questions.numbers_to_know import numbers

MARK = "<!-- scorecard -->"
MINUTES = (17.5, 4, 6.2, 4.1, 3.8, 2.5)
"""What each part takes."""

POINTS = {3: 4, 4: 2, 5: 3}
"""What one gives oneself for the questions."""


class Clock:
    """A clock that is put forward by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def held(level: str = "senior", seed: int = 1, minutes: float = 45) -> tuple[Interview, Clock]:
    """An interview, and the clock that it goes by."""
    clock = Clock()
    return Interview(level, minutes, seed, clock=clock), clock


def right(talk: Interview, number: int):
    """The best answer to a part."""
    part = talk.parts[number - 1]
    return {
        "code": lambda: exercise(part.subject).reference,
        "bug": lambda: find_bug.puzzle(talk.seed, exercise=part.subject).answer,
        "question": lambda: parts.BEST,
        "estimate": lambda: {n.id: n.value for n in numbers()}[part.subject],
    }[part.kind]()


def wrong(talk: Interview) -> tuple[str, str]:
    """An answer to the coding task with one mistake, and its name."""
    asked = exercise(talk.parts[0].subject)
    bug = next(b for b in asked.bugs if not b.convention)
    return edited(asked.reference, bug.edits), bug.name


def example() -> Interview:
    """The interview whose scorecard stands in the book."""
    talk, clock = held()
    for number, minutes in enumerate(MINUTES, 1):
        talk.part(number)
        clock.now += 60 * minutes
        if number in POINTS:
            talk.rubric(number)
        if number == 1:
            talk.answer(number, wrong(talk)[0])
        talk.answer(number, POINTS.get(number) or right(talk, number))
    return talk


def page(path: Path) -> str:
    """The page with a fresh scorecard; its heading would be one of the page."""
    head, _, tail = path.read_text("utf8").split(MARK)
    card = re.sub(r"^# (.*)", r"**\1**", example().scorecard().text.strip())
    return f"{head}{MARK}\n\n{card}\n\n{MARK}{tail}"
