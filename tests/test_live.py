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

import live_figures
import numpy as np
import pytest
from sampling import one_in

from optedu import lab
from optedu.lab.live_figures import FIGURES, draw, markup, tables
from optedu.lab.live_figures import figure as parts
from optedu.lab.live_figures.page import check

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "optedu/lab/live_figures/static/live"
NODE = shutil.which("node")

needs_node = pytest.mark.skipif(
    NODE is None and os.environ.get("CI") != "true", reason="no node to run the page's scripts in"
)
every = pytest.mark.parametrize("name", FIGURES)
in_turn = pytest.mark.parametrize("name", one_in(2, FIGURES))
in_states = pytest.mark.parametrize("many", [4, pytest.param(12, marks=pytest.mark.nightly)])


def figure_of(name):
    return importlib.import_module(f"optedu.lab.live_figures.{name}").FIGURE


@functools.cache
def shipped():
    """Scripts of the figures and their engine, as the site ships them."""
    files = [*sorted((ROOT / "book/_static/live/figures").glob("*.js")), STATIC / "engine.js"]
    return [live_figures.squeezed(file.read_text("utf8")) for file in files]


def in_node(body, data):
    """What `body`, the body of a function of (live, data), returns in Node; NaN and infinities come as texts."""
    tell = "(k, v) => typeof v === 'number' && !Number.isFinite(v) ? String(v).replace('Infinity', 'inf') : v"
    script = f"{''.join(shipped())} return JSON.stringify(((live, data) => {{ {body} }})(OpteduLive, data), {tell});"
    # (The figures together are longer than an argument of a program may be.)
    load = "const [script, data] = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
    run = f"{load} process.stdout.write(new Function('data', script)(data));"
    sent = json.dumps([script, data])
    done = subprocess.run([NODE, "-e", run], input=sent, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def some_states(name, many=4):
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


@functools.cache
@functools.cache
def some_lives(name, many=4):
    return [lab.live(name, **state) for state in some_states(name, many)]


# ── The same numbers ──────────────────────────────────────────────────────────────────


@needs_node
@every
def test_functions_are_the_same_to_twelve_digits(name):
    """Each at two hundred random places."""
    rng = np.random.default_rng(1)
    figure, asked, expected = figure_of(name), [], []
    states = [{q.name: q.value for q in figure.quantities} | state for state in some_states(name, 40)]
    for key, (function, given) in tables.functions(name, figure)[0].items():
        for k in range(200):
            state = {k: v for k, v in states[k % len(states)].items() if not isinstance(v, tuple)}
            inputs = [float(x) for x in rng.uniform(0.1, 1.5, len(given))]
            asked.append([key, inputs, state])
            with np.errstate(all="ignore"):
                expected.append(tables.numeric(function, state)(inputs))
    found = in_node("return data.map(([f, inputs, state]) => live.functions[f](...inputs, state));", asked)
    for (key, *where), here, there in zip(asked, expected, found, strict=True):
        there = np.array(there, float)
        np.testing.assert_allclose(there, here, rtol=1e-12, atol=1e-13, err_msg=f"{key} at {where}")


@needs_node
@in_turn
@in_states
def test_tables_are_the_same(name, many):
    lives = some_lives(name, many)
    data = [[one.specification(), one.state] for one in lives]
    found = in_node("return data.map(([spec, state]) => live.compute(spec, state));", data)
    for one, there in zip(lives, found, strict=True):
        assert {t: list(c) for t, c in there.items()} == {t: list(c) for t, c in one.tables.items()}
        for table, columns in one.tables.items():
            for column, numbers in columns.items():
                got = np.array(there[table][column], float)
                size = np.nanmax(np.abs(np.where(np.isfinite(numbers), numbers, 0)), initial=1.0)
                np.testing.assert_allclose(
                    got, numbers, rtol=1e-12, atol=1e-12 * size, err_msg=f"{table}.{column} {one.state}"
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
@in_turn
@in_states
def test_what_is_drawn_is_what_stands_there(name, many):
    """The static picture is the live figure's first state; in all other states Python would draw the same."""
    lives = some_lives(name, many)
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
    for live in some_lives(name):
        for svg in panels_of(live):
            *_, width, height = map(float, svg.get("viewBox").split())
            for one in having(svg, "data-mark"):
                reach = numbers_in((one.get("d") or "").replace("h0", ""))[1]
                assert all(-30 <= x <= max(width, height) + 30 for x in reach), (live.state, one.get("d")[:200])


@every
def test_every_quantity_is_bounded_and_every_function_known(name):
    check(figure_of(name))
    one = lab.live(name)
    assert 0 <= one.answer() < len(one.figure.predict.choices)
    for token, text in elements(one)[1]:
        markup.value(token, one.state, one.tables)
        assert text, f"{token} shows nothing at first: the page writes into the text that is there"


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
    small = [4.59e-9, -1e-4, 0.0012345678, 0.0]
    assert [markup.number(x, 7) for x in small] == ["4.6·10⁻⁹", "−1.0·10⁻⁴", "0.0012346", "0.0000000"]


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
    asked = [[x, d] for x in given for d in (0, 1, 3, 7)]
    assert in_node("return data.map(([x, d]) => live.number(x, d));", asked) == [markup.number(x, d) for x, d in asked]


@needs_node
def test_a_number_that_may_be_none_and_one_of_several_words():
    """In Python and in the page: ``|`` after a number names what stands for 0, else it parts the words."""
    tables = {"now": {"first": [888.0], "none": [0.0], "kind": [1.0], "other": [3.0]}}
    told = {
        "now.first:0|none": "888",
        "now.none:0|none": "none",
        "now.none:1": "0.0",
        "now.first": "888.00",
        "now.kind|rings|creeps": "creeps",
        "now.none|rings|creeps": "rings",
        "now.other|rings|creeps": "–",
    }
    assert {token: markup.value(token, {}, tables) for token in told} == told
    shown = in_node("return data.map(([token, tables]) => live.value(token, {}, tables));", [[t, tables] for t in told])
    assert shown == list(told.values())


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
    component = "".join(live_figures.squeezed((STATIC / f).read_text("utf8")) for f in ("engine.js", "live.js"))
    assert len(component.encode()) <= 15_000
    assert len(gzip.compress(component.encode())) <= 6_500


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


# ── On the site ───────────────────────────────────────────────────────────────────────


def test_only_pages_with_a_figure_load_anything():
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
