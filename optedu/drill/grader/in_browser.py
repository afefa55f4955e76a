"""The grader in a web page, where Python has no NumPy: the site ships it, a worker runs it.

Nothing here, and nothing that is imported from here, may need more than the standard library.
"""

import json
import math
import re
import sys
import types
from typing import Any

from . import float_functions
from .exercise_form import exercise
from .grading import grade

SECONDS = 3.0
MATH = (
    "sin tan arcsin arccos arctan sinh cosh tanh expm1 log1p log2 log10 floor ceil hypot isnan isinf isfinite"
).split()
ELSEWHERE = """It {what} arrays, which Python in this page does not have. Grade it in a notebook, or in a terminal:

`python -m optedu drill {name} my_{name}.py`"""


def numbers_only() -> types.ModuleType:
    """A stand-in for NumPy that knows plain floats, for answers that begin with ``import numpy as np``."""
    module = types.ModuleType("numpy", "The functions of NumPy that a rule uses, for plain floats.")
    vars(module).update({name: getattr(float_functions, name) for name in float_functions.NAMES})
    vars(module).update({name: getattr(math, name.replace("arc", "a")) for name in MATH})
    vars(module).update(abs=abs, square=lambda x: x * x, power=pow, float64=float, pi=math.pi, e=math.e)
    vars(module).update(inf=math.inf, nan=math.nan)

    def absent(name: str) -> Any:
        raise AttributeError(f"Python in this page has no arrays, and no numpy.{name}")

    vars(module)["__getattr__"] = absent
    return module


def start() -> None:
    """Make ``import numpy`` find the stand-in; only where there is no NumPy."""
    sys.modules["numpy"] = numbers_only()


def answer(name: str, text: str) -> str:
    """The report on source text, as JSON: whether it passed, and the report in Markdown."""
    asked = exercise(name)
    if asked.needs_numpy:
        return _said(False, ELSEWHERE.format(what="works on", name=name))
    if asked.as_class and _hands_in_class(text, name, asked.as_class.name):
        advice = " Here, write the function that the task names."
        return _said(False, "**A class.** " + ELSEWHERE.format(what="is graded with", name=name) + "\n\n" + advice)
    # A text without a line break would be taken for a path.
    report = grade(name, text + "\n", seconds=SECONDS)
    return _said(report.passed, report._repr_markdown_())


def _said(passed: bool, text: str) -> str:
    return json.dumps({"passed": passed, "text": text})


def _hands_in_class(text: str, function: str, named: str) -> bool:
    classes = re.findall(r"^class\s+(\w+)", text, re.M)
    return named in classes or bool(classes) and not re.search(rf"^def\s+{function}\b", text, re.M)
