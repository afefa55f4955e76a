"""A figure taken apart: each of its axes is a panel, 343 px wide, that can stand alone on a phone.

A chapter draws as ever, with ``plt.subplots(1, 3)``. Here each panel gets what it shared with its neighbors (labels of
axes, numbers at the ticks), one size of letters, its title and what its axis measures above it, and its labels beside
the lines (`labels`) or else in rows above them, where they cover nothing.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, LogFormatterMathtext, LogFormatterSciNotation

from .labels import Label, text_width

WIDTH, SIZE, LINE = 343, 11, 15
"""In px: how wide a panel is drawn, and how high its letters and its lines of text are. A page shows it at that size or
up to 468 px wide, so that its letters are 11 to 15 px high."""

DASHES: tuple[Any, ...] = ("-", (0, (5, 1.6)), (0, (7, 1.6, 1.4, 1.6)), (0, (2.6, 1.2)),
                           (0, (10, 2)), (0, (6, 1.4, 1.4, 1.4, 1.4, 1.4)))  # fmt: skip
"""For lines that a chapter tells apart by their colors alone, in the order in which the colors appear. None is dotted:
that is how limits and best settings are marked."""


@dataclass
class Panel:
    """What is drawn for itself: axes (with its twin, where it has one) and its color bars."""

    axes: list[Axes]
    bars: list[Colorbar]
    row: int
    column: int
    span: int
    ratio: float
    title: list[str] = field(default_factory=list)
    entries: list[tuple[Artist, str]] = field(default_factory=list)
    heading: str = ""
    left: list[str] = field(default_factory=list)
    right: str = ""
    beside: list[Label] = field(default_factory=list)
    legend_first: bool = False  # its legend is above its title
    margins: dict[str, float] = field(default_factory=dict)

    @property
    def main(self) -> Axes:
        return self.axes[0]


# ── Which panels there are ───────────────────────────────────────────────────────────


def color_bars(fig: Figure) -> list[tuple[Colorbar, list[Axes]]]:
    """Each color bar, with the axes whose colors it explains."""
    bars = ((one.colorbar, ax) for ax in fig.axes for one in [*ax.collections, *ax.images])
    return [(bar, getattr(bar.ax, "_colorbar_info", {}).get("parents") or [ax]) for bar, ax in bars if bar]


def panels(fig: Figure) -> list[Panel]:
    """The panels of a figure, in reading order."""
    bars = color_bars(fig)
    hidden = {bar.ax for bar, _ in bars}
    found: dict[Any, Panel] = {}
    for ax in fig.axes:
        if ax in hidden or not ax.get_visible() or not (ax.axison or ax.has_data() or ax.texts):
            continue
        spec = ax.get_subplotspec()
        key = (spec.rowspan.start, spec.colspan.start, spec.colspan.stop) if spec else (0, len(found), ax)
        if key in found:
            found[key].axes.append(ax)
            continue
        span = len(spec.colspan) if spec else 1
        found[key] = Panel([ax], [], key[0], key[1], span, ratio(fig, ax))
    for bar, explained in bars:
        for panel in found.values():
            if set(explained) & set(panel.axes):
                panel.bars.append(bar)
    if not found:
        raise ValueError("the figure has no axes to draw")
    return [found[key] for key in sorted(found, key=lambda key: key[:2])]


def ratio(fig: Figure, ax: Axes) -> float:
    """Height of the plot by its width: the chapter's, within what is legible on a phone and no higher than a screen."""
    if ax.get_aspect() != "auto":
        return float(np.clip(ax.get_data_ratio() * float(ax.get_aspect()), 0.2, 1.8))
    width, height = fig.get_size_inches()
    spec = ax.get_subplotspec()
    if spec is None:
        return 0.6
    grid = spec.get_gridspec()
    tall, wide = (np.array(r or [1] * n) for r, n in [(grid.get_height_ratios(), grid.nrows),
                                                      (grid.get_width_ratios(), grid.ncols)])  # fmt: skip
    cell = (width * wide[spec.colspan.start : spec.colspan.stop].sum() / wide.sum(),
            height * tall[spec.rowspan.start : spec.rowspan.stop].sum() / tall.sum())  # fmt: skip
    plain = (cell[1] - 0.55) / max(cell[0] - 0.65, 0.5)
    return float(np.clip(plain, 0.45 if grid.nrows > 1 else 0.3, 0.8 if grid.ncols > 1 else 1.6))


# ── What each shows ──────────────────────────────────────────────────────────────────


def plain_number(x: float) -> str:
    """A tick's number as code writes it: no exponent above the line, which nobody could read."""
    return f"{x:g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", "−")


def plain_power(label: str) -> str:
    """The same for a label that a chapter wrote as a power of ten."""
    return re.sub(r"^\$10\^\{?(-?\d+)\}?\$$", lambda m: plain_number(10.0 ** int(m[1])), str(label))


class PlainLog(LogFormatterSciNotation):
    """The ticks of a logarithmic axis, those between the powers of ten only where there are few of these."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return plain_number(x) if super().__call__(x, pos) else ""


def stand_alone(fig: Figure, every: list[Panel]) -> None:
    """Give each axes the numbers and labels that it left to a neighbor."""
    for panel in every:
        for ax in panel.axes:
            for axis, shared, side in [(ax.xaxis, ax.get_shared_x_axes(), "bottom"),
                                       (ax.yaxis, ax.get_shared_y_axes(), "left")]:  # fmt: skip
                siblings = shared.get_siblings(ax)
                said = [getattr(one, f"{axis.axis_name}axis").get_label_text() for one in siblings]
                above_all = getattr(fig, f"get_sup{axis.axis_name}label")()
                own = axis.get_label_text()
                if len(siblings) > len(panel.axes) and ax is panel.main:
                    ax.tick_params(axis=axis.axis_name, **{f"label{side}": True})
                    if not own and any(said):
                        axis.set_label_text(next(filter(None, said)))
                if not axis.get_label_text() and above_all and ax is panel.main:
                    axis.set_label_text(above_all)
            for axis in (ax.xaxis, ax.yaxis):
                if isinstance(axis.get_major_formatter(), LogFormatterMathtext):
                    axis.set_major_formatter(PlainLog())
                if isinstance(axis.get_minor_formatter(), LogFormatterMathtext):
                    few = (1.6, 0.4) if axis is ax.yaxis else (1, 0.4)  # decades: above each other there is more room
                    axis.set_minor_formatter(PlainLog(minor_thresholds=few))
                if isinstance(axis.get_major_locator(), FixedLocator):
                    texts = [one.get_text() for one in axis.get_ticklabels()]
                    if any(plain_power(text) != text for text in texts):
                        axis.set_ticklabels([plain_power(text) for text in texts])
                axis.offsetText.set_fontsize(SIZE)
    for ax in fig.axes:
        ax.tick_params(which="both", labelsize=SIZE)
        for text in ax.findobj(Text):
            text.set_fontsize(SIZE)


def data_lines(ax: Axes) -> list[Line2D]:
    """The lines of an axes that show data: not those across it, which mark a value."""
    return [one for one in ax.lines if one.get_visible() and one.get_transform() == ax.transData]


def tell_apart(every: list[Panel]) -> None:
    """Give lines that differ in nothing but their color dashes that differ, the same ones in the whole figure."""
    lines = [one for p in every for ax in p.axes for one in data_lines(ax) if one.get_linestyle() != "None"]
    lines = [one for one in lines if len(one.get_xdata()) > 2]
    own = [one for one in lines if one.get_linestyle() != "-"]
    whole = [one for one in lines if one.get_linestyle() == "-"]
    if {str(one.get_color()) for one in own} & {str(one.get_color()) for one in whole}:
        return  # the chapter's own dashes mean something
    dashes = DASHES if {one.get_linestyle() for one in own} <= {":"} else DASHES[::2]
    for marker in {str(one.get_marker()) for one in whole}:
        alike = [one for one in whole if str(one.get_marker()) == marker]
        named = [one for one in alike if not str(one.get_label()).startswith("_")]
        colors = list(dict.fromkeys(str(one.get_color()) for one in named or alike))
        for one in alike:
            if str(one.get_color()) in colors[: len(dashes)]:
                one.set_linestyle(dashes[colors.index(str(one.get_color()))])


def legend_entries(ax: Axes) -> tuple[str, list[tuple[Artist, str]]]:
    """Heading and entries of the legend of an axes."""
    legend = ax.get_legend()
    if legend is None:
        return "", []
    texts = [text.get_text() for text in legend.get_texts()]
    return legend.get_title().get_text(), list(zip(legend.legend_handles, texts, strict=True))


def lines_of(ax: Axes, entries: list[tuple[Artist, str]]) -> list[tuple[Line2D, str]] | None:
    """The lines that the entries of a legend stand for; None if one stands for something else."""
    own = {one.get_label(): one for one in data_lines(ax) if one.get_linestyle() != "None"}
    found = [(own.get(text), text) for _, text in entries]
    return None if any(line is None for line, _ in found) else [(line, text) for line, text in found if line]


def take_words(fig: Figure, every: list[Panel]) -> None:
    """Note what is to stand above each panel, and which lines are to be named."""
    legends = {ax: legend_entries(ax) for p in every for ax in p.axes}
    for legend in fig.legends:
        texts = [text.get_text() for text in legend.get_texts()]
        legends[every[0].main] = "", list(zip(legend.legend_handles, texts, strict=True))
    named = {text for _, entries in legends.values() for _, text in entries}
    for panel in every:
        main = panel.main
        panel.title = wrapped(fig, main.get_title("left") or main.get_title() or main.get_title("right"))
        panel.left = wrapped(fig, main.yaxis.get_label_text().replace("\n", " ")) if main.axison else []
        others = [ax.yaxis.get_label_text() for ax in [*panel.axes[1:], *(bar.ax for bar in panel.bars)]]
        panel.right = "; ".join(filter(None, others))
        for ax in panel.axes:
            heading, entries = legends[ax]
            panel.heading = panel.heading or heading
            lines = {one.get_label(): one for one in data_lines(ax)}  # dashed meanwhile, unlike their copies
            panel.entries += [(lines.get(text, handle), text) for handle, text in entries]
        if not panel.entries:  # a neighbor's legend is this panel's, too, where its lines can be named directly
            lines = [(one, str(one.get_label())) for one in data_lines(main) if one.get_label() in named]
            panel.entries = [(one, text) for one, text in lines] if len(lines) > 1 else []
            panel.heading = "as beside" if panel.entries else ""


def wrapped(fig: Figure, text: str) -> list[str]:
    """The lines of a title that fit."""
    lines: list[str] = []
    for part in filter(None, text.split("\n")):
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}".strip()
            if line and text_width(fig, longer, "bold") > WIDTH - 8:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines
