"""What the tests of soundness share: an optimizer of one's own, and any one of the zoo with a past."""

import numpy as np

from optedu import Optimizer
from optedu.core import checks
from optedu.zoo import SparseGrad

SMALL, LARGE = 3, 100_000
"""Elements: of a small array, and of one of many blocks."""


def own(rule, p, *states, elementwise=..., **settings):
    """An optimizer with this rule, and states that start at zero; its settings are any numbers."""

    class Own(Optimizer):
        def initial_state(self, p, settings):
            return dict.fromkeys(states, 0.0)

    Own.rule = staticmethod(rule)
    Own.settings = dict.fromkeys(settings, checks.number)
    if elementwise is not ...:
        Own.elementwise = elementwise
    return Own(p if isinstance(p, list) else [p], settings)


def called(rule, g, p, *states, **settings):
    """The rule on copies."""
    results = rule(g.copy(), p.copy(), *(s.copy() for s in states), **settings)
    return [np.array(np.broadcast_to(new, p.shape), p.dtype) for new in results]


def ramp(n, dtype="float64"):
    """Numbers of both signs, none zero."""
    return (np.arange(n) % 7 - 3.5).astype(dtype)


def taken(entry, opt, seed):
    """One step of any optimizer of the zoo."""
    rng = np.random.default_rng(seed)

    def normal(*shape, p):
        return np.asarray(rng.standard_normal(shape)).astype(p.dtype)

    if entry.takes == "closure":
        opt.step(lambda: (sum(float((p * p).sum()) for p in opt.params), [(2 * p).astype(p.dtype) for p in opt.params]))
    elif entry.takes == "sparse":
        opt.step([SparseGrad(np.array([0, 2]), normal(2, *p.shape[1:], p=p)) for p in opt.params])
    else:
        opt.step([normal(*p.shape, p=p) for p in opt.params])


def stepped(entry, settings, large=False, dtype="float64"):
    """An optimizer of the zoo with a past of three steps."""
    rng = np.random.default_rng(0)
    shapes = [(4, 3), (200, 300)] if large else [(4, 3), (3, 3)]
    opt = entry.cls([rng.standard_normal(shape).astype(dtype) for shape in shapes], **settings)
    for seed in range(3):
        taken(entry, opt, seed)
    return opt


def everything(opt):
    """All numbers of an optimizer, settings and state, to the last bit."""
    return bits((opt.params, opt.state_dict(), opt.stepped))


def bits(value):
    """Equal for what is equal to the last bit, through lists and dictionaries."""
    if isinstance(value, dict):
        return {key: bits(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [bits(v) for v in value]
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    return type(value), repr(value)
