"""No silent wrong answer: what once was one, and what an optimizer of one's own may do to become one.

Everything goes through what is public, on each engine, on small arrays and on arrays of many blocks.
"""

import copy
import pickle
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from own import LARGE, SMALL, called, everything, own, ramp, stepped, taken

import optedu
from optedu import Optimizer
from optedu.core import checks
from optedu.training import LossScaler, clip_grad_norm_
from optedu.zoo import ZOO

ROOT = Path(__file__).parents[1]


@pytest.fixture(params=["numpy", "numba", "rule"], autouse=True)
def engine(request):
    if request.param == "numba":
        pytest.importorskip("numba")
    before = optedu.engine()
    yield optedu.engine(request.param)
    optedu.engine(before)


@pytest.fixture(params=[SMALL, LARGE], ids=["small", "large"])
def n(request):
    return request.param


# S1: a copy of an optimizer that has stepped goes on as its original


COPIES = {"pickle": lambda opt: pickle.loads(pickle.dumps(opt)), "deepcopy": copy.deepcopy}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("name", ZOO)
def test_a_copy_goes_on_bit_for_bit(name, how):
    entry = ZOO[name]
    first, *_, last = entry.sample()
    for settings in (first, last):
        opt = stepped(entry, settings)
        twin = COPIES[how](opt)
        assert everything(twin) == everything(opt)
        for seed in range(3, 6):
            for one in (opt, twin):
                one.param_groups[0]["lr"] *= 0.5  # a change after the copy
                taken(entry, one, seed)
            assert everything(twin) == everything(opt), settings
        taken(entry, opt, 6)
        assert everything(twin) != everything(opt)  # they share nothing


@pytest.mark.parametrize("name", ["AdamW", "LAMB", "SOAP"])
def test_a_large_one_too(name):
    opt = stepped(ZOO[name], {}, large=True)
    twins = [how(opt) for how in COPIES.values()]
    for one in (opt, *twins):
        taken(ZOO[name], one, 3)
    assert everything(opt) == everything(twins[0]) == everything(twins[1])


@pytest.mark.parametrize("name", ZOO)
def test_a_shallow_copy_shares_parameters_and_state(name):
    entry = ZOO[name]
    opt, other = (stepped(entry, {}) for _ in range(2))
    twin = copy.copy(opt)
    assert twin.params[0] is opt.params[0]
    for seed in range(3, 6):
        taken(entry, twin if seed % 2 else opt, seed)
        taken(entry, other, seed)
    assert everything(opt) == everything(other)


def test_s1_a_rate_changed_after_a_deepcopy_counts():
    opt = optedu.SGD([np.zeros(1)], lr=1.0)
    opt.step([np.ones(1)])
    twin = copy.deepcopy(opt)
    twin.param_groups[0]["lr"] = 0.5
    twin.step([np.ones(1)])
    assert twin.params[0] == -1.5 and opt.params[0] == -1.0


# S2: make clean


def test_s2_make_clean_removes_what_was_built_and_no_more(tmp_path, engine):
    if engine != "numpy":
        pytest.skip("no engine in it")
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    kept = ["run/data.txt", "run 1/data.txt", ".venv/lib/__pycache__/x.pyc", "a 'b\"/c.txt"]
    gone = [
        "run 1/__pycache__/x.pyc",
        "a 'b\"/__pycache__/x.pyc",
        "__pycache__/y.pyc",
        "n/.ipynb_checkpoints/z",
        "_build/x",
    ]
    for name in kept + gone:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("here")
    subprocess.run(["make", "-C", str(tmp_path), "clean"], check=True, capture_output=True)
    assert all((tmp_path / name).exists() for name in kept)
    assert not any((tmp_path / name).exists() for name in gone)


# S3, S4: states that feed each other, and states handed on


def test_s3_states_that_feed_each_other(n):
    p = np.zeros(n)
    opt = own(lambda g, p, u, v, *, lr: (p - lr * u, v + g, u - g), p, "u", "v", lr=0.5)
    opt.step([np.ones(n)])
    assert (opt.state[0]["u"] == 1).all() and (opt.state[0]["v"] == -1).all() and (p == 0).all()
    opt.step([np.ones(n)])
    assert (opt.state[0]["u"] == 0).all() and (opt.state[0]["v"] == 0).all() and (p == -0.5).all()


TERMS = ["g", "p", "u", "v", "u + v", "v - u", "u * g", "p - v", "u - p", "v + g", "2 * u + v", "abs(v - g)"]


@pytest.mark.parametrize("new_p", ["p - u", "v", "g + u * v"])
def test_s3_every_small_rule_of_two_states(new_p, engine):
    if engine == "numba":
        pytest.skip("150 compilations; test_fuzz compiles rules like these")
    rng = np.random.default_rng(0)
    for new_u in TERMS:
        for new_v in TERMS:
            rule = eval(f"lambda g, p, u, v: ({new_p}, {new_u}, {new_v})")
            g, p, u, v = rng.standard_normal((4, 5))
            opt = own(rule, p, "u", "v")
            opt.step([g])
            opt.state[0]["u"][...], opt.state[0]["v"][...], p[...] = u, v, 1.5
            expected = called(rule, g, p, u, v)
            opt.step([g])
            found = [p, opt.state[0]["u"], opt.state[0]["v"]]
            assert all(map(np.array_equal, found, expected)), (new_p, new_u, new_v)


@pytest.mark.parametrize("elementwise", [..., True, False], ids=["unstated", "blocks", "whole"])
def test_s4_an_old_state_is_handed_on(n, elementwise):
    p = np.zeros(n)
    opt = own(lambda g, p, a, b, *, lr: (p - lr * g, g, a), p, "a", "b", lr=1.0, elementwise=elementwise)
    for g in (1.0, 2.0, 3.0):
        opt.step([np.full(n, g)])
    assert (opt.state[0]["a"] == 3).all() and (opt.state[0]["b"] == 2).all() and (p == -6).all()


@pytest.mark.parametrize("elementwise", [..., True, False], ids=["unstated", "blocks", "whole"])
def test_s4_three_states_in_a_ring_and_the_old_parameter(n, elementwise):
    p = np.full(n, 5.0)
    opt = own(lambda g, p, a, b, c: (p - g, c + g, a, p), p, "a", "b", "c", elementwise=elementwise)
    for g in (1.0, 2.0, 4.0):
        opt.step([np.full(n, g)])
    # p: 5 4 2 -2, c: 0 5 4 2, a: 0 1 7 8, b: 0 0 1 7
    assert [float(x[-1]) for x in (p, *map(opt.state[0].get, "abc"))] == [-2, 8, 7, 2]


# S6: what is not elementwise sees the whole tensor

WHOLE = {
    "norm": lambda g, p, *, lr: (p - lr * g / np.linalg.norm(g),), "mean": lambda g, p, *, lr: (p - lr * (g - g.mean()),),
    "sort": lambda g, p, *, lr: (p - lr * np.sort(g),), "cumsum": lambda g, p, *, lr: (p - lr * np.cumsum(g) / g.size,),
    "max": lambda g, p, *, lr: (p - lr * g / abs(g).max(),), "reverse": lambda g, p, *, lr: (p - lr * g[::-1],),
    "size": lambda g, p, *, lr: (p - lr * g / len(g),), "roll": lambda g, p, *, lr: (p - lr * np.roll(g, 1),),
    "shape": lambda g, p, *, lr: (p - lr * g / g.shape[0],), "einsum": lambda g, p, *, lr: (p - lr * np.einsum("i,i", g, g) * g,),
    "python's sum": lambda g, p, *, lr: (p - lr * sum(g.tolist()) * g,), "dot": lambda g, p, *, lr: (p - lr * (g @ g) * g,),
}  # fmt: skip


@pytest.mark.parametrize("what", WHOLE)
@pytest.mark.parametrize("elementwise", [..., None, False], ids=["unstated", "none", "whole"])
def test_s6_a_rule_that_sees_whole_tensors(what, elementwise, n):
    p, g = ramp(n), ramp(n)[::-1].copy()
    (expected,) = called(WHOLE[what], g, p, lr=0.25)
    opt = own(WHOLE[what], p, lr=0.25, elementwise=elementwise)
    opt.step([g])
    np.testing.assert_array_equal(p, expected)


STORES = {
    "an element": "u[0] = 0", "a slice": "u[1:] = g[:-1]", "a mask": "u[g > 0] = 1", "with +=": "u += g", "fill": "u.fill(2)",
    "out": "np.add(u, g, out=u)", "sort": "u.sort()", "copyto": "np.copyto(u, g)", "an element of g": "g[0] = 0",
    "an element of p": "p[0] = 9",
}  # fmt: skip


@pytest.mark.parametrize("what", STORES)
@pytest.mark.parametrize("elementwise", [..., False], ids=["unstated", "whole"])
def test_a_rule_that_writes(what, elementwise, n):
    """It writes to copies: what it returns counts, small or large."""
    space = {"np": np}
    exec(f"def rule(g, p, u, *, lr):\n    {STORES[what]}\n    return p - lr * g, u", space)
    rule, p = space["rule"], ramp(n)
    opt = own(rule, p, "u", lr=0.5, elementwise=elementwise)
    u = np.zeros(n)
    for k in (1, 2):
        g = ramp(n) * k
        kept = g.copy()
        expected = called(rule, g, p, u, lr=0.5)
        opt.step([g])
        u = expected[1]
        np.testing.assert_array_equal([p, opt.state[0]["u"]], expected)
        np.testing.assert_array_equal(g, kept)


def test_states_of_another_shape_are_seen_whole(n):
    """One number or one row for a whole tensor: no loop over elements may take it for a tensor."""

    class Rows(Optimizer):
        settings = dict(lr=checks.number)

        @staticmethod
        def rule(g, p, scale, row, *, lr):
            return p - lr * scale * row * g, scale * 2, row + 1

        def __init__(self, params):
            super().__init__(params, dict(lr=0.5))

        def initial_state(self, p, settings):
            return {"scale": np.array(1.0), "row": np.ones(p.shape[1:])}

    p = np.zeros((n, 4))
    opt = Rows([p])
    for _ in range(3):
        opt.step([np.ones((n, 4))])
    # 1*1 + 2*2 + 4*3, times 0.5
    assert (p == -8.5).all() and opt.state[0]["scale"] == 8 and (opt.state[0]["row"] == 4).all()
    assert opt.state[0]["scale"].shape == () and opt.state[0]["row"].shape == (4,)


def test_a_state_of_another_dtype_is_rounded_to_its_own(n):
    class Counted(Optimizer):
        settings = dict(lr=checks.number)

        @staticmethod
        def rule(g, p, wide, *, lr):
            return p - lr * g, wide + 1e-10

        def __init__(self, params):
            super().__init__(params, dict(lr=0.5))

        def initial_state(self, p, settings):
            return {"wide": np.ones(p.shape, np.float64)}

    p = np.zeros(n, np.float32)
    opt = Counted([p])
    for _ in range(2):
        opt.step([np.ones(n, np.float32)])
    wide = opt.state[0]["wide"]
    expected = np.float64(1) + 2e-10 if wide.dtype == np.float64 else np.float32(1)
    assert (p == -1).all() and np.allclose(wide, expected, rtol=1e-15, atol=0)


# S7: a gradient that shares memory with a parameter or a state

SHARED = {
    "the array": lambda a: a,
    "view": lambda a: a[:],
    "torch": lambda a: torch.from_numpy(a).numpy(),
    "dlpack": lambda a: np.from_dlpack(torch.from_numpy(a)),
    "frombuffer": lambda a: np.frombuffer(a.data, a.dtype),
    "memory view": lambda a: np.asarray(memoryview(a)),
    "interface": lambda a: np.asarray(type("Held", (), {"__array_interface__": a.__array_interface__, "kept": a})()),
    "read-only": lambda a: np.frombuffer(memoryview(a).toreadonly(), a.dtype),
}


@pytest.mark.parametrize("how", SHARED)
@pytest.mark.parametrize("n", [1, LARGE])
def test_s7_gradients_that_are_parameters(how, n):
    x, y = np.full(n, 1.0), np.full(n, 2.0)
    opt = optedu.SGD([x, y], lr=1.0)
    opt.step([SHARED[how](y), SHARED[how](x)])
    assert (x == -1).all() and (y == 1).all()


@pytest.mark.parametrize("how", SHARED)
@pytest.mark.parametrize("n", [1, LARGE])
def test_s7_gradients_that_own_what_parameters_are_views_of(how, n):
    x, y = np.full(n, 1.0), np.full(n, 2.0)
    opt = optedu.SGD([SHARED[how](x), y] if how != "read-only" else [x[:], y], lr=1.0)
    opt.step([y, x])
    assert (x == -1).all() and (y == 1).all()


@pytest.mark.parametrize("how", SHARED)
def test_s7_gradients_that_are_a_state(how, n):
    x, y = np.zeros(n), np.zeros(n)
    opt = optedu.SGD([x, y], lr=1.0, momentum=0.5)
    opt.step([np.full(n, 1.0), np.full(n, 4.0)])
    first, second = opt.state[0]["momentum_buffer"], opt.state[1]["momentum_buffer"]
    opt.step([SHARED[how](second), SHARED[how](first)])  # 4 and 1
    assert (first == 4.5).all() and (second == 3).all() and (x == -5.5).all() and (y == -7).all()


def test_s7_after_a_pickle(n):
    opt = pickle.loads(pickle.dumps(optedu.SGD([np.full(n, 1.0), np.full(n, 2.0)], lr=1.0)))
    x, y = opt.params
    opt.step([y, x])
    assert (x == -1).all() and (y == 1).all()


def test_s7_a_state_that_was_put_there(n):
    """By hand, or by a rule after some steps: the next gradient may be that very array."""
    x, y = np.zeros(n), np.zeros(n)
    opt = optedu.SGD([x, y], lr=1.0, momentum=0.5)
    opt.step([np.ones(n), np.ones(n)])
    mine = np.full(n, 2.0)
    opt.state[0]["momentum_buffer"] = mine
    opt.step([np.full(n, 5.0), mine])  # the second gradient is 2, whatever becomes of the first buffer
    assert (x == -7).all() and (y == -3.5).all()
    assert (opt.state[0]["momentum_buffer"] == 6).all() and (opt.state[1]["momentum_buffer"] == 2.5).all()


def test_s7_a_state_made_late(n):
    x, y = np.zeros(n), np.zeros(n)

    class Late(Optimizer):
        settings = dict(lr=checks.number)

        @staticmethod
        def rule(g, p, a, *, t, lr):
            a = (2 * g if t == 3 else None) if a is None else a + g
            return p - lr * (g if a is None else a), a

        def initial_state(self, p, settings):
            return {"a": optedu.core.state.BY_RULE}

    opt = Late([x, y], dict(lr=1.0))
    for _ in range(3):
        opt.step([np.ones(n), np.ones(n)])
    assert (x == -4).all() and (opt.state[0]["a"] == 2).all()
    opt.step([np.ones(n), opt.state[0]["a"]])
    assert (opt.state[0]["a"] == 3).all() and (opt.state[1]["a"] == 4).all() and (y == -8).all()


@pytest.mark.parametrize(
    "name", [name for name, entry in ZOO.items() if entry.takes in ("dense", "nonempty", "matrix")]
)
def test_s7_any_optimizer_fed_with_its_own_states(name):
    """Gradients that are parameters and states, against copies of them."""
    entry = ZOO[name]
    mine, theirs = (stepped(entry, {}) for _ in range(2))
    for turn in range(3):
        grads = []
        for opt in (mine, theirs):
            held = [v for i in (0, 1) for v in opt.state.get(i, {}).values() if isinstance(v, np.ndarray)]
            held += [a for i in (0, 1) for v in opt.state.get(i, {}).values() if isinstance(v, list) for a in v]
            held += opt.params
            grads.append([[a for a in held if a.shape == p.shape][(turn + k) % 2 - 1 :][0]
                          for k, p in enumerate(reversed(opt.params))][::-1])  # fmt: skip
        mine.step(grads[0])
        theirs.step([g.copy() for g in grads[1]])
        assert everything(mine) == everything(theirs)


# S8: arithmetic with truth values alone


@pytest.mark.parametrize("rule", [
    lambda g, p, *, lr: (p - lr * ((g > 0) + (p > 0)),), lambda g, p, *, lr: (p - lr * ((g > 0) * (p > 0)),),
    lambda g, p, *, lr: (p - lr * np.maximum(g > 0, p > 0),), lambda g, p, *, lr: (p - (g > 0) * lr,),
    lambda g, p, *, lr: (p - lr * ((g > 0) & ~(p > 0) | (g < -1)),), lambda g, p, *, lr: (p - lr * ((g > 0) ^ (p > 0)),),
    lambda g, p, *, lr: (p - lr * np.where(g > 0, p > 0, True),), lambda g, p, *, lr: (p - ((g > 0) == (p > 0)) * g,),
    lambda g, p, *, lr: (p - lr * g ** (p > 0),), lambda g, p, *, lr: (p - np.where(p > g, g > 0, g),),
    lambda g, p, *, lr: ((g > 0) / 2 + p,), lambda g, p, *, lr: (g > 0,), lambda g, p, *, lr: (p - abs((g > 0) - lr),),
], ids=range(13))  # fmt: skip
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_s8_truth_values_are_numpy_s(rule, dtype, n):
    g, p = np.roll(ramp(n, dtype), 1), ramp(n, dtype)
    (expected,) = called(rule, g, p, lr=0.5)
    opt = own(rule, p, lr=0.5)
    opt.step([g])
    np.testing.assert_allclose(p, expected, rtol=4 * np.finfo(dtype).eps)


def test_s8_what_numpy_refuses_is_refused(n):
    p = ramp(n)
    opt = own(lambda g, p: (p - (g > 0) - (p > 0) + ((g > 0) - (p > 0)),), p)
    with pytest.raises(TypeError, match="boolean subtract"):
        opt.step([ramp(n)])
    np.testing.assert_array_equal(p, ramp(n))


# S10, S11


def test_s10_one_array_listed_twice_is_scaled_once():
    for twice in (lambda g: [g, g], lambda g: [g, g[:]], lambda g: [g, torch.from_numpy(g).numpy()]):
        g = np.array([10.0])
        assert clip_grad_norm_(twice(g), 1.0) == pytest.approx(200**0.5)  # it counts twice, as in torch
        assert g == pytest.approx(0.5**0.5, rel=1e-6)
        g, scaler = np.array([10.0]), LossScaler(init_scale=10.0)
        scaler.unscale_(twice(g))
        assert g == 1
    g = np.full(4, 10.0)
    for clip in (lambda: clip_grad_norm_([g, g[1:]], 1.0), lambda: LossScaler().unscale_([g, g[1:]])):
        with pytest.raises(ValueError, match=r"grads\[1\] shares memory with grads\[0\]"):
            clip()
    assert (g == 10).all()


SETTINGS = {
    "array": lambda: np.array(0.1), "float32 array": lambda: np.array(0.1, np.float32), "integer array": lambda: np.array(1),
}  # fmt: skip


@pytest.mark.parametrize("name", ["SGD", "Adam", "LAMB", "LBFGS", "SparseAdam", "Prodigy"])
@pytest.mark.parametrize("kind", SETTINGS)
def test_s11_a_setting_that_is_changed_in_place(name, kind):
    entry, lr = ZOO[name], SETTINGS[kind]()
    opt = stepped(entry, {})
    opt.param_groups[0]["lr"] = lr
    taken(entry, opt, 3)
    kept = [p.copy() for p in opt.params]
    assert opt.param_groups[0]["lr"] is lr
    lr *= 0
    if name == "SparseAdam":  # whose lr has to be positive
        with pytest.raises(ValueError, match=r"lr must be > 0"):
            taken(entry, opt, 4)
    else:
        taken(entry, opt, 4)
    for p, q in zip(opt.params, kept, strict=True):
        np.testing.assert_array_equal(p, q)


def test_s11_a_list_that_is_changed_in_place(n):
    betas = [0.9, 0.99]
    p = np.ones(n)
    opt = optedu.Adam([p], lr=0.1)
    opt.param_groups[0]["betas"] = betas
    opt.step([np.ones(n)])
    kept = p.copy()
    betas[0] = 5.0
    with pytest.raises(ValueError, match=r"betas\[0\] must be in \[0, 1\), got 5.0"):
        opt.step([np.ones(n)])
    np.testing.assert_array_equal(p, kept)
    betas[0], twin = 0.5, copy.deepcopy(opt)
    twin.param_groups[0]["betas"] = (0.5, 0.99)
    for one in (opt, twin):
        one.step([np.full(n, 2.0)])
    np.testing.assert_array_equal(p, twin.params[0])


def test_s11_settings_of_the_wrong_shape_are_refused(n):
    opt = optedu.SGD([np.ones(n)], lr=0.1)
    opt.param_groups[0]["lr"] = [0.1]
    with pytest.raises(TypeError, match="lr must be a number"):
        opt.step([np.ones(n)])
    assert (opt.params[0] == 1).all()
