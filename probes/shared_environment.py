"""What the doctor asks of an interpreter: what is installed, and whether it can live together. Nothing is imported."""

import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import struct
import sys
import sysconfig

from shared_inventory import DISTRIBUTIONS
from shared_machine import folder

FRAMEWORKS = {name: (name,) + DISTRIBUTIONS[name] for name in ("torch", "tensorflow", "jax", "keras")}
"""By the module that is imported, the distributions that bring it."""
ROOTS = [
    *("jaxlib", "jax-cuda12-plugin", "jax-cuda13-plugin", "jax-rocm7-plugin", "jax-metal"),
    *("tf-keras", "tensorflow-metal", "torchvision", "torchaudio", "keras-hub", "numpy"),
    *("onnx", "onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxscript", "tf2onnx", "jax2onnx"),
]
"""Further distributions whose requirements matter here."""


def normal(name):
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed():
    """The installed distributions by normal name; of several of one name the first on the path, which is imported."""
    found = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(normal(name), distribution)
    return found


def requirement_type():
    """The class that reads requirements, from wherever this interpreter has it; None where it has not."""
    for module in ("packaging.requirements", "pip._vendor.packaging.requirements",
                   "setuptools._vendor.packaging.requirements"):  # fmt: skip
        try:
            return importlib.import_module(module).Requirement
        except Exception:  # a broken pip must not end the diagnosis
            continue
    return None


def violated(found, requirement):
    """What is required and missing or of another version, among what the frameworks need, directly or not."""
    problems, todo = [], [name for names in FRAMEWORKS.values() for name in names] + ROOTS
    seen = set()
    while todo:
        name = todo.pop()
        if name in seen or name not in found:
            continue
        seen.add(name)
        for text in found[name].requires or ():
            try:
                needed = requirement(text)
                if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
                    continue
                other = found.get(normal(needed.name))
                fits = other is not None and needed.specifier.contains(other.version, prereleases=True)
            except Exception:  # metadata that nobody can read is no reason to stop
                continue
            todo.append(normal(needed.name))
            if not fits:
                problems.append(_problem(found[name], needed.name + str(needed.specifier), other))
    return problems


def _problem(by, needs, other):
    label = "{} {}".format(by.metadata["Name"], by.version)
    return {"by": label, "needs": needs, "found": other.version if other is not None else ""}


def wrong_python(found, requirement):
    """Frameworks whose metadata exclude this Python, as `violated` gives them."""
    problems = []
    for name in [name for names in FRAMEWORKS.values() for name in names] + ROOTS:
        wanted = found[name].metadata["Requires-Python"] if name in found else None
        version = platform.python_version()
        try:
            if wanted and not requirement("python" + wanted).specifier.contains(version, prereleases=True):
                problem = _problem(found[name], wanted, None)
                problems.append(dict(problem, found=version))
        except Exception:
            continue
    return problems


def modules(found):
    """By framework: its distribution and version, and the file that importing it would run, without importing it."""
    frameworks = {}
    for module, names in FRAMEWORKS.items():
        name = next((name for name in names if name in found), None)
        try:
            spec = importlib.util.find_spec(module)
        except (ImportError, ValueError):
            spec = None
        origin = spec.origin if spec is not None and spec.origin else ""
        if name is None and not origin:
            continue
        brought = found[name].locate_file("") if name else ""
        frameworks[module] = {
            "distribution": name or "",
            "version": found[name].version if name else "",
            "file": origin,
            # A module of that name elsewhere on the path hides the one that was installed.
            "shadowed": bool(origin) and not _lies_in(origin, str(brought)) and not _editable(found, name),
        }
    return frameworks


def _lies_in(path, folder_):
    return bool(folder_) and os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder_), ""))


def _editable(found, name):
    """Whether it was installed from a checkout, where its files may lie anywhere."""
    return bool(name) and "editable" in (found[name].read_text("direct_url.json") or "")


def installer():
    """What can install packages here: pip, uv from outside, ensurepip, which brings pip, or nothing."""
    if importlib.util.find_spec("pip"):
        return "pip"
    if shutil.which("uv"):
        return "uv"
    return "ensurepip" if importlib.util.find_spec("ensurepip") else ""


def environment():
    """The interpreter, with the fields of the advisor's type `Environment`."""
    found = installed()
    requirement = requirement_type()
    virtual = sys.prefix != sys.base_prefix
    marker = os.path.join(sysconfig.get_path("stdlib") or "", "EXTERNALLY-MANAGED")
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "architecture": platform.machine(),
        "bits": 8 * struct.calcsize("P"),
        "libc": "musl" if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "") else platform.libc_ver()[0],
        "virtual": virtual,
        "managed": not virtual and os.path.exists(marker),
        "installer": installer(),
        "packages": {name: distribution.version for name, distribution in sorted(found.items())},
        "checked": requirement is not None,
        "violated": violated(found, requirement) if requirement else [],
        "wrong_python": wrong_python(found, requirement) if requirement else [],
        "modules": modules(found),
        "folder": folder("packages", sysconfig.get_path("purelib") or sys.prefix),
    }
