"""The grader: right answers pass, every catalogued mistake is named, no other is called by a wrong name."""

import ast
import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from sampling import one_in

import optedu
from optedu.drill import grade
from optedu.drill.grader import diagnosis
from optedu.drill.grader.exercise_form import LEVELS, PARTS, edited, exercise, exercises, source
from optedu.drill.grader.other_forms import FORMS as FORMS_OF
from optedu.drill.grader.rule_probes import SPIKE, WAITING
from optedu.drill.grader.sandbox import define, run
from optedu.drill.grader.slips import _all, slips
from optedu.drill.grader.weak_tests import let_through

ROOT = Path(__file__).parents[1]
EXERCISES = {e.name: e for e in exercises()}
RULES = {name: e for name, e in EXERCISES.items() if e.as_class}
FORMS = {**EXERCISES, **{e.as_class.name: e.as_class for e in RULES.values()}}
# In a class nobody can see whether the array was not written to, or written to with zeros.
ALIKE = {
    ("Adadelta", "eps-missing-above"), ("Adadelta", "parameter-rebound"),
    ("Rprop", "zero-turns"), ("Rprop", "parameter-rebound"),
}  # fmt: skip


def asked(form):
    """The name under which a form is graded."""
    return next(e.name for e in EXERCISES.values() if form in (e.name, e.as_class and e.as_class.name))


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_is_complete(name):
    e = EXERCISES[name]
    assert e.level in LEVELS and e.chapter.split("/")[0] in PARTS and e.minutes > 0
    assert (ROOT / "book" / f"{e.chapter}.ipynb").exists()
    assert len(e.hints) == 4 and all(e.hints) and e.explanation and e.variants
    assert e.next in EXERCISES and e.next != name
    assert f"{name}(" in e.task or f"class {name}" in e.starter
    compile(e.starter, name, "exec")
    names = [bug.name for bug in e.bugs]
    assert len(names) == len(set(names)) and all(bug.says.endswith(".") and bug.breaks for bug in e.bugs)


@pytest.mark.parametrize("form", FORMS)
def test_the_reference_passes(form):
    report = grade(asked(form), FORMS[form].reference)
    assert report.passed and not report.problem, str(report)
    others = [probe.name for probe in FORMS[form].probes if probe.name != "zero_grad"]  # of torch's form alone
    assert [name for name, _ in report.probes] == others


@pytest.mark.parametrize("every", [20, pytest.param(1, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("form", FORMS)
def test_every_bug_fails_and_is_the_only_one_named(form, every):
    """By `grade`; that the traces of all bugs differ is counted for the page of the mutation score."""
    for bug in FORMS[form].bugs[len(form) % every :: every]:
        report = grade(asked(form), edited(FORMS[form].reference, bug.edits))
        assert not report.passed, bug.name
        assert bug in report.diagnosis or (form, bug.name) in ALIKE, f"{bug.name}:\n{report}"
        assert len(report.diagnosis) == 1, bug.name
        assert not report.alternatives or (form, bug.name) in ALIKE, f"{bug.name}:\n{report}"


@pytest.mark.parametrize(
    "name", [name for name in RULES if hasattr(optedu, RULES[name].as_class.name) and name != "ademamix"]
)
def test_the_class_reference_is_the_packages_class(name):
    form = RULES[name].as_class
    assert grade(name, getattr(optedu, form.name)).passed


@pytest.mark.parametrize(
    "name, cls, fixed",
    [
        ("momentum", optedu.SGD, {}),
        ("nesterov", optedu.SGD, {"nesterov": True}),
        ("amsgrad", optedu.Adam, {"amsgrad": True}),
    ],
)
def test_a_variant_is_the_packages_class_with_a_flag(name, cls, fixed):
    assert grade(name, type("Fixed", (cls,), {"__init__": lambda s, p, **k: cls.__init__(s, p, **k, **fixed)})).passed


class WithBeta3(optedu.AdEMAMix):
    """The package's class, with β₃ as a setting of its own, as the exercise has it."""

    def __init__(self, params, *, betas, beta3, **settings):
        groups = params if isinstance(params[0], dict) else [{"params": params}]
        parts = [{"betas": betas, "beta3": beta3, **group} for group in groups]
        joined = [{**part, "betas": (*part["betas"], part["beta3"])} for part in parts]
        super().__init__([{k: v for k, v in part.items() if k != "beta3"} for part in joined], **settings)

    def step(self, grads):
        for group in self.param_groups:
            if "beta3" in group:  # written later
                group["betas"] = (*group["betas"], group.pop("beta3"))
        super().step(grads)


def test_ademamix_is_the_packages_class():
    report = grade("ademamix", WithBeta3)
    assert report.passed and {name for name, _ in report.probes} > {"two groups", "saved and resumed"}, str(report)


@pytest.mark.parametrize("late", [1, 5])
def test_schedule_free_is_the_packages_rule_with_equal_weights(late):
    """The class's weights are the same as long as the rate is; the average's weights are equal from the start."""
    p, q, z = [2.0, -1.5], np.array([2.0, -1.5]), [None, None]
    opt = optedu.SGDScheduleFree([q], lr=0.05, momentum=0.7, weight_decay=0.2)
    mine = define(EXERCISES["schedule_free"].reference, ("schedule_free",))
    for t, (g, _) in enumerate(SPIKE, 1):
        for k in range(2):
            p[k], z[k] = mine(late * g[k], p[k], z[k], t=t, lr=0.05, momentum=0.7, weight_decay=0.2)
        opt.step([late * np.array(g)])
        assert p == pytest.approx(q.tolist(), rel=1e-12)


TWO = [
    ("betas-swapped", "decay-ignored"), ("eps-missing", "m-not-corrected"), ("climbs", "v-is-a-sum"),
    ("eps-hat", "stale-m"), ("v-not-corrected", "decay-sign"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "a", "b"), one_in(6, [(name, *two) for name in ("adam", "adamw") for two in TWO]))
def test_two_mistakes_at_once_are_named(name, a, b):
    form = EXERCISES[name]
    bugs = {bug.name: bug for bug in form.bugs}
    report = grade(name, edited(form.reference, bugs[a].edits + bugs[b].edits))
    assert set(report.diagnosis) == {bugs[a], bugs[b]}, str(report)
    assert "two mistakes at once" in str(report)


def test_a_convention_is_not_called_a_mistake():
    form = EXERCISES["adam"]
    bug = next(bug for bug in form.bugs if bug.name == "eps-hat")
    assert "a convention, not a mistake" in str(grade("adam", edited(form.reference, bug.edits)))


# What a stranger writes

SIGNATURE = "def adamw(g, p, m, v, *, t, lr, betas, eps, weight_decay):\n"
OTHERWISE = (
    SIGNATURE
    + """
    decay, momentum, spread = 1 - lr * weight_decay, betas[0] * m, betas[1] * v
    momentum += g - betas[0] * g
    spread += (1 - betas[1]) * g ** 2
    size = lr * (1 - betas[1] ** t) ** 0.5 / (1 - betas[0] ** t)
    return decay * p - size * momentum / (spread ** 0.5 + eps * (1 - betas[1] ** t) ** 0.5), momentum, spread
"""
)


def test_a_right_answer_of_another_shape_passes():
    assert grade("adamw", OTHERWISE).passed


STRANGERS = {
    # what it is: (code, names that would be right)
    "clips the update at lr": ("""
        b1, b2 = betas
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        u = (m / (1 - b1**t)) / ((v / (1 - b2**t)) ** 0.5 + eps)
        u = max(-1.0, min(1.0, u))
        return p - lr * (u + weight_decay * p), m, v
        """, set()),
    "corrects v by t alone, and decays before all in place of the rate": ("""
        p *= 1 - weight_decay
        m += (1 - betas[0]) * (g - m)
        v += (1 - betas[1]) * (g * g - v)
        p -= lr * (m / (1 - betas[0] ** t)) / ((v / (1 - betas[1] ** (t + 1))) ** 0.5 + eps)
        return p, m, v
        """, {"decay-without-lr"}),
    "AdamW as Adam with the decay in the gradient, in the ε-hat form": ("""
        g = g + weight_decay * p
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g ** 2
        rate = lr * (1 - betas[1] ** t) ** 0.5 / (1 - betas[0] ** t)
        return p - rate * m / (v ** 0.5 + eps), m, v
        """, {"coupled-decay", "eps-hat"}),
    "the decay sees the new parameter": ("""
        b1, b2 = betas
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        p -= lr * m / (1 - b1**t) / ((v / (1 - b2**t)) ** 0.5 + eps)
        p -= lr * weight_decay * p
        return p, m, v
        """, {"decay-after-step"}),
    "ε is added twice": ("""
        b1, b2 = betas
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        root = (v / (1 - b2**t) + eps) ** 0.5
        return p * (1 - lr * weight_decay) - lr * m / (1 - b1**t) / (root + eps), m, v
        """, set()),
}  # fmt: skip


@pytest.mark.parametrize("what", STRANGERS)
def test_a_strangers_adamw_gets_the_right_name_or_none(what):
    code, names = STRANGERS[what]
    report = grade("adamw", SIGNATURE + code)
    assert not report.passed
    found = {bug.name for bug in report.diagnosis} - {"observed"}
    assert found == names or (found & {"slip"} and found - {"slip"} <= names), str(report)
    assert report.diagnosis or "unknown" in str(report)


STRANGE_CLASSES = {
    # the same, as classes: one count for all, and a buffer that is reset when a gradient is missing
    "counts calls": ("self.t += 1", "", {"counter-of-calls"}),
    "forgets when a gradient is missing": ("self.t[i] += 1", "self.m[i] = self.v[i] = 0.0", {"slip"}),
    "corrects with the number of tensors": ("self.t[i] += len(self.params)", "", {"slip"}),
}


@pytest.mark.parametrize("what", STRANGE_CLASSES)
def test_a_strangers_class_gets_the_right_name_or_none(what):
    count, missing, names = STRANGE_CLASSES[what]
    calls = count == "self.t += 1"
    text = f"""
class AdamW:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.params, self.lr, self.betas, self.eps, self.decay = list(params), lr, betas, eps, weight_decay
        self.m, self.v = [0.0] * len(self.params), [0.0] * len(self.params)
        self.t = {"0" if calls else "[0] * len(self.params)"}

    def step(self, grads):
        {count if calls else "pass"}
        b1, b2 = self.betas
        for i, (p, g) in enumerate(zip(self.params, grads)):
            if g is None:
                {missing or "pass"}
                continue
            {"t = self.t" if calls else count + "; t = self.t[i]"}
            self.m[i] = b1 * self.m[i] + (1 - b1) * g
            self.v[i] = b2 * self.v[i] + (1 - b2) * g**2
            p *= 1 - self.lr * self.decay
            p -= self.lr * (self.m[i] / (1 - b1**t)) / (np.sqrt(self.v[i] / (1 - b2**t)) + self.eps)
"""
    report = grade("adamw", text)
    assert not report.passed
    assert {bug.name for bug in report.diagnosis} == names, str(report)
    assert names != {"slip"} or f"`{missing or count}`" in str(report)  # the line, whatever it should read
    right = text.replace(count, "self.t[i] += 1").replace(missing or " none ", "pass")
    assert calls or grade("adamw", right).passed


# Never a traceback

BODIES = {
    "raise": ("return p, m, w", "NameError: name 'w' is not defined, in line 3, `return p, m, w`"),
    "loop": ("while True:\n        pass", "stopped after 0.5 seconds"),
    "one value": ("return p", "returns 1 value; the task asks for 3 values, p, m, v"),
    "nothing": ("pass", "Nothing written yet"),
    "no return": ("p = p - lr * g", "returns nothing: is there a `return`? The task asks for 3 values, p, m, v"),
    "text": ("return 'p', m, v", "first thing that it returns is a str"),
    "array": ("return np.ones(2), m, v", "shape (2,)"),
    "complex": ("return (-1) ** 0.5, m, v", "square root of a negative number"),
    "division by zero": ("return p / 0, m, v", "ZeroDivisionError"),
    "exit": ("raise SystemExit('bye')", "SystemExit: bye"),
    "input": ("return input(), m, v", "EOFError"),
    "recursion": ("return adamw(g, p, m, v, t=t, lr=lr, betas=betas, eps=eps, weight_decay=0)", "RecursionError"),
    "print": ("print('here')\n    return p, m, v", "It printed something"),
}


@pytest.mark.parametrize("what", BODIES)
def test_whatever_code_does_is_met_with_a_sentence(what, capsys):
    body, sentence = BODIES[what]
    report = grade("adamw", f"{SIGNATURE}\n    {body}\n", seconds=0.5)
    assert not report.passed and sentence in str(report), str(report)
    assert "Traceback" not in str(report) and capsys.readouterr() == ("", "")
    assert sys.gettrace() is None or "coverage" in repr(sys.gettrace())


@pytest.mark.parametrize(
    "thing, sentence",
    [
        ("def adamw(:\n", "The text is not Python in line 1"),
        ("x = 1\n", "defines no AdamW and no adamw: it defines no function and no class"),
        ("def f(): pass\ndef h(): pass\n", "it defines f, h"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("no_such_file.py", "There is no file 'no_such_file.py'"),
        (3, "not int"),
        (
            "def adamw(g, p, m, v, t, lr, betas, eps):\n    return p, m, v\n",
            "has no argument `weight_decay`",
        ),
        ("class AdamW:\n    pass\n", "cannot be called as the task says"),
        ("class AdamW:\n    def __init__(self, params, **settings):\n        pass\n", "no method `step(grads)`"),
    ],
)
def test_what_is_no_answer_is_met_with_a_sentence(thing, sentence):
    report = grade("adamw", thing)
    assert not report.passed and sentence in str(report), str(report)


def test_the_report_shows_steps_over_the_rate_the_line_and_what_to_do_next():
    text = OTHERWISE.replace("+= (1 - betas[1]) * g ** 2", "+= g ** 2")
    said = str(grade("adamw", text))
    assert "Steps 1 to 3 there, divided by the learning rate: expected 1, 1, 1, found 0.03162, " in said
    assert "Look at line 5, `spread += g ** 2`." not in said  # `spread` is made in two lines
    text = text.replace("betas[1] * v\n", "v\n").replace("spread += g ** 2", "spread = betas[1] * v + g ** 2")
    report = grade("adamw", text.replace("decay, momentum, spread =", "decay, momentum, _ ="))
    assert "Look at line 5, `spread = betas[1] * v + g ** 2`." in str(report), str(report)
    above = "def sgd(g, p, *, lr, weight_decay):\n    g = g - weight_decay * p\n    return p - lr * g\n"
    both = "Look at lines 2, `g = g - weight_decay * p` and 3, `return p - lr * g`."
    assert both in str(grade("sgd", above)), "what is made of a wrong name need not be wrong itself"
    assert "What should hold: v_t" in str(report) and "python -m optedu drill adamw --hint 1" in str(report)
    report = grade("AdamW", "def adamw(g, p, m, v, *, t, lr, betas, eps, weight_decay):\n    return p * p - 7, m, v\n")
    assert "Diagnosis: unknown" in str(report) and "Without a name for it, a hint helps" in str(report)


SLIPS = {
    "a name for another": (("adam", "m_hat = m / (1 - b1**t)", "m_hat = m / (1 - b2**t)"), "reads"),
    "a bracket elsewhere": (("adam", "b2 * v + (1 - b2) * g * g", "b2 * v + (1 - b2 * g * g)"), "reads"),
    "kept for the next step": (("adam", "    p = p - lr", "    m = m_hat\n    p = p - lr"), "stored in `m`, too"),
    "not kept": (("adamw", "return adam(", "old = m\n    p, m, v, v_max = adam("),
                 "`m` is returned as handed over"),
    "another order": (("lion", "return p - lr * sign(direction), m", "return m, p - lr * sign(direction)"),
                      "another order: m, p"),
    "arguments exchanged": (("ema", "    if not n:", "    average, p = p, average\n    if not n:"),
                            "taken for one another"),
}  # fmt: skip


@pytest.mark.parametrize("what", SLIPS)
def test_a_slip_is_told_in_the_words_of_the_reference(what, monkeypatch):
    monkeypatch.setattr(diagnosis, "PATIENCE", 30.0)  # on a machine that has other work, too
    (name, old, new), words = SLIPS[what]
    text = edited(EXERCISES[name].reference, ((old, new),))
    if what == "not kept":
        text = text.rstrip() + "\n    return p, old, v, v_max\n"
    report = grade(name, text)
    assert report.diagnosis and words in str(report), str(report)


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.nightly)])
def test_no_slip_makes_a_loop_endless(every):
    texts = [(e.name, text) for e in EXERCISES.values() for text in (e.reference, *FORMS_OF.get(e.name, ()))]
    made = (f for name, text in texts if "append(" in text for f, _ in slips(text, name))
    loops = [ast.unparse(f) for f in islice(made, 0, None, every)]
    assert len(loops) > 1000 and not any("for x in row:" in text or "while" in text for text in loops)
    assert any("for x in row:" in ast.unparse(f) for f, _ in _all(*[[ast.parse(LOOP).body[0]]] * 2, ""))


LOOP = "def f(g):\n    row = []\n    for x in g:\n        row.append(x)\n    return row\n"


@pytest.mark.parametrize("name", FORMS_OF)
def test_the_other_forms_are_right(name):
    for text in FORMS_OF[name]:
        report = grade(name, text)
        assert report.passed, f"{text}\n{report}"


def test_lost_digits_are_told():
    text = EXERCISES["swa"].reference.replace("    return ", "    return np.float32(1) * np.float32(") + ")"
    assert "single precision" in str(grade("swa", text.replace(")\n)", "))")))
    rounded = "def swa(average, p, *, n):\n    return round(average + (p - average) / (n + 1), 6)\n"
    assert "rounded to 6 digits" in str(grade("swa", rounded))


def test_what_is_kept_between_calls_is_told():
    text = "seen = []\n\n\ndef swa(average, p, *, n):\n    seen.append(p)\n    return sum(seen) / len(seen)\n"
    assert "keeps something between calls" in str(grade("swa", text))


@pytest.mark.parametrize("name", RULES)
def test_no_setting_of_a_walk_looks_like_another(name):
    """Else one mistake would look like another: a rate of 0.1 is 1 - 0.9."""
    usual, *others = [probe.walk for probe in EXERCISES[name].probes]
    for walk in (walk for walk in others if walk.settings != usual.settings):
        values = [x for value in walk.settings.values() for x in (value if isinstance(value, tuple) else (value,))]
        numbers = [x for x in values if x not in (0, 1)]
        near = [y for x in numbers for y in (x, 1 - x, x * x)]
        assert all(abs(a - b) > 1e-9 * max(a, b) for k, a in enumerate(near) for b in near[:k]), (walk.name, near)


@pytest.mark.parametrize("name", RULES)
def test_settings_that_are_exchanged_or_left_out_are_seen(name):
    asked = EXERCISES[name]
    rule = asked.probes[0].rule
    keys = [key for key in rule.settings if key not in rule.only_class and not isinstance(rule.settings[key], tuple)]
    changes = [f"given[{a!r}], given[{b!r}] = given[{b!r}], given[{a!r}]" for a in keys for b in keys if a < b]
    changes += [f"given[{a!r}] = 0.0" for a in keys] + [f"given[{a!r}] *= given[{a!r}]" for a in keys]
    fill = "".join(f"given.setdefault({key!r}, {value!r}); " for key, value in rule.neutral.items())

    def seen(change):
        body = f"    {fill}{change}\n    return right(*args, **given)\n"
        text = f"{asked.reference}\n\nright = {name}\n\n\ndef {name}(*args, **given):\n{body}"
        return tuple(str(run(probe, define(text, (name,))).steps) for probe in asked.probes)

    assert len({seen(change) for change in ("pass", *changes)}) == len(changes) + 1


def test_a_function_that_changes_its_input_is_caught():
    text = EXERCISES["lamb"].reference.replace("b1, b2 = betas", "b1, b2 = betas\n    g *= 1.5")
    assert "changes its argument 1" in str(grade("lamb", text))


def test_a_file_and_a_function_are_graded_like_text(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(OTHERWISE, "utf8")
    assert grade("adamw", path).passed and grade("adamw", str(path)).passed

    def mine(g, p, m, v, *, t, lr, betas, eps, weight_decay):
        return optedu.optim.adam.adamw(g, p, m, v, t=t, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)[:3]

    assert grade("adamw", mine).passed


def test_the_first_difference_is_told():
    report = grade("sgd", "def sgd(g, p, *, lr, weight_decay):\n    return p - lr * 2 * g\n")
    assert report.first.where == "step 1, tensor 1, entry 1"
    assert (report.first.expected, report.first.found) == (1.95, 1.9)
    assert report.first.ratio == pytest.approx(1.9 / 1.95)
    assert "two slips at once" in str(report) and "$" not in str(report)


def test_a_partial_fit_is_told_but_not_named():
    form = EXERCISES["adam"]
    text = edited(form.reference, (("sqrt(v_hat) + eps", "sqrt(v_hat)"),)).replace("sqrt(v_hat)", "sqrt(v_hat + 1e-30)")
    text = text.replace("g = g + weight_decay * p", "g = g + 7 * weight_decay * p")
    report = grade("adam", text)
    assert {bug.name for bug in report.diagnosis} == {"observed"} and "`eps` has no effect" in str(report)
    assert "`m` and `v` are right" not in str(report)  # the decay goes through both
    assert report.similar.name == "eps-missing" and "unknown" in str(report)


def test_an_unknown_exercise_is_refused_with_close_names():
    with pytest.raises(ValueError, match="there is no exercise 'adamv'; there is adam"):
        exercise("adamv")
    with pytest.raises(ValueError, match="defines no 'adan'"):
        source("optim/adam.py", "adan")


def test_walks_are_what_they_claim():
    assert [sum(step[i] is None for step in WAITING) for i in (0, 1)] == [2, 4] and (None, None) in WAITING
    assert max(abs(x) for g in SPIKE[2] for x in g) > 10 * max(abs(x) for s in SPIKE[:2] for g in s for x in g)


def test_listing_the_exercises_imports_no_numpy():
    """What is chosen from is shown at once; arrays come with the first answer."""
    code = "import sys; from optedu.drill import exercises; print(len(exercises()), 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == f"{len(EXERCISES)} False\n", done.stderr


# The mutation score


@pytest.mark.parametrize("name", RULES)
def test_weak_tests_pass_the_reference_and_miss_mistakes(name):
    asked = EXERCISES[name]
    *_, converges = asked.weak
    assert run(converges, define(asked.reference, (name,))).steps == (("after 300 steps", True),)
    assert all(0 < len(let_through(asked, k)) < len(asked.bugs) for k in range(2))


def test_the_catalogue_is_large_enough():
    assert len(EXERCISES) >= 25 and sum(len(e.bugs) for e in RULES.values()) >= 60
    assert min(len(EXERCISES[name].bugs) for name in ("adam", "adamw")) >= 14
