"""A child process that may crash, hang, flood or leave children of its own, and must harm nobody.

It runs in a process group of its own. Its stdout is read by a thread with a cap on its size, its stderr by another
that keeps only the end. On Windows, where there are no process groups of this kind, only the child itself is killed.
"""

import contextlib
import json
import math
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from advisor.model.measurement import Cause
from advisor.probing import control_group
from advisor.probing.environment import inherited
from advisor.probing.shared import Flag

ANSWER_BYTES = 4 << 20
"""More output than this while one answer is awaited is a flood."""
TAIL_BYTES = 8 << 10
POLL_SECONDS = 0.05
CLOSE_SECONDS, TERM_SECONDS, KILL_SECONDS, CANCEL_SECONDS = 1.0, 3.0, 5.0, 1.5
"""How long to wait after closing stdin, after SIGTERM, after SIGKILL, and after SIGKILL when the user waits."""

_POSIX = os.name == "posix"
_FLOOD = object()


class Cancelled(Exception):
    """The run was cancelled; nothing of it is left running."""


class Failure(Exception):
    """No answer came, with the cause and the detail that an outcome gets."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(detail)
        self.cause: Cause = cause
        self.detail = detail


class _End:
    """The end of the output, and the unfinished line before it."""

    def __init__(self, partial: bytes) -> None:
        self.partial = partial


class _Lines(threading.Thread):
    """Keeps the lines of a stream that start with `{`; past `ANSWER_BYTES` since `count` was set to 0, gives up."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(daemon=True)
        self.items: queue.Queue[bytes | _End | object] = queue.Queue()
        self.count = 0
        self._stream = stream
        self.start()

    def run(self) -> None:
        pending = b""
        with self._stream:
            while chunk := os.read(self._stream.fileno(), 1 << 16):
                self.count += len(chunk)
                if self.count > ANSWER_BYTES:
                    self.items.put(_FLOOD)
                    return
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    if line.lstrip().startswith(b"{"):
                        self.items.put(line)
        self.items.put(_End(pending))


class _Tail(threading.Thread):
    """Keeps the last `TAIL_BYTES` of a stream."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._kept = b""
        self.start()

    def run(self) -> None:
        with self._stream:
            while chunk := os.read(self._stream.fileno(), 1 << 16):
                self._kept = (self._kept + chunk)[-TAIL_BYTES:]

    def last_line(self) -> str:
        """The last line that says anything."""
        self.join(timeout=0.5)
        lines = self._kept.decode("utf-8", "replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


class Child:
    """A started process. Whoever makes one must `close` or `kill` it.

    Raises `Failure` (cause `missing`) when the program can't be started.
    """

    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str], folder: Path, memory_bytes: int | None = None
    ) -> None:
        """`memory_bytes` is what the child may hold; one that is seen to hold more is killed, before the system runs
        short and kills something else. (A limit on the address space would not do: CUDA reserves far more.)"""
        self._memory_bytes = memory_bytes
        self._oom_kills = oom_kills()
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                argv,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                env=environment,
                cwd=folder,
                start_new_session=True,
                bufsize=0,
            )
        except (OSError, ValueError) as error:
            raise Failure("missing", f"{argv[0]} could not be started: {error}") from error
        self._lines = _Lines(self._process.stdout)
        self._tail = _Tail(self._process.stderr)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def send(self, line: str) -> None:
        """Write a line to the child's stdin; if it no longer reads, `receive` will say why."""
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(line.encode() + b"\n")

    def receive(self, seconds: float, cancelled: Flag | None = None) -> bytes:
        """The next line of output that starts with `{`: what comes before is noise, such as a site hook's print.

        Raises `Failure` when none comes within `seconds`, too much comes, or the child dies; it is dead then, with
        its group. Raises `Cancelled` when the event is set; likewise.
        """
        try:
            return self._receive(seconds, cancelled)
        except Failure:
            if cancelled is not None and cancelled.is_set():
                raise Cancelled from None
            raise

    def _receive(self, seconds: float, cancelled: Flag | None) -> bytes:
        deadline = time.monotonic() + seconds
        self._lines.count = 0
        while True:
            if cancelled is not None and cancelled.is_set():
                self.kill()
                raise Cancelled
            if (held := self._memory_held()) > (self._memory_bytes or math.inf):
                self.kill()
                raise Failure("killed", f"held {held / 2**30:.1f} GiB of memory, more than it may")
            left = deadline - time.monotonic()
            if left <= 0:
                raise Failure("timed-out", f"no answer within {seconds:g} s" + self.terminate(cancelled))
            exited = self._has_exited()
            try:
                # What a child wrote before it ended may still be on its way through the reading thread.
                item = self._lines.items.get(timeout=CLOSE_SECONDS if exited else min(POLL_SECONDS, left))
            except queue.Empty:
                if exited:
                    # A grandchild can hold the pipe open after the child's death, so that no end comes.
                    raise self._death(b"", cancelled) from None
                continue
            if item is _FLOOD:
                self.kill()
                raise Failure("garbage", f"more than {ANSWER_BYTES >> 20} MiB of output instead of an answer")
            if isinstance(item, _End):
                raise self._death(item.partial, cancelled)
            return item

    def close(self) -> None:
        """End a child that has answered: it sees the end of its stdin, and is killed if it doesn't care."""
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._await_exit(CLOSE_SECONDS)
        self.kill()

    def terminate(self, cancelled: Flag | None = None) -> str:
        """SIGTERM, then SIGKILL to the group. Returns "", or what to add to a report if the child would not die."""
        if not self._has_exited():
            self._signal(signal.SIGTERM)
            self._await_exit(TERM_SECONDS, cancelled)
        return self.kill(CANCEL_SECONDS if cancelled is not None and cancelled.is_set() else KILL_SECONDS)

    def kill(self, seconds: float = CANCEL_SECONDS) -> str:
        """SIGKILL to the group, with whatever it left behind. Returns as `terminate` does."""
        # Until the child is reaped its group's number can't be given to anybody else.
        self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return f"; abandoned: process {self._process.pid} would not die"
        return ""

    def _memory_held(self) -> int:
        """Bytes resident in the child, or 0 once it is gone."""
        if self._memory_bytes is None:
            return 0
        import psutil  # not needed for the short questions that every command asks an interpreter

        try:
            return psutil.Process(self._process.pid).memory_info().rss
        except psutil.Error:
            return 0

    def _signal(self, number: int) -> None:
        if self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if _POSIX:
                os.killpg(self._process.pid, number)
            else:
                self._process.kill()

    def _has_exited(self) -> bool:
        """Whether the child has ended, without reaping it."""
        if self._process.returncode is not None or not _POSIX:
            return self._process.poll() is not None
        try:
            return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def _await_exit(self, seconds: float, cancelled: Flag | None = None) -> None:
        deadline = time.monotonic() + seconds
        while not self._has_exited() and time.monotonic() < deadline:
            if cancelled is not None and cancelled.is_set():
                return
            time.sleep(0.01)

    def _death(self, partial: bytes, cancelled: Flag | None) -> Failure:
        """Why the output ended; clears up what the child left behind."""
        self._await_exit(CLOSE_SECONDS, cancelled)
        if not self._has_exited():
            return Failure("garbage", "closed its output without an answer" + self.terminate(cancelled))
        self.kill()
        cause, detail = explain_exit(self._process.returncode, oom_kills() > self._oom_kills)
        if partial.lstrip().startswith(b"{") and cause == "error":
            cause, detail = "garbage", f"half an answer, then it {detail}"
        last = self._tail.last_line()
        return Failure(cause, f"{detail}: {last}" if last else detail)


def sweep(folder: Path) -> None:
    """Kill whatever still runs with `folder` as its place for temporary files: what a child has left behind outside of
    its process group."""
    import psutil

    for process in psutil.process_iter():
        # Others' processes can't be looked into, and ours may end meanwhile.
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get("TMPDIR") == str(folder):
                process.kill()


def explain_exit(code: int, out_of_memory: bool) -> tuple[Cause, str]:
    """Cause and detail for an exit code as `subprocess` gives it: a negative one is a signal's number."""
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        if name == "SIGKILL" and out_of_memory:
            return "killed", "killed by SIGKILL: out of memory"
        asked = name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")
        return ("killed", f"killed by {name}") if asked else ("crashed", f"crashed with {name}")
    if code >= 0x80000000:
        return "crashed", f"crashed with Windows status {code:#x}"
    return ("garbage" if code == 0 else "error"), f"exited with code {code} without an answer"


def oom_kills() -> int:
    """How many processes the kernel has killed for memory so far: in this control group, else on this machine."""
    everywhere = control_group.read(Path("/proc/vmstat")).get("oom_kill", 0)
    return control_group.counts("memory.events").get("oom_kill", everywhere)


def ask_once(
    argv: Sequence[str],
    seconds: float,
    cancelled: Flag | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> dict:
    """Start a program, in the current folder and environment unless told otherwise, read the JSON object that it
    prints, end it. Raises `Failure` and `Cancelled` as `Child`."""
    child = Child(argv, inherited(os.environ) if environment is None else environment, folder or Path.cwd())
    try:
        line = child.receive(seconds, cancelled)
    except BaseException:
        child.kill()
        raise
    child.close()
    try:
        return json.loads(line)
    except ValueError as error:
        raise Failure("garbage", f"not JSON: {error}") from error
