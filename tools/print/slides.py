"""Slides from chapters: the question, the three sentences, the figures, the rule, the takeaways.

python tools/print/slides.py [FOLDER [NOTEBOOK ...]]      (default: all chapters, into _build/slides)

A chapter becomes one HTML file that loads nothing: figures are in it, formulas are MathML. Arrow keys turn the slides,
and printing gives a slide a page.
"""

import base64
import html
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/site"))
from mathematics import typeset  # noqa: E402

HANDLE = re.compile(r"\[((?:[^\[\]]|\$[^$]*\$)*)\]\{[^}]*\}")
LINK = re.compile(r"\[((?:[^\[\]]|\$[^$]*\$)*)\]\([^)\s]+\)")
ROLE = re.compile(r"\s*\{[a-z:]+\}`[^`]*`")
SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-ZµμΑ-Ω$*])")

STYLE = """
* { box-sizing: border-box; }
html { scroll-snap-type: y mandatory; font: 400 clamp(18px, 3vmin, 40px)/1.45 "Source Sans 3", "Source Sans Pro",
  Arial, "Liberation Sans", sans-serif; color: #222; background: #fdfcfa; }
body { margin: 0; }
section { min-height: 100vh; padding: 5vmin 8vmin; scroll-snap-align: start; display: flex; flex-direction: column;
  justify-content: center; break-after: page; }
section > * { max-width: 50rem; width: 100%; margin: 0 auto .7rem; }
h1 { font-size: 2.4em; line-height: 1.15; } h2 { font-size: 1.4em; line-height: 1.2; }
h1, h2, strong { font-weight: 600; } li { margin-bottom: .6em; }
figure { text-align: center; } figure img { max-width: 100%; height: 58vh; object-fit: contain; }
figcaption { font-size: .8em; text-align: left; }
pre { font: .75em/1.35 "Source Code Pro", Menlo, Consolas, monospace; overflow-x: auto; max-height: 70vh; }
@page { size: 297mm 167mm; margin: 0; }
@media print { html { scroll-snap-type: none; font-size: 14pt; } section { min-height: 0; height: 166mm; } }
"""
SCRIPT = """
addEventListener("keydown", event => {
  const way = {ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1}[event.key];
  if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
  const slides = [...document.querySelectorAll("section")];
  const now = slides.findIndex(slide => slide.getBoundingClientRect().bottom > innerHeight / 2);
  slides[Math.min(Math.max(now + way, 0), slides.length - 1)].scrollIntoView();
  event.preventDefault();
});
"""


@dataclass(frozen=True)
class Slide:
    """A heading, and HTML below it."""

    heading: str
    content: str
    first: bool = False


def formula(text: str, settings: dict[str, Any]) -> str:
    made = typeset(text, settings["display_mode"])
    if "error" in made:
        raise ValueError(f"{text!r} is no TeX: {made['error']}")
    return str(made["mathml"])


MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
MARKDOWN.use(dollarmath_plugin, allow_space=True, double_inline=True, renderer=formula)


def plain(markdown: str) -> str:
    """Without what leads elsewhere: links, handles of live figures, citations."""
    return LINK.sub(r"\1", HANDLE.sub(r"\1", ROLE.sub("", markdown)))


def block(markdown: str) -> str:
    return MARKDOWN.render(plain(markdown))


def inline(markdown: str) -> str:
    return MARKDOWN.renderInline(plain(markdown))


def slides(notebook: Path) -> list[Slide]:
    """The slides of a chapter, from its notebook with its outputs.

    Raises
    ------
    ValueError
        If it has not the form of a chapter: no question, no three sentences, or no takeaways.
    """
    cells = json.loads(notebook.read_text("utf8"))["cells"]
    head = "".join(cells[0]["source"])
    title = re.match(r"# (.+)", head)
    question = re.search(r"^\*\*(?!In three sentences)(.+?)\*\*\s*$", head, re.MULTILINE)
    answer = re.search(r"^\*\*In three sentences\.\*\* (.+)$", head, re.MULTILINE)
    if not (title and question and answer):
        raise ValueError(f"{notebook} does not begin as a chapter: title, question in bold, three sentences")
    sentences = "\n".join(f"- {sentence}" for sentence in SENTENCE.split(answer[1]))
    made = [Slide(title[1], f"<p>{inline(question[1])}</p>", first=True), Slide("In three sentences", block(sentences))]
    heading, takeaways = title[1], ""
    for cell in cells[1:]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for line in re.findall(r"^## (.+)$", text, re.MULTILINE):
                heading = line
            found = re.search(r"^## Takeaways\n+(.*?)(?=^Next:|^#|\Z)", text, re.MULTILINE | re.DOTALL)
            takeaways = found[1] if found else takeaways
            continue
        if "evidence" in cell["metadata"].get("tags", ()):
            continue
        for output in cell.get("outputs", ()):
            data = {
                kind: "".join(value) for kind, value in output.get("data", {}).items() if kind != "application/json"
            }
            if "image/svg+xml" in data:
                made.append(Slide(heading, figure(cell, data["image/svg+xml"])))
            elif text.startswith("lab.show_rule"):
                made.append(Slide("The rule as it runs", block(data["text/markdown"])))
    if not takeaways:
        raise ValueError(f"{notebook} has no takeaways")
    return [*made, Slide("Takeaways", block(takeaways))]


def figure(cell: dict[str, Any], drawing: str) -> str:
    """A figure with its caption; a live one as it stands before anybody drags it."""
    known = cell["metadata"].get("mystnb", {})
    label = re.search(r'aria-label="([^"]+)"', drawing)
    alt = known.get("image", {}).get("alt") or (html.unescape(label[1]) if label else "")
    caption = known.get("figure", {}).get("caption", "")
    source = base64.b64encode(drawing.encode()).decode()
    image = f'<img alt="{html.escape(alt)}" src="data:image/svg+xml;base64,{source}">'
    return f"<figure>{image}<figcaption>{inline(caption.strip())}</figcaption></figure>"


def page(made: list[Slide]) -> str:
    """The slides as one HTML file."""
    parts = []
    for slide in made:
        tag = "h1" if slide.first else "h2"
        parts.append(f"<section><{tag}>{inline(slide.heading)}</{tag}>{slide.content}</section>")
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(made[0].heading)}</title>\n"
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n'
        f"<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def chapters() -> list[Path]:
    """The notebooks that are chapters: all but those of the interview."""
    return sorted(path for path in ROOT.glob("book/*/*.ipynb") if path.parent.name != "interview")


def main(folder: Path = ROOT / "_build/slides", *notebooks: Path) -> None:
    for path in notebooks or chapters():
        target = folder / path.parent.name / f"{path.stem}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page(slides(path)), "utf8")
    print(f"Slides: {folder}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
