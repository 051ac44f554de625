"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from advisor.errors import InvalidInput


def write_whole(path: Path, text: str) -> None:
    """Write a text file by replacing it, so that a crash leaves the old file or the new one, never a part.

    Raises `InvalidInput` where it can't be written.
    """
    with written_whole(path) as file:
        file.write(text.encode("utf-8"))


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` once everything is written, and is gone if an exception
    ends that. Raises `InvalidInput` where it can't be written."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            temporary = file.name
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        temporary = None
    except OSError as problem:
        reason = problem.strerror or problem
        raise InvalidInput(f"{path}: can't be written: {reason}", "Choose a folder you may write to.") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
