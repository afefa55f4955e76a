"""One look for all figures: a colour, a marker and a line style for each optimizer."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .display import as_method
from .figures import show_drawings
from .figures.inks import BLACK, BLUE, FAINT, GREEN, GRID, MUTED, ORANGE, PINK, RED, SKY, YELLOW
from .figures.panels import SIZE, plain_number
from .networks import Trial, best_lr
from .runs import Run
from .surfaces import Surface

WIDTH = 6.0
"""Inches; with its height it says how high a figure's panels are (`panels` draws each 343 px wide)."""

LOOK: dict[str, tuple[str, str, str]] = {
    "GD": (BLACK, "o", "-"),
    "SGD": (BLACK, "o", "-"),
    "momentum": (BLUE, "s", "-"),
    "Nesterov": (SKY, "D", "--"),
    "Adagrad": (YELLOW, "^", "-"),
    "RMSprop": (GREEN, "v", "-"),
    "Adadelta": (YELLOW, "<", "--"),
    "Rprop": (PINK, ">", "-."),
    "Adam": (RED, "P", "-"),
    "AdamW": (ORANGE, "X", "-"),
    "AMSGrad": (PINK, "*", "--"),
    "Adamax": (BLUE, "d", "-."),
    "NAdam": (SKY, "p", "-"),
    "RAdam": (GREEN, "h", "--"),
    "AdaBelief": (BLACK, "1", "--"),
    "Yogi": (YELLOW, "2", "-."),
    "SparseAdam": (BLUE, "3", "--"),
    "Lion": (BLUE, "p", "-"),
    "LARS": (SKY, "<", "-."),
    "LAMB": (PINK, "D", "-"),
    "Adafactor": (GREEN, "d", "-"),
    "Muon": (BLACK, "h", "-"),
    "Shampoo": (YELLOW, "H", "-"),
    "SOAP": (PINK, "8", "--"),
    "Kron": (SKY, "8", "-."),
    "SGDScheduleFree": (BLUE, "<", "--"),
    "AdamWScheduleFree": (SKY, "H", "-."),
    "RAdamScheduleFree": (GREEN, "H", ":"),
    "Prodigy": (GREEN, "p", "-."),
    "Sophia": (RED, "8", "--"),
    "AdEMAMix": (ORANGE, "D", "-"),
    "MARS": (BLUE, "^", "-."),
    "ADOPT": (PINK, "v", "--"),
    "AdamW8bit": (ORANGE, "X", "-."),
    "GaLore": (GREEN, "<", ":"),
    "SAM": (PINK, "s", "-"),
    "LBFGS": (BLUE, "8", "-."),
    "ASGD": (YELLOW, "d", "--"),
    "Lookahead": (ORANGE, "h", "--"),
    "EMA": (GREEN, "<", "-"),
    "SWA": (ORANGE, ">", "-."),
}
"""Colour, marker and line style by name, the same through the whole book."""

PALETTE = (BLUE, ORANGE, GREEN, RED, PINK, SKY, BLACK)
"""For lines that are not optimizers: values of one setting, say."""

SPARE = [(RED, "P", ":"), (BLUE, "s", ":"), (GREEN, "v", ":"), (PINK, "*", ":"), (ORANGE, "X", ":"), (BLACK, "o", ":")]


def look(label: str, marker: bool = True, spare: int = 0) -> dict[str, Any]:
    """Keyword arguments of ``plot`` for an optimizer; a label may continue after a comma or bracket."""
    name = label.split(",")[0].split(" (")[0].strip()
    color, shape, line = LOOK.get(name, SPARE[spare % len(SPARE)])
    style: dict[str, object] = {"color": color, "linestyle": line, "label": as_method(label)}
    return {**style, "marker": shape} if marker else style


def rc_settings() -> dict[str, Any]:
    """What matplotlib has to be told for the book's figures; its fonts are made known to matplotlib on the way."""
    for file in sorted((Path(__file__).parent / "figures/fonts").glob("*.ttf")):
        if file.as_posix() not in {one.fname for one in font_manager.fontManager.ttflist}:
            font_manager.fontManager.addfont(file.as_posix())
    fonts = ["Figure Sans", "DejaVu Sans"]
    return {
        "figure.figsize": (WIDTH, 3.7), "figure.dpi": 160, "figure.constrained_layout.use": True,
        "figure.facecolor": "white", "savefig.facecolor": "none",
        "font.family": fonts, "text.hinting": "no_hinting",
        "mathtext.fontset": "custom", "mathtext.rm": fonts[0], "mathtext.it": f"{fonts[0]}:italic",
        "mathtext.bf": f"{fonts[0]}:bold", "mathtext.cal": f"{fonts[0]}:italic", "mathtext.fallback": "stixsans",
        "font.size": SIZE, "axes.titlesize": SIZE, "axes.labelsize": SIZE, "legend.fontsize": SIZE,
        "axes.titlelocation": "left", "axes.titleweight": "bold", "text.color": BLACK, "axes.labelcolor": MUTED,
        "xtick.color": FAINT, "ytick.color": FAINT, "xtick.labelcolor": MUTED, "ytick.labelcolor": MUTED,
        "xtick.major.size": 3, "ytick.major.size": 0, "xtick.minor.size": 2, "ytick.minor.size": 0,
        "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": FAINT, "axes.linewidth": 0.8,
        "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.8, "axes.axisbelow": True,
        "axes.prop_cycle": plt.cycler(color=PALETTE), "hatch.linewidth": 0.8,
        "legend.frameon": False, "lines.linewidth": 1.6, "lines.markersize": 4.5,
    }  # fmt: skip


def use_style() -> None:
    """Set the book's figure style (call once, at the top of a notebook).

    Figures are shown as drawings (SVG) that follow the page, a panel for each axes.
    """
    plt.rcParams.update(rc_settings())
    show_drawings()


def plot_paths(ax: Axes, surface: Surface, runs: Sequence[Run], every: int = 1) -> None:
    """Draw runs over the contours of their surface; the star is the minimum."""
    x0, x1, y0, y1 = surface.window
    x, y = np.meshgrid(np.linspace(x0, x1, 100), np.linspace(y0, y1, 100))
    z = surface.value(np.stack([x, y]))
    z = np.log10(z - z.min() + 1e-3 * np.ptp(z))
    ax.contour(x, y, z, levels=14, colors=FAINT, linewidths=0.5)
    for k, run in enumerate(runs):
        ax.plot(*run.path.T, **{**look(run.label, spare=k), "markersize": 3.5, "linewidth": 1.3, "markevery": every})
    ax.plot(*surface.minimum, marker="*", color=BLACK, markersize=12, linestyle="none")
    ax.set(xlim=(x0, x1), ylim=(y0, y1), xlabel="$x$", ylabel="$y$", title=surface.name)
    ax.grid(False)


def plot_runs(surface: Surface, runs: Sequence[Run], every: int = 1) -> Figure:
    """Path above; value and effective learning rate (‖step‖ / ‖gradient‖) below."""
    fig, axes = plt.subplot_mosaic([["path", "path"], ["value", "rate"]], figsize=(WIDTH, 5.6), height_ratios=(1.2, 1))
    plot_paths(axes["path"], surface, runs, every)
    for k, run in enumerate(runs):
        style = look(run.label, marker=False, spare=k)
        axes["value"].semilogy(run.values, **style)
        axes["rate"].semilogy(np.arange(1, len(run.effective_lr) + 1), run.effective_lr, **style)
    axes["value"].set(xlabel="step", ylabel="value")
    axes["rate"].set(xlabel="step", ylabel="‖step‖ / ‖gradient‖")
    axes["path"].legend(loc="best")
    return fig


def plot_tuning(ax: Axes, results: dict[str, dict[float, list[Trial]]], ceiling: float | None = None) -> None:
    """Final validation loss against the learning rate: median over seeds, and the range as a band.

    The ticks are at the rates that were tried.

    Parameters
    ----------
    results : dict
        Label to what `tune` returned.
    ceiling : float, optional
        Losses above (and diverged runs) are drawn at this height.
    """
    for k, (label, trials) in enumerate(results.items()):
        lrs = sorted(trials)
        final = np.array([[t.val_loss[-1] for t in trials[lr]] for lr in lrs])
        if ceiling is not None:
            final = np.minimum(final, ceiling)
        style = look(label, spare=k)
        ax.plot(lrs, np.median(final, axis=1), **style)
        ax.fill_between(lrs, final.min(1), final.max(1), color=style["color"], alpha=0.15, linewidth=0)
        ax.axvline(best_lr(trials), color=style["color"], linewidth=0.8, linestyle=":")
    ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="validation loss (nats)")
    tried = sorted({lr for trials in results.values() for lr in trials})
    ax.set_xticks(tried, [plain_number(float(f"{lr:.2g}")) for lr in tried])
    ax.set_xticks([], minor=True)
    ax.legend()


def plot_seeds(ax: Axes, values: dict[str, Iterable[float]], xlabel: str) -> None:
    """One dot for each seed, a bar at the median: the spread as it is."""
    for row, (label, numbers) in enumerate(values.items()):
        numbers = np.sort(np.array(list(numbers)))
        style = look(label, spare=row)
        beside = 0.18 * np.resize([0, 1, -1], len(numbers))  # so that neighbors do not hide each other
        dots: dict[str, Any] = {"linestyle": "none", "marker": style["marker"], "color": style["color"], "alpha": 0.75}
        ax.plot(numbers, row + beside, **dots)
        ax.plot([np.median(numbers)] * 2, [row - 0.3, row + 0.3], color=style["color"], linewidth=2.5)
    ax.set(yticks=range(len(values)), yticklabels=[as_method(label) for label in values], xlabel=xlabel)
    ax.invert_yaxis()
