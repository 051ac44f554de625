"""Trees that are made to trip up a scan: it says what it left out, and never runs or leaves anything."""

import json
import os
import sys
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.scanning import scan
from advisor.scanning.code import NotPython, parse, read_lines, read_tree
from advisor.scanning.notebook import read_notebook
from advisor.scanning.requirements import READERS, Unreadable
from tests.support.scans import proposed, scanned


def left(report):
    return {entry.what: (entry.count, entry.example) for entry in report.left_out}


def test_no_link_is_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("import torch\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "out").symlink_to(outside)
    (inside / "round").symlink_to(inside)
    (inside / "a.py").symlink_to(outside / "secret.py")
    (inside / "gone.py").symlink_to(tmp_path / "nowhere")
    report = scanned(inside, {})
    assert (report.files, report.proposals) == (0, ())
    assert left(report)["links, which are not followed"][0] == 4


def test_requirements_files_are_followed_within_the_folder_and_each_is_read_once(tmp_path):
    (tmp_path / "outside.txt").write_text("torch\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "out").symlink_to(tmp_path)
    elsewhere = ["../outside.txt", str(tmp_path / "outside.txt"), "https://x/y.txt"]
    names = [*elsewhere, "out/outside.txt", "gone.txt", "..", "a", "a", "x/../b", "/".join("ab" * 500_000), "\0"]
    report = scanned(
        inside,
        {"requirements.txt": "".join(f"-r {name}\n" for name in names), "a": "-r b\n", "b": "-c a\n-r a\njax\n"},
    )
    assert proposed(report) == {"existing": ("jax", "likely")}
    assert (report.files, report.read) == (3, 3)
    assert left(report) == {
        "links, which are not followed": (2, "out"),
        "requirements that lie elsewhere": (4, "requirements.txt: ../outside.txt"),
        "requirements files that are named and not there": (3, "requirements.txt: gone.txt"),
    }


def test_enormous_and_odd_files(tmp_path):
    for name in ("huge.py", "huge.ipynb", "requirements.txt", "huge.h5"):
        with (tmp_path / name).open("wb") as file:
            file.write(b"import torch\n")
            file.truncate(1 << 30)
    os.mkfifo(tmp_path / "pipe.py")
    report = scanned(tmp_path, {"ok.py": "import jax\n"})
    assert left(report)["files beyond the limit on size"][0] == 3
    assert proposed(report)["existing"] == ("jax", "likely")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_counted(tmp_path):
    (tmp_path / "shut").mkdir(mode=0)
    (tmp_path / "a.py").touch(mode=0)
    report = scanned(tmp_path, {})
    (tmp_path / "shut").chmod(0o700)
    assert left(report)["folders that can't be read"] == (1, "shut")
    assert left(report)["files that can't be read"] == (1, "a.py")


def test_broken_files_are_counted_and_the_others_read(tmp_path):
    files = {
        "deep.py": "import torch\nx = " + "(" * 5000 + ")" * 5000,
        "nul.py": b"import torch\n\0\0",
        "binary.py": bytes(range(256)) + b"\nimport torch\n",
        "pyproject.toml": "[project\n",
        "Pipfile.lock": "[" * 100_000,
        "environment.yml": "a: [b\n",
        "env.yml": "stage: !!bool foo\n",
        "setup.cfg": "no section\n",
        "setup.py": "setup(\n",
        "outputs.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": [], "outputs": [{"data": "x"}]}]}),
        "no.ipynb": "[]",
        "bomb.pt": b"PK\x03\x04" + bytes(60),
        "fine.py": "import jax\n",
        "escape.py": 'import optax\nx = "\\d"\n',
    }
    report = scanned(tmp_path, files)
    assert left(report)["files that are not what their names say"][0] == 7
    assert left(report)["Python files that can't be parsed; their imports were read by line"][0] >= 3
    existing = next(entry for entry in report.unsettled if entry.question == "existing")
    assert {support.value: support.files for support in existing.support} == {"pytorch": 3, "jax": 2}


def test_ends_of_lines_and_numbers_that_few_programs_expect(tmp_path):
    cell = {"cell_type": "code", "source": "a=1\rb=2\r\nimport jax\r"}
    (tmp_path / "notebook").mkdir()
    report = scanned(tmp_path / "notebook", {"old.ipynb": json.dumps({"cells": [cell]})})
    assert proposed(report)["existing"] == ("jax", "likely")
    endless = "9" * 5000
    files = {
        "pyproject.toml": f'[tool.poetry.dependencies]\ntorch = "^{endless}"\n',
        "requirements.txt": f"keras>={endless}\n",
        "train.py": "import lightning\nlightning.Trainer(devices=1e999)\n",
    }
    assert scanned(tmp_path, files).files == 4


def test_names_that_would_move_a_terminals_cursor_are_written_out(tmp_path):
    name = "a\x1b[2J\nb.py"
    report = scanned(tmp_path, {name: "import torch #\x1b[31m\n", os.fsdecode(b"\xff.py"): "import torch\n"})
    text = report.model_dump_json()
    assert "\x1b" not in text
    assert "\\u001b" not in text
    assert "a\\\\x1b[2J\\\\nb.py" in text


def test_installed_packages_are_passed_over(tmp_path):
    files = {
        "node_modules/x/package.json": '"@tensorflow/tfjs": 1',
        "env/pyvenv.cfg": "home = /usr\n",
        "env/lib/a.py": "import torch\n",
        ".git/a.py": "import torch\n",
        "x.egg-info/requires.txt": "torch\n",
    }
    report = scanned(tmp_path, files)
    assert (report.proposals, report.files) == ((), 0)
    assert left(report)["folders of installed packages, caches and the like"][0] == 4


def test_what_there_is_no_time_for_is_said(tmp_path):
    files = {f"p{n}/a.py": "import torch\n" for n in range(200)}
    report = scanned(tmp_path, files, limit_s=-1.0)
    assert report.read == 0
    assert left(report)["files for which there was no time"][0] == 200


def test_the_time_is_looked_at_before_every_file(tmp_path, monkeypatch):
    """A few large files can take as long as thousands of small ones."""
    clock = count()
    monkeypatch.setattr(scan.time, "monotonic", lambda: float(next(clock)))
    files = {f"p{n}/poetry.lock": "" for n in range(40)}
    report = scanned(tmp_path, files, limit_s=20.0)
    assert 0 < report.read <= 20
    assert left(report)["files for which there was no time"][0] == 40 - report.read


def test_nothing_is_run(tmp_path):
    """Modules, set-up programs and notebooks whose running would leave a trace."""
    trace = tmp_path / "trace"
    deed = f"import torch\nimport pathlib\npathlib.Path({str(trace)!r}).touch()\n"
    setup = deed + "from setuptools import setup\nsetup(install_requires=['torch'])\n"
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": deed + f"!touch {trace}"}]})
    files = {"torch.py": deed, "setup.py": setup, "conftest.py": deed, "a.ipynb": notebook, "sitecustomize.py": deed}
    before = set(sys.modules)
    report = scanned(tmp_path / "project", files)
    assert proposed(report)["existing"][0] == "pytorch"
    assert not trace.exists()
    assert not {"torch", "setup"} & (set(sys.modules) - before)
    assert sorted(p.name for p in (tmp_path / "project").iterdir()) == sorted(files)


TEXT = st.text(st.sampled_from("import torch from as keras.\n\t ()[]{}=,:\"'#\\%!-<>~^*\0é"), max_size=120)


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_no_text_breaks_a_reader(text):
    """Whatever stands in a file, a reader reports lines that the file has, or says that it can't read it."""
    count = text.count("\n") + 1
    readers = [lambda t: read_tree(parse(t)), read_lines, read_notebook]
    readers += [lambda t, reader=reader: reader(t, "requirements.txt") for reader in {r for _, r in READERS}]
    for reader in readers:
        try:
            found = list(reader(text))
        except (NotPython, Unreadable, ValueError):
            continue
        assert all(1 <= seen.line <= count for seen in found)
