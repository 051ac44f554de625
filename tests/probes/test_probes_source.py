"""What every probe file must be: readable by Python 3.9, and stand-alone."""

import ast
import importlib
import shutil
import sys
from importlib.machinery import PathFinder

import pytest

from advisor.assets import probes_dir
from advisor.knowledge.load import load
from advisor.model.candidate import Candidate
from advisor.probing.run import obtain

FRAMEWORKS = {"torch", "tensorflow", "keras", "jax", "numpy"}
"""What programs that are run in processes of their own may import at once."""
FILES = sorted(probes_dir().glob("*.py"))
OWN = {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_python_3_9_can_read_it(path):
    ast.parse(path.read_text(), feature_version=(3, 9))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_imports_only_the_standard_library_at_the_top(path):
    programs = ("task_", "parallel_", "repeat_")
    for node in ast.parse(path.read_text()).body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            allowed = FRAMEWORKS if path.stem.startswith(programs) else set()
            assert name.split(".")[0] in sys.stdlib_module_names | OWN | allowed
    assert "advisor." not in path.read_text().replace("advisor's", "")


def test_no_file_can_shadow_a_package():
    assert all(stem == "__main__" or "_" in stem for stem in OWN), "no package that is probed has such a name"
    assert not {stem for stem in OWN - {"__main__"} if PathFinder.find_spec(stem)}
    assert not (probes_dir() / "__init__.py").exists()


def test_every_registered_probe_has_its_program_and_every_program_is_registered(monkeypatch):
    monkeypatch.syspath_prepend(str(probes_dir()))
    session = importlib.import_module("shared_session")
    assert {module for module, *_ in session.STACKS.values()} == {name for name in OWN if name.startswith("stack_")}
    programs = {f"probe_{(probe.program or probe.id).replace('-', '_')}" for probe in load().probes}
    asked_for_by_name = {"probe_ceiling", "probe_pulse"}
    assert programs | asked_for_by_name == {name for name in OWN if name.startswith("probe_")}
    for name in programs:
        assert callable(importlib.import_module(name).run)


class Foreign:
    """A stack of a family that no program knows."""

    family, packages, import_seconds = "foreign", ("foreign",), 0.1

    def load(self):
        """There is nothing to import."""

    def describe(self):
        """Nothing that any program could go by."""
        return {"device": "cpu"}


@pytest.mark.parametrize("name", sorted(name for name in OWN if name.startswith("probe_")))
def test_a_program_without_a_way_for_a_stack_does_not_say_that_it_fails(monkeypatch, name):
    """Rules would take it for a fault of the candidate."""
    monkeypatch.syspath_prepend(str(probes_dir()))
    shared = importlib.import_module("shared_session")
    monkeypatch.setitem(shared.STACKS, "foreign", (Foreign.__module__,))
    monkeypatch.setattr(sys.modules[Foreign.__module__], "Stack", Foreign, raising=False)
    answer = shared.Session("foreign").answer(name.removeprefix("probe_"), {"net": "mlp"})
    if name == "probe_framework":
        assert answer["status"] == "works"
    else:
        assert (answer["status"], answer["cause"]) == ("not-tried", "missing")
        assert "foreign" in answer["detail"]


@pytest.mark.parametrize("program", ["reproducible", "data_parallel", "onnx_export"])
def test_nor_does_one_with_a_way_for_each_candidate_of_another_that_is_like_them(monkeypatch, program):
    monkeypatch.syspath_prepend(str(probes_dir()))
    shared = importlib.import_module("shared_session")
    monkeypatch.setitem(shared.STACKS, "torch-again", shared.STACKS["pytorch"])
    answer = shared.Session("torch-again").answer(program, {})
    assert (answer["status"], answer["detail"]) == ("not-tried", "this probe has no way for torch-again")


NEW = """
from shared_envelope import works

def run(session, options):
    session.stack.load()
    return works({"double-sum": [2.0 * session.stack.numpy.ones(options["size"]).sum()]}, {"level": options["level"]})
"""
REGISTRATION = """
probes:
  - {id: double, title: Twice the sum, text: Adds up., options: {size: 21}, quick: 3, blocks: 1,
     metrics: [{id: double-sum, title: Twice the sum, unit: ms}]}
"""


def test_a_new_probe_is_one_file_and_one_entry(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    programs, overlay = tmp_path / "probes", tmp_path / "mine"
    shutil.copytree(probes_dir(), programs, ignore=shutil.ignore_patterns("__pycache__"))
    (programs / "probe_double.py").write_text(NEW)
    overlay.mkdir()
    (overlay / "probes.yaml").write_text(REGISTRATION)
    double = load([overlay]).probe["double"]
    numpy = Candidate(
        id="reference", title="NumPy", text="NumPy alone.", packages=("numpy",), install="pip install numpy", starter=""
    )
    found = obtain([numpy], [double], [sys.executable], "quick", probes_dir=programs)
    (outcome,) = found.outcomes
    assert outcome.status == "works", outcome.detail
    assert outcome.findings["level"] == "quick"
    assert outcome.measurements[0].median == pytest.approx(42)
    assert outcome.measurements[0].launches == 3
    assert outcome.command.endswith("""--options '{"level": "quick", "blocks": 1, "size": 21}'""")
