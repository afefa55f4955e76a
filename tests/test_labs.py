"""The table of published training runs: every cell has a value that can be one, and a place where it stands."""

import re

import pytest
from generated import ROOT, labs

GOOD = labs.FILE.read_text("utf8")
RUNS = labs.load()


def broken(before: str, after: str) -> str:
    """The data with one place changed."""
    assert before in GOOD
    return GOOD.replace(before, after, 1)


def test_there_are_enough_runs_and_each_cell_has_its_source():
    assert len(RUNS) >= 25
    for run in RUNS:
        assert set(labs.COLUMNS) <= set(run) and run["sources"]
        for column in labs.COLUMNS:
            assert run[column]["from"].split(" ")[0] in run["sources"], (run["model"], column)


def test_most_numbers_were_read_at_their_source():
    """A table of hearsay would not be worth its page."""
    known = [run[c] for run in RUNS for c in labs.COLUMNS if run[c]["is"] != labs.UNKNOWN]
    assert sum(cell.get("reported", False) for cell in known) <= 0.1 * len(known)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('sources.paper = "https://arxiv.org/abs/2005.14165"\n', "", "GPT-3 175B: sources"),
        ("https://arxiv.org/abs/2005.14165", "arXiv 2005.14165", "GPT-3 175B: sources"),
        ('{ is = 0.6e-4, from = "paper Table 2.1" }', "{ is = 0.6e-4 }", "GPT-3 175B, lr: from"),
        ('"paper Table 2.1"', '"blog Table 2.1"', "GPT-3 175B, lr: from"),
        ('lr = { is = 0.6e-4, from = "paper Table 2.1" }\n', "", "GPT-3 175B: no lr"),
        ("is = 0.6e-4", 'is = "6e-5"', "GPT-3 175B, lr: must be floats"),
        ("is = 0.6e-4", "is = 0.6e4", "GPT-3 175B, lr: must be floats"),
        ("is = 0.6e-4", "is = nan", "GPT-3 175B, lr: must be floats"),
        ("is = 0.6e-4", "is = true", "GPT-3 175B, lr: must be floats"),
        ("is = [0.9, 0.95]", "is = [0.9, 95]", "GPT-3 175B, betas: must be floats"),
        ("is = [0.9, 0.95]", "is = 0.9", "GPT-3 175B, betas: must be a list"),
        ("is = [32e3, 3.2e6]", "is = [3.2e6, 32e3]", "GPT-3 175B, batch: sizes must grow"),
        ("is = [32e3, 3.2e6]", "is = []", "GPT-3 175B, batch: must be a list"),
        ('model = "OPT-175B"', 'model = "gpt-3 175b"', "gpt-3 175b stands there twice"),
        ("year = 2020", 'year = "2020"', "GPT-3 175B: year"),
        ('optimizer = "Adam"', 'optimizer = "Adman"', "GPT-3 175B: optimizer 'Adman'"),
        ('optimizer = "Adam"', 'optimizer = "Lion"', "GPT-3 175B: the rule does not name Lion"),
        ('shape = "cosine"', 'shape = "sine"', "GPT-3 175B, schedule: shape"),
        ('settings", reported = true', 'settings", reported = "yes"', "Chinchilla 70B, schedule: reported"),
        ("eps = { is = 1e-8,", "eps = { was = 1e-8,", "GPT-3 175B, eps: a cell has"),
        ("eps = { is = 1e-8,", "epsilon = { is = 1e-8,", "GPT-3 175B: no eps"),
    ],
)
def test_a_slip_is_named(before, after, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        labs.load(broken(before, after))


def test_the_page_shows_every_cell():
    page = labs.page()
    lines = [line for line in page.splitlines() if line.startswith("| **")]
    assert len(lines) == len(RUNS)
    for run, line in zip(RUNS, lines, strict=True):
        assert line.count(" | ") == len(labs.NUMBERS) + 1 and run["model"] in line
        assert all(labs.shown(run, column) in line for column in labs.COLUMNS)
        assert all(url in line for url in run["sources"].values())
        assert line.count("*(reported)*") == sum(run[c].get("reported", False) for c in labs.COLUMNS)


def test_the_fold_names_the_place_of_every_cell():
    page = labs.page()
    for run in RUNS:
        (line,) = re.findall(rf"^- {re.escape(run['model'])}: (.*)\.$", page, re.M)
        told = dict(re.findall(r"\*\*(.+?)\*\*: (.+?)(?:; (?=\*\*)|$)", line))
        for column, heading in labs.COLUMNS.items():
            assert heading in told[run[column]["from"]], (run["model"], column)


def test_a_rule_leads_to_its_chapter():
    for run in RUNS:
        links = re.findall(r"\]\(\.\./(.*?\.ipynb)\)", labs.shown(run, "rule"))
        assert len(links) == (run["optimizer"] != labs.UNKNOWN), run["model"]
        assert all((ROOT / "book" / link).exists() for link in links)


def test_numbers_are_written_as_one_writes_them():
    assert [labs.short(x) for x in (6e-5, 1.25e-4, 1e-20, 0.1, 1.0, 0.01)] == [
        "6e-5", "1.25e-4", "1e-20", "0.1", "1", "0.01",
    ]  # fmt: skip
    assert [labs.tokens(x) for x in (32e3, 3.2e6, 100.6e6, 0.39e6)] == ["32k", "3.2M", "100.6M", "390k"]


def test_what_the_page_counts_is_counted():
    """A run more, and the sentences below the table change."""
    more = GOOD.replace('model = "LLaMA 65B"', 'model = "Other"').split("[[run]]")
    other = next(part for part in more if '"Other"' in part)
    page = labs.page(GOOD + "[[run]]" + other.replace("[0.9, 0.95]", "[0.9, 0.999]"))
    betas = [labs.known([run], "betas") for run in RUNS if run["optimizer"] in ("Adam", "AdamW")]
    n = sum(map(len, betas))
    assert f"{n} of the {n} runs" in labs.page() and f"{n} of the {n + 1} runs" in page
