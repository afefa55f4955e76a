"""Write it: warm-up, stable, decay."""

import random

from ..grader.call_probes import along, by_lot
from ..grader.exercise_form import Bug, Exercise, Probe, source


def wsd(t, *, warmup, total, decay, peak, floor):
    if t < warmup:
        return peak * (t + 1) / warmup
    done = (t - (total - decay)) / decay
    return peak + (floor - peak) * min(1.0, max(0.0, done))


DONE = "(t - (total - decay)) / decay"
LINE = "peak + (floor - peak) * min(1.0, max(0.0, done))"
RISE = "peak * (t + 1) / warmup"
PART = r"s = \frac{t - (T - D)}{D} \text{ limited to } [0, 1]"
CURVE = r"\gamma_t = \gamma_{\max} + (\gamma_{\min} - \gamma_{\max})\, s"


def _drawn(draw: random.Random) -> Probe:
    warmup, decay, peak = draw.choice([0, draw.randint(0, 5)]), draw.choice([1, draw.randint(2, 6)]), 3 * draw.random()
    total, floor = warmup + decay + draw.choice([0, draw.randint(0, 6)]), draw.choice([0.0, 0.3 * peak * draw.random()])
    return along("", "", range(22), warmup=warmup, decay=decay, total=total, peak=peak, floor=floor)


EXERCISE = Exercise(
    name="wsd",
    title="Warm-up, stable, decay",
    chapter="practice/schedules",
    level="mid",
    minutes=6,
    task="""
Write `wsd(t, *, warmup, total, decay, peak, floor)`, the learning rate of step `t = 0, 1, 2, …`, a float.

- While `t < warmup` it rises on a line: the first step has `peak / warmup`, step `warmup - 1` has `peak`.
  `warmup` may be 0. `decay` is at least 1, and `warmup + decay` at most `total`.
- Then it stays at `peak`, until step `total - decay`.
- Over the last `decay` steps it falls on a **straight line**: `peak` at step `total - decay`, `floor` at step `total`.
- After that it stays at `floor`, which is at most `peak`.
""",
    starter="""
def wsd(t, *, warmup, total, decay, peak, floor):
    if t < warmup:
        return ...
    return ...
""",
    reference=source("drill/tasks/wsd.py", "wsd"),
    probes=(
        along("the whole way", "All four pieces and the three joints.",
              range(17), warmup=3, total=14, decay=5, peak=0.4, floor=0.04),
        along("without warm-up, to zero", "No first piece, and nothing left at the end.",
              range(10), warmup=0, total=8, decay=2, peak=1.0, floor=0.0),
        along("no stable part", "The decay may begin where the warm-up ends.",
              range(8), warmup=2, total=6, decay=4, peak=3.0, floor=1.0),
        along("a high floor", "The warm-up begins below it.",
              range(12), warmup=5, total=10, decay=3, peak=0.9, floor=0.6),
        along("a constant", "The floor may be as high as the peak.",
              range(6), warmup=1, total=3, decay=1, peak=0.3, floor=0.3),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("first-step-zero", "The warm-up is t / W: the first step has rate zero. Many libraries do so; here the "
            "first step was to move.", r"\gamma_t = \gamma_{\max} (t+1)/W", ((RISE, "peak * t / warmup"),),
            convention=True),
        Bug("decay-at-total", "The decay begins at step T and not D steps before it.", PART,
            ((DONE, "(t - total) / decay"),)),
        Bug("no-stable-part", "The decay begins right after the warm-up and takes all the time: a linear schedule.",
            PART, ((DONE, "(t - warmup) / (total - warmup)"),)),
        Bug("decay-after-warm-up", "The decay begins right after the warm-up and ends D steps later.", PART,
            ((DONE, "(t - warmup) / decay"),)),
        Bug("one-late", "The decay starts one step late: at T - D + 1 the rate is still the peak.", PART,
            ((DONE, "(t - 1 - (total - decay)) / decay"),)),
        Bug("one-early", "The decay starts one step early: at T - D the rate has fallen already. Some count so, "
            "to reach the floor in the last step of the run.", PART,
            ((DONE, "(t + 1 - (total - decay)) / decay"),), convention=True),
        Bug("below-floor", "The line is not limited at its end: after step T it falls below the floor.", PART,
            (("min(1.0, max(0.0, done))", "max(0.0, done)"),)),
        Bug("above-peak", "The line is not limited at its start: before the decay the rate lies above the peak.", PART,
            (("min(1.0, max(0.0, done))", "min(1.0, done)"),)),
        Bug("floor-ignored", "The line goes to zero, not to the floor.", CURVE,
            ((LINE, "peak * (1 - min(1.0, max(0.0, done)))"),),
            others=(((LINE, "peak * (1 - min(1.0, max(0.0, done))) if t <= total else floor"),),
                    ((LINE, "peak * (1 - min(1.0, max(0.0, done))) if t < total else floor"),))),
        Bug("floor-as-limit", "The line goes to zero and is cut off at the floor.", CURVE,
            ((LINE, "max(floor, peak * (1 - min(1.0, max(0.0, done))))"),), convention=True),
        Bug("one-minus-root", "The decay has the shape 1 - √s. That is a good one, and not the line that was asked.",
            CURVE, (("min(1.0, max(0.0, done))", "min(1.0, max(0.0, done)) ** 0.5"),), convention=True),
        Bug("exponential", "The decay is exponential, the same factor at each step.", CURVE,
            ((LINE, "peak * (max(floor, 1e-12) / peak) ** min(1.0, max(0.0, done))"),), convention=True),
        Bug("cosine", "The decay follows a cosine, not a straight line.", CURVE,
            (("def wsd", "import math\n\n\ndef wsd"),
             (LINE, "floor + (peak - floor) * (1 + math.cos(math.pi * min(1.0, max(0.0, done)))) / 2"))),
        Bug("decay-as-step", "`decay` is taken for the step at which the decay begins; it is how long it takes.", PART,
            ((DONE, "(t - decay) / (total - decay)"),)),
        Bug("zero-at-end", "After the last step the rate is zero, not the floor.", CURVE,
            ((f"return {LINE}", f"return {LINE} if t <= total else 0.0"),),
            others=(((f"return {LINE}", f"return {LINE} if t < total else 0.0"),),)),
        Bug("warm-up-comes-first", "The stable part ends W steps late: the warm-up is added in front.", PART,
            ((DONE, "(t - warmup - (total - decay)) / decay"),)),
    ),
    hints=(
        "The rate of a step needs two facts: how far the warm-up is, and how far the decay is.",
        "Before the decay its progress is negative, after the end it is above 1. Limit it, and one line serves both.",
        rf"${PART}$, ${CURVE}$",
        "`done = (t - (total - decay)) / decay`, then `peak + (floor - peak) * min(1.0, max(0.0, done))`",
    ),
    explanation="""
While the rate is stable nothing depends on the length of the run: it can be prolonged, and decays can branch off
from any checkpoint. A cosine must know T from the first decay step on. The price is that the loss looks worse than
a cosine's until the decay, where it drops fast.
""",
    variants=(
        "Decay with 1 - √s and compare the end of the loss curve.",
        "Resume a run in its decay and make it longer: what is the rate at the joint?",
    ),
    next="step_decay",
    weak=(along("peak, middle, end", "The usual example.",
          (10, 90, 100), warmup=10, total=100, decay=20, peak=1.0, floor=0.0),),
    order=21,
)  # fmt: skip
