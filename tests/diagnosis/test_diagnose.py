"""The doctor on a table of machines, on its own knowledge, and on this machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from advisor.diagnosis.diagnose import diagnose
from advisor.diagnosis.doctor import version
from advisor.diagnosis.frameworks import _has_code
from advisor.errors import InvalidKnowledge
from advisor.knowledge.load import load
from advisor.knowledge.remedies import load_remedies
from advisor.model.diagnosis import Diagnosis, Environment, Graphics, Machine, Module, Trial
from advisor.report.diagnosis import render

CASES = yaml.safe_load((Path(__file__).parent / "machines.yaml").read_text())
GPU_BYTES = 24 << 30
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def remedies():
    return load_remedies(load())


def machine_of(case):
    """The case's machine: Debian on x86_64 with room to spare, but for what the case says."""
    facts = {
        "os": "linux",
        "release": "6.12",
        "distribution": "debian",
        "architecture": "x86_64",
        "cpu": "a processor",
        "avx": True,
        "cores_usable": 8,
        "memory_bytes": 32 << 30,
        "memory_free_bytes": 24 << 30,
        "nvidia": {"smi": "nvidia-smi", "device_nodes": True},
        **case.get("machine", {}),
    }
    if "gpu" in case:
        fields = dict(zip(("vendor", "version", "capability", "driver", "kind", "free"), case["gpu"], strict=False))
        vendor = fields["vendor"]
        gpu = Graphics(
            vendor=vendor,
            name=f"a GPU of {vendor}",
            kind=fields.get("kind", "integrated" if vendor == "apple" else "discrete"),
            memory_bytes=GPU_BYTES,
            memory_free_bytes=fields.get("free", GPU_BYTES),
            driver=fields.get("driver", "nvidia" if vendor == "nvidia" else ""),
            driver_version=fields.get("version", ""),
            capability=fields.get("capability", ""),
        )
        facts["gpus"] = (gpu,)
    return Machine.model_validate(facts)


def environment_of(case):
    """The case's interpreter: Python 3.12 with the modules that its trials name."""
    trials = {name: {"works": True, **facts} for name, facts in case.get("trials", {}).items()}
    modules = {name: Module(distribution=name, version=facts.get("version", "")) for name, facts in trials.items()}
    facts = {
        "path": "/env/bin/python",
        "python": "3.12.4",
        "implementation": "CPython",
        "architecture": "x86_64",
        "modules": modules,
        "trials": tuple(Trial(framework=name, **facts) for name, facts in trials.items()),
        **case.get("environment", {}),
    }
    if facts["architecture"] == "x86_64" and case.get("machine", {}).get("architecture") == "arm64":
        facts["architecture"] = case.get("environment", {}).get("architecture", "arm64")
    return Environment.model_validate(facts)


def diagnosis_of(remedies, case):
    return diagnose(remedies, machine_of(case), [environment_of(case)])


def test_the_readme_says_how_many_machines_there_are():
    assert f"{len(CASES)} machines" in README.read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_finds_just_what_is_wrong(case, remedies):
    found = diagnosis_of(remedies, case)
    assert sorted(finding.id for finding in found.findings) == sorted(case["finds"])
    commands = [line for finding in found.findings for line in finding.commands]
    assert any(case.get("command", "") in line for line in commands or [""]), commands
    assert not [line for line in commands if "{" in line or not line.strip()]


def test_every_finding_is_tried(remedies):
    assert {name for case in CASES for name in case["finds"]} == set(remedies.finding)
    assert len(CASES) >= 25


def test_worst_first_and_sources_resolve(remedies):
    for case in CASES:
        found = diagnosis_of(remedies, case)
        order = [("error", "warning", "note").index(finding.severity) for finding in found.findings]
        assert order == sorted(order)
        cited = {source for finding in found.findings for source in finding.sources}
        assert cited == {source.id for source in found.sources}
        assert Diagnosis.model_validate_json(found.model_dump_json()) == found


def test_text_keeps_commands_whole(remedies):
    case = next(case for case in CASES if case["name"] == "NVIDIA GPU and a CPU-only PyTorch")
    text = render(diagnosis_of(remedies, case), width=60)
    assert "torch --index-url https://download.pytorch.org/whl/cu130\n" in text
    assert "✗ error" in text


def test_code_for_a_gpu():
    assert _has_code("8.9", ("sm_80", "sm_90"))
    assert _has_code("12.1", ("sm_90", "compute_120"))
    assert not _has_code("6.1", ("sm_75", "compute_90"))
    assert not _has_code("9.0", ("sm_80", "sm_86"))


def test_versions_are_found_in_what_drivers_say():
    assert version("580.95.05") > version("525.60.13") > version("")
    assert version("1.13.0+cu116") < version("2")


BROKEN = "- {id: broken, severity: note, wrong: It is., mend: [{do: Mend it.}]}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"findings:\n  {BROKEN.replace('note', 'bad')}\n", "2: finding 'broken': severity"),
        (f"findings:\n  {BROKEN}\n  {BROKEN}\n", "3: finding 'broken' is already defined"),
        (
            f"findings:\n  {BROKEN.replace('It is.,', 'It is., sources: [x],')}\n",
            "2: finding 'broken': sources: there is",
        ),
        (f"findngs:\n  {BROKEN}\n", "2: unknown section 'findngs'"),
        ("- findings\n", "1: expected a mapping of sections"),
        ("findings:\n  - broken\n", "2: an entry of findings: "),
    ],
)
def test_a_mistake_in_its_knowledge_is_placed(tmp_path, monkeypatch, text, expected):
    (tmp_path / "doctor").mkdir()
    (tmp_path / "doctor" / "machine.yaml").write_text(text)
    knowledge = load()
    monkeypatch.setattr("advisor.knowledge.remedies.rules_dir", lambda: tmp_path)
    with pytest.raises(InvalidKnowledge) as caught:
        load_remedies(knowledge)
    assert f"machine.yaml:{expected}" in caught.value.message


def test_its_sources_have_names_of_their_own(tmp_path, monkeypatch):
    source = load().sources[0].model_dump_json()
    (tmp_path / "doctor").mkdir()
    (tmp_path / "doctor" / "sources.yaml").write_text(f"sources:\n  - {source}\n")
    knowledge = load()
    monkeypatch.setattr("advisor.knowledge.remedies.rules_dir", lambda: tmp_path)
    with pytest.raises(InvalidKnowledge, match=r"sources.yaml:2: source .*: id: the rules have a source of this name"):
        load_remedies(knowledge)


def test_this_machine_without_frameworks(tmp_path):
    """A bare environment: no framework, no pip, and still a diagnosis as one JSON document."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    python = tmp_path / "bare" / "bin" / "python"
    command = [sys.executable, "-m", "advisor", "doctor", "--json", "--python", str(python), "--fail-on", "error"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 6, done.stderr
    found = Diagnosis.model_validate(json.loads(done.stdout))
    assert "no-framework" in [finding.id for finding in found.findings]
    assert found.machine.cores_usable >= 1
    assert "looking at" in done.stderr


def test_this_machine_as_it_is():
    """With the frameworks that the tests run on, every one of them is tried in a process of its own."""
    command = [sys.executable, "-m", "advisor", "doctor", "--json", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (environment,) = json.loads(done.stdout)["environments"]
    assert {trial["framework"] for trial in environment["trials"]} == {"torch", "tensorflow", "jax", "keras"}
    assert all(trial["works"] for trial in environment["trials"])
