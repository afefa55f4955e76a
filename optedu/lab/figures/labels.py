"""Labels beside the lines they name, where each is nearer to its own line than to any other."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

SIZE = 11
NEAR, APART = 2.0, 6.0  # px: how far a label stays from its own line, and at least from all others
STEP = 3.0  # px between points of a line that are looked at
DESCENT = 2.4  # px: how far a p reaches below the line of writing


@dataclass
class Label:
    """A text of a line's color, its lower left corner in px from that of the plot."""

    line: Line2D
    text: str
    x: float
    y: float

    def write(self, ax: Axes) -> Text:
        return ax.annotate(self.text, (0, 0), (self.x, self.y), xycoords="axes fraction", textcoords="axes pixels",
                           color=self.line.get_color(), fontsize=SIZE, va="baseline", ha="left",
                           gid="halo", annotation_clip=False)  # fmt: skip


def text_width(fig: Figure, text: str, weight: str = "normal") -> float:
    """Of a text in px."""
    if not text:
        return 0.0
    one = Text(0, 0, text, fontsize=SIZE, fontweight=weight, figure=fig)
    return float(one.get_window_extent(fig.canvas.get_renderer()).width)


def points_of(ax: Axes, line: Line2D) -> np.ndarray:
    """Points of a line in px from the lower left of the plot, close together, within the plot: shape (N, 2)."""
    frame = ax.bbox
    xy = line.get_transform().transform(np.column_stack([line.get_xdata(orig=False), line.get_ydata(orig=False)]))
    xy = np.asarray(xy, float) - [frame.x0, frame.y0]
    xy = xy[np.isfinite(xy).all(1)]
    if len(xy) > 1 and line.get_linestyle() != "None":
        far = 2 * max(frame.width, frame.height)
        xy = np.clip(xy, -far, 2 * far)
        gaps = np.hypot(*np.diff(xy, axis=0).T)
        along = np.concatenate([[0], np.cumsum(gaps)])
        keep = np.concatenate([[True], gaps > 0])
        if along[-1] > 0:
            at = np.arange(0, along[-1] + STEP, STEP)
            xy = np.column_stack([np.interp(at, along[keep], xy[keep, k]) for k in (0, 1)])
    inside = (xy >= -1).all(1) & (xy[:, 0] <= frame.width + 1) & (xy[:, 1] <= frame.height + 1)
    return xy[inside]


def distances(boxes: np.ndarray, lines: list[tuple[np.ndarray, float]]) -> np.ndarray:
    """Of each box (x0, y0, x1, y1) to the nearest of some lines, each its points and half its thickness."""
    nearest = np.full(len(boxes), 1e3)
    for points, half in lines:
        if len(points):
            x = np.maximum(np.maximum(boxes[:, None, 0] - points[:, 0], points[:, 0] - boxes[:, None, 2]), 0)
            y = np.maximum(np.maximum(boxes[:, None, 1] - points[:, 1], points[:, 1] - boxes[:, None, 3]), 0)
            nearest = np.minimum(nearest, np.hypot(x, y).min(1) - half)
    return nearest


def half_thickness(line: Line2D) -> float:
    """What a line and its markers take on either side of it, in px."""
    marker = line.get_markersize() / 2 if line.get_marker() not in (None, "None", "", " ") else 0
    return max(marker, line.get_linewidth() / 2)


def descent(text: str) -> float:
    """How far a text reaches below the line of writing, in px."""
    return DESCENT if set(text) & set("gjpqy_,;()[]βγμρφψη") else 0.0


def candidates(
    points: np.ndarray, half: float, width: float, frame: tuple[float, float], below: float = 0.0
) -> np.ndarray:
    """Boxes of a label around the points of its line, all within the plot.

    A box begins `below` the line of writing.
    """
    high = 0.78 * SIZE
    some = points[:: max(1, len(points) // 70)]
    boxes = []
    for shift in (-1.0, -0.5, 0.0):  # the label ends, is centered, or begins at the point
        for dy in (half + 3 + below, -half - 3 - high, half + 8 + below, -half - 8 - high, -high / 2):
            x0 = some[:, 0] + shift * width + (half + 4) * {-1.0: -1, -0.5: 0, 0.0: 1}[shift]
            y0 = some[:, 1] + dy
            boxes.append(np.column_stack([x0, y0 - below, x0 + width, y0 + high]))
    every = np.concatenate(boxes)
    fits = (every[:, :2] > 2).all(1) & (every[:, 2] < frame[0] - 1) & (every[:, 3] < frame[1] - 1)
    return every[fits]


def beside_lines(fig: Figure, ax: Axes, named: list[tuple[Line2D, str]]) -> list[Label]:
    """A place for the label of each line; none at all if one finds no place that is clearly its line's."""
    renderer = fig.canvas.get_renderer()
    frame = ax.bbox.width, ax.bbox.height
    everything = {one: (points_of(ax, one), half_thickness(one)) for one in ax.lines if one.get_visible()}
    taken = [one.get_window_extent(renderer) for one in ax.texts if one.get_visible() and one.get_text()]
    taken = [np.array([b.x0 - ax.bbox.x0, b.y0 - ax.bbox.y0, b.x1 - ax.bbox.x0, b.y1 - ax.bbox.y0]) for b in taken]
    choices = []
    for line, text in named:
        same = [p for one, p in everything.items() if one is line or one.get_color() == line.get_color()]
        other = [p for one, p in everything.items() if one.get_color() != line.get_color()]
        boxes = candidates(*everything[line], text_width(fig, text), frame, descent(text))
        if not len(boxes):
            return []
        own, apart = distances(boxes, same), distances(boxes, other)
        good = (own >= NEAR) & (own <= 10) & (apart >= APART) & (apart >= 1.6 * own)
        score = np.minimum(apart, 22) - 1.2 * own + 6 * boxes[:, 2] / frame[0]
        order = np.argsort(-score[good], kind="stable")
        choices.append((line, text, boxes[good][order]))
    labels = []
    for line, text, boxes in sorted(choices, key=lambda one: len(one[2])):
        free = [box for box in boxes if all(gap(box, other) >= 4 for other in taken)]
        if not free:
            return []
        taken.append(free[0])
        labels.append(Label(line, text, float(free[0][0]), float(free[0][1]) + descent(text)))
    return labels


def gap(a: np.ndarray, b: np.ndarray) -> float:
    """Between two boxes; negative where they overlap."""
    return float(max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3]))
