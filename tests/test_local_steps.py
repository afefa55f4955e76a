"""DiLoCo reduces to what is known where it must, and settles where it is said to; owners are balanced."""

from itertools import product

import numpy as np
import pytest

import optedu
from optedu import lab
from optedu.lab.local_steps import diloco, outer_gradient, pull, settles
from optedu.lab.owners import busiest, matrices_received, owners

RNG = np.random.default_rng(0)


def run(rounds, H, gradient, outer=None, many=2, start=0.0, **inner):
    """The common point after so many rounds; `inner` are the settings of the workers' SGD."""
    common, workers = [np.full(3, start)], []
    for _ in range(many):
        own = [np.full(3, start)]
        workers.append((own, optedu.SGD(own, **inner)))
    opt = optedu.SGD(common, **(outer or dict(lr=1.0)))
    for _ in range(rounds):
        diloco(common, workers, opt, gradient, H)
    return common[0]


def test_one_plain_step_is_synchronous_training():
    noise = RNG.standard_normal((4, 3))
    together = [np.ones(3)]
    opt = optedu.SGD(together, lr=0.1)
    for _ in range(5):
        opt.step([np.mean([np.cos(together[0]) + n for n in noise], 0)])
    alone = run(5, 1, lambda k, h, own: [np.cos(own[0]) + noise[k]], many=4, start=1.0, lr=0.1)
    np.testing.assert_allclose(alone, together[0], atol=1e-14)


def test_one_worker_is_lookahead():
    p = np.ones(3)
    opt = optedu.Lookahead(optedu.SGD([p], lr=0.1), k=5, alpha=0.3)
    for _ in range(20):
        opt.step([np.sin(p)])
    alone = run(4, 5, lambda k, h, own: [np.sin(own[0])], dict(lr=0.3), many=1, start=1.0, lr=0.1)
    np.testing.assert_allclose(alone, p, atol=1e-14)


def test_the_workers_keep_their_state():
    g = [np.ones(3)]
    moved = run(3, 2, lambda k, h, own: g, many=1, lr=0.1, momentum=0.9)
    reference = lab.feed(lambda w: optedu.SGD(w, lr=0.1, momentum=0.9), np.ones((6, 1)))[-1, 0]
    np.testing.assert_allclose(moved, reference)


@pytest.mark.parametrize("outer", [dict(lr=1.0), dict(lr=0.3), dict(lr=0.7, momentum=0.9, nesterov=True)])
@pytest.mark.parametrize("H", [1, 3, 20])
def test_no_outer_setting_moves_the_place_where_it_settles(H, outer):
    h, c = (5.0, 0.5), (2.0, -1.0)
    end = run(1500, H, lambda k, t, own: [h[k] * (own[0] - c[k])], outer, lr=0.1)
    np.testing.assert_allclose(end, settles(5.0, 2.0, 0.5, -1.0, 0.1, H), atol=1e-6)


def test_the_pull_is_the_way_of_the_rule():
    p = [np.ones(1)]
    opt = optedu.SGD(p, lr=0.1)
    for _ in range(7):
        opt.step([3.0 * (p[0] + 2.0)])
    assert np.isclose((1.0 - p[0][0]) / 3.0, pull(3.0, 0.1, 7))


def test_the_outer_gradient_has_the_sign_of_a_gradient():
    (found,) = outer_gradient([np.array([1.0, 2.0])], [[np.array([0.0, 3.0])], [np.array([0.5, 3.0])]])
    np.testing.assert_allclose(found, [0.75, -1.0])


def test_the_figure_shows_where_they_settle():
    now = lab.live("local_steps", H=10, h=4.0).tables
    assert np.isclose(now["now"]["settled"][0], settles(4, 1, 1, -1, 0.05, 10))
    assert np.isclose(now["run"]["w"][-1], now["now"]["settled"][0], atol=1e-6)


@pytest.mark.parametrize("ranks", [2, 3])
def test_greedy_owners_keep_grahams_bound(ranks):
    for seed in range(20):
        costs = np.random.default_rng(seed).integers(1, 20, 7).tolist()
        load = np.bincount(owners(costs, ranks), weights=costs, minlength=ranks).max()
        every = product(range(ranks), repeat=7)
        best = min(np.bincount(who, weights=costs, minlength=ranks).max() for who in every)
        assert best <= load <= (4 / 3 - 1 / (3 * ranks)) * best + 1e-9


def test_grahams_worst_case():
    costs = [5, 5, 4, 4, 3, 3, 3]  # the best is 9 on each of three ranks
    who = owners(costs, 3)
    assert np.bincount(who, weights=costs).max() == 11 and np.isclose(11 / 9, 4 / 3 - 1 / 9)
    assert np.isclose(busiest(costs, who, 3), 11 / 9)


@pytest.mark.parametrize(
    ("costs", "ranks", "word"), [([1.0], 0, "ranks"), ([-1.0], 2, "costs"), ([np.nan], 2, "costs")]
)
def test_bad_owners_are_refused(costs, ranks, word):
    with pytest.raises(ValueError, match=word):
        owners(costs, ranks)


def test_traffic_of_matrices_by_hand():
    assert matrices_received(8, 1) == (0, 0, 0)
    assert matrices_received(8, 2) == (4, 4, 4)
    everywhere, owner, replicated = matrices_received(64, 8)
    assert (everywhere, replicated) == (56, 56) and owner == 2 * 7  # 8 bytes of each matrix's rank, there and back
