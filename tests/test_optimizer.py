"""The loop that all optimizers share: what a gradient may be, counters, memory, groups."""

import copy
from typing import ClassVar

import numpy as np
import pytest
import torch

import optedu
from optedu.core.engines import BLOCK_BYTES
from optedu.zoo import ZOO

WAIT = max(entry.waits for entry in ZOO.values())
"""Steps at the most before a rule moves."""

GRADS = np.random.default_rng(0).standard_normal((6, 2, 3))


def run(entry, p, grads=GRADS, **settings):
    opt = entry.cls([p], **settings)
    for g in grads:
        opt.step([g])
    return p


def a_path(entry, **settings):
    return run(entry, np.ones((2, 3)), **settings)


# Gradients


def test_none_leaves_everything(entry):
    for settings in entry.sample():
        x, y = np.ones(3), np.ones(2)
        opt = entry.cls([x, y], **settings)
        opt.step([None, y / 2])
        assert opt.state_dict()["state"].get(0, {}).get("step", 0) == 0
        opt.step([x / 2, y / 2])
        kept, state = x.copy(), copy.deepcopy(opt.state.get(0))
        opt.step([None, y / 2])  # decay and momentum would move it
        np.testing.assert_array_equal(x, kept)
        assert str(opt.state.get(0)) == str(state)


def test_zero_gradient_is_a_gradient(entry):
    """It counts, it decays the averages, and the weight decay acts."""
    p = np.ones(3)
    decays = "weight_decay" in entry.cls.settings
    opt = entry.cls([p], lr=0.1, **({"weight_decay": 0.5} if decays else {}))
    opt.step([np.zeros(3)])
    if entry.cls.counts_steps:
        assert opt.state[0]["step"] == 1
    for _ in range(WAIT):
        opt.step([np.zeros(3)])
    assert (p < 1).all() == (decays and entry.decays_vectors and not entry.together)  # which knows no rate


def test_zero_gradient_goes_on_with_momentum():
    p = np.zeros(1)
    opt = optedu.SGD([p], lr=1, momentum=0.5)
    opt.step([np.ones(1)])
    opt.step([np.zeros(1)])
    assert p == -1.5


def test_each_parameter_counts_for_itself(entry):
    """Two parameters that get the same gradients at different times go the same way."""
    if entry.together:
        pytest.skip("its estimate is one for all parameters, and grows between their turns")
    x, y = np.ones(3), np.ones(3)
    opt = entry.cls([x, y], lr=0.1)
    for t, g in enumerate(np.linspace(1, 2, 5)):
        opt.step([np.full(3, g), None])
        if entry.cls.counts_steps:
            assert opt.state[0]["step"] == t + 1
    for g in np.linspace(1, 2, 5):
        opt.step([None, np.full(3, g)])
    np.testing.assert_array_equal(x, y)


def test_gradients_are_not_changed(entry):
    for settings in entry.sample():
        g = np.array([1.0, -2.0, 3.0])
        opt = entry.cls([np.ones(3)], **settings)
        for _ in range(3):
            opt.step([g])
            assert g.tolist() == [1, -2, 3], settings


def test_state_is_not_the_gradient(entry):
    """A caller may reuse its buffer for the next gradient."""
    for settings in entry.sample():
        reused, p = np.empty((2, 3)), np.ones((2, 3))
        opt = entry.cls([p], **settings)
        for g in GRADS:
            reused[...] = g
            opt.step([reused])
            reused[...] = np.nan
        np.testing.assert_array_equal(p, a_path(entry, **settings))
        held = [v for v in opt.state.get(0, {}).values() if isinstance(v, np.ndarray)]
        assert not any(np.shares_memory(v, a) for v in held for a in (p, reused))


def test_gradient_that_is_a_parameter(entry):
    """The gradient of xy is (y, x): both move from where they were, not one after the other."""
    x, y = np.array([2.0]), np.array([-3.0])
    a, b = x.copy(), y.copy()
    opt, other = entry.cls([x, y], lr=0.1), entry.cls([a, b], lr=0.1)
    for _ in range(4):
        opt.step([y, x])
        other.step([b.copy(), a.copy()])
    assert (x, y) == (a, b)


def test_gradient_that_is_a_view_of_a_parameter(entry):
    w = np.arange(1.0, 7.0).reshape(2, 3)
    v, q = w.copy(), np.ones(3)
    r = q.copy()
    opt, other = entry.cls([w, q], lr=0.1), entry.cls([v, r], lr=0.1)
    for _ in range(3):
        opt.step([w[::-1], w[0]])
        other.step([v[::-1].copy(), v[0].copy()])
    np.testing.assert_array_equal(w, v)
    np.testing.assert_array_equal(q, r)


def test_layout_of_gradients_does_not_matter(entry):
    def strided(g):
        return np.repeat(g, 2, axis=1)[:, ::2]

    for settings in entry.sample():
        for layout in (np.asfortranarray, strided, lambda g: g[::-1].copy()[::-1], np.ndarray.tolist):
            found = run(entry, np.ones((2, 3)), map(layout, GRADS), **settings)
            np.testing.assert_array_equal(found, a_path(entry, **settings))


def test_gradients_come_from_any_iterable(entry):
    p = np.ones((2, 3))
    opt = entry.cls(p for p in [p])
    for g in GRADS:
        opt.step(g for g in (g,))
    np.testing.assert_array_equal(p, a_path(entry))


# Memory


def test_layout_of_parameters_does_not_matter(entry):
    for settings in entry.sample():
        expected = a_path(entry, **settings)
        wide = np.full((2, 6), 1.0)
        for p in (np.ones((2, 3), order="F"), wide[:, ::2], np.ones((3, 2)).T, np.ones((2, 3))[::-1]):
            before = p
            found = run(entry, p, **settings)
            if entry.elementwise:
                np.testing.assert_array_equal(found, expected)
            else:  # a norm adds up in the order of the memory
                np.testing.assert_allclose(found, expected, rtol=1e-13)
            assert p is before
        assert (wide[:, 1::2] == 1).all()  # what lies between stays


def test_in_place(entry):
    """The caller's array moves, and all who look at it see it."""
    whole = np.ones(6)
    view = whole[:3]
    opt = entry.cls([view], lr=0.1)
    for _ in range(1 + WAIT):
        opt.step([np.ones(3)])
    assert (whole[:3] < 1).all() and (whole[3:] == 1).all()
    assert opt.param_groups[0]["params"][0] is view


def test_large_parameter_is_swept_whole(pure_entry):
    entry = pure_entry
    n = 2 * BLOCK_BYTES // 8 + 3
    p = np.ones(n)
    opt = entry.cls([p], lr=0.1)
    for g in (1.0, -2.0, 0.5):
        opt.step([np.full(n, g)])
    q = np.ones(1)
    opt = entry.cls([q], lr=0.1)
    for g in (1.0, -2.0, 0.5):
        opt.step([np.full(1, g)])
    np.testing.assert_array_equal(p, np.full(n, q[0]))


def test_trains_a_torch_parameter_without_a_copy(torch_entry):
    entry = torch_entry
    torch.manual_seed(0)
    layer = torch.nn.Linear(3, 2)
    address = [p.data_ptr() for p in layer.parameters()]
    twin = copy.deepcopy(layer)
    x, y = torch.randn(20, 3), torch.randn(20, 2)
    opt = entry.cls([p.detach().numpy() for p in layer.parameters()], lr=0.01)
    reference = getattr(torch.optim, entry.name)(twin.parameters(), lr=0.01)
    for _ in range(10):
        for net in (layer, twin):
            net.zero_grad()
            ((net(x) - y) ** 2).mean().backward()
        opt.step([p.grad.numpy() for p in layer.parameters()])
        reference.step()
    assert [p.data_ptr() for p in layer.parameters()] == address
    for p, q in zip(layer.parameters(), twin.parameters(), strict=True):
        assert p.dtype == torch.float32
        torch.testing.assert_close(p, q, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_state_has_the_dtype_of_its_parameter(entry, dtype):
    if dtype == "float16" and not entry.half:
        pytest.skip("no decompositions in NumPy, or an eps and a d0 that are zero in float16")
    for settings in entry.sample():
        p = np.ones(3, dtype)
        opt = entry.cls([p], **settings)
        opt.step([p / 2])
        sizes = entry.held(p.shape, opt.param_groups[0]) if entry.held else {}
        coded = {name for name, size in sizes.items() if size.itemsize}  # these have a precision of their own
        held = [v for n, v in opt.state.get(0, {}).items() if isinstance(v, np.ndarray) and n not in coded]
        assert all(v.dtype == dtype and v.shape == p.shape for v in held), settings


@pytest.mark.parametrize("name", [name for name, entry in ZOO.items() if entry.decomposes])
def test_half_precision_has_no_decompositions(name):
    with pytest.raises(TypeError, match=r"params\[0\] has dtype float16.* use float32"):
        getattr(optedu, name)([np.ones((2, 2), np.float16)])


# Groups and settings


def test_groups(entry):
    x, y = np.ones(2), np.ones(2)
    opt = entry.cls([{"params": [x]}, {"params": y, "lr": 0.0, "name": "frozen"}], lr=0.1)
    for _ in range(1 + WAIT):
        opt.step([np.ones(2), np.ones(2)])
    assert (x < 1).all() and ((y == 1).all() or entry.name == "Rprop")  # whose sizes have a least one
    assert [group["lr"] for group in opt.param_groups] == [0.1, 0.0]
    assert opt.param_groups[1]["name"] == "frozen"


def test_group_is_copied(entry):
    """The caller's dictionary stays the caller's."""
    mine = {"params": [np.ones(2)], "lr": 0.1}
    opt = entry.cls([mine])
    opt.param_groups[0]["lr"] = 0.7
    assert mine.keys() == {"params", "lr"} and mine["lr"] == 0.1


def test_added_group_takes_the_defaults(entry):
    x, y = np.ones(2), np.ones(2)
    opt = entry.cls([x], lr=0.25)
    opt.step([np.ones(2)])
    opt.param_groups[0]["lr"] = 0.5  # a default is what the constructor was given, not what became of it
    opt.add_param_group({"params": y})
    first, second = ({k: v for k, v in g.items() if k not in ("params", "lr")} for g in opt.param_groups)
    assert first == second and opt.param_groups[1]["lr"] == 0.25
    opt.param_groups[0]["lr"] = 0.25
    for _ in range(1 + WAIT):
        opt.step([np.ones(2), np.ones(2)])
    assert (y < 1).all()


def test_settings_are_read_at_each_step(torch_entry):
    entry = torch_entry
    if entry.name in ("Rprop", "ASGD"):
        pytest.skip("lr is the first step size alone, or that of the step after: as in torch")
    p = np.ones(2)
    opt = entry.cls([p], lr=0.1)
    opt.step([np.ones(2)])
    opt.param_groups[0]["lr"] = 0
    kept = p.copy()
    opt.step([np.ones(2)])
    np.testing.assert_array_equal(p, kept)
    opt.param_groups[0]["maximize"] = True
    opt.param_groups[0]["lr"] = 0.1
    for _ in range(50):
        opt.step([np.ones(2)])
    assert (p > kept).all()


def test_repr_shows_every_setting(entry):
    opt = entry.cls([{"params": [np.ones(2), np.ones(3)]}, {"params": np.ones(1), "lr": 0.125}])
    text = repr(opt)
    assert text.startswith(entry.name) and "2 arrays" in text and "lr=0.125" in text
    assert all(f"{name}=" in text for name in entry.cls.settings)
    assert "array(" not in text


def test_example_of_the_readme():
    w = np.array([5.0, 2.0])
    opt = optedu.Adam([w], lr=0.1)
    opt.step([2 * w])
    np.testing.assert_allclose(w, [4.9, 1.9], rtol=1e-9)  # each component moves by lr
    for _ in range(300):
        opt.step([2 * w])
    assert np.abs(w).max() < 1e-3


def test_own_optimizer_in_a_few_lines():
    """What the base asks of a subclass: settings, a rule, the state that it needs."""

    def sign_momentum(g, p, m, *, lr, beta):
        m = m + (1 - beta) * (g - m)
        return p - lr * np.sign(m), m

    class SignMomentum(optedu.Optimizer):
        settings: ClassVar = dict(lr=optedu.core.checks.nonnegative, beta=optedu.core.checks.decay)
        rule = sign_momentum
        counts_steps = False

        def __init__(self, params, lr=0.5, beta=0.5):
            super().__init__(params, dict(lr=lr, beta=beta))

        def initial_state(self, p, settings):
            return {"exp_avg": 0.0}

    p = np.zeros(2)
    opt = SignMomentum([p])
    opt.step([np.array([3.0, -1.0])])
    opt.step([np.array([-1.0, 0.25])])  # the averages are 1.5, -0.5 and then 0.25, -0.125
    assert p.tolist() == [-1, 1] and opt.state[0]["exp_avg"].tolist() == [0.25, -0.125]
    with pytest.raises(ValueError, match="beta must be in .*1.5"):
        SignMomentum([p], beta=1.5)


def test_shared_memory_names_the_first_pair_wherever_it_lies():
    """Of two pairs, the one whose second parameter comes first: not the one at the lower address."""
    a = np.zeros(8)
    low, high = slice(0, 4), slice(4, 8)
    for order in ((high, low, high, low), (low, high, low, high)):
        with pytest.raises(ValueError, match=r"params\[2\] shares memory with params\[0\]"):
            optedu.SGD([a[part] for part in order])
