"""Do models survive being compiled ahead of time by AOTInductor, for servers without Python?"""

import os
import shutil

from shared_envelope import not_tried
from shared_export import EXAMPLE, Artifact, examine


def run(session, options):
    """Findings: those of `shared_export.examine`; `export_s` is mostly the C++ compiler's time."""
    if session.candidate != "pytorch":
        return not_tried("AOTInductor takes programs of torch.export; Keras has no export of this kind")
    compilers = [name for name in (os.environ.get("CXX"), "g++", "clang++", "cl") if name]
    if not any(shutil.which(name) for name in compilers):
        return not_tried("needs a C++ compiler")
    return examine(session, options, _export, _load)


def _export(source, folder):
    import torch
    import torch._inductor

    # Without dynamic shapes a package takes any number of rows and computes as many as its example had, or aborts.
    example, batch = torch.from_numpy(source.inputs(EXAMPLE)), torch.export.Dim("batch")
    program = torch.export.export(source.model, (example,), dynamic_shapes=({0: batch},))
    torch._inductor.aoti_compile_and_package(program, package_path=os.path.join(folder, "model.pt2"))


def _load(source, folder, found):
    import torch
    import torch._inductor

    package = torch._inductor.aoti_load_package(os.path.join(folder, "model.pt2"))
    return Artifact(lambda inputs: package(torch.from_numpy(inputs)).numpy())
