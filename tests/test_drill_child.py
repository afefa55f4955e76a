"""An answer runs in a process of its own: whatever it does there, it is never passed by it, and a sentence says so."""

import faulthandler
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from optedu.drill import grade
from optedu.drill.grader import child, grading

pytestmark = pytest.mark.skipif(not child.FORKS, reason="this system cannot fork")

HEAD = "def sgd(g, p, *, lr, weight_decay):\n"
RIGHT = HEAD + "    return p - lr * (g + weight_decay * p)\n"
LATE = "It was stopped after 0.3 seconds"

BEFORE = {  # run when the text is; what follows is right, and must not be passed
    "leaves with 0": ("import os; os._exit(0)", "ended its own process, with status 0"),
    "is killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended by SIGKILL"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "ended by SIGSEGV"),
    "sleeps": ("import time; time.sleep(600)", LATE + ", in line 1, `import time; time.sleep(600)`"),
    "stops the watchdog": ("import signal, time; signal.setitimer(signal.ITIMER_REAL, 0); time.sleep(600)", LATE),
    "ignores the watchdog": ("import signal, time; signal.signal(14, signal.SIG_IGN); time.sleep(600)", LATE),
    "a thread": ("import threading, time; threading.Thread(target=time.sleep, args=[600]).start()", "a thread running"),
    "a daemon": ("import threading, time; threading.Thread(target=time.sleep, args=[600], daemon=True).start()",
                 "a thread running"),
    "an interrupt": ("raise KeyboardInterrupt", "It raised KeyboardInterrupt"),
    "the end of a generator": ("raise GeneratorExit", "It raised GeneratorExit"),
    "imports the package": ("import optedu", "graded without optedu"),
    "imports the reference": ("from optedu.optim.sgd import sgd as other", "graded without optedu"),
    "imports torch": ("import torch", "graded without torch"),
}  # fmt: skip

WITHIN = {  # in the place of the answer
    "an endless loop": ("while True:\n        pass", LATE + ", in line"),
    "a loop that catches everything": (
        "while True:\n        try:\n            raise ValueError\n        except:\n            pass",
        LATE),  # once in fifty times it is met between two lines, and none can be told
    "a long call into C": ("return sum(iter(int, 1))", LATE + ", in line 2, `return sum(iter(int, 1))`"),
    "a long call into NumPy": ("a = np.ones((900, 900))\n    while True: a = a @ a", LATE),
    "no tracing": ("import sys; sys.settrace(None)\n    while True: pass", LATE),
    "prints for ever": ("while True: print('x' * 1000)", "after printing 1,000,000 characters"),
    "writes to the terminal": ("import os\n    while True: os.write(1, b'x' * 1000)", LATE),
    "all memory": ("return bytearray(10**13)", "MemoryError"),
    "memory by and by": ("a = []\n    while True: a.append(np.zeros(10**8))", "MemoryError"),
    "too much to send": ("return np.zeros(10**7)", "shape (10000000,)"),
    "leaves": ("import os\n    os._exit(0)", "ended its own process, with status 0"),
    "a fork that goes on": (
        "import os, time\n    if vars(os).setdefault('left', 'left' in vars(os) or os.fork()) == 0: time.sleep(600)\n"
        "    return p - lr * g", "First difference"),  # once in a process
}  # fmt: skip


@pytest.mark.parametrize("what", [*BEFORE, *WITHIN])
def test_it_is_never_passed_and_told_in_a_sentence(what, capfd):
    if what in BEFORE:
        line, said = BEFORE[what]
        text = f"{line}\n{RIGHT}"
    else:
        body, said = WITHIN[what]
        text = f"{HEAD}    {body}\n"
    began = time.monotonic()
    report = grade("sgd", text, seconds=0.3 if LATE in said else 5.0)  # a busy machine makes nobody late but who waits
    assert not report.passed and said in str(report), str(report)
    assert "Traceback" not in str(report) and capfd.readouterr() == ("", "")
    assert time.monotonic() - began < 300, "nobody waits for the ten minutes that an answer sleeps"


PATCHES = {
    "comparisons": "np.allclose = np.isclose = np.array_equal = lambda *a, **k: True\nimport math\n"
    "math.isclose = math.isfinite = lambda *a, **k: True",
    "arrays": "np.array = np.asarray = lambda *a, **k: 0.0",
    "json": "import json; json.dumps = lambda *a: '{\"over\": true}'",
    "the grader in the caller's frames": "import sys\nf = sys._getframe()\nwhile f:\n"
    "    f.f_globals.get('mine') and f.f_globals['mine'].clear()\n    f = f.f_back",
    "a passed report": "import gc\n[d.update(passed=True) for d in gc.get_objects() if isinstance(d, dict) "
    "and 'passed' in d]",
}


@pytest.mark.parametrize("what", PATCHES)
def test_what_it_replaces_changes_no_verdict(what):
    assert not grade("sgd", f"{PATCHES[what]}\n{RIGHT.replace('- lr', '+ lr')}").passed
    assert not grade("lamb", f"{PATCHES[what]}\ndef lamb(g, p, m, v, **k):\n    return p, m, v\n").passed


def test_a_class_without_a_message_is_not_passed():
    text = "import os\nclass SGD:\n    def __init__(self, params, **settings):\n        os._exit(0)\n"
    report = grade("sgd", text)
    assert not report.passed and "status 0" in str(report)


def children():
    """Processes that this one has started and not waited for (a browser may be among them)."""
    lists = Path("/proc/self/task").glob("*/children")
    return {child for one in lists for child in one.read_text().split()}


def test_nothing_is_left_behind():
    open_files, threads, before = len(os.listdir("/dev/fd")), threading.active_count(), children()
    for text in (RIGHT, "import os; os._exit(0)\n", "import os, time\nif not os.fork(): time.sleep(600)\n" + RIGHT):
        grade("sgd", text, seconds=0.3)
    assert len(os.listdir("/dev/fd")) == open_files and threading.active_count() == threads
    assert children() <= before


def test_the_watchdogs_of_the_caller_are_its_own():
    """A dump to come, an alarm of the caller's, a signal that is blocked: an answer is graded, and stopped, as ever."""
    alarms = []
    old = signal.signal(signal.SIGALRM, lambda *_: alarms.append(1))
    faulthandler.dump_traceback_later(600)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    signal.setitimer(signal.ITIMER_REAL, 500)
    try:
        assert grade("sgd", RIGHT).passed
        assert grade("sgd", RIGHT.replace("- lr", "+ lr")).diagnosis[0].name == "climbs"
        assert LATE + ", in line 2" in str(grade("sgd", f"{HEAD}    import time; time.sleep(600)\n", seconds=0.3))
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0 and not alarms
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, old)


def test_a_live_function_needs_no_source():
    space = {"rate": 1.0}
    exec(RIGHT.replace("lr *", "rate * lr *"), space)
    assert grade("sgd", space["sgd"]).passed


def test_where_nothing_can_be_forked_it_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(grading, "FORKS", False)
    monkeypatch.setattr(child, "FORKS", False)
    report = grade("sgd", RIGHT)
    assert report.passed and "This system cannot fork" in str(report)
    assert LATE in str(grade("sgd", f"{HEAD}    while True:\n        pass\n", seconds=0.3))
    monkeypatch.setattr(child, "FORKS", True)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "does not limit the memory" in child.missing()
    monkeypatch.setattr(child, "IN_A_PAGE", True)
    assert not child.missing()


def test_the_verdict_does_not_wait_for_the_search(monkeypatch):
    """A right answer has one report; a wrong one its verdict first, before anything looks for the mistake."""
    looked = []
    search = grading.diagnose
    monkeypatch.setattr(grading, "diagnose", lambda *args: looked.append(1) or search(*args))
    wrong = grading.verdicts("sgd", RIGHT.replace("lr * (", "2 * lr * ("))
    first = next(wrong)
    assert not looked and not first.passed and first.first and not first.diagnosis
    (last,) = wrong
    assert looked and last.diagnosis and (last.probes, last.first) == (first.probes, first.first)
    (only,) = grading.verdicts("sgd", RIGHT)
    assert only.passed and grade("sgd", RIGHT) == only
