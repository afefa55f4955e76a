"""The one loop that all optimizers share: groups, settings, counters, checkpoints."""

import inspect
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np

from . import checks
from .checks import Check
from .sweep import Rule, sweep

# Keys of a group that are not settings of a rule: a label, and what schedulers remember.
LABELS = {"name", "initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum"}
# torch's keys for how it computes, not what. They are dropped from a torch checkpoint.
TORCH_ONLY = {"foreach", "fused", "capturable", "differentiable", "param_names"}


@cache
def keywords(rule: Rule) -> tuple[str, ...]:
    """The settings that a rule asks for, by name."""
    parameters = inspect.signature(rule).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


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
    counts_steps: ClassVar[bool] = True

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        self.defaults = self.checked(defaults)
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[int, dict[str, Any]] = {}
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

    def initial_state(self, settings: dict[str, Any]) -> dict[str, float | None]:
        """The state arrays in the order of the rule's arguments, each with its initial value.

        None stands for an array that the rule does not get under these settings (one that is
        left over from other settings is kept), NaN for one that the rule itself brings into being.
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
        gradients = self._checked_gradients(grads)
        plan = [self.checked(group, f"param_groups[{k}]") for k, group in enumerate(self.param_groups)]
        for (i, p, k), g in zip(self._numbered(), gradients, strict=True):
            if g is not None:
                self._step_one(i, p, g, plan[k])

    def _step_one(self, i: int, p: np.ndarray, g: np.ndarray, settings: dict[str, Any]) -> None:
        initial = self._ensure_state(i, p, settings)
        state = self.state[i]
        if self.counts_steps:
            state["step"] += 1
        if settings.get("maximize"):
            g = -g
        rule = self.rule_for(settings)
        given = {**settings, "t": state.get("step")}
        used = [None if value is None else state.get(n) for n, value in initial.items()]
        arrays = sweep(rule, g, p, used, {k: given[k] for k in keywords(rule)})
        state.update((n, a) for n, a in zip(initial, arrays, strict=True) if a is not None)

    def _ensure_state(self, i: int, p: np.ndarray, settings: dict[str, Any]) -> dict[str, float | None]:
        """Bring missing state arrays of parameter `i` into being and return `initial_state`."""
        state = self.state.setdefault(i, {})
        if self.counts_steps:
            state.setdefault("step", 0)
        initial = self.initial_state(settings)
        for name, value in initial.items():
            if value is not None and not math.isnan(value) and name not in state:
                state[name] = np.full(p.shape, value, p.dtype)
        return initial

    def _numbered(self) -> list[tuple[int, np.ndarray, int]]:
        """Index, array and group of every parameter."""
        pairs = [(p, k) for k, group in enumerate(self.param_groups) for p in group["params"]]
        return [(i, p, k) for i, (p, k) in enumerate(pairs)]

    def _checked_gradients(self, grads: Iterable[Any]) -> list[np.ndarray | None]:
        if isinstance(grads, (np.ndarray, Mapping, str)) or not isinstance(grads, Iterable):
            raise TypeError(f"grads must be a list with one gradient per parameter, got {type(grads).__name__}")
        grads = list(grads)
        numbered = self._numbered()
        if len(grads) != len(numbered):
            raise ValueError(f"grads has {len(grads)} gradients for {len(numbered)} parameters")
        owners = {id(p if p.base is None else p.base) for _, p, _ in numbered}
        checked: list[np.ndarray | None] = []
        for (i, p, _), value in zip(numbered, grads, strict=True):
            if value is None:
                checked.append(None)
                continue
            checks.parameter(f"params[{i}]", p)
            g = checks.gradient(f"grads[{i}]", value, p)
            # The gradient of x*y is (y, x): an array that is also a parameter would change
            # under our hands when that parameter moves.
            checked.append(g.copy() if id(g if g.base is None else g.base) in owners else g)
        return checked

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
        unknown = set(param_group) - {"params", *self.settings, *LABELS}
        if unknown:
            raise TypeError(f"{where} has unknown keys {sorted(unknown, key=str)}; {type(self).__name__} knows {sorted(self.settings)}")
        params = param_group["params"]
        params = [params] if isinstance(params, np.ndarray) else params
        if isinstance(params, (str, Mapping, set)) or not isinstance(params, Iterable):
            raise TypeError(f"{where} params must be a list of arrays, got {type(params).__name__}")
        named = [(f"params[{i}]", p) for i, p, _ in self._numbered()]
        first = len(named)
        new = [checks.parameter(f"params[{first + j}]", p) for j, p in enumerate(params)]
        if not new:
            raise ValueError(f"{where} params is empty: there is nothing to optimize")
        checks.distinct([*named, *((f"params[{first + j}]", p) for j, p in enumerate(new))])
        labels = {key: param_group[key] for key in LABELS if key in param_group}
        settings = self.checked({**self.defaults, **param_group}, where)
        self.param_groups.append({"params": new, **settings, **labels})

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
        groups, first = [], 0
        for group in self.param_groups:
            last = first + len(group["params"])
            groups.append({**group, "params": list(range(first, last))})
            first = last
        state = {i: {name: _copied(v) for name, v in s.items()} for i, s in self.state.items() if s}
        return {"state": state, "param_groups": groups}

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
        if not isinstance(state_dict, Mapping) or not {"state", "param_groups"} <= set(state_dict):
            raise TypeError("state_dict must be a dict with the keys 'state' and 'param_groups'")
        saved, states = state_dict["param_groups"], state_dict["state"]
        if not isinstance(saved, Sequence) or not all(isinstance(old, Mapping) for old in saved):
            raise TypeError(f"state_dict['param_groups'] must be a list of dicts, got {saved!r:.100}")
        if not isinstance(states, Mapping) or not all(isinstance(old, Mapping) for old in states.values()):
            raise TypeError(f"state_dict['state'] must be a dict of dicts, got {states!r:.100}")
        if len(saved) != len(self.param_groups):
            raise ValueError(f"state_dict has {len(saved)} parameter groups, the optimizer has {len(self.param_groups)}")
        groups, order = [], []
        for k, (old, group) in enumerate(zip(saved, self.param_groups, strict=True)):
            where = f"state_dict param_groups[{k}]"
            if not isinstance(old.get("params"), Sequence):
                raise TypeError(f"{where} must have a list of indices as 'params', got {old.get('params')!r}")
            if len(old["params"]) != len(group["params"]):
                raise ValueError(f"{where} has {len(old['params'])} parameters, the optimizer has {len(group['params'])}")
            unknown = set(old) - {"params", *self.settings, *LABELS, *TORCH_ONLY}
            if unknown:
                raise ValueError(f"{where} has unknown keys {sorted(unknown, key=str)}: is it of another optimizer?")
            labels = {key: old[key] for key in LABELS if key in old}
            groups.append({"params": group["params"], **self.checked(old, where), **labels})
            order += old["params"]
        stray = [i for i in states if i not in order]
        if stray:
            raise ValueError(f"state_dict has state for {stray}, which no parameter group names")
        state = {
            i: self._checked_state(f"state_dict state[{old}]", states[old], p, groups[k])
            for (i, p, k), old in zip(self._numbered(), order, strict=True)
            if old in states
        }
        self.param_groups, self.state = groups, state

    def _checked_state(self, where: str, saved: Mapping[str, Any], p: np.ndarray, settings: dict) -> dict[str, Any]:
        initial = self.initial_state(settings)
        allowed = {*initial, "step"} if self.counts_steps else set(initial)
        needed = {n for n, value in initial.items() if value is not None and not math.isnan(value)} | allowed & {"step"}
        unknown = set(saved) - allowed
        if unknown:
            raise ValueError(f"{where} has unknown entries {sorted(unknown, key=str)}, expected {sorted(allowed)}")
        lacking = needed - {name for name, value in saved.items() if value is not None or name == "step"}
        if saved and lacking:
            raise ValueError(f"{where} lacks {sorted(lacking)}")
        state: dict[str, Any] = {}
        for name, value in saved.items():
            if name == "step":
                state[name] = checks.count(f"{where} step", value)
            elif value is not None:
                array = checks.array(f"{where} {name}", value)
                if array.dtype.kind not in "fiu":
                    raise TypeError(f"{where} {name} must hold real numbers, got {array.dtype}")
                if array.shape != p.shape:
                    raise ValueError(f"{where} {name} has shape {array.shape}, its parameter has {p.shape}")
                state[name] = array.astype(p.dtype, order="C")
        return state

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for k, group in enumerate(self.param_groups):
            shown = ", ".join(f"{key}={value!r}" for key, value in group.items() if key != "params")
            lines.append(f"  group {k}: {len(group['params'])} arrays, {shown}")
        return "\n".join([*lines, ")"])


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value
