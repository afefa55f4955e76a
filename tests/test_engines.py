"""One rule, several engines: what was read from it does the same as the rule itself."""

import os
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest
from conftest import PURE
from one_sweep import sweep
from test_sweep import CASES, Run, assert_close, assert_same, numbers

import optedu
from optedu.core import engines, loops
from optedu.core.engines import ENGINES, Engine
from optedu.core.in_place import in_place
from optedu.core.reading import read
from optedu.core.tracing import UFUNCS, Symbol, Untraceable, leaves, trace
from optedu.exporting.to_javascript import javascript
from optedu.zoo import ZOO

NAMES = [f"{entry.name}-{k}" for k, (entry, _) in enumerate(CASES)]


@pytest.fixture
def numba_engine(monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setattr(engines, "current", "numba")


@pytest.mark.parametrize(("entry", "settings"), CASES, ids=NAMES)
def test_every_elementwise_rule_can_be_read(entry, settings):
    run = Run(entry, settings, np.ones(3))
    names = [None if v is None else f"s{k}" for k, v in enumerate(run.state)]
    kinds = [n if n is None or isinstance(v, np.ndarray) else (n,) for n, v in zip(names, run.state, strict=True)]
    assert read(run.rule, ["g", "p", *kinds], run.settings(1)).ways


def interpreted(way):
    """The text of a loop, run as Python: what Numba compiles, without the second that this takes it."""
    space = {"np": np, "choose": lambda condition, yes, no: yes if condition else no}
    exec(loops.source(way), space)
    return space["loop"]


@pytest.mark.parametrize(("entry", "settings"), CASES, ids=NAMES)
def test_the_loop_is_the_rule(entry, settings, numba_engine, monkeypatch):
    monkeypatch.setattr(loops.Loops, "serial", property(lambda self: interpreted(self.way)))
    p, grads = numbers(2, (13,), "float64", steps=8, decades=(-1, 2))
    assert_close(
        Run(entry, settings, p.copy()).swept(grads, block_bytes=32),
        Run(entry, settings, p.copy()).whole(grads),
        "float64",
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", PURE)
def test_the_compiled_loop_is_the_rule(name, dtype, numba_engine):
    """For the first and the last of the settings that are sampled: with few flags, and with most."""
    entry = PURE[name]
    first, *_, last = entry.sample()
    p, grads = numbers(2, (37,), dtype, steps=12, decades=(-1, 2))
    for settings in (first, last):
        run = Run(entry, settings, p.copy()).swept(grads, block_bytes=64)
        assert_close(run, Run(entry, settings, p.copy()).whole(grads), dtype)


def test_the_compiled_loop_ran(numba_engine, monkeypatch):
    """(That the two agree says nothing if one is the other.)"""
    ran = []
    monkeypatch.setattr(loops.Loops, "serial", property(lambda self: lambda *args: ran.append(args)))
    opt = optedu.AdamW([np.ones(5)])
    opt.step([np.ones(5)])
    assert len(ran) == 1


LAYOUTS = {
    "as stored": np.array, "transposed": np.asfortranarray, "every other": lambda g: np.repeat(g, 2, axis=1)[:, ::2],
    "backward": lambda g: g[::-1].copy()[::-1],
}  # fmt: skip


@pytest.mark.parametrize("large", [False, True])
def test_the_compiled_loop_takes_gradients_of_every_layout(large, numba_engine, monkeypatch):
    monkeypatch.setattr(engines, "PARALLEL", 1 if large else 1 << 20)
    monkeypatch.setattr(engines, "THREADS", 2)
    monkeypatch.setattr(engines.NumpyEngine, "bound", None)
    p, grads = numbers(5, (6, 8), "float32", steps=8)
    opt, plain = (optedu.AdamW([p.copy()], lr=0.1) for _ in range(2))
    for k, g in enumerate(grads):
        opt.step([[*LAYOUTS.values()][k % 4](g)])
        plain.step([g])
    np.testing.assert_array_equal(opt.params[0], plain.params[0])


def test_engines_may_change_in_the_middle(numba_engine, monkeypatch):
    """What an engine has prepared is its own, and of the arrays that are there."""
    p, grads = numbers(6, (6, 8), "float64", steps=12)
    opt, plain = (optedu.AdamW([p.copy()], lr=0.1) for _ in range(2))
    for k, g in enumerate(grads):
        monkeypatch.setattr(engines, "current", ["numba", "numpy", "rule"][k % 3])
        if k == 7:
            opt.state[0]["exp_avg"] = opt.state[0]["exp_avg"].copy()
        if k == 9:
            opt.param_groups[0]["params"][0] = opt.params[0].copy()
        opt.step([g])
        monkeypatch.setattr(engines, "current", "rule")
        plain.step([g])
    np.testing.assert_allclose(opt.params[0], plain.params[0], rtol=1e-12)


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_threads_and_blocks_never_change_a_bit(engine, monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setattr(engines, "current", engine)
    p, grads = numbers(3, (2000,), "float32")
    runs = []
    for threads, block_bytes in [(1, 1 << 16), (1, 64), (2, 64), (5, 12), (3, 40)]:
        monkeypatch.setattr(engines, "THREADS", threads)
        monkeypatch.setattr(engines, "PARALLEL", block_bytes)
        runs.append(Run(ZOO["AdamW"], {}, p.copy()).swept(grads, block_bytes=block_bytes))
    for run in runs[1:]:
        assert_same(runs[0], run)


@pytest.mark.parametrize("engine", ["numpy", "numba", "rule"])
def test_settings_may_change_at_every_step(engine, monkeypatch):
    """lr, betas and a decay that goes to zero: what was folded or read before must not stick."""
    pytest.importorskip("numba")
    monkeypatch.setattr(engines, "current", engine)
    mine, (p, grads) = optedu.SGD([np.ones(6)], lr=0.1), numbers(4, (6,), "float64", steps=9)
    mine.param_groups[0]["params"][0][...] = p
    by_hand, buf = p.copy(), None
    for k, g in enumerate(grads):
        group = mine.param_groups[0]
        group.update(lr=0.1 / (k + 1), momentum=[0, 0.9, 0.5][k % 3], weight_decay=[0.1, 0][k % 2])
        mine.step([g])
        g = g + group["weight_decay"] * by_hand
        if group["momentum"]:
            buf = g if buf is None else group["momentum"] * buf + g
            g = buf
        by_hand = by_hand - group["lr"] * g
    np.testing.assert_allclose(group["params"][0], by_hand, rtol=1e-13)


def test_a_rule_that_calls_another_is_read_anew_when_that_one_changes(monkeypatch):
    from optedu.optim import adam

    def step(g):
        opt = optedu.AdamW([np.ones(2)])
        opt.step([g])
        return opt.param_groups[0]["params"][0]

    before = step(np.ones(2))
    monkeypatch.setattr(adam, "adam", lambda g, p, *state, **settings: (p, *state))
    assert not np.array_equal(step(np.ones(2)), before)


def test_optimizers_in_several_threads_do_not_share_scratch():
    p, grads = numbers(5, (200,), "float64", steps=200)

    def train(out):
        opt = optedu.AdamW([p.copy()])
        for g in grads:
            opt.step([g])
        out.append(opt.param_groups[0]["params"][0])

    results: list[np.ndarray] = []
    workers = [threading.Thread(target=train, args=(results,)) for _ in range(6)]
    [w.start() for w in workers], [w.join() for w in workers]
    assert all(np.array_equal(r, results[0]) for r in results) and len(results) == 6


def test_float16_and_strided_memory_go_through_numpy(numba_engine, monkeypatch):
    monkeypatch.setattr(loops.Loops, "serial", None)  # would fail if it were called
    for p in (np.ones(5, np.float16), np.ones((4, 6))[:, ::2]):
        opt = optedu.SGD([p], lr=0.5)
        opt.step([np.ones_like(p)])
        assert (p == 0.5).all()


def test_what_cannot_be_read_is_called(monkeypatch):
    def by_length(g, p, *, lr):
        return (p - lr * g * len(p),)

    p = np.ones(4)
    assert sweep(by_length, np.ones(4), p, [], {"lr": 0.1}) == []
    assert (p == 0.6).all()
    with pytest.raises(Untraceable, match="its length"):
        trace(by_length, ["g", "p"], {"lr": 0.1})


@pytest.mark.parametrize("bad", [
    lambda g, p, *, lr: (p - lr * g.mean(),), lambda g, p, *, lr: (p if g > 0 else g,), lambda g, p, *, lr: (float(p),),
    lambda g, p, *, lr: (np.add.reduce(p),), lambda g, p, *, lr: (np.cumsum(p),), lambda g, p, *, lr: (p + "x",),
])  # fmt: skip
def test_more_than_arithmetic_is_refused(bad):
    with pytest.raises(Untraceable):
        trace(bad, ["g", "p"], {"lr": 0.1})


def test_both_sides_of_a_branch_are_read():
    def rule(g, p, *, t, lr):
        return (p - lr * g,) if t <= 5 else (p + lr * g,)

    assert len(list(leaves(trace(rule, ["g", "p"], {"t": 1, "lr": 0.1})))) == 2
    p = np.zeros(2)
    for t in (5, 6, 6):
        sweep(rule, np.ones(2), p, [], {"t": t, "lr": 0.5})
    assert (p == 0.5).all()


def test_a_result_that_is_another_s_old_value_is_not_lost():
    def shift(g, p, one, two):
        return p - g, p, one + 0 * two  # one takes p's old value, two takes one's

    p, one, two = np.full(3, 5.0), np.full(3, 7.0), np.full(3, 9.0)
    sweep(shift, np.ones(3), p, [one, two], {})
    assert (p == 4).all() and (one == 5).all() and (two == 7).all()


def test_choosing_an_engine(monkeypatch):
    monkeypatch.setattr(engines, "current", "numpy")
    assert optedu.engine() == "numpy"
    assert optedu.engine("rule") == "rule" == optedu.engine()
    with pytest.raises(ValueError, match="engine must be one of .*'numpy'.*got 'jax'"):
        optedu.engine("jax")
    assert optedu.engine() == "rule"
    monkeypatch.setattr(loops, "available", lambda: False)
    with pytest.warns(UserWarning, match="Numba is not installed .*extra 'fast'"):
        assert optedu.engine("numba") == "numpy"


def test_the_environment_chooses_an_engine():
    command = [sys.executable, "-c", "import optedu; print(optedu.engine())"]
    for name in ("rule", "numba"):
        environment = {**os.environ, "OPTEDU_ENGINE": name}
        assert (
            subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip() == name
        )


def test_compiled_code_is_kept_on_disk(tmp_path, monkeypatch):
    pytest.importorskip("numba")
    code = "import numpy, optedu; optedu.engine('numba'); one = numpy.ones(3); optedu.SGD([one.copy()]).step([one])"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
        files = sorted(f.name for f in tmp_path.rglob("*") if f.suffix in (".nbi", ".nbc"))
        assert len(files) == 2  # the index and one loop: the second run added nothing


@pytest.mark.parametrize("engine", ["numpy", "numba", "rule"])
@pytest.mark.parametrize("name", ["SGD", "AdamW", "RMSprop", "Lion", "NAdam"])
def test_a_step_needs_a_few_blocks_of_memory(name, engine, monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setattr(engines, "current", engine)
    monkeypatch.setattr(engines, "THREADS", 2)
    p = np.ones(5_000_000, np.float32)
    g = np.ones_like(p)
    opt = ZOO[name].cls([p], lr=1e-3)
    opt.step([g])
    opt.step([g])  # the state is there
    tracemalloc.start()
    opt.step([g])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    blocks = 12 if engine == "rule" else 2  # for each of two threads
    assert peak < 2 * blocks * engines.SHARED * engines.BLOCK_BYTES + 100_000 < p.nbytes


def test_javascript_of_a_rule_with_a_branch():
    def rule(g, p, m, *, lr, betas, flag):
        m = betas[0] * m + g if flag else g
        return (p - lr * m if lr > 1 else p), m

    text = javascript("rule", rule, ["g", "p", "m"], {"lr": 0.1, "betas": (0.9, 0.99), "flag": True})
    assert text.startswith("function rule(g, p, m, settings) {") and "settings.betas[0]" in text
    assert text.endswith("return [((x3 > 1) ? (p - (x3 * x7)) : p), x7];\n}")
    assert "betas[1]" not in text  # what is not needed is not there


def test_javascript_does_once_what_all_ways_do():
    def rule(g, p, *, lr, decay, warm):
        if decay:
            g = g + decay * p
        if warm < 1:
            g = g * warm
        return (p - lr * np.sqrt(np.abs(g)),)

    text = javascript("rule", rule, ["g", "p"], {"lr": 0.1, "decay": 0.1, "warm": 0.5})
    assert text.count("Math.sqrt") == 1 and text.count("?") == 2


@pytest.mark.parametrize("name", ["x0", "x17", "settings"])
def test_javascript_has_names_of_its_own(name):
    with pytest.raises(ValueError, match=f"no argument of rule may be called '{name}'"):
        javascript("rule", lambda g, p: (p - g,), [name, "p"], {})


def test_folding_happens_once_for_all_parameters_of_a_group(monkeypatch):
    opt = optedu.Adam([np.ones(3) for _ in range(50)])
    opt.step([np.ones(3)] * 50)
    folded = []
    original = Engine.load
    monkeypatch.setattr(Engine, "load", lambda *a: folded.append(a) or original(*a))
    opt.step([np.ones(3)] * 50)
    assert len(folded) == 1


def test_equal_operations_are_done_once():
    tree = trace(lambda g, p: (p - (g - p) * (g - p),), ["g", "p"], {})
    assert [x.op for x in tree.symbols] == ["input", "input", "subtract", "multiply", "subtract"]
    assert in_place(read(lambda g, p: (p - (g - p) * (g - p),), ["g", "p"], {}).ways[0]).floats == 1


class Evaluated(Engine):
    """The simplest engine: each operation on whole arrays, each result in new memory."""

    about = "for this test"

    def write(self, way):
        return way

    def run(self, arrays):
        called = {name: ufunc for ufunc, name in UFUNCS.items()} | {"where": np.where}
        values = {x.index: a for x, a in zip(self.way.inputs, arrays, strict=True)}
        numbers = dict(zip(map(repr_of, self.way.scalars), self.views, strict=True))

        def value(a):
            return values[a.index] if type(a) is Symbol and not a.scalar else numbers[repr_of(a)]

        for x in self.way.operations:
            values[x.index] = called[x.op](*map(value, x.args))
        results = [np.array(value(out)) for out in self.way.results]
        for memory, result in zip(arrays[1:], results, strict=True):
            memory[...] = result


def repr_of(a):
    return a.index if type(a) is Symbol else (type(a), a)


@pytest.mark.parametrize("name", PURE)
def test_an_engine_of_one_s_own(name, monkeypatch):
    """One class and one entry in the table; SGD's first step too, in which the rule makes a state."""
    monkeypatch.setitem(ENGINES, "evaluated", Evaluated)
    entry, (p, grads) = PURE[name], numbers(6, (7,), "float64", steps=6, decades=(-1, 2))
    for settings in entry.sample():
        mine, theirs = Run(entry, settings, p.copy()), Run(entry, settings, p.copy()).whole(grads)
        monkeypatch.setattr(engines, "current", "numpy")
        assert optedu.engine("evaluated") == "evaluated"
        assert_close(mine.swept(grads), theirs, "float64")
