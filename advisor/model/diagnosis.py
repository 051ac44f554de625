"""A diagnosis: what a machine and its interpreters are, as far as it matters to frameworks, and what is wrong."""

from typing import Literal

from advisor.model.base import FormatVersion, Frozen, Identifier, Sentence
from advisor.model.measurement import Cause
from advisor.model.source import Source

GIB = 1 << 30
Severity = Literal["error", "warning", "note"]
"""error: something that is there can't be used; warning: it works worse than it could, or may soon fail; note: good to
know."""


class Graphics(Frozen):
    """A graphics processor as the driver or the operating system reports it."""

    vendor: Literal["nvidia", "amd", "apple", "intel", "other"]
    name: str
    kind: Literal["discrete", "integrated", "virtual"]
    """integrated: a part of the main processor, whose memory it shares."""
    memory_bytes: int | None = None
    memory_free_bytes: int | None = None
    driver: str = ""
    """The kernel's driver; empty where none is bound to it."""
    driver_version: str = ""
    capability: str = ""
    """NVIDIA's compute capability."""


class Nvidia(Frozen):
    """What NVIDIA's driver says of itself."""

    smi: str = ""
    """The program nvidia-smi; empty where there is none."""
    error: str = ""
    """The first line of what nvidia-smi says where it fails."""
    cuda: str = ""
    """The newest CUDA that the driver knows."""
    kernel_version: str = ""
    """The version of the module that the kernel has loaded."""
    device_nodes: bool = False
    """Whether there is a /dev/nvidia0."""


class Rocm(Frozen):
    """AMD's software for computing."""

    version: str = ""
    kfd: Literal["absent", "no-access", "ok"] = "absent"
    """/dev/kfd, through which programs compute."""
    rocminfo: bool = False
    """Whether there is its program of that name, which lists what it computes on: no finding rests on it, it is there
    for whoever is sent the diagnosis."""


class Wsl(Frozen):
    """The Windows Subsystem for Linux."""

    version: Literal[0, 1, 2] = 0
    """0 where this isn't one."""
    dxg: bool = False
    """/dev/dxg, the GPU's way into it."""
    library: bool = False
    """Whether there is libcuda as NVIDIA's driver of Windows brings it along: no finding rests on it, since Windows may
    have another GPU; it is there for whoever is sent the diagnosis."""
    linux_driver: str = ""
    """A library of a driver for Linux, which must not be there."""


class Folder(Frozen):
    """Where something is kept, and how much room is left."""

    purpose: str
    path: str
    free_bytes: int | None = None


class Machine(Frozen):
    """The machine at this moment."""

    os: Literal["linux", "macos", "windows", "wsl"]
    release: str = ""
    os_version: str = ""
    """Of macOS and Windows."""
    distribution: str = ""
    """Of Linux, as in /etc/os-release."""
    architecture: str
    cpu: str
    avx: bool | None = None
    """Whether an x86 processor has AVX instructions; None where that isn't known or doesn't apply."""
    cores_usable: int
    memory_bytes: int
    """The least of the memory and the control group's limit."""
    memory_free_bytes: int | None = None
    container: bool = False
    gpus: tuple[Graphics, ...] = ()
    nvidia: Nvidia = Nvidia()
    rocm: Rocm = Rocm()
    wsl: Wsl = Wsl()
    folders: tuple[Folder, ...] = ()
    variables: dict[str, str] = {}
    """Environment variables that make a healthy machine look broken, where they are set."""

    def gpu(self, *vendors: str) -> Graphics | None:
        """The first GPU of one of these vendors, a discrete one if there is one."""
        mine = [gpu for gpu in self.gpus if gpu.vendor in vendors]
        return next((gpu for gpu in mine if gpu.kind == "discrete"), mine[0] if mine else None)


class Requirement(Frozen):
    """What an installed distribution requires and doesn't get."""

    by: str
    """Its name and version."""
    needs: str
    """As its metadata say it."""
    found: str = ""
    """The version that is there; empty where there is none."""


class Module(Frozen):
    """A framework as it would be imported."""

    distribution: str = ""
    """The installed distribution that brings it; empty where none does."""
    version: str = ""
    file: str = ""
    shadowed: bool = False
    """Whether the file doesn't belong to that distribution."""


class Trial(Frozen):
    """What came of importing a framework and of asking it for its devices."""

    framework: Identifier
    works: bool
    cause: Cause = ""
    detail: str = ""
    """The first line of the error, where it doesn't import."""
    version: str = ""
    built_for: str = ""
    """cpu, cuda, rocm, xpu, mps, metal; of Keras its backend."""
    built_version: str = ""
    """Of CUDA or ROCm."""
    architectures: tuple[str, ...] = ()
    """The GPU architectures that it has code for: sm_75, and compute_90 for code that newer ones can use as well."""
    gpus: int = 0
    names: str = ""
    error: str = ""
    """Why it sees no device, or the first operation on the device failed."""
    command: str = ""
    """Repeats it alone."""


class Environment(Frozen):
    """An interpreter and what is installed in it."""

    path: str
    python: str = ""
    implementation: str = ""
    architecture: str = ""
    bits: int = 64
    libc: str = ""
    """glibc or musl; empty outside of Linux."""
    virtual: bool = False
    managed: bool = False
    """Whether the operating system manages it and pip refuses to."""
    installer: Literal["pip", "uv", "ensurepip", ""] = "pip"
    packages: dict[str, str] = {}
    """Versions of everything installed, by normal name."""
    checked: bool = True
    """Whether requirements could be checked."""
    violated: tuple[Requirement, ...] = ()
    wrong_python: tuple[Requirement, ...] = ()
    modules: dict[str, Module] = {}
    """By framework."""
    folder: Folder | None = None
    """Where packages are installed."""
    trials: tuple[Trial, ...] = ()
    error: str = ""
    """Why it could not be looked at, if so."""
    hint: str = ""

    def trial(self, framework: str) -> Trial | None:
        """What came of trying a framework."""
        return next((trial for trial in self.trials if trial.framework == framework), None)


class Finding(Frozen):
    """Something that is wrong or worth knowing."""

    id: Identifier
    severity: Severity
    interpreter: str = ""
    """The one that it is about; empty where it is about the machine."""
    framework: str = ""
    seen: str
    """The facts that it rests on."""
    wrong: Sentence
    """What is wrong, in a sentence."""
    mend: Sentence
    """What to do about it."""
    commands: tuple[str, ...] = ()
    """The same as lines to copy into a terminal, in this order."""
    sources: tuple[Identifier, ...] = ()


class Diagnosis(Frozen):
    """The result of `advisor doctor`."""

    format_version: FormatVersion = "1.0"
    machine: Machine
    environments: tuple[Environment, ...]
    findings: tuple[Finding, ...] = ()
    """Worst first."""
    sources: tuple[Source, ...] = ()
    """Those that the findings cite."""
