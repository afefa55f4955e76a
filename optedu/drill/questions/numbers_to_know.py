"""Numbers to know: each computed, each with a way to derive it in the head.

They stand in ``numbers_to_know.toml``; nothing there is a result. `numbers` runs the code of each.
"""

import ast
import html
import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from ...lab.display import Markdown, fold

RAISED = str.maketrans("0123456789-t", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵗ")
"""Characters of an exponent as plain text has them."""


@dataclass(frozen=True)
class Number:
    """A number that an interviewer may ask for.

    Attributes
    ----------
    id : str
        Fixed for ever: learners' histories hang on it.
    topic : str
        The heading below which it stands.
    question : str
        Plain text.
    unit : str
        Empty for a pure number.
    tolerance : float
        Relative error of an estimate that counts as right; 0 for a number to be known exactly.
    trick : str
        How to derive it in the head. Plain text.
    code : str
        Python text that computes it; its last line is an expression.
    value : float
        What the code comes to.
    """

    id: str
    topic: str
    question: str
    unit: str
    tolerance: float
    trick: str
    code: str
    value: float

    def __str__(self) -> str:
        return f"{shown(self.value)}{'' if self.unit == '%' else ' '}{self.unit}".rstrip()

    def right(self, answer: float) -> bool:
        """Whether an estimate is close enough.

        Raises
        ------
        TypeError
            If it is not a number.
        """
        if isinstance(answer, bool) or not isinstance(answer, (int, float)):
            raise TypeError(f"answer must be a number, got {answer!r}")
        return abs(answer - self.value) <= max(self.tolerance, 1e-9) * abs(self.value)


def shown(value: float) -> str:
    """A value with four significant digits, or whole; no exponent between 0.0001 and a billion."""
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{value:,.0f}"
    if 1e-4 <= abs(value) < 1e9:
        digits = max(0, 3 - math.floor(math.log10(abs(value))))
        text = f"{value:,.{digits}f}"
        return text.rstrip("0").rstrip(".") if digits else text
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(RAISED)}"


def typeset(text: str) -> str:
    """A plain text as HTML: an exponent is raised, so that all of it comes in the letters of the page.

    A number such as 3e-4 is not broken at its hyphen.
    """
    back = {raised: "−" if chr(plain) == "-" else chr(plain) for plain, raised in RAISED.items()}
    exponent = "[" + "".join(map(chr, back)) + "]+"
    raised = re.sub(exponent, lambda match: f"<sup>{match[0].translate(back)}</sup>", html.escape(text, quote=False))
    return re.sub(r"(?<![\w.])[\d.]+e-\d+", r'<span class="unbroken">\g<0></span>', raised)


def run(code: str) -> float:
    """Execute a text and return the value of its last line."""
    *body, last = ast.parse(code).body
    if not isinstance(last, ast.Expr):
        raise ValueError(f"the last line of the code of a number must be an expression: {code!r}")
    space: dict[str, Any] = {}
    exec(compile(ast.Module(body, []), "<number>", "exec"), space)  # noqa: S102 (our own text)
    return float(eval(compile(ast.Expression(last.value), "<number>", "eval"), space))


@cache
def numbers() -> tuple[Number, ...]:
    """All numbers, in the order of the page.

    Raises
    ------
    ValueError
        If the file is not well formed; id and field are named.
    """
    content = tomllib.loads((files(__package__) / "numbers_to_know.toml").read_text(encoding="utf-8"))
    return tuple(read_number(topic, entry) for topic, entries in content.items() for entry in entries)


def read_number(topic: str, entry: dict[str, Any]) -> Number:
    wanted = {f.name for f in fields(Number)} - {"topic", "value"}
    if set(entry) != wanted:
        unknown, missing = sorted(set(entry) - wanted), sorted(wanted - set(entry))
        raise ValueError(f"number {entry.get('id', '?')!r}: unknown {unknown}, missing {missing}")
    return Number(topic=topic, value=run(entry["code"]), **entry)


def show_numbers(topic: str) -> Markdown:
    """The numbers of a topic as questions; value, trick and code behind the folds.

    Raises
    ------
    ValueError
        If there are none.
    """
    found = [n for n in numbers() if n.topic == topic]
    if not found:
        raise ValueError(f"no numbers on {topic!r}; there are some on {topics()}")
    return Markdown("\n".join(_folded(found)))


def topics() -> list[str]:
    """Headings, in the order of the page."""
    return list(dict.fromkeys(n.topic for n in numbers()))


def _folded(found: Iterable[Number]) -> Iterable[str]:
    for n in found:
        close = "exactly" if not n.tolerance else f"within {n.tolerance:.0%}"
        said = f"**{typeset(str(n))}** (asked {close})\n\n**In the head.** {typeset(n.trick)}"
        yield fold(typeset(n.question), f"{said}\n\n```python\n{n.code.strip()}\n```")
