"""A mock interview: one coding task, one bug, three questions, one estimate, and a scorecard.

The same `Interview` is led by ``python -m optedu mock`` and, in a notebook, by hand.
"""

import json
import os
import secrets
import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...lab.display import Markdown
from ..grader.exercise_form import exercises
from ..questions.bank import LEVELS, Question, follow_ups, load
from ..questions.numbers_to_know import numbers
from ..questions.safe_file import write
from ..questions.topics import topic_of
from .parts import BEST, SHARES, SITE, Part, bug, coding, estimate, nearest, oral

CLASSICS = ("adam", "adamw")
"""The coding task of every other interview, at every level."""


class Interview:
    """A seeded, timed interview; parts are counted from 1.

    Parameters
    ----------
    level : str
        One of basic, mid, senior, staff.
    minutes : float
        For all parts together. Time over is written down, nothing is cut off.
    seed : int, optional
        The same seed gives the same interview; drawn by chance, and kept in `seed`, if not given.
    clock : callable
        Returns seconds.

    Attributes
    ----------
    parts : tuple of Part
    mistakes : list of (str, str)
        Exercise and bug of every mistake that was named.
    """

    level: str
    minutes: float
    seed: int
    parts: tuple[Part, ...]

    def __init__(
        self,
        level: str = "senior",
        minutes: float = 45,
        seed: int | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if level not in LEVELS:
            raise ValueError(f"level must be one of {', '.join(LEVELS)}, got {level!r}")
        if isinstance(minutes, bool) or not isinstance(minutes, (int, float)) or not 0 < minutes < float("inf"):
            raise ValueError(f"minutes must be a positive number, got {minutes!r}")
        if isinstance(seed, bool) or not isinstance(seed, (int, type(None))):
            raise TypeError(f"seed must be a whole number, got {seed!r}")
        self.level, self.minutes = level, minutes
        self.seed = secrets.randbelow(10**6) if seed is None else seed
        self.mistakes: list[tuple[str, str]] = []
        self._clock, self._since = clock, 0.0
        self._running: Part | None = None

        near = self._order("code", nearest(level, exercises()), "name")
        written, puzzled = near[:2]
        if sha256(f"{self.seed} classic".encode()).digest()[0] % 2:
            classic = self._order("classic", [e for e in exercises() if e.name in CLASSICS], "name")[0]
            written, puzzled = classic, next(e for e in near if e.name not in CLASSICS)
        asked: dict[str, Question] = {}
        for question in self._order("question", [q for q in load() if q.level == level], "id"):
            asked.setdefault(topic_of(question), question)  # three questions, three topics
        number = self._order("estimate", numbers(), "id")[0]
        questions = [
            oral(question, next(iter(self._order("follow-up", follow_ups(question), "text")), None))
            for question in list(asked.values())[:3]
        ]
        self.parts = (coding(written), bug(puzzled, self.seed), *questions, estimate(number))

    def planned(self, part: Part) -> float:
        """The seconds that a part should take."""
        return 60 * self.minutes * SHARES[part.kind] / 45

    def part(self, number: int) -> Markdown:
        """The task of a part. Its clock runs from now on, and that of any other part stops."""
        part = self._part(number)
        if part.state in ("to come", "begun"):
            part.state = "begun"
            self._run(part)
        head = f"**Part {number} of {len(self.parts)}: {part.kind}**, {clock(self.planned(part))} planned"
        return Markdown(f"{head}\n\n{part.task}")

    def rubric(self, number: int) -> Markdown:
        """What an answer to a question is compared with. Stops the clock."""
        part = self._part(number)
        if not part.rubric or part.state == "to come":
            raise ValueError(f"part {number} is no question that was asked: part({number}) shows what it is")
        if part.state == "begun":
            self._run(None)
            part.state = "compared"
        return Markdown(part.rubric)

    def answer(self, number: int, given: Any) -> Markdown:
        """Judge an answer: code (whatever `grade` takes), a choice, points from 0 to 4, or a number.

        Code may be handed in again until it passes; each attempt costs one point, at most half of them.

        Raises
        ------
        ValueError
            If the part has not begun, is done, is a question whose rubric was not looked at,
            or if `given` is no answer to it.
        """
        part = self._part(number)
        if part.done:
            raise ValueError(f"part {number} is done")
        before = "part" if part.state == "to come" else "rubric" if part.rubric and part.state == "begun" else None
        if before:
            raise ValueError(f"{before}({number}) comes before answer({number}, ...)")
        verdict = part.answer(given)
        if part.done and part is self._running:
            self._run(None)
        self.mistakes += [m for name in verdict.mistakes if (m := (part.subject, name)) not in self.mistakes]
        return Markdown(verdict.text)

    def follow_up(self, number: int) -> Markdown:
        """The answer to what is asked after a question, once that was judged."""
        part = self._part(number)
        if part.follow_up is None or not part.done:
            raise ValueError(f"part {number} is no question that was judged, or nothing is asked after it")
        return Markdown(f"**{part.follow_up.text}** {part.follow_up.answer}")

    @property
    def ended(self) -> bool:
        """Whether every part has its answer."""
        return all(part.done for part in self.parts)

    def scorecard(self) -> Markdown:
        """Points and times as a table, and what to read again."""
        self._run(self._running)  # counts the time of a part that has not ended
        rows = [
            f"| {n} | {p.kind} | {p.title.replace('|', '/')} | {'–' if p.points is None else p.points} of {BEST} | "
            f"{clock(p.seconds)} | {clock(self.planned(p))}{self._over(p)} |"
            for n, p in enumerate(self.parts, 1)
        ]
        points, seconds = sum(p.points or 0 for p in self.parts), sum(p.seconds for p in self.parts)
        weak = [p for p in self.parts if (p.points or 0) < BEST - 1]
        lines = [
            f"# Scorecard: {self.level}, seed {self.seed}",
            "",
            "| part | kind | about | points | time | planned |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"**{points} of {BEST * len(self.parts)} points in {clock(seconds)} of {clock(60 * self.minutes)}.**",
        ]
        if self.mistakes:
            lines += ["", "Mistakes that were named:", "", *(f"- {bug} in {of}" for of, bug in self.mistakes)]
        if weak:
            lines += ["", "Read again:", "", *map(_again, weak)]
        again = f"python -m optedu mock --level {self.level} --minutes {self.minutes:g} --seed {self.seed}"
        return Markdown("\n".join([*lines, "", f"The same interview again: `{again}`", ""]))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the scorecard and all answers: data if the name ends in ``.json``, else Markdown."""
        path, card = Path(path), self.scorecard()
        if path.suffix == ".json":
            kept = ("kind", "subject", "title", "link", "chapter", "seconds", "points", "tries", "given", "model")
            parts = [{**{key: getattr(p, key) for key in kept}, "planned": self.planned(p)} for p in self.parts]
            about = {"level": self.level, "minutes": self.minutes, "seed": self.seed}
            text = json.dumps({**about, "parts": parts, "mistakes": self.mistakes}, indent=1) + "\n"
        else:
            text = card.text + self._answers()
        write(path, text)
        return path

    def _answers(self) -> str:
        """Next to each answer the one that would get all points."""
        lines = ["", "## Answers"]
        for number, part in enumerate(self.parts, 1):
            if part.given or part.done:
                lines += ["", f"### {number}. {part.title}", ""]
                for text in part.given:
                    lines += ["Yours:", "", "~~~", text.rstrip(), "~~~", ""]
                lines += ["A model answer:", "", part.model]
                if part.follow_up:
                    lines += ["", self.follow_up(number).text] if part.done else []
        return "\n".join([*lines, ""])

    def _repr_markdown_(self) -> str:
        lines = [f"{n}. {p.kind}, {clock(self.planned(p))}: {p.state}" for n, p in enumerate(self.parts, 1)]
        return f"**Mock interview**, {self.level}, {self.minutes:g} minutes, seed {self.seed}\n\n" + "\n".join(lines)

    def _order(self, kind: str, things: Iterable[Any], name: str) -> list[Any]:
        """An order of the seed's own, in which a new question or exercise moves none of the others."""
        key = f"{self.seed} {kind} "
        return sorted(things, key=lambda thing: sha256((key + getattr(thing, name)).encode()).digest())

    # The clock: at most one part runs

    def _run(self, part: Part | None) -> None:
        now = self._clock()
        if self._running:
            self._running.seconds += now - self._since
        self._running, self._since = part, now

    def _part(self, number: int) -> Part:
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(self.parts):
            raise ValueError(f"number must be from 1 to {len(self.parts)}, got {number!r}")
        return self.parts[number - 1]

    def _over(self, part: Part) -> str:
        over = round(part.seconds) - round(self.planned(part))
        return f" ({clock(over)} over)" if over > 0 else ""


def interview(level: str = "senior", minutes: float = 45, seed: int | None = None) -> Interview:
    """An `Interview` to be led by hand: ``part(1)``, ``answer(1, ...)``, ``rubric(3)``, ``scorecard()``."""
    return Interview(level, minutes, seed)


def _again(part: Part) -> str:
    """An item of a list: a part, and its chapter, as links."""
    chapter = f", chapter [{part.chapter}]({SITE}/{part.chapter}.html)" if part.chapter else ""
    return f"- [{part.title}]({part.link}){chapter}"


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
