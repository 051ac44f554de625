"""The wheel: what is in it, and that it works in an environment of its own."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_package_is_listed():
    listed = set(PROJECT["tool"]["setuptools"]["packages"])
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "advisor").rglob("__init__.py")}
    assert listed == found | {"advisor._probes", "advisor._rules"}


def test_frameworks_are_pinned():
    pins = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if line and line[0] != "#"
    )
    assert {name: pins[name] for name in ("torch", "tensorflow", "keras", "jax")} == {
        "torch": "2.13.0",
        "tensorflow": "2.21.0",
        "keras": "3.15.1",
        "jax": "0.10.2",
    }


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The project's wheel, built from a copy so that the checkout stays clean."""
    import shutil

    copy = tmp_path_factory.mktemp("source") / "project"
    ignored = shutil.ignore_patterns(".venv", ".git", "__pycache__", "build", "*.egg-info", ".pytest_cache", "tests")
    shutil.copytree(ROOT, copy, ignore=ignored)
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(out), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_has_one_top_level_package_and_all_data(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"advisor"}
    for folder, pattern in (("rules", "*.yaml"), ("probes", "*.py")):
        for path in (ROOT / folder).rglob(pattern):
            assert f"advisor/_{folder}/{path.relative_to(ROOT / folder).as_posix()}" in names
    assert "advisor/web/page.html" in names
    assert any(name.endswith(".tcss") for name in names) == any((ROOT / "advisor" / "tui").glob("*.tcss"))


def test_the_installed_wheel_advises(wheel, tmp_path):
    """Unpacked away from the checkout, it finds its rules and gives a recommendation."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    program = (
        "import advisor, sys; from advisor.cli.main import main; print(advisor.__file__, file=sys.stderr); "
        "sys.exit(main(['--text', '--probe', 'none']))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert str(site) in done.stderr
    assert "PyTorch" in done.stdout
