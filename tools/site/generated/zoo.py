"""The zoo: a table of all optimizers, two of them side by side, and the formulas of each.

What stands side by side comes from the sources of the rules. The script of the page (``book/_static/zoo/compare.js``)
aligns two of them; it is run here, too, for the pair that the page shows before a choice, and without scripts.
"""

import ast
import inspect
import json
import re
from functools import cache
from html import escape
from math import prod
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from py_mini_racer import MiniRacer

from optedu.lab.display import printed_source
from optedu.lab.wind_tunnel.equations import Equations, equations
from optedu.lab.wind_tunnel.specimen import MORE, ROWS, Specimen, of_row
from optedu.training.memory import training_bytes
from optedu.zoo import ZOO, Entry

SHAPE = (1024, 1024)
SCRIPT = Path(__file__).resolve().parents[3] / "book/_static/zoo/compare.js"
RELATIVES = Path(__file__).with_name("zoo_relatives.md")
FIRST = ("Adam", "AdamW")
"""The pair that the page shows before a choice."""

BESIDE = {
    "SGD": "SGD with momentum", "SGD with momentum": "SGD", "Adagrad": "SGD", "RMSprop": "Adagrad",
    "Adadelta": "RMSprop", "Rprop": "RMSprop", "Adam": "AdamW", "AdamW": "Adam", "Adamax": "Adam", "NAdam": "Adam",
    "RAdam": "Adam", "SparseAdam": "Adam", "AdaBelief": "AdamW", "Yogi": "AdamW", "Lion": "AdamW",
    "LARS": "SGD with momentum", "LAMB": "LARS", "Adafactor": "AdamW", "Muon": "SGD with momentum",
    "Shampoo": "Adagrad", "SOAP": "Shampoo", "Kron": "Shampoo", "SGDScheduleFree": "SGD",
    "AdamWScheduleFree": "AdamW", "RAdamScheduleFree": "AdamWScheduleFree", "Prodigy": "AdamW", "Sophia": "Lion",
    "AdEMAMix": "AdamW", "MARS": "AdamW", "ADOPT": "AdamW", "AdamW8bit": "AdamW", "GaLore": "AdamW",
    "LBFGS": "SGD", "ASGD": "SGD",
}  # fmt: skip
"""What each is compared with where nothing else is chosen: as a rule, what it was derived from."""


def key(row: str) -> str:
    """A row's name in an address: ``#compare=sgd-with-momentum,adam``."""
    return row.lower().replace(" ", "-")


def formulas(row: str) -> Equations:
    """Its formulas with default settings, and with weight decay if it has any: the letter should be there."""
    one = of_row(row)
    decay = {"weight_decay": 0.01} if "weight_decay" in one.settings else {}
    return equations(one.rules, {**one.settings, **decay}, one.absent)


# What the script is given


def text() -> str:
    """The script with the data of all rows."""
    return f"OpteduZoo({json.dumps(rows(), ensure_ascii=False, separators=(',', ':'))});\n"


@cache
def rows() -> list[dict[str, Any]]:
    """Each optimizer as the script knows it: lines of its formulas and of its code, defaults and state."""
    return [
        {
            "key": key(row), "name": row, "beside": key(BESIDE[row]),
            "formulas": [[left, flat(f"<mrow>{left}{right}</mrow>")] for left, right in formulas(row).lines],
            "code": code(row), "defaults": defaults(of_row(row)), "facts": facts(row),
        }
        for row in ROWS
    ]  # fmt: skip


def flat(mathml: str) -> Any:
    """MathML as nested lists, ``[tag, *children]``; leaves are text, and rows within rows one row."""
    return _flat(ElementTree.fromstring(mathml))


def _flat(element: ElementTree.Element) -> Any:
    start = " ".join([element.tag, *(f'{name}="{value}"' for name, value in element.items())])
    if not len(element):
        return f"<{start}>{escape(element.text or '', quote=False)}</{element.tag}>"
    children = [_flat(child) for child in element]
    if element.tag in ("mrow", "mtd", "msqrt"):
        children = [c for one in children for c in (one[1:] if isinstance(one, list) and one[0] == "mrow" else [one])]
    return [start, *children]


def code(row: str) -> list[str]:
    """The lines of its rules, and of what these call, as they stand in the package, without their docstrings."""
    lines: list[str] = []
    for function in formulas(row).functions:
        source = printed_source(function)
        first = ast.parse(source).body[0].body[0]  # type: ignore[attr-defined]
        said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        gone = range(first.lineno, first.end_lineno + 1) if said else ()
        lines += [line for n, line in enumerate(source.split("\n"), 1) if n not in gone and line.strip()]
    return lines


def defaults(one: Specimen) -> dict[str, str]:
    """Each setting and its default, as code; those of the row, if it has its own."""
    given = MORE.get(one.row, ("", {}))[1]
    parameters = inspect.signature(one.cls.__init__).parameters if one.cls else {}
    known = {name: p.default for name, p in list(parameters.items())[2:]}
    return {name: "none: must be given" if value is inspect.Parameter.empty else shown(value)
            for name, value in {**known, **given}.items()}  # fmt: skip


def shown(value: Any) -> str:
    """A default as code; equal numbers as the same text, whether they are whole or not."""
    if isinstance(value, tuple):
        return f"({', '.join(map(shown, value))})"
    return repr(float(value)).removesuffix(".0") if type(value) in (int, float) else repr(value)


def facts(row: str) -> dict[str, str]:
    """State, its bytes and the paper."""
    name, settings = MORE.get(row, (row, {}))
    state = ", ".join(training_bytes([SHAPE], name, **settings).state) or "none"
    return {"state": state, "bytes per parameter": _bytes(ZOO[name], settings), "paper": ZOO[name].paper}


# The page


def page() -> str:
    """The zoo as a page of Markdown."""
    n, m = SHAPE
    lines = [
        "# The zoo",
        "",
        "All optimizers of the package. [Anatomy](anatomy.md) says what each of them does, measured, and the "
        "[conformance matrix](conformance.md) how far it is from its reference implementation. In the order of their "
        "years, with what each changed in the one before it, they are in [the family](../intro.md#the-family).",
        "",
        "## Two side by side",
        "",
        "The update rules, one line for each assignment of the package's source, with default settings; weight decay "
        "is shown where there is a setting for it, even if its default is 0. A line marked ≠ assigns to the same "
        "letter in another way, a line marked + has no counterpart, and lines without a mark agree.",
        "",
        compared(*FIRST),
        "",
        "## All of them",
        "",
        f"In the order of the book. Bytes are those of the state, per parameter of a {n} × {m} matrix in float32 with "
        "default settings, besides the parameter and its gradient; they are counted by taking a step. The year is "
        "that of the publication: of the proceedings or the journal, or of the report where there is no more.",
        "",
        ":::{table}",
        ":class: close",
        "",
        "| optimizer | paper | formulas | bytes | state |",
        "| --- | --- | --- | --- | --- |",
    ]
    for entry in ZOO.values():
        state = ", ".join(f"`{name}`" for name in training_bytes([SHAPE], entry.name).state) or "none"
        beside = f'<a href="#compare={key(entry.name)}">compare with {BESIDE[entry.name]}</a>'
        lines.append(
            f"| [{entry.name}](../{entry.chapter}.ipynb) | {entry.paper} | {beside} | {_bytes(entry, {})} | {state} |"
        )
    lines += [":::", "", "## Rules and flags", "", ":::{table}", ":class: close", ""]
    lines += ["| optimizer | rule | flags | compared with |", "| --- | --- | --- | --- |"]
    for entry in ZOO.values():
        rules = ", ".join(f"`{rule.__name__}`" for rule in entry.rules)
        flags = ", ".join(f"`{flag}`" for flag in [*entry.flags, *(k for k in entry.fixed if k != "lr")])
        referee = re.sub(r"(?<=[._])(?=\w)", "<wbr>", entry.referee)  # a long name breaks between its words
        lines.append(f"| {entry.name} | {rules} | {flags} | {referee} |")
    lines += [
        ":::",
        "",
        "`SAM` and `Lookahead` stand around any of them: two gradients for a step, and one more number per parameter. "
        "So do `Cautious` and `Hyperball`, which keep nothing ([their chapter](../modern/one_line.ipynb)). "
        "`EMA` and `SWA` average the parameters: one more number each. They are in "
        "[The worst loss nearby](../modern/sam.ipynb) and [Averaging](../classical/averaging.ipynb).",
        "",
        RELATIVES.read_text("utf8"),
        "",
        "## The formulas of each",
        "",
        "They are read from the source that runs, for the settings named above. A name without a letter of its own is "
        "that of the source.",
        "",
        "\n".join(map(fold, ROWS)),
    ]
    return "\n".join(lines) + "\n"


def compared(first: str, second: str) -> str:
    """Two rows side by side, as the script writes them."""
    with MiniRacer() as engine:
        engine.eval(SCRIPT.read_text("utf8") + "; 0")
        given = [one for name in (first, second) for one in rows() if one["name"] == name]
        shown = engine.eval(f"OpteduZoo.show({json.dumps(given)}[0], {json.dumps(given)}[1])")
    return re.sub(r"\n\s*", "", f'<div class="zoo-compare"><div class="zoo-form"></div>{shown}</div>')


def fold(row: str) -> str:
    """The formulas of a row; its address leads to the comparison where there are scripts."""
    return (
        f'<details class="zoo-formulas" id="compare={key(row)}"><summary>{row}</summary>'
        f'<div class="pst-scrollable-table-container">{formulas(row).mathml}</div></details>'
    )


def _bytes(entry: Entry, settings: dict[str, Any]) -> str:
    """Bytes per parameter, and what each further pair of arrays would cost."""
    sizes = [
        sum(training_bytes([SHAPE], entry.name, **more).state.values()) / prod(SHAPE)
        for more in ([{**settings, entry.grows_with: n} for n in (0, 1)] if entry.grows_with else [settings])
    ]
    return f"{sizes[0]:.3g}" + "".join(f" (+ {more - sizes[0]:g} per pair kept)" for more in sizes[1:])
