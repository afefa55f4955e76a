"""Gradient accumulation, and the gradient noise scale."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..core import checks


class GradientAccumulator:
    r"""Gradient of a large batch, from its micro-batches one after the other.

    .. math::
        g = \frac{\sum_k w_k\, g_k}{\sum_k w_k}

    If :math:`g_k` is the gradient of the *mean* loss over :math:`w_k` examples (or tokens),
    :math:`g` is the gradient of the mean loss over all of them.

    Parameters
    ----------
    params : iterable of array
        The float arrays whose gradients come. They fix shapes and dtypes, and are not changed.

    Attributes
    ----------
    weight : float
        Sum of the weights since the last `reset`, in examples or tokens.

    Raises
    ------
    TypeError, ValueError
        If `params` is refused; the message names what is wrong.

    Notes
    -----
    Memory: one array for each parameter that has had a gradient. Sums are kept in the dtype of
    the parameter, float16 in float32. The result equals that of the large batch up to rounding,
    if the loss is a mean over examples that do not see each other: with batch normalization it
    is not. Book: *Accumulation and batch size*.

    Examples
    --------
    >>> w = np.zeros(2)
    >>> total = GradientAccumulator([w])
    >>> total.add([np.array([1.0, 0.0])], weight=3)  # mean over 3 examples
    >>> total.add([np.array([5.0, 4.0])], weight=1)  # mean over 1
    >>> total.mean()
    [array([2., 1.])]
    """

    def __init__(self, params: Iterable[np.ndarray]) -> None:
        if isinstance(params, (np.ndarray, Mapping, str)) or not isinstance(params, Iterable):
            raise TypeError(f"params must be a list of arrays, got {type(params).__name__}")
        self._params = [checks.parameter(f"params[{i}]", p) for i, p in enumerate(params)]
        if not self._params:
            raise ValueError("params is empty: there is nothing to accumulate")
        self.reset()

    def reset(self) -> None:
        """Forget all gradients; call it after the optimizer's step."""
        self._sums: list[np.ndarray | None] = [None] * len(self._params)
        self.weight: float = 0.0

    def add(self, grads: Iterable[Any], weight: float = 1.0) -> None:
        """Take in the gradients of one micro-batch.

        Parameters
        ----------
        grads : iterable of array or None
            One for each parameter, in order, of the mean loss over the micro-batch. None counts
            as zero.
        weight : float, default 1
            How many examples (or tokens) that mean was over, above 0; their sum must fit into a
            float32. With equal micro-batches any constant will do.

        Raises
        ------
        TypeError, ValueError
            If an argument is refused. Nothing has been added then.
        """
        if isinstance(grads, (np.ndarray, Mapping, str)) or not isinstance(grads, Iterable):
            raise TypeError(f"grads must be a list with one gradient for each parameter, got {type(grads).__name__}")
        grads = list(grads)
        if len(grads) != len(self._params):
            raise ValueError(f"grads has {len(grads)} entries for {len(self._params)} parameters")
        named = [(f"grads[{i}]", g, p) for i, (g, p) in enumerate(zip(grads, self._params, strict=True))]
        new = [None if g is None else checks.gradient(name, g, p) for name, g, p in named]
        weight, single = checks.positive("weight", weight), np.finfo(np.float32)
        if not float(single.tiny) <= weight <= self.weight + weight <= float(single.max):
            raise ValueError(
                f"weight must be finite, also in float32 and with the {self.weight!r} before it, got {weight!r}"
            )
        with np.errstate(all="ignore"):  # what overflows is infinite in the mean: nothing stops half-way
            for i, (g, p) in enumerate(zip(new, self._params, strict=True)):
                if g is not None:
                    total = self._sums[i]
                    if total is None:
                        total = self._sums[i] = np.zeros(p.shape, np.promote_types(p.dtype, np.float32))
                    total += weight * g.astype(total.dtype, copy=False)
        self.weight += weight

    def mean(self) -> list[np.ndarray | None]:
        """Gradient of the whole batch: new arrays, None where no micro-batch had a gradient.

        Raises
        ------
        ValueError
            If nothing has been added since the last `reset`.
        """
        if not self.weight:
            raise ValueError("nothing has been accumulated: call add() before mean()")
        pairs = zip(self._sums, self._params, strict=True)
        return [None if s is None else np.asarray(s / self.weight, dtype=p.dtype) for s, p in pairs]


def gradient_noise_scale(small: Any, big: Any, b_small: float, b_big: float) -> tuple[float, float, float]:
    r"""Estimate the gradient noise scale from mean squared gradient norms at two batch sizes.

    .. math::
        |G|^2 &\approx \frac{B\,\overline{|g_B|^2} - b\,\overline{|g_b|^2}}{B - b} \\
        \operatorname{tr}\Sigma &\approx \frac{\overline{|g_b|^2} - \overline{|g_B|^2}}{1/b - 1/B}

    Parameters
    ----------
    small, big : float or array
        Squared norms :math:`|g_b|^2` and :math:`|g_B|^2` of gradients of batches of the two sizes,
        at (nearly) the same parameters; an array is averaged. Square *before* averaging.
    b_small, b_big : float
        The sizes :math:`b < B`, in examples (or tokens).

    Returns
    -------
    noise_scale, signal, noise : float
        :math:`\operatorname{tr}\Sigma / |G|^2` in examples, :math:`|G|^2` of the full gradient,
        and :math:`\operatorname{tr}\Sigma`, the variance of one example's gradient. The last two
        are unbiased, their ratio is not. If the norms are so noisy that the signal comes out
        at or below 0, the scale is nan: average over more batches.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused; the message names it.

    Notes
    -----
    Assumes that batches are drawn with replacement, or are small against the data. Free under
    accumulation and data parallelism: the small batch is the micro-batch (or one worker), the
    big one their mean; the two may share examples. Book: *Accumulation and batch size*.

    References
    ----------
    McCandlish, Kaplan and Amodei (2018), appendix A.1.
    """
    small, big = _mean_square("small", small), _mean_square("big", big)
    b_small, b_big = checks.positive("b_small", b_small), checks.positive("b_big", b_big)
    if not b_small < b_big < np.inf:
        raise ValueError(f"b_small must be below b_big and both finite, got {b_small!r} and {b_big!r}")
    signal = (b_big * big - b_small * small) / (b_big - b_small)
    noise = (small - big) / (1 / b_small - 1 / b_big)
    return noise / signal if signal > 0 else np.nan, signal, noise


def _mean_square(name: str, value: Any) -> float:
    squares = checks.array(name, value)
    if squares.dtype.kind not in "iuf":
        raise TypeError(f"{name} must hold numbers, got dtype {squares.dtype}")
    if not squares.size:
        raise ValueError(f"{name} is empty: there is no norm to average")
    if not (np.isfinite(squares).all() and (squares >= 0).all()):
        raise ValueError(f"{name} must hold squared norms, finite and >= 0, got {value!r}")
    return float(squares.mean(dtype=np.float64))
