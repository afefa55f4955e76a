"""The functions of the live figures as JavaScript, one file each."""

from importlib import import_module

from optedu.lab import live_figures
from optedu.lab.live_figures.tables import script


def text(name: str) -> str:
    """The file of a figure: its rules, and the functions that stand beside it."""
    return script(name, import_module(f"{live_figures.__name__}.{name}").FIGURE)
