"""A figure as text: an SVG of its panels in the colors and letters of the page.

The SVG stands on its own in Jupyter. The site takes its panels apart and puts them beside or below each other.
"""

import hashlib
import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from .layout import laid_out
from .panels import SIZE, WIDTH
from .svg import FLAT, compact, short
from .words import in_words

FONT = "'Source Sans 3','Source Sans Pro',Arial,'Liberation Sans',Roboto,sans-serif"
GAP, EDGE = 24, 14  # px between panels, and around them: where the letters are missing, others are wider
MOST, FLATTER = 58_000, (0.25, 0.5, 1.0)  # bytes of a figure, and how flat lines of noise become to stay within
OPENING = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" class="drawing"'
SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "optedu", "svg.image_inline": True, "path.simplify": True,
            "path.simplify_threshold": 0.1, "axes.formatter.use_mathtext": False}  # fmt: skip


def drawing(fig: Figure) -> str:
    """The SVG of a figure: the same bytes for the same figure.

    Each panel is an ``<svg class="panel">`` 343 px wide, with its place (``data-row``, ``data-column``, ``data-span``)
    in the grid of the chapter. The figure itself is laid out anew on the way.
    """
    with mpl.rc_context(SETTINGS):
        roots = [(panel, svg_of(fig, height)) for panel, height in laid_out(fig)]
    for flat in (FLAT, *FLATTER):
        drawn = [(panel, *compact(root, flat)) for panel, root in roots]
        if sum(len(body) for *_, body in drawn) < MOST:
            break
    prefix = "f" + hashlib.sha256("".join(body for _, _, body in drawn).encode()).hexdigest()[:7]
    columns = max(panel.column + panel.span for panel, *_ in drawn)
    columns = max(columns - min(panel.column for panel, *_ in drawn), 1)
    parts, tops, y = [], {}, 0.0
    for row in sorted({panel.row for panel, *_ in drawn}):
        tops[row] = y
        y += max(height for panel, height, _ in drawn if panel.row == row) + GAP
    for k, (panel, height, body) in enumerate(drawn):
        place = f'x="{panel.column * (WIDTH + GAP)}" y="{short(tops[panel.row])}"'
        size = f'width="{WIDTH}" height="{short(height)}" viewBox="0 0 {WIDTH} {short(height)}"'
        grid = f'data-row="{panel.row}" data-column="{panel.column}" data-span="{panel.span}"'
        body = re.sub(r"§(\d+)", rf"{prefix}-{k}-\1", body)
        parts.append(f'<svg class="panel" overflow="visible" {place} {size} {grid}>\n{body}</svg>')
    wide, high = columns * (WIDTH + GAP) - GAP + 2 * EDGE, short(y - GAP + 2 * EDGE)
    scale = 1.2 if columns == 1 else 1.0
    head = (
        f'{OPENING} viewBox="{-EDGE} {-EDGE} {wide} {high}" width="{wide * scale:.0f}" font-family="{FONT}" '
        f'font-size="{SIZE}" stroke-linejoin="round" data-columns="{columns}">'
    )
    paper = f'<rect class="paper" x="{-EDGE}" y="{-EDGE}" width="{wide}" height="{high}" fill="#fff"/>'
    return "\n".join([head, paper, *parts, "</svg>"])


def svg_of(fig: Figure, height: float) -> ElementTree.Element:
    """What matplotlib draws."""
    fig.set_facecolor("none")
    for ax in fig.axes:
        ax.set_facecolor("none")
    for one in (one for ax in fig.axes for one in ax.collections if isinstance(one, QuadMesh)):
        one.set_rasterized(True)  # a cell each would be a path each
    text = io.StringIO()
    fig.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}, dpi=144)
    return ElementTree.fromstring(text.getvalue())


def show_drawings() -> None:
    """Let Jupyter show figures as drawings. Does nothing elsewhere."""
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is None:
        return
    import matplotlib.pyplot as plt

    plt.switch_backend(plt.get_backend())  # Jupyter's own asks for its pictures when it is loaded: now, not later
    formatters = shell.display_formatter.formatters
    for kind in ("image/png", "image/jpeg", "application/pdf"):
        formatters[kind].pop(Figure, None)
    formatters["image/svg+xml"].for_type(Figure, drawing)
    formatters["text/plain"].for_type(Figure, lambda fig, printer, cycle: printer.text(in_words(fig)))
