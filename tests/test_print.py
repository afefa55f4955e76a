"""The book as one PDF and one EPUB: whole, joined, and leading nowhere that is not there."""

import dataclasses
import re
import zipfile
from itertools import chain
from pathlib import PurePosixPath
from urllib.parse import urldefrag
from xml.etree import ElementTree

import print_epub
import print_pdf
import pypdf
import pytest
from printed import TITLE, read_book, still_page
from site_helpers import ROOT, built, site, toc_entries  # noqa: F401

PARTS = [("Adam", ["book/adam/amsgrad"]), ("Rest", ["book/interview/quiz", "book/reference/bibliography"])]
HEADINGS = ["12. AMSGrad", "Quiz", "Bibliography"]
OPF = {"o": "http://www.idpf.org/2007/opf"}
MATHML = "{http://www.w3.org/1998/Math/MathML}"


@pytest.fixture(scope="module")
def book(site):  # noqa: F811
    """Three chapters of the book as if they were all."""
    return dataclasses.replace(read_book(site), parts=PARTS)


@pytest.fixture(scope="module")
def pdf(book, browser, tmp_path_factory):
    target = tmp_path_factory.mktemp("print") / "book.pdf"
    print_pdf.write_pdf(book, target, browser)
    return pypdf.PdfReader(target)


@pytest.fixture(scope="module")
def texts(pdf):
    return [leaf.extract_text() for leaf in pdf.pages]


@pytest.fixture(scope="module")
def epub(book, browser, tmp_path_factory):
    target = tmp_path_factory.mktemp("print") / "book.epub"
    print_epub.write_epub(book, target, browser)
    with zipfile.ZipFile(target) as packed:
        yield packed


@pytest.fixture
def paper(browser):
    page = still_page(browser)
    yield page
    page.context.close()


def leaf_of(pdf, heading):
    """The number of the leaf that the outline names so."""
    entries = [entry for part in pdf.outline if isinstance(part, list) for entry in part]
    return pdf.get_destination_page_number(next(entry for entry in entries if entry.title == heading))


def links(pdf):
    """(leaf, annotation) of every link."""
    for number, leaf in enumerate(pdf.pages):
        for link in leaf.get("/Annots", []):
            yield number, link.get_object()


def landing(pdf, link):
    """Number of the leaf, and the height on it, to which a link within the document leads."""
    leaf, _, _, top, _ = link["/Dest"]
    return next(n for n, p in enumerate(pdf.pages) if p.indirect_reference == leaf), top


def test_all_that_the_toc_lists_is_printed(site):  # noqa: F811
    assert read_book(site).names == toc_entries()


def test_the_outline_has_parts_and_chapters(pdf, texts):
    parts = [entry.title for entry in pdf.outline if not isinstance(entry, list)]
    chapters = [[entry.title for entry in part] for part in pdf.outline if isinstance(part, list)]
    assert parts == ["Adam", "Rest"] and chapters == [HEADINGS[:1], HEADINGS[1:]]
    for heading in HEADINGS:
        assert heading in texts[leaf_of(pdf, heading)]


def test_it_says_what_it_is(pdf, texts):
    assert (pdf.metadata.title, pdf.metadata.author) == (TITLE, "The optedu authors")
    assert pdf.root_object["/Lang"] == "en"
    assert TITLE.split()[-1] in texts[0]
    for leaf in pdf.pages:
        assert [float(x) for x in leaf.mediabox] == pytest.approx([0, 0, 595.3, 841.9], abs=1), "A4"


def test_the_contents_give_the_numbers_that_are_printed(pdf, texts):
    labels = pdf.page_labels
    contents = re.sub(r"\s+", " ", texts[1])
    assert labels[:2] == ["i", "ii"]
    for heading in HEADINGS:
        number = labels[leaf_of(pdf, heading)]
        assert f"{heading} {number}" in contents
    for label, text in zip(labels, texts, strict=True):
        assert label in text.split()


def test_no_link_leads_out_of_the_book_but_to_a_public_address(pdf):
    addresses = [link["/A"]["/URI"] for _, link in links(pdf) if "/A" in link]
    assert addresses and not [x for x in addresses if not x.startswith("https://")]
    ours = [x.removeprefix("https://optedu.github.io/optedu/") for x in addresses if "optedu.github.io" in x]
    assert ours and not [
        x for x in ours for name in chain.from_iterable(names for _, names in PARTS) if f"{name}.html#" in x
    ]


def test_a_citation_leads_to_its_entry(pdf, texts):
    first, last = leaf_of(pdf, "Quiz"), leaf_of(pdf, "Bibliography")
    landings = [landing(pdf, link) for number, link in links(pdf) if number < first and "/Dest" in link]
    entries = [(leaf, top) for leaf, top in landings if leaf > last]
    assert len({top for _, top in entries}) > 1, "different entries, different heights"
    text = "".join(texts[leaf] for leaf, _ in entries)
    assert "On the convergence of Adam and beyond" in re.sub(r"\s+", " ", text)


def test_folds_are_open_and_formulas_stand_in_their_sentence(texts):
    text = " ".join(texts)
    assert "In 30 seconds." in text and "Solution" in text
    assert "Show code cell" not in text
    assert re.search(r"AMSGrad[^.]*takes", text), "a sentence around a formula"


def test_what_runs_is_replaced_by_its_address(pdf, texts):
    text = texts[leaf_of(pdf, "Quiz")]
    assert "This runs in the page" in text and "interview/quiz.html" in text and "switched off" not in text


def test_what_is_too_wide_becomes_smaller_or_is_refused(paper, book):
    paper.goto((book.site / "book/interview/quiz.html").as_uri())
    paper.evaluate(
        "() => { document.querySelector('article').innerHTML = '<div><table><tr><td></td></tr></table></div>'; }"
    )
    paper.evaluate("() => { document.querySelector('td').style.minWidth = '900px'; }")
    print_pdf.fit(paper)
    assert paper.evaluate("document.querySelector('table').getBoundingClientRect().width") <= print_pdf.COLUMN
    paper.evaluate("() => { document.querySelector('article').innerHTML = '<p style=\"width: 900px\">wide</p>'; }")
    with pytest.raises(ValueError, match="quiz.html: wider than the paper: .*wide"):
        print_pdf.fit(paper)


def test_who_reads_in_the_dark_prints_in_ink(browser, book):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto((book.site / "book/adam/amsgrad.html").as_uri())
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    page.emulate_media(media="print", color_scheme="dark")
    colors = "all => all.map(e => getComputedStyle(e).color.match(/[\\d.]+/g).slice(0, 3).map(Number))"
    pale = [c for c in page.eval_on_selector_all("article *", colors) if min(c) > 128]
    paper = "[document.body, document.querySelector('article pre')].map(e => getComputedStyle(e).backgroundColor)"
    assert not pale and page.evaluate(paper) == ["rgba(0, 0, 0, 0)"] * 2
    context.close()


def test_the_epub_begins_with_what_it_is(epub):
    first = epub.infolist()[0]
    assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED and not first.extra
    assert epub.read("mimetype") == b"application/epub+zip"


def test_the_epub_lists_what_it_holds(epub):
    package = ElementTree.fromstring(epub.read("book/content.opf"))
    listed = [item.get("href") for item in package.iterfind(".//o:item", OPF)]
    held = [name.removeprefix("book/") for name in epub.namelist()]
    assert sorted(listed) == sorted(set(held) - {"mimetype", "META-INF/container.xml", "content.opf"})
    chapters = [item.get("idref").removeprefix("f-") for item in package.iterfind(".//o:itemref", OPF)]
    assert chapters == ["nav.xhtml", "adam-amsgrad.xhtml", "interview-quiz.xhtml", "reference-bibliography.xhtml"]
    nav = epub.read("book/nav.xhtml").decode()
    assert all(heading in nav for heading in HEADINGS)


def test_the_epubs_pages_are_xml_with_mathml_and_no_script(epub):
    pages = {n: ElementTree.fromstring(epub.read(n)) for n in epub.namelist() if n.endswith(".xhtml")}
    math = list(pages["book/adam-amsgrad.xhtml"].iter(MATHML + "math"))
    assert len(math) > 20 and all("".join(e.itertext()).strip() for e in math)
    tags = {e.tag.split("}")[1] for page in pages.values() for e in page.iter()}
    assert not tags & {"script", "button", "mjx-container", "mlabeledtr"}


def test_the_epubs_links_and_pictures_are_there(epub):
    pages = {PurePosixPath(n).name: epub.read(n).decode() for n in epub.namelist() if n.endswith(".xhtml")}
    found = [(name, x) for name, text in pages.items() for x in re.findall(r'(?:href|src)="([^"]+)"', text)]
    inside = [(name, *urldefrag(x)) for name, x in found if not x.startswith("https://")]
    assert ("adam-amsgrad.xhtml", "reference-bibliography.xhtml") in {(name, file) for name, file, _ in inside}
    for name, file, anchor in inside:
        assert f"book/{file or name}" in epub.namelist()
        assert not anchor or f'id="{anchor}"' in pages[file or name], (name, file, anchor)


def test_what_the_front_page_links_is_published():
    linked = re.findall(
        r"\]\((https://optedu\.github\.io/\S+/optedu\.\w+)\)", (ROOT / "book/intro.md").read_text("utf8")
    )
    published = (ROOT / ".github/workflows/publish.yml").read_text("utf8")
    base = read_book(ROOT).address
    assert linked == [f"{base}optedu.pdf", f"{base}optedu.epub"]
    assert "make pdf epub" in published and "cp _build/optedu.pdf _build/optedu.epub _build/html/" in published
