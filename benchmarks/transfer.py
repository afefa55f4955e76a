"""Which learning rate is best at other widths, depths and lengths of a run: writes `optedu/lab/transfer.json`.

    python benchmarks/transfer.py [EXPERIMENT ...]     (all: half an hour on one core)

The chapter *Hyperparameters that transfer* shows the table and makes a part of it again. Learning rates are tried by
factors of two around a guess, and the search goes on until the best, by the median of the seeds, is inside.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

from optedu.lab import transfer

SEEDS, STEPS = range(3), 150
EXPERIMENTS: dict[str, tuple[str, tuple[int, ...], dict[str, Any], Sequence[int]]] = {
    "mup": ("width", (16, 64, 256), {}, range(-8, -2)),
    "standard": ("width", (16, 64, 256), {"without": transfer.STANDARD}, range(-8, -2)),
    "depth": ("layers", (2, 8), {"width": 16}, range(-8, -2)),
    "branches": ("layers", (2, 8), {"width": 16, "residual": 1.0}, range(-8, -2)),
    "steps": ("steps", (50, 150, 600), {"width": 16}, range(-8, -2)),
    "epsilon kept": ("width", (16, 64), {"without": ("eps",), "eps": 1e-3}, range(-6, -3)),
    "epsilon scaled": ("width", (16, 64), {"eps": 1e-3}, range(-6, -3)),
}
"""What varies, its values, the other arguments of `transfer.run`, and powers of two tried first."""


def losses(how: dict[str, Any], lr: float) -> list[float]:
    """Final losses of all seeds."""
    return [round(transfer.run(lr=lr, seed=seed, **{"steps": STEPS, **how}), 4) for seed in SEEDS]


def search(how: dict[str, Any], powers: Sequence[int]) -> dict[float, list[float]]:
    """Learning rates, and the losses of each; the best is not at an edge."""
    found = {2.0**p: losses(how, 2.0**p) for p in powers}
    while (top := transfer.best(found)) in (min(found), max(found)):
        new = top / 2 if top == min(found) else top * 2
        found[new] = losses(how, new)
    return dict(sorted(found.items()))


def write(table: dict[str, Any]) -> None:
    """One line for each value of what varies."""
    parts = []
    for name in filter(table.get, EXPERIMENTS):
        rows = [f"    {json.dumps(n)}: {json.dumps(found)}" for n, found in table[name].items()]
        parts.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(rows) + "\n  }")
    transfer.FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf8")


def main() -> None:
    table = json.loads(transfer.FILE.read_text("utf8")) if transfer.FILE.exists() else {}
    for name in sys.argv[1:] or EXPERIMENTS:
        what, values, how, powers = EXPERIMENTS[name]
        table[name] = {}
        for value in values:
            table[name][str(value)] = search({**how, what: value}, powers)
            print(name, value, table[name][str(value)], flush=True)
            write(table)


if __name__ == "__main__":
    main()
