"""The race of a rule of one's own in its report: the optimizer's numbers, from a file, with nothing beside it."""

import os
import re
import tomllib
from pathlib import Path

import chromium
import numpy as np
import pytest
from numpy import sign

import optedu
from optedu.lab import examine
from optedu.lab.wind_tunnel import page as pages
from optedu.lab.wind_tunnel import racing
from optedu.lab.wind_tunnel.specimen import of_row, specimen


def slow_sign(g, p, m, *, t, lr, beta=0.9):
    """Momentum's sign, with a rate that falls."""
    m = beta * m + (1 - beta) * g
    return p - lr / t**0.5 * sign(m), m


def branching(g, p, *, t, lr):
    return (p - lr * np.where(abs(g) < 1, g, sign(g)) if t < 20 else p - 0.5 * lr * g,)


def normed(g, p, *, lr):
    return (p - lr * g / np.linalg.norm(g),)


def rateless(g, p, *, size=0.1):
    return (p - size * g,)


def truth(thing, lr):
    """Decades after the race, by the optimizer itself."""
    p = np.array(racing.START)
    opt = specimen(thing).start([p], lr=lr)
    for _ in range(racing.STEPS):
        opt.step([np.array(racing.slope(*p))])
    return float(np.log10(racing.height(*racing.START) / racing.height(*p)))


@pytest.mark.parametrize(
    "thing", [slow_sign, branching, optedu.SGD, optedu.Rprop, optedu.NAdam, optedu.SGDScheduleFree]
)
def test_the_race_is_the_optimizers(thing):
    live, why = racing.race(specimen(thing))
    assert live is not None and why == ""
    assert live.tables["end"]["decades"] == [pytest.approx(truth(thing, live.state["gamma"]), rel=1e-9)]
    rates = live.tables["rates"]
    assert max(x for x in rates["decades"] if x == x) == pytest.approx(live.tables["end"]["decades"][0], rel=1e-9)
    for k in (0, 20, 30):
        assert rates["decades"][k] == pytest.approx(truth(thing, rates["gamma"][k]), rel=1e-6, abs=1e-9)


def test_decay_does_not_lead_to_the_minimum():
    pulled, why = racing.race(specimen(lambda g, p, *, lr: (p - lr * p,)))
    assert why == "" and max(x for x in pulled.tables["rates"]["decades"] if x == x) < 2


def test_who_cannot_race_is_told_why():
    for one, said in (
        (specimen(normed), "its rule cannot be read number by number: it calls np.norm"),
        (specimen(rateless), "it has no learning rate to move"),
        (of_row("LAMB"), "its rule sees more than one number at a time"),
        (of_row("Muon"), "it takes matrices, and here are two numbers"),
        (of_row("LBFGS"), "it evaluates the loss itself"),
        (specimen(lambda w, lr=0.1: optedu.Cautious(optedu.SGD(w, lr=lr))), "it is not an Optimizer, whose rule"),
    ):
        live, why = racing.race(one)
        assert live is None and why.startswith(said), why


def test_what_brings_it_to_life_comes_with_the_package():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf8"))
    assert "lab/live_figures/static/live/*" in project["tool"]["setuptools"]["package-data"]["optedu"]
    assert {file.name for file in pages.COMPONENT.iterdir()} == {"engine.js", "live.js", "live.css"}


class Twice(optedu.Optimizer):
    """Its step is more than its rule."""

    settings = {"lr": optedu.core.checks.nonnegative}
    rule = branching

    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    def step(self, grads):
        super().step(grads)
        super().step(grads)


def test_a_step_that_is_more_than_its_rule_does_not_race():
    assert racing.race(specimen(Twice)) == (None, "its step is more than its rule on single numbers")


def test_a_report_without_a_race_says_so_and_has_no_script(tmp_path):
    html = examine(normed, learning=False).save(tmp_path / "normed.html").read_text("utf8")
    assert "There is none: its rule cannot be read number by number: it calls np.norm" in html
    assert "<script" not in html and "live-panel" not in html


@pytest.mark.skipif(chromium.find() is None and os.environ.get("CI") != "true", reason=chromium.MISSING)
def test_the_report_races_from_a_folder(browser, tmp_path):
    """The handle is moved with the keys, and with the mouse; the page says what the optimizer does at that rate."""
    file = examine(slow_sign, learning=False).save(tmp_path / "report.html")
    heard, asked = [], []
    page = browser.new_page(viewport={"width": 390, "height": 900}, reduced_motion="reduce")
    try:
        page.set_default_timeout(60_000)
        page.on("console", lambda m: heard.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        figure = page.locator("[data-live]")
        figure.scroll_into_view_if_needed()
        page.wait_for_selector(".live-ready")
        wait = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

        def said():
            page.evaluate(wait)
            lr = 10 ** float(figure.locator("input").input_value())
            text = figure.locator(".live-said").inner_text()
            told = re.match(r"At ([\d.]+) SlowSign lowers the loss by (\S+) decades", text)
            assert told and float(told[1]) == pytest.approx(lr, abs=5.1e-5), text
            return lr, float(told[2].replace("−", "-"))

        first, found = said()
        assert found == pytest.approx(truth(slow_sign, first), abs=0.006)
        handle = figure.locator("[data-handle]")
        handle.focus()
        for _ in range(7):
            page.keyboard.press("ArrowLeft")
        second, found = said()
        assert second == pytest.approx(first * 10 ** (-7 * 0.05), rel=1e-6)
        assert found == pytest.approx(truth(slow_sign, second), abs=0.006)
        box = handle.locator(".live-knob").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 60, y, steps=3)
        page.mouse.up()
        third, found = said()
        assert third < second / 3 and found == pytest.approx(truth(slow_sign, third), abs=0.006)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert asked == [file.as_uri()] and not heard, (asked, heard)
    finally:
        page.close()
