"""Files read as far as makes sense, and written whole or not at all, alone or several together; and what standard input
holds."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from advisor.errors import FULL, InvalidInput, NoRoom

MIB = 1 << 20
BY_HAND = 4 * MIB
"""Bytes that are read of what people write: answers and rules. All the rules that ship have less than a tenth of that,
and a parsed text takes hundreds of times its own room."""
BY_PROGRAMS = 64 * MIB
"""Bytes that are read of what programs write: a result of hundreds of measurements has one or two percent of that."""


class Taken(InvalidInput):
    """A file that was to be new, and whose name somebody else has taken."""


class NotText(InvalidInput):
    """Bytes that are no text in UTF-8."""


def read_bytes(path: Path, most: int = BY_PROGRAMS) -> bytes:
    """What is in a file, or comes through a pipe. Raises `OSError` where it can't be read or is longer than `most`
    bytes, as a device is that never ends."""
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EOVERFLOW, _too_long(most), str(path))
    return content


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Turns what the system says of something that can't be read into an `InvalidInput`; `what` begins its message."""
    try:
        yield
    except OSError as problem:
        raise InvalidInput(f"{what} can't be read: {problem.strerror}", "Check the path.") from None


def read_input(path: str) -> bytes:
    """What is in a file that somebody names, or on standard input for `-`; a pipe can be read once. Raises
    `InvalidInput` where it can't be read."""
    if path == "-":
        return read_stdin().encode()
    with readable(f"{path}:"):
        return read_bytes(Path(path))


def standard_input() -> TextIO:
    """Standard input. Raises `InvalidInput` where that is closed."""
    if sys.stdin is None:
        raise InvalidInput("standard input is closed", "Name a file, or use a pipe.")
    return sys.stdin


def read_stdin(most: int = BY_PROGRAMS) -> str:
    """The text on standard input. Raises `InvalidInput` where that is closed, isn't UTF-8 or is longer than `most`
    characters."""
    text = _in_utf_8(lambda: standard_input().read(most + 1))
    if len(text) > most:
        raise InvalidInput(f"standard input: {_too_long(most)}", "Check what is written there.")
    return text


def read_line() -> str:
    """The next line on standard input with its end, "" where there is none. Raises `InvalidInput` where that is closed,
    and `NotText` where the line isn't UTF-8."""
    return _in_utf_8(lambda: standard_input().readline())


def _in_utf_8(read: Callable[[], str]) -> str:
    try:
        text = read()
        text.encode()  # in some locales bytes that aren't UTF-8 are read as halves of characters
    except UnicodeError:
        raise NotText("standard input: it isn't text in UTF-8", "Write it as UTF-8.") from None
    return text


def _too_long(most: int) -> str:
    return f"it is longer than {most // MIB} MiB"


def write_whole(path: Path, text: str) -> None:
    """Write a text file by replacing it, so that a crash leaves the old file or the new one, never a part. A link stays
    a link; a device or a pipe, such as /dev/null, is written to.

    Raises `InvalidInput` where it can't be written.
    """
    with written_whole(path) as file:
        file.write(text.encode())


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` once everything is written, and is gone if an exception
    ends that; a device or a pipe is written to as it is. Raises `InvalidInput` where it can't be written."""
    with _no_other_error(lambda: path):
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb") as file:
                yield file
            return
        target = path.resolve() if path.is_symlink() else path
        with _beside(target) as temporary:
            with _on_disk(temporary, like=target) as file:
                yield file
            temporary.replace(target)


def write_together(texts: Mapping[Path, str], new: Collection[Path] = ()) -> None:
    """Write several text files, all of them or none: everything is on the disk under other names before the first
    takes its place, and where a later one can't, those before it are put back. Files in `new` must not exist yet, and
    nobody else's of that name is ever replaced.

    Raises `InvalidInput` where one can't be written, which is `Taken` where its name is.
    """
    path = next(iter(texts))
    with _no_other_error(lambda: path), ExitStack() as beside, ExitStack() as undo:
        staged = {}
        for path, text in texts.items():
            staged[path] = beside.enter_context(_beside(path))
            with _on_disk(staged[path], like=path) as file:
                file.write(text.encode())
        for path, temporary in staged.items():
            if path in new:
                _claim(temporary, path)
                undo.callback(_remove, path)
            elif path.exists():
                before = beside.enter_context(_beside(path))
                _give_second_name(path, before)
                undo.callback(_put_back, before, path)
                temporary.replace(path)
            else:
                temporary.replace(path)
                undo.callback(_remove, path)
        undo.pop_all()


@contextmanager
def _no_other_error(path: Callable[[], Path]) -> Iterator[None]:
    """Turns what the system says of a file that can't be written into an `InvalidInput`."""
    try:
        yield
    except OSError as problem:
        message = f"{path()}: can't be written: {problem.strerror or problem}"
        if problem.errno in FULL:
            raise NoRoom(message) from None
        raise InvalidInput(message, "Choose a folder you may write to.") from None


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name in the folder of `path`, which is made, for a file that is gone in the end."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
    # Short enough for file systems that count bytes, with no half of a character in it.
    start = os.fsencode(path.name)[:100].decode("utf-8", "ignore")
    temporary = path.parent / f".{start}.{os.urandom(4).hex()}"
    try:
        yield temporary
    finally:
        _remove(temporary)


@contextmanager
def _on_disk(temporary: Path, like: Path) -> Iterator[BinaryIO]:
    """A new file to write to, which is on the disk afterwards. It can be read by whoever may read the one whose place
    it will take, and by nobody else."""
    with temporary.open("xb") as file:
        with suppress(FileNotFoundError):
            temporary.chmod(like.stat().st_mode & 0o777)
        yield file
        file.flush()
        os.fsync(file.fileno())


def _claim(temporary: Path, path: Path) -> None:
    """Give a file a name that must be free. Raises `Taken` where it isn't."""
    try:
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links.
            path.touch(exist_ok=False)
            try:
                temporary.replace(path)
            except BaseException:
                _remove(path)
                raise
    except FileExistsError as problem:
        raise Taken(f"{path}: can't be written: {problem.strerror}", "Choose another name.") from None


def _give_second_name(path: Path, name: Path) -> None:
    """Keep what is in a file under another name too."""
    try:
        name.hardlink_to(path)
    except OSError:
        # A file system without links, or a file that may have none.
        with _on_disk(name, like=path) as file:
            file.write(path.read_bytes())


def _put_back(before: Path, path: Path) -> None:
    """Undo a replacement. Where that fails, nothing more can be done for this file, but for the others."""
    with suppress(OSError):
        before.replace(path)


def _remove(path: Path) -> None:
    """Remove a file if that can be done."""
    with suppress(OSError):
        path.unlink()
