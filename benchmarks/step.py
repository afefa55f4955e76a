"""How long a step takes: our engines beside torch's ways, as ratios of interleaved runs.

    make bench                                 the whole grid, to benchmarks/step.json, and its page
    python benchmarks/step.py --quick          a few lines to look at, nothing is written
    python benchmarks/step.py --blocks         other block sizes for AdamW

Times on a shared machine wander; ratios of interleaved runs wander less. So all contenders of a
line take a short burst of steps in turn, again and again, and the figure is the median of the ratios
to torch's default step of the same round, with its quartiles. Before each burst there is a rest: the
threads of a parallel library wait awake for their next work, and would take the processor from
whoever comes next. The first step of a burst finds the caches cold and is not counted.
"""

import argparse
import json
import os
import platform
import random
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from step_profile import profile

import optedu
from optedu.core import engines

HERE = Path(__file__).parent
RESULTS = HERE / "step.json"
SETTINGS = {"AdamW": {}, "SGD": {"momentum": 0.9}, "RMSprop": {}, "Adam": {}, "NAdam": {}, "Lion": {}}
SETTINGS |= {"Adafactor": {}, "LAMB": {}, "Muon": {}}
EVERY_WAY = ("AdamW", "SGD")  # with one thread and in float64, too
# Bytes that a step has to move for each element, in numbers: gradient read, parameter and states read and written.
MOVED = {"SGD": 5, "RMSprop": 5, "Lion": 5, "Muon": 5, "Adafactor": 3}
MEDIUM = [(256, 256)] * 60 + [(512, 256)] * 40
SHAPES = {
    "10³": [(1_000,)], "10⁴": [(10_000,)], "10⁵": [(100_000,)], "10⁶": [(1_000_000,)],
    "10⁷": [(10_000_000,)], "5·10⁷": [(50_000_000,)],
    "200 small": [(64, 64)] * 96 + [(64,)] * 100 + [(256, 64)] * 4,  # like a small transformer's
    "100 medium": MEDIUM,
}  # fmt: skip
MATRICES = {
    "10³": [(40, 25)], "10⁴": [(100, 100)], "10⁵": [(400, 250)], "10⁶": [(1_000, 1_000)],
    "10⁷": [(4_000, 2_500)], "5·10⁷": [(10_000, 5_000)],
    "200 small": [(64, 64)] * 196 + [(256, 64)] * 4,
    "100 medium": MEDIUM,
}  # fmt: skip
ROUNDS, FEWEST_ROUNDS = 9, 5  # of bursts; the fewer where a round takes longer than SLOW seconds
REST, BURST, SLOW = 0.02, 0.03, 2.0  # seconds
MOST_STEPS = 300  # in a burst


def torch_class(name):
    """torch's class, or the PyTorch implementation of what torch does not have."""
    if name == "Lion":
        from lion_pytorch import Lion

        return Lion
    if name == "LAMB":
        from pytorch_optimizer import Lamb

        return Lamb
    return getattr(torch.optim, name)


def contenders(name, shapes, dtype, with_compiled):
    """Every way to take this step: label to a function that takes it."""
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(s).astype(dtype) for s in shapes]
    grads = [rng.standard_normal(s).astype(dtype) for s in shapes]
    settings = {"lr": 1e-3, **SETTINGS[name]}

    def ours(engine):
        opt = getattr(optedu, name)([a.copy() for a in arrays], **settings)

        def step():
            optedu.engine(engine)
            opt.step(grads)

        return step

    def theirs(compiled=False, **how):
        tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
        for t, g in zip(tensors, grads, strict=True):
            t.grad = torch.tensor(g)
        opt = torch_class(name)(tensors, **settings, **how)
        return torch.compile(opt.step, fullgraph=False) if compiled else opt.step

    ways = {"torch default": theirs(), **{engine: ours(engine) for engine in ("numpy", "numba", "rule")}}
    if name not in ("Lion", "LAMB", "Muon"):
        ways["torch foreach"] = theirs(foreach=True)
    if name in ("SGD", "Adam", "AdamW"):
        ways["torch fused"] = theirs(fused=True)
    if with_compiled:
        ways["torch compiled"] = theirs(compiled=True)
    return ways


def seconds(step):
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def burst(step):
    """Median time of a step among a few that follow each other."""
    time.sleep(REST)
    steps = min(max(int(BURST / seconds(step)), 1), MOST_STEPS)
    return statistics.median(seconds(step) for _ in range(steps))


def measured(ways):
    """Times of all ways, burst by burst: label to a list of times."""
    for step in ways.values():
        step(), step()  # compile, make state
    times = {label: [] for label in ways}
    start = time.perf_counter()
    for k in range(ROUNDS):
        if k >= FEWEST_ROUNDS and time.perf_counter() - start > SLOW * k:
            break
        for label in random.sample(list(ways), len(ways)):
            times[label].append(burst(ways[label]))
    return times


def line(name, label, shapes, dtype, threads, with_compiled):
    torch.set_num_threads(threads)
    engines.THREADS = threads
    ways = contenders(name, shapes, dtype, with_compiled)
    total = sum(int(np.prod(s)) for s in shapes)
    moved = MOVED.get(name, 7) * np.dtype(dtype).itemsize * total
    if total >= 100_000:
        ways["bytes moved"] = mover(moved)
    times = measured(ways)
    default = times["torch default"]
    ratios = {w: [round(q, 3) for q in statistics.quantiles([a / b for a, b in zip(t, default, strict=True)], n=4)]
              for w, t in times.items()}  # fmt: skip
    result = {
        "optimizer": name, "shapes": label, "dtype": dtype, "threads": threads, "elements": total,
        "moved": moved, "microseconds": round(statistics.median(default) * 1e6, 1), "ratios": ratios,
    }  # fmt: skip
    shown = ", ".join(
        f"{w} {middle:.2f} ({low:.2f}–{high:.2f})" for w, (low, middle, high) in ratios.items() if w != "torch default"
    )
    print(f"{name:9} {label:>10} {dtype} ×{threads}: default {result['microseconds']:.0f} µs; {shown}", flush=True)
    return result


def apart(wanted):
    """A line of the grid in a new process: what earlier lines left in memory speeds up torch's default."""
    name, label, dtype, threads, with_compiled = wanted
    shapes = (MATRICES if name in ("Muon", "Adafactor") else SHAPES)[label]
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(line, name, label, shapes, dtype, threads, with_compiled).result()


def mover(bytes_moved):
    """Moves so many bytes through memory and computes next to nothing: ``a = a + s·b``.

    In place, as a step is: to write an array that it has not read, a processor reads it first.
    """
    n = max(bytes_moved // 12, 1)
    a, b = torch.ones(n), torch.ones(n)
    return lambda: torch.add(a, b, alpha=0.5, out=a)


def grid(quick):
    """Lines to measure: optimizer, shapes, dtype, threads, whether torch.compile takes part."""
    most = torch.get_num_threads()
    if quick:
        return [(n, s, "float32", most, False) for n in ("AdamW", "SGD") for s in ("10³", "10⁶", "10⁷", "200 small")]
    lines, kinds = [], [("float32", most), ("float32", 1), ("float64", most)]
    for name, (dtype, threads), label in product(SETTINGS, kinds, SHAPES):
        usual = (dtype, threads) == ("float32", most)
        if not usual and name not in EVERY_WAY:
            continue
        if name == "Muon" and label == "5·10⁷":
            continue  # a step of 10⁷ elements takes seconds, this one a minute
        lines.append((name, label, dtype, threads, usual and name == "AdamW"))  # torch.compile takes a while
    return lines


def blocks():
    """The traced rule with other block sizes."""
    optedu.engine("numpy")
    for kib in (16, 32, 64, 128, 256, 1024):
        engines.BLOCK_BYTES = kib * 1024
        ways = {
            k: w
            for k, w in contenders("AdamW", [(10_000_000,)], "float32", False).items()
            if k in ("torch default", "numpy")
        }
        times = measured(ways)
        ratios = [a / b for a, b in zip(times["numpy"], times["torch default"], strict=True)]
        print(f"AdamW, 10⁷ elements, blocks of {kib:>5} KiB: {statistics.median(ratios):.2f} of torch default")


def machine():
    model = next(
        (x.split(":")[1].strip() for x in Path("/proc/cpuinfo").read_text().splitlines() if x.startswith("model name")),
        platform.machine(),
    )
    import numba

    return {"processor": model, "cores": os.cpu_count(), "python": platform.python_version(), "numpy": np.__version__,
            "numba": numba.__version__, "torch": torch.__version__}  # fmt: skip


def again(word):
    """Some of the lines, or the profile, put in the place of what was measured before."""
    results = json.loads(RESULTS.read_text())
    if results["machine"] != machine():
        raise SystemExit(f"the others were measured on {results['machine']}, this is {machine()}: measure all")
    if word == "profile":
        results["profile"] = profile()
    wanted = [one for one in grid(False) if word in one[:2]]
    if word != "profile" and not wanted:
        raise SystemExit(f"--only must be an optimizer, shapes or 'profile', got {word!r}")
    places = {tuple(old[k] for k in ("optimizer", "shapes", "dtype", "threads")): i
              for i, old in enumerate(results["lines"])}  # fmt: skip
    for one in wanted:
        results["lines"][places[one[:4]]] = apart(one)
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--blocks", action="store_true")
    parser.add_argument("--only", metavar="WORD", help="measure the lines of this optimizer, or of these shapes, "
                        "again; or 'profile'")  # fmt: skip
    args = parser.parse_args()
    if args.blocks:
        return blocks()
    if args.only:
        return again(args.only)
    lines = list(map(apart, grid(args.quick)))
    if args.quick:
        return None
    results = {"machine": machine(), "lines": lines, "profile": profile()}
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
