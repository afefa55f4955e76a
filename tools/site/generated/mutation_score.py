"""The page that says how many mistakes the graders catch, beside what usual tests let through."""

from dataclasses import dataclass
from functools import cache

from optedu.drill.grader.comparison import same
from optedu.drill.grader.diagnosis import traces
from optedu.drill.grader.exercise_form import ClassForm, Exercise, exercises
from optedu.drill.grader.sandbox import Trace
from optedu.drill.grader.weak_tests import let_through


@dataclass(frozen=True)
class Score:
    """Of one form of an exercise: its bugs, those caught and named, those that a weak test lets through."""

    name: str
    title: str
    bugs: int
    caught: int
    named: int
    through: tuple[int, ...] = ()


@cache
def scores() -> tuple[tuple[Score, ...], tuple[Score, ...]]:
    """The scores of all functions, and of all classes."""
    functions = tuple(_score(e, e, tuple(len(let_through(e, k)) for k in range(len(e.weak)))) for e in exercises())
    return functions, tuple(_score(e, e.as_class) for e in exercises() if e.as_class)


def _score(asked: Exercise, form: Exercise | ClassForm, through: tuple[int, ...] = ()) -> Score:
    """From the traces alone; that `grade` says the same of each bug is what the tests hold it to."""
    right, seen = traces(form, ()), [traces(form, bug.edits) for bug in form.bugs]
    caught = sum(not _alike(right, trace) for trace in seen)
    named = sum(sum(_alike(trace, other) for other in seen) == 1 for trace in seen if not _alike(right, trace))
    return Score(form.name, asked.title, len(form.bugs), caught, named, through)


def _alike(a: tuple[Trace, ...], b: tuple[Trace, ...]) -> bool:
    return all(map(same, a, b))


def page() -> str:
    """The page as Markdown."""
    functions, classes = scores()
    total, caught, named = (sum(getattr(s, key) for s in functions) for key in ("bugs", "caught", "named"))
    usual, rules = [s for s in functions if s.through], [s for s in functions if len(s.through) == 2]
    let = [
        f"{sum(s.through[0] for s in usual)} of {sum(s.bugs for s in usual)}",
        f"{sum(s.through[1] for s in rules)} of {sum(s.bugs for s in rules)}",
    ]
    five = f"{sum(s.through[0] for s in rules)} of {sum(s.bugs for s in rules)}"
    alike = " and ".join(s.name for s in classes if s.named < s.caught)
    lines = [
        "# Mutation score",
        "",
        f"Every mistake in the catalogue was made, one at a time, and graded. {len(functions)} exercises have "
        f"{total} named mistakes between them; {caught} are caught, and {named} are named, each by its own name only.",
        "",
        "Next to it is what weaker tests let through. For an optimizer the *usual test* compares the parameters "
        "of one "
        "tensor with the right ones after each of five steps, with a small learning rate and no decay, to the default "
        "tolerance of `allclose`. For the other exercises it is the example that one would try first. *It converges* "
        "asks that 300 steps on a quadratic bring the loss below 1%, for one of eight learning rates. Of the wrong "
        f"optimizers the usual test lets {five} through, convergence {let[1]}.",
        "",
        "## Functions",
        "",
        '| exercise | mistakes | the usual test lets through | "it converges" lets through | caught | named |',
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(f"| {s.title} (`{s.name}`) | {s.bugs} | {_through(s)} | {s.caught} | {s.named} |" for s in functions),
        f"| **all** | **{total}** | **{let[0]}** | **{let[1]}** | **{caught}** | **{named}** |",
        "",
        "## Classes",
        "",
        "A class can be wrong around a right rule: one state for all parameters, a parameter that is bound to a new "
        "array, a counter that is not restored. Those mistakes are added to the ones of the rule. "
        f"For {alike} two mistakes each look the same from outside, since in both the parameter stays where it is; "
        "they are named together.",
        "",
        "| class | mistakes | caught | named alone |",
        "| --- | ---: | ---: | ---: |",
        *(f"| `{s.name}` | {_row(s)} |" for s in classes),
        "| **all** | "
        + " | ".join(f"**{sum(getattr(s, k) for s in classes):,}**" for k in ("bugs", "caught", "named"))
        + " |",
    ]
    return "\n".join(lines) + "\n"


def _row(s: Score) -> str:
    return f"{s.bugs} | {s.caught} | {s.named}"


def _through(s: Score) -> str:
    return " | ".join([*map(str, s.through), "–", "–"][:2])
