"""The plots of the page Anatomy: small, and so many that what they share is drawn once and used by all.

A plot is 180 px wide. Its frame, with what is written around it, stands once on the page (`frames`), if its limits are
the same in every row; if they are not, only the numbers at its left are its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import log1p, log10
from typing import Any, NamedTuple

import numpy as np

from optedu.lab.wind_tunnel.report import thinned

Facts = dict[str, Any]

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 46, 176, 3, 53, 68
"""Sides of a plot, and its height with the numbers below, in px."""

PIXELS = 1.0
"""By so much a line may miss a point."""

Span = tuple[float, float]


class Frame(NamedTuple):
    """Limits of a plot and what is written at its ends, where that is the same in every row.

    Attributes
    ----------
    across : pair of float
    ends : pair of str
        At the left and at the right.
    up : pair of float, or None
        None: each plot has its own.
    sides : pair of str
        Below and above.
    level : float, or None
        Where a dotted line is.
    """

    across: Span
    ends: tuple[str, str]
    up: Span | None = None
    sides: tuple[str, str] = ("", "")
    level: float | None = None


def _steps(last: int) -> Frame:
    return Frame((0, last), ("0", f"{last} steps"))


FRAMES = {
    "apart": Frame((0, 1), ("start", "last step"), (-16, 3), ("1e-16", "1,000"), -8),
    "constant": _steps(60), "size": Frame((-4, 4), ("g = 1e-4", "1e4")), "impulse": _steps(60), "step": _steps(150),
    "alternating": _steps(40), "noise": _steps(60), "stationary": _steps(1200), "spike": _steps(120),
    "sparse": _steps(100), "zero": _steps(150),
    "limit": Frame((log10(2**-8), log10(2**20)), ("lr 0.004", "1e6"), (-6, 4), ("1e-6", "1e4"), 0),
    "condition": Frame((0, 2), ("κ = 1", "100"), (0, 3), ("1", "1,000")),
    "loss": Frame((0, 1), ("", "")),
}  # fmt: skip
"""By the key of a response, or the kind of plot. Limits of "apart", "limit" and "condition" are powers of ten."""

COSTS = ("operations", "passes", "moved", "state")
"""What a step costs: one below the other."""


def number(value: Any) -> str:
    """A number for a cell; a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return {"inf": "∞", "-inf": "−∞"}.get(value, value)
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return (f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}").replace("-", "−")
    digits, power = f"{value:.1e}".split("e")
    return f"{float(digits):g}e{int(power)}".replace("-", "−")


def frames(rows: Mapping[str, Facts]) -> str:
    """What the plots of the page share: frames, and the costs of all rows."""
    # (Where they are used, a style sheet sees the group, and nothing around it.)
    shared = [_group(key, _framed(frame)) for key, frame in FRAMES.items()]
    marks = [f"M{x} {y - 4}v8" for facts in rows.values() for x, y in _costs(facts)]
    heads = [_text(LEFT + 12, _at(k) + 4, name) for k, name in enumerate(COSTS)]
    shared.append(_group("cost", f'<path class="frame" d="{"".join(sorted(set(marks)))}"/>{"".join(heads)}'))
    return f'<svg class="anatomy-frames" width="0" height="0" aria-hidden="true"><defs>{"".join(shared)}</defs></svg>'


def drawn(facts: Facts) -> dict[str, str]:
    """The plots of a row, by the key of the line."""
    plots = {}
    for key, curve in facts["apart"].items():
        if curve:
            plots[key] = plot("apart", ([step / curve[0][-1] for step in curve[0]], curve[1]))
    for key, curve in facts["curves"].items():
        if curve:
            plots[key] = plot(key, curve, power=key == "size")
    if any(facts["ends"].values()):
        plots["limit"] = plot("limit", facts["ends"]["calm"], facts["ends"]["noisy"])
    if any(facts["steps"].values()):
        plots["condition"] = plot("condition", *(_powers(facts["steps"][key]) for key in ("aligned", "turned")))
    plots["cost"] = _svg("cost", f'<path class="dots" d="{"".join(f"M{x} {y}h0" for x, y in _costs(facts))}"/>')
    if facts["learned"].get("lrs"):
        plots["loss"] = sensitivity(facts["learned"])
    return plots


def sensitivity(facts: Facts) -> str:
    """The loss over the learning rate, as powers of ten, with the range of the seeds."""

    def powers(some: Iterable[Any]) -> list[float]:
        return [log10(min(float(x), 10.0)) for x in some]

    xs = np.linspace(0, 1, len(facts["lrs"])).tolist()  # (rates are even powers of ten)
    ends = f"lr {number(facts['lrs'][0])}", number(facts["lrs"][-1])
    band = xs, *map(powers, zip(*facts["spreads"], strict=True))
    return plot("loss", (xs, powers(facts["losses"])), band=band, ends=ends, power=True)


def plot(
    kind: str,
    *curves: Sequence[Sequence[float]],
    band: Sequence[Sequence[float]] = (),
    ends: tuple[str, str] = ("", ""),
    power: bool = False,
) -> str:
    """A small plot.

    Parameters
    ----------
    kind : str
        Of `FRAMES`.
    *curves : pair of sequences
        All x, all y; the second one is dashed.
    band : three sequences
        All x, all lower and all upper y.
    ends : pair of str
        What is written below, if the frame does not.
    power : bool
        Heights are powers of ten, and their limits are written as numbers.
    """
    frame, text = FRAMES[kind], ""
    if frame.up is None:
        every = [y for ys in (*(ys for _, ys in curves), *band[1:]) for y in ys] + ([] if power else [0.0])
        up = min(every), max(every)
        if kind == "size" and up[1] - up[0] < 1:  # (rounding is not a slope)
            up = up[0] - 0.5, up[1] + 0.5
        frame = frame._replace(up=up)
        text = _sides(*(number(float(f"{10**y if power else y:.3g}")) for y in up))
    text += _ends(*ends) if any(ends) else ""
    drawing = ""
    if band:
        xs, low, high = band
        outline = _path(frame, [*xs, *reversed(xs)], [*low, *reversed(high)], thin=False)
        drawing = f'<path class="band" d="{outline}z"/>'
    for k, (xs, ys) in enumerate(curve for curve in curves if curve):
        drawing += f'<path{" class=b" if k else ""} d="{_path(frame, xs, ys)}"/>'
    return _svg(kind, drawing + text)


def _svg(kind: str, inside: str) -> str:
    return f'<svg aria-hidden="true"><use href="#f-{kind}"/>{inside}</svg>'


def _group(key: str, inside: str) -> str:
    return f'<g id="f-{key}" class="anatomy-frame">{inside}</g>'


def _framed(frame: Frame) -> str:
    level = ""
    if frame.level is not None:
        y = _place(frame, 0, frame.level)[1]
        level = f'<path class="level" d="M{LEFT} {y:.0f}H{RIGHT}"/>'
    return f'<path class="frame" d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"/>{level}{_sides(*frame.sides)}{_ends(*frame.ends)}'


def _sides(low: str, high: str) -> str:
    return (_text(LEFT - 4, TOP + 8, high) + _text(LEFT - 4, BOTTOM, low)) if high else ""


def _ends(left: str, right: str) -> str:
    return f"{_text(LEFT, HEIGHT - 3, left, ' class=l')}{_text(RIGHT, HEIGHT - 3, right)}" if right else ""


def _text(x: int, y: int, said: str, more: str = "") -> str:
    return f'<text{more} x="{x}" y="{y}">{said}</text>'


def _place(frame: Frame, x: float, y: float) -> tuple[float, float]:
    """Where a point lies in the plot; beyond the frame, at its edge."""
    up = frame.up or (0.0, 1.0)
    parts = [(at - low) / ((high - low) or 1.0) for at, (low, high) in ((x, frame.across), (y, up))]
    right, above = (min(max(part, 0.0), 1.0) for part in parts)
    return LEFT + right * (RIGHT - LEFT), round(BOTTOM - above * (BOTTOM - TOP), 2)


def _path(frame: Frame, xs: Sequence[float], ys: Sequence[float], thin: bool = True) -> str:
    """Through all points, to the pixel: each one as seen from the one before."""
    places = np.array([_place(frame, x, y) for x, y in zip(xs, ys, strict=True)])
    if thin:
        places = places[thinned(*places.T, PIXELS)]
    whole = places.round().astype(int)
    steps = [f"{dx} {dy}".replace(" -", "-") for dx, dy in np.diff(whole, axis=0)]
    return f"M{whole[0][0]} {whole[0][1]}l{' '.join(steps)}".replace(" -", "-")


def _powers(steps: Mapping[str, Any]) -> list[list[float]]:
    """Condition numbers and steps as powers of ten, as far as the goal was reached."""
    known = {log10(float(kappa)): log10(x) for kappa, x in steps.items() if isinstance(x, float)}
    return [list(known), list(known.values())] if len(known) > 1 else []


def _at(k: int) -> int:
    """Height of a line of the plot of costs."""
    return TOP + 7 + 16 * k


def _costs(facts: Facts) -> list[tuple[int, int]]:
    """Where the costs of a row lie; what is not read has only a state."""
    some = enumerate(COSTS) if facts["read"] else [(3, "state")]
    return [(round(LEFT + 20 + 16 * log1p(facts[key])), _at(k)) for k, key in some]
