"""What is wrong with the machine itself: drivers, memory, disks, variables."""

from collections.abc import Iterator

from advisor.diagnosis.doctor import HIDDEN, Doctor
from advisor.model.diagnosis import GIB, Finding, Graphics

MEMORY_GIB = 2
"""Less free memory than this is called short: Keras on TensorFlow holds 0.7 GiB once imported, a small net as much
again."""
DISK_GIB = 5
"""Less room than this is called short: the four frameworks without GPU libraries take 3.9 GB (README)."""
TAKEN = 0.5
"""A GPU of whose memory others hold more than this share is said to be taken."""


def machine_findings(doctor: Doctor) -> Iterator[Finding]:
    """What is wrong, whatever interpreter is used."""
    yield from _nvidia(doctor)
    yield from _wsl(doctor)
    yield from _amd(doctor)
    yield from _apple(doctor)
    yield from _graphics(doctor)
    yield from _room(doctor)


def _nvidia(doctor: Doctor) -> Iterator[Finding]:
    machine = doctor.machine
    gpu, driver = machine.gpu("nvidia"), machine.nvidia
    if machine.container and (driver.kernel_version or (gpu and gpu.driver == "nvidia")) and not driver.device_nodes:
        yield doctor.finding("container-without-gpu", f"driver {driver.kernel_version or 'nvidia'}, no /dev/nvidia0")
    elif driver.smi and driver.error:
        seen = f"{driver.smi}: {driver.error}"
        lower = driver.error.lower()
        if "version mismatch" in lower:
            yield doctor.finding("nvidia-driver-mismatch", seen)
        elif "couldn't communicate" in lower:
            yield doctor.finding("nvidia-driver-not-loaded", seen)
        else:
            yield doctor.finding("nvidia-smi-fails", seen, error=driver.error)
    elif gpu and not driver.smi and gpu.driver != "nvidia" and machine.os in ("linux", "windows"):
        yield doctor.finding("nvidia-driver-missing", f"{gpu.name}, driver {gpu.driver or 'none'}")


def _wsl(doctor: Doctor) -> Iterator[Finding]:
    wsl = doctor.machine.wsl
    if wsl.version == 1:
        yield doctor.finding("wsl-1", doctor.machine.release, name=doctor.machine.distribution or "NAME")
    elif wsl.version == 2:
        if wsl.linux_driver:
            yield doctor.finding("wsl-linux-driver", wsl.linux_driver)
        if not wsl.dxg:
            yield doctor.finding("wsl-without-gpu", "there is no /dev/dxg")


def _amd(doctor: Doctor) -> Iterator[Finding]:
    machine = doctor.machine
    gpu = machine.gpu("amd")
    if gpu is None or gpu.kind != "discrete":
        return
    if machine.os == "windows":
        yield doctor.finding("amd-native-windows", gpu.name)
    elif machine.rocm.kfd == "absent":
        yield doctor.finding("amd-driver-missing", f"{gpu.name}, driver {gpu.driver or 'none'}, no /dev/kfd")
    elif machine.rocm.kfd == "no-access":
        yield doctor.finding("amd-no-permission", f"{gpu.name}, /dev/kfd")


def _apple(doctor: Doctor) -> Iterator[Finding]:
    machine = doctor.machine
    if machine.os != "macos":
        return
    if machine.gpu("apple") is None:
        yield doctor.finding("intel-mac", machine.cpu)
    elif doctor.macos_too_old:
        yield doctor.finding("macos-too-old", f"macOS {machine.os_version}", version=machine.os_version)


def _graphics(doctor: Doctor) -> Iterator[Finding]:
    machine = doctor.machine
    hidden = dict(pair for vendor in HIDDEN if machine.gpu(vendor) for pair in doctor.hidden(vendor))
    for name, value in hidden.items():
        yield doctor.finding("gpu-hidden", f"{name}={value!r}", variable=name)
    for gpu in machine.gpus:
        if gpu.kind == "discrete" and _share_taken(gpu) > TAKEN:
            seen = f"{gpu.memory_free_bytes / GIB:.1f} of {gpu.memory_bytes / GIB:.1f} GiB free"
            show = "nvidia-smi" if gpu.vendor == "nvidia" else "rocm-smi --showpids"
            yield doctor.finding("gpu-memory-taken", seen, name=gpu.name, show=show)
    if machine.gpus and doctor.usable_gpu() is None and any(gpu.kind == "integrated" for gpu in machine.gpus):
        yield doctor.finding("gpu-integrated-only", "; ".join(gpu.name for gpu in machine.gpus))


def _share_taken(gpu: Graphics) -> float:
    if not gpu.memory_bytes or gpu.memory_free_bytes is None:
        return 0.0
    return 1 - gpu.memory_free_bytes / gpu.memory_bytes


def _room(doctor: Doctor) -> Iterator[Finding]:
    machine = doctor.machine
    if machine.memory_free_bytes is not None and machine.memory_free_bytes < MEMORY_GIB * GIB:
        free, whole = machine.memory_free_bytes / GIB, machine.memory_bytes / GIB
        yield doctor.finding("memory-short", f"{free:.1f} of {whole:.1f} GiB free")
    for folder in machine.folders:
        if folder.free_bytes is not None and folder.free_bytes < DISK_GIB * GIB:
            seen = f"{folder.free_bytes / GIB:.1f} GiB free at {folder.path}"
            yield doctor.finding("disk-short", seen, purpose=folder.purpose)
    if machine.avx is False:
        yield doctor.finding("cpu-without-avx", machine.cpu)
