"""The copies of the cheat sheet in the book: in the book's letters, and as a page of it."""

import base64
from pathlib import Path

from optedu.drill.interview import cheat_sheet as sheet

FONTS = {
    "Source Sans 3": ("source-sans-3-latin-wght-normal", "source-sans-3-greek-wght-normal"),
    "Source Code Pro": ("source-code-pro-latin-wght-normal",),
}
STYLE = Path(__file__).with_name("cheat_sheet_in_book.css")


def letters(folder: Path) -> str:
    """The style that brings the fonts of a folder along."""
    rules = []
    for family, names in FONTS.items():
        for name in names:
            data = base64.b64encode((folder / f"{name}.woff2").read_bytes()).decode()
            greek = "unicode-range:U+0370-03FF;" if "greek" in name else ""
            rules.append(
                f'@font-face{{font-family:"{family}";font-weight:200 900;{greek}'
                f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
            )
    return "".join(rules)


def alone(root: Path) -> str:
    """The sheet as one HTML file, in letters that just fit on two sides of A4."""
    return sheet.page(":root{--scale:0.98}" + letters(root / "book/_static/vendor/fonts"))


def chapter() -> str:
    """The page of the book, in Markdown."""
    return f"""# Cheat sheet

Everything on one sheet, to print on both sides: <a href="../../_static/cheat_sheet.pdf">PDF, A4</a>, or <a href="../../_static/cheat_sheet.html">HTML</a> for the screen. The rules are read off the package, state and bytes are counted by taking a step, the numbers are computed. How to get at numbers in your head: [Numbers to know](numbers.ipynb).

```{{raw}} html
<style>{STYLE.read_text("utf8").strip()}</style>
<div class="cheat-sheet">{sheet.body()}</div>
```
"""  # noqa: E501
