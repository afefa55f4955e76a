"""Every schedule sets, step by step, what torch's sets; and its closed form is its recurrence."""

import math
import pickle

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler as theirs

import optedu
from optedu import lr_scheduler as ours
from optedu.zoo import ZOO

SCHEDULES = {
    "lambda": lambda m, o: m.LambdaLR(o, lambda t: 0.95**t),
    "lambda, a list": lambda m, o: m.LambdaLR(o, [lambda t: 0.95**t, lambda t: 1 / (1 + t)]),
    "multiplicative": lambda m, o: m.MultiplicativeLR(o, lambda t: 0.95 if t % 3 else 1.01),
    "step": lambda m, o: m.StepLR(o, 30),
    "step, each": lambda m, o: m.StepLR(o, 1, gamma=0.99),
    "multistep, one twice": lambda m, o: m.MultiStepLR(o, [30, 30, 80]),
    "constant": lambda m, o: m.ConstantLR(o),
    "constant, long": lambda m, o: m.ConstantLR(o, factor=0.5, total_iters=40),
    "linear": lambda m, o: m.LinearLR(o),
    "linear, down": lambda m, o: m.LinearLR(o, 1.0, 0.1, 50),
    "exponential": lambda m, o: m.ExponentialLR(o, 0.99),
    "polynomial": lambda m, o: m.PolynomialLR(o, 50, 2.0),
    "cosine": lambda m, o: m.CosineAnnealingLR(o, 50),
    "cosine, floor": lambda m, o: m.CosineAnnealingLR(o, 37, eta_min=0.01),
    "restarts": lambda m, o: m.CosineAnnealingWarmRestarts(o, 10),
    "restarts, longer": lambda m, o: m.CosineAnnealingWarmRestarts(o, 7, 2, eta_min=0.001),
    "cyclic": lambda m, o: m.CyclicLR(o, 0.01, 0.1, 20),
    "cyclic, halving": lambda m, o: m.CyclicLR(o, 0.01, [0.1, 0.3], 20, 13, mode="triangular2"),
    "cyclic, shrinking": lambda m, o: m.CyclicLR(o, [0.01, 0.02], 0.1, 20, mode="exp_range", gamma=0.99),
    "cyclic, own scale": lambda m, o: m.CyclicLR(o, 0.01, 0.1, 15, scale_fn=lambda x: 1 / x),
    "cyclic, no momentum": lambda m, o: m.CyclicLR(
        o, 0.01, 0.1, 15, scale_fn=lambda x: 0.99**x, scale_mode="iterations", cycle_momentum=False
    ),
    "one cycle": lambda m, o: m.OneCycleLR(o, 0.5, total_steps=150),
    "one cycle, three phases": lambda m, o: m.OneCycleLR(
        o, [0.5, 1.0], epochs=10, steps_per_epoch=13, three_phase=True
    ),
    "one cycle, linear": lambda m, o: m.OneCycleLR(o, 0.5, total_steps=600, pct_start=0.1, anneal_strategy="linear"),
    "one cycle, no momentum": lambda m, o: m.OneCycleLR(o, 0.5, total_steps=100, cycle_momentum=False),
    "chain": lambda m, o: m.ChainedScheduler([m.ConstantLR(o, 0.1, 20), m.ExponentialLR(o, 0.99)]),
    "chain of three": lambda m, o: m.ChainedScheduler(
        [m.LinearLR(o, 0.1, 1.0, 20), m.CosineAnnealingLR(o, 600), m.StepLR(o, 25, 0.5)]
    ),
    "sequence": lambda m, o: m.SequentialLR(o, [m.ConstantLR(o, 0.1, 20), m.ExponentialLR(o, 0.99)], [20]),
    "sequence of three": lambda m, o: m.SequentialLR(
        o, [m.LinearLR(o, 0.1, 1.0, 20), m.CosineAnnealingLR(o, 60), m.StepLR(o, 25, 0.5)], [20, 90]
    ),
    "sequence with restarts": lambda m, o: m.SequentialLR(
        o, [m.LinearLR(o, 0.1, 1.0, 10), m.CosineAnnealingWarmRestarts(o, 15, 2), m.PolynomialLR(o, 30)], [10, 77]
    ),
    "sequence in a sequence": lambda m, o: m.SequentialLR(
        o,
        [m.SequentialLR(o, [m.ConstantLR(o, 0.1, 5), m.ExponentialLR(o, 0.95)], [10]), m.CosineAnnealingLR(o, 60)],
        [30],
    ),
    "chain in a sequence": lambda m, o: m.SequentialLR(
        o,
        [m.ChainedScheduler([m.LinearLR(o, 0.1, 1.0, 20), m.ExponentialLR(o, 0.99)]), m.CosineAnnealingLR(o, 60)],
        [30],
    ),
    "sequence in a chain": lambda m, o: m.ChainedScheduler(
        [m.SequentialLR(o, [m.ConstantLR(o, 0.1, 20), m.ExponentialLR(o, 0.99)], [20]), m.StepLR(o, 33, 0.5)]
    ),
    "sequence last in a chain": lambda m, o: m.ChainedScheduler(
        [m.StepLR(o, 1, 0.99), m.SequentialLR(o, [m.ConstantLR(o, 0.1, 10), m.CyclicLR(o, 0.01, 0.1, 20)], [20])]
    ),
}
OPTIMIZERS = {"SGD": {"momentum": 0.9}, "Adam": {}, "RMSprop": {"momentum": 0.5}}

each_schedule = pytest.mark.parametrize("build", SCHEDULES.values(), ids=SCHEDULES)
each_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


def optimizers(name):
    """Ours and torch's, two groups with different learning rates."""
    mine = [{"params": [np.zeros(2)], "lr": 0.1 * (k + 1)} for k in range(2)]
    other = [{"params": [torch.zeros(2)], "lr": 0.1 * (k + 1)} for k in range(2)]
    return getattr(optedu, name)(mine, **OPTIMIZERS[name]), getattr(torch.optim, name)(other, **OPTIMIZERS[name])


def shown(optimizer):
    """What a schedule may change, for each group."""
    return [[g["lr"], g.get("momentum", 0.0), *g.get("betas", ())] for g in optimizer.param_groups]


def follow(build, name, steps=500, on_step=lambda t, optimizer: None):
    """The settings along the run, ours and torch's; torch may end it by refusing to go on."""
    one, two = optimizers(name)
    a, b = build(ours, one), build(theirs, two)
    one.stepped = True  # (the parameters do not matter here, and a rate may become negative)
    two.step()
    for t in range(steps):
        assert np.allclose(shown(one), shown(two), rtol=1e-12, atol=1e-14), t
        on_step(t, one)
        on_step(t, two)
        try:
            b.step()
        except ValueError:
            with pytest.raises(ValueError, match="past the end"):
                a.step()
            return t
        a.step()
        assert np.allclose(a.get_last_lr(), b.get_last_lr(), rtol=1e-12, atol=1e-14)
    return steps


@each_optimizer
@each_schedule
def test_same_settings_as_torch(build, name):
    assert follow(build, name) >= 100


@each_schedule
def test_a_rate_changed_by_hand(build):
    def hand(t, optimizer):
        if t == 37:
            for group in optimizer.param_groups:
                group["lr"] *= 0.7

    follow(build, "SGD", on_step=hand)


@each_schedule
def test_resumed_from_a_checkpoint(build):
    straight, _ = optimizers("SGD")
    schedule = build(ours, straight)
    straight.stepped = True
    for t in range(90):
        if t == 45:
            saved = pickle.loads(pickle.dumps((straight.state_dict(), plain(schedule))))
        schedule.step()
    resumed, _ = optimizers("SGD")
    again = build(ours, resumed)
    resumed.stepped = True
    resumed.load_state_dict(saved[0])
    again.load_state_dict(saved[1])
    for _ in range(45):
        again.step()
    assert shown(resumed) == shown(straight)


def plain(schedule):
    """Its checkpoint, which must not contain a function: those cannot be saved."""
    return schedule.state_dict()


CLOSED = {name: build for name, build in SCHEDULES.items() if build(ours, optimizers("SGD")[0]).closed_form is not None}


@pytest.mark.parametrize("build", CLOSED.values(), ids=CLOSED)
def test_closed_form_is_the_recurrence(build):
    optimizer, _ = optimizers("SGD")
    schedule = build(ours, optimizer)
    optimizer.stepped = True
    for _ in range(120):
        for k, group in enumerate(optimizer.param_groups):
            assert group["lr"] == pytest.approx(schedule.closed_form(k), rel=1e-11, abs=1e-15)
        schedule.step()


def test_closed_forms_exist():
    assert len(CLOSED) >= 10


@pytest.mark.parametrize(
    "how", [{}, {"mode": "max", "threshold": 0.1}, {"patience": 2, "cooldown": 3, "factor": 0.5},
            {"threshold_mode": "abs", "threshold": 0.05, "patience": 1, "min_lr": 1e-3},
            {"mode": "max", "threshold_mode": "abs", "patience": 0}],
)  # fmt: skip
def test_plateau(how):
    rng = np.random.default_rng(0)
    metrics = [*rng.standard_normal(100), *np.linspace(1, -1, 100), *(rng.standard_normal(100) - 5), math.nan, math.inf]
    one, two = optimizers("SGD")
    a, b = ours.ReduceLROnPlateau(one, **how), theirs.ReduceLROnPlateau(two, **how)
    for value in metrics:
        a.step(value)
        b.step(value)
        assert shown(one) == shown(two)
    assert one.param_groups[0]["lr"] < 0.1


# The schedules that transformers are trained with


@pytest.mark.parametrize(
    ("build", "factors"),
    [
        # at t = 0, the last of the warm-up, the first after it, the end, and one past it
        (lambda o: ours.WarmupCosineLR(o, 10, 110), {0: 0.1, 9: 1, 10: 1, 60: 0.5, 110: 0, 111: 0}),
        (lambda o: ours.WarmupCosineLR(o, 10, 110, min_factor=0.1), {60: 0.55, 110: 0.1, 200: 0.1}),
        (lambda o: ours.WarmupLinearLR(o, 10, 110), {0: 0.1, 9: 1, 35: 0.75, 110: 0, 111: 0}),
        (lambda o: ours.WarmupLinearLR(o, 0, 100), {0: 1, 50: 0.5}),
        (lambda o: ours.InverseSqrtLR(o, 4), {0: 0.25, 3: 1, 15: 0.5, 99: 0.2}),
        (lambda o: ours.WSDLR(o, 5, 100, 20), {0: 0.2, 4: 1, 50: 1, 80: 1, 90: 0.5, 100: 0, 130: 0}),
    ],
)
def test_warm_up_family(build, factors):
    optimizer = optedu.SGD([np.zeros(1)], lr=0.3)
    schedule = build(optimizer)
    optimizer.stepped = True
    for t in range(max(factors) + 1):
        if t in factors:
            assert optimizer.param_groups[0]["lr"] == pytest.approx(0.3 * factors[t], abs=1e-12), t
        schedule.step()


# Refusals


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda m, o: m.ConstantLR(o, factor=1.5), ValueError, "factor .* 1.5"),
        (lambda m, o: m.LinearLR(o, start_factor=0), ValueError, "start_factor .* 0"),
        (lambda m, o: m.LinearLR(o, end_factor=2), ValueError, "end_factor .* 2"),
        (lambda m, o: m.LambdaLR(o, [abs]), ValueError, "1 functions for 2"),
        (lambda m, o: m.MultiplicativeLR(o, 0.9), TypeError, "0.9"),
        (lambda m, o: m.ReduceLROnPlateau(o, factor=1), ValueError, "factor .* 1"),
        (lambda m, o: m.ReduceLROnPlateau(o, mode="mid"), ValueError, "'mid'"),
        (lambda m, o: m.ReduceLROnPlateau(o, threshold_mode="x"), ValueError, "'x'"),
        (lambda m, o: m.ReduceLROnPlateau(o, min_lr=[0, 0, 0]), ValueError, "3 values for 2"),
        (lambda m, o: m.CyclicLR(o, 0.1, 0.2, mode="x"), ValueError, "'x'"),
        (lambda m, o: m.CyclicLR(o, [0.1], 0.2), ValueError, "1 values for 2"),
        (lambda m, o: m.OneCycleLR(o, 0.1), ValueError, "total_steps"),
        (lambda m, o: m.OneCycleLR(o, 0.1, total_steps=0), ValueError, "total_steps .* 0"),
        (lambda m, o: m.OneCycleLR(o, 0.1, epochs=1, steps_per_epoch=-1), ValueError, "steps_per_epoch .* -1"),
        (lambda m, o: m.OneCycleLR(o, 0.1, total_steps=9, pct_start=1.5), ValueError, "pct_start .* 1.5"),
        (lambda m, o: m.OneCycleLR(o, 0.1, total_steps=9, anneal_strategy="x"), ValueError, "'x'"),
        (lambda m, o: m.OneCycleLR(o, [0.1], total_steps=9), ValueError, "1 values for 2"),
        (lambda m, o: m.CosineAnnealingWarmRestarts(o, 0), ValueError, "T_0 .* 0"),
        (lambda m, o: m.CosineAnnealingWarmRestarts(o, 1.5), ValueError, "T_0 .* 1.5"),
        (lambda m, o: m.CosineAnnealingWarmRestarts(o, 2, T_mult=0), ValueError, "T_mult .* 0"),
        (lambda m, o: m.SequentialLR(o, [], []), ValueError, "schedulers is empty"),
        (lambda m, o: m.SequentialLR(o, [m.ExponentialLR(o, 0.9)], [3]), ValueError, "1 for 1"),
        (lambda m, o: m.ChainedScheduler([]), ValueError, "schedulers is empty"),
        (lambda m, o: m.ChainedScheduler([m.ReduceLROnPlateau(o)]), ValueError, r"schedulers\[0\]"),
        (lambda m, o: m.StepLR(3, 5), TypeError, "int"),
        (lambda m, o: m.StepLR(o, 5, last_epoch=3), KeyError, "initial_lr"),
        (lambda m, o: m.WarmupCosineLR(o, 10, 10), ValueError, "10 and 10"),
        (lambda m, o: m.WSDLR(o, 50, 100, 60), ValueError, "50 . 60 > 100"),
    ],
)
def test_refused(build, error, message):
    optimizer, _ = optimizers("SGD")
    with pytest.raises(error, match=message):
        build(ours, optimizer)


def test_cycling_momentum_needs_momentum():
    with pytest.raises(ValueError, match="Adagrad has none"):
        ours.CyclicLR(optedu.Adagrad([np.zeros(1)]), 0.1, 0.2)


def test_a_warning_when_the_schedule_comes_first():
    optimizer = optedu.SGD([np.zeros(1)], lr=0.1)
    schedule = ours.StepLR(optimizer, 1)
    with pytest.warns(UserWarning, match="before optimizer.step"):
        schedule.step()


def test_a_checkpoint_that_does_not_fit():
    optimizer, _ = optimizers("SGD")
    schedule = ours.StepLR(optimizer, 5)
    with pytest.raises(ValueError, match="does not fit StepLR"):
        schedule.load_state_dict({"last_epoch": 3})
    assert schedule.last_epoch == 0


@each_schedule
@pytest.mark.parametrize("late", [3, 45])
def test_a_group_added_on_the_way(build, late):
    """A schedule goes on where torch's does; else it says why not, and nothing has been changed."""
    one, two = optimizers("SGD")
    mine, other = build(ours, one), build(theirs, two)
    one.stepped = True
    two.step()
    for _ in range(late):
        mine.step(), other.step()
    one.add_param_group({"params": [np.zeros(1)], "lr": 0.3})
    two.add_param_group({"params": [torch.zeros(1)], "lr": 0.3})
    for t in range(60):
        before = repr((mine.state_dict(), one.param_groups))
        try:
            other.step()
        except (ValueError, KeyError):
            with pytest.raises(ValueError, match=r"has 3 parameter groups, \w+ numbers for 2: build it anew"):
                mine.step()
            assert repr((mine.state_dict(), one.param_groups)) == before
            return
        mine.step()
        assert np.allclose(shown(one), shown(two), rtol=1e-12, atol=1e-14), t


def test_a_group_added_to_a_warm_up():
    optimizer, _ = optimizers("SGD")
    schedule = ours.WarmupCosineLR(optimizer, 3, 10)
    optimizer.add_param_group({"params": [np.zeros(1)]})
    with pytest.raises(ValueError, match="3 parameter groups, WarmupCosineLR numbers for 2: build it anew"):
        schedule.step()
    assert schedule.last_epoch == 0


TORCHS = [entry for entry in ZOO.values() if entry.referee.startswith("torch.")]


@pytest.mark.parametrize("entry", TORCHS, ids=lambda e: e.name)
def test_every_schedule_on_every_optimizer(entry):
    """What a schedule sets, and what it refuses (to cycle a momentum that is not there)."""
    accepted = 0
    for name, build in SCHEDULES.items():
        p, q = np.ones((2, 2)), torch.ones(2, 2)
        one, two = entry.cls([p], lr=0.1), getattr(torch.optim, entry.name)([q], lr=0.1)
        try:
            schedule = build(theirs, two)
        except (TypeError, ValueError, KeyError) as error:
            with pytest.raises(type(error)):
                build(ours, one)
            continue
        mine, accepted = build(ours, one), accepted + 1
        for _ in range(40):  # without gradients: settings are all that a schedule moves
            if entry.takes == "closure":
                one.step(lambda: (0.0, [np.zeros((2, 2))]))
                two.step(lambda: torch.tensor(0.0))
            else:
                one.step([None])
                two.step()
            mine.step()
            schedule.step()
            group = two.param_groups[0]
            for key in {"lr", "momentum", "betas"} & set(group):
                assert one.param_groups[0][key] == pytest.approx(group[key], rel=1e-12), name
    assert accepted >= 20
