"""What a notebook must be before nbval compares its outputs: executed, in order, readable, clean."""

import hashlib
import os
import platform
import re
import sys
from types import ModuleType, SimpleNamespace

import nbformat
import notebooks
import numpy as np
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from site_helpers import ROOT, toc_entries

LINES, SOLUTION_LINES = 25, 45  # a cell is read first and run second
MEGABYTE = 1_000_000
PATH = re.compile(r"""(?:^|[\s"'(=])(?:/(?:home|root|Users|tmp|usr|opt|work|mnt|var)/|[A-Z]:\\)""")
SHOWS = re.compile(r"(?m)^(?:print\(|plt\.show\(|display\()")

BOOK = notebooks.every_notebook()


@pytest.fixture(params=BOOK, ids=lambda p: p.relative_to(ROOT / "book").with_suffix("").as_posix())
def path(request):
    return request.param


@pytest.fixture
def nb(path):
    return nbformat.read(path, as_version=4)


def code_cells(nb):
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def first_line(cell):
    return cell.source.strip().split("\n")[0]


def test_the_toc_and_the_folder_hold_the_same_pages():
    listed = toc_entries()
    assert len(set(listed)) == len(listed)
    there = {p.relative_to(ROOT).with_suffix("").as_posix() for p in BOOK}
    there |= {p.relative_to(ROOT).with_suffix("").as_posix() for p in (ROOT / "book").rglob("*.md")
              if "_static" not in p.parts and ".ipynb_checkpoints" not in p.parts}  # fmt: skip
    assert set(listed) == there


def test_it_was_executed_from_top_to_bottom(nb):
    counts = [cell.execution_count for cell in code_cells(nb) if cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1)), "run: make notebooks"


def test_what_a_cell_shows_is_there(nb):
    shown = [cell for cell in code_cells(nb) if cell.outputs]
    assert shown, "no outputs at all: nbval would compare nothing"
    silent = [first_line(c) for c in code_cells(nb) if SHOWS.search(c.source) and not c.outputs]
    assert not silent


def test_nothing_went_wrong_in_it(nb):
    for cell in code_cells(nb):
        for output in cell.outputs:
            assert output.output_type != "error", first_line(cell)
            assert output.get("name") != "stderr", f"{first_line(cell)}: {output.text[:200]}"


def test_every_figure_has_a_text_a_caption_and_a_name(nb):
    names = []
    for cell in code_cells(nb):
        images = [o for o in cell.outputs if any(k.startswith("image/") for k in o.get("data", {}))]
        images = [o for o in images if "data-live" not in o.data.get("text/html", "")]  # it says what it shows
        if not images:
            continue
        said = cell.metadata.get("mystnb", {})
        where = first_line(cell)
        assert len(images) == 1, f"{where}: one cell, one figure (its name and caption are the cell's)"
        assert len(said.get("image", {}).get("alt", "")) >= 20, f"{where}: mystnb.image.alt says what is to be seen"
        assert said.get("figure", {}).get("caption"), f"{where}: mystnb.figure.caption"
        names.append(said["figure"].get("name"))
        assert names[-1], f"{where}: mystnb.figure.name"
    assert len(set(names)) == len(names)


def test_no_output_is_a_bare_figure_object(nb):
    # nbval compares its text, and a reader sees `<Axes: ...>`: end the cell with plt.show().
    for cell in code_cells(nb):
        for output in cell.outputs:
            assert not re.match(r"\[?<.* at 0x", output.get("data", {}).get("text/plain", "")), first_line(cell)


def test_cells_are_short_enough_to_read(nb):
    for cell in code_cells(nb):
        folded = {"hide-cell", "hide-input", "remove-input"} & set(cell.metadata.get("tags", []))
        allowed = SOLUTION_LINES if folded else LINES
        assert len(cell.source.strip().split("\n")) <= allowed, first_line(cell)


def test_it_is_small(path):
    assert path.stat().st_size <= MEGABYTE


def test_it_says_nothing_of_the_machine_it_ran_on(nb):
    for cell in code_cells(nb):
        for output in cell.outputs:
            texts = [output.get("text", ""), *(v for k, v in output.get("data", {}).items() if k.startswith("text/"))]
            for text in texts:
                assert not PATH.search(text), f"{first_line(cell)}: {PATH.search(text)[0]}"


def test_it_is_saved_in_the_normal_form(path, nb):
    # Kernel, ids, metadata: no timestamps, nothing that depends on who ran it, or with what.
    assert nb == notebooks.normalize(nb), f"tools/dev/notebooks.py --normalize {os.path.relpath(path, ROOT)}"


def test_its_first_code_is_the_setup_for_colab(nb):
    setup, *others = code_cells(nb)
    assert setup.source == notebooks.SETUP and not setup.outputs
    assert setup.metadata["tags"] == notebooks.SETUP_TAGS
    assert not [cell for cell in others if "colab" in cell.metadata.get("tags", [])]


@pytest.mark.parametrize("in_colab", [False, True])
def test_the_setup_acts_in_colab_only(monkeypatch, in_colab):
    did = []
    if in_colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    shell = SimpleNamespace(system=did.append, run_line_magic=lambda *said: did.append(" ".join(said)))
    exec(TransformerManager().transform_cell(notebooks.SETUP), {"get_ipython": lambda: shell})
    assert [said.split()[0] for said in did] == (["git", "pip", "cd"] if in_colab else [])
    assert not in_colab or (ROOT / did[-1].split("/content/optedu/")[1]).is_dir()


def test_the_normal_form_is_one(nb):
    once = notebooks.normalize(nb)
    assert notebooks.normalize(once) == once


def digest(*arrays):
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()[:16]


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="other processors have other kernels")
def test_arithmetic_is_the_same_on_every_machine():
    """To the last bit: what tools/dev/arithmetic.env sets is enough for what training runs are made of."""
    import torch

    a, b = np.random.default_rng(0).standard_normal((2, 200, 300))
    x, y = torch.tensor(a), torch.tensor(b)
    numpys = a @ b.T, np.exp(a), np.tanh(a), np.linalg.svd(a)[1], a.sum(0), abs(b) ** 0.3
    assert digest(*numpys) == "9fdc15bc1aad7b87"
    torchs = (
        x @ y.T,
        x.float() @ y.T.float(),
        x.softmax(1),
        x.tanh(),
        torch.nn.functional.gelu(x),
        torch.linalg.svd(x)[1],
    )
    assert digest(*map(np.asarray, torchs)) == "f2e7d2d2c6519355"
