"""What takes the terminal's place in the application's process."""

from __future__ import annotations

from textual.drivers.web_driver import WebDriver

from advisor.errors import Exit


class Driver(WebDriver):
    """Textual's driver, which also ends the application once nobody is at the other end: a server that was killed
    must not leave it behind."""

    def run_input_thread(self) -> None:
        """Read until there is nothing more to come."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._loop.call_soon_threadsafe(self._app.exit, int(Exit.INTERRUPTED))
