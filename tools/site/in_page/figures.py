"""A backend of matplotlib for the page: `plt.show()` gives each open figure to the cell as SVG."""

import io
import sys
from typing import Any

import matplotlib
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from . import kernel

# Letters as outlines look as they were drawn, whatever fonts a reader has. A salt: the same figure is the same text.
FIRST = {"svg.fonttype": "path", "svg.hashsalt": "optedu", "path.simplify_threshold": 0.5}


class Picture:
    """A figure as it was when it was shown: drawn as the book does where its style is set, else by matplotlib."""

    def __init__(self, figure: Any) -> None:
        book = sys.modules.get("optedu.lab.figures")
        self.text = book.in_words(figure) if book else repr(figure)  # first, as Jupyter does: drawing adds labels
        self.svg = book.drawing(figure) if book else drawn(figure)

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return self.text


def drawn(figure: Any) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return text.getvalue()[text.getvalue().index("<svg") :]


class FigureCanvas(FigureCanvasAgg):
    pass


class FigureManager(FigureManagerBase):
    @classmethod
    def pyplot_show(cls, *, block: Any = None) -> None:
        show()

    def show(self) -> None:
        kernel.display(Picture(self.canvas.figure))


FigureCanvas.manager_class = FigureManager


def show() -> None:
    """Show every open figure and close it."""
    from matplotlib import pyplot

    try:
        for number in pyplot.get_fignums():
            kernel.display(Picture(pyplot.figure(number)))
    finally:
        pyplot.close("all")


def begin() -> None:
    """After matplotlib was loaded: use this backend, then what the cells have set already."""
    matplotlib.use("module://in_page.figures")
    from matplotlib import pyplot

    pyplot.rcParams.update(FIRST)
    for statement in kernel.put_off:
        exec(statement, kernel.space)  # noqa: S102
    kernel.put_off.clear()
