"""What a process has for itself: a folder for all files that it leaves, and the variables that go with it."""

import contextlib
import os
import shutil
import tempfile

from shared_children import threads_environment

PREFIX = "advisor-"


def variables(candidate, threads, folder):
    """The variables of a process that may use so many processors and leaves its files in `folder`: those that workers
    are given by whoever starts them."""
    found = threads_environment(threads)
    found.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP", "KERAS_HOME"), folder))
    found.update(
        TORCHINDUCTOR_CACHE_DIR=os.path.join(folder, "inductor-" + candidate),
        TF_CPP_MIN_LOG_LEVEL="3",
        TF_FORCE_GPU_ALLOW_GROWTH="true",
        XLA_PYTHON_CLIENT_PREALLOCATE="false",
        PYTHONIOENCODING="utf-8",
    )
    if candidate.startswith("keras-"):
        found["KERAS_BACKEND"] = candidate.partition("-")[2]
    return found


def make_private(candidate, threads):
    """Give this process what a worker gets, before it imports any framework; `remove_private_folder` is for its end."""
    folder = tempfile.mkdtemp(prefix=PREFIX)
    for name in ("JAX_COMPILATION_CACHE_DIR", "KERAS_BACKEND"):
        os.environ.pop(name, None)
    os.environ.update(variables(candidate, threads, folder))
    tempfile.tempdir = None  # from here on as the variables say
    os.chdir(folder)


def remove_private_folder():
    """Remove the folder that TMPDIR names, where it was made for this process alone: whoever made it may have been
    killed."""
    folder = os.environ.get("TMPDIR", "")
    if os.path.basename(folder).startswith(PREFIX):
        with contextlib.suppress(OSError):
            os.chdir(os.path.dirname(folder))  # Windows keeps a folder that a process is in
        shutil.rmtree(folder, ignore_errors=True)
