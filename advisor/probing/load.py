"""How many processors other work keeps busy while a child is at work."""

import time
from types import TracebackType
from typing import NamedTuple, Self

import psutil

from advisor.probing.control_group import counts

SHORTEST = 0.25
"""Seconds; what systems count by the hundredth says too little of less."""


class Others:
    """A context manager; afterwards `processors` is how many of those that a child's threads need others kept busy on
    average, among them whoever else runs on a virtual machine's host. None where the time was too short, the child is
    gone, or the system doesn't tell.

    What the child's own children used counts as its own once it has waited for them.
    """

    processors: float | None = None

    def __init__(self, pid: int, threads: int) -> None:
        """`threads` is how many processors the child has use for. A control group's quota can grant fewer than it may
        run on: then others take from it what they use of the quota, and outside of the group what they keep busy beyond
        the processors that are left over."""
        self._pid, self._threads = pid, threads

    def __enter__(self) -> Self:
        self._before = _times(self._pid)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        after = _times(self._pid)
        if self._before and after:
            took, total, busy, group = (late - early for early, late in zip(self._before[1:], after[1:], strict=True))
            if took >= SHORTEST and total > 0:
                spare = max(0, after.processors - self._threads)
                beyond, beside = busy / took - spare, group / took if spare else 0.0
                self.processors = round(max(0.0, beyond, beside), 3)


class _Times(NamedTuple):
    """How many processors we may use, and what clocks say of them at one moment, in seconds."""

    processors: int
    clock: float
    total: float
    busy: float
    """With anything but the child."""
    group: float
    """What of that is the work of our own control group."""


def _times(pid: int) -> _Times | None:
    try:
        child = psutil.Process(pid)
        own = sum(child.cpu_times()[:4])  # without what Linux adds, the waiting for a disk
        usable = child.cpu_affinity() if hasattr(child, "cpu_affinity") else []
    except psutil.Error:
        return None
    every = psutil.cpu_times(percpu=True)
    rows = [every[number] for number in usable if number < len(every)] or every
    # The fields from the ninth on, Linux' guests, are in the first two already.
    total = sum(sum(row[:8]) for row in rows)
    idle = sum(row.idle + getattr(row, "iowait", 0.0) for row in rows)
    used = counts("cpu.stat").get("usage_usec", 0) / 1e6
    return _Times(len(rows), time.monotonic(), total, total - idle - own, used - own if used else 0.0)
