"""Files that a crash or a second program cannot damage."""

import errno
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PATIENCE = 10.0
"""Seconds to wait for another program. It holds a file for milliseconds."""


def free(path: Path) -> Path:
    """The first of ``name.x``, ``name-2.x``, ``name-3.x`` … that does not exist."""
    tries = (path.with_stem(f"{path.stem}-{n}") if n > 1 else path for n in range(1, sys.maxsize))
    return next(p for p in tries if not p.exists())


def write(path: Path, text: str | bytes) -> None:
    """Put `text` in the place of what `path` holds, all or nothing: also if the machine stops halfway."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with open(handle, "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
            file.flush()
            os.fsync(file.fileno())  # a renamed file must not be found empty after a power cut
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def leftovers(path: Path) -> list[Path]:
    """The temporary files of programs that were killed while they wrote `path`; ask while it is `locked`."""
    return [p for p in path.parent.iterdir() if p.name.startswith(f".{path.name}.") and p.suffix == ".tmp"]


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Keep all others who ask for `path` waiting, threads and programs. A program that ends, however, lets go.

    What is locked is a file next to `path`, for `path` itself is replaced at every write. It stays there,
    empty: whoever removed it could remove the lock of somebody else.

    Raises
    ------
    OSError
        If the folder cannot be written, or somebody holds the file for longer than `patience` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + patience
    with open(path.with_name(f".{path.name}.lock"), "ab") as file:
        while not _taken(file):
            if time.monotonic() > end:
                raise OSError(errno.EAGAIN, f"another program has held it for {patience:g} seconds", str(path))
            time.sleep(0.005)
        yield  # closing the file lets go


def _taken(file: BinaryIO) -> bool:
    """Whether the lock could be had at once."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network drives have no locks. There two programs at once are not safe, but one is.
        return error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
    return True
