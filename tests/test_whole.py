"""Rules that see whole tensors: what is put off and done in one go is what the rule says."""

import numpy as np
import pytest
from one_sweep import sweep

import optedu
from optedu.core import engines, whole
from optedu.core.in_place import in_place
from optedu.core.sweep import Sweep
from optedu.core.whole import Lazy, put_off
from optedu.zoo import ZOO

WHOLE = [entry for entry in ZOO.values() if not entry.elementwise]


def trained(entry, settings, engine, monkeypatch, dtype="float32"):
    """Parameters and states after three steps on matrices, with every tensor taken for a large one."""
    if engine == "numba":
        pytest.importorskip("numba")
    monkeypatch.setattr(engines, "current", engine)
    monkeypatch.setattr(engines, "BLOCK_BYTES", 64)
    monkeypatch.setattr(engines, "THREADS", 2)
    rng = np.random.default_rng(0)
    params = [rng.standard_normal(shape).astype(dtype) for shape in ((13, 37), (40, 9), (25, 25))]
    opt = entry.cls(params, **settings)
    for _ in range(3):
        opt.step([rng.standard_normal(p.shape).astype(dtype) for p in params])
    states = [state[name] for state in opt.state.values() for name in sorted(state)]
    flat = [a for value in states for a in (value if isinstance(value, (list, tuple)) else [value])]
    assert not any(isinstance(a, Lazy) for a in flat)
    return params + [np.asarray(a) for a in flat if a is not None]


@pytest.mark.parametrize("engine", ["numpy", "numba"])
@pytest.mark.parametrize("entry", WHOLE, ids=lambda entry: entry.name)
def test_every_engine_gives_the_bits_of_the_rule(entry, engine, monkeypatch):
    first, *_, last = entry.sample()
    for settings in (first, last):
        expected = trained(entry, settings, "rule", monkeypatch)
        for a, b in zip(trained(entry, settings, engine, monkeypatch), expected, strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_step_of_lamb_is_two_programs(monkeypatch):
    """One up to the norm, one after it; and they are written once."""
    ran = []
    original = Sweep.run_stage
    monkeypatch.setattr(
        Sweep, "run_stage", lambda s, kind, way, *rest: ran.append(way) or original(s, kind, way, *rest)
    )
    monkeypatch.setattr(engines, "BLOCK_BYTES", 64)
    monkeypatch.setattr(engines, "current", "numpy")
    opt = optedu.LAMB([np.ones((8, 8))])
    for k in range(3):
        opt.step([np.full((8, 8), k + 1.0)])
    assert len(ran) == 6 and len({id(way) for way in ran}) == 2


def put(rule, g, p, *state):
    """One step of `rule`, its programs run by NumPy in one piece."""

    def run(stage, numbers, arrays):
        program = in_place(stage.ways[0])
        program.run(arrays, [np.array(x, p.dtype) for x in numbers], *program.scratch(p.shape, p.dtype))

    return put_off(rule, g, p, state, {}, run)


@pytest.mark.parametrize("rule", [
    lambda g, p: (p - g**2 / (1 + abs(p)),),
    lambda g, p: (p**3 - g**0.5 + 2**p,),
    lambda g, p: (np.where(p > g, p, 2 * g),),
    lambda g, p: (p - p.mean(0) + p.T.copy(),),
    lambda g, p: (p - np.float64(0.1) * g,),
    lambda g, p: ((p @ g + g[0]) / np.linalg.norm(p),),
    lambda g, p: (np.maximum(p, g).clip(0.1, 0.9) * p.shape[0],),
    lambda g, p: (p.T,),
    lambda g, p: (g,),
    lambda g, p: (p,),
    lambda g, p: (np.add.outer(p[0], g[0]),),
])  # fmt: skip
def test_whatever_a_rule_does(rule):
    g, p = np.random.default_rng(1).random((2, 4, 4)) + 0.1
    (expected,) = np.array(rule(g, p))
    put(rule, g, p)
    np.testing.assert_array_equal(p, expected)


def test_no_result_overwrites_what_another_needs():
    g, p, one, two = np.ones((2, 2)), np.full((2, 2), 5.0), np.full((2, 2), 7.0), np.full((2, 2), 9.0)
    put(lambda g, p, one, two: (p - g, p, one), g, p, one, two)
    assert (p == 4).all() and (one == 5).all() and (two == 7).all()
    put(lambda g, p, one, two: (p - two, two, one), g, p, one, two)
    assert (p == -3).all() and (one == 7).all() and (two == 5).all()
    assert (g == 1).all()


def test_a_state_made_by_the_rule_has_memory_of_its_own():
    g, p = np.ones((2, 2)), np.zeros((2, 2))
    (buf,) = put(lambda g, p, buf: (p - g, g), g, p, None)
    assert isinstance(buf, np.ndarray) and not np.shares_memory(buf, g)
    (buf,) = put(lambda g, p, buf: (p - g, 2 * g), g, p, None)
    assert type(buf) is np.ndarray and (buf == 2).all()


def test_what_is_asked_for_twice_is_computed_once(monkeypatch):
    ran = []
    run = lambda way, numbers, arrays: ran.append(way) or arrays[-1].fill(3.0)  # noqa: E731
    x = Lazy(run, np.ones(4))
    y = x + x
    assert y.sum() == 4 * y.max() == 12 and len(ran) == 1 and whole.program.cache_info().currsize


def test_a_rule_that_stores_results_itself_is_called_as_it_is(monkeypatch):
    def rule(g, p):
        step = 2 * g
        step += p
        return (step,)

    monkeypatch.setattr(engines, "BLOCK_BYTES", 8)
    p = np.ones((3, 3))
    sweep(rule, np.ones((3, 3)), p, [], {}, elementwise=False)
    assert (p == 3).all()


@pytest.mark.parametrize("rule", [
    lambda g, p, a: (p - g, 0.5), lambda g, p, a: (p - g, g.mean(0)), lambda g, p, a: (p - np.float64(0.1) * g, a + p),
])  # fmt: skip
def test_a_result_of_another_shape_or_dtype_is_stored_as_numpy_does(rule):
    g, p, a = np.random.default_rng(2).random((3, 4, 4)).astype(np.float32)
    expected = [p.copy(), a.copy()]
    for memory, value in zip(expected, rule(g, p, a), strict=True):
        memory[...] = value
    put(rule, g, p, a)
    np.testing.assert_array_equal([p, a], expected)


def test_a_list_of_arrays_holds_arrays():
    g, p = np.ones((2, 2)), np.zeros((2, 2))
    (pair,) = put(lambda g, p, pair: (p - g, [x + g @ g for x in pair]), g, p, [np.zeros((2, 2))])
    assert type(pair[0]) is np.ndarray and (pair[0] == 2).all()
