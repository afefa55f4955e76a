"""Words of a live figure. ``*x*`` is a symbol, ``_1`` and ``^{2t}`` stand below and above; ``{now.rate:3}`` is a
number with three decimals, ``{now.regime|rings|creeps}`` one of several words, ``{last.first:0|none}`` a number or,
for 0, a word.
"""

import math
import re
from collections.abc import Callable
from html import escape

from ..display import SUPERSCRIPT
from .tables import State, Tables, lookup

TOKEN = re.compile(r"\*(?P<symbol>.+?)\*|(?P<where>[_^])(?:\{(?P<many>[^}]*)\}|(?P<one>\S))|\{(?P<value>[^}]+)\}")


def rounded(x: float, digits: int) -> float:
    """Halves go up, as in JavaScript."""
    return math.floor(x * 10**digits + 0.5) / 10**digits


def number(x: float, digits: int) -> str:
    """A number for the eye: one that asks for more than six decimals is not read by counting its zeros."""
    if math.isnan(x):
        return "–"
    size = abs(x)
    sign = "−" if x < 0 else ""
    if math.isinf(x):
        return f"{sign}∞"
    if size >= 1e5 or digits > 6 and 0 < size < 1e-3:
        power = math.floor(math.log10(size) + 1e-9)
        return f"{sign}{rounded(size / 10**power, 1):.1f}·10{str(power).translate(SUPERSCRIPT)}"
    shown = f"{rounded(size, digits):.{digits}f}"
    return shown if float(shown) == 0 else sign + shown


def value(token: str, state: State, tables: Tables) -> str:
    """What stands for ``now.rate:3``, ``now.regime|rings|creeps`` or ``last.first:0|none``."""
    shown, *words = token.split("|")
    reference, _, digits = shown.partition(":")
    x = lookup(reference, state, tables)[0]
    if words and not (digits and x):
        return words[int(x)] if 0 <= x < len(words) else "–"
    return number(x, int(digits or 2))


def _written(text: str, symbol: Callable, shifted: Callable, filled: Callable) -> str:
    out, at = "", 0
    for m in TOKEN.finditer(text):
        out += escape(text[at : m.start()])
        at = m.end()
        if m["symbol"]:
            out += symbol(_written(m["symbol"], lambda s: s, shifted, filled))
        elif m["value"]:
            out += filled(m["value"])
        else:
            out += shifted(m["where"], escape(m["many"] or m["one"]))
    return out + escape(text[at:])


def html(text: str, state: State, tables: Tables) -> str:
    return _written(
        text,
        lambda s: f'<i class="live-math">{s}</i>',
        lambda w, s: f"<sub>{s}</sub>" if w == "_" else f"<sup>{s}</sup>",
        lambda v: f'<b data-value="{escape(v)}">{escape(value(v, state, tables))}</b>',
    )  # fmt: skip


def svg(text: str, state: State, tables: Tables) -> str:
    def shifted(where: str, s: str) -> str:
        up = 3 if where == "_" else -4
        return f'<tspan dy="{up}" font-size="9">{s}</tspan><tspan dy="{-up}">\u200b</tspan>'

    return _written(
        text, lambda s: f'<tspan class="live-math" font-style="italic">{s}</tspan>', shifted,
        lambda v: f'<tspan data-value="{escape(v)}">{escape(value(v, state, tables))}</tspan>',
    )  # fmt: skip


def plain(text: str, state: State, tables: Tables) -> str:
    """For those who listen."""

    def read(m: re.Match) -> str:
        if m["value"]:
            return value(m["value"], state, tables)
        return m["symbol"] or ("^" if m["where"] == "^" else "") + (m["many"] or m["one"])

    return TOKEN.sub(read, text)
