"""Measuring in a thread, so that the application stays responsive and can always stop it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.message import Message
from textual.message_pump import MessagePump

from advisor.errors import AdvisorError
from advisor.model.measurement import Level, Measurements
from advisor.probing.events import Event
from advisor.tui.sitting import Sitting

Obtain = Callable[..., Measurements]
"""Takes measurements: as `advisor.probing.run.obtain` does of all candidates, or as `renew` does of one again."""


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

    def __init__(self, sitting: Sitting, obtain: Obtain | None = None, renew: Obtain | None = None) -> None:
        """`obtain` and `renew` are called as those of `advisor.probing.run` are, which they replace in tests."""
        self._sitting = sitting
        self._obtain = obtain
        self._renew = renew
        self._thread: threading.Thread | None = None
        self._cancelled = threading.Event()
        self.running = False
        """Whether probes are running."""
        self.level: Level = sitting.options.level or "quick"
        """How thoroughly it was measured last, or is to be."""
        self.candidate: str | None = None
        """The candidate that is, or was last, measured again by itself; None where it was all of them."""
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
        self._begin(listener, level, None, partial(self._all, level, fresh))

    def again(self, listener: MessagePump, candidate: str) -> None:
        """Measure one candidate again, at the level of the measurements that there are; the others' results stay."""
        measurements = self._sitting.measurements
        assert measurements is not None, "there is something to be measured again"
        self._begin(listener, measurements.level, candidate, partial(self._one, measurements, candidate))

    def _begin(self, listener: MessagePump, level: Level, candidate: str | None, measure: Obtain) -> None:
        if self.running:
            return
        self.running, self.level, self.candidate, self.events, self.problem = True, level, candidate, [], None
        self._sitting.note = ""
        self._cancelled = threading.Event()
        arguments = (listener, measure, self._cancelled)
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
            if self.candidate is not None:
                title = sitting.knowledge.candidate[self.candidate].title
                sitting.note = f"{title} was measured again by itself and not in turns with the others."
        elif message.problem is not None:
            stands = "; what was measured before stands" if sitting.measurements else ""
            sitting.note = f"Nothing could be measured: {message.problem.message}{stands}"
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

    def _run(self, listener: MessagePump, measure: Obtain, cancelled: threading.Event) -> None:
        measurements, problem = None, None
        try:
            measurements = measure(
                seed=self._sitting.options.seed,
                on_event=lambda event: listener.post_message(Progressed(event)),
                cancelled=cancelled,
            )
        except AdvisorError as error:
            problem = Problem(error.message, error.hint)
        except Exception as error:
            # A fault of ours must not take the answers with it.
            problem = Problem(f"{type(error).__name__}: {error}", "This is a fault in the advisor; please report it.")
        if cancelled.is_set():
            measurements, problem = None, None
        listener.post_message(Ended(measurements, problem))

    def _all(self, level: Level, fresh: bool, **common: Any) -> Measurements:
        obtain = self._obtain
        if obtain is None:
            from advisor.probing.run import obtain
        knowledge = self._sitting.knowledge
        given = (knowledge.candidates, knowledge.probes, self._sitting.options.pythons, level)
        return obtain(*given, fresh=fresh, **common)

    def _one(self, earlier: Measurements, candidate: str, **common: Any) -> Measurements:
        renew = self._renew
        if renew is None:
            from advisor.probing.run import renew
        knowledge = self._sitting.knowledge
        given = (earlier, knowledge.candidate[candidate], knowledge.probes, self._sitting.options.pythons)
        return renew(*given, **common)
