"""Where an answer is right, where it is wrong, and how: told from calls, or steps, that are compared one by one.

The reference runs all probes, and each of its calls is made again with the answer, which so always gets the state of
a right solution: one mistake does not spoil what comes later. Then a condition on what was handed over is looked for
that parts the wrong calls from the right ones. With a class the steps of each array are compared, up to the first one
that differs. All that is said holds for these calls, whatever the code looks like.
"""

import copy
import inspect
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, wraps
from itertools import combinations
from typing import Any

from .class_probes import made, stepped
from .comparison import same, same_values
from .exercise_form import Probe
from .rule_probes import Rule, Walk, arrays, taken
from .sandbox import FAILURES, plain, run

Conditions = Mapping[tuple[str, str], bool]
"""A condition and its contrary, in words, and which of them holds."""
MOST = 400
"""How many calls are compared."""
ENOUGH = 5
"""Calls that are right where a condition does not hold, and at least a twentieth of all; else nothing is said."""
TELLING = 0.5
"""Share of the calls in a condition that must be wrong."""
BOTH = 0.65
"""The same for two conditions at once."""

MOVING = ("`g`", "`p`", "`m`", "`buf`", "`prev`", "`slow`")
"""What has a sign that comes and goes."""


@dataclass
class Event:
    """A call, or a step of one array: what held of it, and which of its results are right."""

    conditions: Conditions
    given: Mapping[str, Any]
    expected: Mapping[str, Any]
    found: Mapping[str, Any]

    @cached_property
    def wrong(self) -> tuple[str, ...]:
        """The names of the results that differ, or are missing."""
        return tuple(k for k, e in self.expected.items() if k not in self.found or not same_values(e, self.found[k]))


def localized(probes: Sequence[Probe], right: Any, answer: Any) -> Iterator[str]:
    """Sentences on where and how an answer differs; none if nothing narrows it down.

    Parameters
    ----------
    probes : sequence of Probe
        Those of the exercise.
    right, answer : function or class
        The reference, and what was handed in; the answer runs where it can do no harm.
    """
    rule = next((probe.rule for probe in probes if probe.walk is not None), None)
    if isinstance(answer, type):
        yield from _of_one_probe(probes, right, answer)
        if rule is not None:
            events = [*_of_class(probes, right, answer)]
            yield from _where(events, "steps of an array")
            yield from _how("`p`", "`p`", [event for event in events if event.wrong])
        return
    events = [*(_of_probes(probes, right, answer) if rule is None else _of_calls(rule, probes, right, answer))]
    wrong = [event for event in events if event.wrong]
    if not wrong:
        return
    state = " that are handed the state of a right solution" if rule is not None and len(rule.returns) > 1 else ""
    names = _parts(events)
    bad = [name for name in names if any(name in event.wrong for event in wrong)]
    good = [name for name in names if name not in bad and _numbers(events[0].expected.get(name))]
    if good and bad:
        yield _share_of(good, bad, len(events), state)
    found = [*_where(events, "calls" + ("" if good and bad else state))]
    for name in bad if not found and len(bad) > 1 else ():
        found += _where(events, "calls", name)
    yield from found[:1]
    for name in bad or ["the result"]:
        yield from _how(name if bad else "", name, [event for event in wrong if not bad or name in event.wrong])


def _share_of(good: Sequence[str], bad: Sequence[str], n: int, state: str) -> str:
    if len(good) > max(3, len(bad)):
        return f"Of all that is compared in {n} calls, only {_listed(bad)} {_differ(bad)}."
    are = "is" if len(good) == 1 else "are"
    return f"{_listed(good)} {are} right in all {n} calls{state}, {_listed(bad)} {_differ(bad)}."


def _differ(names: Sequence[str]) -> str:
    return "differs" if len(names) == 1 else "differ"


def _parts(events: Sequence[Event]) -> list[str]:
    """The results that nearly every call has; none if there is one alone."""
    counts: dict[str, int] = {}
    for event in events:
        for name in event.expected:
            counts[name] = counts.get(name, 0) + 1
    names = [name for name, n in counts.items() if n >= 0.8 * len(events)]
    return names if len(names) > 1 else []


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# What is compared


def _of_calls(rule: Rule, probes: Sequence[Probe], right: Any, answer: Any) -> Iterator[Event]:
    """The calls of a rule along the path of the reference, each made with both."""
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    @wraps(right)
    def recording(*args: Any, **settings: Any) -> Any:
        calls.append(copy.deepcopy((args, settings)))
        return right(*args, **settings)

    for probe in probes:
        with suppress(*FAILURES):
            for _ in probe.run(recording):
                pass
    names = [f"`{name}`" for name in rule.returns]
    for args, settings in calls[:: -(-len(calls) // MOST) or 1]:
        given = dict(zip(("g", *rule.returns), args, strict=False)) | settings
        asked = {key: value for key, value in settings.items() if key not in rule.neutral}
        found = _named(names, answer, args, asked | taken(answer, rule.neutral))
        yield Event(_conditions(_flat(given)), given, _named(names, right, args, settings), found)


def _named(names: Sequence[str], function: Any, args: Any, settings: Any) -> dict[str, Any]:
    """What is returned, by name; empty if code does not come to its end."""
    with suppress(*FAILURES):
        args, settings = copy.deepcopy((args, settings))
        result = function(*args, **settings)
        values = [*result] if isinstance(result, (tuple, list)) else [result]
        return {name: plain(value) for name, value in zip(names, values, strict=False)}
    return {}


def _of_probes(probes: Sequence[Probe], right: Any, answer: Any) -> Iterator[Event]:
    """What a probe sees after each call, as long as both are handed the same."""
    signature = inspect.signature(right)
    for probe in probes:
        for (args, settings, expected), (mine, others, found) in zip(
            *(_watched(probe, thing, right, list(signature.parameters)) for thing in (right, answer)), strict=False
        ):
            if expected and _alike((args, settings), (mine, others)):
                given = dict(signature.bind(*args, **settings).arguments)
                yield Event(_conditions(_flat(given)), given, expected, found)


def _alike(a: Any, b: Any) -> bool:
    """Whether the same is handed over; of objects, the same attributes."""
    return same_values(_open(a), _open(b))


def _open(x: Any) -> Any:
    if isinstance(x, (list, tuple)):
        return [_open(v) for v in x]
    if isinstance(x, dict) or (hasattr(x, "__dict__") and not hasattr(x, "tolist")):
        return [[str(k), _open(v)] for k, v in (x if isinstance(x, dict) else vars(x)).items()]
    return plain(x)


def _watched(probe: Probe, function: Any, right: Any, names: Sequence[str]) -> list[tuple[Any, Any, dict[str, Any]]]:
    """The calls of a probe, the first of several in a row, each with what is seen then, by the last words for it.

    Where objects are handed over, what the call leaves in their attributes is seen, too. Where a call does not come to
    its end nothing is seen, and the probe goes on with what the reference returns.
    """
    seen: list[tuple[Any, Any, dict[str, Any]]] = []
    ended: list[int] = []
    fresh = True

    def recording(*args: Any, **settings: Any) -> Any:
        nonlocal fresh
        if fresh:
            seen.append((*copy.deepcopy((args, settings)), {}))
            fresh = False
        try:
            result = function(*args, **settings)
        except FAILURES:
            ended.append(len(seen) - 1)
            return right(*args, **settings)
        for name, value in zip(names, args, strict=False):
            for key, inner in getattr(value, "__dict__", {}).items():
                seen[-1][2][f"`{name}.{key}`"] = plain(inner)
        return result

    with suppress(*FAILURES):
        for where, value in probe.run(recording):
            if "looked at again" not in where and seen:
                seen[-1][2].setdefault(f'"{where.rpartition(", ")[2]}"', []).append(plain(value))
            fresh = True
    return [(args, settings, {} if k in ended else values) for k, (args, settings, values) in enumerate(seen)]


def _of_class(probes: Sequence[Probe], right: Any, answer: Any) -> Iterator[Event]:
    """The steps of each array in each walk, up to the first one that differs."""
    for walk in (probe.walk for probe in probes if probe.walk is not None):
        theirs, mine = (_points(walk, cls) for cls in (right, answer))
        before = [plain(p) for p in arrays(walk.start, walk.alike)]
        had, waited, rested, over = [0] * 3, [False] * 3, [False] * 3, [False] * 3
        settings = _flat(walk.settings)
        for k, (grads, points) in enumerate(zip(walk.grads, theirs, strict=False)):
            given = arrays(grads, walk.alike)
            for i, g in enumerate(given):
                others = [j for j in range(3) if j != i]
                conditions = _conditions({name: x for name, x in settings.items() if name != "`lr`"}) | {
                    ("the array has had no gradient before", "the array has had a gradient before"): had[i] == 0,
                    ("the array has had one gradient before", "it has not had just one before"): had[i] == 1,
                    ("the array has had at least two gradients before", "it has had fewer than two"): had[i] > 1,
                    ("the array has had at least three gradients before", "it has had fewer than three"): had[i] > 2,
                    ("the array had to wait for a gradient before", "the array never had to wait"): waited[i],
                    ("another array has no gradient now", "no array is without a gradient now"): any(
                        given[j] is None for j in others
                    ),
                    ("another array had to wait before", "no other array had to wait"): any(waited[j] for j in others),
                    ("a gradient of the array had a zero in it before", "no gradient of it had a zero"): rested[i],
                    ("all arrays have one shape", "the shapes of the arrays differ"): walk.alike,
                    ("it is the first array", "it is a later array"): i == 0,
                    ("it is the last array", "it is not the last array"): i == 2,
                }
                if g is None:
                    conditions = {("the array has no gradient", "the array has one"): True}
                event = Event(
                    conditions, {**walk.settings, "t": had[i] + 1, "p": before[i]},
                    {"`p`": points[i]}, {"`p`": mine[k][i]} if k < len(mine) else {},
                )  # fmt: skip
                if not over[i] and (g is not None or event.wrong):
                    over[i] = bool(event.wrong)
                    yield event
                had[i] += g is not None
                waited[i] |= g is None
                rested[i] |= g is not None and not g.all()
            before = points


def _points(walk: Walk, cls: Any) -> list[list[Any]]:
    """All arrays after each step, as far as it comes."""
    seen: list[list[Any]] = []
    with suppress(*FAILURES):
        params = arrays(walk.start, walk.alike)
        opt = made(cls, params, walk.settings)
        for grads in walk.grads:
            stepped(opt, arrays(grads, walk.alike))
            seen.append([plain(p) for p in params])
    return seen


def _of_one_probe(probes: Sequence[Probe], right: Any, answer: Any) -> Iterator[str]:
    """Whether all is right but what one probe looks at that is more than a walk; and which arrays are right there."""
    given = [probe for probe in probes if probe.applies(answer)]
    seen = [(probe, run(probe, right), run(probe, answer)) for probe in given]
    failed = [(probe, theirs, mine) for probe, theirs, mine in seen if not same(theirs, mine)]
    if len(failed) != 1 or failed[0][0].walk is not None:
        return
    probe, theirs, mine = failed[0]
    words = f"All that the other {len(given) - 1} probes see is right. What differs is seen in one alone, "
    words += f'"{probe.name}", which looks at {probe.why}'
    wrong = {where for (where, a), (_, b) in zip(theirs.steps, mine.steps, strict=False) if not same_values(a, b)}
    every = list(dict.fromkeys(where.rpartition(", ")[2] for where, _ in theirs.steps))
    good = [word for word in every if not any(where.endswith(word) for where in wrong)]
    whole = len(mine.steps) == len(theirs.steps)
    yield words + (f"; there {_listed(good)} {'is' if len(good) == 1 else 'are'} right." if good and whole else ".")


# Conditions on what is handed over


def _flat(given: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers, lists and arrays that are handed over, pairs of numbers by their entries."""
    flat: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, tuple) and value and all(isinstance(x, float) for x in value):
            flat |= {f"`{name}[{k}]`": x for k, x in enumerate(value)}
        else:
            flat[f"`{name}`"] = value
    return flat


def _conditions(flat: Mapping[str, Any]) -> dict[tuple[str, str], bool]:
    found: dict[tuple[str, str], bool] = {}
    floats: dict[str, float] = {}
    whole: dict[str, int] = {}
    for name, value in flat.items():
        found[f"{name} is None", f"{name} is not None"] = value is None
        if value is None:
            found[f"{name} is 0", f"{name} is not 0"] = False
        if isinstance(value, (bool, str)) or value is None:
            continue
        if isinstance(value, (int, float)):
            found[f"{name} is 0", f"{name} is not 0"] = value == 0
            found[f"{name} is negative", f"{name} is not negative"] = value < 0
            found[f"{name} is above 1", f"{name} is at most 1"] = value > 1
            if isinstance(value, int):
                whole[name] = value
                found[f"{name} is 1", f"{name} is not 1"] = value == 1
            else:
                floats[name] = value
        elif isinstance(value, (list, tuple, dict)) or hasattr(value, "tolist"):
            found |= _of_list(name, value)
            numbers = _numbers(plain([*value] if isinstance(value, dict) else value))
            whole[f"the size of {name}"] = getattr(value, "size", 0) or len(plain([*value]))
            if numbers and all(map(math.isfinite, numbers)):
                floats[f"the norm of {name}"] = math.hypot(*numbers)
                floats[f"the largest of {name}"] = max(numbers)
                floats[f"the least of {name}"] = min(numbers)
    for (a, x), (b, y) in combinations(whole.items(), 2):
        if a.startswith("the size") and b.startswith("the size"):
            continue
        found[f"{a} is below {b}", f"{a} is not below {b}"] = x < y
        found[f"{a} is {b}", f"{a} is not {b}"] = x == y
        found[f"{a} is above {b}", f"{a} is not above {b}"] = x > y
        if "size" in a + b and x > 0 < y:
            found[f"{a} and {b} divide without a rest", f"{a} and {b} leave a rest"] = max(x, y) % min(x, y) == 0
    for c, z in whole.items():
        for (a, x), (b, y) in combinations([pair for pair in whole.items() if pair[0] != c], 2):
            found[f"{c} is below {b} - {a}", f"{c} is not below {b} - {a}"] = z < y - x
            found[f"{c} is below {a} - {b}", f"{c} is not below {a} - {b}"] = z < x - y
    for (a, u), (b, w) in combinations(floats.items(), 2):
        if ("the " in a) != ("the " in b):
            found[f"{a} is below {b}", f"{a} is not below {b}"] = u < w
        if a in MOVING and b in MOVING:
            found[f"{a} and {b} have different signs", f"{a} and {b} have no different signs"] = u * w < 0
    return {pair: bool(holds) for pair, holds in found.items()}  # no truth values of NumPy, which are other objects


def _of_list(name: str, value: Any) -> dict[tuple[str, str], bool]:
    found: dict[tuple[str, str], bool] = {}
    size = len(value) if hasattr(value, "__len__") and bool(getattr(value, "ndim", 1)) else 1
    numbers = _numbers(plain([*value] if isinstance(value, dict) else value))
    found[f"{name} is empty", f"{name} is not empty"] = size == 0
    found[f"{name} has one entry", f"{name} does not have just one entry"] = size == 1
    if numbers:
        found[f"{name} has a zero in it", f"{name} has no zero in it"] = 0.0 in numbers
        found[f"{name} is all zeros", f"{name} is not all zeros"] = not any(numbers)
        found[f"{name} has a negative number in it", f"{name} has none"] = min(numbers) < 0
        found[f"{name} has a NaN in it", f"{name} has no NaN in it"] = any(map(math.isnan, numbers))
        found[f"{name} has an infinity in it", f"{name} has no infinity in it"] = any(map(math.isinf, numbers))
        found[f"{name} has a number in it twice", f"all numbers of {name} differ"] = len({*numbers}) < len(numbers)
    for n in range(4) if hasattr(value, "ndim") else ():
        found[f"{name} has {_axes(n)}", f"{name} does not have {_axes(n)}"] = value.ndim == n
    if getattr(value, "ndim", 0) == 2:
        rows, columns = value.shape
        found[f"{name} has more rows than columns", f"{name} has not"] = rows > columns
        found[f"{name} has more columns than rows", f"{name} has not"] = rows < columns
        found[f"{name} is square", f"{name} is not square"] = rows == columns
    if hasattr(value, "dtype"):
        found[f"{name} is of {value.dtype}", f"{name} is of another type"] = True
    return found


def _axes(n: int) -> str:
    return ("no axis", "one axis", "two axes", "three axes")[n]


def _numbers(value: Any) -> list[float]:
    """All numbers in nested lists."""
    if isinstance(value, list):
        return [x for v in value for x in _numbers(v)]
    return [value] if isinstance(value, float) else []


# Where


def _where(events: Sequence[Event], what: str, name: str = "") -> Iterator[str]:
    """The condition in which all wrong calls are, and few of the right ones; of one result, if it is named."""
    wrong = [event for event in events if (name in event.wrong if name else event.wrong)]
    found: list[tuple[int, int, str, frozenset[int]]] = []
    for n, pair in enumerate(dict.fromkeys(pair for event in events for pair in event.conditions)):
        for side in (True, False):
            if all(event.conditions.get(pair) is side for event in wrong):
                inside = frozenset(k for k, event in enumerate(events) if event.conditions.get(pair) is side)
                if len(events) - len(inside) >= max(ENOUGH, 0.05 * len(events)):
                    found.append((len(inside), n, pair[0] if side else pair[1], inside))
    if not wrong or not found:
        return
    few, _, words, _ = min(found, key=lambda one: one[:2])
    if len(wrong) < TELLING * few:
        both = [(len(a[3] & b[3]), a[1] + b[1], a[2], b[2]) for a, b in combinations(sorted(found)[:40], 2)]
        few, _, one, other = min(both, default=(few, 0, "", ""))
        words = f"{one} and {other}"
        if len(wrong) < BOTH * few or not one:
            return
    share = f"in all {few}" if len(wrong) == few else f"in {len(wrong)} of the {few}"
    who, rest = name or "Your answer", len(events) - few
    of = "in the one case of this kind" if few == 1 else f"{share} such {what}"
    yield f"{who} is wrong only where {words}: {of}. The other {rest} are right."


# How


def _how(part: str, name: str, wrong: Sequence[Event]) -> Iterator[str]:
    """What is common to all wrong values of one result, or of all that a call is asked for."""
    pairs: list[tuple[float, float]] = []
    places: list[tuple[list[int], int]] = []
    ratios: list[list[float]] = []
    ordered = True
    for event in wrong:
        if event.found.keys() < event.expected.keys():
            return
        before = event.given.get("p") if part == "`p`" else None
        expected, found = ([*_numbers(plain([v[k] for k in v if not part or k == part]))]
                           for v in (event.expected, event.found))  # fmt: skip
        if not expected or len(expected) != len(found) or not all(map(math.isfinite, found)):
            return
        start = [0.0] * len(expected) if before is None else _numbers(plain(before))
        pairs += [(e - s, f - s) for e, f, s in zip(expected, found, start, strict=True)]
        ordered &= len(expected) > 1 and same_values(sorted(expected), sorted(found))
        places.append(([k for k, (e, f) in enumerate(zip(expected, found, strict=True)) if not same_values(e, f)],
                       len(expected)))  # fmt: skip
        ratios.append([f / e for e, f in pairs[-len(expected) :] if abs(e) > 1e-9])
    what = "the step" if part == "`p`" else name
    if len(wrong) < ENOUGH:
        return
    if ordered:
        yield f"Where it is wrong, {what} has the right numbers, in another order."
    elif all(abs(f) < 1e-12 for _, f in pairs):
        yield f"Where it is wrong, {what} is zero."
    elif len({e for e, _ in pairs}) >= ENOUGH and all(ratios):
        yield from _ratio(what, ratios, wrong)
    if all(n > 2 for _, n in places):
        if all(bad == [n - 1] for bad, n in places):
            yield f"Where it is wrong, only the last number of {what} is."
        elif all(bad == [0] for bad, _ in places):
            yield f"Where it is wrong, only the first number of {what} is."


def _ratio(what: str, ratios: Sequence[Sequence[float]], wrong: Sequence[Event]) -> Iterator[str]:
    flat = [r for one in ratios for r in one]
    for words, values in _factors(wrong):
        if all(math.isclose(r, value, rel_tol=1e-6) for one, value in zip(ratios, values, strict=True) for r in one):
            yield f"Where it is wrong, {what} is {words} times what it should be, each time."
            return
    if all(r < 0 for r in flat):
        yield f"Where it is wrong, {what} has the wrong sign, each time."
    elif all(r > 1 for r in flat) or all(0 <= r < 1 for r in flat):
        yield f"Where it is wrong, {what} is too {'large' if flat[0] > 1 else 'small'}, each time."


def _factors(events: Sequence[Event]) -> Iterator[tuple[str, list[float]]]:
    """Factors that a mistake may have, with their value in each call."""
    for c in (-1.0, 2.0, 0.5, -2.0, 4.0, 0.25):
        yield f"{c:g}", [c] * len(events)
    given = [_flat(event.given) for event in events]
    names = [n for n, x in given[0].items() if isinstance(x, (int, float)) and not isinstance(x, bool)]
    for name in names:
        xs = [float(one[name]) if isinstance(one.get(name), (int, float)) else None for one in given]
        bare = name.strip("`")
        for words, formula in (
            ("{}", lambda x, t: x), ("1/{}", lambda x, t: 1 / x), ("(1 - {})", lambda x, t: 1 - x),
            ("1/(1 - {})", lambda x, t: 1 / (1 - x)), ("√{}", lambda x, t: x**0.5), ("1/√{}", lambda x, t: x**-0.5),
            ("√(1 - {})", lambda x, t: (1 - x) ** 0.5), ("1/√(1 - {})", lambda x, t: (1 - x) ** -0.5),
            ("{}²", lambda x, t: x * x), ("(1 - {}^t)", lambda x, t: 1 - x**t),
            ("1/(1 - {}^t)", lambda x, t: 1 / (1 - x**t)),
            ("√(1 - {}^t)", lambda x, t: (1 - x**t) ** 0.5), ("1/√(1 - {}^t)", lambda x, t: (1 - x**t) ** -0.5),
        ):  # fmt: skip
            with suppress(ArithmeticError, TypeError, ValueError):
                values = [formula(x, one.get("`t`")) for x, one in zip(xs, given, strict=True)]
                if all(isinstance(v, float) for v in map(_real, values)):
                    yield f"`{words.format(bare)}`", [float(v) for v in values]


def _real(x: Any) -> Any:
    return float(x) if isinstance(x, (int, float)) else x
