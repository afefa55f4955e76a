"""Bytecode for the Python that runs in pages, made by that Python itself, in Node.

Its library and its packages come as sources, which it would compile anew in every page, before a first result.
Of those, NumPy alone keeps its docstrings, for `help`: bytecode with all of them is larger by a sixth.
"""

import shutil
import subprocess

ARCHIVES = ("*.zip", "*.whl")
IN_NODE = """
const [folder, code, ...names] = process.argv.slice(1);
const { loadPyodide } = require(`${folder}/pyodide.js`);
(async () => {
  const python = await loadPyodide({ indexURL: folder });
  python.FS.mkdirTree("/archives");
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/archives");
  python.runPython(code);
  for (const name of names) python.globals.get("compile_archive")(`/archives/${name}`);
})().catch((error) => { console.error(String(error)); process.exit(1); });
"""
IN_PYTHON = '''
import py_compile
import zipfile
from pathlib import Path

NEVER_COMPARED = py_compile.PycInvalidationMode.UNCHECKED_HASH


def bytecode(source, name):
    optimize = -1 if name.startswith("numpy/") else 2
    Path("source.py").write_bytes(source)
    py_compile.compile("source.py", "source.pyc", name, True, optimize, NEVER_COMPARED)
    return Path("source.pyc").read_bytes()


def compile_archive(path):
    """Put bytecode in the place of each source."""
    with zipfile.ZipFile(path) as archive:
        files = {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}
    with zipfile.ZipFile(path, "w") as archive:  # not compressed: gzip packs it better
        for name, content in files.items():
            if name.endswith(".py"):
                name, content = f"{name}c", bytecode(content, name)
            archive.writestr(zipfile.ZipInfo(name), content)
'''


def compile_archives(folder):
    """Replace all sources in the archives of a folder that holds Pyodide; RuntimeError where Node cannot."""
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("there is no Node.js, which makes the bytecode")
    names = sorted(path.name for pattern in ARCHIVES for path in folder.glob(pattern))
    done = subprocess.run(
        [node, "--eval", IN_NODE, str(folder), IN_PYTHON, *names], check=False, text=True, capture_output=True
    )
    if done.returncode:
        raise RuntimeError(f"Node could not make the bytecode: {done.stderr.strip()[-500:]}")
