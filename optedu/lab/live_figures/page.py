"""A live figure as a notebook shows it: a picture, and HTML that the site brings to life."""

import json
import math
from collections.abc import Iterable
from html import escape
from typing import Any

from . import draw, markup
from .figure import Figure, Quantity, Stream
from .tables import Ends, Map, Scan, State, Tables, columns, compute, functions, named, needed, scaled


def digits(values: Iterable[float]) -> list[float]:
    """Data of at most six digits."""
    return [float(f"{x:.6g}") for x in values]


class Live:
    """A live figure in its first state.

    Attributes
    ----------
    name : str
    figure : Figure
    state : dict
        Value of each quantity.
    tables : dict
        Numbers of the figure in this state, by table and column.
    """

    def __init__(self, name: str, figure: Figure, **changes: float) -> None:
        known = {q.name: q for q in figure.quantities}
        for key, value in changes.items():
            if key not in known:
                raise ValueError(f"{name} has no quantity {key!r}, only {', '.join(known)}")
            low, high = known[key].low, known[key].high
            if not isinstance(value, (int, float)) or not low <= value <= high:
                raise ValueError(f"{key} of {name} must be a number from {low:g} to {high:g}, got {value!r}")
        self.name: str = name
        self.figure: Figure = figure
        self.state: State = {q.name: changes.get(q.name, q.value) for q in figure.quantities}
        self.tables: Tables = compute(figure, self.state)

    def specification(self) -> dict[str, Any]:
        """What a page has to know, as JSON."""
        figure, (_, belongs) = self.figure, functions(self.name, self.figure)
        out: dict[str, Any] = {
            "quantities": {q.name: _quantity(q, self.state) for q in figure.quantities},
            "tables": {key: _table(belongs[key], table) for key, table in figure.tables.items()},
            "panels": [_panel(p) for p in figure.panels],
        }
        for k, handle in enumerate(h for p in out["panels"] for h in p["handles"]):
            if str(k) in belongs:
                handle["snap"] = belongs[str(k)]
        if figure.predict:
            then = {k: digits(v) if isinstance(v, tuple) else v for k, v in figure.predict.then.items()}
            out["predict"] = {"answer": self.answer(), "then": then}
        return out

    def answer(self) -> int:
        """Which choice of the prediction is right."""
        asked = self.figure.predict
        assert asked
        return int(asked.answer(self.tables, compute(self.figure, {**self.state, **asked.then})))

    def html(self) -> str:
        figure, state, tables = self.figure, self.state, self.tables
        panels = "".join(draw.panel_svg(figure, p, state, tables) for p in figure.panels)
        data = json.dumps(self.specification(), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        return "\n".join([
            f'<figure class="live" data-live="{self.name}" role="group" '
            f'aria-label="{escape(_words(figure.title))}">',
            *self._prediction(),
            f'<p class="live-said">{markup.html(figure.said, state, tables)}</p>',
            f'<div class="live-panels">{panels}</div>',
            '<div class="live-controls" hidden>',
            *(_control(q, state) for q in figure.quantities if isinstance(q, Quantity)),
            '<button type="button" class="live-reset" disabled>Start again</button></div>',
            f"<figcaption>{markup.html(figure.caption, state, tables)}</figcaption>",
            f'<script type="application/json">{data}</script>', "</figure>",
        ])  # fmt: skip

    def _prediction(self) -> list[str]:
        asked = self.figure.predict
        if not asked:
            return []
        after = {**self.state, **asked.then}
        shown = compute(self.figure, after)

        def words(text: str, state: State, tables: Tables) -> str:  # said once: it does not move
            return markup.html(text, state, tables).replace(" data-value=", " data-was=")

        buttons = "".join(
            f'<button type="button" disabled>{words(c, self.state, self.tables)}</button>' for c in asked.choices
        )
        question, because = words(asked.question, self.state, self.tables), words(asked.because, after, shown)
        return [
            f'<div class="live-predict" hidden><p>{question}</p><div class="live-choices" role="group" '
            f'aria-label="Your prediction">{buttons}</div><p class="live-because" role="status"><b></b> <span hidden>'
            f"{because}</span></p></div>"
        ]

    def svg(self) -> str:
        return draw.whole_svg(self.figure, self.state, self.tables)

    def __repr__(self) -> str:
        values = [q for q in self.figure.quantities if isinstance(q, Quantity)]
        told = ", ".join(f"{_words(q.label)} = {markup.number(self.state[q.name], q.digits)}" for q in values)
        return f"Live figure: {_words(self.figure.title)} ({told}). {self.said()}"

    def said(self) -> str:
        """What it says in this state."""
        return markup.plain(self.figure.said, self.state, self.tables)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html(), "image/svg+xml": self.svg(), "text/plain": repr(self)}


def _words(text: str) -> str:
    return markup.plain(text, {}, {})


def _quantity(q: Quantity | Stream, state: State) -> dict[str, Any]:
    out: dict[str, Any] = {"low": q.low, "high": q.high}
    if isinstance(q, Stream):
        return {**out, "value": digits(state[q.name])}
    return {
        **out, "value": state[q.name], "scale": q.scale, "step": q.step, "digits": q.digits, "label": _words(q.label),
        "symbols": q.symbols.split(), "color": q.color,
    }  # fmt: skip


def _table(function: str, table: Map | Scan | Ends) -> dict[str, Any]:
    about = {"columns": columns(table), "needs": needed(table)}
    if isinstance(table, Ends):
        return {**_table(function, table.scan), "ends": table.over, "span": table.span and list(table.span), **about}
    out: dict[str, Any] = {"f": function, **about}
    if isinstance(table, Map):
        over = [s if isinstance(s, str) else list(s) if isinstance(s[-1], str) else digits(s)
                for s in table.over.values()]  # fmt: skip
        return {**out, "over": over}
    data = [d if isinstance(d, str) else digits(d) for d in table.data]
    return {**out, "start": list(table.start), "steps": table.steps, "data": data}


def _reference(value: Any) -> Any:
    return value if isinstance(value, (str, int, float)) else digits(value)


def _given(thing: Any, *names: str) -> dict[str, Any]:
    return {n: _reference(v) for n in names if (v := getattr(thing, n)) not in (None, "", False, 0)}


def _panel(panel: Any) -> dict[str, Any]:
    marks: list[dict[str, Any]] = []
    for m in [m for layer in draw.layers(panel.marks) for m in layer if draw.moves(m)]:
        kind = type(m).__name__.lower()
        one = {"kind": kind, "x": _reference(m.x), "y": _reference(m.y)}
        if kind == "line":
            one |= _given(m, "x1", "y1", "tip", "fill") | ({} if m.base is None else {"base": _reference(m.base)})
        if kind == "label":
            one |= _given(m, "dx", "dy")
        marks += [one, one] if getattr(m, "hollow", False) else [one]
    handles = [{"x": _reference(h.x), "y": _reference(h.y)} | _given(h, "stream") for h in panel.handles]
    axes = {n: [a.low, a.high, a.scale] for n, a in (("x", panel.x), ("y", panel.y))}
    at = draw.Projection(panel)
    return {**axes, "size": [at.width, at.height], "marks": marks, "handles": handles}


def _control(q: Quantity, state: State) -> str:
    low, high, now = (scaled(v, q.scale) for v in (q.low, q.high, state[q.name]))
    shown = markup.number(state[q.name], q.digits)
    label = markup.html(q.label, state, {})
    return (
        f'<label class="live-{q.color}"><span>{label}</span><input type="range" disabled data-quantity="{q.name}" '
        f'min="{low:.6g}" max="{high:.6g}" step="any" value="{now!r}" aria-label="{escape(_words(q.label))}" '
        f'aria-valuetext="{shown}"/><output>{shown}</output></label>'
    )


def check(figure: Figure) -> None:
    """Complain of a figure that no page could draw."""
    names = {q.name for q in figure.quantities}
    for key, table in figure.tables.items():
        function = table.scan.function if isinstance(table, Ends) else table.function
        if unknown := set(named(function)) - names:
            raise ValueError(f"table {key!r} asks for {', '.join(sorted(unknown))}, which the figure has not")
    for q in figure.quantities:
        if isinstance(q, Quantity) and not (q.low <= q.value <= q.high and math.isfinite(q.low + q.high)):
            raise ValueError(f"{q.name} starts at {q.value}, outside of {q.low} to {q.high}")
