"""Do nets survive the way to a SavedModel, loaded by TensorFlow alone in a fresh process?"""

import os

from shared_envelope import not_tried
from shared_export import BATCH_SIZES, in_child, missing, needs, take


def run(session, options):
    """Findings: as `shared_export.take`, but latency, which is that of a process of its own."""
    if session.stack.family == "pytorch":
        return not_tried("no route from PyTorch without a converter by others")
    if missing("tensorflow"):
        return needs(["tensorflow"])
    extras = () if session.stack.backend == "tensorflow" else ("tensorflow",)
    return take(session, _route, extras)


def _route(source, path):
    """Export, and run all batches at once in a fresh process; what it gave is looked up."""
    import numpy

    source.net.export(path, format="tf_saved_model", verbose=False)
    beside = path + ".npz"
    numpy.savez(beside, **{"batch{}".format(size): source.inputs(size) for size in BATCH_SIZES})
    in_child("probe_saved_model", [path, beside])
    with numpy.load(beside) as answers:
        outputs = {size: answers["batch{}".format(size)] for size in BATCH_SIZES}
    os.remove(beside)
    return lambda inputs: outputs[len(inputs)]


def main(path, beside):
    """Load a SavedModel with TensorFlow, and replace the batches in a file by its outputs."""
    import numpy
    import tensorflow

    # Its variables live as long as what load() gave.
    loaded = tensorflow.saved_model.load(path)
    with numpy.load(beside) as batches:
        outputs = {name: loaded.serve(batches[name]).numpy() for name in batches.files}
    numpy.savez(beside, **outputs)


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:])
