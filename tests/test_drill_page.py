"""The drills and the quiz in the page: the grader of the package, and what a reader does with them.

The pages are bare here, without the book around them; that they fit into it is tested with all other pages.
"""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import practice
import practice_data
import pytest
import run_cells
from axe_playwright_python.sync_playwright import Axe
from in_page import grader
from serving import serving
from site_helpers import python  # noqa: F401

from optedu.drill import load
from optedu.drill.grader.exercise_form import exercise, exercises
from optedu.drill.questions import progress
from optedu.drill.questions.history import History

ROOT = Path(__file__).resolve().parents[1]
NOW, HOUR = datetime(2030, 1, 1, 18, tzinfo=UTC), timedelta(hours=1)
SLOW = 120_000  # milliseconds that a busy machine may need to start Python
RIGHT = "def sgd(g, p, *, lr, weight_decay):\n    return p - lr * (g + weight_decay * p)\n"
WRONG = RIGHT.replace("p - lr", "p + lr")


# ── The grader as the page calls it ───────────────────────────────────────────────────

SAID = {  # exercise, answer: what the page says
    "a loop": ("sgd", "def sgd(g, p, *, lr, weight_decay):\n    while True:\n        pass", "stopped after 0.2 sec"),
    "no Python": ("sgd", "def sgd(", "not Python in line 1"),
    "nothing": ("sgd", "", "defines no function"),
    "a class": ("adam", "class MyAdam:\n    pass", "MyAdam"),
    "NumPy's arrays": ("sgd", "import numpy as np\ndef sgd(g, p, *, lr, weight_decay):\n    return np.zeros(1)",
                       r"has the shape \(1,\)"),
    "NumPy's numbers": ("sgd", "import numpy as np\ndef sgd(g, p, *, lr, weight_decay):\n"
                        "    return p - lr * (np.sign(g) * np.abs(g) + weight_decay * p)", "passed"),
}  # fmt: skip


@pytest.mark.parametrize("case", SAID)
def test_what_is_said_of_answers_of_all_kinds(case, monkeypatch):
    monkeypatch.setattr(grader, "SECONDS", 0.2)
    name, text, said = SAID[case]
    assert re.search(said, json.loads(grader.answer(name, text))["text"], re.S)


# ── What is shipped ───────────────────────────────────────────────────────────────────


def test_the_quiz_has_every_question_once():
    listed = [q for topic in practice_data.quiz_list()["topics"].values() for q, _ in topic["questions"]]
    assert sorted(listed) == sorted(q.id for q in load())


def test_the_report_finds_every_formula_typeset():
    for asked in exercises():
        formulas = practice_data.drill(asked)["formulas"]
        for bug in asked.bugs:
            assert bug.breaks in formulas
            assert set(practice_data.FORMULA.findall(bug.says)) <= set(formulas)


def test_formulas_and_code_are_rendered():
    text = practice.rendered("A $x_t$ and `a<b`.\n\n```python\nx = 1\n```")
    assert text.count("<mjx-container") == 1 and "<mjx-assistive-mml" in text
    assert "<code>a&lt;b</code>" in text and 'class="highlight"' in text
    held = practice.rendered("The rate is $x_t$. It")  # the full stop stays beside the formula
    assert re.search(r'<span class="unbroken"><span class="math inline">.*</span>\.</span> It', held)
    assert practice.plain("x_1 < *y* `a & b`") == "x_1 &lt; *y* <code>a &amp; b</code>"


# ── In a browser ──────────────────────────────────────────────────────────────────────

PAGE = """<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Practice</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>{style}</style></head>
<body><main class="bd-article"><h1>Practice</h1><section>
<div class="optedu-{kind}" data-patience="{patience}"></div></section></main>
<script defer src="../../_static/page.js"></script>
<script defer src="../../_static/drill/load.js"></script></body></html>"""


@pytest.fixture(scope="session")
def address(tmp_path_factory, python):  # noqa: F811
    """A folder with the two pages, some exercises and some topics, served."""
    site = tmp_path_factory.mktemp("practice")
    static = site / "_static"
    for folder in ("drill", "run", "vendor/codemirror"):
        shutil.copytree(ROOT / "book/_static" / folder, static / folder)
    for file in ("page.js", "editor.css"):
        shutil.copy(ROOT / "book/_static" / file, static)
    practice.write(static, practice.drills(["sgd", "momentum", "adam", "lamb"]))
    practice.write(static, practice.quizzes(["clipping"]))
    run_cells.ship_python(static)
    style = (ROOT / "book/_static/optedu.css").read_text("utf8").split("/* ── Colors")[1]
    (site / "book/interview").mkdir(parents=True)
    for kind in ("drill", "quiz"):
        page = PAGE.format(kind=kind, patience=12, style="/* " + style)
        (site / f"book/interview/{kind}.html").write_text(page, "utf8")
    with serving(site) as at:
        yield f"{at}/book/interview"


@pytest.fixture(scope="module")
def visit(browser, address):
    """Opens a page of one's own in a fresh browser profile; at the end nothing may have gone wrong in any."""
    heard, contexts = [], []

    def visit(name, width=1280, **settings):
        contexts.append(
            browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **settings)
        )
        page = contexts[-1].new_page()
        origin = address.removesuffix("/book/interview")
        page.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((origin, "data:", "blob:")) else heard.append(r.url))
        page.goto(f"{address}/{name}")
        page.wait_for_selector("h2:not(:empty)")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not heard, heard


def sound(page):
    """No violation that axe knows of, and nothing wider than the window."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
    assert not [(v["id"], n["html"][:160], n["failureSummary"][:200]) for v in found for n in v["nodes"][:2]]
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def put(page, text):
    """Type an answer in the place of what is in the editor."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


@pytest.fixture(scope="module")
def drill(visit):
    """The drills with Python started; each test chooses its exercise and writes its code."""
    page = visit("drill.html#sgd")
    assert "run/python/python-" not in str(page.evaluate("performance.getEntriesByType('resource').map(r => r.name)"))
    page.get_by_role("button", name=re.compile(r"Start Python \(\d+\.\d MB\)")).click()
    page.get_by_text("Python is ready").wait_for(timeout=SLOW)
    return page


def report(page, text):
    put(page, text)
    page.get_by_role("button", name="Grade").click()
    page.locator(".drill-report").wait_for(timeout=SLOW)
    return page.locator(".drill-report").inner_text()


def test_a_wrong_answer_is_met_with_its_name(drill):
    said = report(drill, WRONG)
    assert "not passed" in said and "climbs" in said.lower()
    assert drill.locator(".drill-report mjx-container").count() == 1, "the equation it breaks"
    assert drill.evaluate("document.activeElement.className").startswith("drill-report"), "a screen reader is led there"
    sound(drill)


def test_a_mistake_made_in_the_page_becomes_a_card_in_the_quiz(drill):
    kept = "JSON.parse(localStorage.getItem('optedu.progress') ?? '{\"cards\": {}}').cards"
    drill.evaluate("localStorage.removeItem('optedu.progress')")
    drill.evaluate("location.hash = 'sgd'")
    drill.get_by_role("heading", name="Gradient descent").wait_for()
    report(drill, RIGHT)
    assert drill.evaluate(kept) == {}, "there was none"
    report(drill, WRONG)
    [name] = drill.evaluate(f"Object.keys({kept})")
    assert name.startswith("bug/sgd/")
    with drill.context.expect_page() as opened:
        drill.locator(".drill-report a", has_text="the quiz").click(modifiers=["Control"])
    page = opened.value
    assert page.url.endswith("/quiz.html#mistakes")
    page.wait_for_selector(".quiz-question:not(:empty)")
    assert "You once made a mistake in sgd" in question(page)
    code = page.locator(".quiz-card pre")
    assert "def sgd(g, p, *, lr, weight_decay):" in code.inner_text() and "return p + lr" in code.inner_text()
    sound(page)
    page.keyboard.press("Space")
    assert page.get_by_role("heading", name="It should be").is_visible()
    assert "+     return p - lr" in page.locator(".quiz-answer pre").inner_text()
    assert page.locator(".quiz-answer mjx-container").count() == 1
    sound(page)
    page.keyboard.press("4")
    page.get_by_text("That was the last one of this round.").wait_for()
    assert page.evaluate(f"{kept}['{name}'].rating") == "easy"
    page.close()


def test_a_right_answer_passes_and_leads_on(drill):
    said = report(drill, "import numpy as np\n" + RIGHT)
    assert "passed, " in said and "not passed" not in said
    assert drill.get_by_text(f"1 of {len(exercises())} passed").count() == 1
    drill.get_by_role("button", name="Next: ").click()
    drill.get_by_role("heading", name="Momentum").wait_for()
    assert drill.evaluate("location.hash") == "#momentum"
    drill.evaluate("location.hash = 'sgd'")
    drill.get_by_role("heading", name="Gradient descent").wait_for()


def test_an_endless_loop_is_stopped_and_the_page_lives_meanwhile(drill):
    put(drill, "def sgd(g, p, *, lr, weight_decay):\n    while True:\n        pass\n")
    drill.keyboard.press("Control+Enter")
    drill.get_by_role("button", name="Hint 1 of 4").click()  # while it runs
    drill.locator(".drill-hints li").wait_for()
    drill.locator(".drill-report").wait_for(timeout=SLOW)
    said = drill.locator(".drill-report").inner_text()
    assert "Is there a loop that never ends?" in said and "stopped after 6 seconds" in said


@pytest.mark.parametrize("by", ["button", "patience"])
def test_an_endless_call_ends_with_python_itself(drill, by):
    put(drill, "def sgd(g, p, *, lr, weight_decay):\n    return sum(iter(int, 1))\n")
    drill.get_by_role("button", name="Grade").click()
    if by == "button":
        drill.get_by_role("button", name="Stop").click()
    drill.get_by_text("Python is ready again").wait_for(timeout=SLOW)
    assert "passed" in report(drill, RIGHT)


def test_code_is_kept_and_can_be_brought_back(visit):
    page = visit("drill.html#sgd")
    put(page, "# mine\n")
    page.reload()
    page.locator(".cm-content").get_by_text("# mine").wait_for()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Start again").click()
    assert "# mine" in page.locator(".cm-content").inner_text()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Start again").click()
    assert "def sgd" in page.locator(".cm-content").inner_text()
    page.get_by_role("button", name="Bring my code back").click()
    assert "# mine" in page.locator(".cm-content").inner_text()


def test_the_editor_can_be_left_with_the_keyboard(visit):
    page = visit("drill.html#sgd")
    page.locator(".cm-content").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("cm-content")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert "Start Python" in page.evaluate("document.activeElement.textContent")


def test_there_are_four_hints(visit):
    page = visit("drill.html#adam")
    for k in range(1, 5):
        page.get_by_role("button", name=f"Hint {k} of 4").click()
    assert page.locator(".drill-hints > li").count() == 4
    assert page.get_by_role("button", name="Hint").count() == 0


def test_answers_with_arrays_and_classes_are_graded_here(drill):
    drill.evaluate("location.hash = 'lamb'")
    drill.get_by_role("heading", name=exercise("lamb").title).wait_for()
    assert "passed, " in report(drill, exercise("lamb").reference)
    drill.evaluate("location.hash = 'adam'")
    drill.get_by_role("heading", name=exercise("adam").title).wait_for()
    said = report(drill, "class MyAdam:\n    def __init__(self, params):\n        pass\n")
    assert "not passed" in said and "arrays" not in said


def test_every_reference_passes_in_the_page(drill):
    """The rules were written for the Python of a terminal; the page has another one, with another NumPy."""
    for one in exercises():
        said = drill.evaluate("given => OpteduPython.call('grade', given)", {"name": one.name, "text": one.reference})
        assert said["passed"], (one.name, said["text"])


# The quiz


def question(page):
    page.wait_for_selector(".quiz-question:not(:empty)")
    return page.locator(".quiz-question").inner_text()


def test_an_answer_is_shown_rated_and_remembered(visit):
    page = visit("quiz.html#clipping/basic", width=390)
    first = question(page)
    assert not page.locator(".quiz-answer").is_visible()
    sound(page)
    page.keyboard.press("Space")
    for heading in ("In 30 seconds", "In depth", "Trap"):
        assert page.get_by_role("heading", name=heading).is_visible()
    sound(page)
    page.keyboard.press("3")
    page.wait_for_function("text => document.querySelector('.quiz-question').innerText !== text", arg=first)
    assert not page.locator(".quiz-answer").is_visible()
    assert re.search("1 good", page.locator(".quiz-meter + p").inner_text())
    page.reload()
    assert question(page) != first, "what is known comes last"
    assert re.search("1 good", page.locator(".quiz-meter + p").inner_text())


def test_what_was_not_known_comes_again(visit):
    page = visit("quiz.html#clipping/basic")
    total, seen = int(page.locator(".quiz-meter + p").inner_text().split()[0]), []
    assert total >= 2
    for k in range(total + 1):
        seen.append(question(page))
        page.get_by_role("button", name="Show the answer").click()
        page.get_by_role("button", name="again" if k == 0 else "easy").click()
        page.wait_for_function(
            "document.querySelector('.quiz-answer').hidden || document.querySelector('.quiz-rates').hidden"
        )
        page.wait_for_function("text => document.querySelector('.quiz-question').innerText !== text", arg=seen[-1])
    assert seen[-1] == seen[0] and len(set(seen)) == total
    assert "last one" in question(page)


def numbers(page):
    """How many questions are chosen, due, and in this round."""
    said = page.locator(".quiz-meter + p").inner_text()
    return [int(re.search(pattern, said)[1]) for pattern in (r"^(\d+) questions", r"(\d+) due", r"(\d+) in this round")]


def rate(page, rating):
    before = question(page)
    page.keyboard.press("Space")
    page.keyboard.press(rating)
    page.wait_for_function("text => document.querySelector('.quiz-question').innerText !== text", arg=before)


def test_rounds_of_ten_and_then_the_next(visit):
    page = visit("quiz.html#clipping")
    question(page)
    total, due, here = numbers(page)
    assert total > 10 and (due, here) == (0, 10)
    for _ in range(10):
        rate(page, "3")
    assert "last one of this round" in question(page)
    page.get_by_role("button", name=f"The next {min(10, total - 10)}").click()
    assert numbers(page) == [total, 0, min(10, total - 10)]


def test_cards_are_due_when_the_terminal_says_so(visit):
    page = visit("quiz.html#clipping/mid")
    question(page)
    page.clock.install(time=NOW)
    page.reload()
    first = question(page)
    rate(page, "3")
    due = numbers(page)[1]
    [[_, kept]] = page.evaluate("Object.entries(JSON.parse(localStorage['optedu.progress']).cards)")
    dates = progress.record(kept)
    rated = progress.Record(NOW).reviewed("good", dates.last_review)
    assert dates.due == rated.due and abs(dates.last_review - NOW) < HOUR
    assert due == 0
    page.clock.set_fixed_time(dates.due - 13 * HOUR)
    page.reload()
    assert question(page) != first and numbers(page)[1] == 0
    page.clock.set_fixed_time(dates.due - 11 * HOUR)
    page.reload()
    assert question(page) == first and numbers(page)[1] == 1, "due before new"
    assert "last time: good" in page.locator(".quiz-card .practice-facts").inner_text()


def test_when_nothing_is_due_the_next_date_is_told(visit):
    page = visit("quiz.html#clipping/basic")
    question(page)
    for _ in range(numbers(page)[0]):
        rate(page, "4")
    assert "The next card is due on 20" in page.locator(".quiz-answer").inner_text()
    page.reload()
    assert question(page) == "Nothing is due."
    sound(page)
    page.get_by_role("button", name="Ten by chance").click()
    page.get_by_role("button", name="Show the answer").wait_for()
    assert page.locator("select").nth(2).input_value() == "chance"


def test_what_was_rated_in_the_first_quiz_survives(visit):
    page = visit("quiz.html#clipping")
    first = question(page)
    name = practice_data.quiz_list()["topics"]["clipping"]["questions"][0][0]
    old = {name: {"rating": 2, "times": 3, "at": "2026-11-01T18:00:00.000Z"}}
    page.evaluate("""old => {
      localStorage.clear();
      localStorage.setItem('optedu.quiz', JSON.stringify(old));
      localStorage.setItem('optedu.quiz.choice', JSON.stringify({ topic: 'clipping', level: '', order: 'weak' }));
    }""", old)  # fmt: skip
    page.reload()
    question(page)
    assert first and re.search(r"1 hard, \d+ new. 1 due", page.locator(".quiz-meter + p").inner_text())
    assert "last time: hard" in page.locator(".quiz-card .practice-facts").inner_text()
    assert page.evaluate("localStorage.getItem('optedu.quiz')") is None


def test_progress_goes_from_the_page_to_the_terminal_and_back(visit, tmp_path):
    page = visit("quiz.html#clipping")
    question(page)
    rate(page, "3")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save my progress to a file").click()
    assert saved.value.suggested_filename == "optedu-progress.json"
    saved.value.save_as(tmp_path / "page.json")
    history = History(tmp_path / "history.json")
    assert history.take(tmp_path / "page.json") == (1, [])
    of_terminal = next(id_ for id_, _ in practice_data.quiz_list()["topics"]["clipping"]["questions"][3:])
    history.review(of_terminal, "easy")
    history.mistake("sgd", next(bug.name for bug in exercise("sgd").bugs))
    history.export(tmp_path / "terminal.json")
    (tmp_path / "broken.json").write_text("{")

    other = visit("quiz.html#clipping")
    question(other)
    assert not other.get_by_role("button", name="Save my progress").is_visible()
    other.locator("input[type=file]").set_input_files(tmp_path / "terminal.json")
    other.get_by_text("Read: 3 cards.").wait_for()
    assert "1 easy, 1 good" in other.locator(".quiz-meter + p").inner_text()
    kept = other.evaluate("localStorage.getItem('optedu.progress')")
    assert progress.read(kept)[0] == history.cards()
    sound(other)
    other.locator("input[type=file]").set_input_files(tmp_path / "broken.json")
    other.get_by_text("broken.json was not read: it holds no progress").wait_for()
    assert other.evaluate("localStorage.getItem('optedu.progress')") == kept
    other.once("dialog", lambda dialog: dialog.accept())
    other.get_by_role("button", name="Forget my progress").click()
    assert other.evaluate("localStorage.getItem('optedu.progress')") is None


def test_level_and_topic_filter(visit):
    page = visit("quiz.html#clipping")
    question(page)
    count = lambda: int(page.locator(".quiz-meter + p").inner_text().split()[0])  # noqa: E731
    topic = practice_data.quiz_list()["topics"]["clipping"]["questions"]
    assert count() == len(topic)
    for level in practice_data.quiz_list()["levels"]:
        page.get_by_label("Level").select_option(level)
        assert count() == sum(of == level for _, of in topic)
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map(r => r.name).filter(n => n.includes('/quiz-'))"
    )
    assert [name.rsplit("/", 1)[1] for name in loaded] == ["quiz-clipping.js"]
