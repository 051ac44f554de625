"""The first program that a verdict hands out runs as it stands."""

import os
import subprocess
import sys

import pytest

from advisor.knowledge.load import load
from tests.support.frameworks import require


@pytest.mark.parametrize("candidate", load().candidates, ids=lambda candidate: candidate.id)
def test_a_starter_runs(candidate):
    require(candidate.id)
    backend = candidate.id.removeprefix("keras-")
    environment = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", candidate.starter]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "loss" in done.stdout or candidate.id == "pytorch"
    assert max(map(len, candidate.starter.splitlines())) <= 72
