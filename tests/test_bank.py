"""The question bank is well formed, and every number in an answer is computed."""

import re
from collections import Counter
from pathlib import Path

import pytest
from generated import questions
from sampling import one_in

from optedu.drill.questions import bank, topics

QUESTIONS = bank.load()
BOOK = Path(__file__).resolve().parents[1] / "book"
# A number that somebody worked out: a decimal or at least two digits, but not the year of a paper or a name (CIFAR-10).
COMPUTED = re.compile(r"(?<![\w.^])(?<![A-Z]-)(?!(?:19|20)\d\d\b)(?:\d+\.\d+|\d{2,})")


@pytest.mark.parametrize("question", one_in(3, QUESTIONS), ids=lambda q: q.id)
def test_check_computes_the_numbers(question):
    if question.check:
        exec(compile(question.check, question.id, "exec"), {})
    else:
        numbers = COMPUTED.findall(question.short + question.deep)
        assert not numbers, f"no check computes {numbers}"


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.check], ids=lambda q: q.id)
def test_check_asserts(question):
    assert "assert" in question.check


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_every_follow_up_is_answered(question):
    """By another question, or by a text whose numbers are computed."""
    known = dict(bank.replies().get(question.id, {}))
    check = known.pop("check", "")
    assert set(known) == set(question.follow_ups), "a follow-up without an answer, or an answer to none"
    for one in bank.follow_ups(question):
        assert one.by is not question, f"{one.text} is answered by its own question"
        assert one.answer.count("$") % 2 == 0
        assert one.by or len(one.answer.split()) >= 5, f"{one.text} is neither linked nor answered"
        assert one.by or check or not COMPUTED.findall(one.answer), f"no check computes {one.answer}"
    assert not check or "assert" in check
    exec(compile(check, f"follow-ups of {question.id}", "exec"), {})


def test_who_is_sent_to_another_question_gets_its_deep_answer_too():
    """What the follow-up asks is often said there, and not in the answer of 30 seconds."""
    linked = [one for question in QUESTIONS for one in bank.follow_ups(question) if one.by]
    assert len(linked) >= 100
    for one in linked:
        assert one.answer.startswith(one.by.short) and one.answer.endswith(one.by.deep), one.text


def test_answers_belong_to_questions():
    assert set(bank.replies()) <= {q.id for q in QUESTIONS}
    assert sum(len(q.follow_ups) for q in QUESTIONS) >= 1169


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_reads_as_plain_text_where_no_mathematics_is_typeset(question):
    assert "$" not in question.question
    for text in (question.short, question.deep, question.listens, question.trap):
        assert text and text.count("$") % 2 == 0
    assert question.references


def test_every_chapter_has_its_questions():
    counts = Counter(q.chapter for q in QUESTIONS)
    parts = ("foundations", "momentum", "adaptive", "adam", "modern", "classical", "practice", "large_models")
    chapters = [p.relative_to(BOOK).with_suffix("").as_posix() for part in parts for p in (BOOK / part).glob("*.ipynb")]
    assert chapters
    assert {c: counts[c] for c in chapters if counts[c] < 8} == {}
    assert set(counts) <= {*chapters, "interview/write_it"}, "questions for a chapter that does not exist"


def test_levels_are_spread():
    levels = Counter(q.level for q in QUESTIONS)
    assert min(levels[level] for level in bank.LEVELS) >= len(QUESTIONS) // 10


GOOD = dict(
    id="a-b", topic="t", chapter="c", level="mid", question="?", short="s", deep="d",
    listens="l", trap="t", follow_ups=[], references=["r"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"level": "hard"}, "hard"),
        ({"id": "A b"}, "A b"),
        ({"colour": "red"}, "colour"),
        ({"trap": None}, "trap"),
    ],
)
def test_a_malformed_question_is_refused(change, message):
    entry = {k: v for k, v in {**GOOD, **change}.items() if v is not None}
    with pytest.raises(ValueError, match=message):
        bank.read_question("file.toml", entry)
    assert bank.read_question("file.toml", GOOD).follow_ups == ()


def test_a_file_without_questions_is_named(tmp_path, monkeypatch):
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "half.toml").write_text('topic = "t"\nchapter = "c"\n')
    monkeypatch.setattr(bank, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match=r"half.toml has no \['question'\]"):
        bank.load.__wrapped__()


def test_an_unknown_chapter_is_refused():
    with pytest.raises(ValueError, match="no/such"):
        bank.show_questions("no/such")


def test_questions_are_shown_in_order_of_level_with_the_answer_behind_a_fold():
    text = bank.show_questions("adam/bias_correction").text
    levels = [bank.LEVELS.index(level) for level in re.findall(r"<summary><em>(\w+)</em>", text)]
    assert levels == sorted(levels)
    assert text.count("<details>") == text.count("</details>") == len(levels)


def test_every_question_stands_on_one_page():
    shown = [q.id for page in topics.TOPICS for q in topics.of_topic(page)]
    assert sorted(shown) == sorted(q.id for q in QUESTIONS) and len(QUESTIONS) >= 250
    text = questions.index_page()
    assert text.count("<details data-id=") == len(QUESTIONS)
