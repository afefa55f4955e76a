"""Write the course into a folder."""

from pathlib import Path

from ..grader.exercise_form import Exercise, exercises
from .assignments import STUB, for_nbgrader, for_otter, points

REQUIREMENT = "optedu[drill] @ git+https://github.com/optedu/optedu"
"""How a machine that grades installs optedu, unless the teacher says otherwise."""

CONFIG = f"""\
# Settings of nbgrader for this course; nbgrader reads them when it is started in this folder.
c = get_config()

c.CourseDirectory.course_id = "optedu"

# Students begin with the lines of the exercise, so nothing that raises is put where the solution was.
c.ClearSolutions.code_stub = {{"python": "{STUB}"}}

# An answer that never ends is stopped by the grader after seconds; this is for what students write around it.
c.ExecutePreprocessor.timeout = 120
"""


def write_course(folder: Path | str) -> list[Path]:
    """Write assignments for nbgrader and otter-grader, and how to use them.

    Parameters
    ----------
    folder : Path or str
        Is made if it does not exist; one that exists must be empty.

    Returns
    -------
    list of Path
        The files, all new.

    Raises
    ------
    ValueError
        If `folder` is a file, or has something in it. Nothing is written then.
    TypeError
        If `folder` is no path.
    """
    if not isinstance(folder, (str, Path)) or not str(folder):
        raise TypeError(f"folder must be a path, got {folder!r}")
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"folder must be a folder that is empty or not there yet, but {str(folder)!r} is a file")
    if folder.is_dir() and any(folder.iterdir()):
        raise ValueError(f"folder must be empty or not there yet, but there is something in {str(folder)!r}")
    texts = _texts()
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf8", newline="\n") as file:  # "x": what is there is never written over
            file.write(text)
    return [folder / name for name in texts]


def _texts() -> dict[str, str]:
    """The files of a course: where, below its folder, and what is in them."""
    texts = {
        "README.md": Path(__file__).with_name("readme.md").read_text("utf8") + _table(exercises()),
        "nbgrader/nbgrader_config.py": CONFIG,
    }
    for asked in exercises():
        texts[f"nbgrader/source/{asked.name}/{asked.name}.ipynb"] = for_nbgrader(asked)
        texts[f"otter/{asked.name}.ipynb"] = for_otter(asked, REQUIREMENT)
    return texts


def _table(listed: tuple[Exercise, ...]) -> str:
    lines = ["| Assignment | Title | Level | Minutes | Points | Chapter |", "| --- | --- | --- | --- | --- | --- |"]
    rows = ((f"`{e.name}`", e.title, e.level, e.minutes, points(e), e.chapter) for e in listed)
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join(lines) + "\n"
