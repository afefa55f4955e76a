"""The pages of the question bank: all questions, by topic and by level."""

import html
import re
from collections.abc import Iterable

from optedu.drill.questions.bank import LEVELS, FollowUp, Question, follow_ups, load
from optedu.drill.questions.topics import TOPICS, of_topic, topic_of

CALLED = {
    "basic": "What everybody who trains networks should know.",
    "mid": "What you derive, implement and compare.",
    "senior": "What you need when it goes wrong, or must be large.",
    "staff": "What you decide, and how you prove it.",
}
"""What a level asks for."""


def topic_page(page: str) -> str:
    """All questions of a topic, each a heading, answers folded, below their levels."""
    title, _ = TOPICS[page]
    questions = of_topic(page)
    lines = [
        "---",
        "html_theme.sidebar_secondary.remove: true",
        "---",
        "",
        f"# Questions: {title}",
        "",
        f"{len(questions)} questions. Say your answer aloud, then open the fold. Every number in an answer is "
        "computed by code that runs as a test. [All questions](../questions.md) has the other topics.",
        "",
        _quizzes(page, [level for level in LEVELS if any(q.level == level for q in questions)]),
    ]
    for level in LEVELS:
        chosen = [q for q in questions if q.level == level]
        if chosen:
            lines += ["", f"## {level.capitalize()}", ""]
            lines += [_whole(q, page) for q in chosen]
    return "\n".join(lines).rstrip() + "\n"


def _quizzes(topic: str, levels: Iterable[str]) -> str:
    """The way to the quiz, with questions of a topic chosen; HTML, since it reads them from its address."""
    ways = [f'<a href="../quiz.html#{topic}/{level}">{level}</a>' for level in levels]
    return f'As a quiz: <a href="../quiz.html#{topic}">all of them</a>, or {", ".join(ways)}.'


def _whole(question: Question, page: str) -> str:
    """A question as a heading, and its answer in a fold that ends with the way to its chapter.

    The anchor with the question's id lies inside: a browser that is sent there opens the fold.
    """
    _, _, rest = question.markdown().partition("</summary>\n")
    body, end, after = rest.rpartition("</details>")
    listed = "\n".join(_follow_up(one, page) for one in follow_ups(question))
    body, found = re.subn(r"(?<=\*\*Follow-ups\.\*\*) [^\n]*", lambda _: f"\n\n{listed}", body)
    if found != bool(question.follow_ups):
        raise ValueError(f"{question.id}: its follow-ups stand {found} times in the answer")
    return (
        f'### {_plain(question.question)}\n\n<details>\n<summary>Answer</summary>\n\n<span id="{question.id}" '
        f'class="answer"></span>\n{body}[The chapter](../../{question.chapter}.ipynb)\n\n{end}{after}'
    )


def _follow_up(one: FollowUp, page: str) -> str:
    """An item of a list: a way to the question that answers it, or the answer."""
    text = html.escape(one.text, quote=False)
    if not one.by:
        return f"- *{one.text}* {one.answer}"
    there = topic_of(one.by)
    address = f"#{one.by.id}" if there == page else f"{there}.html#{one.by.id}"
    return f'- <a href="{address}">{text}</a>'


def level_page(level: str) -> str:
    """All questions of a level with their answers for 30 seconds, by topic."""
    questions = [q for q in load() if q.level == level]
    others = ", ".join(f"[{other}](level_{other}.md)" for other in LEVELS if other != level)
    lines = [
        f"# Questions: {level}",
        "",
        f"{CALLED[level]} {len(questions)} questions with what to say in 30 seconds; *in depth* leads to the full "
        f"answer. The other levels: {others}. [All questions](../questions.md).",
        "",
        f'<a href="../quiz.html#all/{level}">As a quiz</a>.',
    ]
    for page, (title, _) in TOPICS.items():
        chosen = [q for q in questions if topic_of(q) == page]
        if chosen:
            lines += ["", f"## {title}", "", *(_short(q) for q in chosen)]
    return "\n".join(lines).rstrip() + "\n"


def _short(question: Question) -> str:
    """A question with its short answer; the link is HTML, since the anchor is."""
    way = f'<a href="{topic_of(question)}.html#{question.id}">In depth</a>'
    summary = re.search("<summary>.*?</summary>", question.markdown(), re.DOTALL)[0]
    level = f"<em>{question.level}</em> · "
    if summary.count(level) != 1:
        raise ValueError(f"{question.id}: its level stands {summary.count(level)} times in {summary!r}")
    summary = summary.replace(level, "")
    return f"<details>\n{summary}\n\n{question.short}\n\n{way}\n\n</details>\n"


def index_page() -> str:
    """Every question, below its topic; a script makes facets of level, chapter and topic, and answers in place."""
    questions = load()
    checked = sum(bool(q.check) for q in questions)
    lines = [
        "---",
        "html_theme.sidebar_secondary.remove: true",
        "---",
        "",
        "# The question bank",
        "",
        f"{len(questions)} questions on optimization, from basic to staff. Each has an answer for 30 seconds, one in "
        f"depth, what the interviewer listens for, follow-ups, and the usual trap. {checked} carry code that computes "
        "the numbers in their answers, run as a test. The other answers have no numbers to compute.",
        "",
        "To read through, there is a page for each topic: "
        + ", ".join(f"[{title}](bank/{page}.md)" for page, (title, _) in TOPICS.items())
        + ". Or for each level, with the short answers: "
        + ", ".join(f"[{level}](bank/level_{level}.md)" for level in LEVELS)
        + ".",
        "",
        "```{raw} html",
        '<div class="optedu-bank">',
    ]
    for page, (title, _) in TOPICS.items():
        lines += [
            f'<section data-topic="{page}"><h2>{html.escape(title)}</h2>',
            *map(_line, of_topic(page)),
            "</section>",
        ]
    lines += [
        "</div>",
        '<script defer src="../../_static/page.js"></script>',
        '<script defer src="../../_static/drill/load.js"></script>',
        "```",
    ]
    return "\n".join(lines).rstrip() + "\n"


def _line(question: Question) -> str:
    """A question that opens; without scripts on the way to its answer."""
    shown = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(question.question, quote=False))
    return (
        f'<details data-id="{question.id}" data-level="{question.level}" data-chapter="{question.chapter}">'
        f"<summary><em>{question.level}</em> {shown}</summary>"
        f'<p><a href="bank/{topic_of(question)}.html#{question.id}">The answer</a></p></details>'
    )


def _plain(text: str) -> str:
    """A question as Markdown that shows its very characters, code apart."""
    parts = text.split("`")
    escaped = [part.translate({ord(c): f"\\{c}" for c in "*_<>[]$|"}) for part in parts[::2]]
    codes = [f"`{part}`" for part in parts[1::2]]
    return "".join(a + b for a, b in zip(escaped, [*codes, ""], strict=True))
