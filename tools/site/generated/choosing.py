"""What the tool of the chapter on choosing looks up: its questions as a tree, with a configuration at every leaf.

Values and sources are rows of the tables that the page has anyway; a leaf says which ones.
"""

import json
from typing import Any

from optedu.lab import chooser


def tree(given: chooser.Answers | None = None) -> dict[str, Any]:
    """What follows after some answers: a question with what follows after each option, or rows and code."""
    now = dict(given or {})
    question = chooser.following(now)
    if question is not None:
        options = [[says, tree({**now, question.id: option})] for option, says in question.options.items()]
        return {"asks": question.asks, "options": options}
    rows = chooser.listed(now["kind"])
    return {"rows": [rows.index(one) for one in chooser.values_for(now)], "code": chooser.code_for(now)}


def text() -> str:
    """The script; a page that is opened from a folder can load scripts, but no JSON."""
    return f"OpteduChoosing({json.dumps(tree(), ensure_ascii=False, separators=(',', ':'))});\n"
