"""When each card is due: one JSON file that no crash can take away."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RATINGS = ("again", "hard", "good", "easy")
FORMAT = 1


def default_path() -> Path:
    """The file in the user's data folder, or the one that the variable ``OPTEDU_HISTORY`` names."""
    if named := os.environ.get("OPTEDU_HISTORY"):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("optedu", appauthor=False) / "history.json"


def free(path: Path) -> Path:
    """The first of ``name.x``, ``name-2.x``, ``name-3.x`` … that does not exist."""
    tries = (path.with_stem(f"{path.stem}-{n}") if n > 1 else path for n in range(1, sys.maxsize))
    return next(p for p in tries if not p.exists())


def write(path: Path, text: str) -> None:
    """Put `text` in the place of what `path` holds, all or nothing: also if the machine stops halfway."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # a renamed file must not be found empty after a power cut
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class History:
    """What a learner has seen, scheduled by FSRS.

    The file is read before and written after every change, so that two programs may share it.
    Cards that nobody knows any more are kept: their questions may come back.

    Parameters
    ----------
    path : path, optional
        The file; by default see `default_path`. It need not exist.
    tell : callable, optional
        Gets the message when a damaged file is set aside; by default it goes to the standard error.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, tell: Callable[[str], object] | None = None) -> None:
        self.path: Path = (default_path() if path is None else Path(path)).expanduser().resolve()
        self._tell = tell or (lambda message: print(message, file=sys.stderr))

    def due(self) -> dict[str, datetime]:
        """When each card is due, for every card seen so far."""
        return {name: card.due for name, card in self._read().items()}

    def review(self, name: str, rating: str, now: datetime | None = None) -> datetime:
        """Record an answer and return when the card is due next.

        Parameters
        ----------
        name : str
            The id of the card.
        rating : str
            One of `RATINGS`.
        now : datetime, optional
            Aware; the present by default.
        """
        if rating not in RATINGS:
            raise ValueError(f"rating must be one of {RATINGS}, got {rating!r}")
        from fsrs import Rating, Scheduler

        now = _utc(now)
        cards = self._read()
        # No steps within a day: the session itself asks again for what was not known. No fuzz: equal
        # answers give equal dates.
        scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
        card = cards.get(name) or _new(now)
        cards[name], _ = scheduler.review_card(card, Rating(RATINGS.index(rating) + 1), now)
        self._write(cards)
        return cards[name].due

    def mistake(self, exercise: str, bug: str, now: datetime | None = None) -> str:
        """Make the card of a diagnosed mistake due now; its id is returned."""
        name = f"bug/{exercise}/{bug}"
        now = _utc(now)
        cards = self._read()
        card = cards.setdefault(name, _new(now))
        card.due = min(card.due, now)
        self._write(cards)
        return name

    def reset(self) -> None:
        """Forget everything."""
        self.path.unlink(missing_ok=True)

    def _write(self, cards: dict[str, Any]) -> None:
        entries = {name: card.to_dict() for name, card in cards.items()}
        for entry in entries.values():
            del entry["card_id"]  # FSRS's own number; ours is the name
        write(self.path, json.dumps({"format": FORMAT, "cards": entries}, indent=1) + "\n")

    def _read(self) -> dict[str, Any]:
        """FSRS cards by id. Of a damaged file what can be read is kept, and the whole is set aside."""
        try:
            text = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            content = json.loads(text)
            form, entries, whole = content["format"], dict(content["cards"]), True
        except (ValueError, TypeError, KeyError):  # not JSON and not UTF-8 are ValueErrors
            form, entries, whole = FORMAT, {}, False
        if form != FORMAT:
            raise ValueError(f"{self.path} has format {form!r}, this optedu reads {FORMAT}; update optedu, or move it")
        cards = {name: card for name, entry in entries.items() if (card := _card(entry))}
        if not whole or len(cards) < len(entries):
            aside = free(self.path.with_stem(self.path.stem + ".damaged"))
            os.replace(self.path, aside)
            self._write(cards)
            self._tell(f"The history was damaged. It is set aside as {aside}; {len(cards)} of its cards could be read.")
        return cards


def _utc(now: datetime | None) -> datetime:
    if now is None:
        return datetime.now(UTC)
    if now.tzinfo is None:
        raise ValueError(f"now must know its time zone, got {now!r}")
    return now.astimezone(UTC)


def _new(now: datetime) -> Any:
    from fsrs import Card

    return Card(card_id=0, due=now)


def _card(entry: Any) -> Any:
    """The FSRS card of an entry, or None if it cannot be read."""
    from fsrs import Card, State

    try:
        known: Any = {"card_id": 0, **entry}
        card = Card.from_dict(known)
        complete = card.state == State.Learning or (card.stability and card.difficulty and card.last_review)
        return card if complete and card.due.tzinfo else None
    except (ValueError, TypeError, KeyError):
        return None
