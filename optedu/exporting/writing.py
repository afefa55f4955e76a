"""Write a rule out for another library."""

from typing import Any

from .refusal import NotExported
from .subject import subject
from .to_jax import jax_file
from .to_torch import TESTED, torch_file
from .to_triton import triton_file

TARGETS = ("torch", "jax", "triton")
"""What a rule is written out for."""


def export(rule: Any, to: str, *, compile: bool = False) -> str:
    """A rule as a file of its own for torch, JAX or Triton.

    Parameters
    ----------
    rule : callable, Optimizer, or its class
        Of a rule by itself the arguments after ``g, p`` are states that begin as zeros (with the default
        None: that are not there), the keyword-only ones are settings with their defaults, and ``t`` is the
        count of steps. Of an optimizer its settings are the defaults of the file.
    to : {"torch", "jax", "triton"}
        A `torch.optim.Optimizer`, a `GradientTransformation` of optax, or the former with a kernel that takes a
        step in one pass over the memory of a GPU.
    compile : bool, default False
        For torch: rule and stores in one function that ``torch.compile`` takes as a whole.

    Returns
    -------
    str
        The text of the file. It does not import optedu.

    Raises
    ------
    TypeError, ValueError
        If `rule` is none of these, `to` no target, or something in the rule has no counterpart there; the
        message names the line.

    Examples
    --------
    >>> text = optedu.export(optedu.AdamW, to="torch")
    """
    if to not in TARGETS:
        raise ValueError(f"to must be 'torch', 'jax' or 'triton', got {to!r}")
    if not isinstance(compile, bool):
        raise TypeError(f"compile must be True or False, got {compile!r}")
    if compile and to != "torch":
        raise ValueError(f"compile=True is for torch, got to={to!r}, which compiles by itself or under jax.jit")
    try:
        found = subject(rule)
        tested = found.cls is not None and _in_zoo(found.cls)
        if to == "triton":
            return triton_file(found, tested)
        return torch_file(found, compile, TESTED if tested else "") if to == "torch" else jax_file(found, tested)
    except NotExported as error:
        said = getattr(rule, "__name__", type(rule).__name__)
        raise NotExported(f"{said} is not written out for {to}: {error}") from error


def _in_zoo(cls: type) -> bool:
    from ..zoo import ZOO

    return any(entry.cls is cls for entry in ZOO.values())


__all__ = ["TARGETS", "NotExported", "export"]
