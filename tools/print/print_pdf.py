"""The book as one PDF: a browser prints each chapter, with tags; then they are joined.

A page is 3 : 4, as most tablets are, and at its true size the screen of one of 11 inches. Letters are 9.5 pt high.
What stays on the site is in prepare.js, sizes are in paper.css, and CONTRIBUTING.md says why.
"""

import html
import io
import json
import tomllib
from pathlib import Path
from urllib.parse import unquote

from print_tags import FORMULA, Tags
from printed import ROOT, TITLE, open_chapter, still_page
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    Fit,
    FloatObject,
    NameObject,
    NullObject,
    TextStringObject,
)

SCHEME = "optedu:"  # a link to a printed chapter, until it is known where that is
WIDTH, HEIGHT, SIDE, ENDS = 167.6, 223.5, 11.5, 11.5  # mm
COLUMN = int((WIDTH - 2 * SIDE) / 25.4 * 96)  # px
FORMULAS = (Path(__file__).parent / "formulas.js").read_text("utf8")
PAPER = (Path(__file__).parent / "paper.css").read_text("utf8")
# Print lays out without scripts: what still is too wide becomes smaller.
FIT = """() => {
  for (const box of document.querySelectorAll("article :is(mjx-container, math, table, pre, svg)")) {
    let around = box.parentElement;
    while (getComputedStyle(around).display.startsWith("inline")) around = around.parentElement;
    const room = around.getBoundingClientRect().width;
    const width = Math.max(box.scrollWidth, box.firstElementChild?.offsetWidth ?? 0);
    if (room && width > room + 1) box.style[box.matches("math") ? "fontSize" : "zoom"] = `${(98 * room) / width}%`;
  }
}"""
# Paper has nothing to press: a fold becomes a line with what it has said, and what was in it.
UNFOLD = """() => {
  for (const fold of document.querySelectorAll("article details")) {
    const open = document.createElement("div"), summary = fold.querySelector("summary");
    [open.id, open.className] = [fold.id, fold.className];
    open.classList.add("unfolded");
    if (summary && summary.textContent.trim() !== "Answer") {
      const line = document.createElement("p");
      line.className = "unfolded-line";
      line.append(...summary.childNodes);
      open.append(line);
    }
    summary?.remove();
    open.append(...fold.childNodes);
    fold.replaceWith(open);
  }
}"""
# A picture that says nothing to those who do not see it.
SILENT = """() => [...document.querySelectorAll("article :is(img, svg, [role=img])")]
  .filter(e => !e.parentElement.closest("svg, [role=img], [aria-hidden=true]"))
  .filter(e => !(e.getAttribute("alt") ?? e.getAttribute("aria-label") ?? "").trim())
  .map(e => e.outerHTML.slice(0, 120))"""
TOO_WIDE = """column => [...document.querySelectorAll("article *")]
  .filter(e => e.getBoundingClientRect().right > column + 1)
  .map(e => `${e.tagName}.${e.getAttribute("class")} ${e.textContent.trim().slice(0, 60)}`)"""
STYLE = "text => document.head.append(Object.assign(document.createElement('style'), {textContent: text}))"
# The browser tells where an anchor has come to lie only if a link of the same page leads there.
ANCHORS = """() => {
  const links = document.createElement("div");
  links.ariaHidden = true;
  for (const {id} of document.querySelectorAll("article [id]"))
    links.append(Object.assign(document.createElement("a"), {href: "#" + encodeURIComponent(id)}));
  document.body.append(links);
}"""


def to_pdf(page, heading, first, numbers="decimal"):
    """The page as it is now, its leaves numbered from `first`."""
    heading = json.dumps(heading, ensure_ascii=False)
    title = f"@top-right {{ content: {heading}; font: 9pt 'Source Sans 3'; color: #555d68 }}"
    number = f"@bottom-center {{ content: counter(page, {numbers}) }}"
    size = f"size: {WIDTH}mm {HEIGHT}mm; margin: {ENDS}mm {SIDE}mm"
    page.evaluate(STYLE, f"@page {{ {size}; {title} {number} }} html {{ counter-reset: page {first - 1} }}")
    printed = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    return PdfReader(io.BytesIO(printed))


def fit(page):
    """Make what is too wide for the paper smaller; an error if it still is."""
    page.set_viewport_size({"width": COLUMN, "height": 900})
    page.emulate_media(media="print")
    page.evaluate(STYLE, PAPER)
    page.evaluate(FIT)
    if wide := page.evaluate(TOO_WIDE, COLUMN):
        raise ValueError(f"{page.url}: wider than the paper: {wide[:5]}")


def print_chapter(page, book, name, first):
    def relink(link):
        place = book.place(link)
        return SCHEME + "#".join(place) if place else book.public(link)

    heading = open_chapter(page, book, name, relink)
    page.evaluate(UNFOLD)
    page.evaluate(FORMULAS, FORMULA)
    if silent := page.evaluate(SILENT):
        raise ValueError(f"{page.url}: pictures without an alternative text: {silent[:5]}")
    fit(page)
    page.evaluate(ANCHORS)
    return heading, to_pdf(page, heading, first)


# What a reader who holds only this should know.
LEFT_OUT_SAYS = (
    "This book is the lessons: derivations, rules, experiments, reference cards, exercises with their solutions at the "
    "end of each chapter, and the interview questions with a short and a deep answer. The evidence is left out: a line "
    "such as “✓ 4 checks” leads to it. So are the code that only draws or confirms, what runs in a page (races, "
    "drills, quizzes), the follow-ups of the questions, and tables that code makes. All of it is on the site:"
)


def front_matter(book, contents):
    """A title page, and a table of contents: (caption, [(name, heading, page)]) for each part."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["version"]
    lines = [
        f'<div class="front"><h1>{TITLE}</h1><p>Every rule printed is the rule that runs.</p><p>{book.author}</p>'
        f'<p class="foot">optedu {version}. {LEFT_OUT_SAYS} <a href="{book.address}">{book.address}</a><br/>'
        "Text under CC BY 4.0, code under the MIT License.</p></div>"
        '<div class="contents"><h2>Contents</h2>'
    ]
    for caption, chapters in contents:
        lines.append(f"<h3>{html.escape(caption)}</h3>")
        for name, heading, number in chapters:
            link = f'<a href="{SCHEME}{name}#">{html.escape(heading)}</a>'
            lines.append(f"<p>{link}<i></i><span>{number}</span></p>")
    return "".join(lines) + "</div>"


def print_front(page, book, contents):
    page.goto((book.site / "book/intro.html").as_uri())
    page.evaluate("inner => { document.querySelector('article').innerHTML = inner; }", front_matter(book, contents))
    fit(page)
    return to_pdf(page, "", 1, "lower-roman")


def places(reader):
    """Where on which leaf of a printed chapter each anchor lies."""
    found = {"": (0, None)}
    for name, destination in reader.named_destinations.items():
        found[unquote(name.removeprefix("/"))] = reader.get_destination_page_number(destination), destination.top
    return found


def aim(link, leaf, top, heading):
    """Turn a link to an address into one to a leaf of the same document."""
    del link["/A"]
    height = NullObject() if top is None else FloatObject(top)
    link[NameObject("/Dest")] = ArrayObject(
        [leaf.indirect_reference, NameObject("/XYZ"), NullObject(), height, NullObject()]
    )
    link[NameObject("/Contents")] = TextStringObject(heading)


def add_outline(writer, reader, entries, start, parent):
    """The headings of a chapter, closed; returns the last."""
    last = parent
    for entry in entries:
        if isinstance(entry, list):
            add_outline(writer, reader, entry, start, last)
        else:
            leaf = start + reader.get_destination_page_number(entry)
            title = entry.title.replace(FORMULA, "")
            last = writer.add_outline_item(
                title=title, page_number=leaf, parent=parent, fit=Fit.xyz(top=entry.top), is_open=False
            )


def join(book, front, chapters):
    """One document of the front matter and the chapters, {name: (heading, its leaves)}."""
    writer = PdfWriter()
    tags = Tags(writer)
    starts, anchors = {}, {}
    for name, (_, reader) in {"": ("", front), **chapters}.items():
        starts[name], anchors[name] = len(writer.pages), places(reader)
        writer.append(reader, import_outline=False)
        tags.add(reader, writer.pages[starts[name] :])
    tags.close()
    for kind in ("/Dests", "/Names"):  # anchors of the same name are in every chapter
        writer.root_object.pop(kind, None)
    for leaf in writer.pages:
        for link in (x.get_object() for x in leaf.get("/Annots", [])):
            target = link.get("/A", {}).get("/URI", "")
            link[NameObject("/Contents")] = TextStringObject(target)
            if target.startswith(SCHEME):
                name, _, anchor = target.removeprefix(SCHEME).partition("#")
                number, top = anchors[name].get(unquote(anchor), (0, None))
                aim(link, writer.pages[starts[name] + number], top, chapters[name][0])
    for caption, names in book.parts:
        part = writer.add_outline_item(title=caption, page_number=starts[names[0]], is_open=False)
        for name in names:
            reader = chapters[name][1]
            add_outline(writer, reader, reader.outline, starts[name], part)
    leaves = len(front.pages)
    writer.set_page_label(0, leaves - 1, style="/r")
    writer.set_page_label(leaves, len(writer.pages) - 1, style="/D", start=1)
    writer.add_metadata({"/Title": TITLE, "/Author": book.author})
    writer.root_object[NameObject("/Lang")] = TextStringObject(book.language)
    shown = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.root_object[NameObject("/ViewerPreferences")] = shown
    writer.page_mode = "/UseOutlines"
    writer.pdf_header = "%PDF-1.7"
    return writer


def write_pdf(book, target, browser):
    page = still_page(browser)
    chapters, contents, first = {}, [], 1
    for caption, names in book.parts:
        lines = []
        for name in names:
            heading, reader = chapters[name] = print_chapter(page, book, name, first)
            lines.append((name, heading, first))
            first += len(reader.pages)
        contents.append((caption, lines))
    joined = join(book, print_front(page, book, contents), chapters)
    joined.compress_identical_objects()
    joined.write(target)
