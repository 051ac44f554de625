"""Do nets survive the way to LiteRT (formerly TensorFlow Lite), run by its interpreter with equal outputs?"""

from shared_envelope import not_tried
from shared_export import missing, needs, take


def run(session, options):
    """Findings: as `shared_export.take`. TensorFlow brings converter and interpreter; from PyTorch litert-torch leads
    there."""
    if session.candidate == "keras-tensorflow":
        return take(session, _route)
    if session.candidate in ("pytorch", "keras-torch"):
        lacking = missing("litert_torch", "ai_edge_litert")
        if lacking:
            return needs([name.replace("_", "-") for name in lacking])
        return take(session, _route, ("litert-torch", "ai-edge-litert"))
    return take(session, _route) if not missing("tensorflow") else not_tried("needs tensorflow: pip install tensorflow")


def _route(source, path):
    path += ".tflite"
    if source.stack.family == "pytorch":
        import litert_torch

        example = source.stack.torch.from_numpy(source.inputs(2))
        litert_torch.convert(source.net, (example,)).export(path)
    else:
        source.net.export(path, format="litert", verbose=False)
    interpreter = _interpreter(path)
    fed, given = interpreter.get_input_details()[0], interpreter.get_output_details()[0]

    def predict(inputs):
        if tuple(interpreter.get_input_details()[0]["shape"]) != inputs.shape:
            interpreter.resize_tensor_input(fed["index"], inputs.shape)
            interpreter.allocate_tensors()
        interpreter.set_tensor(fed["index"], inputs.astype(fed["dtype"]))
        interpreter.invoke()
        return interpreter.get_tensor(given["index"])

    return predict


def _interpreter(path):
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        import tensorflow

        Interpreter = tensorflow.lite.Interpreter
    interpreter = Interpreter(model_path=path)
    interpreter.allocate_tensors()
    return interpreter
