"""The book in a reader: an EPUB of each chapter's article as XHTML, with MathML for the formulas."""

import html
import zipfile
from pathlib import Path
from urllib.parse import unquote

from extras import CHANGE
from printed import ROOT, TITLE, open_chapter, still_page
from pygments.formatters import HtmlFormatter

# XHTML of an article, and the pictures in it. A reader folds by itself, and sets formulas.
ARTICLE = """() => {
  const article = document.querySelector("article");
  for (const box of article.querySelectorAll("mjx-container")) box.replaceWith(box.querySelector("math"));
  for (const row of article.querySelectorAll("mlabeledtr")) {  // an old element: the number of an equation comes last
    const plain = document.createElementNS(row.namespaceURI, "mtr");
    plain.append(...[...row.children].slice(1), row.children[0]);
    row.replaceWith(plain);
  }
  article.querySelectorAll("[columnspacing='']").forEach(e => e.removeAttribute("columnspacing"));
  for (const letter of article.querySelectorAll("math [mathvariant]")) {  // as are letters by attribute
    const plain = {"double-struck E": "𝔼", "double-struck R": "ℝ", "script L": "ℒ"};
    const name = `${letter.getAttribute("mathvariant")} ${letter.textContent}`;
    if (name in plain) { letter.textContent = plain[name]; letter.removeAttribute("mathvariant"); }
  }
  for (const wrapped of article.querySelectorAll("summary p")) wrapped.replaceWith(...wrapped.childNodes, " ");
  for (const drawn of article.querySelectorAll("svg[role]:not([role=img])")) drawn.setAttribute("role", "img");
  for (const drawn of article.querySelectorAll("svg.panel [style]"))  // a reader has no variables
    drawn.setAttribute("style", drawn.getAttribute("style").replace(/var\\(--[\\w-]+, *([^)]+)\\)/g, "$1"));
  const images = [...article.querySelectorAll("img")].map(image => image.src);
  for (const image of article.querySelectorAll("img")) {
    image.setAttribute("src", image.src.split("/").pop());
    image.removeAttribute("loading");
  }
  const xml = new XMLSerializer();
  return {body: [...article.childNodes].map(e => xml.serializeToString(e)).join(""), images};
}"""

EPUB_STYLE = """
body { line-height: 1.5; } img, svg { max-width: 100%; height: auto; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8em; background: #f7f4ef; padding: .6em; }
table { border-collapse: collapse; font-size: .85em; } th, td { text-align: left; padding: .2em .5em; border-bottom: 1px solid #dcd7cd; }
figure { margin: 1.2em 0; } figcaption, .code-block-caption { font-size: .85em; color: #555d68; }
.admonition, details { border-left: 3px solid #12618f; padding-left: .8em; margin: 1em 0; }
.admonition-title, summary { font-weight: bold; } .eqno { float: right; }
figure, tr, .cell_input { break-inside: avoid; } h1, h2, h3, summary { break-after: avoid; }
.drawing svg { display: block; width: 100%; max-width: 32em; margin: .6em 0; font-family: sans-serif; }
svg.family path { fill: none; stroke: #555d68; } svg.family rect { fill: #f6f8f9; stroke: #dcd7cd; }
svg.family text { text-anchor: middle; font-size: 12.5px; fill: #555d68; }
svg.family .label { paint-order: stroke; stroke: #fff; stroke-width: 5px; } nav ol { list-style: none; padding-left: 1em; }
.elsewhere { font-size: .85em; }
"""  # noqa: E501
XHTML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" xml:lang="{language}">
<head><title>{title}</title><link rel="stylesheet" href="book.css"/></head>
<body>{body}</body>
</html>
"""  # noqa: E501
CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{address}</dc:identifier><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>
<dc:language>{language}</dc:language><meta property="dcterms:modified">{day}T00:00:00Z</meta>
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""
TYPES = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".png": "image/png", ".svg": "image/svg+xml"}


def file_of(name):
    """All files of the EPUB lie in one folder: book/adam/amsgrad is adam-amsgrad.xhtml."""
    return name.removeprefix("book/").replace("/", "-") + ".xhtml"


def xhtml(book, title, body):
    return XHTML.format(language=book.language, title=html.escape(title), body=body)


def navigation(book, headings):
    parts = []
    for caption, names in book.parts:
        lines = "".join(f'<li><a href="{file_of(n)}">{html.escape(headings[n])}</a></li>' for n in names)
        parts.append(f"<li><span>{html.escape(caption)}</span><ol>{lines}</ol></li>")
    toc = f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>{"".join(parts)}</ol></nav>'
    return xhtml(book, "Contents", toc)


def manifest_item(name, content):
    """A file's line in the list of all; a page says what is special in it."""
    special = [kind for kind, tag in {"mathml": "<math", "svg": "<svg"}.items() if tag in str(content)]
    special += {"nav.xhtml": ["nav"], "card.png": ["cover-image"]}.get(name, [])
    properties = f' properties="{" ".join(special)}"' if special else ""
    return f'<item id="f-{name}" href="{name}" media-type="{TYPES[Path(name).suffix]}"{properties}/>'


def package(book, files):
    day = CHANGE.search((ROOT / "CHANGELOG.md").read_text("utf8"))[2]
    spine = ["nav.xhtml", *map(file_of, book.names)]
    return PACKAGE.format(
        language=book.language,
        address=book.address,
        title=TITLE,
        author=book.author,
        day=day,
        manifest="\n".join(manifest_item(*item) for item in files.items()),
        spine="\n".join(f'<itemref idref="f-{name}"/>' for name in spine),
    )


def write_epub(book, target, browser):
    def relink(link):
        place = book.place(link)
        if not place:
            return book.public(link)
        name, anchor = place
        return file_of(name) + (f"#{anchor}" if anchor else "")

    page, headings = still_page(browser), {}
    code = HtmlFormatter(style="a11y-high-contrast-light").get_style_defs(".highlight")
    files = {"book.css": EPUB_STYLE + code, "card.png": (book.site / "_static/card.png").read_bytes()}
    for name in book.names:
        headings[name] = open_chapter(page, book, name, relink)
        article = page.evaluate(ARTICLE)
        files[file_of(name)] = xhtml(book, headings[name], article["body"])
        for image in article["images"]:
            path = book.site / unquote(image.removeprefix(book.site.as_uri() + "/"))
            files[path.name] = path.read_bytes()
    files["nav.xhtml"] = navigation(book, headings)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        # A reader knows the kind of the file by its first bytes. One date: the same book is the same file.
        packed.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip", zipfile.ZIP_STORED)
        inside = {"META-INF/container.xml": CONTAINER, "book/content.opf": package(book, files)}
        for name, content in (inside | {f"book/{name}": content for name, content in files.items()}).items():
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
