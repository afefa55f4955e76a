"""The site in Firefox, driven by its own remote protocol: figures are dragged, cells run, from a server and a folder.

`make firefox` runs it, where Firefox is installed. Safari has not been seen.
"""

import shutil
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from serving import serving
from site_helpers import built, python, site  # noqa: F401

FOUND = [Path(one).resolve() for one in map(shutil.which, ("firefox", "firefox-esr")) if one]
BROWSER = next((str(one) for one in FOUND if (one.parent / "application.ini").exists()), None)
pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(
        BROWSER is None or find_spec("marionette_driver") is None,
        reason="`make firefox` installs marionette_driver, and wants a Firefox on the path",
    ),
]
CHAPTER = "book/adaptive/rmsprop"
PATIENCE = 240  # seconds

SETTLED = """const bar = document.querySelectorAll('[data-run]')[arguments[0]].parentElement;
    return [bar.dataset.state ?? null, bar.querySelector('.run-status')?.textContent];"""
HANDLE = ".live-handle"
UNFOLD = "for (const fold of document.querySelectorAll('main details')) fold.open = true;"  # else it takes no text


@pytest.fixture(scope="module")
def firefox():
    from marionette_driver.marionette import Marionette

    browser = Marionette(bin=BROWSER, headless=True)
    browser.start_session()
    browser.timeout.page_load = PATIENCE
    browser.set_window_rect(width=1300, height=900)
    yield browser
    browser.quit()


@pytest.fixture(scope="module", params=["server", "folder"])
def base(request, site, python):  # noqa: F811
    if request.param == "folder":
        yield site.resolve().as_uri()
        return
    with serving(site) as address:
        yield address


def until(asked):
    """Waits until what is asked is answered with something."""
    end = time.monotonic() + PATIENCE
    while not (answer := asked()):
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.2)
    return answer


def press(firefox, which):
    """Press a cell's button."""
    firefox.execute_script("document.querySelectorAll('[data-run]')[arguments[0]].click()", [which])


def run(firefox, which):
    """Press a cell's button; its state in the end, and what is said."""
    press(firefox, which)
    return settled(firefox, which)


CELL = "const cell = document.querySelectorAll('[data-run]')[arguments[0]].closest('.cell');"


def write(firefox, which, text):
    """Put a text in the place of a cell's code, as if it were typed."""
    edit = "[...cell.querySelectorAll('.run button')].find(one => one.textContent === 'Edit' && !one.hidden)?.click();"
    firefox.execute_script(CELL + edit, [which])
    until(lambda: firefox.execute_script(f"{CELL} return cell.querySelector('.cm-content') !== null", [which]))
    typed = "document.execCommand('selectAll'); document.execCommand('insertText', false, arguments[1]);"
    firefox.execute_script(f"{CELL} cell.querySelector('.cm-content').focus(); {typed}", [which, text])
    until(lambda: firefox.execute_script(f"{CELL} return cell.querySelector('.cm-content').innerText", [which]) == text)


def shown(firefox, which):
    """The text of a cell's outputs."""
    return firefox.execute_script(f"{CELL} return cell.querySelector('.cell_output')?.textContent ?? ''", [which])


def settled(firefox, which):
    def asked():
        state, said = firefox.execute_script(SETTLED, [which])
        return (state, said) if state not in (None, "busy") else None

    return until(asked)


def test_a_figure_is_dragged_and_formulas_are_typeset(firefox, base):
    from marionette_driver import By
    from marionette_driver.marionette import ActionSequence

    firefox.navigate(f"{base}/book/momentum/heavy_ball.html")
    until(lambda: firefox.execute_script("return document.querySelector('mjx-container') !== null"))
    assert firefox.execute_script("return document.querySelectorAll('mjx-merror').length") == 0
    firefox.execute_script("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", [HANDLE])
    handle = firefox.find_element(By.CSS_SELECTOR, HANDLE)
    until(lambda: handle.get_attribute("tabindex") == "0")
    told = [handle.get_attribute("aria-valuetext")]
    mouse = ActionSequence(firefox, "pointer", "mouse", {"pointerType": "mouse"})
    mouse.pointer_move(0, 0, origin=handle).pointer_down().pointer_move(60, 30, duration=200, origin=handle)
    mouse.pointer_up().perform()
    told.append(handle.get_attribute("aria-valuetext"))
    firefox.execute_script(
        "const node = document.querySelector(arguments[0]); node.focus();"
        "node.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true, cancelable: true}))",
        [HANDLE],
    )
    told.append(until(lambda: (now := handle.get_attribute("aria-valuetext")) != told[-1] and now))
    assert len(set(told)) == 3


def test_a_whole_chapter_runs(firefox, base):
    firefox.navigate(f"{base}/{CHAPTER}.html")
    last = firefox.execute_script("return document.querySelectorAll('[data-run]').length") - 1
    state, said = run(firefox, last)
    assert state == "done", said
    told = firefox.execute_script("return [...document.querySelectorAll('.run-status')].map(e => e.textContent)")
    assert sum("what the book shows" in text for text in told) > 10
    assert not [text for text in told if "Ran in" not in text and "needs torch" not in text]


@pytest.mark.parametrize("endless", ["while True: pass", "sum(iter(int, 1))"], ids=["a loop", "one call"])
def test_an_endless_cell_is_stopped_and_the_next_run_replays(firefox, base, endless):
    firefox.navigate(f"{base}/{CHAPTER}.html")
    firefox.execute_script(UNFOLD)
    assert run(firefox, 0)[0] == "done"
    write(firefox, 1, f"print('begun')\n{endless}")
    press(firefox, 1)
    until(lambda: "begun" in shown(firefox, 1))
    press(firefox, 1)
    assert settled(firefox, 1)[0] == "lost"
    assert "begun" in shown(firefox, 1), "outputs stay"
    write(firefox, 1, "print(lab.__name__)")
    assert run(firefox, 1)[0] == "done", "the cell above was run again"
    assert shown(firefox, 1).strip() == "optedu.lab"


def test_a_race_is_drawn_and_the_bank_opens(firefox, base):
    firefox.navigate(f"{base}/book/race.html")
    until(lambda: firefox.execute_script("return document.querySelector('.race-ready canvas')?.width > 300"))
    firefox.navigate(f"{base}/book/interview/questions.html")
    firefox.execute_script("document.querySelector('.optedu-bank details').open = true")
    until(lambda: firefox.execute_script("return document.querySelector('.optedu-bank .quiz-part') !== null"))


def test_the_search_answers(firefox, base):
    firefox.navigate(f"{base}/search.html?q=warm-up")
    first = "return [...document.querySelectorAll('#search-results li a')].slice(0, 3).map(a => a.textContent)"
    assert any("schedule" in title.lower() for title in until(lambda: firefox.execute_script(first)))
