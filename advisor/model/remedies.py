"""What the doctor knows: which driver a build needs, which Pythons a framework has wheels for, what to install where,
and the words of each finding."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from advisor.model.base import Frozen, Identifier, Sentence
from advisor.model.diagnosis import Severity
from advisor.model.source import Source

Number = Annotated[str, BeforeValidator(str), Field(pattern=r"^\d+(\.\d+)*$")]
"""A version of digits and dots."""
System = Literal["linux", "macos", "windows", "wsl"]
Framework = Literal["torch", "tensorflow", "jax", "keras"]
Cited = Annotated[tuple[Identifier, ...], Field(min_length=1)]


class Cuda(Frozen):
    """What a generation of CUDA wants of the driver and of the GPU."""

    id: Identifier
    major: int
    linux: Number
    """The oldest driver under Linux."""
    windows: Number
    """The same under Windows, whose driver WSL uses too."""
    capability: Number
    """The least compute capability that it has code for."""
    sources: Cited


class Pythons(Frozen):
    """The Pythons for which a release of a framework has wheels."""

    id: Identifier
    framework: Framework
    version: Number
    at_least: Number
    at_most: Number | None = None
    """None where its wheels fit every later one."""
    sources: Cited


class Install(Frozen):
    """What to install of a framework on a kind of machine; of several that fit, the first counts."""

    id: Identifier
    framework: Framework
    systems: tuple[System, ...]
    architecture: tuple[str, ...] = ()
    """Any where it is empty."""
    vendor: Literal["nvidia", "amd", "apple", "intel", "any"] = "any"
    cuda: int | None = None
    """Built for this generation of CUDA, and so with at least its driver."""
    capability: Number | None = None
    """With at least this compute capability."""
    capability_at_most: Number | None = None
    """With at most this one: GPUs that came later need a build that knows them."""
    rocm: int | None = None
    """With this generation of ROCm installed."""
    packages: str
    """What pip is given."""
    gpu: bool
    """Whether that build uses this GPU."""
    sources: Cited


class Mend(Frozen):
    """What to do on some kinds of machine."""

    systems: tuple[str, ...] = ()
    """Operating systems and distributions of Linux; all where it is empty."""
    do: Sentence
    run: tuple[str, ...] = ()


class Remedy(Frozen):
    """The words of a finding, with names in braces for what the doctor fills in."""

    id: Identifier
    severity: Severity
    wrong: Sentence
    mend: Annotated[tuple[Mend, ...], Field(min_length=1)]
    """The first that fits the machine counts."""
    sources: tuple[Identifier, ...] = ()


class Remedies(Frozen):
    """All of it."""

    cuda: tuple[Cuda, ...]
    pythons: tuple[Pythons, ...]
    installs: tuple[Install, ...]
    findings: tuple[Remedy, ...]
    sources: tuple[Source, ...]

    @cached_property
    def finding(self) -> dict[str, Remedy]:
        """Findings by id."""
        return {remedy.id: remedy for remedy in self.findings}

    @cached_property
    def generation(self) -> dict[int, Cuda]:
        """Generations of CUDA by number."""
        return {cuda.major: cuda for cuda in self.cuda}
