"""The drills in a terminal, rules written out, and rules examined: ``python -m optedu --help``.

Exit codes: 0 passed (or done), 1 not passed, 2 wrong usage.
"""

import ast
import random
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

try:
    import typer

    from .drill.terminal import Terminal, choice
except ModuleNotFoundError as error:
    if (error.name or "optedu").startswith("optedu"):
        raise
    print(f"The drills in a terminal need {error.name}: it comes with the extra 'drill'", file=sys.stderr)
    sys.exit(2)

from .drill.questions.bank import LEVELS
from .exporting.writing import TARGETS

Level = StrEnum("Level", LEVELS)  # type: ignore[misc]
Target = StrEnum("Target", TARGETS)  # type: ignore[misc]
TORCH = Target("torch")
app = typer.Typer(
    help="Drills on optimizers: write them, find their bugs, answer questions. And rules for torch, JAX and Triton.",
    rich_markup_mode=None,  # plain help: it must read well over a pipe
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)
progress = typer.Typer(help="Your progress as a file, which the terminal and the site share.", no_args_is_help=True)
app.add_typer(progress, name="progress")
EXPECTED = Level("senior")
Seed = Annotated[int | None, typer.Option(help="The same seed gives the same questions.")]


@app.command()
def drill(
    name: Annotated[str | None, typer.Argument(help="The exercise; without one they are listed.")] = None,
    file: Annotated[Path | None, typer.Argument(help="Your code; - reads it from the standard input.")] = None,
    hint: Annotated[int, typer.Option(min=0, max=4, help="Show hints: idea, observation, equation, code.")] = 0,
    watch: Annotated[bool, typer.Option("--watch", help="Grade again whenever the file is saved.")] = False,
    everything: Annotated[bool, typer.Option("--list", help="List the exercises.")] = False,
) -> None:
    """Write a rule from memory, or design one. Without FILE the task is shown, and my_NAME.py is there to write in."""
    from .drill.design.tasks import PREFIX, task, tasks
    from .drill.grader.exercise_form import exercise, exercises

    terminal = Terminal()
    designs = name is not None and f"{name}-".lower().replace("_", "-").startswith(PREFIX)
    if everything or name is None or f"{name}-".lower() == PREFIX:
        shown: list[Any] = [*(() if designs else exercises()), *tasks()]
        for e in shown:
            terminal.say(f"{e.name:18} {e.level:7} {e.minutes:3} min  {e.title}")
        if not everything:
            terminal.say()
            terminal.say(f"Choose one: python -m optedu drill {tasks()[0].name if designs else 'adam'}")
        return
    asked: Any = task(name) if designs else exercise(name)
    if hint:
        kinds = ("Idea", "Equation", "Code") if designs else ("Idea", "Observation", "Equation", "Code")
        for kind, text in list(zip(kinds, asked.hints, strict=True))[:hint]:
            terminal.show(f"**{kind}.** {text.strip()}")
        return
    own = Path(f"my_{asked.name.replace('-', '_')}.py")
    if file is None:
        terminal.show(
            f"**{asked.title}** (`{asked.name}`, {asked.level}, {asked.minutes} minutes)\n\n{asked.task.strip()}"
        )
        terminal.write(asked.starter.strip() + "\n")
        new = not own.exists()
        if new:
            own.write_text(asked.starter.strip() + "\n", "utf8")
        begun = f"The starter above is in {own}." if new else f"What you have written so far is in {own}."
        terminal.say(f"{begun} Fill it in, then have it graded, or with --watch at every save:")
        terminal.say(f"python -m optedu drill {asked.name} {own}")
        if not watch:
            return
        file = own
    if watch:
        _watched(asked.name, _existing(file), terminal)
        return
    _end(_graded(asked.name, sys.stdin.read() + "\n" if str(file) == "-" else _existing(file), terminal))


def _graded(name: str, thing: Path | str, terminal: Terminal) -> bool:
    """Grade, say what came of it, and keep the mistake as a card."""
    from .drill.design.grading import grade_design
    from .drill.design.tasks import PREFIX
    from .drill.grader.grading import verdicts
    from .drill.grader.report import mistakes

    if name.startswith(PREFIX):
        with terminal.working("Grading: the wind tunnel runs your rule"):
            verdict = grade_design(name, thing)
        terminal.show(verdict._repr_markdown_())
        return verdict.passed
    with terminal.working("Grading") as tell:
        for report in verdicts(name, thing):
            if not report.passed:
                head, _, _ = str(report).partition("\n")
                tell(f"{head} Looking for the mistake, which can take some seconds")
    terminal.show(report._repr_markdown_())
    _remembered([(name, bug) for bug in mistakes(report)], terminal)
    return report.passed


def _remembered(made: list[tuple[str, str]], terminal: Terminal) -> None:
    """Keep mistakes, of an exercise each, as cards. Where that fails it is said, and the verdict still counts."""
    from .drill.questions.history import History

    try:
        for of, bug in made:
            History().mistake(of, bug)
    except (OSError, ValueError) as error:
        terminal.say(f"The card of the mistake could not be saved: {error}")
    else:
        if made:
            terminal.say("It comes back as a card: python -m optedu quiz --topic mistakes")


def _watched(name: str, file: Path, terminal: Terminal) -> None:
    """Grade whenever the file changes, until it passes or Ctrl-C."""
    terminal.say(f"Watching {file}; every time it is saved it is graded. Ctrl-C ends.")
    seen: str | None = None
    try:
        while True:
            text = file.read_text("utf8") if file.is_file() else None  # an editor may put a new file in its place
            if text is not None and text != seen:
                seen = text
                if _graded(name, text + "\n", terminal):
                    return
            time.sleep(0.2)
    except KeyboardInterrupt:
        terminal.say()
    _end(False)


@app.command()
def quiz(
    by_chance: Annotated[bool, typer.Option("--random", help="Ten cards by chance, due or not.")] = False,
    topic: Annotated[str | None, typer.Option(help="Only this topic; 'mistakes' are your own.")] = None,
    level: Annotated[Level | None, typer.Option(help="Only this level.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget everything, after a question.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --reset: do not ask.")] = False,
    seed: Seed = None,
) -> None:
    """Repeat: the cards that are due today, then ten new ones."""
    from .drill.questions import quiz
    from .drill.questions.history import History

    terminal, history = Terminal(), History()
    if reset:
        sure = yes or terminal.ask(f"Forget all of {history.path}? yes, no:", choice(["yes", "no"])) == "yes"
        if sure:
            history.reset()
        terminal.say("Forgotten." if sure else "Nothing was changed.")
        return _end(sure)
    quiz.cards((), topic, level)  # a topic that there is not leaves no trace
    history.check()
    dates = history.due()
    pool = quiz.cards(dates, topic, level)
    now = quiz.present()
    chosen = quiz.some(pool, random.Random(seed)) if by_chance else quiz.due(pool, dates, now)
    if not chosen:
        coming = min((dates[c.id] for c in pool if c.id in dates), default=None)
        terminal.say("Nothing is due." + (f" The next card is due on {coming:%Y-%m-%d}." if coming else ""))
        return None
    rated = quiz.session(chosen, history, terminal)
    terminal.say(f"Answers rated: {rated}. History: {history.path}")


@progress.command("export")
def export_progress(
    path: Annotated[Path, typer.Argument(help="A file that ends in .json; the quiz on the site reads it.")],
) -> None:
    """Write your progress into a file, for another machine or for the site."""
    from .drill.questions.history import History

    count = History().export(_ends(path, ".json"))
    Terminal().say(f"Written: {path}, with {_cards(count)}")


@progress.command("import")
def import_progress(
    path: Annotated[Path, typer.Argument(help="A file that this command or the quiz on the site has written.")],
) -> None:
    """Take over progress from a file. Of each card the newer review counts, and nothing is forgotten."""
    from .drill.questions.history import History

    history = History()
    count, skipped = history.take(_existing(path))
    terminal = Terminal()
    if skipped:
        terminal.say(f"Skipped, because they are damaged: {', '.join(skipped)}")
    terminal.say(f"Read: {_cards(count)}. History: {history.path}")


def _cards(count: int) -> str:
    return f"{count} card" + "s" * (count != 1)


@app.command()
def mock(
    level: Annotated[Level, typer.Option(help="Who is asked.")] = EXPECTED,
    minutes: Annotated[float, typer.Option(help="For everything together.")] = 45,
    seed: Seed = None,
    out: Annotated[Path | None, typer.Option(help="The scorecard: .md or .json.")] = None,
    scenario: Annotated[
        bool, typer.Option("--scenario", help="Only a log and its three branches, 20 minutes.")
    ] = False,
) -> None:
    """A mock interview: a coding task, a bug, three questions, an estimate."""
    if scenario:
        return _scenario(seed)
    from .drill.interview.in_terminal import lead
    from .drill.interview.mock import Interview
    from .drill.interview.record import add, record_path, table
    from .drill.questions.history import History
    from .drill.questions.safe_file import free

    talk = Interview(str(level), minutes, seed)
    out = out or free(Path(f"mock-{level}-{talk.seed}.md"))
    terminal = Terminal()
    try:
        History().check()
    except OSError as error:  # the interview itself needs no history
        terminal.say(f"Mistakes will not come back as cards: {error}")
    try:
        lead(talk, terminal, Path())
    finally:  # also after Ctrl-C
        talk.save(out)
        _remembered(list(talk.mistakes), terminal)
    terminal.show(talk.scorecard().text)
    if any(part.done for part in talk.parts):
        try:
            terminal.show(table(add(talk, record_path())))
        except OSError as error:
            terminal.say(f"The record of your interviews could not be written: {error}")
    terminal.say(f"Saved with your answers and model answers as {out}")
    if str(level) in ("senior", "staff"):
        terminal.say("The longer part of such an interview, a log and what you do next:")
        terminal.say(f"python -m optedu mock --scenario --seed {talk.seed}")
    _end(talk.ended)


def _scenario(seed: int | None) -> None:
    """A scenario, and its entry in the record of interviews."""
    from .drill.interview.record import append, record_path, table
    from .drill.interview.scenario import drawn, lead

    terminal, seed = Terminal(), random.randrange(10**6) if seed is None else seed
    asked = drawn(seed)
    if result := lead(asked, terminal):
        points, seconds, typed = result
        of = len(asked.rubric)
        one = {"level": "scenario", "seed": seed, "points": points, "of": of, "seconds": round(seconds)}
        try:
            terminal.show(table(append({**one, "title": asked.title, "given": typed}, record_path())))
        except OSError as error:
            terminal.say(f"The record of your interviews could not be written: {error}")
    _end(result is not None)


@app.command("find-bug")
def find_bug(
    seed: Seed = None,
    exercise: Annotated[str | None, typer.Option(help="In the code of this exercise.")] = None,
) -> None:
    """Find the bug in a piece of code."""
    from .drill.questions.find_bug import puzzle

    terminal = Terminal()
    asked = puzzle(random.randrange(10**6) if seed is None else seed, exercise=exercise)
    terminal.show(asked.text)
    answer = terminal.ask("Your choice:", lambda line: (asked.right(line), asked.check(line)))
    right, text = answer or (False, asked.explain())
    terminal.show(text)
    _end(right)


@app.command()
def deck(path: Annotated[Path, typer.Argument(help="A file that ends in .apkg.")]) -> None:
    """Write the Anki deck."""
    from .drill.questions.deck import write

    write(_ends(path, ".apkg"))
    Terminal().say(f"Written: {path}")


@app.command()
def sheet(path: Annotated[Path, typer.Argument(help="A file that ends in .html or .pdf.")]) -> None:
    """Write the cheat sheet."""
    from .drill.interview.cheat_sheet import write_html, write_pdf

    (write_pdf if _ends(path, ".html", ".pdf").suffix == ".pdf" else write_html)(path)
    Terminal().say(f"Written: {path}")


@app.command()
def course(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder, empty or not there yet.")]) -> None:
    """Write assignments for a class: for nbgrader, for otter-grader, and how to use them."""
    from .drill.course import write_course

    files = write_course(folder)
    Terminal().say(f"Written: {len(files)} files. Begin with {folder / 'README.md'}")


@app.command()
def new(path: Annotated[Path, typer.Argument(help="A file that is not there yet, such as my_rule.py.")]) -> None:
    """Write a file with a working rule, to begin your own with."""
    from .exporting.beginning import begin

    begin(path)
    Terminal().say(f"Written: {path}. Change it, then: python -m optedu examine {path}")


@app.command()
def export(
    name: Annotated[str | None, typer.Argument(help="An optimizer, or FILE.py, or FILE.py:NAME, of your own.")] = None,
    to: Annotated[Target, typer.Option(help="The library to write for.")] = TORCH,
    compiled: Annotated[bool, typer.Option("--compile", help="For torch: rule and stores compiled as one.")] = False,
    matrix: Annotated[bool, typer.Option("--matrix", help="Measure all that can be written against optedu.")] = False,
    processes: Annotated[bool, typer.Option("--processes", help="With --matrix: also over 2 and 4 processes.")] = False,
) -> None:
    """Write a rule out as a file for torch, JAX or Triton, to the standard output."""
    terminal = Terminal()
    if matrix:
        from .lab.exported import matrix as lines
        from .zoo import ZOO

        chosen = [entry for key, entry in ZOO.items() if name is None or key.lower() == name.lower()]
        if not chosen:
            raise ValueError(f"there is no optimizer {name!r} in the zoo")
        sharded = None
        if processes:
            from .lab.exported_sharded import measured

            sharded = measured(chosen)
        for line in lines(chosen, sharded=sharded):
            terminal.write(line)
        return
    if processes:
        raise ValueError("--processes is for the matrix: add --matrix")
    if name is None:
        raise ValueError("say what is to be written, as in: python -m optedu export adamw --to torch")
    from .exporting.naming import named
    from .exporting.writing import export as write

    text = write(named(name), str(to), compile=compiled)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # as Python reads the file
    sys.stdout.write(text)


@app.command()
def examine(
    name: Annotated[str, typer.Argument(help="An optimizer, or FILE.py, or FILE.py:NAME, of your own.")],
    setting: Annotated[list[str] | None, typer.Option("--set", help="Such as lr=0.1; may be repeated.")] = None,
    learning: Annotated[bool, typer.Option("--learn/--no-learn", help="Train on digits, too (seconds).")] = True,
    transformer: Annotated[bool, typer.Option("--transformer", help="And a transformer (minutes, torch).")] = False,
    speeds: Annotated[bool, typer.Option("--time", help="Time a step on each engine, too.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the report as a page, too: a file ending in .html.")] = None,
) -> None:
    """Put a rule or an optimizer into the wind tunnel: what it is, measured."""
    from .exporting.naming import named

    terminal = Terminal()
    if out is not None:
        _ends(out, ".html")
    try:
        from .lab.wind_tunnel.examination import examine as measured
        from .lab.wind_tunnel.specimen import specimen
    except ModuleNotFoundError as error:
        raise ValueError(f"the wind tunnel needs {error.name}: it comes with the extra 'lab'") from error
    thing, settings = named(name), dict(map(_setting, setting or ()))
    try:
        specimen(thing, settings)
    except TypeError as error:  # what the reader named is of no use here
        raise ValueError(str(error)) from error
    try:
        with terminal.working("In the wind tunnel: minutes with --transformer, seconds without"):
            report = measured(thing, settings, learning=learning, speeds=speeds, transformer=transformer)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ValueError(str(error).replace("transformer=True", "--transformer")) from error
    terminal.write(str(report))
    if out is not None:
        report.save(out)
        terminal.say(f"Written: {out}")


def _setting(text: str) -> tuple[str, Any]:
    """``lr=0.1`` as a name and a value."""
    name, equals, value = text.partition("=")
    try:
        if not name.isidentifier() or not equals:
            raise ValueError
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        raise ValueError(f"--set must be NAME=VALUE, as in --set lr=0.1, got {text!r}") from None


def _end(passed: bool) -> None:
    if not passed:
        raise typer.Exit(1)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise ValueError(f"there is no file {str(path)!r}")
    return path


def _ends(path: Path, *endings: str) -> Path:
    if path.suffix not in endings:
        raise ValueError(f"the name must end in {' or '.join(endings)}, got {str(path)!r}")
    return path


def main() -> None:
    """The ``optedu`` command."""
    try:
        app(prog_name="optedu")
    except (ValueError, OSError) as error:  # what the reader named is not there, or no good
        print(f"optedu: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
