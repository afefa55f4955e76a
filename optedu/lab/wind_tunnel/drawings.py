"""The plots of a report: responses, the limit of the learning rate, and the loss over it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..figures import drawing
from ..figures.inks import BLUE, MUTED
from ..style import look, rc_settings
from .learning import Learned
from .quadratics import Limit
from .report import ENDS
from .responses import Response

TITLES = {
    "constant": "Constant: gradients of 1",
    "size": "Size: 400 gradients of a constant",
    "impulse": "Impulse: one gradient of 1",
    "step": "Step: 0 for 50 steps, then 1",
    "alternating": "Alternating: 1 and −1 in turn",
    "noise": "Noise: normal, of variance 1",
    "stationary": "Noisy bowl: around the minimum",
    "spike": "Spike: 1 among gradients of 0.01",
    "sparse": "Sparse: 1 in every tenth step",
    "zero": "Coasting: 50 gradients of 1, then 0",
}
"""Of the plots of responses."""


def of_responses(responses: Sequence[Response], unit: str) -> list[str]:
    """The ways of a number that is given an impulse, a step, a spike, sparse gradients: an SVG for each."""
    return [_of_response(one, unit) for one in responses if one.curve.size and np.isfinite(one.curve).all()]


def _of_response(one: Response, unit: str) -> str:
    with _axes() as (fig, ax):
        ax.plot(*(10.0**one.curve if one.key == "size" else one.curve), color=BLUE)
        ax.set(title=TITLES[one.key], xlabel="step", ylabel=f"way, in {unit}")
        if one.key == "size":
            low, high = 10.0 ** one.curve[1].min(), 10.0 ** one.curve[1].max()
            ax.set(xlabel="gradient", xscale="log", yscale="log", ylim=(low / 3, 3 * high))  # (rounding is not a slope)
        elif one.key == "stationary":
            ax.set(ylabel="variance", ylim=(0, 1.1 * one.curve[1].max()))
        return drawing(fig)


def of_limits(limits: Mapping[str, Limit]) -> list[str]:
    """The distance from the minimum over the learning rate, without noise and with it: an SVG, or none."""
    ends = {key: sorted(one.ends.items()) for key, one in limits.items() if one.ends}
    if not ends:
        return []
    with _axes() as (fig, ax):
        for key, some in ends.items():
            lrs, away = zip(*some, strict=True)
            dashes = "--" if key == "noisy" else "-"
            ax.plot(lrs, np.clip(away, *ENDS), dashes, color=BLUE, label="with noise" if key == "noisy" else "calm")
        ax.axhline(1.0, color=MUTED, linestyle=":", linewidth=1)
        ax.set(title="Limit: after 300 steps in p²/2", xscale="log", yscale="log", xlabel="lr", ylabel="distance")
        ax.legend()
        return [drawing(fig)]


def of_learning(learned: Sequence[Learned], title: str) -> str:
    """The loss over the learning rate, with the range of the seeds, as SVG; or ""."""
    shown = [one for one in learned if one.lrs and np.isfinite(one.losses).any()]
    if not shown:
        return ""
    with _axes(6.0, 3.0) as (fig, ax):
        for k, one in enumerate(shown):
            (line,) = ax.plot(one.lrs, np.clip(one.losses, None, 10), **look(one.name, spare=k))
            low, high = (np.clip([end(some) for some in one.runs], None, 10) for end in (min, max))
            ax.fill_between(one.lrs, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
        ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="loss, validation", title=title)
        ax.legend()
        return drawing(fig)


@contextmanager
def _axes(width: float = 3.0, height: float = 2.2) -> Iterator[tuple[Figure, Axes]]:
    with mpl.rc_context(rc_settings()):
        fig = Figure(figsize=(width, height))
        FigureCanvasAgg(fig)
        yield fig, fig.subplots()
