"""How long a step takes, as a ratio to torch's default step, in one run with both side by side.

    python benchmarks/step.py [--sizes 1000 1000000] [--optimizers AdamW SGD] [--blocks]

Times on a shared machine wander; ratios of interleaved runs wander less. Each line gives the
median ratio with its quartiles in brackets, and for large arrays the memory traffic of our step
in GB/s and as a share of what a plain ``a = b + s·c`` reaches in the same run.
"""

import argparse
import statistics
import time

import numpy as np
import torch

import optedu
from optedu.core import optimizer, sweep

SETTINGS = {"SGD": {"momentum": 0.9}}
SIZES = [1_000, 100_000, 1_000_000, 10_000_000]
SMALL = [(64, 64)] * 96 + [(64,)] * 100 + [(256, 64)] * 4  # 200 tensors, like a small transformer's
STATES = {"SGD": 1, "RMSprop": 1, "Adam": 2, "AdamW": 2, "Lion": 1}
GOALS = {  # elements: ours ÷ torch default, at most
    1_000: 0.4, 100_000: 2.5, 1_000_000: 2.5, 10_000_000: 0.6, "small": 0.8,
}  # fmt: skip


def referee(name):
    """torch's class, or the plain PyTorch implementation of what torch does not have."""
    if name == "Lion":
        from lion_pytorch import Lion

        return Lion
    return getattr(torch.optim, name)


def steppers(name, shapes):
    """One step of ours and of torch's, on the same data."""
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(s, dtype=np.float32) for s in shapes]
    grads = [rng.standard_normal(s, dtype=np.float32) for s in shapes]
    settings = {"lr": 1e-3, **SETTINGS.get(name, {})}
    ours = getattr(optedu, name)([a.copy() for a in arrays], **settings)
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    for t, g in zip(tensors, grads, strict=True):
        t.grad = torch.tensor(g)
    theirs = referee(name)(tensors, **settings)  # as it comes: its default
    return lambda: ours.step(grads), theirs.step


def seconds(step):
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def compare(one, two, repeats):
    """Quartiles of the ratio of their times, measured in turn, and the median time of `one`."""
    one(), two()
    times = [(seconds(one), seconds(two)) for _ in range(repeats)]
    return statistics.quantiles([a / b for a, b in times], n=4), statistics.median(a for a, _ in times)


def bandwidth(n=20_000_000):
    """Bytes per second of ``a = b + s·c`` over arrays out of cache, in torch, whose threads share it."""
    a, b, c = (torch.ones(n) for _ in range(3))
    return 12 * n / min(seconds(lambda: torch.add(b, c, alpha=0.5, out=a)) for _ in range(9))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--optimizers", nargs="*", default=list(STATES))
    parser.add_argument("--sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--blocks", action="store_true", help="try other block sizes instead")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="that each side may use")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    sweep.THREADS = args.threads
    print(f"ours ÷ torch default ({args.threads} threads each), float32: median (quartiles)")
    if args.blocks:
        for kib in (16, 32, 64, 128, 256, 1024):
            optimizer.BLOCK_BYTES = kib * 1024
            (low, middle, high), _ = compare(*steppers("AdamW", [(10_000_000,)]), repeats=7)
            print(f"  AdamW, 10,000,000 elements, blocks of {kib:>5} KiB: {middle:5.2f} ({low:.2f}–{high:.2f})")
        return
    limit = bandwidth()
    print(f"a = b + s·c moves {limit / 1e9:.1f} GB/s")
    for name in args.optimizers:
        for shapes, key in [([(n,)], n) for n in args.sizes] + [(SMALL, "small")]:
            label = f"{key:,} elements" if key != "small" else "200 small tensors"
            total = sum(int(np.prod(s)) for s in shapes)
            repeats = max(9, min(300, 20_000_000 // total // 10))
            (low, middle, high), ours = compare(*steppers(name, shapes), repeats)
            line = f"  {name:8} {label:>20}: {middle:5.2f} ({low:.2f}–{high:.2f})"
            goal = GOALS.get(key) if not (name == "SGD" and key == 10_000_000) else 1.5
            line += f"  goal {goal}" + (" missed" if middle > goal else "") if goal else ""
            if total >= 1_000_000:
                rate = 4 * total * (3 + 2 * STATES[name]) / ours  # gradient read; parameter and state read and written
                line += f"  {rate / 1e9:.1f} GB/s, {rate / limit:.0%}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
