"""A chapter that has the form of a lesson keeps to it: CONTRIBUTING.md, "The form of a chapter"."""

import re

import lessons
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebooks import every_notebook
from site_helpers import ROOT

NAMES = {p.relative_to(ROOT / "book").with_suffix("").as_posix(): p for p in every_notebook()}
READ = {name: nbformat.read(path, as_version=4) for name, path in NAMES.items()}
LESSONS = {name: nb for name, nb in READ.items() if lessons.is_lesson(nb)}
each = pytest.mark.parametrize("name", LESSONS)
TOOLS = {"practice/choosing": '<div class="optedu-choosing">'}
"""Chapters that ask with a tool in place of a live figure."""
LAST = ["Takeaways", "Exercises", "Interview questions", "Reference card"]


def headings(nb):
    return [h for c in nb.cells if c.cell_type == "markdown" for h in re.findall(r"^## (.+)$", c.source, re.M)]


def test_at_most_eight_are_long():
    assert len(lessons.LONG) <= 8 and set(LESSONS) >= lessons.LONG


@each
def test_it_is_short(name):
    one = lessons.lesson(LESSONS[name])
    assert one.words <= (lessons.LONG_WORDS if name in lessons.LONG else lessons.WORDS)
    assert len(one.lines) <= lessons.LINES


@each
def test_its_code_fits_a_phone(name):
    for cell in lessons.lesson(LESSONS[name]).cells:
        lines = cell.split("\n")
        assert len(lines) <= lessons.CELL_LINES and max(map(len, lines)) <= lessons.COLUMNS, cell


@each
def test_what_proves_it_is_out_of_sight(name):
    shown = "\n".join(lessons.lesson(LESSONS[name]).cells)
    assert not re.search(r"^\s*assert\b|\bparity\(|^import |^from ", shown, re.M)


@each
def test_a_folded_source_has_something_to_show_below_it(name):
    """A fold alone says nothing: what only prepares a figure is evidence, behind the chip."""
    folded = [c for c in LESSONS[name].cells if "hide-input" in c.metadata.get("tags", [])]
    assert all(cell.outputs for cell in folded), [cell.source[:60] for cell in folded if not cell.outputs]


@each
def test_torch_is_imported_where_it_is_the_reference_only(name):
    for cell in LESSONS[name].cells:
        if cell.cell_type == "code" and re.search(r"^\s*(import|from) torch\b", cell.source, re.M):
            assert "evidence" in cell.metadata.tags


@each
def test_it_asks_before_it_answers(name):
    """Its first section is the failure, with a figure to drag and a question to answer first."""
    sections, first = 0, ""
    for cell in LESSONS[name].cells:
        sections += cell.cell_type == "markdown" and len(re.findall(r"^## ", cell.source, re.M))
        outputs = [out.get("data", {}) for out in cell.get("outputs", [])]
        shown = "".join(data.get("text/html", "") + data.get("text/markdown", "") for data in outputs)
        first += shown if sections == 1 else ""
    assert TOOLS[name] in first if name in TOOLS else "data-live" in first and "live-predict" in first


@each
def test_how_it_ends(name):
    found = headings(LESSONS[name])
    assert [h for h in found if h in LAST] == LAST and found[-1] == LAST[-1]
    takeaways = re.search(r"^## Takeaways\n(.*?)(?=^## |\Z)", lessons.lesson(LESSONS[name]).prose + "\n", re.M | re.S)
    assert len(re.findall(r"^- ", takeaways[1], re.M)) == 3
    *_, card, last = (cell.source for cell in LESSONS[name].cells)
    assert "lab.card(" in card or "## Reference card\n\n| | |\n" in last, "the card comes last, references below it"


def test_what_is_counted():
    prose = f"# A\n\n{lessons.LEAD} One $x + y$ [two](three.md).\n\n$$ z $$\n\n## B\n\nThree."
    nb = new_notebook(
        cells=[
            new_markdown_cell(f"{prose}\n\n<details>\n\nNo.\n\n</details>"),
            new_code_cell("import os", metadata={"tags": ["imports"]}),
            new_code_cell("x = 1\n\ny = 2", metadata={"tags": []}),
            new_code_cell("assert x", metadata={"tags": ["evidence"]}),
            new_markdown_cell("### Evidence\n\nNot read."),
            new_code_cell("z = 3"),
            new_markdown_cell("## C\n\nFour five.\n\n## Exercises\n\nSix."),
        ]
    )
    one = lessons.lesson(nb)
    assert (one.words, one.displays, len(one.lines), one.rule) == (12, 1, 2, 0)
    assert abs(one.minutes - (12 / 200 + 2 / 3 + 1)) < 1e-12
