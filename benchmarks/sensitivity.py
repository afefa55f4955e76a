"""Make the sweep of the chapter *Learning-rate sensitivity*.

    python benchmarks/sensitivity.py     (a quarter of a minute on one core; writes optedu/lab/rate_sweep.json)

Every method must have its best learning rate inside the grid. The chapter repeats some of the runs.
"""

import json
import math

import numpy as np

from optedu.lab.rate_sweep import METHODS, PROBLEMS, SEEDS, TABLE, rates, run
from optedu.lab.sweeps import sweep


def main():
    table = {}
    for problem in PROBLEMS:
        for method in METHODS:
            tried = rates(problem, method)
            done = sweep(run, {"problem": [problem], "method": [method], "lr": tried}, SEEDS)
            losses = np.reshape(np.array(done.results), (len(tried), len(SEEDS), -1))
            best = np.median(losses[..., -1], axis=1).argmin()
            if best in (0, len(tried) - 1):
                raise SystemExit(f"{problem}, {method}: the best learning rate is at the edge of the grid")
            if not np.isfinite(losses).all():
                raise SystemExit(f"{problem}, {method}: a loss is not finite, and JSON cannot hold it")
            table.setdefault(problem, {})[method] = [[[short(x) for x in seed] for seed in rate] for rate in losses]
            print(f"{problem:12} {method:8} best rate {tried[best]:g}")
    rows = [f'  "{p}": {{\n' + ",\n".join(f'    "{m}": {json.dumps(r, separators=(",", ":"))}' for m, r in one.items())
            + "\n  }" for p, one in table.items()]  # fmt: skip
    TABLE.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf8")


def short(loss):
    """Four digits."""
    return round(loss, 3 - math.floor(math.log10(loss)))


if __name__ == "__main__":
    main()
