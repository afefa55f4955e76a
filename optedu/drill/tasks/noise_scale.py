"""Write it: the gradient noise scale."""

import random

from ..grader.call_probes import by_lot, calls, case
from ..grader.exercise_form import Bug, Exercise, Probe, source


def noise_scale(small, big, b_small, b_big):
    small = sum(x * x for x in small) / len(small)
    big = sum(x * x for x in big) / len(big)
    signal = (b_big * big - b_small * small) / (b_big - b_small)
    noise = (small - big) / (1 / b_small - 1 / b_big)
    return noise / signal, signal, noise


PARTS = ("noise scale", "signal", "noise")
MODEL = r"\mathbb{E}\,|g_B|^2 = |G|^2 + \operatorname{tr}\Sigma / B"
SIGNAL = r"|G|^2 \approx \frac{B\,\overline{|g_B|^2} - b\,\overline{|g_b|^2}}{B - b}"
NOISE = r"\operatorname{tr}\Sigma \approx \frac{\overline{|g_b|^2} - \overline{|g_B|^2}}{1/b - 1/B}"
RATIO = "return noise / signal, signal, noise"


def _drawn(draw: random.Random) -> Probe:
    scale = draw.choice([0.1, 1, 3])
    small, big = ([abs(scale * draw.gauss(1, 1)) for _ in range(draw.randint(1, 6))] for _ in range(2))
    sizes = sorted(draw.sample(range(1, 100), 2))
    return calls("", "", case("result", small, big, *sizes), parts=PARTS)


EXERCISE = Exercise(
    name="noise_scale",
    title="The gradient noise scale",
    chapter="practice/batch_size",
    level="senior",
    minutes=10,
    task="""
Write `noise_scale(small, big, b_small, b_big)`. It returns `(scale, signal, noise)`.

- `small` and `big` are lists of gradient **norms** (not squared), measured with batches of `b_small` and `b_big`
  examples, `b_small < b_big`.
- The model: the squared norm of a batch gradient is, on average, the squared norm of the full gradient (`signal`) plus
  the variance of one example's gradient (`noise`) divided by the batch size. Solve for both from the two means, so that
  both are unbiased.
- `scale` is `noise / signal`, a number of examples. (With few measurements either may come out negative; return what
  the equations give.)
""",
    starter="""
def noise_scale(small, big, b_small, b_big):
    ...
    return noise / signal, signal, noise
""",
    reference=source("drill/tasks/noise_scale.py", "noise_scale"),
    probes=(
        calls("one batch of each", "Two equations with two unknowns.",
              case("sizes 4 and 64", [5.0], [2.0], 4, 64), case("sizes 1 and 2", [3.0], [2.5], 1, 2), parts=PARTS),
        calls("several batches", "Norms that vary: what is averaged matters.",
              case("sizes 8 and 32", [4.0, 6.0, 5.5], [3.0, 2.5, 3.5], 8, 32), parts=PARTS),
        calls("lists of different length", "There are usually fewer large batches than small ones.",
              case("sizes 3 and 40", [2.0, 3.5, 3.0, 2.2], [1.5, 1.8], 3, 40), parts=PARTS),
        calls("negative estimates", "By chance an estimate may be negative; cut off, it would be biased.",
              case("signal", [9.0, 8.0], [2.0, 2.5], 8, 16), case("noise", [2.0, 2.1], [2.5, 2.2], 4, 12), parts=PARTS),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("mean-before-square", "The norms are averaged and then squared: the spread of the norms is lost, and with "
            "it a part of the noise.", MODEL,
            (("sum(x * x for x in small) / len(small)", "(sum(small) / len(small)) ** 2"),
             ("sum(x * x for x in big) / len(big)", "(sum(big) / len(big)) ** 2"))),
        Bug("not-squared", "The norms are used as they are, not squared.", MODEL,
            (("sum(x * x for x in small) / len(small)", "sum(small) / len(small)"),
             ("sum(x * x for x in big) / len(big)", "sum(big) / len(big)"))),
        Bug("big-batch-as-signal", "The large batch is taken for the full gradient: its own noise is counted as "
            "signal.", SIGNAL, (("signal = (b_big * big - b_small * small) / (b_big - b_small)", "signal = big"),)),
        Bug("sizes-swapped", "The sizes are swapped in the signal.", SIGNAL,
            (("b_big * big - b_small * small", "b_small * big - b_big * small"),),
            others=((("(b_big * big - b_small * small) / (b_big - b_small)",
                      "(b_small * big - b_big * small) / (b_small - b_big)"),),
                    (("b_big * big - b_small * small", "b_big * small - b_small * big"),))),
        Bug("signal-not-divided", "The signal is not divided by the difference of the sizes.", SIGNAL,
            ((" / (b_big - b_small)", ""),)),
        Bug("noise-times-small", "The noise of the large batch is neglected: the difference is multiplied by the small "
            "size alone.", NOISE, (("(small - big) / (1 / b_small - 1 / b_big)", "(small - big) * b_small"),)),
        Bug("noise-over-sizes", "The difference is divided by that of the sizes, not of their inverses.", NOISE,
            (("(1 / b_small - 1 / b_big)", "(b_big - b_small)"),)),
        Bug("noise-negative", "The difference is taken the other way round: the noise is negative.", NOISE,
            (("(small - big)", "(big - small)"),)),
        Bug("inverted", "Signal over noise is returned: a small number, and not one of examples.",
            r"B_{\text{noise}} = \operatorname{tr}\Sigma / |G|^2", ((RATIO, "return signal / noise, signal, noise"),)),
        Bug("root-taken", "The root of the ratio is returned.", r"B_{\text{noise}} = \operatorname{tr}\Sigma / |G|^2",
            ((RATIO, "return abs(noise / signal) ** 0.5, signal, noise"),)),
        Bug("variance-for-noise", "The variance of the norms is taken for the noise; they vary far less than the "
            "gradients.", MODEL,
            (("    small = sum", "    mean = sum(small) / len(small)\n    spread = sum((x - mean) ** 2 for x in "
                "small) / "
              "len(small)\n    small = sum"),
             ("signal = (b_big * big - b_small * small) / (b_big - b_small)", "noise = b_small * spread"),
             ("noise = (small - big) / (1 / b_small - 1 / b_big)", "signal = big - noise / b_big"))),
        Bug("sums-for-means", "The squares are added, not averaged.", MODEL,
            ((" / len(small)", ""), (" / len(big)", ""))),
        Bug("paired", "The lists are paired and what is left of the longer one is dropped.", MODEL,
            (("    small = sum", "    n = min(len(small), len(big))\n    small, big = small[:n], big[:n]\n    small = "
              "sum"),)),
        Bug("cut-off", "Negative estimates are set to zero: on average they are then too large.", MODEL,
            ((RATIO, "signal, noise = max(signal, 0.0), max(noise, 0.0)\n    return noise / (signal or 1e-30), signal, "
              "noise"),)),
    ),
    hints=(
        "Noise falls with the batch size, the signal does not: two sizes tell them apart.",
        "Write the model for both sizes. Multiply each by its size and subtract: the noise is gone.",
        rf"${SIGNAL}$, ${NOISE}$",
        "`signal = (b_big * big - b_small * small) / (b_big - b_small)`",
    ),
    explanation="""
Under accumulation or data parallelism both norms are there for free: a micro-batch and their mean. Both estimates are
unbiased, their ratio is not; average them over many steps before dividing. Batches far below the noise scale gain
almost in full from doubling, far above it almost nothing.
""",
    variants=("The estimate of the signal is negative: what does that mean, and what do you report?",),
    next="lr_finder",
    weak=(calls("one batch of each", "The usual example.", case("sizes 4 and 64", [5.0], [2.0], 4, 64), parts=PARTS),),
    order=51,
)  # fmt: skip
