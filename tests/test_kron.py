"""PSGD-Kron: what its factors tend to, when they are fitted, and what balancing leaves alone."""

import math

import numpy as np
import pytest

import optedu
from optedu.optim import kron
from optedu.optim import kron as module
from optedu.optim.adafactor import rms
from optedu.optim.kron import balanced, fitted, norm_bound, on_each_axis

W0 = np.array([(1.0, 0), (0, 1), (1, 1)])
GRADS = np.array([[(3, 1), (1, 2), (0, 1)], [(-1, 2), (2, 0), (1, -3)], [(0.5, 0.5), (-2, 1), (1, 1)]])
NOISE = np.array([(1.0, -1), (1, 1), (-1, 1)])


def test_trace_of_another_package():
    """What kron_torch 0.3.3 does with this noise, not damped; Q in the place of QᵀQ: 0.686211, no clip: 0.651141."""
    p, m, factors = W0.copy(), np.zeros((3, 2)), [np.eye(3), np.eye(2)]
    for t, g in enumerate(GRADS, 1):
        m = 0.9 * m + 0.1 * g
        u = m / (1 - 0.9**t)
        factors = fitted(factors, u, NOISE, 0.1)
        u = on_each_axis(on_each_axis(u, factors), [q.T for q in factors])
        p = p - 0.1 * u * min(1.0, 1.1 / rms(u))
    assert p[0, 0] == pytest.approx(0.693829, abs=5e-7)


def test_on_each_axis():
    rng = np.random.default_rng(0)
    x, d = rng.standard_normal((2, 3, 4)), np.array([1.0, 2.0, 4.0])
    a, b = (np.triu(rng.standard_normal((n, n))) + 2 * np.eye(n) for n in (2, 4))
    np.testing.assert_allclose(on_each_axis(x, [a, d, b]), np.einsum("ai,j,ck,ijk->ajc", a, d, b, x), rtol=1e-12)
    back = on_each_axis(on_each_axis(x, [a, d, b]), [a.T, d, b.T], undo=True)  # its inverse, transposed twice
    np.testing.assert_allclose(back, x, rtol=1e-12)


def test_the_bound_of_the_norm():
    rng = np.random.default_rng(0)
    for n in (1, 3, 20):
        x = rng.standard_normal((n, 2 * n))
        s = x @ x.T * 1e-12
        assert 0.8 * np.linalg.norm(s, 2) < norm_bound(s) <= np.linalg.norm(s, 2) * (1 + 1e-12)


def test_the_factor_of_a_vector_tends_to_the_whitening():
    """QᵀQ → C^(-1/2) for gradients of covariance C, from steps without any root."""
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    root = basis * np.array([4.0, 2.0, 1.0, 0.25]) @ basis.T  # of C
    factors = [np.eye(4)]
    for rate, steps in ((0.1, 1000), (0.01, 2000), (0.001, 6000)):
        for _ in range(steps):
            factors = fitted(factors, root @ rng.standard_normal(4), rng.standard_normal(4), rate)
    q = factors[0]
    assert (np.tril(q, -1) == 0).all() and (q.diagonal() > 0).all()
    np.testing.assert_allclose(q.T @ q @ root, np.eye(4), atol=0.15)


def test_the_factors_of_a_matrix_whiten_rows_and_columns():
    rng = np.random.default_rng(1)
    left, right = np.diag([3.0, 1.0, 0.5]), np.diag([2.0, 0.2])
    p = np.zeros((3, 2))
    opt = optedu.Kron([p], lr=0.0, b1=0.0)
    for rate, steps in ((0.1, 500), (0.01, 2000), (0.001, 3000)):
        opt.param_groups[0].update(precond_lr=rate, preconditioner_update_probability=1.0)
        for _ in range(steps):
            opt.step([left @ rng.standard_normal((3, 2)) @ right])
    a, b = opt.state[0]["Q"]
    whole = np.kron(a.T @ a, b.T @ b) @ np.kron(left, right)
    np.testing.assert_allclose(whole, np.eye(6), atol=0.15)
    assert (p == 0).all()


def test_when_factors_are_fitted():
    assert [kron.update_probability(t) for t in (1, 501, 4008, 10**6)] == [1.0, 1.0, 0.03, 0.03]
    assert kron.update_probability(1501) == pytest.approx(math.exp(-1)) and kron.update_probability(4000) > 0.03
    for often, expected in ((1.0, [*range(1, 13)]), (0.5, [2, 4, 6, 8, 10, 12]), (0.3, [4, 8, 12])):
        p, fits = np.ones((2, 2)), []
        opt = optedu.Kron([p], preconditioner_update_probability=often)
        for t in range(1, 13):
            before = [q.copy() for q in opt.state.get(0, {}).get("Q", [np.eye(2)] * 2)]
            opt.step([p])
            if any((q != old).any() for q, old in zip(opt.state[0]["Q"], before, strict=True)):
                fits.append(t)
        assert fits == expected


def test_balancing_changes_no_step(monkeypatch):
    factors = [np.triu(np.full((3, 3), 8.0)), np.array([0.5, 0.25])]
    same = balanced(factors)
    assert [abs(q).max() for q in same] == pytest.approx([2.0, 2.0])
    np.testing.assert_allclose(np.kron(*same), np.kron(*factors), rtol=1e-14)

    def run():
        p, rng = W0.copy(), np.random.default_rng(0)
        opt = optedu.Kron([p], lr=0.01)
        opt.step([p])
        opt.state[0]["Q"][0] *= 1e3
        for _ in range(250):
            opt.step([rng.standard_normal(p.shape)])
        return p, opt.state[0]["Q"]

    (p, factors), _ = run(), monkeypatch.setattr(module, "balanced", lambda factors: factors)
    q, unequal = run()
    np.testing.assert_allclose(p, q, rtol=1e-10)
    assert abs(unequal[0]).max() / abs(unequal[1]).max() > 50 > abs(factors[0]).max() / abs(factors[1]).max()


def test_noise_is_made_of_seed_and_step():
    ends = []
    for seed in (0, 0, 1):
        p = W0.copy()
        opt = optedu.Kron([p], lr=0.1, seed=seed)
        for g in GRADS:
            opt.step([g])
        ends.append(p)
    assert (ends[0] == ends[1]).all() and 0 < abs(ends[0] - ends[2]).max() < 0.1


def test_the_clip_and_a_gradient_of_zero():
    """The RMS of a step is at most 1.1 rates; without a gradient a matrix decays, a vector stays."""
    p, q, r = np.ones((2, 2)), np.ones(3), np.array(1.0)
    opt = optedu.Kron([p, q, r], lr=0.1, weight_decay=0.5)
    opt.step([np.full((2, 2), 1e3), np.full(3, 1e3), np.array(1e3)])
    assert rms(0.95 - p) == pytest.approx(0.11) and rms(1 - q) == pytest.approx(0.11) and r == pytest.approx(0.89)
    still = [np.ones((2, 2)), np.ones(3)]
    opt = optedu.Kron(still, lr=0.1, weight_decay=0.5)
    opt.step([np.zeros((2, 2)), np.zeros(3)])
    assert (still[0] == 0.95).all() and (still[1] == 1).all()


def test_another_shape_of_factors_between_steps_is_refused():
    p = W0.copy()
    opt = optedu.Kron([p])
    opt.step([GRADS[0]])
    opt.param_groups[0]["max_size_triangular"] = 2
    before = p.copy()
    with pytest.raises(ValueError, match=r"state\[0\] Q\[0\] has shape \(3, 3\), expected \(3,\)"):
        opt.step([GRADS[1]])
    assert (p == before).all()
