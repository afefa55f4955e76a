"""The grader of the drills, for answers that are written in the page."""

import json

from optedu.drill import grade
from optedu.drill.grader.report import HINT, mistakes

SECONDS = 6.0
"""For an answer that takes a moment in a terminal; a page is several times slower."""


def answer(name: str, text: str) -> str:
    """The report on source text, as JSON: whether it passed, the report in Markdown, and the mistakes by name."""
    # A text without a line break would be taken for a path.
    report = grade(name, text + "\n", seconds=SECONDS)
    said = report._repr_markdown_().replace(f"`{HINT.format(name)}`", "the first of four is below")
    return json.dumps({"passed": report.passed, "text": said, "mistakes": mistakes(report)})
