"""Progress is one file for the terminal and the page: what it holds, how two become one, and when a card is due."""

import itertools
import json
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path

import practice_data
import pytest
from py_mini_racer import MiniRacer

from optedu.drill import exercises, load
from optedu.drill.questions.history import History
from optedu.drill.questions.mistakes import known_mistakes
from optedu.drill.questions.progress import RATINGS, Record, merged, mistaken, newer, read, record, written

NOW = datetime(2030, 1, 1, 18, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def told():
    return []


@pytest.fixture
def history(tmp_path, told):
    return History(tmp_path / "data" / "history.json", tell=told.append)


def some_records():
    """New, of a mistake, rated, rated and mistaken since, and the same with other times."""
    found = []
    for k in range(3):
        now = NOW + k * DAY
        rated = Record(now).reviewed(RATINGS[k], now)
        again = rated.reviewed("good", now + 3 * DAY)
        found += [mistaken(None, now), rated, again, mistaken(rated, now + DAY / 2), mistaken(again, now + 4 * DAY)]
    return found


RECORDS = some_records()


def test_what_is_written_is_read_again():
    cards = {str(k): one for k, one in enumerate(RECORDS)}
    assert read(written(cards)) == (cards, {})


# What version 0.1.0 left

LEFT = json.loads((Path(__file__).parent / "kept_0_1_0.json").read_text("utf8"))
"""A history that was written by version 0.1.0, and all questions and mistakes that could be in one."""


def test_a_history_of_0_1_0_goes_on_where_it_was(history, told):
    history.path.parent.mkdir()
    history.path.write_text(json.dumps(LEFT["history"], indent=1) + "\n")
    left = LEFT["history"]["cards"]
    assert {name: due.isoformat() for name, due in history.due().items()} == {n: c["due"] for n, c in left.items()}
    for name, card in history.cards().items():
        assert (card.stability, card.difficulty) == (left[name]["stability"], left[name]["difficulty"])
    now = datetime(2030, 1, 11, 18, tzinfo=UTC)
    one = replace(history.cards()["batch-why-unbiased"])
    assert history.review("batch-why-unbiased", "good", now) == one.reviewed("good", now).due
    assert json.loads(history.path.read_text())["format"] == 2 and not told
    others = set(left) - {"batch-why-unbiased"}
    assert {name: history.due()[name].isoformat() for name in others} == {name: left[name]["due"] for name in others}


def test_every_card_of_0_1_0_has_its_question_or_its_mistake():
    assert len(LEFT["questions"]) == 457 and set(LEFT["questions"]) <= {q.id for q in load()}
    known = {f"{e.name}/{bug.name}" for e in exercises() for bug in known_mistakes(e)}
    assert len(LEFT["mistakes"]) == 610 and set(LEFT["mistakes"]) <= known


def test_the_page_reads_a_history_of_0_1_0():
    text = json.dumps(LEFT["history"])
    text = re.sub(r"(\.\d{3})\d+(?=[+]00:00)", r"\1", text)  # the page knows milliseconds
    cards, bad = read(page("here.export()", progress=json.dumps(LEFT["history"])))
    assert cards == read(text)[0] and len(cards) == len(LEFT["history"]["cards"]) and not bad


@pytest.mark.parametrize(
    ("script", "key"),
    [
        ("page.js", "optedu.${key}"),
        ("drill/drill.js", "drill.code.${name}"),
        ("drill/drill.js", "drill.before.${chosen}"),
        ("drill/drill.js", '"drill.passed"'),
        ("drill/drill.js", '"drill.last"'),
        ("drill/quiz.js", '"quiz.choice"'),
        ("drill/progress.js", 'OLD = "quiz"'),
    ],
)
def test_the_page_looks_where_0_1_0_kept_code_and_progress(script, key):
    """Another key would hide what a reader has written and passed."""
    assert key in (SCRIPTS.parent / script).read_text("utf8")


# Two become one


def test_merging_depends_on_no_order_and_twice_is_once():
    for one, other in itertools.product(RECORDS, repeat=2):
        both = newer(one, other)
        assert both == newer(other, one) == newer(both, one) == newer(other, both)
    for three in itertools.product(RECORDS, repeat=3):
        assert len({reduce(newer, order) for order in itertools.permutations(three)}) == 1


def test_the_newer_review_wins_and_a_mistake_made_since_then_is_not_forgotten():
    old = Record(NOW).reviewed("good", NOW)
    new = old.reviewed("again", NOW + 5 * DAY)
    assert newer(old, new) == new
    assert newer(mistaken(old, NOW + DAY), new) == new, "it was repeated after that"
    late = NOW + 6 * DAY
    assert newer(mistaken(old, late), new) == replace(new, due=min(late, new.due), mistake=late)
    assert newer(mistaken(None, NOW), old) == old
    assert mistaken(old, NOW + DAY).reviewed("good", NOW + DAY).mistake is None


def test_nothing_is_lost_when_two_are_merged(history):
    for name, day in [("mine", 0), ("both", 0), ("newer here", 4)]:
        history.review(name, "good", NOW + day * DAY)
    other = History(history.path.with_name("other.json"))
    for name, day in [("theirs", 0), ("both", 3), ("newer here", 1)]:
        other.review(name, "hard", NOW + day * DAY)
    mine, theirs = history.cards(), other.cards()
    file = history.path.with_name("progress.json")
    assert other.export(file) == 3 and history.take(file) == (3, [])
    assert history.cards() == {**mine, "theirs": theirs["theirs"], "both": theirs["both"]}
    assert history.take(file) == (3, []) and history.cards()["newer here"] == mine["newer here"]


def test_a_damaged_card_of_a_file_is_skipped_and_named(history):
    history.review("a", "good", NOW)
    file = history.path.with_name("progress.json")
    content = json.loads(written({"a": RECORDS[1], "b": RECORDS[1], "c": RECORDS[0]}))
    content["cards"]["b"]["stability"] = float("nan")
    content["cards"]["a"]["due"] = 5
    file.write_text(json.dumps(content))
    before = history.cards()
    assert history.take(file) == (1, ["a", "b"])
    assert history.cards() == {**before, "c": RECORDS[0]}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 3, "cards": {}}', '{"format": true, "cards": {}}'])
def test_what_is_no_progress_changes_nothing_and_is_not_written_over(text, history):
    history.review("a", "good", NOW)
    before = history.path.read_bytes()
    file = history.path.with_name("progress.json")
    file.write_text(text)
    for use in (history.take, history.export):
        with pytest.raises(ValueError, match="progress.json: it "):
            use(file)
    assert history.path.read_bytes() == before and file.read_text() == text


# The page does the same

SCRIPTS = Path(__file__).resolve().parents[1] / "book/_static/drill"
PAGE = """
const kept = new Map(Object.entries(KEPT));
const store = {
  text: (key) => kept.get(key) ?? null, put: (key, text) => { kept.set(key, text); return !FULL; },
  get: (key, otherwise) => (kept.has(key) ? JSON.parse(kept.get(key)) : otherwise),
  remove: (key) => { kept.delete(key); },
};
const schedule = OpteduFsrs(SCHEDULER), here = OpteduProgress(store, schedule, SCHEDULER.ratings);
"""


def milliseconds(time):
    return round(time.timestamp() * 1000)


def page(script, full=False, **kept):
    """What a script says in a page that keeps some things already."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in kept.items()}
    given = {"KEPT": texts, "FULL": full, "SCHEDULER": practice_data.scheduler()}
    with MiniRacer() as engine:
        for name in ("fsrs", "progress"):
            engine.eval((SCRIPTS / f"{name}.js").read_text("utf8"))
        engine.eval("".join(f"const {name} = {json.dumps(value)};" for name, value in given.items()) + PAGE)
        return json.loads(engine.eval(f"JSON.stringify({script})"))


def test_the_page_schedules_as_the_terminal_does():
    """A table of 400 cards with ten ratings each, from seconds to years apart, early, late and twice a day."""
    chance, table, expected = random.Random(1), [], []
    for _ in range(400):
        card, now, steps = None, NOW, []
        for _ in range(10):
            now += chance.choice(
                [timedelta(seconds=30), DAY / 3, DAY - timedelta(milliseconds=1), DAY, 30 * DAY, 999 * DAY]
            )
            now = chance.choice([now, now, card.due if card and card.due > now else now, now - DAY / 5])
            rating = chance.choice(RATINGS)
            card = (card or Record(now)).reviewed(rating, now)
            steps.append([RATINGS.index(rating) + 1, milliseconds(now)])
            expected.append([card.stability, card.difficulty, milliseconds(card.due)])
        table.append(steps)
    found = page(
        f"""{json.dumps(table)}.flatMap((steps) => {{
          let card = {{ stability: null, difficulty: null, last: null }};
          return steps.map(([rating, now]) => {{
            card = {{ ...schedule(card, rating, now), last: now }};
            return [card.stability, card.difficulty, card.due];
          }});
        }})"""
    )
    assert len(found) == 4000
    for one, other in zip(found, expected, strict=True):
        assert one[:2] == pytest.approx(other[:2], rel=1e-11)
        assert one[2] == other[2]


def test_the_page_merges_as_the_terminal_does():
    pairs = list(itertools.product(RECORDS, repeat=2))
    one, other = ({str(k): pair[side] for k, pair in enumerate(pairs)} for side in (0, 1))
    given = [json.dumps(written(one)), json.dumps(written(other))]
    text = page(f"here.written(here.merged(here.read({given[0]}).cards, here.read({given[1]}).cards))")
    assert read(text) == (merged(one, other), {})


def entries():
    """Entries, good and bad, of both formats."""
    good = json.loads(written({"a": RECORDS[1]}))["cards"]["a"]
    old = {**{key: good[key] for key in ("due", "last_review", "stability", "difficulty")}, "state": 2, "step": None}
    bad = [None, 5, "x", [], {}, {**old, "last_review": None}, {"due": good["due"]}]
    bad += [{**good, key: value} for key in good for value in (None, "x", True, -1, 1e12, 1.5, [], {}, "2030-01-01")]
    return [good, old, *bad]


def test_the_page_takes_the_same_entries_for_damaged():
    given = entries()
    found = page(f"{json.dumps(given)}.map((entry) => here.record(entry) !== null)")
    assert found == [record(entry) is not None for entry in given] and 5 < sum(found) < len(found) - 20


def test_the_ratings_of_the_first_quiz_are_kept_and_scheduled():
    old = {
        "q1": {"rating": 3, "times": 4, "at": "2030-01-01T18:00:00.000Z"},
        "q2": {"rating": 1, "times": 1, "at": "x"},
    }
    [kept, again, text] = page("[[...kept.keys()], [...here.load().keys()], here.export()]", quiz=old)
    assert kept == ["progress"] and again == ["q1"]
    card, expected = read(text)[0]["q1"], replace(Record(NOW).reviewed("good", NOW), times=4)
    assert card == replace(expected, difficulty=pytest.approx(expected.difficulty))
    assert "quiz" in page("[...kept.keys()]", full=True, quiz=old), "where nothing can be kept nothing is removed"


def test_old_ratings_join_what_is_there_and_stay_after_a_visit():
    newer_text = written({"q1": Record(NOW + DAY).reviewed("easy", NOW + DAY)})
    old = {"q1": {"rating": 1, "times": 1, "at": "2030-01-01T18:00:00.000Z"},
           "q3": {"rating": 2, "times": 1, "at": "2030-01-01T18:00:00.000Z"}}  # fmt: skip
    cards, _ = read(page("here.export()", quiz=old, progress=newer_text))
    assert cards["q1"].rating == "easy" and cards["q3"].rating == "hard"


def test_what_the_page_keeps_may_be_damaged():
    content = json.loads(written({"a": RECORDS[1], "b": RECORDS[2]}))
    content["cards"]["a"]["due"] = 5
    [ids, kept] = page("[[...here.load().keys()], [...kept.keys()]]", progress=content)
    assert ids == ["b"] and kept == ["progress", "progress.damaged"]
    [ids, kept] = page("[[...here.rate('c', 3).cards.keys()], kept.get('progress.damaged')]", progress='{"cut')
    assert ids == ["c"] and kept == '{"cut'
    later = '{"format": 3, "cards": {}}'
    said = page(
        "(() => { try { here.rate('a', 3); } catch (e) { return [e.message, kept.get('progress')]; } })()",
        progress=later,
    )
    assert "format 3" in said[0] and said[1] == later


def test_a_file_of_the_terminal_is_read_in_the_page_and_back(history):
    for k in range(4):
        history.review(f"q{k}", RATINGS[k], NOW)
    history.mistake("adam", "no-root", NOW)
    file = history.path.with_name("progress.json")
    history.export(file)
    name = "bug/sgd/climbs"
    text = page(
        f"[here.import({json.dumps(file.read_text())}), here.rate('q0', 3, {milliseconds(NOW + 3 * DAY)}),"
        f" here.mistake(['{name}', 'q1'], {milliseconds(NOW + 2 * DAY)}), here.export()].at(-1)"
    )
    file.write_text(text)
    before = history.cards()
    assert history.take(file) == (6, [])
    after = history.cards()
    assert after["q0"].times == 2 and after["q0"].due == before["q0"].reviewed("good", NOW + 3 * DAY).due
    assert after[name] == mistaken(None, NOW + 2 * DAY) and after["q1"] == mistaken(before["q1"], NOW + 2 * DAY)
    assert {n: after[n] for n in ("q2", "q3", "bug/adam/no-root")} == {
        n: before[n] for n in ("q2", "q3", "bug/adam/no-root")
    }


def test_what_is_no_progress_is_refused_in_the_page():
    for text in ("", "{", "[]", "null", '{"format": 3, "cards": {}}', '{"format": 2, "cards": []}'):
        said = page(
            f"(() => {{ try {{ here.import({json.dumps(text)}); }} catch (e) {{ return [e.message, [...kept]]; }} }})()"
        )
        assert said[0].startswith("it ") and said[1] == []
