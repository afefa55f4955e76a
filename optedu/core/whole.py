"""Run a rule that sees whole tensors, with what it does to single elements put off and done in one go.

A rule such as LAMB's is elementwise but for a norm or two. So it is called with arrays that only
note what is done to them. When it asks for more, a matrix product, say, what was noted is
run as one program of the engine in force; and so is, in the end, what the rule returns.

An engine that runs stages over rows takes up more. A sum, mean or norm, of all elements or along one of the last two
axes, is summed as what was noted is computed, and that is not stored: if it is needed again, it is computed again.
And a factor for each row, or for each column, goes into the operation that it meets.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache, partialmethod
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from . import engines
from .reading import Stage, Way
from .tracing import COMPARISONS, UFUNCS, Symbol, Tape, Untraceable

Run = Callable[..., None]
"""Runs a stage of a rule, given its scalars and its arrays, of which the first is never written; and over rows its
sizes (`loops.source`)."""
PRODUCTS = (np.dot, np.einsum, np.inner, np.tensordot, np.vdot)
"""What has threads of its own, as ``@`` and ``np.linalg`` have."""
SUMS = (np.sum, np.mean, np.linalg.norm)
LANES, LINE, BLOCK = 64, 1 << 12, 1 << 16
"""A stage over rows wants rows of so many elements, and adds up a row in so many lanes, all rows in four times as many;
where rows do not matter, they are so long; so many elements are a block. Chosen by measurement."""
COSTS, TOO_DEAR = {"exp": 50, "log": 50, "sin": 50, "cos": 50, "tanh": 50}, 32
"""What an operation costs, if not 1; and what is better stored than computed again."""


TURNED = {"T", "mT", "transpose", "swapaxes", "reshape", "dot"}
"""Of an array that is asked for these, products are likely to come."""


class Stages:
    """Runs the stages of a rule.

    Attributes
    ----------
    beside_products : bool
        The rule multiplies matrices, too. Threads that wait awake for the next product or the next stage take the
        processors from each other, so a stage then has one thread.
    """

    run: Run
    beside_products: bool

    def __init__(self, run: Run, beside_products: bool = False) -> None:
        self.run, self.beside_products = run, beside_products

    def __call__(self, *given: Any) -> None:
        self.run(self.beside_products, *given)


class Lazy(NDArrayOperatorsMixin):
    """An array that is there, or an operation on arrays and numbers that is still to be done.

    Attributes
    ----------
    over_rows : tuple of type
        The dtypes in which the engine runs stages over rows.
    wide : bool
        Among the arrays are factors of rows or columns.
    cost : int
        Of all that is still to be done, about.
    """

    run: Run
    known: np.ndarray | None
    op: str
    args: tuple[Any, ...]
    shape: tuple[int, ...]
    dtype: np.dtype
    ndim: int
    size: int
    wide: bool
    cost: int

    def __init__(
        self, run: Run, known: np.ndarray | None, op: str = "", args: tuple[Any, ...] = (),
        shape: tuple[int, ...] = (), over_rows: tuple[type, ...] = (),
    ) -> None:  # fmt: skip
        like: Any = known if known is not None else next(a for a in args if type(a) is Lazy)
        self.run, self.op, self.args, self.dtype = run, op, args, like.dtype
        self.shape = shape or like.shape
        self.ndim, self.size = len(self.shape), math.prod(self.shape)
        self.over_rows = over_rows or getattr(like, "over_rows", ())
        self.known = known if known is None or not self.by_rows else np.asarray(known, order="C")
        self.wide, self.cost = False, COSTS.get(op, 1)
        for a in args:
            if type(a) is Lazy:
                self.wide |= a.wide or a.shape != self.shape
                self.cost += a.cost if a.known is None else 0

    @property
    def by_rows(self) -> bool:
        """Whether stages over rows are for this array."""
        return self.dtype in self.over_rows and self.size * self.dtype.itemsize > engines.BLOCK_BYTES

    @property
    def value(self) -> np.ndarray:
        """The array itself."""
        if self.known is None:
            out = np.empty(self.shape, self.dtype)
            _store([(out, self)], self.run)
            self.known, self.args, self.wide = out, (), False
        return self.known

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> Any:
        if "out" in options:
            raise Untraceable("a result stored by the rule itself")
        op = UFUNCS.get(ufunc, "")
        self._note_products(ufunc is np.matmul)
        shape = self._shape(args) if method == "__call__" and not options and op not in ("", *COMPARISONS) else ()
        if shape:
            if op == "power" and type(args[1]) in (int, float) and args[1] in (2, 0.5):
                op, args = ("square" if args[1] == 2 else "sqrt"), args[:1]  # as the operator does it for arrays
            if op != "power":
                return Lazy(self.run, None, op, tuple(self._operand(a, shape) for a in args), shape)
        return self._wrapped(getattr(ufunc, method)(*_plain(args), **_plain(options)))

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, options: Any) -> Any:
        if function in SUMS and args and type(args[0]) is Lazy:
            total = _summed(args[0], function, args[1:], options)
            if total is not None:
                return total
        module = getattr(function, "__module__", "")
        self._note_products(function in PRODUCTS or module == "numpy.linalg" and function is not np.linalg.norm)
        return self._wrapped(function(*_plain(args), **_plain(options)))

    def _method(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        return function(self, *args, **options)

    sum, mean = partialmethod(_method, np.sum), partialmethod(_method, np.mean)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return np.ndarray  # for a rule that asks

    def __getattr__(self, name: str) -> Any:
        self._note_products(name in TURNED)  # that array is NumPy's: what is done with it is not seen here
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

    def _note_products(self, multiplies: bool) -> None:
        if multiplies and isinstance(self.run, Stages):
            self.run.beside_products = True

    def _wrapped(self, a: Any) -> Any:
        if type(a) is not np.ndarray:
            return a
        # (A view may show what a program overwrites.)
        return Lazy(self.run, a if a.base is None else a.copy(), over_rows=self.over_rows)

    def _operand(self, a: Any, shape: tuple[int, ...]) -> Any:
        """An operand of an operation on arrays of this shape; a factor of rows or columns as it is now."""
        a = self._wrapped(a)
        return self._wrapped(np.array(a.value, order="C")) if type(a) is Lazy and a.shape != shape else a

    def _shape(self, args: tuple[Any, ...]) -> tuple[int, ...]:
        """The shape in which what is done with these can be put off; an empty one if it cannot."""
        arrays = [a for a in args if type(a) in (Lazy, np.ndarray)]
        known = (int, float, self.dtype.type)  # (another NumPy scalar might change the dtype)
        shapes = {a.shape for a in arrays}
        if self.dtype.kind != "f":  # truth values times 0.3 are no truth values
            return ()
        if any(a.dtype != self.dtype for a in arrays) or len(arrays) + sum(type(a) in known for a in args) < len(args):
            return ()
        if len(shapes) == 1 or self.dtype not in self.over_rows:
            return self.shape if len(shapes) == 1 else ()
        try:
            shape = np.broadcast_shapes(*shapes)
        except ValueError:
            return ()
        large = shape[-1] >= LANES and math.prod(shape) * self.dtype.itemsize > engines.BLOCK_BYTES
        return shape if large and all(_place(a, shape) for a in shapes) else ()


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
    over_rows: tuple[type, ...] = (),
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
    wrapped = [Lazy(run, a, over_rows=over_rows) if type(a) is np.ndarray else _shown(a) for a in (g, *old)]
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


def _summed(x: Lazy, function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A sum, mean or norm of what is still to be done, or of an array; None if NumPy has to see to it."""
    axis = args[0] if args else options.get("axis")
    if not x.by_rows or args[function is not np.linalg.norm :] or not options.keys() <= {"axis", "keepdims"}:
        return None
    if axis is None or x.ndim == 1 and type(axis) is int and axis in (-1, 0):
        place, over, axis = "sum", None, None
    elif type(axis) is int and axis in (-1, x.ndim - 1) and x.shape[-1] >= LANES:
        place, over = "sum of its row", 1
    elif type(axis) is int and axis in (-2, 0) and x.ndim == 2 and x.shape[-1] >= LANES:
        place, over = "sum of its column", 0
    else:
        return None
    if x.cost > TOO_DEAR:
        x = Lazy(x.run, x.value, over_rows=x.over_rows)
    m = min(LINE, x.size) if axis is None and not x.wide else x.shape[-1]
    rows = max(BLOCK // m, LANES if over == 0 else 1)
    lines, width = -(-x.size // m), m if over == 0 else min(LANES if over else 4 * LANES, m)
    lanes = np.zeros((lines if over else -(-lines // rows), width), x.dtype)
    term = Lazy(x.run, None, "square", (x,)) if function is np.linalg.norm else x
    grown = Lazy(x.run, None, "add", (Lazy(x.run, lanes), term), x.shape)
    _store([(lanes, grown)], x.run, place, (x.size, m, rows, width))
    total = lanes.sum(over, np.float64).astype(x.dtype)
    if function is np.mean:
        total = total / x.dtype.type(x.size // total.size)
    elif function is np.linalg.norm:
        total = np.sqrt(total)
    kept = [1 if axis is None or k == axis % x.ndim else n for k, n in enumerate(x.shape)]
    if options.get("keepdims"):
        return total.reshape(kept)
    return total if axis is None else total.reshape([n for k, n in enumerate(kept) if k != axis % x.ndim])


def _place(shape: tuple[int, ...], of: tuple[int, ...]) -> str:
    """Where in an array of one shape the element lies that goes with one of another shape (`loops.PLACES`)."""
    if shape == of:
        return "element"
    if shape == (*of[:-1], 1):
        return "of its row"
    return "of its column" if shape[-1:] == of[-1:] and math.prod(shape) == of[-1] else ""


def _store(pairs: list[tuple[np.ndarray, Lazy]], run: Run, sums: str = "", sizes: tuple[int, ...] = ()) -> None:
    """Do what has been put off, and store it; or add it to `sums`, if that is what the target holds."""
    shape = pairs[0][1].shape
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
    targets = {id(target) for target, _ in pairs}
    lie = tuple(sums if sums and id(a) in targets else _place(a.shape, shape) for a in arrays)
    if {*lie} == {"element"}:
        lie = ()
    elif not sums:
        sizes = math.prod(shape), shape[-1], max(BLOCK // shape[-1], 1), shape[-1]
    run(program(tuple(steps), len(numbers), tuple(zip(stored, ends, strict=True)), len(arrays), lie), numbers, arrays,
        *sizes)  # fmt: skip


@cache
def program(steps: tuple[Any, ...], numbers: int, stored: tuple[Any, ...], arrays: int, lie: tuple[str, ...]) -> Stage:
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
    return Stage(Way(tuple(symbols["array"]), operations, tuple(results[1:]), tuple(symbols["number"]), places=lie))
