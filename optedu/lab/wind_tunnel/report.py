"""The report on one specimen: what was found, as an object that reads well in a terminal, a notebook and a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..live_figures.page import Live
from .costs import Cost
from .equations import Equations
from .invariances import Invariance
from .learning import DIGITS, TRANSFORMER, Learned, plain
from .quadratics import Limit, Speed
from .responses import Response
from .units import Unit

APART, ENDS = (1e-16, 1e3), (1e-6, 1e4)
"""Where the logarithmic curves of the table end: how far two ways are apart, and how far from the minimum one ends."""

FINE = 1 / 150
"""Of its height, up to which a curve in the table may miss what was measured: half a pixel in a small plot."""


@dataclass(frozen=True)
class Report:
    """What a rule is, as far as it was measured.

    ``print`` it, show it in a notebook, or `save` it as a page.

    Attributes
    ----------
    name : str
    settings : dict
        Under which everything was measured.
    notes : tuple of str
        What is special about how it was run.
    cost : Cost
        Reading, operations, bytes, state.
    equations : Equations
        The rule as formulas.
    units : list of Unit
        Of every setting.
    invariances : list of Invariance
    responses : list of Response
    limits : dict of str to Limit
        Of the learning rate: "calm" and "noisy".
    speeds : dict of str to Speed
        By the condition number: "aligned" and "turned".
    neighbor : str
        The optimizer of the zoo that is most like it; empty if it was not looked for.
    likeness : str
        In which respects.
    learned : list of Learned
        On digits: this one first, then those it is compared with. Empty if it was not asked for.
    characters : list of Learned
        The same on the character transformer.
    race : Live, or None
        The rule beside momentum and AdamW in a valley, as a live figure.
    no_race : str
        Why there is none.
    times : dict of str to float
        Engine to the time of a step in units of AdamW's. Empty if it was not asked for.
    """

    name: str
    settings: dict[str, Any]
    notes: tuple[str, ...]
    cost: Cost
    equations: Equations
    units: list[Unit]
    invariances: list[Invariance]
    responses: list[Response]
    limits: dict[str, Limit]
    speeds: dict[str, Speed]
    neighbor: str
    likeness: str
    learned: list[Learned]
    characters: list[Learned]
    race: Live | None
    no_race: str
    times: dict[str, float]

    def __getitem__(self, key: str) -> Invariance | Response:
        """The verdict on an invariance, or a response, by its key.

        Raises
        ------
        KeyError
            If there is none of this name.
        """
        there: dict[str, Invariance | Response] = {one.key: one for one in self.invariances}
        there |= {one.key: one for one in self.responses}
        if key not in there:
            raise KeyError(f"there is no {key!r}; there are {', '.join(there)}")
        return there[key]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def __repr__(self) -> str:
        marks = "".join(one.mark for one in self.invariances)
        return f"<Report on {self.name}: invariances {marks}>"

    def _lines(self) -> Iterator[str]:
        given = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        yield f"{self.name}({given})"
        yield from self.notes
        yield ""
        yield from self.cost.words
        yield ""
        if self.units:
            yield "Units"
            yield from (f"  {one.setting:24} {one.words}" for one in self.units)
            yield ""
        yield "Invariances"
        for one in self.invariances:
            yield f"  {one.mark} {one.title:40} {one.verdict}"
            if one.mark != "✓":
                yield f"      {one.evidence}"
        yield ""
        yield "Responses"
        yield from (f"  {one.key:12} {one.words}" for one in self.responses)
        yield ""
        yield "In a bowl"
        yield from (f"  {one.words}" for one in self.limits.values())
        yield from (f"  {one.words}" for one in self.speeds.values())
        if self.neighbor:
            yield ""
            yield f"Most like it in the zoo: {self.neighbor} ({self.likeness})."
        yield ""
        yield "In a race, from its own trace as JavaScript"
        yield f"  {self.race.said()}" if self.race else f"  There is none: {self.no_race}."
        for task, some in ((DIGITS, self.learned), (TRANSFORMER, self.characters)):
            if some:
                yield ""
                yield f"{task.name}, each with its best learning rate"
                yield from (f"  {one.name}: {one.words}" for one in some)
        if self.times:
            yield ""
            each = ", ".join(f"{engine} {ratio:.2g}" for engine, ratio in self.times.items())
            yield f"Time of a step, in units of AdamW's: {each}"

    def _repr_html_(self) -> str:
        from .page import fragment

        return fragment(self)

    def save(self, path: str | Path) -> Path:
        """Write the report as one HTML file that loads nothing.

        Parameters
        ----------
        path : str or Path
            Ends in ``.html``.

        Returns
        -------
        Path

        Raises
        ------
        ValueError
            If the name ends otherwise.
        """
        from .page import whole

        path = Path(path)
        if path.suffix != ".html":
            raise ValueError(f"path must end in .html, got {str(path)!r}")
        path.write_text(whole(self), "utf8")
        return path

    def facts(self) -> dict[str, Any]:
        """All of it as plain numbers and words, for JSON: what the table of the zoo is made from."""
        return {
            "settings": {name: repr(value) for name, value in self.settings.items()},
            "notes": list(self.notes),
            "cost": list(self.cost.words),
            "read": self.cost.how.read if self.cost.how else False,
            "operations": self.cost.how.operations if self.cost.how else 0,
            "passes": self.cost.how.passes if self.cost.how else 0,
            "moved": self.cost.how.bytes_per_parameter if self.cost.how else 0,
            "state": self.cost.bytes,
            "units": {one.setting: one.words for one in self.units},
            "invariances": {one.key: [one.verdict, one.evidence] for one in self.invariances},
            "apart": {
                one.key: _curve(np.arange(len(one.curve)), _powers(one.curve, APART), 19) for one in self.invariances
            },
            "responses": {one.key: [plain(one.value), one.words] for one in self.responses},
            "curves": {one.key: _curve(*one.curve) for one in self.responses},
            "limits": {key: [plain(one.value), one.beyond, one.words] for key, one in self.limits.items()},
            "ends": {
                key: _curve(np.log10(sorted(one.ends)), _powers([one.ends[lr] for lr in sorted(one.ends)], ENDS), 10)
                for key, one in self.limits.items()
            },
            "speeds": {key: [plain(one.exponent), one.words] for key, one in self.speeds.items()},
            "steps": {key: {f"{k:g}": plain(x) for k, x in one.steps.items()} for key, one in self.speeds.items()},
            "learned": self.learned[0].facts() if self.learned else {},
        }


def _powers(x: Sequence[float] | np.ndarray, reach: tuple[float, float]) -> np.ndarray:
    """Powers of ten, within a range; what is no number counts as infinite."""
    found: np.ndarray = np.log10(np.clip(np.nan_to_num(np.asarray(x, dtype=float), nan=np.inf), *reach))
    return found


def _curve(x: np.ndarray, y: np.ndarray, span: float = 0.0) -> list[list[float]]:
    """All x and all y of a curve, with three digits and no more points than it takes; empty if it is not finite."""
    if not y.size or not np.isfinite(y).all():
        return []
    places = thinned(x, y, FINE * (span or np.ptp(y)))
    return [[float(f"{one:.3g}") + 0.0 for one in line[places]] for line in (x, y)]


def thinned(x: np.ndarray, y: np.ndarray, within: float) -> list[int]:
    """Places of points between which straight lines pass all others within a distance, upward or downward."""
    kept, todo = {0, len(x) - 1}, [(0, len(x) - 1)]
    while todo:
        first, last = todo.pop()
        inner = slice(first + 1, last)
        off = np.abs(np.interp(x[inner], x[[first, last]], y[[first, last]]) - y[inner])
        if off.max(initial=0.0) > within:
            middle = first + 1 + int(off.argmax())
            kept.add(middle)
            todo += [(first, middle), (middle, last)]
    return sorted(kept)
