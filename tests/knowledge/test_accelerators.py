"""What the shipped rules say of every accelerator under every operating system to whoever takes a candidate."""

import pytest

from advisor.model.rule import Advise, Veto, Warn
from tests.support.needs import KNOWLEDGE, consequences, strength, told

ACCELERATORS, SYSTEMS = (
    [option.value for option in KNOWLEDGE.question[question].options] for question in ("accelerator", "os")
)
AS_INSTALLED = {("apple", "pytorch"), ("apple", "keras-torch")}
"""Which accelerator is used by whom after the candidate's own line of installation."""


def heard(candidate, **needs):
    """By what the candidate is ruled out, what is warned of and what is advised to whoever takes it."""
    return {
        entry
        for entry in consequences(needs)
        if (isinstance(entry, Veto) and entry.veto == candidate)
        or (isinstance(entry, Warn) and entry.candidate in (None, candidate))
        or (isinstance(entry, Advise) and entry.candidate == candidate)
    }


@pytest.mark.parametrize("candidate", [entry.id for entry in KNOWLEDGE.candidates])
@pytest.mark.parametrize("os", SYSTEMS)
@pytest.mark.parametrize("accelerator", [entry for entry in ACCELERATORS if entry != "none"])
def test_no_accelerator_is_left_idle_without_a_word(candidate, accelerator, os):
    said = heard(candidate, accelerator=accelerator, os=os) - heard(candidate, accelerator="none", os=os)
    if (accelerator, candidate) in AS_INSTALLED:
        assert strength(candidate, "platform", accelerator=accelerator, os=os, precision="usual") > 0
    else:
        assert said


@pytest.mark.parametrize(
    ("candidate", "needs", "line"),
    [
        ("keras-tensorflow", {"accelerator": "tpu", "os": "linux"}, "tensorflow-tpu==2.19.1"),
        ("keras-tensorflow", {"accelerator": "amd", "os": "linux"}, "AMD's build of TensorFlow"),
        ("keras-jax", {"accelerator": "intel", "os": "linux"}, "jax[oneapi]==0.11.2"),
    ],
)
def test_builds_of_their_own_are_named(candidate, needs, line):
    assert line in told(candidate, **needs)
    assert line not in told(candidate, **{**needs, "accelerator": "nvidia"})


def test_old_and_rare_builds_of_tensorflow_are_warned_of():
    assert "stay with TensorFlow 2.19.1" in told("keras-tensorflow", accelerator="tpu")
    assert "other than an Instinct" in told("keras-tensorflow", accelerator="amd", os="linux")
    assert "other than an Instinct" in told("keras-tensorflow", accelerator="amd", os="wsl")
