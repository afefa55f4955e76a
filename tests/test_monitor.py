"""The monitor judges a norm by those before it; adaptive clipping is the paper's, unit by unit."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from optedu import clip_grad_norm_
from optedu.training import Alarm, GradientNormMonitor, clip_grad_adaptive_

INF, NAN = math.inf, math.nan


def fed(norms, **how):
    monitor = GradientNormMonitor(**how)
    return monitor, [bool(monitor.update(n)) for n in norms]


# The monitor


def test_by_hand():
    monitor, fired = fed([1, 3, 2, 20, 20, 2], warmup=3, factor=10)
    assert fired == [False] * 6  # after three norms the medians of the past are 2, 2.5 and 3
    assert monitor.update(25) is None  # 1, 2, 2, 3, 20, 20: ten times 2.5 is not exceeded
    assert monitor.update(30.1) == Alarm(8, 30.1, 3.0)
    assert list(monitor.alarms) == [(8, 30.1, 3.0)] and monitor.step == 8


def test_first_spike_after_warm_up_fires():
    _, fired = fed([1.0] * 10 + [10.01])
    assert fired == [False] * 10 + [True]
    _, fired = fed([1.0] * 9 + [1e9])
    assert not any(fired)


@given(st.lists(st.floats(0.1, 99.0), min_size=1, max_size=9), st.integers(-40, 40))
def test_scale_does_not_matter(norms, exponent):
    assert fed(norms, warmup=1)[1] == fed([2.0**exponent * n for n in norms], warmup=1)[1]


@pytest.mark.parametrize("bad", [INF, NAN])
def test_not_finite_fires_at_once_and_hides_nothing(bad):
    monitor, fired = fed([bad, 1.0, 1.0, bad, 1e6, 1.0], warmup=2)
    assert fired == [True, False, False, True, True, False]
    assert all(map(math.isfinite, monitor.norms)) and len(monitor.norms) == 4
    assert math.isnan(monitor.alarms[0].median)


def test_one_spike_hides_no_other():
    _, fired = fed([1.0] * 20 + [1e9] + [1.0] * 5 + [20.0])
    assert [i for i, f in enumerate(fired) if f] == [20, 26]


def test_lasting_jump_is_normal_after_half_a_window():
    _, fired = fed([1.0] * 100 + [1000.0] * 100, window=40)
    assert sum(fired) == 20 and fired[100:120] == [True] * 20


@pytest.mark.parametrize("window, factor", [(100, 10.0), (21, 3.0)])
def test_steady_growth(window, factor):
    limit = factor ** (2 / (window + 1))
    assert not any(fed([(limit - 0.002) ** t for t in range(300)], window=window, factor=factor, warmup=window)[1])
    assert all(fed([(limit + 0.002) ** t for t in range(300)], window=window, factor=factor, warmup=window)[1][window:])


def test_takes_gradients_or_norms():
    grads = [np.array([3.0]), None, np.array([[4.0]]), np.ones((0, 2))]
    for given_ in (grads, 5, np.float32(5), np.array(5.0), torch.tensor(5.0), clip_grad_norm_(grads, INF)):
        monitor = GradientNormMonitor()
        monitor.update(given_)
        assert list(monitor.norms) == [5.0]
    assert grads[0][0] == 3
    monitor.update([])
    assert monitor.norms[-1] == 0
    assert monitor.update([np.array([1.0, NAN])])


def test_memory_is_bounded():
    monitor, _ = fed([1.0, NAN] * 500, window=30)
    assert len(monitor.norms) == len(monitor.alarms) == 30 and monitor.step == 1000


def test_state_goes_through_json_and_goes_on():
    norms = np.exp(np.random.default_rng(0).standard_normal(60)).tolist()
    norms[20], norms[40] = NAN, 1e3
    whole, fired = fed(norms, window=15)
    half, _ = fed(norms[:30], window=15)
    other = GradientNormMonitor(window=15)
    other.load_state_dict(json.loads(json.dumps(half.state_dict())))
    assert [bool(other.update(n)) for n in norms[30:]] == fired[30:] and any(fired[30:])
    assert str(other.state_dict()) == str(whole.state_dict())
    short = GradientNormMonitor(window=10)
    short.load_state_dict(whole.state_dict())
    assert list(short.norms) == list(whole.norms)[-10:]


@pytest.mark.parametrize(
    "how, kind, words",
    [
        ({"window": 0}, ValueError, "window.*0"),
        ({"window": 2.5}, TypeError, "window.*2.5"),
        ({"factor": 1}, ValueError, "factor.*1"),
        ({"factor": INF}, ValueError, "factor.*inf"),
        ({"factor": NAN}, ValueError, "factor.*nan"),
        ({"factor": "10"}, TypeError, "factor.*'10'"),
        ({"warmup": 0}, ValueError, "warmup.*0"),
        ({"window": 5, "warmup": 6}, ValueError, "warmup.*6"),
    ],
)
def test_refused_settings(how, kind, words):
    with pytest.raises(kind, match=words):
        GradientNormMonitor(**how)


@pytest.mark.parametrize(
    "bad, kind",
    [(-1.0, ValueError), (True, TypeError), (None, TypeError), ("5", TypeError), ({}, TypeError), ([1.0], TypeError)],
)
def test_refused_gradients_are_not_recorded(bad, kind):
    monitor = GradientNormMonitor()
    with pytest.raises(kind, match="grads"):
        monitor.update(bad)
    assert monitor.step == 0 and not monitor.norms


@pytest.mark.parametrize(
    "change, kind",
    [
        ({"step": -1}, ValueError),
        ({"step": 1.5}, TypeError),
        ({"norms": [1.0, -2.0]}, ValueError),
        ({"norms": [INF]}, ValueError),
        ({"norms": ["a"]}, TypeError),
        ({"alarms": [(1, 2.0)]}, ValueError),
        ({"alarms": [(1.5, 2.0, 3.0)]}, TypeError),
        ({"alarms": [(0, 2.0, 3.0)]}, ValueError),
        ({"alarms": [(14, 2.0, 3.0)]}, ValueError),
        ({"alarms": [(5, 2.0, 3.0), (5, 2.0, 3.0)]}, ValueError),
        ({"alarms": [(5, -2.0, 3.0)]}, ValueError),
        ({"alarms": ["abc"]}, TypeError),
        ({"alarms": 3}, TypeError),
        ({"norms": 3}, TypeError),
        ({"norms": "12"}, TypeError),
        ({"step": 12, "alarms": []}, ValueError),
        ({"more": 1}, TypeError),
    ],
)
def test_refused_state_changes_nothing(change, kind):
    monitor, _ = fed([1.0] * 12 + [99.0])
    before = monitor.state_dict()
    with pytest.raises(kind):
        monitor.load_state_dict({**before, **change})
    with pytest.raises(TypeError):
        monitor.load_state_dict([1])
    assert monitor.state_dict() == before


# Adaptive clipping


def test_adaptive_by_hand():
    w = np.array([[3.0, 4.0], [0.0, 0.0]])
    g = np.array([[0.3, -0.4], [0.0, 2.0]])
    b, h = np.array([6.0, 8.0]), np.array([0.0, 0.5])
    clip_grad_adaptive_([w, b], [g, h], clipping=0.02, eps=0.01)
    # unit norms of w: 5 and 0, taken as 0.01; limits 0.1, 0.0002; the vector's limit 0.2
    np.testing.assert_allclose(g, [[0.06, -0.08], [0, 0.0002]], rtol=1e-12)
    np.testing.assert_allclose(h, [0, 0.2], rtol=1e-12)
    assert (w[0] == [3, 4]).all()


@pytest.mark.parametrize("shape", [(), (4,), (3, 5), (2, 3, 4), (2, 3, 2, 2)])
@pytest.mark.parametrize("clipping", [1e-4, 0.01, 0.5, 1e3])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_adaptive_against_torch(shape, clipping, dtype):
    rng = np.random.default_rng(0)
    w, g = (np.asarray(rng.standard_normal(shape), dtype) for _ in range(2))
    if len(shape) > 1:
        w[0], g[-1] = 0, 0
    units = (shape[0], -1) if len(shape) > 1 else (1, -1)
    p, q = torch.tensor(w).reshape(units), torch.tensor(g).reshape(units)
    size = p.norm(dim=1, keepdim=True).clamp(min=1e-3)
    expected = torch.renorm(q / size, 2, 0, clipping) * size  # bounds the norm of each row
    clip_grad_adaptive_([w], [g], clipping)
    assert g.dtype == dtype
    np.testing.assert_allclose(g, expected.reshape(shape).numpy(), rtol=1e-5)


def test_unit_axis():
    rng = np.random.default_rng(0)
    w, g = rng.standard_normal((3, 5)), rng.standard_normal((3, 5))
    other = g.copy()
    clip_grad_adaptive_([w], [g], 0.1)
    clip_grad_adaptive_([w.T], [other.T], 0.1, unit_axis=-1)
    assert (g == other).all()
    np.testing.assert_allclose(np.linalg.norm(g, axis=1), 0.1 * np.linalg.norm(w, axis=1))


@pytest.mark.parametrize("bad", [INF, -INF, NAN])
def test_a_bad_gradient_spoils_its_unit_alone(bad):
    w, g = np.ones((3, 2)), np.ones((3, 2))
    g[1, 0] = bad
    clip_grad_adaptive_([w, w], [g, None], 0.1)
    assert np.isnan(g[1, 0]) and np.isfinite(g[[0, 2]]).all()


GOOD = np.full((2, 2), 9.0)


@pytest.mark.parametrize(
    "args, how, kind, words",
    [
        (([GOOD], [GOOD, GOOD]), {}, ValueError, "2 grads for 1 params"),
        (([GOOD], [np.ones(2)]), {}, ValueError, r"grads\[0\].*shape"),
        (([GOOD], [np.ones((2, 2), np.float32)]), {}, TypeError, r"grads\[0\].*dtype"),
        (([GOOD], [[1.0]]), {}, TypeError, r"grads\[0\].*list"),
        ((3.0, [GOOD]), {}, TypeError, "params.*float"),
        (([GOOD], {"w": GOOD}), {}, TypeError, "grads.*dict"),
        (([GOOD], [GOOD]), {"clipping": -1}, ValueError, "clipping.*-1"),
        (([GOOD], [GOOD]), {"eps": NAN}, ValueError, "eps.*nan"),
        (([GOOD], [GOOD]), {"unit_axis": 2}, ValueError, "unit_axis 2"),
        (([GOOD], [GOOD]), {"unit_axis": 0.0}, TypeError, "unit_axis.*0.0"),
        (([GOOD], [GOOD]), {}, ValueError, r"grads\[0\] shares memory with params\[0\]"),
        (([GOOD, np.ones((2, 2))], [np.ones((2, 2)), GOOD.T]), {}, ValueError, r"grads\[1\].*with params\[0\]"),
        (([np.ones((2, 2)), GOOD], [GOOD, None]), {}, ValueError, r"grads\[0\].*with params\[1\]"),
        (([np.ones((2, 2))] * 2, [GOOD, GOOD]), {}, ValueError, r"grads\[1\] shares memory with grads\[0\]"),
        (([np.ones(1), np.ones(2)], [GOOD[0, :1], GOOD[0]]), {}, ValueError, r"grads\[1\].*with grads\[0\]"),
    ],
)
def test_adaptive_refuses(args, how, kind, words):
    with pytest.raises(kind, match=words):
        clip_grad_adaptive_(*args, **how)
    assert (GOOD == 9).all()
