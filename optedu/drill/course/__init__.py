"""A course from the exercises: assignments that nbgrader and otter-grader run, with the diagnosis as feedback.

``writing`` puts a folder together from what ``assignments`` makes; ``checking`` is what the assignments call.
"""

from .checking import NotPassed, check
from .writing import write_course

__all__ = ["NotPassed", "check", "write_course"]
