"""How many processors other work keeps busy while a child is at work."""

import time
from types import TracebackType
from typing import Self

import psutil

SHORTEST = 0.25
"""Seconds; what systems count by the hundredth says too little of less."""


class Others:
    """A context manager; afterwards `processors` is how many of those that we may use others kept busy on average,
    among them whoever else runs on a virtual machine's host. None where the time was too short, the child is gone, or
    the system doesn't tell.

    What the child's own children used counts as its own once it has waited for them.
    """

    processors: float | None = None

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def __enter__(self) -> Self:
        self._before = _times(self._pid)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        after = _times(self._pid)
        if self._before and after:
            took, total, idle, own = (late - early for early, late in zip(self._before, after, strict=True))
            if took >= SHORTEST and total > 0:
                self.processors = round(max(0.0, (total - idle - own) / took), 3)


def _times(pid: int) -> tuple[float, float, float, float] | None:
    """The clock; the seconds of all processors that we may use, and those that they were idle; those of the child."""
    try:
        child = psutil.Process(pid)
        own = sum(child.cpu_times()[:4])  # without what Linux adds, the waiting for a disk
        usable = child.cpu_affinity() if hasattr(child, "cpu_affinity") else []
    except psutil.Error:
        return None
    every = psutil.cpu_times(percpu=True)
    rows = [every[number] for number in usable if number < len(every)] or every
    # The fields from the ninth on, Linux' guests, are in the first two already.
    return (
        time.monotonic(),
        sum(sum(row[:8]) for row in rows),
        sum(row.idle + getattr(row, "iowait", 0.0) for row in rows),
        own,
    )
