"""Goes through a folder without leaving it."""

from __future__ import annotations

import os
import re
import stat
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

_OWN_MARKS = ("pyvenv.cfg", "conda-meta")
"""What a folder holds that is an environment of installed packages."""


def walk(root: str, pruned: re.Pattern[str], left_out: Callable[[str, str], None]) -> Iterator[str]:
    """The regular files below a folder, those nearest to it first, as paths from it with `/`.

    No link is followed, so nothing outside of the folder is reached and no circle is walked. `left_out(why, path)` is
    told of what isn't gone into.
    """
    waiting = deque([""])
    while waiting:
        folder = waiting.popleft()
        try:
            with os.scandir(f"{root}/{folder}") as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError:
            left_out("folders that can't be read", folder or ".")
            continue
        if folder and any(entry.name in _OWN_MARKS for entry in entries):
            left_out("folders of installed packages, caches and the like", folder)
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            try:
                if entry.is_symlink():
                    left_out("links, which are not followed", path)
                elif entry.is_dir(follow_symlinks=False):
                    if pruned.match(entry.name):
                        left_out("folders of installed packages, caches and the like", path)
                    else:
                        waiting.append(path)
                elif entry.is_file(follow_symlinks=False):
                    yield path
            except OSError:
                left_out("files that can't be read", path)


def is_file(root: str, path: str) -> bool:
    """Whether there is a file, perhaps over a link. Never raises, whatever the path is."""
    try:
        return Path(root, path).is_file()
    except OSError:
        return False


def through_link(root: str, path: str) -> bool:
    """Whether a path leads over a link below `root`, and so perhaps out of it."""
    parts = path.split("/")
    return any(Path(root, *parts[:n]).is_symlink() for n in range(1, len(parts) + 1))


class TooLarge(Exception):
    """A file beyond the limit."""


def read_bytes(root: str, path: str, limit: int) -> bytes:
    """A whole file. Raises `TooLarge` beyond `limit` bytes, and `OSError` where it can't be read or has become a link
    or something else since it was listed."""
    descriptor = _open(root, path)
    with os.fdopen(descriptor, "rb") as file:
        if os.fstat(descriptor).st_size > limit:
            raise TooLarge
        content = file.read(limit + 1)
    if len(content) > limit:
        raise TooLarge
    return content


def read_ends(root: str, path: str, size: int) -> tuple[bytes, bytes]:
    """The first and the last `size` bytes of a file, however large it is. Raises `OSError`."""
    descriptor = _open(root, path)
    with os.fdopen(descriptor, "rb") as file:
        head = file.read(size)
        length = os.fstat(descriptor).st_size
        if length <= size:
            return head, b""
        file.seek(max(size, length - size))
        return head, file.read(size)


def _open(root: str, path: str) -> int:
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    descriptor = os.open(f"{root}/{path}", flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return descriptor
