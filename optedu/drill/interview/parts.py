"""The parts of a mock interview: each a task, a clock's reading, and a judge."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..grader.exercise_form import Exercise
from ..grader.grading import grade
from ..grader.report import mistakes
from ..questions.asked_form import asked_form
from ..questions.bank import LEVELS, FollowUp, Question
from ..questions.find_bug import puzzle
from ..questions.numbers_to_know import Number
from ..questions.topics import topic_of

SITE = "https://optedu.github.io/optedu/book"

SHARES = {"code": 20, "bug": 5, "question": 5, "estimate": 5}
"""Minutes of a part in an interview of 45, in which there are three questions."""

BEST = 4
RUBRIC = ("nothing, or wrong", "a part of it", "right", "right, with reasons", "with the trap and the limits")
"""What 0 to 4 points mean where one judges oneself."""


@dataclass(frozen=True)
class Verdict:
    """What came of an answer: points, words (Markdown), and the names of mistakes in code."""

    points: int
    text: str
    mistakes: tuple[str, ...] = ()


@dataclass
class Part:
    """One part of an interview.

    Attributes
    ----------
    kind : str
        A key of `SHARES`.
    subject : str
        Name of the exercise, id of the question or number.
    chapter : str
        Where to read on, as a path below ``book/``; empty for a number.
    task : str
        Markdown to show before an answer.
    judge : callable
        From an answer to a `Verdict`; raises ValueError or TypeError for what is no answer.
    title, link : str
        What it is about, in words, and where that stands on the site.
    model : str
        The answer that would get all points.
    rubric : str
        What an answer to a question is compared with.
    follow_up : FollowUp or None
        What is asked after a question.
    state : str
        ``"to come"``, ``"begun"``, ``"compared"`` (with the rubric) or ``"answered"``.
    seconds : float
        What it took.
    points : int or None
        None before an answer.
    tries : int
        Answers given.
    given : list of str
        The answers themselves; of a question, what was typed.
    """

    kind: str
    subject: str
    chapter: str
    task: str
    judge: Callable[[Any], Verdict]
    title: str
    link: str
    model: str
    rubric: str = ""
    follow_up: FollowUp | None = None
    state: str = "to come"
    seconds: float = 0.0
    points: int | None = None
    tries: int = 0
    given: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether no answer is taken any more. Code may be handed in until it passes."""
        return self.state == "answered"

    def answer(self, given: Any) -> Verdict:
        """Judge an answer. A further attempt costs one point, all of them at most half of the points."""
        verdict = self.judge(given)
        self.points = max(verdict.points - self.tries, verdict.points // 2)
        self.tries += 1
        if self.kind != "question":  # there it is the points
            self.given.append(_text(given))
        self.state = "begun" if self.kind == "code" and verdict.points < BEST else "answered"
        return verdict


def _text(given: Any) -> str:
    """An answer as text: of a file what it holds, of a function or a class its source."""
    try:
        if isinstance(given, Path) or (isinstance(given, str) and given.endswith(".py") and "\n" not in given):
            return Path(given).expanduser().read_text("utf8")
        return inspect.getsource(given) if callable(given) else str(given)
    except (OSError, TypeError, UnicodeDecodeError):
        return str(given)


def coding(asked: Exercise) -> Part:
    """An exercise of the drill. Points: 4 passed, 2 another convention, 1 some probes, 0 none."""

    def judge(thing: Any) -> Verdict:
        report = grade(asked.name, thing)
        if report.passed:
            points = BEST
        elif report.diagnosis and all(bug.convention for bug in report.diagnosis):
            points = 2
        else:
            points = int(any(good for _, good in report.probes))
        return Verdict(points, report._repr_markdown_(), mistakes(report))

    model = f"```python\n{asked_form(asked.reference, asked.starter).strip()}\n```"
    return Part("code", asked.name, asked.chapter, asked._repr_markdown_(), judge, asked.title, _page(asked), model)


def _page(asked: Exercise) -> str:
    """Where an exercise stands on the site."""
    return f"{SITE}/interview/drill.html#{asked.name}"


def bug(asked: Exercise, seed: int) -> Part:
    """A mistake to be found in the code of an exercise."""
    found = puzzle(seed=seed, exercise=asked.name)

    def judge(answer: Any) -> Verdict:
        return Verdict(BEST * found.right(answer), found.check(answer))

    return Part("bug", asked.name, asked.chapter, found.text, judge, asked.title, _page(asked), found.explain())


def oral(question: Question, follow_up: FollowUp | None = None) -> Part:
    """A question to be answered aloud and judged by oneself, and what is asked after it."""
    asked = f"\n\n**Asked next.** {follow_up.text}" if follow_up else ""

    def judge(points: Any) -> Verdict:
        if isinstance(points, bool) or not isinstance(points, int) or not 0 <= points <= BEST:
            raise ValueError(f"points must be a whole number from 0 to {BEST}, got {points!r}")
        return Verdict(points, f"{points} of {BEST}: {RUBRIC[points]}.{asked}")

    answers = {
        "Listens for": question.listens,
        "In 30 seconds": question.short,
        "In depth": question.deep,
        "Trap": question.trap,
    }
    rubric = [f"**{head}.** {text}" for head, text in answers.items()]
    rubric += ["Your points:", "\n".join(f"- {points}: {meaning}" for points, meaning in enumerate(RUBRIC))]
    link = f"{SITE}/interview/bank/{topic_of(question)}.html#{question.id}"
    return Part(
        "question", question.id, question.chapter, question.question, judge, question.question, link,
        f"{question.short}\n\n{question.deep}", "\n\n".join(rubric), follow_up,
    )  # fmt: skip


def estimate(number: Number) -> Part:
    """A number to know or to work out in the head."""

    def judge(answer: Any) -> Verdict:
        right = number.right(answer)
        return Verdict(BEST * right, f"{'Right' if right else 'No'}: {number}. In the head: {number.trick}")

    close = f"within {number.tolerance:.0%}" if number.tolerance else "exactly"
    unit = f" in {number.unit}" if number.unit else ""
    task, link = f"{number.question}\n\nA number{unit}, {close}.", f"{SITE}/interview/numbers.html"
    return Part("estimate", number.id, "", task, judge, number.question, link, f"{number}. {number.trick}")


def nearest(level: str, asked: Iterable[Exercise]) -> list[Exercise]:
    """The exercises of a level; where these are less than two, those of the levels beside it, too."""
    asked, place = list(asked), LEVELS.index(level)
    for reach in range(len(LEVELS)):
        near = [e for e in asked if abs(LEVELS.index(e.level) - place) <= reach]
        if len(near) >= 2:
            break
    return near
