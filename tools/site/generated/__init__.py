"""Every committed page that code writes, and what writes it. ``make generated`` writes them all.

One file here for each kind of page. `PAGES` is in the order of writing: some pages count, or name, what stands on
others.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from optedu.drill.interview import cheat_sheet as sheet
from optedu.drill.questions.bank import LEVELS
from optedu.drill.questions.topics import TOPICS
from optedu.lab.live_figures import FIGURES

from . import (
    anatomy,
    cheat_sheet,
    choosing,
    conformance,
    exported,
    family,
    figures,
    grader,
    labs,
    live,
    mock_interview,
    mutation_score,
    questions,
    race,
    scenarios,
    speed,
    stubs,
    topics,
    zoo,
)  # fmt: skip

ROOT = Path(__file__).resolve().parents[3]
BANK = "book/interview/bank"
"""A folder with nothing but generated pages."""

PAGES: dict[str, Callable[[], str | bytes]] = {
    **{stubs.path(package): partial(stubs.stub, package) for package in stubs.PACKAGES},
    "book/reference/conformance.md": conformance.conformance,
    "book/reference/zoo.md": zoo.page,
    "book/reference/anatomy.md": anatomy.page,
    "book/reference/export.md": exported.page,
    "book/reference/speed.md": lambda: speed.page(json.loads((ROOT / "benchmarks/step.json").read_text("utf8"))),
    "book/reference/labs.md": labs.page,
    "book/_static/family.svg": family.svg,
    "book/_static/race/rules.js": race.text,
    "book/_static/choosing/answers.js": choosing.text,
    "book/_static/zoo/rows.js": zoo.text,
    **{f"book/_static/live/figures/{name}.js": partial(live.text, name) for name in FIGURES},
    **{f"book/_static/live/shown/{name}.html": partial(live.shown, name) for name in live.ON_THE_FRONT_PAGE},
    "book/_static/cheat_sheet.html": lambda: cheat_sheet.alone(ROOT),
    "book/_static/cheat_sheet.pdf": lambda: sheet.printed(cheat_sheet.alone(ROOT)),
    "book/interview/cheat_sheet.md": cheat_sheet.chapter,
    "book/interview/mock_interview.md": lambda: mock_interview.page(ROOT / "book/interview/mock_interview.md"),
    "optedu/drill/interview/scenarios.json": lambda: scenarios.data(ROOT / "book/interview/scenarios.ipynb"),
    "book/interview/mutation_score.md": mutation_score.page,
    "book/interview/questions.md": questions.index_page,
    **{f"{BANK}/{topic}.md": partial(questions.topic_page, topic) for topic in TOPICS},
    **{f"{BANK}/level_{level}.md": partial(questions.level_page, level) for level in LEVELS},
    "book/_static/figures.md": lambda: figures.figures(ROOT),
    "book/_static/grader.md": lambda: grader.table(ROOT),
    "book/reference/topics.md": lambda: topics.page(ROOT / "book"),
}
"""Path below the root of the repository: the function that makes its text, or its bytes."""

OF_A_MACHINE = {
    "book/reference/conformance.md": "last digits, rounded up to a power of ten, differ between processors",
    "book/reference/export.md": "last digits, rounded up to a power of ten, differ between processors",
    "book/_static/cheat_sheet.pdf": "each Chromium prints other bytes",
}
"""Pages whose text cannot be compared, and why; tests of their own say what must be in them."""


def write(name: str) -> bool:
    """Write one page; whether that changed it."""
    made, path = PAGES[name](), ROOT / name
    content = made if isinstance(made, bytes) else made.encode()
    changed = not path.exists() or path.read_bytes() != content
    if changed:
        path.write_bytes(content)
    return changed


def left_over() -> list[Path]:
    """Pages of the bank that no function writes any more."""
    return sorted(path for path in (ROOT / BANK).iterdir() if f"{BANK}/{path.name}" not in PAGES)
