"""Find the bug: wrong code, or what it does, and four names to choose from.

The puzzles are made from the grader's catalogue: `puzzle` applies one of an exercise's bugs to
its reference, so there is a bug in every puzzle that says so, and nowhere else.
"""

import math
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from typing import Any

from ...lab.display import Markdown, fold
from ..grader.exercise_form import RANDOM, Bug, Exercise, edited, exercise, exercises
from ..grader.sandbox import define, run

KINDS = ("code", "plot")
CORRECT = "it is correct"
NAMED = 4
"""Named bugs to choose from."""
SHARE_CORRECT = 1 / 6
VISIBLE = 0.05
"""Two curves can be told apart if they differ by this share of their range."""

Curves = dict[str, tuple[tuple[int, float], ...]]
"""By panel: step and value."""


@dataclass(frozen=True)
class Puzzle:
    """One puzzle.

    Attributes
    ----------
    kind : str
        "code" or "plot".
    exercise : Exercise
        Whose reference was changed.
    bug : Bug or None
        What is wrong; None if nothing is.
    options : tuple of Bug
        Those to choose from.
    """

    kind: str
    exercise: Exercise
    bug: Bug | None
    options: tuple[Bug, ...]

    @property
    def code(self) -> str:
        """The code in question."""
        return edited(self.exercise.reference, self.bug.edits if self.bug else ()).strip()

    @property
    def choices(self) -> tuple[str, ...]:
        """What to choose from, in words. That the code is correct is among them if code is shown."""
        return tuple(map(words, self.options)) + ((CORRECT,) if self.kind == "code" else ())

    @property
    def answer(self) -> str:
        """The right choice."""
        return words(self.bug) if self.bug else CORRECT

    @property
    def text(self) -> str:
        """The puzzle as Markdown: what was asked, the code, lettered choices. (A plot is drawn by `figure`.)"""
        return f"{self._title}\n\n{self.exercise.task.strip()}\n\n{self.puzzle}"

    @property
    def _title(self) -> str:
        return f"**Find the bug: {self.exercise.title}** (`{self.exercise.name}`, {self.exercise.level})."

    @property
    def puzzle(self) -> str:
        if self.kind == "code":
            body = f"This was handed in. What is wrong, if anything?\n\n```python\n{self.code}\n```"
        else:
            body = "The gray line is right. The orange one is an answer with one mistake: which?"
        said = [f": {_first_clause(bug)}" for bug in self.options] + [""]
        lines = [f"{chr(97 + k)}) {choice}{said[k]}" for k, choice in enumerate(self.choices)]
        return body + "\n\n" + "  \n".join(lines)  # lines of a paragraph: two spaces break one

    def right(self, answer: int | str) -> bool:
        """Whether it is the right choice.

        Parameters
        ----------
        answer : str or int
            A letter, a number from 1, a choice, or the name of a bug.

        Raises
        ------
        ValueError
            If it is none of the choices.
        """
        return self._chosen(answer) == self.answer

    def check(self, answer: int | str) -> str:
        """Right or not right, and why, as Markdown; `answer` as for `right`."""
        chosen = self._chosen(answer)
        if chosen == self.answer:
            return f"**Right.** {self.explain()}"
        option = next((bug for bug in self.options if words(bug) == chosen), None)
        said = f" You said *{chosen}*. {option.says}" if option else " It is not correct."
        return f"**Not right.**{said}\n\n{self.explain()}"

    def explain(self) -> str:
        """The answer as Markdown: what is wrong, the equation it breaks, the lines to change."""
        if not self.bug:
            return f"It is correct.\n\n{self.exercise.explanation.strip()}"
        name = words(self.bug)
        head = f"It is *{name}*. {self.bug.says}\n\n$$\n{self.bug.breaks}\n$$"
        lines = [line for new, old in _changes(self.bug) for line in (f"- {new or '(missing)'}", f"+ {old}")]
        return head + "\n\n```diff\n" + "\n".join(lines) + "\n```"

    def figure(self) -> Any:
        """The plot: right in gray, wrong in orange, one panel for each choice that it rules out.

        Raises
        ------
        ValueError
            If this is a puzzle of code.
        """
        if self.kind != "plot":
            raise ValueError("kind of this puzzle is 'code': it has no figure")
        import matplotlib.pyplot as plt

        right, wrong = curves(self.exercise.name, None), curves(self.exercise.name, self.bug)
        shown = panels(wrong, [right, *(curves(self.exercise.name, b) for b in self.options if b != self.bug)])
        size = 6, 0.5 + 1.7 * len(shown)
        fig, axes = plt.subplots(len(shown), 1, figsize=size, squeeze=False, layout="constrained")
        for ax, panel in zip(axes[:, 0], shown, strict=True):
            ax.plot(*zip(*right[panel], strict=True), color="#888888", linewidth=4, label="right")
            ax.plot(*zip(*wrong[panel], strict=True), color="#D55E00", marker="o", markersize=3.5, label="wrong")
            ax.set(title=panel, ylabel="value")
            ax.xaxis.get_major_locator().set_params(integer=True)
        axes[-1, 0].set_xlabel("step")
        axes[0, 0].legend()
        return fig

    def solution(self) -> Markdown:
        """The answer behind a fold."""
        return Markdown(fold("Answer", self.explain()))

    def _repr_markdown_(self) -> str:
        return "\n\n".join((self._title, fold("What was asked", self.exercise.task), self.puzzle))

    def _chosen(self, answer: int | str) -> str:
        text = str(answer).strip().lower().replace("-", " ")
        known = dict(zip(map(str, range(1, 9)), self.choices, strict=False))
        known |= dict(zip("abcdefgh", self.choices, strict=False))
        known |= {choice.lower(): choice for choice in self.choices}
        if text not in known:
            raise ValueError(f"answer must be a letter, a number or one of {list(self.choices)}, got {answer!r}")
        return known[text]


def words(bug: Bug) -> str:
    """The name of a bug in words."""
    return bug.name.replace("-", " ")


def _first_clause(bug: Bug) -> str:
    """What it says, up to the first stop, colon or semicolon: enough to choose by, without the consequence."""
    return re.split(r"[.:;](?= |$)", bug.says)[0] + "."


def puzzle(seed: int = 0, kind: str = "code", exercise: str | None = None) -> Puzzle:
    """Make a puzzle.

    Parameters
    ----------
    seed : int
        The same seed gives the same puzzle, as long as the catalogue stays the same.
    kind : str
        "code", or "plot" for what wrong code does.
    exercise : str, optional
        Name of the exercise; drawn if not given.

    Raises
    ------
    ValueError
        If there is no such kind or exercise, or a plot would not tell its bugs apart.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {KINDS}, got {kind!r}")
    rng = random.Random(f"{kind} {exercise} {seed}")
    asked = [_exercise(exercise)] if exercise is not None else list(exercises())
    rng.shuffle(asked)
    made = next(filter(None, (_made(kind, one, rng) for one in asked)), None)
    if made is None:
        raise ValueError(f"exercise {exercise!r} has too few bugs that a {kind} tells apart")
    return made


_exercise = exercise  # the argument of `puzzle` hides it


def _made(kind: str, asked: Exercise, rng: random.Random) -> Puzzle | None:
    """A puzzle on this exercise, if it has enough bugs; for a plot enough that can be seen."""
    mistakes = [bug for bug in asked.bugs if not bug.convention]
    if len(mistakes) < NAMED or (kind == "plot" and not curves(asked.name, None)):
        return None
    rng.shuffle(mistakes)
    if kind == "code" and rng.random() < SHARE_CORRECT:
        return Puzzle(kind, asked, None, tuple(mistakes[:NAMED]))
    for bug in mistakes:
        others = [b for b in mistakes if b != bug]
        if kind == "plot":
            seen = apart(asked.name, bug, None)
            others = list(islice((b for b in others if apart(asked.name, bug, b)), NAMED - 1)) if seen else []
        if len(others) >= NAMED - 1:
            options = [bug, *others[: NAMED - 1]]
            rng.shuffle(options)
            return Puzzle(kind, asked, bug, tuple(options))
    return None


def _changes(bug: Bug) -> Iterable[tuple[str, str]]:
    """Wrong and right text of each edit."""
    return [("\n- ".join(new.strip().splitlines()), "\n+ ".join(old.strip().splitlines())) for old, new in bug.edits]


# What a plot shows


@cache
def curves(name: str, bug: Bug | None) -> Curves:
    """What the probes see of a reference or of its bug, where it is a number for each step."""
    asked = _exercise(name)
    thing = define(edited(asked.reference, bug.edits if bug else ()), (name,))
    found: dict[str, list[tuple[int, float]]] = {}
    for probe in asked.probes:
        for where, value in run(probe, thing, 10.0).steps:
            at = re.fullmatch(r"step (\d+)(?:, )?(.*)", where)
            if at and isinstance(value, float):
                panel = f"{probe.name}: {at[2]}" if at[2] else probe.name
                found.setdefault(panel, []).append((int(at[1]), value))
    return {panel: tuple(points) for panel, points in found.items() if len(points) >= 5}


def distance(a: Curves, b: Curves, panel: str) -> float:
    """The largest difference of two curves, as a share of their range; 0 where one is not finite."""
    one, two = dict(a.get(panel, ())), dict(b.get(panel, ()))
    values = [*one.values(), *two.values()]
    if not one or not two or not all(map(math.isfinite, values)) or max(map(abs, values)) > 1e6:
        return 0.0
    span = max(values) - min(values)
    return max((abs(one[t] - two[t]) for t in one if t in two), default=0.0) / span if span else 0.0


def apart(name: str, bug: Bug, other: Bug | None) -> bool:
    """Whether some panel shows the difference between a bug and another, or the reference."""
    a, b = curves(name, bug), curves(name, other)
    return max((distance(a, b, panel) for panel in a), default=0.0) > VISIBLE


def panels(wrong: Curves, others: Iterable[Curves]) -> list[str]:
    """For each of the others the panel that shows best that it is not the wrong one: of random numbers only if no other
    does, for these have nothing to be read off."""
    designed = [panel for panel in wrong if not panel.startswith(RANDOM)]
    best = []
    for other in others:
        apart = partial(distance, wrong, other)
        shown = max(designed, key=apart)
        best.append(shown if apart(shown) > 0 else max(wrong, key=apart))
    return list(dict.fromkeys(best))
