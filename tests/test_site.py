"""The site builds without a warning, leads nowhere that is not there, and needs nobody else."""

import re
from collections import Counter, defaultdict
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit
from xml.etree import ElementTree

import practice_data
import pytest
from extras import REDIRECTS, feed
from offline_site import ON_SOME_PAGE, repaired
from site_helpers import built, site, toc_entries  # noqa: F401

from optedu.drill import LEVELS, exercises

LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src", "object": "data"}
FETCHED = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect", "dns-prefetch", "manifest"}


class Page(HTMLParser):
    """What one page offers (ids), points to (links), loads (assets), and shows (images)."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.assets, self.silent = set(), [], [], []
        self.feed(path.read_text("utf8"))

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        self.ids |= {a[k] for k in ("id", "name") if a.get(k)}
        if tag in ("a", "area") and a.get("href") is not None:
            self.links.append(a["href"])
        if tag in LOADS and a.get(LOADS[tag]):
            self.assets.append(a[LOADS[tag]])
        if tag == "link" and FETCHED & set((a.get("rel") or "").split()):
            self.assets.append(a["href"])
        # Decoration says so with an empty text; without a text Sphinx writes the file's name.
        if tag == "img" and (a.get("alt") is None or re.search(r"\.(png|svg|jpe?g|gif|webp)$", a["alt"])):
            self.silent.append(a.get("src"))


@pytest.fixture(scope="module")
def pages(site):  # noqa: F811
    return {path: Page(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}


def external(address):
    return bool(urlsplit(address).netloc)


def practice_addresses(site):  # noqa: F811
    """What the drill and the quiz understand after a #."""
    topics = ["all", *practice_data.quiz_list()["topics"]]
    asked = {*topics, *(f"{topic}/{level}" for topic in topics for level in LEVELS)}
    folder = site.resolve() / "book/interview"
    return {folder / "drill.html": {e.name for e in exercises()}, folder / "quiz.html": asked}


def complaints(pages, of):
    found = defaultdict(list)
    for path, page in pages.items():
        for problem in of(path, page):
            found[problem].append(path.name)
    return {problem: names[:3] for problem, names in found.items()}


def test_the_book_builds_without_a_warning(built):  # noqa: F811
    status, said, _ = built
    loud = [line for line in said.splitlines() if re.search("WARNING|ERROR|CRITICAL|rror:", line)]
    assert status == 0, "\n".join(loud or said.splitlines()[-40:])


def test_every_page_of_the_toc_is_built_and_nothing_else(site, pages):  # noqa: F811
    names = {p.relative_to(site).with_suffix("").as_posix() for p in pages}
    assert names - {"index", "genindex", "search", "404"} - set(REDIRECTS) == set(toc_entries())


def test_every_internal_link_and_anchor_resolves(site, pages):  # noqa: F811
    def broken(path, page):
        for link in page.links + page.assets:
            target, anchor = urldefrag(link)
            if external(link) or urlsplit(link).scheme in ("mailto", "data", "javascript"):
                continue
            file = (path.parent / unquote(urlsplit(target).path)).resolve() if target else path
            there = file.is_file() and file.is_relative_to(site.resolve())
            if not there or (anchor and file in ids and unquote(anchor) not in ids[file]):
                yield link

    ids = {path.resolve(): set(page.ids) for path, page in pages.items()}
    for path, addresses in practice_addresses(site).items():
        ids[path] |= addresses
    assert not complaints(pages, broken)


def test_a_chapter_leads_to_its_drills_and_a_topic_to_its_quiz(site, pages):  # noqa: F811
    for one in exercises():
        assert f"../interview/drill.html#{one.name}" in pages[site / f"book/{one.chapter}.html"].links, one.chapter
    for topic in practice_data.quiz_list()["topics"]:
        assert f"../quiz.html#{topic}/senior" in pages[site / f"book/interview/bank/{topic}.html"].links, topic


def test_no_page_loads_anything_from_elsewhere(pages):
    def foreign(path, page):
        yield from filter(external, page.assets)

    assert not complaints(pages, foreign)


def test_no_stylesheet_loads_anything_from_elsewhere(site):  # noqa: F811
    for sheet in site.rglob("*.css"):
        addresses = re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s]+)""", sheet.read_text("utf8"))
        assert not [x for x in addresses if external(x)], sheet


def test_every_image_says_what_it_shows(pages):
    assert not complaints(pages, lambda path, page: page.silent)


def test_what_all_pages_load_is_one_sheet_and_one_script(site):  # noqa: F811
    page = (site / "book/adam/bias_correction.html").read_text("utf8")
    assert re.findall(r'rel="stylesheet" href="([^"]+)"', page) == ["../../_static/book.css"]
    assert not re.findall(r'<script (?!defer)[^>]*src="', page), "a script that holds up the page"
    assert "tex-chtml" not in page


def test_the_feed_names_every_change():
    said = feed("# Changes\n\n## 0.2.0 (2026-12-01)\n\n- b < c\n\n## 0.1.0 (2026-11-21)\n\n- a\n", "https://x/")
    entries = ElementTree.fromstring(said).findall("{http://www.w3.org/2005/Atom}entry")
    assert [e.findtext("{*}title") for e in entries] == ["optedu 0.2.0", "optedu 0.1.0"]
    assert entries[0].findtext("{*}content") == "- b < c"


@pytest.mark.parametrize(
    ("around", "kept"),
    [
        ("{}", "{}"),
        ("in {}.", "in <{}.>"),
        ("({})", "<({})>"),
        ("steps ({} so", "steps <({}> so"),
        ("“{}”: a", "<“{}”:> a"),
    ],
)
def test_no_line_ends_or_begins_with_the_mark_beside_a_formula(around, kept):
    plain = '<span class="math notranslate nohighlight"><mjx-container></mjx-container></span>'
    for formula in (plain, f'<span class="live-t0">{plain}</span>'):
        text = around.format(formula)
        text = repaired(text, ON_SOME_PAGE, Counter())
        assert text == re.sub("<(.*)>", r'<span class="unbroken">\1</span>', kept).format(formula)
