"""Numbers of 8 and 4 bits: rounding to a small floating-point format, alone or with a scale for each block.

Values are kept in float64 arrays; what is modeled is which numbers survive, not how they are packed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Number = Any


@dataclass(frozen=True)
class Format:
    """A format of `digits` significant bits whose numbers are multiples of `least`, up to `top`."""

    digits: int
    least: float
    top: float


E4M3 = Format(4, 2.0**-9, 448.0)
E5M2 = Format(3, 2.0**-16, 57344.0)
E2M1 = Format(2, 0.5, 6.0)


def power_of_two(x):
    """The largest power of two up to |x|, for a
    float64; 0 for 0. Rump (2009)."""
    q = (2.0**52 + 1) * np.absolute(x)
    return q - (1 - 2.0**-53) * q


def nearest(x, digits, least, top):
    """The nearest number of a format, ties to
    even; what is larger becomes the largest."""
    unit = power_of_two(x) * 2.0 ** (1 - digits)
    unit = np.maximum(unit, least)
    shift = 1.5 * 2.0**52 * unit
    y = (x + shift) - shift
    return np.minimum(np.maximum(y, -top), top)


def rounded(x: Number, f: Format) -> Any:
    """`nearest` in a format."""
    return nearest(x, f.digits, f.least, f.top)


def _blocks(x: Any, block: int) -> tuple[np.ndarray, np.ndarray]:
    """An array as rows of a block each, and the largest size in each row, 1 where all are 0."""
    if isinstance(block, bool) or not isinstance(block, (int, np.integer)) or block < 1:
        raise ValueError(f"block must be a whole number >= 1, got {block!r}")
    x = np.asarray(x, np.float64)
    if x.size % block:
        raise ValueError(f"x has {x.size} numbers, which is no multiple of block = {block}")
    rows = x.reshape(-1, block)
    most = np.abs(rows).max(axis=1, keepdims=True) if rows.size else np.ones((0, 1))
    return rows, np.where(most > 0, most, 1.0)


def one_scale(x: Any, f: Format) -> np.ndarray:
    """Rounded in units in which the largest number is the format's largest.

    Parameters
    ----------
    x : array
        Of any shape.
    f : Format
        Such as `E4M3`.

    Returns
    -------
    float64 array
        What comes back, in the shape of `x`.
    """
    rows, most = _blocks(x, max(np.size(x), 1))
    scale = most / f.top
    return (rounded(rows / scale, f) * scale).reshape(np.shape(x))


def mx(x: Any, f: Format, block: int = 32) -> np.ndarray:
    r"""The microscaling formats: blocks of 32 numbers with a power of two as their scale.

    .. math:: s = 2^{\lfloor\log_2 \max\lvert x\rvert\rfloor - \lfloor\log_2 \mathrm{top}\rfloor}

    So the largest number may lie above the largest of the format, and is then cut off.

    Parameters
    ----------
    x : array
        Its size is a multiple of `block`; blocks are counted in the order of memory.
    f : Format
        `E2M1` for MXFP4, `E4M3` for MXFP8.
    block : int, default 32
        Numbers that share a scale.

    Returns
    -------
    float64 array
        What comes back, in the shape of `x`.

    Raises
    ------
    ValueError
        If `block` is not at least 1, or does not divide the size.

    References
    ----------
    Rouhani et al. (2023), algorithm 1. The range of the scale, :math:`2^{\pm 127}`, is not modeled.
    """
    rows, most = _blocks(x, block)
    scale = power_of_two(most) / power_of_two(f.top)
    return (rounded(rows / scale, f) * scale).reshape(np.shape(x))


def nvfp4(x: Any, block: int = 16) -> np.ndarray:
    r"""NVFP4: E2M1 in blocks of 16 numbers, whose scales are E4M3 in units of one number for the tensor.

    .. math::
        u &= \frac{\max\lvert x\rvert}{6\cdot 448} \\
        s &= u\,\mathrm{E4M3}\Bigl(\frac{\max_B\lvert x\rvert}{6u}\Bigr)

    Parameters
    ----------
    x : array
        Its size is a multiple of `block`; blocks are counted in the order of memory.
    block : int, default 16
        Numbers that share a scale.

    Returns
    -------
    float64 array
        What comes back, in the shape of `x`; a block whose scale rounds to 0 becomes 0.

    Raises
    ------
    ValueError
        If `block` is not at least 1, or does not divide the size.

    References
    ----------
    NVIDIA (2025), section 2 and appendix B.
    """
    rows, most = _blocks(x, block)
    unit = most.max(initial=0.0) / (E2M1.top * E4M3.top)
    scale = rounded(most / E2M1.top / unit, E4M3) * unit if unit else most
    safe = np.where(scale > 0, scale, 1.0)
    return (rounded(rows / safe, E2M1) * scale).reshape(np.shape(x))
