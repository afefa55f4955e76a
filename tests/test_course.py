"""The course: notebooks that two graders accept, points for what is right, and no solution in what students get."""

import ast
import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from sampling import one_in

from optedu import __main__ as cli
from optedu.drill.course import NotPassed, check, write_course
from optedu.drill.course.assignments import for_nbgrader, for_otter, points
from optedu.drill.grader.exercise_form import edited, exercise, exercises

ROOT = Path(__file__).resolve().parents[1]
NAMES = [e.name for e in exercises()]
TOOLS = Path(os.environ.get("OPTEDU_COURSE", ROOT / "_build/course")) / "bin"
"""Where nbgrader and otter are: `make course` puts them there."""
NEEDS_TOOLS = pytest.mark.skipif(not (TOOLS / "nbgrader").exists(), reason="nbgrader and otter-grader: make course")
BETWEEN = re.compile(r"^#+ BEGIN SOLUTION.*?^#+ END SOLUTION", re.MULTILINE | re.DOTALL)


def notebook(text):
    made = nbformat.reads(text, as_version=4)
    nbformat.validate(made)
    return made


def both(name):
    asked = exercise(name)
    return {"nbgrader": notebook(for_nbgrader(asked)), "otter": notebook(for_otter(asked, "optedu[drill]"))}


def wrong(asked):
    """The first of its named mistakes, in the answer that is a function."""
    return edited(asked.reference, asked.bugs[0].edits)


def told(asked):
    """Lines of code that students see anyhow."""
    return {line.strip() for line in (asked.task + asked.starter).splitlines()}


def secret(asked):
    """Lines of the reference that nobody is shown."""
    lines = {line.strip() for line in asked.reference.splitlines()}
    return {line for line in lines if len(line) > 8} - told(asked)


def answered(book, name, text):
    """A student's notebook, with an answer in its cell."""
    (cell,) = (c for c in book.cells if c.cell_type == "code" and f"def {name}(" in c.source)
    cell.source = text
    return book


def checks(book):
    """The calls that earn points."""
    return [c.source for c in book.cells if c.metadata.get("nbgrader", {}).get("grade")]


def earned(asked, text):
    """Points, and what was said where there was none, by calling the cells of nbgrader's notebook in one process."""
    space, count, said = {}, 0, []
    book = both(asked.name)["nbgrader"]
    exec(book.cells[1].source, space)
    exec(text, space)
    for call in checks(book):
        try:
            exec(call, space)
            count += 1
        except NotPassed as failure:
            said.append(str(failure))
    return count, said


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_are_notebooks_without_outputs_that_import_what_students_have(name):
    for form, book in both(name).items():
        code = [c for c in book.cells if c.cell_type == "code"]
        assert not any(c.outputs or c.execution_count for c in code)
        imported = {
            (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
            for c in code for node in ast.walk(ast.parse(c.source)) if isinstance(node, (ast.Import, ast.ImportFrom))
        }  # fmt: skip
        assert imported == {"math", "numpy", "optedu"}, form
        assert len({c.id for c in book.cells}) == len(book.cells)


@pytest.mark.parametrize("name", NAMES)
def test_what_nbgrader_is_told_about_the_cells(name):
    cells = [c.metadata.nbgrader for c in both(name)["nbgrader"].cells if "nbgrader" in c.metadata]
    assert len({c.grade_id for c in cells}) == len(cells)
    assert [c.solution for c in cells].count(True) == 1
    assert all(c.locked != c.solution and c.schema_version == 3 and ("points" in c) == c.grade for c in cells)
    assert sum(c.get("points", 0) for c in cells) == points(exercise(name))
    n = len(exercise(name).probes)
    assert points(exercise(name)) in (n, n + 1)  # one at most is passed by the starter


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_is_between_the_marks_and_nowhere_else(name):
    asked = exercise(name)
    assert secret(asked), "else this test proves nothing"
    for form, book in both(name).items():
        everything = "\n".join(c.source for c in book.cells)
        assert asked.reference.strip() in everything, form
        left = {line.strip() for c in book.cells for line in BETWEEN.sub("", c.source).splitlines()}
        assert not secret(asked) & left, form
        assert {line.strip() for line in asked.starter.splitlines()} <= left | {""}, form


@pytest.mark.parametrize("name", one_in(3, NAMES))
def test_the_reference_earns_everything_the_starter_nothing(name):
    asked = exercise(name)
    assert earned(asked, asked.reference) == (points(asked), [])
    count, said = earned(asked, asked.starter)
    assert count == 0 and len(said) == points(asked)


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_costs_points_and_is_named(name):
    asked = exercise(name)
    count, said = earned(asked, wrong(asked))
    assert count < points(asked) and asked.bugs[0].says in said[-1]
    assert "DIFFERS" in said[-1] and all(line.startswith("Not passed: ") for line in said[:-1])


def test_a_check_says_what_it_was_asked_about():
    def clip_norm(grads, max_norm):
        return grads, 0.0

    with pytest.raises(NotPassed, match="show whose norm") as failed:
        check("clip_norm", clip_norm, "far above the limit")
    assert "First difference" in str(failed.value) and failed.value._render_traceback_()[0].startswith("Not passed")
    with pytest.raises(NotPassed, match="not function|NoneType"):
        check("clip_norm", None)
    with pytest.raises(ValueError, match=r"clip_norm has no probe 'speed'; it has 'far above"):
        check("clip_norm", clip_norm, "speed")
    with pytest.raises(ValueError, match="there is no exercise 'clip_nrm'"):
        check("clip_nrm", clip_norm)


def test_an_answer_that_was_changed_is_graded_anew(tmp_path):
    file = tmp_path / "answer.py"
    file.write_text("def clip_norm(grads, max_norm):\n    return grads, 0.0\n")
    with pytest.raises(NotPassed):
        check("clip_norm", file)
    file.write_text(exercise("clip_norm").reference)
    check("clip_norm", file)


def test_the_command_writes_everything_once(tmp_path, monkeypatch, capsys):
    def run(folder):
        monkeypatch.setattr(sys, "argv", ["optedu", "course", str(folder)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, *capsys.readouterr()

    monkeypatch.setenv("COLUMNS", "300")
    folder = tmp_path / "a" / "course"
    code, out, _ = run(folder)
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert code == 0 and f"{len(files)} files" in out and str(folder / "README.md") in out
    assert {f"otter/{name}.ipynb" for name in NAMES} < set(files)
    assert {f"nbgrader/source/{name}/{name}.ipynb" for name in NAMES} < set(files)
    assert all(f"`{e.name}` | {e.title}".encode() in files["README.md"] for e in exercises())
    code, out, err = run(folder)
    assert code == 2 and "there is something in" in err and str(folder) in err and not out
    assert files == {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    plain = tmp_path / "plain"
    plain.write_text("mine\n")
    code, _, err = run(plain)
    assert code == 2 and "is a file" in err and plain.read_text() == "mine\n"


def test_an_empty_folder_will_do_and_nothing_else(tmp_path):
    assert all(path.is_file() for path in write_course(tmp_path))
    for thing in (None, 3, ""):
        with pytest.raises(TypeError, match="folder must be a path"):
            write_course(thing)


PAGE = (ROOT / "book/interview/course.md").read_text("utf8")
WEEKS = re.findall(r"^### Week (\d+)\. (.+?)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)


def minutes_to_read(chapter):
    text = (ROOT / "book" / f"{chapter}.ipynb").read_text("utf8")
    return int(re.search(r"\*(\d+) minutes to read", text)[1])


def test_the_plans_have_six_weeks_and_twelve():
    assert [int(number) for number, _, _ in WEEKS] == [*range(1, 7), *range(1, 13)]
    scenarios = [int(n) for _, _, text in WEEKS[6:] for n in re.findall(r"\d+", text.rpartition("scenario")[2])]
    assert sorted(scenarios) == [*range(1, 21)], "each once in twelve weeks"


@pytest.mark.parametrize("place", range(len(WEEKS)))
def test_a_week_of_a_plan(place):
    _, _, text = WEEKS[place]
    read, write = re.search(r"\*Reading (\d+) minutes, drills (\d+)\.\*", text).groups()
    chapters = re.findall(r"\(\.\./([a-z_]+/[a-z_]+)\.ipynb\)", text)
    drills = re.findall(r"`(\w+)`", text.partition("**Write**")[2].partition("**Discuss**")[0])
    assert chapters and int(read) == sum(map(minutes_to_read, chapters)) <= 90
    assert drills and int(write) == sum(exercise(name).minutes for name in drills) <= 45
    assert 2 <= len(re.findall(r"^- [a-z]", text, re.MULTILINE)) <= 3 and "bank/" in text


def tool(*words, cwd):
    """One of the graders, as from a shell with its environment switched on."""
    env = os.environ | {"PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    command = [str(TOOLS / words[0]), *map(str, words[1:])]
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, (words, done.stdout[-4000:], done.stderr[-4000:])


def handed_in(release, where, asked, text):
    """A student's notebook with an answer; what the student got is looked through first."""
    for path in release.rglob("*"):
        shown = path.read_text("utf8") if path.is_file() else ""
        lines = {
            line.strip() for line in shown.replace("\\n", "\n").replace('\\"', '"').replace('"', "\n").splitlines()
        }
        assert not {line for line in secret(asked) if '"' not in line} & lines, path
    book = notebook((release / f"{asked.name}.ipynb").read_text("utf8"))
    where.mkdir(parents=True, exist_ok=True)
    nbformat.write(answered(book, asked.name, text) if text else book, where / f"{asked.name}.ipynb")


@pytest.mark.nightly
@NEEDS_TOOLS
@pytest.mark.parametrize("name", NAMES)
def test_by_nbgrader(name, tmp_path):
    asked = exercise(name)
    write_course(tmp_path / "course")
    folder = tmp_path / "course/nbgrader"
    tool("nbgrader", "generate_assignment", name, cwd=folder)
    for student, text in {"right": asked.reference, "wrong": wrong(asked), "empty": ""}.items():
        handed_in(folder / "release" / name, folder / "submitted" / student / name, asked, text)
    tool("nbgrader", "autograde", name, cwd=folder)
    tool("nbgrader", "generate_feedback", name, cwd=folder)
    tool("nbgrader", "export", cwd=folder)
    with (folder / "grades.csv").open(newline="") as file:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    full, partly = points(asked), earned(asked, wrong(asked))[0]
    assert scores == {"right": (full, full), "wrong": (partly, full), "empty": (0, full)} and partly < full
    graded = notebook((folder / f"autograded/wrong/{name}/{name}.ipynb").read_text("utf8"))
    said = "\n".join(line for c in graded.cells for o in c.get("outputs", ()) for line in o.get("traceback", ()))
    assert asked.bugs[0].says in said and "Traceback" not in said
    page = (folder / f"feedback/wrong/{name}/{name}.html").read_text("utf8")
    assert "First difference" in page and asked.bugs[0].name in page


@pytest.mark.nightly
@NEEDS_TOOLS
@pytest.mark.parametrize("name", NAMES)
def test_by_otter(name, tmp_path):
    asked = exercise(name)
    write_course(tmp_path / "course")
    folder = tmp_path / "course/otter"
    tool("otter", "assign", f"{name}.ipynb", "dist", cwd=folder)
    (grader,) = (folder / "dist/autograder").glob("*.zip")
    full, partly = points(asked), earned(asked, wrong(asked))[0]
    for student, text, score in (("right", asked.reference, full), ("wrong", wrong(asked), partly), ("empty", "", 0)):
        handed_in(folder / "dist/student", folder / student, asked, text)
        tool("otter", "run", "-a", grader, "-o", folder / student, folder / student / f"{name}.ipynb", cwd=folder)
        tests = json.loads((folder / student / "results.json").read_text("utf8"))["tests"]
        (result,) = (t for t in tests if t["name"] == name)
        assert (result["score"], result["max_score"]) == (score, full), student
        assert (asked.bugs[0].says in result["output"]) == (student == "wrong")
