"""What a rule answers to a gradient that is prescribed: an impulse, a step, noise, a spike, silence.

Every response is the way of one number (of 64, for noise) that starts at 1, while gradients come as planned, wherever
it stands. Steps are counted in units of the learning rate, if there is one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..runs import feed
from .specimen import Specimen

NOISE_STEPS, LANES = 1200, (8, 8)
BOWL_RATE = 0.05
"""Learning rate on the noisy bowl: with it plain gradient descent forgets within twenty steps."""


@dataclass(frozen=True)
class Response:
    """One number that sums up a response.

    Attributes
    ----------
    key, title : str
        For links, and in a table.
    value : float
        NaN where it makes no sense; then `words` say why.
    words : str
        The number in a sentence of its own.
    curve : array, shape (2, points)
        Steps, and how far the number has moved against the gradient by then, in units of the learning rate; of "size"
        factors of the gradient and the ways of 400 steps, both as powers of ten; of "stationary" steps, and the
        variance around them. Empty if it could not be measured.
    """

    key: str
    title: str
    value: float
    words: str
    curve: np.ndarray


Measured = tuple[float, str, np.ndarray]
NOTHING = np.zeros((2, 0))
FACTORS = 10.0 ** np.arange(-4, 5)
"""Of the gradient, to see how the way depends on its size; 100 is the third from the end."""

AROUND = 40
"""Steps over which a variance is averaged for its curve."""


class Feeder:
    """Gives a specimen sequences of gradients.

    Parameters
    ----------
    specimen : Specimen
        That takes gradients.
    """

    def __init__(self, specimen: Specimen) -> None:
        self.specimen = specimen
        rate = specimen.settings.get("lr")
        self.unit = float(rate) if isinstance(rate, (int, float)) and rate > 0 else 1.0
        self.units = "lr" if "lr" in specimen.settings else "units of the parameter"

    @cached_property
    def constant(self) -> np.ndarray:
        """The way under a gradient of 1."""
        return self.way(np.ones(400))

    def way(self, grads: np.ndarray) -> np.ndarray:
        """How far one number has gone against the gradient after each step, in units of lr."""
        path = self._run(grads.reshape(-1, 1, 1))
        return (path[0] - path)[:, 0, 0] / self.unit

    def ways(self, grads: np.ndarray) -> np.ndarray:
        """The same for many numbers: shape (steps + 1, 8, 8)."""
        path = self._run(grads)
        return (path[0] - path) / self.unit

    @np.errstate(all="ignore")
    def _run(self, grads: np.ndarray) -> np.ndarray:
        return feed(self.specimen.start, grads, start=1.0)


def _constant(one: Feeder) -> Measured:
    steps = np.diff(one.constant)
    first, last = steps[:10].max(initial=0.0), steps[-1]
    return last, f"step {_n(first)} {one.units} at most among the first ten, {_n(last)} after 400", one.constant[:61]


def _size(one: Feeder) -> Measured:
    ways = [one.way(factor * np.ones(400))[-1] for factor in FACTORS]
    ratio = ways[-3] / one.constant[-1]
    words = f"with a gradient 100 times as large the way of 400 steps is {_n(ratio)} times as long"
    return ratio, words, np.log10(np.array([FACTORS, ways]))


def _impulse(one: Feeder) -> Measured:
    way = one.way(np.r_[1.0, np.zeros(399)])
    total = way[-1]
    share = way[1] / total if total else float("nan")
    half = int(np.argmax(np.abs(way) >= abs(total) / 2))
    words = f"one gradient of 1 moves it by {_n(total)} {one.units} in all, half of it after {_count(half)}"
    return total, f"{words}, {_n(100 * share)}% in the first", way[:61]


def _step(one: Feeder) -> Measured:
    way = one.way(np.r_[np.zeros(50), np.ones(350)])
    speeds = np.diff(way)[50:]
    top = speeds.max()
    rise = int(np.argmax(speeds >= 0.9 * top)) + 1
    ratio = top / speeds[-1] if speeds[-1] else float("inf")
    words = f"50 steps of 0, then 1: 90% of the top speed after {_count(rise)}; the top is {_n(ratio)} times the speed"
    return float(rise), f"{words} after 350", way[:151]


def _alternating(one: Feeder) -> Measured:
    way = one.way(np.where(np.arange(400) % 2, -1.0, 1.0))
    late = np.abs(np.diff(way)[-100:]).mean()
    ratio = late / abs(np.diff(one.constant)[-100:].mean())
    return ratio, f"for gradients of 1 and -1 in turn steps are {_n(ratio)} times as long as for 1 alone", way[:41]


def _noise(one: Feeder) -> Measured:
    way = one.ways(np.random.default_rng(41).standard_normal((NOISE_STEPS, *LANES)))
    steps = np.diff(way, axis=0)[NOISE_STEPS // 2 :]
    size = np.sqrt((steps**2).mean())
    late = way[NOISE_STEPS // 2 :]
    spread = np.sqrt(((late[-1] - late[0]) ** 2).mean() / (len(late) - 1))
    words = f"normal noise of variance 1: a step has RMS {_n(size)} {one.units}, and n of them spread by"
    return size, f"{words} {_n(spread)}·√n", way[:61, 0, 0]


def _stationary(one: Feeder) -> Measured:
    rate = BOWL_RATE if "lr" in one.specimen.settings else None
    settings = {"lr": rate} if rate else {}
    rng = np.random.default_rng(43)
    p = np.zeros(LANES)
    runner, squares = one.specimen.start([p], **settings), []
    with np.errstate(all="ignore"):
        for _ in range(NOISE_STEPS):
            runner.step([p + rng.standard_normal(LANES)])
            squares.append((p**2).mean())
    variance = float(np.mean(squares[NOISE_STEPS // 3 :]))
    at = f"lr {rate}" if rate else "its settings"
    words = f"at the bottom of p²/2 with noise of variance 1, under {at}, p has variance {_n(variance)}"
    around = np.reshape(squares, (-1, AROUND)).mean(1)
    return variance, words, np.array([AROUND * (np.arange(len(around)) + 0.5), around])


def _spike(one: Feeder) -> Measured:
    quiet, after = 300, 1500
    grads = 0.01 * np.ones(quiet + after)
    grads[quiet] = 1.0
    way = one.way(grads)
    speeds = np.diff(way)
    usual = speeds[quiet - 1]
    if not usual:
        return float("nan"), "it does not move under a gradient of 0.01", NOTHING
    largest, least = speeds[quiet:].max() / usual, speeds[quiet:].min() / usual
    off = np.flatnonzero(np.abs(np.diff(_alone(one, grads, quiet)) - speeds)[quiet:] > 0.1 * abs(usual))
    last = int(off[-1]) + 1 if len(off) else 0
    ends = f"within 10% of the usual step after {_count(last)}" if last < after else f"still off after {after} steps"
    words = f"one gradient of 1 among those of 0.01: steps from {_n(least)} to {_n(largest)} times the usual one"
    return largest, f"{words}, {ends}", way[quiet - 20 : quiet + 101] - way[quiet - 20]


def _alone(one: Feeder, grads: np.ndarray, place: int) -> np.ndarray:
    calm = grads.copy()
    calm[place] = calm[place - 1]
    return one.way(calm)


def _sparse(one: Feeder) -> Measured:
    every, number = 10, 40
    grads = np.zeros(every * number)
    grads[::every] = 1.0
    sparse, dense = one.way(grads), one.way(np.ones(number))
    ratio = sparse[-1] / dense[-1] if dense[-1] else float("nan")
    words = f"{number} gradients of 1, each followed by nine of 0, move it {_n(ratio)} times as far as they do alone"
    return ratio, words, sparse[:101]


def _zero(one: Feeder) -> Measured:
    fresh = one.way(np.zeros(50))[-1]
    way = one.way(np.r_[np.ones(50), np.zeros(350)])
    coast = way[-1] - way[50]
    start = "stays where it is" if fresh == 0 else f"moves by {_n(fresh)} {one.units} in 50 steps"
    words = f"from the start it {start}; after 50 gradients of 1 it moves on by {_n(coast)} {one.units}"
    return coast, words, way[:151]


KINDS: dict[str, tuple[str, Callable[[Feeder], Measured]]] = {
    "constant": ("constant gradient: step at the end", _constant),
    "size": ("100 times the gradient: way", _size),
    "impulse": ("impulse: way in all", _impulse),
    "step": ("step: steps to 90% of top speed", _step),
    "alternating": ("alternating: step, relative", _alternating),
    "noise": ("white noise: RMS step", _noise),
    "stationary": ("noisy bowl: variance", _stationary),
    "spike": ("spike: largest step, relative", _spike),
    "sparse": ("sparse: way, relative", _sparse),
    "zero": ("zero: way after the last gradient", _zero),
}
"""Key: title of the number, and what measures it; in the order of the tables."""


def responses(specimen: Specimen) -> list[Response]:
    """All responses, in the order of `KINDS`."""
    if specimen.takes == "closure":
        why = "it evaluates the loss itself, so that no gradient can be prescribed"
        return [Response(key, title, float("nan"), why, NOTHING) for key, (title, _) in KINDS.items()]
    feeder = Feeder(specimen)
    found = []
    for key, (title, measure) in KINDS.items():
        with np.errstate(all="ignore"):
            try:
                value, words, curve = measure(feeder)
            except (TypeError, ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
                why = "its numbers leave the range of float64" if "nan" in str(error) else "the run ends"
                value, words, curve = float("nan"), f"{why}: {error}", NOTHING
        if curve.ndim == 1:
            curve = np.array([np.arange(len(curve)), curve])
        words = words if np.isfinite(value) or not curve.size else f"not finite: {words}"
        found.append(Response(key, title, float(value), words, curve))
    return found


def _count(steps: int) -> str:
    return f"{steps} step{'s' * (steps != 1)}"


def _n(x: float) -> str:
    """A number for a sentence."""
    return "0" if abs(x) < 1e-12 else f"{x:.3g}"
