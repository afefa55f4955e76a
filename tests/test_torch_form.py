"""Classes in torch's form, `step()` and `.grad`: right ones pass, mistakes are found and named as in the other form."""

import numpy as np
import pytest

from optedu.drill import grade
from optedu.drill.grader.exercise_form import edited, exercises
from optedu.drill.grader.torch_form import Tensor, in_torch_form, with_gradients

RULES = {e.name: e for e in exercises() if e.as_class}
STEP, WRITE = "    def step(self, grads):\n", "p[...] = new_p"
READ = '[p.grad for group in self.param_groups for p in group["params"]]'
WRITES = {
    "replaced": "p.data = new_p", "in place": "p.data -= p.data - new_p", "array": "p[...] = new_p",
    "method": "p.data.copy_(new_p)",
}  # fmt: skip
"""Ways to change a parameter, all of them right."""
CLEAR = """
    def zero_grad(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None
"""


def in_torchs_form(name, edits=(), write=WRITES["replaced"], more=CLEAR):
    """The reference of a class, as the same class in torch's form."""
    text = edited(RULES[name].as_class.reference, edits)
    assert text.count(STEP) == 1 and (edits or text.count(WRITE) == 1)
    step = f"    def step(self, closure=None):\n        grads = {READ}\n"
    return text.replace(STEP, step).replace(WRITE, write) + more


def in_turn():
    """Each rule in one of the ways, in all of them at night."""
    for k, name in enumerate(RULES):
        for j, way in enumerate(WRITES):
            marks = [] if (j - k) % len(WRITES) == 0 else [pytest.mark.nightly]
            yield pytest.param(name, way, marks=marks)


@pytest.mark.parametrize(("name", "way"), [*in_turn()])
def test_a_right_answer_passes(name, way):
    report = grade(name, in_torchs_form(name, write=WRITES[way]))
    assert report.passed and not report.problem, str(report)
    assert "zero_grad" in dict(report.probes) and "saved and resumed" in dict(report.probes)


def bugs_of_a_rule():
    """Every bug at night, in the gate a few."""
    places = [(name, bug) for name, e in RULES.items() for bug in e.as_class.bugs]
    for k, (name, bug) in enumerate(places):
        yield pytest.param(name, bug, id=f"{name}-{bug.name}", marks=[] if k % 66 == 5 else [pytest.mark.nightly])


@pytest.mark.parametrize(("name", "bug"), [*bugs_of_a_rule()])
def test_a_mistake_has_the_name_that_it_has_in_the_other_form(name, bug):
    other = grade(name, edited(RULES[name].as_class.reference, bug.edits))
    report = grade(name, in_torchs_form(name, bug.edits, write=WRITES["array"]))
    assert not report.passed
    assert report.diagnosis == other.diagnosis != (), str(report)


SGD = """
class SGD:
    def __init__(self, params, lr=0.1, weight_decay=0.0):
        self.params, self.lr, self.wd = list(params), lr, weight_decay

    def step(self):
        for p in self.params:
            {}
"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("p.data -= self.lr * self.wd * p.data", "never reads `.grad`"),
        ("p = p - self.lr * (p.grad + self.wd * p) if p.grad is not None else p", "parameter-rebound"),
        ("if p.grad is not None: p.grad += self.wd * p; p.data -= self.lr * p.grad", "gradient-changed"),
        ("if p.grad is not None: p.grad = p.grad + self.wd * p; p -= self.lr * p.grad", "gradient-changed"),
        ("if p.grad is not None: p -= self.lr * (p.grad + self.wd * p); p.grad = None", "gradient-changed"),
        ("if p.grad is not None: p.data = p.data + self.lr * (p.grad + self.wd * p)", "climbs"),
        ("if p.grad is not None: p.data = (p - self.lr * (p.grad + self.wd * p)).sum()", "cannot be an array of shape"),
    ],
)
def test_what_only_this_form_can_do_wrong(body, words):
    report = grade("sgd", SGD.format(body))
    assert not report.passed and words in str(report), str(report)


def test_a_buffer_that_becomes_the_data_changes_the_parameter_later():
    """What is put into `.data` is not copied in torch: here it must be seen, too."""
    body = """if p.grad is None: continue
            g = p.grad + self.wd * p
            new = p - self.lr * g
            kept = self.__dict__.setdefault("kept", {}).setdefault(id(p), np.array(new))
            kept[...] = new
            p.data = kept
        if self.__dict__.setdefault("calls", []).append(1) or len(self.calls) == 3:
            for kept in self.kept.values():
                kept *= 2"""
    assert not grade("sgd", SGD.format(body)).passed
    assert grade("sgd", SGD.format(body.replace("*= 2", "*= 1"))).passed


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("pass", "leaves a gradient"),
        ('self.param_groups[0]["params"][0].grad = None', "leaves a gradient"),
        (CLEAR.split(":\n", 1)[1].strip() + "\n                p *= 0", "changes a parameter"),
    ],
)
def test_zero_grad_clears_all_gradients_and_nothing_else(method, words):
    report = grade("adam", in_torchs_form("adam", more=f"\n    def zero_grad(self):\n        {method}\n"))
    assert not report.passed and words in report.problem


def test_zero_grad_may_fill_with_zeros_and_may_be_missing():
    filled = CLEAR.replace("p.grad = None", "if p.grad is not None: p.grad.zero_()")
    assert grade("adam", in_torchs_form("adam", more=filled)).passed
    report = grade("adam", in_torchs_form("adam", more=""))
    assert report.passed and "zero_grad" not in dict(report.probes)


def test_torchs_own_idiom_is_accepted():
    assert grade("adamw", IDIOM).passed
    assert not grade("adamw", IDIOM.replace("1 - self.lr * self.wd", "1 - self.wd")).passed


IDIOM = """
class AdamW:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.params, self.lr, self.betas, self.eps, self.wd = list(params), lr, betas, eps, weight_decay
        self.state = {}

    def step(self):
        b1, b2 = self.betas
        for p in self.params:
            if p.grad is None:
                continue
            g = p.grad.data
            if p not in self.state:
                self.state[p] = {"step": 0, "m": np.zeros_like(p.data), "v": np.zeros_like(p.data)}
            s = self.state[p]
            s["step"] += 1
            p.data.mul_(1 - self.lr * self.wd)
            s["m"].lerp_(g, 1 - b1)
            s["v"].mul_(b2).addcmul_(g, g, value=1 - b2)
            denom = (s["v"] / (1 - b2 ** s["step"])).sqrt().add_(self.eps)
            p.data.addcdiv_(s["m"], denom, value=-self.lr / (1 - b1 ** s["step"]))
"""


def test_which_classes_are_in_this_form():
    made = {name: type("C", (), {"step": step}) for name, step in (
        ("nothing", lambda self: None), ("closure", lambda self, closure=None: None),
        ("grads", lambda self, grads: None), ("optional", lambda self, grads=None: None),
        ("any", lambda self, *grads: None),
    )}  # fmt: skip
    assert [name for name, cls in made.items() if in_torch_form(cls)] == ["nothing", "closure"]
    assert with_gradients(made["grads"]) is made["grads"] and not in_torch_form(lambda self: None)


@pytest.mark.parametrize(
    ("method", "args", "expected"),
    [
        ("add_", (2.0, 0.5), [2.0, 3.0]), ("sub_", (2.0, 0.5), [0.0, 1.0]), ("mul_", (3.0,), [3.0, 6.0]),
        ("div_", (2.0,), [0.5, 1.0]), ("lerp_", (3.0, 0.5), [2.0, 2.5]), ("addcmul_", (2.0, 3.0, 0.5), [4.0, 5.0]),
        ("addcdiv_", (3.0, 2.0, 2.0), [4.0, 5.0]), ("zero_", (), [0.0, 0.0]), ("copy_", (7.0,), [7.0, 7.0]),
    ],
)  # fmt: skip
def test_methods_in_place_do_as_those_of_torch(method, args, expected):
    torch = pytest.importorskip("torch")
    x, theirs = np.array([1.0, 2.0]).view(Tensor), torch.tensor([1.0, 2.0], dtype=torch.float64)
    assert getattr(x, method)(*args) is x and x.tolist() == expected
    factor = {"add_": "alpha", "sub_": "alpha", "addcmul_": "value", "addcdiv_": "value"}.get(method)
    tensors = [torch.tensor(a, dtype=torch.float64) for a in (args[:-1] if factor else args[:1])]
    more = {factor: args[-1]} if factor else {}
    assert getattr(theirs, method)(*tensors, *(args[1:] if method == "lerp_" else ()), **more).tolist() == expected
