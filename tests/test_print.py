"""The book as one PDF and one EPUB: whole, joined, and leading nowhere that is not there."""

import dataclasses
import re
import shutil
import subprocess
import zipfile
from functools import partial
from itertools import chain
from pathlib import PurePosixPath
from urllib.parse import urldefrag
from xml.etree import ElementTree

import print_epub
import print_pdf
import pypdf
import pytest
from printed import LEFT_OUT, PREPARE, TITLE, read_book, still_page
from site_helpers import ROOT, built, site, toc_entries  # noqa: F401

PARTS = [("Adam", ["book/adam/amsgrad"]), ("Rest", ["book/interview/bank/clipping", "book/reference/bibliography"])]
SILENT = "<title>x</title><article><h1>x</h1><p>Here: <img src='a.png'></p></article>"
HEADINGS = ["12. AMSGrad", "Questions: Clipping and stability", "Bibliography"]
SECTION = "AMSGrad never forgets"
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


def entries(outline, depth=0):
    """(depth, entry) of each line of the outline."""
    for entry in outline:
        if isinstance(entry, list):
            yield from entries(entry, depth + 1)
        else:
            yield depth, entry


def leaf_of(pdf, heading):
    """The number of the leaf that the outline names so."""
    return pdf.get_destination_page_number(next(x for depth, x in entries(pdf.outline) if depth and x.title == heading))


def elements(node):
    """Every element of the structure tree, from the top."""
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            yield from elements(one)
    elif isinstance(node, dict) and "/S" in node:
        yield node
        yield from elements(node["/K"])


def links(pdf):
    """(leaf, annotation) of every link."""
    for number, leaf in enumerate(pdf.pages):
        for link in leaf.get("/Annots", []):
            yield number, link.get_object()


def landing(pdf, link):
    """Number of the leaf, and the height on it, to which a link within the document leads."""
    leaf, _, _, top, _ = link["/Dest"]
    return next(n for n, p in enumerate(pdf.pages) if p.indirect_reference == leaf), top


def test_all_that_the_toc_lists_is_printed_or_named_as_left_out(site):  # noqa: F811
    names = read_book(site).names
    assert names == [name for name in toc_entries() if name not in LEFT_OUT] and {*toc_entries()} > LEFT_OUT


def test_the_outline_has_parts_chapters_and_sections(pdf, texts):
    by_depth = {depth: [x.title for d, x in entries(pdf.outline) if d == depth] for depth in range(3)}
    assert by_depth[0] == ["Adam", "Rest"] and by_depth[1] == HEADINGS and SECTION in by_depth[2]
    for heading in (*HEADINGS, SECTION):
        assert heading in texts[leaf_of(pdf, heading)]


def test_it_is_tagged(pdf):
    assert pdf.root_object["/MarkInfo"]["/Marked"] and pdf.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    found = list(elements(pdf.root_object["/StructTreeRoot"]["/K"]))
    kinds = {kind: [one for one in found if one["/S"] == kind] for kind in {one["/S"] for one in found}}
    assert len(kinds["/H1"]) == 1 + len(HEADINGS) and len(kinds["/H2"]) > 8 and len(kinds["/H3"]) >= 10
    assert {"/P", "/L", "/LI", "/Table", "/TR", "/TH", "/TD", "/Link", "/Code"} <= {*kinds}
    assert len(kinds["/Figure"]) >= 3 and len(kinds["/Formula"]) > 60
    assert all(one["/Alt"].strip() for one in kinds["/Figure"] + kinds["/Formula"])
    spoken = {one["/Alt"] for one in kinds["/Formula"]}
    assert "v hat" in " ".join(spoken) and not [text for text in spoken if "\u2063" in text]


def test_every_piece_of_a_page_has_its_place_in_the_tags(pdf):
    numbers = pdf.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    owners = {int(k): owner.get_object() for k, owner in zip(numbers[::2], numbers[1::2], strict=True)}
    for leaf in pdf.pages:
        marks = {int(n) for n in re.findall(rb"/MCID (\d+)", leaf.get_contents().get_data())}
        pieces = owners[leaf["/StructParents"]]
        assert marks <= set(range(len(pieces))) and all("/S" in one.get_object() for one in pieces)
    for _, link in links(pdf):
        assert owners[link["/StructParent"]]["/S"] == "/Link" and link["/Contents"]


@pytest.mark.nightly
def test_the_whole_book_is_one_tagged_document(site, browser, tmp_path):  # noqa: F811
    book = read_book(site)
    print_pdf.write_pdf(book, tmp_path / "book.pdf", browser)
    pdf = pypdf.PdfReader(tmp_path / "book.pdf")
    test_every_piece_of_a_page_has_its_place_in_the_tags(pdf)
    found = list(elements(pdf.root_object["/StructTreeRoot"]["/K"]))
    pictures = [one for one in found if one["/S"] in ("/Figure", "/Formula")]
    assert len(pictures) > 5000 and all(one["/Alt"].strip() for one in pictures)
    assert sum(one["/S"] == "/H1" for one in found) == 1 + len(book.names)
    chapters = [pdf.get_destination_page_number(one) for depth, one in entries(pdf.outline) if depth == 1]
    assert len(chapters) == len(book.names)
    length = {name: b - a for name, a, b in zip(book.names, chapters, [*chapters[1:], len(pdf.pages)], strict=True)}
    assert len(pdf.pages) <= 760 and not {name for name, n in length.items() if n > 14 and "/bank/" not in name}
    assert not [link for _, link in links(pdf) if link.get("/A", {}).get("/URI", "https://")[:8] != "https://"]


def test_a_picture_that_says_nothing_is_refused(paper, book):
    name = "book/adam/amsgrad"
    print_pdf.print_chapter(paper, book, name, 1)
    paper.evaluate("() => { document.querySelector('article .drawing').setAttribute('aria-label', ' '); }")
    assert paper.evaluate(print_pdf.SILENT)
    paper.context.route("**/amsgrad.html", lambda route: route.fulfill(body=SILENT, content_type="text/html"))
    with pytest.raises(ValueError, match=r"amsgrad.html: pictures without an alternative text: .*a\.png"):
        print_pdf.print_chapter(paper, book, name, 1)


@pytest.mark.parametrize(
    ("mathml", "words"),
    [
        ("<msub><mi>x</mi><mi>t</mi></msub><mo>=</mo><mn>2</mn>", "x sub t equals 2"),
        ("<msup><mi>x</mi><mn>2</mn></msup><mo>−</mo><mi>a</mi>", "x squared minus a"),
        ("<mfrac><mn>1</mn><mrow><mn>1</mn><mo>+</mo><mi>t</mi></mrow></mfrac>", "the fraction 1 over 1 plus t, end"),
        ("<msqrt><mover><mi>v</mi><mo>^</mo></mover></msqrt>", "the root of v hat, end"),
        ("<munderover><mo>∑</mo><mi>k</mi><mi>n</mi></munderover><mi>a</mi>", "the sum from k to n a"),
    ],
)  # fmt: skip
def test_a_formula_is_said_in_words(paper, mathml, words):
    box = f"<article><mjx-container><mjx-math></mjx-math><math>{mathml}</math></mjx-container></article>"
    paper.set_content(box)
    paper.evaluate(print_pdf.FORMULAS, "!")
    assert paper.get_attribute("mjx-container", "aria-label") == f"!{words}"


def test_it_says_what_it_is(pdf, texts):
    assert (pdf.metadata.title, pdf.metadata.author) == (TITLE, "The optedu authors")
    assert pdf.root_object["/Lang"] == "en"
    assert TITLE.split()[-1] in texts[0]
    for leaf in pdf.pages:
        assert [float(x) for x in leaf.mediabox] == pytest.approx([0, 0, 475.1, 633.5], abs=1), "3 : 4"


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
        x
        for x in ours
        for name in chain.from_iterable(names for _, names in PARTS)
        if f"{name}.html#" in x and not re.search(r"-evidence(-\d)?$", x)  # (which is on the site alone)
    ]


def test_a_citation_leads_to_its_entry(pdf, texts):
    first, last = leaf_of(pdf, HEADINGS[1]), leaf_of(pdf, "Bibliography")
    landings = [landing(pdf, link) for number, link in links(pdf) if number < first and "/Dest" in link]
    entries = [(leaf, top) for leaf, top in landings if leaf > last]
    assert len({top for _, top in entries}) > 1, "different entries, different heights"
    text = "".join(texts[leaf] for leaf, _ in entries)
    assert "On the convergence of Adam and beyond" in re.sub(r"\s+", " ", text)


def test_folds_are_open_and_formulas_stand_in_their_sentence(texts):
    text = re.sub(r"\s+", " ", " ".join(texts))
    assert "In 30 seconds." in text and "follow-up questions and sources are on the site" in text
    assert not [leaf for leaf in texts if "\nAnswer\n" in leaf]
    assert "Show code cell" not in text
    assert re.search(r"AMSGrad[^.]*takes", text), "a sentence around a formula"


def test_evidence_is_left_out_and_led_to(pdf, texts):
    assert "The evidence is left out" in re.sub(r"\s+", " ", texts[0])
    text = re.sub(r"\s+", " ", " ".join(texts[2 : leaf_of(pdf, HEADINGS[1])]))
    assert "checks on the site" in text
    assert "assert" not in text.partition("Solutions")[0]
    addresses = {link["/A"]["/URI"] for _, link in links(pdf) if "/A" in link}
    assert [x for x in addresses if re.fullmatch(r"https://.*/book/adam/amsgrad\.html#.*-evidence(-\d)?", x)]


def test_who_leads_into_what_is_left_out_comes_to_what_stands_there(paper):
    paper.set_content(
        "<article><section><h1>x</h1><div class='optedu-race' id='race'>…</div><details class='evidence' id='proof'>"
        "<summary>✓ 4 checks</summary><p id='inner'>assert</p></details></section></article>"
    )
    paper.evaluate(PREPARE, ["x", "https://x.org/x.html"])
    lines = paper.eval_on_selector_all(".elsewhere", "lines => lines.map(e => [e.id, e.textContent])")
    assert lines == [["race", "This runs in the page: https://x.org/x.html"], ["proof", "✓ 4 checks on the site."]]
    assert paper.get_attribute("#proof a", "href") == "https://x.org/x.html#proof"
    assert paper.locator("#proof #inner").count() == 1 and "assert" not in paper.inner_text("article")


def test_what_is_left_out_after_a_paragraph_is_said_at_its_end(paper):
    paper.set_content(
        "<article><section><h1>x</h1><p>So it falls.</p><details class='evidence' id='proof'>"
        "<summary>✓ 1 check</summary><p>assert</p></details><ul><li>y</li></ul></section></article>"
    )
    paper.evaluate(PREPARE, ["x", "https://x.org/x.html"])
    assert paper.inner_text("p:has(#proof)") == "So it falls. ✓ 1 check on the site."
    assert paper.locator("article p").count() == 1


ANSWER = (
    "<p><span id='why'></span></p><p><strong>In 30 seconds.</strong> Since.</p>"
    "<p><strong>In depth.</strong> Because.</p><p><strong>Listens for.</strong> Words.</p>"
    "<p><strong>Trap.</strong> Never.</p><p><strong>Follow-ups.</strong></p><ul><li>And then?</li></ul>"
    "<p><em>Source:</em> A book</p><p><a href='x'>The chapter</a></p>"
)


def test_of_the_bank_the_answers_are_printed(paper):
    paper.set_content(
        "<article><section><h1>Questions: x</h1><p>1 question. Open the fold.</p><p>As a quiz: all</p>"
        f"<section><h2>Mid</h2><section><h3>Why?</h3><details><summary>Answer</summary>{ANSWER}</details></section></section></section></article>"
    )
    paper.evaluate(PREPARE, ["book/interview/bank/x", "https://x.org/x.html"])
    text = paper.text_content("article")
    assert all(word in text for word in ("Why?", "Since.", "Because.", "Never.")) and text.count("on the site") == 1
    assert not [word for word in ("Words.", "And then?", "A book", "The chapter", "As a quiz", "fold") if word in text]
    assert "1 questions" not in text and "1 question with" in text
    assert paper.locator("#why").count() == 1


def test_a_solution_in_words_leaves_its_check_on_the_site(paper):
    exercise = (
        "<p><strong>{0} ({1}).</strong> Do it.</p><details><summary>Solution</summary>{2}</details>"
        "<div class='cell tag_hide-cell'><pre>code_{0}</pre></div>"
    )
    kinds = [(1, "compute", "<p>It is 2.</p>"), (2, "implement", "<p>So.</p>"), (3, "derive", "")]
    paper.set_content(
        "<article><section><h1>x</h1><section id='exercises'><h2>Exercises</h2>"
        + "".join(exercise.format(*kind) for kind in kinds)
        + "</section></section></article>"
    )
    paper.evaluate(PREPARE, ["book/adam/x", "https://x.org/x.html"])
    text = paper.text_content("#solutions")
    assert "It is 2." in text and "code_1" not in text and "code_2" in text and "code_3" in text
    assert paper.text_content("#exercises p") == "1 (compute). Do it. Solution"


def test_a_chapter_asks_and_the_bank_answers(paper):
    page = (
        "<article><section id='interview-questions'><h2>x</h2><details><summary><em>mid</em> · Why?</summary>"
        "<p id='why'>Since.</p></details></section></article>"
    )
    for name, said in [("book/adam/x", ["Why?", "by topic"]), ("book/interview/x", ["Why?", "Since."])]:
        paper.set_content(page)
        paper.evaluate(PREPARE, [name, "https://x.org/x.html"])
        text = paper.text_content("article")
        assert all(word in text for word in said) and ("Since." in text) == ("Since." in said)
        assert paper.locator("#why").count() == 1


def test_solutions_come_after_the_lesson(pdf, texts):
    exercises, solutions = leaf_of(pdf, "Exercises"), leaf_of(pdf, "Solutions")
    assert exercises < leaf_of(pdf, "Reference card") <= solutions < leaf_of(pdf, HEADINGS[1])
    leads = [landing(pdf, link)[0] for n, link in links(pdf) if n in (exercises, exercises + 1) and "/Dest" in link]
    assert [leaf for leaf in leads if leaf >= solutions]


def test_no_code_is_cut(pdf, texts, paper, book):
    name = "book/adam/amsgrad"
    print_pdf.print_chapter(paper, book, name, 1)
    shown = "all => all.filter(e => e.checkVisibility()).map(e => e.textContent)"
    blocks = paper.eval_on_selector_all("article pre", shown)
    lines = [re.sub(r"\s", "", line) for block in blocks for line in block.splitlines()]
    printed = "".join(re.sub(r"\s", "", leaf) for leaf in texts[2 : leaf_of(pdf, HEADINGS[1])])
    assert len(lines) > 80 and not [line for line in lines if line not in printed]


def test_it_is_a_book_and_not_a_print_of_pages(pdf, texts):
    first, bank, last = map(partial(leaf_of, pdf), HEADINGS)
    assert bank - first <= 11, "a lesson"
    assert last - bank <= 4, "twelve questions"
    assert len(pdf.pages) - last <= 13, "the bibliography"
    lesson = re.sub(r"\s+", " ", " ".join(texts[first:bank]))
    for part in ("In three sentences.", "The rule as it runs", "Takeaways", "Exercises", "Reference card", "Solutions"):
        assert part in lesson


def test_what_is_too_wide_becomes_smaller_or_is_refused(paper, book):
    paper.goto((book.site / "book/interview/cheat_sheet.html").as_uri())
    paper.evaluate(
        "() => { document.querySelector('article').innerHTML = '<div><table><tr><td></td></tr></table></div>'; }"
    )
    paper.evaluate("() => { document.querySelector('td').style.minWidth = '900px'; }")
    print_pdf.fit(paper)
    assert paper.evaluate("document.querySelector('table').getBoundingClientRect().width") <= print_pdf.COLUMN
    paper.evaluate("() => { document.querySelector('article').innerHTML = '<p style=\"width: 900px\">wide</p>'; }")
    with pytest.raises(ValueError, match="cheat_sheet.html: wider than the paper: .*wide"):
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
    pages = ["nav", "adam-amsgrad", "interview-bank-clipping", "reference-bibliography"]
    assert chapters == [f"{name}.xhtml" for name in pages]
    nav = epub.read("book/nav.xhtml").decode()
    assert all(heading in nav for heading in HEADINGS)


def test_the_epubs_pages_are_xml_with_mathml_and_no_script(epub):
    pages = {n: ElementTree.fromstring(epub.read(n)) for n in epub.namelist() if n.endswith(".xhtml")}
    math = list(pages["book/adam-amsgrad.xhtml"].iter(MATHML + "math"))
    assert len(math) > 20 and all("".join(e.itertext()).strip() for e in math)
    tags = {e.tag.split("}")[1] for page in pages.values() for e in page.iter()}
    assert not tags & {"script", "style", "button", "mjx-container", "mlabeledtr"}
    drawn = [e for page in pages.values() for e in page.iter("{http://www.w3.org/2000/svg}svg")]
    assert drawn and {e.get("role", "img") for e in drawn} <= {"img", "application", "document"}


@pytest.mark.nightly
@pytest.mark.skipif(not shutil.which("epubcheck"), reason="epubcheck is a package of the system")
def test_the_whole_epub_is_valid(site, browser, tmp_path):  # noqa: F811
    print_epub.write_epub(read_book(site), tmp_path / "book.epub", browser)
    program = shutil.which("epubcheck")  # Debian's is the archive itself
    java = ["java", "-jar"] if zipfile.is_zipfile(program) else []
    run = subprocess.run([*java, program, tmp_path / "book.epub"], capture_output=True, text=True, check=False)
    assert run.returncode == 0 and not re.search(r"^(ERROR|WARNING|FATAL)", run.stdout + run.stderr, re.M), run.stderr


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
