"""The engine may cut the arrays as it likes: an elementwise rule gives the same bits."""

import threading
import time

import numpy as np
import pytest
from conftest import PURE
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from one_sweep import sweep

from optedu.core import engines
from optedu.core.optimizer import keywords
from optedu.core.state import BY_RULE, begun
from optedu.zoo import ZOO

CASES = [(entry, chosen) for entry in PURE.values() for chosen in entry.sample()]


class Run:
    """A rule of the zoo with its state, to be stepped by `sweep` or by hand."""

    def __init__(self, entry, settings, p):
        opt = entry.cls([np.zeros(1)], **settings)
        self.group = opt.param_groups[0]
        self.rule = opt.rule_for(self.group)
        self.p = p
        initial = opt.initial_state(p, self.group).values()
        self.state = [None if v is BY_RULE or v is None else begun(v, p) for v in initial]

    def settings(self, t):
        given = {**self.group, "t": t}
        return {name: given[name] for name in keywords(self.rule)}

    def swept(self, grads, **how):
        for t, g in enumerate(grads, 1):
            self.state = sweep(self.rule, g, self.p, self.state, self.settings(t), **how)
        return self

    def whole(self, grads):
        """The rule on whole arrays, nothing in place; `largest` is how large every number has been."""
        self.largest = [0.0] * (1 + len(self.state))
        for t, g in enumerate(grads, 1):
            self.p, *self.state = now = self.rule(g, self.p, *self.state, **self.settings(t))
            self.largest = [
                a if b is None else np.maximum(a, np.abs(b)) for a, b in zip(self.largest, now, strict=True)
            ]
        return self


def assert_same(one, two):
    for a, b in zip([one.p, *one.state], [two.p, *two.state], strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            assert np.asarray(a).dtype == np.asarray(b).dtype
            np.testing.assert_array_equal(a, b)


def assert_close(run, whole, dtype):
    """Equal to rounding: a few units in the last place of the largest that a number has been."""
    for a, b, largest in zip([run.p, *run.state], [whole.p, *whole.state], whole.largest, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            assert np.asarray(a).dtype == np.asarray(b).dtype
            assert (np.abs(a - b) <= 32 * np.finfo(dtype).eps * largest + np.finfo(dtype).tiny).all()


shapes = st.lists(st.integers(0, 7), max_size=4).map(tuple)
blocks = st.one_of(st.integers(1, 40), st.sampled_from([64, 256, 1 << 16]))


def numbers(seed, shape, dtype, steps=3, decades=(-6, 4)):
    """A parameter and gradients over many orders of magnitude, some of them zero."""
    rng = np.random.default_rng(seed)
    many = (steps + 1, *shape)
    p, *grads = (rng.standard_normal(many) * 10.0 ** rng.integers(*decades, many)).astype(dtype)
    return np.array(p), [np.array(g * (rng.random(shape) > 0.1), dtype) for g in grads]


@hypothesis_settings(max_examples=400)
@given(st.sampled_from(CASES), st.integers(0, 2**32), shapes, st.sampled_from(["float32", "float64"]), blocks)
def test_block_size_never_changes_a_result(case, seed, shape, dtype, block_bytes):
    p, grads = numbers(seed, shape, dtype)
    cut = Run(*case, p.copy()).swept(grads, block_bytes=block_bytes)
    assert_same(cut, Run(*case, p.copy()).swept(grads))


@pytest.mark.parametrize("block_bytes", [1, 8, 24, 1 << 16])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sweep_is_the_rule_on_the_whole_array(pure_entry, dtype, block_bytes, monkeypatch):
    """Called, it gives the rule's bits; with scalar factors taken out, the rule's numbers to rounding."""
    monkeypatch.setattr(engines, "current", "rule")
    wild, tame = numbers(1, (3, 5), dtype), numbers(2, (3, 5), dtype, decades=(-1, 2))
    for settings in pure_entry.sample():
        p, grads = wild
        called = Run(pure_entry, settings, p.copy()).swept(grads, block_bytes=block_bytes)
        assert_same(called, Run(pure_entry, settings, p).whole(grads))
    monkeypatch.setattr(engines, "current", "numpy")
    for settings in pure_entry.sample():
        p, grads = tame
        written = Run(pure_entry, settings, p.copy()).swept(grads, block_bytes=block_bytes)
        assert_close(written, Run(pure_entry, settings, p).whole(grads), dtype)


@given(st.sampled_from(CASES), st.integers(0, 2**32), st.sampled_from(["strided", "reversed", "fortran", "transposed"]))
def test_layout_never_changes_a_result(case, seed, layout):
    p, grads = numbers(seed, (4, 6), "float64")
    around = np.full((8, 12), np.inf)
    q = {
        "strided": around[::2, ::2], "reversed": np.empty((4, 6))[::-1, ::-1],
        "fortran": np.empty((4, 6), order="F"), "transposed": np.empty((6, 4)).T,
    }[layout]  # fmt: skip
    q[...] = p
    swept = Run(*case, q).swept(grads, block_bytes=16)
    assert swept.p is q  # in place, where the caller sees it
    assert_same(swept, Run(*case, p.copy()).swept(grads))
    assert np.isinf(around[1::2]).all() and np.isinf(around[:, 1::2]).all()


def double(g, p, buf=None, *, rate):
    """A rule whose state is born at the first step."""
    return p - rate * g, 2 * g if buf is None else buf + g


@pytest.mark.parametrize("block_bytes", [None, 8])
@pytest.mark.parametrize("engine", ["numpy", "numba", "rule"])
@pytest.mark.parametrize("shape", [(), (1,), (7,), (0,), (3, 0), (4, 3)])
def test_state_that_the_rule_brings_into_being(shape, engine, block_bytes, monkeypatch):
    monkeypatch.setattr(engines, "current", engine)
    p, g = np.ones(shape, np.float32), np.full(shape, 0.5, np.float32)
    (born,) = sweep(double, g, p, [None], {"rate": 2.0}, block_bytes=block_bytes)
    assert born.shape == shape and born.dtype == np.float32 and not np.shares_memory(born, g)
    assert (born == 1).all() and (p == 0).all()
    (kept,) = sweep(double, g, p, [born], {"rate": 2.0}, block_bytes=8)
    assert kept is born and (born == 1.5).all()


def test_threads_never_change_a_result(monkeypatch):
    """Blocks are shared among threads only where there are many of them."""
    p, grads = numbers(4, (1000,), "float64")
    adam = ZOO["Adam"]
    runs = []
    for threads in (1, 3):
        monkeypatch.setattr(engines, "THREADS", threads)
        runs.append(Run(adam, next(adam.grid()), p.copy()).swept(grads, block_bytes=80))
    assert_same(*runs)


def test_each_block_is_taken_once(monkeypatch):
    monkeypatch.setattr(engines, "THREADS", 3)
    monkeypatch.setattr(engines, "BLOCK_BYTES", 8)
    taken = []

    def run(flat, size, starts):
        for at in starts:
            taken.append((at, size, threading.current_thread()))
            time.sleep(0.001)

    engines.in_blocks(run, [np.ones(240), np.ones(240)])
    assert sorted(at for at, *_ in taken) == list(range(0, 240, taken[0][1]))
    assert len({thread for *_, thread in taken}) > 1


def test_state_that_does_not_exist_stays_so():
    p = np.ones(5)
    assert sweep(lambda g, p, a, b: (p - g, None, None), np.ones(5), p, [None, None], {}, block_bytes=8) == [None, None]
    assert (p == 0).all()


def test_rule_sees_blocks_in_order():
    sizes, p = [], np.ones(10)

    def count(g, p):
        sizes.append(p.size)
        return (p - g,)

    sweep(count, np.ones(10), p, [], {}, block_bytes=32, elementwise=True)
    assert sizes == [4, 4, 2] and (p == 0).all()


def test_result_is_written_after_the_whole_rule_has_run():
    """What the rule returns as state may be the parameter before the step."""
    p, held = np.ones(6), np.zeros(6)
    sweep(lambda g, p, held: (p - g, p), np.ones(6), p, [held], {}, block_bytes=16)
    assert (p == 0).all() and (held == 1).all()
