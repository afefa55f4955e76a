"""The picture of a live figure in a state. A page changes the same elements; how is in static/live/engine.js."""

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from . import markup
from .figure import Axis, Dots, Figure, Handle, Label, Line, Number, Panel, Quantity, Stream
from .tables import FAR, State, Tables, lookup, scaled

WIDTH = 343
LEFT, RIGHT, BOTTOM = 34, 8, 36
MARGIN = 24
"""So far beyond its sides a line is drawn in a panel, and no further."""

COLORS = {
    "ink": "#23282f", "faint": "#555d68", "grid": "#dcd7cd", "paper": "#fdfcfa",
    "blue": "#12618f", "brown": "#a34a12", "green": "#256b3d", "red": "#a8253a", "purple": "#6b4a9b",
}  # fmt: skip
"""As in the light mode of the site, which has its own in the dark (live.css)."""

ROOM = {True: 38, False: 24}
"""Above a panel, with the name of its height and without."""


def short(x: float) -> str:
    """One decimal, as JavaScript would write it; halves go up."""
    text = f"{math.floor(x * 10 + 0.5) / 10:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


class Projection:
    """From the numbers of a panel to its pixels."""

    def __init__(self, panel: Panel) -> None:
        self.top = ROOM[bool(panel.y.label)]
        self.width, self.height = WIDTH - LEFT - RIGHT, panel.height - self.top - BOTTOM
        self.panel = panel

    def x(self, value: float) -> float:
        return _near(_share(self.panel.x, value) * self.width)

    def y(self, value: float) -> float:
        return _near((1 - _share(self.panel.y, value)) * self.height)


def _near(pixel: float) -> float:
    """What is infinitely far is far enough at 1e9; what is no number stays none."""
    return min(max(pixel, -FAR), FAR)


def _share(axis: Axis, value: float) -> float:
    low, high = scaled(axis.low, axis.scale), scaled(axis.high, axis.scale)
    return (scaled(value, axis.scale) - low) / (high - low)


def inside(a: tuple[float, float], b: tuple[float, float], width: float, height: float) -> list | None:
    """The part of a line from `a` to `b` that is in view, by Liang and Barsky (1984)."""
    start, end = 0.0, 1.0
    for k, size in enumerate((width, height)):
        low, high, d = -MARGIN - a[k], size + MARGIN - a[k], b[k] - a[k]
        if d == 0:
            if low > 0 or high < 0:
                return None
            continue
        first, last = (low / d, high / d) if d > 0 else (high / d, low / d)
        start, end = max(start, first), min(end, last)
    if start > end:
        return None
    at = [a if s == 0 else b if s == 1 else [p + s * (q - p) for p, q in zip(a, b, strict=True)] for s in (start, end)]
    return [tuple(p) for p in at]


def _point(p: Sequence[float]) -> str:
    return f"{short(p[0])} {short(p[1])}"


def polyline(points: Sequence[tuple[float, float]], width: float, height: float) -> str:
    """The path through points, without what is out of view; a point that is none breaks it."""
    d, before, last = "", None, ""
    for point in points:
        if not all(map(math.isfinite, point)):
            before = None
            continue
        if before and (part := inside(before, point, width, height)):
            a, b = map(_point, part)
            d += (f"M{a}" if a != last else "") + (f"L{b}" if a != b or not d else "")
            last = b
        before = point
    return d


def arrow(a: tuple[float, float], b: tuple[float, float], width: float, height: float) -> str:
    """A line with a tip at its end, where the end is in view."""
    part = inside(a, b, width, height) if all(map(math.isfinite, (*a, *b))) else None
    length = math.hypot(b[0] - a[0], b[1] - a[1])
    if not part:
        return ""
    d = f"M{_point(part[0])}L{_point(part[1])}"
    if part[1] != tuple(b) or length < 2:
        return d
    u, v = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    size = min(6.0, length)
    left = b[0] - size * (u + 0.6 * v), b[1] - size * (v - 0.6 * u)
    right = b[0] - size * (u - 0.6 * v), b[1] - size * (v + 0.6 * u)
    return d + f"M{_point(left)}L{_point(b)}L{_point(right)}"


def path(mark: Line | Dots, at: Projection, state: State, tables: Tables) -> str:
    """Attribute `d` of a mark."""

    def pairs(x: Number, y: Number) -> list[tuple[float, float]]:
        xs, ys = lookup(x, state, tables), lookup(y, state, tables)
        many = max(len(xs), len(ys))
        return [(at.x(xs[k if len(xs) > 1 else 0]), at.y(ys[k if len(ys) > 1 else 0])) for k in range(many)]

    points = pairs(mark.x, mark.y)
    w, h = at.width, at.height
    if isinstance(mark, Dots):
        seen = [p for p in points if -1 <= p[0] <= w + 1 and -1 <= p[1] <= h + 1]
        return "".join(f"M{_point(p)}h0" for p in seen)
    if mark.x1 is not None:
        draw = arrow if mark.tip else (lambda a, b, w, h: polyline([a, b], w, h))
        return "".join(draw(a, b, w, h) for a, b in zip(points, pairs(mark.x1, mark.y1), strict=True))
    if mark.base is not None:
        points = [*points, *reversed(pairs(mark.x, mark.base))]
    if mark.fill:  # nothing may be left out of an outline: it is pushed to the border instead
        points = [p for p in points if all(map(math.isfinite, p))]
        clamped = [(min(max(x, -MARGIN), w + MARGIN), min(max(y, -MARGIN), h + MARGIN)) for x, y in points]
        return f"M{'L'.join(map(_point, clamped))}Z" if clamped else ""
    return polyline(points, w, h)


def layers(marks: Sequence[Line | Dots | Label]) -> list[list]:
    """Lines, which end at the border of a panel, then dots, then labels: in this order they are drawn."""
    return [[m for m in marks if isinstance(m, kind)] for kind in (Line, Dots, Label)]


def moves(mark: Line | Dots | Label | Handle) -> bool:
    """Whether a page has to draw it anew."""
    return any(isinstance(getattr(mark, side, None), str) for side in ("x", "y", "x1", "y1", "base"))


def _mark(mark: Line | Dots | Label, at: Projection, state: State, tables: Tables) -> str:
    live, color = ' data-mark=""' if moves(mark) else "", COLORS[mark.color]
    if isinstance(mark, Label):
        x, y = (lookup(r, state, tables)[0] for r in (mark.x, mark.y))
        where = f'x="{short(at.x(x) + mark.dx)}" y="{short(at.y(y) + mark.dy)}"'
        text = markup.svg(mark.text, state, tables)
        look = f'class="live-{mark.color} live-halo" fill="{color}" text-anchor="{mark.anchor}"'
        return f"<text{live} {look} {where}>{text}</text>"
    d = path(mark, at, state, tables)
    if isinstance(mark, Dots):
        cap = "round" if mark.shape == "o" else "square"
        size = mark.size if mark.shape == "o" else 0.86 * mark.size
        dots = [(mark.color, size)] + ([("paper", size - 3.6)] if mark.hollow else [])
        return "".join(
            f'<path{live} class="live-{c}" d="{d}" fill="none" stroke="{COLORS[c]}" stroke-width="{s:g}" '
            f'stroke-linecap="{cap}"/>' for c, s in dots
        )  # fmt: skip
    if mark.fill:
        look = f'class="live-{mark.color} live-area" fill="{color}" fill-opacity="{mark.fill:g}" stroke="none"'
        return f'<path{live} {look} d="{d}"/>'
    dash = f' stroke-dasharray="{mark.dash}"' if mark.dash else ""
    return (
        f'<path{live} class="live-{mark.color}" d="{d}" fill="none" stroke="{color}" stroke-width="{mark.width:g}" '
        f'stroke-linejoin="round"{dash}/>'
    )


def _ticks(axis: Axis) -> dict[float, str]:
    return axis.ticks if isinstance(axis.ticks, dict) else {t: f"{t:g}".replace("-", "−") for t in axis.ticks}


def _frame(panel: Panel, at: Projection, state: State, tables: Tables) -> str:
    grid, faint, out = COLORS["grid"], COLORS["faint"], []
    for value in _ticks(panel.x):
        x = short(at.x(value))
        out.append(f'<path class="live-grid" d="M{x} 0V{short(at.height)}" stroke="{grid}" stroke-width="1"/>')
    for value in _ticks(panel.y):
        y = short(at.y(value))
        out.append(f'<path class="live-grid" d="M0 {y}H{at.width}" stroke="{grid}" stroke-width="1"/>')
    lines, texts = "".join(out), []
    for value, text in _ticks(panel.x).items():
        # a number at the very end must not leave the picture
        x, anchor = (
            at.x(value),
            "middle" if 8 < at.x(value) < at.width - 4 or len(text) < 2 else "end" if at.x(value) > 9 else "start",
        )
        texts.append(f'<text class="live-faint" x="{short(LEFT + x)}" y="{panel.height - BOTTOM + 15}" '
                     f'text-anchor="{anchor}" fill="{faint}">{markup.svg(text, state, tables)}</text>')  # fmt: skip
    for value, text in _ticks(panel.y).items():
        texts.append(f'<text class="live-faint" x="{LEFT - 6}" y="{short(at.top + at.y(value) + 4)}" '
                     f'text-anchor="end" fill="{faint}">{markup.svg(text, state, tables)}</text>')  # fmt: skip
    names = [
        (panel.title, 0, 12, "start", "ink", ' font-weight="600"'),
        (panel.y.label, LEFT, 30, "start", "faint", ""),
        (panel.x.label, WIDTH - RIGHT, panel.height - 5, "end", "faint", ""),
    ]
    for text, x, y, anchor, color, more in names:
        if text:
            texts.append(f'<text class="live-{color}" x="{x}" y="{y}" text-anchor="{anchor}" fill="{COLORS[color]}"'
                         f"{more}>{markup.svg(text, state, tables)}</text>")  # fmt: skip
    return lines, "".join(texts)


def quantity(figure: Figure, name: object) -> Quantity | Stream | None:
    return next((q for q in figure.quantities if q.name == name), None)


def place(handle: Handle, at: Projection, state: State, tables: Tables) -> tuple[float, float]:
    """Where a handle is, kept in its panel."""
    x, y = (lookup(r, state, tables)[0] for r in (handle.x, handle.y))
    x, y = at.x(x), at.y(y)
    x, y = (0.0 if math.isnan(v) else v for v in (x, y))
    return min(max(x, 0), at.width), min(max(y, 0), at.height)


def decimal(x: float) -> str:
    """Six digits, never as 1e-09: an attribute of ARIA is a plain number."""
    return np.format_float_positional(float(f"{x:.6g}"), trim="-")


def _handle(figure: Figure, handle: Handle, at: Projection, state: State, tables: Tables) -> str:
    moved = [q for q in (quantity(figure, handle.x), quantity(figure, handle.y)) if q]
    if handle.stream:
        stream, n = moved[0], len(moved[0].value)
        return (
            f'<rect data-handle="" class="live-draw" x="0" y="0" width="{at.width}" height="{at.height}" fill="none" '
            f'pointer-events="all" tabindex="-1" role="slider" aria-label="{escape(handle.label)}" '
            f'aria-valuemin="{stream.low}" aria-valuemax="{stream.high}" aria-valuenow="{state[stream.name][0]}" '
            f'data-count="{n}"/>'
        )
    first, name = moved[0], escape(handle.label)
    x, y = map(short, place(handle, at, state, tables))
    told = ", ".join(f"{markup.plain(q.label, state, tables)} {markup.number(state[q.name], q.digits)}" for q in moved)
    color = first.color if len({q.color for q in moved}) == 1 else "ink"
    ways = " live-both" if len(moved) > 1 else " live-across" if handle.x == first.name else " live-along"
    return (
        f'<g data-handle="" class="live-handle live-{color}{ways}" transform="translate({x} {y})" role="slider" '
        f'tabindex="-1" '
        f'aria-label="{name}" aria-valuemin="{decimal(first.low)}" aria-valuemax="{decimal(first.high)}" '
        f'aria-valuenow="{decimal(state[first.name])}" aria-valuetext="{told}">'
        f'<circle class="live-reach" r="22" fill="none" pointer-events="all"/>'
        f'<circle class="live-ring" r="11" fill="{COLORS[color]}" fill-opacity=".16"/>'
        f'<circle class="live-knob" r="6" fill="{COLORS[color]}" stroke="{COLORS["paper"]}" stroke-width="1.5"/></g>'
    )


def panel_svg(figure: Figure, panel: Panel, state: State, tables: Tables, where: str = "") -> str:
    """One panel as SVG, 343 wide. (An <svg> in an <svg> cuts off what leaves it, and needs no name for that.)"""
    at = Projection(panel)
    lines, texts = _frame(panel, at, state, tables)
    lines_of, dots, labels = layers(panel.marks)
    drawn, dotted, written = ("".join(_mark(m, at, state, tables) for m in some) for some in (lines_of, dots, labels))
    handles = "".join(_handle(figure, h, at, state, tables) for h in panel.handles)
    box = f'x="{LEFT}" y="{at.top}" width="{at.width}" height="{at.height}"'
    alt = escape(markup.plain(f"{panel.title}. {panel.alt}".strip(), state, tables))
    return (
        f'<svg class="live-panel" {where or ""}viewBox="0 0 {WIDTH} {panel.height}" xmlns="http://www.w3.org/2000/svg" '
        f'role="group" aria-label="{alt}" font-family="Source Sans 3, Helvetica, Arial, sans-serif" font-size="12">'
        f"<svg {box}>{lines}{drawn}</svg>{texts}"
        f'<g class="live-plot" transform="translate({LEFT} {at.top})">{dotted}{written}{handles}</g></svg>'
    )


def whole_svg(figure: Figure, state: State, tables: Tables) -> str:
    """All panels in one picture, two in a row, for where there is no page."""
    gap, columns = 20, min(2, len(figure.panels))
    parts, top = [], 0
    for k in range(0, len(figure.panels), columns):
        row = figure.panels[k : k + columns]
        for j, panel in enumerate(row):
            box = f'x="{j * (WIDTH + gap)}" y="{top}" width="{WIDTH}" height="{panel.height}" '
            parts.append(panel_svg(figure, panel, state, tables, box))
        top += max(p.height for p in row) + gap
    width, height = columns * (WIDTH + gap) - gap, top - gap
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="{COLORS["paper"]}"/>{"".join(parts)}</svg>'
    )
