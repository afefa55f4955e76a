"""When each card is due: one JSON file that no crash and no second program can take away."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from .progress import RATINGS, LaterFormatError, Record, merged, mistaken, read, written
from .safe_file import free, leftovers, locked, write


def default_path() -> Path:
    """The file in the user's data folder, or the one that the variable ``OPTEDU_HISTORY`` names."""
    if named := os.environ.get("OPTEDU_HISTORY"):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("optedu", appauthor=False) / "history.json"


class History:
    """What a learner has seen, scheduled by FSRS.

    A change reads the file, changes it and writes it while others wait, so two programs may share it.
    Next to it lies one backup, equal to it. Cards that nobody knows any more are kept: their questions
    may come back.

    Parameters
    ----------
    path : path, optional
        The file; by default see `default_path`. It need not exist.
    tell : callable, optional
        Gets the message when a damaged file is set aside; by default it goes to the standard error.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, tell: Callable[[str], object] | None = None) -> None:
        self.path: Path = (default_path() if path is None else Path(path)).expanduser().resolve()
        self.backup: Path = self.path.with_stem(self.path.stem + ".backup")
        self._tell = tell or (lambda message: print(message, file=sys.stderr))

    def check(self) -> None:
        """Refuse a place where nothing can be kept, and remove what killed programs left behind.

        Raises
        ------
        OSError
            If no answer could be saved. The message says why, and how to name another place.
        """
        try:
            if self.path.is_dir():
                raise IsADirectoryError("it is a folder")
            with locked(self.path):
                for path in leftovers(self.path) + leftovers(self.backup):
                    path.unlink(missing_ok=True)
                with tempfile.TemporaryFile(dir=self.path.parent) as file:
                    file.write(b"1")
        except OSError as error:
            raise OSError(
                f"no answer could be saved in {self.path} ({error.strerror or error}). "
                "Name a file in another folder with OPTEDU_HISTORY=/path/to/history.json"
            ) from error

    def cards(self) -> dict[str, Record]:
        """What is known of every card seen so far."""
        cards, damaged, _ = self._read()
        if damaged is not None:
            with self._changing() as cards:
                pass
        return cards

    def due(self) -> dict[str, datetime]:
        """When each card is due, for every card seen so far."""
        return {name: card.due for name, card in self.cards().items()}

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
        now = _utc(now)
        with self._changing() as cards:
            cards[name] = cards.get(name, Record(now)).reviewed(rating, now)
        return cards[name].due

    def mistake(self, exercise: str, bug: str, now: datetime | None = None) -> str:
        """Make the card of a diagnosed mistake due now; its id is returned."""
        name = f"bug/{exercise}/{bug}"
        now = _utc(now)
        with self._changing() as cards:
            cards[name] = mistaken(cards.get(name), now)
        return name

    def export(self, path: str | os.PathLike[str]) -> int:
        """Write all cards into a file that `take` and the quiz on the site read; how many they are.

        Raises
        ------
        ValueError
            If there is another file of that name, which is no progress.
        """
        path = Path(path)
        if path.exists():
            with _named(path):
                read(path.read_bytes())
        cards = self.cards()
        write(path, written(cards))
        return len(cards)

    def take(self, path: str | os.PathLike[str]) -> tuple[int, list[str]]:
        """Merge in the cards of such a file; how many they are, and the names of damaged ones.

        Of each card the newer review counts. Cards of either side alone are kept.

        Raises
        ------
        ValueError
            If the file is no progress, or that of a later optedu. Then nothing is changed.
        """
        with _named(path):
            found, bad = read(Path(path).read_bytes())
        with self._changing() as cards:
            cards.update(merged(cards, found))
        return len(found), list(bad)

    def reset(self) -> None:
        """Forget everything."""
        with locked(self.path):
            self.backup.unlink(missing_ok=True)
            self.path.unlink(missing_ok=True)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Record]]:
        """The cards, while nobody else may change them; what is changed in them is saved at the end."""
        with locked(self.path):
            cards, damaged, skipped = self._read()
            if damaged is not None:
                aside = free(self.path.with_stem(self.path.stem + ".damaged"))
                write(aside, damaged)  # before anything is put in its place
                lost = f", without {', '.join(skipped)}" if skipped else ""
                self._tell(f"The history was damaged. It is set aside as {aside}; {len(cards)} cards are there{lost}.")
            yield cards
            text = written(cards)
            write(self.path, text)
            with suppress(OSError):  # the answer is saved
                write(self.backup, text)

    def _read(self) -> tuple[dict[str, Record], bytes | None, list[str]]:
        """Cards by id; the text of the file if it is damaged; and the cards that are not to be had.

        What the file lacks comes from the backup.
        """
        text = self._text(self.path)
        cards, bad = self._understood(text)
        if text and not bad and cards is not None:
            return cards, None, []
        spare = self._understood(self._text(self.backup))[0] or {}
        if cards is None:
            return spare, text, []
        cards |= {name: spare[name] for name in bad if name in spare}
        return cards, text, [name for name in bad if name not in cards]

    def _text(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def _understood(self, text: bytes | None) -> tuple[dict[str, Record] | None, list[str]]:
        """Cards, None if there are none to be read, and the names of damaged ones."""
        if text is None:
            return None, []
        try:
            with _named(self.path):
                cards, bad = read(text)
        except LaterFormatError:
            raise
        except ValueError:
            return None, []
        return cards, list(bad)


@contextmanager
def _named(path: str | os.PathLike[str]) -> Iterator[None]:
    """Says which file cannot be read."""
    try:
        yield
    except ValueError as error:
        raise type(error)(f"{path}: {error}") from None


def _utc(now: datetime | None) -> datetime:
    """In milliseconds, for the page knows no finer time."""
    now = datetime.now(UTC) if now is None else now
    if now.tzinfo is None:
        raise ValueError(f"now must know its time zone, got {now!r}")
    return now.astimezone(UTC).replace(microsecond=now.microsecond // 1000 * 1000)
