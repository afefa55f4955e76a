"""Rules that see whole tensors: what is put off and done in one go is what the rule says."""

import numpy as np
import pytest
from one_sweep import sweep

import optedu
from optedu.core import engines, loops, whole
from optedu.core.engines import NumbaEngine, NumpyEngine
from optedu.core.in_place import in_place
from optedu.core.sweep import Sweep
from optedu.core.whole import Lazy, put_off
from optedu.zoo import ZOO

WHOLE = [entry for entry in ZOO.values() if not entry.elementwise]


def by_rows(monkeypatch):
    """Stages over rows for the tensors of these tests: each of several blocks, and none a number of lanes long."""
    for name, value in {"LANES": 4, "LINE": 10, "BLOCK": 30}.items():
        monkeypatch.setattr(whole, name, value)


def trained(entry, settings, engine, monkeypatch, dtype="float32"):
    """Parameters and states after three steps on matrices, with every tensor taken for a large one."""
    if engine == "numba":
        pytest.importorskip("numba")
    by_rows(monkeypatch)
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
    """But for sums, where an engine sums: those have a test of their own."""
    monkeypatch.setattr(NumbaEngine, "over_rows", ())
    monkeypatch.setattr(NumbaEngine, "takes", NumpyEngine.takes)  # (float32, and in order, here)
    first, *_, last = entry.sample()
    for settings in (first, last):
        expected = trained(entry, settings, "rule", monkeypatch)
        for a, b in zip(trained(entry, settings, engine, monkeypatch), expected, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("entry", WHOLE, ids=lambda entry: entry.name)
def test_an_engine_that_sums_gives_the_rule_to_rounding(entry, dtype, monkeypatch):
    """As near as `test_engines` demands it of rules on single elements."""
    monkeypatch.setattr(loops.Loops, "serial", property(lambda self: interpreted(self.way)))
    for settings in entry.sample()[:1] + entry.sample()[-1:]:
        runs = [trained(entry, settings, engine, monkeypatch, dtype) for engine in ("numba", "rule")]
        for a, b in zip(*runs, strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=32 * np.finfo(dtype).eps * max(abs(b).max(initial=0), 1))


def interpreted(way):
    """The text of a loop, run as Python: what Numba compiles, without the second that this takes it."""
    space = {"np": np, "choose": lambda condition, yes, no: yes if condition else no}
    exec(loops.source(way), space)
    return space["loop"]


def noted(monkeypatch, compiled=False):
    """A function from arrays to such as note what is done to them, and a list of the stages that were run since."""
    by_rows(monkeypatch)
    monkeypatch.setattr(engines, "BLOCK_BYTES", 64)
    if not compiled:
        monkeypatch.setattr(loops.Loops, "serial", property(lambda self: interpreted(self.way)))
    ran: list = []

    def run(stage, numbers, arrays, *sizes):
        ran.append(stage.ways[0])
        engine = NumbaEngine(stage, arrays[0].dtype)
        engine.load([*numbers])
        engine.sizes = sizes
        assert engine.takes(arrays)
        engine.run(arrays)

    return lambda a: Lazy(run, a, over_rows=NumbaEngine.over_rows), ran


SUMS = [
    lambda x: x.sum(), lambda x: np.mean(x), lambda x: np.linalg.norm(x), lambda x: x.mean(keepdims=True),
    lambda x: x.sum(-1), lambda x: x.mean(-1, keepdims=True), lambda x: np.linalg.norm(x, axis=-1),
    lambda x: x.sum(-2), lambda x: np.mean(x, axis=0, keepdims=True), lambda x: np.linalg.norm(x, axis=-2),
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(13, 37), (40, 9), (5, 4), (3, 5, 7), (131,), (2, 1000)], ids=str)
@pytest.mark.parametrize("k", range(len(SUMS)))
def test_a_sum_is_what_numpy_gives(k, shape, dtype, monkeypatch):
    """The same kind, shape and dtype, and as near to the sum of more digits as one can ask."""
    rng = np.random.default_rng(k)
    x, y = (rng.standard_normal(shape).astype(dtype) for _ in range(2))
    row, column = np.abs(x).max(-1, keepdims=True), np.abs(y[(0,) * (x.ndim - 1)])
    note, ran = noted(monkeypatch)

    def flat(x, y, *rest):
        return 2 * x * y - 3.0

    def outer(x, y, row, column):
        return x / np.sqrt(1 + row * column)

    for what in (lambda x, *rest: x, flat, outer):
        if k > 6 and len(shape) == 1:
            continue  # it has no axis -2, or axis 0 is its last
        expected = SUMS[k](what(x, y, row, column))
        exact = SUMS[k](what(*(a.astype(np.longdouble) for a in (x, y, row, column))))
        size = SUMS[k](abs(what(*(a.astype(np.float64) for a in (x, y, row, column)))))
        ran.clear()
        arrays = [*map(note, (x, y, row, column))]
        term = what(*arrays)
        found = SUMS[k](term)
        fused = k < 7 or len(shape) == 2
        if not fused:
            np.testing.assert_array_equal(found, expected)
            continue
        assert type(found) is type(expected) and found.dtype == expected.dtype and found.shape == expected.shape
        assert (abs(found - exact) <= 8 * np.finfo(dtype).eps * size + abs(exact) * np.finfo(dtype).eps).all()
        assert any("sum" in place for place in ran[-1].places)
        if term is not arrays[0]:
            assert term.known is None and len(ran) == 1  # nothing of its size was stored


def test_what_numpy_has_to_sum(monkeypatch):
    """Other axes, dtypes and options; and what is small, or has short rows."""
    rng = np.random.default_rng(0)
    note, ran = noted(monkeypatch)
    x, narrow = rng.random((6, 5, 8)), rng.random((40, 3))
    for a, what in [
        (x, lambda x: x.sum(0)), (x, lambda x: x.sum((0, 1))), (x, lambda x: x.mean(dtype=np.float32)),
        (x, lambda x: np.linalg.norm(x[0], 1)), (x, lambda x: x.sum(initial=3.0)), (x, lambda x: x.max()),
        (narrow, lambda x: x.mean(-1)), (narrow, lambda x: x.mean(0)), (x.astype(np.float16), lambda x: x.mean()),
        (rng.random((2, 3)), lambda x: x.sum()), (x > 0.5, lambda x: x.sum()),
    ]:  # fmt: skip
        np.testing.assert_array_equal(what(note(a)), what(a))
    assert not ran


def test_a_norm_that_is_too_large_is_infinite_as_numpy_s_is(monkeypatch):
    note, _ = noted(monkeypatch)
    x = np.full(100, 5e18, np.float32)
    with np.errstate(over="ignore"):
        assert np.linalg.norm(note(x)) == np.linalg.norm(x) == np.inf
        assert np.linalg.norm(note(x[:40] / 100)) < np.inf


def normed(x):
    return x / np.linalg.norm(x)


@pytest.mark.parametrize(("rule", "stages"), [
    (lambda g, p, row: (p - row * g / (1 + np.linalg.norm(row * g)), 2 * row), 3),
    (lambda g, p, row: (p - g * p[:1], row + (row * p).mean(-1, keepdims=True)), 3),
    (lambda g, p, row: (p / (row @ p[:1]) - g, p.mean(-1, keepdims=True)), 3),
    (lambda g, p, row: (row * p[1:2] + g.sum(), row * row), 3),
    (lambda g, p, row: (p - normed(np.tanh(p) * g), row), 3),
])  # fmt: skip
def test_factors_of_rows_and_columns_go_into_the_loop(rule, stages, monkeypatch):
    """And are those from before the step, whatever is stored first; what is dear to compute is stored for a sum."""
    rng = np.random.default_rng(3)
    g, p, row = rng.random((12, 9)), rng.random((12, 9)), rng.random((12, 1))
    expected = [a.copy() for a in rule(g, p, row)]
    note, ran = noted(monkeypatch)
    put_off(rule, g, p, [row], {}, note(g).run, NumbaEngine.over_rows)
    np.testing.assert_allclose(p, expected[0], rtol=1e-13)
    np.testing.assert_allclose(row, expected[1], rtol=1e-13)
    assert len(ran) == stages


def test_a_factor_is_that_from_before_the_step(monkeypatch):
    """Also for a state that is stored after it."""
    rng = np.random.default_rng(5)
    g, p, row, other = rng.random((12, 9)), rng.random((12, 9)), rng.random((12, 1)), rng.random((12, 11))
    expected = row * other
    note, ran = noted(monkeypatch)
    put_off(lambda g, p, row, other: (p - g, 2 * row, row * other), g, p, [row, other], {}, note(g).run,
            NumbaEngine.over_rows)  # fmt: skip
    np.testing.assert_array_equal(other, expected)
    assert ran[-1].places


def test_compiled_stages_are_the_text_that_was_tested(monkeypatch):
    pytest.importorskip("numba")
    results = []
    for compiled in (True, False):
        rng = np.random.default_rng(4)
        g, p, row = rng.random((50, 21)), rng.random((50, 21)), rng.random((50, 1))
        note, _ = noted(monkeypatch, compiled)
        with monkeypatch.context() as m:
            if compiled:
                m.undo()
                by_rows(m), m.setattr(engines, "BLOCK_BYTES", 64)
            put_off(mixed, g, p, [row], {}, note(g).run, NumbaEngine.over_rows)
        results.append((p, row))
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


def mixed(g, p, row):
    columns = (g * p).mean(0, keepdims=True)
    u = g / np.sqrt(1 + row * columns)
    return p - u / np.linalg.norm(u), row + u.sum(-1, keepdims=True)


def test_a_program_over_rows_is_not_for_numpy(monkeypatch):
    note, ran = noted(monkeypatch)
    note(np.ones((9, 9))).sum()
    with pytest.raises(AssertionError, match="over rows"):
        in_place(ran[0])


def test_a_step_of_lamb_is_two_programs(monkeypatch):
    """One up to the norm, one after it; and they are written once."""
    ran = []
    original = Sweep.run_stage
    monkeypatch.setattr(
        Sweep, "run_stage", lambda s, kind, alone, way, *rest: ran.append(way) or original(s, kind, alone, way, *rest)
    )
    monkeypatch.setattr(engines, "BLOCK_BYTES", 64)
    monkeypatch.setattr(engines, "current", "numpy")
    opt = optedu.LAMB([np.ones((8, 8))])
    for k in range(3):
        opt.step([np.full((8, 8), k + 1.0)])
    assert len(ran) == 6 and len({id(way) for way in ran}) == 2


@pytest.mark.parametrize("shape", [(8, 8), (16, 4)])
@pytest.mark.parametrize(("name", "alone"), [("LAMB", False), ("Muon", True), ("Shampoo", True)])
def test_beside_matrix_products_a_stage_has_one_thread(name, alone, shape, monkeypatch):
    """Both kinds of threads wait awake: with more threads than processors a step took ten times as long."""
    ran = []
    original = Sweep.run_stage
    monkeypatch.setattr(Sweep, "run_stage", lambda s, kind, *rest: ran.append(rest[0]) or original(s, kind, *rest))
    monkeypatch.setattr(engines, "BLOCK_BYTES", 64)
    opt = getattr(optedu, name)([np.ones(shape)])
    for k in range(3):
        opt.step([np.full(shape, k + 1.0)])
        ran[:] = ran if k else []  # in the first step it is not known yet
    assert ran and set(ran) == {alone}


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
    lambda g, p: (p - 0.3 * (p > g) + (p < g) / 3,),
    lambda g, p: (p - 0.3 * p.argsort(),),
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
