"""Write it: linear warm-up, then a cosine."""

import math
import random

from ..grader.call_probes import along, by_lot
from ..grader.exercise_form import Bug, Exercise, Probe, source


def warmup_cosine(t, *, warmup, total, peak, floor):
    if t < warmup:
        return peak * (t + 1) / warmup
    done = min(1.0, (t - warmup) / (total - warmup))
    return floor + (peak - floor) * (1 + math.cos(math.pi * done)) / 2


DONE = "min(1.0, (t - warmup) / (total - warmup))"
CURVE = "floor + (peak - floor) * (1 + math.cos(math.pi * done)) / 2"
RISE = "peak * (t + 1) / warmup"
WARMUP = r"\gamma_t = \gamma_{\max} (t+1) / W, \quad t < W"
PART = r"s = \min\Bigl(1, \frac{t - W}{T - W}\Bigr)"
COSINE = r"\gamma_t = \gamma_{\min} + (\gamma_{\max} - \gamma_{\min})\,\frac{1 + \cos \pi s}{2}"


def _drawn(draw: random.Random) -> Probe:
    warmup, peak = draw.choice([0, draw.randint(0, 6)]), 3 * draw.random()
    total, floor = warmup + draw.randint(1, 10), draw.choice([0.0, 0.3 * peak * draw.random()])
    return along("", "", range(20), warmup=warmup, total=total, peak=peak, floor=floor)


EXERCISE = Exercise(
    name="warmup_cosine",
    title="Warm-up and cosine",
    chapter="practice/schedules",
    level="basic",
    minutes=6,
    task="""
Write `warmup_cosine(t, *, warmup, total, peak, floor)`, the learning rate of step `t = 0, 1, 2, …`, a float.

- While `t < warmup` it rises on a line: the **first** step has `peak / warmup`, step `warmup - 1` has `peak`.
  `warmup` may be 0; it is less than `total`.
- Then it follows half a cosine **from** `peak` at step `warmup` **to** `floor` at step `total`.
- After that it stays at `floor`, which is at most `peak`.
""",
    starter="""
import math

def warmup_cosine(t, *, warmup, total, peak, floor):
    if t < warmup:
        return ...
    return ...
""",
    reference=source("drill/tasks/warmup_cosine.py", "warmup_cosine"),
    probes=(
        along("the whole way", "From the first step to some after the last: both ends and the joint.",
              range(16), warmup=4, total=12, peak=0.5, floor=0.05),
        along("without warm-up", "Zero warm-up steps must not divide by zero.",
              range(8), warmup=0, total=5, peak=2.0, floor=0.5),
        along("long after the end", "A run that goes on must not see the rate rise again.",
              (9, 10, 11, 42, 99, 100, 101, 150, 190), warmup=10, total=100, peak=1.0, floor=0.1),
        along("a constant", "The floor may be as high as the peak, and the way down a single step.",
              range(6), warmup=1, total=2, peak=0.3, floor=0.3),
        by_lot(_drawn, runs=60),
    ),
    bugs=(
        Bug("first-step-zero", "The warm-up is t / W, so that the first step has rate zero and its batch is spent on "
            "nothing. Many libraries do so; here the first step was to move.", WARMUP,
            ((RISE, "peak * t / warmup"),), convention=True),
        Bug("warm-up-from-floor", "The warm-up starts from the floor. Some schedules do; here it was to start "
            "from zero.", WARMUP, ((RISE, "floor + (peak - floor) * (t + 1) / warmup"),), convention=True),
        Bug("joint-late", "The line goes on for one step too many: at step W the rate is above the peak, and without "
            "warm-up it divides by zero.", WARMUP, (("t < warmup", "t <= warmup"),)),
        Bug("rises-again", "The progress is not limited to 1: after the last step the cosine goes up again.", PART,
            ((DONE, "(t - warmup) / (total - warmup)"),)),
        Bug("progress-from-zero", "The progress is t / T, as if the decay had begun at step 0: after the warm-up the "
            "rate jumps down.", PART, ((DONE, "min(1.0, t / total)"),)),
        Bug("too-long", "The decay is given all T steps though it starts at W: at step T it has not "
            "reached the floor.", PART, ((DONE, "min(1.0, (t - warmup) / total)"),)),
        Bug("one-short", "The floor is reached at step T - 1, the last one of the run. A sound choice, and not the "
            "one that was asked.", PART, ((DONE, "min(1.0, (t - warmup) / (total - 1 - warmup))"),), convention=True),
        Bug("pi-missing", "The cosine runs to one radian, not to π: only 23 % of the way down is made.",
            COSINE, (("math.cos(math.pi * done)", "math.cos(done)"),)),
        Bug("quarter-wave", "A quarter of a wave instead of half of one: the rate falls off with a kink at the end.",
            COSINE, ((CURVE, "floor + (peak - floor) * math.cos(math.pi / 2 * done)"),)),
        Bug("full-wave", "A whole wave instead of half of one: the rate is back at its peak at step T.", COSINE,
            (("math.pi * done", "2 * math.pi * done"),)),
        Bug("upside-down", "The sign of the cosine is wrong: the rate drops to the floor after warm-up and rises.",
            COSINE, (("1 + math.cos", "1 - math.cos"),)),
        Bug("half-missing", "The factor one half is missing: after warm-up the rate is near twice the peak.", COSINE,
            ((CURVE, CURVE.removesuffix(" / 2")),)),
        Bug("floor-added", "The floor is added to the whole cosine: every rate is too high by it, the peak too.",
            COSINE, (("(peak - floor)", "peak"),)),
        Bug("floor-as-limit", "The cosine goes to zero and is cut off at the floor: the rate waits there before the "
            "end.", COSINE, ((CURVE, "max(floor, peak * (1 + math.cos(math.pi * done)) / 2)"),), convention=True),
        Bug("zero-at-end", "After the last step the rate is zero, not the floor.", r"\gamma_t = \gamma_{\min}, t \ge T",
            ((f"return {CURVE}", f"return 0.0 if t > total else {CURVE}"),)),
        Bug("linear", "The decay is a straight line.", COSINE, ((CURVE, "peak + (floor - peak) * done"),)),
        Bug("warm-up-times-cosine", "The warm-up multiplies a cosine that has begun at step 0.", PART,
            ((DONE, "min(1.0, t / total)"), ("    if t < warmup:\n        return peak * (t + 1) / warmup\n", ""),
             (f"return {CURVE}", f"return ({CURVE}) * min(1.0, (t + 1) / max(warmup, 1))"))),
        Bug("peak-one-late", "The line is divided by W + 1: the peak is reached at step W, not at W - 1.", WARMUP,
            ((RISE, "peak * (t + 1) / (warmup + 1)"),)),
        Bug("line-to-peak-late", "The line starts at peak / W and reaches the peak at step W, one step late.", WARMUP,
            ((RISE, "peak / warmup + (peak - peak / warmup) * t / warmup"),)),
    ),
    hints=(
        "Two pieces: a line, and a curve in the fraction of the remaining steps that is done.",
        "A cosine falls from 1 to -1 while its angle goes from 0 to π. Shift and scale it to go from 1 to 0.",
        rf"${PART}$, ${COSINE}$",
        "`done = min(1.0, (t - warmup) / (total - warmup))`, then "
        "`floor + (peak - floor) * (1 + math.cos(math.pi * done)) / 2`",
    ),
    explanation="""
Three places go wrong: the first step, the joint and the end. Test the rate at 0, W - 1, W, T and T + 1. The cosine
is flat at both ends, so that an error of one step near T is hardly seen in a loss curve; the missing limit is seen
only by those who train longer than planned. Count optimizer steps, not micro-batches and not epochs.
""",
    variants=(
        "Write the same as a recurrence that only knows the current rate.",
        "Restart the cosine, each period twice as long as the one before.",
        "Plot it for a step that is called once for each epoch instead of each batch.",
    ),
    next="wsd",
    weak=(along("peak, middle, end", "The usual example.", (10, 55, 100), warmup=10, total=100, peak=1.0, floor=0.0),),
    order=20,
)  # fmt: skip
