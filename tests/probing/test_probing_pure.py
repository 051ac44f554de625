"""Small pure parts: exit codes, environment, commands, single launches."""

import shlex
from pathlib import Path

import pytest

from advisor.model.metric import Metric
from advisor.probing.child import explain_exit, oom_kills
from advisor.probing.envelope import Envelope
from advisor.probing.environment import child_environment, reproduction
from advisor.probing.outcomes import outcomes
from advisor.probing.shared import printable


@pytest.mark.parametrize(
    ("code", "oom", "cause", "detail"),
    [
        (-9, True, "killed", "killed by SIGKILL: out of memory"),
        (-9, False, "killed", "killed by SIGKILL"),
        (-15, True, "killed", "killed by SIGTERM"),
        (-11, False, "crashed", "crashed with SIGSEGV"),
        (-200, False, "crashed", "crashed with signal 200"),
        (0xC0000005, False, "crashed", "crashed with Windows status 0xc0000005"),
        (0, False, "garbage", "exited with code 0 without an answer"),
        (2, False, "error", "exited with code 2 without an answer"),
    ],
)
def test_exit_codes_are_named(code, oom, cause, detail):
    assert explain_exit(code, oom) == (cause, detail)


def test_oom_kills_are_counted_or_zero():
    assert oom_kills() >= 0


def test_children_get_threads_backend_and_visible_devices(tmp_path):
    base = {"PATH": "/bin", "PYTHONHOME": "/opt", "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "1"}
    environment = child_environment(base, "keras-jax", 3, tmp_path)
    assert environment["KERAS_BACKEND"] == "jax"
    assert environment["OMP_NUM_THREADS"] == environment["NPROC"] == "3"
    assert environment["CUDA_VISIBLE_DEVICES"] == "1"
    assert environment["TMPDIR"] == str(tmp_path)
    assert "PYTHONHOME" not in environment
    plain = child_environment({}, "pytorch", 1, tmp_path)
    assert "KERAS_BACKEND" not in plain
    assert "CUDA_VISIBLE_DEVICES" not in plain


def test_the_command_survives_a_shell():
    command = reproduction("/my env/bin/python", Path("/pro bes"), "keras-jax", "cnn-step")
    assert command == "KERAS_BACKEND=jax '/my env/bin/python' -B '/pro bes' --candidate keras-jax --probe cnn-step"
    assert shlex.split(command)[1] == "/my env/bin/python"


def test_text_from_children_cannot_steer_a_terminal():
    assert printable("a\x1b[2Jb\r\n\u202e" + "x" * 1000).startswith("a [2Jb")
    assert printable("ok é ✓") == "ok é ✓"


def test_a_number_without_a_spread_is_a_finding():
    metric = Metric(id="step", title="Step", probe="train", kind="number", unit="ms")
    envelope = Envelope(probe="train", candidate="a", status="works", samples={"step": (1.0, 2.0, 3.0)})
    key = (("a", "python"), "train")
    (outcome,) = outcomes({key: [envelope]}, [metric], {key: "command"})
    assert outcome.measurements == ()
    assert outcome.findings["single_launch.step"] == pytest.approx(2)


def test_the_busiest_launch_is_the_one_that_is_told():
    envelopes = [
        Envelope(probe="train", candidate="a", status="works", findings={"others_busy": busy})
        for busy in (0.1, 0.7, 0.2)
    ]
    key = (("a", "python"), "train")
    (outcome,) = outcomes({key: envelopes}, [], {key: ""})
    assert outcome.findings["others_busy"] == 0.7
