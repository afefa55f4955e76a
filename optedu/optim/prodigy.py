"""Prodigy: AdamW that estimates its own learning rate from how far it has come."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy import sqrt

from ..core.checks import Checks, count, decay, decay_pair, flag, nonnegative, number, positive
from ..core.optimizer import Optimizer, Plan
from ..core.types import Params


def prodigy_moments(
    g, p, m, v, s, p0, *,
    d, d0, rate, s_rate, betas, beta3,
):  # fmt: skip
    """First half, with the estimate `d` so far:
    ``(g, p, m, v, s, p0) -> (gain, m, v, s)``.

    `gain` is this tensor's share of what the
    numerator of the estimate gains.
    """
    b1, b2 = betas
    slope = float((g * (p0 - p)).sum())
    gain = d / d0 * rate * slope
    m = b1 * m + (1 - b1) * d * g
    v = b2 * v + (1 - b2) * d * d * g * g
    s = beta3 * s + d / d0 * s_rate * g
    return gain, m, v, s


def prodigy(
    p, m, v, *, d, rate, eps, weight_decay
):  # fmt: skip
    """Second half, with the new estimate `d`
    beside eps: ``(p, m, v) -> p``."""
    p = p - rate * weight_decay * p
    return p - rate * m / (sqrt(v) + d * eps)


def _beta3(name: str, value: Any) -> float | None:
    return None if value is None else decay(name, value)


class Prodigy(Optimizer):
    r"""Prodigy. ``lr`` stays at 1: the method estimates the distance :math:`d` to the solution.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, d_t\, g_t \\
        v_t &= \beta_2 v_{t-1} + (1-\beta_2)\, d_t^2\, g_t^2 \\
        r_t &= \beta_3 r_{t-1} + \tfrac{d_t}{d_0}\,\gamma\, d_t\, \langle g_t, \theta_0 - \theta_t\rangle \\
        s_t &= \beta_3 s_{t-1} + \tfrac{d_t}{d_0}\,\gamma\, d_t\, g_t \\
        d_{t+1} &= \max\bigl(d_t,\; c\, r_t / \lVert s_t\rVert_1\bigr) \\
        \theta_{t+1} &= (1 - \gamma d_t\lambda)\,\theta_t - \gamma\, d_t\, m_t \,/\, (\sqrt{v_t} + d_{t+1}\,\epsilon)

    :math:`d`, :math:`r` and :math:`\lVert s\rVert_1` are sums over *all* parameters.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1.0
        :math:`\gamma \ge 0`, a factor of the estimate, which a schedule may lower. The same
        in all groups, or 0 in a group that is to stand still.
    betas : (float, float), default (0.9, 0.999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the moments.
    beta3 : float, optional
        Decay of the estimate's sums; :math:`\sqrt{\beta_2}` if not given.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root.
    weight_decay : float, default 0
        :math:`\lambda \ge 0`, decoupled.
    use_bias_correction : bool, default False
        Multiply the rate by :math:`\sqrt{1-\beta_2^t}/(1-\beta_1^t)`.
    safeguard_warmup : bool, default False
        Leave :math:`\gamma` out of :math:`s`, so that a warm-up does not inflate the estimate.
    d0 : float, default 1e-6
        First estimate, :math:`> 0`.
    d_coef : float, default 1.0
        :math:`c > 0`, factor of the estimate.
    growth_rate : float, default inf
        Largest factor by which :math:`d` grows in a step, at least 1.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, ``exp_avg``, ``exp_avg_sq``, ``s``, ``p0``, four numbers per parameter;
    in each group the common ``d``, ``d_max``, ``d_numerator`` and ``k``, the steps taken.
    Book: *No schedule, no rate*.

    References
    ----------
    Mishchenko and Defazio (2024), algorithm 4. As in the authors' code the sums decay by
    :math:`\beta_3`, and the first estimate may jump past `growth_rate`.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, beta3=_beta3, eps=nonnegative, weight_decay=nonnegative,
        use_bias_correction=flag, safeguard_warmup=flag, d0=positive, d_coef=positive, growth_rate=positive,
        d=positive, d_max=positive, d_numerator=number, k=count,
    )  # fmt: skip
    rule = prodigy
    elementwise: ClassVar[bool | None] = False

    def __init__(
        self, params: Params, lr: float = 1.0, betas: tuple[float, float] = (0.9, 0.999), beta3: float | None = None,
        eps: float = 1e-8, weight_decay: float = 0.0, use_bias_correction: bool = False,
        safeguard_warmup: bool = False, d0: float = 1e-6, d_coef: float = 1.0, growth_rate: float = float("inf"),
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, beta3=beta3, eps=eps, weight_decay=weight_decay,
            use_bias_correction=use_bias_correction, safeguard_warmup=safeguard_warmup,
            d0=d0, d_coef=d_coef, growth_rate=growth_rate, d=d0, d_max=d0, d_numerator=0.0, k=0,
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        return {"exp_avg": 0.0, "exp_avg_sq": 0.0, "s": 0.0, "p0": p}

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        if self.param_groups:  # the estimate is one for all
            common = {name: self.param_groups[0][name] for name in ("d", "d_max", "d_numerator", "k")}
            param_group = {**param_group, **common} if isinstance(param_group, dict) else param_group
        super().add_param_group(param_group)

    def step(self, grads: Iterable[Any]) -> None:
        rates = {self.plan(k).settings["lr"] for k in range(len(self.param_groups))}
        if rates - {max(rates), 0.0}:
            raise ValueError(f"lr must be the same in all groups, or 0, got {sorted(rates)}")
        super().step(grads)

    def step_all(self, work: list[tuple[int, np.ndarray, np.ndarray, Plan]]) -> None:
        groups = [self.plan(k).settings for k in range(len(self.param_groups))]
        common, lr = groups[0], max(settings["lr"] for settings in groups)
        (b1, b2), d, k = common["betas"], common["d"], common["k"] + 1
        rate = d * lr * ((1 - b2**k) ** 0.5 / (1 - b1**k) if common["use_bias_correction"] else 1.0)
        beta3 = b2**0.5 if common["beta3"] is None else common["beta3"]

        moving = [(i, p, g, plan.settings) for i, p, g, plan in work if plan.settings["lr"]]
        numerator, denominator = beta3 * common["d_numerator"], 0.0
        for i, p, g, settings in moving:
            self.begin_state(i, p, settings)
            state = self.state[i]
            names = ("exp_avg", "exp_avg_sq", "s")
            m, v, s = (state[name] for name in names)
            gain, *new = prodigy_moments(
                g, p, m, v, s, state["p0"], d=d, d0=settings["d0"], rate=rate,
                s_rate=d if settings["safeguard_warmup"] else rate, betas=(b1, b2), beta3=beta3,
            )  # fmt: skip
            for name, value in zip(names, new, strict=True):
                state[name][...] = value
            state["step"] += 1
            numerator += gain
            denominator += float(abs(state["s"]).sum())
        if not denominator:
            return
        d_hat = common["d_coef"] * numerator / denominator
        if d == common["d0"]:
            d = max(d, d_hat)
        d_max = max(common["d_max"], d_hat)
        d = min(d_max, d * common["growth_rate"])
        for i, p, _, settings in moving:
            m, v = self.state[i]["exp_avg"], self.state[i]["exp_avg_sq"]
            p[...] = prodigy(p, m, v, d=d, rate=rate, eps=settings["eps"], weight_decay=settings["weight_decay"])
        for group in self.param_groups:
            group.update(d=d, d_max=d_max, d_numerator=numerator, k=k)
