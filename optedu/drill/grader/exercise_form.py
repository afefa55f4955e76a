"""What an exercise is: a task, a reference, probes that tell right from wrong, and named bugs."""

import ast
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

LEVELS = ("basic", "mid", "senior", "staff")
PARTS = ("foundations", "momentum", "adaptive", "adam", "modern", "classical", "practice", "large_models", "interview")


@dataclass(frozen=True)
class Bug:
    """A mistake with a name.

    Attributes
    ----------
    name : str
        Kebab-case, unique within its exercise, fixed for ever: learners' cards hang on it.
    says : str
        The mistake and its effect, in one or two sentences.
    breaks : str
        The equation it breaks, TeX without dollar signs.
    edits : tuple of (str, str)
        Old and new text; each old text occurs exactly once in the exercise's reference.
    convention : bool
        Right elsewhere, but not what was asked.
    others : tuple of edits
        The same mistake in other code, with other numbers.
    """

    name: str
    says: str
    breaks: str
    edits: tuple[tuple[str, str], ...]
    convention: bool = False
    others: tuple[tuple[tuple[str, str], ...], ...] = ()


RANDOM = "random numbers"
"""How the names of probes begin whose numbers nobody designed."""


@dataclass(frozen=True)
class Probe:
    """One designed run.

    Attributes
    ----------
    name, why : str
        What it is, and what it brings to light.
    run : callable
        Drives what the reader handed in and yields ``(where, value)``; a value is a float, a
        nested list or array of floats, a str or a bool. The grader compares the values with
        those that the reference yields.
    applies : callable
        Whether it can be run on this answer at all (not every class can be saved).
    walk, rule
        Of an update rule: what is walked, and by which rule.
    """

    name: str
    why: str
    run: Callable[[Any], Iterator[tuple[str, Any]]]
    applies: Callable[[Any], bool] = lambda thing: True
    walk: Any = field(default=None, compare=False)
    rule: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class ClassForm:
    """The same exercise, answered with a class."""

    name: str
    reference: str
    probes: tuple[Probe, ...]
    bugs: tuple[Bug, ...]


@dataclass(frozen=True, repr=False)
class Exercise:
    """Something to write from memory.

    Attributes
    ----------
    name, title, chapter, level, minutes
        What it is called, the chapter as its path below ``book/``, one of `LEVELS`, and how
        long it may take.
    task : str
        Markdown: the exact signature, what comes in and goes out, and every convention.
    starter, reference : str
        Code to start from, and code that defines a function (or class) called `name`.
    probes, bugs
        What tells right from wrong, and one mistake from another.
    hints : tuple of four str
        Idea, observation, equation, code.
    explanation : str
        Shown after a pass.
    variants : tuple of str
        What to try after that.
    next : str
        Name of the next exercise.
    in_place : bool
        The task asks to change an argument; else that is a mistake.
    as_class : ClassForm or None
        What a class is graded by.
    weak : tuple of Probe
        What a usual test runs instead; for the mutation score only.
    order : float
        Place within its part of the book.
    """

    name: str
    title: str
    chapter: str
    level: str
    minutes: int
    task: str
    starter: str
    reference: str
    probes: tuple[Probe, ...]
    bugs: tuple[Bug, ...]
    hints: tuple[str, str, str, str]
    explanation: str
    variants: tuple[str, ...]
    next: str
    in_place: bool = False
    as_class: ClassForm | None = None
    weak: tuple[Probe, ...] = ()
    order: float = 0

    def __repr__(self) -> str:
        return f"<Exercise {self.name!r}>"

    def _repr_markdown_(self) -> str:
        head = f"**{self.title}** (`{self.name}`, {self.level}, {self.minutes} minutes)"
        return f"{head}\n\n{self.task.strip()}\n\n```python\n{self.starter.strip()}\n```"

    def __str__(self) -> str:
        head = f"{self.title} ({self.name}, {self.level}, {self.minutes} minutes)"
        return f"{head}\n\n{self.task.strip()}\n\n{self.starter.strip()}"


@cache
def exercises() -> tuple[Exercise, ...]:
    """All exercises, in the order in which the book meets them."""
    names = sorted(path.stem for path in (Path(__file__).parents[1] / "tasks").glob("[a-z]*.py"))
    wings = __package__.rpartition(".")[0]
    found = [import_module(f"{wings}.tasks.{name}").EXERCISE for name in names]
    return tuple(sorted(found, key=lambda e: (PARTS.index(e.chapter.split("/")[0]), e.order, e.name)))


def exercise(name: str) -> Exercise:
    """One exercise, its name in any case; a notebook shows its task.

    Raises
    ------
    ValueError
        If there is none of that name; the message names those that are spelled like it.
    """
    known = {e.name: e for e in exercises()}
    plain = str(name).strip().lower().replace("-", "_")
    if plain not in known:
        close = difflib.get_close_matches(plain, known, n=3) or sorted(known)
        raise ValueError(f"there is no exercise {name!r}; there is {', '.join(close)}")
    return known[plain]


def source(path: str, *names: str) -> str:
    """The text of module-level functions or classes of a file of optedu, without importing it.

    Parameters
    ----------
    path : str
        Below ``optedu/``, for example ``"optim/adam.py"``.
    *names : str
        In the order wanted.

    Raises
    ------
    ValueError
        If the file defines no such name.
    """
    text = (Path(__file__).parents[2] / path).read_text("utf8")
    nodes = {n.name: n for n in ast.parse(text).body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    for name in names:
        if name not in nodes:
            raise ValueError(f"{path} defines no {name!r}, only {sorted(nodes)}")
    lines = text.splitlines()
    parts = ["\n".join(lines[nodes[name].lineno - 1 : nodes[name].end_lineno]) for name in names]
    return "\n\n\n".join(parts).replace("  # fmt: skip", "") + "\n"


def edited(text: str, edits: tuple[tuple[str, str], ...]) -> str:
    """`text` after the edits of a bug.

    Raises
    ------
    ValueError
        If an old text does not occur exactly once.
    """
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} occurs {text.count(old)} times in the reference, must be once")
        text = text.replace(old, new)
    return text
