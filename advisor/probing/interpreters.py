"""The Pythons to look for candidates in: found out before anything is measured."""

import os
import shutil
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from advisor.errors import InvalidInput, ProbeFailed
from advisor.model.candidate import Candidate
from advisor.model.measurement import Host, Interpreter
from advisor.probing.child import Failure, ask_once
from advisor.probing.shared import printable

MINIMUM = (3, 9)
"""The oldest Python that runs the probes."""
SECONDS = 20
_HINT = "Give the path of a python executable, for example " + sys.executable + "."


def locate(python: str) -> str:
    """The absolute path of an interpreter given as a path or as a command's name.

    Links are not followed: a virtual environment's interpreter is a link to one that lacks its packages. Raises
    InvalidInput when nothing there can be run.
    """
    path = Path(python).expanduser()
    if path.name == python and not path.exists():
        path = Path(shutil.which(python) or python)
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 — Path.resolve would follow links
    if absolute.is_dir():
        raise InvalidInput(f"{absolute} is a folder, not a Python interpreter", _folder_hint(absolute))
    if not absolute.exists():
        raise InvalidInput(
            f"There is no Python interpreter at {absolute}",
            _HINT,
        )
    if not os.access(absolute, os.X_OK):
        raise InvalidInput(f"{absolute} is not executable", f"Make it so with `chmod +x {absolute}`, or give another.")
    return str(absolute)


def _folder_hint(folder: Path) -> str:
    inside = [folder / "bin" / "python", folder / "Scripts" / "python.exe"]
    found = next((path for path in inside if path.exists()), None)
    return f"Give {found}." if found else "Give the python executable inside it."


@dataclass(frozen=True)
class Inventory:
    """What an interpreter answered."""

    interpreter: Interpreter
    """With the packages that every run tells of."""
    distributions: Mapping[str, str]
    """Versions of everything installed, by normalised name."""
    stacks: frozenset[str] | None
    """The candidates that the probes' programs have a stack for; None where they don't say."""

    def telling(self, candidates: Iterable[Candidate]) -> Interpreter:
        """The interpreter with the packages of these candidates too."""
        # Imported late: nothing else that is done with interpreters needs it.
        from packaging.utils import canonicalize_name

        wanted = {package for candidate in candidates for package in candidate.packages}
        packages = dict(self.interpreter.packages)
        for package in sorted(wanted - packages.keys()):
            if version := self.distributions.get(canonicalize_name(package)):
                packages[package] = version
        return self.interpreter.model_copy(update={"packages": packages})


def inspect(python: str, probes_dir: Path, cancelled: threading.Event | None = None) -> Inventory:
    """Ask an interpreter for its version and packages, without importing a framework.

    Raises InvalidInput when it is not a Python of at least `MINIMUM` that answers, and `Cancelled`.
    """
    path = locate(python)
    return _inventory_of(path, _asked(path, probes_dir, cancelled))


def inspect_with_host(
    python: str, probes_dir: Path, cancelled: threading.Event | None = None
) -> tuple[Inventory, Host]:
    """The same, and the machine as it tells it: in one child, since a child costs as much as either.

    Raises ProbeFailed too, when the machine can't be described.
    """
    path = locate(python)
    report = _asked(path, probes_dir, cancelled, "--host")
    try:
        return _inventory_of(path, report), Host.model_validate(report.get("host"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "host"
        raise ProbeFailed(f"This machine could not be described: {where}: {first['msg']}") from error


def _asked(path: str, probes_dir: Path, cancelled: threading.Event | None, *flags: str) -> dict:
    try:
        return ask_once([path, "-B", str(probes_dir), "--inventory", *flags], SECONDS, cancelled)
    except Failure as failure:
        raise _unusable(path, failure, cancelled) from failure


def _inventory_of(path: str, report: Mapping[str, Any]) -> Inventory:
    try:
        version = tuple(int(part) for part in report["version"])
        interpreter = Interpreter(
            path=path,
            python=report["python"],
            packages=report["packages"],
            installed=report.get("installed", ""),
        )
        stacks = frozenset(report["stacks"]) if "stacks" in report else None
        found = Inventory(interpreter, dict(report.get("distributions", {})), stacks)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(f"{path} does not answer as a Python interpreter does", _HINT) from error
    if version < MINIMUM:
        raise _too_old(path, report["python"])
    return found


def _too_old(path: str, version: str) -> InvalidInput:
    wanted = ".".join(map(str, MINIMUM))
    return InvalidInput(
        f"{path} is Python {printable(version)}, too old to be probed", f"Give Python {wanted} or later."
    )


def _unusable(path: str, failure: Failure, cancelled: threading.Event | None) -> InvalidInput:
    """Why the inventory failed: a Python may be too old to read the probes, so ask what any Python can tell."""
    program = "import sys; print('{\"version\": [%d, %d]}' % sys.version_info[:2])"
    try:
        if failure.cause != "timed-out":
            version = tuple(ask_once([path, "-c", program], SECONDS, cancelled)["version"])
            if version < MINIMUM:
                return _too_old(path, ".".join(map(str, version)))
            return InvalidInput(f"{path} is a Python, but it could not be inspected: {failure.detail}", _HINT)
    except (Failure, KeyError, TypeError):
        pass
    return InvalidInput(f"{path} is not a Python interpreter that answers: {printable(failure.detail)}", _HINT)


def missing(interpreter: Interpreter, candidate: Candidate) -> tuple[str, ...]:
    """The distributions that a candidate lacks in an interpreter."""
    return tuple(package for package in candidate.packages if package not in interpreter.packages)
