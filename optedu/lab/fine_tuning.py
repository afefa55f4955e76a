"""A small network that is pretrained and then learns something else, with all its weights or with LoRA.

The network is `optedu.lab.MLP` on digits; what is new are the same images with rows and columns exchanged. The
optimizers are ours.
"""

from functools import cache
from typing import Any

import numpy as np

from ..core import checks
from ..optim.adam import AdamW
from .networks import MLP, Arrays, digits

NET = MLP((64, 128, 128, 10))
"""What is trained."""
BATCH = 50


def lora_grads(
    G: Any, A: Any, B: Any, s: float
) -> tuple[Any, Any]:  # fmt: skip
    """Gradients of the factors of W + sBA, for the gradient G with respect to W + sBA.

    Parameters
    ----------
    G : array, shape ``(m, n)``
    A : array, shape ``(r, n)``
    B : array, shape ``(m, r)``
    s : float

    Returns
    -------
    tuple of two arrays
        Of the shapes of A and of B.

    References
    ----------
    Hu et al. (2022), LoRA: Low-Rank Adaptation of Large Language Models.
    """
    return s * B.T @ G, s * G @ A.T


def turned(x: np.ndarray) -> np.ndarray:
    """Images of 8 × 8 pixels, one a row, with rows and columns exchanged."""
    return x.reshape(-1, 8, 8).transpose(0, 2, 1).reshape(-1, 64)


@cache
def pretrained(seed: int) -> tuple[np.ndarray, ...]:
    """Weights and biases after 400 steps of AdamW on the digits, with a line to zero. Not to be written to."""
    data, w, rng = digits(), NET.start(seed), np.random.default_rng([seed, 5])
    opt = AdamW(w, lr=3e-3, betas=(0.9, 0.99))
    for t in range(400):
        opt.param_groups[0]["lr"] = 3e-3 * (1 - t / 400)
        rows = rng.integers(0, len(data.x_train), BATCH)
        opt.step(NET.loss_and_grads(w, data.x_train[rows], data.y_train[rows])[1])
    for a in w:
        a.flags.writeable = False
    return tuple(w)


def tuned(
    seed: int, lr: float, rank: int = 0, alpha: float = 16.0, power: float = 1.0, ratio: float = 1.0, steps: int = 150,
    decay: float = 0.0, toward: str = "zero", replay: int = 0,
) -> Arrays:  # fmt: skip
    """The pretrained network after AdamW has trained it on turned images, with a line to zero.

    Parameters
    ----------
    seed : int
        Of the pretrained network, of A and of the batches.
    lr : float
        The peak, of all weights or of A.
    rank : int, default 0
        0 trains everything, otherwise each matrix gets an adapter and nothing else is trained.
    alpha, power : float
        The adapter sBA has ``s = alpha / rank**power``; A is uniform in ±1/√inputs, B is zero.
    ratio : float, default 1
        Learning rate of B over that of A (LoRA+).
    steps : int
    decay : float, default 0
        AdamW's; with an adapter it acts on A and B.
    toward : {"zero", "start"}, default "zero"
        What the decay of all weights pulls to: zero, or the pretrained weights.
    replay : int, default 0
        How many of the 50 images of a batch are not turned.

    Returns
    -------
    list of arrays
        In the order and the shapes of ``NET.start``.

    Raises
    ------
    TypeError, ValueError
        For a `rank`, `steps` or `replay` that is not a whole number of at least 0, a `replay` above 50, or another
        word for `toward`.
    """
    for name, value in {"rank": rank, "steps": steps, "replay": replay}.items():
        checks.count(name, value)
    if replay > BATCH:
        raise ValueError(f"replay must be at most {BATCH}, got {replay!r}")
    if toward not in ("zero", "start"):
        raise ValueError(f"toward must be 'zero' or 'start', got {toward!r}")
    first, data, rng = pretrained(seed), digits(), np.random.default_rng([seed, 7])
    w = [a.copy() for a in first]
    change = [np.zeros_like(a) for a in first]
    # The network stores a matrix as inputs × outputs, the transpose of W.
    A = [rng.uniform(-1, 1, (rank, len(a))) / len(a) ** 0.5 for a in first[::2]]
    B = [np.zeros((a.shape[1], rank)) for a in first[::2]]
    s = alpha / rank**power if rank else 0.0
    held = change if toward == "start" else w
    groups = [{"params": A, "lr": lr}, {"params": B, "lr": ratio * lr}] if rank else [{"params": held, "lr": lr}]
    opt = AdamW(groups, weight_decay=decay)
    peaks = [group["lr"] for group in opt.param_groups]
    for t in range(steps):
        for group, peak in zip(opt.param_groups, peaks, strict=True):
            group["lr"] = peak * (1 - t / steps)
        rows = rng.integers(0, len(data.x_train), BATCH)
        x = data.x_train[rows]
        x[replay:] = turned(x[replay:])
        grads = NET.loss_and_grads(w, x, data.y_train[rows])[1]
        if rank:
            pairs = [lora_grads(g.T, a, b, s) for g, a, b in zip(grads[::2], A, B, strict=True)]
            grads = [grad for factor in zip(*pairs, strict=True) for grad in factor]
        opt.step(grads)
        if rank:
            for new, old, a, b in zip(w[::2], first[::2], A, B, strict=True):
                new[...] = old + s * (b @ a).T
        elif toward == "start":
            for new, old, moved in zip(w, first, change, strict=True):
                new[...] = old + moved
    return w


def new_and_old(w: Arrays) -> tuple[float, float]:
    """Validation losses in nats on turned images and on the pretrained task."""
    data = digits()
    losses = [NET.loss_and_accuracy(w, x, data.y_val)[0] for x in (turned(data.x_val), data.x_val)]
    return losses[0], losses[1]


def moved(seed: int, w: Arrays) -> float:
    """Mean size of the change of an entry of the matrices since pre-training."""
    pairs = zip(w[::2], pretrained(seed)[::2], strict=True)
    return float(np.concatenate([np.abs(new - old).ravel() for new, old in pairs]).mean())
