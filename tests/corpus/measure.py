"""Count what the grader says about the corpus: ``python tests/corpus/measure.py tuning``.

Of the sets in `UNREAD` only counts are printed, never an answer or its id, unless ``--open`` is said. ``save`` in the
place of a set counts all of them and writes ``counts.json``, from which the page of the drills has its table; it fails
if a right answer fails, or a wrong one passes that is not in `LEFT_OPEN`.
"""

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from optedu.drill import grade
from optedu.drill.grader.report import Report

HERE = Path(__file__).parent
SETS = ("tuning", "held_out", "fresh", "fresh_two", "fresh_three", "fresh_four")
UNREAD = ("fresh", "fresh_four")
LEFT_OPEN = 1
"""How many wrong answers pass that are wrong by a question which the task leaves open: `lion-a35` (see README.md)."""
KINDS = ("right", "correct failed", "wrong passed", "named", "wrong name", "observed", "unknown")


def answers(half: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every answer of a half, with the name of its exercise."""
    for path in sorted((HERE / half).glob("*.toml")):
        for answer in tomllib.loads(path.read_text("utf8"))["answer"]:
            yield path.stem, answer


def kind(answer: Mapping[str, Any], report: Report) -> str:
    """One of `KINDS`: what came of an answer, going by its label, and its `bug` where it has one."""
    if answer["correct"]:
        return "right" if report.passed else "correct failed"
    if report.passed:
        return "wrong passed"
    named = [bug.name for bug in report.diagnosis]
    if not named and not report.problem:
        return "unknown"
    if (
        named
        and "observed" not in named
        and answer.get("bug")
        and sorted(named) not in [sorted(b.split(" AND ")) for b in answer["bug"]]
    ):
        return "wrong name"
    if named == ["observed"] * len(named) and named:
        return "observed"
    return "named"


def main(half: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for name, answer in answers(half):
        found = kind(answer, report := grade(name, answer["code"]))
        counts[found] += 1
        if (half not in UNREAD or "--open" in sys.argv) and (found not in ("right", "named") or "-v" in sys.argv):
            names = " AND ".join(bug.name for bug in report.diagnosis) or report.problem
            print(f"{found:15} {answer['id']:22} {answer['mistake']}  [{names}]", flush=True)
    wrong = sum(counts[k] for k in KINDS[2:])
    print(f"{half}: " + ", ".join(f"{counts[k]} {k}" for k in KINDS) + f"; unknown {counts['unknown'] / wrong:.1%}")
    return counts


def save() -> None:
    found = {one: main(one) for one in SETS}
    text = json.dumps({one: {k: counts[k] for k in KINDS} for one, counts in found.items()}, indent=1)
    (HERE / "counts.json").write_text(text + "\n", "utf8")
    bad = [sum(counts[k] for counts in found.values()) for k in ("correct failed", "wrong passed")]
    if bad[0] or bad[1] > LEFT_OPEN:
        sys.exit(f"{bad[0]} right answers fail, and {bad[1]} wrong ones pass")


if __name__ == "__main__":
    save() if sys.argv[1] == "save" else main(sys.argv[1])
