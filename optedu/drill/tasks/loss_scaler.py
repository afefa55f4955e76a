"""Write it: one step of a dynamic loss scaler."""

import math
import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, holds, several
from ..grader.exercise_form import Bug, Exercise, Probe, source


def loss_scaler(grads, scale, good, *, growth, backoff, interval):
    if not all(math.isfinite(x) for g in grads for x in g):
        return None, scale * backoff, 0
    unscaled = [[x / scale for x in g] for g in grads]
    good += 1
    if good == interval:
        return unscaled, scale * growth, 0
    return unscaled, scale, good


SETTINGS = dict(growth=2.0, backoff=0.5, interval=3)


LARGEST = 65504.0
"""Of float16."""


def _stored(x: float, largest: float) -> float:
    """What a format makes of a large number."""
    return x if abs(x) <= largest or math.isnan(x) else math.copysign(math.inf, x)


def _probe(
    name: str, why: str, grads: list[list[list[float]]], scale: float, settings: dict[str, Any],
    largest: float = LARGEST,
) -> Probe:  # fmt: skip
    """A run in closed loop: what overflows depends on the scale that the answer returned."""

    def run(function: Any) -> Iterator[tuple[str, Any]]:
        now, good = scale, 0
        for k, true in enumerate(grads, start=1):
            scaled = [[_stored(x * now, largest) for x in g] for g in true]
            result = function(scaled, now, good, **settings)
            unscaled, now, good = several(result, ("gradients", "scale", "good steps"))
            yield f"step {k}, the lists are new", not holds(scaled).intersection(holds(unscaled))
            yield f"step {k}, step taken", unscaled is not None
            yield f"step {k}, gradients", [[0.0] * len(g) for g in true] if unscaled is None else unscaled
            yield f"step {k}, scale afterwards", now

    return Probe(name, why, run)


QUIET = [[1.0, -2.0], [0.5]]
NAN, INF = math.nan, math.inf
UNSCALE = r"g = \tilde g / S"
SKIP = r"\exists i: \tilde g_i \notin \mathbb{R} \;\Rightarrow\; \text{no step}, \; S \leftarrow S \cdot \text{backoff}"
GROW = r"S \leftarrow S \cdot \text{growth} \text{ after } N \text{ good steps in a row}"
FINITE = "not all(math.isfinite(x) for g in grads for x in g)"
OVERFLOW = "return None, scale * backoff, 0"
GROWN = "return unscaled, scale * growth, 0"


def _drawn(draw: random.Random) -> Probe:
    odd = [INF, -INF, NAN]
    grads = [[[draw.choice([*odd, *[draw.gauss(0, 1)] * 20]) for _ in range(2)] for _ in range(2)] for _ in range(14)]
    settings = {"growth": 1 + 2 * draw.random(), "backoff": draw.uniform(0.1, 0.9), "interval": draw.randint(1, 4)}
    return _probe("", "", grads, 10 ** draw.uniform(-2, 5), settings)


EXERCISE = Exercise(
    name="loss_scaler",
    title="A dynamic loss scaler",
    chapter="practice/mixed_precision",
    level="senior",
    minutes=10,
    task="""
Write `loss_scaler(grads, scale, good, *, growth, backoff, interval)`, what happens between the backward pass and the
optimizer. It returns `(unscaled, scale, good)`.

- `grads` is a list with one gradient (a list of floats) for each tensor, of the loss times `scale`. `good` is your own
  count, kept as you like; it is 0 in the first call, and you get back what you returned.
- If a number in `grads` is infinite or NaN, the step is skipped: return `None` in place of the gradients, and the scale
  times `backoff`.
- Otherwise return the gradients of the loss itself, as new lists. After `interval` such steps **in a row** the scale
  returned is multiplied by `growth`, and the count starts anew. An overflow starts it anew, too.
""",
    starter="""
import math

def loss_scaler(grads, scale, good, *, growth, backoff, interval):
    ...
    return unscaled, scale, good
""",
    reference=source("drill/tasks/loss_scaler.py", "loss_scaler"),
    probes=(
        _probe("quiet steps", "When the scale grows, and when it grows again.", [QUIET] * 8, 4.0, SETTINGS),
        _probe("an overflow in between", "Good steps count in a row: an overflow starts the count anew.",
               [QUIET, QUIET, [[1.0, INF], [0.5]], QUIET, QUIET, QUIET, QUIET], 1024.0, SETTINGS),
        _probe("too high a scale", "The scale must fall until the gradients fit into float16, skipping all the while.",
               [[[300.0, -2.0], [1.0]]] * 9, 2.0**10, SETTINGS),
        _probe("NaN, and minus infinity", "Not only +inf is an overflow.",
               [[[NAN, 1.0], [0.5]], QUIET, [[1.0, -INF], [0.5]], QUIET], 8.0, SETTINGS),
        _probe("in the last tensor", "One bad number in any tensor spoils the step.",
               [[[1.0, 2.0], [INF]], QUIET, [[INF, 2.0], [1.0]], QUIET], 8.0, SETTINGS),
        _probe("other settings", "Growth and backoff that are not each other's inverse.",
               [QUIET, QUIET, [[INF, INF], [INF]], QUIET, QUIET, QUIET], 10.0,
               dict(growth=3.0, backoff=0.25, interval=2)),
        _probe("a scale below 1", "Nothing keeps it from falling, nor from rising at every step.",
               [[[INF], [0.5]], [[NAN], [0.5]], [[0.25], [0.5]], [[-3.0], [0.5]], [[INF], [0.5]], [[0.1], [7.0]]], 2.5,
               dict(growth=1.7, backoff=0.2, interval=1)),
        _probe("large and finite", "A sum may overflow though no number does.",
               [[[1.2e308, 1.2e308], [0.5]], QUIET, [[-1.2e308, 0.5], [-1.2e308]]], 1.0, SETTINGS, 1.7e308),
        _probe("a huge scale", "Nothing keeps it from rising.", [QUIET] * 4, 2.0**40, SETTINGS, 1e300),
        _probe("a tiny scale", "Nor from falling further.", [[[INF], [0.5]]] * 2 + [[[0.25], [0.5]]], 1e-8, SETTINGS),
        _probe("a scale of 1", "Nothing to divide by, and the lists are new all the same.",
               [QUIET, [[0.0, 0.0], [0.0]], QUIET, QUIET], 1.0, SETTINGS),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("not-unscaled", "The gradients are handed on as they are, times the scale. Clipping and weight decay then "
            "mean something else at each scale.", UNSCALE, (("x / scale for", "x for"),)),
        Bug("multiplied", "The gradients are multiplied by the scale a second time.", UNSCALE,
            (("x / scale for", "x * scale for"),)),
        Bug("new-scale", "The scale grows first, and the gradients are divided by the new one. They were computed with "
            "the old.", UNSCALE, ((GROWN, "return [[x / (scale * growth) for x in g] for g in grads], scale * growth, "
            "0"),)),
        Bug("nan-missed", "Only infinities are looked for: NaN reaches the optimizer and stays in its moments for "
            "ever.", SKIP, ((FINITE, "any(math.isinf(x) for g in grads for x in g)"),)),
        Bug("only-positive", "Only +inf and NaN are caught; -inf passes.", SKIP,
            ((FINITE, "not all(x < math.inf for g in grads for x in g)"),)),
        Bug("first-tensor", "Only the first tensor is looked at.", SKIP,
            ((FINITE, "not all(math.isfinite(x) for x in grads[0])"),)),
        Bug("all-must-fail", "The step is skipped only if every number overflowed.", SKIP,
            ((FINITE, "not any(math.isfinite(x) for g in grads for x in g)"),)),
        Bug("step-taken-anyway", "The scale backs off, but the gradients with the overflow are handed to the "
            "optimizer.", SKIP, ((OVERFLOW, "return [[x / scale for x in g] for g in grads], scale * backoff, 0"),)),
        Bug("no-backoff", "The step is skipped and the scale stays: the same overflow comes again, for ever.", SKIP,
            ((OVERFLOW, "return None, scale, 0"),)),
        Bug("divided-by-backoff", "The scale is divided by the backoff factor: it grows at an overflow.", SKIP,
            ((OVERFLOW, "return None, scale / backoff, 0"),)),
        Bug("count-survives-overflow", "An overflow does not start the count anew: the scale grows too soon after it.",
            GROW, ((OVERFLOW, "return None, scale * backoff, good"),)),
        Bug("overflow-counted", "The step with an overflow is counted as a good one.", GROW,
            ((OVERFLOW, "return None, scale * backoff, good + 1"),)),
        Bug("one-late", "The scale grows one step late: the count must exceed the interval.", GROW,
            (("good == interval", "good > interval"),)),
        Bug("one-early", "The scale grows one step early.", GROW, (("good == interval", "good + 1 >= interval"),)),
        Bug("grows-once", "The count is not set to zero after a growth and compared for equality: the scale never "
            "grows again.", GROW, ((GROWN, "return unscaled, scale * growth, good"),)),
        Bug("grows-every-step", "The count is not set to zero after a growth: from then on the scale grows at each "
            "step.", GROW, (("good == interval", "good >= interval"), (GROWN, GROWN.replace("0", "good")))),
        Bug("zeros-for-overflow", "What is not finite becomes zero, and the step is taken. The other gradients of that "
            "batch are not to be trusted either.", SKIP,
            ((OVERFLOW, "return [[x / scale if math.isfinite(x) else 0.0 for x in g] for g in grads], scale * backoff, "
              "0"),)),
        Bug("tensor-dropped", "Only the tensor with the overflow is left out; the step is taken with the others.", SKIP,
            ((OVERFLOW, "return [[x / scale for x in g] if all(map(math.isfinite, g)) else None for g in grads], "
              "scale * backoff, 0"),)),
        Bug("at-least-one", "The scale is kept from falling below 1.", SKIP,
            ((OVERFLOW, "return None, max(1.0, scale * backoff), 0"),)),
        Bug("empty-for-none", "A skipped step returns an empty list, not None.", SKIP,
            ((OVERFLOW, "return [], scale * backoff, 0"),)),
    ),
    hints=(
        "Two outcomes: the step is good, or it is skipped. Each sets the scale and the count.",
        "`math.isfinite` is false for infinity of both signs and for NaN. Divide by the scale that was in force.",
        rf"${UNSCALE}$; ${SKIP}$; ${GROW}$",
        "`if not all(math.isfinite(x) ...): return None, scale * backoff, 0`",
    ),
    explanation="""
The order in training is: scale the loss, backward, unscale, *then* clip, step, update the scale. A skipped step must
also skip the learning-rate schedule and the optimizer's counter. Now and then an overflow is normal: it is how the
scale finds its limit. A scale that falls and falls means NaN in the model, not a scale that is too high.
""",
    variants=(
        "Tensors live on several workers: what must they agree on before the step?",
        "Keep the scale a power of two. Why is unscaling then exact?",
        "A lower bound for the scale: which failure does it hide?",
    ),
    next="adam",
    weak=(_probe("one overflow", "The usual example.", [QUIET, [[INF, 1.0], [0.5]]], 8.0, SETTINGS),),
    order=70,
)  # fmt: skip
