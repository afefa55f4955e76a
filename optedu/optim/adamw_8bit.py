"""AdamW with its two averages in 8 bits, quantized block by block."""

import math
from typing import Any, ClassVar

import numpy as np

from ..core.checks import Checks, count, decay_pair, nonnegative
from ..core.optimizer import Optimizer
from ..core.state import Held
from ..core.types import Params
from .adam import adamw


def dynamic_map(signed):
    """The 256 numbers that a code stands for, in
    order: 0, 1, and seven decades, each with
    twice as many numbers as the one below."""
    decades = []
    for i in range(7):
        n = 2**i if signed else 2 ** (i + 1)
        edges = np.linspace(0.1, 1, n + 1)
        middles = (edges[1:] + edges[:-1]) / 2
        decades.append(10.0 ** (i - 6) * middles)
    book = np.concatenate([[0, 1], *decades])
    if signed:
        book = np.append(book, -book[2:])
    return np.sort(book)


SIGNED, UNSIGNED = dynamic_map(True), dynamic_map(False)


def quantize(x, book, block_size):
    """The code of the nearest number, each block
    in units of its largest size; these sizes."""
    flat = x.reshape(-1)
    starts = np.arange(0, x.size, block_size)
    most = np.maximum.reduceat(abs(flat), starts)
    most = most.astype(np.float32)
    unit = np.where(most > 0, most, 1.0)
    unit = np.repeat(unit, block_size)[: x.size]
    between = (book[1:] + book[:-1]) / 2
    scaled = flat / unit
    codes = between.searchsorted(scaled, "right")
    codes = codes.reshape(x.shape)
    return codes.astype(np.uint8), most


def dequantize(codes, most, book, block_size):
    """The numbers that the codes stand for."""
    unit = np.repeat(most, block_size)
    unit = unit[: codes.size].reshape(codes.shape)
    return book[codes] * unit


def adamw_8bit(
    g, p, m, v, m_max=None, v_max=None, *,
    t, lr, betas, eps, weight_decay, block_size,
):  # fmt: skip
    """One step: ``(g, p, m, v, m_max, v_max)
    -> (p, m, v, m_max, v_max)``."""
    coded, n = m_max is not None, block_size
    if coded:
        m = dequantize(m, m_max, SIGNED, n)
        v = dequantize(v, v_max, UNSIGNED, n)
    p, m, v, _ = adamw(
        g, p, m, v, t=t, lr=lr, betas=betas,
        eps=eps, weight_decay=weight_decay,
    )  # fmt: skip
    if coded:
        m, m_max = quantize(m, SIGNED, n)
        v, v_max = quantize(v, UNSIGNED, n)
    return p, m, v, m_max, v_max


def _size(name: str, value: Any) -> int:
    numbers = count(name, value)
    if numbers == 0:
        raise ValueError(f"{name} must be >= 1, got 0")
    return numbers


def held_in_8_bits(shape: tuple[int, ...], settings: dict[str, Any]) -> dict[str, Held]:
    """Size of each state: codes of a byte, a scale of four bytes for each block; or plain numbers."""
    n = math.prod(shape)
    if n < settings["min_8bit_size"]:
        return {"state1": Held(n), "state2": Held(n)}
    codes, scales = Held(n, 1), Held(-(-n // settings["block_size"]), 4)
    return {"state1": codes, "state2": codes, "absmax1": scales, "absmax2": scales}


class AdamW8bit(Optimizer):
    r"""AdamW whose state takes two bytes per parameter.

    .. math::
        m_{t-1} &= Q_\pm^{-1}(c_{t-1}) \\
        v_{t-1} &= Q_+^{-1}(d_{t-1}) \\
        \theta_t, m_t, v_t &: \text{ the step of AdamW} \\
        c_t &= Q_\pm(m_t) \\
        d_t &= Q_+(v_t)

    A number is kept as the code, of one byte, of the nearest entry of a fixed table, in units
    of the largest size among the ``block_size`` numbers of its block, of which there is one
    float for each block. So an outlier coarsens its own block only. The table is dynamic: it
    spans seven decades, each with twice as many entries as the one below. Rounding changes a
    number by at most 0.7% of the largest of its block (:math:`v`: 0.35%), and by at most a
    fifth of that in each further decade below; what is less than 2.7e-7 (:math:`v`: 1.6e-7) of
    the largest becomes 0. The averages of this step move the parameter before they are rounded.

    Parameters
    ----------
    params : iterable of array or of dict
        Float arrays of any shape, changed in place, or groups of them.
    lr : float, default 1e-3
        Learning rate :math:`\gamma \ge 0`, in units of the parameter.
    betas : (float, float), default (0.9, 0.999)
        Decay :math:`\beta_1, \beta_2 \in [0, 1)` of the two averages.
    eps : float, default 1e-8
        :math:`\epsilon \ge 0`, outside the root and after the correction, in units of the gradient.
    weight_decay : float, default 1e-2
        :math:`\lambda \ge 0`, decoupled.
    block_size : int, default 256
        Numbers that share a scale, at least 1, counted in the order of memory; the last block
        may be shorter.
    min_8bit_size : int, default 4096
        A parameter with fewer numbers keeps its averages as they are: it takes little memory.

    Raises
    ------
    TypeError, ValueError
        If a parameter or a setting is refused; the message names it.

    Notes
    -----
    State: ``step``, the codes ``state1`` and ``state2`` as uint8, and in float32 the largest
    sizes ``absmax1`` and ``absmax2``, one for each block: :math:`2 + 8/256` bytes per parameter.
    A small parameter has plain averages in ``state1`` and ``state2``, and no ``absmax``.
    Book: *Memory*.

    References
    ----------
    Dettmers et al. (2022), sections 2 and 3; names are those of bitsandbytes and torchao.
    torchao quantizes a parameter only if its size is a multiple of ``block_size``, and takes
    no scale below 1e-12.
    """

    settings: ClassVar[Checks] = dict(
        lr=nonnegative, betas=decay_pair, eps=nonnegative, weight_decay=nonnegative, block_size=_size,
        min_8bit_size=count,
    )  # fmt: skip
    rule = adamw_8bit
    elementwise: ClassVar[bool | None] = False
    shape_state = ("block_size", "min_8bit_size")

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 1e-2, block_size: int = 256, min_8bit_size: int = 4096,
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, block_size=block_size, min_8bit_size=min_8bit_size
        ))  # fmt: skip

    def initial_state(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        if p.size < settings["min_8bit_size"]:
            return {"state1": 0.0, "state2": 0.0, "absmax1": None, "absmax2": None}
        codes = np.zeros(p.shape, np.uint8)
        scales = np.zeros(-(-p.size // settings["block_size"]), np.float32)
        return {"state1": codes, "state2": codes, "absmax1": scales, "absmax2": scales}
