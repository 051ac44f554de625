"""What an interpreter is and has, found without importing any framework."""

import glob
import hashlib
import importlib.metadata
import os
import platform
import re
import sys

# Each distribution that is told by its version, and the names under which it is also published.
DISTRIBUTIONS = {
    "torch": (),
    "tensorflow": (
        "tensorflow-cpu",
        "tensorflow-intel",
        "tensorflow-macos",
        "tensorflow-rocm",
        "tf-nightly",
        "tf-nightly-cpu",
    ),
    "keras": ("keras-nightly",),
    "jax": (),
    "jaxlib": (),
    "numpy": (),
    "onnx": (),
    "onnxruntime": ("onnxruntime-gpu", "onnxruntime-directml"),
    "onnxscript": (),
    "tf2onnx": (),
    "jax2onnx": (),
}


def version(distribution):
    """The installed version of a distribution or of its other names, or None."""
    for name in (distribution,) + DISTRIBUTIONS.get(distribution, ()):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return None


def versions():
    """Versions of the distributions that are installed, by name."""
    found = {name: version(name) for name in DISTRIBUTIONS}
    return {name: number for name, number in found.items() if number}


def _folders():
    """The names of the folders that describe the distributions on the path, in its order: NAME-VERSION.dist-info."""
    found = {}
    for folder in sys.path:
        try:
            names = os.listdir(folder)
        except OSError:
            continue  # an archive, or a folder that isn't there
        found.update((name, None) for name in sorted(names) if name.endswith((".dist-info", ".egg-info")))
    return list(found)


def _builds():
    """The names of conda's records of what it has installed, NAME-VERSION-BUILD.json: builds of one version can differ
    in the libraries they use, and have the same folders."""
    records = glob.glob(os.path.join(glob.escape(sys.prefix), "conda-meta", "*.json"))
    return [os.path.basename(record) for record in records]


def installed(folders):
    """A hash of the names and versions of all distributions on the path, and of conda's packages: plugins and libraries
    that no framework requires change what it does, too."""
    return hashlib.sha256("\n".join(sorted(folders + _builds())).encode("utf-8", "surrogateescape")).hexdigest()


def distributions(folders):
    """Versions of all distributions on the path, by name as packaging.python.org normalises it: by their folders'
    names, since there can be hundreds of them to open."""
    found = {}
    for folder in folders:
        name, _, number = folder.rpartition(".")[0].partition("-")
        if number:
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), number.partition("-")[0])
    return found


def inventory():
    """The interpreter's version and implementation, `versions()`, and what `installed` and `distributions` say."""
    folders = _folders()
    return {
        "inventory": 1,
        "python": platform.python_version(),
        "version": list(sys.version_info[:3]),
        "implementation": platform.python_implementation(),
        "executable": sys.executable,
        "packages": versions(),
        "installed": installed(folders),
        "distributions": distributions(folders),
    }
