"""Do models survive torch.export: saved as a .pt2 file with any batch size, loaded, run?"""

import os

from shared_envelope import not_tried
from shared_export import EXAMPLE, Artifact, examine


def run(session, options):
    """Findings: those of `shared_export.examine`."""
    if session.candidate not in ("pytorch", "keras-torch"):
        return not_tried("torch.export is a route of models on PyTorch alone")
    return examine(session, options, _export, _load)


def _export(source, folder):
    import torch

    path, dynamic = os.path.join(folder, "model.pt2"), {0: torch.export.Dim("batch")}
    if source.is_torch:
        example = torch.from_numpy(source.inputs(EXAMPLE))
        torch.export.save(torch.export.export(source.model, (example,), dynamic_shapes=(dynamic,)), path)
    else:
        # Without dynamic_shapes Keras exports for one row.
        source.model.export(path, format="torch", dynamic_shapes=dynamic, verbose=False)


def _load(source, folder, found):
    import torch

    module = torch.export.load(os.path.join(folder, "model.pt2")).module()

    def call(inputs):
        with torch.no_grad():
            return module(torch.from_numpy(inputs)).numpy()

    return Artifact(call)
