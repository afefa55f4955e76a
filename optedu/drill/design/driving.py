"""Run a reader's rule on prescribed gradients or down a bowl: paths and nothing else come out of it.

This is what happens in the child process, so nothing is judged here, and what the rule may replace is bound before.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..grader.child import Message
from ..grader.rule_probes import count
from ..grader.sandbox import FAILURES, TooLong, Unfit, arguments, sentence

RATE = 0.01
"""Learning rate of a run that does not say another, for a rule without a default."""

GUARD, GONE = 1e-6, 1e-200
"""A setting up to the first is a guard, except for lr; where guards are to be gone it is the second."""

array, asarray, zeros_like, isrealobj = np.array, np.asarray, np.zeros_like, np.isrealobj
quiet = np.errstate


@dataclass(frozen=True)
class Run:
    """One run of a rule.

    Attributes
    ----------
    start : array
        Where the parameter begins.
    grads : array of shape (steps, *start.shape), or None
        Prescribed gradients.
    hessian : array, or None
        Of a bowl ``p·H·p / 2``, whose gradients are taken where the parameter is.
    steps : int
    settings : dict
        Those that are not the defaults.
    bare : bool
        Guards are gone.
    """

    start: np.ndarray
    grads: np.ndarray | None = None
    hessian: np.ndarray | None = None
    steps: int = 0
    settings: dict[str, float] = field(default_factory=dict)
    bare: bool = False

    def gradient(self, t: int, p: np.ndarray) -> np.ndarray:
        """The gradient of step t, from 0 on, at p."""
        if self.grads is not None:
            return array(self.grads[t])
        assert self.hessian is not None
        return (self.hessian @ p.ravel()).reshape(p.shape)


@dataclass(frozen=True)
class Form:
    """What the signature of a rule says: how many states it has, which are absent, and its settings."""

    states: tuple[bool, ...]
    settings: dict[str, Any]
    counts: bool


def form_of(rule: Callable[..., Any]) -> Form:
    """The form of a rule.

    Raises
    ------
    Unfit
        If it is none: the sentence says why.
    """
    known = list(arguments(rule).values())
    places = [p for p in known if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if isinstance(rule, type) or [p.name for p in places[:2]] != ["g", "p"]:
        raise Unfit("A rule is a function whose first arguments are g and p.")
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in known):
        raise Unfit("Name each state and each setting: * and ** in a signature say too little.")
    absent = tuple(p.default is None for p in places[2:])
    if any(p.default is not p.empty and p.default is not None for p in places[2:]):
        raise Unfit("A state begins as zeros, so it has no default; settings come after a star, *.")
    named = {p.name: p.default for p in known if p.kind == p.KEYWORD_ONLY}
    if "lr" not in named:
        raise Unfit("The rule needs a setting lr, after a star: def rule(g, p, *, lr=0.01).")
    counts = "t" in named
    settings = {name: value for name, value in named.items() if name != "t"}
    if settings["lr"] is inspect.Parameter.empty:
        settings["lr"] = RATE
    lost = [name for name, value in settings.items() if value is inspect.Parameter.empty]
    if lost:
        raise Unfit(f"The setting `{lost[0]}` has no default.")
    return Form(absent, settings, counts)


def given(form: Form, run: Run) -> dict[str, Any]:
    """The settings of a run."""
    settings = dict(form.settings)
    for name, value in form.settings.items():
        if run.bare and name != "lr" and isinstance(value, float) and 0 < abs(value) <= GUARD:
            settings[name] = GONE
    return settings | {name: value for name, value in run.settings.items() if name in settings}


def path(rule: Callable[..., Any], form: Form, run: Run) -> Iterator[tuple[np.ndarray, int]]:
    """The parameter after each step, and how many numbers of state are kept."""
    p = array(run.start, dtype=np.float64)
    state: list[Any] = [None if absent else zeros_like(p) for absent in form.states]
    settings = given(form, run)
    with quiet(all="ignore"):
        for t in range(run.steps):
            more = {"t": t + 1} if form.counts else {}
            result = rule(
                array(run.gradient(t, p)), array(p), *(None if s is None else array(s) for s in state),
                **settings, **more,
            )  # fmt: skip
            new = result if isinstance(result, tuple | list) else (result,)
            if len(new) != len(state) + 1:
                raise Unfit(f"It returns {count(len(new))}; the new p and each of its states make {len(state) + 1}.")
            p = _real("p", new[0], p.shape)
            state = [None if s is None else _real("state", s, p.shape) for s in new[1:]]
            yield array(p), sum(0 if s is None else s.size for s in state)


def _real(what: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """A real array of the right shape; a state may be one number."""
    if value is None:
        raise Unfit(f"The new {what} is None.")
    found = asarray(value)
    if found.dtype.kind not in "biuf" or found.dtype.itemsize > 8 or not isrealobj(found):
        raise Unfit(f"The new {what} has the type {found.dtype}: an array of real numbers in float64 is asked for.")
    if found.shape != shape and (what == "p" or found.shape != ()):
        raise Unfit(f"The new {what} has the shape {found.shape}; p has {shape}.")
    return array(found, dtype=np.float64)


def driven(rule: Callable[..., Any], runs: Sequence[Run]) -> Iterator[Message]:
    """All runs, one after another, then the first two at once, so that what is kept between calls shows.

    The first message has the number of states, the next one the path of each run as nested lists.
    """
    form = form_of(rule)
    yield {"states": len(form.states)}
    for k, run in enumerate(runs):
        try:
            steps, most = [], 0
            for p, kept in path(rule, form, run):
                steps.append(p.tolist())
                most = max(most, kept)
            yield {"run": k, "path": steps, "kept": most}
        except FAILURES as error:
            yield {"run": k, "path": [], "kept": 0, "problem": sentence(error)}
            if isinstance(error, TooLong):
                return
    pairs = zip(path(rule, form, runs[0]), path(rule, form, runs[1]), strict=False)
    yield {"again": 0, "path": [one[0].tolist() for one, _ in pairs]}
