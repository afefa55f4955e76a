"""The race computes what the package computes, and its page can be used in every way it promises.

Node runs the page's own scripts beside NumPy; a browser drives the page.
"""

import functools
import html
import json
import math
import os
import re
import shutil
import subprocess
from pathlib import Path

import chromium
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from generated import race
from generated.courses import ABSENT, COURSES, ENTRANTS, SCHEDULES
from site_helpers import failure, serving

from optedu import lab
from optedu.lab.style import LOOK
from optedu.lab.surfaces import network, ravine
from optedu.zoo import ZOO

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "book/_static/race"
NODE = shutil.which("node")

needs_node = pytest.mark.skipif(
    NODE is None and os.environ.get("CI") != "true", reason="no node to run the page's scripts in"
)
needs_browser = pytest.mark.skipif(
    chromium.find() is None and os.environ.get("CI") != "true", reason=chromium.MISSING
)  # fmt: skip


def in_node(body, data=None):
    """What `body`, the body of a function of (race, rules, data), returns in Node."""
    load = "".join(f"require({json.dumps(str(SCRIPTS / name))});" for name in ("rules.js", "engine.js", "draw.js"))
    run = f"(race, rules, data) => {{ {body} }}"
    read = "JSON.parse(require('fs').readFileSync(0, 'utf8'))"
    script = f"{load} process.stdout.write(JSON.stringify(({run})(OpteduRace, OpteduRules, {read})));"
    done = subprocess.run([NODE, "-e", script], input=json.dumps(data), text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# ── The generated file ────────────────────────────────────────────────────────────────


def test_every_optimizer_races_or_is_said_not_to():
    absent = [name for names in ABSENT.values() for name in names]
    assert sorted({one.optimizer for one in ENTRANTS} | set(absent)) == sorted(ZOO)
    assert not {one.optimizer for one in ENTRANTS} & set(absent) and len(absent) == len(set(absent))
    elementwise = {name for name, entry in ZOO.items() if entry.elementwise and entry.takes == "dense"}
    assert elementwise & set(absent) == {"Sophia"}, "whose rule is there"


def test_no_two_look_alike():
    """Markers tell them apart in all charts; without them, colors and dashes do."""
    looks = [LOOK.get(one.key, race.UNNAMED) for one in ENTRANTS]
    assert len({look[:2] for look in looks}) == len(looks), [x for x in looks if looks.count(x) > 1]


# ── Rules ─────────────────────────────────────────────────────────────────────────────


def drawn(rng, slider):
    """A value somewhere in the middle of a slider."""
    scale, low, high = slider["scale"], slider.get("low"), slider.get("high")
    if scale == "flag":
        return bool(rng.integers(2))
    if scale == "zero" and rng.random() < 0.4:
        return 0.0
    if scale == "decay":
        return 1 - 10 ** -rng.uniform(0.2, 3)
    u = rng.uniform(0.25, 0.75)
    if scale in ("log", "zero"):
        return low * (high / low) ** u
    return int(low + u * (high - low)) if scale == "whole" else low + u * (high - low)


def cases():
    """Every entrant with what it starts with, and with four random settings."""
    rng = np.random.default_rng(0)
    for one in ENTRANTS:
        sliders = race.entrant(one, {})["settings"]
        yield one, {s["name"]: s["value"] for s in sliders}
        for _ in range(4):
            yield one, {s["name"]: drawn(rng, s) for s in sliders}


def with_pairs(settings):
    """{"betas.0": a, "betas.1": b} as {"betas": (a, b)}; in the order of their numbers."""
    parts = sorted(name for name in settings if "." in name)
    plain = {name: value for name, value in settings.items() if "." not in name}
    together = {name.split(".")[0] for name in parts}
    return plain | {name: tuple(settings[x] for x in parts if x.startswith(f"{name}.")) for name in together}


def in_numpy(one, settings, gradients, start):
    """The path that the package takes."""
    settings = {**with_pairs(settings), **one.fixed}
    t = settings.pop("t", None)
    p, path = np.array(start), []
    optimizer = ZOO[one.optimizer].cls([p], **settings)
    if t is not None:  # the same rule, told another t
        rule = optimizer.rule_for(optimizer.param_groups[0])

        @functools.wraps(rule)
        def told(*numbers, **given):
            return rule(*numbers, **{**given, "t": t})

        optimizer.rule_for = lambda settings: told
    for g in gradients:
        optimizer.step([g])
        path.append(p.copy())
    return np.array(path)


STEP = """return data.cases.map(([key, settings]) => {
    const one = { key, settings }, step = race.stepper(one);
    let p = data.start, states = p.map((x) => race.begin(one, x));
    return data.gradients.map((g, k) => p = p.map((x, i) => {
        [x, ...states[i]] = step(g[i], x, states[i], k + 1);
        return x;
    }));
});"""


@needs_node
def test_every_rule_over_1000_steps():
    rng = np.random.default_rng(1)
    gradients = rng.standard_normal((1000, 3)) * [1e-2, 1, 30]
    start, chosen = [1.0, -2.0, 5.0], list(cases())
    told = [[one.key, settings] for one, settings in chosen]
    paths = in_node(STEP, {"cases": told, "gradients": gradients.tolist(), "start": start})
    worst = {}
    for (one, settings), path in zip(chosen, paths, strict=True):
        expected = in_numpy(one, settings, gradients, start)
        path = np.array(path, float)
        assert np.isfinite(expected).all() and np.isfinite(path).all(), (one.key, settings)
        difference = np.abs(path - expected).max(0) / np.abs(expected).max(0)
        worst[one.key] = max(worst.get(one.key, 0), difference.max())
    assert len(worst) == len(ENTRANTS)
    assert max(worst.values()) <= 1e-12, worst


@needs_node
def test_every_surface():
    rng, asked, expected = np.random.default_rng(2), [], []
    for one in COURSES:
        value, gradient = one.surface.formulas
        sliders = race.course(one, {})["settings"]
        for x, y in rng.uniform(-2, 2, (200, 2)):
            settings = {s["name"]: drawn(rng, s) for s in sliders}
            third = int(rng.integers(2))
            told = {k: v for k, v in one.surface.settings.items() if k != "third"} | settings
            extra = {"third": third} if "third" in one.surface.settings else {}
            asked.append([one.key, settings, x, y, 1 if third else 2])
            lowest = value(*one.surface.minimum, **told)
            expected.append([value(x, y, **told) - lowest, *gradient(x, y, **told, **extra)])
    found = in_node(
        """return data.map(([course, settings, x, y, t]) => {
            const { gap, gradient } = race.surface({ course, settings });
            return [gap(x, y), ...gradient(x, y, t)];
        });""",
        asked,
    )
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


@needs_node
@pytest.mark.parametrize("address", ["quadratic;angle=30", "rosenbrock", "ravine", "network"])
def test_a_trajectory_is_the_package_s(address):
    """Rule, surface and loop together, where the next gradient depends on the last step."""
    body = "const [track] = race.tracks(race.parse(data)); return [...track.x].map((x, k) => [x, track.y[k]]);"
    path = in_node(body, f"{address};start=1.5,1;steps=60/Adam;lr=0.03")
    surface = {
        "quadratic;angle=30": lab.quadratic(20, 30), "rosenbrock": lab.rosenbrock(),
        "ravine": ravine(), "network": network(),
    }[address]  # fmt: skip
    run = lab.descend(lambda w: ZOO["Adam"].cls(w, lr=0.03), surface, 60, (1.5, 1.0))
    np.testing.assert_allclose(path, run.path, rtol=1e-9)


@needs_node
@pytest.mark.parametrize("steps", [10, 37, 300])
def test_a_schedule_is_the_package_s(steps):
    """Its factors, and where they take Adam: the race's step t is the scheduler's t - 1."""
    address = f"quadratic;angle=30;start=1.5,1;steps={steps}"
    for one in SCHEDULES:
        body = """const one = race.parse(data), [track] = race.tracks(one), times = race.factor(one);
            return [[...track.x].map((x, k) => [x, track.y[k]]), [...track.x.keys()].slice(1).map(times)];"""
        path, factors = in_node(body, f"{address};schedule={one.key}/Adam;lr=0.3")
        surface, w = lab.quadratic(20, 30), np.array([1.5, 1.0])
        opt = ZOO["Adam"].cls([w], lr=0.3)
        lengths = dict(warmup_steps=round(one.warmup * steps), decay_steps=round(one.decay * steps), total_steps=steps)
        scheduler = one.cls(opt, **{k: v for k, v in lengths.items() if k in one.cls.settings})
        expected, rates = [w.copy()], []
        for _ in range(steps):
            rates.append(opt.param_groups[0]["lr"] / 0.3)
            opt.step([surface.grad(w)])
            scheduler.step()
            expected.append(w.copy())
        np.testing.assert_allclose(factors, rates, rtol=1e-12, err_msg=one.key)
        np.testing.assert_allclose(path, expected, rtol=1e-9, atol=1e-12, err_msg=one.key)


@needs_node
def test_gradients_of_surfaces_are_derivatives():
    rng = np.random.default_rng(3)
    for one in COURSES:
        p = rng.uniform(-1, 1, 2)
        numeric = [(one.surface.value(p + h) - one.surface.value(p - h)) / 2e-6 for h in 1e-6 * np.eye(2)]
        np.testing.assert_allclose(one.surface.grad(p), numeric, rtol=1e-6, atol=1e-7, err_msg=one.key)
        assert one.key == "reddi" or np.abs(one.surface.grad(np.array(one.surface.minimum))).max() == 0


@needs_node
def test_reddi_on_the_page_is_the_book_s():
    """Adam with a short memory ends at +1 across, AMSGrad and SGD at -1; along, all at -1."""
    ends = in_node("""return race.tracks(race.fresh("reddi")).map((t) => [t.x[t.last], t.y[t.last]]);""")
    np.testing.assert_allclose(ends, [[-1, -1], [1, -1], [-1, -1]], atol=0.16)


@needs_node
def test_line_ups_have_their_best_rates():
    """Except where the rates are the point."""
    found = in_node("""return Object.keys(rules.courses).map((key) => {
        const one = race.fresh(key), before = race.format(one);
        race.tune(one);
        return [key, before, race.format(one)];
    });""")
    changed = {key for key, before, after in found if before != after}
    assert changed == {"bowl", "reddi"}, [row for row in found if row[0] in changed - {"bowl", "reddi"}]


@needs_node
def test_noise_is_normal_and_the_same_for_all():
    first, again, other = in_node(
        "return [[...race.normals(1, 40000)], [...race.normals(1, 40000)], [...race.normals(2, 40000)]];"
    )
    assert first == again != other
    for sample in (first, other):
        z = np.array(sample)
        assert abs(z.mean()) < 0.02 and abs(z.std() - 1) < 0.02 and abs((z**4).mean() - 3) < 0.15
        assert abs(np.corrcoef(z[::2], z[1::2])[0, 1]) < 0.03


@needs_node
def test_only_who_meets_another_race_runs_again():
    """A track is that of before as long as nothing that it depends on has changed."""
    kept, moved = in_node(
        """const one = race.parse("quadratic;steps=30/SGD;lr=0.01/Adam;lr=0.1"), before = race.tracks(one);
        const kept = (change) => { change(); const now = race.tracks(one); return now.map((t, k) => t === before[k]); };
        return [kept(() => { one.racers[0].settings.lr = 0.02; }), [
            () => { one.start = [1, 2]; }, () => { one.noise = 0.5; }, () => { one.seed = 7; },
            () => { one.steps = 31; }, () => { one.schedule = "cosine"; }, () => { one.settings.kappa = 3; },
        ].map((change) => { before.splice(0, 2, ...race.tracks(one)); return kept(change); })];"""
    )
    assert kept == [False, True]
    assert moved == [[False, False]] * 6


def far_from(points, line):
    """How far each point is from a line through others."""
    a, b = line[:-1], line[1:]
    way = b - a
    share = ((points[:, None] - a) * way).sum(2) / np.maximum((way * way).sum(1), 1e-300)
    feet = a + np.clip(share, 0, 1)[..., None] * way
    return np.hypot(*(points[:, None] - feet).transpose(2, 0, 1)).min(1)


@needs_node
def test_points_that_nobody_could_tell_apart_are_not_drawn():
    t = np.arange(2001.0)
    wave = 200 + 200 * np.exp(-t / 300)[:, None] * np.column_stack([np.cos(t / 20), np.sin(t / 20)])
    settles = np.column_stack([300 + 300 * (-0.9) ** t, 50 * 0.99**t])
    jumps = np.column_stack([200 * (t % 2), 100 + 50 * (t % 3)])
    lines = [np.column_stack([0.3 * t, 0.1 * t]), wave, settles, jumps]
    body = "return data.map((line) => OpteduRaceDrawing.telling((t) => line[t], 0, line.length - 1));"
    found = [np.array(one) for one in in_node(body, [one.tolist() for one in lines])]
    assert [len(one) for one in found][::3] == [2, 2001] and max(map(len, found[1:3])) < 800
    for line, kept in zip(lines, found, strict=True):
        assert (kept[0] == line[0]).all() and (kept[-1] == line[-1]).all()
        assert far_from(line, kept).max() <= 0.5


@needs_node
def test_where_a_line_is_nowhere_it_is_broken():
    gap = [[0, 0], [1, 1], [2, 2], None, None, [5, 5], [9, 9]]
    body = "return OpteduRaceDrawing.telling((t) => data[t] ?? [NaN, NaN], 0, data.length - 1);"
    assert in_node(body, gap) == [[0, 0], [2, 2], [None, None], [5, 5], [9, 9]]
    curve = [3, 1, 2, None, 9, 4, None, None]
    body = "return [4, 100].map((n) => OpteduRaceDrawing.columns(data.map((v) => v ?? NaN), n));"
    assert in_node(body, curve) == [[0, 1, 4, 5], [*range(8)]]


# ── Addresses ─────────────────────────────────────────────────────────────────────────


@needs_node
def test_an_address_restores_the_race():
    rng = np.random.default_rng(4)
    races = []
    for one in COURSES:
        sliders = race.course(one, {})["settings"]
        picked = rng.choice(len(ENTRANTS), 4)
        racers = [(ENTRANTS[k], race.entrant(ENTRANTS[k], {})["settings"]) for k in picked]
        races.append({
            "course": one.key, "settings": {s["name"]: drawn(rng, s) for s in sliders},
            "start": rng.uniform(-1, 1, 2).tolist(), "noise": float(rng.choice([0, 0.5])),
            "seed": int(rng.integers(1, 99)), "steps": int(rng.integers(10, 2000)),
            "schedule": str(rng.choice(["", *(s.key for s in SCHEDULES)])),
            "speed": int(rng.choice([5, 40, 400])), "at": int(rng.integers(1, 10)),
            "racers": [{"key": e.key, "settings": {s["name"]: drawn(rng, s) for s in free}} for e, free in racers],
        })  # fmt: skip
    restored = in_node("return data.map((one) => race.parse('#race/' + race.format(one)));", races)
    for one in restored:
        for who in one["racers"]:
            del who["tuned"]
    assert restored == races


WRONG = [
    "", "nowhere/Adam", "quadratic;kappa=x;start=1/Nobody",
    "quadratic;kappa=1e99;noise=-4;steps=1e9;at=-1/Adam;lr=-1;betas.0=7",
    "%E0%A4%A", "quadratic;schedule=toString;start=1e400,2/Adam;lr=", "__proto__/constructor", "quadratic/toString",
]  # fmt: skip


@needs_node
def test_a_wrong_address_does_no_harm():
    found = in_node(
        "return data.map((text) => { const r = race.parse(text); return r && [r, race.tracks(r).length]; });", WRONG
    )
    assert [bool(f) for f in found] == [False, False, True, True, False, True, False, True]
    for one, many in filter(None, found):
        assert many == len(one["racers"]) and 10 <= one["steps"] <= 2000 and one["noise"] >= 0
        assert all(map(math.isfinite, one["start"]))
    assert found[3][0]["settings"]["kappa"] == 1000
    assert found[3][0]["racers"][0]["settings"]["lr"] == 1e-6


# Small races in the chapters: what the sentences beside them say.
EMBEDDED = {
    "quadratic;kappa=100;angle=0;start=10,1/momentum;lr=0.01;momentum=0.5/momentum;lr=0.01/"
    "momentum;lr=0.01;momentum=0.99": {"gap": (200, [1.4e-2, 1.6e-8, 9.8])},
    "beale;start=3.9,-1.5;steps=400/Adagrad;lr=0.3/RMSprop;lr=0.03": {
        "gap": (400, [0.83, 0.13]),
        "rate": (400, [3.0e-4, 3.7e-3]),
    },
    "quadratic;kappa=10;start=4,3;steps=60;speed=15/Adam;lr=0.5/uncorrected;lr=0.5": {"gap": (10, [0.29, 4.1])},
    "quadratic;start=9,4.4;steps=100/momentum;lr=0.04/Nesterov;lr=0.04": {"gap": (100, [5.7e-4, 1.7e-5])},
}


@needs_node
@pytest.mark.parametrize("address", EMBEDDED, ids=lambda a: a.split("/", 1)[1][:24])
def test_what_is_said_beside_a_small_race(address):
    tracks = in_node(
        "return race.tracks(race.parse(data)).map((t) => ({ gap: [...t.gap], rate: [...t.rate] }));", address
    )
    for kind, (step, said) in EMBEDDED[address].items():
        assert [float(f"{t[kind][step]:.1e}") for t in tracks] == said


@needs_node
def test_races_of_the_book_are_ones():
    found = []
    for path in sorted((ROOT / "book").rglob("*")):
        if path.suffix in (".md", ".ipynb"):
            found += re.findall(r'data-race=\\?"([^"\\]*)', path.read_text("utf8"))
    assert found
    assert in_node("return data.map((text) => race.parse(text) !== null);", [html.unescape(f) for f in found]) == [
        True
    ] * len(found)


# ── The page ──────────────────────────────────────────────────────────────────────────

BODY = re.search(r"```\{raw\} html\n(.*?)```", (ROOT / "book/race.md").read_text("utf8"), re.S)[1]
SMALL = '<div class="optedu-race" data-race="{}"><p>A figure.</p></div>'.format(
    "quadratic;steps=60/SGD;lr=0.05/Adam;lr=0.5"
)
FRAME = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Race</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="margin: 1rem"><main class="bd-article"><h1>Race</h1>{}</main></body></html>"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A site of pages that have nothing but a race, small ones, one far below, and none."""
    folder = tmp_path_factory.mktemp("race")
    shutil.copytree(SCRIPTS, folder / "_static/race")
    shutil.copy(SCRIPTS.parent / "page.js", folder / "_static")
    (folder / "book").mkdir()
    load = '<script defer src="../_static/race/load.js"></script>'
    below = f'<p style="height: 300vh">Text.</p>{SMALL}{load}'
    small = SMALL + "<p>Text.</p>" + SMALL + 2 * load
    for name, body in [("race", BODY), ("small", small), ("below", below), ("none", load)]:
        (folder / f"book/{name}.html").write_text(FRAME.format(body), "utf8")
    with serving(folder) as address:
        yield f"{address}/book"


@pytest.fixture
def opened(browser, place):
    """Opens pages; at the end of a test no page may have complained."""
    heard, contexts = [], []

    def open_page(name="race.html", width=1200, motion="reduce", ready=True, script="", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion=motion, **options)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(script)
        page.set_default_timeout(90_000)  # a busy machine is not a slow page
        page.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("requestfailed", lambda r: heard.extend(failure(r)))
        page.on("response", lambda r: heard.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
        page.goto(f"{place}/{name}")
        if ready:
            page.wait_for_selector(".race-ready")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not heard, heard


def settled(page):
    """What was changed is shown: no rate is being sought, and a frame has passed."""
    page.wait_for_function("!document.querySelector('[aria-busy]')")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def step_of(page):
    settled(page)
    return int(page.locator(".race-count").first.inner_text().split("/")[0])


def until_step(page, wanted):
    page.wait_for_function("n => parseInt(document.querySelector('.race-count').textContent) === n", arg=wanted)


def losses(page):
    settled(page)
    return page.locator(".race-loss").all_inner_texts()


def until_saved(page, text):
    page.wait_for_function("text => location.hash.includes(text)", arg=text)


def near(page, x, y):
    """Waits until the address has a start within a pixel or two of this one."""
    is_near = """([x, y]) => { const [, a, b] = location.hash.match(/start=([^,]+),([^/;]+)/) ?? [];
        return Math.abs(a - x) < 0.15 && Math.abs(b - y) < 0.15; }"""
    page.wait_for_function(is_near, arg=[x, y])


SHORT = "race.html#race/quadratic;start=9,4;steps=40;speed=400/SGD;lr=0.05/Adam;lr=0.5"


@needs_browser
def test_it_plays_and_stops(opened):
    page = opened(SHORT.replace("steps=40;speed=400", "steps=400;speed=1000"), motion="no-preference")
    until_step(page, 400)  # by itself, once
    assert page.get_by_role("button", name="play", exact=True).is_visible()
    page.get_by_role("button", name="to the start").click()
    assert step_of(page) == 0
    page.get_by_label("speed").select_option("5")
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_function("parseInt(document.querySelector('.race-count').textContent) > 0")
    page.get_by_role("button", name="pause").click()
    at = step_of(page)
    assert 0 < at < 400
    page.wait_for_timeout(500)  # five steps a second: it would have moved
    assert step_of(page) == at


@needs_browser
def test_words_are_few_while_it_plays(opened):
    """They cost more than the drawing: ten changes a second are enough, and the last one counts."""
    page = opened(SHORT.replace("steps=40", "steps=600"), motion="no-preference")
    page.get_by_role("button", name="to the start").click()
    changes = """() => new Promise((done) => {
        const count = document.querySelector('.race-count'), times = [];
        new MutationObserver(() => {
            times.push(performance.now());
            if (count.textContent.startsWith('600')) done(times);
        }).observe(count, { childList: true, characterData: true, subtree: true });
        document.querySelector('.race-play').click();
    })"""
    times = page.evaluate(changes)
    seconds = (times[-1] - times[0]) / 1000
    assert 2 <= len(times) <= 3 + 12 * seconds, (len(times), seconds)


@needs_browser
def test_without_motion_it_is_at_the_end_at_once(opened):
    page = opened(SHORT)
    assert step_of(page) == 40
    page.get_by_role("button", name="to the start").click()
    page.get_by_role("button", name="play", exact=True).click()
    assert step_of(page) == 40


@needs_browser
def test_scrubbing_shows_the_step(opened):
    page = opened(SHORT)
    final = losses(page)
    page.get_by_label("step", exact=True).fill("7")
    assert step_of(page) == 7 and losses(page) != final
    expected = page.evaluate("""() => { const race = OpteduRace.parse(location.hash);
        return OpteduRace.tracks(race).map((t) => [t.gap[7], t.x[7], t.x[6], t.gradients[7][0]]); }""")
    for text, (gap, *_) in zip(losses(page), expected, strict=True):
        assert float(text.replace("−", "-")) == pytest.approx(gap, rel=0.06)
    page.get_by_role("button", name="Adam", exact=True).click()
    settled(page)
    numbers = {
        r.locator("th").inner_text(): r.locator("td").first.inner_text()
        for r in page.locator(".race-numbers tbody tr").all()
    }
    shown = [float(numbers[name].replace("−", "-")) for name in ("parameter after", "parameter before", "gradient g")]
    assert shown == pytest.approx(expected[1][1:], rel=1e-4)
    assert {"m after", "v after"} <= numbers.keys()
    assert "def adam(" in page.locator(".race-step pre").inner_text()
    page.get_by_role("button", name="one step back").click()
    assert step_of(page) == 6


@needs_browser
def test_a_shared_link_is_restored(opened):
    page = opened("race.html")
    page.get_by_label("surface").first.select_option("bowl")
    page.get_by_role("button", name="to the start").click()
    page.get_by_label("condition number, as a number").fill("7")
    page.get_by_label("condition number, as a number").press("Enter")
    page.get_by_label("seed of the noise, as a number").fill("5")
    page.get_by_label("seed of the noise, as a number").press("Enter")
    page.get_by_label("add an optimizer").select_option("uncorrected")
    settled(page)
    page.get_by_role("button", name="more settings of Adam, uncorrected").click()
    page.get_by_label("betas[1], as a number").last.fill("0.95")
    page.get_by_label("betas[1], as a number").last.press("Enter")
    page.get_by_role("button", name="remove SGD").first.click()
    page.get_by_label("step", exact=True).fill("123")
    until_saved(page, "at=123")
    link = page.evaluate("location.hash")
    for part in ("#race/bowl;kappa=7;", "seed=5", "SGD;lr=0.01/momentum", "uncorrected;lr=", "betas.1=0.95"):
        assert part in link, link
    other = opened(f"race.html{link}")
    assert step_of(other) == 123
    assert losses(other) == losses(page) and len(losses(page)) == 4
    assert other.evaluate("'#race/' + OpteduRace.format(OpteduRace.parse(location.hash))") == link
    other.evaluate("location.hash = '#race/saddle;at=3/Lion;lr=0.1'")  # a link to another race on this page
    until_step(other, 3)
    assert len(losses(other)) == 1


@needs_browser
def test_a_schedule_is_chosen_and_shared(opened):
    """The last step of SGD is as long as its rate times the gradient: with a line to zero, the 40th part of it."""
    page = opened("race.html#race/bowl;start=1,1;steps=40;at=40/SGD;lr=0.01")
    rate = "([t]) => { const n = t.last; return Math.hypot(t.x[n] - t.x[n - 1], t.y[n] - t.y[n - 1]); }"
    last = f"(({rate})(OpteduRace.tracks(OpteduRace.parse(location.hash))))"
    constant, before = page.evaluate(last), losses(page)
    page.get_by_label("schedule of the learning rate").select_option("linear")
    until_saved(page, "schedule=linear")
    assert 0.01 < page.evaluate(last) / constant < 0.1
    assert losses(page) != before
    assert "SGD, step 40: lr 0.01; in this step lr 2.50e−4" in page.locator(".race-numbers caption").inner_text()
    other = opened(f"race.html{page.evaluate('location.hash')}")
    assert losses(other) == losses(page)
    assert other.get_by_label("schedule of the learning rate").input_value() == "linear"


@needs_browser
def test_the_keyboard_does_it_all(opened):
    page = opened(SHORT)
    stage = page.locator(".race-stage")
    stage.focus()
    for key, wanted in [("Home", 0), (".", 1), (".", 2), (",", 1), ("End", 40), ("Home", 0), (" ", 40)]:
        page.keyboard.press(key)
        assert step_of(page) == wanted, key
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    until_saved(page, "start=8.58,4.0315")
    assert (
        "Start at" in page.locator(".race-status").inner_text() or "Step" in page.locator(".race-status").inner_text()
    )
    # With Tab one reaches the map and everything on the page that can be pressed, and sees where one is.
    page.locator("h1").click()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
            )
        )
    assert {
        "surface",
        "Copy link",
        "play",
        "step",
        "speed",
        "SGD",
        "Adam",
        "lr",
        "Best rate for each",
        "start x",
    } <= reached


@needs_browser
def test_a_click_or_a_finger_chooses_the_start(opened):
    page = opened(SHORT)
    box = page.locator(".race-stage").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    near(page, 2, 0.675)  # the middle of the window
    phone = opened(SHORT, width=390, has_touch=True, is_mobile=True)
    phone.locator(".race-stage").scroll_into_view_if_needed()
    box = phone.locator(".race-stage").bounding_box()
    phone.touchscreen.tap(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    near(phone, -3.25, 0.675)


@needs_browser
def test_best_rates_beat_bad_ones(opened):
    page = opened("race.html#race/quadratic;steps=100/SGD;lr=0.0001/Adam;lr=0.0001")
    before = [float(x) for x in losses(page)]
    page.get_by_role("button", name="Best rate for each").click()
    after = [float(x.replace("−", "-")) for x in losses(page)]
    assert all(a < 1e-3 * b for a, b in zip(after, before, strict=True))


@needs_browser
def test_one_who_explodes_is_said_to_have_left(opened):
    page = opened("race.html#race/quadratic/SGD;lr=1/Adam;lr=0.5")
    assert re.fullmatch(r"left at \d+", losses(page)[0])
    page.get_by_text("The race as a table").click()
    page.wait_for_selector("details tbody td")  # it is written once the race has come to rest
    cells = page.locator("details tbody tr").last.locator("td").all_inner_texts()
    assert cells[0] == "left" and " at (" in cells[1]


@needs_browser
def test_a_screen_reader_is_told(opened):
    page = opened(SHORT)
    page.get_by_label("step", exact=True).fill("0")
    page.get_by_role("button", name="one step on").click()
    page.get_by_role("button", name="to the end").click()
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_function("document.querySelector('.race-status').textContent.startsWith('Step 40. SGD: ')")
    page.get_by_text("The race as a table").click()
    assert page.locator("details thead th").all_inner_texts() == ["step", "SGD (lr 0.05)", "Adam (lr 0.5)"]
    assert page.locator("details tbody tr").count() == 11


@needs_browser
@pytest.mark.parametrize("name", [SHORT, "small.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_is_accessible(opened, name, scheme):
    page = opened(name, width=390, color_scheme=scheme)
    for more in page.get_by_role("button", name="more settings").all():
        more.click()
    for fold in page.locator("summary").all():
        fold.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert not found, [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found]


@needs_browser
def test_the_drawing_follows_the_mode(opened):
    page = opened(SHORT)
    pixel = "document.querySelector('.race-stage canvas').getContext('2d').getImageData(4, 4, 1, 1).data"
    corner = f"() => [...{pixel}].slice(0, 3)"
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.wait_for_timeout(100)
    light = page.evaluate(corner)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(100)
    dark = page.evaluate(corner)
    assert min(light) > 128 > max(dark)


@needs_browser
def test_a_small_race(opened):
    page = opened("small.html")
    assert page.locator(".race-ready").count() == 2
    assert not page.get_by_text("A figure.").count()
    assert page.evaluate("location.hash") == ""
    link = page.get_by_role("link", name="Open this race").first.get_attribute("href")
    other = opened(link.split("/book/")[1])
    assert losses(other) == losses(page)[:2]


LATE = """window.ResizeObserver = class extends ResizeObserver {
    constructor(told) { super((...seen) => setTimeout(() => told(...seen), 400)); }
};"""


@needs_browser
@pytest.mark.parametrize("name", [SHORT, "small.html"])
def test_a_race_is_ready_when_it_is_written(opened, name):
    """However late the browser tells it its size, which it needs to draw."""
    page = opened(name, ready=False, script=LATE)
    page.wait_for_selector(".race-ready")
    assert all(losses(page)) and step_of(page) > 0
    assert page.locator(".race-stage canvas").first.evaluate("canvas => canvas.width") > 300  # that of a new canvas


@needs_browser
def test_a_race_below_is_loaded_when_it_comes_near(opened):
    page = opened("below.html", ready=False)
    page.wait_for_load_state("networkidle")
    assert not page.evaluate("'OpteduRules' in window")
    page.locator(".optedu-race").scroll_into_view_if_needed()
    page.wait_for_selector(".race-ready")


@needs_browser
def test_a_page_without_a_race_loads_nothing(opened):
    page = opened("none.html", ready=False)
    page.wait_for_load_state("networkidle")
    names = page.evaluate("performance.getEntriesByType('resource').map((e) => e.name.split('/').pop())")
    assert [name for name in names if "." in name] == ["load.js"]


DASHED = ("Nesterov", "Adadelta", "AMSGrad", "RAdam", "uncorrected", "Adamax", "momentum", "SGD")


@needs_browser
def test_lines_of_one_color_differ_and_charts_have_markers(opened):
    page = opened("race.html#race/quadratic;steps=60;at=60/momentum;lr=0.01/Lion;lr=0.1/AdamW;lr=0.5/AdEMAMix;lr=0.2")
    swatches = page.locator(".race-racers .race-swatch")
    seen = swatches.evaluate_all("all => all.map(s => [s.style.color, s.firstChild.outerHTML, s.lastChild.outerHTML])")
    assert len({tuple(one[:2]) for one in seen}) == len({one[2] for one in seen}) == 4, seen
    marks = """async () => { // what is filled in the charts is a marker
        let filled = 0;
        const { fill } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fill = function () { filled += !this.canvas.isConnected; fill.call(this); };
        document.querySelector("[aria-label='lr, as a number']").dispatchEvent(new Event("change"));
        for (let k = 0; k < 3; k++) await new Promise(requestAnimationFrame); // paths are one frame, charts the next
        CanvasRenderingContext2D.prototype.fill = fill;
        return filled;
    }"""
    assert page.evaluate(marks) > 4 * 2 * 3


@needs_browser
def test_who_is_missing_is_said(opened):
    page = opened(SHORT)
    groups = page.get_by_label("add an optimizer").locator("optgroup")
    said = {one.get_attribute("label"): one.locator("option").all_inner_texts() for one in groups.all()}
    assert said == {f"Not here, {why}": names for why, names in ABSENT.items()}
    assert groups.evaluate_all("all => all.every(one => one.disabled)")


@needs_browser
def test_the_hint_speaks_of_what_the_reader_has(opened):
    desktop, phone = opened(SHORT), opened(SHORT, width=390, has_touch=True, is_mobile=True)
    assert [page.locator(".race-hint").inner_text() for page in (desktop, phone)] == [
        "click: new start", "tap: new start",
    ]  # fmt: skip


@needs_browser
def test_whatever_explodes_nothing_blocks(opened):
    """From a change to the end of its drawing: 50 ms, or, where others use the machine, little more than for those
    who stay in the picture. With all their dashes, in and out of it, it took five times as long."""

    def page_with(rate):
        racers = "/".join(f"{name};lr={rate}" for name in DASHED)
        return opened(f"race.html#race/quadratic;steps=600;at=600/{racers}")

    took = """async () => {
        await new Promise(requestAnimationFrame);
        const field = document.querySelector("[aria-label='lr, as a number']"), begun = performance.now();
        field.dispatchEvent(new Event("change"));
        await new Promise(requestAnimationFrame); // in this frame, after what the race has asked of it
        for (const one of document.querySelectorAll("canvas")) one.getContext("2d").getImageData(0, 0, 1, 1);
        return performance.now() - begun;
    }"""
    calm, wild = page_with(0.01), page_with(1)
    pairs = [(calm.evaluate(took), wild.evaluate(took)) for _ in range(12)]
    usual, quickest = map(min, zip(*pairs, strict=True))
    assert quickest <= max(50, 2.5 * usual), (usual, quickest)


DRAWN = """async () => { // how often the paths, and points of how many lines, are drawn before a frame and in it
    const stage = document.querySelector(".race-stage"), heads = [...stage.querySelectorAll("canvas")].at(-1);
    const { clearRect, lineTo } = CanvasRenderingContext2D.prototype, bare = Path2D.prototype.lineTo;
    const frame = () => new Promise(requestAnimationFrame);
    let times = 0, points = 0;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        times += this.canvas === heads;
        clearRect.apply(this, box);
    };
    CanvasRenderingContext2D.prototype.lineTo = function (...at) { points++; lineTo.apply(this, at); };
    Path2D.prototype.lineTo = function (...at) { points++; bare.apply(this, at); };
    await frame();
    [times, points] = [0, 0];
    for (const range of document.querySelectorAll(".race-racers [type=range][aria-label=lr]")) {
        range.dispatchEvent(new Event("input"));
        range.dispatchEvent(new Event("input"));
    }
    const { left, top, width, height } = stage.getBoundingClientRect();
    for (const share of [0.2, 0.5, 0.8]) {
        const where = { clientX: left + share * width, clientY: top + share * height };
        stage.dispatchEvent(new PointerEvent("pointermove", where));
    }
    const before = times;
    await frame();
    Object.assign(CanvasRenderingContext2D.prototype, { clearRect, lineTo });
    Path2D.prototype.lineTo = bare;
    return [before, times, points];
}"""


def dragged(page):
    """What is drawn for ten events of one frame, while the mouse holds the start."""
    box = page.locator(".race-stage").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    settled(page)
    found = page.evaluate(DRAWN)
    page.mouse.up()
    return found


@needs_browser
def test_many_events_of_a_frame_are_drawn_once(opened):
    page = opened(SHORT)
    assert dragged(page)[:2] == [0, 1]
    settled(page)
    near(page, 8.3, -4.05)  # where the last of them was


@needs_browser
def test_a_drag_draws_no_more_points_than_there_are_pixels(opened):
    """Of 2,000 steps, whether they leave, jump to and fro, or come to rest."""
    racers = "/".join(f"{name};lr=1" for name in (*DASHED, "Lion")[:8])
    page = opened(f"race.html#race/quadratic;steps=2000;at=2000/{racers}")
    wide = page.locator(".race-chart").first.bounding_box()["width"]
    before, times, points = dragged(page)
    assert (before, times) == (0, 1)
    assert 8 * 3 < points < 8 * 2 * wide, points


@needs_browser
def test_a_rate_that_the_reader_sets_meanwhile_stays(opened):
    """Rates are sought in between, for as long as nothing is set by hand; the race goes on with what is."""
    page = opened("race.html#race/quadratic;steps=2000;at=2000/SGD;lr=0.0001/momentum;lr=0.0001/Adam;lr=0.0001")
    page.evaluate("""() => {
        [...document.querySelectorAll("button")].find((b) => b.textContent === "Best rate for each").click();
        const field = document.querySelectorAll("[aria-label='lr, as a number']")[1];
        field.value = "0.003";
        field.dispatchEvent(new Event("change"));
    }""")
    settled(page)
    rates = [float(one.input_value()) for one in page.get_by_label("lr, as a number").all()]
    best = page.evaluate("""() => { const one = OpteduRace.parse(location.hash); OpteduRace.tune(one);
        return one.racers.map((r) => r.settings.lr); }""")
    assert rates == [best[0], 0.003, best[2]] and best[1] != 0.003
