"""The conformance matrix, made by a run: flag by flag, how far each optimizer is from its reference implementation."""

import warnings
from importlib.metadata import version
from math import ceil, log10
from typing import Any

from optedu.lab.comparison import (
    TOLERANCE,
    closure_deviation,
    compare,
    problems,
    torch_scalars,
)
from optedu.lab.referees import in_float64, reference
from optedu.zoo import ZOO, Entry

STEPS = 300


def deviations(entry: Entry, steps: int = STEPS) -> list[tuple[dict[str, Any], float]]:
    """Deviation from the referee for every setting of the grid, or for 60 of a grid that is larger than 100."""
    grid = list(entry.grid())
    make = reference(entry)
    if make is None:
        return []
    found = []
    with torch_scalars("float64"), in_float64(entry), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for settings in grid if len(grid) <= 100 else entry.sample(60):
            if entry.takes == "closure":
                rate = {"lr": 1.0 if settings["line_search_fn"] else 0.01, **settings}
                one = closure_deviation(lambda w, s=rate: entry.cls(w, **s), lambda w, s=rate: make(w, **s))
            else:
                change = (steps // 2, {"lr": settings["lr"] / 2})
                one = compare(entry, settings, problems(entry)[0], steps=steps, change=change)
            found.append((settings, one))
    return found


def power(x: float) -> str:
    """A number rounded up to a power of ten: the last digits differ between machines."""
    return "0" if x == 0 else f"1e{ceil(log10(x))}"


def shown(value: Any) -> str:
    """A value of a flag, without the bar that a table cannot hold."""
    return f"`{value!r}`"


def conformance(steps: int = STEPS) -> str:
    """The conformance matrix as a page of Markdown."""
    lines = [
        "# Conformance matrix",
        "",
        "How far each optimizer is from its reference implementation. Both get the same gradients, in double "
        f"precision, for {steps} steps; halfway the learning rate is halved. A line stands for all settings of the "
        "grid in which the flag has this value, and shows the largest difference between two parameters, divided by "
        "the longest way that a parameter has gone, rounded up to a power of ten. `make generated` makes this "
        "page again.",
        "",
        "The bound in the tests is 1e-11. Two programs that round differently drift apart by a unit in the last place, "
        "2e-16, per step. `LBFGS` is compared after each of 8 steps from torch's own state, and its difference is "
        "that of one step, which divides by differences of gradients; near a minimum these have few digits left, so "
        "its bound is 1e-8. `Muon` is compared with torch's iteration in double precision; as it stands it runs in "
        "bfloat16. `SOAP`'s reference implementation takes its QR decompositions in float32, which is set to "
        "float64 here.",
        "",
        f"Versions: torch {version('torch').split('+')[0]}, "
        + ", ".join(
            f"{n} {version(n)}" for n in ("lion-pytorch", "schedulefree", "prodigyopt", "pytorch_optimizer", "optax")
        )
        + ".",
    ]
    for entry in ZOO.values():
        lines += ["", f"## {entry.name}", ""]
        results = deviations(entry, steps)
        if not results:
            lines += [f"No package has the paper's rule as it is printed. Reference: {entry.referee}, in the tests."]
            continue
        worst = max(d for _, d in results)
        bound = 1e-8 if entry.takes == "closure" else TOLERANCE["float64"]
        if not worst <= bound:
            raise AssertionError(f"{entry.name} deviates by {worst:.1e}")
        lines += [f"Against `{entry.referee}`, {len(results)} settings. Largest deviation: {power(worst)}.", ""]
        lines += ["| flag | value | largest deviation |", "| --- | --- | --- |"]
        for flag, values in entry.flags.items():
            for value in values:
                largest = max(d for settings, d in results if settings[flag] == value)
                lines.append(f"| `{flag}` | {shown(value)} | {power(largest)} |")
    return "\n".join(lines) + "\n"
