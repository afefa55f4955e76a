"""Write it: the learning-rate range test."""

import random

from ..grader.call_probes import by_lot, calls, case
from ..grader.exercise_form import Bug, Exercise, Probe, source


def lr_finder(losses, *, low, high, beta, stop):
    n = len(losses)
    rates = [low * (high / low) ** (i / (n - 1)) for i in range(n)]
    average, best, smooth = 0.0, float("inf"), []
    for i, loss in enumerate(losses):
        average = beta * average + (1 - beta) * loss
        smooth.append(average / (1 - beta ** (i + 1)))
        best = min(best, smooth[-1])
        if smooth[-1] > stop * best:
            break
    falls = [before - after for before, after in zip(smooth, smooth[1:], strict=False)]
    return rates[: len(smooth)], smooth, rates[falls.index(max(falls))]


PARTS = ("rates", "smooth losses", "suggestion")
GRID = r"\gamma_i = \gamma_{\text{low}} (\gamma_{\text{high}} / \gamma_{\text{low}})^{i/(n-1)}"
SMOOTH = r"a_i = \beta a_{i-1} + (1-\beta)\,\ell_i, \quad \hat a_i = a_i / (1 - \beta^{i+1})"
STOP = r"\hat a_i > s \cdot \min_{j \le i} \hat a_j"
STEEPEST = r"\gamma_{i^*}, \quad i^* = \arg\max_i\, (\hat a_i - \hat a_{i+1})"
POWER = "low * (high / low) ** (i / (n - 1))"
AVERAGE = "average = beta * average + (1 - beta) * loss"
CORRECTED = "smooth.append(average / (1 - beta ** (i + 1)))"
LIMIT = "smooth[-1] > stop * best"
PICK = "rates[falls.index(max(falls))]"
FALL = "before - after for before, after in zip(smooth, smooth[1:], strict=False)"

CURVE = [2.3, 2.31, 2.28, 2.3, 2.2, 2.05, 1.7, 1.2, 0.95, 0.9, 1.1, 2.0, 9.0, 40.0, 100.0, 300.0]
BUMPS = [4.0, 3.0, 5.0, 1.0, 1.2, 0.8, 0.9, 1.0, 1.5, 1.1, 4.0, 2.0]
USUAL = dict(low=1e-5, high=10.0, beta=0.6, stop=4.0)


def _drawn(draw: random.Random) -> Probe:
    scale = draw.choice([0.1, 1, 3])
    losses = [scale * draw.uniform(0.1, 1) for _ in range(draw.randint(2, 14))]
    low, high = 10 ** draw.uniform(-5, -0.5), 10 ** draw.uniform(-0.3, 1)
    beta, stop = draw.choice([0.0, draw.random()]), draw.uniform(1.05, 4)
    return calls("", "", case("result", losses, low=low, high=high, beta=beta, stop=stop), parts=PARTS)


EXERCISE = Exercise(
    name="lr_finder",
    title="A learning-rate finder",
    chapter="practice/sensitivity",
    level="mid",
    minutes=12,
    task="""
Write `lr_finder(losses, *, low, high, beta, stop)`. It returns `(rates, smooth, suggestion)`.

- `losses[i]` is the loss of batch `i`, which was trained at rate number `i`. All `len(losses)` rates (two or more) lie
  in equal **ratios** from `low` (the first) to `high` (the last).
- `smooth` is the exponential moving average of the losses that starts at **zero** and is corrected as Adam's moments
  are: divided by `1 - beta ** k` after `k` losses. All losses are finite and positive.
- Stop after the first batch whose smooth loss is above `stop` times the least smooth loss so far. That batch is still
  in `rates` and `smooth`, the later ones are not.
- `suggestion` is `rates[i]` for the first `i` at which the smooth loss falls most: the largest
  `smooth[i] - smooth[i + 1]`, even if that is negative because the loss only rises.
""",
    starter="""
def lr_finder(losses, *, low, high, beta, stop):
    rates = ...
    smooth = ...
    return rates, smooth, ...
""",
    reference=source("drill/tasks/lr_finder.py", "lr_finder"),
    probes=(
        calls("a usual curve", "Flat, a fall, a minimum, and then it explodes.",
              case("16 batches", CURVE, **USUAL), parts=PARTS),
        calls("bumps", "Where the losses jump, it matters which curve is read.",
              case("no stop", BUMPS, **{**USUAL, "stop": 100.0}), parts=PARTS),
        calls("a steep fall at the end", "Per ratio and per unit of the rate the steepest place is another.",
              case("9 batches", [5.0, 4.8, 3.2, 3.0, 2.9, 2.0, 1.4, 1.3, 1.35], **{**USUAL, "beta": 0.0}),
              parts=PARTS),
        calls("heavy smoothing", "With a large beta the correction is everything at first.",
              case("beta 0.98", CURVE, **{**USUAL, "beta": 0.98}), parts=PARTS),
        calls("an early stop", "The best loss so far is a smooth one.",
              case("stop 2", [1.0, 1.1, 0.2, 1.0, 1.1, 1.2, 1.5, 3.0, 5.0], **{**USUAL, "stop": 2.0}), parts=PARTS),
        calls("only up", "Where nothing falls, the least rise is the largest fall.",
              case("6 batches", [1.0, 1.3, 1.4, 1.8, 2.5, 2.6], low=0.01, high=3.0, beta=0.3, stop=9.0), parts=PARTS),
        calls("the shortest", "Two losses, and a stop at the second.",
              case("falling", [2.0, 1.0], low=0.1, high=0.4, beta=0.5, stop=3.0),
              case("stopping", [1.0, 7.0, 1.0], low=0.1, high=0.9, beta=0.25, stop=2.0), parts=PARTS),
        calls("huge losses", "The least loss so far may be any number.",
              case("1e20", [3e20, 2e20, 4e20, 5e20, 9e20], low=0.1, high=1.6, beta=0.2, stop=3.5), parts=PARTS),
        calls("ties", "Of equal falls the first counts, and a loss at the limit is not above it.",
              case("equal falls", [9.0, 7.0, 5.0, 5.0, 3.0], low=0.1, high=1.6, beta=0.0, stop=3.0),
              case("at the limit", [2.0, 1.0, 4.0, 2.0, 5.0, 1.0], low=0.1, high=3.2, beta=0.0, stop=4.0), parts=PARTS),
        by_lot(_drawn, runs=60),
    ),
    bugs=(
        Bug("linear-grid", "The rates lie at equal distances: nearly all of them are of the size of the largest.", GRID,
            ((POWER, "low + (high - low) * i / (n - 1)"),)),
        Bug("last-rate-missing", "The exponent is i / n: the last rate is not reached.", GRID,
            (("(i / (n - 1))", "(i / n)"),)),
        Bug("one-ahead", "The exponent is (i + 1) / n: the first batch is trained above the lowest rate.", GRID,
            (("(i / (n - 1))", "((i + 1) / n)"),)),
        Bug("no-correction", "The average starts at zero and is not corrected: it seems to rise from nothing.", SMOOTH,
            ((CORRECTED, "smooth.append(average)"),)),
        Bug("correction-one-short", "The correction uses the index of the batch, not the number of losses: the first "
            "is divided by zero, or left alone.", SMOOTH,
            ((CORRECTED, "smooth.append(average / (1 - beta ** max(i, 1)))"),)),
        Bug("starts-at-first-loss", "The average starts at the first loss, without correction. It is smooth too, and "
            "gives the first loss more weight; the corrected one was asked.", SMOOTH,
            ((AVERAGE, "average = loss if i == 0 else beta * average + (1 - beta) * loss"),
             (CORRECTED, "smooth.append(average)")), convention=True),
        Bug("beta-swapped", "The weights of the average and of the new loss are swapped.", SMOOTH,
            ((AVERAGE, "average = (1 - beta) * average + beta * loss"),
             (CORRECTED, "smooth.append(average / (1 - (1 - beta) ** (i + 1)) if beta else 0.0)"))),
        Bug("never-stops", "It does not stop when the loss explodes: the optimizer trains on to NaN.", STOP,
            ((LIMIT, "False"),)),
        Bug("stops-by-first", "The loss is compared with the first one, not with the best.", STOP,
            ((LIMIT, "smooth[-1] > stop * smooth[0]"),)),
        Bug("stops-by-raw-best", "The best loss is taken from the raw losses: one lucky batch ends the test.", STOP,
            (("min(best, smooth[-1])", "min(best, loss)"),)),
        Bug("stops-on-raw", "The raw loss is compared: one unlucky batch ends the test.", STOP,
            ((LIMIT, "loss > stop * best"),)),
        Bug("last-left-out", "The batch at which the test stops is left out of the result.", STOP,
            (("            break", "            smooth.pop()\n            break"),)),
        Bug("minimum-chosen", "The rate with the least loss is suggested. It is at the edge of divergence already.",
            STEEPEST, ((PICK, "rates[smooth.index(min(smooth))]"),)),
        Bug("per-unit-of-rate", "The slope is taken per unit of the rate, not per ratio: it always points to the "
            "smallest rates.", STEEPEST,
            ((FALL, "(smooth[i] - smooth[i + 1]) / (rates[i + 1] - rates[i]) for i in range(len(smooth) - 1)"),)),
        Bug("raw-slope", "The slope of the raw losses is taken: noise decides.", STEEPEST,
            ((FALL, "losses[i] - losses[i + 1] for i in range(len(smooth) - 1)"),)),
        Bug("central-differences", "The slope at a rate is taken from both neighbors. A fair choice; the fall to the "
            "next rate was asked.", STEEPEST,
            ((FALL, "(smooth[max(i - 1, 0)] - smooth[min(i + 1, len(smooth) - 1)]) / (1 + (0 < i < len(smooth) - 1)) "
              "for i in range(len(smooth))"),), convention=True),
        Bug("steepest-rise", "The place where the loss rises most is suggested: the sign is wrong.", STEEPEST,
            ((PICK, "rates[falls.index(min(falls))]"),)),
        Bug("upper-end", "The rate at the end of the steepest piece is suggested, not that at its start.", STEEPEST,
            ((PICK, "rates[falls.index(max(falls)) + 1]"),)),
        Bug("tenth-of-minimum", "A tenth of the rate with the least loss is suggested. A common rule of thumb, and not "
            "the one that was asked.", STEEPEST, ((PICK, "rates[smooth.index(min(smooth))] / 10"),), convention=True),
        Bug("all-rates", "The rates of all batches are returned, also of those after the stop.", STOP,
            (("rates[: len(smooth)]", "rates"),)),
        Bug("grid-to-the-stop", "The grid is spread over the batches before the stop: the last of those gets `high`.",
            GRID, (("    falls = [", "    n = len(smooth)\n    rates = [low * (high / low) ** (i / max(n - 1, "
                "1)) for i in "
            "range(n)]\n    falls = ["),)),
        Bug("index-for-rate", "The index of the batch is returned, not its rate.", STEEPEST,
            ((PICK, "falls.index(max(falls))"),)),
        Bug("relative-fall", "The fall is taken relative to the loss: a ratio, not a difference.", STEEPEST,
            ((FALL, "(before - after) / before for before, after in zip(smooth, smooth[1:], strict=False)"),)),
        Bug("only-a-fall", "A fall must be positive: where the loss only rises there is no suggestion.", STEEPEST,
            ((PICK, "(rates[falls.index(max(falls))] if max(falls) > 0 else None)"),)),
        Bug("first-loss-and-corrected", "The average starts at the first loss and is corrected as if it had started at "
            "zero.", SMOOTH, ((AVERAGE, "average = beta * average + (1 - beta) * loss if i else loss"),),
            others=((("average, best, smooth = 0.0,", "average, best, smooth = losses[0],"),),)),
    ),
    hints=(
        "Three pieces that do not know of each other: a grid, an average, a choice.",
        "Equal ratios are equal distances of the logarithm. There, the steepest place is where neighbors differ most.",
        rf"${GRID}$; ${SMOOTH}$; ${STEEPEST}$",
        "`rates = [low * (high / low) ** (i / (n - 1)) for i in range(n)]`",
    ),
    explanation="""
The test costs a few hundred steps and gives an order of magnitude, not a value. It starts from fresh weights, so it
says nothing on the rate that is right later, and with momentum or warm-up in the real run another rate is best. A
large `beta` delays the curve: the suggestion lies too high by as much.
""",
    variants=(
        "Repeat with three seeds: how far apart are the suggestions?",
        "Correct the suggestion for the delay of the average.",
    ),
    next="loss_scaler",
    weak=(calls("no smoothing", "The usual example.",
          case("5 batches", [5.0, 4.0, 1.0, 0.9, 1.0], **{**USUAL, "beta": 0.0}), parts=PARTS),),
    order=60,
)  # fmt: skip
