"""Measuring in a thread, so that the application stays responsive and can always stop it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.message import Message
from textual.message_pump import MessagePump

from advisor.errors import AdvisorError
from advisor.model.measurement import Level, Measurements
from advisor.probing.events import Event
from advisor.tui.sitting import Sitting

Obtain = Callable[..., Measurements]


class Progressed(Message, bubble=False):
    """A probe was started or has finished."""

    def __init__(self, event: Event) -> None:
        self.event = event
        super().__init__()


@dataclass
class Problem:
    """Why there are no measurements."""

    message: str
    hint: str = ""


class Ended(Message, bubble=False):
    """Measuring is over: with measurements, with a problem, or with neither when it was cancelled."""

    def __init__(self, measurements: Measurements | None, problem: Problem | None) -> None:
        self.measurements = measurements
        self.problem = problem
        super().__init__()


class Measuring:
    """At most one run of the probes at a time, and how far it is.

    The run goes on whichever screen is shown: the application is told of it, keeps account here with `record` and
    `close`, and passes the messages on to its screens. All but the run itself is called from the application's thread.
    """

    def __init__(self, sitting: Sitting, obtain: Obtain | None = None) -> None:
        """`obtain` is called as `advisor.probing.run.obtain` is, which it replaces in tests."""
        self._sitting = sitting
        self._obtain = obtain
        self._thread: threading.Thread | None = None
        self._cancelled = threading.Event()
        self.running = False
        """Whether probes are running."""
        self.level: Level = sitting.options.level or "quick"
        """How thoroughly it was measured last, or is to be."""
        self.events: list[Event] = []
        """What the present run has told so far, or the last one did."""
        self.problem: Problem | None = None
        """Why the last run gave nothing, if it failed."""

    @property
    def begun(self) -> bool:
        """Whether there was a run in this sitting, or is one."""
        return self._thread is not None

    def start(self, listener: MessagePump, level: Level, fresh: bool) -> None:
        """Begin; `listener` is sent `Progressed` messages and one `Ended`. Nothing happens while a run goes on."""
        if self.running:
            return
        self.running, self.level, self.events, self.problem = True, level, [], None
        self._sitting.note = ""
        self._cancelled = threading.Event()
        arguments = (listener, level, fresh, self._cancelled)
        # Not a daemon: even if everything else fails, Python waits for it, and with it for its child processes.
        self._thread = threading.Thread(target=self._run, args=arguments, name="measuring")
        self._thread.start()

    def record(self, message: Progressed) -> None:
        """Take a message of the run's into account."""
        self.events.append(message.event)

    def close(self, message: Ended) -> None:
        """Take the end of the run into account: the sitting has the measurements from here on, if there are any."""
        sitting = self._sitting
        self.running, self.problem = False, message.problem
        if message.measurements is not None:
            sitting.measurements = message.measurements
        elif message.problem is not None:
            sitting.note = f"Nothing could be measured: {message.problem.message}"
        else:
            stands = "those taken before stand" if sitting.measurements else "nothing measured is used"
            sitting.note = f"Measuring was cancelled: {stands}."

    def cancel(self) -> None:
        """Ask for an end; `Ended` follows soon."""
        self._cancelled.set()

    def join(self) -> None:
        """Wait for the end."""
        if self._thread is not None:
            self._thread.join()

    async def stop(self) -> None:
        """Cancel and wait without blocking the application."""
        self.cancel()
        await asyncio.to_thread(self.join)

    def _run(self, listener: MessagePump, level: Level, fresh: bool, cancelled: threading.Event) -> None:
        measurements, problem = None, None
        try:
            measurements = self._call(listener, level, fresh, cancelled)
        except AdvisorError as error:
            problem = Problem(error.message, error.hint)
        except Exception as error:
            # A fault of ours must not take the answers with it.
            problem = Problem(f"{type(error).__name__}: {error}", "This is a fault in the advisor; please report it.")
        if cancelled.is_set():
            measurements, problem = None, None
        listener.post_message(Ended(measurements, problem))

    def _call(self, listener: MessagePump, level: Level, fresh: bool, cancelled: threading.Event) -> Measurements:
        sitting = self._sitting

        def tell(event: Any) -> None:
            listener.post_message(Progressed(event))

        obtain = self._obtain
        if obtain is None:
            from advisor.probing.run import obtain
        return obtain(
            sitting.knowledge.candidates,
            sitting.knowledge.probes,
            sitting.options.pythons,
            level,
            seed=sitting.options.seed,
            fresh=fresh,
            on_event=tell,
            cancelled=cancelled,
        )
