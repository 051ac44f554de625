"""The command line as a process of its own: what it prints and how it ends."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "advisor"]


def run(*arguments, **options):
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, **options
    )


def test_a_piped_document_is_whole():
    done = run("--json", "--probe", "none")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["format_version"] == "1.0"


def test_errors_end_with_their_code():
    done = run("--text", "-d", "stage=nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert run("--version").stdout.startswith("advisor ")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_pipe_is_utf_8_whatever_the_locale(tmp_path, encoding):
    (tmp_path / "needs.yaml").write_text("# für später\nstage: research\n", encoding="utf-8")
    flags = ("--answers", "-", "--probe", "none", "--as-of", "2026-11-30")
    for form in ("--json", "--text"):
        outputs = []
        for name in (encoding, "utf-8"):
            done = subprocess.run(
                [*COMMAND, form, *flags],
                cwd=ROOT,
                env={**os.environ, "PYTHONIOENCODING": name},
                stdin=(tmp_path / "needs.yaml").open("rb"),
                capture_output=True,
                timeout=120,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, b"")
            outputs.append(done.stdout)
        assert outputs[0] == outputs[1]
        outputs[0].decode("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="started by a shell that closes standard input")
@pytest.mark.parametrize(
    "command", ["ask --json", "ask --trade-offs --order fixed", "batch --short", "--json --answers -"]
)
def test_a_closed_standard_input_is_one_message(command):
    line = f"exec {shlex.quote(sys.executable)} -m advisor {command} --probe none <&-"
    done = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "standard input is closed" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="started by a shell that closes standard output")
@pytest.mark.parametrize("command", ["--json --probe none", "schema result", "batch --short", "--version"])
def test_a_closed_standard_output_is_one_message(tmp_path, command):
    def closed(flags):
        line = f"echo '{{}}' | exec {shlex.quote(sys.executable)} -m advisor {flags} >&-"
        return subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    done = closed(command)
    assert (done.returncode, done.stderr) == (2, "advisor: standard output is closed\n  Use -o FILE.\n")
    if command != "--version":
        assert closed(f"{command} -o {tmp_path}/out.json").returncode == 0
        assert (tmp_path / "out.json").stat().st_size


def test_a_reader_that_leaves_is_no_disaster():
    """As with `advisor rules list | head -1`."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, "rules", "list"],
        cwd=ROOT,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("rules", "list"), ("--json", "--probe", "none"), ("batch", "--short")])
def test_output_that_cannot_be_written_is_one_message(command):
    """A full disk, which /dev/full plays."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, *command],
            cwd=ROOT,
            input="{}\n",
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("advisor: the output can't be written: No space left on device\n")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
@pytest.mark.parametrize(
    "how",
    [(signal.SIGTERM,), (signal.SIGHUP,), (signal.SIGINT,), (signal.SIGHUP,) * 4],
    ids=["ended", "hung up", "Ctrl-C", "hung up again and again"],
)
def test_a_signal_leaves_nothing_behind(tmp_path, how):
    process = subprocess.Popen(
        [*COMMAND, "probe", "--fresh", "--json"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What is started in the background doesn't heed Ctrl-C, nor a hang-up under nohup.
        preexec_fn=lambda: signal.signal(how[0], signal.SIG_DFL),
    )
    assert process.stderr.readline()
    for number in how:
        process.send_signal(number)
        time.sleep(0.01)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    error = {"code": "interrupted", "message": "Interrupted.", "hint": "What was measured was not kept."}
    assert json.loads(out)["error"] == error
    assert [entry for entry in tmp_path.iterdir() if entry.name != "cache"] == []
    left = [p for p in psutil.process_iter() if _temporary_folder(p).startswith(str(tmp_path))]
    assert left == []


def _temporary_folder(process):
    try:
        return process.environ().get("TMPDIR", "")
    except (psutil.Error, OSError):
        return ""


def test_measurements_are_looked_for_without_leaving_anything(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = run("--json", env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["environment"]["level"] is None
    assert list(tmp_path.iterdir()) == []
