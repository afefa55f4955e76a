"""What all optimizers share: groups, settings, counters, checkpoints, and the way of a gradient through a step."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from operator import is_
from typing import Any, ClassVar, NamedTuple

import numpy as np

from . import checkpoint, checks
from .checkpoint import LABELS, TORCH_ONLY
from .checks import Checks
from .reach import PLAIN
from .state import BY_RULE, Scalar, begun
from .sweep import Bound, Rule, Sweep, likeness, numbers_in, pattern
from .types import Grads, Params


@cache
def keywords(rule: Rule) -> tuple[str, ...]:
    """The settings that a rule asks for, by name."""
    import inspect  # here: it takes longer to import than all of optedu

    parameters = inspect.signature(rule).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


KINDS = 64
"""For so many kinds of parameters and settings sweeps are kept, with the memory that they need."""

NUMBERS = {int, float}
"""Types of the numbers in a state, as we keep them."""


class Plan(NamedTuple):
    """What the settings of a group come down to, kept as long as they do not change."""

    seen: tuple[Any, ...]  # the settings as they stood in the group
    settings: dict[str, Any]
    rule: Rule
    given: dict[str, Any]  # what the rule asks for; t, if it does, comes last
    numbers: list[float]  # all numbers of that, without t
    counted: bool  # the rule asks for t
    kind: tuple[Any, ...]  # equal for settings that ask for the same state and the same branches


class Slot:
    """A parameter with all its state, and the sweep that goes over it; for one kind of settings."""

    __slots__ = ("arrays", "bound", "kind", "numbers", "p", "state", "sweep")  # (read once a tensor)

    def __init__(
        self, kind: tuple[Any, ...], p: np.ndarray, state: dict[str, Any], arrays: dict[str, Any],
        numbers: tuple[str, ...], sweep: Sweep,
    ) -> None:  # fmt: skip
        self.kind, self.p, self.state, self.sweep = kind, p, state, sweep
        self.arrays = tuple(arrays.items())  # or None, where they are still to be made
        self.numbers = numbers  # the entries of the state that are numbers
        self.bound: Bound = {}  # what engines have prepared for these arrays

    def holds(self, kind: tuple[Any, ...], p: np.ndarray, state: dict[str, Any] | None) -> bool:
        """Whether it is still of these, and nobody has replaced a part of the state."""
        if self.kind is not kind or self.p is not p or self.state is not state:
            return False
        for name, array in self.arrays:  # (a loop takes half as long as `all` over a `map`)
            if self.state.get(name) is not array:
                return False
        return not self.numbers or NUMBERS.issuperset(map(type, map(self.state.get, self.numbers)))


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
    settings : dict, of the class
        Name of each setting, and the check that it has to pass: ``check(name, value)`` returns
        the value in plain form or raises.
    rule : callable, of the class
        Pure function of numbers, ``(g, p, *state, **settings) -> (p, *state)``. It asks for
        settings by keyword; ``t`` is the number of the step.
    elementwise : bool, optional, of the class
        Not stated: the rule is read, and swept over blocks if that shows that it does the same for
        each element; else it is called on whole arrays. True states that it may be called on
        blocks, False that it sees whole tensors (it takes a norm, say).
    counts_steps : bool, of the class
        Whether ``step`` is kept.
    shape_state : tuple of str, of the class
        Numbers among the settings on whose value the shapes of the state depend.
    """

    settings: ClassVar[Checks]
    rule: ClassVar[Rule]
    elementwise: ClassVar[bool | None] = None
    counts_steps: ClassVar[bool] = True
    shape_state: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "__init__" in cls.__dict__:
            cls.__init__ = _explaining(cls.__init__)  # type: ignore[method-assign]

    def __init__(self, params: Params, defaults: dict[str, Any]) -> None:
        self.defaults: dict[str, Any] = self.checked(defaults)
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[int, dict[str, Any]] = {}
        self.stepped: bool = False  # a scheduler warns when it is stepped first
        self._forget()
        if isinstance(params, (np.ndarray, Mapping, str)) or not isinstance(params, Iterable):
            raise TypeError(f"params must be a list of arrays or of dicts, got {type(params).__name__}")
        groups: list[Any] = list(params)
        if not groups:
            raise ValueError("params is empty: there is nothing to optimize")
        if not all(isinstance(group, Mapping) for group in groups):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def _forget(self) -> None:
        """Drop what can be made again: plans, slots, sweeps with their scratch memory."""
        self._plans: dict[int, Plan] = {}
        self._slots: dict[int, Slot] = {}
        self.sweeps: dict[tuple[Any, ...], Sweep] = {}
        self._spans: tuple[set[int], list[int], list[int]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        made = ("_plans", "_slots", "sweeps", "_spans")
        return {name: value for name, value in self.__dict__.items() if name not in made}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget()

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

    def check_parameter(self, name: str, p: Any) -> np.ndarray:
        """A parameter that this optimizer can train, or a clear refusal.

        Parameters
        ----------
        name : str
            For the message.
        p : Any
            What the caller has given.
        """
        return checks.parameter(name, p)

    def check_gradient(self, i: int, p: np.ndarray, g: Any, name: str = "grads") -> Any:
        """The gradient of a parameter as an array that shares no memory with parameters or state.

        Parameters
        ----------
        i, p : int, array
            The parameter and its number.
        g : Any
            What the caller has given.
        name : str
            What the list of gradients is called in a message.
        """
        if not p.flags.writeable:
            checks.parameter(f"params[{i}]", p)
        if type(g) is not np.ndarray or g.dtype != p.dtype or g.shape != p.shape:
            g = checks.gradient(f"{name}[{i}]", g, p)
        # The gradient of x*y is (y, x): an array that is also a parameter would change under
        # our hands when that parameter moves.
        owners, starts, ends = self._spans or self._spanned()
        if owners and g.flags.owndata:  # then nothing else lies there (to ask for an address takes a microsecond)
            return g.copy() if id(g) in owners else g
        low, high = checks.bounds(g)
        k = bisect_right(starts, low)
        if k < len(starts) and starts[k] < high or k and ends[k - 1] > low:
            return g.copy()
        return g

    # The step

    @property
    def params(self) -> list[np.ndarray]:
        """All parameters, in order."""
        return [p for group in self.param_groups for p in group["params"]]

    @property
    def numbered(self) -> list[tuple[int, np.ndarray, int]]:
        """Index, array and group of every parameter."""
        pairs = [(p, k) for k, group in enumerate(self.param_groups) for p in group["params"]]
        return [(i, p, k) for i, (p, k) in enumerate(pairs)]

    @np.errstate(all="ignore")
    def step(self, grads: Grads) -> None:
        """Take one step.

        Everything is checked, and all memory that stays is there, before the first number changes.
        A step that is interrupted then (from the keyboard, or because a rule of one's own raises)
        leaves the parameters before the one in hand with their step taken and counted, those after it
        untouched; the one in hand may have moved in part, and its step is not counted. NumPy's
        floating-point warnings are off: a number that overflows is inf, as in torch.

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
        if type(grads) is not list:
            grads = self._listed(grads, "grads")
        if len(self.sweeps) > KINDS or not all(sweep.sees.holds() for sweep in self.sweeps.values()):
            self._slots, self.sweeps = {}, {}
        count = sum(len(group["params"]) for group in self.param_groups)
        if count != len(grads):
            raise ValueError(f"grads has {len(grads)} gradients for {count} parameters")
        asked, new, i = [], [], 0
        slots, states, check, step_one = self._slots, self.state, self.check_gradient, self.step_one
        for k, group in enumerate(self.param_groups):
            plan = self.plan(k)
            for p in group["params"]:
                g = grads[i]
                if g is not None:
                    asked.append((i, p, g, plan))
                    slot = slots.get(i)
                    if slot is None or not slot.holds(plan.kind, p, states.get(i)):
                        new.append((i, p, plan))
                i += 1
        if new:
            self._spans = None  # there may be other arrays now
        work = [(i, p, check(i, p, g), plan) for i, p, g, plan in asked]
        for missing in new:
            self._make_slot(*missing)
        if self.step_all is not None:
            self.step_all(work)
        else:
            for one in work:
                step_one(*one)
        self.stepped = True

    step_all: ClassVar[Callable[..., None] | None] = None
    """Of an optimizer whose parameters move together, ``step_all(work)`` takes all steps at once. `work` has
    index, parameter, gradient and plan of each parameter that has a gradient; everything has been checked."""

    def step_one(self, i: int, p: np.ndarray, g: Any, plan: Plan) -> None:
        """The step of one parameter: sweep the rule over it, and count.

        Parameters
        ----------
        i, p : int, array
            The parameter and its number.
        g : Any
            Its gradient, as `check_gradient` returned it.
        plan : Plan
            Of its group: ``settings``, checked, ``rule``, and ``given``, what the rule asks for.
        """
        slot = self._slots[i]
        state, numbers = slot.state, plan.numbers
        if plan.settings.get("maximize"):
            g = -g
        if plan.counted:
            t = plan.given["t"] = state["step"] + 1
            numbers = [*numbers, t]
        slot.sweep.step(g, p, state, plan.given, numbers, slot.bound)
        if self.counts_steps:
            state["step"] += 1

    def _make_slot(self, i: int, p: np.ndarray, plan: Plan) -> None:
        initial = self.begin_state(i, p, plan.settings)
        state = self.state[i]
        begun = self._with_counter(initial)
        for name, value in begun.items():  # who changes a state may do so with anything
            if isinstance(value, Scalar) or value is not None and state.get(name) is not None:
                state[name] = checkpoint.fitting(f"state[{i}] {name}", state[name], value, p, copy=False)
        held = {name: None if value is None else state.get(name) for name, value in initial.items()}
        arrays = {n: v for n, v in held.items() if isinstance(v, np.ndarray) or v is None and initial[n] is not None}
        sweep = self.sweep(plan, held, p)
        numbers = tuple(name for name, value in begun.items() if isinstance(value, Scalar))
        self._slots[i] = Slot(plan.kind, p, state, arrays, numbers, sweep)
        self._spans = None

    def sweep(self, plan: Plan, state: Mapping[str, Any], p: np.ndarray) -> Sweep:
        """The rule of a plan, ready for a parameter with this state; kept.

        Parameters
        ----------
        plan : Plan
            Of a group.
        state : dict
            Name of each argument of the rule after ``g, p``, and its value.
        p : array
            The parameter, for its shape and dtype.
        """
        key = (plan.kind, *((name, likeness(value, p)) for name, value in state.items()), p.dtype)
        if key not in self.sweeps:
            self.sweeps[key] = Sweep(plan.rule, state, plan.given, p, self.elementwise)
        return self.sweeps[key]

    def begin_state(self, i: int, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        """Bring missing state of a parameter into being and return `initial_state`.

        Parameters
        ----------
        i, p : int, array
            The parameter and its number.
        """
        state = self.state.setdefault(i, {})
        if self.counts_steps:
            state.setdefault("step", 0)
        initial = self.initial_state(p, settings)
        for name, value in initial.items():
            if value is not None and value is not BY_RULE and name not in state:
                state[name] = begun(value, p)
        return initial

    def plan(self, k: int) -> Plan:
        """What the settings of a group come down to, checked; made anew when one of them has changed.

        Parameters
        ----------
        k : int
            Number of the group.
        """
        group, old = self.param_groups[k], self._plans.get(k)
        if old and old.seen and all(map(is_, map(group.get, self.settings), old.seen)):
            return old
        settings = self.checked(group, f"param_groups[{k}]")
        seen = tuple(map(group.get, self.settings))
        rule = self.rule_for(settings)
        given = {name: settings[name] for name in keywords(rule) if name in settings}
        kind = (rule, repr(pattern(settings)), *(settings[name] for name in self.shape_state))
        if old and old.kind == kind:
            kind = old.kind  # parameters compare by identity
        plan = Plan(_lasting(seen), settings, rule, given, numbers_in(given), "t" in keywords(rule), kind)
        if plan.counted:
            given["t"] = 1
        self._plans[k] = plan
        return plan

    def check_gradients(self, grads: Grads, name: str = "grads") -> list[Any]:
        """One checked gradient for each parameter, or None.

        Parameters
        ----------
        grads : iterable of array or None
            As for `step`.
        name : str
            What the list is called in a message.
        """
        grads, params = self._listed(grads, name), self.params
        if len(grads) != len(params):
            raise ValueError(f"{name} has {len(grads)} gradients for {len(params)} parameters")
        check = self.check_gradient
        return [None if g is None else check(i, p, g, name)
                for i, (p, g) in enumerate(zip(params, grads, strict=True))]  # fmt: skip

    def _listed(self, grads: Any, name: str) -> list[Any]:
        if isinstance(grads, (np.ndarray, Mapping, str)) or not isinstance(grads, Iterable):
            raise TypeError(f"{name} must be a list with one gradient per parameter, got {type(grads).__name__}")
        return list(grads)

    def _spanned(self) -> tuple[set[int], list[int], list[int]]:
        """Where in memory parameters and state lie: the identities of the arrays that own it, if arrays own all of
        it, and starts and ends of stretches, in order, none touching another."""
        held = [v for s in self.state.values() for value in s.values()
                for v in (value if isinstance(value, list) else [value]) if isinstance(v, np.ndarray)]  # fmt: skip
        starts: list[int] = []
        ends: list[int] = []
        for low, high in sorted(checks.bounds(a) for a in (*self.params, *held) if a.size):
            if ends and low <= ends[-1]:
                ends[-1] = max(ends[-1], high)
            else:
                starts.append(low)
                ends.append(high)
        owners = {id(checks.owner(a)) for a in (*self.params, *held)}
        self._spans = (set() if id(None) in owners else owners), starts, ends
        return self._spans

    # Settings and groups

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
        unknown = checkpoint.unknown_keys(param_group, self.settings)
        if unknown:
            _refuse_torch_only(unknown)
            known = f"{type(self).__name__} knows {sorted(self.settings)}"
            raise TypeError(f"{where} has unknown keys {unknown}; {known}")
        params = param_group["params"]
        params = [params] if isinstance(params, np.ndarray) else params
        if isinstance(params, (str, Mapping, set)) or not isinstance(params, Iterable):
            raise TypeError(f"{where} params must be a list of arrays, got {type(params).__name__}")
        named = [(f"params[{i}]", p) for i, p, _ in self.numbered]
        first = len(named)
        new = [self.check_parameter(f"params[{first + j}]", p) for j, p in enumerate(params)]
        if not new:
            raise ValueError(f"{where} params is empty: there is nothing to optimize")
        checks.distinct([*named, *((f"params[{first + j}]", p) for j, p in enumerate(new))])
        labels = {key: param_group[key] for key in LABELS if key in param_group}
        settings = self.checked({**self.defaults, **param_group}, where)
        self.param_groups.append({"params": new, **settings, **labels})
        self._spans = None

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
        return checkpoint.save(self.param_groups, self.state)

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
        self.param_groups, self.state = checkpoint.read(
            state_dict, self.param_groups, self.check_group, self.check_state
        )
        self._forget()

    def check_group(self, saved: Mapping[str, Any], where: str) -> dict[str, Any]:
        """The settings of a saved group, or a clear refusal.

        Parameters
        ----------
        saved : dict
            From a checkpoint.
        """
        unknown = [key for key in checkpoint.unknown_keys(saved, self.settings) if key not in TORCH_ONLY]
        if unknown:
            raise ValueError(f"{where} has unknown keys {unknown}: is it of another optimizer?")
        return self.checked(saved, where)

    def check_state(
        self, where: str, saved: Mapping[str, Any], p: np.ndarray, settings: dict[str, Any]
    ) -> dict[str, Any]:
        """The saved state of one parameter, or a clear refusal.

        Parameters
        ----------
        saved : dict
            From a checkpoint.
        p : array
            The parameter.
        """
        return checkpoint.checked_state(where, saved, self._with_counter(self.initial_state(p, settings)), p)

    def _with_counter(self, initial: dict[str, Any]) -> dict[str, Any]:
        return {**initial, "step": Scalar(0)} if self.counts_steps else initial

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for k, group in enumerate(self.param_groups):
            shown = ", ".join(f"{key}={value!r}" for key, value in group.items() if key != "params")
            lines.append(f"  group {k}: {len(group['params'])} arrays, {shown}")
        return "\n".join([*lines, ")"])


def _lasting(seen: tuple[Any, ...]) -> tuple[Any, ...]:
    """The settings if none can change without being replaced, as an array or a list can; else nothing."""
    flat = [item for value in seen for item in (value if type(value) is tuple else (value,))]
    return seen if all(type(item) in PLAIN for item in flat) else ()


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
