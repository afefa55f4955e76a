"""Which optimizer, schedule and values to begin with: a few answers lead to a configuration for torch.

The table is ``chooser.toml`` beside this file: questions, values with their sources, and pieces of code. The page of
the chapter has a tool that asks them (``book/_static/choosing``); what it shows is made here.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from .display import Markdown, fold

SOURCES = ("cite", "book", "torch", "none")
"""What a source can be: an entry of the bibliography, a section of the book, torch's default, or the lack of one."""

TITLES = {
    "adam/sparse": "Sparse gradients", "classical/lbfgs": "L-BFGS", "large_models/batch_and_betas": "Batch and betas",
    "large_models/muon_at_scale": "Muon at scale", "large_models/no_horizon": "Schedules without a horizon",
    "modern/adafactor": "Adafactor", "practice/choosing": "measured below", "practice/clipping": "Clipping",
    "practice/memory": "Memory", "practice/parameter_groups": "Parameter groups", "practice/schedules": "Schedules",
    "practice/sgd_or_adam": "SGD or Adam?", "reference/labs": "What the labs used",
}  # fmt: skip
"""Page of the book: how a source names it."""

CHAPTER = "practice/choosing"
"""The page on which the table is shown: links are made for it."""

Answers = Mapping[str, str]
When = list[dict[str, list[str]]]


@dataclass(frozen=True)
class Asked:
    """A question: its id, its text, and its options, each with what it says."""

    id: str
    asks: str
    options: dict[str, str]
    when: When


@dataclass(frozen=True)
class Value:
    """A value: its name, its placeholder in the code (or ""), itself, a note, and its sources."""

    name: str
    key: str
    value: Any
    note: str
    sources: list[dict[str, str]]
    when: When


@dataclass(frozen=True)
class Table:
    """All questions, values, and pieces of code (id, condition, text)."""

    questions: list[Asked]
    values: list[Value]
    parts: list[tuple[str, When, str]]


def holds(when: When, given: Answers) -> bool:
    """Whether the answers meet one of the conditions; no condition is always met."""
    return not when or any(all(given.get(k) in allowed for k, allowed in one.items()) for one in when)


def load(text: str | None = None) -> Table:
    """The table, checked.

    Parameters
    ----------
    text : str, optional
        TOML; by default that of ``chooser.toml``.

    Raises
    ------
    ValueError
        For a condition on an unknown question or option, a question asked before what it depends on, a value
        without a source or with an unknown one; names the entry.
    """
    if text is None:
        return _table()
    data = tomllib.loads(text)
    options: dict[str, list[str]] = {}
    questions = []
    for entry in data["question"]:
        when = _conditions(f"question {entry['id']!r}", entry, options)
        known = {option["is"]: option["says"] for option in entry["options"]}
        if entry["id"] in options or len(known) != len(entry["options"]) or len(known) < 2:
            raise ValueError(f"question {entry['id']!r}: ids and options must differ, and be two or more")
        options[entry["id"]] = list(known)
        questions.append(Asked(entry["id"], entry["asks"], known, when))
    values = [_value(entry, options) for entry in data["value"]]
    parts = [(one["id"], _conditions(f"part {one['id']!r}", one, options), one["text"]) for one in data["part"]]
    return Table(questions, values, parts)


@cache
def _table() -> Table:
    return load((files(__package__) / "chooser.toml").read_text(encoding="utf-8"))


def _conditions(where: str, entry: dict[str, Any], options: Mapping[str, list[str]]) -> When:
    when = entry.get("when", [])
    when = [when] if isinstance(when, dict) else when
    for one in when:
        for question, allowed in one.items():
            if question not in options:
                raise ValueError(f"{where}: when asks {question!r}, no question above it")
            if unknown := set(allowed) - set(options[question]):
                raise ValueError(f"{where}: {sorted(unknown)} are no options of {question!r}")
    return list(when)


def _value(entry: dict[str, Any], options: Mapping[str, list[str]]) -> Value:
    where = f"value {entry.get('name')!r}"
    sources = entry.get("from", [])
    if not sources:
        raise ValueError(f"{where}: needs a source, or none = why there is none")
    for source in sources:
        kinds = [kind for kind in SOURCES if kind in source]
        if len(kinds) != 1 or source.keys() - {*SOURCES, "place"}:
            raise ValueError(f"{where}: a source is one of {SOURCES}, got {source!r}")
        if kinds == ["book"] and source["book"].partition("#")[0] not in TITLES:
            raise ValueError(f"{where}: {source['book']!r} is no page that TITLES names")
    value, when = entry["is"], _conditions(where, entry, options)
    return Value(entry["name"], entry.get("key", ""), value, entry.get("note", ""), sources, when)


def following(given: Answers, table: Table | None = None) -> Asked | None:
    """The first question that the answers leave open, or None."""
    table = table or _table()
    return next((one for one in table.questions if one.id not in given and holds(one.when, given)), None)


def every(given: Answers | None = None, table: Table | None = None) -> Iterator[dict[str, str]]:
    """All complete sets of answers, in the order of the options."""
    now = dict(given or {})
    question = following(now, table)
    if question is None:
        yield now
        return
    for option in question.options:
        yield from every({**now, question.id: option}, table)


def values_for(given: Answers, table: Table | None = None) -> list[Value]:
    """The values that belong to complete answers."""
    return [one for one in (table or _table()).values if holds(one.when, given)]


def written(value: Any) -> str:
    """A value as code: strings quoted, lists as tuples, small numbers with a power of ten."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, list):
        return f"({', '.join(map(written, value))})"
    if isinstance(value, float) and 0 < abs(value) < 0.01:
        digits, power = f"{value:.3e}".split("e")
        return f"{float(digits):g}e{int(power)}"
    return repr(value)


def code_for(given: Answers, table: Table | None = None) -> str:
    """The configuration for torch: ``configure`` makes optimizers and schedules, ``step`` uses them.

    Parameters
    ----------
    given : mapping of str to str
        Complete answers.
    table : Table, optional
        By default that of ``chooser.toml``.

    Raises
    ------
    ValueError
        If a piece of the code or a value has no answer, or two.
    """
    table = table or _table()
    known: dict[str, list[str]] = {}
    for one in values_for(given, table):
        if one.key:
            known.setdefault(one.key, []).append(written(one.value))
    for name, when, text in table.parts:
        if holds(when, given):
            known.setdefault(name, []).append(text)

    def fill(match: re.Match[str]) -> str:
        found = known.get(match[1], [""] if match[1] in ("before", "clipping") else [])
        if len(found) != 1:
            raise ValueError(f"{match[1]!r} is there {len(found)} times for {dict(given)!r}")
        return re.sub(r"<(\w+)>", fill, found[0])

    return fill(re.match(r"<(code)>", "<code>")).strip() + "\n"  # type: ignore[arg-type]


def choose(**answers: str) -> Markdown:
    """A configuration for torch and the source of each value; without answers, the whole table.

    Parameters
    ----------
    **answers : str
        Question and option: ``kind="conv", images="1024", end="known"``.

    Raises
    ------
    ValueError
        For an option that there is not, an answer to a question that is not asked, or one that is missing; names it
        and the options.
    """
    if not answers:
        return Markdown(whole())
    given: dict[str, str] = {}
    while (question := following(given)) is not None:
        answer = answers.get(question.id)
        if answer not in question.options:
            raise ValueError(f"{question.id}: {question.asks} One of {list(question.options)}, got {answer!r}")
        given[question.id] = answer
    if extra := answers.keys() - given.keys():
        raise ValueError(f"not asked after these answers: {sorted(extra)}")
    rows = [f"| {one.name} | {shown(one)} | {sources(one)} |" for one in values_for(given)]
    return Markdown("\n".join(["| value | is | source |", "| --- | --- | --- |", *rows, "", *fenced(given)]))


def fenced(given: Answers) -> list[str]:
    return ["```python", code_for(given).rstrip(), "```", ""]


def shown(one: Value) -> str:
    """A value as a reader sees it."""
    text = one.value if isinstance(one.value, str) else written(one.value).strip("()")
    if one.key and isinstance(one.value, str):
        text = f"`{text}`"
    return f"{text} ({one.note})" if one.note else text


def sources(one: Value) -> str:
    """The sources of a value as Markdown."""
    return "; ".join(map(_source, one.sources))


def _source(source: dict[str, str]) -> str:
    place = f", {source['place']}" if "place" in source else ""
    if "cite" in source:
        return f"{{cite}}`{source['cite']}`{place}"
    if "torch" in source:
        return f"torch's default of `{source['torch'].partition('.')[0]}`{place}"
    if "none" in source:
        return f"*no source:* {source['none']}"
    page, _, section = source["book"].partition("#")
    if page == CHAPTER:
        return f"[{TITLES[page]}](#{section})"
    part, _, name = page.partition("/")
    address = f"{name}.ipynb" if part == "practice" else f"../{page}.{'md' if part == 'reference' else 'ipynb'}"
    return f"[{TITLES[page]}]({address}#{section})"


def listed(kind: str) -> list[Value]:
    """The values that can follow from the first answer, in the order of the rows of its table."""
    return [one for one in _table().values if any(kind in c.get("kind", []) for c in one.when)]


def condition(one: Value) -> str:
    """After which further answers a value holds, in words."""
    texts = {question.id: question.options for question in _table().questions}
    found = [
        " or ".join(texts[question][option] for option in allowed)
        for case in one.when
        for question, allowed in case.items()
        if question != "kind"
    ]
    return "; ".join(found) or "always"


def whole() -> str:
    """The whole table as Markdown: a fold for each kind, with its values and every form of its code."""
    first = _table().questions[0]
    folds = []
    for kind, says in first.options.items():
        rows = [f"| {one.name} | {shown(one)} | {condition(one)} | {sources(one)} |" for one in listed(kind)]
        lines = ["| value | is | if | source |", "| --- | --- | --- | --- |", *rows, ""]
        seen = set()
        for given in every({"kind": kind}):
            form = tuple((name, text) for name, when, text in _table().parts if holds(when, given))
            if form not in seen:
                seen.add(form)
                lines += [f"For torch{said(given)}:", "", *fenced(given)]
        folds.append(fold(says[:1].upper() + says[1:], "\n".join(lines)))
    return '<div class="optedu-choosing">\n\n' + "\n".join(folds) + "\n</div>"


def said(given: Answers) -> str:
    """The answers after the first in words, as they begin a sentence."""
    texts = [
        f"{one.asks.rstrip('?')}: {one.options[given[one.id]]}" for one in _table().questions[1:] if one.id in given
    ]
    return f" ({'; '.join(texts)})" if texts else ""
