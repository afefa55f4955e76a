"""No slip of a reference passes all probes unless it is the same rule: it agrees in random runs far beyond them."""

import random

import pytest
from drill_fuzz import runs
from sampling import one_in

from optedu.drill import grade
from optedu.drill.grader import diagnosis
from optedu.drill.grader.exercise_form import exercises
from optedu.drill.grader.other_forms import FORMS
from optedu.drill.grader.rule_probes import LOTS
from optedu.drill.grader.sandbox import Printed, contained, run

EXERCISES = {e.name: e for e in exercises()}
EVERY = 180
"""Of how many slips one is tried at each push; the nightly run tries them all."""


def passing(asked, every):
    """The slips of a reference, and of other right answers, that all probes let through."""
    right = diagnosis.traces(asked, ())
    start = random.Random(asked.name).randrange(every)
    for text in (asked.reference, *FORMS.get(asked.name, ())):
        for n, (thing, said, _) in enumerate(diagnosis._slipped(text, asked.name, asked.name, None)):
            if n % every == start and all(map(diagnosis.follows, asked.probes, [thing] * len(right), right)):
                yield thing, said()[0]


def holes(asked, every, seeds):
    """Those that differ from the reference somewhere else."""
    probes = [probe for seed in seeds for probe in runs(asked, seed)]
    with contained(None, Printed()):
        right = [run(probe, diagnosis.define(asked.reference, (asked.name,))) for probe in probes]
        assert not any(trace.problem for trace in right)
        for thing, words in passing(asked, every):
            if not all(map(diagnosis.follows, probes, [thing] * len(right), right)):
                yield words


@pytest.mark.parametrize("name", one_in(2, EXERCISES))
def test_a_slip_that_passes_is_the_same_rule(name):
    assert [*holes(EXERCISES[name], EVERY, seeds=(100,))] == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", EXERCISES)
def test_every_slip_that_passes_is_the_same_rule(name):
    assert [*holes(EXERCISES[name], 1, seeds=(100, 101))] == []


def test_a_weak_probe_is_found():
    """Without the random numbers a limit of 1 on Adam's step is seen by nothing."""
    asked = EXERCISES["adam"]
    weak = asked.__class__(**{**vars(asked), "probes": asked.probes[: -len(LOTS)]})
    assert any("min(lr, 1)" in words for words in holes(weak, 1, seeds=(100,)))


# What is right, told in the words of the answer

CLASS = """
import numpy as np


class RMSprop:
    def __init__(self, params, lr, alpha, eps, weight_decay):
        self.params, self.lr, self.alpha, self.eps, self.decay = params, lr, alpha, eps, weight_decay
        self.v = [np.zeros_like(p) for p in params]

    def step(self, grads):
        for i, (p, g) in enumerate(zip(self.params, grads)):
            if g is None:
                continue
            g = g + self.decay * p
            self.v[i] = self.alpha * self.v[i] + (1 - self.alpha) * g**2
            p -= self.lr * g / (np.sqrt(self.v[i]) + self.eps)
"""
MENDED = {
    "in a method": ("rmsprop", CLASS.replace("(1 - self.alpha) * g**2", "(1 - self.alpha) * np.mean(g**2)"), "np.mean"),
    "a line too many": ("rmsprop", CLASS.replace("            p -=", "            g = g * np.abs(g)\n            p -="),
                        "as soon as `g = g * np.abs(g)` is left out (line 16)"),
    "a condition": ("rmsprop", CLASS.replace("            g = g + self", "            if p.ndim > 1: g = g + self"),
                    "as soon as `if p.ndim > 1:` is taken for true always (line 14)"),
    "a lambda": ("sgd", "sgd = lambda g, p, *, lr, weight_decay: p - lr * max(-1, g + weight_decay * p)\n",
                 "g + weight_decay * p"),
    "two at once": ("swa", "def swa(average, p, *, n):\n    if n == 1:\n        return p\n"
                    "    return (average * n + p) / (n + 2)\n", "and `"),
}  # fmt: skip


@pytest.mark.parametrize("what", MENDED)
def test_what_would_make_an_answer_right_is_told_in_its_own_words(what):
    name, text, words = MENDED[what]
    report = grade(name, text)
    assert not report.passed and words in str(report), str(report)


def test_an_answer_that_cannot_be_mended_is_given_no_name():
    report = grade("swa", "def swa(average, p, *, n):\n    return 17.0 * n * n - p * 3.1 + 0.3 * average\n")
    assert not report.passed and {bug.name for bug in report.diagnosis} <= {"observed"}, str(report)


def test_a_mended_answer_may_not_take_for_ever():
    text = "def swa(average, p, *, n):\n    k = 0\n    while k < n:\n        k += 1\n"
    text += "    return average + (p - average) / (k + 2)\n"
    report = grade("swa", text)
    assert report.diagnosis and not report.problem, str(report)


def test_what_is_kept_for_another_run_is_told():
    text = "kept = None\n\n\ndef ema(average, p, *, n, decay):\n    global kept\n    kept = p if n == 0 else "
    text += "decay * kept + (1 - decay) * p\n    return kept\n"
    assert "keeps something between calls" in str(grade("ema", text))


def test_an_answer_of_another_name_is_told_so():
    report = grade("swa", "def mean(average, p, *, n):\n    return average + (p - average) / (n + 1)\n")
    assert not report.passed and "The text defines no swa: it defines mean." in str(report)
