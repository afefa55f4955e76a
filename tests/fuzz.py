"""Rules made at random, run by every engine, against the rule itself called on copies.

``python tests/fuzz.py 20000 1000``: so many rules on the rule and NumPy engines, in all dtypes, and so
many compiled. It prints each difference, with the number that makes its rule again, and how many there were.
A third number says with which rule to begin.
"""

import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any
from unittest import mock

import numpy as np
from judge import Tracked, Unsure, raw
from rule_maker import STEPS, Made, made

from optedu import Optimizer
from optedu.core import engines, whole
from optedu.core.state import BY_RULE, Scalar
from optedu.core.sweep import Sweep

DTYPES = ("float16", "float32", "float64")
MARGIN = {"float16": 1.0, "float32": 2.0**40, "float64": 2.0**300}
BOUNDS = 4
"""So many error bounds two sound programs may differ by: each has its own error, and a bound is of first order."""
TRANSCENDENTAL = re.compile(r"exp|log|sin|tanh|\*\*")
"""Of these NumPy's result may differ in the last place with the place of an element in its array."""


def optimizer(
    rule: Any, states: dict[str, str], p: np.ndarray, settings: dict[str, Any], whole: bool = False
) -> Optimizer:
    """An optimizer of one's own with this rule; it takes any setting."""
    initial = {"array": 0.0, "born": BY_RULE, "number": Scalar(0.5)}

    class Own(Optimizer):
        elementwise = False if whole else None

        def rule_for(self, settings):
            return rule

        def initial_state(self, p, settings):
            return {name: initial[kind] for name, kind in states.items()}

    Own.settings = {name: lambda _, value: value for name in settings}
    return Own([p], settings)


def numbers(rng: np.random.Generator, dtype: str, shape: Any, wild: bool) -> np.ndarray:
    """An array over a few orders of magnitude, or over all there are; some elements are zero."""
    info = np.finfo(dtype)
    decades = (np.log10(float(info.tiny)) - 2, np.log10(float(info.max))) if wild else (-2, 2)
    with np.errstate(all="ignore"):
        out = rng.standard_normal(shape) * 10.0 ** rng.uniform(*decades, shape)
        return np.asarray(out * (rng.random(shape) > 0.1)).astype(dtype)


class Trial:
    """A few steps of one rule on one engine, each compared with the rule called on copies."""

    def __init__(self, seed: int, engine: str, whole: bool = False) -> None:
        rng = np.random.default_rng(seed)
        self.made: Made = made(seed, whole)
        self.seed, self.engine, self.whole = seed, engine, whole
        self.dtype = str(rng.choice(DTYPES))
        self.wild = bool(rng.random() < 0.25)
        self.large = bool(rng.random() < 0.5)  # in blocks, by two threads
        shape = (131,) if self.large else [(), (1,), (7,), (2, 3), (0,)][rng.integers(5)]
        if self.large and whole and seed % 4:  # with rows, and factors and sums of them
            shape = (17, 9)
        self.as_written = bool(rng.random() < 0.5)
        self.p = numbers(rng, self.dtype, shape, self.wild)
        self.grads = [numbers(rng, self.dtype, shape, self.wild) for _ in range(STEPS)]
        self.opt = optimizer(self.made.rule, self.made.states, self.p, self.made.settings[0], whole)
        self.compared = Counter[str]()

    def run(self) -> str:
        """What was wrong; nothing if all was right."""
        limits = (lambda dtype: engines.AS_WRITTEN) if self.as_written else engines.limits
        with (
            mock.patch.object(engines, "current", self.engine), mock.patch.object(engines, "BLOCK_BYTES", 64),
            mock.patch.object(engines, "THREADS", 2 if self.large else 1), mock.patch.object(engines, "FEWEST", 1),
            mock.patch.object(engines, "limits", limits), np.errstate(all="ignore"),
            mock.patch.multiple(whole, LANES=4, LINE=24, BLOCK=48),
            warnings.catch_warnings(action="ignore"),
        ):  # fmt: skip
            for k, g in enumerate(self.grads):
                wrong = self.step(k, g)
                if wrong:
                    how = [name for name in ("whole", "wild", "as_written") if getattr(self, name)]
                    how += [self.engine, self.dtype, self.p.shape, f"step {k + 1}", self.made.settings[k]]
                    return f"rule {self.seed}: {', '.join(map(str, how))}\n{self.made.text}{wrong}"
        return ""

    def step(self, k: int, g: np.ndarray) -> str:
        state = self.opt.state.get(
            0,
            {
                "step": 0,
                **{n: 0.5 for n, kind in self.made.states.items() if kind == "number"},
                **{n: np.zeros_like(self.p) for n, kind in self.made.states.items() if kind == "array"},
            },
        )
        given = [state.get(name) for name in self.made.states]
        settings = {**self.made.settings[k], "t": state["step"] + 1}
        self.opt.param_groups[0].update(self.made.settings[k])
        before = [copied(a) for a in (g, self.p, *given)]
        try:
            expected = self.called(before, settings)
        except Exception as error:
            expected = error
        try:
            with mock.patch.object(Sweep, "step", autospec=True, side_effect=Sweep.step) as steps:
                self.opt.step([g])
        except Exception as error:
            if not isinstance(expected, Exception):
                return f"raises {type(error).__name__}: {error}"
            now = [g, self.p, *(self.opt.state[0].get(name) for name in self.made.states)] if given else [g, self.p]
            self.compared["refused"] += 1
            return "" if all(map(same, before, now)) else f"was refused ({error}), and moved"
        if isinstance(expected, Exception):
            return f"does not raise {type(expected).__name__}: {expected}"
        if not same(g, before[0]):
            return "the gradient was changed"
        found = [self.p, *(self.opt.state[0].get(name) for name in self.made.states)]
        (read,) = {step.args[0].reading is not None for step in steps.call_args_list}
        self.compared["read" if read else "called"] += 1
        exact = (
            not read
            and not (self.whole and self.engine == "numba" and np.dtype(self.dtype) in engines.NumbaEngine.over_rows)
            or read
            and not TRANSCENDENTAL.search(self.made.text)
            and (self.engine == "rule" or self.engine == "numpy" and (self.as_written or self.dtype == "float16"))
        )
        bound = None if exact else self.bounds(before, settings)
        for name, a, b, k in zip(("p", *self.made.states), found, expected, range(9), strict=False):
            wrong = self.differs(a, b, None if bound is None else bound[k])
            if wrong:
                return f"{name}: {wrong}"
        return ""

    def called(self, before: list[Any], settings: dict[str, Any]) -> list[Any]:
        """The rule on copies, its results as what they take the place of."""
        g, p, *states = map(copied, before)
        results = self.made.rule(g, p, *states, **settings)
        out = []
        for name, new in zip(("p", *self.made.states), results, strict=True):
            if self.made.states.get(name) == "number":
                out.append(float(new))
            elif new is None:
                out.append(None)
            else:
                out.append(np.broadcast_to(np.asarray(new), p.shape).astype(p.dtype, casting="same_kind"))
        return out

    def bounds(self, before: list[Any], settings: dict[str, Any]) -> list[Any]:
        """How far each result may be off, and where nothing can be said."""
        margin = 1.0 if self.as_written else MARGIN[self.dtype]

        def begun(a: Any) -> Any:
            if not isinstance(a, np.ndarray):
                return a
            x, info = abs(a.astype(np.float64)), np.finfo(a.dtype)
            outside = ~np.isfinite(x) | (x > float(info.max) / margin) | (x != 0) & (x < float(info.tiny) * margin)
            return Tracked(a.copy(), 0.0, outside, margin)

        try:
            results = self.made.rule(*map(begun, before), **settings)
        except Unsure:
            return [(0.0, True)] * 9
        out = []
        for new in results:
            if type(new) is Tracked:
                out.append((new.error, new.unsure))
            else:
                out.append((0.0 if new is None else abs(float(raw(new))) * float(np.finfo(self.dtype).eps), False))
        return out

    def differs(self, found: Any, expected: Any, bound: tuple[Any, Any] | None) -> str:
        if not isinstance(expected, np.ndarray):
            if expected is None or found is None:
                return "" if found is expected else f"{found} instead of {expected}"
            close = abs(found - expected) <= 1e-13 * abs(expected)
            return "" if close or same(found, expected) else f"{found} instead of {expected}"
        if not isinstance(found, np.ndarray) or found.shape != expected.shape or found.dtype != expected.dtype:
            return f"{found!r} instead of {expected!r}"
        if bound is None:
            wrong = ~((found == expected) | np.isnan(found) & np.isnan(expected))
            self.compared["elements"] += found.size
        else:
            error, unsure = (np.broadcast_to(a, found.shape) for a in bound)
            off = abs(found.astype(np.float64) - expected.astype(np.float64))
            wrong = ~unsure & ~(off <= BOUNDS * error)
            self.compared["elements"] += int((~unsure).sum())
            self.compared["unsure"] += int(unsure.sum())
        if not wrong.any():
            return ""
        k = tuple(np.argwhere(wrong)[0])
        allowed = "" if bound is None else f" to {BOUNDS * np.broadcast_to(bound[0], found.shape)[k]}"
        return f"{found[k]!r} instead of {expected[k]!r}{allowed} at {k}, {wrong.sum()} of {found.size}"


def copied(a: Any) -> Any:
    return a.copy() if isinstance(a, np.ndarray) else a


def same(a: Any, b: Any) -> bool:
    """Bit for bit, or both of them NaN."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True)
    return a is b or a == b or a != a and b != b


def trials(rules: int, compiled: int, first: int = 0) -> Iterator[Trial]:
    """So many rules on the rule and NumPy engines, each tenth one that sees whole tensors, and so many compiled,
    of which each fifth does."""
    for seed in range(first, first + rules):
        yield Trial(seed, "rule" if seed % 3 == 0 else "numpy", whole=seed % 10 == 0)
    for seed in range(first, first + compiled):
        yield Trial(seed, "numba", whole=seed % 5 == 0)


def main(rules: int, compiled: int, first: int = 0) -> int:
    """Run so many rules, from this number on; how many differences there were."""
    differences, counted, began = 0, Counter[str](), time.perf_counter()
    for k, trial in enumerate(trials(rules, compiled, first), 1):
        wrong = trial.run()
        counted += trial.compared
        if wrong:
            differences += 1
            print(f"{wrong}\n", flush=True)
        if k % 1000 == 0:
            print(f"{k} rules, {differences} differences, {time.perf_counter() - began:.0f} s", flush=True)
    said = ", ".join(f"{n} {what}" for what, n in sorted(counted.items()))
    print(f"{rules + compiled} rules, {differences} differences ({said}), {time.perf_counter() - began:.0f} s")
    return differences


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:] or ("20000", "1000")))))
