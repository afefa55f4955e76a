"""The scenarios of the book as data for ``python -m optedu mock --scenario``: what its notebook says and shows."""

import json
import re
from pathlib import Path

FOLD = re.compile(r"<details>\n<summary>(.*?)</summary>\n(.*?)</details>", re.DOTALL)
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def _cells(notebook: Path):
    """Text of each Markdown cell, and the table that a cell of code shows."""
    for cell in json.loads(notebook.read_text("utf8"))["cells"]:
        if cell["cell_type"] == "markdown":
            yield "".join(cell["source"])
        elif "hide-input" in cell["metadata"].get("tags", []):
            yield from (
                "".join(o["data"]["text/markdown"]) for o in cell["outputs"] if "text/markdown" in o.get("data", {})
            )


def data(notebook: Path) -> str:
    """All scenarios, in their order."""
    found: list[dict] = []
    for text in _cells(notebook):
        if head := re.match(r"## \d+\. (.*)", text):
            found.append({"title": head[1], "task": "", "branches": [], "rubric": []})
            text = text[head.end() :]
        if not found:
            continue
        one, text = found[-1], LINK.sub(r"\1", text)
        folds = FOLD.findall(text)
        if [name for name, _ in folds] == ["Rubric"]:
            one["rubric"] = re.findall(r"^- (.*)", folds[0][1], re.MULTILINE)
        elif not one["rubric"]:
            one["task"] = f"{one['task']}\n\n{FOLD.sub('', text).strip()}".strip()
            one["branches"] += [[name, body.strip()] for name, body in folds]
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
