"""What is long and alike runs in a sample at each push; `make nightly` runs the rest."""

import pytest


def one_in(n, cases, first=0):
    """The cases of a test, of which the gate tries one in so many, by turns."""
    for k, case in enumerate(cases):
        marks = [] if k % n == first else [pytest.mark.nightly]
        if hasattr(case, "marks"):  # made by pytest.param
            yield pytest.param(*case.values, id=case.id, marks=[*case.marks, *marks])
        else:
            yield pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=marks)
