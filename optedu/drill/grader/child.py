"""Run an answer in a process of its own, with limits, and hear what its probes saw.

The process is a fork of this one, so Python and the probes are warm and an answer takes milliseconds. What is
expected is worked out and compared here, in the parent. The child sends plain numbers and texts, and cannot import
optedu or torch: an answer that calls the reference, patches NumPy or leaves early shows no more than it computes.
It keeps a verdict honest that a reader wants about code of their own; it is no jail.
"""

import faulthandler
import gc
import json
import os
import re
import select
import signal
import sys
import threading
import time
import warnings
from collections.abc import Generator, Iterator
from contextlib import suppress
from itertools import takewhile
from typing import Any

from .sandbox import NotANumber, line_of, sentence

try:
    import resource
except ImportError:  # Windows, and Python in a page
    resource = None  # type: ignore[assignment]

IN_A_PAGE = sys.platform == "emscripten"
FORKS = hasattr(os, "fork") and sys.platform not in ("emscripten", "wasi")
MEMORY = 4 * 2**30
"""Bytes that an answer may use beside what this process has already."""
WRITTEN, SENT = 2**24, 2**26
"""Bytes that an answer may write to a file, and that may come back from it."""
PATIENCE = 4
"""How many times longer by the clock than by computing an answer may take: the machine may be busy with others."""
GRACE = 1.0
"""Seconds after which a child that should have ended itself is killed."""
HERE = os.path.dirname(__file__)
BLOCKED = ("optedu", "torch")

Message = dict[str, Any]


def missing() -> str:
    """A sentence on the limits that this system lacks; empty if it has them all, or a page that stops Python."""
    if IN_A_PAGE or (FORKS and sys.platform.startswith("linux")):
        return ""
    if FORKS:
        return "This system does not limit the memory of a process, so the answer ran without that limit."
    return (
        "This system cannot fork, so the answer ran in the grader's own process: its memory is not limited, and a "
        "call into C that never ends is not stopped."
    )


def messages(watching: Iterator[Message], seconds: float, free: bool) -> Iterator[Message]:
    """What `watching` yields, which runs the answer, but from a child; the last message tells how it ended.

    Parameters
    ----------
    watching : iterator of dict
        Run in the child; each dict can be written as JSON.
    seconds : float
        How long the child may compute from one message to the next.
    free : bool
        Whether optedu and torch can be imported: for a class of the package itself.
    """
    results, sending = os.pipe()
    stacks, dumping = os.pipe()  # where the watchdog writes on which line time was up
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that other threads exist; the child needs none of them
        pid = os.fork()
    if not pid:
        _child(watching, seconds, free, sending, dumping)
    os.close(sending)
    os.close(dumping)
    status: int | None = None
    try:
        heard = yield from _received(results, seconds)
    finally:
        _end(pid)
        os.close(results)
        with suppress(ChildProcessError):  # somebody else of this program has waited for it
            status = os.waitpid(pid, 0)[1]
        dump = os.read(stacks, 2**16).decode("utf8", "replace")
        os.close(stacks)
    if heard:
        yield {"problem": _ended(heard, status, dump, seconds), "stopped": True}


def _received(results: int, seconds: float) -> Generator[Message, None, str]:
    """The messages as they come; returns why there are no more, empty after the last one."""
    rest, total, deadline = b"", 0, time.monotonic() + PATIENCE * seconds + GRACE
    while True:
        ready, _, _ = select.select([results], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return "late"
        data = os.read(results, 2**16)
        total += len(data)
        if not data:
            return "left"
        if total > SENT:
            return "much"
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if message.get("over"):
                return ""
            deadline = time.monotonic() + PATIENCE * seconds + GRACE
            yield message


def _end(pid: int) -> None:
    """Kill the child and whatever it has started."""
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _ended(heard: str, status: int | None, dump: str, seconds: float) -> str:
    """The sentence on a child that did not come to its end."""
    if heard == "much":
        return "What it returned is too large to be compared."
    if heard == "late" or dump:
        frames = re.findall(r'File "(.+)", line (\d+) in ', dump)
        inner = takewhile(lambda frame: not frame[0].startswith(HERE), frames)  # not who called the grader
        where = next((found for file, line in inner if (found := line_of(file, int(line)))), "")
        return f"It was stopped after {seconds:g} seconds{where}. Is there a loop that never ends?"
    if status is not None and os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return f"Its process was ended by {name} before all was tried: a crash in C, or too much memory."
    code = "" if status is None else f", with status {os.waitstatus_to_exitcode(status)}"
    return f"It ended its own process{code}, before all was tried."


def _child(watching: Iterator[Message], seconds: float, free: bool, sending: int, dumping: int) -> None:
    """Never returns."""
    try:
        gc.freeze()  # what was there before is no garbage of the answer's, and going through it would copy its pages
        os.setsid()  # so that what it starts can be ended with it; Ctrl-C is the parent's
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        faulthandler.disable()  # a crash is told by the parent
        _limit()
        if not free:
            _block()
        # Bound before the answer runs, which may replace what it can import.
        write, leave, dumps, timer = os.write, os._exit, json.dumps, signal.setitimer
        threads = threading.active_count
        before = threads()

        def send(message: Message) -> None:
            data = dumps(message).encode() + b"\n"
            while data:
                data = data[write(sending, data) :]

        def rearm() -> None:
            timer(signal.ITIMER_PROF, seconds)
            timer(signal.ITIMER_REAL, PATIENCE * seconds)

        for late in (signal.SIGPROF, signal.SIGALRM):
            _ends(late, dumping)
        rearm()
        try:
            for message in watching:
                send(message)
                rearm()
        except BaseException as error:
            send({"problem": sentence(error)})
        if threads() > before:
            send({"problem": "It leaves a thread running when the work is done."})
        send({"over": True})
        leave(0)
    finally:
        os._exit(1)


def _ends(late: signal.Signals, dumping: int) -> None:
    """From now on this signal ends the process, after the line that it met has been told.

    That works in C: it also ends a loop that catches everything, and a long call. `faulthandler.dump_traceback_later`
    is none of it: its thread is not there after a fork, and if it was running in the parent, the child waits for it.
    """
    signal.signal(late, signal.SIG_DFL)  # whatever the parent does at it
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [late])
    faulthandler.register(late, file=dumping, all_threads=False, chain=True)


def _limit() -> None:
    for kind, limit in ((resource.RLIMIT_AS, _used() + MEMORY), (resource.RLIMIT_FSIZE, WRITTEN),
                        (resource.RLIMIT_CORE, 0)):  # fmt: skip
        hard = resource.getrlimit(kind)[1]
        with suppress(ValueError, OSError):  # not on this system: see `missing`
            resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _used() -> int:
    """Bytes of address space that are in use."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


class _Blocker:
    """First in `sys.meta_path`: what must not be imported is not found."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name.partition(".")[0] in BLOCKED:
            raise ImportError(f"an answer is graded without {name.partition('.')[0]}: write it yourself")


def _block() -> None:
    sys.meta_path.insert(0, _Blocker())
    for name in [name for name in sys.modules if name.partition(".")[0] in BLOCKED]:
        del sys.modules[name]


# Messages


def packed(value: Any) -> Any:
    """A value of a trace as JSON can hold it."""
    if isinstance(value, NotANumber):
        return {"why": value.why}
    return [packed(v) for v in value] if isinstance(value, list) else value


def unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return NotANumber(str(value["why"]))
    return [unpacked(v) for v in value] if isinstance(value, list) else value
