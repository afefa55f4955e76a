"""Figures of the book: a panel for each axes, as SVG that follows the page, and the same in words.

`panels` finds what is drawn for itself, `layout` places it, `labels` names the lines, `svg` writes few bytes of it.
"""

from .drawings import drawing, show_drawings
from .words import in_words

__all__ = ["drawing", "in_words", "show_drawings"]
