"""Does a trained net survive the way to ONNX: exported, run by onnxruntime, equal at another batch size?"""

import importlib.util
import os
import tempfile
import time

from shared_envelope import fails, not_tried, works
from shared_timing import WARM_UP_STEPS
from shared_workload import CLASSES, SEED, batches

TOLERANCE = 1e-3
"""Greatest accepted difference, as a share of the greatest output (but at least of 1): float32 on another runtime,
with room for TF32."""
BATCH_SIZES = (32, 5)
"""That of training and another: exports fix the batch size unless told otherwise."""


def run(session, options):
    """Findings: max_abs_diff, tolerance, file_bytes, export_s, opset. Needs onnxruntime and the stack's exporter."""
    extras = session.stack.onnx_extras
    missing = [name for name in ("onnxruntime",) + extras if importlib.util.find_spec(name) is None]
    if missing:
        return not_tried("needs {0}: pip install {0}".format(" ".join(missing)))
    workload = session.workload("cnn")
    workload.run(WARM_UP_STEPS)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net.onnx")
        start = time.perf_counter()
        workload.net.export_onnx(path)
        findings = {"export_s": time.perf_counter() - start, "tolerance": TOLERANCE}
        findings["file_bytes"] = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
        problem = _compare(path, workload.net, findings)
    return fails(problem, findings) if problem else works(findings=findings, extras=extras)


def _compare(path, net, findings):
    """Run the file beside the net; add to the findings and return what is wrong, or ""."""
    import numpy
    import onnxruntime

    runtime = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    findings["opset"] = _opset(path)
    findings["batch_sizes"] = ", ".join(str(size) for size in BATCH_SIZES)
    worst = 0.0
    for size in BATCH_SIZES:
        images, labels = net.prepare(*batches("cnn", 1, size, SEED + size)[0])
        expected = net.predict(images)
        got = runtime.run(None, {runtime.get_inputs()[0].name: numpy.asarray(images)})[0]
        if got.shape != (size, CLASSES):
            return "a batch of {} came back with shape {}".format(size, got.shape)
        worst = max(worst, float(numpy.abs(got - expected).max()))
        findings["max_abs_diff"] = worst
        if not worst <= TOLERANCE * max(1.0, float(numpy.abs(expected).max())):
            return "at batch size {} the outputs differ by {:.3g}".format(size, worst)
    return ""


def _opset(path):
    """The version of ONNX' default operator set that the file asks for, or None when onnx can't be asked."""
    try:
        import onnx
    except ImportError:
        return None
    imports = onnx.load(path, load_external_data=False).opset_import
    return next((entry.version for entry in imports if entry.domain in ("", "ai.onnx")), None)
