"""The walks of a rule with a class, and what only a class can do wrong."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from .exercise_form import Probe
from .rule_probes import NOISE, SPIKE, WAITING, ZEROS, Rule, Walk, arrays, finite, walks
from .sandbox import Unfit, called


def probes(rule: Rule) -> Iterator[Probe]:
    given = list(walks(rule))
    for walk in given:
        constant = replace(walk, changes={})
        yield Probe(walk.name, walk.why, partial(walked, constant), walk=constant, rule=rule)
    unusual = next(walk for walk in given if walk.name == "unusual settings")
    yield Probe("whose arrays", "what is changed in place, and what must not be", partial(_arrays, unusual))
    yield Probe(
        "the gradient arrays are used again",
        "memory that is the gradient itself",
        partial(walked, given[1], reuse=True),
    )
    yield Probe(
        "two groups", "the options of each group, and a change of them",
        partial(_groups, unusual), partial(_has_groups, unusual),
    )  # fmt: skip
    yield Probe(
        "groups that say a part", "settings that only one group has, that are zero, or that change later",
        partial(_partly, unusual), partial(_has_groups, unusual),
    )  # fmt: skip
    yield Probe("saved and resumed", "what is saved, and what is restored", partial(_resumed, unusual), _can_be_saved)
    yield Probe(
        "saved early", "a state that is not there yet must not be there after loading, either",
        partial(_saved_early, unusual), _can_be_saved,
    )  # fmt: skip
    yield Probe("no gradients at first", "a step in which nothing has a gradient may be the first one",
                partial(_late, unusual))  # fmt: skip
    yield Probe("zero_grad", "what is left of the gradients", partial(_zeroed, unusual), _clears)


def made(cls: type, params: list[Any], settings: Any) -> Any:
    """The optimizer; the arrays are in a list of its own, so that ours keeps what the model would see."""
    opt = called(cls, list(params), **settings)
    if not callable(getattr(opt, "step", None)):
        raise Unfit("The class has no method `step(grads)`.")
    return opt


def stepped(opt: Any, grads: list[Any], reuse: bool = False) -> list[Any]:
    """One step; the gradients that it was given, as they are now."""
    given = [None if g is None else g.copy() for g in grads]
    from numpy import errstate

    with errstate(all="ignore"):
        called(opt.step, list(given))
    for g in given:
        if reuse and g is not None:
            g[...] = 100.0
    return given


def walked(walk: Walk, cls: type, reuse: bool = False) -> Iterator[tuple[str, Any]]:
    params = arrays(walk.start, walk.alike)
    opt = made(cls, params, walk.settings)
    for k, grads in enumerate(walk.grads, 1):
        before = [p.copy() for p in params]
        stepped(opt, arrays(grads, walk.alike), reuse)
        for i, (p, old) in enumerate(zip(params, before, strict=True), 1):
            yield f"step {k}, tensor {i}", p
            if not finite(p):  # as with a function, what comes later can still tell
                p[...] = old


def _arrays(walk: Walk, cls: type) -> Iterator[tuple[str, Any]]:
    """After some steps: the arrays of the caller, and the gradients that were handed over."""
    params = arrays(walk.start)
    opt = made(cls, params, walk.settings)
    for k, grads in enumerate(SPIKE[:4], 1):
        for i, g in enumerate(stepped(opt, arrays(grads)), 1):
            yield f"step {k}, the caller's gradient array {i} afterwards", g
    for i, p in enumerate(params, 1):
        yield f"the caller's parameter array {i} after the steps", p


def _groups(walk: Walk, cls: type) -> Iterator[tuple[str, Any]]:
    """Three arrays in a group and one in another, with other settings or none; the first of each are of one shape."""
    params = [*arrays(walk.start), -arrays(walk.start)[0]]
    others = {key: moved(key, value) for key, value in walk.settings.items()}
    own = {key: moved(key, value) for key, value in others.items()}
    opt = made(cls, [{"params": params[:3], **own}, {"params": params[3:], **others}], walk.settings)
    for k, grads in enumerate(ZEROS, 1):
        if k == 4:
            opt.param_groups[1]["lr"] = 0.17
        if k == 6:
            opt.param_groups[0]["lr"] = 0.02
        if k == 8 and "weight_decay" in walk.settings:
            opt.param_groups[0]["weight_decay"] = 0.41
        given = arrays(grads)
        stepped(opt, [*given, given[0][::-1] + 0.3])
        for i, p in enumerate(params, 1):
            yield f"step {k}, tensor {i}", p
    params = [*arrays(walk.start), -arrays(walk.start)[0]]
    opt = made(cls, [{"params": params[:3], **own}, {"params": params[3:]}], walk.settings)
    for k, grads in enumerate(ZEROS[:4], 1):
        given = arrays(grads)
        if k == 2:
            opt.param_groups[1]["lr"] = 0.13
        stepped(opt, [*given, None if k == 1 else given[0][::-1] + 0.3])
        yield f"a group without settings of its own, whose gradients begin later; step {k}, tensor 4", params[3]


def _partly(walk: Walk, cls: type) -> Iterator[tuple[str, Any]]:
    """A group that has a rate alone, and one that has all else, with no decay; later each has other settings."""
    first, *others = arrays(walk.start)
    zeros = {key: 0.0 for key in ("weight_decay", "dampening") if key in walk.settings}
    rest = {key: moved(key, value) for key, value in walk.settings.items() if key != "lr"}
    opt = made(cls, [{"params": [first], "lr": 0.08}, {"params": others, **rest, **zeros}], walk.settings)
    for k, grads in enumerate(SPIKE, 1):
        for key, value in walk.settings.items() if k == 5 else ():
            opt.param_groups[0][key] = moved(key, moved(key, value))
            opt.param_groups[1][key] = moved(key, value) if key in zeros else value
        stepped(opt, arrays(grads))
        for i, p in enumerate((first, *others), 1):
            yield f"step {k}{', with other settings' if k > 4 else ''}, tensor {i}", p


def _late(walk: Walk, cls: type) -> Iterator[tuple[str, Any]]:
    """Nothing has a gradient in the first two steps; then the last array, of three axes, and later the others."""
    import numpy as np

    params = [*arrays(walk.start), np.stack([arrays(walk.start)[0], 0.3 * arrays(walk.start)[0]], axis=1)]
    opt = made(cls, params, walk.settings)
    for k, grads in enumerate(SPIKE, 1):
        given = arrays(grads)
        deep = np.stack([given[0][::-1], -0.7 * given[0]], axis=1)
        stepped(opt, [*(given if k > 4 else [None] * 3), None if k < 3 else deep])
        for i, p in enumerate(params, 1):
            yield f"step {k}, tensor {i}", p


def moved(key: str, value: Any) -> Any:
    """Another value of a setting, on the same side of 1; memories become longer, so that RAdam divides at all."""
    if key == "betas":
        return tuple(1 - 0.6 * (1 - beta) for beta in value)
    if isinstance(value, tuple):
        return tuple(moved("", v) for v in value)
    return 0.7 * value + (0.02 if value < 1 else 0.33)


def _resumed(walk: Walk, cls: type) -> Iterator[tuple[str, Any]]:
    """One is saved and goes on; what was saved is loaded into a new one and into one that has begun."""
    params = arrays(walk.start)
    opt = made(cls, params, walk.settings)
    for grads in WAITING[:5]:
        stepped(opt, arrays(grads))
    saved, points = opt.state_dict(), [p.copy() for p in params]
    for grads in SPIKE[:2]:
        stepped(opt, arrays(grads))
    for what, begun in (("a new one", 0), ("one that had begun", 2)):
        mine = [p.copy() for p in points]
        again = made(cls, mine, walk.settings)
        for early in SPIKE[:begun]:
            stepped(again, arrays(early))
        for p, point in zip(mine, points, strict=True):
            p[...] = point
        again.load_state_dict(saved)
        for k, later in enumerate(NOISE[:6], 6):
            for one in (again, opt):
                stepped(one, [None if g is None else 0.05 * g for g in arrays(later)])  # so that memory outweighs them
            for i, p in enumerate(mine, 1):
                yield f"resumed in {what} after step 5; step {k}, tensor {i}", p
        for i, p in enumerate(params, 1):
            yield f"the one that was saved goes on beside {what}; tensor {i}", p


def _saved_early(walk: Walk, cls: type) -> Iterator[tuple[str, Any]]:
    """Saved before any step, and while one array waits for its first gradient; loaded where both have begun."""
    for before in (0, 2):
        params = arrays(walk.start)
        opt = made(cls, params, walk.settings)
        for grads in SPIKE[:before]:
            stepped(opt, [*arrays(grads)[:2], None])
        saved, mine = opt.state_dict(), [p.copy() for p in params]
        again = made(cls, mine, walk.settings)
        for grads in SPIKE[1:4]:
            stepped(again, arrays(grads))
        for p, point in zip(mine, params, strict=True):
            p[...] = point
        again.load_state_dict(saved)
        for k, grads in enumerate(SPIKE[3:7], before + 1):
            stepped(again, arrays(grads))
            for i, p in enumerate(mine, 1):
                yield f"saved after step {before}, resumed; step {k}, tensor {i}", p


def _zeroed(walk: Walk, cls: type) -> Iterator[tuple[str, Any]]:
    """After each step the gradients are cleared, in torch's form: nothing else may change."""
    params = arrays(walk.start)
    opt = made(cls, params, walk.settings)
    for k, grads in enumerate(WAITING[:8], 1):
        stepped(opt, arrays(grads))
        for i, p in enumerate(params, 1):
            yield f"step {k}, tensor {i}", p
        before = [p.copy() for p in params]
        cleared = getattr(opt, "cleared", None)
        if cleared and not all(cleared()):
            raise Unfit("`zero_grad()` leaves a gradient: afterwards every `.grad` is to be None or zero.")
        if any((p != old).any() for p, old in zip(params, before, strict=True)):
            raise Unfit("`zero_grad()` changes a parameter: it is to clear the gradients, nothing else.")


def _clears(cls: type) -> bool:
    return hasattr(cls, "cleared")


def _has_groups(walk: Walk, cls: type) -> bool:
    try:
        return hasattr(cls(arrays(walk.start), **walk.settings), "param_groups")
    except Exception:
        return False


def _can_be_saved(cls: type) -> bool:
    return hasattr(cls, "state_dict") and hasattr(cls, "load_state_dict")
