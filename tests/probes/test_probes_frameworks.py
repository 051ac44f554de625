"""The probes with the real frameworks, one worker a candidate, one block a probe."""

from tests.support.frameworks import PACKAGES, asked_once, each

PROBES = ("framework", "matmul")


envelopes = asked_once(lambda worker, _: {probe: worker.ask(probe, {"blocks": 1}, 120) for probe in PROBES})


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
