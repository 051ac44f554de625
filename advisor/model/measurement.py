"""What the probes found: the machine, its interpreters, and for each candidate every probe's outcome."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from advisor.model.base import Frozen

PROTOCOL = "1"
"""Version of the way of measuring; results of different protocols are never compared."""

Level = Literal["quick", "full"]
Status = Literal["works", "works-with-extra", "fails", "not-tried"]
Cause = Literal["", "missing", "error", "crashed", "killed", "timed-out", "garbage", "cancelled"]


class Gpu(Frozen):
    """A graphics processor as the driver or the operating system reports it."""

    vendor: Literal["nvidia", "amd", "apple", "intel", "other"]
    name: str
    memory_bytes: int | None = None
    driver: str = ""


class Host(Frozen):
    """The machine, and what its limits leave usable of it."""

    os: Literal["linux", "macos", "windows", "wsl"]
    release: str
    machine: str
    cpu: str
    cores: int
    cores_usable: int
    """The least of the count, the affinity mask and the control group's quota."""
    memory_bytes: int
    memory_usable_bytes: int
    """The least of the memory and the control group's limit."""
    gpus: tuple[Gpu, ...] = ()

    @property
    def accelerator(self) -> str:
        """The vendor of the first GPU that has one that matters, or `none`."""
        return next((gpu.vendor for gpu in self.gpus if gpu.vendor != "other"), "none")


class Interpreter(Frozen):
    """A Python that candidates were looked for in."""

    path: str
    python: str = ""
    packages: dict[str, str] = {}
    """Versions of the distributions that matter here, by name."""
    error: str = ""
    """Why it could not be used, if so."""


class Measurement(Frozen):
    """A number that was measured, never a bare figure."""

    metric: str
    unit: str
    median: float = Field(gt=0)
    """Median over the blocks of a launch; over launches the geometric mean of these medians."""
    low: float = Field(gt=0)
    """Lower end of the 95 % interval, which takes launches (processes) as the unit."""
    high: float = Field(gt=0)
    launches: int
    samples: int
    """Blocks timed in all launches together."""


class Outcome(Frozen):
    """What became of one probe of one candidate in one interpreter."""

    probe: str
    candidate: str
    interpreter: str
    status: Status
    cause: Cause = ""
    detail: str = ""
    """The first line of the error, or why it was not tried."""
    extras: tuple[str, ...] = ()
    """Distributions beyond the candidate's own that it needed."""
    measurements: tuple[Measurement, ...] = ()
    findings: dict[str, str | int | float | bool | None] = {}
    """What it saw besides: versions, devices, differences."""
    command: str = ""
    """Runs this probe alone, once."""


class Measurements(Frozen):
    """One run of the probes."""

    format_version: Literal["1.0"] = "1.0"
    protocol: str = PROTOCOL
    level: Level
    fingerprint: str
    """Changes with anything that could change the results: hardware, limits, interpreters, versions, probes."""
    host: Host
    interpreters: tuple[Interpreter, ...]
    outcomes: tuple[Outcome, ...]

    def of(self, candidate: str) -> Iterator[Outcome]:
        """The candidate's outcomes in the interpreter that stands for it: the first in which its framework
        imported, else the first in which it was looked for."""
        mine = [outcome for outcome in self.outcomes if outcome.candidate == candidate]
        works = (o.interpreter for o in mine if o.probe == "framework" and o.status == "works")
        chosen = next(works, mine[0].interpreter if mine else "")
        return (outcome for outcome in mine if outcome.interpreter == chosen)

    def number(self, metric: str, candidate: str) -> Measurement | None:
        """The candidate's measurement of a metric, or None."""
        found = (m for outcome in self.of(candidate) for m in outcome.measurements if m.metric == metric)
        return next(found, None)

    def outcome(self, probe: str, candidate: str) -> Outcome | None:
        """The candidate's outcome of a probe, or None."""
        return next((outcome for outcome in self.of(candidate) if outcome.probe == probe), None)
