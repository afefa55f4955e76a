"""Snapshots of an optimizer, in torch's layout, and what it takes to accept one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import checks

if TYPE_CHECKING:
    from .optimizer import Optimizer

# Keys of a group that are not settings of a rule: a label, and what schedulers remember.
LABELS = {"name", "initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum"}
# torch's keys for how it computes, not what. They are dropped from a torch checkpoint.
TORCH_ONLY = {"foreach", "fused", "capturable", "differentiable", "param_names"}


class Scalar(float):
    """Initial value of a state that is one number for the whole parameter."""


class ByRule:
    """Marks a state that the rule itself brings into being, at its first step."""


BY_RULE = ByRule()


def copied(value: Any) -> Any:
    """A value of a state in memory of its own."""
    if isinstance(value, list):
        return [copied(v) for v in value]
    return value.copy() if isinstance(value, np.ndarray) else value


def begun(value: Any, p: np.ndarray) -> Any:
    """A fresh state of parameter `p` from its initial value."""
    if isinstance(value, Scalar):
        return float(value)
    if isinstance(value, (np.ndarray, list)):
        return copied(value)
    return np.full(p.shape, value, p.dtype)


def save(optimizer: "Optimizer") -> dict[str, Any]:
    """What `Optimizer.state_dict` returns."""
    groups, first = [], 0
    for group in optimizer.param_groups:
        last = first + len(group["params"])
        groups.append({**group, "params": list(range(first, last))})
        first = last
    state = {i: {name: copied(v) for name, v in s.items()} for i, s in optimizer.state.items() if s}
    return {"state": state, "param_groups": groups}


def read(optimizer: "Optimizer", state_dict: Any) -> tuple[list[dict[str, Any]], dict[int, dict[str, Any]]]:
    """Groups and state for `optimizer` from a checkpoint, or a clear refusal."""
    if not isinstance(state_dict, Mapping) or not {"state", "param_groups"} <= set(state_dict):
        raise TypeError("state_dict must be a dict with the keys 'state' and 'param_groups'")
    saved, states = state_dict["param_groups"], state_dict["state"]
    if not isinstance(saved, Sequence) or not all(isinstance(old, Mapping) for old in saved):
        raise TypeError(f"state_dict['param_groups'] must be a list of dicts, got {saved!r:.100}")
    if not isinstance(states, Mapping) or not all(isinstance(old, Mapping) for old in states.values()):
        raise TypeError(f"state_dict['state'] must be a dict of dicts, got {states!r:.100}")
    present = optimizer.param_groups
    if len(saved) != len(present):
        raise ValueError(f"state_dict has {len(saved)} parameter groups, the optimizer has {len(present)}")
    groups, order = [], []
    for k, (old, group) in enumerate(zip(saved, present, strict=True)):
        where = f"state_dict param_groups[{k}]"
        groups.append(_group(optimizer, where, old, group["params"]))
        order += old["params"]
    stray = [i for i in states if i not in order]
    if stray:
        raise ValueError(f"state_dict has state for {stray}, which no parameter group names")
    params = [(p, group) for group in groups for p in group["params"]]
    state = {
        i: optimizer._checked_state(f"state_dict state[{old}]", states[old], p, group)
        for i, ((p, group), old) in enumerate(zip(params, order, strict=True))
        if old in states
    }
    return groups, state


def _group(optimizer: "Optimizer", where: str, old: Mapping[str, Any], params: list[np.ndarray]) -> dict[str, Any]:
    if not isinstance(old.get("params"), Sequence):
        raise TypeError(f"{where} must have a list of indices as 'params', got {old.get('params')!r}")
    if len(old["params"]) != len(params):
        raise ValueError(f"{where} has {len(old['params'])} parameters, the optimizer has {len(params)}")
    unknown = set(old) - {"params", *optimizer.settings, *LABELS, *TORCH_ONLY}
    if unknown:
        raise ValueError(f"{where} has unknown keys {sorted(unknown, key=str)}: is it of another optimizer?")
    labels = {key: old[key] for key in LABELS if key in old}
    return {"params": params, **optimizer.checked(old, where), **labels}


def checked_state(where: str, saved: Mapping[str, Any], initial: dict[str, Any], p: np.ndarray) -> dict[str, Any]:
    """The state of one parameter, each entry like its initial value, or a clear refusal."""
    unknown = set(saved) - set(initial)
    if unknown:
        raise ValueError(f"{where} has unknown entries {sorted(unknown, key=str)}, expected {sorted(initial)}")
    needed = {name for name, value in initial.items() if value is not None and value is not BY_RULE}
    present = {name: value for name, value in saved.items() if value is not None or name == "step"}
    lacking = needed - set(present)
    if saved and lacking:
        raise ValueError(f"{where} lacks {sorted(lacking)}")
    return {name: _like(f"{where} {name}", value, initial[name], p) for name, value in present.items()}


def _like(where: str, value: Any, initial: Any, p: np.ndarray) -> Any:
    if where.endswith(" step"):
        return checks.whole(where, value)
    if isinstance(initial, list):
        if not isinstance(value, Sequence) or len(value) != len(initial):
            raise ValueError(f"{where} must be a list of {len(initial)} arrays, got {value!r:.100}")
        return [_like(f"{where}[{k}]", v, old, p) for k, (v, old) in enumerate(zip(value, initial, strict=True))]
    array = checks.array(where, value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{where} must hold real numbers, got {array.dtype}")
    if isinstance(initial, Scalar):
        return checks.number(where, array[()] if array.ndim == 0 else array)
    shape = initial.shape if isinstance(initial, np.ndarray) else p.shape
    if array.shape != shape:
        raise ValueError(f"{where} has shape {array.shape}, expected {shape}")
    return array.astype(p.dtype, order="C")
