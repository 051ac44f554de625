"""The parts of the probe programs that need no framework."""

import importlib
import math
import sys

import pytest

from advisor.assets import probes_dir


@pytest.fixture(autouse=True)
def path(monkeypatch):
    monkeypatch.syspath_prepend(str(probes_dir()))


def load(name):
    return importlib.import_module(name)


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_control_groups_v2_and_their_ancestors(tmp_path):
    limits = load("shared_limits")
    write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/a/b\n",
            "sys/fs/cgroup/a/cpu.max": "150000 100000\n",
            "sys/fs/cgroup/a/memory.max": "4096\n",
            "sys/fs/cgroup/a/memory.current": "3000\n",
            "sys/fs/cgroup/a/memory.stat": "anon 2000\ninactive_file 900\nactive_file 100\n",
            "sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
            "sys/fs/cgroup/a/b/memory.max": "max\n",
        },
    )
    assert limits.cpu_quota(tmp_path) == 1.5
    assert limits.memory_limit(tmp_path) == 4096
    assert limits.memory_left(tmp_path) == 4096 - 3000 + 900
    assert limits.usable_cores(tmp_path) == min(2, limits.usable_cores("/nowhere"))


def test_control_groups_v1_in_a_container(tmp_path):
    limits = load("shared_limits")
    write(
        tmp_path,
        {
            "proc/self/cgroup": "4:cpu,cpuacct:/docker/xyz\n3:memory:/docker/xyz\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "50000",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "1073741824",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "1073740824",
            "sys/fs/cgroup/memory/memory.stat": "inactive_file 1\ntotal_inactive_file 24\n",
        },
    )
    assert limits.cpu_quota(tmp_path) == 0.5
    assert limits.usable_cores(tmp_path) == 1
    assert limits.memory_limit(tmp_path) == 1 << 30
    assert limits.memory_left(tmp_path) == 1024


def test_no_limits(tmp_path):
    limits = load("shared_limits")
    write(
        tmp_path,
        {
            "proc/self/cgroup": "3:memory:/\n0::/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": str(2**63 - 4096),
            "sys/fs/cgroup/cpu.cfs_quota_us": "-1",
        },
    )
    assert limits.cpu_quota(tmp_path) is None
    assert limits.memory_limit(tmp_path) is limits.memory_left(tmp_path) is None


@pytest.mark.parametrize(
    ("system", "release", "expected"),
    [
        ("Linux", "6.1.0", "linux"),
        ("Linux", "5.15.153.1-microsoft-standard-WSL2", "wsl"),
        ("Darwin", "24.1.0", "macos"),
        ("Windows", "11", "windows"),
    ],
)
def test_systems_are_told_apart(system, release, expected):
    assert load("shared_host").operating_system(system, release) == expected


def test_gpus_of_nvidia_smi():
    gpus = load("shared_host").nvidia_gpus("NVIDIA H200, 143771, 570.86\nNVIDIA GB10, [N/A], 580.1\n\n")
    assert gpus[0] == {"vendor": "nvidia", "name": "NVIDIA H200", "memory_bytes": 143771 << 20, "driver": "570.86"}
    assert gpus[1]["memory_bytes"] is None
    assert len(gpus) == 2


def test_gpus_of_sysfs(tmp_path):
    write(
        tmp_path,
        {
            "sys/class/drm/card0/device/vendor": "0x1002\n",
            "sys/class/drm/card0/device/device": "0x744c\n",
            "sys/class/drm/card0/device/mem_info_vram_total": "25753026560\n",
            "sys/class/drm/card1/device/vendor": "0x1af4\n",
        },
    )
    amd, virtual = load("shared_host").sysfs_gpus(tmp_path)
    assert (amd["vendor"], amd["name"], amd["memory_bytes"]) == ("amd", "PCI 0x1002:0x744c", 25753026560)
    assert virtual["vendor"] == "other"


@pytest.mark.parametrize("name", ["tensorflow-rocm", "tensorflow-macos"])
def test_tensorflow_is_found_under_its_other_names(tmp_path, monkeypatch, name):
    inventory, environment = load("shared_inventory"), load("shared_environment")
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.14.0\n"
    folder = f"{name.replace('-', '_')}-2.14.0.dist-info"
    write(tmp_path, {f"{folder}/METADATA": metadata, "tensorflow/__init__.py": ""})
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    module = environment.modules(environment.installed())["tensorflow"]
    assert inventory.versions() == {"tensorflow": module["version"]} == {"tensorflow": "2.14.0"}
    assert module["distribution"] == name and not module["shadowed"]


def test_batches_are_seeded_different_and_never_zero():
    workload = load("shared_workload")
    first, again = workload.batches("cnn"), workload.batches("cnn")
    assert (first[0][0] == again[0][0]).all()
    assert (first[0][0] != first[1][0]).any()
    assert first[0][0].std() > 0.9
    tokens, labels = workload.batches("transformer", size=5)[0]
    assert tokens.shape == (5, workload.TRANSFORMER["tokens"])
    assert labels.max() < workload.CLASSES


@pytest.mark.parametrize("expected", [1e-9, 0.0001, 0.002, 5])
def test_a_block_is_long_enough_whatever_was_expected(monkeypatch, expected):
    timing = load("shared_timing")
    clock = [0.0]
    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock[0])

    def run(calls):
        clock[0] += 0.002 * calls

    samples, calls = timing.time_blocks(run, 4, expected)
    assert samples == pytest.approx([0.002] * 4)
    assert 0.002 * calls >= timing.BLOCK_SECONDS * 0.999
    assert calls <= max(150, 1.3 * timing.BLOCK_SECONDS / max(expected, 1e-6))


@pytest.mark.parametrize("slowdown", [1, 1.5])
def test_what_a_run_says_that_it_took_is_slowed_as_what_is_timed(monkeypatch, slowdown):
    timing = load("shared_timing")
    clock = [0.0]

    def tick():
        clock[0] += 1e-6
        return clock[0]

    monkeypatch.setattr(timing.time, "perf_counter", tick)
    monkeypatch.setattr(timing, "_slowdown", slowdown)

    def run(calls):
        clock[0] += 0.1 + 0.01 * calls
        return 0.01 * calls

    assert timing.seconds_told(run, 10) == pytest.approx(0.1 * slowdown, rel=1e-3)
    assert timing.seconds(run, 10) == pytest.approx(0.2 * slowdown, rel=1e-3)
    samples, calls = timing.time_blocks(run, 2, 0.01, timing.seconds_told)
    assert samples == pytest.approx([0.01 * slowdown] * 2, rel=1e-3)
    assert samples[0] * calls >= timing.BLOCK_SECONDS


def test_envelopes_hold_no_nan():
    envelope = load("shared_envelope")
    part = envelope.works({"step": [1.0]}, {"a": math.nan, "b": math.inf, "c": [1], "d": 1.5, "e": None})
    findings = envelope.envelope("train", "a", part)["findings"]
    assert findings == {"a": None, "b": None, "c": "[1]", "d": 1.5, "e": None}
    bad = envelope.envelope("train", "a", envelope.works({"step": [1.0, math.inf]}))
    assert (bad["status"], bad["samples"]) == ("fails", {})
