"""A scenario of an interview for a senior role: a log, three branches, and a rubric.

The texts are those of the book's page: ``make generated`` takes them from its notebook.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from ..terminal import Terminal
from .mock import clock
from .parts import SITE

MINUTES = 20


@dataclass(frozen=True)
class Scenario:
    """What is shown, what can be done next, and what a good answer has.

    Attributes
    ----------
    title : str
    task : str
        Markdown, with the log as a table.
    branches : tuple of (str, str)
        What one can do next, and what comes of it.
    rubric : tuple of str
        A point each.
    """

    title: str
    task: str
    branches: tuple[tuple[str, str], ...]
    rubric: tuple[str, ...]


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All scenarios, in the order of the page."""
    listed = json.loads((files(__package__) / "scenarios.json").read_text(encoding="utf-8"))
    return tuple(
        Scenario(one["title"], one["task"], tuple((a, b) for a, b in one["branches"]), tuple(one["rubric"]))
        for one in listed
    )


def drawn(seed: int) -> Scenario:
    """The scenario of a seed."""
    return Random(f"scenario {seed}").choice(scenarios())


def lead(
    asked: Scenario, terminal: Terminal, now: Callable[[], float] = time.monotonic
) -> tuple[int, float, list[str]] | None:
    """Go through a scenario; None if the reader quits.

    Returns
    -------
    points : int
        Lines of the rubric that the answer had.
    seconds : float
        Until the rubric was shown.
    typed : list of str
        What the reader typed, and which branches were opened.
    """
    begun = now()
    terminal.show(f"**{asked.title}**, {MINUTES}:00 planned\n\n{asked.task}")
    said = terminal.ask(
        "Say what you see, what explains it, and which experiment you would run; what you type is kept. "
        "Then press Enter (q ends):"
    )
    if said in (None, "q"):
        return None
    typed = [said] if said else []
    letters = "abcdefgh"[: len(asked.branches)]
    terminal.show("\n".join(f"- {k}) {name}" for k, (name, _) in zip(letters, asked.branches, strict=True)))
    opened: list[str] = []
    while True:
        more = "another branch, or Enter for the rubric" if opened else f"one of {', '.join(letters)}"
        line = terminal.ask(f"Your next step: {more} (q ends):", lambda line: _branch(line, letters, bool(opened)))
        if line in (None, "q"):
            return None
        if not line:
            break
        opened.append(line)
        name, text = asked.branches[letters.index(line)]
        terminal.show(f"**{name}.** {text}")
    seconds = now() - begun
    typed.append(f"branches opened: {', '.join(opened)}")
    points = 0
    for text in asked.rubric:
        terminal.show(text)
        line = terminal.ask("Did your answer have it, y or n (q ends)?", _yes)
        if line in (None, "q"):
            return None
        points += line == "y"
    cost = "one branch" if len(opened) == 1 else f"{len(opened)} branches; in an interview you pay for each of them"
    terminal.show(
        f"**{points} of {len(asked.rubric)} points in {clock(seconds)} of {MINUTES}:00, {cost}.** "
        f"All of it is on [the page of scenarios]({SITE}/interview/scenarios.html)."
    )
    return points, seconds, typed


def _branch(line: str, letters: str, optional: bool) -> str:
    line = line.strip().lower()
    if line == "q" or line in [*letters] or (optional and not line):
        return line
    raise ValueError(f"answer must be one of {', '.join(letters)}, got {line!r}")


def _yes(line: str) -> str:
    line = line.strip().lower()[:1]
    if line in ("y", "n", "q"):
        return line
    raise ValueError(f"answer must be y or n, got {line!r}")
