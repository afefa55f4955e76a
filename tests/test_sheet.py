"""The cheat sheet says what the package does, on one page, and loads nothing."""

import math
import re
from pathlib import Path

import numpy as np
import pypdf
import pytest
from generated import cheat_sheet

import optedu
from optedu.drill.interview import cheat_sheet as sheet
from optedu.drill.interview.short_rules import short
from optedu.drill.questions.numbers_to_know import numbers, shown
from optedu.lr_scheduler import InverseSqrtLR, WarmupCosineLR, WarmupLinearLR
from optedu.optim import adagrad, adam, lion, rmsprop, sgd
from optedu.training import training_bytes
from optedu.zoo import ZOO

ROOT = Path(__file__).resolve().parents[1]
TEXT = cheat_sheet.alone(ROOT)  # as in the book, in its letters

# Rule, what is filled in, the settings and the state it is tried with.
RULES = [
    (sgd.sgd, dict(buf=0, momentum=0.9, nesterov=False), dict(lr=0.1, dampening=0.2), dict(buf=0.4)),
    (sgd.sgd, dict(buf=0, momentum=0.9, nesterov=True), dict(lr=0.1, dampening=0), dict(buf=0.4)),
    (adagrad.adagrad, {}, dict(t=3, lr=0.1, lr_decay=0.2, eps=0.1), dict(total=2.0)),
    (rmsprop.rmsprop, dict(momentum=0, centered=False), dict(lr=0.1, alpha=0.9, eps=0.1), dict(v=0.4)),
    (adam.adam, dict(v_max=None), dict(t=3, lr=0.1, betas=(0.8, 0.9), eps=0.1), dict(m=0.2, v=0.4)),
    (lion.lion, {}, dict(lr=0.1, betas=(0.8, 0.9)), dict(m=-0.2)),
]  # fmt: skip


@pytest.mark.parametrize("decay", [0, 0.3])
@pytest.mark.parametrize(("rule", "filled", "settings", "state"), RULES, ids=lambda x: getattr(x, "__name__", ""))
def test_the_short_rule_is_the_rule(rule, filled, settings, state, decay):
    lines = short(rule, **filled, weight_decay=decay)
    b1, b2 = settings.get("betas", (0, 0))
    found = {"sqrt": np.sqrt, "sign": np.sign, "g": 0.5, "p": 2.0, "b1": b1, "b2": b2, "weight_decay": decay}
    found |= filled | settings | state
    exec("\n".join(lines), found)
    known = {k: v for k, v in filled.items() if k not in state}
    right = rule(0.5, 2.0, **state, **settings, **known, weight_decay=decay)[0]
    assert found["p"] == right != 2.0


def test_branches_that_are_not_taken_are_left_out():
    whole = short(adam.adam)
    assert any("if weight_decay" in line for line in whole)
    lines = short(adam.adam, weight_decay=0, v_max=None)
    assert not any(word in "\n".join(lines) for word in ("if ", "v_max", "betas", '"""'))
    assert lines[-1] == "p = p - lr * m_hat / (sqrt(v_hat) + eps)"


@pytest.mark.parametrize("name", [name for name, *_ in sheet.rules()])
def test_every_rule_is_on_the_sheet(name):
    lines = next(lines for n, _, lines in sheet.rules() if n == name)
    assert lines and all(sheet.html.escape(line) in TEXT for line in lines)


def test_schedules_are_those_of_the_package():
    """Each formula, evaluated, against the scheduler over the whole run."""
    formulas = dict(sheet.SCHEDULES)
    W, T, low = 5, 25, 0.1

    def factors(make):
        opt = optedu.SGD([np.zeros(1)], lr=1.0)
        scheduler = make(opt)
        for t in range(T):
            yield t, scheduler.get_last_lr()[0]
            opt.step([None])
            scheduler.step()

    space = {"cos": math.cos, "pi": math.pi, "W": W, "low": low}
    for name, make in (("cosine", WarmupCosineLR), ("line, end of WSD", WarmupLinearLR)):
        for t, factor in factors(lambda opt, make=make: make(opt, W, T, low)):
            formula = formulas["warm-up"] if t < W else formulas[name]
            assert eval(formula, {**space, "t": t, "s": (t - W) / (T - W)}) == pytest.approx(factor), (name, t)
    for t, factor in factors(lambda opt: InverseSqrtLR(opt, W)):
        assert eval(formulas["inverse root"], {**space, "t": t}) == pytest.approx(factor)


def test_averages():
    """The formulas for averages, against sums."""
    formulas, t, b = dict(sheet.AVERAGES), 7, 0.8
    weights = [eval(formulas["gradient s steps old"], {"b": b, "s": s}) for s in range(200)]
    assert weights == pytest.approx([(1 - b) * b**s for s in range(200)])
    assert sum(weights[:t]) == pytest.approx(eval(formulas["sum of all weights"], {"b": b, "t": t}))
    assert sum(w * w for w in weights) == pytest.approx(eval(formulas["variance of noise"], {"b": b}))
    ratio = eval(formulas["Adam uncorrected, × lr"], {"b1": 0.9, "b2": 0.999, "t": 12, "sqrt": math.sqrt})
    assert ratio == pytest.approx(next(n.value for n in numbers() if n.id == "uncorrected-peak"))


def test_state_and_defaults_are_the_packages():
    for name, state, size, defaults in sheet.zoo_rows():
        held = training_bytes([(64, 64)], name, **sheet.STATES[name])
        assert float(size.split()[0]) == held.per_parameter - 8
        assert state.split(", ")[0] in ZOO[name].state((4, 4), **sheet.STATES[name])
        assert all(f"<td>{cell}</td>" in TEXT for cell in (name, state, size, defaults))


def test_the_numbers_are_computed():
    for n in numbers():
        if n.id in sheet.FACTS:
            value = re.sub(r"\^(-?\d+)", r"<sup>\1</sup>", shown(n.value)).replace("-", "−")
            assert f"<td>{sheet.FACTS[n.id]}</td><td><b>{value}</b></td>" in TEXT
    assert set(sheet.FACTS) <= {n.id for n in numbers()}
    assert "112 = 7 × 16 bytes" in TEXT and "38.5, 26.25, 14 on each" in TEXT


def test_ten_traps():
    assert len(sheet.TRAPS) == 10 and all(trap in TEXT for trap in sheet.TRAPS)


def test_the_page_loads_nothing():
    assert not re.search(r"""(?:src|href)=|@import|url\((?!data:)""", TEXT)
    assert "prefers-color-scheme: dark" in TEXT and "@media print" in TEXT


@pytest.mark.parametrize(("write", "wrong"), [(sheet.write_html, "sheet.pdf"), (sheet.write_pdf, "sheet.html")])
def test_a_name_that_does_not_fit_is_refused(tmp_path, write, wrong):
    with pytest.raises(ValueError, match=wrong):
        write(tmp_path / wrong)
    assert not list(tmp_path.iterdir())


def browser():
    try:
        return sheet.browser_program()
    except FileNotFoundError:
        return None


def words_of(path):
    """Number of pages, their size, and all words of a PDF."""
    document = pypdf.PdfReader(path)
    size = document.pages[0].mediabox
    return (
        len(document.pages),
        (float(size.width), float(size.height)),
        " ".join(p.extract_text() for p in document.pages),
    )


@pytest.mark.parametrize("kind", ["committed", "made now"])
def test_the_pdf_is_one_page_and_says_it_all(kind, tmp_path):
    path = ROOT / "book/_static/cheat_sheet.pdf"
    if kind == "made now":
        if not browser():
            pytest.skip("no Chromium")
        sheet.write_pdf(path := tmp_path / "sheet.pdf")
    pages, size, text = words_of(path)
    assert pages == 1 and size == pytest.approx((595, 842), abs=1)
    bare = re.sub(r"\s", "", text)
    for _, _, lines in sheet.rules():
        assert all(re.sub(r"\s", "", line) in bare for line in lines)
    for title in re.findall("<h2>(.*?)</h2>", TEXT):
        assert re.sub(r"\s", "", title) in bare


def test_without_a_browser_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(FileNotFoundError, match="CHROMIUM"):
        sheet.write_pdf(tmp_path / "sheet.pdf")
