"""Repetition asks what is due, and no crash takes the history away."""

import io
import json
import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from optedu.drill.grader.exercise_form import edited, exercises
from optedu.drill.questions import bank, quiz
from optedu.drill.questions.history import RATINGS, History, default_path, free
from optedu.drill.terminal import Terminal

NOW = datetime(2030, 1, 1, 18, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def told():
    return []


@pytest.fixture
def history(tmp_path, told):
    return History(tmp_path / "data" / "history.json", tell=told.append)


def bugs(count):
    """Ids of cards of mistakes."""
    return [f"bug/{e.name}/{b.name}" for e in exercises() for b in e.bugs][:count]


def without_stability(content):
    content["cards"]["a"]["stability"] = None
    return json.dumps(content)


# What is kept


def test_a_better_rating_comes_back_later(history):
    dates = [history.review(rating, rating, NOW) for rating in RATINGS]
    assert dates == sorted(dates) and dates[0] == NOW + DAY and dates[3] > NOW + 5 * DAY
    assert history.due() == dict(zip(RATINGS, dates, strict=True))


def test_intervals_grow_with_every_good_answer_and_are_the_same_for_all(history):
    gaps, now = [], NOW
    for _ in range(5):
        assert history.review("a", "good", now) == history.review("b", "good", now)
        gaps.append(history.due()["a"] - now)
        now = history.due()["a"]
    assert gaps == sorted(set(gaps))


def test_a_mistake_is_due_at_once_and_again_when_it_is_made_again(history):
    name = history.mistake("adam", "swapped", NOW)
    assert history.due() == {"bug/adam/swapped": NOW} and name == "bug/adam/swapped"
    history.review(name, "easy", NOW)
    assert history.due()[name] > NOW + DAY
    history.mistake("adam", "swapped", NOW + DAY)
    assert history.due()[name] == NOW + DAY
    history.mistake("adam", "swapped", NOW + 2 * DAY)
    assert history.due()[name] == NOW + DAY, "it was due before already"


def test_cards_that_nobody_knows_are_kept(history):
    history.review("a-question-of-long-ago", "good", NOW)
    history.mistake("no-such-exercise", "no-such-bug", NOW)
    before = history.due()
    history.review("another", "good", NOW)
    assert {name: history.due()[name] for name in before} == before
    assert quiz.cards(before)[-1].topic != quiz.MISTAKES


def test_local_times_are_taken_and_times_without_a_zone_refused(history):
    east = timezone(timedelta(hours=9))
    assert history.review("a", "good", NOW.astimezone(east)) == history.review("b", "good", NOW)
    with pytest.raises(ValueError, match="now"):
        history.review("a", "good", NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="'fine'"):
        history.review("a", "fine", NOW)


def test_the_file_lies_in_the_data_folder_unless_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("OPTEDU_HISTORY", str(tmp_path / "mine.json"))
    assert default_path() == tmp_path / "mine.json" == History().path
    monkeypatch.delenv("OPTEDU_HISTORY")
    assert default_path().name == "history.json" and "optedu" in default_path().parts


# What cannot be lost


def good_file(history):
    history.review("a", "good", NOW)
    history.review("b", "easy", NOW)
    return json.loads(history.path.read_text())


DAMAGE = {
    "cut off": (lambda text, content: text[: len(text) // 2].encode(), []),
    "empty": (lambda text, content: b"", []),
    "not text": (lambda text, content: b"\xff\xfe\xfa" + text.encode(), []),
    "a list": (lambda text, content: b"[1, 2]", []),
    "no cards": (lambda text, content: b'{"format": 1}', []),
    "cards are a number": (lambda text, content: b'{"format": 1, "cards": 3}', []),
    "a card is a word": (lambda text, content: json.dumps({**content, "cards": {**content["cards"], "a": "x"}}), ["b"]),
    "a card lacks a date": (lambda text, content: text.replace('"due"', '"dew"', 1), ["b"]),
    "a card lacks its stability": (lambda text, content: without_stability(json.loads(text)), ["b"]),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_file_is_set_aside_and_what_can_be_read_is_kept(case, history, told):
    content = good_file(history)
    damage, kept = DAMAGE[case]
    for name in ("history.damaged.json", "history.damaged-2.json"):
        damaged = damage(history.path.read_text() if kept == [] else json.dumps(content), content)
        damaged = damaged.encode() if isinstance(damaged, str) else damaged
        history.path.write_bytes(damaged)
        assert list(history.due()) == kept
        assert history.path.with_name(name).read_bytes() == damaged
        assert name in told.pop() and not told
        assert list(history.due()) == kept and not told
        history.review("new", "good", NOW)
        assert list(history.due()) == [*kept, "new"]


def test_a_file_of_a_later_format_is_left_alone(history):
    good_file(history)
    later = history.path.read_text().replace('"format": 1', '"format": 2')
    history.path.write_text(later)
    for use in (history.due, lambda: history.review("a", "good", NOW), lambda: history.mistake("a", "b", NOW)):
        with pytest.raises(ValueError, match="format 2"):
            use()
    assert history.path.read_text() == later


CHILD = """
import os, signal, sys
from datetime import datetime, timezone
from optedu.drill.questions import history
def die(*args):
    os.kill(os.getpid(), signal.SIGKILL)
at = sys.argv[2]
if at != "any time":
    setattr(history.os, at, die)
kept = history.History(sys.argv[1])
for n in range(100):
    kept.review(f"card-{n}", "good", datetime(2030, 1, 2, tzinfo=timezone.utc))
    print(n, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals that kill on Windows")
@pytest.mark.parametrize("at", ["fsync", "replace"])
def test_killed_between_two_writes(at, history, told):
    good_file(history)
    before = history.path.read_bytes()
    done = subprocess.run([sys.executable, "-c", CHILD, str(history.path), at], capture_output=True)
    assert done.returncode == -signal.SIGKILL and not done.stdout
    assert history.path.read_bytes() == before
    assert list(history.due()) == ["a", "b"] and not told


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals that kill on Windows")
@pytest.mark.parametrize("after", [1, 4, 9])
def test_killed_at_any_time_every_answer_that_was_taken_is_there(after, history, told):
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(history.path), "any time"], stdout=subprocess.PIPE)
    last = [child.stdout.readline() for _ in range(after)][-1]
    child.kill()
    last = (child.stdout.read().split() or [last])[-1]
    child.wait()
    cards = history.due()
    assert set(cards) >= {f"card-{n}" for n in range(int(last) + 1)} and len(cards) >= after and not told


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(history, monkeypatch):
    good_file(history)
    before = history.path.read_bytes()

    def full(descriptor):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            history.review("c", "good", NOW)
    assert history.path.read_bytes() == before
    assert [p.name for p in history.path.parent.iterdir()] == ["history.json"]


def test_two_programs_share_one_file(history):
    other = History(history.path)
    history.review("a", "good", NOW)
    other.review("b", "good", NOW)
    history.review("c", "good", NOW)
    assert list(other.due()) == ["a", "b", "c"]


def test_free_names_no_file_that_exists(tmp_path):
    for name in ("card.md", "card-2.md", "card-3.md"):
        assert free(tmp_path / "card.md").name == name
        (tmp_path / name).touch()


# What is asked


def test_new_cards_go_from_basic_to_staff_and_are_few():
    pool = quiz.cards()
    levels = [bank.LEVELS.index(c.level) for c in pool]
    assert levels == sorted(levels) and {c.id for c in pool} == {q.id for q in bank.load()}
    assert quiz.due(pool, {}, NOW) == pool[: quiz.NEW]
    seen = {c.id: NOW + 9 * DAY for c in pool if c.level == "basic"}
    assert quiz.due(pool, seen, NOW)[0].level == "mid"


def test_due_cards_come_before_new_ones_longest_overdue_first():
    pool = quiz.cards()
    late, later, soon, tomorrow = pool[50], pool[20], pool[30], pool[0]
    dates = {
        late.id: NOW - 3 * DAY,
        later.id: NOW - DAY,
        soon.id: NOW + quiz.EARLY,
        tomorrow.id: NOW + quiz.EARLY + timedelta(seconds=1),
    }
    chosen = quiz.due(pool, dates, NOW)
    assert chosen[:3] == [late, later, soon]
    assert len(chosen) == 3 + quiz.NEW and tomorrow not in chosen


def test_what_was_answered_is_not_due_before_the_next_session(history):
    pool = quiz.cards()
    for card in pool[:4]:
        history.review(card.id, RATINGS[pool.index(card)], NOW)
    assert not {c.id for c in quiz.due(pool, history.due(), NOW + timedelta(hours=1))} & set(history.due())
    assert quiz.due(pool, history.due(), NOW + timedelta(hours=23))[0] == pool[0]


def test_by_chance_whether_due_or_not_and_seeded():
    pool = quiz.cards()
    one, same, other = (quiz.some(pool, random.Random(seed)) for seed in (1, 1, 2))
    assert one == same != other and len({c.id for c in one}) == quiz.NEW
    assert len(quiz.some(pool[:3], random.Random(1))) == 3


def test_only_one_topic_or_level():
    for topic, level in [("adam", None), (None, "staff"), ("adam", "staff")]:
        found = quiz.cards(bugs(3), topic, level)
        assert (
            found
            and {c.topic for c in found} >= {topic or "adam"}
            and (not topic or {topic} == {c.topic for c in found})
        )
        assert level is None or {c.level for c in found} == {level}
    mine = quiz.cards([*bugs(3), "unknown", "bug/x", "bug/adam/unknown"], quiz.MISTAKES)
    assert [c.id for c in mine] == bugs(3)
    for wrong in ({"topic": "cooking"}, {"level": "expert"}):
        with pytest.raises(ValueError, match=next(iter(wrong.values()))):
            quiz.cards(**wrong)


def test_the_card_of_a_mistake_shows_wrong_code_and_the_right_lines():
    of = {}
    for about in exercises():
        for form in filter(None, (about.as_class, about)):  # the rule's mistakes come first
            of |= {f"bug/{about.name}/{bug.name}": (form, bug) for bug in form.bugs}
    cards = quiz.cards(of, quiz.MISTAKES)
    assert [card.id for card in cards] == list(of)
    for card in cards:
        form, bug = of[card.id]
        assert edited(form.reference, bug.edits).strip() in card.front and bug.says not in card.front
        assert bug.says in card.back and bug.breaks in card.back
        assert bug.edits[0][0].strip().splitlines()[0] in card.back


def session(chosen, history, answers):
    out = io.StringIO()
    rated = quiz.session(chosen, history, Terminal(out, io.StringIO(answers), width=80), clock=lambda: NOW)
    return rated, out.getvalue()


def test_what_was_not_known_is_asked_again_in_the_same_session(history):
    chosen = quiz.cards()[:2]
    rated, shown = session(chosen, history, "\nagain\n\n3\n\ngood\n")
    assert rated == 3
    first = " ".join(chosen[0].front.split())
    assert " ".join(shown.split()).count(first) == 2
    assert list(history.due()) == [c.id for c in chosen]


@pytest.mark.parametrize(
    ("answers", "count"), [("", 0), ("q\n", 0), ("\nq\n", 0), ("\n4\n", 1), ("\n4\nq\n", 1), ("\nnonsense\n4\n\n", 1)]
)
def test_every_rating_is_saved_at_once_however_the_session_ends(history, answers, count):
    rated, shown = session(quiz.cards()[:3], history, answers)
    assert rated == count == len(history.due())
    assert ("'nonsense' is none of 1 to 4, q" in shown) == ("nonsense" in answers)


@pytest.mark.parametrize("word", ["2", "hard", "h", "HARD"])
def test_a_rating_is_a_number_a_word_or_its_beginning(history, word):
    session(quiz.cards()[:1], history, f"\n{word}\n")
    other = History(history.path.with_name("other.json"))
    assert next(iter(history.due().values())) == other.review("x", "hard", NOW)
