"""Runs the probes: in each launch the candidates' processes take turns block by block, never two at work at once."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Container, Mapping, MutableMapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from advisor.model.measurement import IMPORTING, Host, Level, Quality
from advisor.model.probe import Probe
from advisor.probing.child import Cancelled
from advisor.probing.envelope import Envelope, merged
from advisor.probing.events import Event
from advisor.probing.outcomes import qualities
from advisor.probing.plan import EFFORTS, FEWEST_LAUNCHES, TIMED_SHARE, Turns, enough, order, turns_of
from advisor.probing.reference import Reference
from advisor.probing.shared import Cancellation, Pair, program_of
from advisor.probing.timetable import Timetable
from advisor.probing.worker import Worker

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
        given_up: Container[str] = (),
        slowdowns: Slowdowns | None = None,
        hurried: bool = True,
    ) -> None:
        """`given_up` are candidates that are cancelled by themselves; there may come to be more while the run goes on.
        `hurried` is whether what does not fit into the level's time is left out."""
        self.results: dict[tuple[Pair, str], dict[int, Envelope]] = defaultdict(dict)
        self.reference = Reference(probes_dir, host.cores_usable, cancelled)
        self._probes_dir, self._probes, self._level = probes_dir, probes, level
        self._threads = host.cores_usable
        self._memory_bytes = int(MEMORY_SHARE * host.memory_usable_bytes) or None
        self._effort = EFFORTS[level]
        self._on_event = on_event or (lambda event: None)
        self._cancelled, self._given_up = cancelled, given_up
        self._slowdowns = slowdowns or {}
        self._hurried = hurried
        self._begun, self._limit = time.monotonic(), 0.0
        self._timetable = Timetable()
        self._judged: dict[tuple[Pair, str], Quality] = {}

    def run(self, pairs: Sequence[Pair], seed: int) -> None:
        """Probe all pairs. What a candidate that is given up has from enough launches counts; else it was cancelled.

        Raises `Cancelled`; no process is left then, nor on any other exception.
        """
        self._begun, self._limit = time.monotonic(), self._effort.limit(len(pairs))
        with self.reference.running() as shared:
            for launch in range(1, self._effort.launches + 1):
                left = [pair for pair in order(pairs, launch, seed) if not self._is_given_up(pair)]
                final = launch == self._effort.launches or self._is_late(launch, left)
                if left or not pairs:
                    self._launch(left, launch, final, shared)
                if final:
                    break
        for pair in pairs:
            if self._is_given_up(pair):
                self._cancel_unfinished(pair)

    def _is_late(self, launch: int, pairs: Sequence[Pair]) -> bool:
        """Whether there is no time for another launch after this one."""
        if not self._hurried or launch < FEWEST_LAUNCHES:
            return False
        elapsed = time.monotonic() - self._begun
        coming = (turns for n in (launch, launch + 1) for turns in turns_of(self._probes, self._level, n, False))
        needed = self._timetable.expected((turns, pair) for turns in coming for pair in pairs)
        return elapsed + needed > TIMED_SHARE * self._limit

    def _launch(self, pairs: Sequence[Pair], launch: int, final: bool, shared: Path) -> None:
        todo = turns_of(self._probes, self._level, launch, final)
        later = [] if final else [turns for n in self._launches_after(launch) for turns in n]
        self._timetable.expect((turns, pair) for turns in (*todo, *later) for pair in pairs)
        if self._level == "full":
            self.reference.measure_ceiling(launch)
        with ExitStack() as stack:
            workers = {
                pair: stack.enter_context(
                    Worker(pair[1], self._probes_dir, program_of(pair[0]), self._threads, shared, self._memory_bytes)
                )
                for pair in pairs
            }
            for turns in todo:
                self._drop_given_up(workers)
                if not turns.probe.timed and turns.probe.id != IMPORTING and self._lacks_time(turns, len(workers)):
                    self._leave_out(turns, list(workers))
                elif workers:
                    self._take(turns, workers, launch)
                    self._judge(turns.probe, launch, final)

    def _launches_after(self, launch: int) -> list[list[Turns]]:
        last = self._effort.launches
        return [turns_of(self._probes, self._level, n, n == last) for n in range(launch + 1, last + 1)]

    def _take(self, turns: Turns, workers: Mapping[Pair, Worker], launch: int) -> None:
        """One probe of all candidates: a block of each, then another of each in the opposite order, and so on."""
        parts: dict[Pair, list[Envelope]] = {}
        for pair in workers:
            if self._is_pointless(pair, turns.probe.id, launch):
                self._timetable.over(turns, pair, 0)
            else:
                parts[pair] = []
        for turn in range(1, turns.number + 1):
            for pair in list(parts) if turn % 2 else list(parts)[::-1]:
                if (parts[pair] and not parts[pair][-1].works) or self._is_given_up(pair):
                    continue
                if turn == 1:
                    self._tell("started", turns.probe, pair, launch)
                self.reference.pulse(turns.probe.id, launch)
                envelope = self._ask(workers[pair], pair, turns, turn)
                if envelope is None:
                    continue
                parts[pair].append(envelope)
                if turn == turns.number or not envelope.works:
                    self._finish(turns, pair, launch, parts[pair])
        self.reference.pulse(turns.probe.id, launch)

    def _finish(self, turns: Turns, pair: Pair, launch: int, parts: Sequence[Envelope]) -> None:
        envelope = self.results[pair, turns.probe.id][launch] = merged(parts)
        self._timetable.over(turns, pair, len(parts))
        figures = {metric: median(blocks) for metric, blocks in envelope.samples.items()}
        found = {"status": envelope.status, "text": envelope.detail, "figures": figures}
        self._tell("finished", turns.probe, pair, launch, **found)

    def _judge(self, probe: Probe, launch: int, final: bool) -> None:
        """Tell of numbers that can be trusted less, as soon as that is certain."""
        last = final or launch == probe.launches(self._level)
        for pair, (quality, reason) in qualities(self.results, probe, self.reference.pulses, last).items():
            if self._judged.get((pair, probe.id), "good") != quality and not self._is_given_up(pair):
                self._judged[pair, probe.id] = quality
                self._tell("judged", probe, pair, launch, quality=quality, text=reason)

    def _ask(self, worker: Worker, pair: Pair, turns: Turns, turn: int) -> Envelope | None:
        """What the candidate answers; None where it is given up meanwhile."""
        options = {"blocks": 1, "turn": turn, "last": turn == turns.number, "level": self._level}
        options |= turns.probe.options
        if slowdown := self._slowdowns.get((pair[0], turns.probe.id)):
            options["slowdown"] = slowdown
        start = time.monotonic()
        cancelled = Cancellation(self._cancelled, self._given_up, pair[0])
        try:
            envelope = worker.ask(turns.probe.id, options, self._effort.seconds, cancelled, program=turns.probe.program)
        except Cancelled:
            if self._cancelled is not None and self._cancelled.is_set():
                raise
            return None
        self._timetable.took((turns.probe.id, pair, turn == 1), time.monotonic() - start)
        return envelope

    def _tell(self, kind: str, probe: Probe, pair: Pair, launch: int, **found: Any) -> None:
        """Send an event, with what was found."""
        own_done, own_total, own_left = self._timetable.of(pair[0])
        self._on_event(
            Event(
                kind=kind,
                candidate=pair[0],
                interpreter=pair[1],
                probe=probe.id,
                launch=launch,
                launches=self._effort.launches,
                index=self._timetable.done + (kind == "started"),
                total=self._timetable.total,
                eta_s=self._timetable.left,
                own_done=own_done,
                own_total=own_total,
                own_eta_s=own_left,
                **found,
            )
        )

    # --- giving up -------------------------------------------------------------------------------------------

    def _is_given_up(self, pair: Pair) -> bool:
        return pair[0] in self._given_up

    def _drop_given_up(self, workers: MutableMapping[Pair, Worker]) -> None:
        """End the processes of candidates that were given up; they take no more turns."""
        for pair in [pair for pair in workers if self._is_given_up(pair)]:
            workers.pop(pair).kill()
            self._timetable.drop(pair)

    def _cancel_unfinished(self, pair: Pair) -> None:
        """Say which probes of a candidate were cancelled: what failed has failed, what was launched often enough
        counts."""
        for probe in self._probes:
            found = self.results[pair, probe.id]
            needed = enough(probe, self._level)
            if len(found) >= needed or any(not envelope.works for envelope in found.values()):
                continue
            after = f" after {len(found)} of {needed} launches" if found else ""
            lost = Envelope(
                probe=probe.id,
                candidate=program_of(pair[0]),
                status="not-tried",
                cause="cancelled",
                detail=f"cancelled{after}",
            )
            self.results[pair, probe.id] = {1: lost}

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

    def _lacks_time(self, turns: Turns, candidates: int) -> bool:
        """Whether a probe that is tried once would take the run over its time."""
        end = time.monotonic() - self._begun + turns.probe.seconds * candidates
        return self._hurried and end > self._limit

    def _leave_out(self, turns: Turns, pairs: Sequence[Pair]) -> None:
        probe = turns.probe.id
        for pair in pairs:
            self._timetable.over(turns, pair, 0)
            if not self._is_pointless(pair, probe, 1):
                self.results[pair, probe][1] = Envelope(
                    probe=probe,
                    candidate=program_of(pair[0]),
                    status="not-tried",
                    cause="left-out",
                    detail=f"left out for want of time; `advisor probe --only {probe}` tries it",
                )
