"""Answers that were written without knowledge of the catalogue: none that is wrong passes, none that is right fails.

A fixed sample of both halves, to which the grader was tuned; they are counted by
``python tests/corpus/measure.py``.
"""

import json
import sys
import zlib
from collections import Counter
from pathlib import Path

import pytest

from optedu.drill import grade
from optedu.drill.grader.exercise_form import exercises

sys.path.insert(0, str(Path(__file__).parent / "corpus"))
import measure

ALL = [(name, answer) for half in ("tuning", "held_out") for name, answer in measure.answers(half)]
FRESH = [list(measure.answers(half)) for half in measure.SETS if half.startswith("fresh")]
SAMPLE = sorted(ALL, key=lambda pair: zlib.crc32(pair[1]["id"].encode()))[:120]
UNKNOWN = 8
"""Of the sample; more would mean that the grader explains less than it did."""


@pytest.fixture(scope="module")
def counts():
    return Counter(measure.kind(answer, grade(name, answer["code"])) for name, answer in SAMPLE)


def test_no_wrong_answer_passes_and_no_right_one_fails(counts):
    assert counts["wrong passed"] == 0 and counts["correct failed"] == 0


def test_few_mistakes_stay_unknown(counts):
    assert counts["wrong name"] == 0 and counts["unknown"] <= UNKNOWN, counts


def test_the_corpus_is_large_and_mixed():
    assert len(ALL) >= 600
    for one in exercises():
        mine = [answer for name, answer in ALL if name == one.name]
        assert len(mine) >= 15 and len({answer["style"] for answer in mine}) >= 4
        assert {answer["correct"] for answer in mine} == {True, False}
    every = sum(FRESH, ALL)
    assert len({answer["id"] for _, answer in every}) == len(every)
    for one in FRESH:
        assert len(one) >= 100 and {name for name, _ in one} == {e.name for e in exercises()}
        assert len({answer["style"] for _, answer in one}) >= 4


def test_the_counts_that_are_shown_are_of_these_answers():
    shown = json.loads((Path(measure.__file__).parent / "counts.json").read_text("utf8"))
    for half in measure.SETS:
        right = sum(answer["correct"] for _, answer in measure.answers(half))
        one = shown[half]
        assert one["right"] + one["correct failed"] == right
        assert sum(one.values()) == len(list(measure.answers(half)))


def test_a_kind_goes_by_label_and_name():
    right = grade("sgd", "def sgd(g, p, *, lr, weight_decay):\n    return p - lr * (g + weight_decay * p)\n")
    wrong = grade("sgd", "def sgd(g, p, *, lr, weight_decay):\n    return p + lr * (g + weight_decay * p)\n")
    assert (
        measure.kind({"correct": True}, right) == "right" and measure.kind({"correct": False}, right) == "wrong passed"
    )
    assert (
        measure.kind({"correct": True}, wrong) == "correct failed"
        and measure.kind({"correct": False}, wrong) == "named"
    )
    assert measure.kind({"correct": False, "bug": ["climbs"]}, wrong) == "named"
    assert measure.kind({"correct": False, "bug": ["lr-squared"]}, wrong) == "wrong name"
