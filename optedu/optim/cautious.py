"""Cautious steps and cautious decay: what works against the gradient, or against the step, is left out."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import where

from ..core.checks import nonnegative
from ..core.optimizer import Optimizer
from .wrapper import Wrapper


def cautious(g, step):
    """Those components of a step that descend,
    longer by as many as are left out."""
    agree = step * g > 0
    share = (agree.sum() + 1) / g.size
    return where(agree, step, 0.0) / float(share)


def cautious_decay(p, step):
    """Those components of a parameter that the
    step (subtracted) makes smaller, too."""
    return where(step * p >= 0, p, 0.0)


def _mask(name: str, value: Any) -> str:
    if value not in ("step", "decay"):
        raise ValueError(f"{name} must be 'step' or 'decay', got {value!r}")
    return str(value)


class Cautious(Wrapper):
    r"""Cautious optimization around any optimizer, of its steps or of weight decay.

    With :math:`s` the step that the optimizer takes without decay,
    :math:`\theta \leftarrow \theta - s`, and :math:`d` the number of components of a tensor:

    .. math::
        \text{mask "step":}\quad \phi &= [\,s \cdot g > 0\,] \\
        \theta &\leftarrow (1-\gamma\lambda)\,\theta - \frac{d}{1 + \sum \phi}\; \phi\, s \\
        \text{mask "decay":}\quad \theta &\leftarrow \theta - \gamma\lambda\,[\,s\,\theta \ge 0\,]\,\theta - s

    The optimizer's averages stay as they are. With momentum a component of the step may point
    up the present gradient: it is left out, and the others are made longer by as much. Cautious
    decay spares the components that the step itself makes larger.

    Parameters
    ----------
    optimizer : Optimizer
        Takes the steps: any that takes one dense gradient for each parameter. Its own weight
        decay must be 0.
    weight_decay : float, default 0.0
        :math:`\lambda \ge 0`, decoupled, for all parameters, at the rate :math:`\gamma` of their
        group: parameters without decay need an optimizer of their own.
    mask : {"step", "decay"}, default "step"
        What is masked.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused; the message names it.

    Notes
    -----
    No state of its own. AdamW and Lion inside are C-AdamW and C-Lion; with mask "decay" any
    optimizer has cautious weight decay.

    References
    ----------
    Liang et al. (2024) for the step: the paper's factor; the authors' code and others divide
    by the mean of :math:`\phi` instead, bounded from below. Chen et al. (2025) for the decay.
    """

    def __init__(self, optimizer: Optimizer, weight_decay: float = 0.0, mask: str = "step") -> None:
        super().__init__(optimizer)
        self.weight_decay: float = nonnegative("weight_decay", weight_decay)
        self.mask: str = _mask("mask", mask)
        without_decay(self)

    @np.errstate(all="ignore")
    def step(self, grads: Iterable[Any]) -> None:
        """Take one step; as in `Optimizer.step`."""
        without_decay(self)
        grads = self.optimizer.check_gradients(grads)
        for i, g in enumerate(grads):
            if not isinstance(g, np.ndarray | None):
                raise TypeError(f"grads[{i}] must be an array inside of Cautious, got {type(g).__name__}")
        before = [p.copy() for p in self.params]
        self.optimizer.step(grads)
        for (_, p, k), g, old in zip(self.optimizer.numbered, grads, before, strict=True):
            if g is None:
                continue
            group = self.param_groups[k]
            step = old - p
            decay = group["lr"] * self.weight_decay
            if self.mask == "decay":
                p -= decay * cautious_decay(old, step)
            else:
                p[...] = old - decay * old - cautious(-g if group.get("maximize") else g, step)


def without_decay(wrapper: Wrapper) -> None:
    """Refuse an optimizer whose own decay would be taken for a part of its step."""
    for k, group in enumerate(wrapper.param_groups):
        if group.get("weight_decay"):
            raise ValueError(
                f"param_groups[{k}] weight_decay must be 0 inside of {type(wrapper).__name__}, "
                f"got {group['weight_decay']!r}: it would be taken for a part of the step"
            )
