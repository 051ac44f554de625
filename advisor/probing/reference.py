"""The machine itself: what plain numpy reaches on it, and how steady it is while others are measured."""

import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from advisor.model.probe import Metric, Probe
from advisor.probing.envelope import Envelope
from advisor.probing.shared import Pair
from advisor.probing.worker import Worker

NAME = "reference"
PAIR: Pair = (NAME, sys.executable)
CEILING = Probe(
    id="ceiling",
    title="What plain numpy reaches on this machine",
    text="Matrix products of numpy's BLAS and additions of arrays beyond the cache: the machine's own ceiling.",
    metrics=(
        Metric(id="ceiling-float32", title="float32 matrix product in numpy", unit="gflops", better="higher"),
        Metric(id="ceiling-float64", title="float64 matrix product in numpy", unit="gflops", better="higher"),
        Metric(id="ceiling-bandwidth", title="Memory bandwidth in numpy", unit="gb_per_s", better="higher"),
    ),
)
SECONDS = 30
PULSE_GAP = 0.3
"""Seconds within which the kernels are not run again."""


class Reference:
    """A process with numpy alone beside the candidates', asked while they wait.

    `ceiling` has the envelope of each launch; `pulses` the kernels' times (ms) by the probe that was going
    on and its launch.
    """

    def __init__(self, probes_dir: Path, threads: int, cancelled: threading.Event | None) -> None:
        self.ceiling: dict[int, Envelope] = {}
        self.pulses: dict[str, dict[int, list[dict[str, float]]]] = defaultdict(lambda: defaultdict(list))
        self._probes_dir, self._threads, self._cancelled = probes_dir, threads, cancelled
        self._worker: Worker | None = None
        self._last = 0.0

    @contextmanager
    def running(self) -> Iterator[Path]:
        """The process for the kernels, the same in all launches: two that are alike can differ by a quarter, which says
        nothing of the machine's speed. Given is its folder, which is there as long."""
        with self._started() as worker:
            self._worker = worker
            try:
                yield worker.folder
            finally:
                self._worker = None

    def measure_ceiling(self, launch: int) -> None:
        """The ceiling in a process of its own, as a candidate's numbers are."""
        with self._started() as worker:
            self.ceiling[launch] = worker.ask("ceiling", {"blocks": 1}, SECONDS, self._cancelled)

    def _started(self) -> Worker:
        return Worker(sys.executable, self._probes_dir, NAME, self._threads)

    def pulse(self, probe: str, launch: int) -> None:
        """Run the kernels, unless they have just been run."""
        if self._worker is None or time.monotonic() - self._last < PULSE_GAP:
            return
        envelope = self._worker.ask("pulse", {"last": False}, SECONDS, self._cancelled)
        self._last = time.monotonic()
        if envelope.works and envelope.samples:
            self.pulses[probe][launch].append({kernel: median(times) for kernel, times in envelope.samples.items()})
        elif not envelope.works:
            self._worker = None
