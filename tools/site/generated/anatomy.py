"""The page that says what each optimizer is, measured in the wind tunnel: optimizer by property, and below it why.

The numbers are in ``optedu/lab/wind_tunnel/anatomy.json``, which ``benchmarks/anatomy.py`` writes.
"""

from collections.abc import Callable, Iterable, Mapping
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

from optedu.lab.wind_tunnel.invariances import FAILS, HOLDS, KEYS, UNTRIED
from optedu.lab.wind_tunnel.learning import TRANSFORMER
from optedu.lab.wind_tunnel.neighbors import TRANSFORMER_FILE, anatomy, neighbor
from optedu.lab.wind_tunnel.responses import KINDS
from optedu.lab.wind_tunnel.specimen import MORE
from optedu.zoo import ZOO

from .anatomy_plots import drawn, frames, number, sensitivity

Facts = dict[str, Any]

HEADS = {
    "gradient-scale": "c·g", "coordinate-scale": "d·g", "scale-over-time": "cₜ·g", "shift": "shift", "sign": "−p",
    "signs": "±p", "entries": "order", "rows-columns": "rows", "rotation": "turn",
    "rotation-rows-columns": "U·g·Vᵀ", "unit": "unit", "own-units": "units", "repeated": "4×",
}  # fmt: skip
"""Of the columns of the first table, by the key of the property."""


class Column(NamedTuple):
    """A column of numbers: its head, what it says, and what a row's cell shows, links to and explains."""

    head: str
    meaning: str
    key: str
    read: Callable[[Facts], tuple[Any, str]]


def _response(key: str, head: str, meaning: str) -> Column:
    return Column(head, meaning, key, lambda facts: tuple(facts["responses"][key]))


def _limit(key: str, head: str, meaning: str) -> Column:
    return Column(head, meaning, "limit", lambda facts: (facts["limits"][key][0], facts["limits"][key][2]))


def _steps(key: str, head: str, meaning: str) -> Column:
    def read(facts: Facts) -> tuple[Any, str]:
        return facts["steps"][key].get("100"), facts["speeds"][key][1]

    return Column(head, meaning, "condition", read)


RESPONSES = (
    _response("constant", "constant", "its step under a gradient of 1, after 400 steps"),
    _response("size", "100·g", "how many times as far it gets with a gradient 100 times as large"),
    _response("impulse", "impulse", "the whole way after a single gradient of 1"),
    _response("step", "rise", "steps to 90% of the top speed when the gradient turns from 0 to 1"),
    _response("alternating", "±1", "its step when gradients of 1 and −1 alternate, relative to the constant one"),
    _response("noise", "noise", "the RMS of a step under normal noise of variance 1"),
    _response("stationary", "noisy bowl", "the variance of p at the bottom of p²/2 under that noise, with lr 0.05"),
    _response("spike", "spike", "its largest step after one gradient of 1 among those of 0.01, relative to the usual"),
    _response("sparse", "sparse", "how far gradients get it that come in every tenth step, relative to a row of them"),
    _response("zero", "coasting", "how far it goes on after 50 gradients of 1"),
    _limit("calm", "limit", "the largest lr that brings it nearer to the minimum of p²/2, from 1, in 300 steps"),
    _limit("noisy", "limit, noisy", "the same where each step sees the curvature 0 or 2, by chance"),
    _steps("aligned", "κ = 100", "steps to a ten-thousandth of the loss in a bowl with condition number 100, best lr"),
    _steps("turned", "κ = 100, turned", "the same where the axes of the bowl lie across the coordinates"),
)
"""Columns of the second table and of the third. Ways and steps are in units of lr."""

BOWLS = tuple(column for column in RESPONSES if column.key in ("stationary", "limit", "condition"))
"""Those of the third table, where the gradient depends on the parameter."""
PRESCRIBED = tuple(column for column in RESPONSES if column not in BOWLS)


def _cost(facts: Facts) -> str:
    return " ".join(words for words in facts["cost"] if not words.startswith("Engine: "))


def _read(facts: Facts) -> tuple[Any, str]:
    return "yes" if facts["read"] else "no", _cost(facts)


def _counted(key: str) -> Callable[[Facts], tuple[Any, str]]:
    return lambda facts: (facts[key] if facts["read"] or key == "state" else None, _cost(facts))


def _unit(facts: Facts) -> tuple[Any, str]:
    alike = {
        unit: [name for name, other in facts["units"].items() if other == unit] for unit in facts["units"].values()
    }
    told = "; ".join(f"{', '.join(names)}: {unit}" for unit, names in alike.items())
    return facts["units"].get("lr"), f"{told or 'it has no setting lr'} (units are words: there is no plot)"


def _learned(key: str, head: str, meaning: str) -> Column:
    return Column(head, meaning, "loss", lambda facts: (facts["learned"].get(key), facts["learned"]["words"]))


COSTS = (
    Column("read", "whether `optedu.explain` can read the rule as operations on single elements; what is not read is "
           "not counted", "cost", _read),
    Column("operations", "operations on arrays in a step, as the rule is written", "cost", _counted("operations")),
    Column("passes", "those that are left when scalar factors are taken out", "cost", _counted("passes")),
    Column("moved", "bytes per parameter that a step reads and writes at the least, in float32", "cost",
           _counted("moved")),
    Column("state", "bytes of state per parameter of a 1024 × 1024 matrix, in float32", "cost", _counted("state")),
    Column("unit of lr", "what the learning rate is measured in", "units", _unit),
    _learned("loss", "loss", "validation loss on digits, in nats, with the best lr: the median of five seeds"),
    _learned("best", "best lr", "that rate"),
    _learned("valley", "good rates", "ratio of the largest and the smallest lr whose loss is within 10% of it"),
)  # fmt: skip
"""Columns of the last table but one."""

INTRO = """# Anatomy

Which properties does each optimizer have? To find out, each was put into the same \
[wind tunnel](#anatomy-own) with its default settings, and all numbers on this page were measured there. A cell leads \
to the sentence behind it, and a verdict of “does not” has its counterexample there, in numbers. The chapters, linked \
from each section below, derive why it is so; [the zoo](zoo.md) has papers, states and flags.

Two things have to be kept in mind. Defaults are part of what was measured: the verdict on AdamW's shift, for \
instance, is due to its weight decay, and its evidence says that without the decay it holds. And a verdict is about \
one problem, with gradients that are prescribed; it can refute an invariance for good, while “holds” means that \
nothing was seen to break it, up to rounding.

Below a sentence is the plot of what it says, in a frame with its limits; what lies beyond is drawn at the edge. Of \
two ways it is how far they are apart after each step, in units of the distance gone, and below the dotted line they \
are the same but for rounding. A limit is where the distance from the minimum, after 300 steps, rises above the \
first one (dotted): solid without noise, dashed with it. Dashed, too, are the steps in bowls whose axes are turned. \
Costs are dots among those of all optimizers, on logarithmic axes that begin at 0. A cell that leads to a word, or \
to the reason why there is no number, has no plot.

## What is not noticed

A problem is changed, and the parameter's way compared with its way on the original problem: {marks}.

{invariances}

{frames}

{meanings}

## What a gradient does

The gradient of each step is prescribed, wherever the parameter stands. Steps and ways are in units of the learning \
rate where there is one, and a dash leads to the reason why there is no number.

{responses}

{columns}

### In a bowl

Here the gradient is that of a quadratic at the parameter.

{bowls}

{in_bowls}

## What it costs, and how it learns

{costs}

{terms}

The last three columns are from a network with 64, 32 and 10 units, trained for ten epochs on 1,000 digits. A search \
over eight powers of ten finds the region of the best rate, and five rates around it are run with five seeds. That is \
one small problem: it shows that a rule works and how much care its rate needs, and it cannot rank rules whose losses \
lie within each other's spread, which is the band in their plots.

### The character transformer

{many} of them have trained a small transformer, too: one block of width 32 that names the next \
character of a text, {trained}. All matrices belong to the rule under test, the embeddings included; rules that take \
matrices only leave the rest to AdamW. The search is that of the digits, at fewer steps and seeds.

{transformer}

{curves}

This is the start of one short run without a schedule, where no rule has a memory longer than the run, and where two \
seeds say little about the spread. So it shows at which learning rates a rule makes progress early, and not how it \
ends: AdEMAMix, whose slow average remembers 10,000 steps, was left out for that reason.

(anatomy-own)=
## A rule of your own

Any rule or optimizer can be examined in the same way, in a few seconds. The first command writes a file with a rule \
that works, to begin with; [Design an optimizer](../practice/design.ipynb) shows how far one gets from there:

```bash
python -m optedu new my_rule.py
python -m optedu examine my_rule.py --out report.html
python -m optedu examine my_rule.py --transformer
python -m optedu examine adamw --set weight_decay=0
```

```python
report = optedu.lab.examine(my_rule, {{"lr": 0.1}})
print(report)
report.save("report.html")
```

The rule is read from its signature, as for [export](export.md): after `g, p` come states that begin as zeros, then \
keyword-only settings, and `t` asks for the number of the step. A method around an optimizer is given as a function \
that builds it, `lambda w, lr=1e-3: optedu.Cautious(optedu.AdamW(w, lr=lr, weight_decay=0))`. The report has \
the rule as formulas, the unit of every setting, all that is on this page, and the optimizer of the zoo that is most \
like it. If the rule can be read number by number, the file also has a race with a learning rate to drag: the rule \
runs there as JavaScript, alongside momentum and AdamW; otherwise it says why there is none. With `--transformer`, \
which needs torch and takes minutes, it trains the transformer as well.

## One by one

{sections}
"""

MARKS = {
    HOLDS: ("✓", "holds"), FAILS: ("✗", "does not"), UNTRIED: ("–", "not tried"),
}  # fmt: skip


def slug(row: str, key: str = "") -> str:
    """The name of a section, or of a line in it."""
    short = "".join(word[0] for word in key.split("-")) if "-" in key else key  # (each stands there twice for each row)
    return "-".join(filter(None, ["a", row.lower().replace(" ", "-"), short]))


def mark(verdict: str) -> str:
    """✓, ✗, – or ε."""
    return MARKS.get(verdict, ("ε", ""))[0]


def link(row: str, key: str, text: str, said: str = "") -> str:
    """A cell that leads to its evidence."""
    label = f' aria-label="{escape(said, quote=True)}"' if said else ""
    return f'<a href="#{slug(row, key)}"{label}>{text}</a>'


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table, set close: it has many columns."""
    lines = [list(head)]
    lines += [["---"] * len(lines[0]), *(list(row) for row in rows)]
    return "\n".join([":::{table}", ":class: close", "", *(f"| {' | '.join(line)} |" for line in lines), ":::"])


def page(found: Mapping[str, Facts] | None = None) -> str:
    """The page in Markdown, from the committed numbers or those that are given."""
    rows = anatomy() if found is None else found
    changes = _changes(rows)
    tried = {key: f" ({change})" if change else "" for key, change in changes.items()}
    explained = ", ".join(["✓ it stays the same", "ε it does so up to a small constant", "✗ it does not"])
    return INTRO.format(
        marks=f"{explained}",
        invariances=table(["", *(HEADS[key] for key in KEYS)], (_verdicts(row, facts) for row, facts in rows.items())),
        meanings="\n".join(f"- **{HEADS[key]}**: {one.meaning}{tried[key]}." for key, one in KEYS.items()),
        responses=_numbers(PRESCRIBED, rows), columns=_meanings(PRESCRIBED),
        bowls=_numbers(BOWLS, rows), in_bowls=_meanings(BOWLS),
        frames=frames(rows), **transformer(anatomy(TRANSFORMER_FILE)),
        costs=_numbers(COSTS, rows), terms=_meanings(COSTS),
        sections="\n\n".join(section(row, facts, changes) for row, facts in rows.items()),
    )  # fmt: skip


def _changes(rows: Mapping[str, Facts]) -> dict[str, str]:
    """The words for the change that was tried, by property, where they are the same in all rows: they are said once."""
    said = {key: {words.partition(": ")[0] for facts in rows.values() for verdict, words in [facts["invariances"][key]]
                  if verdict != UNTRIED} for key in KEYS}  # fmt: skip
    return {key: some.pop() if len(some) == 1 else "" for key, some in said.items()}


def _verdicts(row: str, facts: Facts) -> list[str]:
    cells = [link(row, key, mark(verdict), verdict) for key in KEYS for verdict in facts["invariances"][key][:1]]
    return [name(row), *cells]


def name(row: str) -> str:
    """A row's name, which leads to all that was found about it."""
    return f'<a href="#{slug(row)}">{row}</a>'


def _numbers(columns: Iterable[Column], rows: Mapping[str, Facts]) -> str:
    columns = list(columns)
    lines = []
    for row, facts in rows.items():
        cells = [link(row, column.key, number(column.read(facts)[0])) for column in columns]
        lines.append([name(row), *cells])
    return table(["", *(column.head for column in columns)], lines)


def _meanings(columns: Iterable[Column]) -> str:
    return "\n".join(f"- **{column.head}**: {column.meaning}." for column in columns)


def section(row: str, facts: Facts, changes: Mapping[str, str]) -> str:
    """Everything about one row, without the words for a change that are said once for all rows."""
    key, _ = MORE.get(row, (row, {}))
    given = ", ".join(f"{name}={value}" for name, value in facts["settings"].items())
    verdicts = {name: verdict for name, (verdict, _) in facts["invariances"].items()}
    near, alike = neighbor(row, verdicts, {name: value for name, (value, _) in facts["responses"].items()})
    lines = [
        # (No heading of Markdown: the search should lead to chapters.)
        f'<details class="anatomy" id="{slug(row)}">\n<summary>{row}</summary>',
        "",
        f"[Its chapter](../{ZOO[key].chapter}.ipynb). Settings: `{given}`. "
        + " ".join(facts["notes"])
        + (f" Most like it: {name(near)} ({alike})." if near else ""),
        "",
    ]
    plots = drawn(facts)
    body = [
        _line(row, key, KEYS[key].title, f"{mark(verdict)} {verdict}", words.removeprefix(f"{changes[key]}: "),
              plots.get(key, ""))
        for key, (verdict, words) in facts["invariances"].items()
    ]  # fmt: skip
    for key, group in groupby((*RESPONSES, *COSTS), lambda column: column.key):
        columns = list(group)
        cells = [column.read(facts) for column in columns]
        title, words = (", ".join(map(_title, columns))), "; ".join(dict.fromkeys(words for _, words in cells))
        body.append(_line(row, key, title, ", ".join(number(x) for x, _ in cells), words, plots.get(key, "")))
    if one := anatomy(TRANSFORMER_FILE).get(row):
        found = ", ".join(number(one[key]) for key in ("loss", "best", "valley"))
        body.append(_line(row, "transformer", "transformer: loss, best lr, good rates", found, one["words"],
                          sensitivity(one)))  # fmt: skip
    lines += [
        '<div class="pst-scrollable-table-container"><table class="table">',
        '<thead><tr><th scope="col">property</th><th scope="col">evidence</th></tr></thead>',
        "<tbody>",
        *body,
        "</tbody></table></div>",
        "",
        "</details>",
    ]
    return "\n".join(lines)


def _title(column: Column) -> str:
    return KINDS[column.key][0] if column.key in KINDS else column.head


def _line(row: str, key: str, title: str, found: str, words: str, plot: str = "") -> str:
    head = f"<th>{escape(title, quote=False)}<span>{escape(found, quote=False)}</span></th>"
    return f'<tr id="{slug(row, key)}">{head}<td>{escape(words, quote=False)}{plot}</td></tr>'


def transformer(rows: Mapping[str, Facts]) -> dict[str, str]:
    """The table of those that have trained the transformer, their curves, and how they were trained."""
    lines, curves = [], []
    for row, facts in rows.items():
        told = [number(facts[key]) for key in ("loss", "best", "valley")]
        spread = facts["spreads"][facts["losses"].index(facts["loss"])]
        told.insert(1, " to ".join(map(number, spread)))
        lines.append([name(row), *(link(row, "transformer", text) for text in told)])
        curves.append(f"<figure><figcaption>{row}</figcaption>{sensitivity(facts)}</figure>")
    head = ["", "loss", "of the seeds", "best lr", "good rates"]
    steps, seeds = TRANSFORMER.length, TRANSFORMER.seeds
    return {
        "many": "No One Two Three Four Five Six Seven Eight".split()[len(rows)],
        "transformer": table(head, lines), "curves": f'<div class="anatomy-plots">{"".join(curves)}</div>',
        "trained": f"in {steps} steps of 8 windows with 32 characters, {seeds} seeds at each of five learning rates",
    }  # fmt: skip
