"""The four rules of the chapter Design an optimizer: an idea, and what became of it in the wind tunnel.

Each repairs what was measured for the one before. They are read from their signatures, as a rule of your own is:
``optedu.lab.examine(by_agreement)``, ``optedu.export(by_agreement, to="torch")``.
"""

import numpy as np


def by_largest(g, p, s, *, lr=1e-2):
    """Divide by the largest gradient that there ever was."""
    s = np.maximum(s, np.abs(g))
    return p - lr * g / s, s


def by_fading(
    g, p, s, *, lr=1e-2, beta=0.99, eps=1e-12
):  # fmt: skip
    """Divide by the largest gradient, which is forgotten little by little."""
    s = np.maximum(beta * s, np.abs(g))
    return p - lr * g / (s + eps), s


def by_average(
    g, p, m, *, lr=1e-2, beta=0.9, eps=1e-12
):  # fmt: skip
    """Remember the direction, and take the scale from what is at hand."""
    m = beta * m + (1 - beta) * g
    s = np.maximum(np.abs(m), np.abs(g))
    return p - lr * m / (s + eps), m


def by_agreement(
    g, p, m, *, lr=1e-2, beta=0.9, eps=1e-12
):  # fmt: skip
    """Move where gradient and average agree."""
    m = beta * m + (1 - beta) * g
    s = np.maximum(np.abs(m), np.abs(g))
    step = np.where(m * g > 0, m, 0)
    return p - lr * step / (s + eps), m
