"""Words to and from a terminal: readable in color and without, wide or narrow, and over a pipe."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TextIO

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec
from pylatexenc.latex2text import get_default_latex_context_db as text_macros
from pylatexenc.latexwalker import get_default_latex_context_db as parser_macros
from pylatexenc.macrospec import std_macro
from rich.console import Console
from rich.markdown import Markdown
from rich.theme import Theme

# Fenced code first: its dollars and backticks are its own.
PIECES = re.compile(r"(```.*?```|`[^`]*`)|\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


def math(tex: str) -> str:
    r"""A formula in plain characters: ``\gamma\sqrt{\hat v}`` becomes ``γ√(v̂)``."""
    for side in ("vert", "Vert"):  # the converter would leave a space within the bars
        tex = re.sub(rf"\\l{side}\s*|\s*\\r{side}(?![a-z])", "|" if side == "vert" else "‖", tex)
    converter, grammar = _converter()
    text = converter.latex_to_text(f"${tex}$", latex_context=grammar)
    return re.sub(r"\s+", " ", text).strip()


@cache
def _converter() -> tuple[LatexNodes2Text, Any]:
    """The converter, and the macros that its parser must know."""

    def part(node: Any, to: LatexNodes2Text) -> str:
        text = to.nodelist_to_text([node]).strip("{} ")
        return text if re.fullmatch(r"[\w.^]*", text) else f"({text})"

    # Without the parentheses \frac12 a would be shown as 1/2a.
    def fraction(node: Any, l2tobj: LatexNodes2Text) -> str:
        above, below = node.nodeargd.argnlist
        return f"({part(above, l2tobj)}/{part(below, l2tobj)})"

    shown: dict[str, Any] = dict.fromkeys(("frac", "tfrac", "dfrac"), fraction)
    shown |= {"ne": "≠", "preceq": "≼", "perp": "⊥", "mp": "∓", "bmod": " mod ", "binom": "C(%s,%s)"}
    shown |= {"operatorname": "%s", "overline": "mean(%s)"}
    known, grammar = text_macros(), parser_macros()
    known.add_context_category("optedu", prepend=True, macros=[MacroTextSpec(*item) for item in shown.items()])
    known.set_unknown_macro_spec(MacroTextSpec("", lambda node: f"{node.macroname} "))  # better its name than nothing
    two, one = ("tfrac", "dfrac", "binom"), ("operatorname", "overline")
    taken = [std_macro(name, "{{") for name in two] + [std_macro(name, "{") for name in one]
    grammar.add_context_category("optedu", prepend=True, macros=taken)
    # Braces are kept: x^{t-1} without them would be another formula.
    converter = LatexNodes2Text(
        math_mode="text", keep_braced_groups=True, keep_braced_groups_minlen=2, latex_context=known
    )
    return converter, grammar


def readable(markdown: str) -> str:
    """Markdown whose formulas are code spans (inline) and code blocks (displayed) in plain characters."""

    def replace(match: re.Match[str]) -> str:
        code, displayed, inline = match.groups()
        if code is not None:
            return code
        return f"\n\n```text\n{math(displayed)}\n```\n\n" if displayed is not None else f"`{math(inline)}`"

    return PIECES.sub(replace, markdown)


class Terminal:
    """Shows Markdown and asks questions.

    Parameters
    ----------
    out, source : text stream, optional
        Where to write, and where answers come from: ``sys.stdout`` and ``sys.stdin`` at the time of the call.
    width : int, optional
        Columns; those of the terminal by default, 80 over a pipe.
    """

    def __init__(self, out: TextIO | None = None, source: TextIO | None = None, width: int | None = None) -> None:
        self.source: TextIO = sys.stdin if source is None else source
        if out is None and hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # a terminal without γ shows a question mark, not a traceback
        # Formulas and names are bold: no color reads well on both a dark and a light ground.
        theme = Theme({"markdown.code": "bold"})
        self.console: Console = Console(file=out, width=width, theme=theme, highlight=False, markup=False, emoji=False)

    def show(self, markdown: str) -> None:
        """Markdown, its formulas in plain characters."""
        with self.console.capture() as drawn:
            self.console.print(Markdown(readable(markdown), code_theme="ansi_dark", hyperlinks=False))
        self.console.file.write(re.sub(r" +$", "", drawn.get(), flags=re.MULTILINE) + "\n")  # lines are padded

    def write(self, code: str) -> None:
        """Code exactly as it is, so that it can be copied and pasted."""
        self.console.file.write(code + "\n")

    def say(self, text: str = "") -> None:
        """Plain text, wrapped at words."""
        self.console.print(text)

    @contextmanager
    def working(self, text: str) -> Iterator[Callable[[str], None]]:
        """While this takes long: a sign that it goes on, in a terminal, and what gives it another text; over a pipe
        nothing."""
        if self.console.is_terminal:
            with self.console.status(text) as status:
                yield status.update
        else:
            yield lambda text: None

    def rule(self, title: str) -> None:
        """A heading that needs neither color nor width."""
        self.console.print(f"== {title} ==", style="bold")
        self.console.print()

    def ask(self, prompt: str, understand: Callable[[str], Any] = str) -> Any:
        """What `understand` makes of one line; None at the end of the input.

        A line for which `understand` raises ValueError is asked for again, with the error's words.
        """
        while True:
            self.console.print(prompt, end=" ")
            line = self.source.readline()
            if not getattr(self.source, "isatty", bool)():
                self.console.print()  # over a pipe nobody has pressed Enter
            if not line:
                return None
            try:
                return understand(line.strip())
            except ValueError as error:
                self.say(str(error))


def choice(options: Sequence[str], more: Sequence[str] = ()) -> Callable[[str], str]:
    """Understands an option's number (from 1), its name, or a beginning of it that fits no other.

    `more` are further words, taken by name or beginning only.
    """

    def understand(line: str) -> str:
        if line.isdecimal() and 1 <= int(line) <= len(options):
            return options[int(line) - 1]
        fitting = [o for o in (*options, *more) if line and o.lower().startswith(line.lower())]
        exact = [o for o in fitting if o.lower() == line.lower()]
        if len(exact or fitting) == 1:
            return (exact or fitting)[0]
        raise ValueError(f"{line!r} is none of 1 to {len(options)}" + "".join(f", {word}" for word in more) + ".")

    return understand
