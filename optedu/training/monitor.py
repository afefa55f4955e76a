"""Watching gradient norms."""

import math
from collections import deque
from collections.abc import Iterable, Mapping
from itertools import pairwise
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from ..core import checks
from .gradients import arrays_of, joint_norm


class Alarm(NamedTuple):
    """Why a `GradientNormMonitor` fired.

    Attributes
    ----------
    step : int
        Number of the update, from 1.
    norm : float
        The norm that fired; infinite or NaN if the gradient was.
    median : float
        Median of the norms before it; NaN if there were none.
    """

    step: int
    norm: float
    median: float


class GradientNormMonitor:
    r"""Say when a gradient norm is out of line with those *before* it.

    .. math:: n_t > k \cdot \operatorname{median}(n_{t-w}, \dots, n_{t-1})
        \quad\text{or}\quad n_t \text{ is not finite}

    The current norm is no part of the median, so that it cannot hide itself. Norms that
    are not finite always fire, and are not remembered among the others. Spikes are
    remembered: a jump that lasts is the new normal after half a window.

    Parameters
    ----------
    window : int, default 100
        :math:`w`, how many past norms are kept.
    factor : float, default 10
        :math:`k > 1`. A ratio, so that the scale of the loss does not matter.
    warmup : int, default 10
        Finite norms to see before a spike can be told, from 1 to `window`.

    Attributes
    ----------
    step : int
        Updates so far.
    norms : deque of float
        The last `window` finite norms, the oldest first.
    alarms : deque of Alarm
        The last `window` alarms, the oldest first.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused; the message names it.

    Notes
    -----
    A steady growth by a factor r per step is noticed if :math:`r^{(w+1)/2} > k`.
    Book: *Gradient clipping and monitoring*.
    """

    def __init__(self, window: int = 100, factor: float = 10.0, warmup: int = 10) -> None:
        self.window: int = checks.count("window", window)
        self.factor: float = checks.number("factor", factor)
        self.warmup: int = checks.count("warmup", warmup)
        if self.window < 1:
            raise ValueError(f"window must be >= 1, got {self.window}")
        if not 1 < self.factor < math.inf:
            raise ValueError(f"factor must be > 1 and finite, got {self.factor!r}")
        if not 1 <= self.warmup <= self.window:
            raise ValueError(f"warmup must be in [1, {self.window}] (window), got {self.warmup}")
        self.step: int = 0
        self.norms: deque[float] = deque(maxlen=self.window)
        self.alarms: deque[Alarm] = deque(maxlen=self.window)

    @property
    def median(self) -> float:
        """Median of the norms kept; NaN if there are none."""
        return float(np.median(self.norms)) if self.norms else math.nan

    def update(self, grads: float | Iterable[Any]) -> Alarm | None:
        """Look at one more gradient.

        Parameters
        ----------
        grads : float, or iterable of array or None
            The norm, as `clip_grad_norm_` returns it (a number or anything of dimension 0),
            or the gradients, whose joint 2-norm is taken. They are not changed.

        Returns
        -------
        Alarm or None
            An alarm is true, so that ``if monitor.update(norm): ...`` reads as it should.

        Raises
        ------
        TypeError, ValueError
            If `grads` is refused. Nothing has been recorded then.
        """
        norm = _norm_of(grads)
        median, alarm = self.median, None
        self.step += 1
        spike = len(self.norms) >= self.warmup and norm > self.factor * median
        if spike or not math.isfinite(norm):
            alarm = Alarm(self.step, norm, median)
            self.alarms.append(alarm)
        if math.isfinite(norm):
            self.norms.append(norm)
        return alarm

    def state_dict(self) -> dict[str, Any]:
        """Counter, norms and alarms, as plain numbers; not the settings."""
        return {"step": self.step, "norms": list(self.norms), "alarms": [tuple(a) for a in self.alarms]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore a snapshot; it is checked as a whole first. Of a longer window the end is kept.

        Raises
        ------
        TypeError, ValueError
            If it is refused. Nothing has been changed then.
        """
        if not isinstance(state_dict, Mapping) or set(state_dict) != {"step", "norms", "alarms"}:
            raise TypeError("state_dict must be a dict with the keys 'step', 'norms' and 'alarms'")
        for name in ("norms", "alarms"):
            if not isinstance(state_dict[name], (list, tuple)):
                raise TypeError(f"{name} must be a list, got {state_dict[name]!r:.100}")
        step = checks.count("step", state_dict["step"])
        norms = [checks.nonnegative(f"norms[{i}]", n) for i, n in enumerate(state_dict["norms"])]
        if not all(map(math.isfinite, norms)):
            raise ValueError("norms must be finite")
        alarms = [_alarm(f"alarms[{i}]", alarm) for i, alarm in enumerate(state_dict["alarms"])]
        at = [0, *(alarm.step for alarm in alarms), step + 1]
        if any(one >= two for one, two in pairwise(at)):
            raise ValueError(f"alarms must be at steps that rise, from 1 to step {step}, got {at[1:-1]!r:.100}")
        if len(norms) > step:
            raise ValueError(f"norms has {len(norms)} entries after {step} steps")
        self.step = step
        self.norms = deque(norms, maxlen=self.window)
        self.alarms = deque(alarms, maxlen=self.window)


def _alarm(name: str, value: Any) -> Alarm:
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{name} must be (step, norm, median), got {value!r:.100}")
    if len(value) != 3:
        raise ValueError(f"{name} must be (step, norm, median), got {value!r:.100}")
    step, *numbers = value
    norm, median = (checks.real(name, number) for number in numbers)
    if norm < 0 or median < 0:
        raise ValueError(f"{name} must have a norm and a median >= 0, got {value!r:.100}")
    return Alarm(checks.count(name, step), norm, median)


def _norm_of(grads: Any) -> float:
    if getattr(grads, "ndim", None) == 0:
        grads = grads.item()
    if isinstance(grads, (Real, np.number)):
        norm = checks.real("grads", grads)
        if norm < 0:
            raise ValueError(f"grads must be gradients or a norm >= 0, got {norm!r}")
        return norm
    return joint_norm(arrays_of(grads))
