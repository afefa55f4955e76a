"""The numbers of a live figure: what its functions return in a state, and the same functions as JavaScript."""

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ...exporting.to_javascript import javascript
from .figure import Ends, Figure, Function, Map, Reference, Scan, Span

Tables = dict[str, dict[str, list[float]]]
State = dict[str, Any]
FAR = 1e9
"""A recursion that comes so far is not followed any further."""


def positional(function: Function, many: int = 0) -> list[str]:
    """Names of its positional arguments, of which there are so many if it takes any number."""
    names: list[str] = []
    for p in inspect.signature(function).parameters.values():
        if p.kind is p.VAR_POSITIONAL:
            names += [f"{p.name}{k}" for k in range(many - len(names))]
        elif p.kind is not p.KEYWORD_ONLY:
            names.append(p.name)
    return names


def named(function: Function) -> list[str]:
    return [p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]


def numeric(function: Function, state: State) -> Callable[[Sequence[float]], list[float]]:
    """A function in a state, from inputs to what it returns, as JavaScript would compute it: 1/0 is infinite."""
    given = {name: np.float64(state[name]) for name in named(function)}
    return lambda inputs: [float(x) for x in function(*map(np.float64, inputs), **given)]


def scaled(value: float, scale: str) -> float:
    """A value as a length on a scale."""
    if scale in ("linear", "sqrt"):
        return float(value) if scale == "linear" else math.sqrt(value) if value >= 0 else math.nan
    value = value if scale == "log" else 1 - value
    length = math.log10(value) if value > 0 else -math.inf if value == 0 else math.nan
    return length if scale == "log" else -length


def unscaled(length: float, scale: str) -> float:
    if scale in ("linear", "sqrt"):
        return length if scale == "linear" else length * length
    return 10**length if scale == "log" else 1 - 10**-length


def places(span: Span | Sequence[float]) -> list[float]:
    """The numbers of a span, or the numbers."""
    if len(span) != 4 or not isinstance(span[3], str):
        return [float(x) for x in span]
    low, high, count, scale = span
    a, b = scaled(low, scale), scaled(high, scale)
    return [unscaled(a + (b - a) * k / (count - 1), scale) for k in range(int(count))]


def lookup(reference: Reference, state: State, tables: Tables) -> list[float]:
    """The numbers that a reference stands for."""
    if isinstance(reference, str):
        table, _, column = reference.partition(".")
        found = tables[table][column] if column else state[table]
    else:
        found = reference
    return [float(x) for x in found] if isinstance(found, (list, tuple, np.ndarray)) else [float(found)]


def rows(table: Map | Scan, state: State) -> Iterator[list[float]]:
    f = numeric(table.function, state)
    if isinstance(table, Map):
        over = [[float(state[o])] if isinstance(o, str) else places(o) for o in table.over.values()]
        many = max(map(len, over), default=1)
        for inputs in zip(*(o * many if len(o) == 1 else o for o in over), strict=True) if over else [()]:
            yield [*inputs, *f(inputs)]
        return
    now = [float(state[s]) if isinstance(s, str) else float(s) for s in table.start]
    data = [state[d] if isinstance(d, str) else d for d in table.data]
    yield [0.0, *now] + [math.nan] * (len(table.columns.split()) - len(now))
    for t in range(1, table.steps + 1):
        row = f([t, *(d[t - 1] for d in data), *now])
        now = row[: len(now)]
        if not all(abs(x) < FAR for x in now):
            return
        yield [float(t), *row]


def columns(table: Map | Scan | Ends) -> list[str]:
    if isinstance(table, Ends):
        return [*([table.over] if table.over else []), *table.scan.columns.split()]
    return [*(table.over if isinstance(table, Map) else ["t"]), *table.columns.split()]


def needed(table: Map | Scan | Ends) -> list[str]:
    """Names of the quantities that a table depends on."""
    scan = table.scan if isinstance(table, Ends) else table
    names = {*named(scan.function)}
    given = (*scan.start, *scan.data) if isinstance(scan, Scan) else scan.over.values()
    names |= {x for x in given if isinstance(x, str)}
    return sorted(names - {table.over} if isinstance(table, Ends) else names)


@np.errstate(all="ignore")
def compute(figure: Figure, state: State) -> Tables:
    """All tables of a figure in a state: by name, then by column."""
    out: Tables = {}
    for name, table in figure.tables.items():
        if isinstance(table, Ends):
            found = []
            for value in places(table.span) if table.span else [None]:
                *_, last = rows(table.scan, state if value is None else {**state, table.over: value})
                end = last[1:] if last[0] == table.scan.steps else [math.nan] * (len(last) - 1)
                found.append(end if value is None else [value, *end])
        else:
            found = list(rows(table, state))
        out[name] = {column: [row[k] for row in found] for k, column in enumerate(columns(table))}
    return out


def functions(name: str, figure: Figure) -> tuple[dict[str, tuple[Function, list[str]]], dict[str, str]]:
    """The functions of a figure, and the names of their arguments, by the names that they have on a page; and which
    of these names belongs to which table or, as a number, handle."""
    found: dict[str, tuple[Function, list[str]]] = {}
    belongs = {}

    def add(key: str, function: Function, given: list[str]) -> str:
        known = next((k for k, one in found.items() if one == (function, given)), None)
        found.setdefault(known or f"{name}_{key}", (function, given))
        return known or f"{name}_{key}"

    for key, table in figure.tables.items():
        scan = table.scan if isinstance(table, Ends) else table
        many = 1 + len(scan.data) + len(scan.start) if isinstance(scan, Scan) else len(scan.over)
        belongs[key] = add(key, scan.function, positional(scan.function, many))
    for k, handle in enumerate(h for panel in figure.panels for h in panel.handles):
        if handle.snap:
            belongs[str(k)] = add(f"snap{k}", handle.snap, [])
    return found, belongs


def script(name: str, figure: Figure) -> str:
    """The functions of a figure as JavaScript."""
    found, _ = functions(name, figure)
    texts = [javascript(key, f, given, dict.fromkeys(named(f), 1.0)) for key, (f, given) in found.items()]
    return "\n".join([
        f"// Written by `make generated` from optedu/lab/live_figures/{name}.py. Do not edit.",
        "(() => {", *texts, f"Object.assign((globalThis.OpteduLiveFunctions ??= {{}}), {{ {', '.join(found)} }});",
        "})();", "",
    ])  # fmt: skip
