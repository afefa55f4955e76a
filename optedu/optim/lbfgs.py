"""L-BFGS: a quasi-Newton step from the last few changes of parameter and gradient."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from ..core import checkpoint, checks
from ..core.checks import Checks, count, nonnegative, number, real
from ..core.optimizer import Optimizer
from ..core.state import Held, Scalar
from ..core.types import Params

Closure = Callable[[], tuple[float, Iterable[np.ndarray | None]]]


def two_loop(g, ss, ys, h0):
    r"""The two-loop recursion: ``-H g`` for the
    inverse Hessian estimate H of L-BFGS.

    `ss` and `ys` are the last changes of the
    parameter and the gradient, oldest first; `h0`
    scales the identity that it starts from.
    """
    q, alphas = -g, []
    pairs = list(zip(ss, ys, strict=True))
    for s, y in reversed(pairs):
        alphas.append((s @ q) / (y @ s))
        q = q - alphas[-1] * y
    r = h0 * q
    for s, y in pairs:
        alpha = alphas.pop()
        r = r + (alpha - (y @ r) / (y @ s)) * s
    return r


def cubic_minimum(x1: float, f1: float, d1: float, x2: float, f2: float, d2: float, low: float, high: float) -> float:
    """Minimum of the cubic through two points with given slopes, kept within [low, high]."""
    a = d1 + d2 - 3 * (f1 - f2) / (x1 - x2)
    square = a * a - d1 * d2
    if not square >= 0:
        return (low + high) / 2
    if x1 > x2:
        (x1, d1), (x2, d2) = (x2, d2), (x1, d1)
    root = math.sqrt(square)
    return min(max(x2 - (x2 - x1) * (d2 + root - a) / (d2 - d1 + 2 * root), low), high)


class _Point:
    """A trial step: its length, and value, gradient and slope there."""

    def __init__(self, t: float, at: tuple[float, np.ndarray], direction: np.ndarray) -> None:
        self.t, (self.f, self.g) = t, at
        self.slope = float(self.g @ direction)


def strong_wolfe(
    evaluate: Callable[[float], tuple[float, np.ndarray]], t: float, direction: np.ndarray, f: float, g: np.ndarray,
    max_evaluations: int, tolerance: float, c1: float = 1e-4, c2: float = 0.9,
) -> tuple[float, np.ndarray, float, int]:  # fmt: skip
    """A step length with sufficient decrease (`c1`) and a flat enough slope (`c2`).

    First the step grows until it brackets such a length, then the bracket shrinks.
    ``evaluate(t)`` returns value and gradient. Returns ``(f, g, t, evaluations)``.
    Nocedal and Wright (2006), algorithms 3.5 and 3.6, with the safeguards that torch has.
    """
    start = _Point(0.0, (f, g), direction)

    def too_high(point: _Point) -> bool:
        return point.f > f + c1 * point.t * start.slope

    def flat(point: _Point) -> bool:
        return abs(point.slope) <= -c2 * start.slope

    previous, point, trials = start, _Point(t, evaluate(t), direction), 0
    while trials < max_evaluations:
        if too_high(point) or (trials > 1 and point.f >= previous.f) or (point.slope >= 0 and not flat(point)):
            bracket = [previous, point]
            break
        if flat(point):
            return point.f, point.g, point.t, trials + 1
        longer = cubic_minimum(
            previous.t, previous.f, previous.slope, point.t, point.f, point.slope,
            point.t + 0.01 * (point.t - previous.t), 10 * point.t,
        )  # fmt: skip
        previous, point = point, _Point(longer, evaluate(longer), direction)
        trials += 1
    else:
        bracket = [start, point]

    low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
    longest, stuck = float(np.abs(direction).max()), False
    while trials < max_evaluations and abs(bracket[1].t - bracket[0].t) * longest >= tolerance:
        left, right = sorted(point.t for point in bracket)
        a, b = bracket
        t = cubic_minimum(a.t, a.f, a.slope, b.t, b.f, b.slope, left, right)
        margin = 0.1 * (right - left)
        near = min(right - t, t - left) < margin
        if near and (stuck or t >= right or t <= left):  # twice at the edge: step inside
            t, near = (right - margin if right - t < t - left else left + margin), False
        stuck = near
        point = _Point(t, evaluate(t), direction)
        trials += 1
        if too_high(point) or point.f >= bracket[low].f:
            bracket[high] = point
            low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
            continue
        done = flat(point)
        if not done and point.slope * (bracket[high].t - bracket[low].t) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = point
        if done:
            break
    best = bracket[low]
    return best.f, best.g, best.t, trials + 1


def _count_or_none(name: str, value: Any) -> int | None:
    return None if value is None else count(name, value)


def _loss(name: str, value: Any) -> float:
    """Perhaps NaN, of a run that has diverged."""
    array = checks.array(name, value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be a real number, got {array.dtype}")
    return real(name, array)


def _search(name: str, value: Any) -> Any:
    if not (value is None or isinstance(value, str) and value == "strong_wolfe"):
        raise ValueError(f"{name} must be None or 'strong_wolfe', got {value!r}")
    return value


def full_history(shape: tuple[int, ...], settings: Mapping[str, Any]) -> dict[str, Held]:
    """Numbers of each state when all pairs are there."""
    vector = Held(math.prod(shape))
    pairs = Held(settings["history_size"] * vector.numbers)
    return {"d": vector, "prev_flat_grad": vector, "old_dirs": pairs, "old_stps": pairs}


class LBFGS(Optimizer):
    r"""Limited-memory BFGS, for full batches.

    .. math::
        d_k &= -H_k\, g_k \\
        \theta_{k+1} &= \theta_k + t_k\, d_k

    :math:`H_k` is the BFGS estimate of the inverse Hessian from the last ``history_size``
    pairs :math:`s = \theta_{k+1}-\theta_k`, :math:`y = g_{k+1}-g_k`, applied by `two_loop`
    from the start :math:`(s^\top y / y^\top y)\, I`. A pair is kept if :math:`s^\top y > 10^{-10}`.

    Parameters
    ----------
    params : iterable of array
        Float arrays of any shape and one dtype, changed in place. One group only.
    lr : float, default 1
        Step length :math:`t_k \ge 0`, or the first trial of the line search. The very first
        step is :math:`\min(1, 1/\lVert g \rVert_1)` times shorter.
    max_iter : int, default 20
        Iterations in one call of `step`.
    max_eval : int, optional
        Evaluations of the closure in one call; 1.25 times `max_iter` if not given.
    tolerance_grad : float, default 1e-7
        Stop when no component of the gradient is larger.
    tolerance_change : float, default 1e-9
        Stop when the loss, or every component of a step, changes by less.
    history_size : int, default 100
        Pairs kept.
    line_search_fn : {None, "strong_wolfe"}, default None
        How to choose the step length.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State, kept with parameter 0: two vectors per pair, the direction and the last gradient;
    ``2 history_size + 2`` numbers per parameter. Book: *L-BFGS*.

    References
    ----------
    Nocedal (1980); Liu and Nocedal (1989); names, order of checks and safeguards are torch's.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, max_iter=count, max_eval=_count_or_none, tolerance_grad=number, tolerance_change=number,
        history_size=count, line_search_fn=_search,
    )  # fmt: skip
    rule = two_loop
    counts_steps = False

    def __init__(
        self, params: Params, lr: float = 1, max_iter: int = 20, max_eval: int | None = None,
        tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9, history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:  # fmt: skip
        if max_eval is None:
            max_eval = count("max_iter", max_iter) * 5 // 4
        super().__init__(params, dict(
            lr=lr, max_iter=max_iter, max_eval=max_eval, tolerance_grad=tolerance_grad,
            tolerance_change=tolerance_change, history_size=history_size, line_search_fn=line_search_fn,
        ))  # fmt: skip

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        if self.param_groups:
            raise ValueError("LBFGS takes one parameter group: its curvature pairs span all parameters")
        super().add_param_group(param_group)

    def step(self, closure: Closure) -> float:  # type: ignore[override]
        """Iterate until a tolerance or a limit is met.

        NumPy's floating-point warnings are off, but in the closure. If that raises, the parameters are at the
        last step that was taken, and the state is that of this step.

        Parameters
        ----------
        closure : callable
            Returns ``(loss, grads)`` at the current parameters. A gradient of None counts
            as zero.

        Returns
        -------
        float
            The loss before the step.
        """
        if not callable(closure):
            raise TypeError(f"closure must be a function that returns (loss, grads), got {type(closure).__name__}")
        outside = np.geterr()

        def under_its_own() -> tuple[float, Iterable[np.ndarray | None]]:
            with np.errstate(**outside):
                return closure()

        with np.errstate(all="ignore"):
            return self._iterate(under_its_own)

    def _iterate(self, closure: Closure) -> float:
        s = self.plan(0).settings
        params = self.param_groups[0]["params"]
        state = self.state.setdefault(0, {})
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)

        first, g = self._evaluate(closure)
        loss, evaluations, iterations = first, 1, 0
        state["func_evals"] += 1
        self.stepped = True
        if np.abs(g).max(initial=0.0) <= s["tolerance_grad"]:
            return first
        while iterations < s["max_iter"]:
            iterations += 1
            state["n_iter"] += 1
            direction = self._direction(state, g, s["history_size"])
            t = s["lr"] * (min(1.0, 1.0 / float(np.abs(g).sum())) if state["n_iter"] == 1 else 1.0)
            previous_loss = loss
            state.update(d=direction, t=t, prev_flat_grad=g, prev_loss=loss)
            slope = float(g @ direction)
            if slope > -s["tolerance_change"]:
                break
            used = 0
            if s["line_search_fn"]:
                origin = [p.copy() for p in params]

                def at(
                    length: float, origin: list[np.ndarray] = origin, direction: np.ndarray = direction
                ) -> tuple[float, np.ndarray]:
                    self._move(length, direction)
                    try:
                        return self._evaluate(closure)
                    finally:  # also if the closure raises
                        for p, p0 in zip(params, origin, strict=True):
                            p[...] = p0

                loss, g, t, used = strong_wolfe(
                    at, t, direction, loss, g, s["max_eval"] - evaluations, s["tolerance_change"]
                )  # fmt: skip
                state["t"] = t
                self._move(t, direction)
            else:
                self._move(t, direction)
                if iterations != s["max_iter"]:
                    loss, g = self._evaluate(closure)
                    used = 1
            evaluations += used
            state["func_evals"] += used
            if (
                evaluations >= s["max_eval"]
                or np.abs(g).max() <= s["tolerance_grad"]
                or np.abs(t * direction).max() <= s["tolerance_change"]
                or abs(loss - previous_loss) < s["tolerance_change"]
            ):
                break
        return first

    def _direction(self, state: dict[str, Any], g: np.ndarray, history: int) -> np.ndarray:
        if state["n_iter"] == 1:
            state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1.0)
            return -g
        y, s = g - state["prev_flat_grad"], state["t"] * state["d"]
        if y @ s > 1e-10:
            for name, value in (("old_dirs", y), ("old_stps", s), ("ro", 1.0 / float(y @ s))):
                state[name] = [*state[name], value][-history:] if history else []
            state["H_diag"] = float((y @ s) / (y @ y))
        down: np.ndarray = two_loop(g, state["old_stps"], state["old_dirs"], state["H_diag"])
        return down

    def _evaluate(self, closure: Closure) -> tuple[float, np.ndarray]:
        loss, grads = closure()
        numbered = self.numbered
        checked = self.check_gradients(grads)
        flat = [
            np.zeros(p.size, p.dtype) if g is None else g.reshape(-1)
            for (_, p, _), g in zip(numbered, checked, strict=True)
        ]
        return checks.real("the loss of closure", loss), np.concatenate(flat)

    def _move(self, t: float, direction: np.ndarray) -> None:
        start = 0
        for p in self.param_groups[0]["params"]:
            p += t * direction[start : start + p.size].reshape(p.shape)
            start += p.size

    def check_state(
        self, where: str, saved: Mapping[str, Any], p: np.ndarray, settings: dict[str, Any]
    ) -> dict[str, Any]:
        if p is not self.params[0]:
            raise ValueError(f"{where}: LBFGS keeps its state with parameter 0 alone")
        saved = {name: value for name, value in saved.items() if value is not None and name != "al"}  # torch's scratch
        expected: dict[str, Any] = {"func_evals": count, "n_iter": count}
        if "n_iter" in saved and count(f"{where} n_iter", saved["n_iter"]):
            vector = np.empty(sum(q.size for q in self.params), p.dtype)
            lists = [
                saved[name] for name in ("ro", "old_dirs", "old_stps") if isinstance(saved.get(name), (list, tuple))
            ]
            pairs = min(map(len, lists), default=0)
            if len({*map(len, lists)}) > 1 or pairs > settings["history_size"]:
                limit = f"one length, at most history_size, {settings['history_size']}"
                raise ValueError(f"{where} ro, old_dirs and old_stps must be of {limit}, got {[*map(len, lists)]}")
            expected |= {
                "ro": [Scalar()] * pairs,
                "d": vector,
                "prev_flat_grad": vector,
                "t": Scalar(),
                "H_diag": Scalar(),
                "prev_loss": _loss,
            }
            expected |= {"old_dirs": [vector] * pairs, "old_stps": [vector] * pairs}
        lacking, unknown = sorted(set(expected) - set(saved)), sorted(set(saved) - set(expected), key=str)
        if saved and (lacking or unknown):
            raise ValueError(f"{where} " + (f"lacks {lacking}" if lacking else f"has unknown entries {unknown}"))

        def checked(name: str, like: Any) -> Any:
            at = f"{where} {name}"
            return like(at, saved[name]) if callable(like) else checkpoint.fitting(at, saved[name], like, p)

        return {name: checked(name, like) for name, like in expected.items() if saved}
