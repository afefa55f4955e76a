"""Live figures: the page computes what Python computes, draws what stands there, and can be moved.

Node runs the page's own engine beside NumPy; a browser drives the figures.
"""

import functools
import gzip
import importlib
import json
import math
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path

import chromium
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from site_helpers import serving

from optedu import lab
from optedu.lab.live import FIGURES, draw, markup, tables
from optedu.lab.live import __main__ as writer
from optedu.lab.live import figure as parts
from optedu.lab.live.page import check

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "book/_static/live"
NODE = shutil.which("node")

needs_node = pytest.mark.skipif(
    NODE is None and os.environ.get("CI") != "true", reason="no node to run the page's scripts in"
)
needs_browser = pytest.mark.skipif(
    chromium.find() is None and os.environ.get("CI") != "true", reason=chromium.MISSING
)  # fmt: skip
every = pytest.mark.parametrize("name", FIGURES)


def figure_of(name):
    return importlib.import_module(f"optedu.lab.live.{name}").FIGURE


def in_node(body, data):
    """What `body`, the body of a function of (live, data), returns in Node; NaN and infinities come as texts."""
    files = [*sorted((STATIC / "figures").glob("*.js")), STATIC / "engine.js"]
    load = "".join(f"require({json.dumps(str(file))});" for file in files)
    tell = "(k, v) => typeof v === 'number' && !Number.isFinite(v) ? String(v).replace('Infinity', 'inf') : v"
    read = "JSON.parse(require('fs').readFileSync(0, 'utf8'))"
    script = f"{load} process.stdout.write(JSON.stringify(((live, data) => {{ {body} }})(OpteduLive, {read}), {tell}));"
    done = subprocess.run([NODE, "-e", script], input=json.dumps(data), text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def some_states(name, many=12):
    """The first state, its corners, and some in between."""
    rng = np.random.default_rng(0)
    figure = figure_of(name)
    yield {}
    for k in range(many):
        state = {}
        for q in figure.quantities:
            if isinstance(q, parts.Quantity):
                low, high = tables.scaled(q.low, q.scale), tables.scaled(q.high, q.scale)
                u = float(k) if k < 2 else rng.random()
                state[q.name] = min(max(tables.unscaled(low + u * (high - low), q.scale), q.low), q.high)
        yield state


# ── The same numbers ──────────────────────────────────────────────────────────────────


def test_generated_files_are_current():
    files = {file.name: file.read_text("utf8") for file in (STATIC / "figures").glob("*.js")}
    assert files == writer.texts(), "run: python -m optedu.lab.live"


@needs_node
@every
def test_functions_are_the_same_to_twelve_digits(name):
    """Each at two hundred random places."""
    rng = np.random.default_rng(1)
    figure, asked, expected = figure_of(name), [], []
    states = list(some_states(name, 40))
    for key, (function, given) in tables.functions(name, figure)[0].items():
        for k in range(200):
            state = lab.live(name, **states[k % len(states)]).state
            inputs = [float(x) for x in rng.uniform(0.1, 1.5, len(given))]
            asked.append([key, inputs, state])
            expected.append(tables.call(function, inputs, state))
    found = in_node("return data.map(([f, inputs, state]) => live.functions[f](...inputs, state));", asked)
    for (key, *where), here, there in zip(asked, expected, found, strict=True):
        there = np.array(there, float)
        np.testing.assert_allclose(there, here, rtol=1e-12, atol=1e-13, err_msg=f"{key} at {where}")


@needs_node
@every
def test_tables_are_the_same(name):
    lives = [lab.live(name, **state) for state in some_states(name)]
    data = [[one.specification(), one.state] for one in lives]
    found = in_node("return data.map(([spec, state]) => live.compute(spec, state));", data)
    for one, there in zip(lives, found, strict=True):
        assert {t: list(c) for t, c in there.items()} == {t: list(c) for t, c in one.tables.items()}
        for table, columns in one.tables.items():
            for column, numbers in columns.items():
                got = np.array(there[table][column], float)
                size = np.nanmax(np.abs(np.where(np.isfinite(numbers), numbers, 0)), initial=1.0)
                np.testing.assert_allclose(
                    got, numbers, rtol=1e-9, atol=1e-9 * size, err_msg=f"{table}.{column} {one.state}"
                )


def panels_of(one):
    """The panels of a figure, as a tree; for that the drawing must be well-formed."""
    names = "{http://www.w3.org/2000/svg}"
    return [e for e in ET.fromstring(one.svg()).iter(f"{names}svg") if e.get("class") == "live-panel"]


def having(tree, attribute):
    return [e for e in tree.iter() if e.get(attribute) is not None]


def elements(one):
    """What stands in the HTML of a figure: attributes of its marks, places of its handles, numbers."""
    html = one.html()
    assert all(draw.panel_svg(one.figure, p, one.state, one.tables) in html for p in one.figure.panels)
    panels = [
        (
            [[e.tag.split("}")[1], e.get("d"), e.get("x"), e.get("y")] for e in having(svg, "data-mark")],
            [e.get("transform") for e in having(svg, "data-handle")],
        )
        for svg in panels_of(one)
    ]
    return panels, [[unescape(k), v] for k, v in re.findall(r'data-value="([^"]*)">([^<]*)<', html)]


DRAW = """return data.map(([spec, state, tokens]) => {
    const tables = live.compute(spec, state);
    return [spec.panels.map((panel) => {
        const at = live.projection(panel);
        return [panel.marks.map((mark) => live.drawn(mark, at, state, tables)),
            panel.handles.map((h) => h.stream ? null : live.place(h, at, state, tables))];
    }), tokens.map((token) => live.value(token, state, tables))];
});"""


def numbers_in(text):
    return re.sub(r"-?[\d.]+", "#", text), [float(x) for x in re.findall(r"-?[\d.]+", text)]


def same_path(there, here):
    """Up to one in the last decimal, where a rounding fell to the other side."""
    (shape, found), (expected_shape, expected) = numbers_in(there), numbers_in(here)
    assert shape == expected_shape
    np.testing.assert_allclose(found, expected, atol=0.101)


@needs_node
@every
def test_what_is_drawn_is_what_stands_there(name):
    """The static picture is the live figure's first state; in all other states Python would draw the same."""
    lives = [lab.live(name, **state) for state in some_states(name)]
    stood = [elements(one) for one in lives]
    data = [[one.specification(), one.state, [t for t, _ in told]] for one, (_, told) in zip(lives, stood, strict=True)]
    for (panels, told), (drawn, values) in zip(stood, in_node(DRAW, data), strict=True):
        assert values == [text for _, text in told]
        assert len(panels) == len(drawn)
        for (marks, handles), (attributes, places) in zip(panels, drawn, strict=True):
            assert len(marks) == len(attributes) and len(handles) == len(places)
            for (kind, d, x, y), given in zip(marks, attributes, strict=True):
                if kind == "path":
                    same_path(given["d"], d)
                else:
                    np.testing.assert_allclose([float(given["x"]), float(given["y"])], [float(x), float(y)], atol=0.101)
            for where, place in zip(handles, places, strict=True):
                if place:
                    same_path(
                        f"translate({place[0]:.1f} {place[1]:.1f})", re.sub(r"(\d)(?=[ )])(?<!\.\d)", r"\1.0", where)
                    )


@every
def test_nothing_is_drawn_far_outside(name):
    """Whatever diverges: no coordinate leaves a panel by more than its margin."""
    for state in some_states(name, 30):
        for svg in panels_of(lab.live(name, **state)):
            *_, width, height = map(float, svg.get("viewBox").split())
            for one in having(svg, "data-mark"):
                reach = numbers_in((one.get("d") or "").replace("h0", ""))[1]
                assert all(-30 <= x <= max(width, height) + 30 for x in reach), (state, one.get("d")[:200])


@every
def test_every_quantity_is_bounded_and_every_function_known(name):
    check(figure_of(name))
    one = lab.live(name)
    assert 0 <= one.answer() < len(one.figure.predict.choices)
    for token, _ in elements(one)[1]:
        markup.value(token, one.state, one.tables)


def test_wrong_names_and_values_are_refused():
    with pytest.raises(ValueError, match="no live figure is called 'heavy'"):
        lab.live("heavy")
    with pytest.raises(ValueError, match="heavy_ball has no quantity 'nu'"):
        lab.live("heavy_ball", nu=1)
    with pytest.raises(ValueError, match="mu of heavy_ball must be a number from 0 to 0.99, got 2"):
        lab.live("heavy_ball", mu=2)


def test_numbers_for_the_eye():
    given = [0.125, -0.125, 2.5, 1e5, -123456789.0, math.inf, -math.inf, math.nan, -0.001, 0.0]
    wanted = ["0.13", "−0.13", "2.50", "1.0·10⁵", "−1.2·10⁸", "∞", "−∞", "–", "0.00", "0.00"]
    assert [markup.number(x, 2) for x in given] == wanted


@needs_node
def test_numbers_for_the_eye_in_the_page():
    rng = np.random.default_rng(2)
    given = [
        0.125,
        -0.125,
        2.5,
        1e5,
        -123456789.0,
        -0.001,
        0.0,
        *(rng.standard_normal(500) * 10.0 ** rng.integers(-4, 9, 500)),
    ]
    given = [float(x) for x in given]
    asked = [[x, d] for x in given for d in (0, 1, 3)]
    assert in_node("return data.map(([x, d]) => live.number(x, d));", asked) == [markup.number(x, d) for x, d in asked]


# ── The static picture, and the size of all ───────────────────────────────────────────


@every
def test_what_a_notebook_gets(name):
    one = lab.live(name)
    bundle = one._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"}
    assert bundle["image/svg+xml"].startswith("<svg") and len(bundle["image/svg+xml"]) < 60_000
    assert len(bundle["text/html"]) < 60_000
    assert not re.search(r'\bid="', bundle["text/html"]), "ids would occur twice on a page"
    spec = json.loads(re.search(r'<script type="application/json">(.*?)</script>', bundle["text/html"], re.S)[1])
    assert spec == json.loads(json.dumps(one.specification()))
    for block in (s for t in spec["tables"].values() for s in t.get("data", []) if isinstance(s, list)):
        assert all(x == float(f"{x:.6g}") for x in block)


@every
def test_letters_are_legible(name):
    """Drawn for 343 pixels and at most 428 wide, letters have 11 to 15 (what stands below or above apart)."""
    widest = int(re.search(r"max-width: (\d+)px", (STATIC / "live.css").read_text("utf8"))[1])
    for size in map(float, re.findall(r'<(?:svg|text)[^>]*font-size="([\d.]+)"', lab.live(name).html())):
        assert size >= 11 and size * widest / draw.WIDTH <= 15


def test_size():
    import live_figures

    shipped = "".join(live_figures.squeezed((STATIC / f).read_text("utf8")) for f in ("engine.js", "live.js"))
    assert len(shipped.encode()) <= 15_000
    assert len(gzip.compress(shipped.encode())) <= 6_500


def luminance(color):
    r, g, b = (int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (r, g, b)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_lines_stand_out_in_both_modes():
    css = (STATIC / "live.css").read_text("utf8")
    light, dark = re.findall(r"html(?:\[data-theme=\"dark\"\])? \{(.*?)\}", css, re.S)[:2]
    for mode in (light, dark):
        colors = dict(re.findall(r"--live-(\w+): (#\w{6})", mode))
        paper = luminance(colors.pop("paper"))
        colors.pop("grid")
        assert set(colors) == {"blue", "brown", "green", "red", "purple", "ink", "faint"}
        for color in colors.values():
            low, high = sorted((luminance(color), paper))
            assert (high + 0.05) / (low + 0.05) >= 4.5, color
    assert {k: draw.COLORS[k] for k in colors} == {
        k: v for k, v in re.findall(r"--live-(\w+): (#\w{6})", light) if k in colors
    }


@every
def test_lines_are_told_apart_without_color(name):
    """Two lines or dots of a panel that move and differ in color differ in dash, width or shape as well."""
    for panel in figure_of(name).panels:
        looks = {}
        for mark in panel.marks:
            apart = isinstance(mark, parts.Label) or getattr(mark, "fill", 0) or getattr(mark, "x1", None) is not None
            if apart or not draw.moves(mark):
                continue
            look = (mark.dash, mark.width) if isinstance(mark, parts.Line) else (mark.shape, mark.hollow, mark.size)
            assert looks.setdefault((type(mark), look), mark.color) == mark.color, (panel.title, mark)


# ── The page ──────────────────────────────────────────────────────────────────────────


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
    heard, contexts = [], []

    def open_page(name="heavy_ball", width=1200, motion="reduce", address=None, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion=motion, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda m: heard.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("requestfailed", lambda r: heard.append(f"failed: {r.url}"))
        page.goto(address or f"{place[0]}/{name}.html")
        page.wait_for_selector(".live-ready")
        return page

    yield open_page
    for context in contexts:
        context.close()
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


@needs_browser
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


@needs_browser
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


@needs_browser
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


@needs_browser
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
        send("touchMove", x + k / 2, y - 20 * k)
        one.settled()
    send("touchEnd")
    one.settled()
    assert page.evaluate("scrollY") > top + 100 and one.value("x") == before
    y = (box := one.root.locator(".live-panel").nth(3).bounding_box())["y"] + box["height"] / 2
    page.touchscreen.tap(x, y)
    one.settled()
    assert one.value("x") > before + 0.5


@needs_browser
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


@needs_browser
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


@needs_browser
@every
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


@needs_browser
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


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_is_accessible(opened, scheme):
    page = opened("index", width=390, color_scheme=scheme)
    for name in FIGURES:
        Driver(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert not found, [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found]
    sizes = page.evaluate("""() => [...document.querySelectorAll('.live-panel text')].map((t) =>
        parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.closest('.live-panel').getScreenCTM().a)""")
    assert min(sizes) >= 11 and max(sizes) <= 15


@needs_browser
def test_texts_of_a_panel_stay_in_it(opened):
    page = opened("index", width=390)
    for name in FIGURES:
        Driver(page, name)
    out = page.evaluate("""() => [...document.querySelectorAll('.live-panel text')].flatMap((t) => {
        const box = t.getBoundingClientRect(), panel = t.ownerSVGElement.closest('.live-panel').getBoundingClientRect();
        return box.left < panel.left - 3 || box.right > panel.right + 3 ? [t.textContent] : [];
    })""")
    assert not out


@needs_browser
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


@needs_browser
def test_input_to_paint_within_50_ms_on_a_slow_machine(opened):
    """At a quarter of the speed, over the whole plane, divergence included: from an event to its frame."""
    page = opened()
    one = Driver(page, "heavy_ball")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    rng = np.random.default_rng(3)
    box = one.root.locator(".live-panel").first.bounding_box()
    page.evaluate("""() => document.querySelector('.live-panel').addEventListener('pointermove', () => {
        const begun = performance.now(), { port1, port2 } = new MessageChannel();
        port1.onmessage = () => took.push(performance.now() - begun);
        requestAnimationFrame(() => port2.postMessage(0));
    }, { capture: true })""")
    width, height = box["width"] - 50, box["height"] - 90
    places = [(box["x"] + 36 + u * width, box["y"] + 42 + v * height) for u, v in rng.random((40, 2))]
    rounds = []
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
        quickest = np.min(rounds, axis=0)
        if np.percentile(quickest, 95) <= 50:
            break
    assert np.percentile(quickest, 95) <= 50, np.percentile(quickest, [50, 95, 100])


# ── On the site ───────────────────────────────────────────────────────────────────────


def test_only_pages_with_a_figure_load_anything():
    import live_figures

    assert live_figures.scripts("<p>data-live</p>") == []
    needed = live_figures.scripts(lab.live("heavy_ball").html() + lab.live("quadratic").html())
    assert needed == ["live/figures/heavy_ball.js", "live/figures/quadratic.js", "live/engine.js", "live/live.js"]
    with pytest.raises(Exception, match="no functions for the live figures nobody"):
        live_figures.scripts('<figure class="live" data-live="nobody">')


def test_markdown_lets_the_symbols_through():
    """[$\\mu$]{.live-mu} is a span around a formula."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.attrs import attrs_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt().use(dollarmath_plugin).use(functools.partial(attrs_plugin, spans=True))
    assert '<span class="live-mu"><span class="math inline">' in parser.render("With [$\\mu$]{.live-mu} larger")
