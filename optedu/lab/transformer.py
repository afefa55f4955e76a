"""A character-level transformer in torch, small enough to be trained in a second by any optimizer.

The layers, and their gradients, are torch's. The optimizer is ours: it works on the memory of
the model's parameters, with no copy.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.lib.stride_tricks import sliding_window_view
from torch import Tensor, nn

from ..core import checks
from ..lr_scheduler.base import LRScheduler
from .networks import Arrays, Data, Make, Trial, evaluation


@cache
def text() -> str:
    """About 100,000 characters of English prose, ASCII only, one paragraph a line.

    They are paragraphs of an early version of this book, without code, formulas and tables,
    in a random order, so that every part of the text is like every other. The file is frozen:
    to change the book does not change the task.
    """
    return Path(__file__).with_name("text.txt").read_text("ascii")


@cache
def characters(context: int = 32) -> Data:
    """The task: after each character of a window of the text, name the next one.

    Parameters
    ----------
    context : int, default 32
        Length of a window.

    Returns
    -------
    Data
        Inputs and labels are whole numbers of shape ``(windows, context)``, the labels one
        character ahead. The first 80% of the text are to train on, with a window at every
        position; the next 10% are to choose with and the last 10% to report on, in windows
        that do not overlap, 64 of each.

    Raises
    ------
    TypeError, ValueError
        If `context` is not a whole number from 1 to 150.
    """
    if not 1 <= checks.count("context", context) <= 150:
        raise ValueError(f"context must be from 1 to 150, got {context!r}")
    codes = np.unique(list(text()), return_inverse=True)[1]
    train, val, test = np.split(codes, [int(0.8 * len(codes)), int(0.9 * len(codes))])
    every, few = slice(None), slice(0, 64 * context, context)
    parts: Arrays = []
    for part, rows in ((train, every), (val, few), (test, few)):
        parts += [sliding_window_view(codes, context)[rows] for codes in (part[:-1], part[1:])]
    return Data(*parts)


class Attention(nn.Module):
    """Causal self-attention with several heads; with `qk_norm` queries and keys have root mean square 1."""

    qkv: nn.Linear
    out: nn.Linear

    def __init__(self, width: int, heads: int, qk_norm: bool = False) -> None:
        super().__init__()
        self.heads, self.qk_norm = heads, qk_norm
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of shape ``(batch, heads, length, width / heads)``."""
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        if self.qk_norm:
            q, k = (F.rms_norm(a, a.shape[-1:]) for a in (q, k))
        return q, k, v

    def forward(self, x: Tensor) -> Tensor:
        mixed = F.scaled_dot_product_attention(*self.split(x), is_causal=True)
        return self.out(mixed.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """Attention, then two dense layers, each with a residual connection and a layer norm."""

    pre: bool
    attention: Attention
    norm1: nn.LayerNorm
    dense: nn.Sequential
    norm2: nn.LayerNorm

    def __init__(self, norm: str, width: int, heads: int, qk_norm: bool = False) -> None:
        super().__init__()
        self.pre = norm == "pre"
        self.attention, self.norm1 = Attention(width, heads, qk_norm), nn.LayerNorm(width)
        self.dense = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))
        self.norm2 = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        for part, norm in ((self.attention, self.norm1), (self.dense, self.norm2)):
            x = x + part(norm(x)) if self.pre else norm(x + part(x))
        return x


class Transformer(nn.Module):
    """A decoder-only transformer that names the next character at every position.

    Parameters
    ----------
    norm : {"pre", "post"}, default "pre"
        Where the layer norms stand: before attention and dense layers, inside the residual
        branch, with one more at the end (GPT-2; Xiong et al., 2020); or after the sum, as in
        the first transformer (Vaswani et al., 2017).
    layers, width, heads, context : int
        Blocks, numbers per position, heads of attention, largest length of an input.
    qk_norm : bool, default False
        Divide each query and each key by its root mean square before they are multiplied
        (Henry et al., 2020; Dehghani et al., 2023), here without a learned gain.

    Raises
    ------
    TypeError, ValueError
        For a `norm` of another name, a size that is not a whole number above 0, a `width`
        that `heads` does not divide; and, when called, for an input longer than `context`.
    """

    symbols: nn.Embedding
    places: nn.Embedding
    blocks: nn.Sequential
    last: nn.Module
    logits: nn.Linear

    def __init__(
        self, norm: str = "pre", layers: int = 2, width: int = 32, heads: int = 2, context: int = 32,
        qk_norm: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        if norm not in ("pre", "post"):
            raise ValueError(f"norm must be 'pre' or 'post', got {norm!r}")
        for name, size in {"layers": layers, "width": width, "heads": heads, "context": context}.items():
            if checks.count(name, size) == 0:
                raise ValueError(f"{name} must be > 0, got {size!r}")
        if width % heads:
            raise ValueError(f"width must be a multiple of heads = {heads}, got {width!r}")
        symbols = len(set(text()))
        self.symbols, self.places = nn.Embedding(symbols, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(norm, width, heads, qk_norm) for _ in range(layers)))
        self.last = nn.LayerNorm(width) if norm == "pre" else nn.Identity()
        self.logits = nn.Linear(width, symbols)

    def forward(self, x: Tensor) -> Tensor:
        """Logits of shape ``(batch, length, symbols)`` for codes of shape ``(batch, length)``."""
        if x.shape[1] > self.places.num_embeddings:
            raise ValueError(f"x must have at most {self.places.num_embeddings} columns, got {x.shape[1]}")
        h = self.symbols(x) + self.places.weight[: x.shape[1]]
        return self.logits(self.last(self.blocks(h)))


@torch.no_grad()
def largest_logits(model: Transformer, x: np.ndarray) -> list[float]:
    """Largest size of an attention logit in each block, for codes of shape ``(batch, length)``.

    A logit is a query times a key over the root of their length; those that the causal mask hides do not count.
    """
    codes, found = torch.tensor(x), []
    h = model.symbols(codes) + model.places.weight[: codes.shape[1]]
    seen = torch.ones(codes.shape[1], codes.shape[1], dtype=torch.bool).tril()
    for block in model.blocks:
        q, k, _ = block.attention.split(block.norm1(h) if block.pre else h)
        logits = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        found.append(logits[..., seen].abs().max().item())
        h = block(h)
    return found


def start(model: nn.Module, seed: int) -> Arrays:
    """Make the model float64, set its start, and return its parameters as arrays over the same memory.

    Matrices and convolutions are normal with variance 1/inputs (an embedding: 1/width), biases
    0 and the gains of norms 1, drawn with NumPy, so that a seed means the same everywhere.
    """
    rng = np.random.default_rng(seed)
    arrays = []
    for name, p in model.double().named_parameters():
        a = p.detach().numpy()
        # What has one axis is a bias or the gain of a norm.
        a[...] = rng.standard_normal(a.shape) / np.sqrt(a[0].size) if a.ndim > 1 else name.endswith("weight")
        arrays.append(a)
    return arrays


def loss_and_grads(model: nn.Module, x: np.ndarray, y: np.ndarray) -> tuple[float, Arrays]:
    """Mean cross-entropy in nats, and its gradient for every parameter, in order."""
    return _loss_and_grads(model, list(model.parameters()), x, y)


def _loss_and_grads(model: nn.Module, weights: list[Tensor], x: np.ndarray, y: np.ndarray) -> tuple[float, Arrays]:
    loss = _loss(_logits(model, x), y)
    return loss.item(), [g.numpy() for g in torch.autograd.grad(loss, weights)]


def train(
    make: Make,
    build: Callable[[], nn.Module] = Transformer,
    data: Data | None = None,
    seed: int = 0,
    steps: int = 200,
    batch_size: int = 8,
    every_step: Callable[[int, Arrays, Arrays], None] | None = None,
) -> Trial:
    """Train a torch model with one of our optimizers; the seed decides the start and the batches.

    Parameters
    ----------
    make : callable
        Builds the optimizer from the parameters, as for `optedu.lab.train`.
    build : callable, default Transformer
        Returns a new model: ``lambda: Transformer("post", layers=4)``.
    data : Data, optional
        By default `characters`.
    seed, steps, batch_size : int
    every_step : callable, optional
        Called as ``every_step(t, params, grads)`` before step t.

    Returns
    -------
    Trial
        Its ``train_loss`` is that of each batch before its step; ``val_loss`` has two values,
        before the first step and after the last. After a divergence (a loss that is not
        finite) the rest is infinite.
    """
    data, model = data or characters(), build()
    params = start(model, seed)
    weights: list[Tensor] = list(model.parameters())  # once: a model searches its modules for them
    opt, rng = make(params), np.random.default_rng([seed, 1])
    losses, val = np.full(steps, np.inf), [evaluate(model, data.x_val, data.y_val)[0]]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a diverging run is a result
        for t in range(steps):
            rows = rng.integers(0, len(data.x_train), batch_size)
            loss, grads = _loss_and_grads(model, weights, data.x_train[rows], data.y_train[rows])
            if not np.isfinite(loss):
                break
            losses[t] = loss
            if every_step:
                every_step(t + 1, params, grads)
            opt.step(grads)
    with evaluation(opt):
        val.append(np.nan_to_num(evaluate(model, data.x_val, data.y_val)[0], nan=np.inf, posinf=np.inf))
        accuracy = evaluate(model, data.x_test, data.y_test)[1]
    return Trial(seed, losses, np.array(val), accuracy)


Scheduled = Callable[[Arrays], tuple[Any, Sequence[LRScheduler]]]
"""Builds from the parameters what steps (an optimizer, or several behind one ``step``), and its schedules."""


def curve(make: Scheduled, steps: int, seed: int = 0, looks: int = 20, batch_size: int = 8) -> np.ndarray:
    """The validation loss along a run of the character transformer under schedules.

    Parameters
    ----------
    make : callable
        Returns, for the parameters, the optimizer and the list of its schedules, each of which is stepped between two
        steps of the optimizer.
    steps, seed, batch_size : int
        As for `train`.
    looks : int, default 20
        How often one looks, at equal distances; the last time after the last step.

    Returns
    -------
    array, shape ``(looks,)``
        In nats; infinite after a divergence.

    Raises
    ------
    ValueError
        If `steps` is not a multiple of `looks`.
    """
    if checks.count("looks", looks) == 0 or checks.count("steps", steps) % looks:
        raise ValueError(f"steps must be a multiple of looks = {looks}, got {steps!r}")
    model, data = Transformer(), characters()
    schedules: list[LRScheduler] = []
    seen = np.full(looks, np.inf)

    def build(params: Arrays) -> Any:
        opt, schedules[:] = make(params)
        return opt

    def between(t: int, params: Arrays, grads: Arrays) -> None:
        if t > 1:
            for schedule in schedules:
                schedule.step()
        if t > 1 and (t - 1) % (steps // looks) == 0:
            seen[(t - 1) // (steps // looks) - 1] = evaluate(model, data.x_val, data.y_val)[0]

    seen[-1] = train(build, lambda: model, data, seed, steps, batch_size, between).val_loss[-1]
    return np.where(np.isnan(seen), np.inf, seen)


@torch.no_grad()
def evaluate(model: nn.Module, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Mean cross-entropy in nats, and the fraction of right answers."""
    z = _logits(model, x)
    return _loss(z, y).item(), float((z.argmax(-1).numpy() == y).mean())


def _logits(model: nn.Module, x: np.ndarray) -> Tensor:
    return model(torch.tensor(x))


def _loss(z: Tensor, y: np.ndarray) -> Tensor:
    return F.cross_entropy(z.flatten(0, -2), torch.tensor(y).flatten())
