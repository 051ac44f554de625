"""What a probe's process is told by its environment, and the command that repeats it by hand."""

import json
import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from advisor.model.base import Scalar

THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "NPROC",  # sizes XLA's thread pool on the CPU
)

INFLUENTIAL = (
    *("CUDA_", "CUDNN_", "CUBLAS_", "NVIDIA_", "NCCL_", "HIP_", "ROCR_", "ROCM_", "HSA_", "MIOPEN_", "TRITON_"),
    *("GPU_", "TPU_", "LIBTPU_", "CC", "CXX"),
    *("JAX_", "XLA_", "TF_", "TF2_", "TORCH", "PYTORCH_", "ATEN_", "KERAS_", "ONEDNN_", "DNNL_"),
    *("OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "MALLOC_", "GLIBC_TUNABLES", "LD_"),
    *("PYTHONPATH", "PYTHONOPTIMIZE", "PYTHONMALLOC", "PYTHONDEVMODE"),
    *("PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE"),
    *("PYTHON_GIL", "PYTHON_JIT", "PYTHON_TLBC", "PYTHON_CPU_COUNT", "PYTHON_LAZY_IMPORTS"),
)
"""What names of variables begin with that change what is measured. Frameworks have hundreds, and one that was missed
would let measurements be used again that no longer hold; one too many only has them taken again."""


_DROPPED = frozenset(
    {
        *("PYTHONHOME", "__PYVENV_LAUNCHER__"),  # for one interpreter, and breaks others
        *("JAX_COMPILATION_CACHE_DIR", "KERAS_BACKEND"),  # a compilation cache would make first steps too fast
        # What Python tells of itself while it is debugged, which slows whatever is measured.
        *("PYTHONTRACEMALLOC", "PYTHONPROFILEIMPORTTIME", "PYTHONVERBOSE", "PYTHONMALLOCSTATS", "PYTHONDUMPREFS"),
        *("PYTHONASYNCIODEBUG", "PYTHONDEBUG", "PYTHONPERFSUPPORT", "PYTHON_PERF_JIT_SUPPORT"),
    }
)


def keras_backend(candidate: str) -> str:
    """The backend that a candidate called `keras-BACKEND` needs, or ""."""
    return candidate.removeprefix("keras-") if candidate.startswith("keras-") else ""


def inherited(base: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that a foreign interpreter may see."""
    return {name: value for name, value in base.items() if name not in _DROPPED}


def modest(folder: Path) -> dict[str, str]:
    """What has a framework leave its files in `folder`, keep quiet, and take of a GPU's memory what it needs."""
    return {
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder)),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
        "PYTHONIOENCODING": "utf-8",
    }


def child_environment(
    base: Mapping[str, str], candidate: str, threads: int, folder: Path, shared: Path | None = None
) -> dict[str, str]:
    """The environment of a probe's process; `folder` is private to it and takes its temporary files. `shared` takes
    what torch.compile has compiled, so that only a run's first launch compiles cold.

    Devices stay as visible as the user made them: CUDA_VISIBLE_DEVICES is passed on as it is.
    """
    environment = inherited(base) | modest(folder)
    environment |= dict.fromkeys(THREADS, str(threads))
    environment |= {
        "TORCHINDUCTOR_CACHE_DIR": str((shared or folder) / f"inductor-{candidate}"),
        "KERAS_HOME": str(folder),  # Keras' defaults, not those of the user's keras.json; and no trace left there
    }
    if backend := keras_backend(candidate):
        environment["KERAS_BACKEND"] = backend
    return environment


def influences(base: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that reaches a probe's process as it is and may change what is measured."""
    ours = child_environment({}, "", 1, Path()).keys()
    passed_on = inherited(base).items()
    return {name: value for name, value in passed_on if name.startswith(INFLUENTIAL) and name not in ours}


def reproduction(
    python: str,
    probes_dir: Path,
    candidate: str,
    probe: str,
    threads: int,
    program: str = "",
    options: Mapping[str, Scalar] = MappingProxyType({}),
) -> str:
    """A shell command that runs one probe alone, once, in the conditions of a worker, and prints its envelope."""
    arguments = [python, "-B", str(probes_dir), "--candidate", candidate, "--probe", probe, "--threads", str(threads)]
    if program:
        arguments += ["--program", program]
    if options:
        arguments += ["--options", json.dumps(dict(options))]
    return subprocess.list2cmdline(arguments) if os.name == "nt" else shlex.join(arguments)
