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
        self.given_up: set[str] = set()
        """Candidates of the present run, or of the last one, that were cancelled."""
        self.waiting: list[str] = []
        """Candidates that are to be measured again once the present run has ended, in this order."""
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
        """Measure one candidate again, at the level of the measurements that there are; the others' results stay. While
        a run goes on, it waits for its end."""
        measurements = self._sitting.measurements
        if self.running:
            if candidate not in self.waiting:
                self.waiting.append(candidate)
            return
        assert measurements is not None, "there is something to be measured again"
        self._begin(listener, measurements.level, candidate, partial(self._one, measurements, candidate))

    def go_on(self, listener: MessagePump) -> None:
        """After the end of a run: begin with the first candidate that waits to be measured again."""
        if self.waiting and not self.running:
            self.again(listener, self.waiting.pop(0))

    def _begin(self, listener: MessagePump, level: Level, candidate: str | None, measure: Obtain) -> None:
        if self.running:
            return
        self.running, self.level, self.candidate, self.events, self.problem = True, level, candidate, [], None
        self.given_up = set()
        self._sitting.note = ""
        self._cancelled = threading.Event()
        arguments = (listener, measure, self._cancelled)
        # Not a daemon: even if everything else fails, Python waits for it, and with it for its child processes.
        self._thread = threading.Thread(target=self._run, args=arguments, name="measuring")
        self._thread.start()

    def record(self, message: Progressed) -> None:
        """Take a message of the run's into account."""
        self.events.append(message.event)

    def close(self, message: Ended) -> Ended:
        """Take the end of the run into account: the sitting has the measurements from here on, if there are any that
        count. Gives what is to be told of it."""
        sitting = self._sitting
        found, problem = self._counting(message.measurements), message.problem
        self.running, self.problem = False, problem
        if found is not None:
            sitting.measurements = found
            sitting.note = self._note(found)
        elif problem is not None:
            stands = "; what was measured before stands" if sitting.measurements else ""
            sitting.note = f"Nothing could be measured: {problem.message}{stands}"
        else:
            stands = "those taken before stand" if sitting.measurements else "nothing measured is used"
            sitting.note = f"Measuring was cancelled: {stands}."
        if problem is not None or sitting.measurements is None:
            self.waiting.clear()
        return Ended(found, problem)

    def _counting(self, found: Measurements | None) -> Measurements | None:
        """What counts of a run: nothing where all of it was cancelled and there are earlier measurements, or nothing
        had finished and nobody waits to be measured again."""
        if found is None or not self.given_up:
            return found
        tried = [outcome for outcome in found.outcomes if outcome.cause != "missing"]
        if not {outcome.candidate for outcome in tried} <= self.given_up:
            return found
        finished = any(outcome.cause != "cancelled" for outcome in tried)
        kept = self._sitting.measurements is None and (finished or self.waiting)
        return found if kept else None

    def _note(self, found: Measurements) -> str:
        knowledge = self._sitting.knowledge
        if self.candidate is not None:
            title = knowledge.candidate[self.candidate].title
            return f"{title} was measured again by itself: its times aren't set against those of the others."
        cut = {outcome.candidate for outcome in found.outcomes if outcome.cause == "cancelled"}
        names = " and ".join(each.title for each in knowledge.candidates if each.id in cut)
        return f"Measuring {names} was cancelled: what had finished by then counts." if names else ""

    def cancel(self, candidate: str | None = None) -> None:
        """Give up one candidate, also one that only waits, or all of them. What had finished counts; `Ended` follows
        soon where nobody is left."""
        if candidate in self.waiting:
            self.waiting.remove(candidate)
            return
        if candidate is None:
            self.waiting.clear()
            self.given_up.update(known.id for known in self._sitting.knowledge.candidates)
        else:
            self.given_up.add(candidate)
        if self.candidate in self.given_up or (candidate is None and not self.events):
            self._cancelled.set()

    def abandon(self) -> None:
        """Ask for an end at once, of which nothing is kept and after which nothing begins."""
        self.waiting.clear()
        self._cancelled.set()

    def join(self) -> None:
        """Wait for the end."""
        if self._thread is not None:
            self._thread.join()

    async def stop(self) -> None:
        """Abandon and wait without blocking the application."""
        self.abandon()
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
        return obtain(*given, fresh=fresh, given_up=self.given_up, **common)

    def _one(self, earlier: Measurements, candidate: str, **common: Any) -> Measurements:
        renew = self._renew
        if renew is None:
            from advisor.probing.run import renew
        knowledge = self._sitting.knowledge
        given = (earlier, knowledge.candidate[candidate], knowledge.probes, self._sitting.options.pythons)
        return renew(*given, **common)
