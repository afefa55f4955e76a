"""Practice: exercises that name your mistake, and the question bank that quizzes and interviews draw from."""

from .bank import LEVELS, Question, load, show_questions
from .exercise import Exercise, exercise, exercises
from .grading import grade
from .report import Report

__all__ = [
    "LEVELS",
    "Exercise",
    "Question",
    "Report",
    "exercise",
    "exercises",
    "grade",
    "load",
    "show_questions",
]
