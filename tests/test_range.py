"""At the ends of each dtype's range: subnormal gradients, zeros, overflow, an eps that hardly exists."""

from pathlib import Path

import numpy as np
import pytest
import torch
from own import called, own

import optedu
from optedu.core import engines
from optedu.zoo import ZOO

DTYPES = ["float16", "float32", "float64"]
TORCHS = {
    "SGD": [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}],
    "Adam": [{}, {"amsgrad": True}, {"weight_decay": 0.1}],
    "AdamW": [{}, {"betas": (0.5, 0.9)}],
    "RMSprop": [{}, {"centered": True, "momentum": 0.9}],
    "Adagrad": [{}, {"lr_decay": 0.1, "initial_accumulator_value": 0.1}],
}


@pytest.fixture(params=["numpy", "numba", "rule"])
def engine(request):
    if request.param == "numba":
        pytest.importorskip("numba")
    before = optedu.engine()
    yield optedu.engine(request.param)
    optedu.engine(before)


def gradients(dtype):
    """From the smallest number there is to the largest, with zeros; the square of none of them is
    between a zero and the smallest normal number, where torch's order of operations would count."""
    info = np.finfo(dtype)
    root, top = np.sqrt(float(info.tiny)), np.sqrt(float(info.max))
    ends = [0.0, float(info.smallest_subnormal), float(info.tiny) / 2, 4 * root, 1.0, top / 8]
    return np.array([*ends, *(-x for x in ends)], dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", TORCHS)
def test_as_torch_does(name, dtype, engine):
    """Steps over the whole range: as finite as torch's, and as near as rounding allows."""
    eps = float(np.finfo(dtype).eps)
    for settings in TORCHS[name]:
        p = np.ones(12, dtype)
        q = torch.tensor(p.copy(), requires_grad=True)
        mine, theirs = ZOO[name].cls([p], lr=0.01, **settings), getattr(torch.optim, name)([q], lr=0.01, **settings)
        for k in range(4):
            g = np.roll(gradients(dtype), k % 2) if k else gradients(dtype)
            mine.step([g])
            q.grad = torch.tensor(g)
            theirs.step()
            expected = q.detach().numpy()
            assert (np.isfinite(p) == np.isfinite(expected)).all(), (settings, k)
            with np.errstate(all="ignore"):
                off = abs(p.astype(np.float64) - expected) / np.maximum(1, abs(expected.astype(np.float64)))
            # centered: v - m² cancels, and its root carries half of the digits
            allowed = 0.1 * eps**0.5 if "centered" in settings else 40 * eps
            assert off[np.isfinite(expected)].max() < allowed, (settings, k)


@pytest.mark.parametrize("n", [1, 100_000])
def test_s9_a_zero_gradient_in_float16(n, engine):
    """eps is the smallest normal of its kind; divided by a factor first, it would be zero, and the step 0/0."""
    p = np.ones(n, np.float16)
    opt = optedu.Adam([p], eps=5e-7)
    for _ in range(3):
        opt.step([np.zeros(n, np.float16)])
        assert (p == 1).all()


@pytest.mark.parametrize("n", [1, 100_000])
def test_s9_a_subnormal_eps_in_float32(n, engine):
    p = np.ones(n, np.float32)
    opt = optedu.Adam([p], eps=1e-44)
    for _ in range(3):
        opt.step([np.zeros(n, np.float32)])
        assert (p == 1).all()


@pytest.mark.parametrize("n", [1, 100_000])
def test_s9_yogi_near_the_top_of_float16(n, engine):
    rule, g = ZOO["Yogi"].rules[0], np.full(n, 300, np.float16)
    p = np.ones(n, np.float16)
    opt = optedu.Yogi([p])
    q, m, v = p.copy(), np.zeros_like(p), np.full_like(p, 1e-6)
    for _ in range(3):
        opt.step([g])
        settings = {k: opt.param_groups[0][k] for k in ("lr", "betas", "eps", "weight_decay")}
        with np.errstate(all="ignore"):
            q, m, v = called(rule, g, q, m, v, **settings)
        np.testing.assert_array_equal(p, q)
        assert np.isfinite(p).all()


@pytest.mark.parametrize("name", [name for name, entry in ZOO.items() if entry.elementwise and entry.takes == "dense"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_each_rule_over_its_range(name, dtype, engine):
    """The rule called on copies, element by element: finite where it is, and near it."""
    entry, eps = ZOO[name], float(np.finfo(dtype).eps)
    if dtype == "float16" and name == "Sophia":
        pytest.skip("its eps of 1e-12 is zero in float16, and refused as no divisor nowhere")
    first, *_, last = entry.sample()
    for settings in (first, last):
        mine = entry.cls([np.ones(12, dtype)], **settings)
        theirs = entry.cls([np.ones(12, dtype)], **settings)
        for k in range(3):
            g = np.roll(gradients(dtype), k)
            mine.step([g])
            before = optedu.engine()
            optedu.engine("rule")
            theirs.step([g])
            optedu.engine(before)
            a, b = mine.params[0], theirs.params[0]
            assert (np.isfinite(a) == np.isfinite(b)).all(), (settings, k)
            finite = np.isfinite(b)
            with np.errstate(all="ignore"):
                off = abs(a.astype(np.float64) - b)[finite] / np.maximum(1, abs(b[finite].astype(np.float64)))
            assert off.max() <= (0 if dtype == "float16" and engine != "numba" else 64 * eps), (settings, k)


def scaled_gradient(g, p, v, *, scale, lr):
    """A rule that undoes the scale of a loss. Without its factor, g² leaves float32 long before (scale·g)² does."""
    u = g * scale
    v = 0.9 * v + 0.1 * u * u
    return p - lr * u / (np.sqrt(v) + 1e-8), v


@pytest.mark.parametrize(("scale", "size"), [(2.0**-48, 1e25), (2.0**60, 1e-28), (2.0**-16, 1e14), (2.0**10, 1e-12)])
@pytest.mark.parametrize("n", [3, 100_000])
def test_a_factor_does_not_leave_an_array_that_needs_it(scale, size, n, engine):
    g, p = np.full(n, size, np.float32), np.zeros(n, np.float32)
    opt = own(scaled_gradient, p, "v", scale=scale, lr=1.0)
    opt.step([g])
    expected = called(scaled_gradient, g, np.zeros(n, np.float32), np.zeros(n, np.float32), scale=scale, lr=1.0)
    np.testing.assert_allclose([p, opt.state[0]["v"]], expected, rtol=1e-5)


def test_a_rate_of_zero_makes_no_nan_of_what_overflows(engine):
    """0 · (m / tiny) would be 0 · inf."""
    p, g = np.ones(3, np.float32), np.full(3, 1e30, np.float32)

    def rule(g, p, *, lr, by):
        return (p - lr * g / (abs(g) / by + by),)

    opt = own(rule, p, lr=0.0, by=1e-30)
    opt.step([g])
    with np.errstate(all="ignore"):
        (expected,) = called(rule, g, np.ones(3, np.float32), lr=0.0, by=1e-30)
    np.testing.assert_array_equal(p, expected)


def test_a_product_of_numbers_that_underflows(engine):
    """Two positive numbers, whose product is zero: no error of ours, but what the rule gives."""
    rule = lambda g, p, *, a, b: (p - a * (g / (b * (a * p))),)  # noqa: E731
    p = np.ones(3)
    opt = own(rule, p, a=1e-200, b=1e-200)
    opt.step([np.ones(3)])
    with np.errstate(all="ignore"):
        (expected,) = called(rule, np.ones(3), np.ones(3), a=1e-200, b=1e-200)
    np.testing.assert_array_equal(p, expected)


def test_an_infinite_element_stays_where_the_rule_has_it(engine):
    """It may stay infinite where the rule says NaN (p - c·p), and no finite one is made of it."""
    for name in ("SGD", "AdamW", "RMSprop", "Lion", "Adagrad"):
        for bad in (np.inf, -np.inf, np.nan):
            p = np.array([1.0, bad, 1.0], np.float32)
            opt = ZOO[name].cls([p], lr=0.01, weight_decay=0.1)
            for _ in range(3):
                opt.step([np.array([1.0, 1.0, 1.0], np.float32)])
            assert np.isfinite(p).tolist() == [True, False, True]


# What the table in book/reference/api.md says


def row(beginning):
    """The cells of a row of the table."""
    page = (Path(__file__).parents[1] / "book/reference/api.md").read_text()
    (line,) = [line for line in page.splitlines() if line.startswith(f"| {beginning}")]
    return [cell.strip() for cell in line.split("|")[2:-1]]


@pytest.mark.parametrize("k", range(3))
def test_the_table_of_what_each_dtype_can_hold(k):
    dtype = np.dtype(DTYPES[k])
    least = float(np.finfo(dtype).smallest_subnormal)

    def edge(holds, low, high):
        """Between a number for which it does not hold and one for which it does, the first that does."""
        for _ in range(3000):
            middle = (low + high) / 2
            low, high = (low, middle) if holds(dtype.type(middle)) else (middle, high)
        return high

    with np.errstate(all="ignore"):
        tiny, top = float(np.finfo(dtype).tiny), float(np.finfo(dtype).max)
        expected = {
            "least eps that is not zero": least,
            "least eps with all its digits": tiny,
            "least gradient whose square is not zero": edge(lambda x: x * x > 0, 0.0, 1.0),
            "least gradient whose square has all its digits": edge(lambda x: x * x >= tiny, 0.0, 1.0),
            "largest gradient whose square is finite": edge(lambda x: x * x == np.inf, 1.0, top),
        }
    for name, value in expected.items():
        assert row(name)[k] == f"{value:.1e}", name
    low, high, smallest, largest = engines.limits(dtype)
    if dtype == np.float16:
        assert (low, high, smallest, largest) == engines.AS_WRITTEN and row("scalar factors")[k] == "never"
    else:
        assert (low, high) == (tiny, top)
        assert row("scalar factors")[k] == f"if within {smallest:.1e} and {largest:.1e}"


@pytest.mark.parametrize(("eps", "finite"), [(1e-8, False), (1e-7, True)])
def test_the_eps_that_the_page_recommends(eps, finite, engine):
    p = np.ones(3, np.float16)
    q = torch.ones(3, dtype=torch.float16, requires_grad=True)
    q.grad = torch.zeros_like(q)
    optedu.Adam([p], eps=eps).step([np.zeros(3, np.float16)])
    torch.optim.Adam([q], eps=eps).step()
    assert np.isfinite(p).all() == finite == bool(torch.isfinite(q).all())
