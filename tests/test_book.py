"""Every chapter has the parts that a reader was promised."""

import ast
import re
from pathlib import Path

import lessons
import nbformat
import pytest
from generated import family, topics

from optedu import lab
from optedu.zoo import ZOO

BOOK = Path(__file__).resolve().parents[1] / "book"
PARTS = ("foundations", "momentum", "adaptive", "adam", "modern", "classical", "practice", "large_models")
NOTEBOOKS = [path for part in PARTS for path in sorted((BOOK / part).glob("*.ipynb"))]
CHAPTERS = [path.relative_to(BOOK).with_suffix("").as_posix() for path in NOTEBOOKS]
WORDS_PER_MINUTE = 200

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def cells(chapter, kind):
    nb = nbformat.read(BOOK / f"{chapter}.ipynb", as_version=4)
    return [cell for cell in nb.cells if cell.cell_type == kind]


def prose(chapter):
    return "\n".join(cell.source for cell in cells(chapter, "markdown"))


def code(chapter):
    return "\n".join(cell.source for cell in cells(chapter, "code"))


def test_chapters_exist():
    assert len(CHAPTERS) >= 11
    assert {entry.chapter for entry in ZOO.values()} <= set(CHAPTERS)


@each_chapter
def test_minutes_to_read(chapter):
    text = prose(chapter)
    stated = int(re.search(r"^\*(\d+) minutes to read", text, re.M)[1])
    nb = nbformat.read(BOOK / f"{chapter}.ipynb", as_version=4)
    if lessons.is_lesson(nb):
        assert abs(stated - lessons.lesson(nb).minutes) <= 1
        return
    shown = re.sub(r"<details>.*?</details>", "", text, flags=re.S)
    assert abs(stated - len(shown.split()) / WORDS_PER_MINUTE) <= 3


@each_chapter
def test_shows_questions(chapter):
    assert f'show_questions("{chapter}")' in code(chapter)


@pytest.mark.parametrize("chapter", [c for c in CHAPTERS if not c.startswith("practice/")])
def test_shows_a_parity_line(chapter):
    outputs = [out.get("text", "") for cell in cells(chapter, "code") for out in cell.outputs]
    assert any(re.search(r"= [\w.]+\.\w+: .* ✓", text) for text in outputs)


@each_chapter
def test_exercises(chapter):
    text = prose(chapter).split("## Exercises")[1].split("## Summary")[0]
    kinds = re.findall(r"^\*\*\d+ \(([a-z ]+)\)\.\*\*", text, re.M)
    assert len(kinds) >= 5 and "find the bug" in kinds, kinds
    assert text.count("<details>") == text.count("</details>") == len(kinds)
    solutions = [c for c in cells(chapter, "code") if "hide-cell" in c.metadata.get("tags", [])]
    assert len(solutions) >= len(kinds)


@each_chapter
def test_equations_are_numbered_in_order(chapter):
    tags = [int(n) for n in re.findall(r"\\tag\{(\d+)\}", prose(chapter))]
    assert tags == list(range(1, len(tags) + 1))
    assert tags, "a chapter derives something"


@each_chapter
def test_the_rule_shown_is_the_packages(chapter):
    """Chapters about an optimizer print its source; none prints a rule of its own."""
    own = [entry for entry in ZOO.values() if entry.chapter == chapter]
    if own:
        assert "lab.show_rule(" in code(chapter) and "lab.card(" in code(chapter)


def rules_shown(chapter):
    """What a chapter gives to `lab.show_rule`, in the names that it has imported."""
    python = [re.sub(r"^( *)[!%][a-z].*", r"\1pass", cell.source, flags=re.M) for cell in cells(chapter, "code")]
    nodes = [node for source in python for node in ast.walk(ast.parse(source))]
    calls = [n for n in nodes if isinstance(n, ast.Call) and ast.unparse(n.func) == "lab.show_rule"]
    space = {}
    for node in nodes if calls else ():
        if isinstance(node, (ast.Import, ast.ImportFrom)) and "optedu" in ast.unparse(node):
            exec(ast.unparse(node), space)
    return [eval(ast.unparse(rule), space) for call in calls for rule in call.args]


PHONE = 50
"""Columns of code that a phone shows."""
SHOWN = {chapter: rules for chapter in CHAPTERS if (rules := rules_shown(chapter))}


def test_the_rules_shown_were_found():
    shown = {rule for rules in SHOWN.values() for rule in rules}
    assert len(SHOWN) >= 25 and len(shown) >= 40
    assert all("lab.show_rule(" not in code(chapter) for chapter in CHAPTERS if chapter not in SHOWN)


@pytest.mark.parametrize("chapter", SHOWN)
def test_a_rule_shown_fits_a_phone(chapter):
    for rule in SHOWN[chapter]:
        text = lab.show_rule(rule)._repr_markdown_()
        assert [line for line in text.splitlines() if len(line) > PHONE] == [], rule


def test_every_rule_fits_a_phone():
    """Those that no chapter prints are on the page of the race, or will be."""
    wide = {rule: line for e in ZOO.values() for rule in e.rules
            for line in lab.show_rule(rule)._repr_markdown_().splitlines() if len(line) > PHONE}  # fmt: skip
    assert wide == {}


def test_the_family_tree_leads_to_chapters():
    assert {m.chapter for m in family.FAMILY} <= set(CHAPTERS)


ALSO = {
    "SGDScheduleFree": "Schedule-Free", "AdamWScheduleFree": "Schedule-Free", "RAdamScheduleFree": "Schedule-Free",
    "Kron": "PSGD-Kron", "AdamW8bit": "8-bit AdamW", "LBFGS": "L-BFGS", "SparseAdam": "Adam",
}  # fmt: skip
"""What the family calls otherwise, or another form of."""


def test_every_optimizer_has_its_place_in_the_family():
    members = {m.name.casefold() for m in family.FAMILY}
    assert not [name for name in ZOO if ALSO.get(name, name).casefold() not in members]


def test_time_flows_down_the_family():
    by_name = {m.name: m for m in family.FAMILY}
    places = family._places()[0]
    years = [m.year for m in family.FAMILY]
    assert years == sorted(years) and len(by_name) == len(family.FAMILY)
    for m in family.FAMILY:
        assert all(by_name[p].year <= m.year and places[p][1] < places[m.name][1] for p in m.parents)
        assert all(places[a.name][1] < places[m.name][1] for a in family.FAMILY if a.year < m.year)


def test_edges_of_two_parents_do_not_meet_between_the_lanes():
    places = family._places()[0]
    slots = family._slots(places)
    assert all(abs(slot) <= (family.LANE - family.BOX) / 2 for slot in slots.values())
    down = [(p, side + slots[p, side], places[p][1], places[m.name][1]) for m in family.FAMILY for p in m.parents
            if (side := family._side(places, p, m.name)) is not None]  # fmt: skip
    for p, x, low, high in down:
        assert not [q for q, other, a, b in down if q != p and other == x and a < high and low < b]


def test_the_family_has_the_years_and_authors_of_the_zoo():
    said = {"SGDScheduleFree": "schedule-free", "LBFGS": "l-bfgs"}
    papers = {said.get(name, name.lower()): entry.paper for name, entry in ZOO.items()}
    found = [m for m in family.FAMILY if m.name.lower() in papers]
    assert len(found) > 20
    for m in found:
        assert str(m.year) in papers[m.name.lower()] and m.authors.split()[0].strip(",") in papers[m.name.lower()]


def test_front_page_states_what_is_tested():
    from optedu.lab.comparison import TOLERANCE

    text = (BOOK / "intro.md").read_text("utf8")
    assert TOLERANCE["float64"] == 1e-11 and "$10^{-11}$" in text
    assert all(f"`{name}`" in text for name in ZOO)


def test_every_topic_has_its_place():
    named = {page for rows in topics.TOPICS.values() for pages in rows.values() for page in pages}
    assert set(CHAPTERS) <= named, "a chapter that no topic leads to"


def test_a_topic_without_a_page_is_an_error(monkeypatch):
    for pages in ((), ("no/such",)):
        monkeypatch.setattr(topics, "TOPICS", {"Part": {"something": pages}})
        with pytest.raises(ValueError, match="something"):
            topics.page(BOOK)


LEDGER = (BOOK / "interview/ledger.md").read_text("utf8")
CLAIMS = re.findall(r"^\| (C\d{3}) \| (.+) \| (\S+) \| (.+) \|$", LEDGER, re.M)


def test_every_false_or_imprecise_claim_is_taken_up():
    """Each under its id, in the chapter that the ledger names; and the counts of the page are its rows'."""
    text, rows = LEDGER, CLAIMS
    verdicts = [verdict.strip("*") for _, _, verdict, _ in rows]
    assert len({i for i, *_ in rows}) == len(rows) and f"{len(rows)} statements" in text
    for verdict in ("true", "false", "imprecise"):
        assert re.search(rf"\b{verdicts.count(verdict)} (are )?{verdict}", text), verdict
    for claim, _, verdict, where in rows:
        chapters = [p.removeprefix("../") for p in re.findall(r"\]\((\S+?)\.ipynb\)", where)]
        chapters = [p if "/" in p else f"interview/{p}" for p in chapters]
        assert chapters or verdict in ("true", "opinion", "depends"), claim
        for chapter in chapters:
            ids = set(re.findall(r"\bC\d{3}\b", prose(chapter) + code(chapter)))
            ranges = re.findall(r"C(\d{3})\s*[–-]\s*C(\d{3})", prose(chapter))
            ids |= {f"C{i}" for a, b in ranges for i in range(int(a), int(b) + 1)}
            assert claim in ids, (claim, chapter)


def test_the_verdict_in_a_chapter_is_the_ledgers():
    """Of the claims about large models: same words, same verdict, once."""
    large = [row for row in CLAIMS if int(row[0][1:]) > 322]
    for claim, said, verdict, where in large:
        (chapter,) = re.findall(r"\]\(\.\./(\S+?)\.ipynb\)", where)
        (found,) = re.findall(rf'^\| "(.+)" \({claim}\) \| (\w+)', prose(chapter), re.M)
        assert found == (said, verdict.strip("*").capitalize()), claim


def test_the_verdict_on_the_page_of_claims_is_the_ledgers():
    """Each row of its tables, which may speak of several claims."""
    rows = re.findall(r"^(C\d{3}(?:, C\d{3})*) ; .+ ; (\w+) ; .+$", code("interview/claims"), re.M)
    verdicts = {claim: verdict for ids, verdict in rows for claim in ids.split(", ")}
    assert len(verdicts) >= 70
    ledger = {claim: verdict.strip("*").capitalize() for claim, _, verdict, _ in CLAIMS}
    assert verdicts == {claim: ledger[claim] for claim in verdicts}
    numbers = "no one two three four five six seven eight nine".split()
    said = re.search(r"and about (\w+) that depend on the library", prose("interview/claims"))
    assert said and numbers.index(said[1]) == list(verdicts.values()).count("Depends")


def test_the_ledger_says_which_claims_were_collected():
    """C001 to C322, whose counts the front page states; the others are about large models."""
    assert [row[0] for row in CLAIMS] == [f"C{i:03}" for i in range(1, len(CLAIMS) + 1)]
    verdicts = [verdict.strip("*") for _, _, verdict, _ in CLAIMS]
    pages, large = verdicts[:322], verdicts[322:]
    assert len(large) >= 30 and "## Training large models" in LEDGER.split("| C322 ")[1].split("| C323 ")[0]
    false, imprecise = pages.count("false"), pages.count("imprecise")
    front = (BOOK / "intro.md").read_text("utf8")
    assert f"Of {len(pages)} statements" in front and f"{false} were false and {imprecise} imprecise" in front
    assert f"all {len(pages)} of them, and {len(large)} about training large models" in prose("interview/claims")
    counts = "{} are true, {} false, {} imprecise, and {} depend"
    assert counts.format(*(large.count(v) for v in ("true", "false", "imprecise", "depends"))) in LEDGER
    assert f"The first {len(pages)} come" in LEDGER and f"adds {len(large)} about" in LEDGER


def test_percent_signs_are_closed_up():
    """In pages and in what pages are made of; in code a percent sign is an operator."""
    bank = BOOK.parent / "optedu/drill/questions"
    texts = {path: re.sub(r"```.*?```", "", path.read_text("utf8"), flags=re.DOTALL) for path in BOOK.rglob("*.md")}
    checks = re.compile(r"^(?:check|code) = (?:'''.*?'''|[^\n]*)$", re.DOTALL | re.MULTILINE)
    texts |= {path: checks.sub("", path.read_text("utf8")) for path in bank.rglob("*.toml")}
    assert len(texts) > 100
    assert {str(path): found for path, text in texts.items() if (found := re.findall(r".{20}\d %.{5}", text))} == {}
