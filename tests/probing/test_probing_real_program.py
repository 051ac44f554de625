"""The real probe program with a fake torch: imports that fail, print, exit or crash."""

import json
import shlex
import subprocess

import pytest

from advisor.assets import probes_dir
from advisor.probing.environment import reproduction
from advisor.probing.worker import Worker

API = """
class cuda:
    is_available = staticmethod(lambda: False)
    device_count = staticmethod(lambda: 0)
class backends:
    mps = cuda
threads = 0
def set_num_threads(count):
    global threads
    threads = count
def get_num_threads():
    return threads
"""


@pytest.fixture
def ask(tmp_path, monkeypatch, python):
    """Asks for the probe `framework` where torch is the given code; then for another probe of the same worker."""

    def start(code, probe="framework"):
        (tmp_path / "torch.py").write_text(code)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        with Worker(python, probes_dir(), "pytorch", 3) as worker:
            return worker.ask(probe, {}, 30)

    return start


def test_what_a_framework_prints_does_not_spoil_the_answer(ask):
    noise = "import os, subprocess\nprint('{')\nos.write(1, b'{native noise}')\nsubprocess.run(['echo', '{child}'])\n"
    envelope = ask(noise + API)
    assert envelope.status == "works"
    assert envelope.samples["import-time"][0] > 0
    assert envelope.findings["threads"] == 3
    assert envelope.findings["devices"] == "cpu"


@pytest.mark.parametrize(
    ("code", "status", "cause", "detail"),
    [
        (
            "raise ImportError('libcudnn.so.9: cannot open\\nmore')",
            "fails",
            "error",
            "ImportError: libcudnn.so.9: cannot open",
        ),
        ("import sys; sys.exit(4)", "fails", "error", "SystemExit: 4"),
        ("import os; os._exit(4)", "fails", "error", "exited with code 4"),
        ("import os; os.abort()", "fails", "crashed", "SIGABRT"),
        ("raise ModuleNotFoundError('No module named torch', name='torch')", "not-tried", "missing", "No module named"),
        ("import nothing_of_this_name", "fails", "error", "nothing_of_this_name"),
    ],
)
def test_an_import_that_fails_is_an_outcome(ask, code, status, cause, detail):
    envelope = ask(code)
    assert (envelope.status, envelope.cause) == (status, cause)
    assert detail in envelope.detail
    assert "more" not in envelope.detail


def test_a_probe_without_a_program_is_not_tried(ask):
    """Rules on its failing must not fire: it says nothing of the candidate."""
    answer = ask(API, "cook")
    assert (answer.status, answer.detail) == ("not-tried", "there is no probes/probe_cook.py")


def test_the_command_that_is_given_prints_one_envelope(tmp_path, python):
    (tmp_path / "torch.py").write_text("print('noise')\n" + API)
    command = reproduction(python, probes_dir(), "pytorch", "framework")
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(shlex.split(command), env=environment, capture_output=True, timeout=30, check=True)
    envelope = json.loads(done.stdout)
    assert (envelope["envelope"], envelope["status"]) == (1, "works")
    assert b"noise" in done.stderr


def test_an_unknown_candidate_is_a_usage_error(python):
    done = subprocess.run(
        [python, "-B", str(probes_dir()), "--candidate", "caffe", "--probe", "matmul"], capture_output=True, timeout=30
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"keras-jax" in done.stderr
