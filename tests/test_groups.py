"""Parameter groups: no parameter lost, none doubled, no silence about either."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import optedu
from optedu.training import cross_groups, decay_groups, grads_in_order, layerwise_lr_groups


def model():
    """Embedding, two blocks, head: 11 parameters, 5 of them with at least two axes."""
    named = {"embed.weight": np.ones((7, 4)), "embed.token": np.ones((1, 1, 4))}
    for k in range(2):
        named |= {f"block.{k}.weight": np.ones((4, 4)), f"block.{k}.bias": np.zeros(4), f"block.{k}.gain": np.ones(4)}
    return named | {"head.weight": np.ones((4, 3)), "head.bias": np.zeros(3), "scale": np.ones(())}


def layer_of(name):
    part, *rest = name.split(".")
    return {"embed": 0, "block": 1 + int(rest[0]) if part == "block" else None, "head": 3, "scale": 3}.get(part)


def names(groups, named):
    """The groups, with names in the place of arrays."""
    by_id = {id(p): name for name, p in named.items()}
    return [{**g, "params": [by_id[id(p)] for p in g["params"]]} for g in groups]


def test_decay_groups():
    named = model()
    decayed, spared = names(decay_groups(named, 0.1, no_decay=["embed.token"]), named)
    assert decayed == {
        "params": ["embed.weight", "block.0.weight", "block.1.weight", "head.weight"], "weight_decay": 0.1,
    }  # fmt: skip
    assert spared["weight_decay"] == 0 and len(spared["params"]) == 7 and "embed.token" in spared["params"]


def test_empty_groups_are_left_out():
    assert decay_groups({"b": np.ones(2)}, 0.1)[0]["weight_decay"] == 0
    assert decay_groups(iter([("W", np.ones((2, 2)))]), 1)[0]["weight_decay"] == 1
    assert len(decay_groups({"b": np.ones(2)}, 0.1)) == 1


def test_layerwise_lr_groups():
    named = model()
    groups = names(layerwise_lr_groups(named, 0.1, 0.5, layer_of), named)
    assert [g["lr"] for g in groups] == [0.0125, 0.025, 0.05, 0.1]
    assert groups[0]["params"] == ["embed.weight", "embed.token"]
    assert groups[-1]["params"] == ["head.weight", "head.bias", "scale"]


def test_twelve_layers():
    """0.8^12 = 0.0687 for the first of twelve layers below the head."""
    named = {f"layer.{k}": np.ones(1) for k in range(13)}
    groups = layerwise_lr_groups(named, 1.0, 0.8, lambda name: int(name[6:]))
    assert np.allclose([groups[0]["lr"], groups[6]["lr"], groups[12]["lr"]], [0.068719, 0.262144, 1], atol=1e-6)


def test_cross_groups():
    named = model()
    groups = names(cross_groups(layerwise_lr_groups(named, 1.0, 0.5, layer_of), decay_groups(named, 0.1)), named)
    assert groups[0] == {"params": ["embed.weight", "embed.token"], "lr": 0.125, "weight_decay": 0.1}
    assert groups[2] == {"params": ["block.0.bias", "block.0.gain"], "lr": 0.25, "weight_decay": 0.0}
    assert len(groups) == 7 and sum(len(g["params"]) for g in groups) == 11


def test_single_array_is_a_group():
    a, b = np.ones(2), np.ones((2, 2))
    first, second = [{"params": a, "lr": 1.0}, {"params": [b], "lr": 2.0}], decay_groups({"a": a, "b": b}, 0.1)
    groups = cross_groups(first, second)
    assert [(g["lr"], g["weight_decay"]) for g in groups] == [(1, 0), (2, 0.1)]


def test_grads_in_order():
    W, b, V = np.ones((2, 2)), np.ones(2), np.ones((2, 1))
    opt = optedu.AdamW(decay_groups({"W": W, "b": b, "V": V}, 0.1))
    gW, gb, gV = np.full((2, 2), 1.0), np.full(2, 2.0), np.full((2, 1), 3.0)
    assert grads_in_order(opt.param_groups, [W, b, V], [gW, gb, gV]) == [gW, gV, gb]
    assert grads_in_order(opt.param_groups, [W, b, V], [None, gb, None]) == [None, None, gb]


# Tied parameters


def test_tied_parameter_stands_once():
    W = np.ones((3, 2))
    for tie in (W, W[:], W.view()):  # the same numbers, seen the same way
        groups = decay_groups({"embed": W, "head": tie}, 0.1)
        assert len(groups) == 1 and len(groups[0]["params"]) == 1
        optedu.AdamW(groups)


def test_gradients_of_a_tied_parameter_are_summed():
    W, b = np.ones((3, 2)), np.ones(2)
    opt = optedu.SGD(decay_groups({"embed": W, "b": b, "head": W}, 0.0), lr=1.0)
    g = grads_in_order(opt.param_groups, [W, b, W], [W * 1, None, W * 2])
    assert (g[0] == 3).all() and g[1] is None
    assert (W == 1).all()


@pytest.mark.parametrize("make, message", [
    (lambda n: decay_groups(n, 0.1, no_decay={"head"}), "'embed', 'head' are one tied parameter in different groups"),
    (lambda n: layerwise_lr_groups(n, 1.0, 0.5, ["embed", "head"].index), "'embed', 'head' are one tied parameter"),
    (lambda n: decay_groups({"embed": n["embed"], "head": n["head"].T}, 0.1), "head shares memory with embed"),
    (lambda n: decay_groups({"embed": n["embed"], "head": n["head"][1:]}, 0.1), "head shares memory with embed"),
], ids=["decay", "layer", "transposed", "part"])  # fmt: skip
def test_conflicts_about_a_tied_parameter(make, message):
    W = np.ones((3, 3))
    with pytest.raises(ValueError, match=message):
        make({"embed": W, "head": W})


# No parameter lost, none doubled

shapes = st.lists(st.sampled_from([(), (3,), (2, 3), (1, 1, 2), (2, 1, 2, 2), (0,)]), min_size=1, max_size=12)


@given(shapes, st.data())
def test_each_parameter_in_exactly_one_group(shapes, data):
    n = len(shapes)
    arrays = [np.ones(s) for s in shapes]
    arrays += [arrays[i] for i in data.draw(st.lists(st.integers(0, n - 1), max_size=4), "ties")]
    named = {f"p{k}": a for k, a in enumerate(arrays)}
    layer = {id(a): data.draw(st.integers(0, 3), "layer") for a in arrays}
    by_layer = layerwise_lr_groups(named, 0.1, 0.5, lambda name: layer[id(named[name])])
    by_decay = decay_groups(named, 0.1)
    for groups in (by_layer, by_decay, cross_groups(by_layer, by_decay), cross_groups(by_decay, by_layer)):
        grouped = [id(p) for g in groups for p in g["params"]]
        assert len(grouped) == len(set(grouped))
        assert set(grouped) == {id(a) for a in arrays}
        assert all(g["params"] for g in groups)
        optedu.AdamW(groups)
    top = max(layer.values())
    for g in cross_groups(by_layer, by_decay):
        for p in g["params"]:
            assert g["lr"] == 0.1 * 0.5 ** (top - layer[id(p)])
            assert g["weight_decay"] == (0.1 if p.ndim >= 2 else 0)


@given(shapes, st.randoms(use_true_random=False))
def test_grads_follow_their_parameters(shapes, random):
    arrays = [np.ones(s) for s in shapes]
    grads = [np.full(s, float(k)) for k, s in enumerate(shapes)]
    shuffled = random.sample(arrays, len(arrays))
    k = random.randrange(len(arrays))
    groups = [{"params": part} for part in (shuffled[:k], shuffled[k:])]
    arranged = grads_in_order(groups, arrays, grads)
    number = {id(a): k for k, a in enumerate(arrays)}
    for p, g in zip(shuffled, arranged, strict=True):
        assert g is grads[number[id(p)]]


# torch


def test_torch_parameters():
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LayerNorm(4), torch.nn.Linear(4, 2))
    torch.optim.AdamW(decay_groups(net.named_parameters(), 0.1))
    decayed, spared = decay_groups(net.named_parameters(), 0.1)
    assert [p.ndim for p in decayed["params"]] == [2, 2] and [p.ndim for p in spared["params"]] == [1] * 4
    assert decayed["params"][0] is net[0].weight


def test_torch_tied_parameters():
    net = torch.nn.ModuleDict({"embed": torch.nn.Embedding(5, 3), "head": torch.nn.Linear(3, 5, bias=False)})
    net["head"].weight = net["embed"].weight
    groups = decay_groups(net.named_parameters(remove_duplicate=False), 0.1)
    assert len(groups) == 1 and len(groups[0]["params"]) == 1


def test_same_trajectory_as_torch_with_groups():
    """The same groups in torch and here, gradients arranged, AdamW, 20 steps."""
    rng = np.random.default_rng(0)
    start = {name: rng.standard_normal(p.shape) for name, p in model().items()}
    ours = {name: p.copy() for name, p in start.items()}
    theirs = {name: torch.nn.Parameter(torch.tensor(p)) for name, p in start.items()}

    def groups(named):
        return cross_groups(layerwise_lr_groups(named, 0.1, 0.5, layer_of), decay_groups(named, 0.3))

    opt, other = optedu.AdamW(groups(ours)), torch.optim.AdamW(groups(theirs))
    for _ in range(20):
        grads = {name: rng.standard_normal(p.shape) for name, p in start.items()}
        opt.step(grads_in_order(opt.param_groups, list(ours.values()), list(grads.values())))
        for name, p in theirs.items():
            p.grad = torch.tensor(grads[name])
        other.step()
    for name, p in ours.items():
        assert np.allclose(p, theirs[name].detach().numpy(), rtol=1e-6, atol=1e-7), name


# Errors

W, b = np.ones((2, 2)), np.ones(2)
NAMED = {"W": W, "b": b}
BOTH = [{"params": [W, b], "lr": 1.0}]


@pytest.mark.parametrize("call, error, message", [
    (lambda: decay_groups(W, 0.1), TypeError, "named must be a dict or pairs of name and array, got ndarray"),
    (lambda: decay_groups([W, b], 0.1), TypeError, "got the entry ndarray"),
    (lambda: decay_groups("Wb", 0.1), TypeError, "got str"),
    (lambda: decay_groups(3, 0.1), TypeError, "got int"),
    (lambda: decay_groups({}, 0.1), ValueError, "named is empty"),
    (lambda: decay_groups([("W", W), ("W", b)], 0.1), ValueError, "named has these names twice: 'W'"),
    (lambda: decay_groups({"W": [1.0]}, 0.1), TypeError, "W must be a NumPy array, got list"),
    (lambda: decay_groups({"W": np.ones(2, int)}, 0.1), TypeError, "W must have a float dtype, got int64"),
    (lambda: decay_groups(NAMED, -0.1), ValueError, "weight_decay must be >= 0, got -0.1"),
    (lambda: decay_groups(NAMED, "0.1"), TypeError, "weight_decay must be a number, got '0.1'"),
    (lambda: decay_groups(NAMED, 0.1, "b"), TypeError, "no_decay must be a collection of names, got 'b'"),
    (lambda: decay_groups(NAMED, 0.1, ["bias", "c"]), ValueError, "no_decay has names of no parameter: 'bias', 'c'"),
    (lambda: layerwise_lr_groups(NAMED, -1, 0.5, lambda n: 0), ValueError, "lr must be >= 0, got -1"),
    (lambda: layerwise_lr_groups(NAMED, 1, 0.0, lambda n: 0), ValueError, "decay must be > 0, got 0.0"),
    (lambda: layerwise_lr_groups(NAMED, 1, 1.1, lambda n: 0), ValueError, r"decay must be in \[0, 1\], got 1.1"),
    (lambda: layerwise_lr_groups(NAMED, 1, 0.5, {"W": 0}), TypeError, "layer_of must be a function"),
    (lambda: layerwise_lr_groups(NAMED, 1, 0.5, {"W": 0}.get), ValueError, "no layer for 1 parameters: 'b'"),
    (lambda: layerwise_lr_groups(NAMED, 1, 0.5, lambda n: None), ValueError, "no layer for 2 parameters: 'W', 'b'"),
    (lambda: layerwise_lr_groups(NAMED, 1, 0.5, lambda n: -1), ValueError, r"layer_of\('W'\) must be >= 0, got -1"),
    (lambda: layerwise_lr_groups(NAMED, 1, 0.5, lambda n: 0.5), TypeError, r"layer_of\('W'\) must be a whole number"),
    (lambda: cross_groups(BOTH, decay_groups({"W": W}, 0.1)), ValueError, "1 parameters are in one of"),
    (lambda: cross_groups(BOTH, BOTH), ValueError, "first and second both set lr"),
    (lambda: cross_groups(BOTH * 2, BOTH), ValueError, r"first\[1\] has a parameter that is in first\[0\] already"),
    (lambda: cross_groups(BOTH[0], BOTH), TypeError, "first must be a list of groups, got dict"),
    (lambda: cross_groups([[W]], BOTH), TypeError, r"first\[0\] must be a dict with the key 'params'"),
    (lambda: grads_in_order(BOTH, [W, b], [W]), ValueError, "grads has 1 gradients for 2 parameters"),
    (lambda: grads_in_order(BOTH, [W, b, b + 1], [W, b, b]), ValueError, r"params\[2\] is in no group"),
    (lambda: grads_in_order(BOTH, [W], [W]), ValueError, "param_groups has 1 parameters that are not in params"),
])  # fmt: skip
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
