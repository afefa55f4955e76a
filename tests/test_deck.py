"""The deck can be read back, and a learner's history survives new wording."""

import dataclasses
import json
import re
import sqlite3
import zipfile
from collections import Counter

import pytest

from optedu.drill import exercises, load
from optedu.drill.questions import bank, deck
from optedu.drill.questions.numbers_to_know import numbers
from optedu.drill.questions.topics import TOPICS

# What is fixed for ever: a learner's history hangs on it.
GUIDS = {
    ("question", "adam-write-update"): "w39?7|qG%z",
    ("number", "bytes-adamw-mixed"): "cNXCr).rWo",
    ("bug", "clip_norm/per-tensor"): "z{Rq+SDJNv",
}


def read(path, folder):
    """Notes by guid, models and decks of a package, with nothing but zip and SQLite."""
    with zipfile.ZipFile(path) as package:
        package.extract("collection.anki2", folder)
    database = sqlite3.connect(folder / "collection.anki2")
    rows = database.execute(
        "select guid, mid, tags, flds, did from notes join cards on cards.nid = notes.id"
    ).fetchall()
    models, decks = map(json.loads, database.execute("select models, decks from col").fetchone())
    database.close()
    return (
        {guid: (mid, tags.split(), fields.split("\x1f"), did) for guid, mid, tags, fields, did in rows},
        models,
        decks,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deck")
    count = deck.write(folder / "optedu.apkg")
    notes, models, decks = read(folder / "optedu.apkg", folder)
    return count, notes, models, decks


def test_it_holds_every_question_number_and_bug(made):
    count, notes, models, decks = made
    expected = len(load()) + len(numbers()) + sum(len(e.bugs) for e in exercises())
    assert count == len(notes) == expected
    kinds = Counter(fields[2].split()[0] for _, _, fields, _ in notes.values())
    assert kinds["question"] == len(load()) and kinds["number"] == len(numbers())
    assert {mid for mid, *_ in notes.values()} == {deck.MODEL} == {int(k) for k in models}
    assert {did for *_, did in notes.values()} == {number for number, _ in deck.DECKS.values()}
    assert {d["name"] for d in decks.values()} >= {name for _, name in deck.DECKS.values()}
    assert [f["name"] for f in models[str(deck.MODEL)]["flds"]] == ["Front", "Back", "Id"]


def test_new_wording_keeps_every_card(made, tmp_path, monkeypatch):
    """Every text is changed, the ids are not: the guids, and the note type, stay the same."""
    questions = [dataclasses.replace(q, question="New?", short="new", deep="new", level="mid") for q in load()]
    counted = [dataclasses.replace(n, question="New?", trick="New.", value=1.0) for n in numbers()]
    changed = [
        dataclasses.replace(e, title="New", bugs=tuple(dataclasses.replace(b, says="New.", breaks="x") for b in e.bugs))
        for e in exercises()
    ]
    monkeypatch.setattr(deck, "load", lambda: tuple(questions))
    monkeypatch.setattr(deck, "numbers", lambda: tuple(counted))
    monkeypatch.setattr(deck, "exercises", lambda: tuple(changed))
    deck.write(tmp_path / "new.apkg")
    notes, models, _ = read(tmp_path / "new.apkg", tmp_path)
    _, before, old_models, _ = made
    assert set(notes) == set(before) and set(models) == set(old_models)
    assert all(notes[guid][2][2] == before[guid][2][2] for guid in notes)
    assert all(notes[guid][2][:2] != before[guid][2][:2] for guid in notes)


@pytest.mark.parametrize(("kind", "id_"), GUIDS)
def test_guids_are_those_of_the_first_deck(kind, id_):
    assert deck.Card(kind, id_, "", "", ()).guid == GUIDS[kind, id_]


def test_the_kind_is_part_of_a_card():
    guids = {deck.Card(kind, "a", "", "", ()).guid for kind in deck.DECKS}
    assert len(guids) == len(deck.DECKS)


def test_tags(made):
    _, notes, *_ = made
    for _, tags, fields, _ in notes.values():
        kind, id_ = fields[2].split(" ")
        assert tags and all(re.fullmatch(r"optedu(::[\w-]+)+", tag) for tag in tags), id_
        if kind == "question":
            assert any(tag.removeprefix("optedu::topic::") in TOPICS for tag in tags)
            assert any(tag.removeprefix("optedu::level::") in bank.LEVELS for tag in tags)


def test_formulas_are_ankis(made):
    """No dollar is left of a formula, and none is lost: each becomes an inline or a displayed one."""
    _, notes, *_ = made
    by_id = {fields[2]: fields for _, _, fields, _ in notes.values()}
    for q in load():
        front, back, _ = by_id[f"question {q.id}"]
        texts = re.sub(
            r"`[^`]*`", "", "\n\n".join((q.short, q.deep, q.listens, q.trap, *(f.answer for f in bank.follow_ups(q))))
        )
        written = texts.count("$") - texts.count("$$")
        assert back.count(r"\(") + back.count(r"\[") == written / 2, q.id
        assert "$" not in re.sub("<code>.*?</code>", "", front + back, flags=re.DOTALL), q.id


def test_all_of_the_answer_to_a_follow_up_stands_below_it(made):
    """The second paragraph, too, and a list or a code block in it."""
    _, notes, *_ = made
    by_id = {fields[2]: fields for _, _, fields, _ in notes.values()}
    linked = next(q for q in load() if any(one.by for one in bank.follow_ups(q)))
    _, back, _ = by_id[f"question {linked.id}"]
    items = re.findall(r"<li>\s*<p><strong>.*?</li>", back, re.DOTALL)
    assert len(items) == len(linked.follow_ups)
    for one, item in zip(bank.follow_ups(linked), items, strict=True):
        assert item.count("<p>") == one.answer.count("\n\n") + 1


def test_a_formula_is_text_within_html():
    shown = deck.renderer()(r"If $a < b$ and $$\sqrt{v} > 0$$ then `p -= lr`.")
    assert r"\(a &lt; b\)" in shown and r"\[\sqrt{v} &gt; 0\]" in shown and "<code>p -= lr</code>" in shown


def test_a_bug_is_shown_as_code_and_answered_with_its_equation(made):
    _, notes, *_ = made
    by_id = {fields[2]: fields for _, _, fields, _ in notes.values()}
    asked = exercises()[0]
    for bug in asked.bugs:
        front, back, _ = by_id[f"bug {asked.name}/{bug.name}"]
        assert "<pre>" in front and r"\[" in back and "<del>" in back and "<ins>" in back


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [("deck.zip", ValueError, "deck.zip"), ("no/folder/deck.apkg", FileNotFoundError, "no/folder")],
)
def test_a_path_that_does_not_fit_is_refused(tmp_path, name, error, message):
    with pytest.raises(error, match=message):
        deck.write(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
