"""Practice: the question bank from which chapters, quizzes and interviews draw."""

from .bank import LEVELS, Question, load, show_questions

__all__ = ["LEVELS", "Question", "load", "show_questions"]
