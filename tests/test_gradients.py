"""Clipping: torch's numbers, never a larger norm, and by norm the same direction."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.utils import clip_grad_norm_ as torch_norm
from torch.nn.utils import clip_grad_value_ as torch_value

from optedu import clip_grad_norm_, clip_grad_value_

INF, NAN = math.inf, math.nan


def random(*shapes, scale=1.0):
    rng = np.random.default_rng(0)
    return [scale * rng.standard_normal(s) for s in shapes]


def spoiled(value):
    grads = random((2, 3), (4,))
    grads[0][1, 2] = value
    return grads


GRADS = {
    "mixed": random((), (3,), (2, 3), (2, 1, 2, 2)),
    "one": random((5,)),
    "large": random((3,), (2, 2), scale=1e120),
    "small": random((3,), (2, 2), scale=1e-9),
    "zero": [np.zeros(3), np.zeros((2, 2))],
    "none": [None, *random((3,)), None],
    "with-empty": [np.ones((0, 3)), *random((3,))],
    "only-empty": [np.ones((0, 3))],
    "no-gradient": [],
    "only-none": [None, None],
    "inf": spoiled(INF),
    "-inf": spoiled(-INF),
    "nan": spoiled(NAN),
}

each_case = pytest.mark.parametrize("grads", GRADS.values(), ids=GRADS)


def pair(grads, dtype="float64"):
    """Copies for us, and parameters of torch that carry the same gradients."""
    ours = [None if g is None else np.array(g, dtype) for g in grads]
    theirs = [torch.nn.Parameter(torch.zeros(() if g is None else g.shape, dtype=getattr(torch, dtype))) for g in ours]
    for q, g in zip(theirs, ours, strict=True):
        q.grad = None if g is None else torch.tensor(g)
    return ours, theirs


def assert_same(ours, theirs, rtol):
    for g, q in zip(ours, theirs, strict=True):
        assert (g is None) == (q.grad is None)
        if g is not None:
            np.testing.assert_allclose(g, q.grad.numpy(), rtol=rtol)


@each_case
@pytest.mark.parametrize("norm_type", [1, 2.0, 3, 0.5, INF])
@pytest.mark.parametrize("max_norm", [0.0, 1e-3, 1, 1e9, INF])
@pytest.mark.parametrize("dtype, rtol", [("float64", 1e-13), ("float32", 1e-5)])
@pytest.mark.filterwarnings("ignore:(overflow|invalid):RuntimeWarning")  # NumPy mentions what torch does in silence
def test_norm_is_torchs(grads, norm_type, max_norm, dtype, rtol):
    if norm_type == INF and any(g is not None and g.size == 0 for g in grads):
        grads = [g for g in grads if g is None or g.size]  # torch knows no maximum of nothing
    if grads is GRADS["large"] and dtype == "float32":
        grads = [1e-110 * g for g in grads]  # torch sums in float32; see the overflow below
    ours, theirs = pair(grads, dtype)
    norm = clip_grad_norm_(ours, max_norm, norm_type)
    expected = torch_norm(theirs, max_norm, norm_type)
    assert type(norm) is float
    np.testing.assert_allclose(norm, float(expected), rtol=rtol)
    assert_same(ours, theirs, rtol)
    assert all(g is None or g.dtype == dtype for g in ours)


@each_case
@pytest.mark.parametrize("clip_value", [0, 1e-3, 0.5, 1e9, INF])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")
def test_value_is_torchs(grads, clip_value, dtype):
    ours, theirs = pair(grads, dtype)
    assert clip_grad_value_(ours, clip_value) is None
    if any(g is not None for g in grads):  # torch fails where there is nothing to do
        torch_value(theirs, clip_value)
    assert_same(ours, theirs, 0)
    assert all(g is None or g.dtype == dtype for g in ours)


def test_by_hand():
    grads = [np.array([3.0]), np.array([[4.0]])]
    assert clip_grad_norm_(grads, 1.0) == 5
    np.testing.assert_allclose([grads[0][0], grads[1][0, 0]], [0.6, 0.8], rtol=1e-6)
    assert clip_grad_norm_([np.array([3.0, -4.0])], 1, norm_type=1) == 7
    assert clip_grad_norm_([np.array([3.0, -4.0])], 1, norm_type=INF) == 4
    g = np.array([3.0, -4.0, 0.5])
    clip_grad_value_([g], 1)
    assert g.tolist() == [1, -1, 0.5]


def test_in_place():
    whole = np.full((4, 4), 2.0)
    view = whole[:, ::2]
    clip_grad_norm_([view], 1)
    assert (whole[:, 1::2] == 2).all() and (view < 2).all()
    clip_grad_value_([view.T], 0.1)
    assert (whole[:, 1::2] == 2).all() and (view == 0.1).all()


@pytest.mark.parametrize("grads", ["one array", "generator"])
def test_forms_of_grads(grads):
    g = np.array([3.0, 4.0])
    assert clip_grad_norm_(g if grads == "one array" else (a for a in [g]), 1) == 5
    assert g[0] < 1


def test_maximum_of_nothing():
    g = np.array([3.0, -4.0])
    assert clip_grad_norm_([np.ones((0, 3)), g], 2, INF) == 4
    np.testing.assert_allclose(g, [1.5, -2], rtol=1e-6)


def test_float32_norm_does_not_overflow():
    g = np.full(4, 1e30, np.float32)  # the sum of squares is beyond float32
    assert clip_grad_norm_([g], 1) == pytest.approx(2e30, rel=1e-6)
    np.testing.assert_allclose(g, 0.5, rtol=1e-6)


@pytest.mark.parametrize("value", [INF, -INF, NAN])
def test_error_if_nonfinite(value):
    ours, theirs = pair(spoiled(value))
    before = [g.tolist() for g in ours]
    with pytest.raises(RuntimeError):
        torch_norm(theirs, 1, error_if_nonfinite=True)
    with pytest.raises(ValueError, match=f"grads is {abs(value)}"):
        clip_grad_norm_(ours, 1, error_if_nonfinite=True)
    assert str([g.tolist() for g in ours]) == str(before)
    assert clip_grad_norm_(random((3,)), 1, error_if_nonfinite=True) > 0


# Properties

sizes = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8)
bounds = st.just(0.0) | st.floats(1e-6, 1e6)


@given(st.lists(sizes, min_size=1, max_size=4), bounds, st.sampled_from([1, 1.5, 2, 3, INF]))
def test_norm_never_rises(values, max_norm, order):
    grads = [np.array(v) for v in values]
    before = np.concatenate(grads)
    norm = clip_grad_norm_(grads, max_norm, order)
    after = np.concatenate(grads)
    assert norm == pytest.approx(np.linalg.norm(before, order), rel=1e-12, abs=1e-150)
    assert (abs(after) <= abs(before)).all()
    assert np.linalg.norm(after, order) <= min(max_norm, norm) * (1 + 1e-12) + 1e-300
    if norm <= max_norm - 2e-6:
        assert (after == before).all()
    # one factor for all, so that the direction of the step is kept
    np.testing.assert_allclose(after * abs(before).max(), before * abs(after).max(), rtol=1e-12, atol=1e-280)


@given(st.lists(sizes, min_size=1, max_size=4), bounds)
def test_value_never_rises(values, clip_value):
    grads = [np.array(v) for v in values]
    before = np.concatenate(grads)
    clip_grad_value_(grads, clip_value)
    after = np.concatenate(grads)
    assert (abs(after) == np.minimum(abs(before), clip_value)).all()
    assert (after * before >= 0).all()


# Errors

READ_ONLY = np.ones(2)
READ_ONLY.flags.writeable = False
GOOD = np.full(3, 9.0)

BAD = {
    "number": (lambda f: f(3.0, 1), TypeError, ["grads", "float"]),
    "none": (lambda f: f(None, 1), TypeError, ["grads", "NoneType"]),
    "dict": (lambda f: f({"w": GOOD}, 1), TypeError, ["grads", "dict"]),
    "string": (lambda f: f("abc", 1), TypeError, ["grads", "str"]),
    "list": (lambda f: f([GOOD, [1.0]], 1), TypeError, ["grads[1]", "list"]),
    "tensor": (lambda f: f([GOOD, torch.ones(2)], 1), TypeError, ["grads[1]", "Tensor"]),
    "integers": (lambda f: f([GOOD, np.arange(3)], 1), TypeError, ["grads[1]", "int64"]),
    "complex": (lambda f: f([GOOD, None, np.ones(2, complex)], 1), TypeError, ["grads[2]", "complex128"]),
    "read-only": (lambda f: f([GOOD, READ_ONLY], 1), ValueError, ["grads[1]", "read-only"]),
    "negative": (lambda f: f([GOOD], -1.0), ValueError, [">= 0", "-1.0"]),
    "nan": (lambda f: f([GOOD], NAN), ValueError, ["nan"]),
    "text": (lambda f: f([GOOD], "1"), TypeError, ["'1'"]),
    "missing": (lambda f: f([GOOD], None), TypeError, ["None"]),
    "array": (lambda f: f([GOOD], np.ones(3)), TypeError, ["array"]),
}  # fmt: skip


@pytest.mark.parametrize("call, kind, words", BAD.values(), ids=BAD)
@pytest.mark.parametrize("clip", [clip_grad_norm_, clip_grad_value_])
def test_errors(clip, call, kind, words):
    with pytest.raises(kind) as caught:
        call(clip)
    assert all(word in str(caught.value) for word in words)
    if "grads" not in words[0]:
        assert ("max_norm" if clip is clip_grad_norm_ else "clip_value") in str(caught.value)
    assert (GOOD == 9).all()


@pytest.mark.parametrize(
    "how, kind, words",
    [
        ({"norm_type": 0}, ValueError, ["norm_type", "0"]),
        ({"norm_type": -2.0}, ValueError, ["norm_type", "-2.0"]),
        ({"norm_type": -INF}, ValueError, ["norm_type", "-inf"]),
        ({"norm_type": NAN}, ValueError, ["norm_type", "nan"]),
        ({"norm_type": "fro"}, TypeError, ["norm_type", "fro"]),
        ({"error_if_nonfinite": 1}, TypeError, ["error_if_nonfinite", "1"]),
    ],
)
def test_errors_of_the_norm(how, kind, words):
    with pytest.raises(kind) as caught:
        clip_grad_norm_([GOOD], 1.0, **how)
    assert all(word in str(caught.value) for word in words)
    assert (GOOD == 9).all()


# Memory that several gradients show


@pytest.mark.parametrize(
    "again",
    [lambda g: g, lambda g: g[:], lambda g: g.reshape(-1), lambda g: g.T, lambda g: g[::-1], lambda g: g[..., None]],
    ids=["same", "view", "flat", "transposed", "reversed", "deeper"],
)
def test_a_gradient_of_two_parameters_is_scaled_once(again):
    """As of both terms of a sum. It counts twice in the norm, so that the joint norm is the limit."""
    g, h = np.full((2, 3), 100.0), np.full(3, 100.0)
    grads = [g, None, h, again(g)]
    assert clip_grad_norm_(grads, 15.0) == pytest.approx(100 * 15**0.5)
    joint = math.sqrt(sum((g**2).sum() for g in grads if g is not None))
    assert joint == pytest.approx(15, rel=1e-6) and len({*g.flat, *h.flat}) == 1
    g[...] = 7
    clip_grad_value_([g, again(g)], 2)
    assert (g == 2).all()


def test_what_torch_does_with_it():
    """The same norm; but torch multiplies the numbers twice, so that the joint norm is far below the limit."""
    q = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    q.grad = torch.tensor([100.0], dtype=torch.float64)
    g = np.array([100.0])
    limit = math.sqrt(2) * 10
    assert float(torch_norm([q, q], limit)) == pytest.approx(clip_grad_norm_([g, g], limit))
    assert float(q.grad) == pytest.approx(1) and g == pytest.approx(10)


def test_columns_in_turn_overlap_only_at_first_sight():
    whole = np.full((4, 4), 3.0)
    clip_grad_norm_([whole[:, ::2], whole[:, 1::2], np.empty((0, 4)), np.empty((0, 4))], 6.0)
    np.testing.assert_allclose(whole, 1.5, rtol=1e-6)


def folded():
    return np.lib.stride_tricks.as_strided(np.ones(3), (2, 3), (0, 8))


FLAT = np.full(6, 9.0)


@pytest.mark.parametrize(
    "grads, words",
    [
        ([FLAT[:4], None, FLAT[3:]], r"grads\[2\] shares memory with grads\[0\]: in part"),
        ([FLAT, FLAT[:3]], r"grads\[1\] shares memory with grads\[0\]: in part"),
        ([FLAT[::2], np.ones(1), FLAT[:3]], r"grads\[2\] shares memory with grads\[0\]: in part"),
        ([FLAT, FLAT.view(np.float32)], r"grads\[1\] shares memory with grads\[0\]: in part"),
        ([FLAT, folded()], r"grads\[1\] of shape \(2, 3\) shows the same memory in several places"),
    ],
)
def test_gradients_that_overlap_are_refused(grads, words):
    with pytest.raises(ValueError, match=words):
        clip_grad_norm_(grads, 1.0)
    assert (FLAT == 9).all()


def test_a_strict_error_state_stops_nothing_half_way():
    grads = [np.array([1e-320]), np.array([3.0]), np.array([INF])]
    with np.errstate(all="raise"):
        clip_grad_norm_(grads[:2], 1.0, norm_type=INF)
        clip_grad_value_(grads, 1.0)
    assert grads[1][0] == pytest.approx(1 / 3 * 3) and grads[2] == 1
