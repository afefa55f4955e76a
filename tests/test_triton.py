"""Kernels that are written for Triton: on the CPU, by a stand-in for its language, and by Triton's interpreter."""

import inspect
import os
import re
import subprocess
import sys
import types
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

import optedu
from optedu.exporting.writing import NotExported
from optedu.lab import exported
from optedu.lab.exported import in_torch, settings_of
from optedu.zoo import ZOO

BOUND = 1e-4
"""Of a difference in float32, as for the files for torch."""

REFUSED = {
    "SparseAdam": "method step_one", "LARS": "np.norm", "LAMB": "np.norm", "Adafactor": ".dtype", "Muon": ".shape",
    "Shampoo": ".ndim", "SOAP": "part of an array", "Kron": ".reshape", "Prodigy": "method step",
    "Sophia": "method step", "MARS": "np.norm", "AdamW8bit": "SIGNED", "GaLore": "linalg.svd", "LBFGS": "method step",
}  # fmt: skip
WRITTEN = [name for name in ZOO if name not in REFUSED]


class Memory:
    """A tensor as a kernel sees it: an address that numbers are added to."""

    def __init__(self, tensor, at=None):
        self.flat, self.at = tensor.view(-1), at

    def __add__(self, at):
        return Memory(self.flat, at)


def load(memory, mask, other):
    out = torch.full(mask.shape, other, dtype=memory.flat.dtype)
    out[mask] = memory.flat[memory.at[mask]]
    return out


def store(memory, value, mask):
    memory.flat[memory.at[mask]] = value[mask].to(memory.flat.dtype)


class Kernel:
    """A function that is called once for each program of a grid; floats arrive in single precision."""

    launched = 0

    def __init__(self, function):
        self.function = function

    def __getitem__(self, grid):
        def launch(*args, BLOCK, enable_fp_fusion):
            assert not enable_fp_fusion
            Kernel.launched += 1
            args = [
                Memory(a) if isinstance(a, torch.Tensor) else torch.tensor(a, dtype=torch.float32)
                if isinstance(a, float) else a for a in args
            ]  # fmt: skip
            for k in range(grid[0]):
                LANGUAGE.program_id = lambda axis, k=k: torch.tensor(k)
                self.function(*args, BLOCK=BLOCK)

        return launch


LANGUAGE = types.SimpleNamespace(
    constexpr=int, float32=torch.float32, int64=torch.int64, arange=torch.arange, load=load, store=store,
    div_rn=torch.div, sqrt_rn=torch.sqrt, abs=torch.abs, exp=torch.exp, log=torch.log, zeros_like=torch.zeros_like,
    where=lambda c, a, b: torch.where(c, torch.as_tensor(a), torch.as_tensor(b)),
    PropagateNan=types.SimpleNamespace(ALL="all"),
    maximum=lambda a, b, propagate_nan: torch.maximum(torch.as_tensor(a), torch.as_tensor(b)),
    minimum=lambda a, b, propagate_nan: torch.minimum(torch.as_tensor(a), torch.as_tensor(b)),
)  # fmt: skip


@pytest.fixture
def stand_in(monkeypatch):
    monkeypatch.setenv("TRITON_INTERPRET", "1")
    monkeypatch.setattr(Kernel, "launched", 0)


def loaded(text, name):
    """What a file defines whose Triton is the stand-in; torch itself must not see it."""
    module = types.ModuleType("triton")
    module.jit, module.cdiv, module.language = Kernel, lambda a, b: -(-a // b), LANGUAGE
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "triton", module)
        patch.setitem(sys.modules, "triton.language", LANGUAGE)
        return exported.loaded(text, name)


@pytest.mark.parametrize("name", ZOO)
def test_a_kernel_takes_the_steps_of_the_rule_or_a_sentence_says_why_not(name, stand_in):
    entry = ZOO[name]
    if name in REFUSED:
        with pytest.raises(NotExported, match=f"^{name} is not written out for triton: ") as error:
            optedu.export(entry.cls, "triton")
        assert REFUSED[name] in str(error.value)
        return
    for settings in settings_of(entry, 3):
        before = Kernel.launched
        made = loaded(optedu.export(entry.cls, "triton"), name)
        assert in_torch(made, entry.cls, settings, entry.takes == "matrix", "float32") <= BOUND
        usual = {k: p.default for k, p in inspect.signature(entry.cls).parameters.items()}
        usual = {k: v for k, v in usual.items() if v is None or isinstance(v, bool)}
        others = any(settings.get(k, v) is not v for k, v in usual.items() if k not in ("amsgrad", "maximize"))
        assert Kernel.launched - before > 300 or others, "the readable rule took the steps"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("tl.sqrt_rn(x", "tl.abs(x"),
        ("betas_1 * exp_avg_sq", "betas_1 * exp_avg"),
        ("* lr", "* eps"),
        ("1 - x", "2 - x"),
    ],
)
def test_a_kernel_that_is_wrong_is_noticed(right, wrong, stand_in):
    text = optedu.export(optedu.AdamW, "triton")
    begin = text.index("@triton.jit")
    broken = text[:begin] + text[begin:].replace(right, wrong)
    if broken == text:  # the factors of a product may stand the other way round
        broken = text[:begin] + text[begin:].replace("lr * ", "eps * ")
    assert broken != text
    assert in_torch(loaded(broken, "AdamW"), optedu.AdamW, {"lr": 0.01}, dtype="float32") > BOUND


def one_step(text, name, p, g, **settings):
    p = p.clone().requires_grad_()
    opt = loaded(text, name)([p], **settings)
    for _ in range(3):
        p.grad = g.to(p.dtype)
        opt.step()
    return p.detach()


def test_what_a_kernel_cannot_take_the_readable_rule_does(stand_in):
    text, plain = (optedu.export(optedu.AdamW, to) for to in ("triton", "torch"))
    g = torch.linspace(-1, 2, 12).reshape(3, 4)
    for p in (torch.ones(3, 4, dtype=torch.float64), torch.ones(4, 3).t(), torch.ones(0, 4)):
        same = g[: len(p)]
        assert torch.equal(one_step(text, "AdamW", p, same), one_step(plain, "AdamW", p, same))
        assert not Kernel.launched
    half = one_step(text, "AdamW", torch.ones(3, 4, dtype=torch.bfloat16), g)
    assert Kernel.launched == 3 and torch.allclose(
        half.float(), one_step(plain, "AdamW", torch.ones(3, 4), g), atol=8e-3
    )


def test_a_setting_that_changes_takes_the_other_way(stand_in):
    p, q = (torch.ones(3000, requires_grad=True) for _ in range(2))
    text = optedu.export(optedu.SGD, "triton")
    ours = loaded(text, "SGD")([p], lr=0.1)
    theirs = torch.optim.SGD([q], lr=0.1)
    for change in (
        {},
        {"momentum": 0.9},
        {"weight_decay": 0.1},
        {"nesterov": True},
        {"momentum": 0.0, "nesterov": False},
    ):
        ours.param_groups[0].update(change)
        theirs.param_groups[0].update(change)
        for _ in range(3):
            p.grad = torch.linspace(-1, 1, 3000)
            q.grad = p.grad.clone()
            ours.step()
            theirs.step()
            assert torch.allclose(p, q, rtol=1e-5, atol=1e-6)
    assert Kernel.launched == 3 + 2 + 3 + 0 + 3


def test_nan_is_handed_on(stand_in):
    p = torch.ones(4, requires_grad=True)
    opt = loaded(optedu.export(optedu.Adamax, "triton"), "Adamax")([p])
    for g in ([1.0, float("nan"), 0.0, -1.0], [1.0] * 4):
        p.grad = torch.tensor(g)
        opt.step()
    assert torch.isnan(p).tolist() == [False, True, False, False]


def test_a_rule_of_ones_own(stand_in):
    def halving(g, p, m, *, t, lr=0.1, beta=0.9):
        m = beta * m + (1 - beta) * np.sign(g)
        return p - lr / t**0.5 * np.where(g > 0, m, np.maximum(m, -0.5)), m

    space = {"np": np}
    made = loaded(optedu.export(halving, "triton"), "Halving")
    p = torch.linspace(-2, 2, 2500, requires_grad=True)
    ours, m, opt = p.detach().numpy().astype(float), np.zeros(2500), made([p])
    for t in range(1, 6):
        g = np.cos(np.arange(2500.0) * t)
        p.grad = torch.tensor(g, dtype=torch.float32)
        opt.step()
        ours, m = halving(g, ours, m, t=t)
    assert Kernel.launched == 5 and np.allclose(p.detach().numpy(), ours, atol=1e-5) and space


def test_without_a_gpu_the_readable_rule_runs(monkeypatch, stand_in):
    monkeypatch.setenv("TRITON_INTERPRET", "0")
    text = optedu.export(optedu.Lion, "triton")
    one_step(text, "Lion", torch.ones(8), torch.ones(8))
    assert not Kernel.launched


@pytest.mark.nightly
@pytest.mark.skipif(find_spec("triton") is None, reason="Triton has 1 GB; the job with all referees installs it")
def test_by_tritons_interpreter(tmp_path):
    (tmp_path / "run.py").write_text(
        "import sys\nimport optedu\nfrom optedu.lab.exported import in_torch, loaded, settings_of\n"
        "from optedu.zoo import ZOO\n"
        "for name in sys.argv[1:]:\n"
        "    made = loaded(str(optedu.export(ZOO[name].cls, 'triton')), name)\n"
        "    for s in settings_of(ZOO[name], 2):\n"
        "        print(name, in_torch(made, ZOO[name].cls, s, ZOO[name].takes == 'matrix', 'float32'))\n"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    run = subprocess.run(
        [sys.executable, tmp_path / "run.py", *WRITTEN], capture_output=True, text=True, check=False,
        env={**os.environ, "TRITON_INTERPRET": "1", "PYTHONPATH": path},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert all(float(line.split()[1]) <= BOUND for line in run.stdout.splitlines())
    assert len({line.split()[0] for line in run.stdout.splitlines()}) == len(WRITTEN)


COMPILE = """
import sys
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from importlib import util

spec = util.spec_from_file_location("written", sys.argv[1])
written = util.module_from_spec(spec)
spec.loader.exec_module(written)
kernels = {name: k for name, k in vars(written).items() if name.startswith("kernel_")}
for name, kernel in kernels.items():
    types = {a: "*fp32" if a.endswith("_at") else "i32" if a == "n" else "fp32" for a in kernel.arg_names}
    types["BLOCK"] = "constexpr"
    source = ASTSource(kernel, types, {"BLOCK": 1024})
    made = triton.compile(source, target=GPUTarget("cuda", 90, 32), options={"enable_fp_fusion": False})
    assert len(made.asm["cubin"]) > 1000
    print(made.asm["ptx"])
"""


@pytest.mark.nightly
@pytest.mark.skipif(find_spec("triton") is None, reason="Triton has 1 GB; the job with all referees installs it")
@pytest.mark.parametrize("name", WRITTEN)
def test_kernels_compile_for_a_gpu_and_round_as_torch_does(name, tmp_path):
    (tmp_path / "written.py").write_text(optedu.export(ZOO[name].cls, "triton"))
    (tmp_path / "ahead.py").write_text(COMPILE)
    run = subprocess.run(
        [sys.executable, tmp_path / "ahead.py", tmp_path / "written.py"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "st.global" in run.stdout
    assert not {"div.full.f32", "sqrt.approx", "fma.rn"} & set(
        re.findall(r"div\.full\.f32|sqrt\.approx|fma\.rn", run.stdout)
    )
