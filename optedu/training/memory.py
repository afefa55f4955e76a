"""What training costs in bytes: parameters, gradients, optimizer state, master copy, activations."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core import checks
from ..core.state import Held
from ..zoo import ZOO, arrays_in

FLOATS = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2}
"""Bytes of one number."""

BLOCK = 256
"""Numbers of an 8-bit state that share one float32 scale."""

_SHORT, _LONG = (2, 3, 4, 5, 6, 7), (8, 9, 10, 11, 12, 13)  # lengths that tell axes apart

Shape = tuple[int, ...]


@dataclass(frozen=True)
class TrainingBytes:
    """Bytes that one rank holds when a step begins, term by term; the first step still lacks the state.

    Attributes
    ----------
    numbers : int
        How many parameters are trained, on all ranks together.
    parameters, gradients, master, frozen : int
        Bytes of the trained parameters, their gradients, their copy in higher precision
        (0 without one), and of parameters that are not trained.
    state : dict
        Bytes of the optimizer's arrays, by their name in torch.
    """

    numbers: int
    parameters: int
    gradients: int
    master: int
    frozen: int
    state: dict[str, int]

    @property
    def total(self) -> int:
        """Sum of all terms, in bytes."""
        return sum(self.terms().values())

    @property
    def per_parameter(self) -> float:
        """Bytes for each trained parameter."""
        return self.total / self.numbers

    def terms(self) -> dict[str, int]:
        """Every term by name, those that are zero left out; the order is that of the attributes."""
        terms = {
            "parameters": self.parameters, "gradients": self.gradients, "master": self.master,
            "frozen": self.frozen, **self.state,
        }  # fmt: skip
        return {name: size for name, size in terms.items() if size}


def training_bytes(
    shapes: Iterable[Sequence[int]],
    optimizer: str = "AdamW",
    *,
    parameter: str = "float32",
    gradient: str | None = None,
    state: str | None = None,
    master: str | None = None,
    frozen: Iterable[Sequence[int]] = (),
    stage: int = 0,
    ranks: int = 1,
    **settings: Any,
) -> TrainingBytes:
    r"""Count the bytes of parameters, gradients and optimizer state.

    .. math::
        M = \sum_i n_i\, (b_\theta + b_g + b_{\mathrm{master}})
        + \sum_i \sum_k \mathrm{size}_k(\mathrm{shape}_i)\, b_{\mathrm{state}}

    Which arrays an optimizer keeps, and of what size, is found by letting it take one step
    with a small parameter of as many axes. The state of L-BFGS is counted with a full history.

    Parameters
    ----------
    shapes : iterable of tuple of int
        Shapes of the parameters that are trained. A parameter that is used twice (a tied
        embedding) is listed once.
    optimizer : str, default "AdamW"
        Its name in the zoo.
    parameter : str, default "float32"
        Precision :math:`b_\theta` of the parameters: "float64", "float32", "bfloat16" or
        "float16".
    gradient : str, optional
        Precision of the gradients; that of the parameters if not given, as in torch.
    state : str, optional
        Precision of the optimizer state; "int8" for block-wise quantization, a byte per
        number and one float32 scale for each `BLOCK` of them. If not given: that of the
        master copy, or of the parameters if there is none, as in torch.
    master : str, optional
        Precision of a further copy of the trained parameters, to which the updates are added.
    frozen : iterable of tuple of int, optional
        Shapes of parameters without gradient and state.
    stage : int, default 0
        ZeRO: from 1 on state and master copy are split over the ranks, from 2 on gradients,
        at 3 parameters too.
    ranks : int, default 1
        Number of processes. The parts are rounded up to whole bytes.
    **settings
        Of the optimizer: ``momentum=0.9``, ``amsgrad=True``.

    Returns
    -------
    TrainingBytes
        Bytes on one rank. Activations, temporary arrays and what an allocator loses are not
        among them.

    Raises
    ------
    TypeError, ValueError
        If a shape, a precision, the optimizer, its settings or the sharding is refused.

    References
    ----------
    Rajbhandari et al. (2020), sections 3 and 5, for mixed precision and the stages.
    """
    trained = _shapes("shapes", shapes)
    if not trained or not sum(map(math.prod, trained)):
        raise ValueError("shapes is empty: nothing is trained")
    fixed = _shapes("frozen", frozen)
    if not isinstance(optimizer, str):
        raise TypeError(f"optimizer must be a name, got {optimizer!r}")
    if optimizer not in ZOO:
        raise ValueError(f"optimizer must be one of {sorted(ZOO)}, got {optimizer!r}")
    of_parameter = _itemsize("parameter", parameter)
    of_gradient = _itemsize("gradient", parameter if gradient is None else gradient)
    of_master = _itemsize("master", master) if master is not None else 0
    kept_as = state if state is not None else master if master is not None else parameter
    if kept_as != "int8":
        _itemsize("state", kept_as, "int8")
    stage, ranks = checks.count("stage", stage), checks.count("ranks", ranks)
    if stage > 3:
        raise ValueError(f"stage must be 0, 1, 2 or 3, got {stage}")
    if ranks < 1:
        raise ValueError(f"ranks must be >= 1, got {ranks}")

    sizes = {shape: _state_sizes(optimizer, shape, settings) for shape in set(trained) if math.prod(shape)}
    held: dict[str, int] = {}
    for shape in trained:
        for name, size in sizes.get(shape, {}).items():
            held[name] = held.get(name, 0) + _bytes(size, kept_as)
    n = sum(map(math.prod, trained))

    def part(size: int, first: int) -> int:
        return -(-size // ranks) if stage >= first else size

    return TrainingBytes(
        numbers=n,
        parameters=part(n * of_parameter, 3),
        gradients=part(n * of_gradient, 2),
        master=part(n * of_master, 1),
        frozen=part(sum(map(math.prod, fixed)) * of_parameter, 3),
        state={name: part(size, 1) for name, size in held.items()},
    )


def transformer_activation_bytes(
    length: int, batch: int, width: int, heads: int, layers: int = 1, recompute: str = "none"
) -> int:
    r"""Bytes that a transformer keeps for the backward pass, at their peak.

    .. math::
        A = L\, s\, b\, h\,\bigl(34 + 5\,a s/h\bigr)

    for :math:`L` layers with :math:`s` tokens, :math:`b` sequences, width :math:`h` and
    :math:`a` heads. Assumed: activations of two bytes, dropout masks of one; a GPT layer
    (attention that stores its :math:`s \times s` scores, an MLP of width :math:`4h` with
    GELU, three dropouts, two layer norms); one device. Embedding and logits come on top.

    Parameters
    ----------
    length, batch, width, heads, layers : int
        :math:`s, b, h, a, L`, each at least 1.
    recompute : str, default "none"
        "selective": the scores are computed again in the backward pass and stored for one
        layer at a time. "full": so is the whole layer, from its input of :math:`2sbh` bytes.

    Returns
    -------
    int
        Bytes.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused.

    References
    ----------
    Korthikanti et al. (2023), equation 1 and section 5. The one layer that is being
    computed again is added here.
    """
    sizes = {"length": length, "batch": batch, "width": width, "heads": heads, "layers": layers}
    for name, value in sizes.items():
        if checks.count(name, value) < 1:
            raise ValueError(f"{name} must be >= 1, got {value}")
    if width % heads:
        raise ValueError(f"width must be a multiple of heads, got width={width}, heads={heads}")
    peaks = dict(zip(("none", "selective", "full"), activation_peaks(length, batch, width, heads, layers), strict=True))
    if recompute not in peaks:
        raise ValueError(f"recompute must be one of {sorted(peaks)}, got {recompute!r}")
    peak: int = peaks[recompute]
    return peak


def activation_peaks(length: Any, batch: Any, width: Any, heads: Any, layers: Any) -> tuple[Any, Any, Any]:
    """The arithmetic of `transformer_activation_bytes`, which checks its arguments; live figures trace it.

    Returns
    -------
    none, selective, full : numbers
        Bytes at the peak, where nothing, the scores or whole layers are recomputed.
    """
    tokens = length * batch
    linear, scores = 34 * width * tokens, 5 * heads * length * tokens
    layer, others = linear + scores, layers - 1
    return others * layer + layer, others * linear + layer, others * 2 * width * tokens + layer


def layer_numbers(width: Any) -> Any:
    r"""Parameters of that layer: :math:`12h^2 + 13h`, in four linear maps with biases and two layer norms."""
    return 12 * width * width + 13 * width


def _bytes(size: Held, precision: str) -> int:
    n, itemsize = size
    if itemsize is not None:
        return n * itemsize
    return n + 4 * math.ceil(n / BLOCK) if precision == "int8" else n * FLOATS[precision]


def _itemsize(name: str, precision: Any, *more: str) -> int:
    if not isinstance(precision, str):
        raise TypeError(f"{name} must be the name of a precision, got {precision!r}")
    if precision not in FLOATS:
        raise ValueError(f"{name} must be one of {[*FLOATS, *more]}, got {precision!r}")
    return FLOATS[precision]


def _shapes(name: str, shapes: Any) -> list[Shape]:
    if isinstance(shapes, str) or not isinstance(shapes, Iterable):
        raise TypeError(f"{name} must be a list of shapes, got {shapes!r}")
    found = []
    for i, shape in enumerate(shapes):
        if isinstance(shape, str) or not isinstance(shape, Sequence):
            raise TypeError(f"{name}[{i}] must be a tuple of whole numbers, got {shape!r}")
        if len(shape) > len(_SHORT):
            raise ValueError(f"{name}[{i}] must have at most {len(_SHORT)} axes, got {shape!r}")
        found.append(tuple(checks.count(f"{name}[{i}]", n) for n in shape))
    return found


def _state_sizes(optimizer: str, shape: Shape, settings: dict[str, Any]) -> dict[str, Held]:
    """Size of each state that a parameter of this shape has."""
    entry = ZOO[optimizer]
    group = entry.cls([np.ones((1, 1))], **settings).param_groups[0]  # a wrong setting is refused here
    if entry.held:
        return entry.held(shape, group)
    # A small parameter stands for this one. Each of its axes has a length of its own, by which
    # it is recognized in the state; axes of length 1 stay, axes too long to be rotated are so here too.
    limit = group.get("max_precond_dim", math.inf)
    small = tuple(1 if n == 1 else _SHORT[i] if n <= limit else _LONG[i] for i, n in enumerate(shape))
    if limit < math.inf and limit:
        settings = {**settings, "max_precond_dim": _SHORT[-1]}
    length = {0: 0, 1: 1, **dict(zip(small, shape, strict=True))}
    try:
        state = entry.after_a_step(np.ones(small), settings)
    except (TypeError, ValueError) as error:
        raise ValueError(f"shapes: {optimizer} cannot train a parameter of shape {shape}") from error
    arrays = {name: arrays_in(value) for name, value in state.items()}
    sizes = {name: sum(math.prod(length[k] for k in a.shape) for a in held) for name, held in arrays.items()}
    return {name: Held(size) for name, size in sizes.items() if size}
