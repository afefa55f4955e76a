"""Hyperball: steps on a sphere. The norm of a weight is kept, and the rate is an angle."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core.optimizer import Optimizer
from .cautious import without_decay
from .lars import norm
from .wrapper import Wrapper


def hyperball(p, step, *, lr):
    """A step of length ``lr * |p|`` along `step`
    (subtracted), put back to the norm of p."""
    radius, length = norm(p), norm(step)
    if not length:
        return p
    q = p - lr * radius / length * step
    return radius / norm(q) * q


class Hyperball(Wrapper):
    r"""Steps of a fixed relative length around any optimizer, on the sphere of each matrix.

    With :math:`s` the step that the optimizer takes, :math:`\theta \leftarrow \theta - s`:

    .. math::
        \tilde\theta &= \theta - \gamma\,\lVert\theta\rVert\, \frac{s}{\lVert s\rVert} \\
        \theta &\leftarrow \lVert\theta\rVert\, \frac{\tilde\theta}{\lVert\tilde\theta\rVert}

    Only the direction of the step counts. The norm :math:`\lVert\theta\rVert` of a tensor stays
    what it is at the start; :math:`\gamma` is, nearly, the angle of a step at right angles to
    :math:`\theta`. So weight decay has nothing left to do.

    Parameters
    ----------
    optimizer : Optimizer
        Gives the direction. Its parameters need two axes or more and a norm above 0, its weight
        decay must be 0; ``lr`` of a group is :math:`\gamma`.

    Raises
    ------
    TypeError, ValueError
        If the optimizer is refused; the message names what.

    Notes
    -----
    No state of its own. Adam and Muon inside are AdamH and MuonH. A tensor whose step is zero
    stays as it is, to the last bit.

    References
    ----------
    Wen et al. (2026). Their radius is the first norm; here it is that of now, which differs
    by rounding alone.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        super().__init__(optimizer)
        self._check()

    def _check(self) -> None:
        without_decay(self)
        for i, p in enumerate(self.params):
            if p.ndim < 2:
                raise ValueError(f"params[{i}] must have two axes or more, got shape {p.shape}: train it without")
            if not norm(p):
                raise ValueError(f"params[{i}] is zero: a sphere of radius 0 has no directions")

    @np.errstate(all="ignore")
    def step(self, grads: Iterable[Any]) -> None:
        """Take one step; as in `Optimizer.step`."""
        self._check()
        grads = self.optimizer.check_gradients(grads)
        before = [p.copy() for p in self.params]
        self.optimizer.step(grads)
        for (_, p, k), g, old in zip(self.optimizer.numbered, grads, before, strict=True):
            if g is not None:
                p[...] = hyperball(old, old - p, lr=self.param_groups[k]["lr"])
