"""How long a step takes, as a ratio to torch's default step, in one run with both side by side.

    python benchmarks/step.py [--sizes 1000 1000000] [--optimizers AdamW SGD] [--blocks]

Times on a shared machine wander; ratios of interleaved runs wander less. Each line gives the
median ratio and, in brackets, the quartiles.
"""

import argparse
import statistics
import time

import numpy as np
import torch

import optedu
from optedu.core import optimizer

SETTINGS = {"SGD": {"momentum": 0.9}}
SIZES = [1_000, 100_000, 1_000_000, 10_000_000]
SMALL = [(64, 64)] * 96 + [(64,)] * 100 + [(256, 64)] * 4  # 200 tensors, like a small transformer's


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
    theirs = getattr(torch.optim, name)(tensors, foreach=False, **settings)
    return lambda: ours.step(grads), theirs.step


def seconds(step):
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def compare(one, two, repeats):
    """Quartiles of the ratio of their times, measured in turn."""
    one(), two()
    ratios = [seconds(one) / seconds(two) for _ in range(repeats)]
    return statistics.quantiles(ratios, n=4)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--optimizers", nargs="*", default=["SGD", "RMSprop", "Adam", "AdamW"])
    parser.add_argument("--sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--blocks", action="store_true", help="try other block sizes instead")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="that torch may use")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    print(f"ours ÷ torch default ({args.threads} threads), float32: median (quartiles)")
    if args.blocks:
        for kib in (16, 32, 64, 128, 256, 1024):
            optimizer.BLOCK_BYTES = kib * 1024
            low, middle, high = compare(*steppers("AdamW", [(10_000_000,)]), repeats=7)
            print(f"  AdamW, 10,000,000 elements, blocks of {kib:>5} KiB: {middle:5.2f} ({low:.2f}–{high:.2f})")
        return
    for name in args.optimizers:
        for shapes, label in [([(n,)], f"{n:,} elements") for n in args.sizes] + [(SMALL, "200 small tensors")]:
            total = sum(int(np.prod(s)) for s in shapes)
            low, middle, high = compare(*steppers(name, shapes), repeats=max(7, min(300, 20_000_000 // total // 10)))
            print(f"  {name:8} {label:>20}: {middle:5.2f} ({low:.2f}–{high:.2f})", flush=True)


if __name__ == "__main__":
    main()
