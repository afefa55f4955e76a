"""Output that reads well both in Jupyter and on the site: Markdown, folds, tables."""

import inspect
import math
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any


class Markdown:
    """A text that a notebook shows as Markdown."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Markdown, {len(self.text.splitlines())} lines>"


def printed_source(rule: Callable[..., Any]) -> str:
    """The source of a rule as a page prints it: as it runs, without the notes to the formatter."""
    return textwrap.dedent(inspect.getsource(rule)).rstrip().replace("  # fmt: skip", "")


def show_rule(*rules: Callable[..., Any]) -> Markdown:
    """The source of rules, as it runs, below the name of its file."""
    parts = []
    for rule in rules:
        path = rule.__module__.replace(".", "/") + ".py"
        parts.append(f"`{path}`\n\n```python\n{printed_source(rule)}\n```")
    return Markdown("\n\n".join(parts))


METHODS = {"Adagrad": "AdaGrad", "RMSprop": "RMSProp"}
"""Classes whose names are spelled otherwise than their methods'; figures and tables show the method."""


def as_method(label: str) -> str:
    """A label with the name of the method in place of the class's, but for code (``optedu.Adagrad``)."""
    return re.sub(rf"(?<![`.\w])({'|'.join(METHODS)})\b", lambda m: METHODS[m[0]], label)


SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of_ten(x: float) -> str:
    """A power of ten as people write it: 10⁻⁴ where Python has 1e-04 or 0.0001.

    Raises
    ------
    ValueError
        If it is none.
    """
    exponent = round(math.log10(x)) if 0 < x < math.inf else 0
    if not math.isclose(x, 10.0**exponent):
        raise ValueError(f"x must be a power of ten, got {x!r}")
    return str(10**exponent) if exponent in (0, 1) else "10" + str(exponent).translate(SUPERSCRIPT)


def table(
    header: Sequence[str], rows: Iterable[Sequence[Any]], digits: int = 4, decimals: int | None = None
) -> Markdown:
    """A Markdown table; floats are shown with `digits` significant digits.

    Where one column is read from top to bottom, `decimals` gives all floats the same number of decimals instead;
    whole numbers then have commas: 2,410.
    """

    def cell(value: Any) -> str:
        if decimals is not None and type(value) is int:
            return f"{value:,}"
        if not isinstance(value, float):
            return as_method(str(value))
        return f"{value:.{digits}g}" if decimals is None else f"{value:,.{decimals}f}".replace("nan", "NaN")

    lines = [list(header), ["---"] * len(header), *([cell(v) for v in row] for row in rows)]
    return Markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))


def fold(summary: str, body: str) -> str:
    """Markdown whose body unfolds on a click. The blank lines let the body be Markdown too."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body.strip()}\n\n</details>\n"
