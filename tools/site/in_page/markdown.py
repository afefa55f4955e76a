"""Markdown as the site renders it, for outputs that are not those of the book; the page typesets the formulas."""

import html
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin


def formula(tex: str, settings: dict[str, Any]) -> str:
    return f'<span class="run-math" data-display="{settings["display_mode"]:d}">{html.escape(tex)}</span>'


@cache
def renderer() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=formula)


def rendered(text: str) -> str:
    return renderer().render(text)
