"""The one loop that all optimizers share: groups, settings, counters, checkpoints."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from operator import is_
from typing import Any, ClassVar, NamedTuple

import numpy as np

from . import checkpoint, checks
from .checkpoint import BY_RULE, LABELS, TORCH_ONLY, begun
from .checks import Check
from .sweep import BLOCK_BYTES, Rule, Sweep, called, frozen, numbers_in


@cache
def keywords(rule: Rule) -> tuple[str, ...]:
    """The settings that a rule asks for, by name."""
    import inspect  # here: it takes longer to import than all of optedu

    parameters = inspect.signature(rule).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


class Plan(NamedTuple):
    """What the settings of a group come down to, kept as long as they do not change."""

    settings: dict[str, Any]
    rule: Rule
    given: dict[str, Any]  # what the rule asks for; t, if it does, comes last
    numbers: list[float]  # all numbers of that, without t
    counted: bool  # the rule asks for t
    kind: tuple[Any, ...]  # equal for settings that ask for the same state and the same branches


class Ready(NamedTuple):
    """What is known of a parameter once it has all its state; it holds for one kind of settings and one state."""

    kind: tuple[Any, ...]
    state: dict[str, Any]
    names: tuple[str | None, ...]  # of the rule's arguments; None for what it does not get
    arrays: tuple[str, ...]  # those of them that are arrays
    numbers: tuple[str, ...]  # and numbers
    sweep: Sweep | None  # None: the rule sees whole arrays


class Optimizer:
    """Base of all optimizers.

    A subclass states what is its own and nothing else: its ``settings`` with a check for
    each, its ``rule``, and in `initial_state` the arrays that a parameter needs.

    Parameters
    ----------
    params : iterable of array, or iterable of dict
        Arrays of floats, changed in place; or groups, ``{"params": arrays, "lr": 0.1, ...}``,
        whose settings take precedence over the defaults.
    defaults : dict
        Value of every setting for groups that do not state it.

    Attributes
    ----------
    param_groups : list of dict
        The groups. Settings may be changed between steps; they are read, and checked, at
        each step.
    state : dict
        State of the i-th parameter (counted over all groups): arrays under torch's names,
        and ``step``, the number of steps that this parameter has taken.
    """

    settings: ClassVar[dict[str, Check]]
    rule: ClassVar[Rule]
    elementwise: ClassVar[bool] = True
    counts_steps: ClassVar[bool] = True

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "__init__" in cls.__dict__:
            cls.__init__ = _explaining(cls.__init__)  # type: ignore[method-assign]

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        self.defaults = self.checked(defaults)
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[int, dict[str, Any]] = {}
        self._plans: dict[int, tuple[tuple[Any, ...], Plan]] = {}
        self._ready: dict[int, Ready] = {}
        self._sweeps: dict[tuple[Any, ...], Sweep] = {}
        self._owners: set[int] = set()  # the memory that parameters look at
        self.stepped = False  # a scheduler warns when it is stepped first
        if isinstance(params, (np.ndarray, Mapping, str)) or not isinstance(params, Iterable):
            raise TypeError(f"params must be a list of arrays or of dicts, got {type(params).__name__}")
        groups = list(params)
        if not groups:
            raise ValueError("params is empty: there is nothing to optimize")
        if not all(isinstance(group, Mapping) for group in groups):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    # What a subclass says about itself

    def rule_for(self, settings: dict[str, Any]) -> Rule:
        """The rule to run under these settings."""
        return type(self).rule

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        """The state of a parameter, in the order of the rule's arguments, with initial values.

        A number fills an array of the parameter's shape, a `Scalar` stays one number, an
        array or a list of arrays is taken as it is. None stands for what the rule does not
        get under these settings, `BY_RULE` for what it makes itself.

        Parameters
        ----------
        p : array
            The parameter, for its shape and dtype.
        """
        return {}

    def check_together(self, settings: dict[str, Any]) -> None:
        """Refuse settings that are fine one by one but not together."""

    # The step

    def step(self, grads: Iterable[Any]) -> None:
        """Take one step.

        Parameters
        ----------
        grads : iterable of array or None
            One gradient for each parameter, in order over all groups, of its shape and
            dtype. None means that there is none: the parameter, its state and its counter
            stay as they are. (A gradient of zeros is a gradient.)

        Raises
        ------
        TypeError, ValueError
            If a gradient or a setting does not fit. Nothing has been changed then.
        """
        numbered = self._numbered()
        gradients = self._checked_gradients(grads, numbered)
        plans = [self._plan(k) for k in range(len(self.param_groups))]
        self.stepped = True
        work = []
        for (i, p, k), g in zip(numbered, gradients, strict=True):
            if g is not None:
                work.append((i, p, g, plans[k]))
        self._step_all(work)

    def _step_all(self, work: list[tuple[int, np.ndarray, np.ndarray, Plan]]) -> None:
        """The steps of all parameters that have a gradient; everything has been checked."""
        for one in work:
            self._step_one(*one)

    def _step_one(self, i: int, p: np.ndarray, g: np.ndarray, plan: Plan) -> None:
        """The step of one parameter: count, see to its state, sweep the rule over it."""
        ready = self._ready.get(i)
        if ready is None or ready.kind is not plan.kind or ready.state is not self.state.get(i):
            ready = self._made_ready(i, p, plan)
        state = ready.state
        if self.counts_steps:
            state["step"] += 1
        if plan.settings.get("maximize"):
            g = -g
        new = None
        if ready.sweep:
            numbers = [*map(state.__getitem__, ready.numbers), *plan.numbers]
            if plan.counted:
                numbers.append(state["step"])
            new = ready.sweep([g, p, *map(state.__getitem__, ready.arrays)], numbers)
        if new is None:
            self._call(p, g, plan, ready)
        elif new:
            state.update(zip(ready.numbers, new, strict=True))

    def _made_ready(self, i: int, p: np.ndarray, plan: Plan) -> Ready:
        initial = self._ensure_state(i, p, plan.settings)
        state = self.state[i]
        names = tuple(None if value is None else name for name, value in initial.items())
        if not self.elementwise or any(value is BY_RULE and n not in state for n, value in initial.items()):
            return Ready(plan.kind, state, names, (), (), None)  # (an array cannot be made block by block)
        values = [state.get(name) if name else None for name in names]
        known = [(n, v) for n, v in zip(names, values, strict=True) if n]
        arrays = tuple(n for n, v in known if isinstance(v, np.ndarray))
        numbers = tuple(n for n, v in known if not isinstance(v, np.ndarray))
        key = (plan.kind, arrays, numbers, p.dtype)
        if key not in self._sweeps:
            self._sweeps[key] = Sweep(plan.rule, values, plan.given, p.dtype)
        self._ready[i] = Ready(plan.kind, state, names, arrays, numbers, self._sweeps[key])
        return self._ready[i]

    def _call(self, p: np.ndarray, g: np.ndarray, plan: Plan, ready: Ready) -> None:
        """Have the rule itself called."""
        state = ready.state
        if plan.counted:
            plan.given["t"] = state["step"]
        old = [state.get(name) if name else None for name in ready.names]
        new = called(plan.rule, g, p, old, plan.given, BLOCK_BYTES if ready.sweep else None)
        for name, before, value in zip(ready.names, old, new, strict=True):
            if value is not before and name:
                state[name] = value

    def _ensure_state(self, i: int, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        """Bring missing state of parameter `i` into being and return `initial_state`."""
        state = self.state.setdefault(i, {})
        if self.counts_steps:
            state.setdefault("step", 0)
        initial = self.initial_state(p, settings)
        for name, value in initial.items():
            if value is not None and value is not BY_RULE and name not in state:
                state[name] = begun(value, p)
        return initial

    def _plan(self, k: int) -> Plan:
        """The plan of group `k`, made anew when one of its settings was replaced."""
        group, old = self.param_groups[k], self._plans.get(k)
        if old and all(map(is_, map(group.get, self.settings), old[0])):
            return old[1]
        seen = tuple(map(group.get, self.settings))  # None for a missing one: the check names it
        settings = self.checked(group, f"param_groups[{k}]")
        rule = self.rule_for(settings)
        given = {name: settings[name] for name in keywords(rule) if name in settings}
        kind = (rule, tuple((name, frozen(value)) for name, value in settings.items()))
        if old and old[1].kind == kind:
            kind = old[1].kind  # parameters compare by identity
        plan = Plan(settings, rule, given, numbers_in(given), "t" in keywords(rule), kind)
        if plan.counted:
            given["t"] = 1
        self._plans[k] = seen, plan
        return plan

    def _numbered(self) -> list[tuple[int, np.ndarray, int]]:
        """Index, array and group of every parameter."""
        found: list[tuple[int, np.ndarray, int]] = []
        for k, group in enumerate(self.param_groups):
            for p in group["params"]:
                found.append((len(found), p, k))
        return found

    def _checked_gradients(self, grads: Iterable[Any], numbered: list, name: str = "grads") -> list[np.ndarray | None]:
        if type(grads) is not list and (
            isinstance(grads, (np.ndarray, Mapping, str)) or not isinstance(grads, Iterable)
        ):
            raise TypeError(f"{name} must be a list with one gradient per parameter, got {type(grads).__name__}")
        grads = list(grads)
        if len(grads) != len(numbered):
            raise ValueError(f"{name} has {len(grads)} gradients for {len(numbered)} parameters")
        check = self._checked_gradient
        return [None if g is None else check(i, p, g, name) for (i, p, _), g in zip(numbered, grads, strict=True)]

    def _checked_gradient(self, i: int, p: np.ndarray, g: Any, name: str = "grads") -> np.ndarray:
        """The gradient of parameter `i` as an array that is not itself a parameter."""
        if not p.flags.writeable:
            checks.parameter(f"params[{i}]", p)
        if type(g) is not np.ndarray or g.dtype != p.dtype or g.shape != p.shape:
            g = checks.gradient(f"{name}[{i}]", g, p)
        # The gradient of x*y is (y, x): an array that is also a parameter would change under
        # our hands when that parameter moves.
        return g.copy() if id(g if g.base is None else g.base) in self._owners else g

    # Settings and groups

    def _checked_parameter(self, name: str, p: Any) -> np.ndarray:
        """A parameter that this optimizer can train, or a clear refusal."""
        return checks.parameter(name, p)

    def checked(self, group: Mapping[str, Any], where: str = "") -> dict[str, Any]:
        """The settings of `group` as plain Python values, or a clear refusal."""
        prefix = f"{where} " if where else ""
        settings = {}
        for name, check in self.settings.items():
            if name not in group:
                raise ValueError(f"{prefix}{name} is missing")
            settings[name] = check(prefix + name, group[name])
        self.check_together(settings)
        return settings

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Add a group of parameters; settings that it does not state are the defaults.

        Parameters
        ----------
        param_group : dict
            ``{"params": array or list of arrays, "lr": ..., ...}``.

        Raises
        ------
        TypeError, ValueError
            If a parameter is not a writeable array of floats, shares memory with another,
            or a setting is unknown or out of range. Nothing has been changed then.
        """
        where = f"param_groups[{len(self.param_groups)}]"
        if not isinstance(param_group, Mapping):
            raise TypeError(f"{where} must be a dict with the key 'params', got {type(param_group).__name__}")
        if "params" not in param_group:
            raise ValueError(f"{where} has no key 'params', only {sorted(param_group, key=str)}")
        unknown = set(param_group) - {"params", *self.settings, *LABELS}
        if unknown:
            _refuse_torch_only(unknown)
            known = f"{type(self).__name__} knows {sorted(self.settings)}"
            raise TypeError(f"{where} has unknown keys {sorted(unknown, key=str)}; {known}")
        params = param_group["params"]
        params = [params] if isinstance(params, np.ndarray) else params
        if isinstance(params, (str, Mapping, set)) or not isinstance(params, Iterable):
            raise TypeError(f"{where} params must be a list of arrays, got {type(params).__name__}")
        named = [(f"params[{i}]", p) for i, p, _ in self._numbered()]
        first = len(named)
        new = [self._checked_parameter(f"params[{first + j}]", p) for j, p in enumerate(params)]
        if not new:
            raise ValueError(f"{where} params is empty: there is nothing to optimize")
        checks.distinct([*named, *((f"params[{first + j}]", p) for j, p in enumerate(new))])
        labels = {key: param_group[key] for key in LABELS if key in param_group}
        settings = self.checked({**self.defaults, **param_group}, where)
        self.param_groups.append({"params": new, **settings, **labels})
        self._owners.update(id(p if p.base is None else p.base) for p in new)

    # Checkpoints

    def state_dict(self) -> dict[str, Any]:
        """A snapshot of settings and state, in torch's layout.

        Returns
        -------
        dict
            ``{"state": {index: {...}}, "param_groups": [{..., "params": [indices]}]}``.
            The arrays are copies: later steps do not change a snapshot. (torch's
            ``state_dict`` hands out its own tensors, which later steps do change.)
        """
        return checkpoint.save(self)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore settings and state from `state_dict`, ours or torch's.

        Arrays are copied and brought to the dtype of their parameter. The checkpoint is
        checked as a whole first.

        Parameters
        ----------
        state_dict : dict
            What `state_dict` returned, here or in ``torch.optim`` (tensors are read as arrays).

        Raises
        ------
        TypeError, ValueError
            If it does not fit these parameters. Nothing has been changed then.
        """
        self.param_groups, self.state = checkpoint.read(self, state_dict)
        self._plans, self._ready, self._sweeps = {}, {}, {}

    def _checked_state(self, where: str, saved: Mapping[str, Any], p: np.ndarray, settings: dict) -> dict[str, Any]:
        """The saved state of one parameter, or a clear refusal."""
        initial = self.initial_state(p, settings)
        if self.counts_steps:
            initial["step"] = checkpoint.Scalar(0)
        return checkpoint.checked_state(where, saved, initial, p)

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for k, group in enumerate(self.param_groups):
            shown = ", ".join(f"{key}={value!r}" for key, value in group.items() if key != "params")
            lines.append(f"  group {k}: {len(group['params'])} arrays, {shown}")
        return "\n".join([*lines, ")"])


def _refuse_torch_only(names: Iterable[str]) -> None:
    found = sorted(set(names) & TORCH_ONLY)
    if found:
        raise TypeError(f"{', '.join(found)}: says how torch computes, not what; there is one way here, leave it out")


def _explaining(init: Callable[..., None]) -> Callable[..., None]:
    """The same constructor, which says why it does not take torch's switches."""

    @wraps(init)
    def explaining(self: Optimizer, *args: Any, **settings: Any) -> None:
        _refuse_torch_only(settings)
        init(self, *args, **settings)

    return explaining
