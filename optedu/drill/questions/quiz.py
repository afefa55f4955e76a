"""Repetition: due cards first, then new ones from basic to staff; diagnosed mistakes come back."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..grader.exercise_form import exercise, exercises
from .bank import LEVELS
from .history import History
from .mistakes import known_mistakes, mistake_parts
from .progress import RATINGS
from .topics import TOPICS, of_topic, topic_of

NEW = 10
"""New cards in one session: what is new today is due again tomorrow."""

EARLY = timedelta(hours=12)
"""A card counts as due this much before its time, so that a daily session may come a little earlier."""

MISTAKES = "mistakes"
"""The topic of the mistakes that the drill has diagnosed."""


@dataclass(frozen=True)
class Card:
    """A question with its answer, both Markdown; the id is that of the question, fixed for ever."""

    id: str
    topic: str
    level: str
    front: str
    back: str


def cards(seen: Iterable[str] = (), topic: str | None = None, level: str | None = None) -> list[Card]:
    """All questions from basic to staff and in the order of the book, then the mistakes among `seen`.

    Parameters
    ----------
    seen : iterable of str
        Ids in a learner's history. Those of cards that no longer exist are passed over.
    topic : str, optional
        Only this one: a key of ``optedu.drill.questions.topics.TOPICS``, or ``"mistakes"``.
    level : str, optional
        Only this one: basic, mid, senior or staff.

    Raises
    ------
    ValueError
        If there is no such topic or level.
    """
    for what, value, known in (("topic", topic, [*TOPICS, MISTAKES]), ("level", level, LEVELS)):
        if value is not None and value not in known:
            raise ValueError(f"{what} must be one of {', '.join(known)}, got {value!r}")
    found = [_question(q) for page in TOPICS for q in of_topic(page)]
    found.sort(key=lambda card: LEVELS.index(card.level))
    found += filter(None, map(_mistake, seen))
    return [c for c in found if topic in (None, c.topic) and level in (None, c.level)]


def _question(question: Any) -> Card:
    back = f"{question.short}\n\n{question.deep}\n\n**Trap.** {question.trap}\n\n*Chapter:* {question.chapter}"
    return Card(question.id, topic_of(question), question.level, question.question, back)


def _mistake(name: str) -> Card | None:
    """The card of a diagnosed mistake, whose code is in the catalogue; None if it is there no more."""
    kind, _, rest = name.partition("/")
    of, _, bug_name = rest.partition("/")
    if kind != "bug" or of not in {e.name for e in exercises()}:
        return None
    about = exercise(of)
    for bug in known_mistakes(about):
        if bug.name == bug_name:
            parts = mistake_parts(about, bug)
            back = f"{parts['says']}\n\nIt should be\n\n{parts['right']}\n\n*Chapter:* {about.chapter}"
            return Card(name, MISTAKES, about.level, f"{parts['question']}\n\n{parts['code']}", back)
    return None


def present() -> datetime:
    return datetime.now(UTC)


def due(pool: Sequence[Card], dates: Mapping[str, datetime], now: datetime) -> list[Card]:
    """The cards of a session: those due, longest overdue first, then `NEW` that were never seen."""
    old = sorted((c for c in pool if c.id in dates and dates[c.id] - now <= EARLY), key=lambda c: dates[c.id])
    return old + [c for c in pool if c.id not in dates][:NEW]


def some(pool: Sequence[Card], chance: random.Random) -> list[Card]:
    """As many cards as a session has new ones, due or not, by chance."""
    return chance.sample(pool, min(NEW, len(pool)))


def session(chosen: Sequence[Card], history: History, terminal: Any, clock: Callable[[], datetime] = present) -> int:
    """Ask the cards; what was not known comes again at the end. Returns how many answers were rated.

    Every rating is saved at once. The session ends with the cards, with ``q``, or with the input.
    """
    from ..terminal import choice

    rate = choice(RATINGS, more=["q"])
    waiting, rated = list(chosen), 0
    while waiting:
        card = waiting.pop(0)
        terminal.rule(f"{card.topic}, {card.level}, {len(waiting)} more")
        terminal.show(card.front)
        if terminal.ask("Say your answer, then press Enter to compare (q ends):") in (None, "q"):
            break
        terminal.show(card.back)
        rating = terminal.ask("How was it? 1 again, 2 hard, 3 good, 4 easy (q ends):", rate)
        if rating in (None, "q"):
            break
        history.review(card.id, rating, clock())
        rated += 1
        if rating == "again":
            waiting.append(card)
    return rated
