# Made from the table in __init__.py: run `make generated`.

from .questions.bank import LEVELS as LEVELS
from .grader.exercise_form import Exercise as Exercise
from .questions.bank import Question as Question
from .grader.report import Report as Report
from .grader.exercise_form import exercise as exercise
from .grader.exercise_form import exercises as exercises
from .grader.grading import grade as grade
from .design.grading import grade_design as grade_design
from .questions.bank import load as load
from .questions.bank import show_questions as show_questions

__all__ = [
    "LEVELS",
    "Exercise",
    "Question",
    "Report",
    "exercise",
    "exercises",
    "grade",
    "grade_design",
    "load",
    "show_questions",
]
