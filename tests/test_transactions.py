"""A step happens or it does not; a checkpoint is accepted or it changes nothing."""

import copy
import math
import warnings
from unittest import mock

import numpy as np
import pytest
from own import LARGE, everything, own, ramp, stepped, taken

import optedu
from optedu.core.sweep import Sweep
from optedu.zoo import ZOO, SparseGrad


@pytest.fixture(params=["numpy", "numba", "rule"])
def engine(request):
    if request.param == "numba":
        pytest.importorskip("numba")
    before = optedu.engine()
    yield optedu.engine(request.param)
    optedu.engine(before)


# Steps under any error state


@pytest.mark.parametrize("name", ZOO)
def test_a_step_does_not_ask_for_the_error_state_of_its_caller(name, engine):
    """An overflow in the middle of a step would leave some parameters moved and others not."""
    entry, dtype = ZOO[name], "float64"
    twins = [stepped(entry, {}, dtype=dtype) for _ in range(2)]
    for opt, mode in zip(twins, ("ignore", "raise"), strict=True):
        with np.errstate(all="ignore"):
            for p in opt.params:
                p *= 1e200
        huge = [np.full(p.shape, 1e300, dtype) for p in opt.params]
        huge[0][0] = 1e-320
        with np.errstate(all=mode):
            for _ in range(1 if entry.together else 2):  # which says at the next step that its estimate is NaN
                if entry.takes == "closure":
                    opt.step(lambda grads=huge: (1.0, grads))
                elif entry.takes == "sparse":
                    opt.step([SparseGrad(np.arange(len(g)), g) for g in huge])
                elif entry.decomposes:
                    opt.step([np.sign(g) * 1e-320 for g in huge])
                else:
                    opt.step(huge)
    assert everything(twins[0]) == everything(twins[1])


def test_a_closure_keeps_the_error_state_of_its_caller():
    seen = []

    def closure():
        seen.append(np.geterr()["over"])
        return float((p * p).sum()), [2 * p]

    p = np.ones(3)
    with np.errstate(over="raise"):
        optedu.LBFGS([p], line_search_fn="strong_wolfe").step(closure)
        optedu.SAM(optedu.SGD([p])).step(closure)
    assert set(seen) == {"raise"}


# Steps that are interrupted


class Stop(KeyboardInterrupt):
    """A key pressed at a moment of our choice."""


def params():
    return [ramp(4), ramp(4) * 2, ramp(4) * 3]


GRADS = [np.ones(4), np.full(4, 2.0), np.full(4, 3.0)]


@pytest.mark.parametrize("error", [ValueError, Stop, MemoryError])
@pytest.mark.parametrize("n", [4, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("elementwise", [None, True, False])
def test_a_rule_that_raises_at_the_second_parameter(error, elementwise, n, engine):
    """The first has its step taken and counted, the second (if it is called in one piece) and third have not."""

    def rule(g, p, m, *, t, lr):
        if armed and t == 2 and float(g[0]) == 2:
            raise error("in the middle")
        return p - lr * (m + g), m + g

    def run():
        ps = [np.full(n, k + 1.0) for k in range(3)]
        opt = own(rule, ps, "m", lr=0.5, elementwise=elementwise)
        return opt, [np.full(n, k + 1.0) for k in range(3)]

    armed = []
    opt, grads = run()
    twin, _ = run()
    for one in (opt, twin):
        one.step(grads)
    armed.append(1)
    with pytest.raises(error, match="in the middle"):
        opt.step(grads)
    armed.clear()
    twin.step([grads[0], None, None])
    assert everything(opt)[:2] == everything(twin)[:2]
    for one in (opt, twin):  # and all goes on from there
        one.step([None, grads[1], grads[2]])
        one.step(grads)
    assert everything(opt) == everything(twin)


@pytest.mark.parametrize("name", [name for name, entry in ZOO.items() if entry.takes in ("dense", "nonempty")])
@pytest.mark.parametrize("at", [0, 1])
def test_an_interrupt_between_two_parameters(name, at, engine):
    entry = ZOO[name]
    opt, twin = (entry.cls(params()[:2]) for _ in range(2))
    for one in (opt, twin):
        one.step(GRADS[:2])
    calls = iter(range(9))
    original = Sweep.step

    def interrupted(*args):
        if next(calls) == at:
            raise Stop
        return original(*args)

    if ZOO[name].together:  # by no sweep
        pytest.skip("its docstring promises nothing in the middle")
    with mock.patch.object(Sweep, "step", interrupted), pytest.raises(Stop):
        opt.step(GRADS[:2])
    if at:
        twin.step([GRADS[0], None])
    assert everything(opt)[:2] == everything(twin)[:2]
    for one in (opt, twin):
        one.step(GRADS[:2])
    assert everything(opt) == everything(twin)


def test_a_number_that_does_not_fit_leaves_no_half_loaded_engine(engine):
    """At step 3 the rule's scalar is complex; who then steps another parameter must not meet a stale one."""

    def rule(g, p, *, t, lr):
        return (p - lr * (2.5 - t) ** 0.5 * g,) if t > 1 else (p - g,)

    x, y = np.zeros(2), np.zeros(2)
    opt = own(rule, [x, y], lr=1.0)
    one = np.ones(2)
    for _ in range(2):
        opt.step([one, None])
    with pytest.raises((TypeError, ValueError)):
        opt.step([one, None])
    for _ in range(2):
        opt.step([None, one])
    np.testing.assert_array_equal(x, y)
    assert opt.state[0]["step"] == opt.state[1]["step"] == 2


def test_a_rule_that_returns_too_little_or_the_wrong_shape_changes_nothing(engine):
    for wrong in (lambda g, p, m: (p - g,), lambda g, p, m: (p - g, m, g), lambda g, p, m: p - g, lambda g, p, m: None,
                  lambda g, p, m: (p - g, np.ones(3)), lambda g, p, m: (p - g, None), lambda g, p, m: (p - g, "x"),
                  lambda g, p, m: (p - g, m + 1j), lambda g, p, m: (np.ones((2, 4)), m)):  # fmt: skip
        p = ramp(4)
        opt = own(wrong, p, "m")
        with pytest.raises((TypeError, ValueError), match=r"the rule <lambda> (must return|returns)"):
            opt.step([np.ones(4)])
        np.testing.assert_array_equal(p, ramp(4))
        assert opt.state[0]["step"] == 0 and not opt.state[0]["m"].any()


def test_a_refused_step_changes_nothing_at_all():
    """Not even a state begins."""
    for name, entry in ZOO.items():
        if entry.takes not in ("dense", "nonempty"):
            continue
        opt = entry.cls([ramp(4), ramp(4)])
        before = everything(opt)
        for bad in ([np.ones(4), np.ones(3)], [np.ones(4)], [np.ones(4), np.ones(4, np.float32)], [np.ones(4), "x"], 5):
            with pytest.raises((TypeError, ValueError)):
                opt.step(bad)
        opt.param_groups[0]["lr"] = -1.0
        with pytest.raises(ValueError, match="lr"):
            opt.step([np.ones(4), np.ones(4)])
        opt.param_groups[0]["lr"] = opt.defaults["lr"]
        assert everything(opt) == before, name


def test_prodigy_refuses_unequal_rates_before_anything_is_changed():
    opt = optedu.Prodigy([{"params": ramp(4)}, {"params": ramp(4), "lr": 0.5}])
    with pytest.raises(ValueError, match=r"lr must be the same in all groups, or 0, got \[0.5, 1.0\]"):
        opt.step(GRADS[:2])
    assert not opt.stepped and not opt.state and (opt.params[0] == ramp(4)).all()


def test_a_closure_that_raises_in_a_line_search_leaves_the_parameters_where_they_were():
    def closure():
        calls.append(p.copy())
        if len(calls) == 3:
            raise Stop
        return float((p**4).sum()), [4 * p**3]

    p = np.array([1.0, -2.0])
    calls: list = []
    opt = optedu.LBFGS([p], line_search_fn="strong_wolfe", lr=10.0)
    with pytest.raises(Stop):
        opt.step(closure)
    assert not np.array_equal(calls[2], calls[0])  # in the middle of the search
    np.testing.assert_array_equal(p, calls[0])
    assert opt.step(closure) > float((p**4).sum())


# What is done once is not done at each step


def test_states_begin_once(engine):
    for entry in ZOO.values():
        if entry.takes == "closure":
            continue
        opt = stepped(entry, {})
        with mock.patch.object(entry.cls, "initial_state", side_effect=AssertionError("again")):
            if not entry.together:  # its settings change at each step
                taken(entry, opt, 3)
                taken(entry, opt, 4)
        with mock.patch.object(Sweep, "__init__", side_effect=AssertionError("a new sweep")):
            taken(entry, opt, 5)


def test_rules_that_are_made_at_each_step_do_not_pile_up():
    class Fresh(optedu.Optimizer):
        settings = dict(lr=optedu.core.checks.number)

        def rule_for(self, settings):
            return lambda g, p, *, lr: (p - lr * g,)

    p = np.zeros(2)
    opt = Fresh([p], dict(lr=1.0))
    for k in range(300):
        opt.param_groups[0]["lr"] = float(k)
        opt.step([np.ones(2)])
    assert (p == -sum(range(300))).all() and len(opt.sweeps) < 100


# What may not be in an optimizer, a gradient or a state


def test_what_numpy_has_besides_plain_arrays():
    masked = np.ma.masked_array(np.ones(3), [True, False, False])
    for bad, what in (
        (masked, "MaskedArray"),
        (np.matrix([[1.0]]), "matrix"),
        (np.rec.array([(1.0,)], dtype=[("a", float)]), "recarray"),
    ):
        with pytest.raises(TypeError, match=what):
            optedu.SGD([bad])
    opt = optedu.SGD([np.ones(3)], momentum=0.9)
    with pytest.raises(TypeError, match=r"grads\[0\] is a masked array"):
        opt.step([masked])
    opt.step([np.ones(3)])
    checkpoint = opt.state_dict()
    checkpoint["state"][0]["momentum_buffer"] = masked
    with pytest.raises(TypeError, match=r"momentum_buffer.* masked array"):
        opt.load_state_dict(checkpoint)
    opt.state[0]["momentum_buffer"] = masked
    with pytest.raises(TypeError, match=r"momentum_buffer.* masked array"):
        opt.step([np.ones(3)])
    with pytest.raises(ValueError, match="shape"):
        optedu.SGD([np.ones(1)]).step([np.matrix([[1.0]])])


@pytest.mark.parametrize("name", ZOO)
def test_other_floats_and_empty_arrays(name, engine):
    """Each dtype and shape is trained, or refused with a word when the optimizer is built."""
    entry = ZOO[name]
    for make in (lambda: np.ones((4, 3), np.longdouble), lambda: np.ones((4, 3), ">f8"), lambda: np.ones((4, 3), ">f4"),
                 lambda: np.ones((0, 3)), lambda: np.ones((4, 0), np.float32), lambda: np.ones((4, 3), "<f8")[:, ::-1]):  # fmt: skip
        p = make()
        try:
            opt = entry.cls([p])
        except (TypeError, ValueError) as error:
            assert "params[0]" in str(error)
            continue
        if entry.takes == "sparse" and not len(p):
            opt.step([SparseGrad(np.array([], int), np.ones((0, 3)))])
            continue
        expected = None
        if p.dtype.byteorder not in "=<" and p.size:
            native = np.ones(p.shape, p.dtype.newbyteorder("="))
            twin = entry.cls([native])
            taken(entry, twin, 1), taken(entry, twin, 2)
            expected = native
        taken(entry, opt, 1), taken(entry, opt, 2)
        assert np.isfinite(p).all() and p.dtype == make().dtype
        if expected is not None:
            np.testing.assert_allclose(p, expected, rtol=1e-6)
        held = [v for v in opt.state[0].values() if isinstance(v, np.ndarray) and v.shape == p.shape]
        assert all(v.dtype == p.dtype for v in held)


def test_gradients_that_cannot_be_written(engine):
    for n in (5, LARGE):
        p, g = np.ones(n), np.ones(n)
        g.flags.writeable = False
        unaligned = np.frombuffer(b"x" + np.ones(n).tobytes(), np.float64, offset=1)
        assert not unaligned.flags.aligned
        for one in (g, unaligned, np.ones(2 * n)[::2], np.ones(n)[::-1], np.ones(n).tolist()):
            opt = optedu.Adam([p])
            before = p.copy()
            opt.step([one])
            np.testing.assert_allclose(p, before - 1e-3, rtol=1e-9)


def test_parameters_that_are_not_aligned(engine):
    for n in (5, LARGE):
        memory = bytearray(b"x" + np.ones(n).tobytes())
        p = np.frombuffer(memory, np.float64, offset=1)
        opt = optedu.AdamW([p])
        q = np.ones(n)
        twin = optedu.AdamW([q])
        for _ in range(3):
            opt.step([np.ones(n)]), twin.step([np.ones(n)])
        np.testing.assert_array_equal(p, q)


# Checkpoints


DAMAGE = {
    "object": lambda v: object(), "text": lambda v: "1.0", "complex": lambda v: np.asarray(v) * 1j,
    "objects": lambda v: np.array(v, object), "booleans": lambda v: np.ones(np.shape(v), bool),
    "dates": lambda v: np.ones(np.shape(v), "M8[s]"), "longer": lambda v: np.ones((*np.shape(v), 2)),
    "flatter": lambda v: np.ones((np.size(v) + 1,)), "dict": lambda v: {"a": v}, "function": lambda v: len,
    "ragged": lambda v: [[1.0], [1.0, 2.0]], "masked": lambda v: np.ma.masked_all(np.shape(v)),
}  # fmt: skip
OF_NUMBERS = {
    "nan": lambda v: math.nan, "nan array": lambda v: np.array(np.nan), "true": lambda v: True, "none": lambda v: None,
}  # fmt: skip
OF_COUNTS = {
    "negative": lambda v: -1, "half": lambda v: 0.5, "inf": lambda v: math.inf, "negative array": lambda v: np.array(-3.0),
}  # fmt: skip
OF_LISTS = {
    "too short": lambda v: v[:-1], "too long": lambda v: [*v, v[0]], "none in it": lambda v: [None, *v[1:]],
    "a complex one": lambda v: [v[0] * 1j, *v[1:]], "an array": lambda v: np.ones(7),
}  # fmt: skip


def damaged(checkpoint):
    """Checkpoints that are not right in one entry: what is wrong, the name that has to be said, the checkpoint."""

    def with_entry(i, name, value):
        bad = copy.deepcopy(checkpoint)
        bad["state"][i][name] = value
        return bad

    for i, state in checkpoint["state"].items():
        for name, value in state.items():
            ways = {**DAMAGE}
            if isinstance(value, list):
                ways = {
                    **{k: w for k, w in DAMAGE.items() if k in ("object", "dict", "function")},
                    **(OF_LISTS if value else {}),
                }
            elif not isinstance(value, np.ndarray):
                ways |= OF_NUMBERS
                if name == "prev_loss":  # of a run that has diverged
                    ways = {way: change for way, change in ways.items() if "nan" not in way}
                if isinstance(value, int):
                    ways |= OF_COUNTS
            for way, change in ways.items():
                yield f"state[{i}] {name}: {way}", name, with_entry(i, name, change(value))
            missing = copy.deepcopy(checkpoint)
            del missing["state"][i][name]
            if missing["state"][i]:  # (without any it has taken no step)
                yield f"state[{i}] {name}: missing", name, missing
        yield "unknown entry", "exp_average", with_entry(i, "exp_average", 1.0)
        yield "no dict", "state", {**checkpoint, "state": {i: [1.0]}}
    for key in checkpoint["param_groups"][0]:
        if key == "params":
            continue
        for way, value in {"object": object(), "complex": 1j, "dict": {}, "nan": math.nan, "array": np.ones(3)}.items():
            yield f"group {key}: {way}", key, with_group(checkpoint, **{key: value})
        missing = with_group(checkpoint)
        del missing["param_groups"][0][key]
        if key != "beta2":  # Muon's is not in a checkpoint of torch's
            yield f"group {key}: missing", key, missing
    yield "unknown key", "learning_rate", with_group(checkpoint, learning_rate=0.1)
    others = [5, 7] if checkpoint["state"] else [0, 0]  # whose state is somebody's
    for way, indices in {
        "twice": [0, 0], "three": [0, 1, 2], "one": [0], "negative": [-1, 0], "texts": ["0", "1"], "floats": [0.0, 1.0],
        "none": None, "number": 2, "text": "01", "bools": [False, True], "dict": {0: 1}, "others": others,
    }.items():  # fmt: skip
        yield f"params: {way}", "state" if way == "others" else "param", with_group(checkpoint, params=indices)
    for way, whole in {
        "none": None, "list": [], "no state": {"param_groups": checkpoint["param_groups"]},
        "groups": {**checkpoint, "param_groups": []}, "group": {**checkpoint, "param_groups": [5]},
        "groups twice": {**checkpoint, "param_groups": checkpoint["param_groups"] * 2},
        "states": {**checkpoint, "state": [{}]}, "stray state": {**checkpoint, "state": {7: {}}},
        "text index": {**checkpoint, "state": {"0": checkpoint["state"].get(0, {})}},
    }.items():  # fmt: skip
        yield f"state_dict: {way}", "state", whole


def with_group(checkpoint, **changed):
    bad = copy.deepcopy(checkpoint)
    bad["param_groups"][0].update(changed)
    return bad


@pytest.mark.parametrize("name", ZOO)
def test_a_damaged_checkpoint_is_refused_by_name_and_changes_nothing(name):
    entry = ZOO[name]
    first, *_, last = entry.sample()
    for settings in (first, last):
        opt, twin = stepped(entry, settings), stepped(entry, settings)
        before, tried = everything(opt), 0
        for what, said, checkpoint in damaged(stepped(entry, settings).state_dict()):
            with pytest.raises((TypeError, ValueError)) as caught, warnings.catch_warnings():
                warnings.simplefilter("error")
                opt.load_state_dict(checkpoint)
                pytest.fail(f"{name} {settings} accepts {what}")
            assert said in str(caught.value), (what, str(caught.value))
            assert everything(opt) == before, what
            tried += 1
        assert tried > 50
        for one in (opt, twin):
            taken(entry, one, 3)
        assert everything(opt) == everything(twin)
        opt.load_state_dict(copy.deepcopy(twin.state_dict()))  # and a good one is accepted
        assert everything(opt) == everything(twin)


def test_a_checkpoint_of_a_run_that_has_diverged_is_a_checkpoint():
    opt = optedu.Adam([np.ones(3)])
    opt.step([np.array([np.nan, np.inf, 1.0])])
    twin = optedu.Adam([opt.params[0].copy()])
    twin.load_state_dict(opt.state_dict())
    assert everything(twin)[:2] == everything(opt)[:2]


def test_a_state_changed_by_hand_is_checked_before_the_step(engine):
    for bad in (np.ones(3), "x", np.ones(2, complex), object(), [1.0, 2.0, 3.0], np.ones(2, bool)):
        opt = optedu.Adam([np.ones(2), np.ones(2)])
        opt.step([np.ones(2), np.ones(2)])
        opt.state[1]["exp_avg"] = bad
        before = [p.copy() for p in opt.params]
        with pytest.raises((TypeError, ValueError), match=r"state\[1\] exp_avg"):
            opt.step([np.ones(2), np.ones(2)])
        assert all(map(np.array_equal, opt.params, before)) and opt.state[0]["step"] == 1
    opt = optedu.Adam([np.ones(2), np.ones(2)])
    opt.step([np.ones(2), np.ones(2)])
    for bad in ("x", None, [1], np.array([1.0])):
        opt.state[1]["step"] = bad
        before = [p.copy() for p in opt.params]
        with pytest.raises((TypeError, ValueError), match=r"state\[1\] step"):
            opt.step([np.ones(2), np.ones(2)])
        assert all(map(np.array_equal, opt.params, before)) and opt.state[0]["step"] == 1


def test_numbers_of_state_changed_by_hand_are_checked(engine):
    opt = optedu.SGDScheduleFree([np.ones(2), np.ones(2)])
    opt.step([np.ones(2), np.ones(2)])
    opt.state[1]["weight_sum"] = "x"
    before = [p.copy() for p in opt.params]
    with pytest.raises((TypeError, ValueError), match=r"state\[1\] weight_sum"):
        opt.step([np.ones(2), np.ones(2)])
    assert all(map(np.array_equal, opt.params, before)) and opt.state[0]["step"] == 1


# The cache of compiled loops


def test_a_damaged_cache_is_written_anew(tmp_path, monkeypatch):
    pytest.importorskip("numba")
    from optedu.core import loops

    monkeypatch.setattr(loops, "_folder", lambda: tmp_path)
    text = loops.HEAD.format(options="") + "def loop(start, stop, scalars, a):\n    a[:] = scalars[0]\n"
    a = np.zeros(3)

    def fresh():
        loops.compiled.cache_clear()
        a[:] = 0
        loops.compiled(text)(0, 3, np.array([2.0]), a)
        assert (a == 2).all()

    fresh()
    (source,) = tmp_path.glob("*.py")
    for damage in ("", text.replace("scalars[0]", "7.0"), text[:-10], "import os\nraise SystemExit\n"):
        source.write_text(damage)
        fresh()
        assert source.read_text() == text
    kept = [f for f in tmp_path.rglob("*") if f.suffix in (".nbi", ".nbc")]
    assert len(kept) == 2
    for file in kept:
        for cut in (b"", file.read_bytes()[:100]):
            file.write_bytes(cut)
            fresh()
