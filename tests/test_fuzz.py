"""Rules made at random: each engine against the rule called on copies. ``make fuzz`` runs many more of them."""

from unittest import mock

import numpy as np
import pytest
from fuzz import trials
from judge import Tracked

from optedu.core import engines
from optedu.core.in_place import in_place
from optedu.core.reading import read

PIECE = 30


@pytest.mark.parametrize("first", range(0, 300, PIECE))
def test_made_rules(first):
    for trial in trials(PIECE, 0, first):
        assert trial.run() == ""


@pytest.mark.parametrize("first", range(20))
def test_made_rules_compiled(first):
    pytest.importorskip("numba")
    for trial in trials(0, 1, first):
        assert trial.run() == ""


def found():
    """How many of fifty rules come out wrong."""
    return sum(trial.run() != "" for trial in trials(50, 0))


def test_a_result_that_is_lost_is_noticed():
    """What the programs would do if one copy of a value were forgotten."""

    def forgetful(way):
        program = in_place(way)
        lines = program.run.text.split("\n")
        copies = [k for k, line in enumerate(lines) if "copyto(" in line]
        space = dict(vars(np))
        exec("\n".join(line for k, line in enumerate(lines) if k not in copies[-1:]), space)
        return program._replace(run=space["run"])

    with mock.patch.object(engines, "in_place", forgetful):
        assert found() > 3


@pytest.mark.parametrize("off", [1e-2, 1e-5])
def test_a_number_that_is_a_little_off_is_noticed(off):
    """The bounds are of rounding, and not much above it: a digit lost is seen in each dtype that has it."""
    load = engines.Engine.load

    def wrong(engine, numbers):
        load(engine, numbers)
        engine.scalars *= 1 + off

    with mock.patch.object(engines.Engine, "load", wrong):
        assert found() > 5


def test_a_program_that_does_not_do_what_was_read_is_never_run():
    way = read(lambda g, p, m, *, lr: (p - lr * m, m + g), ["g", "p", "m"], {"lr": 0.1}).ways[0]
    way.check(lambda tape, cells, scalars: in_place_by_hand(cells, scalars[0]))
    for wrong in (
        lambda tape, cells, scalars: None,
        lambda tape, cells, scalars: in_place_by_hand(cells, scalars[0], swapped=True),
        lambda tape, cells, scalars: (in_place_by_hand(cells, scalars[0]), setattr(cells[0], "value", cells[1].value)),
    ):
        with pytest.raises(AssertionError, match="please report this rule"):
            way.check(wrong)


def in_place_by_hand(cells, lr, swapped=False):
    """The program of one rule; in the wrong order it takes the new m for the old one."""
    g, p, m = cells
    if swapped:
        m.value = m.value + g.value
    p.value = p.value - lr * m.value
    if not swapped:
        m.value = m.value + g.value


def test_the_judge_bounds_what_rounding_does():
    """Cancelled, divided, rooted: the bound holds the difference from exact arithmetic, and is not far above it."""
    rng = np.random.default_rng(0)
    a, b, c = rng.standard_normal((3, 2000)).astype(np.float32)

    def rule(x, y, z):
        cancelled = ((x + y) - x * (1 + z)) / np.sqrt(x * x + 0.1)
        return cancelled * np.exp(-abs(z)) - np.where(x > y, x * z, y / (2 + z * z))

    tracked = rule(*(Tracked(v, 0.0, False, 1.0) for v in (a, b, c)))
    exact = rule(*(v.astype(np.float64) for v in (a, b, c)))
    off = abs(tracked.value - exact)
    assert (off <= tracked.error)[~tracked.unsure].all() and tracked.unsure.mean() < 0.01
    assert 1 < np.median(tracked.error / np.maximum(off, 1e-9)) < 50


def test_the_judge_is_unsure_where_a_choice_or_the_range_is_near():
    x = Tracked(np.array([1.0, 2.0, 1e-38, 3e38], np.float32), 1e-6, False, 4.0)
    assert (x > 1).unsure.tolist()[:2] == [True, False]
    assert (x * 1.0).unsure.tolist() == [False, False, True, True]
    with np.errstate(all="ignore"):
        assert (1 / (x - 2)).unsure[1] and np.sign(x - 1).unsure[0]
