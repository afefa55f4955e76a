"""The optimizers of torch that have no chapter yet: same names, defaults, state and trajectories as torch's."""

import inspect

import numpy as np
import pytest
import torch
from torch.optim import _muon

from optedu.lab import MLP, rosenbrock
from optedu.lab.parity import TOLERANCE, Problem, deviation, on_network, on_shapes, problems, torch_scalars
from optedu.optim.adam import Adam
from optedu.optim.lbfgs import LBFGS
from optedu.optim.muon import Muon
from optedu.optim.sparse_adam import SparseAdam, SparseGrad
from optedu.zoo import MORE

IMPLEMENTATION = {"foreach", "fused", "capturable", "differentiable", "params"}
DENSE = [entry for entry in MORE.values() if entry.takes in ("dense", "nonempty")]
each_dense = pytest.mark.parametrize("entry", DENSE, ids=lambda e: e.name)


@pytest.fixture(autouse=True)
def float64_scalars():
    with torch_scalars("float64"):
        yield


def without_empty(problem):
    """torch's Adafactor divides by the number of elements."""

    def keep(arrays):
        return [a for k, a in enumerate(arrays) if k != 5]

    def grads(t, w):
        return keep(problem.grads(t, [*w[:5], np.zeros((0, 3)), *w[5:]]))

    return Problem(problem.name, lambda: keep(problem.start()), grads)


def reference(entry):
    return getattr(torch.optim, entry.name)


def compare(entry, settings, problem, **how):
    sign = -1.0 if settings.get("maximize") else 1.0
    change = (150, {"lr": settings["lr"] / 2})
    return deviation(
        lambda w: entry.cls(w, **settings), lambda w: reference(entry)(w, **settings), problem, sign=sign,
        change=change, **how,
    )  # fmt: skip


@each_dense
@pytest.mark.parametrize("k", range(4), ids=["shapes", "quadratic", "Rosenbrock", "network"])
def test_grid(entry, k):
    problem = problems()[k]
    if k == 0 and entry.takes == "nonempty":
        problem = without_empty(problem)
    for settings in entry.grid():
        assert compare(entry, settings, problem) <= TOLERANCE["float64"], settings


@each_dense
def test_float32(entry):
    with torch_scalars("float32"):
        for settings in list(entry.grid())[::5]:
            assert compare(entry, settings, on_network(), dtype="float32") <= TOLERANCE["float32"], settings


@pytest.mark.parametrize("entry", MORE.values(), ids=MORE)
def test_signature_groups_and_state(entry):
    ours, theirs = (
        {n: (p.kind, p.default) for n, p in inspect.signature(cls).parameters.items() if n not in IMPLEMENTATION}
        for cls in (entry.cls, reference(entry))
    )
    assert ours == theirs and list(ours) == list(theirs)
    a, b = np.ones((2, 3)), torch.ones(2, 3)
    one, two = entry.cls([a]), reference(entry)([b])
    keys = set(two.param_groups[0]) - IMPLEMENTATION
    assert set(one.param_groups[0]) - {"params"} == keys
    if entry.takes in ("dense", "nonempty", "matrix"):
        one.step([np.ones((2, 3))])
        b.grad = torch.ones(2, 3)
        two.step()
        saved = two.state_dict()
        assert set(one.state[0]) == set(saved["state"][0])
        one.load_state_dict(saved)  # a run can be taken over from torch
        for name, value in saved["state"][0].items():
            np.testing.assert_allclose(one.state[0][name], value.numpy(), rtol=1e-15)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("Adadelta", {"rho": 1.1}, r"rho must be in \[0, 1\], got 1.1"),
        ("Rprop", {"etas": (1.0, 0.5)}, r"etas .* got \(1.0, 0.5\)"),
        ("Adamax", {"betas": (0.0, 1.0)}, r"betas\[1\].* got 1.0"),
        ("NAdam", {"momentum_decay": -0.2}, "momentum_decay .* got -0.2"),
        ("NAdam", {"betas": (1.0, 0.0)}, r"betas\[0\].* got 1.0"),
        ("RAdam", {"weight_decay": -1}, "weight_decay .* got -1"),
        ("ASGD", {"weight_decay": -0.5}, "weight_decay .* got -0.5"),
        ("SparseAdam", {"lr": 0}, "lr must be > 0, got 0"),
        ("SparseAdam", {"betas": (1.0, 0.0)}, r"betas\[0\].* got 1.0"),
        ("Adafactor", {"eps": (-1e-30, 1e-3)}, r"eps\[0\] .* got -1e-30"),
        ("Adafactor", {"d": 0.0}, "d must be >= 1, got 0.0"),
        ("Adafactor", {"beta2_decay": 0.8}, "beta2_decay must be <= 0, got 0.8"),
        ("Muon", {"adjust_lr_fn": "arbitrary"}, "adjust_lr_fn .* got 'arbitrary'"),
        ("Muon", {"ns_steps": 100}, "ns_steps .* got 100"),
        ("Muon", {"ns_coefficients": (1.0, 2.0)}, "ns_coefficients .* got"),
        ("LBFGS", {"lr": -1}, "lr must be >= 0, got -1"),
        ("LBFGS", {"line_search_fn": "armijo"}, "line_search_fn .* got 'armijo'"),
    ],
)
def test_bad_settings_are_refused(name, settings, message):
    with pytest.raises(ValueError, match=message):
        MORE[name].cls([np.zeros((2, 2))], **settings)


# Matrices


def matrices():
    shapes = [(4, 6), (6, 3), (5, 5), (1, 4)]

    def grads(t, w):
        made = [np.random.default_rng([t, k]).standard_normal(p.shape) for k, p in enumerate(w)]
        return [None if (t + k) % 7 == 0 else 0 * g if (t + k) % 5 == 0 else g for k, g in enumerate(made)]

    return Problem("matrices", lambda: [np.random.default_rng(1).standard_normal(s) for s in shapes], grads)


def newton_schulz_in_float64(x, coefficients, steps, eps):
    """torch's iteration (an odd polynomial of the matrix), through the singular values."""
    a, b, c = coefficients
    u, s, vt = torch.linalg.svd(x / x.norm().clamp(min=eps), full_matrices=False)
    for _ in range(steps):
        s = a * s + b * s**3 + c * s**5
    return u @ torch.diag(s) @ vt


def test_muon(monkeypatch):
    grid = list(MORE["Muon"].grid())
    for settings in grid[::7]:  # torch itself works in bfloat16
        assert 1e-6 < compare(MORE["Muon"], settings, matrices()) < 3e-2
    monkeypatch.setattr(_muon, "_zeropower_via_newtonschulz", newton_schulz_in_float64)
    for settings in grid:
        assert compare(MORE["Muon"], settings, matrices()) <= TOLERANCE["float64"], settings


def test_muon_takes_matrices_only():
    for shape in ((3,), (2, 2, 2)):
        with pytest.raises(ValueError, match=r"params\[0\] must be a matrix .* got shape"):
            Muon([np.zeros(shape)])


# Rows


def test_sparse_adam():
    for settings in MORE["SparseAdam"].grid():
        rng = np.random.default_rng(0)
        a = rng.standard_normal((6, 3))
        b = torch.tensor(a)
        ours, theirs = SparseAdam([a], **settings), torch.optim.SparseAdam([b], **settings)
        for t in range(100):
            k = int(rng.integers(0, 5))
            rows, values = rng.integers(0, 6, k), rng.standard_normal((k, 3))  # rows repeat, or there are none
            if t % 11 == 3:
                b.grad, given = None, None
            else:
                where = torch.tensor(rows[None])
                b.grad = torch.sparse_coo_tensor(where, torch.tensor(values), b.shape, check_invariants=False)
                given = SparseGrad(rows, values)
            ours.step([given])
            theirs.step()
            np.testing.assert_allclose(a, b.numpy(), rtol=1e-12, atol=1e-14)
        assert ours.state[0]["step"] == theirs.state[b]["step"]


def test_rows_without_a_gradient_keep_everything():
    p = np.ones((3, 2))
    opt = SparseAdam([p])
    opt.step([SparseGrad([0, 1], np.ones((2, 2)))])
    before, moments = p.copy(), opt.state[0]["exp_avg"].copy()
    opt.step([SparseGrad([1], np.ones((1, 2)))])
    for row in (0, 2):
        assert (p[row] == before[row]).all() and (opt.state[0]["exp_avg"][row] == moments[row]).all()
    assert (p[1] != before[1]).all()


@pytest.mark.parametrize(
    ("grad", "error", "message"),
    [
        (np.ones((3, 2)), TypeError, "SparseGrad"),
        (SparseGrad([3], np.ones((1, 2))), ValueError, r"indices must be in \[0, 3\)"),
        (SparseGrad([0.5], np.ones((1, 2))), TypeError, "indices"),
        (SparseGrad([0], np.ones((1, 3))), ValueError, "shape"),
    ],
)
def test_bad_sparse_gradients_are_refused(grad, error, message):
    p = np.ones((3, 2))
    opt = SparseAdam([p])
    with pytest.raises(error, match=message):
        opt.step([grad])
    assert (p == 1).all() and opt.state == {}


# A closure


def objectives():
    valley, bowl, net = rosenbrock(), np.logspace(0, 3, 10), MLP((4, 5, 3))
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((20, 4)), rng.integers(0, 3, 20)
    return {
        "Rosenbrock": ([np.array(valley.start)], lambda w: (float(valley.value(w[0])), [valley.grad(w[0])])),
        "quadratic": ([np.ones(10)], lambda w: (float(bowl @ w[0] ** 2 / 2), [bowl * w[0]])),
        "network": (net.start(0), lambda w: net.loss_and_grads(w, x, y)),
    }


@pytest.mark.parametrize("name", ["Rosenbrock", "quadratic", "network"])
@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize("history", [100, 3])
def test_lbfgs(name, search, history):
    """Step by step from torch's own state: over many steps the method magnifies the last bit to anything."""
    settings = {"line_search_fn": search, "history_size": history, "max_iter": 4, "lr": 1.0 if search else 0.01}
    start, f = objectives()[name]
    a, b = [p.copy() for p in start], [torch.tensor(p) for p in start]
    ours, theirs = LBFGS(a, **settings), torch.optim.LBFGS(b, **settings)

    def closure():
        loss, grads = f([q.numpy() for q in b])
        for q, g in zip(b, grads, strict=True):
            q.grad = torch.tensor(g)
        return torch.tensor(loss)

    for _ in range(8):
        first = ours.step(lambda: f(a))
        assert first == pytest.approx(float(theirs.step(closure)), rel=1e-9, abs=1e-12)
        for p, q in zip(a, b, strict=True):
            np.testing.assert_allclose(p, q.numpy(), rtol=1e-8, atol=1e-9)
        saved = theirs.state_dict()
        assert ours.state[0]["func_evals"] == saved["state"][0]["func_evals"]
        assert ours.state[0]["n_iter"] == saved["state"][0]["n_iter"]
        ours.load_state_dict(saved)
        for p, q in zip(a, b, strict=True):
            p[...] = q.numpy()


def test_lbfgs_takes_one_group_and_a_closure():
    opt = LBFGS([np.zeros(2)])
    with pytest.raises(ValueError, match="one parameter group"):
        opt.add_param_group({"params": [np.zeros(1)]})
    with pytest.raises(TypeError, match="closure must be a function"):
        opt.step([np.zeros(2)])


def test_state_of_one_optimizer_does_not_fit_another():
    opt = Adam([np.ones(2)])
    opt.step([np.ones(2)])
    for entry in DENSE:
        with pytest.raises(ValueError, match="unknown|missing"):
            entry.cls([np.ones(2)]).load_state_dict(opt.state_dict())


def test_shapes_meet_what_they_promise():
    """The comparison above would be empty otherwise."""
    start = on_shapes().start()
    assert {p.ndim for p in start} == {0, 1, 2, 3, 4} and any(p.size == 0 for p in start)
