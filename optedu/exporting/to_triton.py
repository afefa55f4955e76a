"""A rule written out for torch, with a kernel of Triton that takes its step in one pass over the memory.

The file is the one for torch and keeps the readable rule. Its kernels come from the recorded operations: what is
made of settings and counters alone is computed by Python in double precision, once a step; the rest runs on the GPU
in float32. Where the rule decides by numbers (``if weight_decay:``), each way gets a kernel of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np

from ..core.tracing import BY_NUMPY, Fork, Leaf, Symbol, Untraceable, needed, trace
from .parts import TAB, WIDTH, choice, literal, packed
from .refusal import NotExported
from .spelling import Torch
from .subject import Subject
from .to_torch import Kernels, torch_file

TESTED = (
    "Tested: in float32, over 100 steps on the CPU under Triton's interpreter, files written so differ from optedu's\n"
    "own steps by at most 1e-4 of the way gone. Compiled for GPUs, and not yet run on one."
)

INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=",
}  # fmt: skip
# Triton divides and takes roots approximately unless it is told to round as torch does.
ON_ARRAYS = {
    "divide": "tl.div_rn({}, {})", "sqrt": "tl.sqrt_rn({})", "negative": "-{}", "square": "{0} * {0}",
    "absolute": "tl.abs({})", "exp": "tl.exp({})", "log": "tl.log({})", "where": "tl.where({}, {}, {})",
    "sign": "tl.where({0} > 0, 1.0, tl.where({0} < 0, -1.0, {0}))",
    "maximum": "tl.maximum({}, {}, propagate_nan=tl.PropagateNan.ALL)",
    "minimum": "tl.minimum({}, {}, propagate_nan=tl.PropagateNan.ALL)",
}  # fmt: skip
ON_NUMBERS = {
    "divide": "{} / {}", "power": "{} ** {}", "sqrt": "math.sqrt({})", "negative": "-{}", "square": "{0} * {0}",
    "absolute": "abs({})", "exp": "math.exp({})", "log": "math.log({})", "where": "{1} if {0} else {2}",
    "sign": "({0} > 0) - ({0} < 0)", "maximum": "max({}, {})", "minimum": "min({}, {})", "sin": "math.sin({})",
    "cos": "math.cos({})", "tanh": "math.tanh({})",
}  # fmt: skip

HEAD = '''\
DTYPES = torch.float32, torch.bfloat16, torch.float16
BLOCK = 1024  # numbers that one program of a kernel takes
INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"'''

FITS = '''\
def fits(tensors):
    """Whether a kernel can walk through them side by side."""
    return all(
        x.dtype in DTYPES and x.is_contiguous() and 0 < x.numel() == tensors[0].numel()
        and x.device == tensors[0].device and (x.is_cuda or INTERPRETED)
        and not hasattr(x, "full_tensor")  # a DTensor has no memory of its own
        for x in tensors
    )'''


@dataclass
class _Way:
    """The rule on the states that are there, and what of the settings this takes for granted.

    Attributes
    ----------
    tree : Fork or Leaf
    states : list of str or None
        Keys of the state, in the rule's order; None for one that is not there.
    numbers : set of str
        Those that are one number for the parameter.
    zero, nonzero : list of str
        Settings without which the rule cannot be read.
    """

    tree: Fork | Leaf
    states: list[str | None]
    numbers: set[str]
    zero: list[str]
    nonzero: list[str]

    def block(self, kernels: dict[str, str]) -> list[str]:
        """What Python does: whether this way fits, the numbers, the decisions, and the call of a kernel.

        `kernels` gets the bodies and names: two ways with equal operations share one.
        """
        there = [name for name in self.states if name is not None]
        arrays = ["p", "g", *(_there(name) for name in there if name not in self.numbers)]
        conditions = [
            f"there == {{{', '.join(f'{chr(34)}{name}{chr(34)}' for name in there)}}}" if there else "not there"
        ]
        conditions += [f'settings["{name}"] == 0' for name in self.zero]
        conditions += [f'settings["{name}"] != 0' for name in self.nonzero]
        conditions.append(f"fits([{', '.join(arrays)}])")
        begun = [f'{TAB * 2}{name} = state["{name}"]' for name in there if name in self.numbers]
        steps = self.lines(self.tree, 0, TAB * 2, kernels)
        if not any("[grid]" in line for line in steps):
            return []
        lines = [f"{TAB}if {' and '.join(conditions)}:"]
        if len(lines[0]) > WIDTH:
            head, *rest = conditions
            lines = [f"{TAB}if (", TAB * 2 + head, *(f"{TAB * 2}and {c}" for c in rest), f"{TAB}):"]
        return [*lines, *begun, *steps]

    def lines(self, node: Fork | Leaf, written: int, indent: str, kernels: dict[str, str]) -> list[str]:
        used = needed(node)
        numbers = [x for x in node.symbols if x.index in used and x.index >= written and x.scalar and x.op != "input"]
        out = [f"{indent}x{x.index} = {_expression(x, ON_NUMBERS)}" for x in numbers]
        if isinstance(node, Leaf):
            return [*out, *self.call(node, indent, kernels)]
        below = len(node.symbols)
        return [
            *out, f"{indent}if {_spelled(node.condition)}:", *self.lines(node.yes, below, indent + TAB, kernels),
            f"{indent}else:", *self.lines(node.no, below, indent + TAB, kernels),
        ]  # fmt: skip

    def call(self, leaf: Leaf, indent: str, kernels: dict[str, str]) -> list[str]:
        """The end: the kernel is called, and numbers of the state are stored."""
        pairs = list(zip(["p", *self.states], leaf.outputs, strict=True))
        if any((name is None) != (out is None) for name, out in pairs):  # a state begins or ends: the rule's own step
            return [f"{indent}return False"]
        stored, kept = {}, []
        for name, out in pairs:
            if name in self.numbers:
                kept.append(f'{indent}state["{name}"] = {_spelled(out)}')
            elif name is not None and not (type(out) is Symbol and out.op == "input" and out.args == (name,)):
                stored[name] = out
        body, tensors, numbers = _body(leaf, stored)
        kernel = kernels.setdefault(body, f"kernel_{len(kernels)}")
        args = [*(_there(name) for name in tensors), "p.numel()", *(_spelled(x) for x in numbers)]
        args += ["BLOCK=BLOCK", "enable_fp_fusion=False"]
        return [*packed(f"{indent}{kernel}[grid](", args, ")", indent), *kept, f"{indent}return True"]


def triton_file(subject: Subject, tested: bool) -> str:
    """The text of the file.

    Raises
    ------
    NotExported
        If the rule does more than arithmetic on each number, or uses a function that has no kernel.
    """
    given = {p.name: 0.5 if p.default is p.empty else p.default for p in subject.signature} | subject.constants
    values = {name: given[name] for name in subject.given}
    kernels: dict[str, str] = {}
    rule = _rule(subject, given)
    blocks = [line for way in _ways(subject, rule, values) for line in way.block(kernels)]
    lines = [
        "def fused(g, p, state, settings, t):",
        f'{TAB}"""Take the step in one pass over the memory where that can be; returns whether it was."""',
    ]
    if subject.choice is not None:
        other = f"({choice(subject, Torch(False), 'settings')}) is not {rule.__name__}"
        lines += [f"{TAB}if {other}:", f"{TAB * 2}return False"]
    for name, value in values.items():
        if not _symbolic(value):
            sign = "is not" if value is None else "!="
            other = f'settings["{name}"]' if value is False else f'settings["{name}"] {sign} {literal(value)}'
            lines += [f"{TAB}if {other}:", f"{TAB * 2}return False"]
    for name, value in values.items():
        if isinstance(value, tuple):
            parts = "".join(f"{name}_{k}, " for k in range(len(value)))
            lines.append(
                f'{TAB}{parts.rstrip(" ") if len(value) == 1 else parts.rstrip(", ")} = map(float, settings["{name}"])'
            )
        elif _symbolic(value):
            lines.append(f'{TAB}{name} = float(settings["{name}"])')
    lines += [f"{TAB}t = float(t)"] * subject.asks
    lines += [f'{TAB}there = state.keys() - {{"step"}}', f"{TAB}grid = (triton.cdiv(p.numel(), BLOCK),)"]
    bodies = [body.replace("KERNEL", name, 1) for body, name in kernels.items()]
    imports = ["import os", "import triton", "import triton.language as tl"]
    imports += ["import math"] if any("math." in line for line in blocks) else []
    functions = [*bodies, FITS, "\n".join([*lines, *blocks, f"{TAB}return False"])]
    return torch_file(subject, False, TESTED if tested else "", Kernels(imports, HEAD, functions))


def _rule(subject: Subject, given: dict[str, Any]) -> Any:
    """The rule that runs under the settings of the file."""
    if subject.choice is None:
        return subject.rules[0]
    build: Any = subject.cls
    opt = build([np.ones((1, 1))], **{p.name: given[p.name] for p in subject.signature})
    return opt.rule_for(opt.param_groups[0])


def _ways(subject: Subject, rule: Any, values: dict[str, Any]) -> list[_Way]:
    """The rule's operations, on each set of states that it can be read with."""
    numbers = {s.name for s in subject.states if s.number}
    choices = [(None,) if s.absent else (s.name,) if s.always else (s.name, None) for s in subject.states]
    found, refused = [], ""
    for states in product(*choices):
        arrays: list[Any] = ["g", "p", *((name,) if name in numbers else name for name in states)]
        for zeros_stay in (False, True):
            settings = {**values, "t": 1} if subject.asks else values
            try:
                tree = trace(rule, arrays, settings, zeros_stay)
            except Untraceable as error:
                refused = refused or str(error)
                continue
            plain = [name for name, value in values.items() if zeros_stay and isinstance(value, int | float)]
            zero = [name for name in plain if not values[name]]
            found.append(_Way(tree, list(states), numbers, zero, [name for name in plain if name not in zero]))
            break
    if not found:
        raise NotExported(f"a kernel takes each number by itself, and {refused}")
    return found


def _symbolic(value: Any) -> bool:
    return isinstance(value, tuple) or isinstance(value, int | float) and not isinstance(value, bool)


def _body(leaf: Leaf, stored: dict[str, Any]) -> tuple[str, list[str], list[Symbol]]:
    """The text of a kernel that computes and stores these; the tensors and the numbers that it is handed."""
    used = {x.index for x in stored.values() if type(x) is Symbol}
    for x in reversed(leaf.symbols):
        if x.index in used and not x.scalar:
            used |= {a.index for a in x.args if type(a) is Symbol}
    wanted = [x for x in leaf.symbols if x.index in used]
    loaded = [x.args[0] for x in wanted if x.op == "input" and not x.scalar]
    numbers = [x for x in wanted if x.scalar]
    tensors = [*loaded, *(name for name in stored if name not in loaded)]
    names = {x.index: f"c{k}" for k, x in enumerate(numbers) if x.op != "input"}
    names |= {x.index: f"x{k}" for k, x in enumerate(x for x in wanted if not x.scalar and x.op != "input")}
    heads = [*(f"{name}_at" for name in tensors), "n", *(_spelled(x, names) for x in numbers), "BLOCK: tl.constexpr"]
    lines = ["@triton.jit", *packed("def KERNEL(", heads, "):", "")]
    lines += [f"{TAB}at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)", f"{TAB}here = at < n"]
    lines += [f"{TAB}{name} = tl.load({name}_at + at, mask=here, other=0.0).to(tl.float32)" for name in loaded]
    for x in wanted:
        if not x.scalar and x.op != "input":
            lines.append(f"{TAB}{names[x.index]} = {_expression(x, ON_ARRAYS, names)}")
    for name, out in stored.items():
        value = _spelled(out, names)
        if type(out) is not Symbol or out.scalar:
            value = f"tl.zeros_like({loaded[0]}) + {value}"
        lines.append(f"{TAB}tl.store({name}_at + at, {value}, mask=here)")
    return "\n".join(lines), tensors, numbers


def _expression(x: Symbol, calls: dict[str, str], names: Mapping[int, str] = MappingProxyType({})) -> str:
    op = x.op.removeprefix(BY_NUMPY)
    args = [_spelled(a, names) for a in x.args]
    if op in INFIX:
        return f"{args[0]} {INFIX[op]} {args[1]}"
    if op not in calls:
        raise NotExported(f"a kernel has no {op} of an array")
    return calls[op].format(*args)


def _spelled(a: Any, names: Mapping[int, str] = MappingProxyType({})) -> str:
    """A number in Python, by its place on the tape; in a kernel by its name there."""
    if type(a) is not Symbol:
        return literal(a) if a == a and abs(a) != float("inf") else f'float("{a}")'
    return str(a.args[0]) if a.op == "input" else names.get(a.index, f"x{a.index}")


def _there(name: str) -> str:
    return name if name in ("g", "p") else f'state["{name}"]'
