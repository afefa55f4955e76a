"""Five optimizers on the character transformer, each with the same search: writes `optedu/lab/compared.json`.

    python benchmarks/compared.py

Takes about ten minutes of one core. Chapter *Optimizers compared honestly* reads the file, and runs a part of it
again. Nothing in it depends on the machine but the last digits, which are not written.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import optedu
from optedu.lab import transformer
from optedu.lab.networks import Arrays
from optedu.lr_scheduler import LambdaLR

FILE = Path(transformer.__file__).with_name("compared.json")
"""In the package, where the chapter finds it in a browser too."""
HORIZONS = (100, 400)
LONGER = 800
"""AdamW alone runs for so long, too: how fast its loss falls beyond the last horizon, which a lead is divided by."""
WARM, COOL = 0.05, 0.25
TUNED, FRESH = (100, 101), (0, 1, 2, 3, 4)


class MuonAndAdamW:
    """Muon, with the step of AdamW, for the matrices inside the blocks; AdamW for everything else."""

    def __init__(self, params: Arrays, lr: float) -> None:
        inside = range(2, len(params) - 2)  # without embeddings, output and last norm
        self.matrices = [i for i in inside if params[i].ndim == 2]
        self.rest = [i for i in range(len(params)) if i not in self.matrices]
        self.parts = [
            optedu.Muon([params[i] for i in self.matrices], lr=lr, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"),
            optedu.AdamW([params[i] for i in self.rest], lr=lr, betas=(0.9, 0.95), weight_decay=0.0),
        ]

    def step(self, grads: Arrays) -> None:
        """A step of both."""
        for part, places in zip(self.parts, (self.matrices, self.rest), strict=True):
            part.step([grads[i] for i in places])


RULES: dict[str, tuple[Callable[[Arrays, float], Any], list[float]]] = {
    "AdamW": (lambda w, lr: optedu.AdamW(w, lr=lr, betas=(0.9, 0.95), weight_decay=0.0), [0.005, 0.01, 0.02]),
    "momentum": (lambda w, lr: optedu.SGD(w, lr=lr, momentum=0.9), [0.1, 0.2, 0.4]),
    "Lion": (lambda w, lr: optedu.Lion(w, lr=lr), [0.001, 0.002, 0.004]),
    "SOAP": (lambda w, lr: optedu.SOAP(w, lr=lr, weight_decay=0.0), [0.005, 0.01, 0.02]),
    "Muon": (MuonAndAdamW, [0.005, 0.01, 0.02]),
}
"""What is built, and the three rates that the search begins with; it goes on until the best has a worse neighbor on
either side."""


MORE = (("AdamW", 0.005), ("AdamW", 0.02), ("Muon", 0.02))
"""Other rates, with fresh seeds: on either side of AdamW's best, and what is best for Muon in 100 steps."""


def share(t: int, steps: int) -> float:
    """Linear warm-up, constant, linear to zero: the share of the peak at step t, counted from 0."""
    return min(1.0, (t + 1) / (WARM * steps), (steps - t) / (COOL * steps))


def curve(make: Callable[[Arrays, float], Any], lr: float, steps: int, seed: int) -> list[float]:
    """Validation loss after every twentieth of a run, to the digits that do not depend on the machine."""

    def build(w: Arrays) -> Any:
        opt = make(w, lr)
        return opt, [LambdaLR(part, lambda t: share(t, steps)) for part in getattr(opt, "parts", [opt])]

    return [round(float(x), 3) for x in transformer.curve(build, steps, seed)]


def search(rule: str, steps: int) -> dict[str, list[list[float]]]:
    """Curves of the seeds that choose, for every rate tried."""
    make, rates = RULES[rule]
    rates, found = list(rates), {}
    while True:
        for lr in rates:
            if lr not in found:
                found[lr] = [curve(make, lr, steps, seed) for seed in TUNED]
        best = min(rates, key=lambda lr: np.mean([c[-1] for c in found[lr]]))
        if best == rates[0]:
            rates.insert(0, best / 2)
        elif best == rates[-1]:
            rates.append(best * 2)
        else:
            return {f"{lr:g}": found[lr] for lr in rates}


def tuned(rule: str, steps: int) -> dict[str, Any]:
    """The search, and fresh seeds at the rate that it chose."""
    tuning = search(rule, steps)
    best = min(tuning, key=lambda lr: np.mean([c[-1] for c in tuning[lr]]))
    fresh = [curve(RULES[rule][0], float(best), steps, seed) for seed in FRESH]
    print(steps, rule, best, np.round([c[-1] for c in fresh], 3), flush=True)
    return {"tuning": tuning, "best": best, "fresh": fresh}


def main() -> None:
    """Search, then fresh seeds at the chosen rate; and at some others, to the end."""
    seeds = {"search": TUNED, "fresh": FRESH}
    table: dict[str, Any] = {"horizons": HORIZONS, "warm": WARM, "cool": COOL, "seeds": seeds}
    for steps in HORIZONS:
        table[str(steps)] = {rule: tuned(rule, steps) for rule in RULES}
    table[str(LONGER)] = {"AdamW": tuned("AdamW", LONGER)}
    last = HORIZONS[-1]
    table["defaults"] = [curve(lambda w, lr: optedu.AdamW(w, lr=lr), 1e-3, last, seed) for seed in FRESH]
    table["more"] = {f"{rule} {lr:g}": [curve(RULES[rule][0], lr, last, seed) for seed in FRESH] for rule, lr in MORE}
    FILE.write_text(json.dumps(table, separators=(",", ":")).replace("]]", "]]\n") + "\n", "utf8")


if __name__ == "__main__":
    main()
