"""What the page of the race needs: rules and surfaces as JavaScript, and what is said of them.

No rule is written twice: the text of each function comes
from calling the rule, or the surface, once with symbols in place of numbers (`optedu.exporting.to_javascript`).
"""

import inspect
import json
import math
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np

from optedu.core.optimizer import keywords
from optedu.core.state import BY_RULE
from optedu.core.sweep import Rule
from optedu.exporting.to_javascript import javascript
from optedu.lab.display import printed_source
from optedu.lab.style import LOOK, SPARE
from optedu.lr_scheduler import cosine as cosines
from optedu.lr_scheduler.warmup import FactorLR
from optedu.zoo import ZOO

from .courses import ABSENT, COURSES, ENTRANTS, NAMES, RANGES, SCHEDULES, Course, Entrant, Schedule, arguments

UNNAMED = (SPARE[1][0], "X", SPARE[1][2])
"""The look of who has none in the book; the spare one's marker is that of momentum, in its color."""


def slider(name: str, value: Any, owner: str = "") -> list[dict[str, Any]]:
    """Description of the slider, or sliders, of a setting."""
    if isinstance(value, tuple):
        return [{**one, "name": f"{name}.{k}", "label": f"{name}[{k}]"} for k, item in enumerate(value)
                for one in slider(name if name in RANGES else f"{name}.{k}", item, owner)]  # fmt: skip
    if isinstance(value, bool):
        return [{"name": name, "label": name, "value": value, "scale": "flag"}]
    scale, low, high = RANGES.get(f"{owner} {name}") or RANGES[name]
    return [{"name": name, "label": NAMES.get(name, name), "value": value, "scale": scale, "low": low, "high": high}]


def source(rule: Rule) -> str:
    """The text of a rule, and of the functions of its module that it calls."""
    module = inspect.getmodule(rule)
    called = [vars(module).get(name) for name in rule.__code__.co_names]
    own = [f for f in called if inspect.isfunction(f) and f.__module__ == rule.__module__]
    return "\n\n".join(map(printed_source, [*own, rule]))


def functions(rule: Rule, settings: dict[str, Any], initial: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """JavaScript for each pattern of states that are there: pattern to (name, text)."""
    written = {}
    g, p, *states = arguments(rule)
    numbers = {name: settings[name] for name in keywords(rule) if name in settings}
    if "t" in keywords(rule):
        numbers["t"] = 1
    for made in (False, True):  # a state that the rule makes itself is not there at the first step
        there = {n: initial[n] is not None and (initial[n] is not BY_RULE or made) for n in states}
        pattern = "".join(str(int(x)) for x in there.values())
        flags = [k for k, v in numbers.items() if v is True]
        name = "_".join([rule.__name__, *flags, *(f"no_{n}" for n, x in there.items() if not x)])
        given = [g, p, *(n if x else None for n, x in there.items())]
        written[pattern] = name, javascript(name, rule, given, numbers)
    return written


def entrant(one: Entrant, texts: dict[str, str]) -> dict[str, Any]:
    """What the page has to know of an entrant; its functions are added to `texts`."""
    rule, settings, initial = one.rule()
    free = {name: value for name, value in settings.items() if name not in one.fixed}
    # A flag that the page can switch is a number to the rule: it branches when it runs.
    numeric = {n: int(v) if isinstance(v, bool) and n in free else v for n, v in settings.items()}
    written = functions(rule, numeric, initial)
    texts.update(written.values())
    color, marker, line = LOOK.get(one.key, UNNAMED)
    entry = ZOO[one.optimizer]
    return {
        "title": one.title or one.key, "note": one.note, "look": [color, marker, line],
        "file": inspect.getmodule(rule).__name__.replace(".", "/") + ".py", "source": source(rule),
        "chapter": {"momentum": "momentum/heavy_ball", "Nesterov": "momentum/nesterov", "AMSGrad": "adam/amsgrad"}.get(
            one.key, entry.chapter),
        "rule": {pattern: name for pattern, (name, _) in written.items()},
        "initial": {n: None if v is BY_RULE else v for n, v in initial.items()},
        "fixed": one.fixed,
        "settings": [s for name, value in free.items() for s in slider(name, value, one.optimizer)],
    }  # fmt: skip


def course(one: Course, texts: dict[str, str]) -> dict[str, Any]:
    """What the page has to know of a surface; its functions are added to `texts`."""
    value, gradient = one.surface.formulas
    settings = one.surface.settings
    names = [f"{f.__name__.strip('_')}" for f in (value, gradient)]
    told = {k: v for k, v in settings.items() if k in keywords(value)}
    texts[names[0]] = javascript(names[0], lambda x, y, **s: (value(x, y, **s),), ["x", "y"], told)
    texts[names[1]] = javascript(names[1], gradient, ["x", "y"], settings)
    return {
        "title": one.title, "note": one.note, "value": names[0], "gradient": names[1], "fixed": told,
        "settings": [s for name in one.sliders for s in slider(name, settings[name])],
        "start": [round(x, 3) for x in one.surface.start], "minimum": one.surface.minimum,
        "window": one.window or one.surface.window, "box": one.box,
        "steps": one.steps, "noise": one.noise, "lineUp": one.line_up,
    }  # fmt: skip


def factor(cls: type[FactorLR], t: Any, settings: dict[str, Any]) -> Any:
    """The schedule's own ``factor(t)``, which needs no optimizer; its cosine is one that can be recorded."""
    own = SimpleNamespace(**settings)
    own.decay = lambda done: cls.decay(own, done)  # type: ignore[attr-defined]
    cos = lambda x: math.cos(x) if type(x) is float else np.cos(x)  # noqa: E731
    with patch.object(cosines, "math", SimpleNamespace(cos=cos, pi=math.pi)):
        return cls.factor(own, t)


def schedule(one: Schedule, texts: dict[str, str]) -> dict[str, Any]:
    """What the page has to know of a schedule; its function is added to `texts`."""
    name = f"schedule_{one.cls.__name__}"
    numbers = dict.fromkeys(["warmup_steps", "total_steps", "decay_steps"], 1)
    texts[name] = javascript(name, lambda t, **s: (factor(one.cls, t, {**s, "min_factor": 0.0}),), ["t"], numbers)
    return {"title": one.title, "factor": name, "warmup": one.warmup, "decay": one.decay}


def text() -> str:
    """The text of rules.js."""
    texts: dict[str, str] = {}
    entrants = {one.key: entrant(one, texts) for one in ENTRANTS}
    courses = {one.key: course(one, texts) for one in COURSES}
    schedules = {one.key: schedule(one, texts) for one in SCHEDULES}
    data = {"entrants": entrants, "absent": ABSENT, "courses": courses, "schedules": schedules, "spare": SPARE}
    # (As JavaScript, not JSON: Infinity is a number here.)
    fields = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items()]
    return "\n".join([
        "// Written by `make generated` from the rules of optedu. Do not edit.",
        "globalThis.OpteduRules = (() => {", *(texts[name] for name in sorted(texts)),
        f"return {{ functions: {{ {', '.join(sorted(texts))} }},", ",\n".join(fields), "}; })();", "",
    ])  # fmt: skip
