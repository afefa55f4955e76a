"""The walks of a rule with a class, and what only a class can do wrong."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from .exercise_form import Probe
from .rule_probes import SPIKE, ZEROS, Rule, Walk, finite, walks
from .sandbox import Unfit, fits


def probes(rule: Rule) -> Iterator[Probe]:
    given = list(walks(rule))
    for walk in given:
        constant = Walk(walk.name, walk.why, walk.settings, walk.grads, walk.start)
        yield Probe(walk.name, walk.why, partial(_walk, constant))
    unusual = given[-1]
    yield Probe("whose arrays", "what is changed in place, and what must not be", partial(_arrays, unusual))
    yield Probe(
        "the gradient arrays are used again",
        "memory that is the gradient itself",
        partial(_walk, given[1], reuse=True),
    )
    yield Probe(
        "two groups", "the options of each group, and a change of them",
        partial(_groups, unusual), partial(_has_groups, unusual),
    )  # fmt: skip
    yield Probe("saved and resumed", "what is saved, and what is restored", partial(_resumed, unusual), _can_be_saved)


def _made(cls: type, params: Any, settings: Any) -> Any:
    fits(cls, params, **settings)
    opt = cls(params, **settings)
    if not callable(getattr(opt, "step", None)):
        raise Unfit("The class has no method `step(grads)`.")
    return opt


def _tensors(walk: Walk) -> list[Any]:
    import numpy as np

    return [np.array(tensor) for tensor in walk.start]


def _stepped(opt: Any, grads: Any, reuse: bool = False) -> list[Any]:
    """One step; the gradients that it was given, as they are now."""
    import numpy as np

    arrays = [None if g is None else np.array(g) for g in grads]
    fits(opt.step, arrays)
    with np.errstate(all="ignore"):
        opt.step(arrays)
    for g in arrays:
        if reuse and g is not None:
            g[...] = 100.0
    return arrays


def _walk(walk: Walk, cls: type, reuse: bool = False) -> Iterator[tuple[str, Any]]:
    params = _tensors(walk)
    opt = _made(cls, params, walk.settings)
    for k, grads in enumerate(walk.grads, 1):
        before = [p.copy() for p in params]
        _stepped(opt, grads, reuse)
        for i, (p, old) in enumerate(zip(params, before, strict=True), 1):
            yield f"step {k}, tensor {i}", p
            if not finite(p):  # as with a function, what comes later can still tell
                p[...] = old


def _arrays(walk: Walk, cls: type) -> Iterator[tuple[str, Any]]:
    params = _tensors(walk)
    opt = _made(cls, params, walk.settings)
    clean = True
    for grads in SPIKE:
        left = _stepped(opt, grads)
        clean = clean and all((a == g).all() for a, g in zip(left, map(_array, grads), strict=True))
    moved = all((p != q).any() for p, q in zip(params, _tensors(walk), strict=True))
    yield "the caller's parameter arrays have moved", moved
    yield "the caller's gradient arrays are as they were", clean


def _array(values: Any) -> Any:
    import numpy as np

    return np.array(values)


def _groups(walk: Walk, cls: type) -> Iterator[tuple[str, Any]]:
    params = _tensors(walk)
    fast = {"params": [params[1]], "lr": 3 * walk.settings["lr"]}
    if "weight_decay" in walk.settings:
        fast["weight_decay"] = 0.05
    opt = _made(cls, [{"params": [params[0]]}, fast], walk.settings)
    for k, grads in enumerate(ZEROS, 1):
        if k == 5:
            opt.param_groups[0]["lr"] = 0.02
        _stepped(opt, grads)
        for i, p in enumerate(params, 1):
            yield f"step {k}, tensor {i}", p


def _resumed(walk: Walk, cls: type) -> Iterator[tuple[str, Any]]:
    params = _tensors(walk)
    opt = _made(cls, params, walk.settings)
    for grads in SPIKE[:4]:
        _stepped(opt, grads)
    again = _made(cls, params, walk.settings)
    again.load_state_dict(opt.state_dict())
    for k, grads in enumerate(SPIKE[4:], 5):
        _stepped(again, grads)
        for i, p in enumerate(params, 1):
            yield f"resumed after step 4; step {k}, tensor {i}", p


def _has_groups(walk: Walk, cls: type) -> bool:
    try:
        return hasattr(cls(_tensors(walk), **walk.settings), "param_groups")
    except Exception:
        return False


def _can_be_saved(cls: type) -> bool:
    return hasattr(cls, "state_dict") and hasattr(cls, "load_state_dict")
