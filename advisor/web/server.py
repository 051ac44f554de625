"""The server: a page for a browser, and the application's process behind it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web
from textual_serve.server import Server, to_int

from advisor.errors import InvalidInput
from advisor.web.guard import Guard, is_loopback, new_token
from advisor.web.process import GRACE_SECONDS, AppProcess

CLOSE_SECONDS = 2.0
"""How long a page may take to agree that its websocket is closed."""
LARGEST_MESSAGE_BYTES = 1 << 20
LARGEST_FONT = 64

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The address is the key: it must not be told to a page that somebody goes on to.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load: nothing that isn't from this server. Its terminal writes styles of its own. Whatever else is
opened, such as a picture of the screen, may load nothing at all."""


def serve(command: Callable[[], Sequence[str]], host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve the application until a signal ends it.

    `command` gives what to run, for each sitting anew; `announce` is told the address, with the token in it, once it
    can be opened. Port 0 takes a free one. Raises `InvalidInput` where `host` and `port` can't be listened on.
    """
    # textual-serve prints what an application wrote on standard error; ours has only the address on standard output.
    with contextlib.suppress(KeyboardInterrupt), contextlib.redirect_stdout(sys.stderr):
        asyncio.run(_serve(AdvisorServer(command, host, port), announce))


async def _serve(server: AdvisorServer, announce: Callable[[str], None]) -> None:
    stopped = asyncio.Event()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        # Windows has no such handlers, and no SIGHUP.
        with contextlib.suppress(NotImplementedError, AttributeError):
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), stopped.set)
    runner = web.AppRunner(await server._make_app(), access_log=None, shutdown_timeout=2 * GRACE_SECONDS)
    try:
        await runner.setup()
        site = web.TCPSite(runner, server.host, server.port)
        try:
            await site.start()
        except (OSError, OverflowError) as problem:
            what = f"can't listen on {server.host}, port {server.port}: {getattr(problem, 'strerror', None) or problem}"
            raise InvalidInput(
                what, "Another --port, or none, which takes a free one; --host is this machine's."
            ) from None
        announce(server.address(runner.addresses[0][1]))
        await stopped.wait()
    finally:
        await runner.cleanup()


class AdvisorServer(Server):
    """textual-serve's server behind a guard, with one sitting at a time.

    A page that is opened while another is at work takes over: the other's application is ended first, so that two
    never save their answers over each other's, nor measure at once. Every answer is on the disk by then.
    """

    def __init__(self, command: Callable[[], Sequence[str]], host: str, port: int) -> None:
        """As for `serve`."""
        super().__init__("advisor", host, port, templates_path=Path(__file__).parent)
        self._command = command
        self._token = new_token()
        names = {name.lower() for name in (host, socket.gethostname())}
        self._guard = Guard(self._token, frozenset() if is_loopback(host) else frozenset(names), is_loopback(host))
        self._statics = {
            path.relative_to(self.statics_path).as_posix(): path
            for path in self.statics_path.rglob("*")
            if path.is_file()
        }
        self._latest: web.WebSocketResponse | None = None
        self._turn = asyncio.Lock()

    def address(self, port: int) -> str:
        """The address to open, with the token; `port` is the one listened on."""
        host = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/{self._token}/"

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guarded])
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(self.templates_path))
        app.add_routes(
            [
                web.get("/{token}/", self.handle_index),
                web.get("/{token}/ws", self.handle_websocket),
                web.get("/{token}/download/{key}", self.handle_download),
                web.get("/{token}/static/{name:.+}", self._handle_static),
            ]
        )
        app.on_response_prepare.append(_add_headers)
        app.on_shutdown.append(self.on_shutdown)
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Callable) -> web.StreamResponse:
        asks = request.headers
        websocket = asks.get("Upgrade", "").lower() == "websocket" or request.path.endswith("/ws")
        status = self._guard.refusal(request.path, asks.get("Host", ""), asks.get("Origin"), websocket=websocket)
        if status is not None:
            return web.Response(status=status)
        try:
            return await handler(request)
        except web.HTTPException:
            return web.Response(status=404)

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page."""
        nonce = secrets.token_urlsafe(16)
        font_size = max(6, min(to_int(request.query.get("fontsize", "16"), 16), LARGEST_FONT))
        response = aiohttp_jinja2.render_template("page.html", request, {"nonce": nonce, "font_size": font_size})
        response.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
        return response

    async def _handle_static(self, request: web.Request) -> web.StreamResponse:
        path = self._statics.get(request.match_info["name"])
        return web.Response(status=404) if path is None else web.FileResponse(path)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """One sitting: from when the page is opened until it is closed, taken over, or the application is left."""
        page = web.WebSocketResponse(heartbeat=15, timeout=CLOSE_SECONDS, max_msg_size=LARGEST_MESSAGE_BYTES)
        await page.prepare(request)
        before, self._latest = self._latest, page
        if before is not None:
            await before.close(message=b"opened elsewhere")
        async with self._turn:
            if not page.closed:
                await self._sit(
                    page, to_int(request.query.get("width", ""), 80), to_int(request.query.get("height", ""), 24)
                )
        return page

    async def _sit(self, page: web.WebSocketResponse, width: int, height: int) -> None:
        process = AppProcess(
            self._command(),
            _while_open(page, page.send_bytes),
            _while_open(page, page.send_str),
            page.close,
            self.download_manager,
        )
        try:
            await process.start(width, height)
            await self._process_messages(page, process)
        except (AssertionError, AttributeError, LookupError, TypeError, ValueError):
            # The page's script sends nothing of the kind.
            await page.close(message=b"not understood")
        finally:
            await process.stop()

    async def on_shutdown(self, app: web.Application) -> None:
        """End the sitting."""
        if self._latest is not None:
            await self._latest.close(message=b"the server stops")


def _while_open(page: web.WebSocketResponse, send: Callable) -> Callable:
    """`send`, or nothing once the page is gone: what the application still writes must be read for it to end."""

    async def sending(data: bytes | str) -> None:
        with contextlib.suppress(ConnectionError):
            if not page.closed:
                await send(data)

    return sending


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.popall("Server", None)
