"""``python -m optedu.lab.live`` writes the functions of all live figures as JavaScript, one file each."""

import importlib
import sys
from pathlib import Path

from . import FIGURES
from . import __name__ as package
from .tables import script

TARGET = Path(__file__).resolve().parents[3] / "book/_static/live/figures"


def texts() -> dict[str, str]:
    """Text of each file by its name."""
    return {f"{n}.js": script(n, importlib.import_module(f"{package}.{n}").FIGURE) for n in FIGURES}


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for file, text in texts().items():
        (TARGET / file).write_text(text, "utf8")
        print(f"{file}: {len(text)} characters", file=sys.stderr)
