"""What is written out for torch and JAX does what optedu does, or is refused in a sentence."""

import ast
import builtins
import inspect
import re
import subprocess
import sys
import types
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import TORCHS
from generated import exported
from numpy import maximum, sqrt, where

import optedu
from optedu.core import checks
from optedu.exporting.naming import named
from optedu.exporting.writing import NotExported
from optedu.lab import exported_sharded
from optedu.lab.comparison import torch_scalars
from optedu.lab.exported import (
    BOUND,
    COLUMNS,
    STEPS,
    Cell,
    gradients,
    grouped,
    in_jax,
    in_order,
    in_torch,
    loaded,
    matrix,
    measured,
    settings_of,
    start,
)
from optedu.lr_scheduler import CosineAnnealingLR
from optedu.zoo import ZOO

REFUSED = {
    "SparseAdam": "method step_one",
    "SOAP": "linalg.qr",
    "Prodigy": "method step",
    "Sophia": "method step",
    "LBFGS": "method step",
    "Kron": "np.random.default_rng is neither a number nor a function",
    "AdamW8bit": "SIGNED is neither a number nor a function",
    "GaLore": "linalg.svd",
}
"""Optimizers that are not written out, and a word of the reason."""

WRITTEN = [name for name in ZOO if name not in REFUSED]
TARGETS = {"torch": in_torch, "jax": in_jax}
NEEDED = {"torch": {"torch", "math", "collections"}, "jax": {"jax", "optax", "math", "collections", "typing"}}


# The matrix


def cells():
    for name, (target, dtype) in product(ZOO, COLUMNS):
        slow = target == "jax" and dtype == "float32"
        yield pytest.param(name, target, dtype, marks=[pytest.mark.nightly] * slow, id=f"{name}-{target}-{dtype}")


@pytest.mark.parametrize(("name", "target", "dtype"), list(cells()))
def test_each_cell_is_parity_or_a_sentence(name, target, dtype):
    cell = measured(ZOO[name], target, dtype, 2 if target == "torch" and dtype == "float64" else 1)
    if name in REFUSED:
        assert cell.difference is None
        assert cell.refusal.startswith(f"{name} is not written out for {target}: ") and REFUSED[name] in cell.refusal
    else:
        assert cell.difference is not None, cell.refusal
        assert cell.difference <= BOUND[target, dtype]


@pytest.mark.nightly
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", WRITTEN)
def test_more_settings(name, target):
    assert measured(ZOO[name], target, "float64", 24 if target == "torch" else 6).difference <= BOUND[target, "float64"]


@pytest.mark.parametrize("name", ["RAdam", "SGD", *(pytest.param(n, marks=pytest.mark.nightly) for n in WRITTEN)])
def test_jax_without_jit(name):
    entry = ZOO[name]
    made = loaded(optedu.export(entry.cls, "jax"), name)
    settings = settings_of(entry, 1)[0]
    assert in_jax(made, entry.cls, settings, entry.takes == "matrix", jit=False) <= BOUND["jax", "float64"]


def test_a_file_that_is_wrong_is_noticed():
    text = optedu.export(optedu.AdamW, "torch")
    for right, wrong in {
        "b2 * v + (1 - b2)": "b2 * v + b1 * (1 - b2)", 'int(state["step"]) + 1': 'int(state["step"]) + 2',
        'lr=group["lr"]': 'lr=self.defaults["lr"]',
    }.items():  # fmt: skip
        assert right in text
        with torch_scalars("float64"):
            assert in_torch(loaded(text.replace(right, wrong), "AdamW"), optedu.AdamW, {"lr": 0.01}) > 1e-6


def test_the_matrix_is_printed():
    lines = list(matrix([ZOO["Lion"], ZOO["SOAP"]], 1))
    assert lines[1].split() == ["Lion", "0", "0", "0", "0"]
    assert lines[2].split() == ["SOAP", *["refused"] * 4]
    assert sum("linalg.qr" in line for line in lines[3:]) == 2


# Compiled by torch


def compiled(name, backend):
    text = optedu.export(ZOO[name].cls, "torch", compile=True)
    assert "@torch.compile(fullgraph=True)" in text
    torch._dynamo.reset()
    return loaded(text.replace("fullgraph=True", f'fullgraph=True, backend="{backend}"'), name)


SOME = ["SGD", "AdamW", "RAdam", "LAMB", "ASGD"]


@pytest.mark.parametrize(
    "name", [*SOME, *(pytest.param(n, marks=pytest.mark.nightly) for n in WRITTEN if n not in SOME)]
)
def test_rule_and_stores_are_one_graph(name):
    """With aot_eager torch does all that compiling does, but for writing code."""
    entry = ZOO[name]
    with torch_scalars("float64"):
        made = compiled(name, "aot_eager")
        assert (
            in_torch(made, entry.cls, settings_of(entry, 2)[-1], entry.takes == "matrix") <= BOUND["torch", "float64"]
        )


@pytest.mark.parametrize("name", ["AdamW", "LAMB"])
def test_a_compiled_file_takes_a_model_of_many_shapes(name):
    """Of a Parameter torch takes the shape as fixed, and gives up after eight."""
    optimizer = compiled(name, "eager")([torch.nn.Parameter(torch.ones(k)) for k in range(3, 14)])
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = torch.ones_like(p)
    optimizer.step()
    assert all((p != 1).all() for p in optimizer.param_groups[0]["params"])


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["AdamW", "NAdam", "LAMB"])
def test_compiled_in_earnest(name):
    with torch_scalars("float64"):
        made = compiled(name, "inductor")
        assert in_torch(made, ZOO[name].cls, settings_of(ZOO[name], 1)[0]) <= BOUND["torch", "float64"]


# Checkpoints


def torch_run(optimizer, tensors, first, last):
    for t in range(first, last + 1):
        for q, g in zip(tensors, gradients(t, start(False, "float64"), missing=t > 1), strict=True):
            q.grad = None if g is None else torch.tensor(g)
        optimizer.step()


def in_tensors(checkpoint):
    """A checkpoint of optedu as torch has it."""
    return {
        "state": {
            i: {name: torch.tensor(v) if isinstance(v, np.ndarray) else v for name, v in state.items()}
            for i, state in checkpoint["state"].items()
        },
        "param_groups": checkpoint["param_groups"],
    }


def farthest(tensors, arrays):
    return max(float(np.abs(q.detach().numpy() - p).max()) for q, p in zip(tensors, arrays, strict=True))


@pytest.mark.parametrize("name", [name for name in WRITTEN if ZOO[name].takes == "dense"])
def test_a_run_of_ours_goes_on_in_the_file(name):
    entry = ZOO[name]
    settings = settings_of(entry, 2)[-1]
    arrays = start(False, "float64")
    ours = entry.cls(grouped(arrays, settings), **settings)
    for t in range(1, 31):
        ours.step(in_order(gradients(t, arrays, missing=True)))
    tensors = [torch.tensor(p, requires_grad=True) for p in arrays]
    theirs = loaded(optedu.export(entry.cls, "torch"), name)(grouped(tensors, settings), **{**settings, "lr": 7.0})
    theirs.load_state_dict(in_tensors(ours.state_dict()))
    for t in range(31, 61):
        grads = gradients(t, arrays, missing=True)
        ours.step(in_order(grads))
        for q, g in zip(tensors, grads, strict=True):
            q.grad = None if g is None else torch.tensor(g)
        theirs.step()
    assert farthest(tensors, arrays) < 1e-11


@pytest.mark.parametrize("name", TORCHS)
def test_a_run_of_torch_goes_on_in_the_file_and_back(name):
    entry = ZOO[name]
    theirs, ours = getattr(torch.optim, name), loaded(optedu.export(entry.cls, "torch"), name)
    with torch_scalars("float64"):
        for settings in settings_of(entry, 3):
            whole, tensors = ([torch.tensor(p, requires_grad=True) for p in start(False, "float64")] for _ in range(2))
            torch_run(theirs(whole, **settings), whole, 1, 90)
            saved = None
            for first, last, cls in ((1, 30, theirs), (31, 60, ours), (61, 90, theirs)):
                optimizer = cls(tensors, **{**settings, "lr": 7.0})
                if saved is not None:
                    optimizer.load_state_dict(saved)
                else:
                    optimizer.param_groups[0]["lr"] = settings["lr"]
                    if name in ("ASGD", "Rprop", "Adagrad"):  # its first state holds the rate
                        optimizer = cls(tensors, **settings)
                torch_run(optimizer, tensors, first, last)
                saved = optimizer.state_dict()
            assert farthest(tensors, [q.detach().numpy() for q in whole]) < 1e-11, settings


def test_a_checkpoint_survives_a_file(tmp_path):
    cls = loaded(optedu.export(optedu.NAdam, "torch"), "NAdam")
    (p,) = tensors = [torch.ones(3, requires_grad=True)]
    optimizer = cls(tensors)
    p.grad = torch.ones(3)
    optimizer.step()
    torch.save(optimizer.state_dict(), tmp_path / "run.pt")
    again = cls(tensors)
    again.load_state_dict(torch.load(tmp_path / "run.pt", weights_only=True))
    assert again.state[p]["step"] == 1 and again.state[p]["mu_product"] == optimizer.state[p]["mu_product"]


# The text


@pytest.mark.parametrize(
    ("name", "to", "compile_"), [*product(WRITTEN, TARGETS, [False]), *product(WRITTEN, ["torch"], [True])]
)
def test_a_file_is_sound_python_and_needs_only_its_library(name, to, compile_):
    text = optedu.export(ZOO[name].cls, to, compile=compile_)
    tree = ast.parse(text)
    modules = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    modules |= {str(n.module).split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert modules <= NEEDED[to]
    assert not undefined(tree) and not unused(tree)
    assert not {"numpy", "np"} & {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    doc = ast.get_docstring(tree)
    assert doc.startswith(f"{name} for ") and "Source: " in doc and ".. math::" in doc and "MIT" in doc
    assert "Tested: in float64, over 100 steps" in doc and f"{BOUND[to, 'float64']:.0e}" in doc and STEPS == 100
    assert not any(word in text for word in ("fmt:", "noqa", "type: ignore", "\t", " \n"))
    assert text.endswith("\n") and not text.endswith("\n\n")


def undefined(tree):
    """Names that are read and bound nowhere around."""

    def bound(node):
        found = set()
        for n in ast.walk(node):
            if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load):
                found.add(n.id)
            elif isinstance(n, ast.arg):
                found.add(n.arg)
            elif isinstance(n, (ast.FunctionDef, ast.ClassDef)):
                found.add(n.name)
            elif isinstance(n, (ast.Import, ast.ImportFrom)):
                found |= {(a.asname or a.name).split(".")[0] for a in n.names}
        return found

    outside = {name for node in tree.body if not isinstance(node, ast.FunctionDef) for name in bound(node)}
    outside |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} | set(dir(builtins))
    lost = set()
    for node in tree.body:
        here = outside | bound(node)
        lost |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id not in here}
    return lost


def unused(tree):
    """Functions and imports of a file that nothing in it mentions, apart from what is there for users."""
    mentioned = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    defined = {n.name for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name[0].isupper()}
    defined |= {(a.asname or a.name) for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names}
    return defined - mentioned - {"evaluation"}


def test_what_the_helpers_look_for_is_found():
    tree = ast.parse("import math\ndef f(x):\n    return x + y\n")
    assert undefined(tree) == {"y"} and unused(tree) == {"math", "f"}


def test_comments_survive_and_names_are_those_of_the_source():
    for to in TARGETS:
        text = optedu.export(optedu.Adafactor, to)
        assert "    fresh = t**beta2_decay  # weight of g²: 1 - β₂\n" in text
        assert "    p = p - lr * weight_decay * p\n" in text
        assert "    # the first g starts v only\n" in optedu.export(optedu.ADOPT, to, compile=to == "torch")
    text = optedu.export(optedu.AdamW, "torch")
    assert "        v_max = torch.maximum(v_max, v)\n" in text
    assert "    p = p - lr * m_hat / (torch.sqrt(v_hat) + eps)\n" in text


def test_writing_needs_neither_torch_nor_jax():
    code = (
        "import sys, optedu; [optedu.export(optedu.LAMB, to) for to in ('torch', 'jax')]; "
        "print(sorted({'torch', 'jax', 'optax', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


# Settings and arguments


@pytest.mark.parametrize("name", WRITTEN)
def test_settings_are_refused_as_ours_are(name):
    entry = ZOO[name]
    shape, fixed = (2, 2), settings_of(entry, 1)[0]
    torchs = loaded(optedu.export(entry.cls, "torch"), name)
    jaxs = loaded(optedu.export(entry.cls, "jax"), name)
    refused = 0
    for key, bad in product(fixed, (-1.0, float("nan"), 2.5, "big", (0.9, 1.0), (0.9,), ())):
        settings = {**fixed, key: bad}
        try:
            entry.cls([np.ones(shape)], **settings)
        except (TypeError, ValueError):
            refused += 1
            with pytest.raises((TypeError, ValueError)):
                torchs([torch.ones(shape)], **settings)
            with pytest.raises((TypeError, ValueError)):
                jaxs(**settings)
        else:
            torchs([torch.ones(shape)], **settings)
            jaxs(**settings)
    assert refused > len(fixed)
    with pytest.raises((TypeError, ValueError)):
        torchs([{"params": [torch.ones(shape)], "lr": -1.0}], **fixed)


def test_parameters_are_refused_as_ours_are():
    muon = loaded(optedu.export(optedu.Muon, "torch"), "Muon")
    with pytest.raises(ValueError, match=r"params\[0\] must be a matrix \(2-d\), got shape .*\[3\]"):
        muon([torch.ones(3)])
    with pytest.raises(ValueError, match=r"params\['b'\] must be a matrix"):
        loaded(optedu.export(optedu.Muon, "jax"), "Muon")().init({"b": np.ones(3)})
    with pytest.raises(TypeError, match="float16"):
        loaded(optedu.export(optedu.Shampoo, "torch"), "Shampoo")([torch.ones(3, dtype=torch.float16)])


def test_gradients_that_do_not_fit_are_refused_before_anything_moves():
    cls = loaded(optedu.export(optedu.AdamW, "torch"), "AdamW")
    p, q = (torch.ones(3, 2, requires_grad=True) for _ in range(2))
    p.grad, q.grad = torch.ones(3, 2), torch.ones(3, 2).to_sparse()
    with pytest.raises(TypeError, match="dense"):
        cls([p, q]).step()
    assert (p == 1).all()


def test_a_closure_is_evaluated_first():
    (p,) = tensors = [torch.ones(2, requires_grad=True)]
    optimizer = loaded(optedu.export(optedu.SGD, "torch"), "SGD")(tensors, lr=0.5)

    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 2.0 and p.tolist() == [0.0, 0.0]


def test_schedule_free_moves_between_its_two_points():
    arrays = [np.array([1.0, -2.0])]
    ours = optedu.AdamWScheduleFree(arrays, lr=0.1)
    (q,) = tensors = [torch.tensor(arrays[0], requires_grad=True)]
    theirs = loaded(optedu.export(optedu.AdamWScheduleFree, "torch"), "AdamWScheduleFree")(tensors, lr=0.1)
    for _ in range(5):
        ours.step([3 * arrays[0]])
        q.grad = 3 * q.detach().clone()
        theirs.step()
    y = q.detach().numpy().copy()
    ours.eval(), theirs.eval()
    np.testing.assert_allclose(q.detach().numpy(), arrays[0], rtol=1e-14)
    assert abs(arrays[0] - y).max() > 1e-3
    with pytest.raises(ValueError, match=r"call train\(\) first"):
        theirs.step()
    theirs.train()
    np.testing.assert_allclose(q.detach().numpy(), y, rtol=1e-14)


def test_arguments_of_export():
    with pytest.raises(ValueError, match="to must be 'torch', 'jax' or 'triton', got 'numpy'"):
        optedu.export(optedu.SGD, "numpy")
    with pytest.raises(ValueError, match="compile=True is for torch"):
        optedu.export(optedu.SGD, "jax", compile=True)
    with pytest.raises(TypeError, match="compile must be True or False, got 1"):
        optedu.export(optedu.SGD, "torch", compile=1)
    with pytest.raises(TypeError, match="rule must be a rule, an optimizer or its class, got 3"):
        optedu.export(3, "torch")
    around = optedu.SAM(optedu.SGD([np.ones(2)]))
    for thing in (optedu.SAM, optedu.Cautious, around):
        with pytest.raises(NotExported, match="is not written out for torch: it is a method around an optimizer"):
            optedu.export(thing, "torch")


def test_an_optimizer_gives_its_settings_as_defaults():
    text = optedu.export(optedu.AdamW([np.ones(2)], lr=0.25, betas=(0.5, 0.75)), "torch")
    made = inspect.signature(loaded(text, "AdamW")).parameters
    assert made["lr"].default == 0.25 and made["betas"].default == (0.5, 0.75)


# A rule of the reader's own

OWN = '''
"""A rule of my own."""

import numpy as np

LEAST = 1e-12


def longest(x):
    """Norm, but never 0."""
    return max(float(np.linalg.norm(x)), LEAST)


def signed(g, p, m, v, v_max=None, *, t, lr, beta=0.9, decay=0.01, power=(0.5, 2.0)):
    """Between sign and size, at a fraction of the length."""
    m = beta * m + (1 - beta) * g  # an average
    v += np.abs(g) ** power[1]
    u = m / (1 - beta**t) / (v**power[0] + 1e-8)
    scale = 0.5
    if longest(u) > longest(p) and longest(u) > 0.1:
        u = u * (longest(p) / longest(u))
        scale = 1.5
    elif decay:
        scale = 0.75
    if t == 1:
        return p, m, v, v_max
    return p - lr * scale * u - lr * decay * p, m, v, v_max
'''

OWN_CLASS = '''

from optedu import Optimizer
from optedu.core.checks import decay, nonnegative
from optedu.core.state import Scalar


HALF = 0.5


def shared(settings):
    return HALF * settings["beta"] + HALF * settings["beta"]


def gained(name, value):
    gain = nonnegative(name, value)
    if gain > 10:
        raise ValueError(f"{name} must be at most 10, got {gain!r}")
    return gain


def walk(g, p, m, gone, *, lr, beta, gain):
    m = beta * m + g
    gone = gone + lr
    return p - lr * gain * np.tanh(m) / (1 + gone), m, gone


class Walk(Optimizer):
    """A walk.

    .. math:: \\\\theta_t = \\\\theta_{t-1} - \\\\gamma\\\\tanh m_t
    """

    settings = dict(lr=nonnegative, beta=decay, gain=gained)
    rule = walk

    def __init__(self, params, lr, beta=0.5, gain=2.0):
        super().__init__(params, dict(lr=lr, beta=beta, gain=gain))

    def initial_state(self, p, settings):
        return {"m": 0.0, "gone": Scalar(shared(settings))}
'''


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "both.py").write_text(OWN + OWN_CLASS)
    return tmp_path


def as_optimizer(rule, states, **settings):
    """A rule as an optimizer of optedu."""

    class Own(optedu.Optimizer):
        def __init__(self, params, **given):
            super().__init__(params, {**settings, **given})

        def initial_state(self, p, settings):
            return {**dict.fromkeys(states, 0.0), "v_max": None}

    Own.rule = staticmethod(rule)
    Own.settings = {name: checks.number_pair if isinstance(v, tuple) else checks.number for name, v in settings.items()}
    return Own


@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_rule_of_ones_own_goes_the_same_way(own, to, dtype):
    rule = named(str(own / "own.py") + ":signed")
    text = optedu.export(rule, to)
    doc = ast.get_docstring(ast.parse(text))
    assert "Tested" not in doc and "the rule is its author's" in doc
    assert not undefined(ast.parse(text)) and "# an average" in text
    ours = as_optimizer(rule, ["m", "v"], lr=0.1, beta=0.9, decay=0.01, power=(0.5, 2.0))
    with torch_scalars(dtype):
        assert TARGETS[to](loaded(text, "Signed"), ours, {"lr": 0.1, "decay": 0.02}, dtype=dtype) <= BOUND[to, dtype]
    if to == "torch":
        with torch_scalars(dtype):
            torch._dynamo.reset()
            again = optedu.export(rule, to, compile=True).replace("fullgraph=True", 'fullgraph=True, backend="eager"')
            assert in_torch(loaded(again, "Signed"), ours, {"lr": 0.1, "decay": 0.02}, dtype=dtype) <= BOUND[to, dtype]


@pytest.mark.parametrize("to", TARGETS)
def test_a_class_of_ones_own_goes_the_same_way(own, to):
    walk = named(str(own / "both.py"))
    made = loaded(optedu.export(walk, to), "Walk")
    with torch_scalars("float64"):
        assert TARGETS[to](made, walk, {"lr": 0.1, "gain": 3.0}) <= BOUND[to, "float64"]
    with pytest.raises(TypeError, match="lr"):
        made() if to == "jax" else made([torch.ones(2)])
    with pytest.raises(ValueError, match="gain must be at most 10, got 11"):
        made(lr=0.1, gain=11.0) if to == "jax" else made([torch.ones(2)], lr=0.1, gain=11.0)


def test_what_a_word_names(own):
    assert named("adamw") is optedu.AdamW and named("LBFGS") is optedu.LBFGS
    assert named(str(own / "own.py")).__name__ == "signed"
    (own / "two.py").write_text("def a(g, p): return p,\ndef b(g, p): return p,\n")
    (own / "none.py").write_text("x = 1\n")
    (own / "broken.py").write_text("1 / 0\n")
    for word, why in {
        "adamv": "no optimizer 'adamv'", "nowhere.py": "no file", f"{own}/own.py:shy": "no 'shy'",
        f"{own}/two.py": "has several: a, b", f"{own}/none.py": "has none", f"{own}/broken.py": "ZeroDivisionError",
    }.items():  # fmt: skip
        with pytest.raises(ValueError, match=why):
            named(word)


# Branches on data, and what arrays are spelled like


def both(g, p, *, lr):
    scale = 0.1
    if sqrt((g * g).sum()) > 1:
        scale = 0.3
    return (p - lr * scale * g,)


def either(g, p, *, lr):
    n = float((p * p).sum())
    a, b = (1.0, n) if 0.5 < n < 40 else (n, 1.0)
    return (p - lr * min(a, b, 2.0) * g * (0.7 if not n else 0.3),)


def nested(g, p, m, *, lr, flag=True):
    size, rate = (g**2).mean(), lr
    if size > 1:
        m = 0.5 * m + g
        if size > 3 or m.max() < 0:
            m = m / 2
            rate = rate / 4
        for k in range(2):
            rate = rate * (1 + k / 10)
    elif flag:
        m -= g
    else:
        rate = 0.0
    return p - rate * m, m


def returned(g, p, m, *, t, lr):
    if t <= 2:
        g = 2 * g
        return p - lr * g, g
    if abs(g).max() > 2:
        return p, m
    m += g
    return p - lr * m, m


def handed_back(g, p, last, old, *, lr):
    return p - lr * (g + last) / (1 + abs(old)), g, p


def viewed(g, p, last, old, *, lr):
    return p - lr * (g + 0.1 * last + 0.5 * (p - old)), g.reshape(g.shape), p.reshape(p.shape)


def spelled(g, p, m, *, lr):
    m = maximum(m, abs(g)) - maximum(-g, -0.5) + np.clip(g, -1, 1) + np.minimum(0.1, g)
    s = np.sum(m, axis=0, keepdims=True) + (m + g).mean(axis=-1, keepdims=True) + np.square(p).sum()
    return p - lr * where(m > 0, np.exp(-abs(s)), 0.5) * np.sign(g) * sqrt(2.0), m


def unannotated(g: np.ndarray, p: np.ndarray, *, lr: float) -> tuple[np.ndarray]:
    rate: float = lr
    g *= 2
    return (p - rate * g,)


RULES = {f.__name__: f for f in (both, either, nested, returned, handed_back, viewed, spelled, unannotated)}
TWO = ["last", "old"]
STATES = {"nested": ["m"], "returned": ["m"], "handed_back": TWO, "viewed": TWO, "spelled": ["m"]}


@pytest.mark.parametrize("to", [*TARGETS, "compiled"])
@pytest.mark.parametrize("name", RULES)
def test_branches_and_spellings(name, to):
    class Own(optedu.Optimizer):
        settings = dict(lr=checks.nonnegative)
        rule = staticmethod(RULES[name])
        elementwise = False

        def __init__(self, params, lr):
            super().__init__(params, dict(lr=lr))

        def initial_state(self, p, settings):
            return dict.fromkeys(STATES.get(name, ()), 0.0)

    if name == "nested":
        Own.settings = dict(lr=checks.nonnegative, flag=checks.flag)
        Own.__init__ = lambda self, params, lr: optedu.Optimizer.__init__(self, params, dict(lr=lr, flag=True))
    text = optedu.export(RULES[name], to if to in TARGETS else "torch", compile=to == "compiled")
    title = "".join(part.capitalize() for part in name.split("_"))
    if to == "compiled":
        torch._dynamo.reset()
        text = text.replace("fullgraph=True", 'fullgraph=True, backend="aot_eager"')
    with torch_scalars("float64"):
        assert TARGETS.get(to, in_torch)(loaded(text, title), Own, {"lr": 0.05}, matrices=name == "spelled") <= 1e-11


LIST = [1.0]


def _while(g, p, *, lr):
    while lr > 1:
        lr = lr / 2
    return (p - lr * g,)


def _mutable(g, p, *, lr):
    return (p - lr * g * LIST[0],)


def _median(g, p, *, lr):
    return (p - lr * g / np.median(g),)


def _random(g, p, *, lr):
    return (p - lr * np.random.normal(size=g.shape),)  # noqa: NPY002


def _in_place(g, p, *, lr):
    p[0] = 0.0
    return (p,)


def _whole(g, p, *, lr):
    return (p - lr * int(g.sum()),)


def _inner(g, p, *, lr):
    def f(x):
        return x

    return (p - lr * f(g),)


def _many(g, p, *states, lr):
    return (p, *states)


def _two(g, p, m, *, lr):
    return p, m, m


def _alone(g, p, *, lr):
    return p - lr * g


def _std(g, p, *, lr):
    return (p - lr * g / g.std(),)


def _itself(g, p, *, lr):
    return _itself(g, p, lr=lr)


def _inside(g, p, *, lr, flag=True):
    if flag:  # noqa: SIM102
        if g.sum() > 0:
            return (p,)
    return (p - lr * g,)


def _started(g, p, m=1.0, *, lr):
    return p, m


def _lists(g, p, *, lr=[1.0]):  # noqa: B006
    return (p - lr[0] * g,)


def _short(g):
    return (g,)


NOT_WRITTEN = {
    _while: "this is a while loop", _mutable: "LIST is neither a number nor a function",
    _median: "median, and torch takes the lower", _random: "np.random.normal is neither a number nor a function",
    _in_place: "changed in place", _whole: "int would make a Python value of data",
    _inner: "a function inside a function",
    _many: "takes \\* or \\*\\*", _two: "returns 3 values for a parameter and 1 states", _alone: "must return a tuple",
    _std: "method std is not written out: torch divides by n - 1", _itself: "calls itself",
    _inside: "inside of another block", _started: "has the state m=1.0", _lists: "has the setting lr=\\[1.0\\]",
    _short: "must take a gradient and a parameter first", np.sqrt: "is not a function written in Python",
}  # fmt: skip


@pytest.mark.parametrize("rule", NOT_WRITTEN, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("to", TARGETS)
def test_what_has_no_counterpart_is_refused_with_its_line(rule, to):
    with pytest.raises(
        NotExported, match=f"^{rule.__name__} is not written out for {to}: .*{NOT_WRITTEN[rule]}"
    ) as refused:
        optedu.export(rule, to)
    if isinstance(rule, types.FunctionType) and "(line" in str(refused.value):
        first = rule.__code__.co_firstlineno
        lines = range(first, first + len(inspect.getsource(rule).splitlines()))
        assert int(str(refused.value).rpartition("(line ")[2].split()[0]) in lines


def test_a_lambda_and_a_decorated_rule_are_refused():
    with pytest.raises(NotExported, match="def"):
        optedu.export(lambda g, p, *, lr: (p - lr * g,), "torch")
    rule = {}
    exec("def made(g, p, *, lr): return (p - lr * g,)", rule)
    with pytest.raises(NotExported, match="source of made cannot be read"):
        optedu.export(rule["made"], "torch")


SHARDED = """
import os, sys
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
import jax, jax.numpy as jnp, optedu
from optedu.lab.exported import loaded
jax.config.update("jax_enable_x64", True)
mesh = jax.make_mesh((2,), ("rows",))
rows = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("rows"))
for cls in (optedu.AdamW, optedu.LAMB):
    made = loaded(optedu.export(cls, "jax"), cls.__name__)(lr=0.1)
    step = jax.jit(made.update)
    whole = jnp.arange(24.0).reshape(8, 3) + 1
    parts = jax.device_put(whole, rows)
    one, two = made.init(whole), made.init(parts)
    for t in range(5):
        g = jnp.sin(whole + t)
        d, one = step(g, one, whole)
        e, two = step(jax.device_put(g, rows), two, parts)
        whole, parts = whole + d, parts + e
    assert parts.sharding.is_equivalent_to(rows, 2) and len(parts.sharding.device_set) == 2
    assert two.states["exp_avg"].sharding.is_equivalent_to(rows, 2)
    assert abs(whole - parts).max() < 1e-12, cls
print("equal")
"""


@pytest.mark.nightly
def test_over_two_devices_jax_takes_the_same_steps():
    done = subprocess.run([sys.executable, "-c", SHARDED], capture_output=True, text=True)
    assert done.stdout == "equal\n", done.stderr


def test_schedules_of_torch_work():
    p = torch.ones(2, requires_grad=True)
    optimizer = loaded(optedu.export(optedu.Lion, "torch"), "Lion")([p], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.5, total_steps=10, cycle_momentum=False)
    mine = optedu.SGD([np.ones(2)], lr=1.0)
    ours = optedu.lr_scheduler.OneCycleLR(mine, max_lr=0.5, total_steps=10, cycle_momentum=False)
    for _ in range(5):
        p.grad = torch.ones(2)
        optimizer.step(), schedule.step()
        mine.step([np.ones(2)]), ours.step()
        assert optimizer.param_groups[0]["lr"] == pytest.approx(mine.param_groups[0]["lr"], rel=1e-12)
    assert isinstance(CosineAnnealingLR, type)


# The page


PAGE = Path(__file__).parents[1] / "book/reference/export.md"


def test_the_page_has_every_cell():
    """Its figures are those of a run; that they stay below the bounds is what the tests above say."""
    text = PAGE.read_text("utf8")
    rows = [[word.strip() for word in line.strip("|").split("|")] for line in re.findall(r"^\| \w.*$", text, re.M)]
    assert [line[0] for line in rows] == list(ZOO)
    for name, *values in rows:
        bounds = [*BOUND.values(), exported_sharded.BOUND]
        assert len(values) == len(bounds)
        for value, bound in zip(values, bounds, strict=True):
            assert value == "refused" if name in REFUSED else float(value) <= bound


def test_the_page_is_written_from_what_was_measured():
    def line(name, difference):
        why = f"{name} is not written out for jax: it cannot (line 3 of f: g)"
        return [Cell(name, *column, difference, "" if difference is not None else why) for column in COLUMNS]

    text = exported.page([line("Lion", 2e-13), line("SOAP", None), line("SGD", 0.0)], {"Lion": 2e-15, "SGD": 0.0})
    assert "| Lion | 1e-12 | 1e-12 | 1e-12 | 1e-12 | 1e-14 |\n| SOAP | refused" in text
    assert "\n- `SOAP`: it cannot.\n" in text
    with pytest.raises(AssertionError, match=r"Lion for torch deviates by 2\.0e-11 in float64"):
        exported.page([line("Lion", 2e-11)], {"Lion": 0.0})
    with pytest.raises(AssertionError, match=r"Lion over processes deviates by 2\.0e-11"):
        exported.page([line("Lion", 2e-13)], {"Lion": 2e-11})
    committed = PAGE.read_text("utf8")
    intro = exported.INTRO.partition("{how}")[0].format(kernels=", ".join(exported.with_kernels()))
    for part in (intro, exported.HOW.partition("Versions")[0]):
        assert part in committed, "run: make generated"
    for name in REFUSED:
        refusal = measured(ZOO[name], "torch", "float64").refusal.partition(": ")[2].partition(" (line")[0]
        assert f"- `{name}`: {refusal}.\n" in committed, "run: make generated"
