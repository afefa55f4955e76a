"""The wind tunnel: verdicts known by derivation, a rule that is in no table, and what the book says."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from generated import anatomy as anatomy_page
from generated import anatomy_plots
from numpy import sign, sqrt

import optedu
from optedu import __main__ as cli
from optedu import lab
from optedu.lab import examine
from optedu.lab.wind_tunnel import costs, equations, examination, learning
from optedu.lab.wind_tunnel.changed_problem import Problem
from optedu.lab.wind_tunnel.invariances import KEYS, PROPERTIES, invariances, repeated, tried
from optedu.lab.wind_tunnel.neighbors import TRANSFORMER_FILE, anatomy, kind, neighbor
from optedu.lab.wind_tunnel.quadratics import limit, speed
from optedu.lab.wind_tunnel.report import thinned
from optedu.lab.wind_tunnel.responses import KINDS as RESPONSES
from optedu.lab.wind_tunnel.responses import Feeder, responses
from optedu.lab.wind_tunnel.specimen import MORE, ROWS, specimen
from optedu.lab.wind_tunnel.units import MIXED, NO_EFFECT, PURE, units
from optedu.zoo import ZOO

ROOT = Path(__file__).parents[1]


def sign_descent(g, p, *, lr):
    return (p - lr * sign(g),)


def descent(g, p, *, lr):
    return (p - lr * g,)


def momentum(g, p, m, *, lr, beta=0.9):
    m = beta * m + g
    return p - lr * m, m


def normed(g, p, *, lr):
    return (p - lr * g / np.linalg.norm(g),)


def guarded(g, p, *, lr):
    return (p - lr * g / (abs(g) + 1e-8),)


def with_a_constant(g, p, *, lr):
    return (p - lr * g / (abs(g) + 0.1),)


def clipped(g, p, *, lr):
    return (p - lr * np.clip(g, -100.0, 100.0),)


def guarded_by_a_setting(g, p, *, lr, tiny=1e-6):
    return (p - lr * g / (abs(g) + tiny),)


def multiplied(g, p, *, lr):
    return (p * (1 - lr * sign(g * p)),)


def downhill_only(g, p, *, lr):
    return (p - lr * np.maximum(g, 0.0),)


def rows_differ(g, p, *, lr):
    return (p - lr * g * np.arange(1.0, len(g) + 1).reshape(-1, 1),)


def decayed(g, p, *, lr, weight_decay=0.1):
    return (p - lr * (sign(g) + weight_decay * p),)


def averaged_root(g, p, v, *, t, lr, beta=0.9, eps=1e-8):
    v = beta * v + (1 - beta) * g * g
    return p - lr * g / (sqrt(v / (1 - beta**t)) + eps), v


def two_units(g, p, v, *, lr, eps=1e-8):
    v = v + g * g + eps
    return p - lr * g / (sqrt(v) + eps), v


NOT, EPS, YES = "does not", "up to", "holds"
EVERYWHERE = {"sign": YES, "signs": YES, "entries": YES, "rows-columns": YES}
DERIVED = {
    # (sign(c g) = sign(g) for any c > 0, of each step and coordinate; k steps on one gradient are one of k lr)
    sign_descent: {**EVERYWHERE, "gradient-scale": YES, "coordinate-scale": YES, "scale-over-time": YES, "shift": YES,
                   "rotation": NOT, "rotation-rows-columns": NOT, "unit": NOT, "own-units": NOT, "repeated": YES},
    # (linear in g, and no direction is special)
    descent: {**EVERYWHERE, "gradient-scale": NOT, "coordinate-scale": NOT, "scale-over-time": NOT, "shift": YES,
              "rotation": YES, "rotation-rows-columns": YES, "unit": NOT, "own-units": NOT, "repeated": YES},
    momentum: {**EVERYWHERE, "gradient-scale": NOT, "shift": YES, "rotation": YES, "repeated": NOT},
    # (the norm takes out one factor for all, at every step; it is that of the vector of all entries)
    normed: {**EVERYWHERE, "gradient-scale": YES, "scale-over-time": YES, "coordinate-scale": NOT, "rotation": YES,
             "rotation-rows-columns": YES, "repeated": YES},
    # (the sign of the gradient, where this is large beside the guard)
    guarded: {"gradient-scale": EPS, "coordinate-scale": EPS, "scale-over-time": EPS, "shift": YES},
    guarded_by_a_setting: {"gradient-scale": EPS, "coordinate-scale": EPS, "scale-over-time": EPS, "rotation": NOT},
    # (g p is the same in any unit of p, and lr is a number)
    multiplied: {"unit": YES, "own-units": YES, "gradient-scale": YES, "shift": NOT, "sign": YES, "signs": YES},
    downhill_only: {"sign": NOT, "signs": NOT, "shift": YES, "entries": YES, "repeated": YES},
    rows_differ: {"entries": NOT, "rows-columns": NOT, "signs": YES, "shift": YES},
    decayed: {"shift": NOT, "sign": YES, "gradient-scale": YES, "repeated": NOT},
}  # fmt: skip


@pytest.mark.parametrize("rule", DERIVED, ids=lambda rule: rule.__name__)
def test_an_invariance_is_found_where_it_is_derived(rule):
    found = {one.key: one for one in invariances(specimen(rule))}
    assert set(found) == set(KEYS)
    for key, verdict in DERIVED[rule].items():
        assert kind(found[key].verdict) == verdict, found[key]


def test_the_guard_is_named_and_so_is_what_would_help():
    verdicts = {one.key: one for one in invariances(specimen(guarded_by_a_setting))}
    assert verdicts["gradient-scale"].verdict == "up to tiny"
    assert {one.key: one for one in invariances(specimen(guarded))}["gradient-scale"].verdict == "up to a constant"
    again = repeated(specimen(momentum))
    assert again.unless == ("beta=0",) and "the same way with beta=0" in again.evidence
    shift = {one.key: one for one in invariances(specimen(decayed))}["shift"]
    assert shift.unless == ("weight_decay=0",)


def of(name, key, **settings):
    problem = Problem(specimen(ZOO[name].cls, settings))
    return tried(problem, KEYS[key]).verdict


def test_adamw_without_its_guard_and_its_decay():
    """v is a mean of squares and m of gradients: both follow a factor that stays, and neither one that changes."""
    assert of("AdamW", "gradient-scale", eps=0.0) == of("AdamW", "coordinate-scale", eps=0.0) == YES
    assert of("AdamW", "gradient-scale") == of("AdamW", "coordinate-scale") == "up to eps"
    assert of("AdamW", "scale-over-time", eps=0.0) == NOT
    assert of("AdamW", "shift") == NOT and of("AdamW", "shift", weight_decay=0.0) == YES
    assert of("AdamW", "scale-over-time", eps=0.0, betas=(0.0, 0.0)) == YES  # the sign of the gradient


def test_muon_turns_with_rows_and_columns_and_with_nothing_more():
    """An orthogonal factor of U G V' is U (factor of G) V'; the momentum is linear."""
    for decay in (0.0, 0.1):
        assert of("Muon", "rotation-rows-columns", weight_decay=decay) == YES
    assert of("Muon", "rotation", weight_decay=0.0) == of("Muon", "signs", weight_decay=0.0) == NOT
    assert of("Muon", "gradient-scale", weight_decay=0.0) == "up to eps"
    assert of("Muon", "scale-over-time", momentum=0.0, nesterov=False) == "up to eps"
    assert of("Muon", "scale-over-time") == NOT


def test_who_does_not_move_is_not_judged():
    verdict = tried(Problem(specimen(descent, {"lr": 0.0})), PROPERTIES[0])
    assert verdict.verdict == "not tried" and verdict.evidence == "the parameter does not move"


# Units

GRADIENT, PARAMETER, RATIO = "gradient", "parameter", "parameter / gradient"
UNITS = {
    descent: {"lr": RATIO},
    sign_descent: {"lr": PARAMETER},
    decayed: {"lr": PARAMETER, "weight_decay": "1 / parameter"},
    multiplied: {"lr": PURE},
    momentum: {"lr": RATIO, "beta": PURE},
    averaged_root: {"lr": PARAMETER, "beta": PURE, "eps": GRADIENT},
    two_units: {"lr": PARAMETER, "eps": MIXED},
    clipped: {"lr": MIXED},  # to first order all is well: the limit is far from these gradients
    with_a_constant: {"lr": MIXED},  # the constant has the unit of a gradient, and no setting can follow
}


@pytest.mark.parametrize("rule", UNITS, ids=lambda rule: rule.__name__)
def test_units_are_those_of_the_equation(rule):
    found = {one.setting: one.words for one in units(specimen(rule))}
    assert found == UNITS[rule]


def test_units_of_the_zoo():
    def found(name, **settings):
        return {one.setting: one.words for one in units(specimen(ZOO[name].cls, settings))}

    assert found("SGD", momentum=0.9)["weight_decay"] == "gradient / parameter"
    adamw = found("AdamW")
    assert [adamw[k] for k in ("lr", "eps", "weight_decay", "betas[0]")] == [PARAMETER, GRADIENT, "1 / parameter", PURE]
    assert found("Adagrad")["initial_accumulator_value"] == "gradient²"
    assert found("Prodigy")["d0"] == PARAMETER and found("Prodigy")["lr"] == PURE
    assert found("LAMB")["lr"] == PURE and found("RAdam")["lr"] == MIXED  # (its first five steps are those of SGD)
    assert found("Lion")["betas[0]"] == NO_EFFECT  # a small change turns no sign


# Responses


def told(rule, settings=None):
    return {one.key: one.value for one in responses(specimen(rule, settings))}


def test_responses_of_descent_and_of_a_velocity():
    plain, mu = told(descent), 0.9
    assert plain["constant"] == pytest.approx(1) and plain["size"] == pytest.approx(100)
    assert plain["impulse"] == pytest.approx(1) and plain["zero"] == 0 and plain["sparse"] == pytest.approx(1)
    assert plain["stationary"] == pytest.approx(0.05 / (2 - 0.05), rel=0.1)  # lr / (2 - lr)
    found = told(momentum)
    assert [found["constant"], found["impulse"]] == pytest.approx([1 / (1 - mu)] * 2)
    assert found["alternating"] == pytest.approx((1 - mu) / (1 + mu))
    assert found["noise"] == pytest.approx(1 / sqrt(1 - mu**2), rel=0.03)
    assert found["zero"] == pytest.approx(mu * (1 - mu**50) / (1 - mu) ** 2)
    assert found["step"] == 22  # 1 - 0.9^n >= 0.9


def test_responses_of_signs():
    found = told(sign_descent)
    ones = [found[key] for key in ("constant", "size", "spike", "sparse", "noise", "alternating")]
    assert ones == pytest.approx([1.0] * 6)
    adam = told(optedu.Adam)
    assert adam["size"] == pytest.approx(1, rel=1e-6) and adam["constant"] == pytest.approx(1, rel=1e-6)
    assert adam["impulse"] > 5  # of one gradient, seen through averages of 10 and 1,000 steps


def test_a_curve_is_the_way_in_units_of_lr():
    way = Feeder(specimen(momentum, {"lr": 0.25})).way(np.ones(3))
    np.testing.assert_allclose(way, [0, 1, 2.9, 5.61], rtol=1e-12)  # sums of 1, 1.9, 2.71


# Bowls


def test_the_limit_of_the_rate_is_the_derived_one():
    assert limit(specimen(descent)).value == pytest.approx(2, rel=1e-3)
    assert limit(specimen(momentum, {"beta": 0.5})).value == pytest.approx(3, rel=1e-3)  # 2 (1 + beta)
    assert limit(specimen(descent)).beyond == "diverges" and limit(specimen(sign_descent)).beyond == "hovers"
    # Curvatures of 0 and 2: the factors are 1 and 1 - 2 lr, and their product grows from lr = 1 on.
    assert limit(specimen(descent), noisy=True).value == pytest.approx(1, rel=0.01)


def test_steps_grow_with_the_condition_number():
    plain, turned = speed(specimen(descent)), speed(specimen(descent), turned=True)
    assert plain.exponent == pytest.approx(1, abs=0.3)
    assert plain.steps == turned.steps  # it does not see a rotation
    assert speed(specimen(lambda w: optedu.Cautious(optedu.SGD(w, lr=0.1)))).words == "it has no setting lr to tune"


# Formulas


def squared_names(g, p, m_a, v_b, *, lr):
    return p - lr * (m_a * v_b) ** 2 - g**2 - m_a**2, m_a, v_b


def test_an_exponent_stands_above_the_index_of_one_name():
    found = equations.equations((squared_names,), {"lr": 0.1}).mathml
    assert re.findall("<msubsup>(.*?)</msubsup>", found) == ["<mi>m</mi><mi>a</mi><mrow><mn>2</mn></mrow>"]
    assert found.count("<msup>") == 2  # of the parentheses, and of g


def test_formulas_are_those_of_the_source():
    one = specimen(optedu.AdamW)
    found = equations.equations(one.rules, one.settings, one.absent)
    latex = found.latex
    assert r"\theta &\leftarrow \theta - \frac{\gamma \, \hat{m}}{\sqrt{\hat{v}} + \epsilon}" in latex
    assert r"v &\leftarrow \beta_{2} \, v + \left(1 - \beta_{2}\right) \, {g}^{2}" in latex
    assert r"g &\leftarrow g + \lambda" not in latex  # adamw calls adam with weight_decay=0
    assert "max" not in latex  # no amsgrad
    assert "<mfrac>" in found.mathml and found.mathml.count("<mtr>") == latex.count(r"\\") + 1
    root = equations.equations((averaged_root,), {"beta": 0.9}).latex
    assert r"\sqrt{\frac{v}{1 - {\beta}^{t}}} + \epsilon" in root
    branch = equations.equations((optedu.optim.sgd.sgd,), {"momentum": 0.9, "nesterov": False, "weight_decay": 0}).latex
    assert (
        r"\mathrm{buf} &\leftarrow g \text{ if } \mathrm{buf} \text{ is not there}" in branch
        and "nesterov" not in branch
    )
    assert "cannot be read" in equations.equations((lambda g, p: p,), {}).why_not


def in_branches(g, p, last, *, lr, t):
    size: float = abs(g)
    if t > 1:
        if size < 2:
            p = p - lr * g
        else:
            g = p
    elif size < 3:
        p = p - g
    else:
        p = p + g
    if t % 5 == 0:
        p = p + size
    return p, g


def test_a_formula_says_when_it_holds_and_what_is_kept():
    latex = equations.equations((in_branches,), {"lr": 0.1}).latex
    lines = [line.removesuffix(r" \\") for line in latex.splitlines()[1:-1]]
    inside = r"\text{ if } t > 1 \text{ and } "
    assert lines == [
        r"\mathrm{size} &\leftarrow \left|g\right|",
        rf"\theta &\leftarrow \theta - \gamma \, g {inside}\mathrm{{size}} < 2",
        rf"g &\leftarrow \theta {inside}\lnot \left(\mathrm{{size}} < 2\right)",
        r"\theta &\leftarrow \theta - g \text{ otherwise, if } \mathrm{size} < 3",
        r"\theta &\leftarrow \theta + g \text{ otherwise}",
        r"\theta &\leftarrow \theta + \mathrm{size} \text{ if } t \text{ mod } 5 = 0",
        r"\mathrm{last} &\leftarrow g",
    ]


# Costs and learning


def test_costs_are_those_of_explain_and_of_the_zoo():
    found = costs.cost(specimen(optedu.AdamW))
    assert found.how[:7] == optedu.explain(optedu.AdamW)[:7] and found.bytes == 8
    assert costs.cost(specimen(momentum)).state == {"m": 4.0} and costs.cost(specimen(descent)).state == {}
    assert costs.cost(specimen(optedu.AdamW8bit)).bytes == pytest.approx(2.03, abs=0.01)
    ratios = costs.times(specimen(descent), rounds=1, steps=1)
    assert {"numpy", "rule"} <= set(ratios) and all(ratio > 0 for ratio in ratios.values())


def test_an_optimizer_that_has_stepped_is_explained_as_a_fresh_one():
    """Its numbers of state are numbers, and no arrays."""
    p = np.ones(3, np.float32)
    opt = optedu.NAdam([p])
    before = optedu.explain(opt)
    opt.step([p.copy()])
    assert optedu.explain(opt) == before


def short(task, seeds=1):
    """The same task with little to do."""
    return replace(task, coarse=min(task.coarse, 6), length={10: 2, 200: 8}[task.length], seeds=seeds)


def test_a_rule_learns_with_a_tuned_rate():
    found = learning.learned(specimen(descent), short(learning.DIGITS, seeds=2))
    assert found.accuracy > 0.8 and min(found.losses) == found.loss
    assert found.losses[found.lrs.index(found.best)] == found.loss
    assert found.spread[0] <= found.loss <= found.spread[1] and found.valley >= 1
    assert found.losses == tuple(map(np.median, found.runs)) and len(found.runs[0]) == 2
    matrices = learning.learned(specimen(optedu.Muon), short(learning.DIGITS))
    assert matrices.accuracy > 0.8 and "parameters with one axis are AdamW's" in matrices.words
    assert "several times" in learning.learned(specimen(optedu.LBFGS)).words


def test_a_schedule_free_rule_is_judged_by_its_average():
    """Its parameters hold y, where gradients are taken; what it has learned is x."""
    kept = []

    class Kept(optedu.AdamWScheduleFree):
        def __init__(self, params, lr=0.1):
            super().__init__(params, lr=lr)
            kept.append(self)

    trial = lab.train(Kept, epochs=1)
    data, net = lab.digits(), lab.MLP()
    (opt,) = kept
    y = net.loss_and_accuracy(opt.params, data.x_val, data.y_val)[0]
    opt.eval()
    x = net.loss_and_accuracy(opt.params, data.x_val, data.y_val)[0]
    assert trial.val_loss[-1] == pytest.approx(x, rel=1e-9) and abs(x - y) > 0.01 * x


def test_a_rule_trains_the_transformer_too():
    task = short(learning.TRANSFORMER)
    found = learning.learned(specimen(optedu.AdamW), task)
    assert task.length == 8 and min(found.losses) == found.loss < 4.5 and "next characters" in found.words
    from optedu.lab import transformer

    model = transformer.Transformer(layers=1)
    again = transformer.train(lambda w: optedu.AdamW(w, lr=found.best), lambda: model, seed=0, steps=task.length)
    assert again.val_loss[-1] == pytest.approx(found.loss, rel=1e-6)


def test_without_torch_the_transformer_is_refused_before_anything_is_measured(monkeypatch):
    monkeypatch.setattr(examination, "find_spec", lambda name: None)
    monkeypatch.setattr(examination, "invariances", None)
    with pytest.raises(ModuleNotFoundError, match="the character transformer needs torch"):
        examine(optedu.AdamW, transformer=True)
    monkeypatch.setattr(sys, "argv", ["optedu", "examine", "adamw", "--transformer"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2


# All of it, for a rule that is in no table

RULE = '''"""A rule of one's own."""

import numpy as np


def slow_sign(g, p, m, *, t, lr, beta=0.9):
    """Momentum's sign, with a rate that falls."""
    m = beta * m + (1 - beta) * g
    return p - lr / t**0.5 * np.sign(m), m
'''


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "my_rule.py"
    path.write_text(RULE)
    sys.path.insert(0, str(path.parent))
    try:
        import my_rule
    finally:
        sys.path.remove(str(path.parent))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DIGITS", "TRANSFORMER"):
            patch.setattr(examination, name, short(getattr(learning, name)))
        learning.known.cache_clear()
        yield examine(my_rule.slow_sign, transformer=True)
        learning.known.cache_clear()


def test_a_rule_of_ones_own_goes_through_everything(report, tmp_path):
    assert report.name == "SlowSign" and report.settings == {"beta": 0.9, "lr": 0.01}
    assert report.cost.how.read and report.cost.state == {"m": 4.0}
    assert [one.key for one in report.invariances] == list(KEYS)
    assert [one.key for one in report.responses] == list(RESPONSES)
    assert report["scale-over-time"].unless == ("beta=0",) and report["gradient-scale"].mark == "✓"
    with pytest.raises(KeyError, match=r"there is no 'nothing'; there are gradient-scale"):
        report["nothing"]
    assert report.neighbor in ROWS and re.fullmatch(r"\d+ of 13 verdicts .*", report.likeness)
    assert [one.name for one in report.learned][:3] == ["SlowSign", "SGD with momentum", "AdamW"]
    assert [one.name for one in report.characters] == [one.name for one in report.learned]
    assert r"\frac{\gamma}{\sqrt{t}}" in report.equations.latex
    text = str(report)
    for part in (
        "Units",
        "Invariances",
        "Responses",
        "In a bowl",
        "Most like it",
        "Digits",
        "Character transformer",
        "In a race",
        "lr                       parameter",
    ):
        assert part in text
    assert all(np.isfinite(one.value) for one in report.responses)
    html = report.save(tmp_path / "report.html").read_text("utf8")
    assert not re.search(r"""(src|href)=["'](?!#)|@import|url\((?!#)|<link""", html)  # it loads nothing
    assert (
        "prefers-color-scheme: dark" in html and "<math" in html and html.count("<svg role=") == len(RESPONSES) + 1 + 2
    )  # (limits, losses)
    assert "<h2>SlowSign in the wind tunnel</h2>" in report._repr_html_() and "<html" not in report._repr_html_()
    with pytest.raises(ValueError, match=r"path must end in \.html, got 'report\.pdf'"):
        report.save("report.pdf")


def test_the_command_does_the_same(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("my_rule.py").write_text(RULE)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["optedu", "examine", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, *capsys.readouterr()

    code, out, _ = run("my_rule.py", "--no-learn", "--set", "beta=0.0", "--out", "mine.html")
    assert code == 0 and "SlowSign(beta=0.0, lr=0.01)" in out and "Digits" not in out
    assert "✓ scale of the loss over time" in out and Path("mine.html").read_text("utf8").startswith("<!doctype html>")
    for words, said in (
        (("my_rule.py", "--set", "gamma=1"), "slow_sign takes no setting gamma; it takes lr, beta"),
        (("my_rule.py", "--set", "beta"), "--set must be NAME=VALUE, as in --set lr=0.1, got 'beta'"),
        (("adamw", "--set", "lr=-1"), "lr must be >= 0, got -1.0"),
        (("my_rule.py", "--out", "mine.pdf"), "the name must end in .html, got 'mine.pdf'"),
        (("sam",), "thing is SAM, a method around an optimizer: give a function that builds it"),
        (("no_such",), "there is no optimizer 'no_such'"),
    ):
        code, _, error = run(*words)
        assert code == 2 and said in error, error


class Halved(optedu.Optimizer):
    settings = {"lr": optedu.core.checks.nonnegative}
    rule = descent

    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})


def test_classes_optimizers_and_builders_are_examined_too():
    one = examine(Halved, learning=False)
    assert one.settings == {"lr": 0.01} and one["rotation"].verdict == YES
    built = specimen(optedu.AdamW([np.ones(2)], lr=0.5, weight_decay=0.0))
    assert built.settings["lr"] == 0.5 and built.settings["weight_decay"] == 0.0
    around = specimen(lambda w, lr=0.1: optedu.Cautious(optedu.SGD(w, lr=lr)))
    assert around.name == "Cautious around SGD" and around.settings == {"lr": 0.1}
    assert tried(Problem(around), KEYS["signs"]).verdict == YES
    sam = specimen(lambda w: optedu.SAM(optedu.SGD(w, lr=0.01)))
    assert sam.takes == "closure" and tried(Problem(sam), KEYS["rotation"]).verdict == YES
    assert "prescribed" in responses(sam)[0].words


@pytest.mark.parametrize(
    ("thing", "settings", "error", "said"),
    [
        (3, None, TypeError, "thing must be a rule, an optimizer, its class or a function that builds one, got 3"),
        (optedu.SAM, None, TypeError, "thing is SAM, a method around an optimizer"),
        (lambda w: 3, None, TypeError, "thing must build an optimizer, and returns 3, which has no step"),
        (descent, {"beta": 1}, TypeError, "descent takes no setting beta; it takes lr"),
        (descent, 3, TypeError, "settings must be a dict of names and values, got 3"),
        (lambda g, p, *, rate: (p - rate * g,), None, ValueError, "has no default for rate"),
        (lambda g, p, m=1.0, *, lr: (p, m), None, ValueError, "has the state m=1.0: states begin as zeros"),
        (lambda g, p, *states, lr: (p,), None, ValueError, r"takes \* or \*\*"),
    ],
)  # fmt: skip
def test_what_is_refused_is_refused_by_name(thing, settings, error, said):
    with pytest.raises(error, match=said):
        examine(thing, settings, learning=False)


def test_what_the_rule_raises_in_its_first_step_is_not_hidden():
    def broken(g, p, *, lr):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        examine(broken, learning=False)


# The table of the zoo

SAMPLE = ("SGD with momentum", "AdamW", "Lion", "LAMB")
"""Rows that the gate measures again; the others are left to `make nightly`."""


def test_the_table_has_a_row_for_all_of_the_zoo():
    assert list(anatomy()) == list(ROWS) and set(ROWS) == set(ZOO) | set(MORE)


@pytest.mark.parametrize(
    "row", [row if row in SAMPLE else pytest.param(row, marks=pytest.mark.nightly) for row in ROWS]
)
def test_a_row_is_what_the_wind_tunnel_says_today(row):
    key, settings = MORE.get(row, (row, {}))
    old, new = anatomy()[row], examine(ZOO[key].cls, settings, learning=False).facts()
    assert new["units"] == old["units"], "run: python benchmarks/anatomy.py, then make generated"
    assert {k: v[0] for k, v in new["invariances"].items()} == {k: v[0] for k, v in old["invariances"].items()}
    for part in ("responses", "limits"):
        for key, (value, *_) in old[part].items():
            if value is None:
                assert new[part][key][0] is None, key
            else:
                assert float(new[part][key][0]) == pytest.approx(float(value), rel=0.02, abs=1e-9), key
    for name in ("read", "operations", "passes", "moved", "state", "cost"):
        assert new[name] == old[name]


def test_no_cell_is_empty_without_a_reason():
    for row, facts in anatomy().items():
        for key, (verdict, words) in facts["invariances"].items():
            assert words and (verdict != "not tried" or len(words) > 10), (row, key)
        for column in (*anatomy_page.RESPONSES, *anatomy_page.COSTS):
            value, words = column.read(facts)
            assert words, (row, column.head)
            assert value is not None or len(words) > 15, (row, column.head, words)


def test_every_cell_of_the_page_leads_to_its_evidence():
    text = anatomy_page.page()
    names = re.findall(r'id="([^"]+)"', text) + re.findall(r"^\(([^)]+)\)=$", text, re.M)
    links = re.findall(r'href="#([^"]+)"|\]\(#([^)]+)\)', text)
    assert len(names) == len(set(names))
    assert {a or b for a, b in links} <= set(names)
    columns = len(KEYS) + len(anatomy_page.RESPONSES) + len(anatomy_page.COSTS)
    cells = len(ROWS) * (columns + 4) + len(anatomy(TRANSFORMER_FILE)) * (4 + 1)  # (and names)
    assert len(re.findall(r'\| <a href="#a-[a-z0-9-]+"', text)) == cells


def test_every_cell_leads_to_its_plot_or_to_the_reason_why_there_is_none():
    text = anatomy_page.page()
    assert len(text.encode()) < 400_000  # (a page of one table loads at once on a phone)
    lines = dict(re.findall(r'<tr id="([^"]+)">(.*?)</tr>', text))
    cells = re.findall(r'(?<=\| )<a href="#([^"]+)"[^>]*>([^<]+)</a>', text)
    sections = {anatomy_page.slug(row) for row in ROWS}
    shown, without = {target: [] for target, _ in cells if target not in sections}, []
    assert set(shown) == set(lines)
    for target, said in cells:
        if target not in sections:
            shown[target].append(said)
    for target, said in shown.items():
        words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", lines[target].partition("<td>")[2])
        if "<svg" in lines[target]:
            assert re.search(r'<use href="#f-[a-z]+"/><path', lines[target]) and said != ["–"] * len(said), target
        else:
            without.append(target)
            reason = "units are words" if target.endswith("-units") else r"the run ends|leave the range|it evaluates"
            assert re.search(reason, words), (target, words)
    units = [target for target in without if target.endswith("-units")]
    assert len(units) == len(ROWS) and len(without) - len(units) < 0.02 * len(shown)


def test_a_plot_is_of_its_numbers():
    drawn = anatomy_plots.sensitivity({"lrs": [0.1, 1, 10], "losses": [0.01, 1, 0.1], "spreads": [[0.001, 0.1]] * 3})
    assert '<path d="M46 36l65-33 65 17"/>' in drawn  # from 0.001 at 53 to 1 at 3
    assert 'class="band" d="M46 53l65 0 65 0 0-33-65 0-65 0z"' in drawn
    assert re.findall(r">([^<>]+)</text>", drawn) == ["1", "0.001", "lr 0.1", "10"]
    two = anatomy_plots.plot("limit", [[-3, 9], [-6, 99]], [[0.0, 1.0], [-1.0, -1.0]])
    assert '<path d="M46 53l130-50"/><path class=b d="M83 28l16 0"/>' in two  # (what lies beyond is at the edge)


def test_the_costs_of_a_row_are_among_those_of_all():
    shared, rows = anatomy_plots.frames(anatomy()), anatomy()
    for row, dots in ((row, anatomy_plots.drawn(facts)["cost"]) for row, facts in rows.items()):
        places = re.findall(r"M(\d+) (\d+)h0", dots)
        assert len(places) == (4 if rows[row]["read"] else 1), row
        assert all(f"M{x} {int(y) - 4}v8" in shared for x, y in places), row


def test_a_thinned_curve_is_the_curve():
    x, y = np.arange(200.0), np.random.default_rng(3).standard_normal(200).cumsum()
    for within in (0.1, 1.0):
        kept = thinned(x, y, within)
        assert len(kept) < len(x) and np.abs(np.interp(x, x[kept], y[kept]) - y).max() <= within
    assert thinned(x, 2 * x, 1e-9) == [0, 199]


def test_the_ways_apart_are_those_of_the_verdict():
    for one in invariances(specimen(momentum)):
        if one.verdict != "not tried":
            assert one.curve[0] <= 1e-12 and one.curve.max() == one.deviation


def test_what_is_drawn_below_a_verdict_is_on_its_side_of_the_line():
    """Below -8 two ways are the same but for rounding."""
    for row, facts in anatomy().items():
        for key, (verdict, _) in facts["invariances"].items():
            heights = facts["apart"][key][1] if verdict != "not tried" else [-16.0]
            assert (max(heights) <= -8) == (verdict in ("holds", "not tried")), (row, key)


def test_what_is_drawn_below_a_limit_crosses_the_line_there():
    """At 0 the distance from the minimum is what it was."""
    for row, facts in anatomy().items():
        for kind_of, (value, *_) in facts["limits"].items():
            if isinstance(value, float):
                rates, ends = facts["ends"][kind_of]
                below, above = np.interp(np.log10(value) + np.array([-0.01, 0.01]), rates, ends)
                assert below <= 0.08 and above >= -0.08, (row, kind_of)  # (curves are thinned to 10 / 150)


def test_the_way_over_the_size_of_a_gradient_is_that_of_the_answer():
    for row, facts in anatomy().items():
        if facts["curves"]["size"]:
            at = np.interp([0, 2], *facts["curves"]["size"])
            assert 10 ** (at[1] - at[0]) == pytest.approx(facts["responses"]["size"][0], rel=0.1), row


def test_what_is_recorded_of_the_transformer_comes_out_again():
    rows = anatomy(TRANSFORMER_FILE)
    assert len(rows) == 8 and {"SGD with momentum", "AdamW"} < set(rows) < set(ROWS)
    task = learning.TRANSFORMER
    for row, facts in rows.items():
        assert len(facts["lrs"]) == len(facts["losses"]) == len(facts["spreads"]) == 5
        losses = [float(x) for x in facts["losses"]]  # ("inf" where it diverged)
        assert min(losses) == facts["loss"] < 3.2 and facts["best"] in facts["lrs"][1:4], row
    again = task.train(lambda w: optedu.AdamW(w, lr=rows["AdamW"]["best"]), 0, task.length).val_loss[-1]
    ends = rows["AdamW"]["spreads"][rows["AdamW"]["lrs"].index(rows["AdamW"]["best"])]
    assert task.seeds == 2 and min(abs(end - again) for end in ends) < 1e-3  # (two seeds are both ends)


def test_the_page_of_other_numbers_is_another_page():
    facts = json.loads(json.dumps(anatomy()["AdamW"]))
    facts["invariances"]["rotation"] = ["holds", "seen"]
    cell = '<a href="#a-adamw-rotation" aria-label="{}">'
    assert cell.format("holds") in anatomy_page.page({"AdamW": facts})
    assert cell.format("does not") in anatomy_page.page()


def test_the_nearest_of_an_optimizer_is_of_its_kind():
    def nearest(row):
        facts = anatomy()[row]
        return neighbor(
            row, {k: v[0] for k, v in facts["invariances"].items()}, {k: v[0] for k, v in facts["responses"].items()}
        )[0]

    assert nearest("SparseAdam") in ("Adam", "NAdam", "ADOPT", "Adagrad", "RMSprop", "Adamax")
    assert nearest("SGD") in ("SGD with momentum", "SGDScheduleFree", "ASGD")
    assert all(nearest(row) != row for row in ROWS)


# What the book says, compared with the table

UP_TO_EPS = "up to eps"
STATEMENTS = [
    ("book/adam/which_rule.ipynb", "so a rotated problem has a rotated path",
     [("SGD", "rotation", YES), ("SGD with momentum", "rotation", YES)]),
    ("book/adam/which_rule.ipynb", "SGD's learning rate is in units of parameter per gradient, Adam's in units of par",
     [("SGD", "lr", RATIO), ("Adam", "lr", PARAMETER)]),
    ("book/adam/which_rule.ipynb",
     r"momentum does not see a rotation, Adam (up to $\epsilon$) not the scale of a coordinate's gradient",
     [("SGD with momentum", "rotation", YES), ("Adam", "coordinate-scale", UP_TO_EPS)]),
    ("book/adaptive/adadelta.ipynb", "X²/F for SGD and X for RMSProp",
     [("SGD", "lr", RATIO), ("RMSprop", "lr", PARAMETER)]),
    ("book/foundations/quadratic.ipynb", "gradient descent is unaffected by a rotation", [("SGD", "rotation", YES)]),
    ("book/foundations/quadratic.ipynb",
     "AdaGrad, RMSProp and Adam scale coordinates too, from gradients instead of curvatures, so they depend on the rot",
     [("Adagrad", "rotation", NOT), ("RMSprop", "rotation", NOT), ("Adam", "rotation", NOT)]),
    ("book/adaptive/rprop.ipynb",
     r"It does not cover the units of the parameters, in which $\Delta$ is a length, nor rotations",
     [("Rprop", "own-units", NOT), ("Rprop", "rotation", NOT), ("Rprop", "step_sizes[0]", PARAMETER)]),
    ("book/adam/variants.ipynb", "is false for RAdam", [("RAdam", "gradient-scale", NOT)]),
    ("book/modern/shampoo_soap.ipynb", "Show that Shampoo commutes with rotations of rows and columns",
     [("Shampoo", "rotation-rows-columns", YES), ("Shampoo", "rotation", NOT)]),
    ("optedu/drill/questions/bank/muon_at_scale.toml", "It is invariant to a common scale only",
     [("Muon", "gradient-scale", UP_TO_EPS), ("Muon", "coordinate-scale", NOT)]),
    ("optedu/drill/questions/bank/adadelta.toml",
     r"Invariance to the scale of the *loss* does hold, up to $\epsilon$ in the denominator, but RMSProp and Adam have",
     [(row, "gradient-scale", UP_TO_EPS) for row in ("Adadelta", "RMSprop", "Adam")]),
    ("optedu/drill/questions/bank/decay_dynamics.toml", "does not depend on the scale of the gradients",
     [("AdamW", "gradient-scale", UP_TO_EPS)]),
    ("optedu/drill/questions/bank/sgd_or_adam.toml", "Because Adam is not invariant to rotations",
     [("Adam", "rotation", NOT)]),
    ("optedu/optim/lamb.py", r"Relative step :math:`\gamma \ge 0`, without unit", [("LAMB", "lr", PURE)]),
    ("optedu/optim/lars.py", r"Global learning rate :math:`\gamma \ge 0`, without unit", [("LARS", "lr", PURE)]),
    ("optedu/optim/adam.py", "outside the root and after the correction, in units of the gradient",
     [("Adam", "eps", GRADIENT), ("AdamW", "eps", GRADIENT)]),
    ("optedu/optim/rprop.py", "in units of the parameter", [("Rprop", "lr", PARAMETER)]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "sentence", "claims"), STATEMENTS, ids=lambda x: x if isinstance(x, str) else "")
def test_what_the_book_says_of_a_property_is_in_the_table(file, sentence, claims):
    said = (ROOT / file).read_text("utf8")
    text = json.loads(said)["cells"] if file.endswith(".ipynb") else said
    text = "\n".join("".join(cell["source"]) for cell in text) if isinstance(text, list) else text
    assert sentence in text, "the sentence has changed: read it again, and compare"
    for row, key, expected in claims:
        facts = anatomy()[row]
        found = facts["invariances"][key][0] if key in KEYS else facts["units"][key]
        assert found == expected, (row, key)
