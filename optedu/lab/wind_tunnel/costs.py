"""What a step costs: whether the rule is read, operations, passes and bytes; the state; and, measured, its time."""

import time
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ...core import engines
from ...explaining import Explanation, explain
from ...training.memory import training_bytes
from ...zoo import arrays_in
from .specimen import Specimen, of_row

SHAPE, SHAPE_OF_OWN = (1024, 1024), (256, 256)
"""Of the matrix in float32 whose state is counted: as on the page of the zoo, and where a step is taken for that."""

TIMED = (320, 320)
"""Shape for the time of a step: some 100,000 numbers."""


@dataclass(frozen=True)
class Cost:
    """What a step needs.

    Attributes
    ----------
    how : Explanation, or None
        From `optedu.explain`; None for what is not an `Optimizer`.
    state : dict of str to float
        Bytes per parameter of each array of state, for a large matrix in float32.
    words : tuple of str
        In sentences.
    """

    how: Explanation | None
    state: dict[str, float]
    words: tuple[str, ...]

    @property
    def bytes(self) -> float:
        """Bytes of state per parameter."""
        return sum(self.state.values())


def cost(specimen: Specimen) -> Cost:
    """How the rule is run, and what it keeps."""
    how, said = None, ["What it does is not read: it is not an Optimizer."]
    if specimen.takes == "closure":
        said = ["It is not read: it evaluates the loss itself, and its step is more than a rule for each parameter."]
    elif specimen.cls is not None:
        how = explain(specimen.start([np.ones((2, 2), np.float32)], **specimen.usual).optimizer)
        said = str(how).split("\n")
    kept = _state(specimen)
    each = ", ".join(f"{name} ({_n(size)})" for name, size in kept.items())
    total = _n(sum(kept.values()))
    words = f"State: {each}; {total} bytes per parameter in float32." if kept else "It keeps no array of state."
    return Cost(how, kept, (*said, words))


def _state(specimen: Specimen) -> dict[str, float]:
    """Bytes per parameter of each state."""
    if not specimen.own:
        sizes = training_bytes([SHAPE], specimen.name, **{**specimen.settings, **specimen.usual}).state
        return {name: size / prod(SHAPE) for name, size in sizes.items()}
    p = np.ones(SHAPE_OF_OWN, np.float32)
    runner = specimen.start([p])
    g = np.random.default_rng(59).standard_normal(p.shape).astype(np.float32)
    with np.errstate(all="ignore"):
        for _ in range(2):  # some begin their state in the first step and use it in the second
            runner.descend(lambda: (float((g * p).sum()), [g]))
    state: Any = getattr(runner.optimizer, "state", {}).get(0, {})
    sizes = {name: sum(a.nbytes for a in arrays_in(value)) for name, value in state.items()}
    return {name: size / p.size for name, size in sizes.items() if size}


def _n(x: float) -> str:
    return f"{x:.3g}"


def times(specimen: Specimen, rounds: int = 7, steps: int = 10) -> dict[str, float]:
    """Time of a step with each engine, as a ratio to AdamW's with the engine in force.

    Parameters
    ----------
    specimen : Specimen
    rounds, steps : int
        So often they take so many steps in turn; the median of the ratios counts.

    Returns
    -------
    dict of str to float
        Engine to ratio, for a 320 x 320 matrix in float32. An engine that is not installed is left out.
    """
    found, now = {}, engines.engine()
    for name in engines.ENGINES:
        try:
            engines.engine(now)
            reference = _Stepper(of_row("AdamW"))
            engines.engine(name)
            mine = _Stepper(specimen)
            mine.take(2)
            ratios = []
            for _ in range(rounds):
                engines.engine(now)
                base = reference.take(steps)
                engines.engine(name)
                ratios.append(mine.take(steps) / base)
            found[name] = float(np.median(ratios))
        except ImportError:
            continue
        finally:
            engines.engine(now)
    return found


class _Stepper:
    def __init__(self, one: Specimen) -> None:
        rng = np.random.default_rng(61)
        self.p, self.g = (rng.standard_normal(TIMED).astype(np.float32) for _ in range(2))
        self.runner = one.start([self.p])

    def take(self, steps: int) -> float:
        """Seconds."""
        begun = time.perf_counter()
        with np.errstate(all="ignore"):
            for _ in range(steps):
                self.runner.descend(lambda: (float((self.g * self.p).sum()), [self.g]))
        return time.perf_counter() - begun
