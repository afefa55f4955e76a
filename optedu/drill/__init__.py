"""Practice: exercises that name your mistake, and the question bank that quizzes and interviews draw from.

Its wings are ``grader``, ``tasks`` (the exercises, one file each), ``design`` (exercises whose answer is judged by its
properties), ``questions``, ``interview`` and ``course``.
"""

from ..lazy_names import on_demand as _on_demand

_HOMES = {
    "LEVELS": "questions.bank",
    "Exercise": "grader.exercise_form",
    "Question": "questions.bank",
    "Report": "grader.report",
    "exercise": "grader.exercise_form",
    "exercises": "grader.exercise_form",
    "grade": "grader.grading",
    "grade_design": "design.grading",
    "load": "questions.bank",
    "show_questions": "questions.bank",
}
"""Public name: the module that it is in."""

__all__ = [*_HOMES]

__getattr__, __dir__ = _on_demand(globals(), _HOMES)
