"""Bad input: a TypeError or ValueError that names the argument and what it was; nothing has changed."""

import copy
import inspect
import math

import numpy as np
import pytest
import torch
from conftest import FED
from numpy.lib.stride_tricks import as_strided
from torch.testing._internal.common_optimizers import optim_db

from optedu import SGD, Adagrad, Adam, AdamW, RMSprop
from optedu.core import checks
from optedu.zoo import ZOO

NAN = float("nan")


def healthy(entry):
    """An optimizer with two groups and a past."""
    params = [np.ones((2, 3)), np.full(4, 2.0), np.ones(2)]
    settings = list(entry.grid())[-1]
    rate = {} if entry.together else {"lr": 0.5}  # which estimates one rate for all groups
    opt = entry.cls([{"params": params[:2], "name": "first"}, {"params": params[2:], **rate}], **settings)
    for _ in range(2):
        opt.step([p / 3 for p in params])
    return opt, params


def everything(opt, params):
    """All that a refused call must leave as it was; arrays by identity and by value."""
    groups = [{**g, "params": [id(p) for p in g["params"]]} for g in opt.param_groups]
    held = [(id(v), v.tolist()) for s in opt.state.values() for v in s.values() if isinstance(v, np.ndarray)]
    return copy.deepcopy((groups, opt.state_dict(), opt.defaults, held, [p.tolist() for p in params]))


def refused(action, kind, words, unchanged=lambda: None):
    before = str(unchanged())
    with pytest.raises((TypeError, ValueError)) as caught:
        action()
    assert caught.type is kind
    for word in words:
        assert word in str(caught.value), f"{word!r} is not in {caught.value!s:.200}"
    assert str(unchanged()) == before


# Parameters


def read_only():
    p = np.ones(3)
    p.flags.writeable = False
    return p


def overlapping():
    a = np.ones(6)
    return [a[:4], a[3:]]


A = np.ones(3)

PARAMS = {
    "array": (lambda: np.ones(3), TypeError, ["params", "ndarray"]),
    "tensor-in-list": (lambda: [torch.ones(3)], TypeError, ["params[0]", "Tensor"]),
    "dict": (lambda: {"params": [np.ones(3)]}, TypeError, ["params", "dict"]),
    "number": (lambda: 3, TypeError, ["params", "int"]),
    "none": (lambda: None, TypeError, ["params", "NoneType"]),
    "string": (lambda: "weights", TypeError, ["params", "str"]),
    "empty": (list, ValueError, ["params", "empty"]),
    "empty-generator": (lambda: iter(()), ValueError, ["params", "empty"]),
    "floats": (lambda: [np.ones(2), 1.5], TypeError, ["params[1]", "float"]),
    "lists": (lambda: [[1.0, 2.0]], TypeError, ["params[0]", "list"]),
    "numpy-scalar": (lambda: [np.float64(1)], TypeError, ["params[0]", "float64"]),
    "named": (lambda: [("weight", np.ones(2))], TypeError, ["params[0]", "tuple"]),
    "integers": (lambda: [np.ones(2), np.arange(3)], TypeError, ["params[1]", "int64"]),
    "booleans": (lambda: [np.ones(2, bool)], TypeError, ["params[0]", "bool"]),
    "complex": (lambda: [np.ones(2, complex)], TypeError, ["params[0]", "complex128"]),
    "objects": (lambda: [np.array([1.0, None])], TypeError, ["params[0]", "object"]),
    "read-only": (lambda: [np.ones(2), read_only()], ValueError, ["params[1]", "read-only"]),
    "broadcast": (lambda: [np.broadcast_to(1.0, 3)], ValueError, ["params[0]", "read-only"]),
    "folded": (lambda: [as_strided(np.ones(2), (2, 3), (8, 0))], ValueError, ["params[0]", "(2, 3)"]),
    "twice": (lambda: [A, np.ones(2), A], ValueError, ["params[2]", "params[0]"]),
    "view": (lambda: [A, A.reshape(3, 1)], ValueError, ["params[1]", "params[0]"]),
    "reversed": (lambda: [A, A[::-1]], ValueError, ["params[1]", "params[0]"]),
    "part": (lambda: [A, A[1:2]], ValueError, ["params[1]", "params[0]"]),
    "overlap": (overlapping, ValueError, ["params[1]", "params[0]"]),
    "two-groups": (lambda: [{"params": A}, {"params": [A]}], ValueError, ["params[1]", "params[0]"]),
    "mixed": (lambda: [{"params": A}, np.ones(2)], TypeError, ["params[0]", "dict"]),
    "no-params": (lambda: [{"lr": 0.1}], ValueError, ["params", "lr"]),
    "no-array": (lambda: [{"params": []}], ValueError, ["param_groups[0] params", "empty"]),
    "set": (lambda: [{"params": {1.0}}], TypeError, ["param_groups[0] params", "set"]),
    "number-in-group": (lambda: [{"params": 3.0}], TypeError, ["param_groups[0] params", "float"]),
    "typo": (lambda: [{"params": A, "learning_rate": 0.1}], TypeError, ["param_groups[0]", "learning_rate"]),
    "foreign-key": (lambda: [{"params": A, "momentumm": 0.1}], TypeError, ["param_groups[0]", "momentumm"]),
}


@pytest.mark.parametrize("make, kind, words", PARAMS.values(), ids=PARAMS)
def test_params(entry, make, kind, words):
    refused(lambda: entry.cls(make()), kind, words)


ADDED = {
    "not-a-dict": (lambda p: p, TypeError, ["param_groups[2]", "ndarray"]),
    "known": (lambda p: {"params": [np.ones(2), p[1]]}, ValueError, ["params[4]", "params[1]"]),
    "view": (lambda p: {"params": [p[0][1:, ::2]]}, ValueError, ["params[3]", "params[0]"]),
    "integers": (lambda p: {"params": [np.ones(2), np.arange(2)]}, TypeError, ["params[4]", "int64"]),
    "read-only": (lambda p: {"params": read_only()}, ValueError, ["params[3]", "read-only"]),
    "typo": (lambda p: {"params": np.ones(2), "weightdecay": 0}, TypeError, ["param_groups[2]", "weightdecay"]),
    "several-typos": (lambda p: {"params": np.ones(2), "a": 0, 5: 0}, TypeError, ["param_groups[2]", "'a'", "5"]),
    "no-params": (lambda p: {"lr": 1.0}, ValueError, ["param_groups[2]", "params"]),
    "empty": (lambda p: {"params": []}, ValueError, ["param_groups[2] params", "empty"]),
}


@pytest.mark.parametrize("make, kind, words", ADDED.values(), ids=ADDED)
def test_added_group(entry, make, kind, words):
    opt, params = healthy(entry)
    group = make(params[0] if make is ADDED["not-a-dict"][0] else params)
    refused(lambda: opt.add_param_group(group), kind, words, lambda: everything(opt, params))
    opt.step([p / 3 for p in params])


def test_what_only_looks_like_overlap_is_fine(entry):
    table = np.ones((4, 6))
    opt = entry.cls([table[:, ::2], table[:, 1::2]], lr=0.1)  # columns in turn: no number in common
    for _ in range(5):  # (some rules wait at first, RAdamScheduleFree for four steps)
        opt.step([np.ones((4, 3)), -np.ones((4, 3))])
    assert (table[:, ::2] < 1).all() and (table[:, 1::2] > 1).all()
    empty = [np.empty((0, 3)), np.empty((0, 3))]
    if entry.takes == "nonempty":
        with pytest.raises(ValueError, match=r"params\[0\] is empty"):
            entry.cls(empty)
    else:
        entry.cls([*empty, table[:2], table[2:]])


# Settings


def constructor(cls):
    return {p.name: p.default for p in inspect.signature(cls).parameters.values() if p.name != "params"}


WRONG = ["0.1", None, [0.1], 1j, {}]
NOT_REAL = [*WRONG, np.array([0.1, 0.2]), torch.tensor(0.1), True]
NOT_FLOATS = [(NAN, "nan"), (np.float32("nan"), "nan"), (10**400, "too large")]
NEGATIVE = [(v, repr(v)) for v in (-1.0, -1e-9, -math.inf)]
PAIRS = [0.9, (0.9,), (0.9, 0.9, 0.9), (0.9, None), ("0.5", 0.9), (True, 0.9)]

BAD = {
    # check: values of a wrong type; values out of range, with what the message must show
    checks.flag: ([*WRONG, 1, 0.0, NAN], []),
    checks.number: (NOT_REAL, NOT_FLOATS),
    checks.nonnegative: (NOT_REAL, [*NEGATIVE, *NOT_FLOATS]),
    checks.positive: (NOT_REAL, [*NEGATIVE, (0, "0"), *NOT_FLOATS]),
    checks.fraction: (NOT_REAL, [*NEGATIVE, (1.5, "1.5"), *NOT_FLOATS]),
    checks.decay: (NOT_REAL, [*NEGATIVE, (1.0, "1.0"), *NOT_FLOATS]),
    checks.count: ([*NOT_REAL, 1.0], [(-1, "-1")]),
    checks.number_pair: ([*WRONG, *PAIRS], [((NAN, 0.9), "[0]"), ((0.9, NAN), "[1]")]),
    checks.decay_pair: (
        [*WRONG, *PAIRS],
        [
            ((1.0, 0.9), "[0]"), ((0.9, 1.0), "[1]"), ((-0.5, 0.9), "[0]"), ((0.9, 2), "[1]"),
            ((NAN, 0.9), "[0]"), ((0.9, NAN), "[1]"),
        ],
    ),
}  # fmt: skip


def bad_values():
    """Values that each setting refuses, with the error and what its message must show.

    All of them for the first optimizer that uses a check, one of each kind for the others.
    Checks that belong to one optimizer are in test_others.py.
    """
    seen = set()
    for entry in FED.values():
        for name in constructor(entry.cls):
            check = entry.cls.settings[name]
            types, ranges = BAD.get(check, (["0.1", {}], []))
            new = check not in seen
            seen.add(check)
            for value in types if new else types[:1]:
                yield entry, name, value, TypeError, name if isinstance(value, tuple) else repr(value)
            for value, shown in ranges if new else ranges[:1]:
                yield entry, name, value, ValueError, shown


SETTINGS = [
    pytest.param(entry, name, value, kind, [shown], id=f"{entry.name}-{name}={value!r:.30}")
    for entry, name, value, kind, shown in bad_values()
]


@pytest.mark.parametrize("entry, name, value, kind, shown", SETTINGS)
def test_settings(entry, name, value, kind, shown):
    """Wherever a setting can come from: constructor, group, new group, mid-run, checkpoint."""
    words = [name, *shown]
    fresh = np.ones(3)
    refused(lambda: entry.cls([fresh], **{name: value}), kind, words, fresh.tolist)
    refused(lambda: entry.cls([{"params": fresh, name: value}]), kind, ["param_groups[0]", *words], fresh.tolist)

    opt, params = healthy(entry)
    state = lambda: everything(opt, params)  # noqa: E731
    refused(lambda: opt.add_param_group({"params": fresh, name: value}), kind, ["param_groups[2]", *words], state)

    checkpoint = opt.state_dict()
    checkpoint["param_groups"][1][name] = value
    refused(lambda: opt.load_state_dict(checkpoint), kind, ["param_groups[1]", *words], state)

    good, opt.param_groups[1][name] = opt.param_groups[1][name], value
    refused(lambda: opt.step([p / 3 for p in params]), kind, ["param_groups[1]", *words], state)
    opt.param_groups[1][name] = good
    opt.step([p / 3 for p in params])


@pytest.mark.parametrize("settings", [{}, {"momentum": 0.9, "dampening": 0.5}, {"dampening": -1.0}])
def test_nesterov_needs_momentum_without_dampening(settings):
    words = ["nesterov", *(f"{k}={v}" for k, v in settings.items())]
    refused(lambda: SGD([np.ones(2)], nesterov=True, **settings), ValueError, words)
    opt, params = healthy(ZOO["SGD"])
    opt.param_groups[0].update({"momentum": 0.0, "nesterov": True, **settings})
    refused(lambda: opt.step([p / 3 for p in params]), ValueError, words, lambda: everything(opt, params))


@pytest.mark.parametrize("keyword", ["learning_rate", "Lr", "foreach", "fused", "params_groups"])
def test_unknown_keyword(entry, keyword):
    refused(lambda: entry.cls([np.ones(2)], **{keyword: 0.1}), TypeError, [keyword])


def test_keyword_of_another_optimizer(entry):
    known = constructor(entry.cls)
    for name in {name for other in ZOO.values() for name in constructor(other.cls)} - set(known):
        refused(lambda name=name: entry.cls([np.ones(2)], **{name: 0.5}), TypeError, [name])


def test_missing_setting(entry):
    for name in constructor(entry.cls):
        opt, params = healthy(entry)
        del opt.param_groups[1][name]
        refused(
            lambda o=opt, p=params: o.step([q / 3 for q in p]), ValueError, ["param_groups[1]", name, "missing"],
            lambda o=opt, p=params: (p[0].tolist(), p[2].tolist(), str(o.state)),
        )  # fmt: skip


# Gradients. The first one is good: the parameter that it belongs to must not move either.

GOOD = np.ones((2, 3)), np.ones(4), np.ones(2)

GRADS = {
    "array": (lambda: np.ones((3, 2)), TypeError, ["grads", "ndarray"]),
    "dict": (lambda: {0: GOOD[0], 1: GOOD[1], 2: GOOD[2]}, TypeError, ["grads", "dict"]),
    "none": (lambda: None, TypeError, ["grads", "NoneType"]),
    "number": (lambda: 0.5, TypeError, ["grads", "float"]),
    "string": (lambda: "abc", TypeError, ["grads", "str"]),
    "too-few": (lambda: GOOD[:2], ValueError, ["grads", "2", "3"]),
    "too-many": (lambda: [*GOOD, GOOD[0]], ValueError, ["grads", "4", "3"]),
    "no-gradient": (list, ValueError, ["grads", "0", "3"]),
    "shape": (lambda: [*GOOD[:2], np.ones(3)], ValueError, ["grads[2]", "(3,)", "(2,)"]),
    "transposed": (lambda: [GOOD[0].T, *GOOD[1:]], ValueError, ["grads[0]", "(3, 2)", "(2, 3)"]),
    "row-to-broadcast": (lambda: [np.ones(3), *GOOD[1:]], ValueError, ["grads[0]", "(3,)", "(2, 3)"]),
    "scalar-to-broadcast": (lambda: [*GOOD[:2], np.float64(1)], ValueError, ["grads[2]", "()", "(2,)"]),
    "one-too-deep": (lambda: [*GOOD[:2], np.ones((1, 2))], ValueError, ["grads[2]", "(1, 2)", "(2,)"]),
    "float32": (lambda: [*GOOD[:2], np.ones(2, np.float32)], TypeError, ["grads[2]", "float32", "float64"]),
    "integers": (lambda: [*GOOD[:2], [1, 2]], TypeError, ["grads[2]", "int64", "float64"]),
    "complex": (lambda: [*GOOD[:2], np.ones(2, complex)], TypeError, ["grads[2]", "complex128", "float64"]),
    "booleans": (lambda: [*GOOD[:2], np.ones(2, bool)], TypeError, ["grads[2]", "bool", "float64"]),
    "text": (lambda: [*GOOD[:2], "ab"], TypeError, ["grads[2]", "float64"]),
    "ragged": (lambda: [*GOOD[:2], [1.0, [2.0]]], TypeError, ["grads[2]"]),
    "attached-tensor": (lambda: [*GOOD[:2], torch.ones(2, dtype=float, requires_grad=True)], TypeError, ["grads[2]"]),
}


@pytest.mark.parametrize("make, kind, words", GRADS.values(), ids=GRADS)
def test_gradients(entry, make, kind, words):
    opt, params = healthy(entry)
    grads = make()
    refused(lambda: opt.step(grads), kind, words, lambda: everything(opt, params))


def test_parameter_made_read_only_later(entry):
    opt, params = healthy(entry)
    params[2].flags.writeable = False
    refused(lambda: opt.step(GOOD), ValueError, ["params[2]", "read-only"], lambda: everything(opt, params))
    opt.step([*GOOD[:2], None])  # it is not asked to change


# Checkpoints


def without(dictionary, key):
    del dictionary[key]


def bad_state(i, **entries):
    return lambda c: c["state"][i].update(entries)


def group(k, **entries):
    return lambda c: c["param_groups"][k].update(entries)


CHECKPOINTS = {
    "no-state": (lambda c: without(c, "state"), TypeError, ["state_dict", "'state'"]),
    "no-groups": (lambda c: without(c, "param_groups"), TypeError, ["state_dict", "'param_groups'"]),
    "state-is-none": (lambda c: c.update(state=None), TypeError, ["state_dict", "state"]),
    "state-is-a-list": (lambda c: c.update(state=[{}, {}, {}]), TypeError, ["state_dict", "state"]),
    "groups-are-none": (lambda c: c.update(param_groups=None), TypeError, ["state_dict", "param_groups"]),
    "groups-are-numbers": (lambda c: c.update(param_groups=[1, 2]), TypeError, ["state_dict", "param_groups"]),
    "fewer-groups": (lambda c: c["param_groups"].pop(), ValueError, ["param", "groups", "1", "2"]),
    "more-groups": (lambda c: c["param_groups"].append({}), ValueError, ["param", "groups", "3", "2"]),
    "fewer-parameters": (group(0, params=[0]), ValueError, ["param_groups[0]", "1", "2"]),
    "more-parameters": (group(1, params=[2, 3]), ValueError, ["param_groups[1]", "2", "1"]),
    "no-params": (lambda c: without(c["param_groups"][1], "params"), TypeError, ["param_groups", "params"]),
    "no-lr": (lambda c: without(c["param_groups"][1], "lr"), ValueError, ["param_groups[1]", "lr", "missing"]),
    "unknown-key": (group(0, rate=0.5), ValueError, ["param_groups[0]", "rate"]),
    "unknown-entry": (bad_state(0, exp=np.ones((2, 3))), ValueError, ["state[0]", "exp"]),
    "stray-state": (lambda c: c["state"].update({9: {}}), ValueError, ["state", "9"]),
}


@pytest.mark.parametrize("spoil, kind, words", CHECKPOINTS.values(), ids=CHECKPOINTS)
def test_checkpoint(entry, spoil, kind, words):
    opt, params = healthy(entry)
    checkpoint = opt.state_dict()
    checkpoint["state"].setdefault(0, {})
    spoil(checkpoint)
    refused(lambda: opt.load_state_dict(checkpoint), kind, words, lambda: everything(opt, params))


@pytest.mark.parametrize("thing", [None, 3, "checkpoint", [], {}, (1, 2)])
def test_not_a_checkpoint(entry, thing):
    opt, params = healthy(entry)
    refused(lambda: opt.load_state_dict(thing), TypeError, ["state_dict"], lambda: everything(opt, params))


BAD_ARRAYS = {
    "shape": (lambda a: np.ones(7), ValueError, ["(7,)"]),
    "to-broadcast": (lambda a: a[..., :1], ValueError, ["(1,)", "(4,)"]),
    "number": (lambda a: 0.5, ValueError, ["()"]),
    "text": (lambda a: "abc", TypeError, []),
    "complex": (lambda a: a * 1j, TypeError, ["complex128"]),
    "objects": (lambda a: [None] * len(a), TypeError, ["object"]),
    "dict": (lambda a: {}, TypeError, []),
}

BAD_STEPS = {
    "negative": (-1, ValueError, ["-1"]), "half": (2.5, ValueError, ["2.5"]), "nan": (NAN, ValueError, ["nan"]),
    "infinite": (math.inf, ValueError, ["inf"]), "none": (None, TypeError, ["None"]),
    "text": ("two", TypeError, ["two"]), "two": (np.ones(2), TypeError, ["1."]),
}  # fmt: skip


def state_names(entry):
    """State that has the shape of its vector parameter: that of other kinds is in test_others.py."""
    opt, params = healthy(entry)
    held = opt.state[1].items()
    return [name for name, value in held if isinstance(value, np.ndarray) and value.shape == params[1].shape]


@pytest.mark.parametrize("spoil, kind, words", BAD_ARRAYS.values(), ids=BAD_ARRAYS)
def test_array_of_a_checkpoint(entry, spoil, kind, words):
    assert state_names(entry) or entry.name == "Shampoo"
    for name in state_names(entry):
        opt, params = healthy(entry)
        checkpoint = opt.state_dict()
        checkpoint["state"][1][name] = spoil(checkpoint["state"][1][name])
        state = lambda o=opt, p=params: everything(o, p)  # noqa: E731
        refused(lambda o=opt, c=checkpoint: o.load_state_dict(c), kind, ["state[1]", name, *words], state)


COUNTING = [entry for entry in FED.values() if entry.cls.counts_steps]


@pytest.mark.parametrize("value, kind, words", BAD_STEPS.values(), ids=BAD_STEPS)
@pytest.mark.parametrize("entry", COUNTING, ids=lambda e: e.name)
def test_step_of_a_checkpoint(entry, value, kind, words):
    opt, params = healthy(entry)
    checkpoint = opt.state_dict()
    checkpoint["state"][1]["step"] = value
    words = ["state[1]", "step", *words]
    refused(lambda: opt.load_state_dict(checkpoint), kind, words, lambda: everything(opt, params))


@pytest.mark.parametrize("entry", COUNTING, ids=lambda e: e.name)
@pytest.mark.parametrize("spoil", [lambda s, n: s.pop(n), lambda s, n: s.update({n: None})], ids=["missing", "none"])
def test_incomplete_state(entry, spoil):
    """SGD may lack its buffer: that is how it looks before the first step."""
    for name in [*state_names(entry), "step"]:
        opt, _ = healthy(entry)
        checkpoint = opt.state_dict()
        spoil(checkpoint["state"][1], name)
        with pytest.raises((TypeError, ValueError), match=rf"state\[1\].*{name}"):
            opt.load_state_dict(checkpoint)
        assert opt.state[1][name] is not None


@pytest.mark.parametrize("other", FED.values(), ids=FED)
def test_checkpoint_of_another_optimizer(entry, other):
    """What knows the same settings under another rule is told apart by its state, or is the same family."""
    saved, _ = healthy(other)
    opt, params = healthy(entry)
    same_names = set(entry.cls.settings) == set(other.cls.settings) and state_names(entry) == state_names(other)
    if same_names:
        opt.load_state_dict(saved.state_dict())
    else:
        words = [] if set(other.cls.settings) <= set(entry.cls.settings) else ["param_groups[0]", "another optimizer"]
        refused(lambda: opt.load_state_dict(saved.state_dict()), ValueError, words, lambda: everything(opt, params))


# What torch refuses

TORCH_REFUSES = [
    # message of torch, settings, classes
    ("Invalid learning rate", {"lr": -1.0}, (SGD, Adagrad, RMSprop, Adam, AdamW)),
    ("Invalid weight_decay value", {"weight_decay": -1.0}, (SGD, Adagrad, RMSprop, Adam, AdamW)),
    ("Invalid momentum value", {"momentum": -1.0}, (SGD, RMSprop)),
    ("Nesterov momentum requires", {"nesterov": True}, (SGD,)),
    ("Nesterov momentum requires", {"nesterov": True, "momentum": 0.9, "dampening": 0.5}, (SGD,)),
    ("Invalid epsilon value", {"eps": -1e-8}, (Adagrad, RMSprop, Adam, AdamW)),
    ("Invalid beta parameter at index 0", {"betas": (1.0, 0.9)}, (Adam, AdamW)),
    ("Invalid beta parameter at index 1", {"betas": (0.9, 1.0)}, (Adam, AdamW)),
    ("Invalid lr_decay value", {"lr_decay": -0.5}, (Adagrad,)),
    ("Invalid initial_accumulator_value value", {"initial_accumulator_value": -0.5}, (Adagrad,)),
    ("Invalid alpha value", {"alpha": -0.5}, (RMSprop,)),
]


@pytest.mark.parametrize("message, settings, classes", TORCH_REFUSES, ids=[str(row[1]) for row in TORCH_REFUSES])
def test_what_torch_refuses(message, settings, classes):
    for cls in classes:
        with pytest.raises(ValueError, match=message):
            getattr(torch.optim, cls.__name__)([torch.ones(2)], **settings)
        with pytest.raises(ValueError, match=next(iter(settings))):
            cls([np.ones(2)], **settings)


def as_arrays(thing):
    """The same parameters with arrays in the place of tensors."""
    if isinstance(thing, torch.Tensor):
        return thing.detach().numpy()
    if isinstance(thing, dict):
        return {k: as_arrays(v) for k, v in thing.items()}
    return [as_arrays(v) for v in thing] if isinstance(thing, list) else thing


def plain(error):
    """Those error inputs that are not about tensors as settings, or names of parameters."""
    values = [v for value in error.kwargs.values() for v in (value if isinstance(value, tuple) else (value,))]
    about_tensors = any(word in error.desc for word in ("names", "dense params"))  # what is sparse is no array
    return not about_tensors and not any(isinstance(v, torch.Tensor) for v in values)


OPTIM_DB = [
    pytest.param(info.optim_cls.__name__, case.optimizer_error_input, id=f"{info.optim_cls.__name__}-{i}")
    for info in optim_db
    if info.optim_cls.__name__ in ZOO
    for i, case in enumerate(info.optim_error_inputs_func("cpu", torch.float32))
    if plain(case.optimizer_error_input)
]


@pytest.mark.parametrize("name, error", OPTIM_DB)
def test_error_inputs_of_torchs_own_tests(name, error):
    params = [np.ones(2)] if error.params is None else as_arrays(error.params)
    with pytest.raises((TypeError, ValueError)) as caught:
        ZOO[name].cls(params, **error.kwargs)
    expected = [key for key in error.kwargs if key != "lr"] or ["params"]
    expected += ["one parameter group"] * (name == "LBFGS")
    assert any(word in str(caught.value) for word in expected)


def test_every_optimizer_has_error_inputs():
    assert {param.values[0] for param in OPTIM_DB} == {n for n, e in ZOO.items() if e.referee.startswith("torch.")}
