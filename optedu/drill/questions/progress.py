"""What is known of each card, as the terminal and the page store it.

``{"format": 2, "cards": {id: {"due": …, "last_review": …, …}}}``, dates in ISO 8601 with their zone.
``book/_static/drill/progress.js`` reads and writes the same.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

RATINGS = ("again", "hard", "good", "easy")
FORMAT = 2
READ = (1, 2)
"""The formats that are read. The first had no rating, count or mistake, and fields that nobody needs."""

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
STABLE = 1e9
"""Days. No schedule reaches a stability beyond this, so it is damage."""


@dataclass(frozen=True)
class Record:
    """What is known of one card.

    Attributes
    ----------
    due : datetime
    last_review : datetime or None
        None if it was never rated: the card of a mistake is due before.
    stability, difficulty : float or None
        FSRS's state, after a first rating.
    rating : str or None
        The last one; None if there was none, or it was not written down.
    times : int
        How often it was rated, as far as that was written down.
    mistake : datetime or None
        When the drill diagnosed it; None again after the next rating.
    """

    due: datetime
    last_review: datetime | None = None
    stability: float | None = None
    difficulty: float | None = None
    rating: str | None = None
    times: int = 0
    mistake: datetime | None = None

    def reviewed(self, rating: str, now: datetime) -> "Record":
        """After a rating at a time, which is in UTC."""
        from fsrs import Card, Rating, State

        state = State.Learning if self.last_review is None else State.Review
        card = Card(0, state, None, self.stability, self.difficulty, self.due, self.last_review)
        card, _ = scheduler().review_card(card, Rating(RATINGS.index(rating) + 1), now)
        return Record(card.due, now, card.stability, card.difficulty, rating, self.times + 1)


def scheduler() -> Any:
    """FSRS as the terminal and the page use it.

    There are no steps within a day: the session itself asks again for what was not known. There is
    no fuzz: equal answers give equal dates.
    """
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def mistaken(record: Record | None, now: datetime) -> Record:
    """A card, or none yet, after its mistake was made: it is due at once."""
    return replace(record or Record(now), due=min(record.due, now) if record else now, mistake=now)


def newer(one: Record, other: Record) -> Record:
    """Of two records of a card the one with the newer review; a mistake made since then makes it due."""
    late, early = sorted((one, other), key=_age, reverse=True)
    made = max((m for m in (late.mistake, early.mistake) if m and (not late.last_review or m > late.last_review)),
               default=None)  # fmt: skip
    due = min([late.due, *([made] if made else []), *([early.due] if late.last_review == early.last_review else [])])
    return replace(late, due=due, times=max(late.times, early.times), mistake=made)


def _age(one: Record) -> tuple[Any, ...]:
    """By the last review; of two at one time any will do, if only it is always the same."""
    never = datetime.min.replace(tzinfo=UTC)
    return (one.last_review or never, one.stability or 0.0, one.difficulty or 0.0, one.times, one.rating or "")


def merged(one: Mapping[str, Record], other: Mapping[str, Record]) -> dict[str, Record]:
    """The cards of both, in the order in which they come."""
    both = {**one}
    for name, card in other.items():
        both[name] = newer(both[name], card) if name in both else card
    return both


class LaterFormatError(ValueError):
    """Written by a later optedu: to be left alone."""


def read(text: bytes | str) -> tuple[dict[str, Record], dict[str, Any]]:
    """Cards by id, and what stands at those ids that cannot be read.

    Raises
    ------
    LaterFormatError
        If a later optedu has written it.
    ValueError
        If it is no progress at all.
    """
    try:
        content = json.loads(text)
        form, entries = content["format"], content["cards"]
        if type(form) is not int or not isinstance(entries, dict):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):  # not JSON and not UTF-8 are ValueErrors
        raise ValueError("it holds no progress of optedu, or is damaged") from None
    if form not in READ:
        raise LaterFormatError(f"it has format {form}, this optedu reads {FORMAT}; update optedu, or move it")
    found = {name: record(entry) for name, entry in entries.items()}
    good = {name: one for name, one in found.items() if one is not None}
    return good, {name: entry for name, entry in entries.items() if name not in good}


def record(entry: Any) -> Record | None:
    """What an entry says, or None if it is damaged."""
    try:
        due, last, mistake = (_date(entry.get(key)) for key in ("due", "last_review", "mistake"))
        stability, difficulty = (_number(entry.get(key)) for key in ("stability", "difficulty"))
        rating, times = entry.get("rating"), _number(entry.get("times", int(last is not None)))
        if due is None or rating not in (None, *RATINGS) or times is None or not times.is_integer() or times < 0:
            return None
        if last is None:
            return Record(due, mistake=mistake)
        if stability is None or difficulty is None or not (0 < stability <= STABLE and 1 <= difficulty <= 10):
            return None
        return Record(due, last, stability, difficulty, rating, int(times), mistake)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


def _date(text: Any) -> datetime | None:
    if text is None:
        return None
    if not DATE.fullmatch(text):
        raise ValueError
    return datetime.fromisoformat(text).astimezone(UTC)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise TypeError
    return None if value is None else float(value)  # a NaN fails every comparison


def written(cards: Mapping[str, Record]) -> str:
    """The text of a file."""

    def entry(one: Record) -> dict[str, Any]:
        return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(one).items()}

    return json.dumps({"format": FORMAT, "cards": {name: entry(one) for name, one in cards.items()}}, indent=1) + "\n"
