"""A worker: one candidate's process that answers probe requests, replaced by a new one when it dies."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from advisor.model.base import Scalar
from advisor.probing.child import Cancelled, Child, Failure, sweep
from advisor.probing.envelope import Envelope, parse_envelope
from advisor.probing.environment import child_environment
from advisor.probing.load import Others
from advisor.probing.shared import Flag, printable


class Worker:
    """Answers for one candidate in one interpreter; a context manager that leaves no process and no file.

    The process starts with the first request. `threads` is how many processors it may use.
    """

    def __init__(
        self,
        python: str,
        probes_dir: Path,
        candidate: str,
        threads: int,
        shared: Path | None = None,
        memory_bytes: int | None = None,
    ) -> None:
        """`shared` is a folder that outlives the process, for what later launches may find compiled; `memory_bytes`
        what it may hold."""
        self._threads, self._memory_bytes = threads, memory_bytes
        self._candidate = candidate
        self._argv = [python, "-B", str(probes_dir), "--candidate", candidate, "--serve"]
        self._shared = shared
        self._folder: tempfile.TemporaryDirectory | None = None
        self._child: Child | None = None

    @property
    def folder(self) -> Path:
        """Its private folder. It isn't made before it is needed, since it is the process that removes it where nobody
        else is left to."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="advisor-", ignore_cleanup_errors=True)
        return Path(self._folder.name)

    def ask(
        self,
        probe: str,
        options: Mapping[str, Scalar],
        seconds: float,
        cancelled: Flag | None = None,
        program: str = "",
    ) -> Envelope:
        """Run a probe within `seconds`; `program` is its file, if that isn't called like it. Whatever goes wrong in
        the child is an envelope with its cause.

        Raises `Cancelled` within two seconds when the flag is set; the process is gone then.
        """
        try:
            if self._child is None:
                self._child = self._started()
            with Others(self._child.pid, self._threads) as others:
                self._child.send(json.dumps({"probe": probe, "program": program or probe, "options": dict(options)}))
                line = self._child.receive(seconds, cancelled)
            envelope = parse_envelope(line, probe, self._candidate)
            return envelope.model_copy(update={"others": others.processors})
        except Cancelled:
            self.kill()
            raise
        except Failure as failure:
            return self._lost(probe, failure)
        except ValueError as error:
            return self._lost(probe, Failure("garbage", f"not an envelope: {error}"))

    def _started(self) -> Child:
        folder = self.folder
        # What ran in it before may have removed it.
        folder.mkdir(exist_ok=True)
        environment = child_environment(os.environ, self._candidate, self._threads, folder, self._shared)
        return Child(self._argv, environment, folder, self._memory_bytes)

    def _lost(self, probe: str, failure: Failure) -> Envelope:
        self.kill()
        return Envelope(
            probe=probe,
            candidate=self._candidate,
            status="not-tried" if failure.cause == "missing" else "fails",
            cause=failure.cause,
            detail=printable(failure.detail),
        )

    def kill(self) -> None:
        """Kill the process at once; the next request starts another."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                self.kill()
            elif self._child is not None:
                self._child.close()
                self._child = None
        finally:
            if self._folder is not None:
                sweep(self.folder)
                self._folder.cleanup()
