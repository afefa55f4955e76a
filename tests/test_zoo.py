"""The zoo knows every optimizer, and what it says is so."""

import inspect
from pathlib import Path

import numpy as np
import pytest

import optedu
from optedu.core.checks import flag
from optedu.core.optimizer import keywords
from optedu.zoo import ZOO

ROOT = Path(__file__).resolve().parents[1]


def test_every_public_optimizer_is_in_the_zoo():
    public = [getattr(optedu, name) for name in optedu.__all__ if name != "Optimizer"]
    optimizers = [c for c in public if isinstance(c, type) and issubclass(c, optedu.Optimizer)]
    assert len(optimizers) >= 5
    assert {c.__name__: c for c in optimizers} == {name: entry.cls for name, entry in ZOO.items()}


def test_order_is_that_of_the_book():
    assert list(ZOO) == [name for name in optedu.__all__ if name in ZOO]


def test_entry_is_complete(entry):
    assert ZOO[entry.name] is entry
    assert entry.paper and 1847 <= entry.year <= 2030
    assert entry.referee == f"torch.optim.{entry.name}"
    assert f"file: book/{entry.chapter}\n" in (ROOT / "_toc.yml").read_text()


def test_flags_are_settings(entry):
    parameters = inspect.signature(entry.cls).parameters
    assert set(entry.flags) | set(entry.fixed) <= set(parameters)
    assert not set(entry.flags) & set(entry.fixed)
    # every setting is varied, the learning rate excepted (it changes mid-run), and every switch both ways
    assert set(parameters) - {"params", "lr"} == set(entry.flags)
    for name, values in entry.flags.items():
        assert len(values) == len(set(values)) >= 2
        if entry.cls.settings[name] is flag:
            assert set(values) == {False, True}
        assert parameters[name].default in values or name == "weight_decay"


def test_rules_are_those_that_run(entry):
    used = {entry.cls([np.zeros(1)], **s).rule_for(entry.cls([np.zeros(1)], **s).param_groups[0]) for s in entry.grid()}
    assert used == set(entry.rules)
    for rule in entry.rules:
        assert rule.__doc__ and set(keywords(rule)) <= {"t", *entry.cls.settings}


def test_grid(entry):
    grid = list(entry.grid())
    sizes = [len(values) for values in entry.flags.values()]
    assert len({str(s) for s in grid}) == len(grid) <= np.prod(sizes)
    assert all({**entry.fixed, **s} == s for s in grid)
    for name, values in entry.flags.items():
        assert {s[name] for s in grid} == set(values)
        assert {s[name] for s in entry.grid(**{name: values[:1]})} == {values[0]}


def test_grid_leaves_out_what_is_refused():
    grid = list(ZOO["SGD"].grid())
    assert [s for s in grid if s["nesterov"] and (not s["momentum"] or s["dampening"])] == []
    assert len(grid) == 32  # of 48


MEMORY = [
    # bytes per parameter in float32
    ("SGD", {}, 0), ("SGD", {"momentum": 0.9}, 4), ("SGD", {"momentum": 0.9, "nesterov": True}, 4),
    ("Adagrad", {}, 4), ("RMSprop", {}, 4), ("RMSprop", {"momentum": 0.9}, 8), ("RMSprop", {"centered": True}, 8),
    ("RMSprop", {"momentum": 0.9, "centered": True}, 12),
    ("Adam", {}, 8), ("Adam", {"amsgrad": True}, 12), ("AdamW", {}, 8), ("AdamW", {"amsgrad": True}, 12),
]  # fmt: skip


@pytest.mark.parametrize("name, settings, expected", MEMORY)
def test_memory(name, settings, expected):
    entry = ZOO[name]
    assert entry.bytes_per_parameter(**settings) == expected
    assert entry.bytes_per_parameter(8, **settings) == 2 * expected
    # and so it is for a real parameter
    p = np.ones((5, 7), np.float32)
    opt = entry.cls([p], **settings)
    opt.step([p / 2])
    held = [a for a in opt.state.get(0, {}).values() if isinstance(a, np.ndarray)]
    assert sum(a.nbytes for a in held) == expected * p.size
    assert entry.state(**settings) == [n for n, a in opt.state.get(0, {}).items() if isinstance(a, np.ndarray)]


def test_memory_is_known_for_every_optimizer():
    assert {name for name, *_ in MEMORY} == set(ZOO)


def test_every_optimizer_has_a_look_of_its_own():
    from optedu.lab import look

    looks = [look(name) for name in ZOO]
    assert len({(s["color"], s["marker"], s["linestyle"]) for s in looks}) == len(ZOO)
    assert look("Adam, lr = 0.1")["color"] == look("Adam")["color"]
