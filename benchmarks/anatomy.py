"""Measure every optimizer of the zoo in the wind tunnel: the numbers of the page Anatomy.

    python benchmarks/anatomy.py [ROW ...]      (default: all; minutes)

Writes optedu/lab/wind_tunnel/anatomy.json, from which `make generated` writes the page; `make anatomy` does both.
"""

import json
import sys

from optedu.lab.wind_tunnel.examination import examine
from optedu.lab.wind_tunnel.neighbors import FILE
from optedu.lab.wind_tunnel.specimen import MORE, ROWS
from optedu.zoo import ZOO


def measured(row: str) -> dict:
    """What the table says about a row."""
    key, settings = MORE.get(row, (row, {}))
    return examine(ZOO[key].cls, settings, learning=True, alone=True).facts()


def main(rows: list[str]) -> None:
    if unknown := [row for row in rows if row not in ROWS]:
        sys.exit(f"there is no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    found = json.loads(FILE.read_text("utf8")) if rows and FILE.exists() else {}
    for row in rows or ROWS:
        found[row] = measured(row)
        print(row, flush=True)
    ordered = {row: found[row] for row in ROWS if row in found}
    lines = ",\n".join(f"{json.dumps(row)}: {json.dumps(facts, ensure_ascii=False)}" for row, facts in ordered.items())
    FILE.write_text(f"{{\n{lines}\n}}\n", "utf8")


if __name__ == "__main__":
    main(sys.argv[1:])
