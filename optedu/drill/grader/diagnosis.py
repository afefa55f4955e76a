"""Find the mistake: the change of the reference whose numbers are those of the answer, on every probe.

First come the mistakes of the catalogue, one by one, then slips of the pen, then two mistakes at once, of which one
shows alone somewhere, and at last digits that were lost.
"""

import ast
import math
import re
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import combinations, islice
from typing import Any

from .child import FORKS, IN_A_PAGE, Message, messages
from .comparison import difference, same_values
from .exercise_form import Bug, ClassForm, Exercise, Probe, edited
from .localized import localized
from .observed import observed
from .other_forms import FORMS
from .repairs import Repairs
from .sandbox import FAILURES, NotANumber, Printed, TooLong, Trace, brief, contained, define, names, plain, run
from .slips import Said, slips
from .torch_form import with_gradients

Form = Exercise | ClassForm
PATIENCE = 1.5 if IN_A_PAGE else 4.0
"""Seconds of computing after which the search ends, found or not."""
PLAIN = 4
"""On how many of the probes that differ a mistake is tried for itself, to be one of two."""
FIRST = 8
"""How many mistakes that explain a part of what is wrong are tried with a second one."""
EACH = 0.25
"""Seconds of computing for one probe of one change, which may make a loop endless."""
SEEN = 3
"""Sentences at most on what is seen of a mistake without a name."""
DIGITS = 3e-5
"""Relative error of single precision after some steps."""


@cache
def traces(form: Form, edits: tuple[tuple[str, str], ...]) -> tuple[Trace, ...]:
    """What every probe sees of the reference, or of one of its bugs."""
    thing = define(edited(form.reference, edits), (form.name,))
    return tuple(run(probe, thing) for probe in form.probes)


@dataclass(frozen=True)
class Finding:
    """What was found: one mistake or two, others with the same numbers, or one that explains some probes."""

    mistakes: tuple[Bug, ...] = ()
    alternatives: tuple[tuple[Bug, ...], ...] = ()
    similar: Bug | None = None
    explained: tuple[int, ...] = ()
    code: str = ""
    """Of one mistake: code that makes it."""


def diagnose(asked: Exercise, form: Form, mine: dict[int, Trace], failed: list[int], text: str = "") -> Finding:
    """The mistake in an answer, from what its probes saw, and from its text where there is one.

    The search has a process of its own, too, with the same limits: among thousands of changes of a reference there may
    always be one that does not come back.
    """
    found = Finding()
    if not FORKS:
        for found in _diagnosed(asked, form, mine, failed, text):  # noqa: B007 (the last one counts)
            pass
        return found

    def searching() -> Iterator[Message]:
        for better in _diagnosed(asked, form, mine, failed, text):
            yield _packed(form, better)

    for message in messages(searching(), 5 * PATIENCE, free=True):
        if "mistakes" in message:
            found = _unpacked(form, message)
    return found


def _packed(form: Form, found: Finding) -> Message:
    def one(bug: Bug) -> Any:
        return form.bugs.index(bug) if bug.edits else [bug.name, bug.says, bug.breaks]

    return {
        "mistakes": [*map(one, found.mistakes)], "alternatives": [[*map(one, bugs)] for bugs in found.alternatives],
        "similar": None if found.similar is None else one(found.similar), "explained": found.explained,
        "code": found.code,
    }  # fmt: skip


def _unpacked(form: Form, message: Message) -> Finding:
    def one(bug: Any) -> Bug:
        return form.bugs[bug] if isinstance(bug, int) else Bug(bug[0], bug[1], bug[2], ())

    return Finding(
        tuple(map(one, message["mistakes"])), tuple(tuple(map(one, bugs)) for bugs in message["alternatives"]),
        None if message["similar"] is None else one(message["similar"]), tuple(message["explained"]), message["code"],
    )  # fmt: skip


def _diagnosed(
    asked: Exercise, form: Form, mine: dict[int, Trace], failed: list[int], text: str
) -> Iterator[Finding]:  # fmt: skip
    """What is found, and what is found after that: a search that is cut off leaves what was seen before."""
    right = traces(form, ())
    telling = [k for k in failed if _telling(mine[k], right[k])]
    with contained(None, Printed()):
        if not telling:  # a name needs numbers: that two codes end in NaN does not make them one
            yield _mended(_Search(asked, form, mine, failed, failed), right, text)
            return
        yield from _found(_Search(asked, form, mine, failed, telling), form, mine, right, text)


def _found(
    search: "_Search", form: Form, mine: dict[int, Trace], right: tuple[Trace, ...], text: str
) -> Iterator[Finding]:  # fmt: skip
    found = search.named() or _only_gradients(form, mine, right) or search.slipped()
    if found:
        yield Finding(found[0], tuple(found[1:]), code=search.code)
        return
    lost = _lost_digits(form, mine, right)
    if lost and SHORT.search(text):
        yield Finding((lost,))
        return
    seen = tuple(Bug("observed", says, "", ()) for says in search.observed(text))
    yield Finding((lost,)) if lost else Finding(seen[:SEEN], (), *search.similar())
    repairs = search.repairs(text, right)
    words = repairs.one(time.process_time() + PATIENCE) if repairs else ()
    both = () if words else search.two()
    if both:
        yield Finding(both)
        return
    if repairs and not words:
        words = repairs.two(time.process_time() + PATIENCE)
    if words:
        yield Finding(tuple(Bug("slip", says, "", ()) for says in _mending(words)))


def _only_gradients(form: Form, mine: dict[int, Trace], right: tuple[Trace, ...]) -> list[tuple[Bug, ...]]:
    """The name for a class that is right in all but this: the caller's gradients are others afterwards, however."""
    named: list[tuple[Bug, ...]] = [(bug,) for bug in form.bugs if bug.name == "gradient-changed"]
    for k, trace in mine.items() if named else ():
        if trace.problem or len(trace.steps) != len(right[k].steps):
            return []
        for (where, found), (_, expected) in zip(trace.steps, right[k].steps, strict=True):
            if "gradient array" not in where and not same_values(expected, found):
                return []
    return named


def _mended(search: "_Search", right: tuple[Trace, ...], text: str) -> Finding:
    repairs = search.repairs(text, right)
    words = repairs.one(time.process_time() + PATIENCE) if repairs else ()
    return Finding(tuple(Bug("slip", says, "", ()) for says in _mending(words))) if words else Finding()


SHORT = re.compile(r"float16|float32|half|single|round|['\"]f[24]")
"""What makes numbers shorter."""


def _mending(words: tuple[str, ...]) -> Iterator[str]:
    yield f"Your answer is right as soon as {words[0]}{'' if len(words) == 2 else '.'}"
    if len(words) == 2:
        yield f"and {words[1]}."


class _Search:
    def __init__(self, asked: Exercise, form: Form, mine: dict[int, Trace], failed: list[int], telling: list[int]):
        self.asked, self.form, self.mine, self.telling = asked, form, mine, telling
        self.order = [*failed, *(k for k in reversed(mine) if k not in failed)]
        self.until = time.process_time() + PATIENCE
        # Of a negative number NumPy's root is NaN, that of math raises, and a power is complex. What is returned
        # beside it fares accordingly, so all are tried with the root that the answer has taken.
        whys = {value.why for trace in mine.values() for _, value in trace.steps if isinstance(value, NotANumber)}
        self.root = _root(whys) if form is asked else None
        self.code = ""
        self.parts: list[tuple[tuple[int, ...], Bug, str]] = []  # what explains some probes: which, and its text
        self.partly: list[tuple[int, Bug, str]] = []  # what explains some calls of probes: how many, and its text

    def repairs(self, text: str, right: tuple[Trace, ...]) -> Repairs | None:
        """The search for what would make the answer right; None if it cannot be run in another version."""
        if not _can_be_run(text):
            return None
        cls = self.asked.as_class.name if self.asked.as_class else ""
        order = sorted(self.order, key=lambda k: k not in self.telling)
        try:
            return Repairs(text, (cls, self.asked.name), self.asked.in_place,
                           [self.form.probes[k] for k in order], [right[k] for k in order], follows)  # fmt: skip
        except (SyntaxError, ValueError):
            return None

    def observed(self, text: str) -> Iterator[str]:
        """What experiments with the answer tell; nothing if it cannot be run."""
        if not _can_be_run(text):
            return
        wanted = (self.asked.as_class.name, self.asked.name) if self.asked.as_class else (self.asked.name,)
        with suppress(*FAILURES):  # an answer may do what no experiment expects
            right, answer = define(self.form.reference, (self.form.name,)), with_gradients(define(text, wanted))
            yield from islice(observed(self.form.probes, right, answer), 2)
            yield from localized(self.form.probes, right, answer)

    def named(self) -> list[tuple[Bug, ...]]:
        """The mistakes of the catalogue that show the same on every probe."""
        found: list[tuple[Bug, ...]] = []
        for bug in self.form.bugs:
            for edits in (bug.edits, *bug.others):
                text = edited(self.form.reference, edits)
                hits = self.hits(_defined(text, self.form.name, self.root), self.telling[:PLAIN])
                if hits is None:
                    found.append((bug,))
                    self.code = self.code or text
                    break
                self.kept(hits, _defined(text, self.form.name, self.root), bug, text)
        return found

    def slipped(self) -> list[tuple[Bug, ...]]:
        forms = FORMS.get(self.asked.name, ()) if self.form is self.asked else ()
        written = (found for base in (self.form.reference, *forms) for found in self.slips_of(base))
        for n, (thing, said, changed) in enumerate(written):
            hits = self.hits(thing, self.telling[:PLAIN])
            if hits is None:
                self.code = changed()
                return [(_as_bug(self.asked, self.form, *said()),)]
            self.kept(hits, thing, lambda said=said: _as_bug(self.asked, self.form, *said()), changed)
            if not n % 64 and time.process_time() > self.until:
                break
        return []

    def kept(self, hits: tuple[int, ...], thing: Any, bug: Any, text: Any) -> None:
        """Keep a mistake that explains a part of what is wrong, to be one of two; bug and text may be made here."""
        calls = 0 if hits else self.calls(thing)
        if hits or calls:
            bug, text = bug if isinstance(bug, Bug) else bug(), text if isinstance(text, str) else text()
            if hits:
                self.parts.append((hits, bug, text))
            else:
                self.partly.append((calls, bug, text))

    def calls(self, thing: Any) -> int:
        """How many wrong results of a probe are those of `thing`, where a probe is calls that do not hang together."""
        k = self.telling[0]
        probe, right = self.form.probes[k], traces(self.form, ())[k].steps
        if probe.walk is not None or isinstance(self.form, ClassForm):
            return 0
        with suppress(TooLong), brief(EACH):
            theirs = run(probe, thing).steps
            return sum(
                a[0] == b[0] == c[0] and same_values(a[1], b[1]) and not same_values(a[1], c[1])
                for a, b, c in zip(self.mine[k].steps, theirs, right, strict=False)
            )
        return 0

    def two(self) -> tuple[Bug, ...]:
        """Two mistakes, of which one explains a probe alone, or some of its calls."""
        self.parts.sort(key=lambda part: (-len(part[0]), not part[1].edits))
        self.partly.sort(key=lambda part: (-part[0], not part[1].edits))
        firsts = [part[1:] for part in (*self.parts[:FIRST], *self.partly[:FIRST])]
        self.until = time.process_time() + PATIENCE
        for first, _ in firsts:
            for second in self.form.bugs if first.edits else ():
                if second is not first and self.together(first, second):
                    return tuple(b for b in self.form.bugs if b in (first, second))
        for a, b in combinations(self.form.bugs, 2):
            if time.process_time() > self.until:
                break
            if self.together(a, b):
                return a, b
        for first, text in firsts:
            for n, (thing, said, _) in enumerate(self.slips_of(text)):
                if self.all(thing):
                    return first, _as_bug(self.asked, self.form, *said())
                if not n % 64 and time.process_time() > self.until:
                    return ()
        return ()

    def together(self, a: Bug, b: Bug) -> bool:
        """Whether two mistakes of the catalogue, made at once, show what the answer shows."""
        for edits in (a.edits + b.edits, b.edits + a.edits):
            try:
                return self.all(_made(edited(self.form.reference, edits), self.form.name, self.root))
            except ValueError:  # one takes the other's place away
                continue
        return False

    def similar(self) -> tuple[Bug | None, tuple[int, ...]]:
        """The mistake of the catalogue that explains most of the failed probes, though not all."""
        listed = [(hits, bug) for hits, bug, _ in self.parts if bug.edits]
        hits, bug = max(listed, key=lambda part: len(part[0]), default=((), None))
        return bug, hits

    def slips_of(self, text: str) -> Iterator[tuple[Any, Said, Any]]:
        arrays = isinstance(self.form, ClassForm) or getattr(self.form.probes[0].rule, "whole", False)
        return _slipped(text, self.form.name, self.asked.name, self.root, arrays)

    def hits(self, thing: Any, tried: list[int]) -> tuple[int, ...] | None:
        """Which of the probes `tried` see what they saw of the answer; None if all probes do."""
        seen = tuple(k for k in tried if follows(self.form.probes[k], thing, self.mine[k]))
        if len(seen) < len(tried):
            return seen
        rest = (k for k in self.order if k not in tried)
        return None if all(follows(self.form.probes[k], thing, self.mine[k]) for k in rest) else seen

    def all(self, thing: Any) -> bool:
        return all(follows(self.form.probes[k], thing, self.mine[k]) for k in self.order)


def _can_be_run(text: str) -> bool:
    """Whether an answer may be run again where it is searched: there it has neither torch nor a watchdog of its own."""
    return bool(text) and (FORKS or "while" not in text) and not re.search(r"\b(optedu|torch)\b", text)


def _root(whys: set[str]) -> Any:
    if any("complex" in why or "square root" in why for why in whys):
        return _power
    return math.sqrt if any("ValueError" in why for why in whys) else None


def _power(x: Any) -> Any:
    return x**0.5


@cache
def _defined(text: str, name: str, root: Any) -> Any:
    return _made(text, name, root)


def _made(text: str, name: str, root: Any) -> Any:
    """The function or class of that name in a text of ours, with a root of its own."""
    space = names()
    try:
        exec(compile(text, "<reference>", "exec"), space)  # noqa: S102
    except SyntaxError as error:
        raise ValueError(str(error)) from None
    if root:
        space["sqrt"] = root
    return space[name]


def _slipped(text: str, name: str, entry: str, root: Any, arrays: bool = False) -> Iterator[tuple[Any, Said, Any]]:
    """Every slip in a text: the thing that it defines then, its words, and its text on demand."""
    thing = _made(text, name, root)
    space = getattr(thing, "step", thing).__globals__
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for function, said in slips(text, entry, arrays):
            before = space[function.name]
            try:
                exec(compile(ast.Module([function], []), "<slip>", "exec"), space)  # noqa: S102 (our own code)
            except (SyntaxError, TypeError, ValueError):
                continue
            yield space[name], said, lambda function=function: _with(text, function)
            space[function.name] = before


def _with(text: str, function: ast.FunctionDef) -> str:
    tree = ast.parse(text)
    tree.body = [function if getattr(part, "name", "") == function.name else part for part in tree.body]
    return ast.unparse(ast.fix_missing_locations(tree))


def _as_bug(asked: Exercise, form: Form, words: str, line: str) -> Bug:
    """A slip as a mistake, with the equation that its line belongs to."""
    return Bug("slip", f"Your numbers are those of a solution in which {words}.", _equation(asked, form, line), ())


def _equation(asked: Exercise, form: Form, line: str) -> str:
    if not line:
        return ""
    tight = re.sub(r"\s", "", line)
    for bug in form.bugs:
        for old, _ in bug.edits:
            for part in map(str.strip, old.split("\n")):
                piece = re.sub(r"\s", "", part)
                if len(piece) > 3 and (piece in tight or tight in piece):
                    return bug.breaks
    return asked.bugs[0].breaks


def follows(probe: Probe, thing: Any, trace: Trace) -> bool:
    """Whether a probe sees of `thing` what it saw in a trace; it ends at the first difference."""
    steps, problem, n = trace.steps, False, 0
    try:
        with brief(EACH):
            for where, value in probe.run(thing):
                if n >= len(steps) or steps[n][0] != where or not same_values(steps[n][1], plain(value)):
                    return False
                n += 1
    except TooLong:
        return False
    except FAILURES:
        problem = True
    return n == len(steps) and problem == bool(trace.problem)


def _telling(mine: Trace, right: Trace) -> bool:
    """Whether a finite number, a truth value or a text differs from the reference's."""
    for (_, a), (_, b) in zip(mine.steps, right.steps, strict=False):
        pair = difference(b, a)
        if pair and not (isinstance(pair[1], float) and not math.isfinite(pair[1])):
            return True
    return False


# Digits that were lost


def _lost_digits(form: Form, mine: Mapping[int, Trace], right: tuple[Trace, ...]) -> Bug | None:
    """What is right but for its last digits, which are too high here and too low there."""
    pairs: list[tuple[float, float]] = []
    for k, trace in mine.items():
        if len(trace.steps) != len(right[k].steps) or trace.problem:
            return None
        for (_, a), (_, b) in zip(right[k].steps, trace.steps, strict=True):
            if not _numbers(a, b, pairs):
                return None
    off = [(b - a) / max(abs(a), 1e-3) for a, b in pairs]
    for digits in range(3, 10):
        if any(off) and all(b == round(b, digits) and abs(b - a) < 10.0 ** (1 - digits) for a, b in pairs):
            return _digits(form, f"The results are rounded to {digits} digits.")
    if max(off, default=0) > 0 > min(off, default=0) and max(map(abs, off)) < DIGITS:
        return _digits(form, "Somewhere numbers are kept in single precision: all is right but for its last digits.")
    return None


def _digits(form: Form, says: str) -> Bug:
    return Bug("low-precision", f"{says} Nothing is to be rounded here; what is stored, least of all.",
               r"\text{all digits of a double}", ())  # fmt: skip


def _numbers(a: Any, b: Any, into: list[tuple[float, float]]) -> bool:
    """Collect pairs of numbers; False if two values are of another kind."""
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return all(_numbers(x, y, into) for x, y in zip(a, b, strict=True))
    if isinstance(a, float) and isinstance(b, float) and math.isfinite(a) and math.isfinite(b):
        into.append((a, b))
        return True
    return type(a) is type(b) and (a == b or isinstance(a, float))
