"""Hyperparameters that transfer: μP as factors for each tensor, and a recorded sweep of the character transformer.

A wide model is compared with a *base* that is tuned. Each tensor is told apart by which of its axes grow.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..core import checks
from ..optim.adam import AdamW
from . import transformer
from .networks import Arrays

Watch = Callable[[transformer.Transformer, int, Arrays, Arrays], None]
Shapes = Mapping[str, tuple[int, ...]]
FILE = Path(__file__).with_name("transfer.json")
"""The recorded sweep, written by `benchmarks/transfer.py`."""
BASE, HEAD, CONTEXT, BATCH = 16, 8, 16, 16
"""Width of the base, width of a head (at every width of the model), characters of a window, windows of a batch."""
READOUT = ("logits.weight",)
STANDARD = ("init", "lr", "weight_decay", "eps")
"""All factors; a run without them is in the standard parametrization."""
LAST_OF_BRANCH = ("attention.out.", "dense.2.")
"""What the layers that end a residual branch are called."""


@dataclass(frozen=True)
class Factors:
    """What the base's values are multiplied by, for one tensor.

    Attributes
    ----------
    kind : str
        ``"vector"`` (its inputs do not grow), ``"hidden"`` or ``"readout"``.
    init, lr, weight_decay, eps : float
        For the initial standard deviation, and for the hyperparameters.
    """

    kind: str
    init: float = 1.0
    lr: float = 1.0
    weight_decay: float = 1.0
    eps: float = 1.0


def mup(shapes: Shapes, base: Shapes, readout: Collection[str] = (), rule: str = "adam") -> dict[str, Factors]:
    r"""Factors of μP for every tensor of a model, from its shapes and those of the base.

    With :math:`m` the ratio of the inputs and :math:`k` that of the outputs:

    =======  ====================  ========  =========  =========
    kind     initial deviation     lr, Adam  lr, SGD    eps, Adam
    =======  ====================  ========  =========  =========
    vector   1                     1         k          1/k
    hidden   :math:`1/\sqrt m`     1/m       k/m        1/k
    readout  1/m                   1/m       1/m        1
    =======  ====================  ========  =========  =========

    The factor of the weight decay is one over that of the learning rate: their product stays.

    Parameters
    ----------
    shapes, base : dict of str to tuple of int
        By name; as in torch the inputs of a matrix are its last axis, and a table of embeddings has one row for each
        symbol.
    readout : collection of str
        Names of the matrices that make the output. Their shapes cannot tell them from embeddings.
    rule : {"adam", "sgd"}
        Whose step it is.

    Returns
    -------
    dict of str to Factors
        They multiply what the *base* has: its initial standard deviation, its hyperparameters.

    Raises
    ------
    TypeError, ValueError
        If names or numbers of axes differ, an axis shrinks, a name of `readout` is unknown, or the rule is.

    References
    ----------
    Yang et al. (2021), Table 3, and Dey et al. (2025) for epsilon; both also write the readout with a multiplier.
    """
    if rule not in ("adam", "sgd"):
        raise ValueError(f"rule must be 'adam' or 'sgd', got {rule!r}")
    if isinstance(readout, str) or not isinstance(readout, Collection):
        raise TypeError(f"readout must be a collection of names, got {readout!r}")
    if {*shapes} != {*base}:
        raise ValueError(f"shapes and base must have the same names, got {sorted({*shapes} ^ {*base})!r} in one only")
    if unknown := sorted({*readout} - {*shapes}):
        raise ValueError(f"readout must hold names of shapes, got {unknown!r}")
    for name, shape in shapes.items():
        pairs = [*zip(shape, base[name], strict=False)]
        if len(shape) != len(base[name]) or len(shape) not in (1, 2) or any(n < b for n, b in pairs):
            raise ValueError(f"{name} must have one or two axes, none below its base {base[name]!r}, got {shape!r}")
    return {name: _factors(shape, base[name], name in readout, rule == "adam") for name, shape in shapes.items()}


def _factors(shape: tuple[int, ...], base: tuple[int, ...], readout: bool, adam: bool) -> Factors:
    pairs = zip(shape, base, strict=True)
    ratios = [n / b for n, b in pairs]
    k, m = ratios[0], ratios[-1]
    if readout:
        kind, init = "readout", 1 / m
        lr, eps = 1 / m, 1.0
    elif len(shape) == 2 and min(ratios) > 1:
        kind, init = "hidden", m**-0.5
        lr, eps = 1 / m if adam else k / m, 1 / k
    else:
        # an embedding's outputs are its last axis
        k = max(ratios)
        kind, init = "vector", 1.0
        lr, eps = 1.0 if adam else k, 1 / k
    return Factors(kind, init, lr, 1 / lr, eps)


def build(width: int, layers: int = 2) -> transformer.Transformer:
    """The character transformer with heads of width `HEAD`."""
    return transformer.Transformer(layers=layers, width=width, heads=width // HEAD, context=CONTEXT)


def shapes(model: transformer.Transformer) -> dict[str, tuple[int, ...]]:
    """Names and shapes of its parameters."""
    return {name: tuple(p.shape) for name, p in model.named_parameters()}


def run(
    width: int, lr: float, seed: int, without: Collection[str] = (), *, steps: int = 200, layers: int = 2,
    residual: float | None = None, weight_decay: float = 0.0, eps: float = 1e-8, every_step: Watch | None = None,
) -> float:  # fmt: skip
    """Validation loss of the character transformer after training with AdamW.

    Warm-up over a twentieth of the steps, then linear to zero; betas 0.9 and 0.95.

    Parameters
    ----------
    width : int
        A multiple of `HEAD`, not below `BASE`.
    lr, weight_decay, eps : float
        Those of the base; each tensor gets them times its factors (`mup`).
    seed, steps, layers : int
    without : collection of str
        Factors that are left at 1, of ``init``, ``lr``, ``weight_decay`` and ``eps``. Without ``init`` each matrix
        begins as `transformer.start` has it, with variance 1 / inputs; `STANDARD` leaves out all four.
    residual : float, optional
        The exponent a, if every residual branch is divided by ``(layers / 2)**a`` and the learning rates inside are
        multiplied by ``(layers / 2)**(a - 1)``.
    every_step : callable, optional
        Called as ``every_step(model, t, params, grads)`` before step t.

    Returns
    -------
    float
        In nats; infinite after a divergence.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    if checks.count("width", width) % HEAD or width < BASE:
        raise ValueError(f"width must be a multiple of {HEAD}, at least {BASE}, got {width!r}")
    if isinstance(without, str) or not {*without} <= {*STANDARD}:
        raise ValueError(f"without must hold names of {', '.join(STANDARD)}, got {without!r}")
    model, base = build(width, layers), shapes(build(BASE, layers))
    off: dict[str, Any] = dict.fromkeys(without, 1.0)
    kept = {name: replace(f, **off) for name, f in mup(shapes(model), base, READOUT).items()}
    deep = 1.0 if residual is None else (layers / 2) ** -residual
    inside = 1.0 if residual is None else (layers / 2) ** (residual - 1)
    made: list[AdamW] = []

    def make(params: Arrays) -> AdamW:
        groups: list[dict[str, Any]] = []
        for (name, f), p in zip(kept.items(), params, strict=True):
            branch = deep if any(part in name for part in LAST_OF_BRANCH) else 1.0
            if p.ndim == 2 and "init" not in without:  # from 1 / own inputs to 1 / inputs of the base
                p *= f.init * np.sqrt(p.shape[-1] / base[name][-1])
            p *= branch  # to multiply what a layer returns is to multiply weights, learning rate and 1 / decay
            rate = f.lr * branch * (inside if name.startswith("blocks.") else 1.0)
            groups.append(
                {"params": [p], "lr": lr * rate, "weight_decay": weight_decay * f.weight_decay / branch,
                 "eps": eps * f.eps / branch}
            )  # fmt: skip
        made.append(AdamW(groups, betas=(0.9, 0.95)))
        peaks[:] = [group["lr"] for group in groups]
        return made[0]

    peaks: list[float] = []

    def before(t: int, params: Arrays, grads: Arrays) -> None:
        now = min(1, t / max(1, steps // 20)) * (1 - (t - 1) / steps)
        for group, peak in zip(made[0].param_groups, peaks, strict=True):
            group["lr"] = peak * now
        if every_step:
            every_step(model, t, params, grads)

    data = transformer.characters(CONTEXT)
    return float(transformer.train(make, lambda: model, data, seed, steps, BATCH, before).val_loss[-1])


@cache
def recorded() -> dict[str, dict[int, dict[float, list[float]]]]:
    """Final losses of the recorded runs: by experiment, the number it varies, and learning rate; one for each seed."""
    table = json.loads(FILE.read_text("utf8"))
    return {
        name: {int(n): {float(lr): losses for lr, losses in rates.items()} for n, rates in one.items()}
        for name, one in table.items()
    }


def best(rates: Mapping[float, list[float]]) -> float:
    """The learning rate with the least median loss."""
    return min(rates, key=lambda lr: float(np.median(rates[lr])))
