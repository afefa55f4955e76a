"""The plots of a report: responses, and the loss over the learning rate."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..figures import drawing
from ..figures.inks import BLUE
from ..style import look, rc_settings
from .learning import Learned
from .report import DRAWN
from .responses import Response

TITLES = {
    "constant": "Constant: gradients of 1",
    "impulse": "Impulse: one gradient of 1",
    "step": "Step: 0 for 50 steps, then 1",
    "alternating": "Alternating: 1 and −1 in turn",
    "noise": "Noise: normal, of variance 1",
    "spike": "Spike: 1 among gradients of 0.01",
    "sparse": "Sparse: 1 in every tenth step",
    "zero": "Coasting: 50 gradients of 1, then 0",
}
"""Of the responses that are drawn."""


def of_responses(responses: Sequence[Response], unit: str) -> str:
    """The ways of a number that is given an impulse, a step, a spike, sparse gradients: an SVG of panels; or ""."""
    return _drawn(_shown(responses), unit)


def of_each_response(responses: Sequence[Response], unit: str) -> list[str]:
    """The same, an SVG for each, so that they find their place on a narrow screen."""
    return [_drawn([one], unit) for one in _shown(responses)]


def _shown(responses: Sequence[Response]) -> list[Response]:
    return [one for one in responses if one.key in DRAWN and one.curve.size and np.isfinite(one.curve).all()]


def _drawn(shown: list[Response], unit: str) -> str:
    if not shown:
        return ""
    columns = min(len(shown), 2)
    rows = -(-len(shown) // columns)
    with mpl.rc_context(rc_settings()):
        fig = Figure(figsize=(3.0 * columns, 2.2 * rows))
        FigureCanvasAgg(fig)
        axes = fig.subplots(rows, columns, squeeze=False).ravel()
        for ax, one in zip(axes, shown, strict=False):
            curve = one.curve[: DRAWN[one.key] + 1]
            ax.plot(np.arange(len(curve)), curve, color=BLUE)
            ax.set(title=TITLES[one.key], xlabel="step", ylabel=f"way, in {unit}")
        for ax in axes[len(shown) :]:
            ax.remove()
        return drawing(fig)


def of_learning(learned: Sequence[Learned], title: str) -> str:
    """The loss over the learning rate, with the range of the seeds, as SVG; or ""."""
    shown = [one for one in learned if one.lrs and np.isfinite(one.losses).any()]
    if not shown:
        return ""
    with mpl.rc_context(rc_settings()):
        fig = Figure(figsize=(6.0, 3.0))
        FigureCanvasAgg(fig)
        ax: Axes = fig.subplots()
        for k, one in enumerate(shown):
            (line,) = ax.plot(one.lrs, np.clip(one.losses, None, 10), **look(one.name, spare=k))
            low, high = (np.clip([end(some) for some in one.runs], None, 10) for end in (min, max))
            ax.fill_between(one.lrs, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
        ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="loss, validation", title=title)
        ax.legend()
        return drawing(fig)
