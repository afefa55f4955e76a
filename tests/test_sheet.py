"""The cheat sheet says what the package does, on two sides, and loads nothing."""

import math
import re
import sys
from pathlib import Path

import numpy as np
import pypdf
import pytest
from generated import cheat_sheet, labs

import optedu
from optedu.drill.interview import cheat_sheet as sheet
from optedu.drill.interview import second_side as back
from optedu.drill.interview.short_rules import short
from optedu.drill.questions.numbers_to_know import numbers, shown
from optedu.lab.transfer import mup
from optedu.lr_scheduler import InverseSqrtLR, WarmupCosineLR, WarmupLinearLR
from optedu.optim import (
    adagrad,
    adam,
    adamw_8bit,
    ademamix,
    adopt,
    cautious,
    galore,
    hyperball,
    kron,
    lion,
    mars,
    muon,
    rmsprop,
    schedule_free,
    sgd,
    soap,
)
from optedu.training import training_bytes
from optedu.training.qk_clip import qk_clip_
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


STATE = np.random.default_rng(0).standard_normal
G, P = STATE((3, 2)), STATE((3, 2))
LOW = np.linalg.qr(STATE((2, 1)))[0]
FACTORS, SCALES = [np.triu(1 + STATE((n, n)) ** 2) for n in (3, 2)], np.array([0.5, 2.0], np.float32)
BETAS, FREE = dict(betas=(0.8, 0.9)), dict(weight_sum=0.3, lr_max=0.2, r=1.0, weight_lr_power=2.0, warmup_steps=4)
AT_SCALE = [  # rule, name of what it gives, what is filled in, its arguments besides g, p and the usual ones
    (ademamix.ademamix, "p", dict(t_alpha_beta3=None), dict(m=P, slow=G + P, v=G**2, betas=(0.8, 0.9, 0.99), alpha=2)),
    (adopt.adopt, "p", {}, dict(m=P, v=G**2 / 9, **BETAS)),
    (mars.mars, "p", {}, dict(last=P, m=G, v=P**2, gamma=0.5, **BETAS)),
    (muon.newton_schulz, "wide", {}, dict(x=G.T, coefficients=muon.HYBRID, steps=3)),
    (muon.rows_alike, "u", {}, dict(u=G, v=np.ones((3, 1)), beta2=0.7)),
    (soap.soap, "p", {}, dict(m=P, v=G**2, stats=FACTORS, bases=[np.linalg.qr(q)[0] for q in FACTORS],
                              precondition_frequency=5, **BETAS)),
    (kron.kron, "p", {}, dict(m=P, factors=FACTORS, waited=1.0, b1=0.8, precond_lr=0.1, seed=3,
                              preconditioner_update_probability=0.9)),
    (adamw_8bit.adamw_8bit, "p", dict(coded=True), dict(
        m=np.full((3, 2), 200, np.uint8), v=np.full((3, 2), 90, np.uint8), m_max=SCALES, v_max=SCALES,
        block_size=4, **BETAS)),
    (galore.galore, "p", dict(low=True, tall=True), dict(
        m=G @ LOW, v=(P @ LOW) ** 2, basis=LOW, rank=1, update_proj_gap=2, scale=0.25, **BETAS)),
    (schedule_free.averaging, "lr", {}, dict(FREE)),
    (schedule_free.adamw_schedule_free, "y", {}, dict(y=P, z=G, v=G**2, **FREE, **BETAS)),
    (schedule_free.interpolate, "y", {}, dict(y=P, z=G, step=0.1 * G, c=0.2, beta=0.9)),
    (cautious.cautious, "step", {}, dict(step=P)),
    (cautious.cautious_decay, "decayed", {}, dict(step=G)),
    (hyperball.hyperball, "p", {}, dict(step=G)),
]  # fmt: skip


def handing_on(function, arguments):
    """The function where a short line has ``...`` for the settings that keep their names."""
    code = function.__code__
    own = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return lambda *given: function(*given[:-1], **{k: arguments[k] for k in own})


@pytest.mark.parametrize(("rule", "gives", "filled", "given"), AT_SCALE, ids=[r[0].__name__ for r in AT_SCALE])
def test_the_short_rule_of_the_second_side_is_the_rule(rule, gives, filled, given):
    usual = dict(g=G, p=P, t=3, lr=0.1, eps=0.1, weight_decay=0.3)
    code, lines = rule.__code__, short(rule, gives, **filled)
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    arguments = {k: v for k, v in {**usual, **filled, **given}.items() if k in names}
    betas = {f"b{k}": beta for k, beta in enumerate(given.get("betas", ()), 1)}
    space = {**vars(sys.modules[rule.__module__]), **filled, **betas}
    if rule is not schedule_free.averaging:
        space |= {k: handing_on(space[k], arguments) for k in ("adamw", "averaging") if k in space}
    text = [f"def stepped({', '.join(arguments)}):", *lines, f"return {gives}"]
    exec("\n    ".join(text), space)
    right = rule(**arguments)
    np.testing.assert_array_equal(space["stepped"](**arguments), right[0] if isinstance(right, tuple) else right)


def test_lines_of_the_second_side_stand_in_the_rules():
    """Chosen lines of `short`, which the test above holds against the rules, and of nothing else."""
    whole = [line.strip() for rule, gives, filled, _ in AT_SCALE for line in short(rule, gives, **filled)]
    whole += [line.strip().replace(": np.ndarray", "") for line in short(qk_clip_)]
    for name, _, lines in back.rules():
        assert lines and {line.strip() for line in lines} <= {*whole}, name
    wanted = "AdEMAMix ADOPT MARS Muon NorMuon QK-clip SOAP Kron 8-bit GaLore Schedule-free Cautious Hyperball"
    assert all(any(name.startswith(word) for name, *_ in back.rules()) for word in wanted.split())


def test_formulas_of_the_second_side():
    n, m, lr, wd, k, b1, beta, eps, steps, batch = 12, 3, 0.01, 0.1, 4, 0.9, 0.95, 1e-8, 2000, 4e6
    space = {**locals()}
    value = {name: eval(formula, space) for rows in (back.BATCH, back.DECAY) for name, formula in rows}
    assert value["betas"] ** (1 / k) == pytest.approx(beta)
    assert value["learning rate"] * value["weight decay"] == pytest.approx(k * lr * wd)  # as much a token
    assert (value["learning rate"], value["epsilon"], value["warm-up, all steps"]) == pytest.approx((0.02, 5e-9, 500))
    assert (1 - lr * wd) ** value["memory in steps"] == pytest.approx(math.exp(-1), rel=1e-3)
    assert value["memory in tokens"] == batch * value["memory in steps"]
    assert value["turn of a step, SGD"] == pytest.approx(math.acos(1 - lr * wd), rel=1e-3)
    p, rng = np.zeros(4000), np.random.default_rng(0)
    opt, turns = optedu.AdamW([p], lr=lr, weight_decay=1.0, betas=(b1, 0.999)), []
    for t in range(700):
        old = p.copy()
        opt.step([rng.standard_normal(p.size)])
        if t >= 500:
            turns.append(math.acos(old @ p / np.linalg.norm(old) / np.linalg.norm(p)))
    value = {name: eval(formula, {**space, "wd": 1.0}) for name, formula in back.DECAY}
    assert np.sqrt((p * p).mean()) == pytest.approx(value["AdamW's RMS in noise"], rel=0.06)
    assert np.mean(turns) == pytest.approx(value["turn of a step, AdamW"], rel=0.06)
    for (_, factor, _), name in zip(back.SHAPES, (None, "match_rms_adamw", "spectral_norm"), strict=True):
        p = np.zeros((n, m))
        optedu.Muon([p], lr=1.0, adjust_lr_fn=name, ns_coefficients=muon.HYBRID, ns_steps=14).step([STATE((n, m))])
        assert np.linalg.norm(p, 2) == pytest.approx(eval(factor, space))


def test_factors_of_width_are_those_of_the_package():
    m = 16
    shapes, base = ({"gain": (k,), "w": (k, k), "out": (9, k)} for k in (4 * m, 4))
    found = mup(shapes, base, readout=("out",))
    for (name, *factors), tensor in zip(back.WIDTH, ("gain", "w", "out"), strict=True):
        right = found[tensor]
        assert [eval(f, {"m": m}) for f in factors] == pytest.approx([right.init, right.lr, right.eps]), name


def test_runs_are_those_of_the_table():
    runs = {run["model"]: run for run in labs.load()}
    for model, optimizer, rate, batch in back.RUNS:
        run = runs[model]
        assert run["optimizer"] == optimizer and run["lr"]["is"] == float(rate)
        assert run["batch"]["is"][-1] == pytest.approx(float(batch.removesuffix("M")) * 1e6)


def test_settings_after_pretraining_are_those_of_the_chapter():
    chapter = (ROOT / "book/large_models/after_pretraining.ipynb").read_text("utf8")
    rows = [line for line in chapter.splitlines() if line.lstrip().startswith('"| ')]
    for name, rate, _ in back.AFTER:
        words = name.replace(",", "").split()
        assert any(all(w in row for w in words) and rate in row for row in rows), name


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


def raised(text):
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")
    return re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda power: f"<sup>{power[0].translate(digits)}</sup>", text)


def test_the_numbers_are_computed():
    for n in numbers():
        if n.id in sheet.FACTS:
            value = raised(shown(n.value)).replace("-", "−")
            assert f"<td>{sheet.FACTS[n.id]}</td><td><b>{value}</b></td>" in TEXT
        if n.id in back.FACTS:
            value = raised(shown(n.value)).replace("-", "−")
            assert f"<td>{back.FACTS[n.id]}</td><td><b>{value}</b></td>" in TEXT
    assert set(sheet.FACTS) | set(back.FACTS) <= {n.id for n in numbers()}
    assert "DDP: 2; ZeRO 1 and 2: 2; ZeRO 3: 3" in TEXT
    assert "112 = 7 × 16 bytes" in TEXT and "38.5, 26.25, 14 on each" in TEXT


def test_ten_traps():
    assert len(sheet.TRAPS) == 10 and all(trap in TEXT for trap in sheet.TRAPS)
    assert len(back.TRAPS) == 12 and all(trap in TEXT for trap in back.TRAPS)


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
        [p.extract_text() for p in document.pages],
    )


@pytest.mark.parametrize("kind", ["committed", "made now"])
def test_the_pdf_has_two_pages_and_says_it_all(kind, tmp_path):
    path = ROOT / "book/_static/cheat_sheet.pdf"
    if kind == "made now":
        if not browser():
            pytest.skip("no Chromium")
        sheet.write_pdf(path := tmp_path / "sheet.pdf")
    pages, size, texts = words_of(path)
    assert pages == 2 and size == pytest.approx((595, 842), abs=1)
    sides = (sheet.rules(), sheet.front()), (back.rules(), sheet.second())
    for text, (rules, sections) in zip(texts, sides, strict=True):
        bare = re.sub(r"\s", "", text)
        for _, _, lines in rules:
            assert all(re.sub(r"\s", "", line) in bare for line in lines)
        assert all(re.sub(r"\s", "", title) in bare for title in sections)


def test_without_a_browser_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(FileNotFoundError, match="CHROMIUM"):
        sheet.write_pdf(tmp_path / "sheet.pdf")
