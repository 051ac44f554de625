"""A program in a terminal of its own (a pseudo-terminal), as long as a benchmark types to it and waits for what it
draws."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

LONGEST = 30.0
"""Seconds after which nothing is waited for any more."""


ROOT = Path(__file__).parents[2]


def environment(folder: Path) -> dict[str, str]:
    """The variables of a terminal of somebody who has answered and measured nothing yet; what is kept, bytecode too, is
    kept in `folder`."""
    return {
        **os.environ,
        "TERM": "xterm-256color",
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "PYTHONDONTWRITEBYTECODE": "",
        **{f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CACHE", "DATA", "CONFIG", "STATE")},
    }


class Terminal:
    """Starts the program at once. `seen` is what it has written since the last key.

    A terminal that `controls` sends its program a signal when it is closed, as a window does.
    """

    def __init__(
        self,
        command: Sequence[str],
        variables: Mapping[str, str],
        columns: int = 80,
        rows: int = 24,
        *,
        controls: bool = True,
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.seen = ""
        self._since = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=variables,
            start_new_session=True,
            preexec_fn=partial(fcntl.ioctl, slave, termios.TIOCSCTTY, 0) if controls else None,
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *exception: object) -> None:
        """Asks the program to leave, and ends it if it doesn't."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.wait_for_end()
        except TimeoutError:
            self.process.kill()
        self.process.wait()
        self.close()

    def close(self) -> None:
        """Go away, as a closed window does, whatever the program is doing."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def press(self, keys: str) -> None:
        """Type; times count from here."""
        self.seen = ""
        self._since = time.perf_counter()
        os.write(self._master, keys.encode())

    def wait_for(self, pattern: re.Pattern[str], longest: float = LONGEST) -> float:
        """Seconds from the start, or from the last key, until what is drawn holds a pattern. Raises `TimeoutError`."""
        while not pattern.search(self.seen):
            if not self._read(self._since + longest - time.perf_counter()):
                raise TimeoutError(f"{pattern.pattern!r} was not drawn within {longest:g} s: {self.seen[-500:]!r}")
        return time.perf_counter() - self._since

    def wait_for_end(self) -> float:
        """Seconds from the start, or from the last key, until the program ends. Raises `TimeoutError`."""
        while self.process.poll() is None:
            # What is left unread would hold the program up; the end of a program is not seen by reading alone.
            self._read(0.001)
            if time.perf_counter() - self._since > LONGEST:
                raise TimeoutError(f"it did not end within {LONGEST:g} s")
        return time.perf_counter() - self._since

    def rest(self, seconds: float) -> None:
        """Let it go on for a while."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)

    def cpu_seconds(self) -> float:
        """Processor time that the program itself has taken, without its children."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _read(self, longest: float) -> bool:
        """Take what has been written, or wait for something; False where there was nothing."""
        listened = [] if self._master < 0 else [self._master]
        readable, _, _ = select.select(listened, [], [], max(0.0, longest))
        if not readable:
            return False
        try:
            self.seen += os.read(self._master, 65536).decode("utf-8", "replace")
        except OSError:  # how a pseudo-terminal says that nobody writes to it any more
            return False
        return True
