"""A mock interview is the same for the same seed, counts its time, and leaves a scorecard."""

import io
import json
import re
from pathlib import Path

import pytest
from generated.mock_interview import example, held, right, wrong

from optedu.drill.grader.exercise_form import edited, exercise, exercises
from optedu.drill.interview import mock, parts, record, scenario
from optedu.drill.interview.in_terminal import lead
from optedu.drill.interview.mock import Interview, interview
from optedu.drill.questions import bank, find_bug
from optedu.drill.questions.topics import topic_of
from optedu.drill.terminal import Terminal

PAGE = Path(__file__).resolve().parents[1] / "book" / "interview" / "mock_interview.md"
CODE, BUG, QUESTIONS, ESTIMATE = 1, 2, (3, 4, 5), 6


def begin(talk, number):
    talk.part(number)
    if number in QUESTIONS:
        talk.rubric(number)


def subjects(talk):
    return [p.subject for p in talk.parts]


# What is asked


@pytest.mark.parametrize("level", bank.LEVELS)
def test_parts_fit_the_level_and_the_seed(level):
    talk = interview(level, seed=7)
    assert [p.kind for p in talk.parts] == ["code", "bug", "question", "question", "question", "estimate"]
    assert sum(talk.planned(p) for p in talk.parts) == pytest.approx(45 * 60)
    asked = {q.id: q for q in bank.load()}
    questions = [asked[talk.parts[n - 1].subject] for n in QUESTIONS]
    assert {q.level for q in questions} == {level} and len({topic_of(q) for q in questions}) == 3
    place = bank.LEVELS.index(level)
    for part in talk.parts[:2]:
        near = abs(bank.LEVELS.index(exercise(part.subject).level) - place) <= 1
        assert near or (part.kind == "code" and part.subject in mock.CLASSICS)
    assert talk.parts[0].subject != talk.parts[1].subject
    assert [p.task for p in interview(level, seed=7).parts] == [p.task for p in talk.parts]
    assert len({tuple(subjects(interview(level, seed=s))) for s in range(5)}) == 5


@pytest.mark.parametrize("level", ["senior", "staff"])
def test_who_leads_is_asked_about_large_models(level):
    """In most interviews, in all chapters of the part, and never by more than one question of the three."""
    asked = {q.id: q for q in bank.load()}
    questions = [[asked[s] for s in subjects(interview(level, seed=seed))[2:5]] for seed in range(60)]
    about = [[q.chapter for q in three if topic_of(q) == "large_models"] for three in questions]
    assert max(map(len, about)) == 1 and sum(map(len, about)) > 30
    chapters = {q.chapter for q in asked.values() if topic_of(q) == "large_models" and q.level == level}
    assert {chapter for one in about for chapter in one} >= chapters and len(chapters) >= 9


@pytest.mark.parametrize("level", bank.LEVELS)
def test_every_other_interview_asks_for_adam_or_adamw(level):
    asked = [subjects(interview(level, seed=seed))[:2] for seed in range(60)]
    written = [code for code, _ in asked]
    assert 20 < sum(name in mock.CLASSICS for name in written) < 45
    assert set(mock.CLASSICS) < set(written) and all(code != bug for code, bug in asked)


def test_without_a_seed_it_is_drawn_and_kept():
    talk = interview()
    assert subjects(Interview(seed=talk.seed)) == subjects(talk)


def test_a_bank_that_grows_or_shrinks_moves_only_what_it_must(monkeypatch):
    talk = interview(seed=3)
    kept = [q for q in bank.load() if q.id in subjects(talk)]
    others = [q for q in bank.load() if q.id not in subjects(talk)]
    monkeypatch.setattr(mock, "load", lambda: tuple(kept + others[::3]))
    assert subjects(interview(seed=3)) == subjects(talk)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"level": "expert"}, ValueError),
        ({"minutes": 0}, ValueError),
        ({"minutes": float("nan")}, ValueError),
        ({"minutes": "45"}, ValueError),
        ({"seed": "1"}, TypeError),
    ],
    ids=str,
)
def test_bad_settings_are_named(settings, error):
    with pytest.raises(error, match=next(iter(settings))):
        interview(**settings)


# How it is judged


def test_right_answers_get_all_points():
    talk, _ = held()
    for number in range(1, 7):
        assert not talk.ended
        begin(talk, number)
        talk.answer(number, right(talk, number))
    assert talk.ended and [p.points for p in talk.parts] == [parts.BEST] * 6 and not talk.mistakes
    assert "**24 of 24 points" in talk.scorecard().text and "Read again" not in talk.scorecard().text


def test_wrong_answers_get_none_and_say_why():
    talk, _ = held()
    choices = find_bug.puzzle(talk.seed, exercise=talk.parts[1].subject)
    bad = next(c for c in choices.choices if c != choices.answer)
    for number, given, said in [(BUG, bad, "Not right"), (ESTIMATE, -1e9, "In the head"), (3, 0, parts.RUBRIC[0])]:
        begin(talk, number)
        assert said in talk.answer(number, given).text and talk.parts[number - 1].points == 0
        with pytest.raises(ValueError, match=f"part {number} is done"):
            talk.answer(number, given)


def test_code_may_be_mended_at_the_price_of_points():
    talk, _ = held()
    talk.part(CODE)
    text, name = wrong(talk)
    assert name in talk.answer(CODE, text).text
    talk.answer(CODE, text)
    assert not talk.parts[0].done and talk.parts[0].points < 2
    assert talk.mistakes == [(talk.parts[0].subject, name)], "named twice, kept once"
    talk.answer(CODE, right(talk, CODE))
    assert talk.parts[0].done and (talk.parts[0].points, talk.parts[0].tries) == (2, 3)
    with pytest.raises(ValueError, match="part 1 is done"):
        talk.answer(CODE, text)


@pytest.mark.parametrize(("failures", "points"), [(0, 4), (1, 3), (2, 2), (5, 2)])
def test_each_failed_attempt_costs_one_point_at_most_half(failures, points):
    part = parts.coding(exercise("clip_norm"))
    for _ in range(failures):
        part.answer("def clip_norm(grads, max_norm): ...")
    part.answer(exercise("clip_norm").reference)
    assert part.points == points


def test_a_convention_is_half_right_and_no_mistake():
    asked = exercise("clip_norm")
    bug = next(b for b in asked.bugs if b.convention)
    verdict = parts.coding(asked).answer(edited(asked.reference, bug.edits))
    assert verdict.points == 2 and verdict.mistakes == () and bug.name in verdict.text


def test_the_order_is_task_rubric_answer():
    talk, _ = held()
    for number in range(1, 7):
        with pytest.raises(ValueError, match=rf"part\({number}\) comes before"):
            talk.answer(number, 0)
    with pytest.raises(ValueError, match=r"part\(3\)"):
        talk.rubric(3)
    talk.part(1)
    with pytest.raises(ValueError, match=r"part\(1\)"):
        talk.rubric(1)
    talk.part(3)
    with pytest.raises(ValueError, match=r"rubric\(3\) comes before"):
        talk.answer(3, 4)


@pytest.mark.parametrize("number", [0, 7, "1", True, 1.0])
def test_a_part_that_is_not_there_is_named(number):
    with pytest.raises(ValueError, match="number"):
        held()[0].part(number)


@pytest.mark.parametrize(("number", "given"), [(2, "z"), (3, 5), (3, True), (3, "4"), (6, "many")])
def test_no_answer_is_refused_and_costs_nothing(number, given):
    talk, _ = held()
    begin(talk, number)
    with pytest.raises((ValueError, TypeError), match="answer|points"):
        talk.answer(number, given)
    assert talk.parts[number - 1].tries == 0
    talk.answer(number, right(talk, number))
    assert talk.parts[number - 1].points == parts.BEST


# Its time


def test_time_belongs_to_one_part_at_a_time():
    talk, clock = held()
    for number, seconds in [(1, 100), (2, 10), (1, 50)]:
        talk.part(number)
        clock.now += seconds
    assert [p.seconds for p in talk.parts[:2]] == [100, 10], "the part that runs is counted when it ends"
    talk.answer(1, right(talk, 1))
    clock.now += 1000
    assert [p.seconds for p in talk.parts[:2]] == [150, 10]


def test_looking_at_the_rubric_stops_the_time():
    talk, clock = held()
    talk.part(3)
    clock.now += 60
    talk.rubric(3)
    clock.now += 60
    talk.part(3)
    clock.now += 60
    talk.answer(3, 2)
    assert talk.parts[2].seconds == 60


def test_time_over_is_written_down_and_nothing_is_cut_off():
    talk, clock = held(minutes=9)
    talk.part(CODE)
    clock.now += 241 + 3600
    talk.answer(CODE, right(talk, CODE))
    assert talk.parts[0].points == parts.BEST
    assert "| 64:01 | 4:00 (60:01 over) |" in talk.scorecard().text
    talk.part(2)
    clock.now += 30
    assert talk.scorecard().text.count("over)") == 1 and talk.parts[1].seconds == 30, "also of a part not ended"


# What is left


def test_the_page_says_what_the_points_mean():
    text = PAGE.read_text("utf8")
    for points, meaning in enumerate(parts.RUBRIC):
        assert re.search(rf"\| {points} \| [^|]*\| {meaning} \|", text), meaning
    for kind, minutes in parts.SHARES.items():
        assert re.search(rf"\| {kind} \|.*\| {minutes} \|", text), kind


def test_the_scorecard_is_saved_as_text_or_as_data(tmp_path):
    talk = example()
    saved = talk.save(tmp_path / "card.md").read_text("utf8")
    assert saved.startswith(talk.scorecard().text)
    for part in talk.parts:
        assert part.title.replace("|", "/") in talk.scorecard().text and part.model in saved
        assert part.points >= parts.BEST - 1 or f"[{part.title}]({part.link})" in saved
        assert all(text.rstrip() in saved for text in part.given)
        assert not part.follow_up or part.follow_up.answer in saved
    assert talk.parts[0].given == [wrong(talk)[0], right(talk, CODE)]
    data = json.loads(talk.save(tmp_path / "new" / "card.json").read_text("utf8"))
    assert (data["level"], data["seed"], data["minutes"]) == ("senior", 1, 45)
    assert [(p["subject"], p["points"], p["seconds"]) for p in data["parts"]] == [
        (p.subject, p.points, p.seconds) for p in talk.parts
    ]
    assert data["mistakes"] == [list(m) for m in talk.mistakes] != []
    card = talk.scorecard().text
    assert talk.mistakes[0][1] in card and "--seed 1" in card and talk.parts[3].chapter in card


def test_a_notebook_shows_where_one_is():
    talk, _ = held()
    talk.part(1)
    text = talk._repr_markdown_()
    assert "1. code, 20:00: begun" in text and text.count("to come") == 5


# In a terminal


def led(talk, folder, lines):
    out = io.StringIO()
    lead(talk, Terminal(out, io.StringIO("".join(f"{line}\n" for line in lines)), width=100), folder)
    return out.getvalue()


def test_led_to_the_end(tmp_path):
    talk, _ = held()
    mine = tmp_path / "mine.py"
    mine.write_text(wrong(talk)[0])
    started = tmp_path / f"mock_{talk.parts[0].subject}.py"

    class Editor(io.StringIO):
        """Mends the file, once it was refused."""

        def readline(self):
            line = super().readline()
            if line == "nowhere.py\n":
                assert "..." in started.read_text()
                started.write_text(right(talk, CODE))
            return line

    answers = [
        str(mine),
        "nowhere.py",
        "",
        right(talk, BUG),
        "",
        "9",
        "4",
        "",
        "It says so",
        "2",
        "",
        "",
        "3",
        "",
        "x",
        f"{right(talk, ESTIMATE)!r}",
    ]
    out = io.StringIO()
    lead(talk, Terminal(out, Editor("\n".join(answers) + "\n"), width=100), tmp_path)
    assert talk.ended and [p.points for p in talk.parts] == [3, 4, 4, 2, 3, 4]
    assert "There is no file 'nowhere.py'" in out.getvalue() and "from 0 to 4, got 9" in out.getvalue()
    assert "'x' is not a number" in out.getvalue()
    assert [p.given for p in talk.parts[2:5]] == [[], ["It says so"], []]
    assert out.getvalue().count("Asked next") == 3


@pytest.mark.parametrize(
    ("lines", "states"),
    [
        ([], ["begun"] + ["to come"] * 5),
        (["q"], ["begun"] + ["to come"] * 5),
        (["s", "q"], ["begun"] * 2 + ["to come"] * 4),
        (["s", "s", "q"], ["begun"] * 3 + ["to come"] * 3),
        (["s", "s", "", "q"], ["begun"] * 2 + ["compared"] + ["to come"] * 3),
        (["s", "s", "", "s", "", "s", "", "s", "s"], ["begun"] * 2 + ["compared"] * 3 + ["begun"]),
    ],
    ids=str,
)
def test_parts_can_be_skipped_and_one_can_quit(tmp_path, lines, states):
    talk, _ = held()
    led(talk, tmp_path, lines)
    assert [p.state for p in talk.parts] == states and not talk.ended


def test_a_file_that_was_begun_is_not_overwritten(tmp_path):
    talk, _ = held()
    started = tmp_path / f"mock_{talk.parts[0].subject}.py"
    started.write_text("mine")
    text = led(talk, tmp_path, ["", "q"])
    assert started.read_text() == "mine" and str(started.with_stem(started.stem + "-2")) in text.replace("\n", "")
    assert "mine" not in talk.parts[0].given, "what an earlier interview left is not handed in"


def test_what_is_asked_next_has_an_answer_once_the_question_is_judged():
    talk, _ = held()
    begin(talk, 3)
    with pytest.raises(ValueError, match="part 3"):
        talk.follow_up(3)
    asked = talk.parts[2].follow_up
    assert asked.text in talk.answer(3, 4).text and asked.answer in talk.follow_up(3).text
    with pytest.raises(ValueError, match="part 1"):
        talk.follow_up(1)


def test_the_record_counts_all_interviews_and_survives_damage(tmp_path):
    path = tmp_path / "interviews.json"
    record.add(example(), path)
    known = record.add(example(), path)
    assert (
        [o["points"] for o in known]
        == [sum(p.points for p in example().parts)] * 2
        == [o["points"] for o in record.read(path)]
    )
    assert record.table(known).count("| senior |") == 2
    path.write_text("{")
    assert len(record.add(example(), path)) == 1
    assert (tmp_path / "interviews.damaged.json").read_text() == "{"
    path.write_text('{"format": 9, "interviews": []}')
    with pytest.raises(ValueError, match="format 9"):
        record.read(path)


@pytest.mark.parametrize(("line", "value"), [("6.7e9", 6.7e9), ("1,000", 1000), ("84 GB", 84), ("-2", -2)])
def test_numbers_are_read_as_people_write_them(line, value):
    from optedu.drill.interview.in_terminal import number_in

    assert number_in(line) == value


@pytest.mark.parametrize("stdin", ["", "interrupt"])
def test_the_scorecard_is_saved_however_it_ends(tmp_path, monkeypatch, capsys, stdin):
    from optedu import __main__ as cli
    from optedu.drill.questions.history import History

    text, name = wrong(interview(seed=1))
    (tmp_path / "mine.py").write_text(text)

    class Source(io.StringIO):
        def readline(self):
            line = super().readline()
            if not line and stdin:
                raise KeyboardInterrupt
            return line

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPTEDU_HISTORY", str(tmp_path / "history.json"))
    monkeypatch.setattr("sys.argv", ["optedu", "mock", "--seed", "1"])
    monkeypatch.setattr("sys.stdin", Source("mine.py\n"))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == (130 if stdin else 1)
    assert name in (tmp_path / "mock-senior-1.md").read_text()
    assert list(History().due()) == [f"bug/{interview(seed=1).parts[0].subject}/{name}"]
    assert not stdin or "Traceback" not in capsys.readouterr().err


def test_where_a_level_has_no_exercises_the_next_levels_help_out():
    few = [e for e in exercises() if e.level == "basic"][:1] + [e for e in exercises() if e.level == "mid"][:2]
    assert len(parts.nearest("basic", few)) == 3 and len(parts.nearest("mid", few)) == 2
    assert len(parts.nearest("staff", few)) == 2


# Scenarios


def test_the_scenarios_are_those_of_the_book():
    text = (PAGE.parent / "scenarios.ipynb").read_text("utf8")
    listed = scenario.scenarios()
    assert len(listed) == 20 == text.count('"## ') == len({one.title for one in listed})
    for one in listed:
        assert len(one.branches) == 3 and len(one.rubric) >= 4 and one.task, one.title
        assert all(name and said for name, said in one.branches)
        assert "<" not in one.task and ("|" in one.task or one.title.startswith("Design"))
    assert {scenario.drawn(seed).title for seed in range(300)} == {one.title for one in listed}


def test_a_scenario_is_led_to_its_rubric():
    asked, clock = scenario.scenarios()[0], iter([0.0, 750.0])
    out = io.StringIO()
    lines = ["It is ln 10", "z", "a", "c", "", "y", "maybe", "n", "y", "n"]
    talk = Terminal(out, io.StringIO("".join(f"{line}\n" for line in lines)), width=100)
    points, seconds, typed = scenario.lead(asked, talk, lambda: next(clock))
    assert (points, seconds, typed) == (2, 750.0, ["It is ln 10", "branches opened: a, c"])
    text = out.getvalue()
    assert "2 of 4 points in 12:30 of 20:00, 2 branches" in text and "got 'z'" in text and "got 'm'" in text
    assert asked.branches[1][1].split(".")[0] not in text.replace("\n", " "), "a branch that was not opened"


@pytest.mark.parametrize("lines", [[], ["q"], ["", "q"], ["", "a", "q"], ["", "a", "", "q"]], ids=str)
def test_a_scenario_can_be_left(lines):
    talk = Terminal(io.StringIO(), io.StringIO("".join(f"{line}\n" for line in lines)), width=100)
    assert scenario.lead(scenario.scenarios()[0], talk) is None
