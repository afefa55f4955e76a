"""How a rule fares in a bowl: the largest learning rate that it stands, with and without noise, and how fast it is."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from .specimen import Runner, Specimen

LIMIT_STEPS, RATE_STEPS = 300, 1000
CONDITIONS = (1.0, 10.0, 100.0)
RATES = tuple(2.0**k for k in range(6, -13, -1))
"""Learning rates that are tried for each condition number, the largest first."""

NEAR = 1e-4
"""Part of the first loss that has to be reached."""

STAYS = 10
"""So many steps in a row it has to stay there: who swings through the minimum has not arrived."""

START = np.array([1.3, -0.7, 0.9, -1.1])
"""Distance along each axis of the bowl."""

AWAY = 16.0
"""Times the first loss: a rate that throws it so far is not counted as tuned, even if it comes back."""

FAR = 1e6
"""Times the first distance: from there a run counts as diverged."""


@dataclass(frozen=True)
class Limit:
    """The largest learning rate that ends nearer to the minimum than it began.

    Attributes
    ----------
    value : float
        The rate; NaN if there is none to turn, or none that works.
    beyond : str
        "diverges" or "hovers": what four times the rate does.
    words : str
    ends : dict of float to float
        Rates that were tried, and the distance from the minimum to which they led; infinite after a divergence.
    """

    value: float
    beyond: str
    words: str
    ends: dict[float, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Speed:
    """Steps with the best learning rate until the loss has fallen to a ten-thousandth.

    Attributes
    ----------
    steps : dict of float to float
        For each condition number; infinite where 1000 steps are not enough.
    exponent : float
        Of the condition number in these steps, between 10 and 100; NaN if not both were reached.
    words : str
    """

    steps: dict[float, float]
    exponent: float
    words: str


class Bowl:
    """The loss ``1/2 p·H·p`` in the entries of a matrix, for a specimen to minimize.

    Parameters
    ----------
    specimen : Specimen
    curvatures : array, shape (n,)
        Of so many directions.
    turned : bool
        Whether these lie across the coordinates.
    """

    def __init__(self, specimen: Specimen, curvatures: np.ndarray, turned: bool = False) -> None:
        self.specimen = specimen
        n = len(curvatures)
        axes = np.linalg.qr(np.random.default_rng(47).standard_normal((n, n)))[0] if turned else np.eye(n)
        self.axes = axes
        self.hessian = axes @ np.diag(curvatures) @ axes.T

    def steps_to(self, lr: float, most: int) -> float:
        """Steps until the loss is `NEAR` its first value times; infinite after `most`, or if it diverges."""
        n = len(self.hessian)
        p = (self.axes @ START[:n]).reshape(n // 2, 2)
        runner = _undecayed(self.specimen, [p], lr)
        first, near = self._loss(p)[0], 0
        for t in range(1, most + STAYS):
            runner.descend(lambda: self._loss(p))
            loss = self._loss(p)[0]
            near = near + 1 if loss <= NEAR * first else 0
            if near == STAYS:
                return float(t - STAYS + 1)
            if not loss <= AWAY * first or near + most + STAYS - 1 - t < STAYS:
                break
        return float("inf")

    def _loss(self, p: np.ndarray) -> tuple[float, list[np.ndarray]]:
        g = self.hessian @ p.ravel()
        return float(p.ravel() @ g) / 2, [g.reshape(p.shape)]


def _undecayed(specimen: Specimen, params: list[np.ndarray], lr: float) -> Runner:
    """Without weight decay, which has a minimum of its own, and one iteration a step for who takes several."""
    off = {"weight_decay": 0, "lambd": 0, "max_iter": 1}
    return specimen.start(params, **{k: v for k, v in off.items() if k in specimen.settings}, lr=lr)


def _bent(h: Any, p: np.ndarray) -> tuple[float, list[np.ndarray]]:
    return float((h * p * p).sum()) / 2, [h * p]


def _end(specimen: Specimen, lr: float, noisy: bool) -> float:
    """Last distance from the minimum of p²/2, from 1 on; with noise the curvature of a step is 0 or 2 by chance."""
    p = np.ones((8, 8) if noisy else (1, 1))
    rng = np.random.default_rng(53)
    runner = _undecayed(specimen, [p], lr)
    last = []
    for t in range(LIMIT_STEPS):
        h: Any = 2.0 * rng.integers(0, 2, p.shape) if noisy else 1.0
        runner.descend(partial(_bent, h, p))
        size = float(np.median(np.abs(p)))
        if not size <= FAR:
            return float("inf")
        if t >= LIMIT_STEPS - 30:
            last.append(size)
    return max(last)


@np.errstate(all="ignore")
def limit(specimen: Specimen, noisy: bool = False) -> Limit:
    """The limit of the learning rate on p²/2, from p = 1.

    Parameters
    ----------
    specimen : Specimen
    noisy : bool
        Each step sees the curvature 0 or 2, by chance, in the place of 1; 64 numbers run side by side, and the median
        counts.
    """
    if "lr" not in specimen.settings:
        return Limit(float("nan"), "", "it has no setting lr to turn")
    if noisy and specimen.takes == "closure":
        return Limit(float("nan"), "", "it evaluates the loss several times in a step, which noise would change")

    where = "p²/2 with curvatures of 0 and 2 by chance" if noisy else "p²/2"

    ends: dict[float, float] = {}

    def works(lr: float) -> bool:
        ends[lr] = _end(specimen, lr, noisy)
        return ends[lr] < 1.0

    try:
        good = next((2.0**k for k in range(-8, -1) if works(2.0**k)), None)
        if good is None:
            return Limit(float("nan"), "", f"no rate up to 1/4 brings it nearer within {LIMIT_STEPS} steps", ends)
        bad = good
        while bad < FAR and works(2 * bad):
            good = bad = 2 * bad
        bad = 2 * good
        if bad > FAR:
            return Limit(float("inf"), "", f"on {where}, from 1, it comes nearer at any lr up to {FAR:g}", ends)
        for _ in range(12):
            middle = (good * bad) ** 0.5
            good, bad = (middle, bad) if works(middle) else (good, middle)
        works(4 * bad)
        beyond = "diverges" if ends[4 * bad] == float("inf") else "hovers"
    except (TypeError, ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
        return Limit(float("nan"), "", f"the run ends: {error}")
    far = "it diverges" if beyond == "diverges" else "it hovers at a distance and does not diverge"
    return Limit(good, beyond, f"on {where}, from 1, it comes nearer up to lr {good:.3g}; far beyond {far}", ends)


@np.errstate(all="ignore")
def speed(specimen: Specimen, turned: bool = False) -> Speed:
    """Steps on bowls with four curvatures from 1 down to 1/κ, each with its best learning rate.

    Parameters
    ----------
    specimen : Specimen
    turned : bool
        The axes of the bowl lie across the coordinates.
    """
    if "lr" not in specimen.settings:
        return Speed({}, float("nan"), "it has no setting lr to tune")
    found: dict[float, float] = {}
    for kappa in CONDITIONS:
        bowl = Bowl(specimen, kappa ** -np.linspace(0, 1, 4), turned)
        best, worse = float("inf"), 0
        for lr in RATES:
            try:
                steps = bowl.steps_to(lr, int(min(best - 1, RATE_STEPS)))
            except (TypeError, ValueError, ArithmeticError, np.linalg.LinAlgError):
                steps = float("inf")
            worse = worse + 1 if best < float("inf") and steps > best else 0
            best = min(best, steps)
            if worse == 4:  # smaller rates are slower
                break
        found[kappa] = best
    reached = all(np.isfinite(found[kappa]) for kappa in (10.0, 100.0))
    exponent = float(np.log10(found[100.0] / found[10.0])) if reached else float("nan")
    where = "across the coordinates" if turned else "along the coordinates"
    each = ", ".join(f"{_count(found[kappa])} at κ = {kappa:g}" for kappa in CONDITIONS)
    grows = f", growing as κ^{exponent:.2f}" if reached else ""
    return Speed(found, exponent, f"steps to a ten-thousandth of the loss, axes {where}: {each}{grows}")


def _count(steps: float) -> str:
    return f"{steps:.0f}" if np.isfinite(steps) else f"more than {RATE_STEPS}"
