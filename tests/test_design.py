"""Exercises in design: rules with the properties pass, all others get a counterexample, and none slips through."""

import io
import re

import numpy as np
import pytest

from optedu.drill import grade_design
from optedu.drill.design import driving
from optedu.drill.design.driving import Run, form_of
from optedu.drill.design.properties import keeps
from optedu.drill.design.tasks import TASKS, task
from optedu.drill.questions.bank import LEVELS
from optedu.lab import ideas
from optedu.lab.wind_tunnel.changed_problem import Problem
from optedu.lab.wind_tunnel.specimen import specimen

SGD = "def rule(g, p, *, lr=0.01):\n    return p - lr * g\n"
SIGN = "def rule(g, p, *, lr=0.01):\n    return p - lr * np.sign(g)\n"
WHOLE = "def rule(g, p, *, lr=0.01):\n    return p - lr * g / np.sqrt((g * g).sum())\n"
UPHILL = "def rule(g, p, *, lr=0.01):\n    return p + lr * g / np.sqrt((g * g).sum())\n"
ADAM = """
def rule(g, p, m, v, *, t, lr=0.01, beta=0.9, eps=1e-8):
    m = beta * m + (1 - beta) * g
    v = 0.999 * v + 0.001 * g * g
    return p - lr * (m / (1 - beta**t)) / (np.sqrt(v / (1 - 0.999**t)) + eps), m, v
"""
FADING = """
def rule(g, p, s, *, lr=0.01, eps=1e-12):
    s = np.maximum(0.99 * s, np.abs(g))
    return p - lr * g / (s + eps), s
"""
COASTS = """
def rule(g, p, m, *, lr=0.01, eps=1e-12):
    m = 0.9 * m + 0.1 * g
    return p - lr * m / (np.maximum(np.abs(m), np.abs(g)) + eps), m
"""
LION = "def rule(g, p, m, *, lr=0.01):\n    m = 0.9 * m + 0.1 * g\n    return p - lr * np.sign(m), m\n"
SIGNS = "def rule(g, p, m, *, lr=0.01):\n    m = 0.9 * m + 0.1 * np.sign(g)\n    return p - lr * m, m\n"
DECAYS = SIGNS.replace("lr * m, m", "lr * (m + 0.01 * p), m")
AGREES = TASKS[1].reference
NORMALIZED_MOMENTUM = """
def rule(g, p, m, *, lr=0.01, eps=1e-12):
    m = 0.9 * m + 0.1 * g
    return p - lr * m / (np.sqrt((m * m).sum()) + eps), m
"""
HEAVY = "def rule(g, p, v, *, lr=0.01):\n    v = 0.95 * v + g\n    return p - lr * v, v\n"
NESTEROV = "def rule(g, p, v, *, lr=0.01):\n    v = 0.7 * v + g\n    return p - lr * (g + 0.7 * v), v\n"
STEADY = TASKS[3].reference
PRODUCT = "def rule(g, p, *, lr=0.01):\n    return p - lr * p * p * g\n"
MATRIX = TASKS[6].reference
EXPONENTIAL = "def step(g, p, *, lr=0.01):\n    return p * np.exp(-lr * np.sign(g * p))\n"

WRONG = {
    "design-whole": [(SGD, "scale of the gradient"), (SIGN, "rotation"), (UPHILL, "It arrives"), (STEADY, "No state"),
                     (MATRIX, "rotation")],
    "design-each": [(ADAM, "At most 1 number"), (COASTS, "Zeros"), (FADING, "Noise"), (LION, "Noise"), (SIGN, "Noise"),
                    (DECAYS, "Zeros"), (WHOLE, "scale of each"), (STEADY, "scale of each")],
    "design-per-step": [(ADAM, "scale of the loss over time"), (AGREES, "scale of the loss over time"), (SIGN, "Noise"),
                        (LION, "scale of the loss over time"), (FADING, "scale of the loss over time")],
    "design-steady": [(NORMALIZED_MOMENTUM, "Zeros"), (SIGNS, "rotation"), (WHOLE, "Zeros"), (FADING, "A spike"),
                      (HEAVY, "scale of the gradient"), (ADAM, "rotation")],
    "design-fast": [(SGD, "It arrives"), (HEAVY, "It arrives"), (ADAM, "rotation"), (STEADY, "Not invariant"),
                    (AGREES, "rotation")],
    "design-units": [(SIGN, "reparametrization"), (PRODUCT, "scale of the gradient"), (SGD, "reparametrization"),
                     (AGREES, "reparametrization"), (WHOLE, "reparametrization")],
    "design-matrix": [(WHOLE, "Not invariant: rotation"), (SIGN, "rotation of rows and columns"),
                      (SGD, "Not invariant"), (AGREES, "No state")],
}  # fmt: skip
RIGHT = {"design-each": [SIGNS], "design-fast": [NESTEROV], "design-units": [EXPONENTIAL]}
NAMES = [one.name for one in TASKS]


def failed(report):
    return [one.title for one in report.verdicts if one.failure]


@pytest.mark.parametrize("name", NAMES)
def test_a_task_is_complete(name):
    one = task(name)
    assert one.level in LEVELS and one.minutes > 0 and len(one.hints) == 3 and one.explanation
    assert one.next in NAMES and one.next != name
    assert all(f"- {p.title}." in one.task for p in one.properties)
    assert len({p.title for p in one.properties}) == len(one.properties) >= 4


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_passes(name):
    report = grade_design(name, task(name).reference)
    assert report.passed and len(report.verdicts) == len(task(name).properties), str(report)
    assert task(name).explanation in str(report)


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, codes in RIGHT.items() for code in codes])
def test_another_right_rule_passes(name, code):
    report = grade_design(name, code)
    assert report.passed, str(report)


@pytest.mark.parametrize(("name", "code", "words"), [(name, *one) for name, all_of in WRONG.items() for one in all_of])
def test_a_wrong_rule_fails_for_the_right_reason(name, code, words):
    report = grade_design(name, code)
    assert not report.passed and not report.problem
    assert any(words in title for title in failed(report)), str(report)
    assert "Counterexample" in str(report) and task(name).explanation not in str(report)


@pytest.mark.parametrize("name", NAMES)
def test_neither_the_starter_nor_the_solutions_of_other_tasks_pass(name):
    assert not grade_design(name, task(name).starter).passed
    for other in TASKS:
        assert other.name == name or not grade_design(name, other.reference).passed or (name, other.name) in BOTH


BOTH = {("design-each", "design-per-step"), ("design-per-step", "design-steady")}
"""Tasks that the second one's solution has all properties of, too: normalized first, and then averaged."""


@pytest.mark.parametrize("code", [AGREES, COASTS, ADAM, SIGNS, STEADY, WHOLE, MATRIX, EXPONENTIAL, SGD])
def test_the_verdicts_are_those_of_the_wind_tunnel(code):
    """Guards are gone here; there they are turned down when an invariance fails: "holds" or "up to eps"."""
    from optedu.drill.grader.sandbox import define
    from optedu.lab.wind_tunnel.invariances import PROPERTIES, tried

    rule = define(code, ("rule", "step"))
    settings = {k: v for k, v in (("eps", 1e-200),) if "eps" in form_of(rule).settings}
    for one in PROPERTIES:
        if one.key in ("gradient-scale", "coordinate-scale", "scale-over-time", "rotation", "own-units"):
            wrapped = with_tuple(rule)
            expected = tried(Problem(specimen(wrapped, settings)), one).verdict == "holds"
            assert (failure_of(rule, one.key) == "") == expected, one.key


def with_tuple(rule):
    """(In the wind tunnel a rule returns a tuple, also without state.)"""
    import functools

    @functools.wraps(rule)
    def wrapped(*args, **settings):
        result = rule(*args, **settings)
        return result if isinstance(result, tuple) else (result,)

    return wrapped


def failure_of(rule, key):
    form, asked = form_of(rule), keeps(key)
    paths = [np.array([run.start, *(p for p, _ in driving.path(rule, form, run))]) for run in asked.runs]
    return asked.failure(paths, 0)


def test_the_runs_are_the_wind_tunnels():
    with np.errstate(all="ignore"):
        expected = Problem(specimen(ideas.by_agreement, {"eps": 1e-200})).path()
    run = keeps("gradient-scale").runs[0]
    form = form_of(ideas.by_agreement)
    found = np.array([run.start, *(p for p, _ in driving.path(ideas.by_agreement, form, run))])
    assert np.allclose(found, expected, rtol=1e-12, atol=0)


TRICKS = {
    "a state in a global": ("""
M = {}
def rule(g, p, *, lr=0.01):
    M["m"] = 0.9 * M.get("m", 0 * p) + g if np.shape(M.get("m", p)) == p.shape else g
    return p - lr * M["m"] / np.sqrt((M["m"] ** 2).sum())
""", "keeps something between calls"),
    "a state in a global that begins again": ("""
M = {}
def rule(g, p, *, t, lr=0.01):
    M[p.shape] = g if t == 1 else 0.9 * M[p.shape] + g
    return p - lr * M[p.shape] / np.sqrt((M[p.shape] ** 2).sum())
""", "keeps something between calls"),
    "chance": ("""
def rule(g, p, *, lr=0.01):
    return p - lr * g * np.random.rand()
""", "keeps something between calls"),
    "two numbers in one": ("""
def rule(g, p, m, *, lr=0.01):
    return p - lr * g, m + 1j * g
""", "complex128"),
    "a wide number": ("""
def rule(g, p, m, *, lr=0.01):
    return p - lr * g, np.longdouble(m)
""", "longdouble|float128"),
    "a list as state": ("""
def rule(g, p, m, *, lr=0.01):
    return p - lr * g, np.stack([g, g])
""", "shape"),
    "the wind tunnel itself": ("""
import optedu
def rule(g, p, *, lr=0.01):
    return p - lr * g
""", "graded without optedu"),
    "NumPy replaced": ("""
np.allclose = np.array_equal = lambda *a, **k: True
np.abs = np.isfinite = lambda x: 0 * x
def rule(g, p, *, lr=0.01):
    return p - lr * g
""", "FAILS"),
    "an early exit": ("""
import os
def rule(g, p, *, lr=0.01):
    os._exit(0)
""", "ended its own process"),
    "a loop": ("""
def rule(g, p, *, lr=0.01):
    while True:
        pass
""", "stopped after 0.5 seconds"),
    "no rule": ("x = 1\n", "defines no rule"),
    "other arguments": ("def rule(w, grad, *, lr=0.01):\n    return w\n", "first arguments are g and p"),
    "no learning rate": ("def rule(g, p):\n    return p - g\n", "needs a setting lr"),
    "a setting without a value": ("def rule(g, p, *, lr=0.1, beta):\n    return p - lr * g\n", "`beta` has no default"),
    "stars": ("def rule(g, p, *state, lr=0.01):\n    return p - lr * g\n", "Name each state"),
    "a forgotten state": ("def rule(g, p, m, *, lr=0.01):\n    return p - lr * g\n", "1 value; .* states make 2"),
    "an error": ("def rule(g, p, *, lr=0.01):\n    return p - lr * q\n", "name 'q' is not defined, in line 2"),
    "nothing": ("def rule(g, p, *, lr=0.01):\n    pass\n", "The new p is None"),
    "it stands": ("def rule(g, p, *, lr=0.01):\n    return p + 0 * g\n", "does not move"),
    "not a number": ("def rule(g, p, *, lr=0.01):\n    return p - lr * g / 0\n", "not finite"),
    "no Python": ("def rule(g, p, *, lr=0.01)\n    return p\n", "not Python in line 1"),
}  # fmt: skip


@pytest.mark.parametrize("what", TRICKS)
def test_no_trick_passes_and_each_is_met_with_a_sentence(what, capsys):
    code, words = TRICKS[what]
    for name in ("design-whole", "design-each"):
        report = grade_design(name, code, seconds=0.5)
        assert not report.passed and re.search(words, str(report)), str(report)
        assert "Traceback" not in str(report) and capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("design-each", DECAYS, "It moves although every gradient is zero"),
        ("design-each", COASTS, "it goes on for 262 learning rates"),
        ("design-each", FADING, "steps are 1 times as long"),
        ("design-steady", HEAVY, "a step is 5.* times the usual one"),
        ("design-steady", FADING, "its steps are off for all 200 steps"),
        ("design-steady", WHOLE, "After a gradient of zero the parameter is not finite"),
        ("design-matrix", WHOLE, "All coordinates rotated, as one vector: the same path"),
        ("design-whole", UPHILL, "learning rates .* of the loss is left after 300 steps"),
    ],
)
def test_the_counterexample_says_what_was_seen(name, code, words):
    assert re.search(words, str(grade_design(name, code))), str(grade_design(name, code))


def test_functions_and_files_are_graded_too(tmp_path):
    assert grade_design("each", ideas.by_agreement).passed
    assert not grade_design("each", ideas.by_average).passed
    file = tmp_path / "mine.py"
    file.write_text(task("each").reference.replace("def rule", "def mine"), "utf8")
    assert grade_design("design_each", file).passed and grade_design("each", str(file)).passed
    assert "There is no file" in str(grade_design("each", tmp_path / "none.py"))
    with pytest.raises(ValueError, match="design-whole"):
        grade_design("hole", SGD)


def test_without_a_fork_the_same_is_said(monkeypatch):
    monkeypatch.setattr("optedu.drill.design.grading.FORKS", False)
    assert grade_design("design-each", AGREES).passed
    assert "Zeros" in str(grade_design("design-each", COASTS))
    assert "stopped after 0.3 seconds" in str(grade_design("design-each", TRICKS["a loop"][0], seconds=0.3))


def test_a_guard_is_gone_where_invariances_are_tried_and_nowhere_else():
    rule = ideas.by_agreement
    bare = Run(np.ones(1), np.ones((1, 1)), steps=1, bare=True)
    assert driving.given(form_of(rule), bare)["eps"] == 1e-200
    assert driving.given(form_of(rule), Run(np.ones(1), np.ones((1, 1)), steps=1))["eps"] == 1e-12
    literal = AGREES.replace("+ eps", "+ 1e-8")
    assert any("Invariant" in title for title in failed(grade_design("design-each", literal)))


def test_in_the_terminal(tmp_path, monkeypatch, capsys):
    from optedu.__main__ import main

    monkeypatch.chdir(tmp_path)

    def run(*words, typed=""):
        monkeypatch.setattr("sys.argv", ["optedu", *words])
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        return code, capsys.readouterr().out

    code, out = run("drill", "design")
    assert code == 0 and all(name in out for name in NAMES) and "adamw" not in out
    assert all(name in run("drill", "--list")[1] for name in ("adamw", "design-each"))
    code, out = run("drill", "design-each")
    assert code == 0 and "At most 1 number of state" in out
    file = tmp_path / "my_design_each.py"
    assert file.read_text("utf8") == task("each").starter
    code, out = run("drill", "design-each", file.name)
    assert code == 1 and "Counterexample" in out
    file.write_text(AGREES, "utf8")
    assert run("drill", "design-each", file.name)[0] == 0
    assert run("drill", "design-each", "-", typed=AGREES)[0] == 0
    assert "Idea" in run("drill", "design-each", "--hint", "1")[1]
    assert run("drill", "design-nothing")[0] == 2
