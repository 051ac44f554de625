"""The check of the measuring, over a fake candidate whose speed is known."""

import pytest

from advisor.errors import ProbeFailed
from advisor.model.probe import Metric, Probe
from advisor.probing.selfcheck import COPIES, self_check

NOISY = """
import random
noise = random.Random(os.getpid())
step = 10 * noise.lognormvariate(0, 0.03) * options.get("slowdown", 1)
answer(samples={"cnn-step": [step], "cnn-build": [1.0]} if probe == "cnn" else {})
"""
STEP = Metric(id="cnn-step", title="Step", unit="ms", self_check=True)
BUILD = Metric(id="cnn-build", title="Building", unit="s")
PROBES = (
    Probe(id="framework", title="Import", text="Imports it.", quick=3, full=5),
    Probe(id="cnn", title="Train", text="Trains it.", quick=3, metrics=(STEP, BUILD)),
    Probe(id="build", title="Build", text="Builds it.", quick=3, metrics=(BUILD.model_copy(update={"id": "build"}),)),
)


def test_copies_are_alike_and_a_planted_slowdown_is_found(fake, python):
    program = fake(NOISY)
    found = self_check(PROBES, "alpha", python, "quick", probes_dir=program.folder)
    assert len(found.alike) == COPIES * (COPIES - 1) / 2
    assert {trial.true_ratio for trial in found.alike} == {1.0}
    assert {trial.metric for trial in found.alike} == {"cnn-step"}
    assert "build" not in {words[0] for words in program.log}, "nothing is run that has no such metric"
    assert len(found.slowed) == COPIES - 1
    planted = found.alike[0].smallest_difference
    assert all(max(trial.true_ratio, 1 / trial.true_ratio) == pytest.approx(planted) for trial in found.slowed)
    assert all(trial.low <= trial.ratio <= trial.high for trial in (*found.alike, *found.slowed))
    starts = [words[1] for words in program.log if words[0] == "start"]
    assert set(starts) == {"alpha"}, "a copy is the candidate itself under another name"
    assert len(starts) == 2 * 3 * COPIES


def test_a_much_slower_copy_is_always_found(fake, python, monkeypatch):
    from advisor.probing import selfcheck

    trial = selfcheck._trial
    monkeypatch.setattr(selfcheck, "_trial", lambda *rest: trial(*rest).model_copy(update={"smallest_difference": 3.0}))
    found = self_check(PROBES, "alpha", python, "quick", probes_dir=fake(NOISY).folder)
    assert found.found == 1
    assert found.false_differences <= 1 / 6


def test_a_candidate_that_cannot_be_measured_is_an_error(fake, python):
    with pytest.raises(ProbeFailed, match="alpha could not be measured"):
        self_check(PROBES, "alpha", python, "quick", probes_dir=fake("os.abort()").folder)
