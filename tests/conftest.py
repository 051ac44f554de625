"""What every test gets: folders of its own for saved answers and cached measurements, and a core of its own."""

import os
import shutil

import pytest
from threadpoolctl import threadpool_limits

from advisor.knowledge import kept
from advisor.knowledge.load import load


def pytest_configure(config):
    """Frameworks start a thread for each core that they may use, and those of two workers would spin on the same. So
    would numpy's, which the advisor's commands keep to one before it is loaded, as it is here by then."""
    threadpool_limits(1, "blas")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if worker and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker) % len(cores)]})


@pytest.fixture(scope="session")
def kept_knowledge(tmp_path_factory):
    """What a first command keeps of the rules, which every other test would have to make anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        kept.keep(load())
        return kept._path()


@pytest.fixture(autouse=True)
def no_power_cut(monkeypatch):
    """What a test writes need not outlive the machine, and a disk takes its time to promise that it would."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory, monkeypatch, kept_knowledge):
    """No test reads or writes the user's profile or cache, or is swayed by the user's environment."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    kept._path().parent.mkdir(parents=True)
    shutil.copyfile(kept_knowledge, kept._path())
    for name in ("ADVISOR_ANSWERS", "SOURCE_DATE_EPOCH", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
