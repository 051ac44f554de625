"""Do models survive the way to a SavedModel: exported, loaded by TensorFlow alone in another process, equal?"""

import json
import os
import subprocess
import sys
import tempfile

from shared_envelope import not_tried
from shared_export import Artifact, call_seconds, examine, missing

ENDPOINT = "serve"


def run(session, options):
    """Findings: those of `shared_export.examine`."""
    if session.stack.family == "pytorch":
        return not_tried("PyTorch has no export to SavedModel; converters go by way of ONNX or Keras")
    extras = () if session.stack.backend == "tensorflow" else ("tensorflow",)
    absent = missing("tensorflow")
    if absent:
        return absent
    with tempfile.TemporaryDirectory() as folder, Reader(folder) as reader:
        return examine(session, options, _export, reader.load, extras)


def _export(source, folder):
    source.model.export(os.path.join(folder, "model"), format="tf_saved_model", verbose=False)


class Reader:
    """TensorFlow in a process of its own, which starts with the first model to load and ends with the context."""

    def __init__(self, folder):
        self._folder, self._process = folder, None

    def load(self, source, folder, found):
        """The model in the folder as an `Artifact`."""
        self._ask(load=os.path.join(folder, "model"))
        return Artifact(self._call, self._latencies)

    def _call(self, inputs):
        import numpy

        numpy.save(os.path.join(self._folder, "inputs.npy"), inputs)
        self._ask(run=True)
        return numpy.load(os.path.join(self._folder, "outputs.npy"))

    def _latencies(self, inputs, budget):
        self._call(inputs)
        return self._ask(time=budget)["seconds"]

    def _ask(self, **request):
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-B", os.path.abspath(__file__), self._folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                universal_newlines=True,
            )
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise RuntimeError("the process with TensorFlow ended with code {}".format(self._process.wait()))
        answer = json.loads(answer)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


class Server:
    """What the other process does for a `Reader`."""

    def __init__(self, folder):
        self._folder, self._endpoint = folder, None

    def answer(self, request):
        """Load a model, run it on the inputs in the folder, or time it on them."""
        import numpy
        import tensorflow

        if "load" in request:
            # The model must live as long as its endpoint.
            self._model = tensorflow.saved_model.load(request["load"])
            self._endpoint = getattr(self._model, ENDPOINT)
            return {}
        inputs = numpy.load(os.path.join(self._folder, "inputs.npy"))
        if "time" in request:
            return {"seconds": call_seconds(self._call, inputs, request["time"])}
        numpy.save(os.path.join(self._folder, "outputs.npy"), self._call(inputs))
        return {}

    def _call(self, inputs):
        return self._endpoint(inputs).numpy()


def serve(folder, requests, answers):
    """Answer the requests of a `Reader` until there are no more."""
    server = Server(folder)
    for request in requests:
        try:
            answer = server.answer(json.loads(request))
        except Exception as error:
            answer = {"error": "{}: {}".format(type(error).__name__, error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever TensorFlow prints is no answer
    sys.modules["keras"] = None  # TensorFlow would load it if it were there; a server hasn't got it
    serve(sys.argv[1], sys.stdin, own)
    os._exit(0)
