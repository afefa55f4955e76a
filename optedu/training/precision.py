"""Training in few digits: rounding to bfloat16, two ways to keep what rounding loses, and loss scaling.

bfloat16 is the upper half of a float32: sign, 8 bits of exponent, 7 of the fraction. NumPy has
no such type, so values are kept in float32 arrays whose lower 16 bits are zero.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..core import checks
from .gradients import each_once


def bfloat16(x: Any) -> np.ndarray:
    r"""Round to the nearest bfloat16, ties to the even last bit.

    .. math:: |x - \mathrm{bf16}(x)| \le \tfrac12\,\mathrm{ulp}(x), \qquad
        \mathrm{ulp}(x) = 2^{\lfloor \log_2 |x| \rfloor - 7}

    Parameters
    ----------
    x : float32 array
        Of any shape; it is not changed.

    Returns
    -------
    float32 array
        Values that bfloat16 has. What lies past the largest by half a unit becomes infinite,
        as in torch; NaN stays NaN.

    Raises
    ------
    TypeError
        If `x` is not float32: rounding a float64 twice is not rounding it once.
    """
    bits = _bits("x", x)
    half = np.uint32(0x7FFF) + (bits >> np.uint32(16) & np.uint32(1))
    return _cut(x, bits, half)


def stochastic_round(x: Any, rng: np.random.Generator) -> np.ndarray:
    r"""Round to one of the two bfloat16 neighbors, at random and without bias.

    .. math:: a \le x \le a + u: \qquad P(a + u) = \frac{x - a}{u}, \qquad \mathbb E = x

    Parameters
    ----------
    x : float32 array
        Of any shape; it is not changed.
    rng : numpy.random.Generator
        Draws 16 bits for each number.

    Returns
    -------
    float32 array
        Values that bfloat16 has; infinities, NaN and what bfloat16 has already stay as they are.

    Raises
    ------
    TypeError
        If `x` is not float32 or `rng` no generator.

    References
    ----------
    Gupta et al. (2015) train with it; Croci et al. (2022) survey it.
    """
    bits = _bits("x", x)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}")
    return _cut(x, bits, rng.integers(0, 1 << 16, bits.shape, dtype=np.uint32))


def kahan_add(p: Any, update: Any, lost: Any) -> tuple[np.ndarray, np.ndarray]:
    r"""Add an update to a bfloat16 array, and carry what rounding takes away to the next call.

    .. math::
        u &= \Delta + c \\
        p' &= \mathrm{bf16}(p + u) \\
        c' &= \mathrm{bf16}(u - (p' - p))

    Parameters
    ----------
    p, update, lost : float32 array
        Parameter, its update :math:`\Delta` and what earlier calls have lost (:math:`c`, zeros
        at first), of one shape; they are not changed.

    Returns
    -------
    (float32 array, float32 array)
        The new parameter and what is lost now, both in values that bfloat16 has: 4 bytes for
        each number, as many as one float32.

    Raises
    ------
    TypeError, ValueError
        If an array is not float32, or the shapes differ.

    References
    ----------
    Kahan (1965); Zamirai et al. (2020) use it for weights.
    """
    p, update, lost = (_float32(n, a) for n, a in (("p", p), ("update", update), ("lost", lost)))
    for name, a in (("update", update), ("lost", lost)):
        if a.shape != p.shape:
            raise ValueError(f"{name} has shape {a.shape}, p has {p.shape}")
    due = update + lost
    new = bfloat16(p + due)
    return new, bfloat16(due - (new - p))


class LossScaler:
    r"""Dynamic loss scaling, for gradients that are computed in float16.

    Gradients of the scaled loss are :math:`S` times as large, so that fewer of them round to
    zero. They are divided by :math:`S` before they are used. A step whose gradients have an
    overflow is skipped:

    .. math::
        S \leftarrow \begin{cases} S \cdot \text{backoff} & \text{if one was infinite or NaN} \\
        S \cdot \text{growth} & \text{after an interval of steps without} \end{cases}

    Use as in torch: `scale` the loss, compute gradients, `unscale_`, clip, `step`, `update`.

    Parameters
    ----------
    init_scale : float, default 65536
        :math:`S > 0` at the start.
    growth_factor : float, default 2
        Above 1.
    backoff_factor : float, default 0.5
        In (0, 1).
    growth_interval : int, default 2000
        Steps in a row without overflow after which the scale grows; at least 1.

    Raises
    ------
    TypeError, ValueError
        If a setting is refused; the message names it.

    References
    ----------
    Micikevicius et al. (2018), section 3.2; the update is that of ``torch.amp.GradScaler``,
    which keeps the scale in float32 and does not let it grow to infinity. Like torch it has
    no lower bound: where every gradient is NaN, the scale ends at 0.
    """

    def __init__(
        self,
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
    ) -> None:
        self._set(_settings(init_scale, growth_factor, backoff_factor, growth_interval, 0))
        self._found: bool | None = None  # None: these gradients have not been unscaled
        self._stepped = False

    growth_factor: float
    backoff_factor: float
    growth_interval: int

    def _set(self, settings: tuple[float, float, float, int, int]) -> None:
        self._scale, self.growth_factor, self.backoff_factor, self.growth_interval, self._tracker = settings

    def get_scale(self) -> float:
        """The factor :math:`S` in force."""
        return self._scale

    def scale(self, loss: Any) -> Any:
        """The loss, or what its gradient starts from, times :math:`S`."""
        return loss * self._scale

    def unscale_(self, grads: Iterable[Any]) -> bool:
        """Divide the gradients by the scale, in place, and look for overflows.

        Parameters
        ----------
        grads : iterable of array or None
            Float32 or float64 arrays; None is skipped. An array that is listed twice, for two
            parameters with the same gradient, is divided once.

        Returns
        -------
        bool
            Whether a number among them is infinite or NaN.

        Raises
        ------
        TypeError, ValueError
            If something is not an array of floats, is in float16, where the small gradients
            would be lost again, or overlaps with another gradient without being the same
            numbers. Nothing has been changed then.
        RuntimeError
            If it was called already since the last `update`.
        """
        if self._found is not None:
            raise RuntimeError("unscale_() has been called already since the last update()")
        arrays = _gradients(grads)
        found = not all(np.isfinite(g).all() for g in arrays)
        with np.errstate(all="ignore"):  # of a step that is skipped
            factor = float(1 / np.float64(self._scale))
            for g in arrays:
                g *= factor
        self._found = found
        return found

    def step(self, optimizer: Any, grads: Iterable[Any]) -> bool:
        """Let the optimizer take its step, unless the gradients have an overflow.

        Parameters
        ----------
        optimizer : Optimizer
            Anything with ``step(grads)``.
        grads : iterable of array or None
            Unscaled here if `unscale_` was not called before.

        Returns
        -------
        bool
            Whether the step was taken.

        Raises
        ------
        RuntimeError
            If it was called already since the last `update`.

        Notes
        -----
        If the optimizer refuses its step, the gradients are unscaled, and `step` may be called
        again with them.
        """
        if self._stepped:
            raise RuntimeError("step() has been called already since the last update()")
        grads = _listed(grads)
        found = self.unscale_(grads) if self._found is None else self._found
        if not found:
            optimizer.step(grads)
        self._stepped = True
        return not found

    def update(self) -> None:
        """Set the scale for the next step.

        Raises
        ------
        RuntimeError
            If no gradients were looked at since the
            last call.
        """
        if self._found is None:
            raise RuntimeError(
                "update() needs unscale_() or "
                "step() before it: no gradients "
                "were looked at"
            )  # fmt: skip
        if self._found:
            less = self._scale * self.backoff_factor
            self._scale = float(np.float32(less))
            self._tracker = 0
        else:
            self._tracker += 1
        if self._tracker == self.growth_interval:
            grown = self._scale * self.growth_factor
            with np.errstate(over="ignore"):
                grown = float(np.float32(grown))
            if np.isfinite(grown):
                self._scale = grown
            self._tracker = 0
        self._found, self._stepped = None, False

    def state_dict(self) -> dict[str, Any]:
        """A snapshot under torch's names."""
        return {
            "scale": self._scale,
            "growth_factor": self.growth_factor,
            "backoff_factor": self.backoff_factor,
            "growth_interval": self.growth_interval,
            "_growth_tracker": self._tracker,
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore a snapshot, also one of torch's; it is checked as a whole first."""
        wanted = list(self.state_dict())
        if not isinstance(state_dict, Mapping) or set(state_dict) != set(wanted):
            raise TypeError(f"state_dict must be a dict with the keys {wanted}, got {state_dict!r:.200}")
        self._set(_settings(*(state_dict[key] for key in wanted), saved=True))
        self._found, self._stepped = None, False


def _settings(
    scale: Any, growth: Any, backoff: Any, interval: Any, tracker: Any, *, saved: bool = False
) -> tuple[float, float, float, int, int]:
    """The settings of a scaler in plain form, or a clear refusal. A saved scale may have fallen to 0."""
    name = "scale" if saved else "init_scale"
    scale = checks.nonnegative(name, scale) if saved else checks.positive(name, scale)
    growth, backoff = checks.number("growth_factor", growth), checks.positive("backoff_factor", backoff)
    interval, tracker = checks.count("growth_interval", interval), checks.count("_growth_tracker", tracker)
    if scale > np.finfo(np.float32).max:
        raise ValueError(f"{name} must be a finite float32, got {scale!r}")
    if not 1 < growth < np.inf:
        raise ValueError(f"growth_factor must be finite and > 1, got {growth!r}")
    if backoff >= 1:
        raise ValueError(f"backoff_factor must be < 1, got {backoff!r}")
    if interval < 1:
        raise ValueError(f"growth_interval must be >= 1, got {interval!r}")
    if tracker >= interval:  # it would never be reached
        raise ValueError(f"_growth_tracker must be below growth_interval, got {tracker} and {interval}")
    single = float(np.float32(scale))
    if scale > 0 and single == 0:
        raise ValueError(f"{name} must not be 0 in float32, got {scale!r}")
    return single, growth, backoff, interval, tracker


def _gradients(grads: Any) -> list[np.ndarray]:
    """Gradients that can be divided in place, each once, without the None among them."""
    named = [(f"grads[{i}]", g) for i, g in enumerate(_listed(grads)) if g is not None]
    for name, g in named:
        if checks.parameter(name, g).dtype == np.float16:
            raise TypeError(f"{name} is in float16: copy it to float32 first, or unscaling rounds it to zero")
    return [g for _, g in each_once(named)]


def _listed(grads: Any) -> list[Any]:
    if isinstance(grads, (np.ndarray, Mapping, str)) or not isinstance(grads, Iterable):
        raise TypeError(f"grads must be a list of arrays, got {type(grads).__name__}")
    return list(grads)


def _float32(name: str, x: Any) -> np.ndarray:
    array = checks.array(name, x)
    if array.dtype != np.float32:
        raise TypeError(f"{name} must have dtype float32, got {array.dtype}")
    return array


def _bits(name: str, x: Any) -> np.ndarray:
    return _float32(name, x).view(np.uint32)


def _cut(x: Any, bits: np.ndarray, add: np.ndarray) -> np.ndarray:
    """Add to the bits, which carries into the upper half, and drop the lower half."""
    rounded = (bits + add & np.uint32(0xFFFF0000)).view(np.float32)
    return np.where(np.isnan(x), np.float32(np.nan), rounded)
