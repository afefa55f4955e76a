"""What a figure shows, in words that a test can compare: the drawing itself differs from machine to machine."""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from .panels import data_lines, panels

KINDS = {"contours": ContourSet, "bands": PolyCollection, "clouds of dots": PathCollection,
         "groups of lines": LineCollection, "maps": QuadMesh, "images": AxesImage}  # fmt: skip


def in_words(fig: Figure) -> str:
    """What a figure shows, rounded: panels, axes, and five points of each line. Tests compare this.

    Of a line with the attribute `chaotic` the points are left out: they are others on another processor.
    """
    lines = []
    for k, panel in enumerate(panels(fig), 1):
        ax = panel.main
        title = ax.get_title("left") or ax.get_title()
        axes = " over ".join(filter(None, (ax.get_ylabel(), ax.get_xlabel())))
        scales = {f"{n} log" for n, scale in (("x", ax.get_xscale()), ("y", ax.get_yscale())) if scale == "log"}
        lines.append(f"panel {k}: " + ", ".join(filter(None, (title.replace("\n", " "), axes, *sorted(scales)))))
        lines += [f"  {line}" for one in panel.axes for line in shown(one)]
    return "\n".join(lines)


def shown(ax: Axes) -> Iterator[str]:
    for line in data_lines(ax)[:20]:
        x, y = (np.ma.filled(np.ma.asarray(one, float), np.nan) for one in line.get_data(orig=False))
        if not len(x):
            continue
        name = str(line.get_label())
        if getattr(line, "chaotic", False):
            yield f"{'' if name.startswith('_') else name + ': '}{len(x)} points that rounding errors decide"
            continue
        some = np.unique(np.linspace(0, len(x) - 1, min(len(x), 5)).astype(int))
        points = ", ".join(f"({number(x[i], x)}, {number(y[i], y)})" for i in some)
        yield f"{'' if name.startswith('_') else name + ': '}{len(x)} points {points}"
    heights = [number(p.get_height() if p.get_x() or p.get_width() < p.get_height() else p.get_width(), 1.0)
               for p in ax.patches if hasattr(p, "get_height") and hasattr(p, "get_x")]  # fmt: skip
    if heights:
        yield f"{len(heights)} bars {', '.join(heights[:12])}"
    kinds = [kind for one in [*ax.collections, *ax.images] for kind, cls in KINDS.items() if isinstance(one, cls)]
    for kind in dict.fromkeys(kinds):
        yield f"{kinds.count(kind)} {kind}"


def number(x: float, among: object) -> str:
    """Two digits; what is nothing but rounding error beside the largest is 0.

    A number between two such digits goes to the larger one on every machine: its last bit shall not decide.
    """
    largest = np.nanmax(np.abs(among)) if np.size(among) and np.isfinite(among).any() else 0
    return "0" if abs(x) < 1e-12 * largest or abs(x) < 1e-14 else f"{float(f'{x * (1 + 1e-9):.2g}'):g}"
