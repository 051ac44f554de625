"""What loading somebody else's model file does by default: can a payload in it run?"""

import os
import pickle
import tempfile

from shared_envelope import fails, told, works


def run(session, options):
    """Findings: for each kind of file `refused`, or what ran; works when the default refused them all, and all of
    them do run once that is allowed, so that the refusal means something."""
    session.stack.load()
    findings, ran = {}, []
    with tempfile.TemporaryDirectory() as folder:
        ways = _torch_ways if session.stack.family == "pytorch" else _keras_ways
        for name, make, load, allow in ways(session.stack, folder):
            trace = os.path.join(folder, name + ".trace")
            path = make(trace)
            findings[name] = _attempt(load, path)
            if os.path.exists(trace):
                ran.append(name)
                os.remove(trace)
            _attempt(allow, path)
            findings[name + ".runs_when_allowed"] = os.path.exists(trace)
    idle = [name for name in findings if name.endswith(".runs_when_allowed") and not findings[name]]
    if ran:
        return fails("loading ran the payload in: " + ", ".join(ran), findings)
    if idle:
        return fails("the payload never runs, so nothing is shown: " + ", ".join(idle), findings)
    return works(findings=findings)


def _attempt(load, path):
    """What loading a file said: `refused: …`, or `loaded`."""
    try:
        load(path)
    except Exception as error:
        return "refused: " + told(error)
    return "loaded"


class _Payload:
    """Unpickled, it leaves a file behind."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return (open, (self.trace, "w"))


def _torch_ways(stack, folder):
    torch = stack.torch
    path = os.path.join(folder, "weights.pt")

    def zipped(trace):
        torch.save({"weight": torch.ones(2), "payload": _Payload(trace)}, path)
        return path

    def plain(trace):
        with open(path, "wb") as file:
            pickle.dump(_Payload(trace), file)
        return path

    yield "torch.load of a checkpoint", zipped, torch.load, lambda path: torch.load(path, weights_only=False)
    yield "torch.load of a plain pickle", plain, torch.load, lambda path: torch.load(path, weights_only=False)


def _keras_ways(stack, folder):
    keras = stack.keras

    def with_lambda(extension):
        def make(trace):
            # Keras stores a lambda as byte code, which load_model calls to find its output's shape.
            touch = eval("lambda x: (open({!r}, 'w').close(), x)[1]".format(trace))
            model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(touch)])
            path = os.path.join(folder, "model" + extension)
            model.save(path)
            if os.path.exists(trace):
                os.remove(trace)
            return path

        return make

    def load(path):
        model = keras.saving.load_model(path, compile=False)
        _call(keras, model)

    def allowed(path):
        model = keras.saving.load_model(path, compile=False, safe_mode=False)
        _call(keras, model)

    yield "load_model of a .keras file", with_lambda(".keras"), load, allowed
    yield "load_model of an .h5 file", with_lambda(".h5"), load, allowed

    def archive(trace):
        import numpy

        path = os.path.join(folder, "weights.npz")
        numpy.savez(path, payload=numpy.array([_Payload(trace)], dtype=object))
        return path

    import numpy

    yield (
        "numpy.load of weights",
        archive,
        lambda path: numpy.load(path)["payload"],
        lambda path: numpy.load(path, allow_pickle=True)["payload"],
    )


def _call(keras, model):
    import numpy

    model(keras.ops.convert_to_tensor(numpy.ones((1, 2), dtype="float32")))
