"""The command line: exit codes that mean something, and words that can be read anywhere."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import optedu
from optedu import __main__ as cli
from optedu.drill.grader.exercise_form import edited, exercise, exercises
from optedu.drill.questions import bank
from optedu.drill.questions.find_bug import puzzle
from optedu.drill.questions.history import History
from optedu.drill.terminal import PIECES, Terminal, choice, math, readable
from optedu.lab.exported import Cell

NAME = "clip_norm"


class Tty(io.StringIO):
    """A terminal, as far as a program can tell."""

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """No test sees the data folder, the working folder or the terminal of whoever runs it."""
    monkeypatch.setenv("OPTEDU_HISTORY", str(tmp_path / "history.json"))
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*words, stdin=""):
        """Exit code, output and error output of ``optedu ...words``."""
        monkeypatch.setattr(sys, "argv", ["optedu", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


def answer(bug=None):
    """A file with the reference, or with one of its bugs."""
    asked = exercise(NAME)
    Path("mine.py").write_text(edited(asked.reference, asked.bugs[bug].edits if bug is not None else ()))
    return "mine.py"


WRONG = {
    "no command": ([], "Usage"),
    "an unknown command": (["dril"], "dril"),
    "an unknown exercise": (["drill", "clip_nrm"], "clip_norm"),
    "no such file": (["drill", NAME, "nowhere.py"], "nowhere.py"),
    "a fifth hint": (["drill", NAME, "--hint", "5"], "--hint"),
    "an unknown topic": (["quiz", "--topic", "cooking"], "cooking"),
    "an unknown level": (["quiz", "--level", "expert"], "expert"),
    "an unknown level of a mock": (["mock", "--level", "expert"], "expert"),
    "no time": (["mock", "--minutes", "0"], "minutes"),
    "an unknown puzzle": (["find-bug", "--exercise", "clip_nrm"], "clip_norm"),
    "a deck in another format": (["deck", "cards.csv"], ".apkg"),
    "a rule for another library": (["export", "adamw", "--to", "keras"], "keras"),
    "a rule without a name": (["export"], "say what is to be written"),
    "a new file that is no Python": (["new", "my_rule.txt"], "must end in .py"),
    "a new file that no rule can be named after": (["new", "my-rule.py"], "'my-rule'"),
    "an unknown rule": (["export", "adamv"], "there is no optimizer 'adamv'"),
    "a rule that is not written out": (["export", "soap"], "SOAP is not written out for torch: it calls linalg.qr"),
    "a matrix of nothing": (["export", "adamv", "--matrix"], "adamv"),
    "a sheet in another format": (["sheet", "sheet.doc"], ".pdf"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_is_two_and_says_why(case, run):
    words, said = WRONG[case]
    code, out, err = run(*words)
    assert code == 2 and said in out + err and "Traceback" not in err
    assert not list(Path().glob("*")), "nothing was written"


def test_help(run):
    for words in (
        [],
        ["drill"],
        ["quiz"],
        ["progress"],
        ["mock"],
        ["find-bug"],
        ["deck"],
        ["sheet"],
        ["export"],
        ["new"],
        ["course"],
    ):
        code, out, _ = run(*words, "--help")
        assert code == 0 and "Usage: optedu" in out and "\x1b" not in out


def test_drill_shows_the_list_the_task_and_as_many_hints_as_asked_for(run):
    for words in (["drill"], ["drill", "--list"]):
        code, out, _ = run(*words)
        assert code == 0 and all(e.name in out and e.title in out for e in exercises())
    code, out, _ = run("drill", NAME)
    assert code == 0 and exercise(NAME).title in out and f"def {NAME}(" in out
    for count in (1, 2, 3, 4):
        code, out, _ = run("drill", NAME, "--hint", str(count))
        shown = [kind in out for kind in ("Idea.", "Observation.", "Equation.", "Code.")]
        assert code == 0 and shown == [True] * count + [False] * (4 - count)


@pytest.mark.parametrize("name", [NAME, "adam"])
def test_the_task_comes_with_a_file_and_a_starter_that_can_be_pasted(run, name):
    starter = exercise(name).starter.strip() + "\n"
    own = Path(f"my_{name}.py")
    _, out, _ = run("drill", name.upper())
    assert f"\n{starter}" in out and own.read_text() == starter and str(own) in out
    code, out, _ = run("drill", name, str(own))
    assert code == 1 and "Nothing written yet" in out and "--hint 1" in out
    own.write_text("mine\n")
    assert "written so far" in run("drill", name)[1] and own.read_text() == "mine\n"


def test_fences_and_indents_are_taken_off(run):
    text = exercise(NAME).reference
    for given in (f"Here it is:\n\n```python\n{text}```\nDone.\n", f"```\n{text}\n```", text.replace("\n", "\n    ")):
        given = given if given.startswith(("Here", "```")) else "    " + given
        assert run("drill", NAME, "-", stdin=given)[0] == 0, given


def test_watch_grades_on_every_save_until_it_passes(run, monkeypatch):
    right, asked = exercise(NAME).reference, exercise(NAME)
    saves = iter([edited(right, asked.bugs[0].edits), edited(right, asked.bugs[1].edits), right])
    monkeypatch.setattr(cli.time, "sleep", lambda seconds: Path(f"my_{NAME}.py").write_text(next(saves)))
    code, out, _ = run("drill", NAME, "--watch")
    said = ["Nothing written yet", asked.bugs[0].name, asked.bugs[1].name, "Next: "]
    assert code == 0 and sorted(map(out.index, said)) == [out.index(s) for s in said]


def test_watch_ends_with_ctrl_c(run, monkeypatch):
    def pressed(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.time, "sleep", pressed)
    assert run("drill", NAME, "--watch")[0] == 1


def test_drill_passes_right_code_with_zero(run):
    code, out, _ = run("drill", NAME, answer())
    assert code == 0 and "passed" in out and "Next: " in out
    assert run("drill", NAME, "-", stdin=Path("mine.py").read_text())[:2] == (0, out)
    assert History().due() == {}


def test_drill_names_a_mistake_with_one_and_records_it(run):
    bug = next(k for k, b in enumerate(exercise(NAME).bugs) if not b.convention)
    code, out, _ = run("drill", NAME, answer(bug))
    name = exercise(NAME).bugs[bug].name
    assert code == 1 and name in out and "quiz --topic mistakes" in out
    assert list(History().due()) == [f"bug/{NAME}/{name}"]
    code, out, _ = run("quiz", "--topic", "mistakes", stdin="\n4\n")
    assert code == 0 and "Answers rated: 1." in out
    assert "Nothing is due. The next card is due on 20" in run("quiz", "--topic", "mistakes")[1]


def test_a_convention_is_told_but_is_no_mistake_to_repeat(run):
    bug = next(k for k, b in enumerate(exercise(NAME).bugs) if b.convention)
    code, out, _ = run("drill", NAME, answer(bug))
    assert code == 1 and "convention" in out and History().due() == {}


@pytest.mark.parametrize("text", ["def clip_norm(", "raise SystemExit(0)", "def clip_norm(a, b): return 1/0", "1"])
def test_drill_meets_code_that_cannot_run_with_words(run, text):
    Path("mine.py").write_text(text)
    code, out, err = run("drill", NAME, "mine.py")
    assert code == 1 and "not passed" in out and "Traceback" not in out + err


def test_quiz_saves_each_rating_and_ends_with_the_input(run):
    code, out, _ = run("quiz", "--topic", "adam", "--level", "senior", stdin="\n3\n\n2\n")
    assert code == 0 and out.count("== adam, senior, ") == 3 and "Answers rated: 2." in out
    assert len(History().due()) == 2
    assert run("quiz", "--random", "--seed", "1")[1] == run("quiz", "--random", "--seed", "1")[1]
    assert run("quiz", "--random", "--seed", "1")[1] != run("quiz", "--random", "--seed", "2")[1]


@pytest.mark.parametrize(
    ("options", "stdin", "code"), [((), "", 1), ((), "no\n", 1), ((), "\nyes\n", 0), (("--yes",), "", 0)]
)
def test_reset_asks_first(run, options, stdin, code):
    run("quiz", stdin="\n3\n")
    assert len(History().due()) == 1
    assert run("quiz", "--reset", *options, stdin=stdin)[0] == code
    assert len(History().due()) == code


def test_yes_alone_forgets_nothing(run):
    run("quiz", stdin="\n3\n")
    run("quiz", "--yes")
    assert len(History().due()) == 1


def test_a_damaged_history_is_told_and_the_quiz_goes_on(run):
    Path("history.json").write_text("{")
    code, out, err = run("quiz", stdin="\n3\n")
    assert code == 0 and "history.damaged.json" in err and "Answers rated: 1." in out


def test_a_history_that_cannot_be_written_is_told(run, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("OPTEDU_HISTORY", str(tmp_path / "file" / "history.json"))
    code, out, err = run("quiz", stdin="\n3\n")
    assert code == 2 and "Traceback" not in err and err.startswith("optedu: no answer could be saved in ")
    assert not out, "before the first question"
    bug = next(k for k, b in enumerate(exercise(NAME).bugs) if not b.convention)
    code, out, _ = run("drill", NAME, answer(bug))
    assert code == 1 and exercise(NAME).bugs[bug].name in out and "could not be saved" in out


def test_find_bug_tells_right_from_wrong(run):
    asked = puzzle(3)
    wrong = next(c for c in asked.choices if c != asked.answer)
    code, out, _ = run("find-bug", "--seed", "3", stdin=f"z\n{asked.answer}\n")
    assert code == 0 and "Right." in out and "one of" in out
    code, out, _ = run("find-bug", "--seed", "3", stdin=f"{wrong}\n")
    assert code == 1 and "Not right." in out
    assert run("find-bug", "--seed", "3")[0] == 1
    assert f"({NAME}," in run("find-bug", "--exercise", NAME)[1]


def test_deck_and_sheet_are_written_where_asked(run, monkeypatch):
    from optedu.drill.interview import cheat_sheet
    from optedu.drill.questions import deck

    for module, name in [(deck, "write"), (cheat_sheet, "write_html"), (cheat_sheet, "write_pdf")]:
        monkeypatch.setattr(module, name, lambda path, n=name: Path(path).write_text(n))
    for command, path, name in [
        ("deck", "a.apkg", "write"),
        ("sheet", "a.html", "write_html"),
        ("sheet", "a.pdf", "write_pdf"),
    ]:
        assert run(command, path)[:2] == (0, f"Written: {path}\n") and Path(path).read_text() == name


def test_as_a_program():
    command = [sys.executable, "-m", "optedu", "quiz"]
    done = subprocess.run(command, input="\n3\n", capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0 and "Answers rated: 1." in done.stdout and not done.stderr


@pytest.mark.parametrize("missing", ["typer", "rich.console", "pylatexenc.latex2text"])
def test_without_its_libraries_it_says_what_to_install(missing):
    code = f"import sys; sys.modules[{missing!r}] = None; from optedu.__main__ import main"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2 and "extra 'drill'" in done.stderr and "Traceback" not in done.stderr


# What a terminal shows


def shown(monkeypatch, text, tty=True, **environment):
    out = Tty() if tty else io.StringIO()
    for name, value in {"TERM": "xterm-256color", **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", out)
    terminal = Terminal(source=io.StringIO("\n"))
    terminal.rule("adam, senior")
    terminal.show(text)
    terminal.ask("Why?")
    return out.getvalue()


TEXT = "# Head\n\n**Bold** `code` and $\\gamma_t$\n\n- item [link](https://example.org)\n\n```python\nx = 1\n```"
COLOR = re.compile(r"\x1b\[(?:\d+;)*(?:3|4|9)\d(?:;\d+)*m")


@pytest.mark.parametrize("is_terminal", [True, False])
def test_what_takes_long_says_that_it_goes_on(is_terminal, monkeypatch):
    """Over a pipe there is nothing but the result."""
    out = io.StringIO()
    out.isatty = lambda: is_terminal
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal(out)
    with terminal.working("Grading") as tell:
        terminal.say("the result")
        tell("Looking")
    assert "the result" in out.getvalue()
    assert ("Grading" in out.getvalue(), "Looking" in out.getvalue()) == (is_terminal, is_terminal)


def test_color_only_where_it_is_wanted(monkeypatch):
    assert COLOR.search(shown(monkeypatch, TEXT))
    assert not COLOR.search(shown(monkeypatch, TEXT, NO_COLOR="1"))


@pytest.mark.parametrize("how", [{"tty": False}, {"TERM": "dumb"}], ids=str)
def test_no_escape_codes_over_a_pipe_or_on_a_dumb_terminal(monkeypatch, how):
    text = shown(monkeypatch, TEXT, **how)
    assert "\x1b" not in text and not re.search(r"[ \t]\n", text.replace("Why? \n", ""))
    assert all(word in text for word in ("Head", "Bold", "code", "γ_t", "item", "x = 1", "== adam, senior =="))


def test_nothing_is_wider_than_a_narrow_terminal(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    shows = [
        run("drill", NAME),
        run("drill", NAME, answer(0)),
        run("quiz", stdin="\n3\n" * 4),
        run("mock", "--seed", "1", stdin="s\nb\n\n3\n\n\n3\n\n\n3\n\n1\n"),
        run("mock", "--scenario", "--seed", "1", stdin="\na\n\ny\nn\ny\nn\n"),
    ]
    for _, out, _ in shows:
        # Only a name of a file cannot be broken.
        assert max(len(line) for line in out.splitlines() if os.sep not in line) <= 40


def test_an_encoding_without_greek_shows_a_question_mark():
    command = [sys.executable, "-c", "from optedu.drill.terminal import Terminal; Terminal().show('$\\\\gamma$ is 1')"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0 and done.stdout.startswith("? is 1")


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"\gamma\sqrt{\hat v}", "γ√(v̂)"),
        (r"\beta_2^{t-k}|g_k|", "β_2^{t-k}|g_k|"),
        (r"\frac L2\theta^2", "(L/2)θ^2"),
        (r"\frac{1-\beta_1}{\sqrt{1-\beta_2}}", "((1-β_1)/(√(1-β_2)))"),
        (r"\tfrac12 a", "(1/2) a"),
        (r"\lVert g \rVert \ne 0", "‖g‖ ≠ 0"),
        (r"\binom nk", "C(n,k)"),
        (r"\unheardof x", "unheardof x"),
    ],
)
def test_a_formula_in_plain_characters_means_the_same(tex, plain):
    assert math(tex) == plain


LAYOUT = "bigl bigr Bigl Bigr begin end left right quad text textstyle mathrm operatorname".split()
"""What may leave no trace in plain characters."""


def test_no_macro_of_the_bank_or_of_the_drills_is_dropped():
    texts = [t for q in bank.load() for t in (q.short, q.deep, q.listens, q.trap)]
    texts += [t for e in exercises() for t in (e.task, e.explanation, *e.hints)]
    texts += [f"${b.breaks}$" for e in exercises() for b in e.bugs]
    formulas = {a or b for t in texts for code, a, b in PIECES.findall(t) if not code}
    assert len(formulas) > 1000 and not [f for f in formulas if "\\" in math(f) or not math(f)]
    macros = {m for f in formulas for m in re.findall(r"\\([A-Za-z]+)", f)} - set(LAYOUT)
    assert not [m for m in macros if math(rf"\{m}{{a}}{{b}}").strip("{}") in ("", "a", "b", "ab", "a}{b")]


def test_code_keeps_its_dollars():
    for text in ("`$x` costs `4$`", "```\n$a$\n```"):
        assert readable(text) == text
    assert readable("`a` and $\\mu$") == "`a` and `μ`"


def test_a_choice_is_a_number_a_name_or_a_beginning():
    understand = choice(["again", "hard", "good"], more=["help"])
    assert [understand(line) for line in ("1", "ag", "GOOD", "ha", "help")] == [
        "again",
        "again",
        "good",
        "hard",
        "help",
    ]
    for line in ("", "0", "4", "h", "x"):
        with pytest.raises(ValueError, match=re.escape(repr(line))):
            understand(line)


def test_a_rule_is_written_to_the_standard_output(run):
    for words, compiled in ((["export", "AdamW"], False), (["export", "adamw", "--to", "torch", "--compile"], True)):
        assert run(*words) == (0, optedu.export(optedu.AdamW, "torch", compile=compiled), "")
    Path("mine.py").write_text("def plain(g, p, *, lr=0.1):\n    return (p - lr * g,)  # γ\n", "utf8")
    code, out, _ = run("export", "mine.py", "--to", "jax")
    assert code == 0 and "\ndef Plain(lr=0.1):\n" in out and "# γ" in out
    assert run("export", "mine.py:plain", "--to", "jax") == (0, out, "")


def test_the_matrix_of_one_optimizer_is_printed(run, monkeypatch):
    monkeypatch.setattr("optedu.lab.exported.measured", lambda entry, *cell: Cell(entry.name, *cell[:2], 2e-13, ""))
    code, out, _ = run("export", "lion", "--matrix")
    assert code == 0 and out.splitlines()[1].split() == ["Lion", *["1e-12"] * 4]
    monkeypatch.setattr("optedu.lab.exported_sharded.measured", lambda entries: {e.name: 3e-15 for e in entries})
    code, out, _ = run("export", "lion", "--matrix", "--processes")
    assert out.splitlines()[0].endswith(" torch processes") and out.splitlines()[1].split()[-1] == "1e-14"
    code, _, err = run("export", "lion", "--processes")
    assert code and "--processes is for the matrix" in err


def test_progress_goes_through_a_file(run, monkeypatch, tmp_path):
    run("quiz", stdin="\n3\n\n4\n")
    before = History().due()
    code, out, _ = run("progress", "export", "mine.json")
    assert code == 0 and "mine.json, with 2 cards" in out
    monkeypatch.setenv("OPTEDU_HISTORY", str(tmp_path / "another.json"))
    assert History().due() == {}
    code, out, _ = run("progress", "import", "mine.json")
    assert code == 0 and "Read: 2 cards." in out and History().due() == before
    damaged = json.loads(Path("mine.json").read_text())
    name = next(iter(damaged["cards"]))
    damaged["cards"][name]["due"] = None
    Path("mine.json").write_text(json.dumps(damaged))
    code, out, _ = run("progress", "import", "mine.json")
    assert code == 0 and name in out and "Read: 1 card." in out and History().due() == before


@pytest.mark.parametrize("words", [["export", "mine.txt"], ["import", "nothing.json"], ["import", "mine.py"]])
def test_progress_says_what_is_no_use(run, words):
    Path("mine.py").write_text("x = 1\n")
    code, _, err = run("progress", *words)
    assert code == 2 and words[1] in err and "Traceback" not in err and Path("mine.py").read_text() == "x = 1\n"
