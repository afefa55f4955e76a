"""Runs a cell as Jupyter does: one namespace for all cells, and outputs in the form of a notebook."""

import ast
import builtins
import io
import json
import linecache
import logging
import re
import sys
import time
import traceback
import types
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from . import absent
from .absent import NotHere

Emit = Callable[[str], None]
PAUSE, PIECES = 0.05, 20  # seconds, and how many pieces of printed text are told in that time
SETS_STYLE = re.compile(r"\buse_style\(\)|\brcParams\b")
SHOWN_LETTERS = 200_000  # of what a cell prints
SHOWN = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "text/latex": "_repr_latex_",
}
space: dict[str, Any] = {}
"""The variables of the reader: those of `__main__`, where pickle and dataclasses look for them."""
put_off: list[str] = []
"""Statements that set how figures look, and wait for matplotlib."""
lost: dict[str, str] = {}
"""Names that a cell would have bound if what it needs were here, and what it needs."""
emit: Emit = lambda text: None  # noqa: E731  (the worker's, once it has one)


class Printed(io.TextIOBase):
    """What is printed: line by line as it comes, so that it is read while a cell runs. What prints without end comes
    in larger pieces, and only its beginning: the page must stay alive."""

    def __init__(self, name: str) -> None:
        self.name, self.waiting, self.left = name, "", SHOWN_LETTERS
        self.last, self.pieces = 0.0, 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        (sys.stderr if self is sys.stdout else sys.stdout).flush()  # in the order in which they were printed
        self.waiting += text
        now = time.monotonic()
        if now - self.last > PAUSE:
            self.last, self.pieces = now, 0
        if "\n" in text and self.pieces < PIECES:
            self.pieces += 1
            self.flush()
        return len(text)

    def flush(self) -> None:
        text, self.waiting = self.waiting[: self.left], ""
        self.left -= len(text)
        if text:
            end = "" if self.left else "\n… more was printed than is shown here.\n"
            say({"output_type": "stream", "name": self.name, "text": text + end})


def say(output: dict[str, Any]) -> None:
    if output["output_type"] != "stream":
        sys.stdout.flush()
        sys.stderr.flush()
    emit(json.dumps(output))


def bundle(thing: Any) -> dict[str, str]:
    """The representations of an object by their types, as a notebook has them."""
    data = {}
    for kind, name in SHOWN.items():
        method = getattr(type(thing), name, None)
        if method is not None and (made := method(thing)) is not None:
            data[kind] = made
    return {**data, "text/plain": repr(thing)}


def display(*things: Any) -> None:
    """Show objects in the output of the cell that runs."""
    for thing in things:
        say({"output_type": "display_data", "metadata": {}, "data": bundle(thing)})


def begin(told: Emit) -> None:
    """Make this the place in which cells run."""
    global emit
    emit = told
    main = sys.modules["__main__"]
    vars(main).update(display=display)
    space.clear()
    globals()["space"] = vars(main)
    builtins.display = display  # type: ignore[attr-defined]
    shown = types.ModuleType("IPython.display")
    vars(shown).update(display=display, **{name: _of_kind(kind) for name, kind in KINDS.items()})
    sys.modules |= {"IPython": types.ModuleType("IPython"), "IPython.display": shown}
    vars(sys.modules["IPython"]).update(display=shown, get_ipython=lambda: None)  # matplotlib asks for it
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # that it looks for its fonts is no news
    absent.begin()


KINDS = {"Markdown": "_repr_markdown_", "HTML": "_repr_html_", "SVG": "_repr_svg_", "Math": "_repr_latex_"}


def _of_kind(method: str) -> type:
    """A class of IPython.display: a text of one kind."""
    name = next(name for name, known in KINDS.items() if known == method)
    return type(name, (), {
        "__init__": lambda self, data: setattr(self, "data", data),
        "__repr__": lambda self: f"<IPython.core.display.{name} object>",
        method: lambda self: self.data,
    })  # fmt: skip


def run(source: str, name: str) -> str:
    """Run a cell; its outputs are told one by one. What it lacked to run through, or "", or "error".

    A statement that lacks something is left out, and those below it still run: other cells need what they make.
    """
    filename = f"<cell {name}>"
    linecache.cache[filename] = len(source), None, source.splitlines(keepends=True), filename
    old = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Printed("stdout"), Printed("stderr")
    lacks = ""
    try:
        tree = ast.parse(source, filename)
        future = [s for s in tree.body if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
        last = tree.body.pop() if shows_last(tree, source) else None
        for statement in tree.body:
            code = compile(ast.Module([*future, statement], []), filename, "exec")
            lacks = _attempt(lambda code=code: exec(code, space), statement) or lacks  # noqa: S102
        if last is not None:
            code = compile(ast.Expression(last.value), filename, "eval")  # type: ignore[attr-defined]
            lacks = _attempt(lambda: show_result(eval(code, space)), last) or lacks
        show_figures()
        return lacks
    except BaseException as error:
        if lacks:  # it misses what a statement above would have made
            return lacks
        with suppress(Exception):  # a figure that was left half done
            show_figures()
        say({"output_type": "error", **told(error)})
        return "error"
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = old


def _attempt(action: Callable[[], None], statement: ast.stmt) -> str:
    """What it lacks, or ""; any other error is raised."""
    try:
        action()
    except BaseException as error:
        if not (what := lacking(error)):
            raise
        if what == absent.LATER and SETS_STYLE.search(text := ast.unparse(statement)):
            put_off.append(text)
            return ""
        lost.update(dict.fromkeys(binds(statement), what))
        return what
    return ""


def show_result(value: Any) -> None:
    if value is not None:
        say({"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": bundle(value)})


def show_figures() -> None:
    """Figures that are still open are shown, as Jupyter does at the end of a cell."""
    if "in_page.figures" in sys.modules:
        sys.modules["in_page.figures"].show()


def shows_last(tree: ast.Module, source: str) -> bool:
    """Whether a cell ends with an expression, which Jupyter shows unless a semicolon follows."""
    return bool(tree.body) and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";")


def lacking(error: BaseException) -> str:
    """What a cell would need that no page has, if that is what the error says."""
    if isinstance(error, NotHere):
        return error.what
    if isinstance(error, ModuleNotFoundError):
        return absent.ELSEWHERE.get((error.name or "").partition(".")[0], "")
    if isinstance(error, NameError):
        return lost.get(error.name or "", "") if error.name not in space else ""
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return "threads"
    return lacking(error.__cause__) if error.__cause__ else ""


def binds(statement: ast.stmt) -> set[str]:
    """The names that a statement binds for those below it."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
    return found


def told(error: BaseException) -> dict[str, Any]:
    """An error as a notebook keeps it; the traceback begins in the cell."""
    frames = traceback.TracebackException(type(error), error, error.__traceback__, compact=True)
    while frames.stack and frames.stack[0].filename == __file__:
        frames.stack.pop(0)
    return {"ename": type(error).__name__, "evalue": str(error), "traceback": ["".join(frames.format())]}
