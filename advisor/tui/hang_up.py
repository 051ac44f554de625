"""A terminal that goes away: a closed window, a lost connection."""

from __future__ import annotations

import select
import sys
import threading
from collections.abc import Callable


def on_hang_up(leave: Callable[[], None]) -> None:
    """Call `leave` from a thread of its own once standard input is hung up.

    Signals don't do: not every terminal sends one when it goes away, and Textual's loop, which would hear it, waits by
    then for what can't be drawn any more (its writer's queue is full, and its reader reads nothing for ever).
    Windows ends a program with its console by itself.
    """
    if sys.platform == "win32" or sys.__stdin__ is None:
        return
    poll = select.poll()
    # No events asked for: hang-ups and errors are always told.
    poll.register(sys.__stdin__.fileno(), 0)

    def watch() -> None:
        poll.poll()
        leave()

    threading.Thread(target=watch, name="hang-up", daemon=True).start()
