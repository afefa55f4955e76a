"""The zoo's page: formulas of every rule, two optimizers side by side, and the way there and back."""

import ast
import inspect
import json
import os
import re
import shutil
from xml.etree import ElementTree

import chromium
import pytest
from generated import zoo as zoo_page
from py_mini_racer import MiniRacer
from site_helpers import ROOT
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from optedu.lab.wind_tunnel.equations import Latex
from optedu.lab.wind_tunnel.specimen import ROWS, of_row

DATA = {row["name"]: row for row in zoo_page.rows()}
each_row = pytest.mark.parametrize("row", ROWS)


def words(tree):
    """The text of a formula as the script has it."""
    if isinstance(tree, str):
        return re.sub("<[^>]*>", "", tree)
    return "".join(map(words, tree[1:]))


# Formulas


@each_row
def test_every_rule_has_formulas_and_the_page_shows_them_all(row):
    found = zoo_page.formulas(row)
    assert not found.why_not and len(found.lines) == len(DATA[row]["formulas"])
    fold = zoo_page.fold(row)
    assert all(left + "</mtd><mtd>" + right in fold for left, right in found.lines)
    ElementTree.fromstring(found.mathml)  # well-formed
    for (left, right), (key, tree) in zip(found.lines, DATA[row]["formulas"], strict=True):
        text = "".join(ElementTree.fromstring(f"<x>{left}{right}</x>").itertext())
        assert key == left and words(tree).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@each_row
def test_what_a_rule_returns_under_another_name_has_a_line(row):
    """``return p - lr * m, g``: the parameter and, for the next step, the gradient. Or the whole call has one."""
    one = of_row(row)
    starts = {line.split(" &")[0].strip() for line in zoo_page.formulas(row).latex.splitlines()}
    for rule in one.rules:
        function = ast.parse(inspect.getsource(rule)).body[0]
        kept = [argument.arg for argument in function.args.args][1:]
        value = function.body[-1].value
        items = value.elts if isinstance(value, ast.Tuple) else []
        for name, item in zip(kept, items, strict=False):
            if ast.unparse(item) != name and name not in one.absent:
                call = any(start.startswith(Latex().function(rule.__name__)) for start in starts)
                assert call or Latex().name(name) in starts, (rule.__name__, name)


# Side by side


@pytest.fixture(scope="module")
def show():
    with MiniRacer() as engine:
        engine.eval(zoo_page.SCRIPT.read_text("utf8") + "; 0")
        yield lambda a, b: engine.eval(f"OpteduZoo.show({json.dumps(DATA[a])}, {json.dumps(DATA[b])})")


def sides(shown):
    """The formulas of both sides, as text, with their signs; what both have is on both."""
    found = ([], [])
    lines = shown.partition('<ol class="zoo-lines" aria-label="Update rules as formulas">')[2].partition("</ol>")[0]
    for item in re.findall("<li.*?</li>", lines, re.S):
        between = '<div class="zoo-line zoo-twin' if "zoo-same" in item else '(?<=</div>)<div class="zoo-side'
        for side, cell in zip(found, re.split(between, item), strict=True):
            for sign, formula in re.findall('((?:zoo-sign" aria-hidden="true">.)?)[^≠+]*?(<math.*?)</span>', cell):
                side.append((sign[-1:], re.sub("<[^>]*>", "", formula), "zoo-part" in formula))
    return found


@each_row
def test_both_sides_have_their_lines_in_order_and_the_marks_are_right(show, row):
    other = zoo_page.BESIDE[row]
    assert other != row and other in ROWS
    left, right = sides(show(row, other))
    for side, name in ((left, row), (right, other)):
        assert [text for _, text, _ in side] == [words(tree) for _, tree in DATA[name]["formulas"]]
    same = [[text for sign, text, _ in side if not sign] for side in (left, right)]
    assert same[0] == same[1]
    # a changed line assigns to the same letter; one of the two has something that the other has not
    changed = [[(text.partition("←")[0], part) for sign, text, part in side if sign == "≠"] for side in (left, right)]
    assert [name for name, _ in changed[0]] == [name for name, _ in changed[1]]
    assert all(a or b for (_, a), (_, b) in zip(*changed, strict=True))
    assert not any(part for side in (left, right) for sign, _, part in side if sign != "≠")


def test_the_decay_is_what_adam_and_adamw_differ_in(show):
    left, right = sides(show("Adam", "AdamW"))
    assert [text for sign, text, _ in left if sign] == ["g←g+λθ"]
    assert [text for sign, text, _ in right if sign] == ["θ←θ−γλθ"]
    shown = show("Adam", "AdamW")
    assert "6 lines in common; 1 line of Adam and 1 line of AdamW differ." in shown
    table = re.search("<tbody>.*</tbody>", shown, re.S)[0].replace("<wbr>", "")
    rows = [re.sub("<[^>]*>", "|", one) for one in re.findall("<tr>.*?</tr>", table, re.S)]
    assert any("differs" in one and "weight_decay" in one and "|0|" in one and "|0.01|" in one for one in rows)
    assert not any("eps" in one for one in rows) and "<code>eps=1e-08</code>" in shown


def test_one_beside_itself_differs_in_nothing(show):
    shown = show("SOAP", "SOAP")
    assert "0 lines of SOAP and 0 lines of SOAP differ" in shown and "≠" not in shown and "zoo-part" not in shown


def test_equal_numbers_are_the_same_default():
    assert zoo_page.shown(1.0) == zoo_page.shown(1) == "1"
    assert zoo_page.shown((0.9, 1)) == "(0.9, 1)" and zoo_page.shown(1e-8) == "1e-08"
    assert zoo_page.shown(True) == "True" and zoo_page.shown("none") == "'none'"


# The page

CONF = """
extensions = ["myst_parser", "zoo_tool"]
source_suffix = {".md": "markdown"}  # the default keeps what another Sphinx of this process put into it
myst_heading_anchors = 3
html_theme = "basic"
html_static_path = ["book/_static"]
html_css_files = ["optedu.css"]
suppress_warnings = ["myst.xref_missing"]
"""
CHAPTER = "# Decay\n\n| | |\n| --- | --- |\n| class | `optedu.AdamW`, tested against `torch.optim.AdamW` |\n"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The zoo and a chapter with a card, opened as files."""
    source = tmp_path_factory.mktemp("zoo")
    (source / "conf.py").write_text(CONF)
    for name in ("page.js", "optedu.css", "zoo", "vendor/fonts"):
        path = ROOT / "book/_static" / name
        (source / "book/_static/vendor").mkdir(parents=True, exist_ok=True)
        (shutil.copytree if path.is_dir() else shutil.copy)(path, source / "book/_static" / name)
    for name, text in {
        "index": "# Start\n\n```{toctree}\nbook/reference/zoo\nbook/adam/decoupled_decay\n```\n",
        "book/reference/zoo": zoo_page.page(),
        "book/adam/decoupled_decay": CHAPTER,
    }.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / f"{name}.md").write_text(text, "utf8")
    with docutils_namespace():
        Sphinx(source, source, source / "out", source / "doctrees", "html", status=None, warning=None).build()
    return source / "out/book/reference/zoo.html"


def test_only_the_zoo_loads_it_and_a_card_leads_there(page):
    chapter = (page.parents[1] / "adam/decoupled_decay.html").read_text("utf8")
    assert "zoo/rows.js" in page.read_text("utf8") and "zoo/rows.js" not in chapter
    assert 'href="../reference/zoo.html#compare=adamw"' in chapter


needs_browser = pytest.mark.skipif(
    chromium.find() is None and os.environ.get("CI") != "true", reason=chromium.MISSING
)  # fmt: skip


@pytest.fixture
def opened(browser, page):
    heard, contexts = [], []

    def open_page(width=1440, address="", **options):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
        one = contexts[-1].new_page()
        one.on("console", lambda m: heard.append(m.text) if m.type in ("error", "warning") else None)
        one.on("pageerror", lambda error: heard.append(str(error)))
        one.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else heard.append(r.url))
        one.goto(page.as_uri() + address)
        return one

    yield open_page
    for context in contexts:
        context.close()
    assert not heard, heard


def test_a_call_with_cases_behind_it_is_broken_at_its_commas(show):
    """Its arrow stood beyond the end of a column."""
    last = show("SGD with momentum", "Muon").partition("</ol>")[0].rpartition("newton_schulz")[2]
    pieces = [re.sub("<[^>]*>", "", piece) for piece in last.split("<wbr>")]
    assert pieces[:4] == ["(x,", "coefficients,", "steps,", "ε)←"] and len(pieces) == 5, pieces


@needs_browser
def test_two_are_chosen_by_keyboard_and_the_address_keeps_them(opened):
    one = opened()
    first, second = one.get_by_label("First optimizer"), one.get_by_label("Second optimizer")
    assert [first.input_value(), second.input_value()] == [*map(zoo_page.key, zoo_page.FIRST)]
    first.focus()
    one.keyboard.press("y")  # one letter each: two of them are one word only when they come quickly
    one.keyboard.press("Tab")
    one.keyboard.press("n")
    assert (first.input_value(), second.input_value()) == ("yogi", "nadam")
    assert one.url.endswith("#compare=yogi,nadam")
    assert "of Yogi and" in one.get_by_role("status").inner_text()
    one.locator(".zoo-code summary").press("Enter")
    assert one.locator(".zoo-code").get_by_text("NAdam only:").first.is_visible()
    second.select_option("adam")
    assert one.locator(".zoo-code").get_attribute("open") is not None, "what was open stays open"
    one.locator('td a[href="#compare=lion"]').press("Enter")
    one.wait_for_function("document.querySelector('.zoo-status').textContent.includes('of Lion')")
    assert (first.input_value(), second.input_value()) == ("adamw", "lion")


@needs_browser
def test_an_address_opens_its_pair_and_a_wrong_one_is_no_harm(opened):
    assert "of MARS and" in opened(address="#compare=mars,adam").get_by_role("status").inner_text()
    assert "of Adam and" in opened(address="#compare=%,adam").get_by_role("status").inner_text()
    assert "of Adam and" in opened(address="#all-of-them").get_by_role("status").inner_text()


@needs_browser
def test_without_scripts_the_first_pair_and_all_formulas_are_there(opened):
    one = opened(java_script_enabled=False)
    assert one.locator(".zoo-form select").count() == 0
    assert one.locator(".zoo-compare").get_by_text("6 lines in common").is_visible()
    folds = one.locator(".zoo-formulas")
    assert [text.strip() for text in folds.locator("summary").all_inner_texts()] == list(ROWS)
    folds.nth(1).locator("summary").click()
    assert folds.nth(1).locator("math").is_visible()


@needs_browser
def test_the_longest_pair_fits_on_a_phone(opened):
    one = opened(390, "#compare=kron,soap")
    one.locator(".zoo-code summary").click()
    cut = one.locator(".zoo-compare").evaluate(
        """root => [...root.querySelectorAll('*')].filter(e => e.checkVisibility() && !e.closest('.zoo-line, table')
            && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 100))"""
    )
    assert not cut
    # a formula that is wider than its place scrolls, and by keyboard, too
    wide = one.locator(".zoo-line").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.tabIndex)"
    )
    assert wide and set(wide) == {0}
