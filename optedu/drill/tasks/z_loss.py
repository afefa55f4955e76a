"""Write it: the z-loss and its gradient."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back, several
from ..grader.exercise_form import Bug, Exercise, Probe, source


def z_loss(logits, coefficient):
    import numpy as np

    top = logits.max(axis=-1, keepdims=True)
    weights = np.exp(logits - top)
    total = weights.sum(axis=-1, keepdims=True)
    log_z = top + np.log(total)
    loss = coefficient * float((log_z * log_z).mean())
    gradient = 2 * coefficient / log_z.size * log_z * (weights / total)
    return loss, gradient


PARTS = ("loss", "gradient")
ONE = [0.7, -1.3, 0.2]
TOKENS = [[1.1, -0.4, 2.3], [-3.2, -2.1, -4.6]]
TEXTS = [[[0.3, 1.9, -0.8, 0.1], [2.2, 0.6, -1.7, 0.9]], [[-2.4, 0.5, 1.3, -0.6], [0.8, -1.1, 0.4, 3.1]],
         [[-0.2, -5.3, -4.1, -2.9], [1.4, 1.7, -0.9, 2.6]]]  # fmt: skip
LARGE = [[9000.0, 8999.2, 8997.5], [-9998.1, -9997.3, -9999.9]]


def _probe(name: str, why: str, *given: tuple[list[Any], float]) -> Probe:
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        import numpy as np

        for values, coefficient in given:
            logits = np.array(values)
            where = f"logits of shape {logits.shape}"
            result = given_back(function(logits, coefficient), PARTS)
            for part, value in zip(PARTS, several(result, PARTS), strict=True):
                yield f"{where}, {part}", np.asarray(value)
                yield f"{where}, {part}, what is finite", np.isfinite(value)
            yield f"{where}, the gradient is a new array", not np.shares_memory(result[1], logits)

    return Probe(name, why, run)


def _drawn(draw: random.Random) -> Probe:
    rows, columns, scale = draw.randint(1, 4), draw.randint(1, 6), 10 ** draw.uniform(-2, 2)
    shift = draw.choice([0.0, 3000 * draw.gauss(0, 1)])
    values = [[shift + scale * draw.gauss(0, 1) for _ in range(columns)] for _ in range(rows)]
    return _probe("", "", (values if draw.random() < 0.8 else values[0], 10 ** draw.uniform(-4, 1)))


TOP, WEIGHTS = "top = logits.max(axis=-1, keepdims=True)", "weights = np.exp(logits - top)"
TOTAL, LOG_Z = "total = weights.sum(axis=-1, keepdims=True)", "log_z = top + np.log(total)"
LOSS = "loss = coefficient * float((log_z * log_z).mean())"
GRADIENT = "gradient = 2 * coefficient / log_z.size * log_z * (weights / total)"
Z = r"\ln Z_i = \ln\textstyle\sum_j e^{x_{ij}}"
STABLE = r"\ln Z_i = a_i + \ln\textstyle\sum_j e^{x_{ij} - a_i},\quad a_i = \max_j x_{ij}"
MEAN = r"L = \frac{c}{n}\textstyle\sum_i (\ln Z_i)^2"
SLOPE = r"\frac{\partial L}{\partial x_{ij}} = \frac{2c}{n}\,p_{ij}\ln Z_i"

EXERCISE = Exercise(
    name="z_loss",
    title="The z-loss",
    chapter="large_models/stability",
    level="mid",
    minutes=8,
    task="""
Write `z_loss(logits, coefficient)`, the term that keeps the logits of a language model from drifting.

- `logits` is a NumPy array of floats. Its last axis runs over the classes; each position of the other axes is a token.
  There may be no other axis (one token) or several. All numbers are finite, and there is at least one token and one
  class.
- With Z the sum of exp(logit) over the classes of a token, the loss is `coefficient` · (ln Z)², **averaged over the
  tokens**.
- Return `(loss, gradient)`: a float, and the derivative of the loss with respect to `logits`, a new array of the same
  shape. Do not change `logits`.
- Logits may be as large as ±10,000: nothing may overflow, and the result must stay exact.

`np` is there already.
""",
    starter="\ndef z_loss(logits, coefficient):\n    ...\n    return loss, gradient\n",
    reference=source("drill/tasks/z_loss.py", "z_loss").replace("    import numpy as np\n\n", ""),
    probes=(
        _probe("two tokens", "One Z above 1 and one below: the sign of its logarithm counts.", (TOKENS, 0.3)),
        _probe("one token", "There is no axis of tokens, and nothing to average.", (ONE, 1.7)),
        _probe("several texts", "Tokens lie along two axes, and all of them are averaged.", (TEXTS, 0.04)),
        _probe("texts of several runs", "However many axes there are, only the last one is of classes.",
               ([TEXTS, [[[-x for x in token] for token in text] for text in TEXTS]], 0.7), ([[[[0.4, -1.1]]]], 0.2)),
        _probe("far apart", "Within a token, too: what is far below the largest has no part in the sum.",
               ([[9999.0, -9999.0, 9998.5], [-750.0, 3.0, 40.0]], 0.6)),
        _probe("large logits", "Nothing may overflow, and nothing be lost.", (LARGE, 1e-4), (LARGE[0], 2.5),
               (LARGE[1], 2.5)),
        _probe("one class", "Z is the exponential of the only logit.", ([[1.6], [-0.7], [2.9]], 0.6)),
        _probe("a shift", "Adding a number to all logits of a token is seen by this loss alone.",
               ([[6.1, 4.6, 7.3], [-3.2, -2.1, -4.6]], 0.3)),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("overflows", "The exponentials are taken of the bare logits: above 709 they overflow, and where all are "
            "below -745 their sum is zero.", STABLE,
            ((WEIGHTS, "weights = np.exp(logits)"), (LOG_Z, "log_z = np.log(total)"))),
        Bug("maximum-not-added-back", "The largest logit is subtracted for stability and not added back to the "
            "logarithm. The loss then does not see the drift that it is there to stop.", STABLE,
            ((LOG_Z, "log_z = np.log(total)"),)),
        Bug("one-maximum-for-all", "The largest logit of all tokens is subtracted: a token far below it gets a sum of "
            "zero.", STABLE, ((TOP, "top = logits.max()"),)),
        Bug("logits-clipped", "The logits are clamped so that nothing overflows: the loss is of other logits.", STABLE,
            ((TOP, "logits = np.clip(logits, -50, 50)\n    " + TOP),)),
        Bug("maximum-for-log-z", "The largest logit is taken for ln Z.", Z, ((LOG_Z, "log_z = top + 0 * total"),)),
        Bug("mean-of-exponentials", "The exponentials are averaged over the classes, not added.", Z,
            ((LOG_Z, "log_z = top + np.log(total / logits.shape[-1])"),)),
        Bug("tokens-for-classes", "The sum runs over the first axis, the tokens.", Z,
            ((TOP, TOP.replace("-1", "0")), (TOTAL, TOTAL.replace("-1", "0")))),
        Bug("sum-of-everything", "The sum runs over all logits of all tokens.", Z,
            ((TOP, "top = logits.max(keepdims=True)"), (TOTAL, "total = weights.sum(keepdims=True)"))),
        Bug("base-two", "The logarithm has base 2.", Z, ((LOG_Z, "log_z = (top + np.log(total)) / np.log(2)"),)),
        Bug("square-missing", "ln Z itself is averaged: the loss has no minimum, and the gradient is c p / n.", MEAN,
            ((LOSS, "loss = coefficient * float(log_z.mean())"),
             (GRADIENT, "gradient = coefficient / log_z.size * (weights / total)"))),
        Bug("square-missing-in-loss", "The loss lacks the square; the gradient is that of the square.", MEAN,
            ((LOSS, "loss = coefficient * float(log_z.mean())"),)),
        Bug("size-for-square", "The size of ln Z is averaged, not its square: the pull does not fade near Z = 1.", MEAN,
            ((LOSS, "loss = coefficient * float(abs(log_z).mean())"),
             (GRADIENT, "gradient = coefficient / log_z.size * np.sign(log_z) * (weights / total)"))),
        Bug("square-of-mean", "The mean of ln Z is squared. Tokens above and below 1 cancel.", MEAN,
            ((LOSS, "loss = coefficient * float(log_z.mean() ** 2)"),
             (GRADIENT, "gradient = 2 * coefficient / log_z.size * log_z.mean() * (weights / total)"))),
        Bug("square-of-mean-in-loss", "The loss squares the mean of ln Z; the gradient is that of the mean of the "
            "squares.", MEAN, ((LOSS, "loss = coefficient * float(log_z.mean() ** 2)"),)),
        Bug("summed", "Loss and gradient are sums over the tokens, not means: the weight grows with the batch.", MEAN,
            ((LOSS, "loss = coefficient * float((log_z * log_z).sum())"),
             (GRADIENT, "gradient = 2 * coefficient * log_z * (weights / total)"))),
        Bug("gradient-summed", "The gradient is not divided by the number of tokens.", SLOPE,
            ((GRADIENT, "gradient = 2 * coefficient * log_z * (weights / total)"),)),
        Bug("loss-summed", "The loss is not divided by the number of tokens.", MEAN,
            ((LOSS, "loss = coefficient * float((log_z * log_z).sum())"),)),
        Bug("divided-by-entries", "Loss and gradient are divided by the number of logits, not of tokens.", MEAN,
            ((LOSS, "loss = coefficient * float((log_z * log_z).sum()) / logits.size"),
             (GRADIENT, GRADIENT.replace("log_z.size", "logits.size")))),
        Bug("gradient-divided-by-entries", "The gradient is divided by the number of logits, not of tokens.", SLOPE,
            ((GRADIENT, GRADIENT.replace("log_z.size", "logits.size")),)),
        Bug("divided-by-first-axis", "Loss and gradient are divided by the length of the first axis.", MEAN,
            ((LOSS, "loss = coefficient * float((log_z * log_z).sum()) / len(logits)"),
             (GRADIENT, GRADIENT.replace("log_z.size", "len(logits)")))),
        Bug("gradient-divided-by-first-axis", "The gradient is divided by the length of the first axis.", SLOPE,
            ((GRADIENT, GRADIENT.replace("log_z.size", "len(logits)")),)),
        Bug("two-missing", "The gradient lacks the 2 of the square.", SLOPE,
            ((GRADIENT, GRADIENT.replace("2 * coefficient", "coefficient")),)),
        Bug("halved", "The loss is half the square, and the gradient belongs to it.", MEAN,
            ((LOSS, LOSS.replace("coefficient *", "0.5 * coefficient *")),
             (GRADIENT, GRADIENT.replace("2 * coefficient", "coefficient"))), convention=True),
        Bug("log-z-missing-in-gradient", "The gradient lacks the factor ln Z: it always pulls down.", SLOPE,
            ((GRADIENT, "gradient = 2 * coefficient / log_z.size * (weights / total)"),)),
        Bug("softmax-missing", "All classes get the same pull, 2c ln Z / n, without their probabilities.", SLOPE,
            ((GRADIENT, "gradient = 2 * coefficient / log_z.size * log_z * np.ones_like(weights)"),)),
        Bug("not-normalized", "The exponentials stand in the place of the probabilities.", SLOPE,
            ((GRADIENT, "gradient = 2 * coefficient / log_z.size * log_z * weights"),)),
        Bug("gradient-to-the-maximum", "The gradient goes to the largest logit alone.", SLOPE,
            ((GRADIENT, GRADIENT.replace("(weights / total)", "(logits == top)")),)),
        Bug("gradient-centered", "The same amount is taken from all classes so that the gradient adds up to zero, as "
            "that of cross-entropy does. Here the sum is the point: it moves Z.", SLOPE,
            ((GRADIENT, GRADIENT.replace("(weights / total)", "(weights / total - 1 / logits.shape[-1])")),)),
        Bug("gradient-sign", "The gradient has the wrong sign: Z is driven away from 1.", SLOPE,
            ((GRADIENT, GRADIENT.replace("2 * coeff", "-2 * coeff")),)),
        Bug("coefficient-missing-in-gradient", "The gradient lacks the coefficient.", SLOPE,
            ((GRADIENT, GRADIENT.replace("2 * coefficient", "2")),)),
        Bug("coefficient-missing-in-loss", "The loss lacks the coefficient.", MEAN,
            ((LOSS, LOSS.replace("coefficient * ", "")),)),
        Bug("coefficient-missing", "Loss and gradient lack the coefficient.", MEAN,
            ((LOSS, LOSS.replace("coefficient * ", "")), (GRADIENT, GRADIENT.replace("2 * coefficient", "2")))),
        Bug("coefficient-squared", "The coefficient is multiplied into ln Z, and squared with it.", MEAN,
            ((LOSS, LOSS.replace("coefficient *", "coefficient**2 *")),
             (GRADIENT, GRADIENT.replace("coefficient", "coefficient**2")))),
        Bug("loss-per-token", "The loss comes back for each token, not averaged.", MEAN,
            ((LOSS, "loss = (coefficient * log_z * log_z)[..., 0]"),)),
        Bug("logits-penalized", "The squares of the logits are averaged. That also holds back differences between "
            "classes, which the z-loss leaves free.", MEAN,
            ((LOSS, "loss = coefficient * float((logits * logits).mean())"),
             (GRADIENT, "gradient = 2 * coefficient / logits.size * logits"))),
    ),
    hints=(
        "Cross-entropy does not change when all logits of a token shift together. This term does.",
        "The derivative of ln Z with respect to a logit is its probability.",
        f"${STABLE}$; ${MEAN}$; ${SLOPE}$",
        "`log_z = top + np.log(np.exp(logits - top).sum(-1, keepdims=True))`; the gradient is "
        "`2 * coefficient / tokens * log_z * np.exp(logits - log_z)`",
    ),
    explanation="""
The gradient of cross-entropy adds up to zero over the classes, so nothing holds the mean logit in place. The gradient
of the z-loss adds up to 2c ln Z: a pull toward Z = 1, in proportion to the distance of ln Z from zero. PaLM used
c = 1e-4.
""",
    variants=(
        "Add cross-entropy, and compute both gradients from one softmax.",
        "Leave out padding: average over the tokens of a mask.",
        "Run it in bfloat16: from which shift of all logits on do two classes become one?",
    ),
    next="schedule_free",
    weak=(_probe("one small token", "The usual example.", (ONE, 1.0)),),
    order=10,
)  # fmt: skip
