"""Write one way through a rule for NumPy: calls with ``out=``, each result in memory that is no longer needed."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .reading import Cell, Way, is_flat, name, written
from .tracing import COMPARISONS, UFUNCS, Symbol, Tape

CALLED = {operation: ufunc.__name__ for ufunc, operation in UFUNCS.items()}
"""Name of an operation: NumPy's name of its function."""


class InPlace(NamedTuple):
    """A way through a rule as calls of NumPy's functions with ``out=``.

    Attributes
    ----------
    run : callable
        ``run(arrays, scalars, floats, flags)``: the way's inputs; its scalars, as arrays of no
        dimension; scratch of the inputs' shape.
    floats, flags : int
        How many scratch arrays it needs, of the parameter's dtype and of bool.
    """

    run: Callable[[Sequence[np.ndarray], Sequence[np.ndarray], Sequence[np.ndarray], Sequence[np.ndarray]], None]
    floats: int
    flags: int

    def scratch(self, shape: Any, dtype: np.dtype) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Memory for `run`."""
        return [np.empty(shape, dtype) for _ in range(self.floats)], [np.empty(shape, bool) for _ in range(self.flags)]


def in_place(way: Way) -> InPlace:
    """The program of a way, checked against it."""
    if way.places:
        raise AssertionError("NumPy does not run over rows")
    memory = _Memory(way)
    body = [line for k in range(len(way.operations)) for line in memory.operation(k)] + memory.homecoming()
    unpacked = [
        (map(name, way.inputs), "arrays"), (map(name, way.scalars), "scalars"),
        (memory.scratch["f"], "floats"), (memory.scratch["b"], "flags"),
    ]  # fmt: skip
    body = [f"    [{', '.join(names)}] = {source}" for names, source in unpacked] + [f"    {line}" for line in body]
    head, floats, flags = "def run(arrays, scalars, floats, flags):", len(memory.scratch["f"]), len(memory.scratch["b"])

    def on_symbols(tape: Tape, cells: list[Cell], scalars: list[Symbol]) -> None:
        written(head, body, _recorders(tape))(cells, scalars, [Cell() for _ in range(floats)],
                                              [Cell() for _ in range(flags)])  # fmt: skip

    way.check(on_symbols)
    return InPlace(written(head, body, vars(np)), floats, flags)


def _recorders(tape: Tape) -> dict[str, Callable[..., None]]:
    """NumPy's functions, for cells."""

    def value(a: Any) -> Any:
        return a.value if type(a) is Cell else a

    def call(operation: str) -> Callable[..., None]:
        def function(*args: Any, out: Cell) -> None:
            out.value = tape.record(operation, *map(value, args))

        return function

    def copyto(out: Cell, source: Any, where: Any = None) -> None:
        chosen = value(source)
        out.value = chosen if where is None else tape.record("where", value(where), chosen, out.value)

    return {**{called: call(operation) for operation, called in CALLED.items()}, "copyto": copyto}


class _Memory:
    """Which value is where while a program is written.

    A result goes to the memory where it has to be in the end if the old value there is not read any
    more. Else it goes where one of its arguments has been and is no longer needed, or to the memory
    of an input, if it is read for the last time before that gets its own result; or to scratch.
    """

    def __init__(self, way: Way) -> None:
        self.way = way
        self.end = len(way.operations)
        self.targets = list(zip(way.inputs[1:], way.results, strict=True))
        self.home: dict[int, str] = {}
        for x, out in reversed(self.targets):
            if not is_flat(out):
                self.home[out.index] = name(x)
        self.dies = {a.index: k for k, x in enumerate(way.operations) for a in x.args if not is_flat(a)}
        for x, out in self.targets:  # what is handed on, or is the result for several, is copied when all is done
            if not is_flat(out) and (out.op == "input" or self.home[out.index] != name(x)):
                self.dies[out.index] = self.end
        self.place = {x.index: name(x) for x in way.inputs}
        self.held = {name(x): x.index for x in way.inputs}
        made = {x.index: k for k, x in enumerate(way.operations)}
        self.filled = {place: made[index] for index, place in self.home.items() if index in made}
        self.scratch: dict[str, list[str]] = {"f": [], "b": []}

    def operation(self, k: int) -> list[str]:
        """The calls for an operation."""
        x = self.way.operations[k]
        kind = "b" if x.op in COMPARISONS else "f"
        args = [self.of(a) for a in x.args]
        keep = args[:2] if x.op == "where" else args if x.op == "sign" else []
        # (`where` stores before it has read these; NumPy's sign is many times slower in place.)
        out = self.home.get(x.index)
        if out is None or kind == "b" or out in keep or not self.vacant(out, k):
            if out:  # it has to wait elsewhere
                self.dies[x.index] = self.end
            mine = [s for s in dict.fromkeys([*args, *self.scratch[kind], *map(name, self.way.inputs[1:])])
                    if s not in keep and self.lent(s, k, x, kind)]  # fmt: skip
            out = mine[0] if mine else f"{kind}{len(self.scratch[kind])}"
            if not mine:
                self.scratch[kind].append(out)
        self.place[x.index], self.held[out] = out, x.index
        return _call(x.op, args, out)

    def of(self, a: Any) -> str:
        return name(a) if is_flat(a) else self.place[a.index]

    def vacant(self, place: str, k: int) -> bool:
        """Whether what is there is not read after operation `k`."""
        return self.dies.get(self.held[place], -1) <= k

    def lent(self, place: str, k: int, x: Symbol, kind: str) -> bool:
        """Whether the result `x` of operation `k` may stay at a place until it is read for the last time."""
        if place in self.scratch[kind]:
            return self.vacant(place, k)
        until = self.filled.get(place, self.end - 1)
        return (
            kind == "f" and place in self.held and place != name(self.way.inputs[0]) and place[0] == "x"
            and self.vacant(place, k) and k < until and self.dies.get(x.index, -1) <= until
        )  # fmt: skip

    def homecoming(self) -> list[str]:
        """Copies of what is not yet where it belongs, in an order in which none overwrites what another needs."""
        todo = {name(x): self.of(out) for x, out in self.targets if self.of(out) != name(x)}
        lines = []
        while todo:
            free = [to for to in todo if to not in todo.values()]
            if free:
                lines.append(f"copyto({free[0]}, {todo.pop(free[0])})")
                continue
            spare = f"f{len(self.scratch['f'])}"  # they exchange
            self.scratch["f"].append(spare)
            to = next(iter(todo))
            lines.append(f"copyto({spare}, {to})")
            todo = {place: spare if source == to else source for place, source in todo.items()}
        return lines


def _call(op: str, args: list[str], out: str) -> list[str]:
    if op != "where":
        return [f"{CALLED[op]}({', '.join(args)}, out={out})"]
    condition, yes, no = args
    return [*([] if no == out else [f"copyto({out}, {no})"]), f"copyto({out}, {yes}, where={condition})"]
