"""The page that says with what large language models were trained, from the published reports.

The facts are in ``labs.toml`` beside this file: every cell with its value and the place where it stands. What the page
counts, it counts from there.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from optedu.zoo import ZOO

FILE = Path(__file__).with_name("labs.toml")
UNKNOWN = "n/d"
COLUMNS = {
    "rule": "rule", "betas": "β₁, β₂", "eps": "ε", "decay": "weight decay", "clip": "clip at norm",
    "lr": "peak rate", "schedule": "schedule", "batch": "batch, tokens",
}  # fmt: skip
"""Cells of a run: heading in the table."""

RANGES = {"betas": (0.5, 1.0), "eps": (1e-30, 1e-3), "decay": (1e-4, 1.0), "clip": (0.01, 10.0), "lr": (1e-6, 0.1)}
"""Where a number of this column can lie at all: what is outside is a slip of the pen."""

TOKENS = (1e4, 1e9)
MARKED = {"is", "note", "from", "reported", "shape"}
SHAPES = ("cosine", "linear", "steps", "constant first")
"""Of a schedule, after the warm-up."""
TEXTS = ("rule", "schedule")
NUMBERS = tuple(column for column in COLUMNS if column not in TEXTS)

Run = dict[str, Any]


def load(text: str | None = None) -> list[Run]:
    """The runs, checked, from the oldest to the newest.

    Parameters
    ----------
    text : str, optional
        TOML; by default that of ``labs.toml``.

    Raises
    ------
    ValueError
        For a run without a source, a cell without a place, a number that is none or cannot be one, a model that
        stands there twice, an optimizer that the zoo lacks; names the model and the cell.
    """
    runs = tomllib.loads(FILE.read_text("utf8") if text is None else text).get("run", [])
    seen: set[str] = set()
    for run in runs:
        model = run.get("model")
        if not isinstance(model, str) or not model:
            raise ValueError(f"a run must have a model, got {model!r}")
        if model.casefold() in seen:
            raise ValueError(f"{model} stands there twice")
        seen.add(model.casefold())
        _check_run(run)
    return sorted(runs, key=lambda run: run["year"])


def _check_run(run: Run) -> None:
    model, sources = run["model"], run.get("sources")
    if type(run.get("year")) is not int or not 2018 <= run["year"] <= 2040:
        raise ValueError(f"{model}: year must be a whole number, got {run.get('year')!r}")
    if not sources or not all(re.fullmatch(r"https://[^\s|]+", str(url)) for url in sources.values()):
        raise ValueError(f"{model}: sources must be addresses, got {sources!r}")
    if missing := COLUMNS.keys() - run.keys():
        raise ValueError(f"{model}: no {', '.join(sorted(missing))}")
    if unknown := run.keys() - COLUMNS.keys() - {"model", "year", "optimizer", "sources"}:
        raise ValueError(f"{model}: unknown {', '.join(sorted(unknown))}")
    for column in COLUMNS:
        _check_cell(model, column, run[column], sources)
    name = run.get("optimizer")
    if (name == UNKNOWN) != (run["rule"]["is"] == UNKNOWN) or (name != UNKNOWN and name not in ZOO):
        raise ValueError(f"{model}: optimizer {name!r} is no row of the zoo for the rule {run['rule']['is']!r}")
    if name != UNKNOWN and name not in run["rule"]["is"]:
        raise ValueError(f"{model}: the rule does not name {name}")


def _check_cell(model: str, column: str, cell: Any, sources: dict[str, str]) -> None:
    where = f"{model}, {column}"
    if not isinstance(cell, dict) or "is" not in cell or cell.keys() - MARKED:
        raise ValueError(f"{where}: a cell has {sorted(MARKED)}, got {cell!r}")
    if str(cell.get("from", "")).split(" ")[0] not in sources:
        raise ValueError(f"{where}: from must name one of {sorted(sources)}, got {cell.get('from')!r}")
    if not isinstance(cell.get("reported", False), bool):
        raise ValueError(f"{where}: reported must be true or false, got {cell['reported']!r}")
    value = cell["is"]
    if (cell.get("shape") in SHAPES) is not (column == "schedule" and value != UNKNOWN):
        raise ValueError(f"{where}: shape must be one of {SHAPES} of a known schedule, got {cell.get('shape')!r}")
    if value == UNKNOWN or (column == "decay" and value == "lr²"):
        return
    if column in TEXTS:
        if not isinstance(value, str) or not value.strip() or "|" in value:
            raise ValueError(f"{where}: must be a text without a bar, got {value!r}")
        return
    lists = column in ("betas", "batch")
    if isinstance(value, list) is not lists or value == []:
        raise ValueError(f"{where}: must be {'a list of numbers' if lists else 'a number'}, got {value!r}")
    numbers = value if lists else [value]
    low, high = RANGES.get(column, TOKENS)
    if not all(type(x) is float and low <= x <= high for x in numbers):
        raise ValueError(f"{where}: must be floats from {low:g} to {high:g}, got {value!r}")
    if column == "batch" and sorted(set(numbers)) != numbers:
        raise ValueError(f"{where}: sizes must grow, got {value!r}")


def short(x: float) -> str:
    """A number as one writes it: 0.1, and below 0.01 with its power of ten: 6e-5, 1.25e-4."""
    if abs(x) >= 0.01:
        return f"{x:g}"
    digits, power = f"{x:.3e}".split("e")
    return f"{float(digits):g}e{int(power)}"


def tokens(x: float) -> str:
    """A number of tokens: 32k, 3.2M."""
    return f"{x / 1e6:g}M" if x >= 1e6 or x % 1e3 else f"{x / 1e3:g}k"


SHOWN: dict[str, Callable[[Any], str]] = {
    "rule": str, "schedule": str, "eps": short, "lr": short, "clip": short,
    "decay": lambda x: x if isinstance(x, str) else short(x),
    "betas": lambda x: ", ".join(map(short, x)),
    "batch": lambda x: " → ".join(map(tokens, x)),
}  # fmt: skip


def shown(run: Run, column: str) -> str:
    """A cell of the table."""
    cell = run[column]
    value = cell["is"] if cell["is"] == UNKNOWN else SHOWN[column](cell["is"])
    if column == "rule" and run["optimizer"] != UNKNOWN:
        chapter = ZOO[run["optimizer"]].chapter
        value = re.sub(rf"\w*{run['optimizer']}\w*", lambda m: f"[{m[0]}](../{chapter}.ipynb)", value, count=1)
    note = f" ({cell['note']})" if "note" in cell else ""
    return value + note + (" *(reported)*" if cell.get("reported") else "")


def known(runs: list[Run], column: str) -> list[Any]:
    """The values of a column, where they are disclosed."""
    return [run[column]["is"] for run in runs if run[column]["is"] != UNKNOWN]


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table, as lines, set close: it has many columns."""
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    return [":::{table}", ":class: close", "", *lines, ":::"]


def places(run: Run) -> str:
    """Where the cells of a run stand, and which of them at each place."""
    held: dict[str, list[str]] = {}
    for column, heading in COLUMNS.items():
        held.setdefault(run[column]["from"], []).append(heading)
    return "; ".join(f"**{place}**: {', '.join(headings)}" for place, headings in held.items())


def page(text: str | None = None) -> str:
    """The page in Markdown."""
    runs = load(text)
    rows = []
    for run in runs:
        links = ", ".join(f"[{name}]({url})" for name, url in run["sources"].items())
        name = f"**{run['model']}** {run['year']}<br>{links}"
        shows = f"{shown(run, 'rule')}<br>{shown(run, 'schedule')}"
        rows.append([name, shows, *(shown(run, column) for column in NUMBERS)])
    return "\n".join(
        [
            "# What the labs used",
            "",
            *_intro(runs),
            "",
            *table(["model, source", "rule, schedule", *(COLUMNS[column] for column in NUMBERS)], rows),
            "",
            "<details><summary>Where each cell stands</summary>",
            "",
            *(f"- {run['model']}: {places(run)}." for run in runs),
            "",
            "</details>",
            "",
            *_agrees(runs),
            "",
            *_changed(runs),
            "",
            *MISPRINTS,
            "",
        ]
    )


def _intro(runs: list[Run]) -> list[str]:
    cells = [run[column] for run in runs for column in COLUMNS]
    silent = sum(cell["is"] == UNKNOWN for cell in cells)
    reported = sum(cell.get("reported", False) for cell in cells if cell["is"] != UNKNOWN)
    return [
        f"With which optimizer, and with which hyperparameters, {len(runs)} large language models were pre-trained, "
        f"from {runs[0]['year']} to {runs[-1]['year']}, as far as their reports, configurations and scripts say. "
        "The rule links to the chapter that derives it, and the schedule of the learning rate stands below it. The "
        "peak rate is the largest learning rate of the run; an "
        "arrow in the column of batch sizes means that the batch grew.",
        "",
        f"Of the {len(cells)} cells, {len(cells) - silent - reported} were read in the source named, or in a stored "
        f"copy of its text, {reported} are marked *(reported)* because we have them from somebody who quotes the "
        f"source or have not compared them with it, and {silent} say n/d, not disclosed: the source named does not "
        "say, as far as we found. The fold below the table has the section for every cell.",
    ]


def _agrees(runs: list[Run]) -> list[str]:
    adams = [run for run in runs if run["optimizer"] in ("Adam", "AdamW")]
    betas, decays, clips, rates = (
        known(some, column) for some, column in ((adams, "betas"), (runs, "decay"), (runs, "clip"), (adams, "lr"))
    )
    sizes = [float(size) for run in adams for size in re.findall(r"([\d.]+)B$", run["model"])]
    return [
        "## What agrees",
        "",
        f"- **Betas.** {betas.count([0.9, 0.95])} of the {len(betas)} runs with Adam or AdamW that print the betas "
        "used 0.9 and 0.95, and not the 0.999 that is the default of torch. With 0.95 the second moment averages "
        "over about 20 steps ([Bias correction](../adam/bias_correction.ipynb)).",
        f"- **Weight decay.** {decays.count(0.1)} of the {len(decays)} runs that print one used 0.1. The same number "
        "means different things at different learning rates, because a step of AdamW shrinks a weight by the product "
        "of the two ([Decoupled decay](../adam/decoupled_decay.ipynb)).",
        f"- **Clipping.** {clips.count(1.0)} of the {len(clips)} runs that print a threshold clipped the global norm "
        f"at 1; {len(runs) - len(clips)} of {len(runs)} do not say whether they clipped "
        "([Clipping](../practice/clipping.ipynb)).",
        f"- **Peak rate.** Runs with Adam or AdamW, of {min(sizes):g}B to {max(sizes):g}B parameters, used rates from "
        f"{short(min(rates))} to {short(max(rates))}. Width, batch, schedule and length changed along with the size, "
        "so this table cannot say which rate is best for a model.",
        "",
        "That reports agree does not show that a value is best: a run may have copied an earlier one, and a report "
        "seldom says what else was tried. It shows what was good enough for a run that was published.",
    ]


def _changed(runs: list[Run]) -> list[str]:
    early, late = ([run for run in runs if (run["year"] < 2024) is first] for first in (True, False))
    named = [run for run in late if run["optimizer"] != UNKNOWN]
    muon = [run for run in named if run["optimizer"] == "Muon"]
    old, new = (
        [run["schedule"]["shape"] for run in some if run["schedule"]["is"] != UNKNOWN] for some in (early, late)
    )
    before, since = ([max(sizes) for sizes in known(some, "batch")] for some in (early, late))
    eps = known([run for run in runs if run["year"] == runs[-1]["year"]], "eps")
    return [
        f"## What changed from {runs[0]['year']} to {runs[-1]['year']}",
        "",
        f"- **The rule.** The first run with [Muon](../modern/muon.ipynb) in this table is of {muon[0]['year']}; of "
        f"the {len(named)} runs from 2024 on that name their rule, {len(muon)} used it for the weight matrices; "
        "where a report names a rule for the rest, it is mostly AdamW. The reports that give "
        "the scale set the RMS of Muon's update to 0.18 or 0.2, so that learning rates of AdamW can be kept.",
        f"- **The schedule.** Before 2024, {old.count('constant first')} of {len(old)} schedules held the rate "
        f"constant for a stretch before the decay; from 2024 on it is {new.count('constant first')} of {len(new)}, and "
        f"{new.count('steps')} more go down in steps. A constant stretch leaves the length of the run open "
        "([Schedules](../practice/schedules.ipynb)).",
        f"- **The batch.** The largest batch of a run was {tokens(min(before))} to {tokens(max(before))} tokens before "
        f"2024, and {tokens(min(since))} to {tokens(max(since))} from then on "
        "([Batch size](../practice/batch_size.ipynb)).",
        f"- **Epsilon.** It was 1e-8 in GPT-3 and is {short(min(eps))} in the newest runs that print it. In "
        "experiments of Wortsman et al. {cite:yearpar}`wortsman2024proxies` gradients got smaller as models grew; "
        "where a gradient is below epsilon, Adam's step shrinks with it.",
        "- **What is decayed.** OLMo 2, OLMo 3 and SmolLM3 exempt the embeddings "
        "([Parameter groups](../practice/parameter_groups.ipynb)).",
    ]


MISPRINTS = [
    "## Easily misprinted",
    "",
    "- **Llama 3 405B decays to 1%**, from 8e-5 to 8e-7, and not to 10% as LLaMA and Llama 2 did.",
    "- **Llama 3's batch of “8M sequences”**: the report doubles 4M *tokens*, so 8M tokens must be meant. With 8M "
    "sequences of 8,192 a step would have read about 65 billion tokens.",
    "- **GPT-3's peak rate is 6e-5**, printed as 0.6 × 10⁻⁴. The 6e-4 in the same table belongs to the smallest "
    "model, of 125M parameters.",
    "- **DeepSeek-V3 did not use a plain cosine**: the rate is constant for the first 10T of 14.8T tokens, follows a "
    "cosine for 4.3T, and then has two constant levels.",
    "- **Kimi K2 calls its schedule WSD and decays by a cosine**: the name says that a constant stretch comes first, "
    "not which shape the decay has.",
    "- **Learning rates of different rules cannot be compared as they stand**: PaLM's 1e-2 is multiplied by the RMS of "
    "each matrix, and Muon's rates are comparable with AdamW's only where its update is scaled to a similar RMS.",
    "- **The `initializer_range` of a published `config.json`** need not be that of the run: DeepSeek-V3's report "
    "says 0.006, the file 0.02 *(reported)*.",
]
