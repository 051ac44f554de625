"""Do nets survive the way to ONNX: exported, run by onnxruntime, equal at other batch sizes?"""

from shared_export import EXAMPLE, NAMES, missing, needs, take

EXTRAS = {
    "pytorch": ("onnxscript",),
    "keras-tensorflow": ("tf2onnx",),
    "keras-jax": ("jax2onnx",),
    "keras-torch": ("onnx",),
}
"""What the exporter of each candidate needs beyond its own distributions; onnxruntime runs what comes of it."""


def run(session, options):
    """Findings: per net whether it works, export_s, file_bytes, max_abs_diff, latency_ms; the quick level tries the
    convolutional net alone."""
    extras = EXTRAS[session.candidate]
    lacking = missing("onnxruntime", *extras)
    if lacking:
        return needs(lacking)
    names = NAMES[:1] if options.get("level") == "quick" else NAMES
    part = take(session, _route, extras, names)
    part["findings"]["opset"] = _opset.get("newest")
    return part


_opset = {}


def _route(source, path):
    import onnxruntime

    path += ".onnx"
    if source.stack.family == "pytorch":
        torch = source.stack.torch
        example = torch.from_numpy(source.inputs(EXAMPLE)).to(source.stack.device)
        shapes = ({0: torch.export.Dim("batch")},)
        torch.onnx.export(source.net, (example,), path, dynamo=True, dynamic_shapes=shapes, verbose=False)
    else:
        source.net.export(path, format="onnx", verbose=False)
    _opset["newest"] = _opset_of(path)
    runtime = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = runtime.get_inputs()[0].name
    return lambda inputs: runtime.run(None, {name: inputs})[0]


def _opset_of(path):
    """The version of ONNX' default operator set that the file asks for, or None when onnx can't be asked."""
    try:
        import onnx
    except ImportError:
        return None
    imports = onnx.load(path, load_external_data=False).opset_import
    return next((entry.version for entry in imports if entry.domain in ("", "ai.onnx")), None)
