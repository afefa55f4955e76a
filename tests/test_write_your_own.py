"""The page *Write your own*: what it shows runs, and prints what it says."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import optedu
from optedu.core import engines

PAGE = Path(__file__).parents[1] / "book/reference/write_your_own.md"


def test_the_example_does_what_the_page_says(monkeypatch):
    monkeypatch.setattr(engines, "current", "numpy")
    text = PAGE.read_text("utf8")
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.M | re.S))
    [shown] = re.findall(r"^```text\n(.*?)^```", text, re.M | re.S)
    with redirect_stdout(io.StringIO()) as out:
        exec(code, {"__name__": "example"})
    assert out.getvalue() == shown


def test_every_hook_is_named():
    text = PAGE.read_text("utf8")
    hooks = {"settings", "rule", "rule_for", "initial_state", "check_together", "check_parameter", "check_gradient",
             "elementwise", "counts_steps", "step_one", "step_all"}  # fmt: skip
    assert hooks <= set(dir(optedu.Optimizer)) | {"settings", "rule"}
    assert all(re.search(rf"`{hook}[`(]", text) for hook in hooks)
