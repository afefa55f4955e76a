"""Random runs of the exercises, far beyond the probes: what two answers must agree on to be called equal."""

import random
from collections.abc import Iterator
from functools import partial
from importlib import import_module

from optedu.drill.grader.exercise_form import Exercise, Probe
from optedu.drill.grader.rule_probes import Walk, drive


def runs(asked: Exercise, seed: int) -> Iterator[Probe]:
    """Probes of an exercise that are made of chance; none has a number of the grader's own probes."""
    draw = random.Random(f"{asked.name} {seed}")
    rule = getattr(asked.probes[0], "rule", None)
    if rule:
        for k in range(12):
            walk = _walk(rule, draw, k)
            yield Probe(walk.name, "", partial(drive, rule, walk))
    else:
        drawn = import_module(f"optedu.drill.tasks.{asked.name}")._drawn
        for _ in range(25):
            yield drawn(random.Random(draw.random()))


def _walk(rule, draw: random.Random, k: int) -> Walk:
    """Settings from the whole range, gradients of all sizes, some zero, some missing; the rate changes on the way."""
    scale, low = 10 ** draw.uniform(-4, 2), draw.uniform(0.002, 0.9)
    ranges = {
        "lr": 10 ** draw.uniform(-3, 0.3), "eps": 10 ** draw.uniform(-9, 0), "etas": (low, 1 + draw.random()),
        "step_sizes": (0.01 * low, 0.01 + low), "weight_decay": draw.choice([0.0, draw.random()]),
        "betas": (draw.uniform(0, 0.99), draw.uniform(0.01, 0.9995)), "dampening": draw.choice([0.0, draw.random()]),
    }  # fmt: skip
    settings = {key: ranges.get(key, draw.uniform(0, 0.99)) for key in rule.settings}

    def tensor() -> tuple[float, ...] | None:
        made = tuple(draw.choice([0.0, *[scale * draw.gauss(0, 1)] * 6]) for _ in range(2))
        return None if draw.random() < 0.1 else made

    start = tuple(tuple(draw.choice([0.0, draw.gauss(0, 3), draw.gauss(0, 3)]) for _ in range(2)) for _ in range(2))
    changes = {7: {"lr": 0.4 * settings["lr"]}, 9: {"weight_decay": 0.3} if "weight_decay" in settings else {}}
    return Walk(f"chance {k}", "", settings, tuple((tensor(), tensor()) for _ in range(14)), start, changes)
