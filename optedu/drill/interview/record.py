"""What became of all interviews: one JSON file next to the history."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..questions.history import default_path
from ..questions.safe_file import free, locked, write
from .mock import Interview, clock
from .parts import BEST

FORMAT = 1


def record_path() -> Path:
    """Where the record is kept."""
    return default_path().with_name("interviews.json")


def read(path: Path) -> list[dict[str, Any]]:
    """The interviews of a record, oldest first; none if there is no file.

    Raises
    ------
    ValueError
        If it is no record, or that of a later optedu.
    """
    try:
        content = json.loads(path.read_text("utf8"))
    except FileNotFoundError:
        return []
    except ValueError:
        raise ValueError(f"{path} holds no record of interviews, or is damaged") from None
    if not isinstance(content, dict) or not isinstance(content.get("interviews"), list):
        raise ValueError(f"{path} holds no record of interviews, or is damaged")
    if content.get("format") != FORMAT:
        raise ValueError(f"{path} has format {content.get('format')!r}, this optedu reads {FORMAT}; update optedu")
    return list(content["interviews"])


def add(talk: Interview, path: Path, now: datetime | None = None) -> list[dict[str, Any]]:
    """Append an interview, and return all of them."""
    one = {
        "level": talk.level,
        "seed": talk.seed,
        "points": sum(p.points or 0 for p in talk.parts),
        "of": BEST * len(talk.parts),
        "seconds": round(sum(p.seconds for p in talk.parts)),
        "parts": {f"{p.kind} {p.subject}": p.points for p in talk.parts},
    }
    return append(one, path, now)


def append(one: dict[str, Any], path: Path, now: datetime | None = None) -> list[dict[str, Any]]:
    """Append an entry with its day, and return all of them. A damaged file is set aside, and nothing is lost."""
    one = {"date": (now or datetime.now(UTC)).date().isoformat(), **one}
    with locked(path):
        try:
            known = read(path)
        except ValueError:
            write(free(path.with_stem(path.stem + ".damaged")), path.read_bytes())
            known = []
        known.append(one)
        write(path, json.dumps({"format": FORMAT, "interviews": known}, indent=1) + "\n")
    return known


def table(known: list[dict[str, Any]], last: int = 10) -> str:
    """The last interviews as a table, in Markdown."""
    rows = [
        f"| {o['date']} | {o['level']} | {o['points']} of {o['of']} | {clock(o['seconds'])} |" for o in known[-last:]
    ]
    return "\n".join(["**Your interviews**", "", "| day | level | points | time |", "| --- | --- | --- | --- |", *rows])
