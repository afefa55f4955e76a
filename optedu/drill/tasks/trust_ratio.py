"""Write it: the trust ratio of LARS."""

import random

from ..grader.call_probes import by_lot, calls, case, some_floats
from ..grader.exercise_form import Bug, Exercise, Probe, source


def trust_ratio(p, g, *, coefficient, weight_decay):
    p_norm = sum(x * x for x in p) ** 0.5
    pull = sum(x * x for x in g) ** 0.5 + weight_decay * p_norm
    return coefficient * p_norm / pull if p_norm and pull else 1.0


RULE = r"\eta\, \frac{\lVert\theta\rVert}{\lVert g\rVert + \lambda \lVert\theta\rVert}"
GUARD = r"1 \text{ if } \lVert\theta\rVert = 0 \text{ or the denominator is } 0"
RATIO = "coefficient * p_norm / pull"
PULL = "sum(x * x for x in g) ** 0.5 + weight_decay * p_norm"


def _drawn(draw: random.Random) -> Probe:
    n = draw.randint(1, 5)
    p, g = (some_floats(draw, n, draw.choice([0.0, *[10 ** draw.uniform(-9, 3)] * 4])) for _ in range(2))
    decay = draw.choice([0.0, draw.random()])
    return calls("", "", case("result", p, g, coefficient=3 * draw.random(), weight_decay=decay))


EXERCISE = Exercise(
    name="trust_ratio",
    title="The trust ratio of LARS",
    chapter="modern/lars_lamb",
    level="mid",
    minutes=5,
    task="""
Write `trust_ratio(p, g, *, coefficient, weight_decay)`, the factor by which LARS multiplies the learning rate of one
layer, a float.

- `p` and `g` are the layer's parameters and gradient, lists of floats.
- It is `coefficient` times the norm of `p`, divided by the norm of `g` **plus** `weight_decay` times the norm of `p`.
- It is 1 where the norm of `p` is zero (a bias at the start), and where the denominator is.
""",
    starter="""
def trust_ratio(p, g, *, coefficient, weight_decay):
    return ...
""",
    reference=source("drill/tasks/trust_ratio.py", "trust_ratio"),
    probes=(
        calls("layers", "Weights that are small, large, and so large that the ratio is above one.",
              case("small weights", [0.03, -0.04], [3.0, 4.0], coefficient=0.02, weight_decay=0.0),
              case("large weights", [6.0, 8.0, 0.0], [0.1, 0.1, -0.2], coefficient=0.02, weight_decay=0.0),
              case("above one", [6.0, 8.0], [0.3, 0.4], coefficient=0.9, weight_decay=0.1)),
        calls("with decay", "The decay is a part of the pull on the weights.",
              case("decay 0.5", [1.0, 2.0, 2.0], [0.6, -0.8, 0.0], coefficient=0.1, weight_decay=0.5),
              case("decay 0.3", [2.0, -1.0, 4.0, 2.0], [3.0, 1.0, 5.0, 1.0], coefficient=0.7, weight_decay=0.3)),
        calls("tiny norms", "No term may be added that the task does not name.",
              case("weights of 1e-30", [3e-30, 4e-30], [1.0, -2.0], coefficient=0.4, weight_decay=0.2),
              case("gradient of 1e-30", [3.0, 4.0], [1e-30, -2e-30], coefficient=0.4, weight_decay=0.0),
              case("1e-9", [3e-9, 4e-9], [1e-9, -2e-9], coefficient=0.4, weight_decay=0.2)),
        calls("zeros", "A layer that starts at zero must move, and 0/0 must not be NaN.",
              case("weights zero", [0.0, 0.0], [1.0, 2.0], coefficient=0.02, weight_decay=0.1),
              case("both zero", [0.0, 0.0], [0.0, 0.0], coefficient=0.3, weight_decay=0.1),
              case("gradient zero", [1.0, 2.0], [0.0, 0.0], coefficient=0.02, weight_decay=0.0),
              case("gradient zero, decay", [1.0, 2.0], [0.0, 0.0], coefficient=0.02, weight_decay=0.1)),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("inverted", "The ratio is upside down: layers with large gradients get longer steps still.", RULE,
            ((RATIO, "coefficient * pull / p_norm"),)),
        Bug("zero-for-one", "The ratio is 0 where the weights are: a layer that starts at zero never moves.", GUARD,
            (("else 1.0", "else 0.0"),)),
        Bug("coefficient-for-one", "The coefficient is returned where the ratio is not defined: such layers hardly "
            "move.", GUARD, (("else 1.0", "else coefficient"),)),
        Bug("only-weights-guarded", "Weights of zero are guarded against, a gradient of zero is not: with a tiny term "
            "in the denominator the ratio is huge.", GUARD,
            ((f"{RATIO} if p_norm and pull else 1.0", "coefficient * p_norm / (pull or 1e-8) if p_norm else 1.0"),)),
        Bug("coefficient-forgotten", "The coefficient is not used: each step is as long as the weights themselves.",
            RULE, ((RATIO, "p_norm / pull"),)),
        Bug("decay-forgotten", "The decay is left out of the denominator.", RULE,
            ((PULL, "sum(x * x for x in g) ** 0.5"),)),
        Bug("decay-not-times-norm", "The decay is added to the norm of the gradient as it is, not times the norm of "
            "the weights.", RULE, (("weight_decay * p_norm", "weight_decay"),)),
        Bug("squared-norms", "Squared norms are divided: the roots are missing.", RULE,
            (("sum(x * x for x in p) ** 0.5", "sum(x * x for x in p)"),
             (PULL, "sum(x * x for x in g) + weight_decay * p_norm"))),
        Bug("norm-of-the-sum", "The norm of g + λθ is taken, not the sum of the two norms. LAMB does so with its "
            "update.", RULE,
            ((PULL, "sum((y + weight_decay * x) ** 2 for x, y in zip(p, g)) ** 0.5"),), convention=True),
        Bug("clipped-at-one", "The ratio is limited to 1, so that no layer learns faster than the global rate. A known "
            "variant; it was not asked.", RULE, ((RATIO, f"min(1.0, {RATIO})"),), convention=True),
        Bug("one-norm", "Absolute values are added in place of squares.", RULE,
            (("sum(x * x for x in p) ** 0.5", "sum(abs(x) for x in p)"),
             ("sum(x * x for x in g) ** 0.5", "sum(abs(x) for x in g)"))),
        Bug("eps-for-the-guard", "A tiny term in the denominator takes the place of the test for zero: 1 was asked "
            "there, and nothing is to be added elsewhere.", GUARD,
            ((f"{RATIO} if p_norm and pull else 1.0", "coefficient * p_norm / (pull + 1e-8) if p_norm else 1.0"),),
            others=tuple(((f"{RATIO} if p_norm and pull else 1.0", f"coefficient * p_norm / (pull + {eps}) if "
                f"p_norm else 1.0"),)
                         for eps in (1e-6, 1e-9, 1e-12, 1e-10))
            + tuple(((f"{RATIO} if p_norm and pull else 1.0", f"coefficient * p_norm / (pull + {eps}){end}"),)
                    for eps in (1e-6, 1e-8, 1e-9, 1e-12, 1e-10) for end in ("", " if p_norm and pull else 1.0"))),
    ),
    hints=(
        "How long may a step be, measured by the weights that it changes?",
        "The pull on the weights has two parts: the gradient and the decay.",
        rf"${RULE}$",
        "`coefficient * p_norm / (g_norm + weight_decay * p_norm)`",
    ),
    explanation="""
Without momentum and decay each layer's step is `lr * coefficient` times its own norm, whatever the gradient's scale.
The guard is needed at once: biases start at zero. Most recipes use the ratio for matrices only and leave biases and
gains of norms to the plain rate.
""",
    variants=("Write LAMB's: which vector takes the place of the gradient?",),
    next="newton_schulz",
    weak=(calls("one layer", "The usual example.",
          case("no decay", [3.0, 4.0], [1.0, 0.0], coefficient=0.1, weight_decay=0.0)),),
    order=25,
)  # fmt: skip
