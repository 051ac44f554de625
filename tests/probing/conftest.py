"""Fake probe programs: they speak the protocol and then do what a test wants to see survived."""

import math
import sys
import textwrap
from pathlib import Path

import pytest

from advisor.model.candidate import Candidate
from advisor.model.probe import Metric, Probe
from advisor.probing import load

PROGRAM = """
import json, os, pathlib, signal, subprocess, sys, time

HOST = {"os": "linux", "release": "6", "machine": "x86_64", "cpu": "fake", "cores": 2, "cores_usable": 1,
        "memory_bytes": 2**34, "memory_usable_bytes": 2**34, "gpus": []}
LOG = pathlib.Path(__file__).with_name("log")

def answer(**fields):
    whole = {"envelope": 1, "probe": probe, "candidate": candidate, "status": "works", "samples": {}, "findings": {}}
    print(json.dumps({**whole, **fields}), flush=True)

if "--inventory" in sys.argv:
    version = list(sys.version_info[:3])
    found = {"version": version, "python": "{}.{}.{}".format(*version), "packages": {"pack": "1"}, "installed": "1"}
    print(json.dumps({**found, "host": HOST} if "--host" in sys.argv else found))
else:
    candidate = sys.argv[sys.argv.index("--candidate") + 1]
    with LOG.open("a") as log:
        log.write(f"start {candidate} {os.getpid()}\\n")
    for line in sys.stdin:
        request = json.loads(line)
        probe, options = request["probe"], request["options"]
        with LOG.open("a") as log:
            log.write(f"{probe} {candidate} {os.getpid()}\\n")
BODY
"""


class FakeProbes:
    """A folder of probe programs with one whose answer to a request is the given code."""

    def __init__(self, folder: Path, body: str) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        code = textwrap.indent(textwrap.dedent(body), " " * 8)
        (folder / "__main__.py").write_text(PROGRAM.replace("BODY", code))

    @property
    def log(self) -> list[list[str]]:
        """The processes started and the requests that they got, in order, without those of the reference."""
        path = self.folder / "log"
        lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if line[1] != "reference"]


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Makes a `FakeProbes`; runs are kept in a folder of the test's own, and how busy other tests keep the machine is
    not looked at."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(load, "SHORTEST", math.inf)
    return lambda body: FakeProbes(tmp_path / "probes", body)


@pytest.fixture
def python() -> str:
    return sys.executable


@pytest.fixture
def candidates() -> tuple[Candidate, ...]:
    return tuple(
        Candidate(id=name, title=name, text=name, packages=("pack",), install=f"pip install {name}", starter="")
        for name in ("alpha", "beta", "gamma")
    )


@pytest.fixture
def probes() -> tuple[Probe, ...]:
    return (
        Probe(id="framework", title="Import", text="Imports it.", quick=3, full=5, blocks=1),
        Probe(
            id="train",
            title="Train",
            text="Trains it.",
            quick=3,
            full=5,
            metrics=(Metric(id="step", title="Step", unit="ms"),),
        ),
        Probe(id="export", title="Export", text="Exports it.", quick=1),
    )
