"""Run what a reader wrote so that whatever it does is met with one sentence.

It protects the report, not the machine: this is the reader's own code on the reader's own computer.
"""

import inspect
import io
import linecache
import math
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from .exercise_form import Probe

FOUND = ("sqrt", "exp", "log", "cos", "sign", "maximum", "minimum", "where", "clip")
"""The functions of NumPy that code finds there without an import, beside ``math`` and ``np``."""


class Unfit(Exception):
    """What was handed in cannot be run as the task says; the text is a sentence for the reader."""


class TooLong(BaseException):
    """Time is up, or the room for output. Not an Exception: code that catches those must not catch this."""


class Printed(io.StringIO):
    """What was printed, up to a limit."""

    LIMIT = 1_000_000

    def write(self, text: str) -> int:
        if self.tell() + len(text) > self.LIMIT:
            raise TooLong(f"It was stopped after printing {self.LIMIT:,} characters.")
        return super().write(text)


FAILURES = Exception, TooLong, SystemExit  # whatever code can do but for the reader's own Ctrl-C


@dataclass(frozen=True)
class Trace:
    """What one probe saw: values with their places, and the sentence on which it ended early."""

    steps: tuple[tuple[str, Any], ...]
    problem: str = ""
    stopped: bool = False
    printed: bool = False


class NotANumber(float):
    """NaN that knows where it came from."""

    why: str

    def __new__(cls, why: str) -> "NotANumber":
        self = super().__new__(cls, math.nan)
        self.why = why
        return self


# What was handed in


def define(text: str, wanted: tuple[str, ...]) -> Any:
    """Run source text and return the function or class of a wanted name."""
    filename = remembered(text)
    space: dict[str, Any] = {"__name__": "answer", **names()}
    before = set(space)
    try:
        code = compile(text, filename, "exec")
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f" in line {line}" if line else ""
        raise Unfit(f"The text is not Python{place}: {getattr(error, 'msg', error)}.") from None
    exec(code, space)  # noqa: S102 (to run what somebody wrote is what this file is for)
    for name in wanted:
        if callable(space.get(name)):
            return space[name]
    made = [n for n in space if n not in before and getattr(space[n], "__module__", "") == "answer"]
    found = f"it defines {', '.join(made)}" if made else "it defines no function and no class"
    raise Unfit(f"The text defines no {' and no '.join(wanted)}: {found}.")


def remembered(text: str) -> str:
    """A name for source text, under which its lines can be shown."""
    filename = f"<answer {abs(hash(text)):x}>"
    linecache.cache[filename] = len(text), None, text.splitlines(keepends=True), filename
    return filename


def names() -> dict[str, Any]:
    """What code finds without an import."""
    import numpy as np  # not before something is run: a list of the exercises does without

    return {"math": math, "np": np, **{name: getattr(np, name) for name in FOUND}}


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which is caught when it changes a list, dict or array that it was given."""

    @wraps(function)
    def watched(*args: Any, **settings: Any) -> Any:
        given = [*enumerate(args, 1), *settings.items()]
        before = [(name, value, _frozen(value)) for name, value in given if not isinstance(value, (float, int))]
        result = function(*args, **settings)
        for name, value, old in before:
            if _frozen(value) != old:
                which = f"argument {name}" if isinstance(name, int) else f"argument `{name}`"
                raise Unfit(f"It changes its {which}. Work on a copy: the caller still needs the old values.")
        return result

    return watched


def _frozen(x: Any) -> str:
    """The content of an argument as text, so that NaN equals NaN."""
    if hasattr(x, "tolist"):
        x = x.tolist()
    if isinstance(x, dict):
        return "{" + ", ".join(f"{k}: {_frozen(v)}" for k, v in x.items()) + "}"
    if isinstance(x, (list, tuple)):
        return "[" + ", ".join(map(_frozen, x)) + "]"
    return repr(x) if isinstance(x, (float, int, str)) else type(x).__name__


def arguments(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """The arguments of a function or class by name; empty where Python cannot tell."""
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}


def called(function: Callable[..., Any], *args: Any, **settings: Any) -> Any:
    """What it returns; a call that it does not take is met with plain words."""
    try:
        return function(*args, **settings)
    except TypeError:
        fits(function, *args, **settings)
        raise


def fits(function: Callable[..., Any], *args: Any, **settings: Any) -> None:
    """Say in plain words why it cannot be called as the task says, if it cannot."""
    known = arguments(function)
    if not known and not isinstance(function, type):
        return
    places = [p for p in known.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    many = any(p.kind == p.VAR_POSITIONAL for p in known.values())
    free = any(p.kind == p.VAR_KEYWORD for p in known.values())
    taken = {p.name for p in places[: len(args)]}
    wrong = []
    if len(places) < len(args) and not many:
        wrong.append(f"the task hands over {len(args)} values by place, and it takes {len(places)}")
    unknown = [name for name in settings if (name not in known and not free) or name in taken]
    if unknown:
        wrong.append(f"it has no argument {_listed(unknown)} that is given by name")
    missing = [
        p.name for p in known.values()
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        and p.name not in taken and (p.name not in settings or p.kind == p.POSITIONAL_ONLY)
    ]  # fmt: skip
    if missing:
        wrong.append(f"it asks for {_listed(missing)}, which the task does not hand over so")
    if wrong:
        name = getattr(function, "__name__", "it")
        shown = ", ".join([f"{len(args)} {'value' if len(args) == 1 else 'values'}"] * bool(args) + list(settings))
        raise Unfit(f"It cannot be called as the task says, {name}({shown}): {'; '.join(wrong)}.")


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


# Running


@contextmanager
def contained(seconds: float | None, printed: io.StringIO) -> Iterator[None]:
    """Output is caught, input is empty, warnings are quiet, and time is limited.

    The limit is a trace function, which works wherever Python does, in a browser too. It acts
    between lines: one endless call into C is not stopped. None is for code of our own.
    """
    deadline = time.monotonic() + (seconds or 0)

    def watch(frame: Any, event: str, arg: Any) -> Any:
        if time.monotonic() > deadline:
            where = line_of(frame.f_code.co_filename, frame.f_lineno)
            raise TooLong(f"It was stopped after {seconds:g} seconds{where}. Is there a loop that never ends?")
        return None if _ours(frame.f_code.co_filename) else watch

    old_trace, old_stdin, sys.stdin = sys.gettrace(), sys.stdin, io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if seconds is not None:
                sys.settrace(watch)
            yield
    finally:
        sys.settrace(old_trace)
        sys.stdin = old_stdin


@contextmanager
def brief(seconds: float) -> Iterator[None]:
    """Ends what computes for longer, where there is a clock for it: in the main thread of a process that forks."""
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer") or sys.platform == "emscripten":
        yield
        return
    old = signal.signal(signal.SIGVTALRM, _time_is_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)


def _time_is_up(*_: Any) -> None:
    raise TooLong("It takes too long.")


def sentence(error: BaseException) -> str:
    """What went wrong, and in which line of the reader's code."""
    if isinstance(error, (Unfit, TooLong)):
        return str(error)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not _ours(f.filename)]
    where = line_of(frames[-1].filename, frames[-1].lineno) if frames else ""
    text = " ".join(str(error).split())
    return f"It raised {type(error).__name__}{': ' + text if text else ''}{where}."


@cache
def _ours(filename: str) -> bool:
    """Whether a file is the package's or Python's, no reader's."""
    return filename.startswith((__file__.rpartition("drill")[0], os.__file__.rpartition("os.py")[0], "<frozen"))


def line_of(filename: str, number: int | None) -> str:
    """Words for a line of the reader's code; empty for one of ours."""
    if _ours(filename):
        return ""
    text = linecache.getline(filename, number or 0).strip()
    return f", in line {number}, `{text}`" if text else ""


def run(probe: Probe, thing: Any, seconds: float | None = None) -> Trace:
    """What the probe saw of `thing`; nothing that `thing` does comes through."""
    steps, problem, stopped, printed = [], "", False, Printed()
    try:
        with contained(seconds, printed):
            for where, value in probe.run(thing):
                steps.append((where, plain(value)))
    except FAILURES as error:
        problem, stopped = sentence(error), isinstance(error, TooLong)
    return Trace(tuple(steps), problem, stopped, bool(printed.getvalue()))


def plain(value: Any) -> Any:
    """A copy in plain Python: numbers, truth values, texts and lists of them."""
    if isinstance(value, NotANumber):
        return value
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    return NotANumber("a complex number") if isinstance(value, complex) else f"a {type(value).__name__}"
