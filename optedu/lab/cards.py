"""The card at the top of a chapter: what there is to know about an optimizer, read off the package."""

import inspect
from typing import Any

from ..zoo import ZOO
from .display import Markdown


def card(
    name: str, rule: str, use_when: str, published: str | None = None, shape: tuple[int, ...] = (1, 1), **settings: Any
) -> Markdown:
    """A table with rule, state, bytes, defaults, paper and use of an optimizer.

    Parameters
    ----------
    name : str
        Name in the zoo.
    rule : str
        Its equation in LaTeX, without dollar signs.
    use_when : str
    published : str, optional
        In the place of the zoo's paper, where a chapter is about an older or a later one.
    shape : tuple of int
        Of the parameter for which state and bytes are counted.
    **settings
        Those under which state and bytes are counted, by taking a step: ``momentum=0.9``.
    """
    entry = ZOO[name]
    state = entry.state(shape, **settings)
    defaults = [
        f"`{p.name}={p.default}`" for p in inspect.signature(entry.cls).parameters.values() if p.default is not p.empty
    ]
    shown = ", ".join(f"`{k}={v}`" for k, v in settings.items())
    per = f" ({len(state)} per parameter)" if state and shape == (1, 1) else ""
    size = "" if shape == (1, 1) else f", for {' × '.join(map(str, shape))} numbers"
    reference = entry.referee if " " in entry.referee else f"`{entry.referee}`"
    rows = {
        "rule": f"${rule}$",
        "class": f"`optedu.{name}`, tested against {reference}" + (f"; here with {shown}" if shown else ""),
        "state": (", ".join(f"`{s}`" for s in state) or "none") + per,
        "bytes in float32": f"{entry.bytes_per_parameter(shape=shape, **settings):.3g} per parameter{size}, "
        "besides parameter and gradient",
        "defaults": ", ".join(defaults),
        "published": published or entry.paper,
        "use when": use_when,
    }
    lines = ["| | |", "| --- | --- |", *(f"| **{key}** | {value} |" for key, value in rows.items())]
    return Markdown("\n".join(lines))
