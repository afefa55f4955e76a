"""A schedule is saved, damaged, pickled, copied, and refused: what is refused has changed nothing."""

import copy
import math
import pickle
from collections import Counter
from numbers import Integral, Real

import numpy as np
import pytest
from test_schedulers import SCHEDULES, optimizers, shown

import optedu
from optedu import lr_scheduler as ours
from optedu.zoo import ZOO


def falling(t):
    return 0.95**t


class Falling:
    """A factor with a state of its own, which lives in an object."""

    def __init__(self, rate=0.95):
        self.rate, self.calls = rate, 0

    def __call__(self, t):
        self.calls += 1
        return self.rate**t * (1 + 0.01 * self.calls)

    @staticmethod
    def again(t):
        return 1.0


OWN = {
    "warm-up, cosine": lambda m, o: m.WarmupCosineLR(o, 5, 90, 0.1),
    "warm-up, linear": lambda m, o: m.WarmupLinearLR(o, 5, 90),
    "inverse root": lambda m, o: m.InverseSqrtLR(o, 7),
    "stable": lambda m, o: m.WSDLR(o, 5, 90, 20),
    "an object": lambda m, o: m.LambdaLR(o, Falling()),
    "objects": lambda m, o: m.MultiplicativeLR(o, [Falling(0.9), falling]),
    "cyclic, an object": lambda m, o: m.CyclicLR(o, 0.01, 0.1, 15, scale_fn=Falling()),
    "plateau": lambda m, o: m.ReduceLROnPlateau(o, patience=2, cooldown=1),
    "plateau, max": lambda m, o: m.ReduceLROnPlateau(o, "max", 0.5, 1, threshold_mode="abs", min_lr=[0.01, 0.02]),
}
ALL = {**SCHEDULES, **OWN}
each = pytest.mark.parametrize("build", ALL.values(), ids=ALL)


def forward(schedule, first, last):
    """Steps of a run. (The parameters do not matter here.)"""
    schedule.optimizer.stepped = True
    for t in range(first, last):
        schedule.step(*([math.sin(t)] if isinstance(schedule, ours.ReduceLROnPlateau) else []))


def run(build, steps=12):
    groups = [{"params": [np.zeros(2)], "lr": 0.1 * (k + 1)} for k in range(2)]
    schedule = build(ours, optedu.SGD(groups, momentum=0.9))
    forward(schedule, 0, steps)
    return schedule


def facts(schedule):
    """What a schedule, its optimizer and its groups hold."""
    groups = [{k: v for k, v in group.items() if k != "params"} for group in schedule.optimizer.param_groups]
    return schedule.state_dict(), schedule.optimizer.state_dict(), groups, schedule.get_last_lr()


def everything(schedule):
    """All that a refused call must leave as it was, down to the last bit."""
    return repr(facts(schedule))


# Damage

COUNTS = ("num_bad_epochs", "cooldown_counter", "patience", "cooldown", "warmup_steps", "total_iters")
POSITIVE = ("_step_count", "step_size", "T_0", "T_max", "T_mult", "total_steps", "decay_steps")
FRACTIONS = ("factor", "start_factor", "end_factor", "min_factor", "step_ratio")
NUMBERS = ("gamma", "eta_min", "power", "total_size", "threshold", "eps", "best")
FOR_EACH = ("base_lrs", "_last_lr", "_lows", "max_lrs", "base_momentums", "max_momentums", "min_lrs")


def is_count(value, least=0):
    return isinstance(value, Integral) and not isinstance(value, bool) and least <= value < 1 << 63


def is_number(value, low=-math.inf, high=math.inf):
    return isinstance(value, Real) and not isinstance(value, bool) and low <= value <= high


def legitimate(path, state, new):
    """Whether an entry can be like that, by its name: said here a second time, in other words."""
    name, old = path[-1], at(state, path)
    if name == "last_epoch":  # not yet begun, in a sequence, or in one in one
        return is_count(new, least=-path.count("_schedulers"))
    if name in COUNTS or name in POSITIVE:
        return is_count(new, least=int(name in POSITIVE))
    if name in FRACTIONS:
        return is_number(new, 0, 1)
    if name in NUMBERS:
        return is_number(new)
    if name in FOR_EACH:
        return isinstance(new, (list, tuple)) and len(new) == len(old) and all(map(is_number, new))
    if name == "_milestones":
        return all(map(is_count, new)) and len(new) == len(old) and list(new) == sorted(new)
    if name == "milestones":
        return all(map(is_count, new))  # also without how often, as the constructor takes them
    if name == "momentum_key":
        return new in (None, "momentum")
    if name == "scale_fn" or "lr_lambdas" in path[:-1]:
        return (isinstance(new, dict) and all(isinstance(k, str) for k in new)) if old else new in (None, {})
    return type(new) is type(old) and repr(new) == repr(old)


class Odd:
    """Of no use to anybody."""


def damages(old):
    """What an entry may have become on the way."""
    yield from (None, "x", "", b"x", [], {}, (), True, Odd(), Odd, 1j, math.nan, -math.inf, -1, -3, 0.5, 10**400)
    yield from (np.array([0.1, 0.2]), np.zeros((0,)), np.float32("nan"), [None] * 2, [[0.1], [0.2]], falling)
    if isinstance(old, (int, float)):
        yield from (str(old), [old], np.array([old]))
        yield old + 0.25
    if isinstance(old, str):
        yield from (old + "x", old.upper(), old.encode(), [old])
    if isinstance(old, (list, tuple)):
        yield from (old[:-1], [*old, *old[-1:]], [*old, 0.1], dict(enumerate(old)), repr(old))
        yield from ([*old[:i], bad, *old[i + 1 :]] for i in range(len(old)) for bad in ("x", None, math.nan, True, [1]))
    if isinstance(old, dict):
        yield from ({**old, 3.5: 1}, {**old, "x": 1}, {**old, -1: 2}, list(old.items()))
        yield from ({**old, key: bad} for key in old for bad in ("x", None, -2, 0, 0.5, math.nan))


def places(state, path=()):
    """The way to each entry, also of the schedules inside."""
    for name, value in state.items():
        yield (*path, name)
        if name == "_schedulers":
            for i, inner in enumerate(value):
                yield from places(inner, (*path, name, i))
        if name == "lr_lambdas":
            yield from ((*path, name, i) for i in range(len(value)))


def at(state, path):
    for key in path:
        state = state[key]
    return state


def damaged(state, path, change):
    """A copy of the state, with the dictionary or list that holds an entry changed."""
    state = copy.deepcopy(state)
    change(at(state, path[:-1]), path[-1])
    return state


def refused(schedule, state, words):
    """Whether a state is refused: then with all the words, and nothing has been changed."""
    before = everything(schedule)
    try:
        schedule.load_state_dict(state)
    except (TypeError, ValueError) as error:
        assert everything(schedule) == before
        assert all(word in str(error) for word in words), f"{words} are not in {error!s:.200}"
        return True
    return False


@each
def test_every_damage_to_every_entry(build):
    state, schedule = run(build).state_dict(), run(build, 3)
    for path in places(state):
        old, name = at(state, path), [key for key in path if isinstance(key, str)][-1]
        for new in damages(old):
            bad = damaged(state, path, lambda holder, key, new=new: holder.__setitem__(key, new))
            if not refused(schedule, bad, [name]):
                assert legitimate(path, state, new), f"{path}: {new!r:.80} was accepted"
                schedule = run(build, 3)


@each
def test_entries_that_are_missing_or_unknown(build):
    state, schedule = run(build).state_dict(), run(build, 3)
    for path in places(state):
        less = damaged(state, path, lambda holder, key: holder.pop(key))
        assert refused(schedule, less, [path[-1], "lacks"] if isinstance(path[-1], str) else [path[-2]])
        if isinstance(path[-1], str):
            more = damaged(state, path, lambda holder, key: holder.update({key + "s": 1}))
            assert refused(schedule, more, [path[-1] + "s", "unknown"])


@each
@pytest.mark.parametrize("thing", [None, 3, "state", [], {}, {1: 2}])
def test_not_a_state(build, thing):
    assert refused(run(build, 3), thing, ["state_dict"])


@each
def test_a_state_is_a_copy_on_both_ways(build):
    schedule = run(build)
    state = schedule.state_dict()
    kept = copy.deepcopy(state)
    forward(schedule, 12, 15)
    assert state == kept
    schedule.load_state_dict(state)
    for path in reversed(list(places(state))):
        if isinstance(at(state, path), (list, dict)):
            at(state, path).clear()
    assert schedule.state_dict() == kept


@each
def test_every_entry_is_checked(build):
    """Declared, or a function or an inner schedule, whose parts are."""
    for schedule in run(build).family():
        for name in set(schedule.state_dict()) - set(schedule.settings) - set(schedule.progress):
            assert name in ("lr_lambdas", "_schedulers"), name


def test_states_of_other_schedules_are_refused():
    """Of some other settings, too: for each group, for each function."""
    schedule = ours.LambdaLR(optimizers("SGD")[0], falling)
    one = ours.LambdaLR(optedu.SGD([np.zeros(1)]), falling)
    assert refused(schedule, one.state_dict(), ["lr_lambdas", "1 entries", "2"])
    assert refused(schedule, ours.LambdaLR(optimizers("SGD")[0], Falling()).state_dict(), ["lr_lambdas", "no state"])
    one = ours.StepLR(optedu.SGD([np.zeros(1)]), 5)
    assert refused(ours.StepLR(optimizers("SGD")[0], 5), one.state_dict(), ["base_lrs has 1 entries"])
    adam, sgd = (ours.CyclicLR(optimizers(name)[0], 0.1, 0.2) for name in ("Adam", "SGD"))
    assert refused(sgd, adam.state_dict(), ["momentum_key", "betas", "SGD"])


def test_together():
    """Entries that are fine one by one."""
    o = optimizers("SGD")[0]
    for schedule, entries, word in [
        (ours.WarmupCosineLR(o, 5, 90), {"warmup_steps": 90}, "less than total_steps, got 90 and 90"),
        (ours.WSDLR(o, 5, 90, 20), {"decay_steps": 86}, "5 . 86 > 90"),
        (ours.OneCycleLR(o, 0.5, 50), {"total_steps": 51}, "do not go with total_steps 51"),
        (ours.OneCycleLR(o, 0.5, 50), {"last_epoch": 51}, "past the end"),
        (ours.CyclicLR(o, 0.1, 0.2), {"mode": "exp_range"}, "scale_mode cannot be 'cycle' if mode is 'exp_range'"),
        (ours.CyclicLR(o, 0.1, 0.2), {"base_lrs": [0.3, 0.3]}, "base_lrs and _lows differ"),
        (ours.ReduceLROnPlateau(o), {"num_bad_epochs": 3}, "at most last_epoch, got 3 and 0"),
    ]:
        before = everything(schedule)
        with pytest.raises(ValueError, match=word):
            schedule.load_state_dict({**schedule.state_dict(), **entries})
        assert everything(schedule) == before


@each
def test_resumed_from_a_checkpoint(build):
    """Also what `test_schedulers` does not have: objects as functions, our own schedules, the plateau."""
    straight = run(build)
    saved = pickle.loads(pickle.dumps((straight.optimizer.state_dict(), straight.state_dict())))
    forward(straight, 12, 40)
    resumed = run(build, 3)
    resumed.optimizer.load_state_dict(saved[0])
    resumed.load_state_dict(saved[1])
    forward(resumed, 12, 40)
    assert facts(resumed) == facts(straight)


def test_a_group_added_on_the_way_is_saved():
    def grown():
        optimizer, _ = optimizers("SGD")
        schedule = ours.StepLR(optimizer, 1, 0.5)
        forward(schedule, 0, 2)
        optimizer.add_param_group({"params": [np.zeros(1)], "lr": 0.3})
        return schedule

    for steps in (0, 1):  # its rate is known to the schedule after a step
        straight = grown()
        forward(straight, 2, 2 + steps)
        saved = straight.optimizer.state_dict(), straight.state_dict()
        forward(straight, 3, 6)
        resumed = grown()
        resumed.optimizer.load_state_dict(saved[0])
        resumed.load_state_dict(saved[1])
        forward(resumed, 3, 6)
        assert facts(resumed) == facts(straight)


# A constructor or a step that refuses


def broken(t):
    if t >= 0:
        raise KeyError("broken")


def later(at, result):
    """A factor that is of no use from step `at` on."""

    def factor(t):
        if t < at:
            return 0.9
        if isinstance(result, BaseException):
            raise result
        return result

    return factor


def inner(o):
    return [ours.ConstantLR(o, 0.1, 20), ours.ExponentialLR(o, 0.99)]


REFUSING = {
    "cyclic, scale_fn": lambda o: ours.CyclicLR(o, 0.2, 0.3, scale_fn=5),
    "cyclic, scale_fn fails": lambda o: ours.CyclicLR(o, 0.2, 0.3, scale_fn=broken),
    "cyclic, scale_fn is late": lambda o: ours.CyclicLR(o, 0.2, 0.3, scale_fn=lambda x: "a"),
    "cyclic, scale_fn is NaN": lambda o: ours.CyclicLR(o, 0.2, 0.3, scale_fn=lambda x: math.nan),
    "cyclic, last_epoch": lambda o: ours.CyclicLR(o, 0.2, 0.3, last_epoch="3"),
    "cyclic, gamma": lambda o: ours.CyclicLR(o, 0.2, 0.3, gamma="a"),
    "one cycle, last_epoch": lambda o: ours.OneCycleLR(o, 0.5, 50, last_epoch=-2),
    "one cycle, resumed": lambda o: ours.OneCycleLR(o, 0.5, 50, last_epoch=3),
    "one cycle, no rise": lambda o: ours.OneCycleLR(o, 0.5, 10, pct_start=0.1),
    "one cycle, anneal_strategy": lambda o: ours.OneCycleLR(o, 0.5, 10, anneal_strategy=[]),
    "lambda": lambda o: ours.LambdaLR(o, broken),
    "lambda, second": lambda o: ours.LambdaLR(o, [falling, broken]),
    "lambda, text": lambda o: ours.LambdaLR(o, lambda t: "a"),
    "lambda, none": lambda o: ours.LambdaLR(o, lambda t: None),
    "lambda, NaN": lambda o: ours.LambdaLR(o, lambda t: math.nan),
    "lambda, complex": lambda o: ours.LambdaLR(o, lambda t: 1j),
    "lambda, array": lambda o: ours.LambdaLR(o, lambda t: np.ones(2)),
    "step, last_epoch": lambda o: ours.StepLR(o, 3, last_epoch=-1.0),
    "step, resumed": lambda o: ours.StepLR(o, 3, last_epoch=3),
    "step, gamma": lambda o: ours.StepLR(o, 3, gamma=math.nan),
    "milestones": lambda o: ours.MultiStepLR(o, 3),
    "milestones, text": lambda o: ours.MultiStepLR(o, "3"),
    "plateau": lambda o: ours.ReduceLROnPlateau(o, factor=-0.5),
    "warm-up": lambda o: ours.WarmupCosineLR(o, 10, 10),
    "sequence, milestones": lambda o: ours.SequentialLR(o, [*inner(o), ours.StepLR(o, 3)], [20, 10]),
    "sequence, no list": lambda o: ours.SequentialLR(o, inner(o), 20),
    "sequence, no schedules": lambda o: ours.SequentialLR(o, 3, []),
    "sequence, last_epoch": lambda o: ours.SequentialLR(o, inner(o), [20], last_epoch=1.5),
    "sequence, one twice": lambda o: ours.SequentialLR(o, [*inner(o)] * 2, [5, 10, 15]),
    "sequence, stranger": lambda o: ours.SequentialLR(o, [*inner(o), ours.StepLR(optimizers("SGD")[0], 3)], [5, 9]),
    "chain, one twice": lambda o: ours.ChainedScheduler([*inner(o)] * 2),
    "chain, one twice inside": lambda o: (
        lambda s: ours.ChainedScheduler([s[0], ours.SequentialLR(o, s, [20])])
    )(inner(o)),
}  # fmt: skip


@pytest.mark.parametrize("build", REFUSING.values(), ids=REFUSING)
@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_a_constructor_that_refuses(build, name, monkeypatch):
    """The optimizer is as it was. What is built on the way is counted by its own constructor."""
    optimizer, _ = optimizers(name)
    seen = [repr(optimizer.param_groups)]
    for cls in (ours.ConstantLR, ours.ExponentialLR, ours.StepLR, ours.SequentialLR):

        def counted(self, *args, real=cls.__init__, **settings):
            real(self, *args, **settings)
            seen.append(repr(optimizer.param_groups))

        monkeypatch.setattr(cls, "__init__", counted)
    with pytest.raises((TypeError, ValueError, KeyError)):
        build(optimizer)
    assert repr(optimizer.param_groups) == seen[-1]


def test_a_sequence_that_refuses_leaves_its_schedules():
    optimizer, _ = optimizers("SGD")
    schedules = inner(optimizer)
    optimizer.add_param_group({"params": [np.zeros(1)]})  # of which they know nothing
    before = [everything(s) for s in schedules]
    with pytest.raises(KeyError, match="param_groups.2. has no 'initial_lr'"):
        ours.SequentialLR(optimizer, schedules, [20])
    assert [everything(s) for s in schedules] == before
    optimizer, _ = optimizers("SGD")
    schedules = [ours.LambdaLR(optimizer, Once()), ours.StepLR(optimizer, 3)]
    before = [everything(s) for s in schedules]
    with pytest.raises(RuntimeError, match="only once"):
        ours.SequentialLR(optimizer, schedules, [20])
    assert [everything(s) for s in schedules] == before


class Once:
    """Fails from the third call on: there are two groups."""

    calls = 0

    def __call__(self, t):
        type(self).calls += 1
        if type(self).calls > 2:
            raise RuntimeError("only once")
        return 1.0


@pytest.mark.parametrize("result", ["a", None, math.nan, 1j, np.ones(2), KeyError("x"), KeyboardInterrupt()])
def test_a_step_that_fails(result):
    """Nothing has been counted, in no schedule, and no rate has moved."""
    for build in (
        lambda o: ours.LambdaLR(o, [falling, later(5, result)]),
        lambda o: ours.MultiplicativeLR(o, later(5, result)),
        lambda o: ours.CyclicLR(o, 0.1, 0.2, 3, scale_fn=later(5, result), scale_mode="iterations"),
        lambda o: ours.ChainedScheduler([ours.StepLR(o, 1), ours.LambdaLR(o, later(5, result))]),
        lambda o: ours.SequentialLR(o, [ours.StepLR(o, 2), ours.LambdaLR(o, later(2, result))], [3]),
    ):
        schedule = build(optimizers("Adam")[0])
        forward(schedule, 0, 4)
        before = everything(schedule)
        for _ in range(2):
            with pytest.raises((TypeError, ValueError, KeyError, KeyboardInterrupt)):
                schedule.step()
            assert everything(schedule) == before


def test_a_plateau_that_refuses_and_a_group_that_came_later():
    optimizer, _ = optimizers("SGD")
    schedule = ours.ReduceLROnPlateau(optimizer, patience=0, min_lr=[0.01, 0.02])
    before = everything(schedule)
    with pytest.raises(TypeError, match="metrics must be a number, got 'a'"):
        schedule.step("a")
    optimizer.add_param_group({"params": [np.zeros(1)], "lr": 0.3})
    before = everything(schedule)
    with pytest.raises(ValueError, match="has 3 parameter groups, min_lr 2 values"):
        schedule.step(1.0)
    assert everything(schedule) == before

    optimizer, _ = optimizers("SGD")
    schedule = ours.ReduceLROnPlateau(optimizer, patience=0, min_lr=0.05)
    optimizer.add_param_group({"params": [np.zeros(1)], "lr": 0.3})
    schedule.step(1.0), schedule.step(1.0)
    assert [group["lr"] for group in optimizer.param_groups] == [0.05, 0.05, 0.05]


def test_labels_that_were_lost():
    optimizer, _ = optimizers("SGD")
    saved = optimizer.state_dict()
    schedule = ours.OneCycleLR(optimizer, 0.5, 50)
    optimizer.load_state_dict(saved)  # of before the schedule
    optimizer.stepped = True
    before = everything(schedule)
    with pytest.raises(KeyError, match="param_groups.0. has no 'initial_lr' any more"):
        schedule.step()
    assert everything(schedule) == before


def test_rates_become_plain_floats():
    optimizer, _ = optimizers("SGD")
    optimizer.param_groups[0]["lr"] = np.array(0.1)
    schedule = ours.LambdaLR(optimizer, lambda t: np.float32(0.5))
    rates = [*schedule.get_last_lr(), *(group["initial_lr"] for group in optimizer.param_groups)]
    assert [type(rate) for rate in rates] == [float] * 4
    assert type(optimizer.param_groups[0]["lr"]) is float


def test_a_schedule_of_no_steps():
    """The closed form, by which a sequence enters it, is what the recurrence does: nothing more."""
    for build in (lambda o: ours.LinearLR(o, 0.5, total_iters=0), lambda o: ours.PolynomialLR(o, 0)):
        optimizer, _ = optimizers("SGD")
        schedule = ours.SequentialLR(optimizer, [ours.ExponentialLR(optimizer, 0.9), build(optimizer)], [2])
        alone, _ = optimizers("SGD")
        build(alone)
        forward(schedule, 0, 3)
        assert shown(optimizer) == shown(alone)


def test_momentum_of_an_optimizer_in_a_wrapper():
    bare, inside = (optedu.SGD([np.zeros(1)], lr=0.1, momentum=0.9) for _ in range(2))
    one, two = ours.CyclicLR(bare, 0.1, 0.2, 3), ours.CyclicLR(optedu.Lookahead(inside), 0.1, 0.2, 3)
    forward(one, 0, 5)
    inside.stepped = True
    for _ in range(5):
        two.step()
    assert shown(bare) == shown(inside)


def test_milestones_that_are_counted_already():
    optimizer, _ = optimizers("SGD")
    assert ours.MultiStepLR(optimizer, Counter({3: 2})).milestones == {3: 2}


# Pickles and copies


NO_NAME = {name for name in SCHEDULES if name.split(",")[0] in ("lambda", "multiplicative")} | {
    "cyclic, own scale",
    "cyclic, no momentum",
}
PICKLED = {name: build for name, build in ALL.items() if name not in NO_NAME}


def trained(build, steps=12):
    """A schedule with an optimizer that has a past of its own."""
    schedule = run(build, 0)
    follow(schedule, 0, steps)
    return schedule


def follow(schedule, first, last):
    """Steps of both."""
    for t in range(first, last):
        rng = np.random.default_rng(t)
        schedule.optimizer.step([rng.standard_normal(2) for _ in range(2)])
        forward(schedule, t, t + 1)


def arrays(schedule):
    return [p.tolist() for group in schedule.optimizer.param_groups for p in group["params"]]


def goes_on_as(one, two):
    """Two runs that are to be the same, and have nothing in common."""
    assert one.optimizer is not two.optimizer
    before = everything(one), arrays(one)
    follow(two, 12, 40)
    assert (everything(one), arrays(one)) == before
    follow(one, 12, 40)
    assert everything(two) == everything(one) and arrays(two) == arrays(one)
    assert all(schedule.optimizer is two.optimizer for schedule in two.family())


@each
def test_a_copy_goes_on(build):
    schedule = trained(build)
    goes_on_as(schedule, copy.deepcopy(schedule))


@pytest.mark.parametrize("build", PICKLED.values(), ids=PICKLED)
def test_a_pickle_goes_on(build):
    schedule = trained(build)
    optimizer, again = pickle.loads(pickle.dumps((schedule.optimizer, schedule)))
    assert again.optimizer is optimizer
    goes_on_as(schedule, again)


@pytest.mark.parametrize("name", sorted(NO_NAME))
def test_a_function_without_a_name_is_refused(name):
    schedule = trained(ALL[name])
    which = r"(LambdaLR|MultiplicativeLR|CyclicLR) cannot be pickled: (lr_lambdas|scale_fn) has the function "
    with pytest.raises(TypeError, match=which + ".*<lambda>, which is not found in test_schedulers"):
        pickle.dumps(schedule)
    with pytest.raises(TypeError, match="has the function .*<lambda>"):
        pickle.dumps(ours.ChainedScheduler([schedule]))


def test_a_shallow_copy_shares_the_optimizer():
    schedule = trained(ALL["lambda"])
    other = copy.copy(schedule)
    assert other.optimizer is schedule.optimizer and other.state_dict() == schedule.state_dict()
    other.step()
    assert other.last_epoch == schedule.last_epoch + 1


def test_functions_that_are_found_by_name():
    """Also those of a class or an object; but not what has been replaced under its name."""
    optimizer = optedu.SGD([np.zeros(1)], lr=0.1)
    for factor in (falling, math.exp, Falling().__call__, Falling(), Falling.again):
        schedule = ours.LambdaLR(optimizer, factor)
        again = pickle.loads(pickle.dumps(schedule))
        optimizer.stepped = again.optimizer.stepped = True
        schedule.step(), again.step()
        assert again.state_dict() == schedule.state_dict()

    def falling_(t):
        return 1.0

    falling_.__qualname__ = "falling"
    with pytest.raises(TypeError, match="falling, which is not found in test_schedule_state by that name"):
        pickle.dumps(ours.LambdaLR(optimizer, falling_))


@pytest.mark.parametrize("entry", ZOO.values(), ids=ZOO)
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda run: pickle.loads(pickle.dumps(run))], ids=["copy", "pickle"])
def test_with_every_optimizer(entry, copied):
    """Both of a run go on, bit for bit, and the schedule of the copy moves the optimizer of the copy."""

    def forward(p, optimizer, schedule, first, last):
        for t in range(first, last):
            scale = 1 + math.sin(t)
            if entry.takes == "sparse":
                optimizer.step([optedu.SparseGrad(np.arange(2), scale * (p[:2] + 1))])
            elif entry.takes == "closure":
                optimizer.step(lambda s=scale: (s * float((p**2).sum()), [2 * s * p]))
            else:
                optimizer.step([scale * (p + 1)])
            schedule.step()

    p = np.arange(6.0).reshape(3, 2) / 6
    optimizer = entry.cls([p], lr=0.1)
    schedule = ours.SequentialLR(
        optimizer, [ours.LinearLR(optimizer, 0.5, total_iters=4), ours.CosineAnnealingLR(optimizer, 30)], [4]
    )
    forward(p, optimizer, schedule, 0, 6)
    q, twin, follower = copied((p, optimizer, schedule))
    assert follower.optimizer is twin and twin.param_groups[0]["params"][0] is q and q is not p
    before = p.copy()
    forward(q, twin, follower, 6, 15)
    assert (p == before).all()
    forward(p, optimizer, schedule, 6, 15)
    assert (p == q).all() and everything(follower) == everything(schedule) and follower.last_epoch == 15
