"""The functions of the live figures as JavaScript, one file each; and figures for a page without cells."""

from importlib import import_module

from optedu.lab import live_figures
from optedu.lab.live_figures.tables import script

ON_THE_FRONT_PAGE = ("three_rules", "bias_correction", "ravine", "gradient_descent")


def text(name: str) -> str:
    """The file of a figure: its rules, and the functions that stand beside it."""
    return script(name, import_module(f"{live_figures.__name__}.{name}").FIGURE)


def shown(name: str) -> str:
    """What a cell with the figure puts out."""
    return live_figures.live(name).html() + "\n"
