"""Execute notebooks and save them in one normal form, so that a diff shows only what changed.

    python tools/dev/notebooks.py [--normalize] [NOTEBOOK ...]      (default: all of book/)

A notebook that raises is reported, and left as it was. One over its time budget is reported too.
"""

import argparse
import ast
import hashlib
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import arithmetic  # noqa: F401  (kernels inherit it)
import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

ROOT = Path(__file__).resolve().parents[2]
BUDGET = 20, 60  # seconds, of practice/ and large_models/ the latter: a chapter is read while it runs
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3", "file_extension": ".py"}
CELL_METADATA = {"tags", "mystnb"}
# A solution is folded on the site and in Jupyter alike.
SOLUTION = {
    "jupyter": {"source_hidden": True, "outputs_hidden": True},
    "mystnb": {"code_prompt_show": "Show the code of the solution", "code_prompt_hide": "Hide the code"},
}

# The first cell with code, the same in every notebook. In Colab a notebook arrives alone: this brings the
# package and the files beside it. Elsewhere it does nothing, and on the site it is not shown.
SETUP = """\
# In Colab: the package, and the files of the book.
import sys

if "google.colab" in sys.modules:
    !git clone --quiet --depth 1 https://github.com/optedu/optedu /content/optedu
    %pip install --quiet "/content/optedu[book]"
    %cd -q /content/optedu/book/practice"""
SETUP_TAGS = ["colab", "remove-cell"]

# What is behind a chip on the site (tools/site/evidence.py), or not there at all, comes collapsed in Jupyter.
COLLAPSED = {"colab", "evidence", "imports"}
EVIDENCE = re.compile(r"#+ Evidence\s*(?:\n|$)")


def every_notebook():
    return sorted(p for p in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)


def normalize(nb):
    """The same notebook without what depends on who ran it, when, and with which tool."""
    nb = nbformat.from_dict(nb)
    nb.nbformat, nb.nbformat_minor = 4, 5
    nb.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    nb.cells = with_setup(nb.cells)
    codes = [cell for cell in nb.cells if cell.cell_type == "code"]
    imports = next((cell for cell in codes[1:2] if is_imports(cell)), None)
    seen, count = {}, 0
    for cell in nb.cells:
        # An id made from the text stays put when the cell is run, moved or written anew.
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        cell.metadata = {k: v for k, v in sorted(cell.metadata.items()) if k in CELL_METADATA}
        if cell is imports:
            cell.metadata["tags"] = ["imports"]
        if "hide-cell" in cell.metadata.get("tags", []):
            cell.metadata |= SOLUTION
        elif COLLAPSED & set(cell.metadata.get("tags", [])):
            cell.metadata["jupyter"] = {"source_hidden": True}
        elif cell.cell_type == "markdown" and EVIDENCE.match(cell.source):
            cell.metadata["jp-MarkdownHeadingCollapsed"] = True
        cell.metadata = dict(sorted(cell.metadata.items()))
        if cell.cell_type != "code":
            continue
        count += bool(cell.source.strip())
        cell.execution_count = count if cell.source.strip() else None
        cell.outputs = merge_streams(cell.outputs)
        for output in cell.outputs:
            output.pop("transient", None)
            if "metadata" in output:
                output.metadata = {}
            if output.output_type == "execute_result":
                output.execution_count = count
    return nb


def with_setup(cells):
    """The cells, with the one for Colab before all others that have code."""
    others = [cell for cell in cells if cell.metadata.get("tags") != SETUP_TAGS]
    first = next((k for k, cell in enumerate(others) if cell.cell_type == "code"), len(others))
    setup = nbformat.v4.new_code_cell(SETUP, metadata={"tags": SETUP_TAGS})
    return [*others[:first], setup, *others[first:]]


def is_imports(cell):
    """Whether a cell imports, and sets up what it imports, and does nothing else."""
    if cell.outputs:
        return False
    try:
        lines = ast.parse(cell.source).body
    except SyntaxError:  # a magic
        return False
    calls = [one for one in lines if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
    imports = [one for one in lines if isinstance(one, ast.Import | ast.ImportFrom)]
    return bool(imports) and len(imports) + len(calls) == len(lines)


def merge_streams(outputs):
    """Printed text arrives in as many pieces as the machine was slow; it is one text."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def execute(path):
    """Returns (processor seconds, what went wrong or None)."""
    nb = nbformat.read(path, as_version=4)
    client = NotebookClient(
        nb,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--IPKernelApp.log_level=40"],  # it warns about every start
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        with client.setup_kernel():
            for i, cell in enumerate(nb.cells):
                client.execute_cell(cell, i)
            # The kernel's own time, not the clock's: a busy machine makes no chapter longer.
            used = psutil.Process(client.km.provisioner.pid).cpu_times()
    except (CellExecutionError, CellTimeoutError) as error:
        return float("nan"), f"{error}\nIt was left as it was."
    save(path, nb)
    seconds = used.user + used.system
    budget = BUDGET[bool({"practice", "large_models"} & {*path.parts})]
    return seconds, f"It is over its budget of {budget} s: make the experiment smaller." if seconds > budget else None


def save(path, nb):
    path.write_text(nbformat.writes(normalize(nb)).rstrip("\n") + "\n", "utf8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every one in book/")
    parser.add_argument("--normalize", action="store_true", help="do not execute")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    args = parser.parse_args()
    paths = [p.resolve() for p in args.notebooks] or every_notebook()
    if args.normalize:
        for path in paths:
            save(path, nbformat.read(path, as_version=4))
        return
    failed = 0
    with ThreadPoolExecutor(args.jobs) as pool:
        for path, (seconds, problem) in zip(paths, pool.map(execute, paths), strict=True):
            print(f"{seconds:6.1f} s  {os.path.relpath(path)}{'  FAILED' if problem else ''}", flush=True)
            if problem:
                failed += 1
                print(problem, file=sys.stderr)
    sys.exit(f"{failed} of {len(paths)} notebooks failed" if failed else 0)


if __name__ == "__main__":
    main()
