"""Measure what becomes of a transformer's loss when its batch shrinks and the betas are kept or converted.

    python benchmarks/batch_and_betas.py [ROW ...]     (all: ten minutes on one core; writes batch_and_betas.json)

The chapter *Batch size and betas* shows the table. All runs read the same number of windows of the text with a
linear warm-up over a twentieth of the steps and a linear decay to zero. Learning rates are tried by factors of two.
"""

import json
import sys
from pathlib import Path

import numpy as np

import optedu
from optedu.lab import transformer

WINDOWS, SEEDS, BASE, BETAS = 6400, range(3), 64, (0.9, 0.95)
ROWS = {
    "large batch": (64, (), (0.02, 0.04, 0.08)),
    "large batch, short first memory": (64, None, (0.02, 0.04, 0.08)),
    "small batch, betas kept": (4, (), (0.005, 0.01, 0.02, 0.04)),
    "small batch, second converted": (4, (1,), (0.005, 0.01, 0.02, 0.04)),
    "small batch, both converted": (4, (0, 1), (0.0025, 0.005, 0.01, 0.02)),
}
"""Batch, which betas keep their memory in windows (None: the first has that of the small batch), learning rates."""
TABLE = Path(__file__).with_suffix(".json")


def build():
    return transformer.Transformer(width=16, context=16)


def converted(batch, which):
    """The betas for a batch; those in `which` with the memory that they had at `BASE`."""
    if which is None:
        return BETAS[0] ** 16, BETAS[1]
    return tuple(b ** (batch / BASE) if k in which else b for k, b in enumerate(BETAS))


def final(batch, betas, lr, seed, windows=WINDOWS):
    """Validation loss after so many windows."""
    steps, made = windows // batch, []

    def make(params):
        made.append(optedu.Adam(params, lr=lr, betas=betas))
        return made[0]

    def schedule(t, params, grads):
        rise = min(1, t / max(1, steps // 20))
        made[0].param_groups[0]["lr"] = lr * rise * (1 - (t - 1) / steps)

    data = transformer.characters(16)
    return transformer.train(make, build, data, seed, steps, batch, schedule).val_loss[-1]


def main():
    asked = sys.argv[1:] or [*ROWS]
    found = json.loads(TABLE.read_text("utf8")) if TABLE.exists() else []
    found = [one for one in found if one["row"] in ROWS and one["row"] not in asked]
    for name in asked:
        batch, which, lrs = ROWS[name]
        for lr in lrs:
            betas = converted(batch, which)
            losses = [round(float(final(batch, betas, lr, seed)), 4) for seed in SEEDS]
            found.append({"row": name, "batch": batch, "betas": betas, "lr": lr, "losses": losses})
            print(name, batch, np.round(betas, 4), lr, losses, flush=True)
    found.sort(key=lambda one: [*ROWS].index(one["row"]))
    TABLE.write_text("[\n" + ",\n".join(map(json.dumps, found)) + "\n]\n", "utf8")


if __name__ == "__main__":
    main()
