"""What a framework says of itself and the hardware probes, with the real ones and one worker a candidate; and the
reference kernels without any."""

import math
import os
import subprocess
import sys

import pytest

from advisor.assets import probes_dir
from advisor.probing.worker import Worker
from tests.support.frameworks import PACKAGES, asked_once, each

BY_DEFAULT = {"framework": "import-time", "matmul": "matmul-float32"}
"""What is asked without options, and the metric that comes of it."""
PRECISIONS = ("float32", "float64", "bfloat16", "float16")
PROBES = [(f"matmul-{name}", "matmul", {"precision": name}) for name in PRECISIONS]
PROBES += [("memory-bandwidth", "", {"blocks": 2}), ("device-copy", "", {}), ("small-ops", "", {})]
METRICS = {"small-ops": "small-op"}


def _ask(worker, candidate):
    found = {probe: worker.ask(probe, {"blocks": 1}, 120) for probe in BY_DEFAULT}
    found |= {
        probe: worker.ask(probe, {"blocks": 1, **options}, 120, program=program) for probe, program, options in PROBES
    }
    # After float64, which JAX has only while a switch is on.
    found["again"] = worker.ask("matmul-float32", {"blocks": 1, "precision": "float32"}, 120, program="matmul")
    return found


envelopes = asked_once(_ask)


@each
@pytest.mark.parametrize("probe", BY_DEFAULT)
def test_without_options_it_works_and_gives_a_block_of_its_metric(envelopes, candidate, probe):
    envelope = envelopes(candidate)[probe]
    assert envelope.status == "works", envelope.detail
    assert {metric: len(blocks) for metric, blocks in envelope.samples.items()} == {BY_DEFAULT[probe]: 1}


@each
def test_the_framework_says_what_it_is(envelopes, candidate):
    findings = envelopes(candidate)["framework"].findings
    assert findings["mode"]
    assert findings["device"]
    assert findings["devices"]
    assert findings["threads"] == 2
    assert all(findings[f"version.{package}"] for package in PACKAGES[candidate])


@each
@pytest.mark.parametrize(
    "probe", ["matmul-float32", "matmul-bfloat16", "matmul-float16", "memory-bandwidth", "small-ops"]
)
def test_it_works_and_gives_a_sample(envelopes, candidate, probe):
    envelope = envelopes(candidate)[probe]
    assert envelope.status == "works", envelope.detail
    samples = envelope.samples[METRICS.get(probe, probe)]
    assert len(samples) == (2 if probe == "memory-bandwidth" else 1)
    assert min(samples) > 0
    assert set(envelope.samples) == {METRICS.get(probe, probe)}


@each
@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_product_has_the_precision_that_was_asked_for_or_fails(envelopes, candidate, precision, load):
    envelope = envelopes(candidate)[f"matmul-{precision}"]
    if envelope.status == "works":
        assert envelope.findings["precision"].startswith(precision)
        assert 0 < envelope.findings["relative_error"] <= load("probe_matmul").TOLERANCES[precision]
    else:
        assert "asked for" in envelope.detail
        assert not envelope.samples
        assert not envelope.findings["precision"].startswith(precision)


@each
def test_float64_is_really_float64(envelopes, candidate):
    found = envelopes(candidate)["matmul-float64"]
    error = found.findings["relative_error"]
    assert (found.status == "works") == (error < 1e-13)
    assert found.findings["switch"] == ("jax.enable_x64" if candidate == "keras-jax" else None)


def test_no_switch_is_left_on(envelopes):
    again = envelopes("keras-jax")["again"]
    assert again.status == "works"
    assert again.findings["precision"] == "float32"


@each
def test_without_a_device_there_is_nothing_to_copy_to(envelopes, candidate):
    envelope = envelopes(candidate)["device-copy"]
    if envelope.status == "works":
        assert envelope.findings["device"] != "cpu"
        assert set(envelope.samples) == {"host-to-device", "device-to-host"}
    else:
        assert (envelope.status, envelope.detail) == ("not-tried", "no device but the CPU")


@each
def test_arrays_come_from_memory(envelopes, candidate):
    findings = envelopes(candidate)["memory-bandwidth"].findings
    assert findings["array_bytes"] >= 64 << 20
    assert 3 * findings["array_bytes"] > (findings["cache_bytes"] or 0)
    # A sum that reads three such arrays in less than this time was not computed.
    assert envelopes(candidate)["memory-bandwidth"].samples["memory-bandwidth"][0] < 20_000


def test_what_torch_does_in_place_is_no_sample(envelopes):
    envelope = envelopes("pytorch")["memory-bandwidth"]
    assert envelope.findings["reused_gb_per_s"] > 0
    assert envelope.findings["reused_gb_per_s"] not in envelope.samples["memory-bandwidth"]


@pytest.mark.parametrize(("candidate", "by"), [("keras-jax", "jax.jit"), ("keras-tensorflow", "tf.function")])
def test_a_compiled_chain_costs_less_a_step(envelopes, candidate, by):
    envelope = envelopes(candidate)["small-ops"]
    assert envelope.findings["compiled_by"] == by
    assert 0 < envelope.findings["compiled_us"] < envelope.samples["small-op"][0]


def test_the_wrong_type_or_product_fails(load):
    matmul = load("probe_matmul")
    assert matmul.wrong("float64", "float64", 1e-15) == ""
    assert matmul.wrong("float32", "float64", 1e-15)
    assert matmul.wrong("float32", "float32", 3e-4) == ""
    for precision in PRECISIONS:
        assert matmul.wrong(precision, precision, 1.0)
        assert matmul.wrong(precision, precision, math.nan)
    assert matmul.wrong("float32", "float32", 3e-3), "bfloat16 passed for float32"


def test_a_product_computed_in_less_is_recognised(load):
    import numpy as np

    matmul = load("probe_matmul")
    random = np.random.default_rng(0)
    left, right = (random.standard_normal((256, 256)) for _ in range(2))
    exact = left @ right

    def error(precision):
        short = left.astype(precision).astype("float32") @ right.astype(precision).astype("float32")
        return matmul.relative_error(short.astype("float64"), exact)

    assert "TF32" not in matmul.really("float32", error("float32"), 3e-8)
    # TF32 keeps as many digits as float16 does.
    assert "TF32" in matmul.really("float32", error("float16"), 3e-8)
    assert matmul.relative_error(exact + 1, exact) == pytest.approx(1 / np.sqrt(np.mean(exact**2)))


def test_a_stack_that_errs_fails(load, monkeypatch):
    matmul, arrays = load("probe_matmul"), load("shared_arrays")

    class Wrong(arrays.Arrays):
        """Numpy in the place of a framework, with a product that leaves out what it can't see."""

        def __init__(self, stack):
            self.stack, self.device, self.mode = stack, "cpu", "numpy"
            self.multiply = lambda left, right: left * right if stack.is_wrong else left @ right

        def make(self, values, dtype):
            return values.astype(dtype)

        def fetch(self, array):
            return array

    class Stack:
        family, is_wrong = "keras", False

        def load(self):
            pass

        def full_float32(self):
            pass

    class Session:
        stack = Stack()

        def keep(self, key, make):
            return make()

    monkeypatch.setattr(matmul, "Arrays", Wrong)
    assert matmul.run(Session(), {"blocks": 1})["status"] == "works"
    Stack.is_wrong = True
    part = matmul.run(Session(), {"blocks": 1})
    assert part["status"] == "fails"
    assert "relative error" in part["detail"]


@pytest.fixture(scope="module")
def reference():
    """The ceiling, and two pulses after it, of one process."""
    with Worker(sys.executable, probes_dir(), "reference", 2) as worker:
        ceiling = worker.ask("ceiling", {"blocks": 1}, 60)
        return ceiling, [worker.ask("pulse", {"last": False}, 60) for _ in range(8)]


def test_the_ceiling(reference):
    ceiling, _ = reference
    assert ceiling.status == "works", ceiling.detail
    assert set(ceiling.samples) == {"ceiling-float32", "ceiling-float64", "ceiling-bandwidth"}
    assert ceiling.samples["ceiling-float32"][0] > ceiling.samples["ceiling-float64"][0]
    assert ceiling.findings["threads"] == 2
    assert ceiling.findings["one_thread_gb_per_s"] > 0


def test_the_pulse_is_short(reference):
    _, pulses = reference
    assert all(set(pulse.samples) == {"pulse-product", "pulse-copy", "pulse-loop"} for pulse in pulses)
    # The shortest: others may be at work on the machine.
    assert min(sum(sample for (sample,) in pulse.samples.values()) for pulse in pulses) < 40
    assert all(min(pulse.samples[name][0] for pulse in pulses) > 0.5 for name in pulses[0].samples)


def test_each_thread_of_the_pulse_has_a_processor_of_its_own(load, monkeypatch):
    pulse, kept = load("probe_pulse"), []
    monkeypatch.setattr(pulse.os, "sched_getaffinity", lambda pid: {5, 3}, raising=False)
    monkeypatch.setattr(pulse.os, "sched_setaffinity", lambda pid, cpus: kept.append(cpus), raising=False)
    pin = pulse._pinner(2)
    assert (pin(), pin(), kept) == (None, None, [{3}, {5}])
    for threads in (1, 3):
        pulse._pinner(threads)()
    assert len(kept) == 2, "fewer threads than processors may go where there is room"


ALONE = """
import sys, time
sys.path.insert(0, sys.argv[1])
import shared_session
session = shared_session.Session("reference")
for _ in range(2):
    envelope = session.answer("pulse", {"last": False})
assert envelope["status"] == "works", envelope
before = time.process_time()
time.sleep(0.3)
spun = time.process_time() - before
assert spun < 0.01, spun
found = [name for name in ("torch", "tensorflow", "keras", "jax") if name in sys.modules]
assert not found, found
"""


def test_the_reference_needs_no_framework_and_leaves_no_thread_at_work():
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    command = [sys.executable, "-B", "-c", ALONE, str(probes_dir())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_probe_that_raises_leaves_nothing_to_the_next(load, monkeypatch):
    shared_session = load("shared_session")
    session, kept = shared_session.Session("reference"), []

    class Program:
        def run(self, session, options):
            session.keep("net", object)
            kept.append(len(session._kept))
            raise ValueError("broken")

    monkeypatch.setattr(shared_session, "_program", lambda name: Program())
    assert [session.answer(name, {"last": False})["status"] for name in ("one", "two")] == ["fails", "fails"]
    session.keep("other", object)
    assert (kept, list(session._kept)) == ([1, 1], ["other"])


def test_slices_make_up_the_whole(load):
    parts = load("shared_arrays").slices(10, 3)
    assert [number for part in parts for number in range(10)[part]] == list(range(10))
    assert len(parts) == 3
