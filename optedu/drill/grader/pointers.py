"""Where to look: the first steps in units of the learning rate, and the line of an answer."""

import ast
import math
import re
from collections.abc import Mapping
from typing import Any

from .exercise_form import Probe
from .rule_probes import Rule, Walk, arrays
from .sandbox import FAILURES, Trace, define, plain

PLACE = re.compile(r"step (\d+), (tensor (\d+)((?:, entry \d+)*))")
SHOWN = 3
"""How many steps are shown."""


def steps_over_rate(probe: Probe, right: Trace, mine: Trace, where: str) -> str:
    """Some steps divided by the learning rate, expected and found, around the first difference; empty if there is none.

    That is what a rule prescribes and what one can work out in the head: 1, 1, 1 for Adam under a constant gradient.
    """
    walk, found = probe.walk, PLACE.fullmatch(where)
    if walk is None or found is None or "lr" in probe.rule.only_class:
        return ""
    first, tensor = int(found[1]), int(found[3])
    entry = [int(n) - 1 for n in re.findall(r"\d+", found[4])]
    apart = f"tensor {tensor}{found[4]}" in right.steps[0][0] or any(
        w.endswith(f"tensor {tensor}{found[4]}") for w, _ in right.steps[:8] if found[4]
    )
    start = _at(walk.start[tensor - 1] if apart else _whole(walk)[tensor - 1], entry)
    name, inside = (found[2], []) if apart else (f"tensor {tensor}", entry)
    expected, given = (_steps(trace, name, inside, start, walk) for trace in (right, mine))
    chosen = [k for k in expected if k in given and first - 1 <= k][:SHOWN] if first > 1 else list(expected)[:SHOWN]
    if len(chosen) < 2 or any(k not in given for k in chosen):
        return ""
    shown = [", ".join(f"{steps[k]:.4g}" for k in chosen) for steps in (expected, given)]
    place = f"Steps {chosen[0]} to {chosen[-1]} there, divided by the learning rate"
    return f"{place}: expected {shown[0]}, found {shown[1]}."


def _whole(walk: Walk) -> list[Any]:
    first, second, third = arrays(walk.start, walk.alike)
    return [plain(first), plain(second), plain(third)]


def _at(values: Any, entry: list[int]) -> float:
    for k in entry:
        values = values[k] if isinstance(values, (list, tuple)) else values
    return float(values[0] if isinstance(values, list) else values)


def _steps(trace: Trace, name: str, entry: list[int], start: float, walk: Walk) -> dict[int, float]:
    """The steps of one entry by their number, over the rate of that step."""
    before, rate, steps = start, walk.settings["lr"], {}
    for where, value in trace.steps:
        found = PLACE.fullmatch(where)
        if found is None or found[2] != name:
            continue
        k = int(found[1])
        for since, changed in walk.changes.items():
            rate = changed.get("lr", rate) if since <= k else rate
        now = _at(value, entry)
        steps[k] = (before - now) / rate
        before = now if math.isfinite(now) else before
    return steps


# The line


def line_of_answer(text: str, name: str, reference: str, mistaken: str, rule: Rule) -> str:
    """Which of the results goes wrong first, and the line of the answer that makes it; empty if that cannot be told."""
    try:
        right, wrong = (_results(code, name, rule) for code in (reference, mistaken))
        function = next(
            n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name == name
        )  # fmt: skip
    except (*FAILURES, StopIteration):
        return ""
    off = [k for k, (a, b) in enumerate(zip(right, wrong, strict=False)) if not math.isclose(a, b, rel_tol=1e-9)]
    states = [k for k in off if k]
    if len(states) > 1 or not off:
        return ""
    k = states[0] if states else 0
    lines = _made_in(function, k, [i for i in range(len(right)) if i not in off])
    if not 1 <= len(lines) <= 2:
        return ""
    said = " and ".join(f"{line}, `{text.splitlines()[line - 1].strip()}`" for line in lines)
    said = f"{'line' if len(lines) == 1 else 'lines'} {said}"
    others = [rule.returns[i] for i in range(1, len(rule.returns)) if i not in off]
    fine = f"{' and '.join(f'`{n}`' for n in others)} {'is' if len(others) == 1 else 'are'} right" if others else ""
    which = f"`{rule.returns[k]}` is made in {said}"
    return f"Of what it returns {fine}; {which}." if fine and not states else f"Look at {said}."


def _results(code: str, name: str, rule: Rule) -> list[float]:
    """What one step returns in the middle of a run, with settings that are all different."""
    settings: Mapping[str, Any] = {**rule.settings, **rule.unusual, "weight_decay": 0.23, "eps": 0.12, "lr": 0.15}
    given = {key: settings[key] for key in rule.settings if key not in rule.only_class} | dict(rule.neutral)
    known = define(code, (name,)).__code__.co_varnames
    given = {key: value for key, value in given.items() if key in known}
    state = [0.31, 0.47, 0.59][: len(rule.returns) - 1]
    results = define(code, (name,))(0.7, 1.3, *state, **({"t": 3} if rule.counts else {}), **given)
    results = results if isinstance(results, tuple) else (results,)
    return [float(x) for x in results[: len(rule.returns)]]


def _made_in(function: ast.FunctionDef, k: int, right: list[int]) -> list[int]:
    """The lines that make the k-th result out of arguments and of results that are right; none if that is not sure."""
    back = [n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value is not None]
    if len(back) != 1:
        return []
    values = back[0].elts if isinstance(back[0], ast.Tuple) else back
    if k >= len(values) or isinstance(values[k], ast.Constant):
        return []
    made: dict[str, list[ast.stmt]] = {}
    for n in ast.walk(function):
        if isinstance(n, (ast.Assign, ast.AugAssign)):
            for name in {part for t in (n.targets if isinstance(n, ast.Assign) else [n.target]) for part in _names(t)}:
                made.setdefault(name, []).append(n)
    known = {name for i in right if i < len(values) and isinstance(values[i], ast.Name) for name in _names(values[i])}
    lines: set[int] = set() if isinstance(values[k], ast.Name) else {values[k].lineno}
    waiting, seen = _names(values[k]), known
    while waiting:
        name = waiting.pop()
        if name in seen or name not in made:
            continue
        if len(made[name]) > 1:
            return []
        seen.add(name)
        lines.add(made[name][0].lineno)
        waiting |= _names(made[name][0])
    return sorted(lines)


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
