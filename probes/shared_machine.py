"""What the doctor asks of the machine: drivers, graphics processors, free memory, disks, the kind of Linux or Windows.

Much of it changes from minute to minute, so none of it is part of `shared_host.host`, by which measurements are kept.
"""

import glob
import json
import os
import platform
import re
import shutil
import tempfile

from shared_host import PCI_VENDORS, command, cpu_name, memory_usable_bytes, operating_system
from shared_limits import memory_left, read, usable_cores

VARIABLES = (
    "CUDA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES",
    "HSA_OVERRIDE_GFX_VERSION",
    "JAX_PLATFORMS",
    "KERAS_BACKEND",
    "TF_USE_LEGACY_KERAS",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
)
"""Variables by which a healthy machine can be made to look broken."""
UNIFIED = re.compile(r"\b(orin|xavier|thor|tegra|gb10)\b", re.IGNORECASE)
"""NVIDIA's processors that share the memory of the main processor."""
INTEGRATED = re.compile(r"\b(uhd|hd|iris|xe) .*graphics|radeon\S* graphics|graphics family", re.IGNORECASE)
"""Names under which Windows lists graphics that are part of the main processor."""
SMALL_BYTES = 4 << 30
"""An AMD device with less memory of its own is taken for a part of the main processor."""


def distribution(text):
    """The distribution's id in the text of /etc/os-release; of one without an own entry here, its parent's."""
    found = dict(re.findall(r"^(ID|ID_LIKE)=\"?([^\"\n]*)", text, re.MULTILINE))
    names = [found.get("ID", "")] + found.get("ID_LIKE", "").split()
    return next((name for name in names if name in ("ubuntu", "debian", "fedora", "arch", "alpine")), names[0])


def nvidia_table(table):
    """GPUs in nvidia-smi's answer to a query of name, memory.total, memory.free, driver_version and compute_cap."""
    gpus = []
    for line in table.splitlines():
        fields = [field.strip() for field in line.split(",")]
        if len(fields) in (4, 5):
            total, free = (int(text) << 20 if text.isdigit() else None for text in fields[1:3])
            gpus.append(
                {
                    "vendor": "nvidia",
                    "name": fields[0],
                    "kind": "integrated" if UNIFIED.search(fields[0]) else "discrete",
                    "memory_bytes": total,
                    "memory_free_bytes": free,
                    "driver": "nvidia",
                    "driver_version": fields[3],
                    "capability": fields[4] if len(fields) == 5 and re.match(r"\d+\.\d+$", fields[4]) else "",
                }
            )
    return gpus


def nvidia(system, root="/"):
    """What NVIDIA's driver says of itself, and the GPUs that nvidia-smi lists."""
    places = ("nvidia-smi", "/usr/lib/wsl/lib/nvidia-smi") if system == "wsl" else ("nvidia-smi",)
    program = next((place for place in places if shutil.which(place)), "")
    kernel = re.search(r"Kernel Module.*?\s(\d+(?:\.\d+)+)", read(os.path.join(root, "proc/driver/nvidia/version")))
    facts = {
        "smi": program,
        "error": "",
        "cuda": "",
        "kernel_version": kernel.group(1) if kernel else "",
        "device_nodes": bool(glob.glob(os.path.join(root, "dev/nvidia[0-9]*"))),
    }
    if not program:
        return facts, []
    fields = "name,memory.total,memory.free,driver_version"
    for query in (fields + ",compute_cap", fields):  # drivers before 510 don't know the last field
        code, out, err = command(program, "--query-gpu=" + query, "--format=csv,noheader,nounits")
        gpus = nvidia_table(out) if code == 0 else []
        if gpus:
            break
    else:
        said = (out + "\n" + err).strip().splitlines()
        facts["error"] = said[0].strip() if said else "exit code {}".format(code)
        return facts, []
    version = re.search(r"CUDA Version:\s*(\d+\.\d+)", command(program)[1])
    facts["cuda"] = version.group(1) if version else ""
    return facts, gpus


def pci_gpus(root="/"):
    """Graphics processors on Linux's PCI bus, with or without a driver."""
    gpus = []
    for folder in sorted(glob.glob(os.path.join(root, "sys/bus/pci/devices/*"))):
        vendor = PCI_VENDORS.get(read(os.path.join(folder, "vendor")), "other")
        kind = read(os.path.join(folder, "class"))
        if not kind.startswith("0x03") and not (kind.startswith("0x12") and vendor == "amd"):
            continue
        driver = os.path.basename(os.path.realpath(os.path.join(folder, "driver")))
        total = read(os.path.join(folder, "mem_info_vram_total"))
        used = read(os.path.join(folder, "mem_info_vram_used"))
        total = int(total) if total.isdigit() else None
        gpus.append(
            {
                "vendor": vendor,
                "name": "PCI {} {}".format(os.path.basename(folder), read(os.path.join(folder, "device"))),
                "kind": _pci_kind(vendor, os.path.basename(folder), total),
                "memory_bytes": total,
                "memory_free_bytes": total - int(used) if total and used.isdigit() else None,
                "driver": driver if driver != "driver" else "",
                "driver_version": read(os.path.join(root, "sys/module", driver, "version")),
                "capability": "",
            }
        )
    return gpus


def _pci_kind(vendor, address, memory):
    if vendor == "other":
        return "virtual"
    if vendor == "intel":
        return "integrated" if address == "0000:00:02.0" else "discrete"
    return "integrated" if vendor == "amd" and memory is not None and memory < SMALL_BYTES else "discrete"


def windows_gpus(text):
    """GPUs in what PowerShell prints for Win32_VideoController as JSON: one object or a list of them."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    gpus = []
    for entry in found if isinstance(found, list) else [found]:
        name = str(entry.get("Name") or "")
        lower = name.lower()
        makers = (("nvidia", "nvidia"), ("amd", "amd"), ("radeon", "amd"), ("intel", "intel"))
        vendor = next((maker for word, maker in makers if word in lower), "other")
        kind = "integrated" if INTEGRATED.search(name) else "discrete"
        gpus.append(
            {
                "vendor": vendor,
                "name": name,
                "kind": "virtual" if vendor == "other" else kind,
                "memory_bytes": None,  # AdapterRAM has 32 bits and tells at most 4 GiB
                "memory_free_bytes": None,
                "driver": "",
                "driver_version": str(entry.get("DriverVersion") or ""),
                "capability": "",
            }
        )
    return gpus


def gpus(system, listed):
    """All graphics processors: those that nvidia-smi `listed`, and what the operating system knows besides."""
    found = list(listed)
    if system == "macos":
        if platform.machine() == "arm64" or cpu_name().startswith("Apple"):
            found.append(_apple(cpu_name()))
        return found
    if system == "windows":
        query = "Get-CimInstance Win32_VideoController | Select-Object Name,DriverVersion | ConvertTo-Json"
        others = windows_gpus(command("powershell", "-NoProfile", "-Command", query)[1])
    else:
        others = pci_gpus()
    named = {gpu["vendor"] for gpu in found}
    return found + [gpu for gpu in others if gpu["vendor"] not in named]


def _apple(name):
    facts = dict.fromkeys(("driver", "driver_version", "capability"), "")
    facts.update(vendor="apple", name=name, kind="integrated", memory_bytes=None, memory_free_bytes=None)
    return facts


def wsl(release, root="/"):
    """Which version of WSL this is (0 for none), and what of the GPU's way into it is there."""
    lower = release.lower()
    # WSL 2 boots a kernel of Microsoft's own, WSL 1 pretends to be one of 2016.
    version = 0 if "microsoft" not in lower else 2 if "wsl2" in lower or not lower.startswith("4.4.") else 1
    own = glob.glob(os.path.join(root, "usr/lib/*-linux-gnu/libnvidia-ml.so.*"))
    return {
        "version": version,
        "dxg": os.path.exists(os.path.join(root, "dev/dxg")),
        "library": bool(glob.glob(os.path.join(root, "usr/lib/wsl/lib/libcuda.so*"))),
        "linux_driver": own[0] if version and own else "",
    }


def rocm(root="/"):
    """AMD's software for computing: its version, and whether its device can be opened."""
    device = os.path.join(root, "dev/kfd")
    access = "absent"
    if os.path.exists(device):
        access = "ok" if os.access(device, os.R_OK | os.W_OK) else "no-access"
    return {
        "version": read(os.path.join(root, "opt/rocm/.info/version")).split("-")[0],
        "kfd": access,
        "rocminfo": bool(shutil.which("rocminfo")),
    }


def memory_free_bytes(system):
    """Memory that programs could still get, or None where the system does not tell."""
    if system in ("linux", "wsl"):
        found = re.search(r"^MemAvailable:\s+(\d+) kB", read("/proc/meminfo"), re.MULTILINE)
        free = int(found.group(1)) << 10 if found else None
        left = memory_left()
        return free if free is None or left is None else min(free, left)
    if system == "macos":
        out = command("vm_stat")[1]
        size = re.search(r"page size of (\d+) bytes", out)
        pages = re.findall(r"^Pages (?:free|inactive|speculative):\s+(\d+)", out, re.MULTILINE)
        return int(size.group(1)) * sum(map(int, pages)) if size else None
    query = "(Get-CimInstance Win32_OperatingSystem).FreePhysicalMemory"
    text = command("powershell", "-NoProfile", "-Command", query)[1].strip()
    return int(text) << 10 if text.isdigit() else None


def folders():
    """Free space where packages are unpacked and where caches grow."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return [folder("temporary files", tempfile.gettempdir()), folder("caches", cache)]


def folder(purpose, path):
    """A folder's free space, or that of the nearest folder above it that exists."""
    there = os.path.abspath(path)
    while not os.path.isdir(there) and os.path.dirname(there) != there:
        there = os.path.dirname(there)
    try:
        free = shutil.disk_usage(there).free
    except OSError:
        free = None
    return {"purpose": purpose, "path": path, "free_bytes": free}


def os_version(system):
    """The version that people know the system by; of Linux none."""
    if system == "macos":
        return platform.mac_ver()[0]
    return platform.version() if system == "windows" else ""


def machine():
    """The machine, with the fields of the advisor's type `Machine`; memory in bytes."""
    system = operating_system(platform.system(), platform.release())
    driver, listed = nvidia(system)
    flags = read("/proc/cpuinfo")
    x86 = platform.machine().lower() in ("x86_64", "amd64")
    marks = ("/.dockerenv", "/run/.containerenv")
    return {
        "os": system,
        "release": platform.release(),
        "os_version": os_version(system),
        "distribution": distribution(read("/etc/os-release")) if system in ("linux", "wsl") else "",
        "architecture": platform.machine(),
        "cpu": cpu_name(),
        "avx": bool(re.search(r"^flags\s*:.*\bavx\b", flags, re.MULTILINE)) if x86 and "flags" in flags else None,
        "cores_usable": usable_cores(),
        "memory_bytes": memory_usable_bytes(),
        "memory_free_bytes": memory_free_bytes(system),
        "container": any(map(os.path.exists, marks)) or bool(os.environ.get("KUBERNETES_SERVICE_HOST")),
        "gpus": gpus(system, listed),
        "nvidia": driver,
        "rocm": rocm(),
        "wsl": wsl(platform.release() if system == "wsl" else ""),
        "folders": folders(),
        "variables": {name: os.environ[name] for name in VARIABLES if name in os.environ},
    }
