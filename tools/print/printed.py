"""The book as it is printed: its parts, and each chapter loaded from the built site with its links rewritten."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag

import yaml

ROOT = Path(__file__).resolve().parents[2]
TITLE = "How neural networks are optimized"
# Pages that stay on the site: tools, which a book cannot run; what stands in it already; measurements, made by code.
ON_THE_SITE = {
    "tools": ("race", "interview/drill", "interview/quiz", "interview/mock_interview", "interview/course"),
    "again": ("interview/questions", *(f"interview/bank/level_{x}" for x in ("basic", "mid", "senior", "staff"))),
    "made": (
        *(f"interview/{x}" for x in ("mutation_score", "public_drills", "ledger")),
        *(f"reference/{x}" for x in ("anatomy", "labs", "conformance", "speed", "api")),
    ),
}
LEFT_OUT = {f"book/{name}" for names in ON_THE_SITE.values() for name in names}
PREPARE = (Path(__file__).parent / "prepare.js").read_text("utf8")


@dataclass
class Book:
    """What is printed: parts, each a caption and the names of its pages in the built site."""

    site: Path
    parts: list[tuple[str, list[str]]]
    author: str
    language: str
    address: str

    @property
    def names(self):
        return [name for _, names in self.parts for name in names]

    def place(self, link):
        """(page, anchor) of a link to a page of the book; None for any other."""
        target, anchor = urldefrag(link)
        name = unquote(target.removeprefix(self.site.as_uri() + "/")).removesuffix(".html")
        name = "book/intro" if name == "index" else name
        return (name, unquote(anchor)) if name in self.names else None

    def public(self, link):
        """The same link for those who have not this folder."""
        return link.replace(self.site.as_uri() + "/", self.address)


def files(chapters):
    """Their pages, each before those that stand below it."""
    for one in chapters:
        yield one["file"]
        yield from files(one.get("sections", []))


def read_book(site):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    parts = [(part["caption"], list(files(part["chapters"]))) for part in toc["parts"]]
    parts[0][1].insert(0, toc["root"])
    if unknown := LEFT_OUT - {name for _, names in parts for name in names}:
        raise ValueError(f"left out of the book, but not in _toc.yml: {sorted(unknown)}")
    parts = [(caption, [name for name in names if name not in LEFT_OUT]) for caption, names in parts]
    language, address = config["sphinx"]["config"]["language"], config["html"]["baseurl"]
    return Book(Path(site).resolve(), parts, config["author"], language, address)


LINKS = "links => links.map(a => new URL(a.getAttribute('href'), document.baseURI).href)"
RELINK = "(links, to) => links.forEach((a, i) => a.setAttribute('href', to[i]))"
HEADING = """() => {
  const heading = document.querySelector("article h1").cloneNode(true);
  heading.querySelectorAll("mjx-assistive-mml").forEach(e => e.remove());
  return heading.textContent.replace(/\\s+/g, " ").trim();
}"""


def open_chapter(page, book, name, relink):
    """Load a page of the site, made a chapter, and its links rewritten; returns its heading."""
    page.goto((book.site / f"{name}.html").as_uri())
    page.evaluate(PREPARE, [name, f"{book.address}{name}.html"])
    links = page.eval_on_selector_all("article a[href]", LINKS)
    page.eval_on_selector_all("article a[href]", RELINK, [relink(link) for link in links])
    return page.evaluate(HEADING)


def still_page(browser):
    """A page that runs no script: what is printed is what the site ships."""
    page = browser.new_context(java_script_enabled=False, color_scheme="light").new_page()
    page.set_default_timeout(10 * 60 * 1000)  # the machine may have other work
    return page
