"""Where everything in a panel stands: the plot, what is written around it, and what is written above it."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator

from .inks import BLACK, MUTED
from .labels import beside_lines, text_width
from .panels import LINE, SIZE, WIDTH, Panel, lines_of, panels, stand_alone, take_words, tell_apart


@contextmanager
def alone(fig: Figure, panel: Panel) -> Iterator[None]:
    """All else in the figure, and what stands above the panel in another form, is out of sight."""
    mine = [*panel.axes, *(bar.ax for bar in panel.bars)]
    hidden: list[Artist] = [ax for ax in fig.axes if ax not in mine]
    hidden += [*fig.texts, *fig.legends, *(one for one in [fig._suptitle, fig._supxlabel, fig._supylabel] if one)]
    for ax in mine:
        hidden += [ax.title, ax._left_title, ax._right_title, ax.yaxis.label]
        hidden += [legend] if (legend := ax.get_legend()) else []
    before = [(one, one.get_visible()) for one in hidden]
    for one in hidden:
        one.set_visible(False)
    try:
        yield
    finally:
        for one, visible in before:
            one.set_visible(visible)


def place(fig: Figure, panel: Panel) -> float:
    """Set the plot of a panel into the figure, as its margins say; returns the height in px."""
    m = panel.margins
    wide = WIDTH - m["left"] - m["right"]
    high = wide * panel.ratio
    height = m["top"] + high + m["bottom"]
    fig.set_size_inches(WIDTH / 72, height / 72)
    box = (m["left"] / WIDTH, m["bottom"] / height, wide / WIDTH, high / height)
    for ax in panel.axes:
        ax.set_position(box)
    for bar in panel.bars:
        bar.ax.set_axes_locator(None)
        bar.ax.set_aspect("auto")
        bar.ax.set_box_aspect(None)
        if bar.orientation == "vertical":
            bar.ax.set_position((box[0] + box[2] + 9 / WIDTH, box[1], 9 / WIDTH, box[3]))
        else:
            bar.ax.set_position((box[0], box[1] - (m["under"] + 15) / height, box[2], 9 / height))
    return height


def measure(fig: Figure, panel: Panel) -> None:
    """Find the margins that the numbers, labels and notes around a plot need."""
    renderer = fig.canvas.get_renderer()
    for _ in range(3):
        place(fig, panel)
        inner = panel.main.get_window_extent(renderer)
        outer = [ax.get_tightbbox(renderer) for ax in [*panel.axes, *(bar.ax for bar in panel.bars)]]
        outer = [box for box in outer if box is not None]
        panel.margins["under"] = float(inner.y0 - outer[0].y0)
        need = {
            "left": inner.x0 - min(box.x0 for box in outer) + 1,
            "right": max(box.x1 for box in outer) - inner.x1 + 2,
            "bottom": inner.y0 - min(box.y0 for box in outer) + 1,
            "over": max(box.y1 for box in outer) - inner.y1,
        }
        need = {side: float(min(max(room, 4), 0.5 * WIDTH)) for side, room in need.items()}
        panel.margins.update(need)
        panel.margins["top"] = need["over"] + header_height(fig, panel)
        thin_out(fig, panel)


def thin_out(fig: Figure, panel: Panel) -> None:
    """Where the numbers along an axis touch each other, leave some out; words are turned instead."""
    renderer = fig.canvas.get_renderer()
    for ax in panel.axes:
        if not ax.axison:
            continue
        rows = [one.get_window_extent(renderer).y0 for one in ax.get_yticklabels() if one.get_text()]
        if isinstance(ax.yaxis.get_major_locator(), FixedLocator) and len(rows) > 1:
            closest = float(np.abs(np.diff(rows)).min())
            if 0 < closest < SIZE + 2 and any(c.isalpha() for c in ax.get_yticklabels()[0].get_text()):
                panel.ratio *= (SIZE + 2) / closest  # a list of names is as high as it is long
        labels = [one for one in ax.get_xticklabels() if one.get_text() and one.get_visible()]
        inside = [one for one in labels if one.get_window_extent(renderer).x1 >= 0 and one.get_rotation() == 0]
        boxes = [one.get_window_extent(renderer) for one in inside]
        if not any(b.x0 < a.x1 + 4 for a, b in pairwise(boxes)):
            continue
        if isinstance(ax.xaxis.get_major_locator(), FixedLocator):
            if any(any(c.isalpha() for c in one.get_text()) for one in inside):
                ax.tick_params(axis="x", labelrotation=38)
                for one in inside:
                    one.set(ha="left" if ax.xaxis.get_ticks_position() == "top" else "right", rotation_mode="anchor")
                continue
            kept, end = [], -np.inf
            for one, box in zip(inside, boxes, strict=True):
                fits = box.x0 >= end + 4
                kept.append(one.get_text() if fits else "")
                end = box.x1 if fits else end
            ax.set_xticks([one.get_position()[0] for one in inside], kept)
        elif isinstance(ax.xaxis.get_major_locator(), LogLocator):
            ax.xaxis.get_major_locator().set_params(numticks=4)
            ax.xaxis.set_minor_formatter(FuncFormatter(lambda x, pos: ""))
        else:
            ax.locator_params(axis="x", nbins=4)


def align(every: list[Panel]) -> None:
    """Plots of one figure begin at one line; those of a row have one height, those of a column one width."""
    left = max(p.margins["left"] for p in every)
    for p in every:
        p.margins["left"] = left if left - p.margins["left"] < 40 else p.margins["left"]
        same = [q for q in every if q.column == p.column and q.span == p.span and bool(q.bars) == bool(p.bars)]
        p.margins["right"] = max(q.margins["right"] for q in same)
    for row in {p.row for p in every}:
        beside = [p for p in every if p.row == row]
        for side in ("top", "bottom"):
            most = max(p.margins[side] for p in beside)
            for p in beside:
                p.margins[side] = most
        high = max(p.ratio * (WIDTH - p.margins["left"] - p.margins["right"]) for p in beside)
        for p in beside:
            if p.main.get_aspect() == "auto":
                p.ratio = high / (WIDTH - p.margins["left"] - p.margins["right"])


# ── What stands above it ─────────────────────────────────────────────────────────────


def rows_of(fig: Figure, panel: Panel) -> list[list[tuple[float, Artist | None, str]]]:
    """The entries of a legend in rows that fit, each with its distance from the edge."""
    rows: list[list[tuple[float, Artist | None, str]]] = []
    at = WIDTH
    entries: list[tuple[Artist | None, str]] = [(None, panel.heading)] if panel.heading else []
    for handle, text in [*entries, *panel.entries]:
        room = text_width(fig, text) + (38 if handle else 10)
        if at + room - 10 > WIDTH:  # (10 px lie between entries)
            rows.append([])
            at = 0
        rows[-1].append((at, handle, text))
        at += room
    return rows


def legend_lines(fig: Figure, panel: Panel) -> int:
    """How many lines a legend takes above the plot."""
    return len(rows_of(fig, panel)) if panel.entries and not panel.beside else 0


def header_height(fig: Figure, panel: Panel) -> float:
    lines = len(panel.title) + max(len(panel.left), bool(panel.right)) + legend_lines(fig, panel)
    return lines * LINE + (6 if lines else 2)


def order_legends(fig: Figure, beside: list[Panel]) -> None:
    """In a row of panels whose legends are not equally high, these go above the titles.

    What stands above a plot is then stacked upon it: titles stay side by side, and no line among them is empty.
    """
    if len({legend_lines(fig, p) for p in beside}) > 1:
        over = max(p.margins["over"] for p in beside)
        for p in beside:
            p.legend_first = True
            p.margins["over"] = over


def swatch(handle: Artist, x: float, y: float) -> Artist:
    """The sign of an entry, 22 px long, in px from the lower left."""
    if isinstance(handle, Line2D):
        line = Line2D([x, x + 11, x + 22], [y] * 3, markevery=[1])
        line.update_from(handle)
        line.set(markevery=[1], markersize=min(handle.get_markersize(), 6), clip_on=False, clip_box=None)
        line.set_clip_path(None)
    elif hasattr(handle, "get_linestyles") and not handle.get_facecolor().size:
        line = Line2D([x, x + 22], [y] * 2, color=handle.get_edgecolor()[0], linewidth=handle.get_linewidth()[0])
    elif hasattr(handle, "get_sizes"):
        line = Line2D([x + 11], [y], color=handle.get_facecolor()[0], marker="o", linestyle="none", markersize=5)
    else:
        face, edge = handle.get_facecolor(), handle.get_edgecolor()
        line = Rectangle((x, y - 4), 22, 8, facecolor=face, edgecolor=edge, linewidth=handle.get_linewidth())
        line.set_hatch(handle.get_hatch())
    line.set_transform(None)
    return line


def header(fig: Figure, panel: Panel, height: float) -> list[Artist]:
    """Write title, legend and labels above the plot; returns what is to be taken away again."""
    made: list[Artist] = []

    def write(x: float, line: float, text: str, **more: Any) -> None:
        made.append(fig.text(x / WIDTH, line / height, text, va="baseline", fontsize=SIZE, **more))

    def write_title(y: float) -> float:
        for text in panel.title:
            write(0, y, text, weight="bold", color=BLACK)
            y -= LINE
        return y

    def write_legend(y: float) -> float:
        for row in rows_of(fig, panel) if legend_lines(fig, panel) else []:
            for x, handle, text in row:
                write(x + (28 if handle else 0), y, text, color=BLACK)
                if handle:
                    made.append(fig.add_artist(swatch(handle, x, y + 4)))
            y -= LINE
        return y

    foot = height - panel.margins["top"] + panel.margins["over"]
    if panel.legend_first:
        write_title(write_legend(foot + header_height(fig, panel) - LINE + 4))
    else:
        write_legend(write_title(height - LINE + 4))
    y = foot + 8
    write(WIDTH, y, panel.right, color=MUTED, ha="right")
    for text in reversed(panel.left):
        write(0, y, text, color=MUTED)
        y += LINE
    return made


def laid_out(fig: Figure) -> Iterator[tuple[Panel, float]]:
    """Each panel with its height, one after the other, while nothing but it is in the figure's sight."""
    fig.set_layout_engine("none")
    fig.set_dpi(72)
    every = panels(fig)
    stand_alone(fig, every)
    tell_apart(every)
    take_words(fig, every)
    for panel in every:
        panel.margins = {"left": 34, "right": 8, "top": 24, "bottom": 34, "over": 4, "under": 30}
        with alone(fig, panel):
            measure(fig, panel)
    align(every)
    for panel in every:
        with alone(fig, panel):
            place(fig, panel)
            named = None if panel.heading not in ("", "as beside") else lines_of(panel.main, panel.entries)
            panel.beside = beside_lines(fig, panel.main, named) if named else []
            if panel.heading == "as beside":
                panel.heading, panel.entries = "", panel.entries if panel.beside else []
    for row in {p.row for p in every}:  # a legend that has gone beside its lines gives its room back
        beside = [p for p in every if p.row == row]
        order_legends(fig, beside)
        most = max(p.margins["over"] + header_height(fig, p) for p in beside)
        for p in beside:
            p.margins["top"] = most
    for panel in every:
        with alone(fig, panel):
            height = place(fig, panel)
            made = [*header(fig, panel, height), *(label.write(panel.main) for label in panel.beside)]
            yield panel, height
            for one in made:
                one.remove()
