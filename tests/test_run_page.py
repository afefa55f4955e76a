"""Cells that run in the page: what a reader does with them, on the built site."""

import json
import re

import browser_notebooks
import pytest
from axe_playwright_python.sync_playwright import Axe
from sampling import one_in
from serving import serving
from site_helpers import ROOT, built, python, site  # noqa: F401

SLOW = 600_000  # milliseconds that a busy machine may need for a chapter
CHAPTER = "book/adaptive/rmsprop"
SHORT = "book/foundations/quadratic"
SAMPLE = f"{SHORT}.ipynb"
"""Beside CHAPTER, whose cells agree with the book where a whole chapter runs."""


@pytest.fixture(scope="module")
def served(site, python):  # noqa: F811
    with serving(site) as address:
        yield address


@pytest.fixture
def visit(browser, served):
    """Opens a page for which nothing is to be had but the site; at the end nothing may have gone wrong."""
    heard, contexts = [], []

    def visit(name=CHAPTER, base=served, width=1280, **settings):
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **settings)
        contexts.append(context)
        page = context.new_page()
        page.asked = []

        def judge(route):
            url = route.request.url
            page.asked.append(url)
            if url.startswith((base, "data:", "blob:")):
                return route.continue_()
            heard.append(url)
            return route.abort()

        page.route("**", judge)
        page.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.goto(f"{base}/{name}.html")
        page.keyboard.press("Shift")
        page.wait_for_selector("html.laid-out")
        page.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not heard, heard


def bar(page, which=0):
    """The bar of a cell: by its place among those with a button."""
    return page.locator(".run:has([data-run])").nth(which)


def wait(page, which, timeout=SLOW):
    """Wait until a cell has come to an end; returns its state and what is said of it."""
    page.wait_for_function(
        """which => { const bars = [...document.querySelectorAll('[data-run]')].map(button => button.parentElement);
            const { state } = bars.at(which).dataset; return state && state !== 'busy'; }""",
        arg=which, timeout=timeout,
    )  # fmt: skip
    of = bar(page, which)
    return of.get_attribute("data-state"), of.locator(".run-status").inner_text()


def run(page, which=0):
    bar(page, which).get_by_role("button", name="Run").click()
    return wait(page, which)


def write(page, which, text):
    edit = bar(page, which).get_by_role("button", name="Edit")
    if edit.is_visible():
        edit.click()
    editor = page.locator(f".cell_input:has([data-run]) >> nth={which} >> .cm-content")
    editor.focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def output(page, which):
    return page.locator(".cell:has([data-run])").nth(which).locator(".cell_output")


@pytest.mark.parametrize(
    ("name", "opened"),
    one_in(4, [(name, opened) for name in (SHORT, CHAPTER) for opened in ("from a folder", "from a server")]),
)
def test_a_whole_chapter_runs(visit, served, site, name, opened):  # noqa: F811
    page = visit(name, base=served if opened == "from a server" else site.resolve().as_uri())
    cells_here = page.locator("[data-run]").count()
    figures = page.locator(".cell:has([data-run]) .cell_output :is(img, .drawing)").count()
    assert cells_here > 15 and figures >= 2
    state, said = run(page, cells_here - 1)
    assert state == "done", said
    good = re.compile(r"Ran in [\d.]+ s(\.|, and shows what the book shows\.)$|It needs torch")
    told = page.locator(".run-status").all_inner_texts()
    assert not [text for text in told if not good.match(text)], told
    assert sum("what the book shows" in text for text in told) > 10, told
    assert page.locator(".run-figure").count() == figures
    assert page.locator(".run-figure[aria-label]").count() == figures
    ids = page.evaluate("[...document.querySelectorAll('.run-figure [id]')].map(element => element.id)")
    assert len(ids) == len(set(ids)) > 10, "two elements with one name"
    heap = page.evaluate("OpteduPython.call('heap')")
    assert heap < 300e6, heap


def test_nothing_is_loaded_before_the_first_press(visit):
    page = visit()
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(300)
    assert not [url for url in page.asked if re.search("/run/|codemirror|editor|_static/page", url)]
    last = bar(page, -1)  # with all cells above, so that there is something to stop
    last.get_by_role("button", name="Run").click()
    last.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. All variables are gone").locator("visible=true").first.wait_for()
    assert not [url for url in page.asked if "run/python/drawing" in url], "nothing has been drawn"


@pytest.mark.parametrize("late", ["manifest", "python-"])
def test_what_is_stopped_while_it_is_loaded_stays_stopped(visit, late):
    page = visit()
    held = []
    page.route(re.compile(f"run/python/{late}"), lambda route: held.append(route))
    last = bar(page, -1)
    last.get_by_role("button", name="Run").click()
    last.get_by_role("button", name="Stop").click()
    page.wait_for_timeout(200)
    assert held, "nothing was on its way"
    page.unroute(re.compile(f"run/python/{late}"))
    for route in held:
        route.continue_()
    page.wait_for_timeout(2000)
    assert last.get_by_role("status").inner_text().startswith("Stopped")
    assert last.get_by_role("button", name="Run").is_visible() and not page.evaluate("OpteduPython.running")


@pytest.fixture(scope="module")
def opened(browser, served):
    """A chapter in which Python runs already, for tests that leave it so."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{served}/{CHAPTER}.html")
    page.keyboard.press("Shift")
    page.wait_for_selector("html.laid-out")
    page.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
    run(page)
    yield page
    context.close()


def test_what_is_edited_runs_and_its_error_is_shown_in_place(opened):
    bar(opened, 0).get_by_role("button", name="Reset").click()
    stored = output(opened, 0).inner_html()
    write(opened, 0, "print('mine')\n1 / 0")
    opened.keyboard.press("Control+Enter")
    state, said = wait(opened, 0)
    assert state == "error" and "error" in said
    shown = output(opened, 0).inner_text()
    assert "mine" in shown and "ZeroDivisionError" in shown and "line 2" in shown
    bar(opened, 0).get_by_role("button", name="Reset").click()
    assert output(opened, 0).inner_html() == stored and "mine" not in opened.locator(".cm-content").first.inner_text()


def test_what_is_new_is_rendered_and_typeset(opened):
    text = "from optedu import lab\nlab.Markdown('**new** $x_t$\\n\\n| a | b |\\n| --- | --- |\\n| 1 | `c` |')"
    write(opened, 0, text)
    assert run(opened)[0] == "done"
    output(opened, 0).locator("mjx-container").wait_for()
    assert output(opened, 0).locator("strong").inner_text() == "new"
    assert output(opened, 0).locator("table code").inner_text() == "c"
    bar(opened, 0).get_by_role("button", name="Reset").click()


def test_a_new_figure_is_a_drawing(opened):
    write(opened, 0, "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.title('mine')")
    assert run(opened)[0] == "done"
    assert output(opened, 0).locator(".run-figure").count() == 1, "shown without plt.show()"
    bar(opened, 0).get_by_role("button", name="Reset").click()


def test_too_little_memory_is_said_in_words(opened):
    write(opened, 0, "x = [0] * 2**30")
    assert "too little memory" in run(opened)[1]
    bar(opened, 0).get_by_role("button", name="Reset").click()


@pytest.mark.parametrize("endless", ["while True: pass", "sum(iter(int, 1))"], ids=["a loop", "one call"])
def test_an_endless_cell_is_stopped_and_the_next_run_replays(opened, endless):
    write(opened, 1, f"print('begun')\n{endless}")
    bar(opened, 1).get_by_role("button", name="Run").click()
    output(opened, 1).get_by_text("begun").wait_for(timeout=SLOW)
    bar(opened, 1).get_by_role("button", name="Stop").click()
    assert wait(opened, 1)[0] == "lost"
    assert "begun" in output(opened, 1).inner_text(), "outputs stay"
    write(opened, 1, "print(lab.__name__)")
    assert run(opened, 1)[0] == "done", "the cell above was run again"
    assert output(opened, 1).inner_text().strip() == "optedu.lab"
    bar(opened, 1).get_by_role("button", name="Reset").click()


def test_an_edit_survives_a_reload(visit):
    page = visit()
    bar(page).get_by_role("button", name="Run").click()
    bar(page).get_by_role("button", name="Edit").wait_for()
    bar(page).get_by_role("button", name="Stop").click()
    write(page, 0, "# mine\n")
    page.reload()
    page.locator(".cm-content").get_by_text("# mine").wait_for()
    bar(page).get_by_role("button", name="Reset").click()
    page.reload()
    page.wait_for_selector("html.laid-out", state="attached")
    page.wait_for_timeout(300)
    assert page.locator(".cm-content").count() == 0


def test_an_edit_follows_its_cell_and_no_other(visit):
    page = visit()
    book = page.locator(".cell_input:has([data-run]) .highlight pre").nth(1).inner_text().strip()
    kept = {"999": {"of": book, "text": "# moved"}, "2": {"of": "gone", "text": "# lost"}}
    name = f"optedu.cells.{CHAPTER}"
    page.evaluate("([name, text]) => { localStorage[name] = text; }", [name, json.dumps(kept)])
    page.reload()
    page.locator(".cm-content").wait_for(state="attached")
    assert page.locator(".cm-content").all_inner_texts() == ["# moved"]
    assert page.locator(".cell_input:has([data-run])").nth(1).locator(".cm-content").count() == 1


def test_a_cell_that_needs_torch_says_so(visit, served):
    page = visit("book/adam/second_moments")
    notes = page.locator(".run-not").all_inner_texts()
    assert notes and all(note.startswith("needs torch; ") for note in notes)
    assert "needs torch; the stored output is shown" in notes, "lab.parity, and what it prints"


def test_a_site_without_python_says_what_is_missing(visit):
    page = visit()
    script = {"body": "OpteduPython.known = null;", "content_type": "text/javascript"}
    page.route("**/manifest.js", lambda route: route.fulfill(**script))
    assert "built without Python" in run(page)[1]


@pytest.mark.parametrize("width", [390, 1440])
def test_it_fits_and_is_accessible(visit, width):
    page = visit(width=width)
    bar(page).get_by_role("button", name="Run").click()
    bar(page).get_by_role("button", name="Edit").wait_for()
    bar(page).get_by_role("button", name="Stop").click()
    write(page, 0, "x = 1\n" + "y = " + " + ".join(["x"] * 80))
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, context=".cell_input:has([data-run])", options=options)
    found = found.response["violations"]
    assert not [(v["id"], n["html"][:160], n["failureSummary"][:200]) for v in found for n in v["nodes"][:2]]


# ── nbval in the browser ──────────────────────────────────────────────────────────────


def test_a_notebook_agrees_in_the_browser(browser, python, tmp_path):  # noqa: F811
    browser_notebooks.bare_site(tmp_path)
    with serving(tmp_path) as address:
        page = browser.new_page()
        page.goto(f"{address}/index.html")
        page.set_default_timeout(SLOW)
        found = list(browser_notebooks.verdicts(page, ROOT / SAMPLE))
        page.close()
    assert not [one for one in found if one[1] in browser_notebooks.JUDGED[1:] or one[2]], found
    assert sum(verdict == "agrees" for _, verdict, _ in found) > 15
