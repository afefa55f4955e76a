"""A Sphinx extension: what the pages of the drills and of the quiz load, and the way from a chapter to its drills.

Texts are rendered and formulas typeset here, so that no page needs a script for either. The files
are scripts, not JSON: those can be loaded where the site is opened from a folder, too.
"""

import html
import json
import re
from functools import cache
from pathlib import Path

import practice_data
from docutils import nodes
from markdown_it import MarkdownIt
from mathematics import UNBROKEN, seen_and_listened, typeset
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from sphinx.errors import ExtensionError
from sphinx.util.osutil import relative_uri

from optedu.drill import exercise, exercises

PAGES = {"drill": "book/interview/drill", "quiz": "book/interview/quiz"}


def formula(tex, settings):
    """A formula as the other pages have it: boxes for the eye, MathML for the ear."""
    display = settings["display_mode"]
    done = typeset(tex, display)
    if "error" in done:
        raise ExtensionError(f"formula: {done['error']} in {tex!r}")
    tag = "div" if display else "span"
    return f'<{tag} class="math notranslate nohighlight">{seen_and_listened(done, display)}</{tag}>'


def code(text, language, attributes):
    """Highlighted like the code of the book."""
    lexer = get_lexer_by_name(language or "text")
    inner = highlight(text.rstrip(), lexer, HtmlFormatter(nowrap=True))
    return f'<pre><span></span><code class="highlight">{inner}</code></pre>'


@cache
def renderer():
    return MarkdownIt("commonmark", {"highlight": code}).enable("table").use(dollarmath_plugin, renderer=formula)


def rendered(text):
    pattern, held = UNBROKEN
    return pattern.sub(held, renderer().render(text).strip())


def inline(text):
    return renderer().renderInline(text).strip()


def plain(text):
    """A text that means every character as it stands, code in backticks apart."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def drills(names=None):
    """Key and data of every file on exercises, for drills and their mistakes; of some only, if they are named."""
    yield "scheduler", practice_data.scheduler()
    yield "drills", practice_data.drill_list()
    for asked in exercises() if names is None else map(exercise, names):
        data = practice_data.drill(asked)
        data["task"] = rendered(data["task"])
        data["hints"] = [rendered(hint) for hint in data["hints"]]
        data["formulas"] = {tex: formula(tex, {"display_mode": False}) for tex in data["formulas"]}
        yield f"drill-{asked.name}", data
        cards = practice_data.mistakes(asked)
        for card in cards.values():
            card["question"] = inline(card["question"])
            card |= {key: rendered(card[key]) for key in ("code", "says", "right")}
        yield f"mistakes-{asked.name}", cards


def quizzes(topics=None):
    """Key and data of every file of the quiz page; of some topics only, if they are named."""
    listed = practice_data.quiz_list()
    yield "scheduler", practice_data.scheduler()
    yield "quizzes", listed
    for page in listed["topics"] if topics is None else topics:
        questions = practice_data.quiz(page)
        for data in questions.values():
            data["question"] = plain(data["question"])
            data |= {key: rendered(data[key]) for key in ("short", "deep", "listens", "trap")}
            data["sources"] = [inline(text) for text in data["sources"]]
            data["more"] = [follow_up(one) for one in data["more"]]
        yield f"quiz-{page}", questions


def follow_up(one):
    """A follow-up as a link to its answer, or above it."""
    text = inline(one["text"])
    return f'<a href="{one["to"]}">{text}</a>' if "to" in one else f"<p>{text}</p>{rendered(one['answer'])}"


def write(static, files):
    """Each as a script that hands its data to the page."""
    folder = Path(static) / "drill/data"
    folder.mkdir(parents=True, exist_ok=True)
    for key, data in files:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{key}.js").write_text(f"OpteduPractice.data({json.dumps(key)}, {text});\n", "utf8")


def lead_to_drills(app, doctree, page):
    """Below the heading "Exercises" of a chapter: its drills."""
    asked = [one for one in exercises() if f"book/{one.chapter}" == page]
    if not asked or app.builder.name != "html":
        return
    section = next((one for one in doctree.findall(nodes.section) if one.next_node().astext() == "Exercises"), None)
    if section is None:
        raise ExtensionError(f"{page} has drills, but no heading 'Exercises' to put the way to them")
    said = nodes.paragraph("", "To write from memory, with a grader: ")
    for k, one in enumerate(asked):
        address = relative_uri(app.builder.get_target_uri(page), app.builder.get_target_uri(PAGES["drill"]))
        said += nodes.Text(", " if k else "")
        said += nodes.reference("", one.title, refuri=f"{address}#{one.name}", internal=True)
    said += nodes.Text(".")
    section.insert(1, said)


def ship(app, exception):
    if exception or app.builder.name != "html":
        return
    static = Path(app.outdir) / "_static"
    if PAGES["quiz"] in app.env.found_docs:
        write(static, quizzes())
    if PAGES["drill"] in app.env.found_docs:
        write(static, drills())


def setup(app):
    app.connect("doctree-resolved", lead_to_drills)
    app.connect("build-finished", ship, priority=50)  # before the typesetter is closed, and all is bundled
    return {"parallel_read_safe": True, "parallel_write_safe": True}
