"""The command line as a process of its own: what it prints and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

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


def test_measurements_are_looked_for_without_leaving_anything(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = run("--json", env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["environment"]["level"] is None
    assert list(tmp_path.iterdir()) == []
