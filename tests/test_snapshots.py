"""What stands around an optimizer is saved, damaged, pickled and copied: a refusal changes nothing."""

import copy
import json
import math
import pickle

import numpy as np
import pytest

from optedu import EMA, SAM, SGD, SWA, Adam, Lookahead
from optedu.training.accumulation import GradientAccumulator
from optedu.training.monitor import GradientNormMonitor
from optedu.training.precision import LossScaler

INF, NAN = math.inf, math.nan


def gradients(t, params):
    rng = np.random.default_rng(t)
    return [rng.standard_normal(p.shape) for p in params]


class Run:
    """A run of one thing, with all that belongs to it."""

    def __init__(self, make):
        rng = np.random.default_rng(7)
        self.params = [rng.standard_normal(3), rng.standard_normal((2, 2))]
        self.thing = make(self.params)

    def forward(self, first, last):
        for t in range(first, last):
            grads = gradients(t, self.params)
            if isinstance(self.thing, SAM):
                self.thing.step(lambda: (1.0, [g + p for g, p in zip(grads, self.params, strict=True)]))  # noqa: B023
            elif isinstance(self.thing, Lookahead):
                self.thing.step(grads)
            elif isinstance(self.thing, GradientNormMonitor):
                self.thing.update(grads if t % 7 else [100 * g for g in grads])
            elif isinstance(self.thing, LossScaler):
                self.thing.unscale_(grads if t % 11 else [g * INF for g in grads])
                self.thing.update()
            elif isinstance(self.thing, GradientAccumulator):
                self.thing.add(grads, weight=1 + t)
            else:
                for p, g in zip(self.params, grads, strict=True):
                    p -= 0.1 * g
                self.thing.update()

    def facts(self):
        thing = self.thing
        state = thing.state_dict() if hasattr(thing, "state_dict") else (thing.weight, thing.mean())
        return repr((state, [p.tolist() for p in self.params]))


THINGS = {
    "SAM": lambda w: SAM(SGD(w, lr=0.1, momentum=0.9), rho=0.1),
    "Lookahead": lambda w: Lookahead(Adam(w, lr=0.1), k=3),
    "EMA": lambda w: EMA(w, decay=0.9),
    "SWA": SWA,
    "monitor": lambda w: GradientNormMonitor(window=8, warmup=3, factor=5),
    "scaler": lambda w: LossScaler(init_scale=8.0, growth_interval=3),
    "accumulator": GradientAccumulator,
}
SAVED = {name: make for name, make in THINGS.items() if name != "accumulator"}
each = pytest.mark.parametrize("make", THINGS.values(), ids=THINGS)
each_saved = pytest.mark.parametrize("make", SAVED.values(), ids=SAVED)


def trained(make, steps=10):
    run = Run(make)
    run.forward(0, steps)
    return run


def go_on_as(one, two):
    before = one.facts()
    two.forward(10, 20)
    assert one.facts() == before
    one.forward(10, 20)
    assert one.facts() == two.facts() != before


@each
def test_a_copy_goes_on(make):
    run = trained(make)
    go_on_as(run, copy.deepcopy(run))


@each
def test_a_pickle_goes_on(make):
    run = trained(make)
    go_on_as(run, pickle.loads(pickle.dumps(run)))


@each_saved
def test_a_checkpoint_goes_on(make):
    run = trained(make)
    saved = pickle.loads(pickle.dumps((run.params, run.thing.state_dict())))
    other = Run(make)
    for p, q in zip(other.params, saved[0], strict=True):
        p[...] = q
    other.thing.load_state_dict(saved[1])
    go_on_as(run, other)


class Odd:
    """Of no use to anybody."""


def damages(old):
    """What an entry may have become on the way."""
    yield from (None, "x", "", [], {}, (), True, Odd(), 1j, NAN, INF, -1, 0.5, [None], np.ones(7), np.ones((2, 0)))
    if isinstance(old, (list, tuple)):
        yield from (old[:-1], [*old, *old[-1:]], [*old, 0.1], dict(enumerate(old)))
        yield from ([*old[:i], bad, *old[i + 1 :]] for i in range(len(old)) for bad in ("x", None, NAN, -1, True, [1]))
    if isinstance(old, dict):
        yield from ({**old, "more": 1}, *({k: v for k, v in old.items() if k != key} for key in old))
        yield from ({**old, key: bad} for key in old for bad in ("x", None, -1, NAN, {}, []))


def is_count(value, least=0):
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def is_number(value, low, high):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


LEGITIMATE = {
    "steps": is_count,
    "n_averaged": is_count,
    "step": lambda v: is_count(v, 10),
    "norms": lambda v: len(v) <= 10 and all(is_number(n, 0, 1e300) for n in v),
    "alarms": lambda v: not v,
    "scale": lambda v: is_number(v, 0, 1e38),
    "growth_factor": lambda v: is_number(v, 1.001, 1e38),
    "backoff_factor": lambda v: is_number(v, 1e-9, 0.999),
    "growth_interval": lambda v: is_count(v, 1),
    "_growth_tracker": lambda v: is_count(v) and v < 3,
}
"""Entries that may have other values, too: which."""


@each_saved
def test_every_damage_to_every_entry(make):
    saved, run, refused = trained(make).thing.state_dict(), trained(make, 4), 0
    assert refuses(run, {**saved, "more": 1}, [])
    for name, old in saved.items():
        assert refuses(run, {k: v for k, v in saved.items() if k != name}, [name])
        for new in damages(None if name == "optimizer" else old):  # what is inside is the optimizer's business
            if refuses(run, {**saved, name: new}, [] if name == "optimizer" else [name]):
                refused += 1
            else:
                assert name in LEGITIMATE and LEGITIMATE[name](new), f"{name}: {new!r:.80} was accepted"
                run = trained(make, 4)
    assert refused >= 15
    for thing in (None, 3, "state", [], {}):
        assert refuses(run, thing, ["state_dict"])


def refuses(run, state, words):
    before = run.facts()
    try:
        run.thing.load_state_dict(state)
    except (TypeError, ValueError) as error:
        assert run.facts() == before
        assert all(word in str(error) for word in words), f"{words} are not in {error!s:.200}"
        return True
    return False


@each_saved
def test_a_state_is_a_copy_on_both_ways(make):
    run = trained(make)
    saved = run.thing.state_dict()
    kept = repr(saved)
    run.forward(10, 20)
    assert repr(saved) == kept
    run.thing.load_state_dict(saved)
    for value in saved.values():
        for part in value if isinstance(value, list) else []:
            if isinstance(part, np.ndarray):
                part += 1
    assert repr(run.thing.state_dict()) == kept


def test_plain_numbers_go_through_json():
    for name in ("monitor", "scaler"):
        run, other = trained(SAVED[name]), Run(SAVED[name])
        other.thing.load_state_dict(json.loads(json.dumps(run.thing.state_dict())))
        other.params = copy.deepcopy(run.params)
        go_on_as(run, other)


def test_a_checkpoint_of_another_wrapper():
    one, two = trained(THINGS["Lookahead"]), Run(lambda w: SAM(Adam(w)))
    with pytest.raises(TypeError, match=r"the keys \['optimizer'\], as SAM saves it, got \['optimizer', 'slow'"):
        two.thing.load_state_dict(one.thing.state_dict())


def test_lookahead_checks_its_own_before_the_optimizers():
    run = trained(THINGS["Lookahead"])
    saved = trained(THINGS["Lookahead"], 4).thing.state_dict()
    del saved["optimizer"]["param_groups"][0]["lr"]
    assert refuses(run, saved, ["param_groups[0]", "lr", "missing"])
    run.thing.optimizer.add_param_group({"params": [np.zeros(1)]})  # past the wrapper
    assert refuses(run, trained(THINGS["Lookahead"]).thing.state_dict(), ["2 slow weights for 3 parameters"])
    before = run.facts()
    for action in (
        lambda: run.thing.step([*gradients(0, run.params), np.ones(1)]),
        lambda: run.thing.add_param_group({"params": [np.zeros(1)]}),
    ):
        with pytest.raises(ValueError, match="3 parameters, 2 slow: add groups to Lookahead itself"):
            action()
        assert run.facts() == before


# Nothing happens half-way


def closure_of(run, fails_at, error):
    calls = []

    def closure():
        calls.append(1)
        if len(calls) == fails_at:
            raise error
        return 1.0, [p.copy() for p in run.params]

    return closure


@pytest.mark.parametrize("error", [KeyError("x"), KeyboardInterrupt()])
@pytest.mark.parametrize("fails_at", [1, 2])
def test_sam_after_a_closure_that_fails(fails_at, error):
    run = trained(THINGS["SAM"])
    before = run.facts()
    with pytest.raises((KeyError, KeyboardInterrupt)):
        run.thing.step(closure_of(run, fails_at, error))
    assert run.facts() == before


@pytest.mark.parametrize("answer", [("1.0", "grads"), (None, "grads"), (1.0, None), (1.0, []), 1.0])
def test_sam_and_an_answer_that_does_not_fit(answer):
    run = trained(THINGS["SAM"])
    before, grads = run.facts(), [p.copy() for p in run.params]
    with pytest.raises((TypeError, ValueError)):
        run.thing.step(lambda: (answer[0], grads) if isinstance(answer, tuple) and answer[1] == "grads" else answer)
    assert run.facts() == before


def test_sam_whose_climb_fails_in_the_second_parameter():
    w = [np.ones(1), np.full(1, 1.7e308)]
    opt = SAM(SGD(w, lr=0.1), rho=1e308)
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="overflow"):
        opt.step(lambda: (1.0, [np.ones(1), np.ones(1)]))
    assert [p.tolist() for p in w] == [[1.0], [1.7e308]]


def test_sam_leaves_a_parameter_without_a_gradient_alone():
    w = [np.ones(2), np.ones(2)]
    opt = SAM(SGD(w, lr=0.5))
    w[1].flags.writeable = False
    opt.step(lambda: (1.0, [np.ones(2), None]))
    assert w[0].tolist() == [0.5, 0.5]


def test_lookahead_nothing_half_way():
    w = [np.ones(2), np.full(2, 1.7e308)]
    opt = Lookahead(SGD(w, lr=1.0), k=1)
    with np.errstate(all="raise"):
        opt.step([np.zeros(2), np.full(2, -1.7e308)])  # p overflows, and with it the slow weights
    assert opt.steps == 1 and np.isinf(opt.slow[1]).all()
    w[1].flags.writeable = False
    before = opt.slow[0].copy()
    with pytest.raises(ValueError, match=r"params\[1\] is read-only"):
        opt.step([np.ones(2), None])  # it would be set back
    assert opt.steps == 1 and (opt.slow[0] == before).all() and (w[0] == 1).all()


@pytest.mark.parametrize("cls", [EMA, SWA])
def test_averages_nothing_half_way(cls):
    w = [np.ones(2), np.full(2, 1.7e308)]
    average = cls(w)
    average.update()
    w[1][...] = -1.7e308
    with np.errstate(all="raise"):
        average.update()
    assert average.n_averaged == 2
    before = [p.copy() for p in w]
    w[1].flags.writeable = False
    with pytest.raises(ValueError, match=r"params\[1\] is read-only"), average.applied():
        pass
    assert all((p == q).all() for p, q in zip(w, before, strict=True))
