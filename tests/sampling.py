"""What is long and alike runs in a sample at each push; `make nightly` runs the rest."""

import pytest


def one_in(n, cases, first=0):
    """The cases of a test, of which the gate tries one in so many, by turns."""
    return [_marked(case, [] if k % n == first else [pytest.mark.nightly]) for k, case in enumerate(cases)]


def _marked(case, marks):
    if hasattr(case, "marks"):  # made by pytest.param
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, *marks])
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=marks)
