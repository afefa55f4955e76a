"""The same arithmetic on every machine: to be imported before NumPy and torch are, which read it when they start."""

import os
from pathlib import Path

LINES = Path(__file__).with_suffix(".env").read_text("utf8").splitlines()
SETTINGS = dict(line.split("=", 1) for line in LINES if not line.startswith("#"))

for name, value in SETTINGS.items():
    os.environ.setdefault(name, value)
