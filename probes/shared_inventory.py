"""What an interpreter is and has, found without importing any framework."""

import importlib.metadata
import platform
import sys

# Each distribution that matters, and the names under which it is also published.
DISTRIBUTIONS = {
    "torch": (),
    "tensorflow": ("tensorflow-cpu", "tensorflow-intel", "tensorflow-macos", "tf-nightly", "tf-nightly-cpu"),
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


def inventory():
    """The interpreter's version and implementation, and `versions()`."""
    return {
        "inventory": 1,
        "python": platform.python_version(),
        "version": list(sys.version_info[:3]),
        "implementation": platform.python_implementation(),
        "executable": sys.executable,
        "packages": versions(),
    }
