"""What cannot be written out says so, and where."""

import ast


class NotExported(ValueError):
    """A rule or an optimizer that cannot be written out for a target; the message says why."""


def refuse(function: str, node: ast.AST, first: int, why: str) -> NotExported:
    """The refusal of one place in a rule.

    Parameters
    ----------
    function : str
        Name of the function in which it stands.
    node : AST
        What is refused.
    first : int
        Line of the function in its file.
    why : str
        The reason; the words of the place are put behind it.
    """
    line = first + getattr(node, "lineno", 1) - 1
    return NotExported(f"{why} (line {line} of {function}: {ast.unparse(node).splitlines()[0]:.80})")
