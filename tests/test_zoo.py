"""The zoo knows every optimizer, and what it says is so."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from generated import conformance

import optedu
from optedu import SparseGrad
from optedu.core.checks import flag
from optedu.core.optimizer import keywords
from optedu.lab.referees import reference
from optedu.zoo import ZOO

ROOT = Path(__file__).resolve().parents[1]


def test_every_public_optimizer_is_in_the_zoo():
    public = [getattr(optedu, name) for name in optedu.__all__ if name != "Optimizer"]
    optimizers = [c for c in public if isinstance(c, type) and issubclass(c, optedu.Optimizer)]
    assert len(optimizers) == 33
    of_torch = {n for n, c in vars(torch.optim).items() if isinstance(c, type) and n != "Optimizer"}
    assert of_torch <= set(ZOO)
    assert {c.__name__: c for c in optimizers} == {name: entry.cls for name, entry in ZOO.items()}


def test_order_is_that_of_the_book():
    assert list(ZOO) == [name for name in optedu.__all__ if name in ZOO]


def test_entry_is_complete(any_entry):
    entry = any_entry
    assert ZOO[entry.name] is entry
    works = [re.fullmatch(r"[A-Z].+ \((\d{4})\)", work) for work in entry.paper.split("; ")]
    assert all(works), "authors and year of each work"
    years = [int(work[1]) for work in works]
    assert years == sorted(years) and years[0] >= 1847 and years[-1] <= 2030
    if hasattr(torch.optim, entry.name):
        assert entry.referee == f"torch.optim.{entry.name}"
    else:
        assert (reference(entry) is None) == (entry.referee == "a trace by hand")
    assert f"file: book/{entry.chapter}\n" in (ROOT / "_toc.yml").read_text()


def test_flags_are_settings(any_entry):
    entry = any_entry
    parameters = inspect.signature(entry.cls).parameters
    assert set(entry.flags) | set(entry.fixed) <= set(parameters)
    assert not set(entry.flags) & set(entry.fixed)
    # every setting is there (the learning rate changes mid-run), and every switch both ways
    assert set(parameters) - {"params", "lr"} == set(entry.flags) | (set(entry.fixed) - {"lr"})
    for name, values in entry.flags.items():
        assert len(values) == len(set(values)) >= 2
        if entry.cls.settings[name] is flag:
            assert set(values) == {False, True}
        assert parameters[name].default in values or name in ("weight_decay", "max_eval")


def test_rules_are_those_that_run(any_entry):
    entry = any_entry
    used = set()
    for settings in entry.grid():
        opt = entry.cls([np.zeros((1, 1))], **settings)
        used.add(opt.rule_for(opt.param_groups[0]))
    assert used <= set(entry.rules) and (used == set(entry.rules) or entry.together)  # it has two halves
    for rule in entry.rules:
        assert rule.__doc__ and set(keywords(rule)) <= {"t", "rate", "s_rate", *entry.cls.settings}


def test_grid(any_entry):
    entry = any_entry
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
    ("Adadelta", {}, 8), ("Rprop", {}, 8), ("Adamax", {}, 8), ("NAdam", {}, 8), ("RAdam", {}, 8),
    ("AdaBelief", {}, 8), ("Yogi", {}, 8), ("Lion", {}, 4), ("LARS", {}, 4), ("LAMB", {}, 8), ("ASGD", {}, 4),
    ("SGDScheduleFree", {}, 4), ("AdamWScheduleFree", {}, 8), ("RAdamScheduleFree", {}, 8), ("Prodigy", {}, 16),
    ("Sophia", {}, 8), ("AdEMAMix", {}, 12), ("MARS", {}, 12), ("ADOPT", {}, 8),
    ("SparseAdam", {}, 8), ("Muon", {}, 4),
]  # fmt: skip


@pytest.mark.parametrize("name, settings, expected", MEMORY)
def test_memory(name, settings, expected):
    entry = ZOO[name]
    assert entry.bytes_per_parameter(**settings) == expected
    assert entry.bytes_per_parameter(8, **settings) == 2 * expected
    # and so it is for a real parameter
    p = np.ones((5, 7), np.float32)
    opt = entry.cls([p], **settings)
    opt.step([SparseGrad(np.arange(5), p / 2) if entry.takes == "sparse" else p / 2])
    held = [a for a in opt.state.get(0, {}).values() if isinstance(a, np.ndarray)]
    assert sum(a.nbytes for a in held) == expected * p.size
    assert entry.state(**settings) == [n for n, a in opt.state.get(0, {}).items() if isinstance(a, np.ndarray)]


def test_memory_is_known_for_every_optimizer():
    by_shape = {name for name, _, *_ in SHAPED}
    assert {name for name, *_ in MEMORY} | by_shape == set(ZOO)


SHAPED = [
    # numbers of state for a 4 x 6 matrix and for a vector of 5
    ("Adafactor", {}, 4 + 6, 5),
    ("Shampoo", {}, 4 * 4 + 6 * 6, 5 * 5),
    ("SOAP", {}, 2 * 24 + 2 * 4 * 4 + 2 * 6 * 6, 2 * 5),
    ("SOAP", {"max_precond_dim": 4}, 2 * 24 + 2 * 4 * 4, 2 * 5),
    ("Kron", {}, 24 + 4 * 4 + 6 * 6, 5 + 5),
    ("Kron", {"max_size_triangular": 4}, 24 + 4 * 4 + 6, 5 + 5),
    ("Kron", {"min_ndim_triangular": 1}, 24 + 4 * 4 + 6 * 6, 5 + 5 * 5),
    ("GaLore", {"rank": 3}, 2 * 3 * 6 + 4 * 3, 2 * 5),
    ("GaLore", {}, 2 * 24 + 4 * 4, 2 * 5),
    ("AdamW8bit", {}, 2 * 24, 2 * 5),
    ("AdamW8bit", {"min_8bit_size": 5, "block_size": 10}, 2 * (24 + 3), 2 * (5 + 1)),  # codes, and scales of blocks
    ("LBFGS", {"max_iter": 1}, 2 * 24, 2 * 5),  # no pair yet: direction and last gradient
]


@pytest.mark.parametrize("name, settings, matrix, vector", SHAPED)
def test_memory_that_depends_on_the_shape(name, settings, matrix, vector):
    assert ZOO[name].numbers_per_parameter((4, 6), **settings) * 24 == matrix
    assert ZOO[name].numbers_per_parameter((5,), **settings) * 5 == vector


def test_every_optimizer_has_a_look_of_its_own():
    from optedu.lab import look

    looks = [look(name) for name in ZOO]
    assert len({(s["color"], s["marker"], s["linestyle"]) for s in looks}) == len(ZOO)
    assert look("Adam, lr = 0.1")["color"] == look("Adam")["color"]


REFERENCE = ROOT / "book" / "reference"


def test_the_conformance_matrix_has_everything():
    """Its figures are those of a run; that each stays below the bound is what test_parity and test_others say."""
    page = (REFERENCE / "conformance.md").read_text("utf8")
    assert f"torch {torch.__version__.split('+')[0]}," in page
    sections = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    assert list(sections) == list(ZOO)
    for name, text in sections.items():
        rows = re.findall(r"^\| `(\w+)` \| `(.*)` \| (.*) \|$", text, re.M)
        assert entry_rows(ZOO[name]) == [row[:2] for row in rows] or reference(ZOO[name]) is None
        assert all(float(value) <= (1e-8 if name == "LBFGS" else 1e-11) for *_, value in rows)


def entry_rows(entry):
    return [(flag, repr(value)) for flag, values in entry.flags.items() for value in values]


def test_a_deviation_beyond_the_bound_makes_no_page(monkeypatch):
    monkeypatch.setattr(conformance, "ZOO", {"Lion": ZOO["Lion"]})
    monkeypatch.setattr(conformance, "deviations", lambda entry, steps: [({}, 1e-3)])
    with pytest.raises(AssertionError, match="Lion deviates by 1.0e-03"):
        conformance.conformance()
    assert conformance.power(3e-14) == "1e-13" and conformance.power(0.0) == "0"
