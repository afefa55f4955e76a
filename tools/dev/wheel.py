"""Build the wheel and the sdist, install the wheel where nothing else is, and try it there.

python tools/dev/wheel.py [ENVIRONMENT ...]      (default: all; one that is taken together: newest,drill)
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import time
import venv
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SMOKE = Path(__file__).with_name("wheel_smoke.py")
ENVIRONMENTS = {
    "oldest": ("", "numpy==2.0.*"),
    "newest": ("",),
    "drill": ("[drill]",),
    "lab": ("[lab]",),
    "fast": ("[fast]",),
}
"""Name: the extra to install, and what else."""


def run(*command: object, **how: Any) -> str:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **how)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def build(source: Path, where: Path) -> Path:
    """The wheel of a folder or an sdist."""
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", where, source)
    (wheel,) = where.glob("*.whl")
    return wheel


def build_sdist(where: Path) -> Path:
    run(sys.executable, "-m", "build", "--sdist", "--outdir", where, ROOT)
    (sdist,) = where.glob("*.tar.gz")
    return sdist


def names_in(archive: Path) -> set[str]:
    """The files of a wheel, or of an sdist without the folder that they are in."""
    if archive.suffix == ".whl":
        return set(zipfile.ZipFile(archive).namelist())
    with tarfile.open(archive) as tar:
        return {name.partition("/")[2] for name in tar.getnames()}


def check_archives(wheel: Path, sdist: Path, folder: Path) -> None:
    """Nothing of the package is missing in either, and the sdist makes the same wheel."""
    tracked = set(run("git", "ls-files", "optedu", cwd=ROOT).split())
    for archive in (wheel, sdist):
        if missing := tracked - names_in(archive):
            sys.exit(f"{archive.name} lacks {sorted(missing)}")
    again = names_in(build(sdist, folder / "again"))
    if again != names_in(wheel):
        sys.exit(f"the sdist makes another wheel: {sorted(again ^ names_in(wheel))}")


def try_in(name: str, wheel: Path, folder: Path) -> None:
    """Install the wheel in an environment of its own, and run what it has to be able to do there."""
    start, where = time.monotonic(), folder / name
    venv.create(where, with_pip=False)
    python = where / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    wanted = []
    for part in name.split(","):
        extra, *others = ENVIRONMENTS[part]
        wanted += [f"optedu{extra} @ {wheel.as_uri()}", *others]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check")
    run(*pip, *wanted, env=clean)
    work = folder / f"{name} at work"
    work.mkdir()
    said = run(python, "-I", SMOKE, *name.split(","), cwd=work)
    print(f"{said} ({time.monotonic() - start:.0f} s)", flush=True)


def main(names: list[str]) -> None:
    if unknown := {part for name in names for part in name.split(",")} - set(ENVIRONMENTS):
        sys.exit(f"there is no environment {', '.join(unknown)}; there are {', '.join(ENVIRONMENTS)}")
    with tempfile.TemporaryDirectory(prefix="optedu-wheel-") as temporary:
        folder = Path(temporary)
        wheel, sdist = build(ROOT, folder / "wheel"), build_sdist(folder / "sdist")
        check_archives(wheel, sdist, folder)
        print(f"{wheel.name}: {len(names_in(wheel))} files, as the sdist makes it", flush=True)
        for name in names or ENVIRONMENTS:
            try_in(name, wheel, folder)


if __name__ == "__main__":
    main(sys.argv[1:])
