"""Progress is one file for the terminal and the page: what it holds, how two become one, and when a card is due."""

import itertools
import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest

from optedu.drill.questions import progress
from optedu.drill.questions.history import History
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
