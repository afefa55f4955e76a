"""Live figures in a browser: moved with the mouse, with a finger and with the keys, asked, timed."""

import math
import os
import re
from itertools import pairwise

import chromium
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from sampling import one_in
from site_helpers import failure, serving, tab
from test_live import figure_of

from optedu import lab
from optedu.lab.live_figures import FIGURES, draw, tables

pytestmark = pytest.mark.skipif(
    chromium.find() is None and os.environ.get("CI") != "true", reason=chromium.MISSING
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    import live_demo

    folder = tmp_path_factory.mktemp("live")
    live_demo.write(folder)
    with serving(folder) as address:
        yield address, folder


@pytest.fixture
def opened(browser, place):
    """Opens the page of all figures; at the end of a test it may not have complained."""
    heard, contexts, pages = [], [], []

    def open_page(name="heavy_ball", width=1200, motion="reduce", address=None, **options):
        if options:
            contexts.append(browser.new_context(reduced_motion=motion, **options))
        page = contexts[-1].new_page() if options else tab(browser, width, motion=motion)
        page.set_viewport_size({"width": width, "height": 900})
        pages.append(page)
        page.set_default_timeout(60_000)
        page.on("console", lambda m: heard.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("requestfailed", lambda r: heard.extend(failure(r)))
        page.goto(address or f"{place[0]}/{name}.html")
        page.wait_for_selector(".live-ready")
        return page

    yield open_page
    for one in pages + contexts:
        one.close()
    assert not heard, heard


class Driver:
    """One live figure in a page."""

    def __init__(self, page, name):
        self.page, self.root = page, page.locator(f'[data-live="{name}"]')
        self.root.scroll_into_view_if_needed()
        page.wait_for_selector(f'[data-live="{name}"].live-ready')

    def handle(self, k=0):
        return self.root.locator("[data-handle]").nth(k)

    def center(self, k=0):
        box = self.handle(k).locator(".live-knob").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def value(self, quantity):
        """As a slider has it: in units of its scale."""
        return float(self.root.locator(f'input[data-quantity="{quantity}"]').input_value())

    def said(self):
        return self.root.locator(".live-said").inner_text()

    def path(self, panel, k):
        return self.root.locator(".live-panel").nth(panel).locator("[data-mark]").nth(k).get_attribute("d")

    def settled(self):
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_the_mouse_drags_the_ball(opened):
    one = Driver(opened(), "heavy_ball")
    before, (x, y) = one.path(1, 1), one.center()
    one.page.mouse.move(x, y)
    one.page.mouse.down()
    one.page.mouse.move(x + 60, y - 40, steps=6)
    one.page.mouse.up()
    one.settled()
    assert "rings" in one.said() and one.path(1, 1) != before
    assert np.allclose(one.center(), (x + 60, y - 40), atol=1.5)
    a, mu = one.value("x") ** 2, one.value("mu")
    assert f"{math.sqrt(mu):.3f}" in one.said() and a > 0.2


def test_a_click_moves_the_point_and_the_curve_catches_it(opened):
    one = Driver(opened(), "heavy_ball")
    (x, y), scale = one.center(), one.root.locator(".live-panel").first.bounding_box()["width"] / draw.WIDTH
    at = draw.Projection(figure_of("heavy_ball").panels[0])

    def point(a, mu):  # from where the point stands now
        start = lab.live("heavy_ball").state
        return x + scale * (at.x(a) - at.x(start["x"])), y + scale * (at.y(mu) - at.y(start["mu"]))

    one.page.mouse.click(*point(0.5, 0.6))
    one.settled()
    assert "rings" in one.said()
    critical = (1 - math.sqrt(0.4)) ** 2
    px, py = point(0.4, critical)
    one.page.mouse.click(px, py - 4)
    one.settled()
    assert "critically damped" in one.said()
    assert abs(math.sqrt(one.value("mu")) + one.value("x") - 1) < 1e-9
    one.page.mouse.click(px, py - 40)
    one.settled()
    assert "rings" in one.said()


def test_a_finger_drags_the_ball(opened):
    page = opened(width=390, has_touch=True, is_mobile=True)
    one = Driver(page, "heavy_ball")
    one.handle().evaluate("e => e.scrollIntoView({ block: 'center' })")
    one.settled()
    (x, y), top = one.center(), page.evaluate("scrollY")
    touch = page.context.new_cdp_session(page)

    def send(kind, points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]})

    send("touchStart", [(x, y)])
    for k in range(1, 7):
        send("touchMove", [(x + 12 * k, y - 8 * k)])
    send("touchEnd", [])
    one.settled()
    assert "rings" in one.said() and page.evaluate("scrollY") == top
    assert np.allclose(one.center(), (x + 72, y - 48), atol=2)


def test_a_finger_still_scrolls_the_page(opened):
    page = opened(width=390, has_touch=True, is_mobile=True)
    one = Driver(page, "heavy_ball")
    one.handle(1).evaluate("e => e.scrollIntoView({ block: 'center' })")
    one.settled()
    box, top = one.root.locator(".live-panel").nth(3).bounding_box(), page.evaluate("scrollY")
    touch, before = page.context.new_cdp_session(page), one.value("x")
    x, y = box["x"] + 200, box["y"] + box["height"] / 2

    def send(kind, *point):
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [dict(zip("xy", point, strict=True))] if point else []},
        )

    send("touchStart", x, y)
    for k in range(1, 11):
        send("touchMove", x + k / 2, y + 20 * k)
        one.settled()
    send("touchEnd")
    one.settled()
    assert page.evaluate("scrollY") < top - 100 and one.value("x") == before
    y = (box := one.root.locator(".live-panel").nth(3).bounding_box())["y"] + box["height"] / 2
    page.touchscreen.tap(x, y)
    one.settled()
    assert one.value("x") > before + 0.5


def test_keys_move_the_ball(opened):
    page = opened()
    one = Driver(page, "heavy_ball")
    assert one.handle().get_attribute("role") == "slider" and one.handle().get_attribute("tabindex") == "0"
    a, mu = one.value("x"), one.value("mu")
    one.handle().focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    one.settled()
    assert abs(one.value("mu") - mu - 0.01) < 1e-9 and abs(one.value("x") - a - 0.22) < 1e-9
    assert one.handle().get_attribute("aria-valuetext") == f"γa {one.value('x') ** 2:.2f}, μ {mu + 0.01:.2f}"
    for _ in range(12):
        page.keyboard.press("Shift+ArrowUp")
    one.settled()
    assert abs(one.value("mu") - 0.99) < 1e-9
    page.get_by_label("μ", exact=True).first.focus()
    page.keyboard.press("Home")
    one.settled()
    assert one.value("mu") == 0
    one.root.get_by_role("button", name="Start again").click()
    one.settled()
    assert one.value("x") == a and one.value("mu") == mu


def test_a_symbol_with_an_exponent_is_a_handle(opened):
    one = Driver(page := opened("bias_correction"), "bias_correction")
    symbols = page.locator("section").filter(has=one.root).locator("mjx-math .live-symbol")
    assert symbols.count() == 2
    before, box = one.value("b2"), symbols.last.bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] - 16, box["y"] + 8)
    page.mouse.up()
    one.settled()
    assert one.value("b2") < before - 0.1


def test_symbols_of_an_equation_move_it(opened):
    page = opened()
    one = Driver(page, "heavy_ball")
    symbols = page.locator("section").filter(has=one.root).locator("mjx-math .live-symbol")
    assert symbols.count() >= 4  # μ, γ, a, μ
    page.evaluate("scrollTo(0, 0)")
    mu = one.value("mu")
    box = symbols.first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    assert one.root.locator(".live-lit").count() == 1
    page.mouse.down()
    page.mouse.move(x + 48, y, steps=4)
    page.mouse.up()
    one.settled()
    assert abs(one.value("mu") - mu - 0.2 * 0.99) < 1e-6
    page.locator("span.live-mu").first.focus()
    page.keyboard.press("ArrowLeft")
    one.settled()
    assert abs(one.value("mu") - mu - 0.2 * 0.99 + 0.01) < 1e-6


@pytest.mark.parametrize("name", one_in(8, FIGURES))
def test_predict_then_reveal(opened, name):
    page = opened(name)
    one = Driver(page, name)
    asked, (right, then) = one.root.locator(".live-predict"), (lab.live(name).answer(), figure_of(name).predict.then)
    wrong = (right + 1) % len(figure_of(name).predict.choices)
    assert asked.locator(".live-because").is_hidden()

    def figure_drawn():
        return page.evaluate(
            "() => [...document.querySelectorAll('[data-mark]')].map((m) => m.getAttribute('d')).join()"
        )

    drawn = figure_drawn()
    asked.get_by_role("button").nth(wrong).click()
    one.settled()
    assert asked.locator(".live-because").inner_text().startswith("Not “")
    for quantity, value in then.items():
        if isinstance(value, tuple):
            assert figure_drawn() != drawn
            continue
        scale = next(q.scale for q in figure_of(name).quantities if q.name == quantity)
        assert abs(one.value(quantity) - tables.scaled(value, scale)) < 1e-9  # at once: reduced motion
    page.reload()
    again = Driver(page, name)
    assert again.root.locator(".live-because").is_visible(), "remembered for the visit"
    assert again.root.locator(".live-choices button").nth(wrong).get_attribute("aria-pressed") == "true"


def test_motion_only_for_those_who_want_it(opened):
    page = opened(motion="no-preference")
    one = Driver(page, "heavy_ball")
    one.root.locator(".live-predict button").first.click()
    page.wait_for_function("""() => {
        const mu = Number(document.querySelector('[data-live=heavy_ball] input[data-quantity=mu]').value);
        return mu > 0.5 && mu < 0.9;
    }""")
    page.wait_for_function(
        "Math.abs(document.querySelector('[data-live=heavy_ball] input[data-quantity=mu]').value - 0.95) < 1e-9"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_is_accessible(opened, scheme):
    page = opened("index", width=390, color_scheme=scheme)
    for name in FIGURES:
        Driver(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert not found, [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found]
    out = page.evaluate("""() => [...document.querySelectorAll('.live-panel text')].flatMap((t) => {
        const box = t.getBoundingClientRect(), panel = t.ownerSVGElement.closest('.live-panel').getBoundingClientRect();
        return box.left < panel.left - 3 || box.right > panel.right + 3 ? [t.textContent] : [];
    })""")
    assert not out
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        sizes = page.evaluate("""() => [...document.querySelectorAll('.live-panel text')].map((t) =>
            parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.closest('.live-panel').getScreenCTM().a)""")
        assert min(sizes) >= 11 and max(sizes) <= 15


def test_from_a_folder_and_without_scripts(opened, place, browser):
    page = opened(address=(place[1] / "heavy_ball.html").as_uri())
    one = Driver(page, "heavy_ball")
    one.handle().focus()
    page.keyboard.press("ArrowUp")
    one.settled()
    assert "rings" in one.said()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{place[0]}/heavy_ball.html")
    assert page.locator(".live-panel").first.is_visible()
    assert page.locator(".live-controls").first.is_hidden() and page.locator(".live-predict").first.is_hidden()
    context.close()


def test_input_to_paint_costs_no_more_than_it_did(opened):
    """Over the whole plane, divergence included: from an event to its frame, in units of a loop in the same page.

    Where the loop takes 80 ms at a quarter of the speed, the frame of a drag takes 20; it may take twice that.
    """
    page = opened()
    one = Driver(page, "heavy_ball")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    rng = np.random.default_rng(3)
    box = one.root.locator(".live-panel").first.bounding_box()
    page.evaluate("""() => {
        document.querySelector('.live-panel').addEventListener('pointermove', () => {
            const begun = performance.now(), { port1, port2 } = new MessageChannel();
            port1.onmessage = () => took.push(performance.now() - begun);
            requestAnimationFrame(() => port2.postMessage(0));
        }, { capture: true });
        window.loop = () => {
            const begun = performance.now(), words = [];
            for (let k = 0; k < 200000; k++) words.push(Math.sin(k).toFixed(2));
            return words.length && performance.now() - begun;
        };
    }""")
    width, height = box["width"] - 50, box["height"] - 90
    places = [(box["x"] + 36 + u * width, box["y"] + 42 + v * height) for u, v in rng.random((40, 2))]
    rounds, loops = [], []
    for _ in range(6):  # others use this machine, too: of each place the quickest of six visits
        page.evaluate("window.took = []")
        page.mouse.move(*one.center())
        page.mouse.down()
        page.evaluate("window.took = []")
        for px, py in places:
            page.mouse.move(px, py)
            page.wait_for_timeout(20)
        page.mouse.up()
        page.wait_for_function(f"took.length >= {len(places)}")
        rounds.append(page.evaluate("took")[: len(places)])
        loops += [page.evaluate("loop()") for _ in range(3)]
        slow = np.percentile(np.min(rounds, axis=0), 95)
        if slow <= min(loops) / 2:
            break
    assert slow <= min(loops) / 2, (slow, min(loops), np.percentile(np.min(rounds, axis=0), [50, 95, 100]))


def test_many_events_of_a_frame_are_drawn_once(opened):
    """Keys and a slider, nine times: nothing is drawn before the frame, and in it the last."""
    page = opened()
    one = Driver(page, "heavy_ball")
    drawn = page.evaluate("""async () => {
        const root = document.querySelector("[data-live=heavy_ball]");
        const slider = root.querySelector("[data-quantity=mu]");
        const frame = () => new Promise(requestAnimationFrame);
        await frame();
        let times = 0;
        root.addEventListener("live", () => times++);
        for (const value of [0.2, 0.3, 0.4]) {
            slider.value = value;
            slider.dispatchEvent(new Event("input"));
            for (const node of root.querySelectorAll("[data-handle]")) {
                node.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", cancelable: true }));
            }
        }
        const before = times;
        await frame();
        return [before, times];
    }""")
    start = math.sqrt(lab.live("heavy_ball").state["x"])
    assert drawn == [0, 1]
    assert one.value("mu") == 0.4 and one.value("x") == pytest.approx(start + 6 * 0.02, abs=1e-9)


def test_numbers_change_within_their_texts(opened):
    """A new piece of text costs the style of all that stands on a page: whatever moves, none is made."""
    page = opened()
    one = Driver(page, "heavy_ball")
    said = one.said()
    page.evaluate("""() => {
        window.made = [];
        const root = document.querySelector("[data-live=heavy_ball]");
        new MutationObserver((seen) => made.push(...seen.map((s) => s.type))).observe(
            root, { childList: true, characterData: true, subtree: true });
    }""")
    one.handle().focus()
    for key in ("ArrowRight", "ArrowUp", "End"):
        page.keyboard.press(key)
    one.settled()
    assert one.said() != said
    assert set(page.evaluate("made")) == {"characterData"}


def test_a_stream_is_drawn_by_hand(opened):
    page = opened("gradient_stream")
    one = Driver(page, "gradient_stream")
    box, before = one.handle().bounding_box(), one.said()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.1 * box["height"])  # one event for half of the bars
    page.mouse.up()
    one.settled()
    tops = [float(y) for y in re.findall(r"L\S+ (\S+?)(?=M|$)", one.path(0, 0))]
    height = draw.Projection(figure_of("gradient_stream").panels[0]).height
    assert one.said() != before and len(tops) == 60
    assert len(set(tops[:14])) == 1 and abs(tops[15] - 0.5 * height) < 3 and abs(tops[45] - 0.1 * height) < 3
    assert all(a > b for a, b in pairwise(tops[15:45])), "no bar between two events is left out"
    one.handle().focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    one.settled()
    assert one.handle().get_attribute("aria-valuetext") == "number 2: 2.30"
