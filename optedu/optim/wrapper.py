"""Methods around any optimizer: sharpness-aware steps, and slow weights."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from ..core import checks
from ..core.checks import count, flag, fraction, nonnegative
from ..core.optimizer import Optimizer
from .lars import norm


class Wrapper:
    """Base of methods around an optimizer, whose groups and state it shows as its own.

    Schedulers and what else works on ``param_groups`` can be given the wrapper.
    """

    saved: ClassVar[tuple[str, ...]] = ("optimizer",)
    """Keys of a snapshot."""

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"optimizer must be an Optimizer, got {type(optimizer).__name__}")
        self.optimizer = optimizer

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        return self.optimizer.param_groups

    @property
    def state(self) -> dict[int, dict[str, Any]]:
        return self.optimizer.state

    @property
    def stepped(self) -> bool:
        return self.optimizer.stepped

    @property
    def params(self) -> list[np.ndarray]:
        """All parameters, in order."""
        return [p for group in self.param_groups for p in group["params"]]

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """As in `Optimizer.add_param_group`."""
        self.optimizer.add_param_group(param_group)

    def state_dict(self) -> dict[str, Any]:
        """A snapshot, as in `Optimizer.state_dict`."""
        return {"optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore a snapshot, as in `Optimizer.load_state_dict`.

        Raises
        ------
        TypeError, ValueError
            If it does not fit. Nothing has been changed then.
        """
        self._check_keys(state_dict)
        self.optimizer.load_state_dict(state_dict["optimizer"])

    def _check_keys(self, state_dict: Any) -> None:
        if not isinstance(state_dict, Mapping) or set(state_dict) != set(self.saved):
            found = sorted(state_dict, key=str) if isinstance(state_dict, Mapping) else type(state_dict).__name__
            wanted = f"{list(self.saved)}, as {type(self).__name__} saves it"
            raise TypeError(f"state_dict must be a dict with the keys {wanted}, got {found!r:.200}")


def climb(g, p, *, rho, g_norm, adaptive):
    """SAM's move to the worst point nearby, to
    first order: ``(g, p) -> p``."""
    if adaptive:
        g = p * p * g
    return p + rho / g_norm * g


class SAM(Wrapper):
    r"""Sharpness-aware minimization around any optimizer.

    .. math::
        \hat\epsilon &= \rho\, g(\theta) / \lVert g(\theta) \rVert \\
        &\text{step of the optimizer from } \theta \text{ with } g(\theta + \hat\epsilon)

    The norm is over all parameters. With ``adaptive=True`` (ASAM),
    :math:`\hat\epsilon = \rho\, \theta^2 g / \lVert \lvert\theta\rvert\, g \rVert`.

    Parameters
    ----------
    optimizer : Optimizer
        Takes the step: any that takes gradients.
    rho : float, default 0.05
        :math:`\rho \ge 0`, radius of the neighborhood.
    adaptive : bool, default False
        Measure it relative to each parameter.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused; the message names it.

    Notes
    -----
    No state of its own; two gradients for each step. Book: *The worst loss nearby*.

    References
    ----------
    Foret et al. (2021), algorithm 1 with p = 2; Kwon et al. (2021) for the adaptive form.
    """

    def __init__(self, optimizer: Optimizer, rho: float = 0.05, adaptive: bool = False) -> None:
        super().__init__(optimizer)
        self.rho: float = nonnegative("rho", rho)
        self.adaptive: bool = flag("adaptive", adaptive)

    def step(self, closure: Callable[[], tuple[float, Iterable[Any]]]) -> float:
        """Take one step.

        Parameters
        ----------
        closure : callable
            Returns ``(loss, grads)`` at the current parameters; called twice, on the same batch.

        Returns
        -------
        float
            The loss at the parameters before the step.

        Raises
        ------
        TypeError, ValueError
            If the closure returns something else, or the optimizer refuses its gradients. Nothing
            has been changed then, nor if the closure itself raises.
        """
        if not callable(closure):
            raise TypeError(f"closure must be a function that returns (loss, grads), got {type(closure).__name__}")
        loss, grads = closure()
        loss = checks.real("the loss of closure", loss)
        grads = self.optimizer.check_gradients(grads)
        pairs = [(p, g) for p, g in zip(self.params, grads, strict=True) if g is not None]
        g_norm = sum(norm(p * g if self.adaptive else g) ** 2 for p, g in pairs) ** 0.5
        if g_norm:
            origin = [p.copy() for p, _ in pairs]
            try:
                for p, g in pairs:
                    p[...] = climb(g, p, rho=self.rho, g_norm=g_norm, adaptive=self.adaptive)
                _, grads = closure()
                grads = [None if g is None else np.array(g) for g in grads]
            finally:  # also if the closure raises
                for (p, _), p0 in zip(pairs, origin, strict=True):
                    p[...] = p0
        self.optimizer.step(grads)
        return loss


class Lookahead(Wrapper):
    r"""Slow weights that follow an optimizer's fast ones.

    .. math::
        \phi &\leftarrow \phi + \alpha\,(\theta - \phi) \\
        \theta &\leftarrow \phi \\
        &\text{after every } k \text{ steps}

    Parameters
    ----------
    optimizer : Optimizer
        Moves the fast weights: any that takes gradients.
    k : int, default 5
        Steps between two moves of the slow weights, at least 1.
    alpha : float, default 0.5
        :math:`\alpha \in [0, 1]`, how far they move.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused; the message names it.

    Notes
    -----
    State: the slow weights, one number per parameter, besides the optimizer's. Its moments
    stay as they are when the weights are set back. Book: *Averaging*.

    References
    ----------
    Zhang et al. (2019), algorithm 1.
    """

    saved: ClassVar[tuple[str, ...]] = ("optimizer", "slow", "steps")

    def __init__(self, optimizer: Optimizer, k: int = 5, alpha: float = 0.5) -> None:
        super().__init__(optimizer)
        self.k: int = count("k", k)
        if not self.k:
            raise ValueError("k must be >= 1, got 0")
        self.alpha: float = fraction("alpha", alpha)
        self.slow: list[np.ndarray] = [p.copy() for p in self.params]
        self.steps: int = 0

    @np.errstate(all="ignore")
    def step(self, grads: Iterable[Any]) -> None:
        """A step of the optimizer; every `k`-th also
        moves the slow weights."""
        self._check_slow()
        self.optimizer.step(grads)
        self.steps += 1
        if self.steps % self.k == 0:
            for i, p in enumerate(self.params):
                slow = self.slow[i]
                slow += self.alpha * (p - slow)
                p[...] = slow

    def _check_slow(self) -> None:
        if len(self.slow) != len(self.params):
            n = len(self.params)
            raise ValueError(f"there are {n} parameters, {len(self.slow)} slow: add groups to Lookahead itself")
        for i, p in enumerate(self.params):
            checks.parameter(f"params[{i}]", p)  # it may have become read-only, and all are set back

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        self._check_slow()
        super().add_param_group(param_group)
        self.slow += [p.copy() for p in self.params[len(self.slow) :]]

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "slow": [slow.copy() for slow in self.slow], "steps": self.steps}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        self._check_keys(state_dict)
        saved, params = state_dict["slow"], self.params
        if not isinstance(saved, (list, tuple)):
            raise TypeError(f"slow must be a list of arrays, got {type(saved).__name__}")
        if len(saved) != len(params):
            raise ValueError(f"state_dict has {len(saved)} slow weights for {len(params)} parameters")
        pairs = enumerate(zip(saved, params, strict=True))
        slow = [checks.gradient(f"slow[{i}]", s, p).copy() for i, (s, p) in pairs]
        steps = count("steps", state_dict["steps"])
        super().load_state_dict(state_dict)
        self.slow, self.steps = slow, steps
