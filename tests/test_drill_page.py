"""The drills and the quiz in the page: the grader of the package without NumPy, and what a reader does with them.

The pages are bare here, without the book around them; that they fit into it is tested with all other pages.
"""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import browser_python
import chromium
import practice
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from site_helpers import serving

from optedu.drill import web
from optedu.drill.bank import load
from optedu.drill.exercise import edited, exercise, exercises

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI") == "true"
SLOW = 120_000  # milliseconds that a busy machine may need to start Python
NUMBERS = [e for e in exercises() if not e.needs_numpy]
WRONG, RIGHT = (edited(exercise("adam").reference, edits) for edits in ((("(sqrt(v_hat) + eps)", "sqrt(v_hat + eps)"),), ()))

# What the worker does, with the NumPy of this environment out of reach.
AS_IN_THE_PAGE = """
import importlib, json, sys, types
folder, answers = sys.argv[1], json.load(sys.stdin)
sys.modules["numpy"] = None
sys.path.insert(0, folder)
package = types.ModuleType("optedu")
package.__path__ = [folder + "/optedu"]
sys.modules["optedu"] = package
page = importlib.import_module("optedu.drill.page")
page.start()
print(json.dumps([json.loads(page.answer(*answer)) for answer in answers]))
"""


@pytest.fixture(scope="session")
def packed(tmp_path_factory):
    """The zip file of the grader, unpacked."""
    folder = tmp_path_factory.mktemp("package")
    zipfile.ZipFile(io.BytesIO(web.grader())).extractall(folder)
    return folder


def graded(packed, answers):
    done = subprocess.run(
        [sys.executable, "-S", "-c", AS_IN_THE_PAGE, str(packed)],
        input=json.dumps(answers), text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# ── The grader without NumPy ──────────────────────────────────────────────────────────


def test_without_numpy_every_reference_passes_and_every_bug_is_named(packed):
    cases = [(e.name, e.reference, "") for e in NUMBERS]
    cases += [(e.name, edited(e.reference, bug.edits), bug.name) for e in NUMBERS for bug in e.bugs]
    assert len(cases) > 400
    for (name, _, bug), said in zip(cases, graded(packed, [case[:2] for case in cases]), strict=True):
        assert said["passed"] == (not bug), (name, bug)
        assert not bug or re.search(f"^Diagnosis: .*`{bug}`", said["text"], re.M), (name, bug, said["text"])


SAID = {  # exercise, answer: what the page says
    "a loop": ("sgd", "def sgd(g, p, *, lr, weight_decay):\n    while True:\n        pass", "stopped after 3 seconds"),
    "no Python": ("sgd", "def sgd(", "not Python in line 1"),
    "nothing": ("sgd", "", "defines no function"),
    "arrays": ("lamb", "def lamb(): pass", "python -m optedu drill lamb"),
    "a class": ("adam", "class MyAdam:\n    pass", "A class.* graded with arrays"),
    "NumPy's arrays": ("sgd", "import numpy as np\ndef sgd(g, p, *, lr, weight_decay):\n    return np.zeros(1)",
                       "no arrays, and no numpy.zeros"),
    "NumPy's numbers": ("sgd", "import numpy as np\ndef sgd(g, p, *, lr, weight_decay):\n"
                        "    return p - lr * (np.sign(g) * np.abs(g) + weight_decay * p)", "passed"),
}  # fmt: skip


def test_what_is_said_of_answers_of_all_kinds(packed):
    for case, said in zip(SAID, graded(packed, [SAID[case][:2] for case in SAID]), strict=True):
        assert re.search(SAID[case][2], said["text"], re.S), (case, said["text"])


# ── What is shipped ───────────────────────────────────────────────────────────────────


def test_the_quiz_has_every_question_once():
    listed = [q for topic in web.quiz_list()["topics"].values() for q, _ in topic["questions"]]
    assert sorted(listed) == sorted(q.id for q in load())


def test_the_report_finds_every_formula_typeset():
    for asked in exercises():
        formulas = web.drill(asked)["formulas"]
        for bug in asked.bugs:
            assert bug.breaks in formulas
            assert set(web.FORMULA.findall(bug.says)) <= set(formulas)


def test_another_archive_is_refused(tmp_path):
    (tmp_path / "pyodide.tgz").write_bytes(b"something else")
    with pytest.raises(browser_python.Missing, match="SHA-512"):
        browser_python.unpack(tmp_path / "pyodide.tgz", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_without_npm_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(browser_python.shutil, "which", lambda name: None)
    with pytest.raises(browser_python.Missing, match="no npm"):
        browser_python.fetch(tmp_path / "nowhere")


def test_formulas_and_code_are_rendered():
    text = practice.rendered("A $x_t$ and `a<b`.\n\n```python\nx = 1\n```")
    assert text.count("<mjx-container") == 1 and "<mjx-assistive-mml" in text
    assert "<code>a&lt;b</code>" in text and 'class="highlight"' in text
    assert practice.plain("x_1 < *y* `a & b`") == "x_1 &lt; *y* <code>a &amp; b</code>"


# ── In a browser ──────────────────────────────────────────────────────────────────────

PAGE = """<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Practice</title>
<meta name="viewport" content="width=device-width"><style>{style}</style></head>
<body><main class="bd-article"><h1>Practice</h1><section><div class="optedu-{kind}" data-patience="{patience}"></div></section></main>
<script defer src="../../_static/drill/load.js"></script></body></html>"""


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """A folder with the two pages, some exercises and some topics, served."""
    site = tmp_path_factory.mktemp("practice")
    static = site / "_static"
    for folder in ("drill", "vendor/codemirror"):
        (static / folder).parent.mkdir(parents=True, exist_ok=True)
        practice.shutil.copytree(ROOT / "book/_static" / folder, static / folder)
    wanted = {"drills", "quizzes", "quiz-batch", "quiz-clipping", "python", *(f"drill-{n}" for n in ("sgd", "adam", "adamw", "lamb"))}
    practice.write(static, chosen(practice.drills, practice.exercises, wanted))
    practice.write(static, chosen(practice.quizzes, None, wanted))
    try:
        practice.ship_python(static)
    except browser_python.Missing as error:
        if IN_CI:
            raise
        pytest.skip(str(error))
    style = (ROOT / "book/_static/optedu.css").read_text("utf8").split("/* ── Colors")[1]
    (site / "book/interview").mkdir(parents=True)
    for kind in ("drill", "quiz"):
        page = PAGE.format(kind=kind, patience=6, style="/* " + style)
        (site / f"book/interview/{kind}.html").write_text(page, "utf8")
    with serving(site) as at:
        yield f"{at}/book/interview"


def chosen(files, _, wanted):
    """Of all files only those that the tests open: typesetting takes its time."""
    return files(wanted)


@pytest.fixture(scope="session")
def browser():
    if chromium.find() is None and not IN_CI:
        pytest.skip(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()
