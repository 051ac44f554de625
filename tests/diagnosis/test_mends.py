"""Where the doctor's mends lead: followed on every machine, from every build, to one that runs or to why none does."""

import itertools
from dataclasses import dataclass, field

import pytest

from advisor.diagnosis.diagnose import diagnose
from advisor.diagnosis.doctor import version
from advisor.knowledge.load import load
from advisor.knowledge.remedies import load_remedies
from advisor.model.diagnosis import Environment, Graphics, Machine, Module, Nvidia, Trial

CU130 = "torch --index-url https://download.pytorch.org/whl/cu130"
CU126 = "torch --index-url https://download.pytorch.org/whl/cu126"
CPU = "torch --index-url https://download.pytorch.org/whl/cpu"
TENSORFLOW = '"tensorflow[and-cuda]"'
MODERN = "sm_100 sm_120 compute_120"
"""Code for Blackwell and what comes later."""


@dataclass(frozen=True)
class Build:
    """What pip is given, on which processors it is built for CUDA, and the GPUs that such a build runs on."""

    packages: str
    processors: tuple[str, ...] = ()
    cuda: str = ""
    least: str = "0"
    most: str = "99"
    architectures: str = ""
    needs_libraries: bool = False
    """Whether the build is the same without NVIDIA's libraries, and then sees nothing."""

    @property
    def framework(self):
        return next(name for name in ("torch", "tensorflow", "jax") if name in self.packages.split()[0])


X86, ARM = ("x86_64", "AMD64"), ("aarch64",)
BUILDS = (
    Build(CU130, X86, "13.0", "7.5", architectures=f"sm_75 sm_80 sm_86 sm_90 {MODERN}"),
    Build(CU130, ARM, "13.0", "8.0", architectures=f"sm_80 sm_90 sm_110 {MODERN}"),
    Build(CU126, X86, "12.6", "5.0", "9.0", "sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90"),
    Build(CU126, ARM, "12.6", "8.0", "9.0", "sm_80 sm_90"),
    Build(CPU),
    Build(TENSORFLOW, ("x86_64",), "12.5.1", "6.0", "9.0", "sm_60 sm_70 sm_80 sm_89 compute_90"),
    Build(TENSORFLOW),
    Build("tensorflow", ("x86_64",), "12.5.1", needs_libraries=True),
    Build("tensorflow"),
    Build('"jax[cuda13]"', ("x86_64", *ARM), "13", "7.5"),
    Build('"jax[cuda12]"', ("x86_64", *ARM), "12", "5.2"),
    Build("jax"),
)
"""After PyTorch's RELEASE.md, TensorFlow's build_info and JAX's page on installing; what runs on no processor named is
the build for the processor alone."""
DRIVERS = {"linux": {"12": "525.60.13", "13": "580"}, "windows": {"12": "528.33", "13": "580"}}
SYSTEMS = (("linux", "x86_64"), ("linux", "aarch64"), ("wsl", "x86_64"), ("windows", "AMD64"), ("windows", "ARM64"))
NONE_RUNS = {"driver-without-build", "nvidia-no-build", "windows-native-gpu"}


@dataclass
class Bench:
    """A machine with one framework, whose commands can be carried out."""

    system: str
    architecture: str
    driver: str
    capability: str
    build: Build
    plugins: set[str] = field(default_factory=set)

    def __post_init__(self):
        self.install(self.build.packages)

    def install(self, packages):
        """What pip finds of these packages for this machine."""
        known = [build for build in BUILDS if build.packages == packages]
        assert known, packages
        for_processor = (build for build in known if self.architecture in build.processors)
        self.build = next(for_processor, next((build for build in known if not build.processors), Build(packages)))
        if self.build.framework == "jax" and self.build.cuda:
            self.plugins.add(f"jax-cuda{self.build.cuda}-plugin")

    def follow(self, line):
        before, _, packages = line.partition(" install --upgrade --force-reinstall ")
        if packages:
            self.install(packages)
        elif "uninstall -y" in before:
            self.plugins -= set(before.split())

    def starts(self, build):
        drivers = DRIVERS["linux" if self.system == "linux" else "windows"]
        has = build.cuda and not build.needs_libraries
        return bool(has) and version(self.driver) >= version(drivers[build.cuda.split(".")[0]])

    def runs(self, build):
        """Whether a build computes on this GPU."""
        inside = version(build.least) <= version(self.capability) <= version(build.most)
        return self.starts(build) and inside

    def there(self):
        """The builds in use: of JAX one for each plugin."""
        plugins = [b for b in BUILDS if b.framework == "jax" and f"jax-cuda{b.cuda}-plugin" in self.plugins]
        return plugins if self.build.framework == "jax" else [self.build]

    def findings(self, remedies):
        gpu = Graphics(vendor="nvidia", name="a GPU", kind="discrete", driver="nvidia", driver_version=self.driver)
        machine = Machine(
            os=self.system,
            architecture=self.architecture,
            cpu="a processor",
            cores_usable=8,
            memory_bytes=32 << 30,
            gpus=(gpu.model_copy(update={"capability": self.capability}),),
            nvidia=Nvidia(smi="nvidia-smi", device_nodes=True),
        )
        build, there = self.build, self.there()
        seen, works = any(map(self.starts, there)), any(map(self.runs, there))
        jax = build.framework == "jax"
        trial = Trial(
            framework=build.framework,
            works=True,
            built_for="cuda" if (seen or not jax) and there and there[0].cuda else "cpu",
            built_version="" if jax else build.cuda,
            architectures=tuple(build.architectures.split()),
            gpus=int(seen),
            error="no kernel image is available" if seen and not works else "",
        )
        libraries = {"nvidia-cudnn-cu12"} if build.packages == TENSORFLOW else set()
        environment = Environment(
            path="/env/bin/python",
            python="3.12.4",
            architecture=self.architecture,
            modules={build.framework: Module(version="1")},
            packages=dict.fromkeys(self.plugins | libraries, "1"),
            trials=(trial,),
        )
        return diagnose(remedies, machine, [environment]).findings

    def mended(self, remedies):
        """The findings that are left once each mend of this framework has been followed."""
        for _ in range(4):
            found = self.findings(remedies)
            ours = {finding.id for finding in found} & NONE_RUNS
            if not found or ours:
                return ours
            before = self.build, set(self.plugins)
            for line in (line for finding in found for line in finding.commands):
                self.follow(line)
            assert before != (self.build, self.plugins), f"{self}: {found[0].id} installs what is there"
        raise AssertionError(f"{self}: the mends go in a circle")


@pytest.fixture(scope="module")
def remedies():
    return load_remedies(load())


@pytest.mark.parametrize(("system", "architecture"), SYSTEMS)
def test_mends_lead_to_a_build_that_runs_or_to_why_none_does(remedies, system, architecture):
    drivers = ("470.82", "527.41", "550.54", "570.86", "580.95")
    capabilities = ("3.5", "5.0", "6.1", "7.0", "7.5", "8.9", "9.0", "10.0", "12.1")
    for driver, capability, build in itertools.product(drivers, capabilities, BUILDS):
        bench = Bench(system, architecture, driver, capability, build)
        left = bench.mended(remedies)
        mine = [b for b in BUILDS if b.framework == build.framework and architecture in b.processors]
        possible = any(map(bench.runs, mine)) and not (system == "windows" and build.framework != "torch")
        assert possible is not bool(left), f"{bench}: {left}"


def test_the_driver_that_is_asked_for_brings_a_build_that_runs(remedies):
    for (system, architecture), capability in itertools.product(SYSTEMS, ("6.1", "8.9", "9.0", "12.1")):
        for build in BUILDS:
            bench = Bench(system, architecture, "470.82", capability, build)
            if "driver-without-build" in bench.mended(remedies):
                found = next(f for f in bench.findings(remedies) if f.id == "driver-without-build")
                bench.driver = found.wrong.split("from driver ")[1].split()[0]
                assert bench.mended(remedies) == set(), bench
