"""Real data and a small network, written out in NumPy, to train with any optimizer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from ..core.optimizer import Optimizer

Arrays = list[np.ndarray]
Make = Callable[[Arrays], Optimizer]


@dataclass(frozen=True)
class Data:
    """Images and labels, split once and for all: to train on, to choose with, to report on."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


@cache
def digits() -> Data:
    """1,797 handwritten digits (Alpaydin and Kaynak, 1998; scikit-learn has the same), 8 x 8 pixels in [0, 1],
    split 1,000 / 397 / 400. ``digits.txt`` beside them says under which license."""
    with np.load(Path(__file__).with_name("digits.npz")) as stored:
        x, y = stored["images"].astype(float), stored["labels"].astype(int)
    order = np.random.default_rng(0).permutation(len(y))
    x, y = x[order] / 16.0, y[order]
    return Data(x[:1000], y[:1000], x[1000:1397], y[1000:1397], x[1397:], y[1397:])


class MLP:
    """A fully connected network with ReLU and softmax cross-entropy, gradients by hand.

    Parameters
    ----------
    sizes : sequence of int
        Number of inputs, hidden units of each layer, classes. Two sizes give softmax
        regression, whose loss is convex.
    """

    def __init__(self, sizes: Sequence[int] = (64, 32, 10)) -> None:
        self.sizes: tuple[int, ...] = tuple(sizes)

    def start(self, seed: int) -> Arrays:
        """Initial weights and biases ``[W1, b1, W2, b2, ...]``: normal with variance 2/inputs
        (He et al., 2015), and zero."""
        rng = np.random.default_rng(seed)
        pairs = zip(self.sizes, self.sizes[1:], strict=False)
        return [a for n, m in pairs for a in (rng.standard_normal((n, m)) * np.sqrt(2 / n), np.zeros(m))]

    def _forward(self, params: Arrays, x: np.ndarray) -> Arrays:
        """Input of every layer, and the logits at the end."""
        layers = [x]
        for W, b in zip(params[::2], params[1::2], strict=True):
            z = layers[-1] @ W + b
            layers.append(np.maximum(z, 0) if len(layers) < len(self.sizes) - 1 else z)
        return layers

    def loss_and_accuracy(self, params: Arrays, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        """Mean cross-entropy in nats, and the fraction of right answers."""
        z = self._forward(params, x)[-1]
        return float(-_log_softmax(z)[np.arange(len(y)), y].mean()), float((z.argmax(1) == y).mean())

    def loss_and_grads(self, params: Arrays, x: np.ndarray, y: np.ndarray) -> tuple[float, Arrays]:
        """Mean cross-entropy over the batch, and its gradient for every parameter, in order."""
        *inputs, z = self._forward(params, x)
        log_p = _log_softmax(z)
        rows = np.arange(len(y))
        delta = np.exp(log_p)
        delta[rows, y] -= 1
        delta /= len(y)
        grads: Arrays = []
        for k in reversed(range(len(inputs))):
            grads = [inputs[k].T @ delta, delta.sum(0), *grads]
            if k:  # (nobody asks for the gradient of the data)
                delta = (delta @ params[2 * k].T) * (inputs[k] > 0)
        return float(-log_p[rows, y].mean()), grads


def _log_softmax(z: np.ndarray) -> np.ndarray:
    z = z - z.max(1, keepdims=True)
    return z - np.log(np.exp(z).sum(1, keepdims=True))


@dataclass(frozen=True)
class Trial:
    """One training run: losses in nats after each epoch (index 0: before the first)."""

    seed: int
    train_loss: np.ndarray
    val_loss: np.ndarray
    test_accuracy: float


@contextmanager
def evaluation(opt: Any) -> Iterator[None]:
    """While it lasts, the parameters are those to evaluate: a schedule-free optimizer puts its average there."""
    inner = getattr(opt, "optimizer", opt)
    if not hasattr(inner, "eval"):
        yield
        return
    inner.eval()
    yield
    inner.train()


def train(
    make: Make,
    seed: int = 0,
    epochs: int = 10,
    batch_size: int = 50,
    sizes: Sequence[int] = (64, 32, 10),
    data: Data | None = None,
    every_step: Callable[[int, Arrays, Arrays], None] | None = None,
) -> Trial:
    """Train a network on digits; the seed decides the start and the order of the batches.

    Parameters
    ----------
    make : callable
        Builds the optimizer from the parameters: ``lambda w: Adam(w, lr=1e-3)``.
    every_step : callable, optional
        Called as ``every_step(t, params, grads)`` before step t.

    Returns
    -------
    Trial
        After a divergence (a loss that is not finite) the rest of the losses is infinite.
    """
    data, net = data or digits(), MLP(sizes)
    params = net.start(seed)
    opt, rng = make(params), np.random.default_rng([seed, 1])
    losses, n, t = [_losses(net, params, data)], len(data.y_train), 0
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a diverging run is a result
        for _ in range(epochs):
            order = rng.permutation(n)
            for i in range(0, n, batch_size):
                rows = order[i : i + batch_size]
                _, grads = net.loss_and_grads(params, data.x_train[rows], data.y_train[rows])
                t += 1
                if every_step:
                    every_step(t, params, grads)
                opt.step(grads)
            with evaluation(opt):
                losses.append(_losses(net, params, data))
            if not np.isfinite(losses[-1]).all():
                losses += [(np.inf, np.inf)] * (epochs + 1 - len(losses))
                break
        with evaluation(opt):
            accuracy = net.loss_and_accuracy(params, data.x_test, data.y_test)[1]
    train_loss, val_loss = np.nan_to_num(np.array(losses).T, nan=np.inf, posinf=np.inf)
    return Trial(seed, train_loss, val_loss, accuracy)


def _losses(net: MLP, params: Arrays, data: Data) -> tuple[float, float]:
    return (
        net.loss_and_accuracy(params, data.x_train, data.y_train)[0],
        net.loss_and_accuracy(params, data.x_val, data.y_val)[0],
    )


def tune(
    make: Callable[[Arrays, float], Optimizer], lrs: Iterable[float], seeds: Iterable[int] = range(5), **how: Any
) -> dict[float, list[Trial]]:
    """Train with every learning rate and seed.

    Parameters
    ----------
    make : callable
        Builds the optimizer from parameters and a learning rate: ``lambda w, lr: Adam(w, lr=lr)``.
    lrs, seeds : iterable
    **how
        Arguments of `train`.

    Returns
    -------
    dict
        Learning rate to the trials of all seeds.
    """
    seeds = list(seeds)
    rates = [float(lr) for lr in lrs]
    return {lr: [train(partial(_made, make, lr), seed, **how) for seed in seeds] for lr in rates}


def _made(make: Callable[[Arrays, float], Optimizer], lr: float, w: Arrays) -> Optimizer:
    return make(w, lr)


def best_lr(trials: dict[float, list[Trial]]) -> float:
    """The learning rate with the least median of the final validation losses."""
    return min(trials, key=lambda lr: float(np.median([t.val_loss[-1] for t in trials[lr]])))
