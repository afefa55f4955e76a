"""GaLore: the subspace in which a matrix moves, when it is renewed, and what is kept over a renewal."""

import numpy as np
import pytest

import optedu
from optedu.optim.galore import leading


def moves(shape, steps, rank, gap, scale=0.25):
    """What a matrix moved by at each step, and the gradients."""
    rng, p, found, grads = np.random.default_rng(0), np.zeros(shape), [], []
    opt = optedu.GaLore([p], lr=0.1, rank=rank, update_proj_gap=gap, scale=scale)
    for _ in range(steps):
        grads.append(rng.standard_normal(shape))
        before = p.copy()
        opt.step([grads[-1]])
        found.append(p - before)
    return np.array(found), grads, opt


def test_leading_vectors():
    rng = np.random.default_rng(0)
    for shape in ((6, 4), (4, 6), (5, 5)):
        x = rng.standard_normal(shape)
        u = leading(x, 2)
        assert u.shape == (shape[0], 2) and (u.max(0) > -u.min(0)).all()
        np.testing.assert_allclose(u.T @ u, np.eye(2), atol=1e-14)
        values = np.linalg.svd(x, compute_uv=False)
        assert np.linalg.norm(u.T @ x) == pytest.approx(np.linalg.norm(values[:2]))  # no plane holds more of x
        np.testing.assert_allclose(leading(-x, 2), u, atol=1e-12)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5)])
def test_between_two_renewals_it_moves_in_one_subspace(shape):
    steps, grads, opt = moves(shape, 9, rank=2, gap=5)
    side = 1 if shape[0] >= shape[1] else 0
    for first in (0, 5):  # and these are the directions of the gradient that began it
        basis = leading(grads[first].T if side else grads[first], 2)
        for step in steps[first : first + 4]:
            inside = step @ basis @ basis.T if side else basis @ basis.T @ step
            np.testing.assert_allclose(inside, step, atol=1e-14)
    assert np.linalg.matrix_rank(steps[:5].sum(0)) == 2 and np.linalg.matrix_rank(steps.sum(0)) == 4
    short, long = sorted(shape)
    assert opt.state[0]["ortho_matrix"].shape == (short, 2) and opt.state[0]["exp_avg"].size == 2 * long


def test_the_first_step_by_hand():
    """G = gP, m̂/√v̂ is its sign, and a quarter of it goes back: g = 3 along (1, 1)/√2, rows (1, 2)/√5."""
    p = np.zeros((2, 2))
    g = 3 * np.outer([1, 2], [1, 1]) / 10**0.5
    optedu.GaLore([p], lr=1.0, rank=1, eps=0.0).step([g])
    np.testing.assert_allclose(p, -0.25 * np.full((2, 2), 0.5**0.5), rtol=1e-12)


def test_whole_rank_is_adam_in_other_coordinates():
    """Along the axes that the first gradient chooses; and eps acts before the correction."""
    rng = np.random.default_rng(0)
    p, q = np.zeros((6, 4)), np.zeros((6, 4))
    grads = rng.standard_normal((10, 6, 4))
    basis = leading(grads[0].T, 4)
    low = optedu.GaLore([p], lr=0.1, eps=0.0, scale=1.0)
    adam = optedu.Adam([q], lr=0.1, eps=0.0)
    for g in grads:
        low.step([g])
        adam.step([g @ basis])
        np.testing.assert_allclose(p @ basis, q, rtol=1e-9, atol=1e-12)


def test_averages_are_kept_over_a_renewal():
    _, _, opt = moves((6, 4), 3, rank=2, gap=3)
    m, basis = opt.state[0]["exp_avg"].copy(), opt.state[0]["ortho_matrix"].copy()
    g = np.random.default_rng(5).standard_normal((6, 4))
    opt.step([g])
    new = opt.state[0]["ortho_matrix"]
    assert abs(new - basis).max() > 0.1
    np.testing.assert_allclose(new, leading(g.T, 2))
    np.testing.assert_allclose(opt.state[0]["exp_avg"], 0.9 * m + 0.1 * g @ new)  # old coordinates plus new ones


def test_vectors_and_tensors_are_trained_whole():
    rng = np.random.default_rng(0)
    shapes = [(5,), (2, 3, 4), ()]
    p, q = ([np.zeros(s) for s in shapes] for _ in range(2))
    low, adam = optedu.GaLore(p, eps=0.0), optedu.Adam(q, eps=0.0)
    for _ in range(5):
        grads = [np.asarray(rng.standard_normal(s)) for s in shapes]
        low.step(grads)
        adam.step(grads)
    for a, b in zip(p, q, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_another_rank_between_steps_is_refused():
    _, _, opt = moves((6, 4), 2, rank=2, gap=5)
    opt.param_groups[0]["rank"] = 3
    before = opt.params[0].copy()
    with pytest.raises(ValueError, match=r"state\[0\] exp_avg has shape \(6, 2\), expected \(6, 3\)"):
        opt.step([before])
    assert (opt.params[0] == before).all()
