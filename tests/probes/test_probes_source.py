"""What every probe file must be: readable by Python 3.9, and stand-alone."""

import ast
import importlib
import sys

import pytest

from advisor.assets import probes_dir

FILES = sorted(probes_dir().glob("*.py"))
OWN = {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_python_3_9_can_read_it(path):
    ast.parse(path.read_text(), feature_version=(3, 9))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_imports_only_the_standard_library_at_the_top(path):
    for node in ast.parse(path.read_text()).body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names | OWN
    assert "advisor." not in path.read_text().replace("advisor's", "")


def test_no_file_can_shadow_a_package():
    assert all(stem == "__main__" or stem.startswith(("probe_", "stack_", "shared_")) for stem in OWN)
    assert not (probes_dir() / "__init__.py").exists()


def test_the_registries_name_what_is_there(monkeypatch):
    monkeypatch.syspath_prepend(str(probes_dir()))
    session = importlib.import_module("shared_session")
    assert {module for module, *_ in session.STACKS.values()} == {name for name in OWN if name.startswith("stack_")}
    assert set(session.PROBES.values()) == {name for name in OWN if name.startswith("probe_")}
    for name in session.PROBES.values():
        assert callable(importlib.import_module(name).run)
