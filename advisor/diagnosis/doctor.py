"""Findings in the words of `rules/doctor/`, and which of its lines fit a machine."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from advisor.model.diagnosis import Environment, Finding, Graphics, Machine
from advisor.model.remedies import Install, Pythons, Remedies

TITLES = {"torch": "PyTorch", "tensorflow": "TensorFlow", "jax": "JAX", "keras": "Keras"}
FRAMEWORKS = tuple(TITLES)
MACOS = "14"
"""The oldest macOS on which PyTorch uses the GPU (source torch-release-matrix)."""
HIDDEN = {
    "nvidia": ("CUDA_VISIBLE_DEVICES",),
    "amd": ("HIP_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"),
}
"""By vendor, the variables that choose its GPUs; for AMD's see
https://rocm.docs.amd.com/projects/HIP/en/docs-6.4.0/reference/env_variables.html."""


def version(text: str) -> Version:
    """The version in a text such as `1.13.0+cu116` or `NVIDIA 580.95`; 0 where there is none."""
    found = re.search(r"\d+(\.\d+)*", text)
    try:
        return Version(text)
    except InvalidVersion:
        return Version(found.group() if found else "0")


@dataclass(frozen=True)
class Doctor:
    """A machine seen with the knowledge of `rules/doctor/`."""

    remedies: Remedies
    machine: Machine

    def finding(
        self, name: str, seen: str, environment: Environment | None = None, framework: str = "", /, **words: object
    ) -> Finding:
        """The finding `name` of the remedies with `words` filled in, those of the interpreter included."""
        remedy = self.remedies.finding[name]
        mend = next(
            m for m in remedy.mend if not m.systems or {self.machine.os, self.machine.distribution} & set(m.systems)
        )
        known = {**self._interpreter_words(environment), "framework": TITLES.get(framework, framework), **words}
        commands = [line.format_map(known) for line in mend.run]
        return Finding(
            id=name,
            severity=remedy.severity,
            interpreter=environment.path if environment else "",
            framework=framework,
            seen=seen,
            wrong=remedy.wrong.format_map(known),
            mend=mend.do.format_map(known),
            commands=tuple(line for text in commands for line in text.splitlines() if line),
            sources=remedy.sources,
        )

    def _interpreter_words(self, environment: Environment | None) -> dict[str, object]:
        if environment is None:
            return {"python": "python3"}
        python = shlex.quote(environment.path)
        pip = f"UV_PYTHON={python} uv pip" if environment.installer == "uv" else f"{python} -m pip"
        return {"python": python, "pip": pip, "best": self.best_python, "python_version": environment.python}

    @property
    def best_python(self) -> str:
        """The newest Python for which every framework has wheels, such as 3.13."""
        return str(min(version(w.at_most) for w in self.remedies.pythons if w.at_most))

    def hidden(self, vendor: str) -> Iterator[tuple[str, str]]:
        """The variables that hide all of a vendor's GPUs from frameworks, with their values."""
        for name in HIDDEN.get(vendor, ()):
            value = self.machine.variables.get(name)
            if value is not None and value.strip() in ("", "-1", "none", "NoDevFiles"):
                yield name, value

    @property
    def macos_too_old(self) -> bool:
        """Whether this is a macOS on which no framework uses the GPU."""
        machine = self.machine
        return machine.os == "macos" and bool(machine.os_version) and version(machine.os_version) < version(MACOS)

    def translated(self, environment: Environment) -> bool:
        """Whether an interpreter is built for Intel and translated on Apple silicon."""
        machine = self.machine
        return machine.os == "macos" and environment.architecture == "x86_64" and machine.gpu("apple") is not None

    def outside(self, environment: Environment) -> Iterator[tuple[Pythons, bool]]:
        """The frameworks that have no wheels for an interpreter, and whether it is too new for them (else too old)."""
        major_minor = Version(".".join(environment.python.split(".")[:2]) or "0")
        for window in self.remedies.pythons:
            if major_minor < version(window.at_least):
                yield window, False
            elif window.at_most and major_minor > version(window.at_most):
                yield window, True

    def install(self, framework: str) -> Install | None:
        """What to install of a framework here: the first entry that fits."""
        return next(self._installs(framework), None)

    def gpu_install(self, framework: str) -> Install | None:
        """The same where it uses the GPU."""
        found = self.install(framework)
        return found if found and found.gpu else None

    @property
    def built_for_gpu(self) -> tuple[str, ...]:
        """The frameworks that have a build for the GPU with its driver as it is."""
        return tuple(framework for framework in FRAMEWORKS if self.gpu_install(framework))

    def later_driver(self, framework: str) -> str:
        """The oldest driver with which there would be a build of a framework for the GPU; empty where there is none."""
        found = [self.wanted(i.cuda) for i in self._installs(framework, updated=True) if i.gpu and i.cuda]
        return min(found, key=version, default="")

    def wanted(self, cuda: int) -> str:
        """The oldest driver for a generation of CUDA; under WSL it is that of Windows."""
        generation = self.remedies.generation[cuda]
        return generation.windows if self.machine.os in ("windows", "wsl") else generation.linux

    def _installs(self, framework: str, *, updated: bool = False) -> Iterator[Install]:
        """Entries that fit, with the driver as it is or updated."""
        for install in self.remedies.installs:
            if install.framework == framework and self._fits(install, updated):
                yield install

    def _fits(self, install: Install, updated: bool) -> bool:
        machine = self.machine
        if machine.os not in install.systems or (
            install.architecture and machine.architecture not in install.architecture
        ):
            return False
        if install.vendor == "any":
            return True
        gpu = machine.gpu(install.vendor)
        if gpu is None:
            return False
        driver = updated or install.cuda is None or version(gpu.driver_version) >= version(self.wanted(install.cuda))
        return (
            driver
            and _between(install.capability, gpu.capability, install.capability_at_most)
            and (install.rocm is None or version(machine.rocm.version).major == install.rocm)
        )

    def install_line(self, framework: str, environment: Environment) -> str:
        """The line that installs the build of a framework that fits this machine, over whatever is there; empty where
        there is none."""
        found = self.install(framework)
        pip = self._interpreter_words(environment)["pip"]
        return f"{pip} install --upgrade --force-reinstall {found.packages}" if found else ""

    def each_line(self, environment: Environment) -> str:
        """Lines that install each framework that has wheels for an interpreter; where the operating system manages the
        interpreter, into an environment made for them."""
        closed = {window.framework for window, _ in self.outside(environment)}
        words = self._interpreter_words(environment)
        pip, first = words["pip"], ""
        if environment.managed:
            pip, first = "~/frameworks/bin/python -m pip", f"{words['python']} -m venv ~/frameworks\n"
        found = [self.install(framework) for framework in FRAMEWORKS if framework not in closed]
        return first + "\n".join(f"{pip} install {install.packages}" for install in found if install)

    def usable_gpu(self) -> Graphics | None:
        """The GPU that frameworks could compute on, if there is one: not one that only drives a screen."""
        gpus = [
            gpu
            for gpu in self.machine.gpus
            if gpu.vendor in ("nvidia", "apple") or (gpu.vendor in ("amd", "intel") and gpu.kind == "discrete")
        ]
        return next((gpu for gpu in gpus if gpu.kind == "discrete"), gpus[0] if gpus else None)


def _between(least: str | None, number: str, greatest: str | None) -> bool:
    """Whether a version lies within bounds, either of which may be missing; one that isn't known does."""
    return not number or (
        (least is None or version(number) >= version(least))
        and (greatest is None or version(number) <= version(greatest))
    )
