"""Every recipe that needs neither probes nor a network is run as it stands in the documentation."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.model.measurement import PROTOCOL

ROOT = Path(__file__).parents[2]
LONG = ("$EDITOR", "advisor probe", "advisor doctor", "advisor completion", "probe.json")


def recipes():
    """The commands of docs/recipes.md, those that go on over several lines as one."""
    text = re.sub(r"```.*?```", "", (ROOT / "docs" / "recipes.md").read_text(), flags=re.DOTALL)
    for block in re.findall(r"(?:^    .*\n)+", text, re.MULTILINE):
        command = ""
        for line in block.splitlines():
            command += line[4:] + "\n"
            if command.count("'") % 2 == 0:
                if not command.startswith("#") and not any(word in command for word in LONG):
                    yield command.strip()
                command = ""


@pytest.mark.skipif(not (shutil.which("jq") and shutil.which("bash")), reason="jq or bash is missing")
def test_every_recipe_works(tmp_path):
    commands = list(recipes())
    assert len(commands) > 15
    binaries = tmp_path / "bin"
    binaries.mkdir()
    for name, program in (("advisor", f'{sys.executable} -m advisor "$@"'), ("python", f'{sys.executable} "$@"')):
        (binaries / name).write_text(f"#!/bin/sh\nexec {program}\n")
        (binaries / name).chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    example = (ROOT / "docs" / "example-answers.yaml").read_text()
    # Answers that decide, as the gates want.
    (work / "needs.yaml").write_text(example.replace("pretrained: classic-vision", "pretrained: foundation"))
    # The probe that takes the metric `cnn-step` is called `cnn`.
    sample = (ROOT / "tests" / "contracts" / "corpus" / "measurements.three-candidates.json").read_text()
    sample = re.sub(r'"protocol": "\d+"', f'"protocol": "{PROTOCOL}"', sample)
    for name in ("laptop", "server"):
        (work / f"{name}.json").write_text(sample.replace('"probe": "cnn-step"', '"probe": "cnn"'))
    (work / "schemas").symlink_to(ROOT / "schemas")
    (work / "train.py").write_text("import torch\n")
    environment = {**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    for command in commands:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=work, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        expected = 2 if "stage=nowhere" in command else 0
        assert done.returncode == expected, (command, done.stderr)
        silent = any(word in command for word in ("-o ", "> ", "test ", "jsonschema", '!= "works"'))
        assert done.stdout or silent, command
