"""How the grader fared with answers that it was not written for: the table on the page of the drills."""

import json
from pathlib import Path

SETS = {
    "tuning": "read while the grader was changed",
    "held_out": "read for some of the changes",
    "fresh": "never read while the grader was changed",
    "fresh_two": "counted once, then read for the last changes",
    "fresh_three": "counted once (5 wrong ones passed, 6.8% unexplained), then read",
    "fresh_four": "counted once, not read before",
}


def table(root: Path) -> str:
    """The counts of ``tests/corpus/counts.json`` as Markdown."""
    counts = json.loads((root / "tests/corpus/counts.json").read_text("utf8"))
    rows = [
        "| answers | right, passed | right, failed | wrong, passed | wrong, explained "
        "| wrong, seen in part | wrong, unexplained |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, said in SETS.items():
        one = counts[name]
        wrong = sum(one.values()) - one["right"] - one["correct failed"]
        unknown = f"{one['unknown']} ({100 * one['unknown'] / wrong:.1f}%)"
        explained = one["named"] + one["wrong name"]
        rows.append(f"| {sum(one.values())}, {said} | {one['right']} | {one['correct failed']} | {one['wrong passed']} "
                    f"| {explained} | {one['observed']} | {unknown} |")  # fmt: skip
    return "\n".join(rows) + "\n"
