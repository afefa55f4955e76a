"""A report as HTML: a part of a notebook, or a file that stands alone, on light and on dark paper."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from ... import __version__
from .. import live_figures
from ..figures.inks import INKS
from ..live_figures.tables import script
from . import drawings
from .learning import DIGITS, TRANSFORMER
from .racing import NAME
from .report import Report

COMPONENT = Path(live_figures.__file__).parent / "static/live"
"""What brings a live figure to life, here and on the site."""


def _inks(k: int) -> str:
    return "; ".join(f"--figure-{name}: {inks[k]}" for name, inks in INKS.items())


STYLE = f"""
.wind-tunnel {{ {_inks(0)};
  color: var(--figure-black); background: var(--figure-paper);
  font: 16px/1.5 "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; max-width: 60rem; padding: 0 1rem 2rem }}
@media (prefers-color-scheme: dark) {{ .wind-tunnel {{ {_inks(1)} }} }}
.wind-tunnel h1, .wind-tunnel h2 {{ line-height: 1.2; margin: 1.6em 0 .5em }}
.wind-tunnel h1 {{ font-size: 1.7rem }}
.wind-tunnel h2 {{ font-size: 1.2rem }}
.wind-tunnel p, .wind-tunnel table {{ margin: .6em 0 }}
.wind-tunnel .scroll {{ overflow-x: auto }}
.wind-tunnel table {{ border-collapse: collapse; font-size: .95em }}
.wind-tunnel th, .wind-tunnel td {{ text-align: left; vertical-align: top; padding: .3em .9em .3em 0;
  border-bottom: 1px solid var(--figure-grid) }}
.wind-tunnel thead th {{ border-bottom-color: var(--figure-muted) }}
.wind-tunnel tbody th {{ font-weight: 600 }}
.wind-tunnel tbody th span {{ font-weight: 400; white-space: nowrap }}
.wind-tunnel code {{ font-family: ui-monospace, monospace; font-size: .92em }}
.wind-tunnel .muted {{ color: var(--figure-muted) }}
.wind-tunnel .holds {{ color: var(--figure-green) }}
.wind-tunnel .fails {{ color: var(--figure-red) }}
.wind-tunnel .upto {{ color: var(--figure-orange) }}
.wind-tunnel td:last-child {{ min-width: 10rem }}
.wind-tunnel figure.live {{ margin: 1rem 0 }}
.wind-tunnel svg.drawing {{ max-width: 100%; height: auto }}
.wind-tunnel svg.drawing .paper {{ fill: var(--figure-paper) }}
.wind-tunnel .panels {{ display: flex; flex-wrap: wrap; gap: 0 1.5rem }}
.wind-tunnel math {{ display: block math; margin: .6em 0; overflow-x: auto; text-align: left }}
.wind-tunnel math > mtable > mtr > mtd {{ text-align: left; padding: .25em .3em }}
.wind-tunnel math > mtable > mtr > mtd:first-child {{ text-align: right }}
.wind-tunnel mtd:has(> mtext:only-child) {{ text-align: left !important; color: var(--figure-muted) }}
"""
LIVE = {
    "sans": "inherit",
    "radius": "4px",
    "pst-color-border": "var(--figure-shade)",
    "pst-color-link": "var(--figure-blue)",
    "pst-color-surface": "var(--figure-grid)",
    "live-brown": "var(--figure-orange)",
    "live-ink": "var(--figure-black)",
    "live-faint": "var(--figure-muted)",
    **{f"live-{name}": f"var(--figure-{name})" for name in ("blue", "green", "red", "grid", "paper")},
}
"""The names that the style of a live figure asks the site for."""

CHANGED = (
    "A problem is changed, and the way of the parameter compared with its way on the problem as it was. Below a change "
    "stands whether it makes no difference (✓ holds), none but for a small constant (ε), or another way (✗ does not); "
    "the evidence is the change that was tried and how far the two ways came apart."
)
PRESCRIBED = (
    "Now the gradient of each step is prescribed, wherever the parameter stands. Ways and steps are in units of the "
    "learning rate, if there is one."
)
LIMITS = {"calm": "limit of lr", "noisy": "limit of lr, with noise"}
SPEEDS = {"aligned": "condition number", "turned": "condition number, axes turned"}
MARKS = {"✓": "holds", "✗": "fails", "ε": "upto", "–": "muted"}


def whole(report: Report) -> str:
    """A page of its own."""
    style = (COMPONENT / "live.css").read_text("utf8") if report.race else ""
    style += f".wind-tunnel {{ {'; '.join(f'--{name}: {value}' for name, value in LIVE.items())} }}\n"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(report.name)} in the wind '
        'tunnel</title>\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<style>body {{ margin: 0; background: {INKS['paper'][0]} }}\n"
        f"@media (prefers-color-scheme: dark) {{ body {{ background: {INKS['paper'][1]} }} }}\n"
        f".wind-tunnel {{ margin: auto }}\n{style}</style>\n</head>\n<body>\n{fragment(report, 1, alone=True)}\n"
        f"{_scripts(report)}</body>\n</html>\n"
    )


def _scripts(report: Report) -> str:
    """The rule, and what brings its figure to life."""
    if report.race is None:
        return ""
    parts = [script(NAME, report.race.figure), *((COMPONENT / f).read_text("utf8") for f in ("engine.js", "live.js"))]
    return "".join(f"<script>\n{part}</script>\n" for part in parts)


def fragment(report: Report, level: int = 2, alone: bool = False) -> str:
    """The report as one element, with its style.

    Parameters
    ----------
    report : Report
    level : int
        Of its heading: 1 where it is the page, 2 within another.
    alone : bool
        The page has what brings a live figure to life; elsewhere there is a picture of it.
    """
    given = ", ".join(f"{name}={value!r}" for name, value in report.settings.items())
    below = f"h{level + 1}"
    parts = [
        f"<h{level}>{escape(report.name)} in the wind tunnel</h{level}>",
        f"<p><code>{escape(report.name)}({escape(given)})</code></p>",
        *(f"<p>{escape(note)}</p>" for note in report.notes),
        f"<{below}>The rule</{below}>",
        report.equations.mathml or f"<p>There are no formulas: {escape(report.equations.why_not)}.</p>",
        *(f"<p>{escape(line)}</p>" for line in report.cost.words),
    ]
    if report.units:
        rows = [[f"<code>{escape(one.setting)}</code>", escape(one.words)] for one in report.units]
        parts += [f"<{below}>Units</{below}>", _table(["setting", "unit"], rows)]
    verdicts = [
        [f'{escape(one.title)}<br><span class="{MARKS[one.mark]}">{one.mark} {escape(one.verdict)}</span>',
         escape(one.evidence)] for one in report.invariances
    ]  # fmt: skip
    parts += [f"<{below}>Invariances</{below}>", f"<p>{CHANGED}</p>", _table(["what is changed", "evidence"], verdicts)]
    parts += [f"<{below}>Responses</{below}>", f"<p>{PRESCRIBED}</p>"]
    unit = "lr" if "lr" in report.settings else "units of the parameter"
    ways = [_pictured(svg, "Way of a number under one of the sequences below") for svg in
            drawings.of_responses(report.responses, unit)]  # fmt: skip
    ways += [_pictured(svg, "Distance from the minimum over the learning rate") for svg in
             drawings.of_limits(report.limits)]  # fmt: skip
    parts.append(f'<div class="panels">{"".join(ways)}</div>' if ways else "")
    rows = [[escape(one.title), escape(one.words)] for one in report.responses]
    rows += [[LIMITS[key], escape(one.words)] for key, one in report.limits.items()]
    rows += [[SPEEDS[key], escape(one.words)] for key, one in report.speeds.items()]
    parts.append(_table(["response", "measured"], rows))
    if report.neighbor:
        parts.append(f"<p>Most like it in the zoo: {escape(report.neighbor)} ({escape(report.likeness)}).</p>")
    parts.append(f"<{below}>A race</{below}>")
    if report.race is None:
        parts.append(f"<p>There is none: {escape(report.no_race)}.</p>")
    else:
        picture = _pictured(report.race.svg(), "Ways down a valley, and losses over the learning rate")
        parts.append(report.race.html() if alone else f"{picture}<p>{escape(report.race.said())}</p>")
    for task, some in ((DIGITS, report.learned), (TRANSFORMER, report.characters)):
        if some:
            rows = [[escape(one.name), escape(one.words)] for one in some]
            parts += [f"<{below}>{task.name}</{below}>", _table(["optimizer", "with its best learning rate"], rows)]
            parts.append(_pictured(drawings.of_learning(some, task.name), "Loss over the learning rate"))
    if report.times:
        rows = [[f"<code>{escape(name)}</code>", f"{ratio:.2g}"] for name, ratio in report.times.items()]
        parts += [f"<{below}>Time of a step</{below}>", _table(["engine", "in units of AdamW's"], rows)]
    parts.append(f'<p class="muted">Measured by optedu {__version__}, in float64.</p>')
    inner = "\n".join(filter(None, parts))
    return f'<div class="wind-tunnel">\n<style>{STYLE}</style>\n{inner}\n</div>'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    first = "".join(f'<th scope="col">{one}</th>' for one in head)
    body = "\n".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{one}</td>" for one in row[1:])}</tr>' for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{first}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'


def _pictured(svg: str, alt: str) -> str:
    if not svg:
        return ""
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt, quote=True)}" ', 1)
    return f'<div class="scroll">{svg}</div>'
