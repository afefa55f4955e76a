"""A run may change hands in the middle: torch, optedu, torch again, a file in between."""

import copy
import pickle

import numpy as np
import pytest
import torch
from conftest import TORCHS

from optedu import Adam, AdamW
from optedu.lab.comparison import on_shapes, torch_scalars, torch_state_dict

START, GRADS = on_shapes().start, on_shapes().grads


@pytest.fixture(params=TORCHS.values(), ids=TORCHS)
def entry(request):
    """Each optimizer that trains anything as torch does."""
    return request.param


@pytest.fixture(autouse=True)
def float64_scalars():
    with torch_scalars("float64"):
        yield


def some(entry):
    """Every seventh setting: each value of each flag occurs."""
    return list(entry.grid())[::7]


def steps(opt, arrays, first, last):
    for t in range(first, last + 1):
        opt.step(GRADS(t, arrays))


def torch_steps(opt, tensors, first, last):
    for t in range(first, last + 1):
        for q, g in zip(tensors, GRADS(t, tensors), strict=True):
            q.grad = None if g is None else torch.tensor(g)
        opt.step()


def same(one, two):
    """Equal to the last bit, through dictionaries and lists."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[k], two[k]) for k in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, (np.ndarray, torch.Tensor)):
        one, two = np.asarray(one), np.asarray(two)
        return one.dtype == two.dtype and np.array_equal(one, two)
    return type(one) is type(two) and one == two


def numbers(checkpoint):
    """The state of a checkpoint as arrays, torch's or ours. RMSprop's count is in both."""
    return {i: {k: np.asarray(v, np.float64) for k, v in s.items()} for i, s in checkpoint["state"].items() if s}


# At step 2 one parameter has had no gradient yet, so that it has no state.
@pytest.mark.parametrize("there, back", [(2, 3), (30, 70)])
def test_torch_to_optedu_to_torch(entry, there, back):
    reference = getattr(torch.optim, entry.name)
    for settings in some(entry):
        whole = [torch.tensor(p) for p in START()]
        torch_steps(reference(whole, **settings), whole, 1, 100)

        tensors = [torch.tensor(p) for p in START()]
        opt = reference(tensors, **settings)
        torch_steps(opt, tensors, 1, there)

        arrays = [q.numpy().copy() for q in tensors]
        ours = entry.cls(arrays, lr=7)
        ours.load_state_dict(opt.state_dict())
        assert same(numbers(ours.state_dict()), numbers(opt.state_dict())), settings
        steps(ours, arrays, there + 1, back)

        tensors = [torch.tensor(p) for p in arrays]
        opt = reference(tensors, lr=7)
        opt.load_state_dict(torch_state_dict(ours))
        assert same(numbers(opt.state_dict()), numbers(ours.state_dict())), settings
        torch_steps(opt, tensors, back + 1, 100)

        for p, one, two in zip(START(), tensors, whole, strict=True):
            one, two = one.numpy(), two.numpy()
            np.testing.assert_allclose(one, two, rtol=1e-11, atol=1e-11 * abs(two - p).max(initial=0))
        group = opt.param_groups[0]
        assert {k: group[k] for k in settings} == settings


def test_resumed_run_is_bit_identical(entry):
    for settings in some(entry):
        whole = START()
        one = entry.cls(whole, **settings)
        steps(one, whole, 1, 60)

        arrays = START()
        first = entry.cls(arrays, **settings)
        steps(first, arrays, 1, 25)
        on_disk = pickle.dumps((arrays, first.state_dict()))

        arrays, checkpoint = pickle.loads(on_disk)
        second = entry.cls(arrays, lr=7)
        second.load_state_dict(checkpoint)
        steps(second, arrays, 26, 60)
        assert same(arrays, whole) and same(second.state_dict(), one.state_dict()), settings


def test_checkpoint_survives_pickle(entry):
    arrays = START()
    opt = entry.cls(arrays)
    steps(opt, arrays, 1, 5)
    assert same(pickle.loads(pickle.dumps(opt.state_dict())), opt.state_dict())


def test_snapshot_is_not_changed_by_later_steps(entry):
    for settings in some(entry):
        arrays = START()
        opt = entry.cls(arrays, **settings)
        steps(opt, arrays, 1, 5)
        snapshot = opt.state_dict()
        kept = copy.deepcopy(snapshot)
        opt.param_groups[0]["lr"] *= 2
        steps(opt, arrays, 6, 10)
        assert same(snapshot, kept), settings


def test_loading_copies(entry):
    """Neither does the optimizer change the checkpoint, nor the checkpoint the optimizer."""
    for settings in some(entry):
        arrays = START()
        opt = entry.cls(arrays, **settings)
        steps(opt, arrays, 1, 5)
        checkpoint = opt.state_dict()
        kept = copy.deepcopy(checkpoint)
        other = entry.cls([p.copy() for p in arrays], **settings)
        other.load_state_dict(checkpoint)
        steps(other, arrays, 6, 10)
        assert same(checkpoint, kept), settings

        other.load_state_dict(checkpoint)
        for state in checkpoint["state"].values():
            for value in state.values():
                if isinstance(value, np.ndarray):
                    value += 1
        checkpoint["param_groups"][0]["lr"] = 99.0
        assert same(other.state_dict(), kept), settings


def test_settings_come_with_the_checkpoint(entry):
    """lr, labels and every other setting; which parameters there are does not."""
    *_, settings = entry.grid()
    saved = entry.cls([{"params": [np.zeros(2)], "name": "a", **settings}, {"params": [np.zeros(3)], "lr": 0.5}])
    saved.param_groups[0]["initial_lr"] = 0.25
    arrays = [np.zeros(2), np.zeros(3)]
    opt = entry.cls([{"params": [p]} for p in arrays], lr=7)
    opt.load_state_dict(saved.state_dict())
    for mine, theirs in zip(opt.param_groups, saved.param_groups, strict=True):
        assert {**mine, "params": 0} == {**theirs, "params": 0}
    assert opt.param_groups[0]["params"][0] is arrays[0] and opt.param_groups[1]["params"][0] is arrays[1]


def test_state_takes_the_dtype_of_its_parameter(entry):
    p = np.ones(3)
    opt = entry.cls([p])
    opt.step([p / 3])
    single = entry.cls([p.astype(np.float32)])
    single.load_state_dict(opt.state_dict())
    for name, value in single.state.get(0, {}).items():
        if isinstance(value, np.ndarray):
            assert value.dtype == np.float32
            np.testing.assert_allclose(value, opt.state[0][name], rtol=1e-6)
    single.step([np.ones(3, np.float32)])


def test_indices_are_labels(entry):
    """Which state belongs to which parameter is said by the groups, not by counting."""
    arrays = [np.ones(2), np.ones(3)]
    opt = entry.cls(arrays, lr=0.1)
    opt.step([np.ones(2), -np.ones(3)])
    checkpoint = opt.state_dict()
    renamed = {"state": {10 * i: s for i, s in checkpoint["state"].items()}, "param_groups": checkpoint["param_groups"]}
    renamed["param_groups"][0]["params"] = [0, 10]
    other = entry.cls([p.copy() for p in arrays], lr=7)
    other.load_state_dict(renamed)
    assert same(other.state_dict(), opt.state_dict())


def test_adamw_stays_decoupled():
    """As in torch, what has been trained with Adam goes on under AdamW with AdamW's decay."""
    p, q = np.ones(3), torch.ones(3)
    before, reference = Adam([p], weight_decay=0.1), torch.optim.Adam([q], weight_decay=0.1)
    ours, theirs = AdamW([p]), torch.optim.AdamW([q])
    ours.load_state_dict(before.state_dict())
    theirs.load_state_dict(reference.state_dict())
    for _ in range(5):
        q.grad = torch.full((3,), 0.5)
        theirs.step()
        ours.step([np.full(3, 0.5)])
    np.testing.assert_allclose(p, q.numpy(), rtol=1e-12)
    assert ours.param_groups[0]["decoupled_weight_decay"] is True
