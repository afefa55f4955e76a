"""The pages of the question bank, by topic and by level: ``python -m optedu.drill.pages`` writes them."""

from collections.abc import Iterator
from pathlib import Path

from .bank import LEVELS, Question, load

TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    # page: title, chapters or whole parts
    "foundations": ("Foundations and momentum", ("foundations", "momentum")),
    "adaptive": ("Adaptive methods", ("adaptive",)),
    "adam": ("Adam and its family", ("adam",)),
    "modern": ("Modern and second-order methods", ("modern", "classical")),
    "training": (
        "The training loop",
        tuple(f"practice/{c}" for c in ("training_step", "schedules", "clipping", "parameter_groups")),
    ),
    "scale": (
        "Batch size, memory, precision, many devices",
        tuple(f"practice/{c}" for c in ("batch_size", "memory", "mixed_precision", "sharding")),
    ),
    "experiments": (
        "Experiments, choices, debugging",
        tuple(f"practice/{c}" for c in ("sensitivity", "sgd_or_adam", "choosing", "trouble")),
    ),
}


def topic_of(question: Question) -> str:
    """The page that a question stands on."""
    for page, (_, places) in TOPICS.items():
        if question.chapter in places or question.chapter.split("/")[0] in places:
            return page
    raise ValueError(f"question {question.id!r} of chapter {question.chapter!r} belongs to no topic")


def of_topic(page: str) -> list[Question]:
    """Questions of a page, from basic to staff."""
    found = [q for q in load() if topic_of(q) == page]
    return sorted(found, key=lambda q: LEVELS.index(q.level))


def topic_page(page: str) -> str:
    """All questions of a topic, answers folded, below their levels."""
    title, _ = TOPICS[page]
    questions = of_topic(page)
    lines = [
        f"# Questions: {title}",
        "",
        f"{len(questions)} questions. Say your answer aloud, then open the fold. Every number in an answer is "
        "computed by code that runs as a test. [All questions](../questions.md) has the other topics.",
    ]
    for level in LEVELS:
        chosen = [q for q in questions if q.level == level]
        if chosen:
            lines += ["", f"## {level.capitalize()}", ""]
            lines += [_with_link(q) for q in chosen]
    return "\n".join(lines).rstrip() + "\n"


def _with_link(question: Question) -> str:
    """A question whose fold ends with the way to its chapter."""
    folded, end, rest = question.markdown().rpartition("</details>")
    return f"{folded}[The chapter](../../{question.chapter}.ipynb)\n\n{end}{rest}"


def index_page() -> str:
    """Counts, and every question as one line below its level."""
    questions = load()
    checked = sum(bool(q.check) for q in questions)
    lines = [
        "# The question bank",
        "",
        f"{len(questions)} questions on optimization, from basic to staff. Each has an answer for 30 seconds, one in "
        f"depth, what the interviewer listens for, follow-ups, and the usual trap. {checked} carry code that computes "
        "the numbers in their answers, run as a test. The other answers have no numbers to compute.",
        "",
        "| topic | " + " | ".join(LEVELS) + " |",
        "| --- |" + " --- |" * len(LEVELS),
    ]
    for page, (title, _) in TOPICS.items():
        counts = [sum(q.level == level for q in of_topic(page)) for level in LEVELS]
        lines.append(f"| [{title}](bank/{page}.md) | " + " | ".join(map(str, counts)) + " |")
    for level in LEVELS:
        lines += ["", f"## {level.capitalize()}", ""]
        for page, (title, _) in TOPICS.items():
            chosen = [q for q in of_topic(page) if q.level == level]
            if chosen:
                lines += [f"**[{title}](bank/{page}.md)**", "", *(f"- {_plain(q.question)}" for q in chosen), ""]
    return "\n".join(lines).rstrip() + "\n"


def _plain(text: str) -> str:
    """A question as Markdown that shows its very characters, code apart."""
    parts = text.split("`")
    escaped = [part.translate({ord(c): f"\\{c}" for c in "*_<>[]$|"}) for part in parts[::2]]
    codes = [f"`{part}`" for part in parts[1::2]]
    return "".join(a + b for a, b in zip(escaped, [*codes, ""], strict=True))


def pages() -> Iterator[tuple[str, str]]:
    """Path below ``book/interview/`` and text of every page."""
    yield "questions.md", index_page()
    for page in TOPICS:
        yield f"bank/{page}.md", topic_page(page)


if __name__ == "__main__":
    folder = Path(__file__).resolve().parents[2] / "book" / "interview"
    for path, text in pages():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, "utf8")
