"""Files written whole or not at all, alone or several together; and what standard input holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from advisor.errors import InvalidInput


def standard_input() -> TextIO:
    """Standard input. Raises `InvalidInput` where that is closed."""
    if sys.stdin is None:
        raise InvalidInput("standard input is closed", "Name a file, or use a pipe.")
    return sys.stdin


def read_stdin() -> str:
    """The text on standard input. Raises `InvalidInput` where that is closed or isn't UTF-8."""
    return _in_utf_8(standard_input().read)


def read_line() -> str:
    """The next line on standard input with its end, "" where there is none. Raises `InvalidInput` as `read_stdin`
    does."""
    return _in_utf_8(standard_input().readline)


def _in_utf_8(read: Callable[[], str]) -> str:
    try:
        text = read()
        text.encode()  # in some locales bytes that aren't UTF-8 are read as halves of characters
    except UnicodeError:
        raise InvalidInput("standard input: it isn't text in UTF-8", "Write it as UTF-8.") from None
    return text


def write_whole(path: Path, text: str) -> None:
    """Write a text file by replacing it, so that a crash leaves the old file or the new one, never a part. A link stays
    a link; a device or a pipe, such as /dev/null, is written to.

    Raises `InvalidInput` where it can't be written.
    """
    if _is_stream(path):
        try:
            path.write_text(text, encoding="utf-8", newline="")
        except OSError as problem:
            raise _unwritable(path, problem) from None
    else:
        write_together({path.resolve() if path.is_symlink() else path: text})


def write_together(texts: Mapping[Path, str], new: Collection[Path] = ()) -> None:
    """Write several text files, all of them or none: everything is on the disk under other names before the first
    takes its place, and where a later one can't, those before it are put back. Files in `new` must not exist yet, and
    nobody else's of that name is ever replaced.

    Raises `InvalidInput` where one can't be written.
    """
    staged: dict[Path, Path] = {}
    done: list[tuple[Path, bytes | None]] = []
    path = next(iter(texts))
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            staged[path] = _staging(path)
            _write(staged[path], text, like=path)
        for path, temporary in staged.items():
            if path in new:
                _claim(temporary, path)
                done.append((path, None))
            else:
                done.append((path, path.read_bytes() if path.exists() else None))
                temporary.replace(path)
    except OSError as problem:
        _undo(done)
        raise _unwritable(path, problem) from None
    except BaseException:
        _undo(done)
        raise
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` once everything is written, and is gone if an exception
    ends that; a device or a pipe is written to as it is. Raises `InvalidInput` where it can't be written."""
    if _is_stream(path):
        try:
            with path.open("wb") as file:
                yield file
        except OSError as problem:
            raise _unwritable(path, problem) from None
        return
    path = path.resolve() if path.is_symlink() else path
    temporary = _staging(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            _protect(temporary, path)
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as problem:
        raise _unwritable(path, problem) from None
    finally:
        temporary.unlink(missing_ok=True)


def _is_stream(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _staging(path: Path) -> Path:
    return path.with_name(f".{path.name[:100]}.{os.urandom(4).hex()}")


def _unwritable(path: Path, problem: OSError) -> InvalidInput:
    return InvalidInput(f"{path}: can't be written: {problem.strerror or problem}", "Choose a folder you may write to.")


def _write(path: Path, text: str, like: Path) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        _protect(path, like)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _protect(path: Path, like: Path) -> None:
    """Let a file be read by whoever may read the one whose place it takes, and by nobody else."""
    with suppress(FileNotFoundError):
        path.chmod(like.stat().st_mode & 0o777)


def _claim(temporary: Path, path: Path) -> None:
    """Give a file a name that must be free."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links.
        path.touch(exist_ok=False)
        temporary.replace(path)


def _undo(done: list[tuple[Path, bytes | None]]) -> None:
    for path, before in reversed(done):
        if before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(before)
