"""A class in torch's form: ``step()`` takes nothing, and the gradients are at the parameters, as ``.grad``.

The probes of a class hand the gradients over. So that they serve here, too, the class is put behind another one that
takes them, lays them down where this one reads them, and looks afterwards at what it has left there. No torch is
needed: the parameters are arrays of NumPy with the few attributes and methods of a tensor that such classes use.
"""

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from .sandbox import Unfit, called


class Tensor(np.ndarray):
    """An array with ``.grad`` and ``.data``, which can be the key of a dict, as one of torch can.

    What is put into ``.data`` becomes its content; when the array that was put there changes later, it changes, too.
    """

    requires_grad = True
    is_sparse = False
    _grad: Any
    _source: Any
    reads: int

    def __array_finalize__(self, made_from: Any) -> None:
        self._grad, self._source, self.reads = None, None, 0

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    @property
    def grad(self) -> Any:
        self.reads += 1
        return self._grad

    @grad.setter
    def grad(self, value: Any) -> None:
        self._grad = value

    @property
    def data(self) -> Any:  # of an array it would be its bare memory
        return self

    @data.setter
    def data(self, value: Any) -> None:
        if value is self:
            return
        new = np.asarray(value)
        if new.shape != self.shape:
            raise ValueError(f"`.data` of shape {self.shape} cannot be an array of shape {new.shape}")
        self[...] = new
        self._source = new, new.copy()

    def follow(self) -> None:
        """Take over what has happened since to the array that is its data."""
        if self._source is not None:
            now, then = self._source
            if not np.array_equal(now, then, equal_nan=True):
                self[...] = now
                self._source = now, now.copy()

    def detach(self) -> Any:
        return self

    def clone(self) -> Any:
        return self.copy()

    def numel(self) -> int:
        return int(self.size)

    def sqrt(self) -> Any:
        return np.sqrt(self)

    def abs(self) -> Any:
        return np.abs(self)

    def sign(self) -> Any:
        return np.sign(self)

    def pow(self, exponent: float) -> Any:
        return self**exponent

    def norm(self) -> Any:
        return np.linalg.norm(self)

    def zero_(self) -> Any:
        return self.copy_(0.0)

    def copy_(self, other: Any) -> Any:
        self[...] = other
        return self

    def add_(self, other: Any, alpha: float = 1) -> Any:
        return self.copy_(self + alpha * other)

    def sub_(self, other: Any, alpha: float = 1) -> Any:
        return self.copy_(self - alpha * other)

    def mul_(self, other: Any) -> Any:
        return self.copy_(self * other)

    def div_(self, other: Any) -> Any:
        return self.copy_(self / other)

    def lerp_(self, end: Any, weight: Any) -> Any:
        return self.copy_(self + weight * (end - self))

    def addcmul_(self, a: Any, b: Any, value: float = 1) -> Any:
        return self.copy_(self + value * a * b)

    def addcdiv_(self, a: Any, b: Any, value: float = 1) -> Any:
        return self.copy_(self + value * a / b)


def in_torch_form(thing: Any) -> bool:
    """Whether it is a class whose ``step`` takes nothing, or a closure at most."""
    step = getattr(thing, "step", None)
    if not isinstance(thing, type) or not callable(step):
        return False
    try:
        taken = list(inspect.signature(step).parameters.values())[1:]
    except (TypeError, ValueError):
        return False
    return not taken or (len(taken) == 1 and taken[0].name == "closure" and taken[0].default is None)


def with_gradients(thing: Any) -> Any:
    """A class in torch's form as one whose ``step`` is handed the gradients; whatever else as it is."""
    if not in_torch_form(thing):
        return thing
    kept = {name: _through(name) for name in ("state_dict", "load_state_dict") if hasattr(thing, name)}
    if hasattr(thing, "zero_grad"):
        kept["cleared"] = _cleared
    return type(thing.__name__, (_Adapted,), {"inner_class": thing, **kept})


class _Adapted:
    inner_class: Any

    def __init__(self, params: Sequence[Any], **settings: Any) -> None:
        self.params: list[Tensor] = []
        given = [{**p, "params": self._tensors(p["params"])} if isinstance(p, dict) else self._tensors([p])[0]
                 for p in params]  # fmt: skip
        self.steps = 0
        self.inner = called(self.inner_class, given, **settings)

    def _tensors(self, arrays: Sequence[Any]) -> list[Tensor]:
        made = [array.view(Tensor) for array in arrays]  # the same memory: the caller sees what becomes of it
        self.params += made
        return made

    def __getattr__(self, name: str) -> Any:
        if name in ("inner", "inner_class"):  # it was not made
            raise AttributeError(name)
        return getattr(self.inner, name)

    def step(self, grads: Sequence[Any]) -> None:
        laid = [None if g is None else g.view(Tensor) for g in grads]
        for p, g in zip(self.params, laid, strict=True):
            p.grad = g
            p.reads = 0
        called(self.inner.step)
        self.steps += 1
        if any(g is not None for g in laid) and not any(p.reads for p in self.params):
            raise Unfit("`step()` never reads `.grad`: that is where it finds the gradient of each parameter.")
        for p, g in zip(self.params, laid, strict=True):
            p.follow()
            left = p.grad
            if g is not None and left is not g:  # what was put in its place is what the caller sees
                g[...] = 0.0 if left is None else left


def _through(name: str) -> Any:
    def method(self: Any, *args: Any) -> Any:
        return called(getattr(self.inner, name), *args)

    return method


def _cleared(self: Any) -> list[bool]:
    """Call ``zero_grad``; whether each gradient is None or zero then."""
    called(self.inner.zero_grad)
    return [p.grad is None or not np.any(p.grad) for p in self.params]
