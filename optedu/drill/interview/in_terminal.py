"""Leads a mock interview in a terminal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..grader.exercise_form import exercise
from ..questions.safe_file import free
from ..terminal import Terminal
from .mock import Interview
from .parts import BEST


def lead(talk: Interview, terminal: Terminal, folder: Path) -> None:
    """Go through all parts in turn, until they are done, the reader quits, or the input ends.

    Parameters
    ----------
    talk : Interview
    terminal : Terminal
    folder : Path
        Where the file for the coding task is made.
    """
    terminal.show(talk._repr_markdown_())
    for number, part in enumerate(talk.parts, 1):
        terminal.show(talk.part(number).text)
        if part.kind == "code":
            go_on = _code(talk, number, terminal, folder)
        else:
            if part.rubric:
                said = terminal.ask("Say your answer, then press Enter to compare; what you type is kept (q ends):")
                if said in (None, "q"):
                    return
                part.given += [said] if said else []
                terminal.show(talk.rubric(number).text)
            go_on = _answer(talk, number, terminal)
            if go_on and part.follow_up and part.done:
                go_on = terminal.ask("Say your answer, then press Enter to compare (q ends):") not in (None, "q")
                terminal.show(talk.follow_up(number).text)
        if not go_on:
            return


def _answer(talk: Interview, number: int, terminal: Terminal) -> bool:
    """One answer to one part; False to quit."""
    kinds: dict[str, tuple[str, Callable[[str], Any]]] = {
        "bug": ("Your choice", str),
        "question": (f"Your points, 0 to {BEST}", int),
        "estimate": ("Your number", number_in),
    }
    prompt, convert = kinds[talk.parts[number - 1].kind]

    def understand(line: str) -> Any:
        if line in ("q", "s"):
            return line
        return talk.answer(number, convert(line)).text

    said = terminal.ask(f"{prompt} (s skips, q ends):", understand)
    if said not in (None, "q", "s"):
        terminal.show(said)
    return said not in (None, "q")


def _code(talk: Interview, number: int, terminal: Terminal, folder: Path) -> bool:
    """Grade a file until it passes; False to quit."""
    asked = exercise(talk.parts[number - 1].subject)
    path = free(folder / f"mock_{asked.name}.py")  # what an earlier interview left is not handed in
    path.write_text(asked.starter.lstrip("\n"), "utf8")
    terminal.say(f"Write into {path}. A further attempt costs a point.")
    while not talk.parts[number - 1].done:
        line = terminal.ask("Enter to hand it in, or another path (s skips, q ends):")
        if line in (None, "q"):
            return False
        if line == "s":
            return True
        file = Path(line or path).expanduser()
        if file.is_file():
            terminal.show(talk.answer(number, file).text)
        else:
            terminal.say(f"There is no file {str(file)!r}.")
    return True


def number_in(line: str) -> float:
    """``1,000`` and ``6.7e9`` are numbers, a unit behind them is passed over."""
    words = line.replace(",", "").split()
    try:
        return float(words[0])
    except (IndexError, ValueError):
        raise ValueError(f"{line!r} is not a number.") from None
