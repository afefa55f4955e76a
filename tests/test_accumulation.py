"""Accumulation: micro-batches of any sizes give the gradient of the whole batch."""

import doctest
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import optedu
from optedu import lab
from optedu.training import GradientAccumulator, accumulation, gradient_noise_scale

NET = lab.MLP((6, 5, 3))
RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((24, 6)), RNG.integers(0, 3, 24)


def accumulated(params, cuts):
    total = GradientAccumulator(params)
    for rows in np.split(np.arange(len(Y)), cuts):
        if len(rows):
            total.add(NET.loss_and_grads(params, X[rows], Y[rows])[1], weight=len(rows))
    return total


@given(st.lists(st.integers(0, 24), max_size=6))
def test_any_split_gives_the_gradient_of_the_whole_batch(cuts):
    params = NET.start(1)
    whole = NET.loss_and_grads(params, X, Y)[1]
    total = accumulated(params, sorted(cuts))
    assert total.weight == 24
    for ours, g in zip(total.mean(), whole, strict=True):
        np.testing.assert_allclose(ours, g, rtol=1e-12, atol=1e-15)


def test_by_hand():
    total = GradientAccumulator([np.zeros(2)])
    total.add([np.array([1.0, 0.0])], weight=3)
    total.add([np.array([5.0, 4.0])], weight=1)
    np.testing.assert_array_equal(total.mean()[0], [2, 1])
    np.testing.assert_array_equal(total.mean()[0], [2, 1])  # reading does not change it
    total.reset()
    total.add([np.array([7.0, 8.0])])
    np.testing.assert_array_equal(total.mean()[0], [7, 8])


def test_as_torch_with_weighted_losses():
    model = torch.nn.Linear(6, 3, dtype=torch.float64)
    x, y = torch.tensor(X), torch.tensor(Y)
    params = [p.detach().numpy() for p in model.parameters()]
    total = GradientAccumulator(params)
    for rows in torch.split(torch.arange(24), [20, 3, 1]):
        model.zero_grad()
        torch.nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        total.add([p.grad for p in model.parameters()], weight=len(rows))
    model.zero_grad()
    torch.nn.functional.cross_entropy(model(x), y).backward()
    for ours, p in zip(total.mean(), model.parameters(), strict=True):
        np.testing.assert_allclose(ours, p.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_same_training_as_with_the_whole_batch():
    one, many = NET.start(2), NET.start(2)
    opt_one, opt_many = optedu.Adam(one, lr=0.01), optedu.Adam(many, lr=0.01)
    for _ in range(50):
        opt_one.step(NET.loss_and_grads(one, X, Y)[1])
        opt_many.step(accumulated(many, [10, 11, 20]).mean())
    for p, q in zip(one, many, strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-9, atol=1e-12)


def test_none_counts_as_zero_and_stays_none_if_it_never_came():
    total = GradientAccumulator([np.zeros(2), np.zeros(1)])
    total.add([np.array([4.0, 8.0]), None])
    total.add([None, None], weight=3)
    first, second = total.mean()
    np.testing.assert_array_equal(first, [1, 2])
    assert second is None


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_dtype_is_that_of_the_parameter(dtype):
    total = GradientAccumulator([np.zeros((), dtype), np.zeros((2, 0), dtype)])
    for _ in range(4096):  # a float16 sum would stop at 2048
        total.add([np.ones((), dtype), np.zeros((2, 0), dtype)])
    scalar, empty = total.mean()
    assert scalar.dtype == empty.dtype == dtype and isinstance(scalar, np.ndarray)
    assert scalar == 1 and empty.shape == (2, 0)


def test_gradients_are_copied_and_results_are_independent():
    g = np.ones(2)
    total = GradientAccumulator([np.zeros(2)])
    total.add([g])
    g[:] = 50
    total.mean()[0][:] = 9
    total.add([np.full(2, 3.0)])
    np.testing.assert_array_equal(total.mean()[0], [2, 2])
    np.testing.assert_array_equal(g, [50, 50])


@pytest.mark.parametrize("params, error, words", [
    (np.zeros(2), TypeError, "params must be a list"),
    ({"w": np.zeros(2)}, TypeError, "params must be a list"),
    (3, TypeError, "params must be a list"),
    ([], ValueError, "params is empty"),
    ([np.zeros(2), [0.0]], TypeError, r"params\[1\]"),
    ([np.zeros(2, int)], TypeError, r"params\[0\].*float"),
])  # fmt: skip
def test_refused_parameters(params, error, words):
    with pytest.raises(error, match=words):
        GradientAccumulator(params)


@pytest.mark.parametrize("grads, weight, error, words", [
    (np.ones(2), 1, TypeError, "grads must be a list"),
    ([np.ones(2)], 1, ValueError, "1 entries for 2 parameters"),
    ([np.ones(2), np.ones(3)], 1, ValueError, r"grads\[1\] has shape"),
    ([np.ones(2), np.ones(1, "float32")], 1, TypeError, r"grads\[1\] has dtype"),
    ([np.ones(2), np.ones(1)], 0, ValueError, "weight must be > 0, got 0"),
    ([np.ones(2), np.ones(1)], -3, ValueError, "weight must be > 0, got -3"),
    ([np.ones(2), np.ones(1)], math.nan, ValueError, "weight"),
    ([np.ones(2), np.ones(1)], math.inf, ValueError, "weight must be finite"),
    ([np.ones(2), np.ones(1)], "8", TypeError, "weight must be a number"),
    ([np.ones(2), np.ones(1)], True, TypeError, "weight must be a number"),
])  # fmt: skip
def test_refused_gradients_change_nothing(grads, weight, error, words):
    total = GradientAccumulator([np.zeros(2), np.zeros(1)])
    total.add([np.ones(2), np.ones(1)], weight=2)
    with pytest.raises(error, match=words):
        total.add(grads, weight)
    assert total.weight == 2
    np.testing.assert_array_equal(total.mean()[0], [1, 1])


def test_an_empty_accumulator_is_not_read():
    total = GradientAccumulator([np.zeros(2)])
    with pytest.raises(ValueError, match="call add"):
        total.mean()
    total.add([np.ones(2)])
    total.reset()
    with pytest.raises(ValueError, match="call add"):
        total.mean()


def test_noise_scale_by_hand():
    # |G|² = 3, tr Σ = 60: E|g_B|² is 3 + 60/B.
    scale, signal, noise = gradient_noise_scale(3 + 60 / 4, 3 + 60 / 20, 4, 20)
    np.testing.assert_allclose([scale, signal, noise], [20, 3, 60])


def test_noise_scale_is_unbiased_also_for_nested_batches():
    rng = np.random.default_rng(0)
    G, std = np.array([1.0, -2.0, 0.5]), np.array([3.0, 1.0, 2.0])
    micro = G + std / math.sqrt(4) * rng.standard_normal((100_000, 8, 3))  # 8 micro-batches of 4
    small, big = (micro**2).sum(-1), (micro.mean(1) ** 2).sum(-1)
    scale, signal, noise = gradient_noise_scale(small, big, 4, 32)
    assert abs(signal / (G @ G) - 1) < 0.01 and abs(noise / (std @ std) - 1) < 0.01
    assert abs(scale / (std @ std / (G @ G)) - 1) < 0.02


def test_noise_scale_without_signal_is_nan():
    scale, signal, _ = gradient_noise_scale(10.0, 1.0, 1, 10)
    assert math.isnan(scale) and signal <= 0


@pytest.mark.parametrize("arguments, error, words", [
    ((1.0, 1.0, 8, 8), ValueError, "b_small must be below b_big"),
    ((1.0, 1.0, 8, 4), ValueError, "b_small must be below b_big"),
    ((1.0, 1.0, 8, math.inf), ValueError, "finite"),
    ((1.0, 1.0, 0, 8), ValueError, "b_small must be > 0"),
    ((-1.0, 1.0, 4, 8), ValueError, "small must hold squared norms"),
    ((1.0, [1.0, math.nan], 4, 8), ValueError, "big must hold squared norms"),
    (([], 1.0, 4, 8), ValueError, "small is empty"),
    (("x", 1.0, 4, 8), TypeError, "small must hold numbers"),
    ((1.0, 1.0, "4", 8), TypeError, "b_small must be a number"),
])  # fmt: skip
def test_noise_scale_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        gradient_noise_scale(*arguments)


def test_example_of_the_docstring():
    names = {"np": np, **vars(accumulation)}
    for example in doctest.DocTestFinder().find(GradientAccumulator, globs=names):
        assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("weight", [1e39, 1e-60, math.inf, 3e38])
def test_weights_that_float32_does_not_have(weight):
    """They would turn the sums into infinities, or into nothing."""
    w = np.zeros(1, np.float32)
    total = GradientAccumulator([w])
    total.add([np.ones(1, np.float32)], weight=3e38)
    with pytest.raises(ValueError, match="weight must be finite, also in float32"):
        total.add([np.ones(1, np.float32)], weight=weight)
    assert total.weight == 3e38 and total.mean()[0] == 1


def test_a_strict_error_state_stops_nothing_half_way():
    total = GradientAccumulator([np.zeros(1), np.zeros(1)])
    with np.errstate(all="raise"):
        for _ in range(2):
            total.add([np.ones(1), np.full(1, 1.7e308)])
    assert [g.tolist() for g in total.mean()] == [[1.0], [math.inf]]
