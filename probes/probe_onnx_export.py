"""Do models survive the way to ONNX: exported, run by onnxruntime, equal at other batch sizes?"""

import os

from shared_export import EXAMPLE, Artifact, examine, missing
from shared_limits import threads

EXTRAS = {
    "pytorch": ("onnxscript",),
    "keras-tensorflow": ("tf2onnx",),
    "keras-jax": ("jax2onnx",),
    "keras-torch": ("onnx",),
}
"""What the exporter of each candidate calls beyond the candidate's own distributions."""
CANDIDATES = tuple(EXTRAS)


def run(session, options):
    """Findings: those of `shared_export.examine`, and `opset`. Needs onnxruntime and the candidate's exporter."""
    extras = EXTRAS[session.candidate]
    instead = ("torch.onnx.export(model, dynamo=True)", _by_torch) if session.candidate == "keras-torch" else None
    return missing("onnxruntime", *extras) or examine(session, options, _export, _load, extras, otherwise=instead)


def _export(source, folder):
    path = os.path.join(folder, "model.onnx")
    if source.is_torch:
        torch = source.stack.torch
        example, batch = torch.from_numpy(source.inputs(EXAMPLE)), torch.export.Dim("batch")
        torch.onnx.export(source.model, (example,), path, dynamo=True, dynamic_shapes=({0: batch},), verbose=False)
    else:
        source.model.export(path, format="onnx", verbose=False)


def _by_torch(source, folder):
    """A Keras model on PyTorch is a torch module too; its `forward` takes `*args`, hence the nesting."""
    import torch

    example, shapes = torch.from_numpy(source.inputs(EXAMPLE)), [({0: torch.export.Dim("batch")},)]
    path = os.path.join(folder, "model.onnx")
    torch.onnx.export(source.model.eval(), (example,), path, dynamo=True, dynamic_shapes=shapes, verbose=False)


def _load(source, folder, found):
    import onnxruntime

    path = os.path.join(folder, "model.onnx")
    found["opset"] = _opset(path)
    settings = onnxruntime.SessionOptions()
    # onnxruntime doesn't look at OMP_NUM_THREADS; 0 lets it decide.
    settings.intra_op_num_threads = threads() or 0
    runtime = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    name = runtime.get_inputs()[0].name
    return Artifact(lambda inputs: runtime.run(None, {name: inputs})[0])


def _opset(path):
    """The version of ONNX' default operator set that the file asks for, or None when onnx can't be asked."""
    try:
        import onnx
    except ImportError:
        return None
    imports = onnx.load(path, load_external_data=False).opset_import
    return next((entry.version for entry in imports if entry.domain in ("", "ai.onnx")), None)
