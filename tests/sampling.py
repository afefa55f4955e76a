"""What is long and alike runs in a sample at each push; `make nightly` runs the rest."""

import pytest


def one_in(n, cases, first=0):
    """The cases of a test, of which the gate tries one in so many, by turns."""
    for k, case in enumerate(cases):
        values = case if isinstance(case, tuple) else (case,)
        yield pytest.param(*values, marks=[] if k % n == first else [pytest.mark.nightly])
