"""What code writes is what is committed: pages, figures, and the rules of the race."""

import pytest
from generated import OF_A_MACHINE, PAGES, ROOT, left_over

LONG = {"book/interview/mutation_score.md"}  # a minute; what it counts is tested by itself in test_drill
COMPARED = [pytest.param(name, marks=[pytest.mark.nightly] if name in LONG else [])
            for name in PAGES if name not in OF_A_MACHINE]  # fmt: skip


@pytest.mark.parametrize("name", COMPARED)
def test_a_generated_page_is_up_to_date(name):
    made = PAGES[name]()
    content = made if isinstance(made, bytes) else made.encode()
    assert (ROOT / name).read_bytes() == content, "run: make generated"


def test_no_page_is_left_over():
    assert not left_over(), "run: make generated"


def test_what_cannot_be_compared_is_there():
    assert set(OF_A_MACHINE) <= set(PAGES) and all((ROOT / name).stat().st_size > 1000 for name in OF_A_MACHINE)
