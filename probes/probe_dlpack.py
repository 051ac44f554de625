"""Can arrays be handed to other libraries without copying them?"""

import json
import os
import sys

from shared_children import ChildFailed, printed
from shared_envelope import fails, works

SECONDS = 120
COUNT = 1 << 16
FRAMEWORKS = {"torch": "torch", "tensorflow": "tensorflow", "jax": "jax.numpy"}


def run(session, options):
    """Findings: for each partner and direction `shared`, `copied` or why it was refused, of arrays in host memory and,
    where both see an accelerator, of arrays on it. Tried in a process of its own, since importing the partners would
    slow whatever this one measures next."""
    own = "torch" if session.stack.family == "pytorch" else session.stack.backend
    try:
        findings = json.loads(printed([os.path.basename(__file__), own], SECONDS).splitlines()[-1])
    except ChildFailed as error:
        return fails(error)
    if not all(findings.get(way) == "shared" for way in ("to numpy", "from numpy")):
        return fails("arrays are not shared with numpy both ways", findings)
    return works(findings=findings)


def main(own):
    """Print a JSON object of what came of each hand-over from and to the framework `own`."""
    import importlib

    import numpy

    module = importlib.import_module(FRAMEWORKS[own])
    findings = _both("numpy", module, own, numpy, "numpy")
    for name, path in FRAMEWORKS.items():
        if name != own:
            try:
                partner = importlib.import_module(path)
            except Exception as error:
                findings["to " + name] = "not imported: {}".format(type(error).__name__)
                continue
            findings.update(_both(name, module, own, partner, name))
            if _sees_device(module, own) and _sees_device(partner, name):
                findings.update(_both(name + " on the device", module, own, partner, name, True))
    print(json.dumps(findings))


def _both(label, module, own, partner, partner_name, on_device=False):
    return {
        "to " + label: _hand_over(module, own, partner, partner_name, on_device),
        "from " + label: _hand_over(partner, partner_name, module, own, on_device),
    }


def _sees_device(module, name):
    """Whether arrays can be made on an accelerator, and asked for their address there."""
    if name == "torch":
        return module.cuda.is_available()
    if name == "jax":
        import jax

        return jax.default_backend() != "cpu"
    return False


def _hand_over(giver, giver_name, taker, taker_name, on_device):
    """`shared` when the taker's array lies at the giver's address and holds its values, `copied`, or the refusal."""
    import numpy

    # Some take only memory that starts at a multiple of 64 bytes, which numpy's need not.
    room = numpy.empty(4 * COUNT + 64, dtype="uint8")
    start = -room.ctypes.data % 64
    values = room[start : start + 4 * COUNT].view("float32")
    values[:] = numpy.arange(COUNT)
    try:
        given = _make(giver, giver_name, values, on_device)
        taken = _take(taker, taker_name, given)
        if not numpy.array_equal(taken.cpu() if taker_name == "torch" else numpy.asarray(taken), values):
            return "the values differ"
        return "shared" if _address(taken, taker_name) == _address(given, giver_name) else "copied"
    except Exception as error:
        return "refused: {}: {}".format(type(error).__name__, str(error).splitlines()[0][:120] if str(error) else "")


def _make(module, name, values, on_device):
    if name == "numpy":
        return values
    if name == "torch":
        return module.tensor(values, device="cuda" if on_device else "cpu")
    if name == "tensorflow":
        with module.device("CPU:0"):
            return module.constant(values)
    import jax

    return jax.device_put(values.copy(), jax.devices(None if on_device else "cpu")[0])


def _take(module, name, array):
    if name == "tensorflow":
        return module.experimental.dlpack.from_dlpack(_capsule(array))
    return module.from_dlpack(array)


def _capsule(array):
    # TensorFlow takes a capsule, where the others take whatever offers one.
    if type(array).__module__.startswith("tensorflow"):
        import tensorflow

        return tensorflow.experimental.dlpack.to_dlpack(array)
    return array.__dlpack__()


def _address(array, name):
    import numpy

    if name == "numpy":
        return array.ctypes.data
    if name == "torch":
        return array.data_ptr()
    if name == "jax":
        return array.unsafe_buffer_pointer()
    # The array's own memory, where numpy() would copy it.
    return numpy.asarray(array).ctypes.data


if __name__ == "__main__":
    main(sys.argv[1])
