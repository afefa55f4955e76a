"""Where the time of a step goes: what a goal that is missed is explained with."""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from operator import truediv

import numpy as np
import torch

import optedu
from optedu.core import engines
from optedu.core.engines import BLOCK_BYTES
from optedu.core.sweep import Sweep

KIB = (8, 32, 128, 512)


def profile():
    """All tables of the profile, ready for JSON."""
    return {
        "calls": [_calls(kib) for kib in KIB],
        "operations": _operations(),
        "small": [_small(n) for n in ("SGD", "AdamW")],
        "pages": [_in_a_new_process(n, hole) for n in ("SGD", "RMSprop", "AdamW") for hole in (False, True)],
        "import": _imports(),
        "whole": [_whole(n) for n in ("Adafactor", "LAMB", "Muon")],
    }


def _aligned(elements):
    """Ones, the first at the beginning of a cache line: else a product takes up to twice as long, as chance has it."""
    room = np.empty(elements * 4 + 64, np.uint8)
    out = room[-room.ctypes.data % 64 :][: elements * 4].view(np.float32)
    out[...] = 1
    return out


def _calls(kib, calls=2000):
    """One NumPy call after the other on blocks of this size: by one thread, and by two that do the same.

    Each has a processor of its own: the system sometimes puts both on one, and the lock is not to blame for that.
    """

    def work(processor, begin, found):
        os.sched_setaffinity(0, {processor})  # of this thread alone
        a, b, c = (_aligned(kib * 256) for _ in range(3))
        np.multiply(a, b, out=c)
        begin.wait()
        slept, start = -resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw, time.perf_counter()
        for _ in range(calls):
            np.multiply(a, b, out=c)
        found.append((time.perf_counter() - start, slept + resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw))

    def run(threads):
        """Microseconds and sleeps of a call."""
        medians = []
        for _ in range(9):
            begin, found = threading.Barrier(threads), []
            mine = sorted(os.sched_getaffinity(0))[:threads]
            workers = [threading.Thread(target=work, args=(one, begin, found)) for one in mine]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            medians.append([statistics.mean(f) / calls for f in zip(*found, strict=True)])
        seconds, slept = map(statistics.median, zip(*medians, strict=True))
        return seconds * 1e6, slept

    run(2)
    (one, _), (two, slept) = run(1), run(2)
    return {"KiB": kib, "one": round(one, 2), "two": round(two, 2), "slept": round(slept, 4)}


def _operations():
    """Microseconds of each operation for a million float32, one thread, in blocks that fit the cache."""
    n = BLOCK_BYTES // 4
    a, b, c = (_aligned(n) for _ in range(3))
    beside, one = _aligned(n + 4)[4:], np.array(1.0, np.float32)  # as NumPy places large arrays
    ways = {
        "array + array": lambda: np.add(a, b, out=c), "array · array": lambda: np.multiply(a, b, out=c),
        "array · array, result 16 bytes off": lambda: np.multiply(a, b, out=beside),
        "scalar · array": lambda: np.multiply(one, b, out=c),
        "scalar · array, in place": lambda: np.multiply(one, b, out=b),
        "root": lambda: np.sqrt(a, out=c), "array / array": lambda: np.divide(a, c, out=c),
        "sign": lambda: np.sign(a, out=c),
    }  # fmt: skip
    return {label: round(_microseconds(way) * 1e6 / n, 1) for label, way in ways.items()}


def _small(name):
    """Microseconds of a step of 10³ float32, and of its parts."""
    p, g = (np.random.default_rng(k).standard_normal(1000).astype(np.float32) for k in range(2))
    opt = getattr(optedu, name)([p], lr=1e-3, **({"momentum": 0.9} if name == "SGD" else {}))
    whole = {}
    for engine in ("numpy", "numba"):
        optedu.engine(engine)
        whole[engine] = _microseconds(lambda: opt.step([g]))
    optedu.engine("numpy")
    *_, sweep = opt.sweeps.values()
    numpy, numba = (sweep.loaded[engines.ENGINES[name]] for name in ("numpy", "numba"))
    arrays = [g, p, *(v for v in opt.state[0].values() if isinstance(v, np.ndarray))]
    program, scratch = numpy.program
    parts = {
        "scalars": _microseconds(lambda: numpy.load(numpy.numbers)),
        "program": _microseconds(lambda: program.run(arrays, numpy.views, *scratch[p.shape])),
        "loop": _microseconds(lambda: numba.program.serial(0, p.size, numba.scalars, *arrays)),
    }
    return {"optimizer": name, **{k: round(v, 1) for k, v in {**whole, **parts}.items()}}


def _in_a_new_process(name, hole):
    """What `_pages` finds where nothing has used memory before."""
    command = [sys.executable, __file__, "--pages", name, *(["--hole"] if hole else [])]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def _pages(name, hole, n=10_000_000, steps=7):
    """For each step of 10⁷ float32: pages that the system hands out, and milliseconds that it and the step take.

    Where there is a hole in the heap that a temporary tensor fits into, the C library puts it there.
    """
    rng, settings = np.random.default_rng(0), {"lr": 1e-3, **({"momentum": 0.9} if name == "SGD" else {})}
    p, g = (rng.standard_normal(n).astype(np.float32) for _ in range(2))
    tensor = torch.tensor(p, requires_grad=True)
    tensor.grad = torch.tensor(g)
    ours, theirs = getattr(optedu, name)([p], **settings), getattr(torch.optim, name)([tensor], **settings)
    found, ends = {"optimizer": name, "hole": hole}, []
    for label, step in (("numpy", lambda: ours.step([g])), ("torch default", theirs.step)):
        step(), step()
        chunks = [bytearray(100_000) for _ in range(3000 if hole else 0)]  # small enough to come from the heap
        ends.append(bytearray(100_000))  # keeps the heap from shrinking
        del chunks
        step()
        before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        for _ in range(steps):
            step()
        took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
        found[label] = {
            "pages": round((after.ru_minflt - before.ru_minflt) / steps),
            "system": round((after.ru_stime - before.ru_stime) / steps * 1e3, 1),
            "step": round(took / steps * 1e3, 1),
        }
    return found


def _whole(name, n=1000):
    """Milliseconds of a step on n × n float32, and of the programs in it: medians for both engines."""
    plain, programs = Sweep.run_stage, []

    def watched(*args):
        start = time.perf_counter()
        plain(*args)
        programs[-1] += time.perf_counter() - start

    found = {"optimizer": name}
    Sweep.run_stage = watched
    try:
        for engine in ("numpy", "numba"):
            p, g = (np.random.default_rng(k).standard_normal((n, n)).astype(np.float32) for k in range(2))
            opt, steps = getattr(optedu, name)([p], lr=1e-3), []
            optedu.engine(engine)
            programs.clear()
            for _ in range(20):
                programs.append(0.0)
                start = time.perf_counter()
                opt.step([g])
                steps.append(time.perf_counter() - start)
            both = [statistics.median(times[2:]) * 1e3 for times in (steps, programs)]
            found[engine] = {"step": round(both[0], 2), "programs": round(both[1], 2)}
    finally:
        Sweep.run_stage = plain
        optedu.engine("numpy")
    return found


def _imports(rounds=15):
    """How long an import takes, as multiples of NumPy's: medians over new processes in turn.

    The first round, which is not counted, writes the compiled modules, as installing a package does.
    """
    ways = {"numpy": "import numpy", "optedu": "import optedu", "AdamW": "from optedu import AdamW"}
    times = {label: [] for label in ways}
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(rounds + 1):
        for label, way in ways.items():
            code = f"import time; start = time.perf_counter(); {way}; print(time.perf_counter() - start)"
            run = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, env=settings)
            times[label].append(float(run.stdout))
    return {label: round(statistics.median(map(truediv, t[1:], times["numpy"][1:])), 3) for label, t in times.items()}


def _microseconds(action, rounds=9, calls=300):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            action()
        times.append((time.perf_counter() - start) / calls * 1e6)
    return statistics.median(times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", metavar="OPTIMIZER", help="only this table, of one optimizer, as JSON")
    parser.add_argument("--hole", action="store_true", help="with a hole in the heap")
    args = parser.parse_args()
    if args.pages:
        print(json.dumps(_pages(args.pages, args.hole)))
    else:
        for name, table in profile().items():
            print(name, table, sep="\n")
