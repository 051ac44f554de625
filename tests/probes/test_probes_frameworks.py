"""The probes with the real frameworks, one worker a candidate, one block a probe."""

import importlib.util
import sys

import pytest

from advisor.assets import probes_dir
from advisor.probing.worker import Worker

PACKAGES = {
    "pytorch": ("torch",),
    "keras-tensorflow": ("keras", "tensorflow"),
    "keras-jax": ("keras", "jax"),
    "keras-torch": ("keras", "torch"),
}
PROBES = ("framework", "cnn-step", "transformer-step", "matmul", "onnx-export")


@pytest.fixture(scope="module")
def envelopes():
    """The envelopes of each candidate by probe, measured when it is first asked for."""
    known = {}

    def get(candidate):
        absent = [name for name in PACKAGES[candidate] if importlib.util.find_spec(name) is None]
        if absent:
            pytest.skip(f"not installed: {', '.join(absent)}")
        if candidate not in known:
            with Worker(sys.executable, probes_dir(), candidate, 2) as worker:
                known[candidate] = {probe: worker.ask(probe, {"blocks": 1}, 120) for probe in PROBES}
                known[candidate]["again"] = worker.ask("cnn-step", {"blocks": 2}, 120)
        return known[candidate]

    return get


each = pytest.mark.parametrize("candidate", PACKAGES)


@each
def test_everything_works(envelopes, candidate):
    for probe in PROBES[:-1]:
        envelope = envelopes(candidate)[probe]
        assert envelope.status == "works", envelope.detail


@each
def test_samples_are_blocks_of_the_metrics(envelopes, candidate):
    mine = envelopes(candidate)
    assert set(mine["framework"].samples) == {"import-time"}
    assert set(mine["cnn-step"].samples) == {"cnn-first-step", "cnn-step"}
    assert set(mine["transformer-step"].samples) == {"transformer-first-step", "transformer-step"}
    assert set(mine["matmul"].samples) == {"matmul-float32"}
    assert all(len(blocks) == 1 for probe in PROBES for blocks in mine[probe].samples.values())


@each
def test_a_worker_asked_again_times_more_blocks_of_the_same_net(envelopes, candidate):
    again = envelopes(candidate)["again"]
    assert set(again.samples) == {"cnn-step"}
    assert len(again.samples["cnn-step"]) == 2


@each
def test_the_framework_says_what_it_is(envelopes, candidate):
    findings = envelopes(candidate)["framework"].findings
    assert findings["mode"]
    assert findings["device"]
    assert findings["devices"]
    assert findings["threads"] == 2
    assert all(findings[f"version.{package}"] for package in PACKAGES[candidate])


@pytest.mark.parametrize("probe", ["cnn-step", "transformer-step"])
def test_all_train_the_same_net(envelopes, probe):
    present = [c for c, packages in PACKAGES.items() if all(importlib.util.find_spec(name) for name in packages)]
    if len(present) < 2:
        pytest.skip("fewer than two candidates are installed")
    findings = [envelopes(candidate)[probe].findings for candidate in present]
    for name in ("parameters", "batch", "optimiser", "precision"):
        assert len({found[name] for found in findings}) == 1, name


@each
def test_onnx_export_has_an_outcome(envelopes, candidate):
    envelope = envelopes(candidate)["onnx-export"]
    if envelope.status == "not-tried":
        assert "pip install" in envelope.detail
        return
    assert envelope.status == "works-with-extra", envelope.detail
    assert envelope.extras
    assert envelope.findings["max_abs_diff"] < 1e-3
    assert envelope.findings["opset"] >= 15
    assert envelope.findings["file_bytes"] > 4 * envelopes(candidate)["cnn-step"].findings["parameters"]
