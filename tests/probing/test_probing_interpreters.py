"""What is said about interpreters that can't be used."""

import importlib
import os
import sys
import time
from importlib.metadata import version

import pytest

from advisor.assets import probes_dir
from advisor.errors import InvalidInput, ProbeFailed
from advisor.model.candidate import Candidate
from advisor.model.measurement import Host
from advisor.probing import cache, interpreters
from advisor.probing.run import Survey, cached


@pytest.fixture
def script(tmp_path):
    """Makes an executable shell script."""

    def make(text, mode=0o755):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(mode)
        return str(path)

    return make


def inspect(path, fake):
    return interpreters.inspect(path, fake("answer()").folder).interpreter


def test_a_good_one_is_described(fake, python):
    found = inspect(python, fake)
    assert found.path == python
    assert found.python == ".".join(map(str, sys.version_info[:3]))
    assert found.packages == {"pack": "1"}


def test_a_virtual_environment_is_not_followed_to_its_base(fake, python, tmp_path):
    (tmp_path / "python3").symlink_to(python)
    assert inspect(str(tmp_path / "python3"), fake).path == str(tmp_path / "python3")


def test_a_name_is_looked_up_on_the_path(fake, python, tmp_path, monkeypatch):
    (tmp_path / "mypython").symlink_to(python)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert inspect("mypython", fake).path == str(tmp_path / "mypython")


def test_not_there(fake, tmp_path):
    with pytest.raises(InvalidInput, match="no Python interpreter at .*/nowhere/python") as caught:
        inspect(str(tmp_path / "nowhere" / "python"), fake)
    assert sys.executable in caught.value.hint


def test_a_folder(fake, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    with pytest.raises(InvalidInput, match="is a folder") as caught:
        inspect(str(tmp_path), fake)
    assert caught.value.hint == f"Give {tmp_path}/bin/python."


def test_not_executable(fake, script):
    with pytest.raises(InvalidInput, match="not executable") as caught:
        inspect(script("", mode=0o644), fake)
    assert "chmod +x" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "echo hello",
        "exit 3",
        'echo \'{"version": "x"}\'',
        "echo '{'",
        "echo '{}'",
        "echo '[1]'",
        "kill -SEGV $$",
        "yes",
    ],
)
def test_not_a_python(fake, script, text):
    path = script(text)
    with pytest.raises(InvalidInput, match="not a Python interpreter|does not answer") as caught:
        inspect(path, fake)
    assert path in caught.value.message
    assert caught.value.hint


def test_not_a_program(fake, tmp_path):
    path = tmp_path / "python"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o755)
    with pytest.raises(InvalidInput, match="not a Python interpreter"):
        inspect(str(path), fake)


def test_one_that_hangs(fake, script, monkeypatch):
    monkeypatch.setattr(interpreters, "SECONDS", 0.5)
    with pytest.raises(InvalidInput, match="no answer within"):
        inspect(script("exec sleep 60"), fake)


@pytest.mark.parametrize(
    "text",
    [
        'case "$*" in *-c*) echo \'{"version": [2, 7]}\';; *) echo SyntaxError >&2; exit 1;; esac',
        'echo \'{"version": [2, 7, 18], "python": "2.7", "packages": {}}\'',
    ],
    ids=["cannot read the probes", "can read them"],
)
def test_too_old(fake, script, text):
    with pytest.raises(InvalidInput, match=r"Python 2\.7, too old") as caught:
        inspect(script(text), fake)
    assert "3.9 or later" in caught.value.hint


def test_a_python_that_cannot_be_inspected_is_called_one(python, tmp_path):
    (tmp_path / "__main__.py").write_text("raise SystemExit('broken site')")
    with pytest.raises(InvalidInput, match="is a Python, but it could not be inspected.*broken site"):
        interpreters.inspect(python, tmp_path)


def test_a_bad_one_among_good_ones_stops_before_measuring(fake, python, tmp_path):
    program = fake("answer()")
    candidate = Candidate(
        id="alpha", title="Alpha", text="Alpha", packages=("pack",), install="pip install", starter=""
    )
    with pytest.raises(InvalidInput):
        cached([candidate], [], Survey([python, str(tmp_path / "none")], program.folder))
    with pytest.raises(InvalidInput, match="No Python"):
        cached([candidate], [], Survey([], program.folder))
    assert program.log == []


def test_the_real_inventory_is_quick_and_imports_nothing(python):
    start = time.monotonic()
    found = interpreters.inspect(python, probes_dir()).interpreter
    assert time.monotonic() - start < 10
    assert "numpy" in found.packages


def test_any_package_on_the_path_shows(python, tmp_path, monkeypatch):
    """A plugin or a library that no framework requires changes what is measured: kept runs are stale then."""
    before = interpreters.inspect(python, probes_dir()).interpreter
    (tmp_path / "jax_cuda13_plugin-0.10.2.dist-info").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with_plugin = interpreters.inspect(python, probes_dir()).interpreter
    assert with_plugin.packages == before.packages and with_plugin.installed != before.installed
    (tmp_path / "jax_cuda13_plugin-0.10.2.dist-info").rename(tmp_path / "jax_cuda13_plugin-0.10.3.dist-info")
    assert interpreters.inspect(python, probes_dir()).interpreter.installed not in (
        before.installed,
        with_plugin.installed,
    )


def test_another_build_of_the_same_version_shows(tmp_path, monkeypatch):
    """Such as numpy from conda, on OpenBLAS rather than MKL."""
    monkeypatch.syspath_prepend(str(probes_dir()))
    inventory = importlib.import_module("shared_inventory")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    plain = inventory.installed([])
    (tmp_path / "conda-meta").mkdir()
    record = tmp_path / "conda-meta" / "numpy-2.4.0-py311_mkl_0.json"
    record.touch()
    with_mkl = inventory.installed([])
    record.rename(record.with_name("numpy-2.4.0-py311_openblas_0.json"))
    assert len({plain, with_mkl, inventory.installed([])}) == 3


def test_the_packages_of_a_candidate_of_ones_own_are_told_of_too(python):
    candidate = Candidate(
        id="own", title="Own", text="Own", packages=("PyYAML", "nowhere"), install="pip install", starter=""
    )
    found = interpreters.inspect(python, probes_dir())
    told = found.telling([candidate])
    assert told.packages == {**found.interpreter.packages, "PyYAML": version("PyYAML")}
    assert interpreters.missing(told, candidate) == ("nowhere",)


def test_the_real_host_is_described_beside_it(python):
    found, host = interpreters.inspect_with_host(python, probes_dir())
    assert found == interpreters.inspect(python, probes_dir())
    assert 1 <= host.cores_usable <= host.cores == os.cpu_count()
    assert 0 < host.memory_usable_bytes <= host.memory_bytes


def test_runs_are_kept_apart_by_the_quota_of_processor_time(monkeypatch):
    """Of two containers with quotas of 1.1 and 2 either gets two threads."""
    monkeypatch.syspath_prepend(str(probes_dir()))
    program = importlib.import_module("shared_host")
    names = set()
    for quota in (None, 1.1, 2.0):
        monkeypatch.setattr(program, "cpu_quota", lambda quota=quota: quota)
        host = Host.model_validate(program.host()).model_copy(update={"cores_usable": 2})
        names.add(cache.fingerprint("quick", host, [], [], [], "programs", {}))
    assert len(names) == 3


def test_a_machine_that_is_described_wrongly_is_not_blamed_on_the_interpreter(fake, python):
    program = fake("answer()")
    main = program.folder / "__main__.py"
    main.write_text(main.read_text().replace('"cores": 2', '"cores": "many"'))
    with pytest.raises(ProbeFailed, match=r"could not be described.*cores"):
        interpreters.inspect_with_host(python, program.folder)
