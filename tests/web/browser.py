"""A page in headless Chromium, driven by its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import re
import shutil
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next((path for name in NAMES if (path := shutil.which(name))), None)
QUIET = ("background-networking", "component-update", "sync", "gpu", "dev-shm-usage")
FLAGS = ["--headless", "--no-sandbox", "--no-first-run", "--remote-debugging-port=0", "--window-size=1100,700"]
SECONDS = 40

KEEP_THE_TERMINAL = """
    window.refused = [];
    addEventListener("securitypolicyviolation", event => refused.push(event.blockedURI));
    Object.defineProperty(Object.prototype, "terminal", {
        configurable: true,
        set(value) {
            window.shown ??= value;
            Object.defineProperty(this, "terminal", {value, writable: true, configurable: true, enumerable: true});
        },
    });
"""
"""Run before the page's own scripts: textual-serve's keeps its xterm.js terminal to itself, which is where the text
lies that a person sees as pixels. It also notes what the page's content security policy refused to load."""

SHOWN = """
    Array.from({length: shown.rows}, (_, row) => shown.buffer.active.getLine(row).translateToString(true)).join("\\n")
"""
CODES = {"Enter": 13, "ArrowDown": 40, "ArrowUp": 38}


class Page:
    """One tab."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.requested: list[str] = []
        """The addresses that the page asked for, its websockets' included."""
        self._settled = ""

    async def call(self, method: str, **parameters) -> dict:
        """One command of the protocol and its result."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await self._socket.receive_json(timeout=SECONDS)
            match message:
                case {"id": answered} if answered == number:
                    assert "error" not in message, message
                    return message["result"]
                case {"method": "Network.requestWillBeSent", "params": {"request": {"url": url}}}:
                    self.requested.append(url)
                case {"method": "Network.webSocketCreated", "params": {"url": url}}:
                    self.requested.append(url)

    async def open(self, url: str) -> None:
        """Go there."""
        await self.call("Network.enable")
        await self.call("Page.enable")
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=KEEP_THE_TERMINAL)
        await self.call("Page.navigate", url=url)

    async def evaluate(self, expression: str):
        """What an expression of JavaScript gives, None where it throws."""
        done = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return None if "exceptionDetails" in done else done["result"].get("value")

    async def press(self, *keys: str) -> None:
        """Press keys: one character each, or a name."""
        for key in keys:
            event = {"key": key, "windowsVirtualKeyCode": CODES.get(key, ord(key[0].upper()))}
            text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
            await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
            await self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    async def words(self) -> str:
        """What the terminal shows, as if no line had been broken."""
        return " ".join((await self.evaluate(SHOWN) or "").split())

    async def picture(self) -> bytes:
        """What the page looks like, as PNG."""
        return base64.b64decode((await self.call("Page.captureScreenshot", format="png"))["data"])

    async def settled(self) -> str:
        """What the terminal shows once that is something else than last time and has stayed the same for a moment."""
        before = ""
        for _ in range(SECONDS * 5):
            words = await self.words()
            if words == before != self._settled:
                self._settled = words
                return words
            before = words
            await asyncio.sleep(0.2)
        raise AssertionError(f"nothing came of it; there is: {before}")

    async def until(self, *expected: str) -> str:
        """Wait until the terminal shows all of this, and give everything that it shows."""
        for _ in range(SECONDS * 10):
            words = await self.words()
            if all(each in words for each in expected):
                return words
            assert not await self.evaluate("document.body.classList.contains('-closed')"), f"it ended at: {words}"
            await asyncio.sleep(0.1)
        raise AssertionError(f"{expected} never came; there is: {words}")


@asynccontextmanager
async def browser(folder: Path):
    """Gives a function that opens a new tab; everything is kept in `folder`, and gone in the end."""
    flags = [*FLAGS, *(f"--disable-{name}" for name in QUIET), f"--user-data-dir={folder}", "about:blank"]
    process = await asyncio.create_subprocess_exec(
        BROWSER, *flags, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(SECONDS):
            lines = [await process.stderr.readline()]
            while not (found := re.search(rb"ws://([^/]+)/", lines[-1])):
                assert lines[-1], b"".join(lines).decode()
                lines.append(await process.stderr.readline())
        # What it says later must be read for it to go on.
        reading = asyncio.create_task(process.stderr.read())
        async with aiohttp.ClientSession() as session:

            async def tab() -> Page:
                async with session.put(f"http://{found[1].decode()}/json/new?about:blank") as answer:
                    address = (await answer.json())["webSocketDebuggerUrl"]
                return Page(await session.ws_connect(address, max_msg_size=0))

            yield tab
        process.terminate()
        await reading
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
