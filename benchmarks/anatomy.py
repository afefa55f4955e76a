"""Measure every optimizer of the zoo in the wind tunnel: the numbers of the page Anatomy.

    python benchmarks/anatomy.py [ROW ...]                  (default: all; minutes)
    python benchmarks/anatomy.py --transformer [ROW ...]    (default: the eight; minutes, and torch)

Writes anatomy.json, or transformer.json, of optedu/lab/wind_tunnel, from which `make generated` writes the page; `make
anatomy` does all of it.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from optedu.lab.wind_tunnel.examination import examine
from optedu.lab.wind_tunnel.learning import TRANSFORMER, learned
from optedu.lab.wind_tunnel.neighbors import FILE, TRANSFORMER_FILE
from optedu.lab.wind_tunnel.specimen import MORE, ROWS, of_row
from optedu.zoo import ZOO

EIGHT = ("SGD with momentum", "AdamW", "Lion", "Adafactor", "Muon", "SOAP", "AdamWScheduleFree", "MARS")
"""Rows that also train the transformer: one of each kind. The slow average of AdEMAMix, which remembers 10,000 steps,
would not have begun in 200, and Kron is SOAP's kind: a factor for rows, one for columns."""


def measured(row: str) -> dict:
    """What the table says about a row."""
    key, settings = MORE.get(row, (row, {}))
    return examine(ZOO[key].cls, settings, learning=True, alone=True).facts()


def trained(row: str) -> dict:
    """What the table of the transformer says about a row."""
    return learned(of_row(row), TRANSFORMER).facts()


def main(rows: list[str], file: Path, usual: tuple[str, ...], facts: Callable[[str], dict]) -> None:
    if unknown := [row for row in rows if row not in ROWS]:
        sys.exit(f"there is no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    found = json.loads(file.read_text("utf8")) if rows and file.exists() else {}
    for row in rows or usual:
        found[row] = facts(row)
        print(row, flush=True)
        ordered = [(row, found[row]) for row in ROWS if row in found]
        lines = ",\n".join(f"{json.dumps(row)}: {json.dumps(one, ensure_ascii=False)}" for row, one in ordered)
        file.write_text(f"{{\n{lines}\n}}\n", "utf8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--transformer"]:
        main(sys.argv[2:], TRANSFORMER_FILE, EIGHT, trained)
    else:
        main(sys.argv[1:], FILE, ROWS, measured)
