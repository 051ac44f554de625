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
PROBES = ("framework", "matmul")


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
        return known[candidate]

    return get


each = pytest.mark.parametrize("candidate", PACKAGES)


@each
def test_everything_works(envelopes, candidate):
    for probe in PROBES:
        envelope = envelopes(candidate)[probe]
        assert envelope.status == "works", envelope.detail


@each
def test_samples_are_blocks_of_the_metrics(envelopes, candidate):
    mine = envelopes(candidate)
    assert set(mine["framework"].samples) == {"import-time"}
    assert set(mine["matmul"].samples) == {"matmul-float32"}
    assert all(len(blocks) == 1 for probe in PROBES for blocks in mine[probe].samples.values())


@each
def test_the_framework_says_what_it_is(envelopes, candidate):
    findings = envelopes(candidate)["framework"].findings
    assert findings["mode"]
    assert findings["device"]
    assert findings["devices"]
    assert findings["threads"] == 2
    assert all(findings[f"version.{package}"] for package in PACKAGES[candidate])
