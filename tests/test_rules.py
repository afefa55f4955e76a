"""Rules by hand: the numbers that a reader would get on paper, and what makes a rule pure.

Gradients are chosen so that roots come out even: 3, 4, 12 for sums of squares (9, 25, 169),
2, 1, 1 for averages with alpha = 3/4 (always 1).
"""

from math import sqrt

import numpy as np
import pytest

from optedu import SGD, Adagrad, Adam, AdamW, RMSprop
from optedu.core.optimizer import keywords
from optedu.core.state import BY_RULE, Scalar

R7, R37 = sqrt(7), sqrt(37)  # 1 - (3/4)² = 7/16 and 1 - (3/4)³ = 37/64
HALF = dict(lr=1, betas=(0.5, 0.75), eps=0)  # Adam's averages m = v = 1 under the gradients 2, 1, 1


def case(name, cls, settings, start, grads, path):
    return pytest.param(cls, settings, start, grads, path, id=f"{cls.__name__}-{name}")


BY_HAND = [
    case("plain", SGD, dict(lr=0.1), 1, [1, 2, -1], [0.9, 0.7, 0.8]),
    case("decay", SGD, dict(lr=0.1, weight_decay=0.5), 1, [0, 0, 0], [0.95, 0.9025, 0.857375]),
    # buffer 1, 1.9, 2.71
    case("momentum", SGD, dict(lr=0.1, momentum=0.9), 0, [1, 1, 1], [-0.1, -0.29, -0.561]),
    # buffer 1, 0.9, 0.81: the answer to one kick
    case("impulse", SGD, dict(lr=1, momentum=0.9), 0, [1, 0, 0], [-1, -1.9, -2.71]),
    # buffer 1 (not 1/2), 1.4, 1.76
    case("dampening", SGD, dict(lr=0.1, momentum=0.9, dampening=0.5), 0, [1, 1, 1], [-0.1, -0.24, -0.416]),
    # step 1 + 0.9, 1 + 0.9 · 1.9, 1 + 0.9 · 2.71
    case("nesterov", SGD, dict(lr=0.1, momentum=0.9, nesterov=True), 0, [1, 1, 1], [-0.19, -0.461, -0.8049]),
    # the decay enters the buffer: 1.5, 2.175, 2.40375
    case("momentum-decay", SGD, dict(lr=0.1, momentum=0.5, weight_decay=0.5), 1, [1, 1, 1], [0.85, 0.6325, 0.392125]),
    # the gradient is negated before the decay is added: -1/2, not -3/2
    case("maximize-decay", SGD, dict(lr=0.1, weight_decay=0.5, maximize=True), 1, [1, 1, 1], [1.05, 1.0975, 1.142625]),
    # sums 1, 2, 3: the step dies as 1/√t
    case("constant", Adagrad, dict(lr=1, eps=0), 0, [1, 1, 1], [-1, -1 - 1 / sqrt(2), -1 - 1 / sqrt(2) - 1 / sqrt(3)]),
    case("roots", Adagrad, dict(lr=1, eps=0), 0, [3, 4, 12], [-1, -1 - 4 / 5, -1 - 4 / 5 - 12 / 13]),
    # eps outside the root: 3/(3+1), 4/(5+1), 12/(13+1)
    case("eps", Adagrad, dict(lr=1, eps=1), 0, [3, 4, 12], [-3 / 4, -3 / 4 - 2 / 3, -3 / 4 - 2 / 3 - 6 / 7]),
    # rates 1, 1/2, 1/3: the first step is not decayed
    case("lr_decay", Adagrad, dict(lr=1, lr_decay=1, eps=0), 0, [3, 4, 12], [-1, -1.4, -1.4 - 4 / 13]),
    # sums 16 + 9, + 144, + 7056 = 85²
    case(
        "initial", Adagrad, dict(lr=1, initial_accumulator_value=16, eps=0), 0, [3, 12, 84],
        [-3 / 5, -3 / 5 - 12 / 13, -3 / 5 - 12 / 13 - 84 / 85],
    ),
    # with the decay added the gradients are 3, 4, 12 again
    case("decay", Adagrad, dict(lr=1, weight_decay=0.5, eps=0), 2, [2, 3.5, 11.9], [1, 0.2, 0.2 - 12 / 13]),
    case("maximize", Adagrad, dict(lr=1, eps=0, maximize=True), 0, [3, 4, 12], [1, 1.8, 1.8 + 12 / 13]),
    # no correction: the first step is 1/√(1-α) = 2 learning rates
    case("first-step", RMSprop, dict(lr=1, alpha=0.75, eps=0), 0, [1, 1, 1], [-2, -2 - 4 / R7, -2 - 4 / R7 - 8 / R37]),
    case("default-first-step", RMSprop, dict(lr=1, eps=0), 0, [7, 0, 0], [-10, -10, -10]),
    case("eps", RMSprop, dict(lr=1, alpha=0.75, eps=1), 0, [2, 1, 1], [-1, -1.5, -2]),
    # scaled gradients 2, 1, 1 make the buffer 2, 2.8, 3.52
    case("momentum", RMSprop, dict(lr=0.1, alpha=0.75, eps=0, momentum=0.9), 0, [2, 1, 1], [-0.2, -0.48, -0.832]),
    # means 1/2, 5/8, 23/32; v - mean² = 3/4, 39/64, 495/1024
    case(
        "centered", RMSprop, dict(lr=1, alpha=0.75, eps=0, centered=True), 0, [2, 1, 1],
        [-4 / sqrt(3), -4 / sqrt(3) - 8 / sqrt(39), -4 / sqrt(3) - 8 / sqrt(39) - 32 / sqrt(495)],
    ),
    # eps is added after centering: 2/(√(3/4)+1)
    case(
        "centered-eps", RMSprop, dict(lr=1, alpha=0.75, eps=1, centered=True), 0, [2, 0, 0],
        [-4 / (sqrt(3) + 2)] * 3,
    ),
    case("decay", RMSprop, dict(lr=0.5, alpha=0.75, eps=0, weight_decay=0.5), 1, [1.5, 1, 1.25], [0, -0.5, -1]),
    case("maximize", RMSprop, dict(lr=1, alpha=0.75, eps=0, maximize=True), 0, [2, 1, 1], [2, 3, 4]),
    # under a constant gradient every step is the learning rate, from the first
    case("constant", Adam, dict(lr=0.125, eps=0), 0, [5, 5, 5], [-0.125, -0.25, -0.375]),
    # m̂ = 2, 4/3, 8/7 and v̂ = 4, 16/7, 64/37
    case("roots", Adam, HALF, 0, [2, 1, 1], [-1, -1 - R7 / 3, -1 - R7 / 3 - R37 / 7]),
    # eps outside the root and after the correction: 2/(2+1), (4/3)/(4/√7+1), (8/7)/(8/√37+1)
    case(
        "eps", Adam, {**HALF, "eps": 1}, 0, [2, 1, 1],
        [-2 / 3, -2 / 3 - 4 * R7 / 3 / (4 + R7), -2 / 3 - 4 * R7 / 3 / (4 + R7) - 8 * R37 / 7 / (8 + R37)],
    ),
    # the coupled decay is divided away: a parameter without gradient loses the whole learning rate
    case("coupled", Adam, dict(lr=0.125, weight_decay=0.001, eps=0), 1, [0], [0.875]),
    case("maximize", Adam, {**HALF, "maximize": True}, 0, [2, 1, 1], [1, 1 + R7 / 3, 1 + R7 / 3 + R37 / 7]),
    # v = 16, 49/4, 151/16, kept at 16; corrected by 1/4, 7/16, 37/64: steps 1, √7/16, √37/32.
    # A maximum taken after the correction would make them 1, 1/8, 1/8.
    case(
        "amsgrad", Adam, dict(lr=1, betas=(0, 0.75), eps=0, amsgrad=True), 0, [8, 1, 1],
        [-1, -1 - R7 / 16, -1 - R7 / 16 - R37 / 32],
    ),
    # without it: 1, 1/√28, √(37/604)
    case(
        "forgetting", Adam, dict(lr=1, betas=(0, 0.75), eps=0), 0, [8, 1, 1],
        [-1, -1 - 1 / sqrt(28), -1 - 1 / sqrt(28) - sqrt(37 / 604)],
    ),
    # a parameter without gradient shrinks by 1 - lr · weight_decay, and by nothing else
    case("zero-gradient", AdamW, dict(lr=0.1, weight_decay=0.5), 1, [0, 0, 0], [0.95, 0.9025, 0.857375]),
    # shrink first, then step: 0.95 - 0.1; after the step it would be 0.855
    case("order", AdamW, dict(lr=0.1, weight_decay=0.5, eps=0), 1, [3, 3, 3], [0.85, 0.7075, 0.572125]),
    case(
        "amsgrad", AdamW, dict(lr=1, betas=(0, 0.75), eps=0, weight_decay=0, amsgrad=True), 0, [8, 1, 1],
        [-1, -1 - R7 / 16, -1 - R7 / 16 - R37 / 32],
    ),
    case(
        "maximize", AdamW, dict(lr=0.1, weight_decay=0.5, eps=0, maximize=True), 1, [3, 3, 3],
        [1.05, 1.0975, 1.142625],
    ),
    case(
        "decoupled", Adam, dict(lr=0.1, weight_decay=0.5, eps=0, decoupled_weight_decay=True), 1, [3, 3, 3],
        [0.85, 0.7075, 0.572125],
    ),
]  # fmt: skip


@pytest.mark.parametrize("cls, settings, start, grads, path", BY_HAND)
def test_by_hand(cls, settings, start, grads, path):
    p = np.array([float(start)])
    opt = cls([p], **settings)
    for g, expected in zip(grads, path, strict=True):
        opt.step([np.array([float(g)])])
        assert p[0] == pytest.approx(expected, rel=1e-14, abs=1e-15)


STATES = [
    case("momentum", SGD, dict(momentum=0.9), 0, [1, 1, 1], {"momentum_buffer": [1, 1.9, 2.71]}),
    # the learning rate is not in the velocity, whatever it is
    case("velocity", SGD, dict(momentum=0.9, lr=7), 0, [1, 1, 1], {"momentum_buffer": [1, 1.9, 2.71]}),
    case("dampening", SGD, dict(momentum=0.9, dampening=1), 0, [1, 1, 1], {"momentum_buffer": [1, 0.9, 0.81]}),
    case("sum", Adagrad, dict(), 0, [3, 4, 12], {"sum": [9, 25, 169], "step": [1, 2, 3]}),
    case("average", RMSprop, dict(), 0, [1, 1, 1], {"square_avg": [0.01, 0.0199, 0.029701]}),
    case(
        "velocity", RMSprop, dict(lr=7, alpha=0.75, eps=0, momentum=0.9, centered=True), 0, [2, 0],
        {"momentum_buffer": [4 / sqrt(3), 3.6 / sqrt(3)], "grad_avg": [0.5, 0.375]},
    ),
    # The uncorrected ratio m/√v is 3.16, 4.25, 4.95 learning rates instead of 1.
    case(
        "averages", Adam, dict(), 0, [1, 1, 1],
        {"exp_avg": [0.1, 0.19, 0.271], "exp_avg_sq": [0.001, 0.001999, 0.002997001], "step": [1, 2, 3]},
    ),
    case(
        "amsgrad", Adam, dict(betas=(0, 0.75), amsgrad=True), 0, [8, 1, 8],
        {"exp_avg_sq": [16, 12.25, 25.1875], "max_exp_avg_sq": [16, 16, 25.1875]},
    ),
    case("decoupled", AdamW, dict(weight_decay=9), 5, [0, 1], {"exp_avg": [0, 0.1], "exp_avg_sq": [0, 0.001]}),
    case("coupled", Adam, dict(weight_decay=0.1), 5, [0], {"exp_avg": [0.05], "exp_avg_sq": [0.00025]}),
]  # fmt: skip


@pytest.mark.parametrize("cls, settings, start, grads, states", STATES)
def test_state_by_hand(cls, settings, start, grads, states):
    opt = cls([np.array([float(start)])], **settings)
    for t, g in enumerate(grads):
        opt.step([np.array([float(g)])])
        found = {name: float(np.squeeze(opt.state[0][name])) for name in states}
        assert found == pytest.approx({name: values[t] for name, values in states.items()}, rel=1e-13)


def test_uncorrected_ratio():
    """What the correction is for: without it, Adam's first steps are several times too long."""
    opt = Adam([np.zeros(1)])
    ratios = []
    for _ in range(3):
        opt.step([np.array([1e3])])
        ratios.append(float(opt.state[0]["exp_avg"][0] / np.sqrt(opt.state[0]["exp_avg_sq"][0])))
    assert ratios == pytest.approx([3.1623, 4.2496, 4.9502], abs=5e-5)


def test_spike_then_quiet():
    """After a spike AMSGrad keeps taking small steps where Adam forgets."""
    grads = [100.0] + [1.0] * 200
    moved = {}
    for amsgrad in (False, True):
        p = np.zeros(1)
        opt = Adam([p], lr=1, betas=(0, 0.9), amsgrad=amsgrad)
        for g in grads:
            before = p[0]
            opt.step([np.array([g])])
        moved[amsgrad] = before - p[0]
    # v is 1 again, its maximum is still 0.1 · 100²
    assert moved[False] == pytest.approx(1, rel=1e-3)
    assert moved[True] == pytest.approx(1 / sqrt(1000), rel=1e-3)


# A rule is a pure function of numbers


def three_steps(entry, settings, number):
    """All results of three calls of the rule itself, on numbers made by `number`."""
    opt = entry.cls([np.zeros(1)], **settings)
    group = opt.param_groups[0]
    rule, initial = opt.rule_for(group), opt.initial_state(np.zeros(1), group).values()
    p, results = number(1.5), []
    state = [
        None if v is None or v is BY_RULE else float(v) if isinstance(v, Scalar) else number(float(np.squeeze(v)))
        for v in initial
    ]
    for t, g in enumerate([2.0, -0.5, 0.25], 1):
        given = {**group, "t": t}
        p, *state = rule(number(g), p, *state, **{name: given[name] for name in keywords(rule)})
        results += [p, *state]
    return results


def numbers(results):
    return [None if r is None else float(np.squeeze(r)) for r in results]


def test_floats_and_arrays_agree(pure_entry):
    for settings in pure_entry.sample():
        plain = three_steps(pure_entry, settings, float)
        assert all(r is None or np.ndim(r) == 0 for r in plain)
        assert numbers(three_steps(pure_entry, settings, np.array)) == numbers(plain), settings
        assert numbers(three_steps(pure_entry, settings, lambda x: np.array([x]))) == numbers(plain), settings


def test_rules_do_not_change_their_inputs(pure_entry):
    def frozen(x):
        a = np.array([x])
        a.flags.writeable = False  # NumPy refuses to write here
        return a

    for settings in pure_entry.sample():
        three_steps(pure_entry, settings, frozen)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_rules_keep_the_dtype(pure_entry, dtype):
    if (pure_entry.name, dtype) == ("Sophia", "float16"):
        pytest.skip("its eps of 1e-12 is zero in float16")
    for settings in pure_entry.sample():
        for make in (lambda x: np.array([x], dtype), np.dtype(dtype).type):
            results = three_steps(pure_entry, settings, make)  # a state that is one number is Python's
            assert {r.dtype for r in results if not (r is None or type(r) is float)} == {np.dtype(dtype)}


def test_float32_with_numpy_scalars(entry):
    """np.float64(0.1) as a setting must not smuggle double precision into a float32 run."""
    runs = []
    for scalar in (float, np.float64):
        p = np.array([1.5, -0.5], np.float32)
        decay = {"weight_decay": scalar(0.3)} if "weight_decay" in entry.cls.settings else {}
        opt = entry.cls([p], lr=scalar(0.1), **decay)
        for t in range(1, 6):
            opt.param_groups[0]["lr"] = scalar(0.1) / t
            opt.step([np.array([t, -0.7 / t], np.float32)])
        arrays = [a for a in opt.state.get(0, {}).values() if isinstance(a, np.ndarray)]
        assert {a.dtype for a in [p, *arrays]} == {np.dtype("float32")}
        runs.append(np.concatenate([p, *arrays]))
    np.testing.assert_array_equal(*runs)
