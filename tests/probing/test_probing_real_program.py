"""The real probe program with a fake torch: imports that fail, print, exit or crash."""

import json
import py_compile
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
    """Asks for the probe `framework`, or another, where torch is the given code, with its bytecode or without."""

    def start(code, probe="framework", bytecode=True):
        torch = tmp_path / "torch.py"
        if not torch.exists():  # rewritten, it would be newer than its bytecode
            torch.write_text(code)
        if bytecode:
            py_compile.compile(str(torch))
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


def test_an_import_that_compiles_is_not_timed_and_the_next_one_is(ask, monkeypatch, tmp_path):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "kept"))
    first, second = ask(API, bytecode=False), ask(API, bytecode=False)
    assert (first.status, first.samples) == ("works", {})
    assert first.findings["modules_compiled"] >= 1
    assert second.samples["import-time"][0] > 0
    kept = {path.name.partition(".")[0] for path in (tmp_path / "kept").rglob("*.pyc")}
    assert "torch" in kept and "stack_pytorch" not in kept, "the probes' own programs leave nothing"


def test_where_bytecode_cannot_be_kept_no_import_is_timed(ask, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "file"))
    for _ in range(2):
        envelope = ask(API, bytecode=False)
        assert (envelope.status, envelope.samples) == ("works", {})
        assert envelope.findings["bytecode_not_kept"] == envelope.findings["modules_compiled"] >= 1


def test_what_was_imported_before_the_probe_is_not_timed(ask, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import torch")
    envelope = ask(API)
    assert (envelope.status, envelope.samples) == ("works", {})
    assert envelope.findings["imported_before_the_probe"] == "torch"


def test_a_probe_without_a_program_is_not_tried(ask):
    """Rules on its failing must not fire: it says nothing of the candidate."""
    answer = ask(API, "cook")
    assert (answer.status, answer.detail) == ("not-tried", "there is no probes/probe_cook.py")


def test_the_command_that_is_given_prints_one_envelope(tmp_path, python):
    (tmp_path / "torch.py").write_text("print('noise')\n" + API)
    command = reproduction(python, probes_dir(), "pytorch", "framework", 3)
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)}
    done = subprocess.run(shlex.split(command), env=environment, capture_output=True, timeout=30, check=True)
    envelope = json.loads(done.stdout)
    assert (envelope["envelope"], envelope["status"], envelope["findings"]["threads"]) == (1, "works", 3)
    assert not list(tmp_path.glob("advisor-*"))
    assert b"noise" in done.stderr


def test_an_unknown_candidate_is_a_usage_error(python):
    done = subprocess.run(
        [python, "-B", str(probes_dir()), "--candidate", "caffe", "--probe", "matmul"], capture_output=True, timeout=30
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"keras-jax" in done.stderr
