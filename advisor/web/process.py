"""The application's process behind a page."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Sequence

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

GRACE_SECONDS = 5.0
"""How long the application may take to stop what it is measuring and leave."""
LARGEST = 1000
"""The most columns or rows that a page may ask for."""

Send = Callable[..., Awaitable[None]]


class AppProcess(AppService):
    """One application, started without a shell, that never outlives `stop`."""

    def __init__(
        self, command: Sequence[str], send_bytes: Send, send_str: Send, close: Send, downloads: DownloadManager
    ) -> None:
        """`command` is what to run; the rest is how to reach the page."""
        super().__init__(
            "advisor", write_bytes=send_bytes, write_str=self._tell, close=close, download_manager=downloads
        )
        self._arguments = tuple(command)
        self._send_str = send_str

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        environment = super()._build_environment(width, height)
        return environment | {"TEXTUAL_DRIVER": "advisor.web.driver:Driver"}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._arguments,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=self._build_environment(width, height),
            # Ctrl-C at the server's terminal is for the server, which then ends this in good order.
            start_new_session=True,
        )
        self._stdin = self._process.stdin
        return self._process

    async def start(self, width: int, height: int) -> None:
        """Start the application on a screen of this many columns and rows."""
        await super().start(_bounded(width), _bounded(height))

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Tell the application how large its screen is."""
        await super().set_terminal_size(_bounded(width), _bounded(height))

    async def run(self) -> None:
        """Carry what the application writes to the page, until it ends, and tell the page of the end."""
        try:
            await super().run()
        finally:
            await self.remote_close()

    async def stop(self) -> None:
        """End the application, by asking first, and wait until it is gone."""
        process = self._process
        if process is None:
            return
        ending = asyncio.create_task(self._end(process))
        await asyncio.wait({ending}, timeout=GRACE_SECONDS)
        if process.returncode is None:
            _kill(process)
            await asyncio.wait({ending}, timeout=GRACE_SECONDS)
        ending.cancel()
        self._process = None

    async def _end(self, process: Process) -> None:
        await super().stop()
        await process.wait()

    async def _tell(self, text: str) -> None:
        kind, what = json.loads(text)
        if kind == "deliver_file_start":
            # The page's script would look for the file outside of the token's path; it opens what it is told to.
            text = json.dumps(["open_url", {"url": f"download/{what}", "new_tab": True}])
        await self._send_str(text)


def _bounded(cells: int) -> int:
    return max(1, min(int(cells), LARGEST))


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
