"""A rule that is no function of its arguments is called, not read; and what was read is watched."""

import math
import random

import numpy as np
import pytest
from own import LARGE, SMALL, called, own, ramp

import optedu


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


class Config:
    lr = 1.0


RATE = 1.0


def helper_of_helper(x):
    return 2.0 * x


def helper(x):
    return helper_of_helper(x)


helper.gain = 1.0


def with_random_numbers():
    rng = np.random.default_rng(7)
    return lambda g, p: (p - rng.standard_normal() * g,)


def with_python_s_random_numbers():
    numbers = random.Random(3)
    return lambda g, p: (p - numbers.random() * g,)


def with_a_clock():
    ticks = iter(range(100))

    def now():
        return float(next(ticks))

    return lambda g, p: (p - now() * g,)


def with_a_list_around_it():
    seen = []

    def rule(g, p):
        seen.append(1)
        return (p - len(seen) * g,)

    return rule


def with_a_variable_around_it():
    calls = 0

    def rule(g, p):
        nonlocal calls
        calls += 1
        return (p - calls * g,)

    return rule


def with_a_mutable_default():
    def rule(g, p, *, seen=[]):  # noqa: B006
        seen.append(1)
        return (p - len(seen) * g,)

    return rule


def with_a_class_attribute():
    class Counter:
        n = 0

    def rule(g, p):
        Counter.n += 1
        return (p - Counter.n * g,)

    return rule


def with_an_attribute_of_its_own():
    def rule(g, p):
        rule.n = getattr(rule, "n", 0) + 1
        return (p - rule.n * g,)

    return rule


def with_a_global():
    space = {"n": 0}
    exec("def rule(g, p):\n    global n\n    n += 1\n    return (p - n * g,)", space)
    return space["rule"]


def with_a_set():
    return lambda g, p, *, t: (p - (10.0 if t in {2, 3} else 1.0) * g,)


def with_a_dict():
    return lambda g, p, *, t: (p - {1: 5.0, 3: 7.0}.get(t, 1.0) * g,)


def with_a_text():
    return lambda g, p, *, t: (p - (10.0 if f"{t}" == "2" else 1.0) * g,)


def with_percent():
    return lambda g, p, *, t: (p - (10.0 if "%d" % t == "2" else 1.0) * g,)  # noqa: UP031


def with_isinstance():
    return lambda g, p: (p - g if isinstance(g, np.ndarray) else p + g,)


def with_type():
    return lambda g, p: (p - g if type(g) is np.ndarray else p + g,)


def with_float():
    return lambda g, p, *, t: (p - math.sqrt(t) * g,)


def with_round():
    return lambda g, p, *, t: (p - round(t / 2) * g + t // 2 * g,)


def with_in_place():
    def rule(g, p):
        old = p
        p *= 0.5
        return (old - g,)

    return rule


def with_a_gradient_in_place():
    def rule(g, p):
        g *= 0.5
        return (p - g,)

    return rule


def with_everything_caught():
    def rule(g, p, *, t):
        try:
            late = 5.0 if t > 2 else 1.0
        except:  # noqa: E722
            late = 100.0
        return (p - late * g,)

    return rule


def with_a_refusal_caught():
    def rule(g, p):
        try:
            scale = float(abs(g).max())
        except TypeError:
            scale = 0.0
        return (p - scale * g,)

    return rule


def with_identity():
    return lambda g, p: (p - (1.0 if 1.0 * g is 1.0 * g else 2.0) * g,)


def with_finally():
    def rule(g, p, *, t):
        try:
            late = 1.0 if t > 2 else 5.0
        finally:
            return (p - g * locals().get("late", 100.0),)  # noqa: B012

    return rule


def with_a_walk():
    return lambda g, p: (p - sum(x for x in g[:3]) * g,)


def with_any():
    return lambda g, p: (p - (1.0 if (g > 0).any() else 2.0) * g,)


NO_FUNCTIONS = [make for name, make in list(globals().items()) if name.startswith("with_")]


@pytest.mark.parametrize("make", NO_FUNCTIONS, ids=lambda make: make.__name__)
def test_what_is_not_an_argument_is_not_frozen(make, n):
    counted = "t" in make().__kwdefaults__ if make().__kwdefaults__ else "t" in make().__code__.co_varnames
    by_hand, mine = make(), make()
    p = ramp(n)
    q, opt = p.copy(), own(mine, p)
    for t in range(1, 6):
        g = ramp(n) / t
        with np.errstate(all="ignore"):
            (q,) = called(by_hand, g, q, **({"t": t} if counted else {}))
        before = g.copy()
        opt.step([g])
        np.testing.assert_array_equal(p, q)
        np.testing.assert_array_equal(g, before)


WATCHED = {
    "global": lambda monkeypatch: monkeypatch.setitem(globals(), "RATE", 3.0),
    "class attribute": lambda monkeypatch: monkeypatch.setattr(Config, "lr", 3.0),
    "helper": lambda monkeypatch: monkeypatch.setitem(globals(), "helper", lambda x: 5.0 * x),
    "helper's helper": lambda monkeypatch: monkeypatch.setitem(globals(), "helper_of_helper", lambda x: 5.0 * x),
    "helper's code": lambda monkeypatch: monkeypatch.setattr(
        helper_of_helper, "__code__", (lambda x: 5.0 * x).__code__
    ),
    "helper's attribute": lambda monkeypatch: monkeypatch.setattr(helper, "gain", 3.0),
    "module": lambda monkeypatch: monkeypatch.setattr(math, "tau", 3.0),
}
RULES = {
    "global": lambda g, p: (p - RATE * g,), "class attribute": lambda g, p: (p - Config.lr * g,),
    "helper": lambda g, p: (p - helper(g),), "helper's helper": lambda g, p: (p - helper(g),),
    "helper's code": lambda g, p: (p - helper(g),), "helper's attribute": lambda g, p: (p - helper.gain * g,),
    "module": lambda g, p: (p - math.tau * g,),
}  # fmt: skip


@pytest.mark.parametrize("what", WATCHED)
@pytest.mark.parametrize("again", [False, True], ids=["the same optimizer", "a new one"])
def test_what_a_rule_sees_is_looked_up_at_each_step(what, again, n, monkeypatch):
    rule, g = RULES[what], np.ones(n)
    opt = own(rule, np.zeros(n))
    opt.step([g])
    first = called(rule, g, np.zeros(n))[0]
    np.testing.assert_array_equal(opt.params[0], first)
    WATCHED[what](monkeypatch)
    (second,) = called(rule, g, first)
    if again:
        opt = own(rule, first.copy())
    opt.step([g])
    np.testing.assert_array_equal(opt.params[0], second)
    assert not np.array_equal(second - first, first)


def test_a_cell_a_default_and_an_aliased_function(n):
    gain = 1.0

    def helped(x):
        return helped.by * x

    helped.by = 1.0

    def rule(g, p, *, lr, factor=1.0):
        f = helped
        return (p - lr * gain * factor * f.by * g - helped(g),)

    p = np.zeros(n)
    opt = own(rule, p, lr=1.0)
    opt.step([np.ones(n)])
    assert (p == -2).all()
    gain = 2.0
    opt.step([np.ones(n)])
    assert (p == -5).all()
    rule.__kwdefaults__["factor"] = 3.0
    opt.step([np.ones(n)])
    assert (p == -12).all()
    helped.by = 0.5
    opt.step([np.ones(n)])
    assert (p == -15.5).all()


def test_a_setting_of_zero_is_what_it_is(n):
    """Not a float where it was a whole number."""

    def rule(g, p, *, k):
        return (p - g if isinstance(k, int) else p + g,)

    for k in (0, 2):
        opt = own(rule, np.zeros(n), k=k)
        opt.settings["k"] = lambda _, value: value
        opt.param_groups[0]["k"] = k
        opt.step([np.ones(n)])
        assert (opt.params[0] == -1).all()
