"""What the probes found: the machine, its interpreters, and for each candidate every probe's outcome."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from advisor.model.base import FormatVersion, Frozen

PROTOCOL = "3"
"""Version of the way of measuring; results of different protocols are never compared."""

Level = Literal["quick", "full"]
Status = Literal["works", "works-with-extra", "fails", "not-tried"]
Cause = Literal["", "missing", "error", "crashed", "killed", "timed-out", "garbage", "cancelled", "left-out"]
Quality = Literal["good", "noisy", "unusable"]
Word = Literal["faster", "slower", "less", "more", "same", "undecided"]
WORKING: frozenset[Status] = frozenset({"works", "works-with-extra"})
BROKEN: frozenset[Cause] = frozenset({"timed-out", "killed", "crashed", "garbage"})
"""Causes for which a process didn't end as it should."""
IMPORTING = "framework"
"""The probe that comes first in each process, so that the import it times is a cold one."""
_OPPOSITE: dict[Word, Word] = {"faster": "slower", "slower": "faster", "less": "more", "more": "less"}


LEAST, MOST = 1e-100, 1e100
"""The ends of what a quantity may be, so that the ratio of any two is a number too."""


def _measurable(value: float) -> float:
    if not LEAST <= value <= MOST:
        raise ValueError(f"{value:.10g} is beyond anything that is measured")
    return value


def _ratio(value: float) -> float:
    if not LEAST / MOST <= value <= MOST / LEAST:
        raise ValueError(f"{value:.10g} is beyond the ratio of any two numbers that are measured")
    return value


def _not_negative(value: float) -> float:
    if value < 0:
        raise ValueError(f"{value:.10g} is less than nothing")
    return value


Count = Annotated[int, AfterValidator(_not_negative)]
"""How many of something."""
Extent = Annotated[float, AfterValidator(_not_negative)]
"""How far something reaches, perhaps not at all."""
Quantity = Annotated[float, Field(gt=0), AfterValidator(_measurable)]
"""A time, a rate or another amount, from 1e-100 to 1e100."""
Ratio = Annotated[float, Field(gt=0), AfterValidator(_ratio)]
"""One quantity divided by another, from 1e-200 to 1e200."""


class Gpu(Frozen):
    """A graphics processor as the driver or the operating system reports it."""

    vendor: Literal["nvidia", "amd", "apple", "intel", "other"]
    name: str
    memory_bytes: Count | None = None
    driver: str = ""


class Host(Frozen):
    """The machine, and what its limits leave usable of it."""

    os: Literal["linux", "macos", "windows", "wsl"]
    release: str
    machine: str
    cpu: str
    cores: Count
    cores_usable: Count
    """The least of the count, the affinity mask and the control group's quota, rounded up."""
    cpu_quota: Extent | None = None
    """Processors whose time the control group grants, such as 1.5; None where it limits none, and in what was written
    before it was told."""
    memory_bytes: Count
    memory_usable_bytes: Count
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
    installed: str = ""
    """A hash of the names and versions of all distributions on its path, and of conda's packages with their builds;
    empty in what was written before there was one."""
    error: str = ""
    """Why it could not be used, if so."""


class Measurement(Frozen):
    """A number that was measured, never a bare figure."""

    metric: str
    unit: str
    median: Quantity
    """Median over the blocks of a launch; over launches the geometric mean of these medians."""
    low: Quantity
    """Lower end of the 95 % interval, which takes launches (processes) as the unit."""
    high: Quantity
    launches: Count
    samples: Count
    """Blocks timed in all launches together."""
    spread: Extent | None = None
    """Standard deviation between launches as a share of the median; None where there was one launch."""
    smallest_difference: Extent | None = None
    """The least ratio between two candidates that this run would have called a difference in four of five cases."""
    quality: Quality = "good"
    """How steady the machine was meanwhile, by reference kernels run between the blocks, and how far others left it to
    the candidates; unusable, too, is what can't be set beside the others' numbers, as `quality_reason` says."""
    quality_reason: str = ""

    @field_validator("low", "high")
    @classmethod
    def _around_the_median(cls, end: float, info: ValidationInfo) -> float:
        # A median that was refused itself isn't there to compare with.
        median = info.data.get("median", end)
        if (end > median) if info.field_name == "low" else (end < median):
            side = "above" if info.field_name == "low" else "below"
            raise ValueError(f"{end:.10g} lies {side} the median, {median:.10g}")
        return end


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
    """Runs this probe alone, once, in the conditions in which it was measured, but for what ran between its blocks."""

    @property
    def works(self) -> bool:
        """Whether the probe did what it is for, if with an extra package."""
        return self.status in WORKING


class Comparison(Frozen):
    """Two candidates by one metric."""

    metric: str
    candidate: str
    interpreter: str
    rival: str
    rival_interpreter: str
    ratio: Ratio
    """The candidate's number divided by the rival's."""
    low: Ratio
    """Ends of the interval that holds all true ratios of the metric's comparisons together with 95 % confidence."""
    high: Ratio
    word: Word
    """What the interval says of the candidate: `faster` and `slower` for times and rates, `less` and `more` for other
    quantities, `same` where any difference is too small to matter, else `undecided`."""

    def turned(self) -> "Comparison":
        """The same with the two exchanged."""
        return self.model_copy(
            update={
                "candidate": self.rival,
                "interpreter": self.rival_interpreter,
                "rival": self.candidate,
                "rival_interpreter": self.interpreter,
                "ratio": 1 / self.ratio,
                "low": 1 / self.high,
                "high": 1 / self.low,
                "word": _OPPOSITE.get(self.word, self.word),
            }
        )


class Measurements(Frozen):
    """One run of the probes."""

    format_version: FormatVersion = "1.0"
    protocol: str = PROTOCOL
    level: Level
    fingerprint: str
    """Changes with anything that could change the results: hardware, limits, interpreters, versions, probes."""
    host: Host
    interpreters: tuple[Interpreter, ...]
    outcomes: tuple[Outcome, ...]
    machine: tuple[Outcome, ...] = ()
    """What plain numpy reaches here, as outcomes of the pseudo-candidate `reference`: the machine's own ceiling."""
    comparisons: tuple[Comparison, ...] = ()

    def of(self, candidate: str) -> Iterator[Outcome]:
        """The candidate's outcomes in the interpreter that stands for it: the first in which its framework
        imported, else the first in which it was looked for."""
        return iter(self._standing.get(candidate, ()))

    def interpreter(self, candidate: str) -> Interpreter | None:
        """The interpreter that stands for a candidate."""
        return next((found for found in self.interpreters if found.path == self._chosen.get(candidate)), None)

    def number(self, metric: str, candidate: str) -> Measurement | None:
        """The candidate's measurement of a metric, or None; one that is unusable is as good as none."""
        return self._numbers.get((metric, candidate))

    def compared(self, metric: str, candidate: str) -> Iterator[Comparison]:
        """The candidate's comparisons with the others by a metric, of the interpreters that stand for the two."""
        for found in self.comparisons:
            pair = {found.candidate: found.interpreter, found.rival: found.rival_interpreter}
            if found.metric == metric and candidate in pair and pair.items() <= self._chosen.items():
                yield found if found.candidate == candidate else found.turned()

    def unusable(self, metric: str) -> int:
        """How many candidates have a number of a metric that is unusable."""
        numbers = (n for outcomes in self._standing.values() for outcome in outcomes for n in outcome.measurements)
        return sum(n.metric == metric and n.quality == "unusable" for n in numbers)

    def outcome(self, probe: str, candidate: str) -> Outcome | None:
        """The candidate's outcome of a probe, or None."""
        return self._by_probe.get((probe, candidate))

    @cached_property
    def _chosen(self) -> dict[str, str]:
        """The interpreter that stands for each candidate."""
        chosen: dict[str, str] = {}
        for outcome in self.outcomes:
            if outcome.probe == IMPORTING and outcome.status == "works":
                chosen.setdefault(outcome.candidate, outcome.interpreter)
        for outcome in self.outcomes:
            chosen.setdefault(outcome.candidate, outcome.interpreter)
        return chosen

    @cached_property
    def _standing(self) -> dict[str, list[Outcome]]:
        found: dict[str, list[Outcome]] = {}
        for outcome in self.outcomes:
            if self._chosen[outcome.candidate] == outcome.interpreter:
                found.setdefault(outcome.candidate, []).append(outcome)
        return found

    @cached_property
    def _by_probe(self) -> dict[tuple[str, str], Outcome]:
        return {(o.probe, candidate): o for candidate, outcomes in self._standing.items() for o in outcomes}

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], Measurement]:
        return {
            (measurement.metric, candidate): measurement
            for candidate, outcomes in self._standing.items()
            for outcome in outcomes
            for measurement in outcome.measurements
            if measurement.quality != "unusable"
        }
