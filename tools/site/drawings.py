"""A Sphinx extension: puts the drawings of the notebooks into their pages, each panel for itself.

A drawing (optedu/lab/figures) names its colors by variables of the style sheet, which do not reach an ``<img>``.
Here its panels become SVG in line, beside each other where there is room, below each other on a phone. Names in them
are made the page's own; caption, number and text for those who do not see it stay as they were.
"""

import html
import re
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

from optedu.lab.figures.inks import INKS

OPENING = re.compile(r'<svg [^>]*class="drawing"[^>]*data-columns="(\d+)"[^>]*>')
PANEL = re.compile(r'<svg class="panel" [^>]*(viewBox="[^"]*")[^>]*data-span="(\d+)">(.*?)\n?</svg>', re.S)
NAME = re.compile(r'(\bid="|url\(#|xlink:href="#)')


def sheet():
    """The colors of drawings as rules of book/_static/figures.css; paper is light whatever the screen was."""

    def values(k):
        named = "; ".join(f"--figure-{name}: {inks[k]}" for name, inks in INKS.items() if name != "paper")
        return f"{{ {named}; --figure-paper: var(--pst-color-background); }}"

    return f'html {values(0)}\n@media screen {{ html[data-theme="dark"] {values(1)} }}\n'


def is_drawing(text):
    return bool(OPENING.match(text))


def inlined(text, alt, name):
    """The drawing as HTML: one picture to those who listen, and as many as it has panels to the layout."""
    opening, found = OPENING.match(text), PANEL.findall(text)
    if not found:
        raise ExtensionError(f"the drawing {name} has no panels")
    parts = []
    for view, span, body in found:
        # A wide panel has a row for itself, however many columns there is room for: on a phone, a span of two would
        # add a second column, 0 px wide, and the next panel would fall into it.
        style = ' style="grid-column: 1 / -1"' if span != "1" else ""
        body = NAME.sub(rf"\g<1>{name}-", body)
        parts.append(f'<svg class="panel" {view} font-size="11" stroke-linejoin="round"{style}>{body}</svg>')
    label = html.escape(alt, quote=True)
    return (
        f'<div class="drawing" role="img" aria-label="{label}" style="--columns: {opening[1]}">\n'
        + "\n".join(parts)
        + "\n</div>"
    )


class Inline(SphinxPostTransform):
    """Every drawing of a page, once it is known that the page is HTML."""

    default_priority = 90  # before Sphinx collects the pictures, after MyST-NB has chosen the kind of each output
    formats = ("html",)

    def run(self, **kwargs):
        for k, image in enumerate(list(self.document.findall(nodes.image))):
            file = Path(self.app.srcdir, image["uri"].lstrip("/"))
            if file.suffix != ".svg" or not file.is_file():
                continue
            text = file.read_text("utf8")
            if not is_drawing(text):
                continue
            if not image.get("alt"):
                raise ExtensionError(f"{self.env.docname}: the drawing {k + 1} has no alt text (mystnb.image.alt)")
            image.replace_self(nodes.raw("", inlined(text, image["alt"], f"d{k + 1}"), format="html"))


def setup(app):
    app.add_post_transform(Inline)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
