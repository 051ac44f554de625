"""What is wrong with a framework in an interpreter: that it doesn't import, or doesn't use the GPU that is there."""

import re
from collections.abc import Iterator

from advisor.diagnosis.doctor import TITLES, Doctor, version
from advisor.model.diagnosis import Environment, Finding, Graphics, Trial

NUMPY = re.compile(r"numpy.*(multiarray|_ARRAY_API)|compiled using NumPy 1|dtype size changed", re.IGNORECASE)
LIBRARIES = re.compile(r"lib(cud|cublas|nccl|nvrtc|nvJitLink|cusparse)\S*|undefined symbol: \S*(cu|nccl|nv)", re.I)
RUNTIME = re.compile(r"DLL load failed|msvcp140|vcruntime140", re.IGNORECASE)
JAX_PLUGIN = re.compile(r"jax-(cuda|rocm)(\d+)-plugin")
METAL = ("tensorflow-metal", "jax-metal")
ROCM = {"jax-rocm7-plugin": 7}
"""JAX's plugins for ROCm, with the generation that each wants installed."""
MENDED_BY_INSTALLING = (
    "cpu-only-build",
    "cuda-libraries-missing",
    "driver-too-old",
    "gpu-not-in-build",
    "gpu-not-seen",
    "gpu-operation-fails",
)
"""Findings whose mend is another build of the framework, or the same one anew."""


def framework_findings(doctor: Doctor, environment: Environment, trial: Trial) -> Iterator[Finding]:
    """What is wrong with one framework in one interpreter."""
    module = environment.modules.get(trial.framework)
    if module and module.shadowed:
        words = {"module": trial.framework, "file": module.file}
        yield doctor.finding("framework-shadowed", module.file, environment, trial.framework, **words)
    elif not trial.works:
        if finding := _import(doctor, environment, trial):
            yield finding
    elif trial.framework != "keras":
        yield from _gpu(doctor, environment, trial)
        yield from _plugins(doctor, environment, trial)


def _import(doctor: Doctor, environment: Environment, trial: Trial) -> Finding | None:
    """Why it doesn't import; None where that is told elsewhere, as it is of a Keras without its backend."""
    framework = trial.framework
    module = environment.modules.get(framework)
    distribution = module.distribution if module else framework
    number = (module.version if module else "") or trial.version
    words = {"version": number, "detail": trial.detail, "distribution": distribution, "module": framework}
    detail, variables = trial.detail, doctor.machine.variables
    if framework == "keras" and (_backend_tells(environment) or number.split(".")[0] == "2"):
        return None
    if trial.cause == "timed-out":
        name = "framework-hangs"
    elif "LD_LIBRARY_PATH" in variables and LIBRARIES.search(detail):
        name = "library-path"
    elif doctor.machine.os == "windows" and RUNTIME.search(detail):
        name = "vc-runtime-missing"
    elif NUMPY.search(detail) and version(environment.packages.get("numpy", "0")) >= version("2"):
        name, words["numpy"] = "numpy-abi", environment.packages["numpy"]
    elif trial.cause in ("crashed", "killed"):
        if framework == "tensorflow" and doctor.machine.avx is False:
            return None
        name = "framework-crashes"
    else:
        name = "framework-import-fails"
    words["pinned"] = _pinned(doctor, distribution, number)
    return doctor.finding(name, detail or trial.cause, environment, framework, **words)


def _pinned(doctor: Doctor, distribution: str, number: str) -> str:
    """What pip is given for the build that is installed: one that the version names, such as cu126, comes from where it
    is published, since elsewhere there is another of this number."""
    public, _, build = number.partition("+")
    given = (install.packages.partition(" ") for install in doctor.remedies.installs)
    where = next((options for _, _, options in given if build and options.endswith(f"/{build}")), "")
    exact = f"{distribution}=={public}" if number else distribution
    return f"{exact} {where}".rstrip()


def _backend_tells(environment: Environment) -> bool:
    """Whether what a backend lacks or fails with is told in that backend's own finding."""
    others = [trial for trial in environment.trials if trial.framework != "keras"]
    return not others or any(not trial.works for trial in others) or len(others) < len(TITLES) - 1


def _gpu(doctor: Doctor, environment: Environment, trial: Trial) -> Iterator[Finding]:
    """Why it computes on the processor though there is a GPU."""
    gpu = doctor.usable_gpu()
    if gpu is None or _told_elsewhere(doctor, environment, gpu) or (trial.gpus and not trial.error):
        return
    framework, trial = trial.framework, _with_plugin(doctor, environment, trial)
    seen = f"built for {trial.built_for} {trial.built_version}".strip() + f", {trial.gpus} GPUs seen"
    name = _operation(gpu, trial) if trial.gpus else _unseen(doctor, environment, trial, gpu)
    if name in MENDED_BY_INSTALLING and doctor.gpu_install(framework) is None:
        name = _without_build(doctor, framework, gpu)
    if not name:
        return
    others = [other for other in doctor.built_for_gpu if other != framework]
    unused = [other for other in others if not ((tried := environment.trial(other)) and tried.gpus and not tried.error)]
    words = {
        "version": trial.version,
        "gpu": gpu.name,
        "built_for": trial.built_for,
        "built": trial.built_version,
        "wanted": _driver_of_build(doctor, trial) if name == "driver-too-old" else doctor.later_driver(framework),
        "driver": gpu.driver_version or "unknown",
        "names": trial.names,
        "error": trial.error,
        "capability": gpu.capability or "unknown",
        "architecture": f"{doctor.machine.os}, {doctor.machine.architecture}",
        "value": doctor.machine.variables.get("JAX_PLATFORMS", ""),
        "rocm": doctor.machine.rocm.version or "none",
        "rocm_wanted": _rocm_wanted(environment),
        "install": doctor.install_line(framework, environment),
        "torch_install": doctor.install_line("torch", environment),
        "instead": _instead(others),
        "instead_install": "\n".join(doctor.install_line(other, environment) for other in unused),
    }
    yield doctor.finding(name, "; ".join(filter(None, (seen, trial.error))), environment, framework, **words)


def _instead(others: list[str]) -> str:
    """What to do where a framework has no build for the GPU, with those that have one."""
    if not others:
        return "Plan with the processor's speed, since no framework has one"
    return f"Use {' or '.join(TITLES[other] for other in others)}, alone or as Keras' backend"


def _told_elsewhere(doctor: Doctor, environment: Environment, gpu: Graphics) -> bool:
    """Whether the findings of the machine or of the interpreter explain why no framework sees the GPU."""
    machine = doctor.machine
    if any(doctor.hidden(gpu.vendor)) or doctor.macos_too_old or doctor.translated(environment):
        return True
    if gpu.vendor == "nvidia":
        linux = machine.os in ("linux", "wsl")
        return bool(machine.nvidia.error or (linux and not machine.nvidia.smi) or machine.wsl.linux_driver)
    return gpu.vendor == "amd" and (machine.os == "windows" or machine.rocm.kfd != "ok")


def _operation(gpu: Graphics, trial: Trial) -> str:
    """The finding where the GPU is seen; empty where it works."""
    if not trial.error:
        return ""
    missing = gpu.capability and trial.architectures and not _has_code(gpu.capability, trial.architectures)
    return "gpu-not-in-build" if missing else "gpu-operation-fails"


def _has_code(capability: str, architectures: tuple[str, ...]) -> bool:
    """Whether code for these architectures runs on a GPU: that of its generation up to its own number, or portable code
    (compute_…) for it or an older one."""
    mine = int(capability.replace(".", ""))
    for name in architectures:
        kind, _, number = name.partition("_")
        digits = int(re.match(r"\d+", number).group())
        if digits <= mine and (kind == "compute" or digits // 10 == mine // 10):
            return True
    return False


def _unseen(doctor: Doctor, environment: Environment, trial: Trial, gpu: Graphics) -> str:
    """The finding where the GPU isn't seen."""
    framework, machine = trial.framework, doctor.machine
    platforms = machine.variables.get("JAX_PLATFORMS", "")
    if framework == "jax" and platforms and not {"cuda", "rocm", "gpu", "METAL"} & set(platforms.split(",")):
        return "jax-platform-hidden"
    if gpu.vendor == "nvidia" and version(gpu.driver_version) < version(_driver_of_build(doctor, trial)):
        return "driver-too-old"
    if gpu.vendor == "apple" and framework != "torch":
        return "apple-no-gpu"
    if machine.os == "windows" and framework != "torch":
        return "windows-native-gpu"
    wanted = _rocm_wanted(environment)
    if framework == "jax" and gpu.vendor == "amd" and wanted and version(machine.rocm.version).major != wanted:
        return "rocm-mismatch"
    if trial.built_for == "cpu":
        return "cpu-only-build"
    if framework == "tensorflow" and not any(name.startswith("nvidia-") for name in environment.packages):
        return "cuda-libraries-missing"
    return "gpu-not-seen"


def _without_build(doctor: Doctor, framework: str, gpu: Graphics) -> str:
    """The finding in place of one that would be mended by installing, where no build fits: installing again what is
    there can't help."""
    if doctor.later_driver(framework):
        return "driver-without-build"
    return f"{gpu.vendor}-no-build" if gpu.vendor in ("nvidia", "amd") else ""


def _with_plugin(doctor: Doctor, environment: Environment, trial: Trial) -> Trial:
    """The trial with what JAX's plugin is built for: JAX itself doesn't tell where the plugin didn't start."""
    plugins = [found for name in environment.packages if (found := JAX_PLUGIN.fullmatch(name))]
    if trial.framework != "jax" or not plugins:
        return trial
    fit = doctor.gpu_install("jax")
    plugin = next((found for found in plugins if fit and f"[{found[1]}{found[2]}" in fit.packages), plugins[0])
    return trial.model_copy(update={"built_for": plugin[1], "built_version": plugin[2]})


def _rocm_wanted(environment: Environment) -> int:
    return next((major for plugin, major in ROCM.items() if plugin in environment.packages), 0)


def _driver_of_build(doctor: Doctor, trial: Trial) -> str:
    """The oldest driver for an installed build; empty where that isn't known."""
    major = version(trial.built_version).major
    known = trial.built_for == "cuda" and major in doctor.remedies.generation
    return doctor.wanted(major) if known else ""


def _plugins(doctor: Doctor, environment: Environment, trial: Trial) -> Iterator[Finding]:
    for plugin in METAL:
        if plugin in environment.packages and plugin.startswith(trial.framework):
            seen = f"{plugin} {environment.packages[plugin]}"
            words = {"plugin": plugin, "version": trial.version}
            yield doctor.finding("apple-plugin", seen, environment, trial.framework, **words)
