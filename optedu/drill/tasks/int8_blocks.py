"""Write it: numbers in int8, in blocks that share a scale."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot, given_back, several
from ..grader.exercise_form import Bug, Exercise, Probe

REFERENCE = """
def int8_blocks(x, block):
    flat = x.ravel()
    codes, scales = np.zeros(flat.size, np.int8), []
    back = np.zeros(flat.size)
    for start in range(0, flat.size, block):
        part = flat[start : start + block]
        scale = np.abs(part).max() / 127
        scales.append(scale)
        if scale:
            code = np.rint(part / scale)
            codes[start : start + block] = code
            back[start : start + block] = code * scale
    return codes.reshape(x.shape), np.array(scales), back.reshape(x.shape)
"""
PARTS = ("codes", "scales", "back")


def _probe(name: str, why: str, *arrays: tuple[Any, int], order: Any = "C") -> Probe:
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        import numpy as np

        for numbers, block in arrays:
            x = np.array(numbers, order=order)
            result = several(given_back(function(x.copy(order), block)), PARTS)
            for part, value in zip(PARTS, result, strict=True):
                found = np.asarray(value)
                yield f"shape {x.shape}, blocks of {block}, type of {part}", str(found.dtype)
                yield f"shape {x.shape}, blocks of {block}, {part}", found

    return Probe(name, why, run)


def _drawn(draw: random.Random) -> Probe:
    rows, columns = draw.randint(1, 4), draw.randint(1, 5)
    numbers = [
        [draw.choice([0.0, *[10 ** draw.uniform(-4, 2) * draw.gauss(0, 1)] * 5]) for _ in range(columns)]
        for _ in range(rows)
    ]
    return _probe("", "", (numbers, draw.randint(1, 9)))


MATRIX = [[0.31, -0.77, 2.9], [-0.013, 0.05, -0.042], [11.0, -13.7, 4.4]]
SCALE = r"s_b = \max_{i \in b} |x_i| / 127"
CODE = r"c_i = \operatorname{round}(x_i / s_b), \quad \hat x_i = c_i s_b"
ABSMAX, ROUNDED = "np.abs(part).max() / 127", "np.rint(part / scale)"

EXERCISE = Exercise(
    name="int8_blocks",
    title="Block-wise int8",
    chapter="practice/memory",
    level="mid",
    minutes=8,
    task="""
Write `int8_blocks(x, block)`: numbers stored in one byte each, in blocks that share a scale, and what comes back.

- `x` is a NumPy array of float64, of any shape with at least one number; a number is zero, or between 1e-200 and 1e200
  in size. `block` is a positive integer.
- Taken in row order (as `x.ravel()` gives them), each `block` numbers in a row are a block, across the rows of `x`. The
  last block may be shorter.
- The scale of a block is its largest absolute value divided by 127.
- A code is the number divided by its block's scale, rounded to the nearest integer, ties to the even one (as `np.rint`
  does). In a block of zeros the scale and the codes are 0.
- Return `(codes, scales, back)`: the codes as an int8 array of the shape of `x`; the scales as a float64 array with one
  axis, one for each block; and the codes times their scales, as a float64 array of the shape of `x`. Do not change `x`.

`np` is there already.
""",
    starter="""
def int8_blocks(x, block):
    ...
    return codes, scales, back
""",
    reference=REFERENCE,
    probes=(
        _probe("a matrix", "Blocks go across rows, and the last one is shorter.", (MATRIX, 4), (MATRIX, 2)),
        _probe("blocks of every length", "One number each, a row each, and more than there are.", (MATRIX, 1),
               (MATRIX, 3), (MATRIX, 50)),
        _probe("ties", "Halves go to the even integer.",
               ([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 3.5, 127.0], 8), ([1.0, -254.0, 5.0, -3.0], 4)),
        _probe("zeros", "0/0 must not be NaN, and a block of zeros has no scale.",
               ([0.0, 0.0, 0.0, 0.4, 0.0, -0.3, 0.0], 3), ([[0.0]], 2)),
        _probe("the largest is negative", "The absolute value counts.", ([-7.3, 1.1, 0.6, -2.2], 2)),
        _probe("tiny and huge", "No term may be added that the task does not name.",
               ([3e-150, -2e-151, 4e120, 1e119], 2)),
        _probe("the smallest and the largest", "1e-200 and 1e200 are numbers like others.",
               ([1e-200, -3.7e-200, 1e200, 4.3e199, 0.0, 1e-200], 2), ([1e-200, -5e-200], 1)),
        _probe("three axes, and none", "The shape comes back.", ([[[0.7], [-0.2]], [[5.1], [3.3]]], 3), (-0.9, 5)),
        _probe("another order in memory", "Rows come one after another, however they lie in memory.", (MATRIX, 4),
               order="F"),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("truncated", "The quotient is cut off towards zero: twice the error, and always towards zero.", CODE,
            ((ROUNDED, "np.trunc(part / scale)"),)),
        Bug("floor", "The quotient is rounded down: all numbers move to the left.", CODE,
            ((ROUNDED, "np.floor(part / scale)"),)),
        Bug("half-up", "Ties are rounded up, as floor of the quotient plus one half. To the even one was asked.", CODE,
            ((ROUNDED, "np.floor(part / scale + 0.5)"),), convention=True),
        Bug("half-away", "Ties are rounded away from zero. To the even one was asked.", CODE,
            ((ROUNDED, "np.copysign(np.floor(np.abs(part / scale) + 0.5), part)"),), convention=True),
        Bug("one-scale", "One scale is used for all blocks: a single outlier takes the digits of all others.", SCALE,
            ((ABSMAX, "np.abs(flat).max() / 127"),)),
        Bug("no-absolute-value", "The largest value is taken, not the largest absolute one: negative numbers overflow "
            "the byte.", SCALE, ((ABSMAX, "part.max() / 127"),)),
        Bug("128", "The largest is divided by 128: its code, 128, is no int8 and wraps around.", SCALE,
            ((ABSMAX, "np.abs(part).max() / 128"),)),
        Bug("255", "The largest is divided by 255, as for unsigned bytes: codes up to 255 wrap around.", SCALE,
            ((ABSMAX, "np.abs(part).max() / 255"),)),
        Bug("range", "The range from smallest to largest is divided by 255, without a zero point: an asymmetric "
            "scale with symmetric codes.", SCALE, ((ABSMAX, "(part.max() - part.min()) / 255"),),
            others=(((ABSMAX, "(part.max() - part.min()) / 255"), (ROUNDED, f"np.clip({ROUNDED}, -127, 127)")),)),
        Bug("mean-for-max", "The mean absolute value is taken, and larger numbers wrap around.", SCALE,
            ((ABSMAX, "np.abs(part).mean() / 127"),)),
        Bug("zeros-have-scale-one", "A block of zeros gets the scale 1. Many libraries do so; 0 was asked.", SCALE,
            (("scales.append(scale)", "scales.append(scale or 1.0)"),), convention=True),
        Bug("eps-added", "A small number is added to the scale: blocks of small numbers lose their digits.", SCALE,
            ((ABSMAX, f"{ABSMAX} + 1e-8"),),
            others=tuple(((ABSMAX, f"{ABSMAX} + {eps}"),) for eps in (1e-6, 1e-7, 1e-10, 1e-12))),
        Bug("largest-for-scale", "The largest absolute value is returned in place of the scale. Some libraries store "
            "that; a 127th of it was asked.", SCALE, (("scales.append(scale)", "scales.append(127 * scale)"),),
            convention=True),
        Bug("last-block-dropped", "The shorter block at the end is left out: zeros come back.", CODE,
            (("range(0, flat.size, block)", "range(0, flat.size - block + 1, block)"),)),
        Bug("columns-first", "The numbers are taken column by column.", SCALE,
            (("x.ravel()", 'x.ravel(order="F")'),
             ("codes.reshape(x.shape)", 'codes.reshape(x.shape, order="F")'),
             ("back.reshape(x.shape)", 'back.reshape(x.shape, order="F")'))),
        Bug("flat-result", "Codes and numbers come back without the shape.", CODE,
            (("codes.reshape(x.shape)", "codes"), ("back.reshape(x.shape)", "back"))),
        Bug("back-unrounded", "What comes back was never rounded: it is x itself.", CODE,
            (("code * scale", "part / scale * scale"),)),
        Bug("divided-back", "The codes are divided by the scale on the way back.", CODE,
            (("code * scale", "code / scale"),)),
        Bug("not-int8", "The codes are stored as floats, eight bytes each.", CODE,
            (("np.zeros(flat.size, np.int8)", "np.zeros(flat.size)"),)),
    ),
    hints=(
        "How far does one outlier reach, if the scale is shared by few numbers only?",
        "The largest of each block gets the code 127 or -127.",
        rf"${SCALE}$, ${CODE}$",
        "`scale = np.abs(part).max() / 127; code = np.rint(part / scale)` for each `part` of `block` numbers",
    ),
    explanation="""
The error is at most half a scale, a 254th of the block's largest number. A block of 256 with a float32 scale costs
1.016 bytes a number. Numbers below half a scale become zero: for Adam's second average, which is divided by, that is
too coarse, and 8-bit optimizers take a map of unequal steps.
""",
    variants=(
        "Quantize to 4 bits, two codes in each byte.",
        "How many of Adam's second averages become zero, if gradients differ by three decades?",
    ),
    next="qk_clip",
    weak=(_probe("one block", "The usual example.", ([1.0, -0.3, 0.6], 3)),),
    order=80,
)  # fmt: skip
