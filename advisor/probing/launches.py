"""Runs the probes: launch by launch, candidate by candidate, never two processes at once."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from advisor.model.measurement import Level
from advisor.model.metric import Metric
from advisor.probing.envelope import Envelope
from advisor.probing.events import Event
from advisor.probing.shared import IMPORTING, Pair
from advisor.probing.worker import Worker


@dataclass(frozen=True)
class Effort:
    """How much measuring a level means."""

    launches: int
    blocks: int
    seconds: float
    """The longest that one probe may take."""


EFFORTS: dict[Level, Effort] = {"quick": Effort(2, 3, 90), "full": Effort(5, 7, 300)}


def turns(pairs: Sequence[Pair], launches: int, seed: int) -> Iterator[tuple[int, Pair]]:
    """The order of the processes: A B C D D C B A …, so that drift of the machine's speed falls on all alike.

    Yields the launch, counted from 1, and the pair. The seed decides who is A.
    """
    order = list(pairs)
    random.Random(seed).shuffle(order)
    for launch in range(1, launches + 1):
        yield from ((launch, pair) for pair in order)
        order.reverse()


def probes_of(metrics: Sequence[Metric], launch: int) -> list[str]:
    """The probes of a launch, the import first: those that give no number are run in the first launch only."""
    numbers = {metric.probe for metric in metrics if metric.kind == "number"}
    wanted = dict.fromkeys([IMPORTING, *(metric.probe for metric in metrics)])
    return [probe for probe in wanted if launch == 1 or probe == IMPORTING or probe in numbers]


class Launches:
    """One run: what it has found so far, and how far it is.

    `results` maps a pair and a probe to an envelope a launch.
    """

    def __init__(
        self,
        probes_dir: Path,
        metrics: Sequence[Metric],
        effort: Effort,
        threads: int,
        on_event: Callable[[Event], None] | None,
        cancelled: threading.Event | None,
    ) -> None:
        self.results: dict[tuple[Pair, str], list[Envelope]] = defaultdict(list)
        self._probes_dir, self._metrics, self._effort, self._threads = probes_dir, metrics, effort, threads
        self._on_event = on_event or (lambda event: None)
        self._cancelled = cancelled
        self._seconds: dict[str, list[float]] = defaultdict(list)

    def run(self, pairs: Sequence[Pair], seed: int) -> None:
        """Probe all pairs. Raises `Cancelled`; no process is left then, nor on any other exception."""
        steps = [
            (launch, pair, probe)
            for launch, pair in turns(pairs, self._effort.launches, seed)
            for probe in probes_of(self._metrics, launch)
        ]
        index = 0
        for launch, pair in turns(pairs, self._effort.launches, seed):
            candidate, python = pair
            with Worker(python, self._probes_dir, candidate, self._threads) as worker:
                for probe in probes_of(self._metrics, launch):
                    rest = [later for _, _, later in steps[index:]]
                    index += 1
                    if not self._pointless(pair, probe):
                        event = Event(
                            kind="started",
                            candidate=candidate,
                            interpreter=python,
                            probe=probe,
                            launch=launch,
                            launches=self._effort.launches,
                            index=index,
                            total=len(steps),
                            eta_s=self._eta(rest),
                        )
                        self._probe(worker, pair, event, rest[1:])

    def _probe(self, worker: Worker, pair: Pair, event: Event, rest: Sequence[str]) -> None:
        self._on_event(event)
        start = time.monotonic()
        options = {"blocks": self._effort.blocks}
        envelope = worker.ask(event.probe, options, self._effort.seconds, self._cancelled)
        self._seconds[event.probe].append(time.monotonic() - start)
        self.results[pair, event.probe].append(envelope)
        news = {
            "kind": "finished",
            "status": envelope.status,
            "text": envelope.detail,
            "figures": {metric: median(blocks) for metric, blocks in envelope.samples.items() if blocks},
            "eta_s": self._eta(rest),
        }
        self._on_event(event.model_copy(update=news))

    def _pointless(self, pair: Pair, probe: str) -> bool:
        """Whether to pass over a probe: it has failed before, or the framework does not even import.

        In the latter case the probe gets an envelope that says so.
        """
        before = self.results[pair, probe]
        if any(not envelope.works for envelope in before):
            return True
        imports = self.results[pair, IMPORTING]
        if probe == IMPORTING or not imports or imports[-1].works:
            return False
        if not before:
            last = imports[-1]
            detail = f"the framework did not import: {last.detail}"
            before.append(last.model_copy(update={"probe": probe, "status": "not-tried", "detail": detail}))
        return True

    def _eta(self, rest: Sequence[str]) -> float | None:
        """Seconds for the probes in `rest`, by the mean of those of the same kind so far, else of all."""
        everything = [seconds for taken in self._seconds.values() for seconds in taken]
        if not everything:
            return None
        overall = sum(everything) / len(everything)
        means = {probe: sum(taken) / len(taken) for probe, taken in self._seconds.items()}
        return sum(means.get(probe, overall) for probe in rest)
