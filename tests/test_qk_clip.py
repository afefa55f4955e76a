"""QK-clip: the largest logit of a head comes down to the bound, and quiet heads keep every bit."""

import math

import numpy as np
import pytest
import torch

from optedu.training import qk_clip_

HEADS, SIZE, WIDTH = 4, 6, 10


def attention(rng, scale=40.0):
    """Weights of queries and keys, biases of queries, and tokens; with heads of different loudness."""
    loud = np.repeat([1.0, 3.0, 0.2, 2.0], SIZE)[:, None]
    query, key = (loud * rng.standard_normal((HEADS * SIZE, WIDTH)) for _ in range(2))
    return query, key, scale / 10 * loud[:, 0], rng.standard_normal((30, WIDTH))


def largest(query, key, bias, tokens):
    """The largest logit of each head."""
    q = (tokens @ query.T + bias).reshape(-1, HEADS, SIZE)
    k = (tokens @ key.T).reshape(-1, HEADS, SIZE)
    return np.einsum("ihd,jhd->hij", q, k).max((1, 2)) / SIZE**0.5


def test_the_largest_logit_becomes_the_bound():
    query, key, bias, tokens = attention(np.random.default_rng(0))
    before, was = largest(query, key, bias, tokens), key.copy()
    tau = float(np.median(before))
    gamma = tau / before
    for weight in (query, key, bias):
        np.testing.assert_allclose(qk_clip_(weight, before, tau), np.minimum(1, gamma) ** 0.5, rtol=1e-14)
    after = largest(query, key, bias, tokens)
    assert sorted(gamma < 1) == [False, False, True, True]
    np.testing.assert_allclose(after, np.minimum(before, tau), rtol=1e-12)
    quiet = np.repeat(gamma >= 1, SIZE)
    assert (key[quiet] == was[quiet]).all() and (key[~quiet] != was[~quiet]).all()


def test_the_rotated_part_is_scaled_once():
    """Its key is shared: the query takes the whole factor, and the sum of both parts the same."""
    rng = np.random.default_rng(1)
    content = [rng.standard_normal((2 * 3, 5)) for _ in range(2)]
    rotated, shared, tokens = rng.standard_normal((2 * 2, 5)), rng.standard_normal((2, 5)), rng.standard_normal((9, 5))

    def logits():
        q, k = ((tokens @ w.T).reshape(-1, 2, 3) for w in content)
        r = (tokens @ rotated.T).reshape(-1, 2, 2)
        return np.einsum("ihd,jhd->hij", q, k) + np.einsum("ihd,jd->hij", r, tokens @ shared.T)

    before = logits()
    top = before.max((1, 2))
    for weight, power in [(content[0], 0.5), (content[1], 0.5), (rotated, 1.0)]:
        qk_clip_(weight, top, tau=1.0, power=power)
    kept = shared.copy()
    assert (qk_clip_(shared, top, tau=1.0, power=0.0) == 1).all() and (shared == kept).all()
    np.testing.assert_allclose(logits(), before / top[:, None, None], rtol=1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("role", "power"), [("query", 0.5), ("key", 0.5), ("query_rotary", 1.0), ("key_rotary", 0.0)])
def test_as_another_package_has_it(role, power):
    from pytorch_optimizer import MuonClip

    w = np.random.default_rng(2).standard_normal((HEADS * SIZE, WIDTH))
    q = torch.tensor(w)
    group = {"params": [q], "use_muon": True, "qk_clip": role, "attention_name": "one"}
    theirs = MuonClip([group], lr=0.0, qk_clip_threshold=100.0)
    q.grad = torch.zeros_like(q)
    logits = np.array([250.0, 99.0, 100.0, 1e4])
    theirs.step(attention_max_logits={"one": torch.tensor(logits)})
    qk_clip_(w, logits, power=power)
    np.testing.assert_allclose(w, q.numpy(), rtol=1e-6)  # its factors are float32


@pytest.mark.parametrize(
    ("error", "named", "arguments"),
    [
        (TypeError, "weight must be a NumPy array", {"weight": [[1.0]]}),
        (TypeError, "weight must have a float dtype", {"weight": np.ones((4, 2), int)}),
        (ValueError, r"weight of shape \(5, 2\)", {"weight": np.ones((5, 2))}),
        (ValueError, r"weight of shape \(\)", {"weight": np.ones(())}),
        (ValueError, r"max_logits .*shape \(2, 1\)", {"max_logits": [[1.0], [2.0]]}),
        (ValueError, r"max_logits .*shape \(\)", {"max_logits": 7.0}),
        (ValueError, "max_logits must be finite", {"max_logits": [math.inf, 1.0]}),
        (TypeError, "max_logits", {"max_logits": ["a", "b"]}),
        (ValueError, "tau must be > 0, got 0.0", {"tau": 0.0}), (ValueError, "power.*2", {"power": 2}),
    ],
)  # fmt: skip
def test_refusals(error, named, arguments):
    weight = arguments.get("weight", np.full((4, 2), 2.0))
    with pytest.raises(error, match=named):
        qk_clip_(**{"weight": weight, "max_logits": [1e3, 1e3], **arguments})
    if isinstance(weight, np.ndarray):
        assert (weight == weight.flat[0]).all() and weight.flat[0] in (1, 2)
