"""Compare SGD with momentum and Adam on a transformer and a convolution that read text, and on digits.

    python benchmarks/sgd_or_adam.py     (a quarter of a minute on one core; writes sgd_or_adam.json)

The chapter *SGD or Adam?* shows the table. Each rule has three learning rates, a factor of two apart, and two seeds to
choose with; the best must have a worse one on either side. Then five fresh seeds run at the chosen rate.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

import optedu
from optedu import lab
from optedu.lab import transformer

TABLE = Path(__file__).with_suffix(".json")
TUNING, FRESH, BORDERS = (100, 101), range(5), (4, 12, 24)
"""Seeds; the ranks of frequency at which groups of characters begin, the most frequent four being the first group."""
RULES = {
    "momentum": lambda w, lr: optedu.SGD(w, lr=lr, momentum=0.9),
    "Adam": lambda w, lr: optedu.Adam(w, lr=lr),
}


class TextConvolution(nn.Module):
    """Two causal convolutions: a position sees itself and what came before."""

    def __init__(self, symbols=76, width=32, reach=5):
        super().__init__()
        self.before, self.symbols = reach - 1, nn.Embedding(symbols, width)
        self.layers = nn.ModuleList(nn.Conv1d(width, width, reach) for _ in range(2))
        self.logits = nn.Linear(width, symbols)

    def forward(self, x):
        h = self.symbols(x).mT  # Conv1d wants positions last
        for layer in self.layers:
            h = h + layer(nn.functional.pad(h, (self.before, 0))).relu()
        return self.logits(h.mT)


def image_convolution():
    layers = [nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10)]
    return nn.Sequential(nn.Unflatten(1, (1, 8, 8)), *layers)


TASKS = {
    "transformer, text": (lambda: transformer.Transformer(layers=1), transformer.characters, 80, 16),
    "convolution, text": (TextConvolution, transformer.characters, 80, 16),
    "convolution, digits": (image_convolution, lab.digits, 200, 50),
}
"""The network, the data, the number of steps, the batch."""
MIDDLE = {
    "transformer, text": {"momentum": 0.2, "Adam": 0.012},
    "convolution, text": {"momentum": 0.8, "Adam": 0.024},
    "convolution, digits": {"momentum": 0.05, "Adam": 0.012},
}
"""The middle of three learning rates, from a coarser search."""


def run(task, rule, lr, seed):
    """Final validation loss; mean test loss over all labels, and for text over each group of characters."""
    build, load, steps, batch = TASKS[task]
    torch.set_num_threads(1)
    model, data = build(), load()
    trial = transformer.train(lambda w: RULES[rule](w, lr), lambda: model, data, seed, steps, batch)
    with torch.no_grad():
        logits = model(torch.tensor(data.x_test)).flatten(0, -2)
    labels = data.y_test.ravel()
    each = nn.functional.cross_entropy(logits, torch.tensor(labels), reduction="none").numpy()
    found = {"validation": trial.val_loss[-1], "test": each.mean()}
    if task.endswith("text"):
        found["groups"] = [each[groups(data) == k].mean() for k in range(len(BORDERS) + 1)]
    return {name: np.round(value, 6).tolist() for name, value in found.items()}


def groups(data):
    """The group of every label of the test set, by the rank of its frequency in the training set."""
    rank = np.empty(76, int)
    rank[np.argsort(-np.bincount(data.y_train[:, 0], minlength=76))] = range(76)
    return np.digitize(rank[data.y_test.ravel()], BORDERS)


def main():
    table = {}
    for task, rules in MIDDLE.items():
        for rule, middle in rules.items():
            rates = [middle / 2, middle, 2 * middle]
            tuning = [[run(task, rule, lr, seed)["validation"] for seed in TUNING] for lr in rates]
            if np.mean(tuning, 1).argmin() != 1:
                raise SystemExit(f"{task}, {rule}: the best learning rate has no worse one on either side")
            fresh = [run(task, rule, middle, seed) for seed in FRESH]
            table.setdefault(task, {})[rule] = {"rates": rates, "tuning": tuning, "fresh": fresh}
            print(f"{task:19} {rule:8} test loss {np.mean([one['test'] for one in fresh]):.2f}")
    TABLE.write_text(json.dumps(table, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
