"""A file for a rule of one's own to begin with: it works, and can be examined and exported as it is."""

import keyword
import re
from pathlib import Path

TEMPLATE = Path(__file__).with_name("template.py")
NAME = "my_rule"
"""What the rule in the template is called."""


def template(name: str = NAME) -> str:
    """The text of a file with a rule of this name.

    Parameters
    ----------
    name : str

    Raises
    ------
    ValueError
        If no function can be called so.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or not name.strip("_"):
        raise ValueError(f"name must be a name in Python, such as my_rule, got {name!r}")
    return re.sub(rf"\b{NAME}\b", name, TEMPLATE.read_text("utf8"))


def begin(path: str | Path) -> Path:
    """Write the template to a file that is not there yet; the rule has the file's name.

    Parameters
    ----------
    path : str or Path
        Ends in ``.py``, after a name in Python.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If the name ends otherwise or is none, or the file is there. Nothing is overwritten.
    """
    path = Path(path)
    if path.suffix != ".py":
        raise ValueError(f"path must end in .py, got {str(path)!r}")
    text = template(path.stem)
    try:
        with path.open("x", encoding="utf8") as file:
            file.write(text)
    except FileExistsError:
        raise ValueError(f"{str(path)!r} is there already, and nothing is overwritten") from None
    return path
