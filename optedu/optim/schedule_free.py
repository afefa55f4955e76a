"""Schedule-Free SGD, AdamW and RAdam: an average of the iterates takes the place of a schedule."""

from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, count, decay_pair, flag, nonnegative, number
from ..core.optimizer import Optimizer
from ..core.state import Scalar
from ..core.types import Grads, Params


def averaging(
    weight_sum, lr_max, *,
    t, lr, warmup_steps, r, weight_lr_power,
):  # fmt: skip
    """Warmed-up rate, the newest iterate's weight
    in the average, and what both remember."""
    if warmup_steps:
        lr = lr * min(1.0, t / warmup_steps)
    lr_max = max(lr_max, lr)
    w = t**r * lr_max**weight_lr_power
    weight_sum = weight_sum + w
    c = w / weight_sum if weight_sum else 0.0
    return lr, c, weight_sum, lr_max


def interpolate(y, z, step, c, beta):
    """Move z by `step`, x (the average) towards z
    by `c`, and y between the two: ``(y, z)``."""
    x = (y - (1 - beta) * z) / beta
    z = z - step
    x = (1 - c) * x + c * z
    return (1 - beta) * z + beta * x, z


def sgd_schedule_free(
    g, y, z, weight_sum, lr_max, *,
    t, lr, momentum, weight_decay,
    warmup_steps, r, weight_lr_power,
):  # fmt: skip
    """One step of Schedule-Free SGD:
    ``(g, y, z, weight_sum, lr_max)
    -> (y, z, weight_sum, lr_max)``."""
    lr, c, weight_sum, lr_max = averaging(
        weight_sum, lr_max, t=t, lr=lr, r=r,
        warmup_steps=warmup_steps,
        weight_lr_power=weight_lr_power,
    )  # fmt: skip
    step = lr * (g + weight_decay * y)
    y, z = interpolate(y, z, step, c, momentum)
    return y, z, weight_sum, lr_max


def adamw_schedule_free(
    g, y, z, v, weight_sum, lr_max, *,
    t, lr, betas, eps, weight_decay,
    warmup_steps, r, weight_lr_power,
):  # fmt: skip
    """One step of Schedule-Free AdamW:
    ``(g, y, z, v, weight_sum, lr_max)
    -> (y, z, v, weight_sum, lr_max)``."""
    b1, b2 = betas
    lr, c, weight_sum, lr_max = averaging(
        weight_sum, lr_max, t=t, lr=lr, r=r,
        warmup_steps=warmup_steps,
        weight_lr_power=weight_lr_power,
    )  # fmt: skip
    v = b2 * v + (1 - b2) * g * g
    v_hat = v / (1 - b2**t)
    u = g / (sqrt(v_hat) + eps)
    step = lr * (u + weight_decay * y)
    y, z = interpolate(y, z, step, c, b1)
    return y, z, v, weight_sum, lr_max


def radam_schedule_free(
    g, y, z, v, weight_sum, lr_max, *,
    t, lr, betas, eps, weight_decay, r,
    weight_lr_power, silent_sgd_phase,
):  # fmt: skip
    """One step of Schedule-Free RAdam; arguments
    and results as of `adamw_schedule_free`."""
    b1, b2 = betas
    v = b2 * v + (1 - b2) * g * g
    n = 2 / (1 - b2) - 1
    rho = n - 2 * t * b2**t / (1 - b2**t)
    if rho > 4:
        trust = (rho - 4) * (rho - 2) * n
        trust = trust / ((n - 4) * (n - 2) * rho)
        lr = lr * trust**0.5
        g = g / (sqrt(v / (1 - b2**t)) + eps)
    elif silent_sgd_phase:
        lr = 0.0
    lr, c, weight_sum, lr_max = averaging(
        weight_sum, lr_max, t=t, lr=lr, r=r,
        warmup_steps=0,
        weight_lr_power=weight_lr_power,
    )  # fmt: skip
    step = lr * (g + weight_decay * y)
    y, z = interpolate(y, z, step, c, b1)
    return y, z, v, weight_sum, lr_max


def _inside(name: str, value: Any) -> float:
    beta = number(name, value)
    if not 0 < beta < 1:
        raise ValueError(f"{name} must be in (0, 1), got {beta!r}: x is found from y by dividing by it")
    return beta


def _betas(name: str, value: Any) -> tuple[float, float]:
    b1, b2 = decay_pair(name, value)
    return _inside(f"{name}[0]", b1), b2


class ScheduleFree(Optimizer):
    """What all have in common: the parameter holds y in training, and x for evaluation."""

    def train(self) -> None:
        """Put y into the parameters: the point where gradients are taken."""
        self._move(True)

    def eval(self) -> None:
        """Put x into the parameters: the average, to evaluate and to save."""
        self._move(False)

    @np.errstate(all="ignore")  # as `step`
    def _move(self, to_training: bool) -> None:
        for i, p, k in self.numbered:
            group, state = self.param_groups[k], self.state.get(i, {})
            if group["train_mode"] != to_training and "z" in state:
                beta = self._beta(group)
                if to_training:
                    p[...] = (1 - beta) * state["z"] + beta * p
                else:
                    p[...] = (p - (1 - beta) * state["z"]) / beta
        for group in self.param_groups:
            group["train_mode"] = to_training

    def _beta(self, group: dict[str, Any]) -> float:
        return float(group["momentum"] if "momentum" in group else group["betas"][0])

    def step(self, grads: Grads) -> None:
        """As in `Optimizer.step`; in evaluation mode there is no step, but a ValueError."""
        if not all(group["train_mode"] for group in self.param_groups):
            raise ValueError(f"{type(self).__name__}.step in evaluation mode: call train() first")
        super().step(grads)


_shared = dict(
    weight_decay=nonnegative, warmup_steps=count, r=nonnegative, weight_lr_power=nonnegative, train_mode=flag
)  # fmt: skip


class SGDScheduleFree(ScheduleFree):
    r"""Schedule-Free SGD.

    .. math::
        y_t &= (1-\beta)\, z_t + \beta\, x_t \\
        z_{t+1} &= z_t - \gamma_t\,\bigl(g(y_t) + \lambda\, y_t\bigr) \\
        x_{t+1} &= (1 - c_{t+1})\, x_t + c_{t+1}\, z_{t+1} \\
        c_{t+1} &= w_t \Big/ \sum_{i \le t} w_i, \quad w_t = t^r \max_{i\le t} \gamma_i^2

    Gradients are taken at :math:`y`; :math:`x` is the result. The parameters hold :math:`y`
    from the start and after `train`, :math:`x` after `eval`.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1.0
        Learning rate :math:`\gamma \ge 0`, constant after the warm-up.
    momentum : float, default 0.9
        :math:`\beta \in (0, 1)`.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, an L2 term at :math:`y`.
    warmup_steps : int, default 0
        Steps over which the rate rises linearly.
    r : float, default 0
        Power of the step in the weights of the average.
    weight_lr_power : float, default 2
        Power of the rate in them.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused, or a step is asked for after `eval`.

    Notes
    -----
    State: ``step``, ``z``, ``weight_sum``, ``lr_max``: one number per parameter.
    Book: *No schedule, no rate*.

    References
    ----------
    Defazio et al. (2024), equations 7 to 9; the weights are those of the authors' code,
    which starts in evaluation mode. Here a new optimizer is ready to step.
    """

    settings: ClassVar[Checks] = dict(lr=nonnegative, momentum=_inside, **_shared)
    rule = sgd_schedule_free

    def __init__(
        self, params: Params, lr: float = 1.0, momentum: float = 0.9, weight_decay: float = 0.0,
        warmup_steps: int = 0, r: float = 0.0, weight_lr_power: float = 2.0,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, momentum=momentum, weight_decay=weight_decay, warmup_steps=warmup_steps, r=r,
            weight_lr_power=weight_lr_power, train_mode=True,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"z": p, "weight_sum": Scalar(0.0), "lr_max": Scalar(0.0)}


class AdamWScheduleFree(ScheduleFree):
    r"""Schedule-Free AdamW.

    As `SGDScheduleFree`, with

    .. math::
        v_t &= \beta_2 v_{t-1} + (1-\beta_2)\, g(y_t)^2 \\
        z_{t+1} &= z_t - \gamma_t \Bigl(
        \frac{g(y_t)}{\sqrt{v_t/(1-\beta_2^t)} + \epsilon} + \lambda\, y_t \Bigr)

    There is no first moment: the interpolation with :math:`\beta_1` takes its place.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 0.0025
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.999)
        :math:`\beta_1 \in (0, 1)` of the interpolation, :math:`\beta_2 \in [0, 1)` of the
        average of squares.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root and after the correction.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled, at :math:`y`.
    warmup_steps, r, weight_lr_power
        As for `SGDScheduleFree`.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused, or a step is asked for after `eval`.

    Notes
    -----
    State: ``step``, ``z``, ``exp_avg_sq``, ``weight_sum``, ``lr_max``: two numbers per
    parameter, as AdamW. Book: *No schedule, no rate*.

    References
    ----------
    Defazio et al. (2024), algorithm 1.
    """

    settings: ClassVar[Checks] = dict(lr=nonnegative, betas=_betas, eps=nonnegative, **_shared)
    rule = adamw_schedule_free

    def __init__(
        self, params: Params, lr: float = 0.0025, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0.0, warmup_steps: int = 0, r: float = 0.0, weight_lr_power: float = 2.0,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, warmup_steps=warmup_steps, r=r,
            weight_lr_power=weight_lr_power, train_mode=True,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"z": p, "exp_avg_sq": 0.0, "weight_sum": Scalar(0.0), "lr_max": Scalar(0.0)}


class RAdamScheduleFree(ScheduleFree):
    r"""Schedule-Free RAdam: Schedule-Free AdamW whose warm-up needs no setting.

    As `AdamWScheduleFree`, with the rectification of `RAdam` in the place of a warm-up:

    .. math::
        \gamma_t &= \gamma\, \sqrt{\frac{(\rho_t-4)(\rho_t-2)\,\rho_\infty}
        {(\rho_\infty-4)(\rho_\infty-2)\,\rho_t}} \quad\text{where } \rho_t > 4 \\
        \rho_\infty &= \frac{2}{1-\beta_2} - 1, \quad
        \rho_t = \rho_\infty - \frac{2t\,\beta_2^t}{1-\beta_2^t}

    While :math:`\rho_t \le 4`, four steps for the default betas, :math:`v` is not divided by.
    Then :math:`\gamma_t = 0`, so that those steps only fill :math:`v`, or, without
    ``silent_sgd_phase``, they are steps of SGD with the full rate.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 0.0025
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.999)
        :math:`\beta_1 \in (0, 1)` of the interpolation, :math:`\beta_2 \in [0, 1)` of the
        average of squares.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root and after the correction.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled, at :math:`y`.
    r, weight_lr_power
        As for `SGDScheduleFree`.
    silent_sgd_phase : bool, default True
        Do not move during the steps in which :math:`v` is not divided by.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused, or a step is asked for after `eval`.

    Notes
    -----
    State: ``step``, ``z``, ``exp_avg_sq``, ``weight_sum``, ``lr_max``: two numbers per
    parameter, as AdamW.

    References
    ----------
    Defazio et al. (2024) and Liu et al. (2020), joined in the authors' package schedulefree
    (whose bound is 4, where torch's RAdam has 5).
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=_betas, eps=nonnegative, weight_decay=nonnegative, r=nonnegative,
        weight_lr_power=nonnegative, silent_sgd_phase=flag, train_mode=flag,
    )  # fmt: skip
    rule = radam_schedule_free

    def __init__(
        self, params: Params, lr: float = 0.0025, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0.0, r: float = 0.0, weight_lr_power: float = 2.0, silent_sgd_phase: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, r=r, weight_lr_power=weight_lr_power,
            silent_sgd_phase=silent_sgd_phase, train_mode=True,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"z": p, "exp_avg_sq": 0.0, "weight_sum": Scalar(0.0), "lr_max": Scalar(0.0)}
