"""One rule over the memory of one parameter: read if it can be, called if it cannot."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np

from . import engines
from .engines import Engine, NumpyEngine, in_blocks
from .reach import Reach, reach
from .reading import Reading, Stage, reading
from .state import copied
from .tracing import Untraceable
from .whole import Stages, put_off

Rule = Callable[..., tuple[Any, ...]]
"""A pure function of numbers, ``(g, p, *state, **settings) -> (p, *state)``."""
Value = np.ndarray | float | list[Any] | None
Bound = dict[type[Engine], tuple[Engine, Callable[[np.ndarray], None]]]


class Sweep:
    """A rule, ready for parameters of one kind.

    If it can be read, the engine in force runs what was read. Else it is called on whole arrays, or, if
    its author states that it is elementwise, on blocks; on copies, so that it may do with them what it likes.

    Parameters
    ----------
    rule : callable
        Pure function of numbers, ``(g, p, *state, **settings) -> (p, *state)``.
    state : dict
        Name of each argument after ``g, p``: an array, a number, a list of arrays, or None for what the
        rule does not get.
    settings : dict
        Keyword arguments. Numbers among them may change from step to step, but not to or from zero.
    p : array
        A parameter of this kind: the dtype counts, and whether states have its shape and dtype.
    elementwise : bool, optional
        Stated by the author; if not, the reading finds out. False: it sees whole tensors.

    Attributes
    ----------
    reading : Reading or None
    refusal : str
        Why there is no reading.
    """

    rule: Rule
    dtype: np.dtype
    elementwise: bool | None
    refusal: str
    sees: Reach
    pure: bool
    cut: bool

    def __init__(
        self, rule: Rule, state: Mapping[str, Value], settings: Mapping[str, Any], p: np.ndarray,
        elementwise: bool | None = None,
    ) -> None:  # fmt: skip
        self.rule, self.dtype, self.elementwise = rule, p.dtype, elementwise
        self.names: tuple[str, ...] = tuple(state)
        self.arrays: list[str] = [name for name, value in state.items() if isinstance(value, np.ndarray)]
        self.numbers: list[str] = [name for name, value in state.items() if isinstance(value, (int, float))]
        self.reading: Reading | None = None
        self.refusal, self.sees = "its author states that it sees whole tensors", Reach(())
        self.pure = self.cut = False  # called with arrays that note what is done to them; on blocks
        self.loaded: dict[Any, Engine] = {}
        self.beside_products: bool = False
        unlike = [name for name, value in state.items() if likeness(value, p) is False]
        try:
            if unlike:
                raise Untraceable(f"its state {unlike[0]} is not an array of the shape and dtype of the parameter")
            if elementwise is not False:
                kinds = tuple(_kind(name, value) for name, value in state.items())
                self.reading = _fitting(reading(rule, ("g", "p", *kinds), pattern(settings)), p.dtype)
                self.sees = self.reading.reach
        except Untraceable as error:
            self.refusal = str(error)
        if self.reading:
            self.cut = not any(way.made for way in self.reading.ways)
        else:
            self.cut = bool(elementwise) and not unlike and type(None) not in map(type, state.values())
        if elementwise is False:
            with suppress(Untraceable):
                self.sees, self.pure = reach(rule, whole=True), True

    def step(
        self, g: np.ndarray, p: np.ndarray, state: dict[str, Any], settings: dict[str, Any], numbers: list[float],
        bound: Bound | None = None,
    ) -> None:  # fmt: skip
        """Take a step.

        Parameters
        ----------
        g, p : array
            Gradient, which is read, and parameter, which is changed in place.
        state : dict
            Arrays are changed in place, numbers are replaced, and what the rule makes is added.
        settings : dict
            Keyword arguments of the rule.
        numbers : list of float
            The numbers among them, in order (`numbers_in`).
        bound : dict, optional
            Kept by a caller who comes again with the same parameter and the same arrays of state, so that
            they are prepared once for each engine.
        """
        kind = engines.ENGINES[engines.current]
        if self.reading is None or kind is None:
            return self._call(g, p, state, settings)
        if self.numbers:
            numbers = [*map(state.__getitem__, self.numbers), *numbers]
        if bound is None or kind not in bound:
            arrays = [p, *map(state.__getitem__, self.arrays)]
            engine = self._engine(kind, self.reading, [g, *arrays])
            run = engine.bound(arrays)
            if bound is not None:
                bound[kind] = engine, run
        else:
            engine, run = bound[kind]
        if engine.numbers != numbers:
            engine.load(numbers)
        if engine.way.made:
            return self._make(engine, [g, p, *map(state.__getitem__, self.arrays)], state)
        run(g)
        if self.numbers:
            state.update(zip(self.numbers, map(float, engine.new), strict=True))

    def _engine(self, kind: type[Engine], reading: Reading | Stage, arrays: list[np.ndarray]) -> Engine:
        """An engine for these arrays: that of this kind, or NumPy where it does not take them."""
        dtype = arrays[0].dtype  # a stage may be in another than the parameter
        for chosen in (kind, NumpyEngine):
            key = chosen if reading is self.reading else (chosen, reading, dtype)
            engine = self.loaded.get(key)
            if engine is None:
                engine = self.loaded[key] = chosen(reading, dtype)
            if engine.takes(arrays):
                return engine
        raise AssertionError("NumPy takes all arrays")

    def _make(self, engine: Engine, arrays: list[np.ndarray], state: dict[str, Any]) -> None:
        """A step in which states come into being."""
        made = {self.names[k]: np.empty(arrays[1].shape, self.dtype) for k in engine.way.made}
        all_arrays = {**dict(zip(self.arrays, arrays[2:], strict=True)), **made}
        engine.run([*arrays[:2], *(all_arrays[name] for name in self.names if name in all_arrays)])
        state.update(made)
        state.update(zip(self.numbers, map(float, engine.new), strict=True))

    # Rules that are called

    def _call(self, g: np.ndarray, p: np.ndarray, state: dict[str, Any], settings: dict[str, Any]) -> None:
        old = [state.get(name) for name in self.names]
        memory = [p, *(a for a in old if isinstance(a, np.ndarray))]
        if p.nbytes > engines.BLOCK_BYTES and engines.is_flat([g, *memory]):
            if self.cut:
                return self._call_on_blocks([g, *memory], old, state, settings)
            kind = engines.ENGINES[engines.current]
            if self.pure and kind is not None:
                with suppress(Untraceable):
                    stages = Stages(partial(self.run_stage, kind), self.beside_products)
                    new = put_off(self.rule, g, p, old, settings, stages, kind.over_rows)
                    self.beside_products = stages.beside_products
                    return self._keep(old, new, state)
        new = self._called(g, p, old, settings)
        p[...] = new[0]
        self._keep(old, new[1:], state)

    def _called(self, g: np.ndarray, p: np.ndarray, old: list[Any], settings: dict[str, Any]) -> list[Any]:
        """What the rule makes of its arguments, in memory of its own."""
        if self.reading is None:  # it may write to them, or return a part of them
            new: Sequence[Any] = self.rule(g.copy(), p.copy(), *map(copied, old), **settings)
        else:
            given = [g, p, *old]
            new = self.rule(*given, **settings)
            new = [copied(value) if any(value is a for a in given) else value for value in new]
        if type(new) not in (tuple, list) or len(new) != len(old) + 1:
            got = f"{len(new)} values" if type(new) in (tuple, list) else type(new).__name__
            raise TypeError(f"{self._title} must return a tuple of {len(old) + 1}, (p, *state), got {got}")
        return [self._fitted(*pair, p) for pair in zip(("p", *self.names), (p, *old), new, strict=True)]

    def _fitted(self, name: str, old: Any, new: Any, p: np.ndarray) -> Any:
        """A result as what it takes the place of, or a clear refusal."""
        if isinstance(old, np.ndarray):
            new = np.asarray(new)
            try:
                return np.broadcast_to(new, old.shape).astype(old.dtype, casting="same_kind", copy=False)
            except (TypeError, ValueError):
                raise ValueError(
                    f"{self._title} returns {new.dtype} of shape {new.shape} for {name} of shape {old.shape}"
                ) from None
        if isinstance(old, (int, float)):
            return float(new)
        if old is None and isinstance(new, (np.ndarray, np.generic)):
            return np.array(new, p.dtype if new.shape == p.shape else None)
        return new

    @property
    def _title(self) -> str:
        return f"the rule {getattr(self.rule, '__name__', self.rule)}"

    def _keep(self, old: list[Any], new: Sequence[Any], state: dict[str, Any]) -> None:
        """Store what a call has returned."""
        for name, before, after in zip(self.names, old, new, strict=True):
            if isinstance(before, np.ndarray):
                if after is not before:
                    before[...] = after
            elif after is not None:
                state[name] = float(after) if is_number(before) else in_order(after)

    def _call_on_blocks(
        self, arrays: list[np.ndarray], old: list[Any], state: dict[str, Any], settings: dict[str, Any]
    ) -> None:
        """The rule itself, on one block after the other."""
        numbers: list[Any] = []

        def run(flat: list[np.ndarray], size: int, starts: Iterator[int]) -> None:
            for at in starts:
                g, p, *blocks = [a[at : at + size] for a in flat]
                rest = iter(blocks)
                given = [next(rest) if isinstance(value, np.ndarray) else value for value in old]
                p[...], *new = self._called(g, p, given, settings)
                for before, after in zip(given, new, strict=True):
                    if isinstance(before, np.ndarray):
                        before[...] = after
                numbers[:] = new

        in_blocks(run, arrays)
        self._keep([None if isinstance(value, np.ndarray) else value for value in old],
                   [None if isinstance(value, np.ndarray) else value for value in numbers], state)  # fmt: skip

    def run_stage(
        self, kind: type[Engine], alone: bool, stage: Stage, numbers: list[float], arrays: list[np.ndarray],
        *sizes: int,
    ) -> None:  # fmt: skip
        """What a rule on whole tensors does to single elements, by the engine in force."""
        engine = self._engine(kind, stage, arrays)
        engine.load(numbers)
        engine.sizes, engine.alone = sizes, alone
        engine.run(arrays)


def _fitting(what: Reading, dtype: np.dtype) -> Reading:
    if what.widens and dtype != np.float64:
        raise Untraceable(f"it computes with a number made by NumPy, a float64, which widens {dtype} arrays")
    return what


def in_order(value: Any) -> Any:
    """A value of a state with its arrays in the order that a copy of them would have: sums depend on it."""
    if isinstance(value, list):
        return [in_order(v) for v in value]
    return np.ascontiguousarray(value) if isinstance(value, np.ndarray) and value.ndim else value


def likeness(value: Value, p: np.ndarray) -> Any:
    """What kind of state this is, beside its parameter; False for an array, or several, unlike that."""
    if isinstance(value, np.ndarray):
        return value.shape == p.shape and value.dtype == p.dtype
    return False if isinstance(value, list) else type(value)


def _kind(name: str, value: Value) -> str | tuple[str] | None:
    """What stands for a state in a recording."""
    if value is None:
        return None
    return name if isinstance(value, np.ndarray) else (name,)


def pattern(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as far as they decide what happens: of a number, its type, and whether it is zero."""

    def decided(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(decided, value))
        return type(value)(bool(value)) if is_number(value) else value

    return {name: decided(value) for name, value in settings.items()}


def numbers_in(settings: Mapping[str, Any]) -> list[float]:
    """All numbers among the settings, in order, those of tuples too."""
    flat = [v for value in settings.values() for v in (value if isinstance(value, tuple) else (value,))]
    return [v for v in flat if is_number(v)]


def is_number(value: Any) -> bool:
    """A number, and no flag."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
