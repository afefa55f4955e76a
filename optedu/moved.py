"""Old import paths: they lead to the new ones, with a `DeprecationWarning` that names them.

An entry is kept for one minor version: what 0.2 moves is still found in 0.2, and in 0.3 no more.
"""

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

MOVED = {
    # in 0.2.0
    "optedu.accumulation": "optedu.training.accumulation",
    "optedu.averaging": "optedu.training.averaging",
    "optedu.gradients": "optedu.training.gradients",
    "optedu.groups": "optedu.training.groups",
    "optedu.memory": "optedu.training.memory",
    "optedu.monitor": "optedu.training.monitor",
    "optedu.precision": "optedu.training.precision",
    "optedu.display": "optedu.lab.display",
    "optedu.core.javascript": "optedu.exporting.to_javascript",
    "optedu.drill.bank": "optedu.drill.questions.bank",
    "optedu.drill.deck": "optedu.drill.questions.deck",
    "optedu.drill.find_bug": "optedu.drill.questions.find_bug",
    "optedu.drill.grading": "optedu.drill.grader.grading",
    "optedu.drill.history": "optedu.drill.questions.history",
    "optedu.drill.mock": "optedu.drill.interview.mock",
    "optedu.drill.numbers": "optedu.drill.questions.numbers_to_know",
    "optedu.drill.quiz": "optedu.drill.questions.quiz",
    "optedu.drill.report": "optedu.drill.grader.report",
    "optedu.drill.sandbox": "optedu.drill.grader.sandbox",
    "optedu.drill.sheet": "optedu.drill.interview.cheat_sheet",
}
"""Old path: new path."""

REFUSED = {
    "optedu.drill.exercise": "optedu.drill.grader.exercise_form",
    "optedu.drill.exercises": "optedu.drill.tasks",
    "optedu.lab.card": "optedu.lab.cards",
    "optedu.lab.parity": "optedu.lab.comparison",
}
"""Old paths that are names of functions: as modules they would hide these, so they only say where to go."""


class Moved:
    """Finds a module by its old path, and loads the very module of the new one."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in REFUSED:
            raise ModuleNotFoundError(f"{name} has moved: import {REFUSED[name]}", name=name)
        if name not in MOVED:
            return None
        warnings.warn(f"{name} has moved: import {MOVED[name]}", DeprecationWarning, stacklevel=2)
        return ModuleSpec(name, self)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(MOVED[spec.name])
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__ = module.__spec__.loader_state  # it has run, and is known by its new path


def install() -> None:
    """Let old paths be found; a second call changes nothing."""
    if not any(isinstance(finder, Moved) for finder in sys.meta_path):
        sys.meta_path.insert(0, Moved())
