"""Lines of bytes from a file or a pipe, as they come in, and whole lines out again."""

from __future__ import annotations

import select
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from advisor.cli.ending import interrupt
from advisor.errors import InputNeeded
from advisor.files import readable, standard_input, written_whole

Numbered = tuple[int, bytes | None]
"""A line with its number; None stands for one longer than `LONGEST`."""
LONGEST = 1 << 20
"""Bytes of a line; of a longer one nothing is kept."""
_READ = 1 << 18


@contextmanager
def opened(path: str) -> Iterator[tuple[str, BinaryIO]]:
    """What messages call the input, and its bytes: those of a file, or of standard input for `-`."""
    if path == "-":
        stdin = standard_input()
        if stdin.isatty():
            raise InputNeeded(
                "there are no sets of answers: standard input is a terminal", "Name a file, or use a pipe."
            )
        yield "standard input", stdin.buffer
        return
    with ExitStack() as stack:
        with readable(f"{path}:"):
            file = stack.enter_context(Path(path).open("rb"))
        yield path, file


def numbered(name: str, stream: BinaryIO, most: int) -> Iterator[list[Numbered]]:
    """The lines with their numbers from 1, without their ends: as many at a time as can be had without waiting, but no
    more than `most`. Empty ones are left out. Raises `InvalidInput` where the input can't be read."""
    number, ready = 0, []
    for line in _lines(name, stream):
        if line is not _NOTHING_YET:
            number += 1
            if line is None or line.strip():
                ready.append((number, line))
        if ready and (line is _NOTHING_YET or len(ready) >= most):
            yield ready
            ready = []
    if ready:
        yield ready


_NOTHING_YET = b"\n"
"""No line is this: it says that the next one would have to be waited for."""


def _lines(name: str, stream: BinaryIO) -> Iterator[bytes | None]:
    rest, too_long, first = b"", False, True
    while True:
        if not _waiting(stream):
            yield _NOTHING_YET
        with readable(f"{name}:"):
            read = stream.read1(_READ)
        if not read:
            break
        if first:
            read, first = read.removeprefix(b"\xef\xbb\xbf"), False
        *lines, last = read.split(b"\n")
        if lines:
            lines[0] = rest + lines[0]
            rest = b""
        for line in lines:
            yield None if too_long or len(line) > LONGEST else line
            too_long = False
        rest += last
        if len(rest) > LONGEST:
            rest, too_long = b"", True
    if rest or too_long:
        yield None if too_long else rest


def _waiting(stream: BinaryIO) -> bool:
    """Whether there is something to read at once. Where the system can't tell, yes: then as many lines come together
    as one reading gives."""
    try:
        return bool(select.select([stream], [], [], 0)[0])
    except (OSError, ValueError):
        return True


class Writer:
    """Writes whole lines: an interruption waits until those begun are written."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, lines: Iterable[bytes]) -> None:
        """Write lines, each with its end, so that whoever reads has them."""
        rest = memoryview(b"".join(lines))
        with _whole():
            # A stream without a buffer, as of `python -u`, takes what there is room for.
            while rest:
                rest = rest[self._stream.write(rest) or 0 :]
            self._stream.flush()


@contextmanager
def _whole() -> Iterator[None]:
    """Puts off the first Ctrl-C, or other signal that ends us like one, until what is in here is done; the second isn't
    put off, lest a reader that has stopped reading keeps us for ever."""
    noted = None
    before = {}

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal noted
        if noted:
            raise KeyboardInterrupt
        noted = number

    try:
        # Only the main thread is interrupted.
        if threading.current_thread() is threading.main_thread():
            for number in signal.valid_signals():
                if signal.getsignal(number) in (signal.default_int_handler, interrupt):
                    before[number] = signal.signal(number, note)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if noted:
        before[noted](noted, None)


def writer(output: Path | None) -> AbstractContextManager[Writer]:
    """A context that gives a `Writer` to standard output, or to a file that is there as a whole in the end or not at
    all."""
    return nullcontext(Writer(sys.stdout.buffer)) if output is None else _file(output)


@contextmanager
def _file(output: Path) -> Iterator[Writer]:
    with written_whole(output) as file:
        yield Writer(file)
    print(f"Written to {output}.", file=sys.stderr)
