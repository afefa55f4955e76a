"""What a live figure computes on tensors of a few numbers is what the rules compute on arrays."""

import numpy as np
import pytest

from optedu.lab.live_figures.small_tensors import Tensor, norm, number, on_numbers
from optedu.optim.adafactor import adafactor
from optedu.optim.lamb import lamb
from optedu.optim.lars import lars
from optedu.optim.lbfgs import two_loop
from optedu.optim.shampoo import inverse_root, shampoo

LAMB = dict(lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)
LARS = dict(lr=0.1, momentum=0.9, weight_decay=0.1, trust_coefficient=0.5)
ADAFACTOR = dict(lr=0.1, beta2_decay=-0.8, eps=(1e-8, 1e-3), d=1.0, weight_decay=0.1)


def tensor(x):
    return None if x is None else Tensor(list(np.ravel(x)), np.shape(x))


def some(rng, *shape):
    return rng.standard_normal(shape)


@pytest.mark.parametrize(
    ("rule", "settings", "state"),
    [
        (lars, LARS, lambda p: [0 * p]),
        (lamb, LAMB, lambda p: [0 * p, 0 * p]),
        (adafactor, ADAFACTOR, lambda p: [0 * p[:, :1], 0 * p[:1], None]),
    ],
    ids=["lars", "lamb", "adafactor"],
)
@pytest.mark.parametrize("scale", [0.0, 1.0, 1e3])
def test_rules_do_the_same_on_numbers(rule, settings, state, scale):
    rng = np.random.default_rng(0)
    p = scale * some(rng, 2, 3)
    here, there = [p, *state(p)], [tensor(x) for x in (p, *state(p))]
    for t in range(1, 4):
        g = some(rng, 2, 3)
        counted = {} if rule is lars else {"t": t}
        here = rule(g, *here, **settings, **counted)
        there = on_numbers(rule)(tensor(g), *there, **settings, **{k: number(float(v)) for k, v in counted.items()})
        for a, b in zip(here, there, strict=True):
            if a is not None:
                assert np.shape(a) == b.shape
                np.testing.assert_allclose(b.numbers, np.ravel(a), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("shape", [(2,), (2, 2)])
def test_shampoo_does_the_same_on_numbers(shape):
    """On its own, with NumPy's functions of matrices taken over by the tensors."""
    rng = np.random.default_rng(0)
    settings = dict(lr=0.1, eps=1e-3, weight_decay=0.1)
    p = some(rng, *shape)
    stats = [1e-3 * np.eye(2) for _ in shape]
    here, there = (p, stats), (tensor(p), [tensor(s) for s in stats])
    for _ in range(4):
        g = some(rng, *shape)
        here, there = shampoo(g, *here, **settings), shampoo(tensor(g), *there, **settings)
        assert there[0].shape == shape and len(there[1]) == len(shape)
        for a, b in zip((here[0], *here[1]), (there[0], *there[1]), strict=True):
            np.testing.assert_allclose(b.numbers, np.ravel(a), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("entries", [(1, 0, 1), (2, 0, 1), (1, 0, 2), (1, 2, 5), (5, -2, 1), (0, 0, 0)])
def test_roots_of_small_matrices(entries):
    a, b, c = map(float, entries)
    matrix = np.array([[a, b], [b, c]])
    found = inverse_root(tensor(matrix), 2, 1e-2)
    np.testing.assert_allclose(found.numbers, inverse_root(matrix, 2, 1e-2).ravel(), rtol=1e-13, atol=1e-13)


def test_a_norm_is_a_number_that_tensors_may_be_multiplied_by():
    length = norm(Tensor([3.0, 4.0]))
    assert length.shape == () and length.numbers == [5.0]
    assert (2.0 * Tensor([1.0, 2.0]) / length).numbers == [0.4, 0.8]


def test_two_loops_do_the_same_on_numbers():
    rng = np.random.default_rng(0)
    g, s, y = some(rng, 3), list(some(rng, 2, 3)), list(some(rng, 2, 3))
    there = two_loop(tensor(g), [*map(tensor, s)], [*map(tensor, y)], number(0.3))
    np.testing.assert_allclose(there.numbers, two_loop(g, s, y, 0.3), rtol=1e-13)
    with pytest.raises(ValueError, match=r"two vectors that fit, got \(3,\) and \(2,\)"):
        tensor(g) @ Tensor([1.0, 2.0])


def test_only_the_norm_is_exchanged():
    assert on_numbers(lamb).__code__ is lamb.__code__
    assert lamb.__globals__["norm"] is not norm


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"shape \(2, 2\) wants 4 numbers, got 3"):
        Tensor([1.0, 2.0, 3.0], (2, 2))
    with pytest.raises(ValueError, match="keeps its axis"):
        Tensor([1.0, 2.0]).mean(0, keepdims=False)
    with pytest.raises(ValueError, match="2 × 2 matrix"):
        np.linalg.eigh(Tensor([1.0] * 9, (3, 3)))
    with pytest.raises(TypeError, match="no implementation found"):
        np.linalg.qr(Tensor([1.0] * 4, (2, 2)))
    with pytest.raises(ValueError, match="broadcast"):
        Tensor([1.0, 2.0]) + Tensor([1.0, 2.0, 3.0])
