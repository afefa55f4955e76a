"""One table of all optimizers. Tests, tables and figures are made from it.

An optimizer that is public but missing here fails a test.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from . import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
from .core.sweep import Rule
from .optim.adagrad import adagrad
from .optim.adam import adam, adamw
from .optim.rmsprop import rmsprop
from .optim.sgd import sgd


@dataclass(frozen=True)
class Entry:
    """What there is to know about one optimizer.

    Attributes
    ----------
    cls : type
        The public class; its name is torch's.
    rules : tuple of callable
        The pure rules that it sweeps.
    paper, year
        Where it was published.
    chapter : str
        Path of its chapter below ``book/``.
    referee : str
        What it is tested against.
    flags : dict
        For each setting the values of the full grid; combinations that the class refuses
        are left out.
    fixed : dict
        Settings of the grid that take one value.
    """

    cls: type[Optimizer]
    rules: tuple[Rule, ...]
    paper: str
    year: int
    chapter: str
    referee: str
    flags: dict[str, tuple[Any, ...]]
    fixed: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.cls.__name__

    def grid(self, **flags: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
        """Every accepted combination of the flags (those given here replace the entry's own)."""
        flags = {**self.flags, **flags}
        for values in product(*flags.values()):
            settings = {**self.fixed, **dict(zip(flags, values, strict=True))}
            if self.accepts(settings):
                yield settings

    def accepts(self, settings: dict[str, Any]) -> bool:
        """Whether the class can be built with these settings."""
        try:
            self.cls([np.zeros(1)], **settings)
        except (TypeError, ValueError):
            return False
        return True

    def state(self, **settings: Any) -> list[str]:
        """Names of the state arrays after one step under these settings, found by taking it."""
        opt = self.cls([np.zeros(1)], **settings)
        opt.step([np.ones(1)])
        return [name for name, value in opt.state.get(0, {}).items() if isinstance(value, np.ndarray)]

    def bytes_per_parameter(self, itemsize: int = 4, **settings: Any) -> int:
        """Bytes of state for each parameter of `itemsize` bytes (without the gradient)."""
        return itemsize * len(self.state(**settings))


_decay = {"weight_decay": (0, 0.1)}
_climb = {"maximize": (False, True)}
_betas = {"betas": ((0.9, 0.999), (0.7, 0.95)), "eps": (1e-8, 1e-2)}

ZOO: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry(
            SGD, (sgd,), "Robbins and Monro; Polyak; Nesterov", 1951, "foundations/gradient_descent", "torch.optim.SGD",
            {"momentum": (0, 0.5, 0.9), "dampening": (0, 0.5), "nesterov": (False, True), **_decay, **_climb},
            {"lr": 0.01},
        ),
        Entry(
            Adagrad, (adagrad,), "Duchi, Hazan and Singer", 2011, "adaptive/adagrad", "torch.optim.Adagrad",
            {"lr_decay": (0, 0.1), "initial_accumulator_value": (0, 0.5), "eps": (1e-10, 1e-2), **_decay, **_climb},
            {"lr": 0.1},
        ),
        Entry(
            RMSprop, (rmsprop,), "Hinton", 2012, "adaptive/rmsprop", "torch.optim.RMSprop",
            {
                "alpha": (0.99, 0.9), "eps": (1e-8, 1e-2), "momentum": (0, 0.9), "centered": (False, True),
                **_decay, **_climb,
            },
            {"lr": 0.001},
        ),
        Entry(
            Adam, (adam, adamw), "Kingma and Ba", 2015, "adam/bias_correction", "torch.optim.Adam",
            {**_betas, "amsgrad": (False, True), "decoupled_weight_decay": (False, True), **_decay, **_climb},
            {"lr": 0.01},
        ),
        Entry(
            AdamW, (adamw,), "Loshchilov and Hutter", 2019, "adam/decoupled_decay", "torch.optim.AdamW",
            {**_betas, "amsgrad": (False, True), **_decay, **_climb},
            {"lr": 0.01},
        ),
    )
}  # fmt: skip
"""The table, by class name, in the order of the book."""
