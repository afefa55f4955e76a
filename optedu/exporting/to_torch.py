"""A rule written out as a `torch.optim.Optimizer`: one file that needs torch and nothing else."""

from dataclasses import dataclass

from .parts import TAB, Parts, Starts, about, choice, heading, literal, packed, parts, quoted, signature
from .rewriting import ADD, CHOOSE, GATHER
from .spelling import Torch
from .subject import State, Subject

TESTED = (
    "Tested: in float64, over 100 steps of two groups with a schedule, with gradients that are missing now\n"
    "and then, files written so differ from optedu's own steps by at most 1e-11."
)

_CHOOSE = f'''\
def {CHOOSE}(condition, yes, no):
    """What one of two branches returns; data decide which."""
    pairs = zip(yes, no, strict=True)
    return tuple(y if y is n else torch.where(condition, y, n) for y, n in pairs)'''


_WHOLE = f'''\
def {GATHER}(x):
    """All of a tensor: processes that hold a shard of it each (a DTensor) gather it."""
    if not hasattr(x, "full_tensor") or all(place.is_replicate() for place in x.placements):
        return x
    from torch.distributed.tensor import Replicate

    return x.redistribute(placements=[Replicate()] * x.device_mesh.ndim)'''

_ADDED = f'''\
def {ADD}(x):
    """A norm, a sum or a mean, of which processes may hold parts (a DTensor): added up."""
    if not hasattr(x, "full_tensor"):
        return x
    from torch.distributed.tensor import Replicate

    places = [Replicate() if place.is_partial() else place for place in x.placements]
    return x.redistribute(placements=places)'''

_KEPT = f'''\
def _kept(value, p):
    """What is kept: if it has p's shape, sharded as p."""
    if isinstance(value, list):  # of the axes
        return [{ADD}(x) for x in value]
    if hasattr(value, "full_tensor") and value.shape == p.shape:
        return value.redistribute(placements=p.placements)
    return {ADD}(value)'''


_HERE = '''\
def _here(x, p):
    """What lies in this process of a sharded tensor (a DTensor): a rule for each number needs no more."""
    if not hasattr(x, "to_local"):
        return x
    if x.placements != p.placements:
        raise ValueError(f"sharded as {x.placements}, and its parameter as {p.placements}")
    return x.to_local()'''

_LAID = '''\
def _laid(x, p):
    """What lies in this process as a tensor that is sharded as p."""
    if not hasattr(p, "to_local"):
        return x.view(p.shape)
    return type(p).from_local(x, p.device_mesh, p.placements, shape=p.shape, stride=p.stride())'''


class _Starts(Starts):
    def fill(self, value: str) -> str:
        return "torch.zeros_like(p)" if value in ("0.0", "0") else f"torch.full_like(p, {value})"

    def number(self, value: str) -> str:
        return f"float({value})"

    def copy(self, p: str) -> str:
        return f"{p}.clone()"


@dataclass(frozen=True)
class Kernels:
    """Kernels that take the step where they can; elsewhere the readable rule does.

    Attributes
    ----------
    imports : list of str
    constants : str
        Assignments.
    functions : list of str
        Kernels and, last, ``fused(g, p, state, settings, t)``, which answers whether it took the step.
    """

    imports: list[str]
    constants: str
    functions: list[str]


def torch_file(subject: Subject, compiled: bool, tested: str, kernels: Kernels | None = None) -> str:
    """The text of the file.

    Parameters
    ----------
    subject : Subject
    compiled : bool
        Rule and stores in one function, which torch compiles when it is first called.
    tested : str
        What our tests hold it to; empty if they do not.
    kernels : Kernels, optional

    Raises
    ------
    NotExported
        If something in the rule has no counterpart in torch.
    """
    dialect = Torch(traced=compiled)
    found = parts(subject, dialect, _Starts())
    if not _begins(subject):
        found.initial = ""
    blocks = [heading(subject, "torch and triton" if kernels else "torch", tested)]
    others = kernels.imports if kernels else []
    found.imports |= {line for line in others if "triton" not in line}
    imports = sorted(found.imports, key=lambda line: (line.startswith("from"), line))
    outside = ["import torch", *(line for line in others if "triton" in line)]
    blocks.append("\n".join([*imports, *([""] if imports else []), *outside]))
    constants = [*found.constants, *([kernels.constants] if kernels else [])]
    if constants:
        blocks.append("\n".join(constants))
    keeps = found.mixes and not compiled
    helpers = {_CHOOSE: found.chooses, _WHOLE: found.gathers, _ADDED: found.adds or keeps, _KEPT: keeps}
    functions = [text for text, needed in helpers.items() if needed]
    functions += [*found.functions, *([found.initial] if found.initial else [])]
    functions += found.checks
    if compiled:
        if not found.mixes:
            functions += [_HERE, *([_LAID] if any(s.by_rule and not s.several for s in subject.states) else [])]
        functions.append(_update(subject))
    functions += kernels.functions if kernels else []
    write = _compiled_call if compiled else _fused_or_call if kernels else _call
    functions.append(_class(subject, dialect, write(subject, found.mixes), found))
    return "\n".join([*(f"{block}\n" for block in blocks), *(f"\n{text}\n" for text in functions)])


def _class(subject: Subject, dialect: Torch, call: list[str], found: Parts) -> str:
    doc = about(
        subject,
        "params : iterable of tensor or of dict\n    What is trained, or groups of it with settings of their own.",
        ["", "Example", "-------", f">>> optimizer = {subject.name}(model.parameters(){_example(subject)})"],
    )
    lines = [f"class {subject.name}(torch.optim.Optimizer):", quoted(doc, TAB), ""]
    lines += signature(subject, ["self", "params"], "def __init__", ":", TAB)
    values = [f"{p.name}={p.name}" for p in subject.signature]
    values += [f"{name}={literal(value)}" for name, value in subject.constants.items()]
    lines += packed(f"{TAB * 2}defaults = dict(", values, ")", TAB * 2)
    lines.append(f"{TAB * 2}super().__init__(params, defaults)")
    checks = bool(found.checks) and "def check(" in found.checks[-1]
    if checks or found.parameter or subject.kind == "eager":
        lines += ["", *_add_group(subject, checks, found.parameter)]
    lines += ["", *(TAB + line for line in _RESTORED)]
    refused = [*(_PIECE if found.mixes else []), *(_COMPILED if found.mixes and dialect.traced else [])]
    return "\n".join([*lines, "", *_step(subject, dialect, call, refused), *_more(subject)])


_RESTORED = (
    "def __setstate__(self, state):",
    "    super().__setstate__(state)",
    "    for group in self.param_groups:  # a checkpoint from elsewhere may lack a setting",
    "        for name, value in self.defaults.items():",
    "            group.setdefault(name, value)",
)


def _example(subject: Subject) -> str:
    needed = [f", {p.name}=0.01" for p in subject.signature if p.default is p.empty]
    first = subject.signature[0] if subject.signature and not needed else None
    return "".join(needed) + (f", {first.name}={literal(first.default)}" if first else "")


def _add_group(subject: Subject, checks: bool, parameter: bool) -> list[str]:
    lines = ["def add_param_group(self, param_group):", '    """Add a group; its settings are checked first."""']
    if checks:
        lines.append("    check({**self.defaults, **param_group})")
    if parameter:
        lines += [
            '    params = param_group["params"]',
            "    params = [params] if isinstance(params, torch.Tensor) else list(params)",
            "    for k, p in enumerate(params):",
            '        check_parameter(f"params[{k}]", p)',
            '    param_group = {**param_group, "params": params}',
        ]
    lines.append("    super().add_param_group(param_group)")
    if subject.kind == "eager":
        lines += [
            "    group = self.param_groups[-1]",
            '    for p in group["params"]:  # its state is there before the first gradient',
            "        self.state[p].update(step=0, **initial_state(p.detach(), group))",
        ]
    return [TAB + line for line in lines]


_PIECE = [
    '            if getattr(p, "_fsdp_flattened", False):',
    '                raise TypeError("the rule needs whole tensors, and FullyShardedDataParallel leaves "',
    '                                "a piece of a long vector: use fully_shard")',
]
"""The older FSDP: nothing in a piece says how to gather the tensor."""


_COMPILED = [
    '            if hasattr(p, "full_tensor"):',
    '                raise TypeError("the rule needs whole tensors, which a compiled step does not gather: "',
    '                                "write this file without compile=True")',
]


def _step(subject: Subject, dialect: Torch, call: list[str], refused: list[str]) -> list[str]:
    climbs = "maximize" in subject.settings
    lines = [
        "@torch.no_grad()",
        "def step(self, closure=None):",
        '    """Take one step; a closure evaluates the loss first, and is answered with its value."""',
        "    loss = None",
        "    if closure is not None:",
        "        with torch.enable_grad():",
        "            loss = closure()",
    ]
    if subject.kind == "schedule_free":
        lines += [
            '    if not all(group["train_mode"] for group in self.param_groups):',
            '        raise ValueError("step in evaluation mode: call train() first")',
        ]
    lines += [
        "    for group in self.param_groups:",
        '        for p in group["params"]:',
        "            if p.grad is not None and (p.grad.is_sparse or p.is_complex()):",
        '                raise TypeError("gradients must be dense, and parameters real")',
        *refused,
        "    for group in self.param_groups:",
    ]
    if subject.choice is not None:
        lines.append(f"        rule = {choice(subject, dialect, 'group')}")
    lines += ['        for p in group["params"]:', "            if p.grad is None:", "                continue"]
    gradient = '-p.grad if group["maximize"] else p.grad' if climbs else "p.grad"
    lines.append(f"            g = {gradient}")
    states = subject.states
    if states or subject.counted:
        lines.append("            state = self.state[p]")
        begun = []
        if subject.kind != "eager":
            if _begins(subject):
                begun.append("begun = initial_state(p, group)")
                begun.append("state.update({name: value for name, value in begun.items() if value is not None})")
            if subject.counted:
                begun.append('state["step"] = 0')
        if begun:
            lines += ["            if not state:", *(f"                {line}" for line in begun)]
    if subject.counted:
        lines.append('            t = int(state["step"]) + 1  # a checkpoint of torch has a float32 tensor here')
    lines += [f"            {line}" for line in call]
    if subject.counted:
        lines.append('            state["step"] = t')
    lines.append("    return loss")
    return [TAB + line for line in lines]


def _begins(subject: Subject) -> bool:
    """Whether there is a state before the rule has made one."""
    return not all(state.by_rule for state in subject.states)


def _read(state: State) -> str:
    """The value of a state, as the rule gets it."""
    if state.number:
        return f'float(state["{state.name}"])'
    return f'state["{state.name}"]' if state.always else f'state.get("{state.name}")'


def _settings(subject: Subject) -> list[str]:
    return ["t=t"] * subject.asks + [f'{name}=group["{name}"]' for name in subject.given]


def _rule(subject: Subject) -> str:
    return "rule" if subject.choice is not None else str(subject.rules[0].__name__)


def _call(subject: Subject, mixes: bool) -> list[str]:
    args = ["g", "p", *(_read(state) for state in subject.states), *_settings(subject)]
    lines = packed(f"new_p, *new = {_rule(subject)}(", args, ")", "", 16)
    if subject.states:
        names = ", ".join(f'"{state.name}"' for state in subject.states)
        names = f"({names},)" if len(subject.states) == 1 else f"({names})"
        stored = "value.clone() if shared else value"
        lines += [
            f"names = {names}",
            "for name, value in zip(names, new, strict=True):",
            "    if value is not None:  # p, its gradient and views of them would change later",
            '        shared = value is p or value is p.grad or getattr(value, "_base", None) is not None',
            f"        state[name] = {f'_kept({stored}, p)' if mixes else stored}",
        ]
    return [*lines, f"p.copy_({'_kept(new_p, p)' if mixes else 'new_p'})"]


def _fused_or_call(subject: Subject, mixes: bool) -> list[str]:
    state = "state" if subject.states or subject.counted else "{}"
    taken = f"fused(g, p, {state}, group, {'t' if subject.counted else 'None'})"
    return [f"if not {taken}:", *(TAB + line for line in _call(subject, mixes))]


def _update(subject: Subject) -> str:
    """Rule and stores in one function, compiled as a whole."""
    rule = _rule(subject)
    first = ["rule"] if rule == "rule" else []
    return f'''\
def _with_axis(x):
    """A number as a vector of one: in float64 torch.compile loses what is stored in a tensor without axes."""
    return x.view(1) if isinstance(x, torch.Tensor) and x.ndim == 0 else x


@torch.compile(fullgraph=True)
def update({", ".join([*first, "g", "p", "states", "settings"])}):
    """Rule and stores in one piece; returned is what could not be stored. Numbers that change come as tensors."""
    new_p, *new = {rule}(g, p, *states, **settings)
    given = [g, p, *states]
    new = [x.clone() if x is not None and any(x is y for y in given) else x for x in new]
    left = []
    for old, value in zip(states, new, strict=True):
        stored = isinstance(old, torch.Tensor) and old.ndim > 0
        if stored:
            old.copy_(value)
        left.append(None if stored else value)
    p.copy_(new_p)
    return left'''


def _compiled_call(subject: Subject, mixes: bool) -> list[str]:
    def array(text: str) -> str:
        return f"_with_axis({text})" if mixes else f"_with_axis(_here({text}, p))"

    def number(text: str) -> str:
        return f"torch.tensor({text}, dtype=torch.float64)"

    settings = [f"t={number('t')}"] * subject.asks
    groups = {name: f'group["{name}"]' for name in subject.given}
    if "lr" in groups:
        groups["lr"] = number(f"float({groups['lr']})")
    settings += [f"{name}={text}" for name, text in groups.items()]
    states = [number(_read(s)) if s.number else array(_read(s)) for s in subject.states]
    lines = packed("settings = dict(", settings, ")", "", 16)
    lines += packed("states = [", states, "]", "", 16)
    first = ["rule"] if subject.choice is not None else []
    # of a Parameter torch.compile takes the shape as fixed, and after eight of them gives up
    call = packed("left = update(", [*first, array("g"), array("p.detach()"), "states", "settings"], ")", "", 16)
    lines += call if subject.states else [call[0].removeprefix("left = "), *call[1:]]
    for k, state in enumerate(subject.states):
        if state.number:
            lines.append(f'state["{state.name}"] = float(left[{k}])')
        elif state.several:
            lines.append(f'state["{state.name}"] = left[{k}]')
        elif state.by_rule:
            laid = f"left[{k}].view(p.shape)" if mixes else f"_laid(left[{k}], p)"
            lines += [f"if left[{k}] is not None:", f'    state["{state.name}"] = {laid}']
    return lines


def _more(subject: Subject) -> list[str]:
    if subject.kind != "schedule_free":
        return []
    beta = 'group["momentum"]' if "momentum" in subject.settings else 'group["betas"][0]'
    text = f'''
def train(self):
    """Put y into the parameters: the point where gradients are taken."""
    self._move(True)

def eval(self):
    """Put x into the parameters: the average, to evaluate and to save."""
    self._move(False)

@torch.no_grad()
def _move(self, to_training):
    for group in self.param_groups:
        beta = {beta}
        for p in group["params"]:
            state = self.state.get(p, {{}})
            if group["train_mode"] != to_training and "z" in state:
                x_or_y = (
                    (1 - beta) * state["z"] + beta * p
                    if to_training
                    else (p - (1 - beta) * state["z"]) / beta
                )
                p.copy_(x_or_y)
        group["train_mode"] = to_training'''
    return [TAB + line if line else "" for line in text.split("\n")]
