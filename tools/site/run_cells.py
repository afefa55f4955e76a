"""A Sphinx extension: every cell of code has a button that runs it, and the site brings what runs it.

Of a page only the buttons are there at first. When one is pressed, its scripts come (book/_static/run), the cells of
the chapter (run/data), and Python (run/python), which is kept in pieces, as scripts: see python.js.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import browser_python
from cells import cells_of
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging

from optedu import __version__

ROOT = Path(__file__).resolve().parents[2]
PIECE = 750_000  # bytes in one script: a megabyte of text
MARKDOWN = ("markdown-it-py", "mdurl", "mdit-py-plugins")  # pure Python, under the MIT License
WANTED = re.compile(
    r"^(?:markdown_it/(?!cli/)|mdurl/|mdit_py_plugins/(?:__init__|utils|dollarmath/\w+)).*\.py$|LICENSE"
)
DAY = (1980, 1, 1, 0, 0, 0)  # the same sources are the same bytes
BUTTON = '<div class="run"><button type="button" data-run="{k}" hidden>Run</button></div>'
NOT_HERE = '<div class="run run-not">needs {what}; {instead}</div>'
INSTEAD = {True: "the stored output is shown", False: "not run here"}
READS = re.compile(r"\\?\"\.\./\.\./(benchmarks/[\w.]+)")
logger = logging.getLogger(__name__)


def add_buttons(app, doctree, page):
    """A button in each cell whose code is on the page; the imports are not, and run with what is below them."""
    path = Path(app.env.doc2path(page))
    if app.builder.name != "html" or path.suffix != ".ipynb":
        return
    cells = cells_of(path)
    for cell in [node for node in doctree.findall(nodes.container) if node.get("cell_index") in cells]:
        if "tag_imports" in cell["classes"]:
            continue
        k = cell["cell_index"]
        what = cells[k]["lacks"]
        note = NOT_HERE.format(what=what, instead=INSTEAD[bool(cells[k]["shown"])]) if what else BUTTON.format(k=k)
        for source in [node for node in cell.findall(nodes.container) if node.get("nb_element") == "cell_code_source"]:
            source += nodes.raw("", note, format="html")


def site_zip():
    """The package, what runs it in a page, what renders Markdown and what cells read, as a zip file.

    Not compressed: gzip packs it better than zip.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        ours = {**files_of(ROOT / "optedu"), **files_of(Path(__file__).parent / "in_page")}
        for name, path in sorted({**ours, **markdown(), **read_by_cells()}.items()):
            archive.writestr(zipfile.ZipInfo(name, DAY), path.read_bytes())
    return packed.getvalue()


def files_of(folder):
    found = {path.relative_to(folder.parent): path for path in folder.rglob("*") if path.is_file()}
    return {name.as_posix(): path for name, path in found.items() if "__pycache__" not in name.parts}


def read_by_cells():
    """The files outside of the book that its cells read."""
    notebooks = [path.read_text("utf8") for path in (ROOT / "book").glob("*/*.ipynb")]
    return {name: ROOT / name for text in notebooks for name in READS.findall(text)}


def markdown():
    """What renders Markdown, with its licenses."""
    files = [file for name in MARKDOWN for file in distribution(name).files or ()]
    wanted = [file for file in files if WANTED.search(file.as_posix())]
    return {file.as_posix(): Path(file.locate()) for file in wanted}


def packs(folder):
    """Name of a pack, and the files in it by their names."""
    packages = json.loads((folder / browser_python.LIST).read_text("utf8"))["packages"]
    drawing = {one["file_name"] for name, one in packages.items() if name != "numpy"}
    python = [*browser_python.INTERPRETER, browser_python.LIST, packages["numpy"]["file_name"]]
    yield "python", {name: (folder / name).read_bytes() for name in python}
    yield "drawing", {name: (folder / name).read_bytes() for name in sorted(drawing)}
    yield "site", {"worker.js": (ROOT / "book/_static/run/worker.js").read_bytes(), "site.zip": site_zip()}


def write_pack(folder, name, files):
    """The pieces of a pack as scripts; returns what the page must know of it."""
    parts, whole = [], bytearray()
    for file, content in files.items():
        squeezed = gzip.compress(content, 9, mtime=0)
        parts.append({"name": file, "at": len(whole), "bytes": len(squeezed)})
        whole += squeezed
    digest = hashlib.sha256(whole).hexdigest()[:10]
    starts = range(0, len(whole), PIECE)
    for k, at in enumerate(starts):
        address = f"{name}-{digest}-{k:02}"
        text = base64.b64encode(whole[at : at + PIECE]).decode()
        (folder / f"{address}.js").write_text(f'OpteduPython.piece("{address}","{text}");\n', "utf8")
    return {"digest": digest, "bytes": len(whole), "count": len(starts), "parts": parts}


def ship_python(static):
    """Python in pieces, with the licenses of what is in it, and a script that says what there is."""
    folder = Path(static) / "run/python"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        source = browser_python.fetch()
    except browser_python.Missing as error:
        if os.environ.get("CI") == "true":
            raise ExtensionError(str(error)) from error
        logger.info("the site is built without Python for its pages: %s", error)
        write_manifest(folder, None)
        (Path(static) / "run/licenses.txt").write_text("This copy of the site was built without Python.\n", "utf8")
        return
    write_manifest(folder, {"packs": {name: write_pack(folder, name, files) for name, files in packs(source)}})
    (Path(static) / "run/licenses.txt").write_text(licenses(source), "utf8")


def write_manifest(folder, known):
    (folder / "manifest.js").write_text(f"OpteduPython.known = {json.dumps(known, separators=(',', ':'))};\n", "utf8")


def licenses(source):
    """The licenses of what is shipped, one after the other."""
    told = ["# Python, which runs in the page\n\n" + (Path(__file__).parent / "python_license.txt").read_text("utf8")]
    for wheel in sorted(source.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                if "LICENSE" in name.upper() and not name.endswith(("/", ".py")):
                    told.append(f"# {wheel.name}: {name}\n\n{archive.read(name).decode('utf8', 'replace')}")  # noqa: PERF401 (in a nest)
    return "\n\n".join(told)


def write_cells(static, page, path):
    """The cells of a chapter, as a script."""
    file = Path(static) / f"run/data/{page}.js"
    file.parent.mkdir(parents=True, exist_ok=True)
    cells = [{"k": k, **cell} for k, cell in cells_of(path).items()]
    text = json.dumps({"version": __version__, "cells": cells}, ensure_ascii=False, separators=(",", ":"))
    file.write_text(f"OpteduRun.chapter({text});\n", "utf8")


def ship(app, exception):
    if exception or app.builder.name != "html":
        return
    static = Path(app.outdir) / "_static"
    for page in sorted(app.env.found_docs):
        path = Path(app.env.doc2path(page))
        if path.suffix == ".ipynb":
            write_cells(static, page, path)
    shutil.rmtree(static / "run/python", ignore_errors=True)
    ship_python(static)


def setup(app):
    app.connect("doctree-resolved", add_buttons)
    app.connect("build-finished", ship, priority=950)  # after all scripts were bundled: these are no part of it
    return {"parallel_read_safe": True, "parallel_write_safe": True}
