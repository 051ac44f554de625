"""Do models survive the way to OpenVINO: converted, saved, run, equal at other batch sizes?"""

import os
import sys

from shared_export import EXAMPLE, Artifact, examine, missing
from shared_limits import threads

PATH = "model.xml"


def run(session, options):
    """Findings: those of `shared_export.examine`. Needs openvino, and tensorflow for a model on JAX."""
    extras = ("openvino", "tensorflow") if session.candidate == "keras-jax" else ("openvino",)
    # The converter reports its use to its makers; without this package, which it can miss, it doesn't.
    sys.modules.setdefault("openvino_telemetry", None)
    return missing(*extras) or examine(session, options, _export, _load, extras)


def _export(source, folder):
    import openvino

    path = os.path.join(folder, PATH)
    if source.is_torch:
        # Given the module itself it would trace it, and attention changes its path from one trace to the next.
        torch = source.stack.torch
        example, batch = torch.from_numpy(source.inputs(EXAMPLE)), torch.export.Dim("batch")
        program = torch.export.export(source.model, (example,), dynamic_shapes=({0: batch},))
        converted = openvino.convert_model(program)
        # By default it would save weights as float16, which Keras doesn't.
        openvino.save_model(converted, path, compress_to_fp16=False)
    else:
        source.model.export(path, format="openvino", verbose=False)


def _load(source, folder, found):
    import openvino

    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    if threads():
        settings["INFERENCE_NUM_THREADS"] = threads()
    compiled = openvino.Core().compile_model(os.path.join(folder, PATH), "CPU", settings)
    return Artifact(lambda inputs: compiled(inputs)[0])
