"""What is wrong with a framework in an interpreter: that it doesn't import, or doesn't use the GPU that is there."""

import re
from collections.abc import Iterator

from advisor.diagnosis.doctor import TITLES, Doctor, version
from advisor.model.diagnosis import Environment, Finding, Graphics, Trial
from advisor.model.remedies import Cuda

NUMPY = re.compile(r"numpy.*(multiarray|_ARRAY_API)|compiled using NumPy 1|dtype size changed", re.IGNORECASE)
LIBRARIES = re.compile(r"lib(cud|cublas|nccl|nvrtc|nvJitLink|cusparse)\S*|undefined symbol: \S*(cu|nccl|nv)", re.I)
RUNTIME = re.compile(r"DLL load failed|msvcp140|vcruntime140", re.IGNORECASE)
METAL = ("tensorflow-metal", "jax-metal")
ROCM = {"jax-rocm7-plugin": 7}
"""JAX's plugins for ROCm, with the generation that each wants installed."""


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
    words["pinned"] = f"{distribution}=={number.partition('+')[0]}" if number else distribution
    return doctor.finding(name, detail or trial.cause, environment, framework, **words)


def _backend_tells(environment: Environment) -> bool:
    """Whether what a backend lacks or fails with is told in that backend's own finding."""
    others = [trial for trial in environment.trials if trial.framework != "keras"]
    return not others or any(not trial.works for trial in others) or len(others) < len(TITLES) - 1


def _gpu(doctor: Doctor, environment: Environment, trial: Trial) -> Iterator[Finding]:
    """Why it computes on the processor though there is a GPU."""
    gpu = doctor.usable_gpu()
    if gpu is None or _not_for_frameworks(doctor, gpu):
        return
    framework = trial.framework
    seen = f"built for {trial.built_for} {trial.built_version}".strip() + f", {trial.gpus} GPUs seen"
    words = {
        "version": trial.version,
        "gpu": gpu.name,
        "built_for": trial.built_for,
        "names": trial.names,
        "error": trial.error,
        "capability": gpu.capability,
        "install": doctor.install_line(framework, environment),
        **_other_build(doctor, environment, framework),
    }
    platforms = doctor.machine.variables.get("JAX_PLATFORMS", "")
    build = _needs(doctor, trial)
    if trial.gpus:
        name = _operation(gpu, trial)
    elif framework == "jax" and platforms and not {"cuda", "rocm", "gpu", "METAL"} & set(platforms.split(",")):
        name, words["value"] = "jax-platform-hidden", platforms
    elif build and gpu.vendor == "nvidia" and version(gpu.driver_version) < version(_wanted(doctor, build)):
        name = "driver-too-old"
        words |= {"built": trial.built_version, "wanted": _wanted(doctor, build), "driver": gpu.driver_version}
    else:
        name, more = _unseen(doctor, environment, trial, gpu)
        words |= more
    if name:
        yield doctor.finding(name, "; ".join(filter(None, (seen, trial.error))), environment, framework, **words)


def _not_for_frameworks(doctor: Doctor, gpu: Graphics) -> bool:
    """Whether the machine's own findings explain why no framework sees the GPU."""
    machine = doctor.machine
    if any(doctor.hidden(gpu.vendor)):
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


def _unseen(doctor: Doctor, environment: Environment, trial: Trial, gpu: Graphics) -> tuple[str, dict[str, str]]:
    """The finding where the GPU isn't seen and neither driver nor variable explains it, with words of its own."""
    framework, machine = trial.framework, doctor.machine
    install = doctor.install(framework)
    words = {"torch_install": doctor.install_line("torch", environment)}
    if gpu.vendor == "apple" and framework != "torch":
        return "apple-no-gpu", words
    if machine.os == "windows" and framework != "torch":
        return "windows-native-gpu", words
    wanted = _rocm_wanted(environment)
    if framework == "jax" and gpu.vendor == "amd" and wanted and version(machine.rocm.version).major != wanted:
        return "rocm-mismatch", {**words, "wanted": str(wanted), "rocm": machine.rocm.version or "none"}
    if install is None or not install.gpu:
        return ("amd-no-build" if gpu.vendor == "amd" else ""), words
    if trial.built_for == "cpu":
        return "cpu-only-build", words
    if framework == "tensorflow" and not any(name.startswith("nvidia-") for name in environment.packages):
        return "cuda-libraries-missing", words
    return "gpu-not-seen", words


def _rocm_wanted(environment: Environment) -> int:
    return next((major for plugin, major in ROCM.items() if plugin in environment.packages), 0)


def _needs(doctor: Doctor, trial: Trial) -> Cuda | None:
    if trial.built_for != "cuda" or not trial.built_version:
        return None
    return doctor.remedies.generation.get(version(trial.built_version).major)


def _wanted(doctor: Doctor, build: Cuda) -> str:
    return build.windows if doctor.machine.os in ("windows", "wsl") else build.linux


def _other_build(doctor: Doctor, environment: Environment, framework: str) -> dict[str, str]:
    """Which build would fit the GPU and its driver, in words and as a line."""
    install = doctor.install(framework)
    if install is None or not install.gpu:
        return {"build_words": "There is no build for it as it is.", "build_install": ""}
    return {
        "build_words": "Install the build that fits this GPU and driver.",
        "build_install": doctor.install_line(framework, environment),
    }


def _plugins(doctor: Doctor, environment: Environment, trial: Trial) -> Iterator[Finding]:
    for plugin in METAL:
        if plugin in environment.packages and plugin.startswith(trial.framework):
            seen = f"{plugin} {environment.packages[plugin]}"
            words = {"plugin": plugin, "version": trial.version}
            yield doctor.finding("apple-plugin", seen, environment, trial.framework, **words)
