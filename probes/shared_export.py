"""What all routes of deployment share: two models are exported, what was written is run by its runtime at other batch
sizes, and its outputs are compared with those of the models that it came from."""

import contextlib
import importlib
import importlib.util
import os
import statistics
import tempfile
import time

from shared_envelope import fails, first_line, not_tried, told, works
from shared_timing import WARM_UP_STEPS, seconds

MODELS = ("cnn", "attention")
SEED = 20240229
BATCH_SIZES = (1, 5)
"""At these outputs are compared. Exporters take an example of 1 or 2 rows and may fix that size."""
EXAMPLE = 2
"""Rows of the example where the route wants one: torch.export takes a size of 1 for a constant."""
TOLERANCE = 1e-3
"""Greatest accepted difference, as a share of the greatest output (but at least of 1): float32 on another runtime."""
LATENCY_SECONDS = 0.2
"""So long single calls are timed, twice."""


WORKS = "works"


class Source:
    """A model as it stands in its framework, on the CPU, where all the runtimes are too."""

    def __init__(self, stack, name):
        self.stack, self.name = stack, name
        self.is_torch = stack.family == "pytorch"
        self._nets = importlib.import_module("export_nets_pytorch" if self.is_torch else "export_nets_keras")
        self._layout = () if self.is_torch else (stack.describe()["layout"],)
        self.model = self._nets.build(stack.torch if self.is_torch else stack.keras, name, SEED)

    def inputs(self, size):
        """Seeded inputs of so many rows, as a numpy array."""
        return self._nets.inputs(self.name, size, SEED, *self._layout)

    def predict(self, inputs):
        """The outputs as a numpy array, in the way that this framework infers by default."""
        if not self.is_torch:
            return self.model.predict_on_batch(inputs)
        with self.stack.torch.no_grad():
            return self.model(self.stack.torch.from_numpy(inputs)).numpy()


class Artifact:
    """An exported model in its runtime: `call` takes and gives a numpy array.

    `latencies(inputs, seconds)` gives the seconds of single calls, where the runtime has its own process and clock.
    """

    def __init__(self, call, latencies=None):
        self.call = call
        self.latencies = latencies or (lambda inputs, budget: call_seconds(call, inputs, budget))


def missing(*distributions):
    """Those of these distributions that are not installed, as the outcome of a probe; None when all are."""
    absent = [name for name in distributions if importlib.util.find_spec(name.replace("-", "_")) is None]
    return not_tried("needs {0}: pip install {0}".format(" ".join(absent))) if absent else None


def examine(session, options, export, load, extras=(), fixed=False, otherwise=None):
    """The outcome of a route: it works only if both models come through.

    `export(source, folder)` writes the model into the folder; `load(source, folder)` gives an `Artifact`, and may add
    findings. `fixed` is a route that promises only the batch size of its example: others may be refused, but not
    answered wrongly. `otherwise` is what users can call instead and its `export`; it is tried where the first one
    fails, for the findings alone.

    Findings: for each model `works` or its error's first line, and by its name `export_s`, `file_bytes`,
    `max_abs_diff`, `latency_ms` at batch 1 and `latency_ratio` to the framework itself; not the latter two at the level
    `quick`. Of an error with several lines `error` has the beginning, `otherwise` what became of the other way.
    """
    session.stack.load()
    findings = {"tolerance": TOLERANCE, "batch_sizes": ", ".join(str(size) for size in BATCH_SIZES)}
    timed, wrong = options.get("level") != "quick", []
    with _on_cpu(session.stack):
        for name in MODELS:
            source, found = Source(session.stack, name), {}
            try:
                words = _through(source, export, load, fixed, timed, found)
            except ImportError as error:
                return not_tried(told(error))
            if words != WORKS:
                wrong.append(name)
                if otherwise:
                    found["otherwise"] = "{}: {}".format(
                        otherwise[0], _through(source, otherwise[1], load, False, False, {})
                    )
            findings[name] = words
            findings.update({name + "." + key: value for key, value in found.items()})
    if wrong:
        return fails("{}: {}".format(wrong[0], findings[wrong[0]]), findings)
    return works(findings=findings, extras=extras)


class Differs(Exception):
    """What was exported doesn't do what the model does."""


def _through(source, export, load, fixed, timed, found):
    """Send one model all the way, adding what is found; return `works` or what was wrong.

    Raises ImportError where an exporter misses a package.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            start = time.perf_counter()
            export(source, folder)
            found.update(export_s=time.perf_counter() - start, file_bytes=folder_bytes(folder))
            artifact = load(source, folder, found)
            found["max_abs_diff"] = compare(artifact.call, source, BATCH_SIZES[:1] if fixed else BATCH_SIZES)
            if fixed:
                found["batch"] = _other_size(artifact.call, source)
            if timed:
                found.update(_latency(artifact, source))
        except Differs as error:
            return first_line(error)
        except Exception as error:
            if _is_missing(error):
                raise ImportError(first_line(error)) from error
            text = "{}: {}".format(type(error).__name__, error).replace(folder + os.sep, "")
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            if len(lines) > 1:
                found["error"] = first_line(" | ".join(lines))
            return first_line(text)
    return WORKS


def compare(call, source, sizes=BATCH_SIZES):
    """The greatest difference between an artifact's outputs and its source's. Raises `Differs` where it is too great,
    or the outputs are not as many."""
    import numpy

    worst = 0.0
    for size in sizes:
        inputs = source.inputs(size)
        expected = numpy.asarray(source.predict(inputs))
        try:
            outputs = numpy.asarray(call(inputs))
        except Exception as error:
            raise Differs("at batch size {}: {}".format(size, told(error))) from error
        if outputs.shape != expected.shape:
            raise Differs("a batch of {} came back with shape {}".format(size, outputs.shape))
        difference = float(numpy.abs(outputs - expected).max())
        if not difference <= TOLERANCE * max(1.0, float(numpy.abs(expected).max())):
            raise Differs("at batch size {} the outputs differ by {:.3g}".format(size, difference))
        worst = max(worst, difference)
    return worst


def _other_size(call, source):
    """What a route with a fixed batch does with another size: takes it, or refuses. Raises for wrong outputs."""
    try:
        call(source.inputs(BATCH_SIZES[1]))
    except Exception as error:
        return first_line("fixed at {}: {}".format(BATCH_SIZES[0], told(error)))
    compare(call, source)
    return "any"


def call_seconds(call, inputs, budget):
    """Seconds of single calls, as many as there is time for; a few come first that don't count."""
    for _ in range(WARM_UP_STEPS):
        call(inputs)
    taken, end = [], time.perf_counter() + budget
    while len(taken) < WARM_UP_STEPS or time.perf_counter() < end:
        taken.append(seconds(lambda _: call(inputs)))
    return taken


def _latency(artifact, source):
    """Medians at batch 1, the artifact's between two of the source's time: a change in the weather meets both."""
    inputs = source.inputs(1)

    def own():
        return call_seconds(source.predict, inputs, LATENCY_SECONDS)

    before, exported, after = own(), artifact.latencies(inputs, 2 * LATENCY_SECONDS), own()
    median = statistics.median(exported)
    return {"latency_ms": 1e3 * median, "latency_ratio": median / statistics.median(before + after)}


def folder_bytes(folder):
    """Bytes of all files in a folder."""
    names = [os.path.join(place, name) for place, _, files in os.walk(folder) for name in files]
    return sum(os.path.getsize(name) for name in names)


def _is_missing(error):
    """Whether an exporter stopped for want of a package: its own module, or it says what to install."""
    return isinstance(error, ModuleNotFoundError) or (isinstance(error, ImportError) and "pip install" in str(error))


def _on_cpu(stack):
    """Keep a Keras model off an accelerator. A torch module is there only if it is sent there."""
    if stack.family == "keras" and stack.describe()["device"].split(":")[0] != "cpu":
        return stack.keras.device("cpu:0")
    return contextlib.nullcontext()
