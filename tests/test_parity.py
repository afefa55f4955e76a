"""torch is the referee: same trajectories, same refusals, same names and defaults."""

import inspect
from itertools import product
from statistics import median

import numpy as np
import pytest
import torch
from conftest import TORCHS

import optedu
from optedu.lab.comparison import TOLERANCE, Problem, deviation, on_shapes, problems, torch_scalars
from optedu.zoo import ZOO

# How torch computes, not what.
IMPLEMENTATION = {"foreach", "fused", "capturable", "differentiable"}


def tiny():
    """Gradients of 1e-7, often absent, from zero: beside larger ones they would be lost in the distance."""
    whole = on_shapes()
    return Problem("tiny", lambda: [np.zeros(3)], lambda t, w: [whole.grads(t, whole.start())[1]])


PROBLEMS = {p.name.split(",")[0]: p for p in [*problems(ZOO["SGD"]), tiny()]}

each_problem = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)


@pytest.fixture(params=TORCHS.values(), ids=TORCHS)
def entry(request):
    """Each optimizer that trains anything as torch does."""
    return request.param


@pytest.fixture(autouse=True)
def float64_scalars():
    with torch_scalars("float64"):
        yield


def compare(entry, settings, problem, steps=300, dtype="float64", **how):
    """Deviation from torch's trajectory, relative to the distance travelled."""
    reference = getattr(torch.optim, entry.name)
    sign = -1.0 if settings.get("maximize") else 1.0
    return deviation(
        lambda w: entry.cls(w, **settings), lambda w: reference(w, **settings), problem, steps, dtype, sign, **how
    )  # fmt: skip


def grid_for(entry, problem):
    """All settings. Adam's steps do not care how small a gradient is: with decay the tiny one
    would lose against the parameter, and two trajectories that round differently drift apart."""
    decays = problem.name == "tiny" and "weight_decay" in entry.flags
    return list(entry.grid(weight_decay=(0,)) if decays else entry.grid())


AT_ROUNDING = {"NAdam": 3e-13}  # where torch adds two terms one after the other, each rounded


@pytest.mark.parametrize("thinned", [True, pytest.param(False, marks=pytest.mark.nightly)])
@each_problem
def test_grid(entry, problem, thinned):
    """Each value of every flag; at night every setting where gradients are given."""
    found, answer = [], problem.name not in ("shapes", "tiny")  # to the steps
    for settings in grid_for(entry, problem)[:: (7 if answer else 3) if thinned else 3 if answer else 1]:
        found.append(compare(entry, settings, problem))
        assert found[-1] <= TOLERANCE["float64"], settings
    assert median(found) <= AT_ROUNDING.get(entry.name, 1e-13)  # the bound is for the worst


@each_problem
def test_grid_float32(entry, problem):
    grid = grid_for(entry, problem)[::7]
    found = []
    with torch_scalars("float32"):
        for settings in grid:
            found.append(compare(entry, settings, problem, dtype="float32"))
            assert found[-1] <= TOLERANCE["float32"], settings
    assert median(found) <= AT_ROUNDING.get(entry.name, 1e-13) * 2**29


@pytest.mark.parametrize("stride", [3, 7])
def test_thinned_grids_meet_every_value(entry, stride):
    grid = list(entry.grid())
    for name in entry.flags:
        assert {s[name] for s in grid[::stride]} == {s[name] for s in grid}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_problems_cover(dtype):
    """What the problems claim to contain is there, in the arrays that the optimizer really gets."""
    params, grads = [], []

    class Recorder(optedu.SGD):
        def __init__(self, w):
            super().__init__(w)
            params.extend(w)

        def step(self, gs):
            grads.extend(gs)
            super().step(gs)

    for problem in problems(ZOO["SGD"]):
        deviation(Recorder, torch.optim.SGD, problem, dtype=dtype)
    given = [g for g in grads if g is not None]
    assert {p.dtype for p in params} == {g.dtype for g in given} == {np.dtype(dtype)}
    assert {p.ndim for p in params} == {g.ndim for g in given} == {0, 1, 2, 3, 4}
    assert any(p.size == 0 for p in params)
    assert any(p.flags.f_contiguous and not p.flags.c_contiguous for p in params)
    assert any(not p.flags.f_contiguous and not p.flags.c_contiguous for p in params)
    assert None in [None if g is None else 0 for g in grads]
    assert any(g.size and not g.any() for g in given)
    sizes = [abs(g).max() for g in given if g.any()]
    assert min(sizes) < 1e-6 and max(sizes) > 1e4
    assert {p.name for p in problems(ZOO["SGD"])} >= {"shapes", "Rosenbrock", "network"}


CHANGES = {
    "lr": 0.03, "momentum": 0.7, "dampening": 0.2, "weight_decay": 0.3, "nesterov": True, "maximize": False,
    "lr_decay": 0.5, "initial_accumulator_value": 3.0, "eps": 1e-3, "alpha": 0.8, "betas": (0.8, 0.95),
    "amsgrad": False, "centered": False, "decoupled_weight_decay": False,
    "rho": 0.7, "etas": (0.4, 1.3), "step_sizes": (1e-5, 1.0), "momentum_decay": 0.02, "lambd": 0.01, "t0": 20,
}  # fmt: skip


@pytest.mark.parametrize(
    "entry, name",
    [pytest.param(e, name, id=f"{e.name}-{name}") for e in TORCHS.values() for name in [*e.flags, *e.fixed]],
)
def test_setting_changes_mid_run(entry, name):
    """From a start with everything switched on, as far as it goes together; to another value, and to the default."""
    start = list(entry.grid())[-1]
    if name == "nesterov":
        start = {**start, "dampening": 0}
    for value in (CHANGES[name], inspect.signature(getattr(torch.optim, entry.name)).parameters[name].default):
        found = compare(entry, start, PROBLEMS["shapes"], steps=100, change=(50, {name: value}))
        assert found <= TOLERANCE["float64"], value


def test_many_changes_at_once(entry):
    start = next(iter(entry.grid()))
    change = {"lr": 0.5 * start["lr"], **({"weight_decay": 0.2} if "weight_decay" in entry.flags else {})}
    assert compare(entry, start, PROBLEMS["network"], change=(150, change)) <= TOLERANCE["float64"]


def accepts(cls, params, settings):
    try:
        cls(params, **settings)
    except (TypeError, ValueError):
        return False
    return True


def edges(default):
    """Values at and beyond the edges of a setting's range."""
    if isinstance(default, tuple):  # (torch also refuses a pair of integers)
        return [(0.0, 0.0), (0.0, 0.999), (-0.1, 0.9), (0.9, -0.1), (1.0, 0.9), (0.9, 1.0), (0.9, 1.5)]
    return [False, True] if isinstance(default, bool) else [0, -0.0, 1, 1.5, 2, 1e300, float("inf"), -1e-300, -1, -0.5]


def test_refusals_are_torchs(entry):
    """One class accepts a combination of settings exactly if the other one does."""
    reference = getattr(torch.optim, entry.name)
    defaults = defaults_of(entry.cls)
    tried = [dict(zip(entry.flags, values, strict=True)) for values in product(*entry.flags.values())]
    tried += [{**some, name: v} for some in tried[::5] for name in defaults for v in edges(defaults[name])]
    answers = set()
    for settings in tried:
        ours, theirs = (accepts(entry.cls, [np.zeros(1)], settings), accepts(reference, [torch.zeros(1)], settings))
        assert ours == theirs, settings
        answers.add(ours)
    assert answers == {True, False}


# Groups


def follow(ours, theirs, steps, on_step=lambda t: None):
    """Drive both with prepared gradients; the parameters may become more on the way.

    `ours` and `theirs` are optimizers over parameters of equal shapes; torch's are bound to
    the numbers, so that no helper of the package is involved.
    """
    for t in range(1, steps + 1):
        on_step(t)
        rng = np.random.default_rng([5, t])
        mine = [p for group in ours.param_groups for p in group["params"]]
        others = [p for group in theirs.param_groups for p in group["params"]]
        grads = [rng.standard_normal(p.shape) for p in mine]
        ours.step(grads)
        for q, g in zip(others, grads, strict=True):
            q.grad = torch.tensor(g)
        theirs.step()
        for p, q in zip(mine, others, strict=True):
            np.testing.assert_allclose(p, q.numpy(), rtol=1e-11, atol=1e-13)


def pair(entry, groups):
    """Both optimizers over groups ``(shapes, settings)``; and what makes further groups."""

    def group(shapes, settings):
        arrays = [np.random.default_rng(6).standard_normal(shape) for shape in shapes]
        return {"params": arrays, **settings}, {"params": [torch.tensor(a) for a in arrays], **settings}

    ours, theirs = zip(*(group(*g) for g in groups), strict=True)
    return entry.cls(list(ours), lr=0.02), getattr(torch.optim, entry.name)(list(theirs), lr=0.02), group


def test_groups_with_different_settings(entry):
    grid = [{"lr": 0.005}, *list(entry.grid(maximize=(False,)))[::9]]
    ours, theirs, _ = pair(entry, [([(3,), (2, 2)], settings) for settings in grid])
    follow(ours, theirs, 60)


def test_group_added_mid_run(entry):
    decay = {"weight_decay": 0.1} if "weight_decay" in entry.flags else {}
    ours, theirs, group = pair(entry, [([(3,)], {}), ([(2,)], decay)])

    def grow(t):
        if t == 20:
            one, two = group([(2, 2), ()], {"lr": 0.007, "maximize": True})
            ours.add_param_group(one)
            theirs.add_param_group(two)

    follow(ours, theirs, 60, grow)
    assert len(ours.param_groups) == 3 and ours.param_groups[2]["maximize"] is True


# Names and defaults


def signature_of(cls):
    found = inspect.signature(cls).parameters.values()
    return [(p.name, p.kind, p.default) for p in found if p.name not in IMPLEMENTATION]


def defaults_of(cls):
    return {name: default for name, _, default in signature_of(cls) if name != "params"}


def test_signature(entry):
    assert signature_of(entry.cls) == signature_of(getattr(torch.optim, entry.name))


def test_group_keys_and_defaults(entry):
    ours = entry.cls([np.zeros(2)]).param_groups[0]
    theirs = getattr(torch.optim, entry.name)([torch.zeros(2)]).param_groups[0]
    wanted = {key: value for key, value in theirs.items() if key not in IMPLEMENTATION | {"params"}}
    assert {key: value for key, value in ours.items() if key != "params"} == wanted


def test_state_is_torchs(entry):
    """Not only the parameter: every array of the state, under torch's names, before and after steps."""
    grads = np.random.default_rng(7).standard_normal((5, 2, 3))
    for settings in entry.grid():
        a, b = np.full((2, 3), 1.5), torch.full((2, 3), 1.5)
        ours, theirs = entry.cls([a], **settings), getattr(torch.optim, entry.name)([b], **settings)
        for g in [None, *grads]:
            ours.step([g])
            b.grad = None if g is None else torch.tensor(g)
            theirs.step()
            one = {k: v for k, v in ours.state_dict()["state"].get(0, {}).items() if k != "step"}
            two = {k: v.numpy() for k, v in theirs.state_dict()["state"].get(0, {}).items() if k != "step"}
            assert one.keys() == two.keys(), settings
            for name in one:
                np.testing.assert_allclose(one[name], two[name], rtol=1e-12, atol=1e-300, err_msg=str(settings))
        if "step" in theirs.state[b]:  # torch's RMSprop counts, too
            assert ours.state[0]["step"] == theirs.state[b]["step"] == 5
