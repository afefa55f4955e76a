"""Cards of mistakes, for the terminal and the page: wrong code in the form that was asked for, and what is wrong."""

import difflib

from ..grader.exercise_form import Bug, Exercise, edited
from .asked_form import asked_class, asked_form


def known_mistakes(asked: Exercise) -> tuple[Bug, ...]:
    """What can become a card: the mistakes of the function, then those that only a class can have."""
    of_class = asked.as_class.bugs if asked.as_class else ()
    names = {bug.name for bug in asked.bugs}
    return tuple(b for b in (*asked.bugs, *(b for b in of_class if b.name not in names)) if not b.convention)


def mistake_parts(asked: Exercise, bug: Bug) -> dict[str, str]:
    """A card's question, wrong code, what is wrong, and the lines to change, all in Markdown."""
    wrong, right = forms(asked, bug)
    shown = [line.rstrip() for line in difflib.ndiff(wrong.splitlines(), right.splitlines()) if line[0] in "-+"]
    return {
        "question": f"You once made a mistake in `{asked.name}`. Where is it here, and what does it do?",
        "code": f"```python\n{wrong.strip()}\n```",
        "says": f"{bug.says}\n\n$${bug.breaks}$$",
        "right": "```diff\n{}\n```".format("\n".join(shown)),
    }


def forms(asked: Exercise, bug: Bug) -> tuple[str, str]:
    """The wrong code of a mistake and the right code: a function, or a class where only that can have it."""
    if bug in asked.bugs or asked.as_class is None:
        return asked_form(edited(asked.reference, bug.edits), asked.starter), asked_form(asked.reference, asked.starter)
    text = asked.as_class.reference
    return asked_class(edited(text, bug.edits)), asked_class(text)
