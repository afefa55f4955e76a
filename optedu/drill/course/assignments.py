"""An exercise as a source notebook, from which nbgrader or otter-grader makes what students get."""

import hashlib
import json
from functools import cache
from typing import Any

from ..grader.diagnosis import follows, traces
from ..grader.exercise_form import Exercise, Probe
from ..grader.sandbox import FOUND, Printed, contained, define

Cell = dict[str, Any]

SETUP = f"""\
import math

import numpy as np
from numpy import {", ".join(FOUND)}

from optedu.drill import grade"""

HOW = """\
Write your answer in the next cell, in place of what is there to begin with. The cell after it tells you at any time \
what the grader thinks of it: it runs your code next to the right rule, and says where the two first differ and which \
mistake gives exactly your numbers."""

POINTS = """\
**Points.** Each check below is worth one point. All but the last look at one probe, which is one designed run; the \
last is for an answer that is right as a whole, and its message is the full report."""

STUB = "# The lines above are yours to change."
"""What stands in a student's nbgrader notebook where the solution was."""


def points(asked: Exercise) -> int:
    """What an assignment is worth: one point for each probe that asks for work, and one for the whole."""
    return len(asking(asked)) + 1


@cache
def asking(asked: Exercise) -> tuple[Probe, ...]:
    """The probes that the starter does not pass: an empty list, say, it may give back as it should."""
    with contained(None, Printed()):
        starter = define(asked.starter, (asked.name,))
        return tuple(
            probe
            for probe, right in zip(asked.probes, traces(asked, ()), strict=True)
            if not follows(probe, starter, right)
        )


def for_nbgrader(asked: Exercise) -> str:
    """The source notebook of an exercise in the form of nbgrader, as the text of a file."""
    answer = f"{asked.starter.strip()}\n\n\n### BEGIN SOLUTION\n{asked.reference.strip()}\n### END SOLUTION"
    cells = [
        _nbgrader(_markdown(_statement(asked)), f"{asked.name}-task", locked=True),
        _nbgrader(_code(f"{SETUP}\nfrom optedu.drill.course import check"), f"{asked.name}-setup", locked=True),
        _nbgrader(_code(answer), f"{asked.name}-answer", solution=True),
        _code(_self_check(asked)),
        _nbgrader(_markdown(POINTS), f"{asked.name}-points", locked=True),
    ]
    for k, (call, why) in enumerate(_checks(asked), 1):
        cells.append(_nbgrader(_code(f"{why}\n{call}"), f"{asked.name}-{k:02}", locked=True, grade=True))
    return _notebook(cells)


def for_otter(asked: Exercise, requirement: str) -> str:
    """The source notebook of an exercise in the form of Otter Assign, as the text of a file.

    Parameters
    ----------
    asked : Exercise
    requirement : str
        How the machine that grades installs optedu: a line of a requirements file.
    """
    answer = f"{asked.starter.strip()}\n\n\n# BEGIN SOLUTION NO PROMPT\n{asked.reference.strip()}\n# END SOLUTION"
    settings = {
        "name": asked.name,
        "init_cell": False,  # students need optedu only, not otter
        "export_cell": False,
        "check_all_cell": False,
        "requirements": [requirement],
        "tests": {"ok_format": False},
    }
    cells = [
        _raw("# ASSIGNMENT CONFIG\n" + "\n".join(f"{key}: {json.dumps(value)}" for key, value in settings.items())),
        _markdown(_statement(asked)),
        _code(SETUP),
        _raw(f"# BEGIN QUESTION\nname: {asked.name}\npoints: {points(asked)}\ncheck_cell: false"),
        _markdown(POINTS.replace("check below", "check of the grader")),
        _raw("# BEGIN SOLUTION"),
        _code(answer),
        _raw("# END SOLUTION"),
        _raw("# BEGIN TESTS"),
    ]
    for k, (call, why) in enumerate(_checks(asked, f"env.get({asked.name!r})"), 1):
        config = '""" # BEGIN TEST CONFIG\npoints: 1\n""" # END TEST CONFIG'
        body = f"    from optedu.drill.course import check\n\n    {call}"
        cells.append(_code(f"{config}\ndef test_{k:02}(env):\n    {why}\n{body}"))
    cells += [_raw("# END TESTS"), _raw("# END QUESTION"), _code(_self_check(asked))]
    return _notebook(cells)


def _statement(asked: Exercise) -> str:
    head = f"# {asked.title}\n\n*{asked.level.capitalize()}, about {asked.minutes} minutes.*"
    return f"{head}\n\n{asked.task.strip()}\n\n{HOW}"


def _self_check(asked: Exercise) -> str:
    return f"grade({asked.name!r}, {asked.name})"


def _checks(asked: Exercise, answer: str = "") -> list[tuple[str, str]]:
    """Calls that raise unless a point is earned, and in a comment what each is about."""
    answer = answer or asked.name
    calls = [(f"check({asked.name!r}, {answer}, {p.name!r})", f"# {p.why}") for p in asking(asked)]
    return [*calls, (f"check({asked.name!r}, {answer})", "# Everything together.")]


def _markdown(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _raw(text: str) -> Cell:
    return {"cell_type": "raw", "metadata": {}, "source": text}


def _code(text: str) -> Cell:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text}


def _nbgrader(cell: Cell, name: str, *, locked: bool = False, solution: bool = False, grade: bool = False) -> Cell:
    """The same cell with what nbgrader wants to know about it."""
    known: dict[str, Any] = dict(
        grade=grade, grade_id=name, locked=locked, schema_version=3, solution=solution, task=False
    )
    if grade:
        known["points"] = 1
    return cell | {"metadata": {"nbgrader": known}}


def _notebook(cells: list[Cell]) -> str:
    """The text of a notebook file; ids are made from place and text, so that the same course is the same files."""
    made = []
    for k, cell in enumerate(cells):
        name = hashlib.sha256(f"{k} {cell['source']}".encode()).hexdigest()[:8]
        made.append({**cell, "id": name, "source": cell["source"].splitlines(keepends=True)})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {
        "cells": made,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"
