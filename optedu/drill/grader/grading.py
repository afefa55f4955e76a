"""Grade an answer: run it beside the reference, then beside every known mistake."""

import ast
import re
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from .child import FORKS, Message, messages, missing, packed, unpacked
from .comparison import divergence, same
from .diagnosis import diagnose, traces
from .exercise_form import ClassForm, Exercise, Probe, exercise
from .pointers import line_of_answer, steps_over_rate
from .report import Report
from .sandbox import FAILURES, Printed, Trace, Unfit, contained, define, guarded, remembered, run, sentence
from .torch_form import with_gradients

KEPT = (
    "What it returns depends on other calls, made for another run: it keeps something between calls, in a global, in "
    "an attribute of the function or a class, or in a default argument."
)


def grade(name: str, thing: Any, *, seconds: float = 5.0) -> Report:
    """Grade an answer to the exercise `name`.

    Parameters
    ----------
    name : str
        Of the exercise.
    thing : function, class, str or Path
        The answer itself, its source text, or the file that it is in.
    seconds : float
        How long each probe may run.

    Returns
    -------
    Report
        Print it, or let a notebook show it. Whatever the answer does (raise, loop, print),
        is told there.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    *_, last = verdicts(name, thing, seconds=seconds)
    return last


def verdicts(name: str, thing: Any, *, seconds: float = 5.0) -> Iterator[Report]:
    """The report of `grade` as soon as there is one; for a wrong answer once more, with the mistake.

    The verdict takes a fraction of a second, the search for a mistake that is not in the catalogue several.

    Parameters
    ----------
    name, thing, seconds
        As for `grade`.
    """
    asked = exercise(name)
    try:
        thing = handed_in(thing)
    except FAILURES as error:
        yield Report(asked, False, problem=sentence(error))
        return
    if isinstance(thing, str) and untouched(asked, thing):
        yield Report(asked, False, problem=f"Nothing written yet: this is the starter of {asked.name}.")
        return
    watching, free = _watched(asked, thing, None if FORKS else seconds), _packages_own(thing)
    form: Exercise | ClassForm = asked
    mine: dict[int, Trace] = {}
    problem, printed = "", False
    for message in messages(watching, seconds, free) if FORKS else watching:
        if "form" in message:
            form = asked.as_class if message["form"] == "class" and asked.as_class else asked
        elif "probe" in message:
            steps = tuple((where, unpacked(value)) for where, value in message["steps"])
            mine[message["probe"]] = Trace(steps, message["problem"], message["stopped"])
        elif "again" in message:
            k = message["again"]
            again = Trace(tuple((where, unpacked(value)) for where, value in message["steps"]), mine[k].problem)
            if not mine[k].problem and not same(again, mine[k]):
                problem = KEPT
        else:
            problem = problem or message.get("problem", "")
        printed |= message.get("printed", False)
    yield from _compared(asked, form, mine, problem, printed, thing if isinstance(thing, str) else "")


def _watched(asked: Exercise, thing: Any, seconds: float | None) -> Iterator[Message]:
    """Run an answer and tell its form, and then what each probe saw."""
    printed = Printed()
    try:
        with contained(seconds, printed):
            thing = _made(asked, thing)
    except FAILURES as error:
        yield {"problem": sentence(error)}
        return
    form: Exercise | ClassForm = asked
    if isinstance(thing, type) and asked.as_class:
        form = asked.as_class
    elif not isinstance(thing, type) and not asked.in_place:
        thing = guarded(thing)
    yield {"form": "class" if form is asked.as_class else "function", "printed": bool(printed.getvalue())}
    for k, probe in enumerate(form.probes):
        if probe.applies(thing):
            trace = run(probe, thing, seconds)
            steps = [(where, packed(value)) for where, value in trace.steps]
            yield {"probe": k, "steps": steps, "problem": trace.problem, "stopped": trace.stopped,
                   "printed": trace.printed}  # fmt: skip
            if trace.stopped:
                return
    for k, probe in enumerate(form.probes if form is asked and not asked.in_place else ()):
        trace = run(_beside(probe, form.probes[k - 1]), thing, seconds)
        yield {"again": k, "steps": [(where, packed(value)) for where, value in trace.steps]}


def _beside(probe: Probe, other: Probe) -> Probe:
    """The same probe, while another one is under way: neither may notice."""

    def run(thing: Any) -> Iterator[tuple[str, Any]]:
        beside = other.run(thing)
        for step in probe.run(thing):
            yield step
            with suppress(*FAILURES):
                next(beside, None)

    return Probe(probe.name, probe.why, run)


def _packages_own(thing: Any) -> bool:
    """Whether it is optedu's, or derived from it, and so needs optedu to run."""
    return any(str(getattr(c, "__module__", "")).startswith("optedu.") for c in getattr(thing, "__mro__", ()))


def handed_in(thing: Any) -> Any:
    """A file as its text, text without what surrounds code, all else as it is."""
    if isinstance(thing, str) and "\n" not in thing:
        thing = Path(thing)
    if isinstance(thing, Path):
        if not thing.is_file():
            raise Unfit(f"There is no file {str(thing)!r}.")
        thing = thing.read_text("utf8")
    if isinstance(thing, str):
        thing = bare(thing)
        remembered(thing)
    return thing


def bare(text: str) -> str:
    """Code without the fences of Markdown around it, and not indented as a whole."""
    fenced = re.search(r"^[ \t]*```[^\n]*\n(.*?)^[ \t]*```", text, re.DOTALL | re.MULTILINE)
    code = textwrap.dedent(fenced[1] if fenced else text.replace("\ufeff", ""))
    return code if code.endswith("\n") else code + "\n"


def _made(asked: Exercise, thing: Any) -> Any:
    """The function or class that was meant."""
    if isinstance(thing, str):
        wanted = (asked.as_class.name, asked.name) if asked.as_class else (asked.name,)
        thing = define(thing, wanted)
    if not callable(thing):
        raise Unfit(f"Hand in a function, a class, source text or a path, not {type(thing).__name__}.")
    if isinstance(thing, type) and not asked.as_class and f"class {asked.name}" not in asked.reference:
        raise Unfit("The task asks for a function, this is a class.")
    return with_gradients(thing)


def _compared(
    asked: Exercise, form: Exercise | ClassForm, mine: dict[int, Trace], problem: str, printed: bool, text: str
) -> Iterator[Report]:
    right = traces(form, ())
    results = tuple((form.probes[k].name, same(mine[k], right[k])) for k in mine)
    failed = [k for k, (_, good) in zip(mine, results, strict=True) if not good]
    if not failed and mine and not problem:
        yield Report(asked, True, results, printed=printed, note=missing())
        return
    first = divergence(form.probes[failed[0]].name, right[failed[0]], mine[failed[0]]) if failed else None
    if problem or not mine:  # what came before it is not enough for a name
        yield Report(asked, False, results, first, problem, printed=printed, note=missing())
        return
    problem = next((mine[k].problem for k in failed if mine[k].problem), "")
    yield Report(asked, False, results, first, problem, printed=printed, note=missing())
    found = diagnose(asked, form, mine, failed, text)
    probe = form.probes[failed[0]]
    steps = steps_over_rate(probe, right[failed[0]], mine[failed[0]], first.where) if first else ""
    line = ""
    if text and found.code and form is asked and probe.rule:
        line = line_of_answer(text, asked.name, asked.reference, found.code, probe.rule)
    yield Report(
        asked, False, results, first, problem, found.mistakes, found.alternatives, found.similar,
        tuple(form.probes[k].name for k in found.explained), printed, steps, line, missing(),
    )  # fmt: skip


def untouched(asked: Exercise, text: str) -> bool:
    """Whether a text is the starter, or has a function with nothing in it."""
    try:
        mine, given = (_bare(t) for t in (text, asked.starter))
    except (SyntaxError, ValueError):
        return False
    empty = [name for name in (*given, "step") if mine.get(name, ("", "."))[1] == ""]
    return mine == given or bool(empty)


def _bare(text: str) -> dict[str, tuple[str, str]]:
    """Arguments and content of the functions of a text, without docstrings and placeholders."""
    return {
        n.name: (ast.dump(n.args), "".join(ast.dump(s) for s in n.body if not _placeholder(s)))
        for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)
    }  # fmt: skip


def _placeholder(s: ast.stmt) -> bool:
    return isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
