"""Do models survive the way to LiteRT (TensorFlow Lite): exported, run by the interpreter, equal?"""

import importlib.util
import os

from shared_envelope import not_tried
from shared_export import Artifact, examine, missing
from shared_limits import threads

SIZE = 1
"""Rows for which PyTorch's converter fixes the shapes."""


def run(session, options):
    """Findings: those of `shared_export.examine`; `int8_file_bytes` and `int8_max_abs_diff` of the model with its
    weights quantised, where the exporter does that; `batch`, what a fixed batch size does with another."""
    on_torch = session.candidate in ("pytorch", "keras-torch")
    absent = missing("litert-torch") if on_torch else None
    if absent or not (_has_runtime() or session.candidate == "keras-jax"):
        return absent or not_tried("needs ai-edge-litert: pip install ai-edge-litert")
    return examine(session, options, _export, _load, ("litert-torch",) if on_torch else (), fixed=on_torch)


def _has_runtime():
    return any(importlib.util.find_spec(name) for name in ("ai_edge_litert", "tensorflow"))


def _export(source, folder):
    _write(source, os.path.join(folder, "model.tflite"))


def _write(source, path, **options):
    if source.is_torch:
        import litert_torch

        litert_torch.convert(source.model, (source.stack.torch.from_numpy(source.inputs(SIZE)),)).export(path)
    elif source.stack.backend == "torch":
        keras = source.stack.keras
        inputs = source.inputs(SIZE)
        signature = [keras.InputSpec(shape=inputs.shape, dtype=str(inputs.dtype))]
        source.model.export(path, format="litert", input_signature=signature, verbose=False)
    else:
        source.model.export(path, format="litert", verbose=False, **options)


def _load(source, folder, found):
    path = os.path.join(folder, "model.tflite")
    if not source.is_torch and source.stack.backend == "tensorflow":
        found.update(_int8(source, os.path.join(folder, "int8.tflite")))
    return Artifact(_caller(path))


def _int8(source, path):
    """Findings of the same model with its weights in 8 bits; how far it is off is for the reader to judge."""
    import numpy
    import tensorflow

    _write(source, path, optimizations=[tensorflow.lite.Optimize.DEFAULT])
    inputs = source.inputs(5)
    difference = float(numpy.abs(_caller(path)(inputs) - source.predict(inputs)).max())
    return {"int8_file_bytes": os.path.getsize(path), "int8_max_abs_diff": difference}


def _caller(path):
    """A function that runs the file, with shapes set anew only where they change."""
    if importlib.util.find_spec("ai_edge_litert"):
        from ai_edge_litert.interpreter import Interpreter
    else:
        import tensorflow

        Interpreter = tensorflow.lite.Interpreter  # not a module that could be imported from
    interpreter = Interpreter(path, num_threads=threads())
    place = interpreter.get_input_details()[0]["index"]
    # PyTorch's tokens are int64 and become int32 on the way.
    kind = interpreter.get_input_details()[0]["dtype"]
    result, shape = interpreter.get_output_details()[0]["index"], []

    def call(inputs):
        if shape != [inputs.shape]:
            shape[:] = []  # a refused size leaves the interpreter without any
            interpreter.resize_tensor_input(place, inputs.shape)
            interpreter.allocate_tensors()
            shape[:] = [inputs.shape]
        interpreter.set_tensor(place, inputs.astype(kind, copy=False))
        interpreter.invoke()
        return interpreter.get_tensor(result)

    return call
