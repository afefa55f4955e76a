"""Scalar factors taken out of arrays: fewer operations, the same numbers."""

import numpy as np
import pytest
from numpy import maximum, sqrt
from one_sweep import sweep

from optedu.core.factors import factored
from optedu.core.reading import read
from optedu.core.tracing import Fork, Leaf, trace
from optedu.optim.adam import adam, adamw

ADAM = {"t": 1, "lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01}


ARRAYS = ["g", "p", "m", "v", None]


def test_adamw_takes_thirteen_operations_where_its_text_has_sixteen():
    shorter, *_, written = read(adamw, ARRAYS, ADAM).ways
    assert (len(shorter.operations), len(written.operations)) == (13, 16)
    assert [x.op for x in shorter.operations].count("divide") == 1


@pytest.mark.parametrize(("rule", "expected"), [
    (lambda g, p, *, a, b: (a * (p / b),), ["multiply"]),
    (lambda g, p, *, a, b: (a * p * (b * g),), ["multiply", "multiply"]),
    (lambda g, p, *, a, b: (p - a * b * p,), ["multiply"]),  # (1 - ab) p
    (lambda g, p, *, a, b: (a * sqrt(p / b),), ["sqrt", "multiply"]),
    (lambda g, p, *, a, b: ((a * p + a * g) / b,), ["add", "multiply"]),
    (lambda g, p, *, a, b: (-1 * -p * -g,), ["multiply", "negative"]),
    (lambda g, p, *, a, b: (b * g / (a * p + b),), ["add", "divide", "multiply"]),
    (lambda g, p, *, a, b: (a * (a * g) ** 2,), ["square", "multiply"]),
    (lambda g, p, *, a, b: (p - a * g,), ["multiply", "subtract"]),
    (lambda g, p, *, a, b: (maximum(a * p, b * g),), ["multiply", "multiply", "maximum"]),
    (lambda g, p, *, a, b: (1 / (a * p) / b,), ["divide", "multiply"]),
])  # fmt: skip
def test_operations_left(rule, expected):
    assert [x.op for x in read(rule, ["g", "p"], {"a": 0.1, "b": 0.2}).ways[0].operations] == expected


@pytest.mark.parametrize("a", [0.5, -0.5, 0.0, np.nan])
@pytest.mark.parametrize("rule", [
    lambda g, p, *, a, b: (sqrt(g / a) * b,),
    lambda g, p, *, a, b: (p - b * g / (sqrt(p * a) + b),),
    lambda g, p, *, a, b: (g / (a * p + b),),
    lambda g, p, *, a, b: (b * (p / (a * g)),),
    lambda g, p, *, a, b: (p - a * p + b * g / a,),
])  # fmt: skip
def test_any_factor_gives_what_the_rule_gives(rule, a):
    """Where a factor is not positive, the rule is followed as it is written."""
    g, p = np.array([4.0, -1.0, 0.0, np.inf]), np.array([-9.0, 2.0, 1.0, 3.0])
    with np.errstate(all="ignore"):
        try:
            (expected,) = rule(g, p, a=np.float64(a), b=2.0)
            sweep(rule, g, p, [], {"a": a, "b": 2.0})
        except ZeroDivisionError:  # a rule that divides numbers of the step by zero says so
            return
    np.testing.assert_allclose(p, expected, rtol=1e-14)


def test_a_sum_keeps_its_order():
    """(Compensated summation lives on the difference of what is equal on paper.)"""

    def lost(g, p, *, a):
        return ((p + g) - p,)

    p = np.full(3, 1e16)
    sweep(lost, np.ones(3), p, [], {"a": 1.0})
    assert (p == 0).all()


def test_what_is_no_shorter_stays_as_it_is_written():
    tree = trace(lambda g, p, *, a: (p - a * g, p / a), ["g", "p"], {"a": 0.1})
    assert isinstance(factored(tree), Leaf)
    same = trace(lambda g, p: (g,), ["g", "p"], {})
    assert factored(same) == same


def test_one_fork_for_each_factor_that_has_to_be_positive():
    tree = factored(trace(adam, ARRAYS, ADAM, zeros_stay=True))
    assert isinstance(tree, Fork) and isinstance(tree.yes, Fork) and isinstance(tree.yes.yes, Leaf)
    assert tree.no is tree.yes.no
