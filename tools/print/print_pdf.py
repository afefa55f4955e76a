"""The book on paper: a browser prints each chapter, in the print style of optedu.css; then they are joined."""

import html
import io
import json
import tomllib
from urllib.parse import unquote

from printed import ROOT, TITLE, open_chapter, still_page
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, FloatObject, NameObject, NullObject, TextStringObject

SCHEME = "optedu:"  # a link to a printed chapter, until it is known where that is
COLUMN = 642  # px: the width of A4 less the margins that optedu.css sets
# Print lays out without scripts: all pictures at once, and what still is too wide becomes smaller.
FIT = """() => {
  for (const picture of document.images) picture.loading = "eager";
  for (const box of document.querySelectorAll("article :is(mjx-container, table, pre, svg)")) {
    const room = box.parentElement.getBoundingClientRect().width;
    const width = Math.max(box.scrollWidth, box.firstElementChild?.offsetWidth ?? 0);
    if (room && width > room + 1) box.style.zoom = room / width;
  }
}"""
TOO_WIDE = """column => [...document.querySelectorAll("article *")]
  .filter(e => e.getBoundingClientRect().right > column + 1)
  .map(e => `${e.tagName}.${e.getAttribute("class")} ${e.textContent.trim().slice(0, 60)}`)"""
STYLE = "text => document.head.append(Object.assign(document.createElement('style'), {textContent: text}))"
# The browser tells where an anchor has come to lie only if a link of the same page leads there.
ANCHORS = """() => {
  const links = document.createElement("div");
  for (const {id} of document.querySelectorAll("article [id]"))
    links.append(Object.assign(document.createElement("a"), {href: "#" + encodeURIComponent(id)}));
  document.body.append(links);
}"""


def to_pdf(page, heading, first, numbers="decimal"):
    """The page as it is now, its leaves numbered from `first`."""
    heading = json.dumps(heading, ensure_ascii=False)
    title = f"@top-right {{ content: {heading}; font: 9pt 'Source Sans 3'; color: #555d68 }}"
    number = f"@bottom-center {{ content: counter(page, {numbers}) }}"
    page.evaluate(STYLE, f"@page {{ {title} {number} }} html {{ counter-reset: page {first - 1} }}")
    return PdfReader(io.BytesIO(page.pdf(format="A4", print_background=True)))


def fit(page):
    """Make what is too wide for the paper smaller; an error if it still is."""
    page.set_viewport_size({"width": COLUMN, "height": 900})
    page.emulate_media(media="print")
    page.evaluate(FIT)
    if wide := page.evaluate(TOO_WIDE, COLUMN):
        raise ValueError(f"{page.url}: wider than the paper: {wide[:5]}")


def print_chapter(page, book, name, first):
    def relink(link):
        place = book.place(link)
        return SCHEME + "#".join(place) if place else book.public(link)

    heading = open_chapter(page, book, name, relink)
    fit(page)
    page.evaluate(ANCHORS)
    return heading, to_pdf(page, heading, first)


FRONT = """
.front { height: 240mm; padding-top: 70mm; display: flex; flex-direction: column; font-family: var(--sans); }
.front h1 { font-size: 34pt; margin: 0 0 6mm; } .front h1 ~ p { font-size: 13pt; margin: 0 0 2mm; }
.front .foot { margin-top: auto; font-size: 10pt !important; }
.contents { break-before: page; font-family: var(--sans); } .contents h3 { margin: 1.2rem 0 .3rem; }
.contents p { display: flex; margin: 0 0 .15rem; gap: .5rem; } .contents a { color: inherit; text-decoration: none; }
.contents i { flex: 1; border-bottom: 1px dotted #999; margin-bottom: .35em; }
"""


def front_matter(book, contents):
    """A title page, and a table of contents: (caption, [(name, heading, page)]) for each part."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["version"]
    lines = [
        f'<div class="front"><h1>{TITLE}</h1><p>Every rule printed is the rule that runs.</p><p>{book.author}</p>'
        f'<p class="foot">optedu {version}. The book with its notebooks, races and drills: '
        f'<a href="{book.address}">{book.address}</a><br/>Text under CC BY 4.0, code under the MIT License.</p></div>'
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
    page.evaluate(STYLE, FRONT)
    fit(page)
    return to_pdf(page, "", 1, "lower-roman")


def places(reader):
    """Where on which leaf of a printed chapter each anchor lies."""
    found = {"": (0, None)}
    for name, destination in reader.named_destinations.items():
        found[unquote(name.removeprefix("/"))] = reader.get_destination_page_number(destination), destination.top
    return found


def aim(link, leaf, top):
    """Turn a link to an address into one to a leaf of the same document."""
    del link["/A"]
    height = NullObject() if top is None else FloatObject(top)
    link[NameObject("/Dest")] = ArrayObject(
        [leaf.indirect_reference, NameObject("/XYZ"), NullObject(), height, NullObject()]
    )


def join(book, front, chapters):
    """One document of the front matter and the chapters, {name: (heading, its leaves)}."""
    writer = PdfWriter()
    writer.append(front, import_outline=False)
    starts, anchors = {}, {}
    for name, (_, reader) in chapters.items():
        starts[name], anchors[name] = len(writer.pages), places(reader)
        writer.append(reader, import_outline=False)
    for kind in ("/Dests", "/Names"):  # anchors of the same name are in every chapter
        writer.root_object.pop(kind, None)
    for leaf in writer.pages:
        for link in (x.get_object() for x in leaf.get("/Annots", [])):
            target = link.get("/A", {}).get("/URI", "")
            if target.startswith(SCHEME):
                name, _, anchor = target.removeprefix(SCHEME).partition("#")
                number, top = anchors[name].get(unquote(anchor), (0, None))
                aim(link, writer.pages[starts[name] + number], top)
    for caption, names in book.parts:
        part = writer.add_outline_item(title=caption, page_number=starts[names[0]])
        for name in names:
            writer.add_outline_item(title=chapters[name][0], page_number=starts[name], parent=part)
    leaves = len(front.pages)
    writer.set_page_label(0, leaves - 1, style="/r")
    writer.set_page_label(leaves, len(writer.pages) - 1, style="/D", start=1)
    writer.add_metadata({"/Title": TITLE, "/Author": book.author})
    writer.root_object[NameObject("/Lang")] = TextStringObject(book.language)
    writer.page_mode = "/UseOutlines"
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
