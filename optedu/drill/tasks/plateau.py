"""Write it: a schedule that waits until the loss stops improving."""

import random

from ..grader.call_probes import by_lot, calls, case
from ..grader.exercise_form import Bug, Exercise, Probe, source


def plateau(losses, *, lr, factor, patience, threshold, cooldown, min_lr):
    best, bad, rest, lrs = float("inf"), 0, 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad += 1
        if rest > 0:
            rest, bad = rest - 1, 0
        if bad > patience:
            lr, bad, rest = max(lr * factor, min_lr), 0, cooldown
        lrs.append(lr)
    return lrs


BETTER = r"\ell < (1 - \text{threshold})\, \ell_{\text{best}}"
FIRES = r"\text{bad epochs} > \text{patience}"
REDUCE = r"\gamma \leftarrow \max(\gamma f, \gamma_{\min})"
TEST = "loss < best * (1 - threshold)"
REDUCED = "lr, bad, rest = max(lr * factor, min_lr), 0, cooldown"
FLAT = [1.0] * 14
USUAL = dict(lr=1.0, factor=0.5, patience=2, threshold=0.01, cooldown=0, min_lr=0.0)


def _drawn(draw: random.Random) -> Probe:
    level, losses = 3.0, [float("nan")] * draw.choice([0, 0, 1, 3])
    for _ in range(40):
        level *= draw.choice([0.7, 0.9, 0.97, 0.99, 1.0, 1.0, 1.02, 1.2])
        losses.append(draw.choice([level] * 15 + [float("nan")]))
    lr = 10 ** draw.uniform(-9, 1)
    settings = {
        "factor": draw.uniform(0.1, 0.9), "patience": draw.randint(0, 4), "cooldown": draw.randint(0, 4),
        "threshold": draw.choice([0.0, draw.uniform(0, 0.2)]), "min_lr": lr * draw.choice([0.0, 0.3 * draw.random()]),
    }  # fmt: skip
    return calls("", "", case("rates", losses, lr=lr, **settings))


EXERCISE = Exercise(
    name="plateau",
    title="Reduce on a plateau",
    chapter="practice/schedules",
    level="mid",
    minutes=12,
    task="""
Write `plateau(losses, *, lr, factor, patience, threshold, cooldown, min_lr)`.

- `losses` are the validation losses of epochs 1, 2, …, all positive; NaN may occur, and there may be none.
  Return the list of learning rates, one for each loss: the rate in force **after** that loss was seen.
- A loss is an improvement if it is below `best * (1 - threshold)`, where `best` is the last loss that was one. NaN
  never is, and the first loss that is a number always is.
- The rate is multiplied by `factor`, but not below `min_lr`, when the number of epochs in a row without improvement
  **exceeds** `patience`. The count then starts anew; `best` stays.
- In the `cooldown` epochs after a reduction bad epochs are not counted (an improvement still sets `best`).
""",
    starter="""
def plateau(losses, *, lr, factor, patience, threshold, cooldown, min_lr):
    best, lrs = float("inf"), []
    for loss in losses:
        ...
        lrs.append(lr)
    return lrs
""",
    reference=source("drill/tasks/plateau.py", "plateau"),
    probes=(
        calls("a flat loss", "When the first reduction comes, and when the next ones.", case("rates", FLAT, **USUAL)),
        calls("better, then flat, then better", "An improvement starts the count anew.",
              case("rates", [3.0, 3.0, 3.0, 2.0, 2.0, 2.0, 1.0, 1.1, 1.1, 1.2, 1.0, 0.5, 0.5], **USUAL)),
        calls("no threshold", "A loss that is as good as the best one is no improvement.",
              case("rates", FLAT, **{**USUAL, "threshold": 0.0})),
        calls("too small an improvement", "Losses that fall by less than the threshold, at a large scale and a small.",
              case("large", [100.0 - 0.3 * k for k in range(12)], **USUAL),
              case("small", [0.02 - 0.001 * k for k in range(10)], **USUAL)),
        calls("up and down", "A loss below the last one but not below the best is none.",
              case("rates", [1.0, 3.0, 2.0, 4.0, 3.0, 5.0, 4.0, 6.0, 5.0], **USUAL)),
        calls("cooldown", "Epochs that do not count.",
              case("cooldown 3", FLAT, **{**USUAL, "cooldown": 3}),
              case("cooldown 5", FLAT, **{**USUAL, "cooldown": 5}),
              case("better in it", [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], **{**USUAL, "cooldown": 2})),
        calls("least rate", "The rate must stop at its lower limit, not below and not before.",
              case("limit 0.2", FLAT, **{**USUAL, "patience": 0, "min_lr": 0.2}),
              case("limit 0.6", FLAT, **{**USUAL, "patience": 3, "min_lr": 0.6})),
        calls("after a reduction", "Which loss counts as the best one then?",
              case("rates", [1.0, 2.0, 2.0, 2.0, 1.5, 1.5, 1.5, 1.4, 1.4, 1.4], **USUAL)),
        calls("NaN", "A comparison with NaN is false: that may make it an improvement.",
              case("rates", [1.0, float("nan"), float("nan"), 1.0, float("nan"), 0.5, 1.0], **USUAL)),
        calls("other settings", "Settings taken for one another, and a loss between two bounds.",
              case("rates", [2.0, 1.97, 1.8, 1.79, 1.85, 1.78, 1.6, 1.59, 1.58, 1.3, 1.29, 1.4, 1.5, 1.28, 1.27, 1.26],
                   lr=0.8, factor=0.3, patience=1, threshold=0.05, cooldown=2, min_lr=0.004)),
        calls("huge losses", "The first loss is the best so far, however large it is.",
              case("1e20", [3e20, 2e20, 1e20, 1e20, 1e20, 1e20, 1e20], **USUAL)),
        calls("at the bound", "A loss of exactly the bound is no improvement, and without losses there are no rates.",
              case("half of the best", [4.0, 2.0, 2.0, 1.9, 0.95, 0.95], **{**USUAL, "threshold": 0.5, "patience": 1}),
              case("no losses", [], **USUAL)),
        by_lot(_drawn, runs=60),
    ),
    bugs=(
        Bug("first-counts-as-bad", "The best loss starts as the first one, and the first one is then compared with "
            "itself: it counts as bad, and everything comes an epoch early.", BETTER,
            (('best, bad, rest, lrs = float("inf")', "best, bad, rest, lrs = losses[0]"),)),
        Bug("never-better", "The bound is infinity minus a fraction of infinity, which is NaN: no loss is ever better "
            "than the first best.", BETTER, ((TEST, "loss < best - threshold * best"),)),
        Bug("fires-early", "The reduction comes when the count reaches the patience, one epoch early.", FIRES,
            (("bad > patience", "bad >= patience"),)),
        Bug("last-for-best", "Each loss is compared with the one before, not with the best. A loss that goes up and "
            "down never looks flat.", BETTER, (("            bad += 1", "            best, bad = loss, bad + 1"),)),
        Bug("threshold-ignored", "Any improvement counts, however small: noise keeps the rate up.", BETTER,
            ((TEST, "loss < best"),)),
        Bug("absolute-threshold", "The threshold is taken as an amount, not as a fraction of the best loss. torch has "
            "both modes; a fraction was asked.", BETTER, ((TEST, "loss < best - threshold"),), convention=True),
        Bug("threshold-reversed", "The sign of the threshold is wrong: a loss that is a little worse counts as better.",
            BETTER, (("(1 - threshold)", "(1 + threshold)"),)),
        Bug("count-kept-when-better", "An improvement does not set the count to zero: bad epochs add up over the whole "
            "run.", FIRES, (("best, bad = loss, 0", "best = loss"),)),
        Bug("count-kept-after-reduction", "The count does not start anew after a reduction: the rate falls at every "
            "epoch.", FIRES, ((REDUCED, "lr, rest = max(lr * factor, min_lr), cooldown"),)),
        Bug("cooldown-ignored", "There is no cooldown: bad epochs count right after a reduction.", FIRES,
            ((REDUCED, "lr, bad = max(lr * factor, min_lr), 0"),)),
        Bug("cooldown-counts", "The cooldown delays reductions but bad epochs are counted in it.", FIRES,
            (("rest, bad = rest - 1, 0", "rest = rest - 1"), ("bad > patience", "bad > patience and rest == 0"))),
        Bug("cooldown-deaf", "In the cooldown losses are not looked at: an improvement is missed, and `best` with it.",
            BETTER, (("if loss < best", "if rest == 0 and loss < best"),)),
        Bug("limit-ignored", "The lower limit of the rate is ignored.", REDUCE, (("max(lr * factor, min_lr)",
            "lr * factor"),)),
        Bug("stops-above-limit", "A reduction that would go below the limit is left out, so that the limit is never "
            "reached.", REDUCE, (("max(lr * factor, min_lr)", "(lr * factor if lr * factor >= min_lr else lr)"),)),
        Bug("best-forgotten", "The best loss is forgotten at a reduction: the next loss counts as better, whatever it "
            "is.", BETTER, ((REDUCED, "lr, bad, rest, best = max(lr * factor, min_lr), 0, cooldown, float('inf')"),)),
        Bug("nan-improves", "The test is written as *not worse*: NaN passes it and becomes the best loss, which "
            "nothing can beat.", BETTER, ((TEST, "not loss >= best * (1 - threshold)"),)),
        Bug("equal-improves", "A loss equal to the bound counts as better.", BETTER,
            ((TEST, "loss <= best * (1 - threshold)"),)),
        Bug("once-only", "The rate is reduced once and never again.", REDUCE,
            ((REDUCED, "bad, rest, patience, lr = 0, cooldown, float('inf'), max(lr * factor, min_lr)"),)),
        Bug("best-of-all", "The best loss follows every lower one, also by less than the threshold: a slow fall never "
            "counts.", BETTER,
            (("            bad += 1", "            best, bad = min(best, loss), bad + 1"),)),
        Bug("cooldown-short", "The cooldown is counted down in the epoch of the reduction already: it is one "
            "too short.",
            FIRES, ((REDUCED, "lr, bad, rest = max(lr * factor, min_lr), 0, max(0, cooldown - 1)"),)),
        Bug("cooldown-long", "The cooldown is one epoch too long.",
            FIRES, ((REDUCED, "lr, bad, rest = max(lr * factor, min_lr), 0, cooldown + 1"),)),
        Bug("rate-before", "The rate before the loss was seen is returned, not the one after.", REDUCE,
            (("    for loss in losses:\n", "    for loss in losses:\n        lrs.append(lr)\n"),
             ("        lrs.append(lr)\n    return", "    return"))),
    ),
    hints=(
        "Three things are kept: the best loss, how many epochs were bad in a row, and how many may still rest.",
        "Order matters: judge the loss, let the cooldown silence the count, then look at the count.",
        rf"better: ${BETTER}$; reduce: ${FIRES}$, ${REDUCE}$",
        "`if bad > patience: lr, bad, rest = max(lr * factor, min_lr), 0, cooldown`",
    ),
    explanation="""
With patience 2 the third bad epoch reduces: patience counts what is tolerated. The first loss is better than infinity
and so does not count. A relative threshold fails when the loss is near zero or negative. The schedule reads a
*validation* loss; on a noisy one the best value is a lucky one and reductions come too early.
""",
    variants=(
        "A mode for metrics that should rise. Why is `-metric` not enough with a relative threshold?",
        "Two workers see different losses: how do you keep their rates equal?",
    ),
    next="clip_norm",
    weak=(calls("a flat loss", "The usual example.", case("rates", [1.0] * 4, **USUAL)),),
    order=23,
)  # fmt: skip
