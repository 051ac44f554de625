"""Answers are saved by one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:
    fcntl = None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else is in here with the same file meanwhile, which is made if need be and is held by the operating
    system for as long as this process lives. Where the folder or its file system has no locks, nobody waits."""
    with ExitStack() as stack:
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            _take(stack.enter_context(path.open("ab")))
        yield


def _take(file: BinaryIO) -> None:
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_EX)
        return
    import msvcrt

    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
