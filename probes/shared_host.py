"""The machine: system, processor, memory, graphics processors. Nothing here may hang: every command is timed."""

import glob
import os
import platform
import subprocess

from shared_limits import cpu_quota, memory_limit, read, usable_cores

COMMAND_SECONDS = 5
PCI_VENDORS = {"0x10de": "nvidia", "0x1002": "amd", "0x8086": "intel"}
"""PCI vendor ids of graphics processors that frameworks can use; virtual ones are `other`."""


def command(*words):
    """Exit code, stdout and stderr of a command; code None when it is missing or takes over `COMMAND_SECONDS`."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=COMMAND_SECONDS
        )
    except OSError:
        return None, "", ""
    except subprocess.TimeoutExpired:
        return None, "", "no answer within {} s".format(COMMAND_SECONDS)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def _output(*words):
    """The stripped stdout of a command, or "" where it is missing, fails or takes too long."""
    code, out, _ = command(*words)
    return out.strip() if code == 0 else ""


def operating_system(system, release):
    """One of linux, wsl, macos and windows."""
    if system == "Linux":
        return "wsl" if "microsoft" in release.lower() else "linux"
    return {"Darwin": "macos", "Windows": "windows"}.get(system, "linux")


def cpu_name():
    """The processor's name as its maker writes it, else the architecture."""
    for line in read("/proc/cpuinfo").splitlines():
        if line.lower().startswith(("model name", "hardware")):
            return line.partition(":")[2].strip()
    name = _output("sysctl", "-n", "machdep.cpu.brand_string") if platform.system() == "Darwin" else ""
    return name or platform.processor() or platform.machine()


def _windows_memory():
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong)] + [
            (name, ctypes.c_ulonglong) for name in ("free", "page", "page_free", "virtual", "virtual_free", "extended")
        ]

    status = Status()
    status.length = ctypes.sizeof(Status)
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return status.total


def memory_bytes():
    """Physical memory in bytes; 0 when the system does not tell."""
    if platform.system() == "Windows":
        return _windows_memory()
    if platform.system() == "Darwin":
        text = _output("sysctl", "-n", "hw.memsize")
        return int(text) if text.isdigit() else 0
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def memory_usable_bytes():
    """The part of the physical memory that this process may use, in bytes; 0 when the system does not tell."""
    memory, limit = memory_bytes(), memory_limit()
    return min(memory, limit) if limit and memory else limit or memory


def nvidia_gpus(table):
    """GPUs in what `nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader,nounits` says."""
    gpus = []
    for line in table.splitlines():
        fields = [field.strip() for field in line.split(",")]
        if len(fields) == 3:
            mebibytes = int(fields[1]) * 1024 * 1024 if fields[1].isdigit() else None
            gpus.append({"vendor": "nvidia", "name": fields[0], "memory_bytes": mebibytes, "driver": fields[2]})
    return gpus


def sysfs_gpus(root="/"):
    """GPUs that Linux lists under /sys/class/drm, virtual ones as vendor `other`."""
    gpus = []
    for path in sorted(glob.glob(os.path.join(root, "sys/class/drm/card*/device/vendor"))):
        folder, vendor = os.path.dirname(path), read(path)
        memory = read(os.path.join(folder, "mem_info_vram_total"))
        driver = os.path.basename(os.path.realpath(os.path.join(folder, "driver")))
        version = read(os.path.join(root, "sys/module", driver, "version"))
        gpus.append(
            {
                "vendor": PCI_VENDORS.get(vendor, "other"),
                "name": "PCI {}:{}".format(vendor, read(os.path.join(folder, "device"))),
                "memory_bytes": int(memory) if memory.isdigit() else None,
                "driver": (driver + " " + version).strip() if driver != "driver" else "",
            }
        )
    return gpus


def gpus(system):
    """All graphics processors, those of nvidia-smi first since it knows their names and memory."""
    query = ("--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits")
    found = nvidia_gpus(_output("nvidia-smi", *query))
    if system == "wsl" and not found:
        found = nvidia_gpus(_output("/usr/lib/wsl/lib/nvidia-smi", *query))
    if system == "macos" and platform.machine() == "arm64":
        found.append({"vendor": "apple", "name": cpu_name(), "memory_bytes": None, "driver": ""})
    named = {gpu["vendor"] for gpu in found}
    return found + [gpu for gpu in sysfs_gpus() if gpu["vendor"] not in named]


def host():
    """The machine, with the fields of the advisor's type `Host`; memory in bytes."""
    release = platform.release()
    system = operating_system(platform.system(), release)
    return {
        "os": system,
        "release": release,
        "machine": platform.machine(),
        "cpu": cpu_name(),
        "cores": os.cpu_count() or 1,
        "cores_usable": usable_cores(),
        "cpu_quota": cpu_quota(),
        "memory_bytes": memory_bytes(),
        "memory_usable_bytes": memory_usable_bytes(),
        "gpus": gpus(system),
    }
