"""A reader can copy a recipe of the book, and it runs as it stands."""

import re
from pathlib import Path

import nbformat
import pytest

CHAPTER = Path(__file__).resolve().parents[1] / "book" / "practice" / "choosing.ipynb"
CELLS = nbformat.read(CHAPTER, as_version=4).cells
RECIPES = [cell.source for cell in CELLS if "recipe" in cell.metadata.get("tags", [])]


def test_there_is_one_for_every_setting():
    assert len(RECIPES) >= 6


@pytest.mark.parametrize("source", RECIPES, ids=[source.strip().splitlines()[0][:50] for source in RECIPES])
def test_a_recipe_runs_as_it_stands(source, capsys):
    exec(compile(source, "recipe", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out or "assert" in source
    assert re.search(r"^(import|from) ", source, re.M), "it brings its own imports"
