"""What proves a lesson is behind chips: they count their checks, open to links, and need no script."""

import re

import nbformat
import notebooks
import pytest
from evidence import checks
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from site_helpers import ROOT, serving
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

CONF = """
extensions = ["myst_nb", "evidence"]
nb_execution_mode = "off"
html_theme = "basic"
suppress_warnings = ["mystnb.lexer"]
"""
TABLE = "| library | form |\n| --- | --- |\n| torch | the same |"


def code(source, *tags, says=None):
    outputs = [new_output("stream", text=says)] if says else []
    return new_code_cell(source, metadata={"tags": list(tags)}, outputs=outputs)


LESSON = [
    "# Lesson\n\nSee [the table](#the-second-evidence) and [the proof](proof).",
    code("import numpy as np\n\nprint_options = np.set_printoptions", "imports"),
    "## The first\n\nA claim.",
    code("assert 1 < 2\nassert 2 < 3, 'more'", "evidence", "hide-input", says="all of them\n"),
    code("%timeit pass\nnp.testing.assert_allclose(1, 1)\nlab.parity('SGD')", "evidence"),
    "The lesson goes on.",
    code("assert 3 < 4", "evidence"),
    "More.\n\n## The second\n\nAnother claim.",
    code("print('a lesson')", says="a lesson\n"),
    f"(proof)=\n### Evidence\n\n{TABLE}",
    code("x = 1"),
    "## The third\n\nNothing to prove.",
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The folder of a site of one chapter, and its HTML."""
    folder = tmp_path_factory.mktemp("evidence")
    cells = [new_markdown_cell(one) if isinstance(one, str) else one for one in LESSON]
    metadata = {"language_info": {"name": "python"}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / "index.ipynb")
    (folder / "conf.py").write_text(CONF, "utf8")
    out = folder / "out"
    with docutils_namespace():  # another test of this process may have built with Sphinx, too
        Sphinx(folder, folder, out, folder / "trees", "html", warningiserror=True, status=None).build()
    html = (out / "index.html").read_text("utf8")
    static = ROOT / "book/_static"
    own = "".join(f"<style>{(static / name).read_text('utf8')}</style>" for name in ("optedu.css", "evidence.css"))
    own += f"<script>{(static / 'evidence.js').read_text('utf8')}</script>"
    html = html.replace("</head>", f"{own}</head>").replace('<html lang="en"', '<html lang="en" data-theme="light"')
    html = html.replace('<div class="body"', '<div class="body bd-article"')
    (out / "index.html").write_text(html, "utf8")
    return out, html


@pytest.fixture(scope="module")
def address(page):
    with serving(page[0]) as address:
        yield address


def chips(html):
    return re.findall(r'<details class="evidence" id="([^"]+)" data-evidence="(\d+)"><summary>(.*?)</summary>', html)


def test_what_follows_each_other_is_one_chip_with_its_checks_counted(page):
    sign = '<span aria-hidden="true">✓</span> '
    assert chips(page[1]) == [
        ("the-first-evidence", "4", f"{sign}4 checks"),
        ("the-first-evidence-2", "1", f"{sign}1 check"),
        ("the-second-evidence", "0", "Evidence"),
    ]


def test_a_chip_holds_its_cells_with_code_and_outputs_and_one_click_is_enough(page):
    inside = re.findall(r"<details.*?</details>", page[1], re.S)
    assert "all of them" in inside[0] and "timeit" in inside[0] and "lesson goes on" not in inside[0]
    assert len(inside) == page[1].count("<details"), "a fold within a chip"
    assert "<table" in inside[2] and 'id="proof"' in inside[2] and "x" in inside[2] and "The third" not in inside[2]


def test_a_chip_is_no_heading_and_no_entry_of_the_contents(page):
    assert not re.search(r"<h\d[^>]*>\s*Evidence", page[1])
    contents = re.search(r'<div class="sphinxsidebar".*', page[1], re.S)
    assert ">Evidence<" not in (contents[0] if contents else "")


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("assert a\nfor x in y:\n    assert x", 2),
        ("lab.parity('Adam')\nnp.testing.assert_array_equal(a, b)", 2),
        ("parity = 3\nassertion(parity)", 0),
        ("!ls\n%cd x\nassert True", 1),
        ("assert [\n    a\n    != b\n    % c]", 1),
        ("", 0),
    ],
)
def test_checks(source, number):
    assert checks(source) == number


def test_only_chips_are_closed_and_pressing_one_opens_it(browser, address):
    view, wrong = browser.new_page(), []
    view.on("pageerror", lambda error: wrong.append(error))
    view.goto(f"{address}/index.html")
    assert view.locator("text=The lesson goes on").is_visible()
    assert not view.locator("text=all of them").is_visible()
    assert not view.locator("text=print_options").is_visible(), "imports are no part of a lesson"
    view.locator("summary").first.click()
    assert view.locator("text=all of them").is_visible() and not wrong
    view.close()


@pytest.mark.parametrize("link", ["the table", "the proof"])
def test_a_link_into_a_closed_chip_opens_it(browser, address, link):
    view = browser.new_page(viewport={"width": 390, "height": 500})
    view.goto(f"{address}/index.html")
    assert not view.locator("table").is_visible()
    # Not every browser does it by itself, so this one is kept from it.
    view.evaluate("addEventListener('click', event => event.preventDefault())")
    view.click(f"text={link}")
    view.wait_for_function("document.querySelector('table').checkVisibility()", timeout=3000)
    assert view.locator("details[open]").count() == 1
    view.close()


@pytest.mark.parametrize("name", ["the-second-evidence", "proof"])
def test_an_address_opens_its_chip(browser, address, name):
    view = browser.new_page(viewport={"width": 390, "height": 500})
    view.goto(f"{address}/index.html#{name}")
    view.wait_for_function("document.querySelector('table').checkVisibility()")
    top = view.evaluate("id => document.getElementById(id).closest('details').getBoundingClientRect().top", name)
    assert -60 < top < 500
    view.close()


def test_without_scripts_all_is_there_and_chips_still_open(browser, address):
    context = browser.new_context(java_script_enabled=False)
    view = context.new_page()
    view.goto(f"{address}/index.html")
    assert view.locator("text=The lesson goes on").is_visible()
    view.locator("summary").nth(2).click()
    assert view.locator("table").is_visible()
    context.close()


def test_on_paper_the_lesson_is_whole_and_a_chip_is_one_line(browser, address):
    view = browser.new_page()
    view.goto(f"{address}/index.html")
    view.emulate_media(media="print")
    assert view.locator("text=The lesson goes on").is_visible() and view.locator("text=4 checks").is_visible()
    closed = view.locator("details").first.bounding_box()["height"]
    view.evaluate("document.querySelector('details').open = true")
    assert closed < 60 < view.locator("details").first.bounding_box()["height"]
    view.close()


def test_axe_has_nothing_to_say(browser, address):
    from axe_playwright_python.sync_playwright import Axe

    view = browser.new_page()
    view.goto(f"{address}/index.html")
    view.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(view, context="details")
    assert not found.response["violations"], found.generate_report()
    view.close()


# ── In Jupyter ───────────────────────────────────────────────────────────────────────


def normal(*cells):
    cells = [new_markdown_cell(one) if isinstance(one, str) else one for one in cells]
    nb = notebooks.normalize(new_notebook(cells=cells))
    assert notebooks.normalize(nb) == nb
    return nb.cells


def test_evidence_imports_and_the_setup_come_collapsed():
    setup, imports, lesson, proof, heading = normal(
        code("import numpy as np\nfrom optedu import lab\n\nlab.use_style()", "hide-input"),
        code("x = 1"), code("assert x", "evidence"), "### Evidence\n\nA table.")  # fmt: skip
    for cell in (setup, imports, proof):
        assert cell.metadata["jupyter"] == {"source_hidden": True}
    assert imports.metadata["tags"] == ["imports"] and setup.metadata["tags"] == notebooks.SETUP_TAGS
    assert heading.metadata == {"jp-MarkdownHeadingCollapsed": True} and "jupyter" not in lesson.metadata


def test_a_first_cell_that_does_more_than_import_is_shown():
    _, first = normal(code("import math\n\nhalf = math.pi / 2", "hide-input"))
    assert first.metadata["tags"] == ["hide-input"]


def test_only_the_heading_evidence_collapses():
    assert not normal("### Evidence from physics\n\nText.", code("x"))[0].metadata
