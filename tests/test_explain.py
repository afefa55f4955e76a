"""optedu.explain says in words how a rule is run, or why it was not read, with the line."""

import inspect
import math
import time

import numpy as np
import pytest

import optedu
from optedu.zoo import ZOO

SEEN: list = []


class Config:
    rate = 0.1


def normed(g, p, *, lr):
    scale = np.linalg.norm(g)
    return (p - lr * g / scale,)


def noisy(g, p, *, lr):
    return (p - lr * np.random.standard_normal() * g,)  # noqa: NPY002


def timed(g, p, *, lr):
    return (p - lr * time.time() * g,)


def around():
    seen = [1]

    def listed(g, p, *, lr):
        return (p - lr * len(seen) * g,)

    return listed


def remembering(g, p, *, lr, seen=[]):  # noqa: B006
    return (p - lr * len(seen) * g,)


def configured(g, p, *, lr):
    return (p - Config.rate * g,)


def scheduled(g, p, *, t, lr):
    late = t in {100, 200}
    return (p - lr * g,) if late else (p,)


def printed(g, p, *, t, lr):
    name = f"step {t}"
    return (p - lr * len(name) * g,)


def typed(g, p, *, lr):
    if isinstance(g, np.ndarray):
        return (p - lr * g,)
    return (p,)


def counted(g, p, *, t, lr):
    if isinstance(t, int):
        return (p - lr * g,)
    return (p,)


def stored(g, p, *, lr):
    p -= lr * g
    return (p,)


def rooted(g, p, *, t, lr):
    return (p - lr / math.sqrt(t) * g,)


def branching(g, p, *, lr):
    if g.sum() > 0:
        return (p - lr * g,)
    return (p,)


def helped(g, p, *, lr):
    return (p - lr * helper(g),)


def helper(g):
    return g / g.max()


def catching(g, p, *, t, lr):
    try:
        return (p - lr * g,) if t > 5 else (p,)
    except:  # noqa: E722
        return (p + g,)


def same(g, p, *, lr):
    return (p - lr * g,) if g is p else (p,)


def sets_a_global(g, p, *, lr):
    global LAST
    LAST = lr
    return (p - lr * g,)


LAST = 0.0

UNREAD = {  # rule: what is said, and the line where it is done
    normed: ("it uses np.linalg.norm, which is more than arithmetic on single elements", "np.linalg.norm(g)"),
    noisy: ("it uses np.random.standard_normal, which is more than arithmetic", "standard_normal()"),
    timed: ("it uses time.time (builtin_function_or_method), which is not an argument and may change", "time.time()"),
    around(): ("seen, a variable of the function around listed (list), which is not an argument", ""),
    remembering: ("seen is [], no number, flag or text", ""),
    configured: ("it uses Config (type), which is not an argument and may change", "Config.rate"),
    scheduled: ("it needs a number's value ahead of the step", "t in {100, 200}"),
    printed: ("it makes a text of a number", 'f"step {t}"'),
    typed: ("it uses np.ndarray, which is more than arithmetic on single elements", "isinstance(g, np.ndarray)"),
    counted: ("it asks what class a number is of", "isinstance(t, int)"),
    stored: ("it changes an array in place", "p -= lr * g"),
    rooted: ("it needs a number's value ahead of the step", "math.sqrt(t)"),
    branching: ("it asks an array for .sum", "g.sum() > 0"),
    helped: ("it asks an array for .max", "g / g.max()"),
    catching: ("it catches every exception", ""),
    same: ("same asks whether two values are one and the same object", "g is p"),
    sets_a_global: ("sets_a_global changes LAST", ""),
}


@pytest.mark.parametrize("rule", UNREAD, ids=lambda rule: rule.__name__)
def test_why_a_rule_was_not_read(rule):
    said, line = UNREAD[rule]
    found = optedu.explain(rule)
    assert not found.read and said in found.why_not
    assert str(found).startswith(f"{rule.__name__} is not read: ")
    assert "It is called at each step, on whole arrays" in str(found)
    if line:  # named by its number and its text
        source, first = inspect.getsourcelines(helper if rule is helped else rule)
        k = next(k for k, text in enumerate(source) if line in text)
        assert f"line {first + k} of" in found.why_not and source[k].strip() in found.why_not
    assert (found.operations, found.passes, found.bytes_per_parameter) == (0, 0, 0)


def test_a_rule_that_is_read():
    found = optedu.explain(lambda g, p, m, *, lr: (p - lr * m, 0.9 * m + g))
    assert found == ("<lambda>", True, "", True, False, 4, 4, 20, optedu.engine(), False)
    assert "is read: 4 operations on arrays, 4 when" in str(found) and "at least 20 bytes per parameter" in str(found)
    assert "Large arrays are cut into blocks" in str(found)


def test_operations_passes_and_bytes():
    assert optedu.explain(optedu.AdamW)[5:8] == (16, 13, 28)  # reads g p m v, writes p m v
    assert optedu.explain(optedu.SGD)[5:8] == (2, 2, 12)  # reads g p, writes p
    assert optedu.explain(optedu.SGD, momentum=0.9).read
    assert optedu.explain(optedu.AdamW([np.ones(3)]))[5:8] == (16, 13, 56)  # float64
    half = optedu.explain(optedu.AdamW([np.ones(3, np.float16)]))
    assert half[5:8] == (16, 16, 14)  # in float16 no factor is taken out


def test_an_optimizer_with_the_state_that_it_has():
    opt = optedu.SGD([np.ones(3, np.float32)], momentum=0.9)
    born = optedu.explain(opt)
    opt.step([np.ones(3, np.float32)])
    assert optedu.explain(opt) == born and born.bytes_per_parameter == 20  # reads g p buf, writes p buf
    before = [p.copy() for p in opt.params]
    optedu.explain(opt)
    np.testing.assert_array_equal(opt.params, before)


def test_settings_count():
    plain, decayed = (optedu.explain(optedu.AdamW, weight_decay=x) for x in (0, 0.01))
    assert plain.operations == decayed.operations  # (no branch asks for it)
    assert optedu.explain(optedu.Adam).operations < optedu.explain(optedu.Adam, weight_decay=0.1).operations
    rule = lambda g, p, *, lr, wd: (p - lr * (g + wd * p) if wd else p - lr * g,)  # noqa: E731
    assert optedu.explain(rule).operations == 4 and optedu.explain(rule, wd=0.0).operations == 2


def test_a_default_of_none_is_no_state():
    def rule(g, p, buf=None, *, lr):
        return p - lr * g, g if buf is None else 0.9 * buf + g

    found = optedu.explain(rule)
    assert found.read and not found.blocks


@pytest.mark.parametrize("name", ZOO)
def test_each_optimizer(name):
    """Elementwise rules are read, the others say that they see whole tensors; both in one sentence or two."""
    found = optedu.explain(ZOO[name].cls)
    assert found.read == (ZOO[name].elementwise and name != "LBFGS")
    if found.read:
        assert 0 < found.passes <= found.operations and found.bytes_per_parameter >= 8
    else:
        assert "whole" in str(found) and found.why_not
    assert found == optedu.explain(ZOO[name].cls([np.ones((2, 2), np.float32)]))


def test_sums_are_the_engine_s_where_it_takes_them(monkeypatch):
    for engine, dtype, summed in (("numpy", "f4", False), ("numba", "f4", True), ("numba", "f2", False)):
        monkeypatch.setattr(optedu.core.engines, "current", engine)
        found = optedu.explain(optedu.LAMB([np.ones((2, 2), dtype)]))
        assert found.noted and found.summed == summed == ("sums, means and norms" in str(found))
    assert not optedu.explain(normed).summed  # (it was not said that it sees whole tensors: it is called on copies)


def test_markdown_and_engine(monkeypatch):
    before = optedu.engine()
    try:
        for engine in ("numpy", "rule"):
            optedu.engine(engine)
            found = optedu.explain(optedu.SGD)
            assert found.engine == engine and f"Engine: {engine}, " in str(found)
            assert found._repr_markdown_().replace("  \n", "\n") == str(found)
    finally:
        optedu.engine(before)


def test_what_is_no_rule():
    for bad in (5, None, "AdamW", np.ones(3)):
        with pytest.raises(TypeError, match="rule must be a rule, an optimizer or its class, got"):
            optedu.explain(bad)
    with pytest.raises(TypeError, match="takes no setting beta"):
        optedu.explain(lambda g, p, *, lr: (p - lr * g,), beta=0.9)
    with pytest.raises(TypeError, match="beta"):
        optedu.explain(optedu.SGD, beta=0.9)
    with pytest.raises(ValueError, match="lr must be >= 0, got -1"):
        optedu.explain(optedu.SGD, lr=-1)
