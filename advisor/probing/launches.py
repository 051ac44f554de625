"""Runs the probes: in each launch the candidates' processes take turns block by block, never two at work at once."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeAlias

from advisor.model.measurement import IMPORTING, Host, Level
from advisor.model.probe import Probe
from advisor.probing.envelope import Envelope, merged
from advisor.probing.events import Event
from advisor.probing.plan import EFFORTS, FEWEST_LAUNCHES, TIMED_SHARE, Step, order, steps
from advisor.probing.reference import Reference
from advisor.probing.shared import Pair, program_of
from advisor.probing.timetable import Timetable
from advisor.probing.worker import Worker

Results: TypeAlias = dict[tuple[Pair, str], dict[int, Envelope]]
"""By pair and probe, the envelope of each launch."""
Slowdowns: TypeAlias = Mapping[tuple[str, str], float]
"""By name and probe, a factor by which blocks are made to take longer, to test the measuring itself."""

MEMORY_SHARE = 0.8
"""Of the memory usable, so much may be held by a process; one that holds more is killed."""


class Launches:
    """One run: what it has found so far, and how far it is."""

    def __init__(
        self,
        probes_dir: Path,
        probes: Sequence[Probe],
        level: Level,
        host: Host,
        on_event: Callable[[Event], None] | None = None,
        cancelled: threading.Event | None = None,
        slowdowns: Slowdowns | None = None,
        hurried: bool = True,
    ) -> None:
        """`hurried` is whether what does not fit into the level's time is left out."""
        self.results: Results = defaultdict(dict)
        self.reference = Reference(probes_dir, host.cores_usable, cancelled)
        self._probes_dir, self._probes, self._level = probes_dir, probes, level
        self._threads = host.cores_usable
        self._memory_bytes = int(MEMORY_SHARE * host.memory_usable_bytes) or None
        self._effort = EFFORTS[level]
        self._on_event = on_event or (lambda event: None)
        self._cancelled = cancelled
        self._slowdowns = slowdowns or {}
        self._hurried = hurried
        self._begun = time.monotonic()
        self._timetable = Timetable()

    def run(self, pairs: Sequence[Pair], seed: int) -> None:
        """Probe all pairs. Raises `Cancelled`; no process is left then, nor on any other exception."""
        self._begun = time.monotonic()
        with TemporaryDirectory(prefix="advisor-", ignore_cleanup_errors=True) as shared:
            for launch in range(1, self._effort.launches + 1):
                final = launch == self._effort.launches or self._is_late(launch, pairs)
                self._launch(order(pairs, launch, seed), launch, final, Path(shared))
                if final:
                    return

    def _is_late(self, launch: int, pairs: Sequence[Pair]) -> bool:
        """Whether there is no time for another launch after this one."""
        if not self._hurried or launch < FEWEST_LAUNCHES:
            return False
        elapsed = time.monotonic() - self._begun
        coming = (step for n in (launch, launch + 1) for step in steps(self._probes, self._level, n, False))
        needed = self._timetable.expected((step, pair) for step in coming for pair in pairs)
        return elapsed + needed > TIMED_SHARE * self._effort.limit(len(pairs))

    def _launch(self, pairs: Sequence[Pair], launch: int, final: bool, shared: Path) -> None:
        todo = steps(self._probes, self._level, launch, final)
        later = [] if final else [step for n in self._launches_after(launch) for step in n]
        self._timetable.expect((step, pair) for step in (*todo, *later) for pair in pairs)
        with ExitStack() as stack:
            stack.enter_context(self.reference.launched(launch, self._level == "full"))
            workers = {
                pair: stack.enter_context(
                    Worker(pair[1], self._probes_dir, program_of(pair[0]), self._threads, shared, self._memory_bytes)
                )
                for pair in pairs
            }
            for step in todo:
                if not step.probe.timed and step.probe.id != IMPORTING and self._lacks_time(step, len(pairs)):
                    self._leave_out(step, pairs)
                else:
                    self._step(step, workers, launch)

    def _launches_after(self, launch: int) -> list[list[Step]]:
        last = self._effort.launches
        return [steps(self._probes, self._level, n, n == last) for n in range(launch + 1, last + 1)]

    def _step(self, step: Step, workers: Mapping[Pair, Worker], launch: int) -> None:
        """One probe of all candidates: a block of each, then another of each in the opposite order, and so on."""
        parts: dict[Pair, list[Envelope]] = {}
        for pair in workers:
            if self._is_pointless(pair, step.probe.id, launch):
                self._timetable.over(step, pair, 0)
            else:
                parts[pair] = []
        for turn in range(1, step.turns + 1):
            for pair in list(parts) if turn % 2 else list(parts)[::-1]:
                if parts[pair] and not parts[pair][-1].works:
                    continue
                if turn == 1:
                    self._tell(step.probe, pair, launch)
                self.reference.pulse(step.probe.id, launch)
                parts[pair].append(self._ask(workers[pair], pair, step, turn))
                if turn == step.turns or not parts[pair][-1].works:
                    envelope = self.results[pair, step.probe.id][launch] = merged(parts[pair])
                    self._timetable.over(step, pair, turn)
                    self._tell(step.probe, pair, launch, envelope)
        self.reference.pulse(step.probe.id, launch)

    def _ask(self, worker: Worker, pair: Pair, step: Step, turn: int) -> Envelope:
        options = {"blocks": 1, "turn": turn, "last": turn == step.turns, "level": self._level}
        options |= step.probe.options
        if slowdown := self._slowdowns.get((pair[0], step.probe.id)):
            options["slowdown"] = slowdown
        start = time.monotonic()
        envelope = worker.ask(step.probe.id, options, self._effort.seconds, self._cancelled, program=step.probe.program)
        self._timetable.took((step.probe.id, pair, turn == 1), time.monotonic() - start)
        return envelope

    def _tell(self, probe: Probe, pair: Pair, launch: int, envelope: Envelope | None = None) -> None:
        """Send the event that a probe has been started, or with an envelope that it has finished."""
        figures = {metric: median(blocks) for metric, blocks in envelope.samples.items()} if envelope else {}
        self._on_event(
            Event(
                kind="finished" if envelope else "started",
                candidate=pair[0],
                interpreter=pair[1],
                probe=probe.id,
                launch=launch,
                launches=self._effort.launches,
                index=self._timetable.done + (envelope is None),
                total=self._timetable.total,
                status=envelope.status if envelope else None,
                text=envelope.detail if envelope else "",
                figures=figures,
                eta_s=self._timetable.left,
            )
        )

    def _is_pointless(self, pair: Pair, probe: str, launch: int) -> bool:
        """Whether to pass over a probe: it has failed before, or the framework does not even import.

        In the latter case the probe gets an envelope that says so.
        """
        if any(not envelope.works for envelope in self.results[pair, probe].values()):
            return True
        imports = self.results[pair, IMPORTING]
        last = imports[max(imports)] if imports else None
        if probe == IMPORTING or last is None or last.works:
            return False
        if not self.results[pair, probe]:
            detail = f"the framework did not import: {last.detail}"
            update = {"probe": probe, "status": "not-tried", "detail": detail}
            self.results[pair, probe][launch] = last.model_copy(update=update)
        return True

    def _lacks_time(self, step: Step, candidates: int) -> bool:
        """Whether a probe that is tried once would take the run over its time."""
        end = time.monotonic() - self._begun + step.probe.seconds * candidates
        return self._hurried and end > self._effort.limit(candidates)

    def _leave_out(self, step: Step, pairs: Sequence[Pair]) -> None:
        probe = step.probe.id
        for pair in pairs:
            self._timetable.over(step, pair, 0)
            if not self._is_pointless(pair, probe, 1):
                self.results[pair, probe][1] = Envelope(
                    probe=probe,
                    candidate=program_of(pair[0]),
                    status="not-tried",
                    cause="left-out",
                    detail=f"left out for want of time; `advisor probe --only {probe}` tries it",
                )
