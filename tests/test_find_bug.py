"""A puzzle shows exactly one bug of the catalogue, or none, and judges every choice."""

import random

import matplotlib.pyplot as plt
import pytest

from optedu.drill.grader.exercise_form import edited, exercise, exercises
from optedu.drill.questions import find_bug
from optedu.drill.questions.find_bug import CORRECT, apart, curves, distance, panels, puzzle, words

CODE = [puzzle(seed) for seed in range(60)]
PLOTS = [puzzle(seed, "plot") for seed in range(12)]


@pytest.mark.parametrize("p", CODE, ids=lambda p: f"{p.exercise.name}, {p.answer}")
def test_the_code_shown_has_that_bug_and_no_other(p):
    shown = p.puzzle.split("```python\n")[1].split("\n```")[0]
    reference = p.exercise.reference.strip()
    assert shown == (edited(p.exercise.reference, p.bug.edits).strip() if p.bug else reference)
    assert (shown == reference) == (p.answer == CORRECT)
    assert p.bug is None or not p.bug.convention


def test_puzzles_differ_and_some_code_is_correct():
    assert len({p.exercise.name for p in CODE}) >= 10
    correct = sum(p.bug is None for p in CODE)
    assert 2 <= correct <= len(CODE) / 3
    assert all(p.bug for p in PLOTS)


@pytest.mark.parametrize("p", CODE[:12] + PLOTS[:6], ids=lambda p: f"{p.kind} {p.exercise.name}")
def test_four_names_to_choose_from(p):
    named = [words(bug) for bug in p.exercise.bugs if not bug.convention]
    assert len(set(p.choices)) == len(p.choices) == 4 + (p.kind == "code")
    assert set(p.choices) - {CORRECT} <= set(named) and p.answer in p.choices
    assert all(f"{letter}) {choice}" in p.text for letter, choice in zip("abcde", p.choices, strict=False))


@pytest.mark.parametrize("p", CODE[:12] + PLOTS[:3], ids=lambda p: f"{p.kind} {p.exercise.name}")
def test_every_choice_is_judged(p):
    for k, choice in enumerate(p.choices):
        for answer in (choice, choice.replace(" ", "-"), "abcde"[k], k + 1, str(k + 1)):
            assert p.right(answer) == (choice == p.answer)
            said = p.check(answer)
            assert said.startswith("**Right.**" if choice == p.answer else "**Not right.**")
            assert p.explain() in said and (not p.bug or p.bug.says in said and p.bug.breaks in said)
    for answer in ("z", "", 0, "no such bug"):
        with pytest.raises(ValueError, match="answer must be"):
            p.check(answer)


def test_what_was_asked_is_shown_and_the_answer_is_not():
    for p in CODE:
        assert p.exercise.task.strip() in p.text
        for shown in (p.text, p._repr_markdown_()):
            assert not p.bug or p.bug.breaks not in shown.replace(p.exercise.task, "")
            assert p.explain() not in shown
        assert "<details>" in p.solution().text and p.explain() in p.solution().text


@pytest.mark.parametrize("p", CODE[:12] + PLOTS[:3], ids=lambda p: f"{p.kind} {p.exercise.name}")
def test_every_named_choice_says_what_it_means_in_one_clause(p):
    """The right one no more than the others."""
    offered = p.puzzle.rsplit("\n\n", 1)[1].split("  \n")
    assert len(offered) == len(p.choices)
    for line, bug in zip(offered, p.options, strict=False):
        _, clause = line.split(f") {words(bug)}: ")
        assert bug.says.startswith(clause[:-1]) and clause[-1] == "." and not {":", ";"} & set(clause.split()[-1])
    assert p.kind == "plot" or offered[-1] == f"e) {CORRECT}"


def test_the_same_seed_gives_the_same_puzzle():
    random.seed(1)
    again = [puzzle(seed) for seed in range(10)]
    assert [p.text for p in again] == [p.text for p in CODE[:10]]
    assert len({p.text for p in again}) > 5


def test_an_exercise_can_be_chosen():
    for name in ("adamw", "clip_norm"):
        assert puzzle(3, exercise=name).exercise is exercise(name)
    with pytest.raises(ValueError, match="adamw"):
        puzzle(exercise="adamww")
    with pytest.raises(ValueError, match="kind must be"):
        puzzle(kind="poem")
    with pytest.raises(ValueError, match="clip_value"):
        puzzle(kind="plot", exercise="clip_value")


@pytest.mark.parametrize("p", PLOTS, ids=lambda p: f"{p.exercise.name}, {p.answer}")
def test_a_plot_rules_out_every_other_choice(p):
    wrong, others = curves(p.exercise.name, p.bug), [None, *(b for b in p.options if b != p.bug)]
    shown = panels(wrong, [curves(p.exercise.name, other) for other in others])
    for other in others:
        assert apart(p.exercise.name, p.bug, other)
        assert any(distance(wrong, curves(p.exercise.name, other), panel) > find_bug.VISIBLE for panel in shown)


def test_a_plot_shows_right_and_wrong():
    p = PLOTS[0]
    figure = p.figure()
    right, wrong = curves(p.exercise.name, None), curves(p.exercise.name, p.bug)
    for ax in figure.axes:
        drawn = [tuple(zip(*line.get_data(), strict=True)) for line in ax.get_lines()]
        assert drawn == [right[ax.get_title()], wrong[ax.get_title()]]
    plt.close(figure)
    with pytest.raises(ValueError, match="no figure"):
        CODE[0].figure()


def test_distance_is_a_share_of_the_range():
    a, b = {"x": ((1, 0.0), (2, 1.0))}, {"x": ((1, 0.0), (2, 2.0))}
    assert distance(a, b, "x") == 0.5 and distance(a, a, "x") == 0 and distance(a, {}, "x") == 0
    assert distance(a, {"x": ((1, float("nan")), (2, 0.0))}, "x") == 0


def test_every_exercise_with_enough_bugs_makes_a_puzzle():
    for e in exercises():
        if sum(not bug.convention for bug in e.bugs) >= 4:
            assert puzzle(0, exercise=e.name).exercise is e
