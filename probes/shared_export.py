"""What all routes to deployment have in common: export two nets, run them elsewhere, compare, time."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time

from export_nets import NAMES, Source
from shared_envelope import fails, first_line, not_tried, works

TOLERANCE = 1e-3
"""Greatest accepted difference, as a share of the greatest output (but at least of 1): float32 on another runtime,
with room for TF32."""
BATCH_SIZES = (3, 1, 5)
"""None is the two that exporters are shown: exports fix the batch size unless told otherwise."""
EXAMPLE = 2
CALLS = 50


def missing(*modules):
    """Those of the modules that aren't installed."""
    return [name for name in modules if importlib.util.find_spec(name) is None]


def needs(modules):
    """The outcome for a route that lacks something: how to get it."""
    return not_tried("needs {0}: pip install {0}".format(" ".join(modules)))


def take(session, route, extras=(), names=NAMES):
    """Take a route with every net, and report: it works if all of them come through.

    `route(source, path)` exports `source` to `path`, a place in a folder of its own, and returns a function that runs
    what it wrote on a batch of inputs; whatever it raises is a failure of this net. `extras` are distributions that the
    route needed beyond the candidate's own.
    """
    session.stack.load()
    findings, problems = {"models": ", ".join(names), "batch_sizes": ", ".join(map(str, BATCH_SIZES))}, []
    for name in names:
        source = Source(session.stack, name)
        with tempfile.TemporaryDirectory() as folder:
            problem = _one(source, route, folder, findings)
        findings[name] = problem or "works"
        if problem:
            problems.append("{}: {}".format(name, problem))
    return fails(problems[0], findings) if problems else works(findings=findings, extras=extras)


def _one(source, route, folder, findings):
    """Export, compare and time one net; return what is wrong, or ""."""
    try:
        start = time.perf_counter()
        run = route(source, os.path.join(folder, source.name))
        findings[source.name + ".export_s"] = time.perf_counter() - start
        findings[source.name + ".file_bytes"] = size_of(folder)
        problem = differs(run, source, findings)
        if problem:
            return problem
        single = source.inputs(1)
        ours, theirs = latency_ms(source.predict, single), latency_ms(run, single)
        findings[source.name + ".latency_ms"] = theirs
        findings[source.name + ".latency_ratio"] = theirs / ours
    except Exception as error:
        return first_line("{}: {}".format(type(error).__name__, error))
    return ""


def differs(run, source, findings):
    """What is wrong with the outputs of `run` beside the source's, at every batch size, or ""; the greatest difference
    is added to the findings."""
    import numpy

    worst = 0.0
    for size in BATCH_SIZES:
        inputs = source.inputs(size)
        expected, got = source.predict(inputs), numpy.asarray(run(inputs))
        if got.shape != expected.shape:
            return "a batch of {} came back with shape {}".format(size, got.shape)
        worst = max(worst, float(numpy.abs(got - expected).max()))
        findings[source.name + ".max_abs_diff"] = worst
        if not worst <= TOLERANCE * max(1.0, float(numpy.abs(expected).max())):
            return "at batch size {} the outputs differ by {:.3g}".format(size, worst)
    return ""


def latency_ms(run, inputs):
    """Median milliseconds of a call, after as many calls of warm-up as are timed."""
    taken = []
    for _ in range(2 * CALLS):
        start = time.perf_counter()
        run(inputs)
        taken.append(time.perf_counter() - start)
    return 1000 * sorted(taken[CALLS:])[CALLS // 2]


def size_of(folder):
    """Bytes of all files below a folder."""
    return sum(
        os.path.getsize(os.path.join(place, name)) for place, _, names in os.walk(folder) for name in names
    )


def in_child(module, arguments, seconds=120):
    """Run a module of this folder as a program with arguments, in a process of its own without a Keras backend; its
    stdout. Raises RuntimeError with the last line of its stderr."""
    here = os.path.dirname(os.path.abspath(__file__))
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-B", os.path.join(here, module + ".py")] + list(arguments),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=seconds,
    )
    if done.returncode:
        lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        raise RuntimeError(lines[-1] if lines else "exited with code {}".format(done.returncode))
    return done.stdout.decode("utf-8", "replace")
