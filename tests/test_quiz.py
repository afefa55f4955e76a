"""Repetition asks what is due, and no crash takes the history away."""

import ast
import errno
import io
import json
import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from optedu.drill.grader.exercise_form import edited, exercise, exercises
from optedu.drill.grader.sandbox import define
from optedu.drill.questions import bank, quiz, safe_file
from optedu.drill.questions.asked_form import asked_form
from optedu.drill.questions.history import History, default_path
from optedu.drill.questions.mistakes import forms, known_mistakes
from optedu.drill.questions.progress import RATINGS
from optedu.drill.questions.safe_file import free
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


def changed(**fields):
    """Damages fields of the card a."""
    return lambda text, content: json.dumps(
        {**content, "cards": {**content["cards"], "a": {**content["cards"]["a"], **fields}}}
    )


DAMAGE = {
    "cut off": (lambda text, content: text[: len(text) // 2], []),
    "empty": (lambda text, content: "", []),
    "not text": (lambda text, content: b"\xff\xfe\xfa" + text.encode(), []),
    "a list": (lambda text, content: "[1, 2]", []),
    "deep": (lambda text, content: "[" * 100_000, []),
    "no cards": (lambda text, content: '{"format": 2}', []),
    "cards are a number": (lambda text, content: '{"format": 2, "cards": 3}', []),
    "a card is a word": (lambda text, content: json.dumps({**content, "cards": {**content["cards"], "a": "x"}}), ["b"]),
    "a card lacks a date": (lambda text, content: text.replace('"due"', '"dew"', 1), ["b"]),
    "a date without a zone": (changed(due="2030-01-01T18:00:00"), ["b"]),
    "a date out of time": (changed(due="0001-01-01T00:00:00+09:00"), ["b"]),
    "a card lacks its stability": (changed(stability=None), ["b"]),
    "not a number": (changed(stability=float("nan")), ["b"]),
    "infinite": (changed(difficulty=float("inf")), ["b"]),
    "a word for a number": (changed(difficulty="5"), ["b"]),
    "true for a number": (changed(stability=True), ["b"]),
    "no such rating": (changed(rating="fine"), ["b"]),
    "a rating is a list": (changed(rating=[]), ["b"]),
    "half a time": (changed(times=1.5), ["b"]),
}  # fmt: skip


@pytest.mark.parametrize("backup", [True, False])
@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_file_is_set_aside_and_what_can_be_read_is_kept(case, backup, history, told):
    content = good_file(history)
    damage, kept = DAMAGE[case]
    damaged = damage(history.path.read_text(), content)
    damaged = damaged.encode() if isinstance(damaged, str) else damaged
    kept = ["a", "b"] if backup else kept
    for name in ("history.damaged.json", "history.damaged-2.json"):
        history.path.write_bytes(damaged)
        if not backup:
            history.backup.unlink()
        assert sorted(history.due()) == kept
        assert history.path.with_name(name).read_bytes() == damaged
        assert name in told[-1] and ("without a" in told.pop()) == (kept == ["b"]) and not told
        assert sorted(history.due()) == kept and not told
    history.review("new", "good", NOW)
    assert sorted(history.due()) == [*kept, "new"]


def test_a_file_that_is_gone_comes_back_from_the_backup_but_not_after_a_reset(history, told):
    good_file(history)
    history.path.unlink()
    assert list(history.due()) == ["a", "b"]
    history.review("c", "good", NOW)
    assert list(history.due()) == ["a", "b", "c"]
    history.reset()
    assert history.due() == {} and not told


def test_a_damaged_backup_harms_nothing(history, told):
    good_file(history)
    history.backup.write_text("{")
    assert list(history.due()) == ["a", "b"] and not told
    history.review("c", "good", NOW)
    assert history.backup.read_bytes() == history.path.read_bytes()


def test_a_file_of_a_later_format_is_left_alone(history):
    good_file(history)
    later = history.path.read_text().replace('"format": 2', '"format": 3')
    history.path.write_text(later)
    for use in (history.due, lambda: history.review("a", "good", NOW), lambda: history.mistake("a", "b", NOW)):
        with pytest.raises(ValueError, match="history.json: .*format 3"):
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
    names = sorted(p.name for p in history.path.parent.iterdir())
    assert names == [".history.json.lock", "history.backup.json", "history.json"]


def test_two_programs_share_one_file(history):
    other = History(history.path)
    history.review("a", "good", NOW)
    other.review("b", "good", NOW)
    history.review("c", "good", NOW)
    assert list(other.due()) == ["a", "b", "c"]


MANY = """
import sys
from optedu.drill.questions.asked_form import asked_form
from optedu.drill.questions.mistakes import forms, known_mistakes
from optedu.drill.questions.history import History
history = History(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for n in range(40):
    history.review(f"{sys.argv[2]}-{n}", "good")
    history.mistake("of-all", "same")
"""


def test_programs_at_once_lose_no_review(history, told):
    start = lambda who: subprocess.Popen(  # noqa: E731
        [sys.executable, "-c", MANY, str(history.path), who], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    programs = [start(who) for who in "abc"]
    for program in programs:
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        program.communicate()
        assert program.returncode == 0
    assert set(history.due()) == {f"{who}-{n}" for who in "abc" for n in range(40)} | {"bug/of-all/same"} and not told


HOLD = """
import sys, time
from pathlib import Path
from optedu.drill.questions.safe_file import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_file_that_another_program_holds_is_told_and_its_end_lets_go(history, monkeypatch):
    good_file(history)
    program = subprocess.Popen([sys.executable, "-c", HOLD, str(history.path)], stdout=subprocess.PIPE)
    try:
        assert program.stdout.readline() == b"held\n"
        assert list(history.due()) == ["a", "b"], "reading waits for nobody"
        with pytest.raises(OSError, match="another program"), safe_file.locked(history.path, patience=0.05):
            pytest.fail("two hold it")
    finally:
        program.kill()
        program.communicate()
    history.review("c", "good", NOW)
    assert list(history.due()) == ["a", "b", "c"]


def test_a_drive_without_locks_is_used_without_one(history, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def none(*args):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", none)
    history.review("a", "good", NOW)
    assert list(history.due()) == ["a"]


def test_what_killed_programs_left_is_removed_and_nothing_else(history):
    good_file(history)
    folder = history.path.parent
    left = [folder / name for name in (".history.json.x1.tmp", ".history.backup.json.x2.tmp")]
    others = [folder / name for name in ("history.json.tmp", ".other.json.x3.tmp", "history.damaged.json")]
    for path in left + others:
        path.touch()
    history.check()
    assert not any(p.exists() for p in left) and all(p.exists() for p in others)
    assert list(history.due()) == ["a", "b"]


@pytest.mark.parametrize("place", ["below a file", "a folder", "read-only"])
def test_a_place_that_cannot_be_written_is_refused_with_the_way_out(place, tmp_path):
    path = tmp_path / "it"
    if place == "below a file":
        path.touch()
        path /= "history.json"
    elif place == "a folder":
        path.mkdir()
    elif hasattr(os, "geteuid") and os.geteuid():
        path.mkdir(mode=0o500)
        path /= "history.json"
    else:  # whoever may do everything may not write here
        path = Path("/proc/history.json")
    with pytest.raises(OSError, match="(?s)no answer could be saved in .*OPTEDU_HISTORY"):
        History(path).check()


def test_what_the_first_version_has_written_is_read(history):
    """A file of 0.2.0, word for word: a rated card, and one of a mistake."""
    history.path.parent.mkdir()
    history.path.write_text(
        '{"format": 1, "cards": {"a": {"state": 2, "step": null, "stability": 2.3065, "difficulty": 2.118103970459015, '
        '"due": "2030-01-03T18:00:00+00:00", "last_review": "2030-01-01T18:00:00+00:00"}, "bug/adam/no-root": '
        '{"state": 1, "step": 0, "stability": null, "difficulty": null, "due": "2030-01-01T18:00:00+00:00", '
        '"last_review": null}}}'
    )
    assert history.due() == {"a": NOW + 2 * DAY, "bug/adam/no-root": NOW}
    other = History(history.path.with_name("other.json"))
    other.review("a", "good", NOW)
    assert history.review("a", "good", NOW + 2 * DAY) == other.review("a", "good", NOW + 2 * DAY)
    assert json.loads(history.path.read_text())["format"] == 2 and set(history.due()) == {"a", "bug/adam/no-root"}


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


CASES = [(about, bug) for about in exercises() for bug in known_mistakes(about)]
"""All mistakes that can become cards."""


in_turn = pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.nightly)])


@in_turn
def test_the_card_of_a_mistake_shows_wrong_code_and_the_right_lines(every):
    of = {f"bug/{about.name}/{bug.name}": (about, bug) for about, bug in CASES[::every]}
    cards = quiz.cards(of, quiz.MISTAKES)
    assert [card.id for card in cards] == list(of) and len(cards) > 1000 / every
    for card in cards:
        about, bug = of[card.id]
        wrong, right = forms(about, bug)
        assert wrong.strip() in card.front and bug.says not in card.front
        assert bug.says in card.back and bug.breaks in card.back
        changed = [line[2:] for line in card.back.splitlines() if line.startswith("+ ")]
        assert wrong != right and all(line in right.splitlines() for line in changed)


def signature(text):
    """Name and arguments of the last function or class, as a call needs them, and what else is defined."""
    *others, last = (n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef | ast.ClassDef))
    return last.name, ast.unparse(last.args) if isinstance(last, ast.FunctionDef) else "class", others


@in_turn
def test_the_card_of_a_mistake_has_the_form_that_was_asked_for(every):
    for about, bug in CASES[::every]:
        for text in forms(about, bug):
            name, arguments, others = signature(text)
            assert '"""' not in text
            if bug in about.bugs:
                asked = signature(about.starter.strip())
                assert (name, arguments) == asked[:2], (about.name, bug.name)
                assert [f.name for f in others] in ([], ["norm"], ["leading"]), "no rule of the library around it"
            else:
                assert arguments == "class" and not others
    wrong, right = forms(exercise("adam"), next(b for b in exercise("adam").bugs if b.name == "m-not-corrected"))
    assert "v_max" not in wrong + right and "return p, m, v\n" in wrong


def seen(text, about):
    """What the exercise's probes see of a piece of code; the words for a failure where there is one."""
    thing, found = define(text, (about.name,)), []
    for probe in about.probes:
        try:
            with np.errstate(all="ignore"):
                found += [(where, repr(value)) for where, value in probe.run(thing)]
        except (ArithmeticError, ValueError, TypeError, IndexError, AttributeError, KeyError, NameError) as error:
            found.append((probe.name, type(error).__name__))
    return found


@pytest.mark.parametrize("name", [about.name for about in exercises()])
def test_in_that_form_the_code_does_what_it_did(name):
    about = exercise(name)
    assert seen(asked_form(about.reference, about.starter), about) == seen(about.reference, about)
    for bug in about.bugs[:: 4 if len(about.bugs) > 12 else 1]:
        text = edited(about.reference, bug.edits)
        assert seen(asked_form(text, about.starter), about) == seen(text, about), bug.name


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
