"""bfloat16, stochastic rounding, Kahan's sum and the loss scaler: by hand, and against torch."""

import numpy as np
import pytest
import torch

import optedu
from optedu.training import LossScaler, bfloat16, kahan_add, stochastic_round

F = np.float32
BAD_SETTINGS = [
    (dict(init_scale=0.0), ValueError, "init_scale"),
    (dict(init_scale=float("inf")), ValueError, "init_scale"),
    (dict(init_scale="big"), TypeError, "init_scale"),
    (dict(growth_factor=1.0), ValueError, "growth_factor"),
    (dict(growth_factor=float("inf")), ValueError, "growth_factor"),
    (dict(backoff_factor=1.0), ValueError, "backoff_factor"),
    (dict(backoff_factor=0.0), ValueError, "backoff_factor"),
    (dict(growth_interval=0), ValueError, "growth_interval"),
    (dict(growth_interval=2.0), TypeError, "growth_interval"),
]


def torchs(x):
    return torch.tensor(x).to(torch.bfloat16).to(torch.float32).numpy()


def same_bits(a, b):
    return np.array_equal(a.view(np.uint32), b.view(np.uint32))


def test_bfloat16_by_hand():
    u = F(2**-7)  # distance of neighbors in [1, 2)
    x = F([1 + u / 4, 1 + u / 2, 1 + 3 * u / 2, 1 + 0.51 * u, -1 - 0.51 * u, 0.999, 257])
    assert bfloat16(x).tolist() == [1, 1, 1 + 2 * u, 1 + u, -1 - u, 1, 256]


def test_bfloat16_is_torchs():
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2**32, 200_000, dtype=np.uint32)  # all exponents, NaN and subnormals too
    upper = np.arange(2**16, dtype=np.uint32) << 16
    every = np.concatenate([bits] + [upper + np.uint32(k) for k in (0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF)])
    x = every.view(F)
    ours, ref = bfloat16(x), torchs(x)
    assert np.array_equal(np.isnan(ours), np.isnan(ref))
    ok = ~np.isnan(ref)
    assert same_bits(ours[ok], ref[ok])
    assert np.isinf(ours).sum() > np.isinf(x).sum()  # past the largest value by half a unit


def test_bfloat16_shapes_and_input():
    x = np.arange(12, dtype=F).reshape(3, 4) / 7
    before = x.copy()
    assert same_bits(bfloat16(x)[:, ::2], bfloat16(x[:, ::2])) and np.array_equal(x, before)
    assert bfloat16(F(0.3)).shape == () and bfloat16(np.zeros((0, 2), F)).shape == (0, 2)
    assert same_bits(bfloat16(bfloat16(x)), bfloat16(x))


@pytest.mark.parametrize("x", [np.float64(0.3), np.zeros(2, np.float16), np.arange(3), [0.5]])
def test_other_dtypes_are_refused(x):
    for call in (bfloat16, lambda a: stochastic_round(a, np.random.default_rng(0))):
        with pytest.raises(TypeError, match="x must have dtype float32"):
            call(x)
    zero = np.zeros(np.shape(x), F)
    with pytest.raises(TypeError, match="update must have dtype float32"):
        kahan_add(zero, x, zero)


def test_stochastic_rounding_takes_a_neighbor_without_bias():
    rng = np.random.default_rng(1)
    for share in (0.0, 0.128, 0.5, 0.9):
        for sign in (1, -1):
            x = np.full(40_000, sign * (1 + share * 2**-7), F)
            got = stochastic_round(x, rng)
            assert set(got.tolist()) <= {sign * 1.0, sign * (1 + 2**-7)}
            error = 4 * 2**-7 * np.sqrt(share * (1 - share) / x.size) + 1e-9
            assert abs(got.mean(dtype=np.float64) - np.float64(x[0])) <= error


def test_stochastic_rounding_leaves_what_fits():
    rng = np.random.default_rng(2)
    x = np.concatenate([bfloat16(rng.standard_normal(1000).astype(F)), F([0, -0.0, np.inf, -np.inf, 2.0**-133])])
    assert same_bits(stochastic_round(x, rng), x)
    assert np.isnan(stochastic_round(F([np.nan]), rng)).all()
    with pytest.raises(TypeError, match="rng"):
        stochastic_round(x, 0)


def test_kahan_by_hand():
    p, lost = F([1.0]), F([0.0])
    seen = []
    for _ in range(4):
        p, lost = kahan_add(p, F([2**-9]), lost)
        seen.append((float(p[0]), float(lost[0])))
    # A quarter of a unit at a time: nothing, tie to even, then up with a quarter to give back.
    assert seen == [(1, 2**-9), (1, 2**-8), (1 + 2**-7, -(2**-9)), (1 + 2**-7, 0)]


def test_kahan_keeps_small_updates():
    rng = np.random.default_rng(3)
    updates = rng.uniform(0, 2e-3, (1000, 50)).astype(F)
    p, lost, plain = np.ones(50, F), np.zeros(50, F), np.ones(50, F)
    for u in updates:
        p, lost = kahan_add(p, u, lost)
        plain = bfloat16(plain + u)
    exact = 1 + updates.sum(0, dtype=np.float64)
    assert np.all(plain == 1) and abs(p - exact).max() < 2**-6
    with pytest.raises(ValueError, match="lost has shape"):
        kahan_add(p, u, np.zeros(3, F))


def drive(events, **settings):
    """Scale after each step, for torch and for us; an event says what the gradient is."""
    p, w = torch.nn.Parameter(torch.ones(3)), np.ones(3, F)
    theirs = torch.amp.GradScaler(device="cpu", **settings)
    ours, sgd, opt = LossScaler(**settings), torch.optim.SGD([p], lr=0.1), optedu.SGD([w], lr=0.1)
    for g in events:
        scaled = theirs.scale(torch.tensor(1.0)).item()
        assert scaled == ours.scale(1.0) == ours.get_scale()
        p.grad = torch.full((3,), g) * scaled
        theirs.step(sgd)
        theirs.update()
        grad = p.grad * scaled if np.isfinite(g) else p.grad
        taken = ours.step(opt, [np.array(grad.numpy())])
        ours.update()
        assert taken == np.isfinite(g)
        assert ours.state_dict() == theirs.state_dict()
        assert np.allclose(w, p.detach().numpy(), rtol=1e-6)
    return ours, theirs


@pytest.mark.parametrize(
    "settings",
    [
        dict(init_scale=2.0**10, growth_interval=3),
        dict(init_scale=1000.0, growth_factor=1.7, backoff_factor=0.3, growth_interval=1),
        dict(init_scale=2.0**126, growth_interval=2),
        dict(),
    ],
)
def test_scaler_is_torchs(settings):
    rng = np.random.default_rng(4)
    events = rng.choice([0.5, -1.5, float("inf"), float("nan")], 60, p=[0.5, 0.3, 0.1, 0.1])
    if settings.get("init_scale", 0) > 1e30:
        events = np.full(12, 1e-9)  # the scale stops below infinity
    drive(events.tolist(), **settings)


def test_scaler_under_nothing_but_nan_falls_to_zero():
    ours, theirs = drive([float("nan")] * 170)
    assert ours.get_scale() == theirs.get_scale() == 0


def test_scaler_checkpoint_goes_both_ways():
    ours, theirs = drive([1.0, 1.0, float("inf"), 1.0], growth_interval=3)
    copy = LossScaler()
    copy.load_state_dict(theirs.state_dict())
    assert copy.state_dict() == ours.state_dict()
    back = torch.amp.GradScaler(device="cpu")
    back.load_state_dict(ours.state_dict())
    assert back.state_dict() == ours.state_dict()
    kept = copy.state_dict()
    for bad in ({"scale": 1.0}, 3, {**kept, "growth_interval": 0}, {**kept, "scale": float("nan")}):
        with pytest.raises((TypeError, ValueError)):
            copy.load_state_dict(bad)
        assert copy.state_dict() == kept


@pytest.mark.parametrize("settings, error, name", BAD_SETTINGS)
def test_bad_settings_are_refused(settings, error, name):
    with pytest.raises(error, match=name):
        LossScaler(**settings)


def test_unscale_divides_and_reports():
    scaler = LossScaler(init_scale=8.0)
    grads = [np.array([8.0, -16.0]), None, F([4.0])]
    assert scaler.unscale_(grads) is False
    assert grads[0].tolist() == [1, -2] and grads[2].tolist() == [0.5]
    with pytest.raises(RuntimeError, match="unscale_"):
        scaler.unscale_(grads)
    w = [np.zeros(2), np.zeros(1), np.zeros(1, F)]
    assert scaler.step(optedu.SGD(w, lr=1.0), grads) and w[0].tolist() == [-1, 2]  # not divided again
    with pytest.raises(RuntimeError, match="step"):
        scaler.step(optedu.SGD(w, lr=1.0), grads)
    scaler.update()
    assert scaler.unscale_([F([1.0]), F([np.nan])]) is True
    assert not scaler.step(None, [F([1.0])])
    scaler.update()
    assert scaler.get_scale() == 4


def test_wrong_calls_change_nothing():
    scaler, g = LossScaler(init_scale=2.0), np.ones(2)
    with pytest.raises(RuntimeError, match="update"):
        scaler.update()
    for bad in ([g, np.ones(2, np.float16)], [g, np.arange(2)], [g, 1.0], g, "g"):
        with pytest.raises(TypeError, match="grads"):
            scaler.unscale_(bad)
        assert g.tolist() == [1, 1]
    assert scaler.unscale_([g]) is False and g.tolist() == [0.5, 0.5]


def test_a_gradient_of_two_parameters_is_unscaled_once():
    g, flat = np.full((2, 2), 10.0), np.ones(4)
    grads = [g, None, g, g.reshape(4), g.T]
    assert LossScaler(init_scale=10.0).unscale_(grads) is False and (g == 1).all()
    scaler, w = LossScaler(init_scale=10.0), [np.zeros((2, 2)) for _ in range(2)]
    g[...] = 10
    assert scaler.step(optedu.SGD(w, lr=1.0), [g, g]) and (w[0] == -1).all() and (w[1] == -1).all()
    scaler = LossScaler(init_scale=10.0)
    with pytest.raises(ValueError, match=r"grads\[2\] shares memory with grads\[0\]: in part"):
        scaler.unscale_([flat[:3], None, flat[1:]])
    assert (flat == 1).all() and not scaler.unscale_([flat])


def test_a_step_with_something_else_than_a_list_changes_nothing():
    scaler, g = LossScaler(init_scale=10.0), np.ones((2, 2))
    with pytest.raises(TypeError, match="grads must be a list of arrays, got ndarray"):
        scaler.step(optedu.SGD([np.zeros(2), np.zeros(2)], lr=1.0), g)  # its rows would have fitted
    assert (g == 1).all()


def test_a_scale_that_is_zero_in_float32():
    with pytest.raises(ValueError, match="init_scale must not be 0 in float32, got 1e-60"):
        LossScaler(init_scale=1e-60)


def test_a_refused_step_can_be_taken_again():
    scaler, w, g = LossScaler(init_scale=10.0), np.zeros(2), np.full(2, 10.0)
    with pytest.raises(ValueError, match="2 gradients for 1"):
        scaler.step(optedu.SGD([w], lr=1.0), [g, g])
    assert scaler.step(optedu.SGD([w], lr=1.0), [g]) and w.tolist() == [-1, -1]
