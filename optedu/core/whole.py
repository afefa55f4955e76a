"""Run a rule that sees whole tensors, with what it does to single elements put off and done in one go.

A rule such as LAMB's is elementwise but for a norm or two. So it is called with arrays that only
note what is done to them. When it asks for more, a norm or a matrix product, what was noted is
run as one program of the engine in force; and so is, in the end, what the rule returns.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .reading import Stage, Way
from .tracing import COMPARISONS, UFUNCS, Symbol, Tape, Untraceable

Run = Callable[[Stage, list[float], list[np.ndarray]], None]
"""Runs a stage of a rule, given its scalars and its arrays; of these the first is never written."""


class Lazy(NDArrayOperatorsMixin):
    """An array that is there, or an operation on arrays of one shape and numbers that is still to be done."""

    run: Run
    known: np.ndarray | None
    op: str
    args: tuple[Any, ...]
    shape: tuple[int, ...]
    dtype: np.dtype
    ndim: int
    size: int

    def __init__(self, run: Run, known: np.ndarray | None, op: str = "", args: tuple[Any, ...] = ()) -> None:
        self.run, self.known, self.op, self.args = run, known, op, args
        like: Any = known if known is not None else next(a for a in args if type(a) is Lazy)
        self.shape, self.dtype, self.ndim, self.size = like.shape, like.dtype, like.ndim, like.size

    @property
    def value(self) -> np.ndarray:
        """The array itself."""
        if self.known is None:
            out = np.empty(self.shape, self.dtype)
            _store([(out, self)], self.run)
            self.known, self.args = out, ()
        return self.known

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> Any:
        if "out" in options:
            raise Untraceable("a result stored by the rule itself")
        op = UFUNCS.get(ufunc, "")
        if method == "__call__" and not options and op not in ("", *COMPARISONS) and all(map(self._fits, args)):
            if op == "power" and type(args[1]) in (int, float) and args[1] in (2, 0.5):
                op, args = ("square" if args[1] == 2 else "sqrt"), args[:1]  # as the operator does it for arrays
            if op != "power":
                return Lazy(self.run, None, op, tuple(map(self._wrapped, args)))
        return self._wrapped(getattr(ufunc, method)(*_plain(args), **_plain(options)))

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, options: Any) -> Any:
        return self._wrapped(function(*_plain(args), **_plain(options)))

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return np.ndarray  # for a rule that asks

    def __getattr__(self, name: str) -> Any:
        return getattr(_plain(self), name)

    def __getitem__(self, key: Any) -> Any:
        return _plain(self)[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        raise Untraceable("it changes an array in place")

    def __len__(self) -> int:
        return len(_plain(self))

    def __bool__(self) -> bool:
        return bool(_plain(self))

    def __float__(self) -> float:
        return float(_plain(self))

    def _wrapped(self, a: Any) -> Any:
        if type(a) is not np.ndarray:
            return a
        return Lazy(self.run, a if a.base is None else a.copy())  # a view may show what a program overwrites

    def _fits(self, a: Any) -> bool:
        """Whether what is done with `a` and this one can be put off."""
        if type(a) in (Lazy, np.ndarray):
            return bool(a.shape == self.shape and a.dtype == self.dtype)
        return type(a) in (int, float)  # (a NumPy scalar might change the dtype)


def _plain(a: Any) -> Any:
    """The same with arrays that are there, and that cannot be written."""
    if isinstance(a, (tuple, list)):
        return type(a)(map(_plain, a))
    if isinstance(a, dict):
        return {key: _plain(value) for key, value in a.items()}
    return _shown(a.value) if type(a) is Lazy else a


def _shown(a: Any) -> Any:
    """A view of an array, or of those in a list, that cannot be written."""
    if isinstance(a, list):
        return [_shown(item) for item in a]
    if isinstance(a, np.ndarray):
        a = a.view()
        a.flags.writeable = False
    return a


def _kept(a: Any, mine: dict[int, np.ndarray]) -> Any:
    """What a rule returns in a list: an array that it was shown is that array again, a view of another a copy."""
    if isinstance(a, list):
        return [_kept(item, mine) for item in a]
    if isinstance(a, np.ndarray) and not a.flags.writeable:
        return mine.get(id(a.base)) if a.base is not None and id(a.base) in mine else a.copy()
    return a


def put_off(
    rule: Callable[..., tuple[Any, ...]],
    g: np.ndarray,
    p: np.ndarray,
    state: Sequence[Any],
    settings: dict[str, Any],
    run: Run,
) -> list[Any]:
    """``p, *state = rule(g, p, *state, **settings)``, stored in the memory of `p` and of the arrays in `state`.

    Returns
    -------
    list
        `state` after the step; where there was no array, what the rule returned.

    Raises
    ------
    Untraceable
        If the rule stores results itself; nothing has been changed then.
    """
    old = [p, *state]
    wrapped = [Lazy(run, a) if type(a) is np.ndarray else _shown(a) for a in (g, *old)]
    try:
        new = list(rule(*wrapped, **settings))
        pairs = list(enumerate(zip(old, new, strict=True)))
    except Exception as error:
        raise Untraceable(f"{type(error).__name__}: {error}") from error
    mine = {id(a): a for value in old if isinstance(value, list) for a in value}
    later: dict[tuple[Any, ...], list[tuple[np.ndarray, Lazy]]] = {}
    for k, (before, after) in pairs:
        if type(before) is not np.ndarray:
            value = _kept(_plain(after), mine)  # also in a list: what is put off must not outlive the step
            new[k] = np.array(value) if before is None and isinstance(value, (np.ndarray, np.generic)) else value
            continue
        new[k] = before
        if not _pending(after, before):
            if type(after) is Lazy and after.known is before:
                continue
            # It may be what another result is about to overwrite, or of another shape or dtype.
            after = Lazy(run, np.array(np.broadcast_to(_plain(after), before.shape), before.dtype))
        later.setdefault((before.shape, before.dtype), []).append((before, after))
    for together in later.values():
        _store(together, run)
    return new[1:]


def _pending(a: Any, like: np.ndarray) -> bool:
    """Whether `a` is still to be done, and can be done in the memory of `like`."""
    return type(a) is Lazy and a.known is None and a.shape == like.shape and a.dtype == like.dtype


def _store(pairs: list[tuple[np.ndarray, Lazy]], run: Run) -> None:
    """Do what has been put off, and store it."""
    arrays, numbers, steps = [pairs[0][0]], [], []
    places: dict[int, tuple[str, int]] = {}

    def place(a: Any) -> tuple[str, int]:
        """Where an operand is found: among the arrays, the numbers, or the results of earlier steps."""
        if type(a) is not Lazy:
            numbers.append(float(a))
            return "number", len(numbers) - 1
        key = id(a) if a.known is None else id(a.known)
        if key not in places:
            if a.known is None:
                steps.append((a.op, *map(place, a.args)))
                places[key] = "step", len(steps) - 1
            else:
                arrays.append(a.known)
                places[key] = "array", len(arrays) - 1
        return places[key]

    ends = [place(result) for _, result in pairs]
    stored = []
    for target, _ in pairs:
        if id(target) not in places:
            arrays.append(target)
            places[id(target)] = "array", len(arrays) - 1
        stored.append(places[id(target)][1])
    run(program(tuple(steps), len(arrays), len(numbers), tuple(zip(stored, ends, strict=True))), numbers, arrays)


@cache
def program(steps: tuple[Any, ...], arrays: int, numbers: int, stored: tuple[Any, ...]) -> Stage:
    """The program of these steps; kept, as the next step of the optimizer is like this one."""
    tape = Tape(())
    symbols: dict[str, list[Symbol]] = {
        "array": [tape.input(f"array {k}", False) for k in range(arrays)],
        "number": [tape.input(f"number {k}", True) for k in range(numbers)],
        "step": [],
    }
    for op, *places in steps:
        symbols["step"].append(tape.record(op, *(symbols[kind][k] for kind, k in places)))
    results = list(symbols["array"])
    for k, (kind, at) in stored:
        results[k] = symbols[kind][at]
    operations = tuple(x for x in tape.symbols if x.op != "input")
    return Stage(Way(tuple(symbols["array"]), operations, tuple(results[1:]), tuple(symbols["number"])))
