"""Python for web browsers, which the site brings along: fetched once, with npm, into the environment.

python tools/site/browser_python.py        # exit status 1 only where it is required: CI=true

It is 13 MB of another project's files, so it is not in this repository. A site that is built
without it says so on the page of the drills; all else works.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "314.0.7"
SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
FOLDER = Path(sys.prefix) / "share" / "optedu" / f"pyodide-{VERSION}"


class Missing(RuntimeError):
    """It is not here and could not be fetched; the text says why."""


def fetch(folder=FOLDER):
    """The folder with `FILES`, which is filled first if it has to be."""
    if all((folder / name).is_file() for name in FILES):
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("Python for the page comes with npm, and there is no npm: install Node.js")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        command = [npm, "pack", f"pyodide@{VERSION}", "--silent", "--pack-destination", work]
        done = subprocess.run(command, check=False, text=True, capture_output=True, cwd=work)
        archive = Path(work) / f"pyodide-{VERSION}.tgz"
        if done.returncode or not archive.is_file():
            raise Missing(f"npm could not fetch pyodide {VERSION}: {done.stderr.strip()[-500:]}")
        unpack(archive, Path(work) / "new")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            os.replace(Path(work) / "new", folder)
        except OSError:  # another build was faster
            if not folder.is_dir():
                raise
    return folder


def unpack(archive, folder):
    """`FILES` out of npm's archive, if that is the one we know."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != SHA512:
        raise Missing(f"{archive.name} is not the one that was tried: its SHA-512 is {found}")
    folder.mkdir()
    with tarfile.open(archive) as tar:
        for name in FILES:
            (folder / name).write_bytes(tar.extractfile(f"package/{name}").read())


def main():
    try:
        print(f"Python for the page: {fetch()}")
    except Missing as error:
        print(error)
        sys.exit(os.environ.get("CI") == "true")


if __name__ == "__main__":
    main()
