"""Find the best learning rates of full fine-tuning and of LoRA, for several ranks, scales and lengths.

    python benchmarks/after_pretraining.py     (about three minutes on one core; writes after_pretraining.json)

The chapter *After pre-training* shows the table. A network that has learned the digits learns them again with rows
and columns exchanged, with AdamW, fresh batches of 50, and a line to zero. Learning rates are tried by factors of
the root of two; a row whose best one lies at the end of its grid is an error.
"""

import json
from pathlib import Path

import numpy as np

from optedu.lab import fine_tuning

SEEDS, RATES = range(5), 2.0 ** (np.arange(-20, 1) / 2)
ROWS = {
    "full": {},
    **{f"r = {r}, α/r": {"rank": r} for r in (1, 4, 16)},
    **{f"r = {r}, α/√r": {"rank": r, "power": 0.5} for r in (4, 16)},
    **{f"r = 16, α = {a:g}": {"rank": 16, "alpha": a} for a in (1.0, 4.0)},
    **{f"r = 16, B {k} times": {"rank": 16, "ratio": k} for k in (4, 16)},
    "full, 40 steps": {"steps": 40},
    "r = 16, 40 steps": {"rank": 16, "steps": 40},
    "full, 600 steps": {"steps": 600},
    "r = 16, 600 steps": {"rank": 16, "steps": 600},
}
"""Rank (0: all weights), α, the power of the rank in α/r^p, the rate of B over that of A, and steps."""
TABLE = Path(__file__).with_suffix(".json")


def measured(how):
    """The best learning rate by the median over seeds, the losses there, and how far an entry moved on average."""
    found = []
    with np.errstate(all="ignore"):  # a diverging run is a result
        for lr in RATES:
            ends = [fine_tuning.tuned(seed, lr, **how) for seed in SEEDS]
            losses = np.nan_to_num([fine_tuning.new_and_old(w)[0] for w in ends], nan=np.inf, posinf=np.inf)
            way = np.mean([fine_tuning.moved(seed, w) for seed, w in zip(SEEDS, ends, strict=True)])
            found.append((float(np.median(losses)), float(lr), [round(float(x), 4) for x in losses], float(way)))
    best = min(range(len(found)), key=lambda k: found[k][0])
    if best in (0, len(found) - 1):
        raise RuntimeError(f"the best learning rate is at the end of the grid: {found[best]}")
    median, lr, losses, way = found[best]
    return {"rate": lr, "median": round(median, 4), "losses": losses, "moved": round(way, 5)}


def main():
    found = []
    for name, how in ROWS.items():
        found.append({"row": name, **how, **measured(how)})
        print(found[-1])
    TABLE.write_text("[\n" + ",\n".join(map(json.dumps, found)) + "\n]\n", "utf8")


if __name__ == "__main__":
    main()
