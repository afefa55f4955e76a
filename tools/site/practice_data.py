"""What the two pages for practice are made of: exercises and questions.

All texts are Markdown here; ``practice`` renders them when the site is built.
"""

import re
from typing import Any

from optedu.drill import LEVELS, Exercise, exercises
from optedu.drill.questions import progress
from optedu.drill.questions.bank import FollowUp, follow_ups
from optedu.drill.questions.mistakes import known_mistakes, mistake_parts
from optedu.drill.questions.quiz import EARLY, NEW
from optedu.drill.questions.topics import TOPICS, of_topic, topic_of

FORMULA = re.compile(r"\$([^$]+)\$")


def drill_list() -> list[dict[str, Any]]:
    """What the choice of an exercise shows, in the order of the book."""
    return [
        {"name": e.name, "title": e.title, "chapter": e.chapter, "level": e.level, "minutes": e.minutes}
        for e in exercises()
    ]  # fmt: skip


def drill(asked: Exercise) -> dict[str, Any]:
    """One exercise; `formulas` are all those that a report on it may show, TeX without dollar signs."""
    bugs = asked.bugs + (asked.as_class.bugs if asked.as_class else ())
    texts = [asked.explanation, *asked.variants, *(bug.says for bug in bugs)]
    formulas = {bug.breaks for bug in bugs}.union(*map(FORMULA.findall, texts))
    return {
        "task": asked.task.strip(), "starter": asked.starter.strip() + "\n", "hints": list(asked.hints),
        "next": asked.next, "formulas": sorted(formulas),
    }  # fmt: skip


def scheduler() -> dict[str, Any]:
    """FSRS as the terminal uses it, for the page; hours that a card may come early, and cards in a round."""
    used = progress.scheduler()
    return {
        "parameters": list(used.parameters), "retention": used.desired_retention, "longest": used.maximum_interval,
        "early": EARLY.total_seconds() / 3600, "round": NEW, "ratings": list(progress.RATINGS),
    }  # fmt: skip


def quiz_list() -> dict[str, Any]:
    """Topics with their titles, and the id and level of every question in them."""
    return {
        "levels": list(LEVELS),
        "topics": {
            page: {"title": title, "questions": [[q.id, q.level] for q in of_topic(page)]}
            for page, (title, _) in TOPICS.items()
        },
        "mistakes": {e.name: {"level": e.level, "bugs": [bug.name for bug in known_mistakes(e)]} for e in exercises()},
    }


def quiz(page: str) -> dict[str, dict[str, Any]]:
    """The questions of a topic by their ids. The question itself is plain text with code in backticks."""
    return {
        q.id: {
            "question": q.question, "short": q.short, "deep": q.deep, "listens": q.listens, "trap": q.trap,
            "more": [follow_up(one) for one in follow_ups(q)], "sources": list(q.references),
            "chapter": q.chapter,
        }
        for q in of_topic(page)
    }  # fmt: skip


def follow_up(one: FollowUp) -> dict[str, str]:
    """A follow-up, and where it is answered, as seen from ``book/interview``, or else its answer."""
    if one.by:
        return {"text": one.text, "to": f"bank/{topic_of(one.by)}.html#{one.by.id}"}
    return {"text": one.text, "answer": one.answer}


def mistakes(asked: Exercise) -> dict[str, dict[str, str]]:
    """The cards of the mistakes in an exercise, by the names of these; all that is shown is Markdown."""
    return {bug.name: {**mistake_parts(asked, bug), "chapter": asked.chapter} for bug in known_mistakes(asked)}
