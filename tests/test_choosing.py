"""The tool of the chapter on choosing: every answer is reached, builds in torch, and names its sources."""

import inspect
import json
import os
import re
import shutil

import chromium
import nbformat
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from generated import choosing
from mdit_py_plugins.anchors.index import slugify  # as MyST makes them
from nbformat.v4 import new_markdown_cell, new_notebook
from site_helpers import ROOT
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace
from torch import nn

from optedu import lab
from optedu.lab import chooser

EVERY = list(chooser.every())
NAMES = ["-".join(given.values()) for given in EVERY]
each = pytest.mark.parametrize("given", EVERY, ids=NAMES)
STEPS = 60_000
TEXT = (ROOT / "optedu/lab/chooser.toml").read_text("utf8")


class Text(nn.Module):
    def __init__(self, sparse=False):
        super().__init__()
        self.table, self.hidden = nn.Embedding(7, 4, sparse=sparse), nn.Linear(4, 4)
        self.norm, self.head = nn.LayerNorm(4), nn.Linear(4, 2)

    def forward(self):
        return self.head(self.norm(self.hidden(self.table(torch.arange(7))).tanh()))


class Image(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm, self.head = nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.Linear(3, 2)

    def forward(self):
        images = torch.linspace(-1, 1, 7 * 25, dtype=torch.float64).reshape(7, 1, 5, 5).sin()
        return self.head(self.norm(self.conv(images)).relu().mean((2, 3)))


def loss_of(model):
    return nn.functional.cross_entropy(model(), torch.arange(7) % 2)


def built(given):
    """What the configuration defines, a model of the kind, its optimizers and schedules."""
    made = {}
    exec(chooser.code_for(given), made)
    torch.manual_seed(0)
    model = (Image() if given["kind"] == "conv" else Text(given["kind"] == "tables")).double()
    if given.get("fits") == "no":  # all but the adapters is frozen
        model.table.requires_grad_(False)
    return made, model, *made["configure"](model, STEPS)


@each
def test_it_builds_in_torch_holds_all_parameters_once_and_lowers_a_loss(given):
    made, model, optimizers, schedules = built(given)
    held = [id(p) for one in optimizers for group in one.param_groups for p in group["params"]]
    assert sorted(held) == sorted(id(p) for p in model.parameters() if p.requires_grad)
    before = loss_of(model).item()
    for _ in range(5):
        made["step"](model, loss_of if given["kind"] == "full" else loss_of(model), optimizers, schedules)
    assert loss_of(model).item() < before


@each
def test_the_values_of_the_table_are_those_of_the_optimizers(given):
    _, _, optimizers, _ = built(given)
    first = optimizers[0].param_groups[0]
    names = {"decay": "weight_decay", "scale": "adjust_lr_fn"}
    for one in chooser.values_for(given):
        if one.key in ("", "clip", "warmup", "share", "low", "rest_lr"):
            continue
        group = optimizers[-1].param_groups[0] if one.key in ("betas", "eps") and "betas" not in first else first
        group = first if given.get("state") == "0" else group
        expected = tuple(one.value) if isinstance(one.value, list) else one.value
        found = group["initial_lr"] if one.key == "lr" and "initial_lr" in group else group[names.get(one.key, one.key)]
        assert found == expected, one.name


@each
def test_the_schedule_reaches_its_peak_and_ends_where_the_table_says(given):
    made, _, _, schedules = built(given)
    keys = {one.key: one.value for one in chooser.values_for(given)}
    if not schedules:
        assert "warmup" not in keys and "share" not in keys and "low" not in keys
        return
    factor = schedules[0].lr_lambdas[0]
    warmup = keys.get("warmup", round(keys.get("share", 0) * STEPS))
    assert factor(warmup) == 1 and (warmup == 0 or abs(factor(0) - 1 / warmup) < 1e-15)
    if given.get("end") == "open":
        assert factor(10 * STEPS) == 1
        made["end"].update(start=STEPS, length=STEPS // 4)
        assert factor(STEPS + STEPS // 8) == 0.5 and factor(STEPS + STEPS // 4) == 0
    else:
        assert abs(factor(STEPS) - keys.get("low", 0)) < 1e-12 and factor((warmup + STEPS) // 2) < 1


def test_every_option_leads_somewhere_and_every_row_is_shown():
    table = chooser.load()
    for question in table.questions:
        for option in question.options:
            assert any(given.get(question.id) == option for given in EVERY), (question.id, option)
    reached = [one for given in EVERY for one in chooser.values_for(given)]
    assert all(one in reached for one in table.values)
    assert len(EVERY) == len({tuple(given.items()) for given in EVERY}) >= 30


@each
def test_nothing_is_told_twice_and_every_number_is_in_the_code(given):
    found = chooser.values_for(given)
    assert len({one.name for one in found}) == len(found) >= 6
    code = chooser.code_for(given)
    assert not re.search(r"<\w+>", code) and max(map(len, code.split("\n"))) <= 60
    for one in found:
        assert not one.key or chooser.written(one.value) in code, one.name


def anchors(page):
    path = next(p for p in (ROOT / f"book/{page}.ipynb", ROOT / f"book/{page}.md") if p.exists())
    text = path.read_text("utf8")
    if path.suffix == ".ipynb":
        text = "\n\n".join(c.source for c in nbformat.reads(text, 4).cells if c.cell_type == "markdown")
    return {slugify(h) for h in re.findall(r"^#{1,3} (.+)$", text, re.M)} | set(re.findall(r"^\((\S+)\)=$", text, re.M))


def test_every_source_exists():
    """An entry of the bibliography, a section of the book, or a default of torch that has this value."""
    entries = set(re.findall(r"^@\w+\{(\w+)", (ROOT / "book/references.bib").read_text("utf8"), re.M))
    for one in chooser.load().values:
        for source in one.sources:
            if "cite" in source:
                assert source["cite"] in entries, one.name
            elif "book" in source:
                page, _, section = source["book"].partition("#")
                assert section in anchors(page), source["book"]
            elif "torch" in source:
                name, _, argument = source["torch"].partition(".")
                signature = inspect.signature(getattr(torch.optim, name))
                default = signature.parameters[argument or one.key].default
                assert default == (tuple(one.value) if isinstance(one.value, list) else one.value), one.name
            else:
                assert len(source["none"]) > 10


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('when = { kind = ["conv"], images = ["256"] }', 'when = { kind = ["conv"], image = ["256"] }', "asks 'image'"),
        ('when = { kind = ["conv"], images = ["256"] }', 'when = { kind = ["conv"], images = ["255"] }', "no options"),
        ('from = [{ torch = "LBFGS" }]', "from = []", "'iterations per call': needs a source"),
        ('cite = "huang2022ppo"', 'paper = "huang2022ppo"', "a source is one of"),
        ("practice/memory#", "practice/memories#", "no page"),
        ('id = "images"', 'id = "tokens"', "must differ"),
    ],
)  # fmt: skip
def test_a_slip_in_the_table_is_named(before, after, says):
    assert before in TEXT
    with pytest.raises(ValueError, match=re.escape(says)):
        chooser.load(TEXT.replace(before, after, 1))


def test_a_value_that_has_two_answers_is_found():
    double = TEXT.replace(
        'name = "peak learning rate"\nkey = "lr"\nis = 0.4', 'name = "more"\nkey = "momentum"\nis = 0.4'
    )
    with pytest.raises(ValueError, match="'lr' is there 0 times|'momentum' is there 2 times"):
        chooser.code_for({"kind": "conv", "images": "1024", "end": "known"}, chooser.load(double))


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"kind": "cnn"}, "kind: What do you train?"),
        ({"kind": "conv", "images": "256"}, "end: Is the number of steps known"),
        ({"kind": "full", "vectors": "8", "end": "open"}, "not asked after these answers: ['end']"),
    ],
)
def test_a_bad_answer_is_named(answers, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        lab.choose(**answers)


def test_an_answer_reads_well_without_a_page():
    text = lab.choose(kind="conv", images="1024", end="known").text
    assert "| peak learning rate | 0.4 (0.1 per 256 images) | {cite}`goyal2017`, s. 5.1 |" in text
    assert chooser.code_for({"kind": "conv", "images": "1024", "end": "known"}).strip() in text


def leaves(node):
    if "code" in node:
        return [node]
    return [leaf for _, below in node["options"] for leaf in leaves(below)]


def test_the_script_has_every_answer_in_order():
    tree = json.loads(choosing.text().removeprefix("OpteduChoosing(").removesuffix(");\n"))
    assert [leaf["code"] for leaf in leaves(tree)] == [chooser.code_for(given) for given in EVERY]


CONF = """
extensions = ["myst_nb", "sphinxcontrib.bibtex", "choosing_tool"]
bibtex_bibfiles = ["references.bib"]
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
html_theme = "basic"
html_static_path = ["_static"]
html_css_files = ["optedu.css"]
suppress_warnings = ["mystnb.lexer", "myst.xref_missing", "bibtex"]
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page with the tool and nothing else, opened as a file."""
    source = tmp_path_factory.mktemp("choosing")
    (source / "conf.py").write_text(CONF)
    for name in ("page.js", "optedu.css", "choosing", "vendor/fonts"):
        path = ROOT / "book/_static" / name
        copy = shutil.copytree if path.is_dir() else shutil.copy
        (source / "_static/vendor").mkdir(parents=True, exist_ok=True)
        copy(path, source / "_static" / name)
    shutil.copy(ROOT / "book/references.bib", source)
    cell = nbformat.v4.new_code_cell("lab.choose()", metadata={"tags": ["remove-input"]})
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/markdown": chooser.whole()})]
    cells = [new_markdown_cell("# Choosing"), cell, new_markdown_cell("## List\n\n```{bibliography}\n```")]
    nbformat.write(new_notebook(cells=cells), source / "index.ipynb")
    (source / "plain.md").write_text("---\norphan: true\n---\n\n# Plain\n")
    with docutils_namespace():
        Sphinx(source, source, source / "out", source / "doctrees", "html", status=None, warning=None).build()
    return source / "out" / "index.html"


def test_only_its_page_loads_it(page):
    assert "choosing/answers.js" in page.read_text("utf8")
    assert "choosing/" not in (page.parent / "plain.html").read_text("utf8")


needs_browser = pytest.mark.skipif(
    chromium.find() is None and os.environ.get("CI") != "true", reason=chromium.MISSING
)  # fmt: skip


@pytest.fixture
def opened(browser, page):
    heard, contexts = [], []

    def open_page(width=1440, **options):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
        one = contexts[-1].new_page()
        one.set_default_timeout(60_000)
        one.on("console", lambda m: heard.append(m.text) if m.type in ("error", "warning") else None)
        one.on("pageerror", lambda error: heard.append(str(error)))
        one.on("request", lambda r: heard.append(r.url) if not r.url.startswith("file:") else None)
        one.goto(page.as_uri())
        return one

    yield open_page
    for context in contexts:
        context.close()
    assert not heard, heard


@needs_browser
def test_every_answer_is_reached_and_shows_its_rows_and_its_code(opened):
    one = opened()
    titles = {question.id: question for question in chooser.load().questions}
    for given in EVERY:
        for depth, (question, option) in enumerate(given.items()):
            field = one.locator("fieldset").nth(depth)
            assert field.locator("legend").inner_text() == titles[question].asks
            field.get_by_label(titles[question].options[option], exact=True).check(force=True)
        assert one.locator("fieldset").count() == len(given)
        assert one.locator(".choosing-code code").inner_text() == chooser.code_for(given)
        rows = one.locator(".choosing-values tbody tr").evaluate_all(
            "all => all.map(r => r.cells[0].textContent.trim())"
        )
        assert [name.replace("’", "'") for name in rows] == [row.name for row in chooser.values_for(given)]
    ids = one.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@needs_browser
def test_the_keyboard_is_enough_and_an_earlier_answer_asks_again(opened):
    one = opened()
    one.locator("fieldset input").first.focus()
    one.keyboard.press("ArrowDown")
    one.keyboard.press("ArrowDown")  # a convolutional network
    assert one.evaluate("document.activeElement.checked")
    for _ in range(2):
        one.keyboard.press("Tab")
        one.keyboard.press("Space")
    assert "lr=0.1" in one.locator(".choosing-code code").inner_text()
    one.locator("fieldset input").nth(2).focus()
    one.keyboard.press("ArrowUp")
    assert one.locator("fieldset").count() == 2 and one.locator(".choosing-code").count() == 0


@needs_browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1440, "light"), (1440, "dark")])
def test_it_fits_and_axe_finds_nothing(opened, width, scheme):
    one = opened(width, color_scheme=scheme)
    one.evaluate("theme => document.documentElement.dataset.theme = theme", scheme)
    one.add_style_tag(
        content="body { background: var(--pst-color-background); color: var(--pst-color-text-base); }"
        "a { color: var(--pst-color-link); }"
    )
    for depth, option in enumerate((0, 1, 0, 1)):
        one.locator("fieldset").nth(depth).locator("input").nth(option).check(force=True)
    box = one.locator(".optedu-choosing").bounding_box()
    for part in one.locator(".choosing-options label, .choosing-values, .choosing-code").all():
        found = part.bounding_box()
        assert found["x"] >= 0 and found["x"] + found["width"] <= box["x"] + box["width"] + 1 <= width + 1
    small = [b["height"] for b in (label.bounding_box() for label in one.locator(".choosing-options label").all())]
    assert min(small) >= 24
    violations = Axe().run(one, context=".optedu-choosing", options={"preload": False}).response["violations"]
    assert not violations, [(v["id"], v["nodes"][0]["html"][:160]) for v in violations]


@needs_browser
def test_without_scripts_the_whole_table_is_there(opened):
    one = opened(java_script_enabled=False)
    folds = one.locator(".optedu-choosing > details")
    assert folds.count() == 7 and one.locator("fieldset").count() == 0
    shown = one.locator(".optedu-choosing").text_content().replace("’", "'")
    for row in chooser.load().values:
        assert row.name in shown, row.name
    assert "torch.optim.Muon" in shown and "torch.optim.Adafactor" in shown
