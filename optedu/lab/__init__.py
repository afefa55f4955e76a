"""The workbench of the book: surfaces, recorded runs, real data, torch as referee, one figure style.

Needs matplotlib, and scikit-learn for the data; torch only where a comparison asks for it.
"""

from ..display import Markdown, fold, show_rule, table
from .card import card
from .live import live
from .networks import MLP, Data, Trial, best_lr, digits, train, tune
from .parity import parity
from .runs import Run, descend, feed
from .style import PALETTE, WIDTH, look, plot_paths, plot_runs, plot_seeds, plot_tuning, use_style
from .surfaces import Surface, beale, quadratic, rosenbrock, saddle

__all__ = [
    "Surface", "quadratic", "rosenbrock", "beale", "saddle",
    "Run", "descend", "feed",
    "MLP", "Data", "Trial", "digits", "train", "tune", "best_lr",
    "parity",
    "use_style", "look", "PALETTE", "WIDTH", "plot_paths", "plot_runs", "plot_tuning", "plot_seeds",
    "Markdown", "show_rule", "card", "table", "fold", "live",
]  # fmt: skip
