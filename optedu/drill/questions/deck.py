r"""An Anki deck of questions, numbers and bugs.

A card is known by the id of its question, never by its wording: whoever imports a newer deck
keeps the history of every card. So the numbers below, the names of the fields and the ids of
the bank are fixed for ever.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from textwrap import indent
from typing import Any

from ..grader.exercise_form import Bug, Exercise, edited, exercises
from .bank import Question, follow_ups, load
from .numbers_to_know import Number, numbers
from .topics import topic_of

MODEL = 1_907_260_001
DECKS = {
    "question": (1_907_260_011, "optedu::Questions"),
    "number": (1_907_260_012, "optedu::Numbers to know"),
    "bug": (1_907_260_013, "optedu::Find the bug"),
}
FRONT = "{{Front}}"
BACK = '{{FrontSide}}<hr id="answer">{{Back}}'
STYLE = """
.card { font: 18px/1.5 "Source Sans 3", system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 0 .6rem;
  text-align: left; color: #23282f; background: #fdfcfa; }
.card code, .card pre { font: .86em/1.45 ui-monospace, Menlo, Consolas, monospace; }
.card pre { overflow-x: auto; padding: .6rem .8rem; background: #f4f1ec; border-radius: 6px; }
.card .kind { color: #555d68; font-size: .85em; }
.card del, .card ins { text-decoration: none; display: block; padding: 0 .2rem; }
.card del { background: #fbeeef; } .card ins { background: #eef6f0; }
.card table { border-collapse: collapse; } .card td, .card th { padding: .1rem .6rem; border-bottom: 1px solid #dcd7cd; }
.nightMode.card, .nightMode .card { color: #d3d9e0; background: #14181d; }
.nightMode.card pre, .nightMode .card pre { background: #1f252c; }
.nightMode.card .kind, .nightMode .card .kind { color: #a3adb8; }
.nightMode.card del, .nightMode .card del { background: #2a1a1e; } .nightMode.card ins, .nightMode .card ins { background: #17241d; }
"""  # noqa: E501


@dataclass(frozen=True)
class Card:
    """Two sides, and what a learner's history hangs on.

    Attributes
    ----------
    kind : str
        A key of `DECKS`.
    id : str
        Unique among its kind.
    front, back : str
        HTML; mathematics in Anki's delimiters.
    tags : tuple of str
    """

    kind: str
    id: str
    front: str
    back: str
    tags: tuple[str, ...]

    @property
    def guid(self) -> str:
        """By this Anki knows the card again: from kind and id alone."""
        import genanki

        return genanki.guid_for("optedu", self.kind, self.id)


def cards() -> Iterator[Card]:
    """Every question, every number, every bug of every exercise."""
    to_html = renderer()
    for q in load():
        yield question_card(q, to_html)
    for n in numbers():
        yield number_card(n)
    for e in exercises():
        for bug in e.bugs:
            yield bug_card(e, bug, to_html)


def question_card(q: Question, to_html: Any) -> Card:
    """The question in front; all of its answer behind."""
    follow = "\n\n".join("-" + indent(f"**{one.text}** {one.answer}", "  ")[1:] for one in follow_ups(q))
    answer = [
        q.short, f"**In depth.** {q.deep}", f"**Listens for.** {q.listens}", f"**Trap.** {q.trap}", follow,
        "*Source:* " + "; ".join(q.references),
    ]  # fmt: skip
    front = f'<p class="kind">{q.level}</p>{plain(q.question)}'
    tags = f"optedu::topic::{topic_of(q)}", f"optedu::level::{q.level}", f"optedu::chapter::{_tag(q.chapter)}"
    return Card("question", q.id, front, to_html("\n\n".join(filter(None, answer))), tags)


def number_card(n: Number) -> Card:
    """A number to know: question in front, value and trick behind."""
    back = f"<p><b>{html.escape(str(n))}</b></p><p>{plain(n.trick)}</p><pre>{html.escape(n.code.strip())}</pre>"
    return Card("number", n.id, plain(n.question), back, (f"optedu::topic::{_tag(n.topic)}", "optedu::number"))


def bug_card(e: Exercise, bug: Bug, to_html: Any) -> Card:
    """Wrong code in front; behind, what is wrong, the equation it breaks, and the lines to change."""
    kind = "convention" if bug.convention else "bug"
    asked = "What was not asked for?" if bug.convention else "What is wrong?"
    code = html.escape(edited(e.reference, bug.edits).strip())
    front = f'<p class="kind">{e.level}</p><p>{plain(e.title)}. {asked}</p><pre>{code}</pre>'
    changes = "".join(
        f"<del>{html.escape(new.strip()) or '(missing)'}</del><ins>{html.escape(old.strip())}</ins>"
        for old, new in bug.edits
    )
    name = bug.name.replace("-", " ")
    back = to_html(f"**{name[0].upper()}{name[1:]}.** {bug.says}\n\n$${bug.breaks}$$") + f"<pre>{changes}</pre>"
    tags = f"optedu::level::{e.level}", f"optedu::chapter::{_tag(e.chapter)}", f"optedu::{kind}"
    return Card("bug", f"{e.name}/{bug.name}", front, back, tags)


def plain(text: str) -> str:
    """Text as HTML that shows its very characters, code in backticks apart."""
    parts = [html.escape(part, quote=False) for part in text.split("`")]
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def renderer() -> Any:
    r"""A function from Markdown to HTML that leaves mathematics to Anki, as ``\(…\)`` and ``\[…\]``."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    markdown = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, double_inline=True)

    def between(start: str, end: str) -> Any:
        return lambda self, tokens, i, options, env: start + html.escape(tokens[i].content, quote=False) + end

    markdown.add_render_rule("math_inline", between(r"\(", r"\)"))
    for kind in ("math_inline_double", "math_block", "math_block_label"):
        markdown.add_render_rule(kind, between(r"\[", r"\]"))
    return markdown.render


def write(path: str | PathLike[str]) -> int:
    """Write the deck and return how many cards it has.

    Parameters
    ----------
    path : path
        Of the file, which ends in ``.apkg``. One that is there is replaced.

    Raises
    ------
    ValueError
        If the name does not end so.
    FileNotFoundError
        If the folder does not exist.
    """
    import genanki

    path = Path(path)
    if path.suffix != ".apkg":
        raise ValueError(f"path must end in .apkg, got {str(path)!r}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"path must lie in a folder that exists, got {str(path)!r}")
    model = genanki.Model(
        MODEL, "optedu", fields=[{"name": "Front"}, {"name": "Back"}, {"name": "Id"}],
        templates=[{"name": "Card", "qfmt": FRONT, "afmt": BACK}], css=STYLE,
    )  # fmt: skip
    decks = {kind: genanki.Deck(*named) for kind, named in DECKS.items()}
    all_cards = list(cards())
    for card in all_cards:
        fields = [card.front, card.back, f"{card.kind} {card.id}"]
        note = genanki.Note(model, fields, sort_field=fields[2], guid=card.guid, tags=list(card.tags))
        decks[card.kind].add_note(note)
    genanki.Package(list(decks.values())).write_to_file(str(path))
    return len(all_cards)


def _tag(words: str) -> str:
    """Words as one tag."""
    return words.replace(",", "").replace(" ", "-").replace("/", "::")
