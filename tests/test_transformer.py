"""The character transformer: causal, with the gradients of its loss, trained in place, the same run every time."""

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import optedu
from optedu.lab import transformer as T

NORMS = pytest.mark.parametrize("norm", ["pre", "post"])


def tiny(norm="pre", **sizes):
    model = T.Transformer(norm, **{"layers": 1, "width": 4, "context": 6, **sizes})
    return model, T.start(model, 0)


def windows(n=2, context=6, seed=0):
    data = T.characters(context)
    rows = np.random.default_rng(seed).integers(0, len(data.x_train), n)
    return data.x_train[rows], data.y_train[rows]


def adam(w):
    return optedu.Adam(w, lr=0.01)


# The text and the task


def test_text_is_prose_and_ships_with_the_package():
    text = T.text()
    assert 60_000 <= len(text) <= 100_000 and text.isascii()
    assert sum(c.islower() or c == " " for c in text) > 0.9 * len(text)
    assert max(map(len, text.splitlines())) < 2000
    assert len(set(text.splitlines())) == len(text.splitlines())  # no paragraph twice, so none in two parts
    assert not set(text) & set("$`|#{}[]\\")  # neither formulas nor code
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf8"))
    assert "lab/*.txt" in project["tool"]["setuptools"]["package-data"]["optedu"]


@pytest.mark.parametrize("context", [1, 32, 150])
def test_labels_are_the_next_characters(context):
    data = T.characters(context)
    symbols = np.array(sorted(set(T.text())))
    spelled = "".join(symbols[data.x_train[:, 0]])
    assert T.text().startswith(spelled[:1000])
    for part in ("train", "val", "test"):
        x, y = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
        assert x.shape == y.shape == (len(x), context) and (len(x) == 64 or part == "train")
        np.testing.assert_array_equal(x[:, 1:], y[:, :-1])
        assert "".join(symbols[np.r_[x[5], y[5, -1]]]) in T.text()


def test_parts_do_not_overlap():
    data = T.characters(32)
    symbols = np.array(sorted(set(T.text())))
    val = T.text().index("".join(symbols[data.x_val.ravel()]))
    test = T.text().index("".join(symbols[data.x_test.ravel()]))
    assert len(data.x_train) == int(0.8 * len(T.text())) - 32, "a window at every position"
    assert len(data.x_train) + 32 <= val and val + 64 * 32 < test


# The model


@NORMS
def test_no_position_sees_what_comes_after_it(norm):
    model, _ = tiny(norm, layers=2)
    x = torch.tensor(windows(1)[0])
    before = model(x)
    changed = x.clone()
    changed[0, 3] = (x[0, 3] + 1) % 70
    after = model(changed)
    torch.testing.assert_close(before[0, :3], after[0, :3], rtol=0, atol=1e-14)
    assert (before[0, 3:] - after[0, 3:]).abs().amin(0).max() > 1e-6
    assert (before[0, 5] - after[0, 5]).abs().max() > 1e-6, "attention reaches back"


def test_layer_norms_stand_where_norm_says():
    """Post-norm: what leaves a block is normalized. Pre-norm: it is the input plus what the branches add."""
    x = torch.tensor(np.random.default_rng(1).standard_normal((2, 6, 4)))
    for norm in ("pre", "post"):
        model, _ = tiny(norm)
        block = model.blocks[0]
        out = block(x)
        normalized = torch.allclose(out.mean(-1), torch.zeros(2, 6).double(), atol=1e-12)
        assert normalized == (norm == "post")
        with torch.no_grad():
            block.attention.out.weight.zero_(), block.dense[2].weight.zero_()
        assert torch.equal(block(x), x) == (norm == "pre"), "a clear path past the branches"
        assert isinstance(model.last, nn.LayerNorm if norm == "pre" else nn.Identity)


def test_attention_is_softmax_of_products():
    """One head against the formula, written with loops."""
    attention = T.Attention(4, 1)
    T.start(attention, 0)
    x = torch.tensor(np.random.default_rng(0).standard_normal((1, 3, 4)))
    q, k, v = attention.qkv(x)[0].detach().numpy().reshape(3, 3, 4).swapaxes(0, 1)
    mixed = []
    for i in range(3):
        scores = np.exp([q[i] @ k[j] / 2 for j in range(i + 1)])
        mixed.append(sum(s * v[j] for j, s in enumerate(scores / scores.sum())))
    expected = np.array(mixed) @ attention.out.weight.detach().numpy().T
    np.testing.assert_allclose(attention(x)[0].detach().numpy(), expected, atol=1e-12)


@NORMS
def test_gradients_are_derivatives(norm):
    model, params = tiny(norm)
    x, y = windows()
    _, grads = T.loss_and_grads(model, x, y)
    rng, h = np.random.default_rng(2), 1e-6
    for p, g in zip(params, grads, strict=True):
        v = rng.standard_normal(p.shape)
        p += h * v
        above = T.evaluate(model, x, y)[0]
        p -= 2 * h * v
        slope = (above - T.evaluate(model, x, y)[0]) / (2 * h)
        p += h * v
        assert slope == pytest.approx((g * v).sum(), rel=1e-5, abs=1e-8)


# The start and the run


def test_start_has_variance_one_over_inputs():
    model = T.Transformer(width=64)
    for (name, p), a in zip(model.named_parameters(), T.start(model, 3), strict=True):
        assert a.dtype == np.float64 and np.shares_memory(a, p.detach().numpy())
        if a.ndim == 1:
            assert (a == ("norm" in name + "." or "last" in name) * name.endswith("weight")).all()
        else:
            assert a.var() * a.shape[1] == pytest.approx(1, rel=0.1)
    kernel = T.start(nn.Conv2d(8, 64, 5), 0)[0]
    assert kernel.var() * 8 * 25 == pytest.approx(1, rel=0.1)


def test_a_run_repeats_itself_and_depends_on_its_seed():
    a, b, c = (T.train(adam, lambda: tiny()[0], T.characters(6), seed, steps=20) for seed in (1, 1, 2))
    np.testing.assert_array_equal(a.train_loss, b.train_loss)
    np.testing.assert_array_equal(a.val_loss, b.val_loss)
    assert (a.train_loss != c.train_loss).all() and len(a.train_loss) == 20 and len(a.val_loss) == 2


def test_the_seed_decides_the_batches_too():
    def same_start(w):
        rng = np.random.default_rng(9)
        for a in w:
            a[...] = rng.standard_normal(a.shape)
        return optedu.SGD(w, lr=1e-3)

    a, b = (T.train(same_start, lambda: tiny()[0], T.characters(6), seed, steps=1).train_loss[0] for seed in (1, 2))
    assert a != b


@NORMS
def test_learns_more_than_the_frequencies_of_letters(norm):
    data = T.characters()
    _, counts = np.unique(data.y_train[:, 0], return_counts=True)
    share = counts / counts.sum()
    run = T.train(adam, lambda: T.Transformer(norm), steps=120)
    assert run.val_loss[0] > math.log(70) and run.val_loss[1] < -(share * np.log(share)).sum() - 0.2
    assert run.test_accuracy > 1.2 * share.max()


def test_is_torchs_training_on_the_same_memory():
    """Our Adam on the arrays and torch's on the parameters: the same losses."""
    data, ours = T.characters(6), T.train(adam, lambda: tiny()[0], T.characters(6), seed=0, steps=30)
    model, _ = tiny()
    opt, rng = torch.optim.Adam(model.parameters(), lr=0.01), np.random.default_rng([0, 1])
    for t in range(30):
        rows = rng.integers(0, len(data.x_train), 8)
        z, y = model(torch.tensor(data.x_train[rows])), torch.tensor(data.y_train[rows])
        loss = nn.functional.cross_entropy(z.flatten(0, 1), y.flatten())
        assert loss.item() == pytest.approx(ours.train_loss[t], abs=1e-9)
        opt.zero_grad()
        loss.backward()
        opt.step()


def test_every_step_sees_the_parameters_before_it():
    seen = []
    T.train(adam, lambda: tiny()[0], T.characters(6), steps=3, every_step=lambda t, p, g: seen.append((t, p[0].copy())))
    assert [t for t, _ in seen] == [1, 2, 3]
    np.testing.assert_array_equal(seen[0][1], tiny()[1][0])
    assert (seen[1][1] != seen[0][1]).any()


def test_divergence_is_a_result():
    run = T.train(lambda w: optedu.SGD(w, lr=1e200), lambda: tiny()[0], T.characters(6), steps=10)
    assert np.isfinite(run.train_loss[0]) and np.isinf(run.train_loss[-1]) and run.val_loss[-1] == np.inf


def test_trains_images_too():
    """Any torch model with one logit a class: a linear one on digits."""
    from optedu import lab

    build = lambda: nn.Linear(64, 10)  # noqa: E731
    run = T.train(lambda w: optedu.SGD(w, lr=0.5), build, lab.digits(), steps=100, batch_size=20)
    assert run.test_accuracy > 0.85


@pytest.mark.parametrize(
    ("call", "error", "named"),
    [
        (lambda: T.Transformer("middle"), ValueError, "norm must be 'pre' or 'post', got 'middle'"),
        (lambda: T.Transformer(layers=0), ValueError, "layers must be > 0, got 0"),
        (lambda: T.Transformer(context=2.5), TypeError, "context must be a whole number, got 2.5"),
        (lambda: T.Transformer(width=33), ValueError, "width must be a multiple of heads = 2, got 33"),
        (lambda: T.characters(0), ValueError, "context must be from 1 to 150, got 0"),
        (lambda: T.characters(151), ValueError, "context must be from 1 to 150, got 151"),
        (lambda: T.characters("8"), TypeError, "context must be a whole number, got '8'"),
        (lambda: tiny()[0](torch.zeros(1, 7, dtype=int)), ValueError, "x must have at most 6 columns, got 7"),
    ],
)
def test_errors(call, error, named):
    with pytest.raises(error, match=named):
        call()


# A run under a schedule


def test_a_curve_ends_where_the_run_ends_and_follows_its_schedule():
    rates = []

    class Noting(optedu.SGD):
        def step(self, grads):
            rates.append(self.param_groups[0]["lr"])
            return super().step(grads)

    def make(w):
        opt = Noting(w, lr=0.1)
        return opt, [optedu.lr_scheduler.LambdaLR(opt, lambda t: 1 / (1 + t))]

    seen = T.curve(make, steps=4, seed=3, looks=2)
    np.testing.assert_allclose(rates, [0.1, 0.05, 0.1 / 3, 0.025])

    def same(w):
        opt = Noting(w, lr=0.1)
        schedule = optedu.lr_scheduler.LambdaLR(opt, lambda t: 1 / (1 + t))
        opt.register = schedule  # stepped by hand below
        return opt

    kept = []
    model = T.Transformer()
    trial = T.train(
        lambda w: kept.append(same(w)) or kept[0],
        lambda: model, seed=3, steps=4,
        every_step=lambda t, p, g: t > 1 and kept[0].register.step(),
    )  # fmt: skip
    assert seen.shape == (2,) and seen[1] == trial.val_loss[-1] and seen[0] != seen[1]


def test_a_curve_refuses_steps_that_its_looks_do_not_divide():
    with pytest.raises(ValueError, match="multiple of looks = 3, got 4"):
        T.curve(lambda w: (adam(w), []), steps=4, looks=3)
    with pytest.raises(ValueError, match="multiple of looks = 0"):
        T.curve(lambda w: (adam(w), []), steps=4, looks=0)


def test_a_curve_that_diverges_is_infinite():
    seen = T.curve(lambda w: (optedu.SGD(w, lr=1e30), []), steps=4, looks=4)
    assert np.isinf(seen[1:]).all()


def test_largest_logits_are_those_of_a_calculation_by_hand():
    """One block, one head: layer norm, two projections, products that the mask does not hide."""
    model = T.Transformer(layers=1, width=4, heads=1, context=5)
    params = T.start(model, 5)
    x = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]])
    h = params[0][x] + params[1]
    z = (h - h.mean(-1, keepdims=True)) / np.sqrt(h.var(-1, keepdims=True) + 1e-5)
    q, k = z @ params[2][:4].T, z @ params[2][4:8].T
    seen = np.tril(np.ones((5, 5), bool))
    logits = q @ k.transpose(0, 2, 1) / 2
    assert np.isclose(T.largest_logits(model, x)[0], np.abs(logits[:, seen]).max(), rtol=1e-12)
    assert np.abs(logits).max() > np.abs(logits[:, seen]).max()  # so the mask matters here


def test_with_qk_norm_the_size_of_queries_and_keys_does_not_count():
    x = T.characters(16).x_val[:8]
    ends, tops = {}, {}
    for qk_norm in (False, True):
        model = T.Transformer(width=16, context=16, qk_norm=qk_norm)
        weight = T.start(model, 0)[2]
        ends[qk_norm] = [model(torch.tensor(x)).detach().numpy()]
        weight[:32] *= 50  # queries and keys of the first block
        ends[qk_norm].append(model(torch.tensor(x)).detach().numpy())
        tops[qk_norm] = T.largest_logits(model, x)[0]
    assert np.allclose(*ends[True], atol=1e-6) and not np.allclose(*ends[False], atol=0.1)
    assert tops[True] <= np.sqrt(8) * (1 + 1e-9) < 100 < tops[False]
