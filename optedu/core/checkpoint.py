"""Snapshots of an optimizer, in torch's layout, and what it takes to accept one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import checks
from .state import BY_RULE, Scalar, copied

Group = dict[str, Any]
State = dict[int, dict[str, Any]]

# Keys of a group that are not settings of a rule: a label, and what schedulers remember.
LABELS = {"name", "initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum"}
# torch's keys for how it computes, not what. They are dropped from a torch checkpoint.
TORCH_ONLY = {"foreach", "fused", "capturable", "differentiable", "param_names"}


def save(param_groups: Sequence[Group], state: State) -> dict[str, Any]:
    """What `Optimizer.state_dict` returns."""
    groups, first = [], 0
    for group in param_groups:
        last = first + len(group["params"])
        groups.append({**group, "params": list(range(first, last))})
        first = last
    return {
        "state": {i: {name: copied(v) for name, v in s.items()} for i, s in state.items() if s},
        "param_groups": groups,
    }


def read(
    state_dict: Any, present: Sequence[Group], check_group: Callable[[Mapping[str, Any], str], Group],
    check_state: Callable[..., dict[str, Any]],
) -> tuple[list[Group], State]:  # fmt: skip
    """Groups and state from a checkpoint, or a clear refusal.

    Parameters
    ----------
    present : list of dict
        The groups of the optimizer that is to go on.
    check_group : callable
        ``(group, where)`` to settings.
    check_state : callable
        ``(where, saved, p, group)`` to the state of a parameter.
    """
    if not isinstance(state_dict, Mapping) or not {"state", "param_groups"} <= set(state_dict):
        raise TypeError("state_dict must be a dict with the keys 'state' and 'param_groups'")
    saved, states = state_dict["param_groups"], state_dict["state"]
    if not isinstance(saved, Sequence) or not all(isinstance(old, Mapping) for old in saved):
        raise TypeError(f"state_dict['param_groups'] must be a list of dicts, got {saved!r:.100}")
    if not isinstance(states, Mapping) or not all(isinstance(old, Mapping) for old in states.values()):
        raise TypeError(f"state_dict['state'] must be a dict of dicts, got {states!r:.100}")
    if len(saved) != len(present):
        raise ValueError(f"state_dict has {len(saved)} parameter groups, the optimizer has {len(present)}")
    groups, order = [], []
    for k, (old, group) in enumerate(zip(saved, present, strict=True)):
        where = f"state_dict param_groups[{k}]"
        order += _indices(where, old.get("params"), len(group["params"]))
        labels = {key: checked_label(f"{where} {key}", old[key]) for key in LABELS if key in old}
        groups.append({"params": group["params"], **check_group(old, where), **labels})
    if len(set(order)) < len(order):
        raise ValueError(f"state_dict names a parameter twice in its groups: {order!r:.100}")
    stray = [i for i in states if i not in order]
    if stray:
        raise ValueError(f"state_dict has state for {stray!r:.100}, which no parameter group names")
    params = [(p, group) for group in groups for p in group["params"]]
    state = {
        i: check_state(f"state_dict state[{old}]", states[old], p, group)
        for i, ((p, group), old) in enumerate(zip(params, order, strict=True))
        if old in states
    }
    return groups, state


def checked_label(where: str, value: Any) -> Any:
    """What is no setting but kept in a group: a name, or what schedulers remember."""
    if not where.endswith(" name"):
        return checks.number(where, value)
    if not isinstance(value, str):
        raise TypeError(f"{where} must be a text, got {value!r:.100}")
    return value


def _indices(where: str, saved: Any, expected: int) -> list[int]:
    if not isinstance(saved, Sequence) or isinstance(saved, (str, bytes)):
        raise TypeError(f"{where} must have a list of indices as 'params', got {saved!r:.100}")
    if len(saved) != expected:
        raise ValueError(f"{where} has {len(saved)} parameters, the optimizer has {expected}")
    return [checks.count(f"{where} params[{k}]", i) for k, i in enumerate(saved)]


def unknown_keys(group: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Any]:
    """Keys of a group that are neither settings nor labels."""
    return sorted(set(group) - {"params", *settings, *LABELS}, key=str)


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
    return {name: fitting(f"{where} {name}", value, initial[name], p) for name, value in present.items()}


def fitting(where: str, value: Any, initial: Any, p: np.ndarray, copy: bool = True) -> Any:
    """One entry of a state as its initial value is, or a clear refusal."""
    if where.endswith(" step"):
        return checks.whole(where, value)
    if isinstance(initial, list):
        if not isinstance(value, Sequence) or len(value) != len(initial):
            raise ValueError(f"{where} must be a list of {len(initial)} arrays, got {value!r:.100}")
        return [
            fitting(f"{where}[{k}]", v, old, p, copy) for k, (v, old) in enumerate(zip(value, initial, strict=True))
        ]
    array = checks.array(where, value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{where} must hold real numbers, got {array.dtype}")
    if isinstance(initial, Scalar):
        return checks.number(where, array[()] if array.ndim == 0 else array)
    shape = initial.shape if isinstance(initial, np.ndarray) else p.shape
    if array.shape != shape:
        raise ValueError(f"{where} has shape {array.shape}, expected {shape}")
    dtype = initial.dtype if isinstance(initial, np.ndarray) else p.dtype
    if dtype.kind == "u":
        most = np.iinfo(dtype).max
        if not np.isin(array, np.arange(most + 1)).all():
            raise ValueError(f"{where} must hold whole numbers from 0 to {most}")
    return array.astype(dtype, order="C", copy=copy)
