"""What the way to `advisor --json` must not import, proven in a process of its own."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "tensorflow", "keras", "jax", "sklearn", "scipy", "textual", "rich")


def imported(*arguments: str) -> tuple[set[str], int]:
    """The top-level modules that a command imports, and its exit code."""
    program = (
        "import sys, json, os\n"
        "from advisor.cli.main import main\n"
        "sys.stdout = open(os.devnull, 'w')\n"
        f"try:\n    code = main({list(arguments)!r})\n"
        "except SystemExit as done:\n    code = done.code\n"
        "names = sorted({name.partition('.')[0] for name in sys.modules})\n"
        "print(json.dumps([names, int(code or 0)]), file=sys.__stdout__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    names, code = json.loads(done.stdout)
    return set(names), code


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (("--help",), set()),
        (("--json", "--probe", "none", "-d", "stage=research"), set()),
        (("--json",), set()),
        (("--text", "--probe", "none"), {"rich"}),
        (("schema",), set()),
        (("rules", "check"), set()),
    ],
)
def test_nothing_heavy_is_imported(arguments, allowed):
    names, code = imported(*arguments)
    assert code == 0
    assert not names & (set(HEAVY) - allowed)


def test_what_is_imported_for_types_alone_is_there_too():
    """Nothing else would notice: such an import is never made."""
    imported = {
        node.module
        for path in (ROOT / "advisor").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("advisor.")
    }
    gone = {name for name in imported if not _is_there(ROOT.joinpath(*name.split(".")))}
    assert gone == set()


def _is_there(path: Path) -> bool:
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_help_needs_no_third_party_package():
    names, _ = imported("--help")
    assert not names & {"numpy", "pydantic", "yaml", "platformdirs", "psutil"}
