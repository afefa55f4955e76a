"""What the front page counts."""

import re
from pathlib import Path

import yaml

from optedu import lr_scheduler
from optedu.drill.questions.bank import load
from optedu.zoo import ZOO


def figures(root: Path) -> str:
    """The table as Markdown."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf8"))
    chapters = [c for part in toc["parts"] if part.get("numbered") for c in part["chapters"]]
    questions = load()
    matrix = (root / "book/reference/conformance.md").read_text("utf8")
    settings = sum(map(int, re.findall(r"^Against .*?, (\d+) settings", matrix, re.M)))
    schedules = [n for n in lr_scheduler.__all__ if n != "LRScheduler"]
    torchs = sum(entry.referee.startswith("torch.") for entry in ZOO.values())
    rows = [
        (len(chapters), "chapters, each one a notebook that runs"),
        (
            len(ZOO),
            f"optimizers, {torchs} of them compared with torch",
        ),
        (settings, "combinations of flags in the [conformance matrix](reference/conformance.md)"),
        (len(schedules), "learning-rate schedules"),
        (len(questions), f"interview questions, {sum(bool(q.check) for q in questions)} with numbers that code checks"),
    ]
    return "\n".join(["| | |", "| ---: | --- |", *(f"| **{n:,}** | {what} |" for n, what in rows)]) + "\n"
