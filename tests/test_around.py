"""Cautious and Hyperball, around other optimizers."""

import copy
from functools import partial

import numpy as np
import pytest
from test_others import FOUR, FOUR_GRADS, MATRIX, MATRIX_GRADS

import optedu
from optedu import SGD, Adam, AdamW, Cautious, Hyperball, Lion, Muon, SparseAdam
from optedu.lab.comparison import deviation, on_network, on_tensors
from optedu.optim.cautious import cautious, cautious_decay
from optedu.optim.hyperball import hyperball

POLAR = {"ns_coefficients": (2.0, -1.5, 0.5), "ns_steps": 12, "momentum": 0.0, "nesterov": False}

TRACES = [
    # Rules written again from the papers, each held against the authors' code: rate 0.1, decay 0.1 but for Hyperball.
    # The parameter's sum after six steps, or the first number of a matrix after three; and what mistakes give.
    (lambda w: Cautious(AdamW(w, lr=0.1, weight_decay=0), 0.1), "four", 1.839823),  # not longer 1.806642
    (lambda w: Cautious(Lion(w, lr=0.1), 0.1), "four", 1.891031),  # mask from the new average 1.491457
    (lambda w: Cautious(AdamW(w, lr=0.1, weight_decay=0), 0.1, "decay"), "four", 1.786616),  # by g 1.744796
    (lambda w: Hyperball(Muon(w, lr=0.1, weight_decay=0, **POLAR)), "matrix", 0.974518),  # off the sphere 0.859609
]


@pytest.mark.parametrize(("make", "start", "end"), TRACES, ids=["C-AdamW", "C-Lion", "CWD", "MuonH"])
def test_traces(make, start, end):
    p, grads = (FOUR.copy(), FOUR_GRADS) if start == "four" else (MATRIX.copy(), MATRIX_GRADS)
    opt = make([p])
    for g in grads:
        opt.step([g])
    assert (p.sum() if start == "four" else p[0, 0]) == pytest.approx(end, abs=5e-7)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("name", ["AdamW", "Lion"])
@pytest.mark.parametrize("problem", [on_tensors(), on_network()], ids=lambda p: p.name)
def test_another_package_agrees(name, decay, problem):
    import pytorch_optimizer

    build = {"AdamW": lambda w: AdamW(w, lr=0.01, weight_decay=0), "Lion": lambda w: Lion(w, lr=0.01)}[name]
    # (AdamW is AdEMAMix without its slow average.)
    theirs = {"AdamW": partial(pytorch_optimizer.AdEMAMix, alpha=0.0), "Lion": pytorch_optimizer.Lion}[name]
    found = deviation(
        lambda w: Cautious(build(w), decay),
        lambda w: theirs(w, lr=0.01, weight_decay=decay, weight_decouple=True, cautious=True, foreach=False),
        problem, change=(150, {"lr": 0.005}),
    )  # fmt: skip
    assert found <= 1e-11


def test_cautious_by_hand():
    """A sum of (1, 1) and (-0.5, 2): the first component would climb, the second is stretched by 2/(1 + 1)."""
    p = np.zeros(2)
    opt = Cautious(SGD([p], lr=0.5, momentum=1.0))
    opt.step([np.array([1.0, 1.0])])
    np.testing.assert_allclose(p, [-0.5 * 2 / 3] * 2)  # both agree: 2/(2 + 1)
    opt.step([np.array([-0.5, 2.0])])
    np.testing.assert_allclose(p, [-1 / 3, -1 / 3 - 0.5 * 3 * 2 / 2])
    assert opt.state[0]["momentum_buffer"].tolist() == [0.5, 3.0]  # not masked
    before = p.copy()
    opt.step([np.array([-0.1, -0.1])])  # all masked: no step
    assert (p == before).all()


def test_cautious_decay_by_hand():
    step, p = np.array([1.0, 1.0, 0.0, -1.0]), np.array([2.0, -2.0, 3.0, -4.0])
    assert cautious_decay(p, step).tolist() == [2.0, 0.0, 3.0, -4.0]
    assert cautious(np.array([1.0, -1.0]), np.array([0.5, 0.5])).tolist() == [0.5, 0.0]


def test_maximize_is_seen():
    p, q = np.zeros(3), np.zeros(3)
    one, two = Cautious(Adam([p], lr=0.1, maximize=True)), Cautious(Adam([q], lr=0.1))
    for g in np.random.default_rng(0).standard_normal((10, 3)):
        one.step([g])
        two.step([-g])
    np.testing.assert_allclose(p, q, rtol=1e-13)
    assert p.any()


def test_hyperball_keeps_the_norm_and_turns_by_the_rate():
    rng = np.random.default_rng(0)
    p, q = rng.standard_normal((4, 6)), rng.standard_normal((2, 3, 4))
    opt = Hyperball(Adam([p, q], lr=0.05))
    radii = [np.linalg.norm(p), np.linalg.norm(q)]
    for _ in range(200):
        opt.step([rng.standard_normal(p.shape), None])
    assert np.linalg.norm(p) == pytest.approx(radii[0], rel=1e-12)
    kept = q.copy()
    opt.step([np.zeros_like(p), np.zeros_like(q)])  # p goes on with its average, q has none
    assert (q == kept).all() and np.linalg.norm(q) == radii[1]
    # at right angles the angle is arctan(lr), however long the step is
    w = np.array([[3.0, 0.0]])
    for length in (1e-3, 1e3):
        turned = hyperball(w, np.array([[0.0, length]]), lr=0.5)
        np.testing.assert_allclose(turned, 3 * np.array([[1.0, -0.5]]) / 1.25**0.5, rtol=1e-15)


def test_a_rate_of_zero_moves_nothing():
    p = np.ones((2, 2))
    opt = Hyperball(Adam([p], lr=0.0))
    opt.step([np.ones((2, 2))])
    other = Cautious(AdamW([p], lr=0.0, weight_decay=0), weight_decay=0.5)
    other.step([np.ones((2, 2))])
    assert (p == 1).all()


@pytest.mark.parametrize("around", [Cautious, Hyperball])
def test_a_resumed_run_is_the_same_run(around):
    grads = np.random.default_rng(1).standard_normal((20, 3, 2))
    whole, part = np.ones((3, 2)), np.ones((3, 2))
    one, two = (around(Adam([p], lr=0.1)) for p in (whole, part))
    for k, g in enumerate(grads):
        one.step([g])
        if k == 9:
            saved = copy.deepcopy(two.state_dict())
            two = around(Adam([part], lr=7.0))
            two.load_state_dict(saved)
        two.step([g])
    assert (whole == part).all()


@pytest.mark.parametrize(
    ("error", "named", "build"),
    [
        (ValueError, r"param_groups\[0\] weight_decay must be 0 .* Cautious, got 0.01", lambda p: Cautious(AdamW([p]))),
        (ValueError, r"param_groups\[0\] weight_decay must be 0 .* Hyperball, got 0.1", lambda p: Hyperball(Muon([p]))),
        (ValueError, "weight_decay must be >= 0, got -1", lambda p: Cautious(Adam([p]), -1)),
        (ValueError, "mask must be 'step' or 'decay', got 'both'", lambda p: Cautious(Adam([p]), mask="both")),
        (TypeError, "optimizer must be an Optimizer", lambda p: Cautious([p])),
        (TypeError, "optimizer must be an Optimizer", lambda p: Hyperball(Cautious(Adam([p])))),
        (ValueError, r"params\[0\] must have two axes .* got shape \(4,\)", lambda p: Hyperball(Adam([p.ravel()]))),
        (ValueError, r"params\[0\] is zero", lambda p: Hyperball(Adam([0 * p]))),
        (TypeError, r"grads\[0\] must be an array inside of Cautious, got SparseGrad", lambda p: Cautious(
            SparseAdam([p])).step([optedu.SparseGrad([0], np.ones((1, 2)))])),
        (ValueError, r"grads\[0\] has shape", lambda p: Cautious(Adam([p])).step([np.ones(3)])),
    ],
)  # fmt: skip
def test_refusals(error, named, build):
    p = np.ones((2, 2))
    with pytest.raises(error, match=named):
        build(p)
    assert (p == 1).all()


def test_a_decay_that_is_set_later_is_refused_before_anything_moves():
    for around in (Cautious, Hyperball):
        p = np.ones((2, 2))
        opt = around(Adam([p], lr=0.1))
        opt.param_groups[0]["weight_decay"] = 0.1
        with pytest.raises(ValueError, match="weight_decay must be 0"):
            opt.step([p.copy()])
        assert (p == 1).all() and opt.state == {}
