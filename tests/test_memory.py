"""Bytes as estimated are bytes as allocated: by optedu, by torch, and in a transformer layer."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from optedu import SparseGrad, lab
from optedu.training.memory import BLOCK, layer_numbers, training_bytes, transformer_activation_bytes
from optedu.zoo import ZOO, arrays_in

SHAPES = [(4, 6), (6, 6), (1, 5), (5, 1), (3, 3), (7,), (1,), (2, 3, 4)]
LLAMA = (
    [(32000, 4096), *[(4096, 4096)] * 128, *[(11008, 4096)] * 64, *[(4096, 11008)] * 32]
    + [(4096,)] * 65
    + [(32000, 4096)]
)  # fmt: skip


STEADY = [name for name, entry in ZOO.items() if not entry.grows_with]  # the zoo counts before there is a history


def shapes_for(entry):
    return [s for s in SHAPES if entry.takes != "matrix" or len(s) == 2]


def allocated(opt):
    """Bytes of the arrays that an optimizer holds, by name."""
    held = {}
    for state in opt.state.values():
        for name, value in state.items():
            size = sum(a.nbytes for a in arrays_in(value))
            if size:
                held[name] = held.get(name, 0) + size
    return held


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", STEADY)
def test_equals_what_optedu_allocates(name, dtype):
    entry = ZOO[name]
    rng = np.random.default_rng(0)
    for settings in entry.sample(4):
        params = [rng.standard_normal(s).astype(dtype) for s in shapes_for(entry)]
        grads = [rng.standard_normal(p.shape).astype(dtype) for p in params]
        opt = entry.cls(params, **settings)
        opt.step([SparseGrad(np.arange(len(g)), g) for g in grads] if entry.takes == "sparse" else grads)
        expected = training_bytes([p.shape for p in params], entry.name, parameter=dtype, **settings)
        assert expected.state == allocated(opt)
        assert expected.parameters == sum(p.nbytes for p in params) == sum(g.nbytes for g in grads)
        assert expected.gradients == expected.parameters and expected.master == expected.frozen == 0
        assert expected.total == 2 * expected.parameters + sum(allocated(opt).values())


@pytest.mark.parametrize("name", STEADY)
def test_agrees_with_the_zoo(name):
    entry = ZOO[name]
    for shape in shapes_for(entry):
        counted = training_bytes([shape], name, parameter="float64", **entry.fixed).state
        assert sum(counted.values()) == 8 * math.prod(shape) * entry.numbers_per_parameter(shape, **entry.fixed)


@pytest.mark.parametrize("history", [0, 1, 4])
def test_lbfgs_with_a_full_history(history):
    p = np.array([-1.2, 1.0, 0.5, 2.0])
    a = np.diag([1.0, 3.0, 10.0, 40.0])
    opt = ZOO["LBFGS"].cls([p], history_size=history, max_iter=8, lr=0.02 if not history else 1)
    opt.step(lambda: (float(p @ a @ p / 2), [a @ p]))
    expected = training_bytes([(4,)], "LBFGS", parameter="float64", history_size=history)
    assert sum(expected.state.values()) == sum(allocated(opt).values()) == 8 * 4 * (2 + 2 * history)


TORCH = [n for n in ZOO if hasattr(torch.optim, n) and n not in ("LBFGS", "SparseAdam")]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("name", TORCH)
def test_equals_what_torch_allocates(name, dtype):
    entry = ZOO[name]
    extra = [{"amsgrad": True}] if name in ("Adam", "AdamW") else []
    extra += [{"momentum": 0.9}] if name in ("SGD", "RMSprop") else []
    extra += [{"momentum": 0.9, "centered": True}] if name == "RMSprop" else []
    for settings in [{}, *extra]:
        # a tensor without axes is a counter
        params = [nn.Parameter(torch.ones(s, dtype=dtype)) for s in shapes_for(entry)]
        opt = getattr(torch.optim, name)(params, lr=0.01, **settings)
        for p in params:
            p.grad = torch.ones_like(p)
        opt.step()
        held = {}
        for state in opt.state.values():
            for key, value in state.items():
                if torch.is_tensor(value) and value.ndim:
                    held[key] = held.get(key, 0) + value.nbytes
        expected = training_bytes([p.shape for p in params], name, parameter=str(dtype)[6:], **settings)
        assert expected.state == held
        assert expected.parameters == expected.gradients == sum(p.nbytes for p in params)


def test_torch_lbfgs_with_a_full_history():
    p = nn.Parameter(torch.tensor([-1.2, 1.0, 0.5, 2.0], dtype=torch.float64))
    a = torch.tensor([1.0, 3.0, 10.0, 40.0], dtype=torch.float64)
    opt = torch.optim.LBFGS([p], history_size=3, max_iter=8)

    def closure():
        opt.zero_grad()
        loss = (a * p * p).sum() / 2
        loss.backward()
        return loss

    opt.step(closure)
    state = opt.state[p]
    held = sum(sum(t.nbytes for t in (v if isinstance(v, list) else [v])) for k, v in state.items()
               if k in ("d", "prev_flat_grad", "old_dirs", "old_stps"))  # fmt: skip
    assert held == sum(training_bytes([(4,)], "LBFGS", parameter="float64", history_size=3).state.values())


def test_by_hand():
    b = training_bytes([(3, 4), (4,)])
    assert b.terms() == {"parameters": 64, "gradients": 64, "exp_avg": 64, "exp_avg_sq": 64}
    assert (b.numbers, b.total, b.per_parameter) == (16, 256, 16.0)
    assert training_bytes([(3, 4)], "SGD").terms() == {"parameters": 48, "gradients": 48}
    assert training_bytes([(3, 4)], "SGD", momentum=0.9).state == {"momentum_buffer": 48}
    assert training_bytes([()], "Adam").total == 16
    assert training_bytes([(0, 4), (2,)]).total == 32
    assert training_bytes([[2, 2]], betas=[0.9, 0.99]).total == 64


def test_mixed_precision():
    half = {"parameter": "bfloat16", "master": "float32"}
    assert training_bytes([(10, 10)], **half).per_parameter == 2 + 2 + 4 + 8
    assert training_bytes([(10, 10)], gradient="float32", **half).per_parameter == 18
    assert training_bytes([(10, 10)], parameter="bfloat16").per_parameter == 8
    assert training_bytes([(10, 10)], parameter="float16", state="float32").per_parameter == 12


def test_eight_bit_state_counts_its_scales():
    n = 10 * BLOCK
    assert training_bytes([(n,)], state="int8").state == {"exp_avg": n + 40, "exp_avg_sq": n + 40}
    assert training_bytes([(BLOCK + 1,)], "Lion", state="int8").state == {"exp_avg": BLOCK + 1 + 8}
    # every array has blocks of its own
    assert training_bytes([(1,), (1,)], "Lion", state="int8").state == {"exp_avg": 2 * 5}


def test_frozen_parameters_cost_themselves_only():
    b = training_bytes([(8, 10), (10, 8)], frozen=[(10, 10)], parameter="bfloat16", master="float32")
    assert b.frozen == 200 and b.numbers == 160 and b.total == 200 + 160 * 16


def test_zero_stages():
    # Rajbhandari et al. (2020), figure 1: 7.5 billion parameters, 64 ranks
    half = dict(parameter="float16", master="float32", ranks=64)
    found = [training_bytes([(7_500_000_000,)], stage=s, **half).total / 1e9 for s in range(4)]
    assert np.round(found, 1).tolist() == [120, 31.4, 16.6, 1.9]
    assert training_bytes([(3,)], stage=3, ranks=5).parameters == 3  # 12 bytes over 5 ranks, rounded up
    assert training_bytes([(8,)], frozen=[(8,)], stage=3, ranks=4).frozen == 8
    assert training_bytes([(8,)], frozen=[(8,)], stage=2, ranks=4).frozen == 32


def test_llama_7b():
    b = training_bytes(LLAMA)
    assert b.numbers == 6_738_415_616 and b.total == 16 * b.numbers
    small = sum(training_bytes(LLAMA, "Adafactor").state.values())
    rows = sum(math.prod(s) if len(s) == 1 else sum(s) for s in LLAMA)
    assert small == 4 * rows
    soap = training_bytes([(32000, 4096)], "SOAP").state
    assert soap["GG"] == soap["Q"] == 4 * 4096**2  # the longer axis is above 10,000
    assert training_bytes([(32000, 4096)], "SOAP", max_precond_dim=0).state.get("GG") is None
    assert training_bytes([(4096, 11008)], "Shampoo").state == {"preconditioner": 4 * (4096**2 + 11008**2)}


@pytest.mark.parametrize(
    "error, named, shapes, arguments",
    [
        (ValueError, "shapes", [], {}), (ValueError, "shapes", [(0,)], {}), (TypeError, "shapes", 5, {}),
        (TypeError, r"shapes\[0\]", [5], {}), (TypeError, r"shapes\[1\]", [(2,), "ab"], {}),
        (TypeError, r"shapes\[0\].*2\.5", [(2.5,)], {}), (ValueError, r"shapes\[0\].*-1", [(-1,)], {}),
        (ValueError, r"shapes\[0\]", [(2,) * 7], {}),
        (ValueError, "optimizer.*'adam'", [(2,)], {"optimizer": "adam"}),
        (TypeError, "optimizer", [(2,)], {"optimizer": None}),
        (ValueError, "parameter.*'bf16'", [(2,)], {"parameter": "bf16"}),
        (TypeError, "parameter.*32", [(2,)], {"parameter": 32}),
        (ValueError, "parameter.*'int8'", [(2,)], {"parameter": "int8"}),
        (ValueError, "gradient.*''", [(2,)], {"gradient": ""}),
        (ValueError, "state.*'int4'", [(2,)], {"state": "int4"}),
        (ValueError, "master.*'int8'", [(2,)], {"master": "int8"}),
        (ValueError, "stage.*4", [(2,)], {"stage": 4}), (TypeError, "stage", [(2,)], {"stage": 1.0}),
        (ValueError, "ranks.*0", [(2,)], {"ranks": 0}), (TypeError, r"frozen\[0\]", [(2,)], {"frozen": [3]}),
        (TypeError, "momentum", [(2,)], {"momentum": 0.9}), (ValueError, "betas", [(2,)], {"betas": (2, 0)}),
        (ValueError, r"Muon.*\(7,\)", [(7,)], {"optimizer": "Muon"}),
        (ValueError, r"SparseAdam.*\(\)", [()], {"optimizer": "SparseAdam"}),
    ],
)  # fmt: skip
def test_refusals(error, named, shapes, arguments):
    with pytest.raises(error, match=named):
        training_bytes(shapes, **arguments)


class Layer(nn.Module):
    """A GPT layer as the formula has it; `native_dropout` keeps a mask of one byte, as on a GPU."""

    def __init__(self, h, a):
        super().__init__()
        self.a = a
        self.norms = nn.ModuleList([nn.LayerNorm(h), nn.LayerNorm(h)])
        self.qkv, self.out, self.up = (nn.Linear(h, k * h) for k in (3, 1, 4))
        self.down = nn.Linear(4 * h, h)

    def forward(self, x):
        def drop(x):
            return torch.native_dropout(x, 0.1, True)[0]

        b, s, h = x.shape
        q, k, v = self.qkv(self.norms[0](x)).view(b, s, 3, self.a, h // self.a).permute(2, 0, 3, 1, 4)
        w = drop(torch.softmax(q @ k.mT / math.sqrt(h // self.a), -1))
        x = x + drop(self.out((w @ v).transpose(1, 2).reshape(b, s, h)))
        return x + drop(self.down(nn.functional.gelu(self.up(self.norms[1](x)))))


@pytest.mark.parametrize("b, s, h, a", [(1, 128, 64, 4), (2, 32, 64, 4), (2, 64, 128, 2)])
def test_activations_equal_what_torch_saves(b, s, h, a):
    layer = Layer(h, a).bfloat16()
    own = {p.untyped_storage().data_ptr() for p in layer.parameters()}
    saved = {}

    def pack(t):
        memory = t.untyped_storage()
        saved[memory.data_ptr()] = memory.nbytes()
        return t

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
        y = layer(torch.randn(b, s, h, dtype=torch.bfloat16, requires_grad=True))
    measured = sum(size for where, size in saved.items() if where not in own)
    assert y.shape == (b, s, h)
    # mean and 1/deviation of each token in two layer norms are left out of the formula
    assert measured == transformer_activation_bytes(s, b, h, a) + 2 * 2 * 2 * s * b


@pytest.mark.parametrize("h, a", [(64, 4), (128, 2)])
def test_parameters_of_a_layer_equal_those_of_torch(h, a):
    assert layer_numbers(h) == sum(p.numel() for p in Layer(h, a).parameters())


@pytest.mark.parametrize("h, s, state", [(4096, 2048, 8), (1024, 256, 0), (6144, 16384, 4)])
def test_the_live_budget_is_what_the_functions_count(h, s, state):
    """And these are compared with what is allocated and saved, above."""
    figure = lab.live("budget", h=h, s=s, state=state).tables
    now = {key: column[0] for key, column in figure["now"].items()}
    layers, optimizer = h // 128, {8: "AdamW", 4: "Lion", 0: "SGD"}[state]
    b = training_bytes([(layers * layer_numbers(h),)], optimizer, parameter="bfloat16", master="float32")
    ends = np.cumsum([b.parameters, b.gradients, b.master, sum(b.state.values())]) / 1e9
    assert np.allclose([now[f"end{k}"] for k in range(1, 5)], ends)
    active = transformer_activation_bytes(s, 1, h, layers, layers) / 1e9
    assert np.allclose([now["active"], now["end5"]], [active, ends[-1] + active])
    for how in ("none", "selective", "full"):
        ends = [transformer_activation_bytes(n, 1, h, layers, layers, how) / 1e9 for n in (256, 16384)]
        assert np.allclose([figure["over"][how][0], figure["over"][how][-1]], ends)


def test_activations_by_hand():
    assert transformer_activation_bytes(1, 1, 1, 1) == 34 + 5
    # Korthikanti et al. (2023), section 5: 5as/h is 80 for GPT-3's sizes
    s, h, a = 2048, 12288, 96
    assert transformer_activation_bytes(s, 1, h, a) == (34 + 80) * s * h
    assert transformer_activation_bytes(s, 1, h, a, 10, "selective") == (340 + 80) * s * h
    assert transformer_activation_bytes(s, 1, h, a, 10, "full") == (9 * 2 + 114) * s * h


@pytest.mark.parametrize(
    "error, named, arguments",
    [
        (ValueError, "length.*0", (0, 1, 4, 2)), (TypeError, "batch", (1, 1.5, 4, 2)),
        (ValueError, "width.*heads", (1, 1, 4, 3)), (ValueError, "layers", (1, 1, 4, 2, 0)),
        (ValueError, "recompute.*'all'", (1, 1, 4, 2, 1, "all")),
    ],
)  # fmt: skip
def test_activation_refusals(error, named, arguments):
    with pytest.raises(error, match=named):
        transformer_activation_bytes(*arguments)
