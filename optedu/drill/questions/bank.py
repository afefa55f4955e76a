"""The question bank: one text file per subject, read into `Question` objects.

A file of ``bank/`` starts with ``topic`` and ``chapter``; each ``[[question]]`` below it has
the fields of `Question`. Its id never changes: learners' histories hang on it. The file of the same
name in ``follow_ups/`` answers the follow-ups of each question, by the id of another one or by a text.
"""

import html
import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from ...lab.display import Markdown, fold

LEVELS = ("basic", "mid", "senior", "staff")


@dataclass(frozen=True)
class Question:
    """One question of an interview.

    Attributes
    ----------
    id : str
        Fixed for ever, lower-case words joined by hyphens.
    topic, chapter : str
        Where it belongs; the chapter as its path below ``book/``.
    level : str
        One of `LEVELS`.
    question : str
        Plain text: it is also shown where no mathematics is typeset.
    short : str
        What to say in 30 seconds.
    deep : str
        The full answer.
    listens : str
        What the interviewer listens for.
    trap : str
        The usual wrong answer.
    follow_ups : tuple of str
    references : tuple of str
    check : str
        Python code that computes every number of the answers, and asserts it.
    """

    id: str
    topic: str
    chapter: str
    level: str
    question: str
    short: str
    deep: str
    listens: str
    trap: str
    follow_ups: tuple[str, ...]
    references: tuple[str, ...]
    check: str = ""

    def markdown(self) -> str:
        """The question with its answers behind a fold."""
        parts = [
            f"**In 30 seconds.** {self.short}",
            f"**In depth.** {self.deep}",
            f"**Listens for.** {self.listens}",
            f"**Trap.** {self.trap}",
            "**Follow-ups.** " + " · ".join(self.follow_ups) if self.follow_ups else "",
            "*Source:* " + "; ".join(self.references) if self.references else "",
        ]
        shown = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(self.question, quote=False))
        return fold(f"<em>{self.level}</em> · {shown}", "\n\n".join(filter(None, parts)))


@cache
def load() -> tuple[Question, ...]:
    """All questions, by file and then in the order of the file.

    Raises
    ------
    ValueError
        If a file is not well formed; file, question and field are named.
    """
    questions = []
    folder = files(__package__) / "bank"
    for path in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        absent = sorted({"topic", "chapter", "question"} - set(content))
        if absent:
            raise ValueError(f"{path.name} has no {absent}")
        common = {key: content[key] for key in ("topic", "chapter")}
        questions += [read_question(path.name, {**common, **entry}) for entry in content["question"]]
    ids = [q.id for q in questions]
    repeated = sorted({i for i in ids if ids.count(i) > 1})
    if repeated:
        raise ValueError(f"ids are used twice: {repeated}")
    return tuple(questions)


@dataclass(frozen=True)
class FollowUp:
    """What an interviewer asks next, and what to say.

    Attributes
    ----------
    text : str
    answer : str
        Markdown; empty if nobody has answered it, which a test refuses.
    by : Question or None
        The one that answers it; then `answer` is its short answer and its deep one, which often says what was asked.
    """

    text: str
    answer: str
    by: Question | None = None


@cache
def replies() -> dict[str, dict[str, str]]:
    """By the id of a question what answers each of its follow-ups: another id, or a text; and ``check``."""
    folder = files(__package__) / "follow_ups"
    found: dict[str, dict[str, str]] = {}
    for path in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def follow_ups(question: Question) -> tuple[FollowUp, ...]:
    """The follow-ups of a question with their answers."""
    questions, known = {q.id: q for q in load()}, replies().get(question.id, {})
    found = ((text, known.get(text, "")) for text in question.follow_ups)
    return tuple(
        FollowUp(text, f"{by.short}\n\n{by.deep}", by) if (by := questions.get(said)) else FollowUp(text, said)
        for text, said in found
    )


def read_question(where: str, entry: dict[str, Any]) -> Question:
    where = f"{where}, question {entry.get('id', '?')!r}"
    known = {f.name for f in fields(Question)}
    unknown, missing = sorted(set(entry) - known), sorted(known - set(entry) - {"check"})
    if unknown or missing:
        raise ValueError(f"{where}: unknown {unknown}, missing {missing}")
    if entry["level"] not in LEVELS:
        raise ValueError(f"{where}: level {entry['level']!r} is none of {LEVELS}")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry["id"]):
        raise ValueError(f"{where}: an id is made of lower-case words and hyphens")
    clean: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v.strip() for k, v in entry.items()}
    return Question(**clean)


def show_questions(chapter: str) -> Markdown:
    """The questions of a chapter, answers folded, from basic to staff.

    Parameters
    ----------
    chapter : str
        Its path below ``book/``: ``"adam/bias_correction"``.

    Raises
    ------
    ValueError
        If there are none.
    """
    found = [q for q in load() if q.chapter == chapter]
    if not found:
        chapters = sorted({q.chapter for q in load()})
        raise ValueError(f"no questions for chapter {chapter!r}; there are some for {chapters}")
    found.sort(key=lambda q: LEVELS.index(q.level))
    return Markdown("\n".join(q.markdown() for q in found))
