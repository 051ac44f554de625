"""Which Python distributions a project requires, from the files that say so."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from advisor.scanning.code import NotPython, parse
from advisor.scanning.names import Names
from advisor.scanning.seen import Seen, numbered
from advisor.scanning.versions import from_conda, from_poetry

Reader = Callable[[str, str], Iterator[Seen]]
"""Reads a file, given its text and its path."""


class Unreadable(Exception):
    """A file that isn't what its name says."""


def requirement(text: str, line: int, minor: bool = False) -> Seen | None:
    """One requirement as pip takes it; None where there is no name in it."""
    egg = re.search(r"#egg=([\w.-]+)", text)
    try:
        found = Requirement(egg[1] if egg else text)
    except InvalidRequirement:
        return None
    return Seen("package", canonicalize_name(found.name), line, minor, str(found.specifier))


_AUXILIARY = re.compile(
    r"(?<![a-z])(?:dev(?:elop(?:ment)?)?|test(?:s|ing)?|docs?|documentation|lint(?:ing)?|extras?|option(?:s|al)?|build|ci"
    r"|tools?|tooling)(?![a-z])"
)
"""A word in the name of a requirements file that says that the project can do without."""


def read_requirements(text: str, name: str) -> Iterator[Seen]:
    """pip's requirements files: one requirement a line, with comments, options and continued lines. In a folder of them
    those are minor that aren't called after what is always needed."""
    folder, _, last = name.lower().rpartition("/")
    minor = bool(_AUXILIARY.search(last.replace("requirements", "")))
    if re.search(r"\brequirements\b", folder):
        minor = not re.match(r"requirements|base|main|core|common|default|prod|install|run", last)
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        line = _continued(line, lines)
        line = re.sub(r"(^|\s)#(?!egg=).*|\s--?[a-z].*", "", line).strip()
        seen = requirement(line, number, minor) if line and not line.startswith("-") else None
        if line.startswith(("-e ", "--editable ")):
            seen = requirement(line.split(None, 1)[1], number, minor)
        if seen:
            yield seen


def _continued(line: str, lines: Iterator[tuple[int, str]]) -> str:
    """A line with those after it that go on with it."""
    while line.endswith("\\"):
        line = line[:-1] + next(lines, (0, ""))[1]
    return line


def read_constraints(text: str, name: str) -> Iterator[Seen]:
    """pip's constraints files: which versions, if others ask for it. That is all that a lock file says, too."""
    return (seen._replace(minor=True) for seen in read_requirements(text, name))


_NAMES_FILE = re.compile(r"(?:(-r|--requirement\b)|-c|--constraint\b)\s*=?\s*")


def named_files(text: str) -> Iterator[tuple[str, Reader]]:
    """The files that a requirements file names by `-r` or `-c`, as they stand there, and who reads them."""
    lines = iter(enumerate(text.splitlines(), 1))
    for _, line in lines:
        line = re.sub(r"\s#.*", "", _continued(line, lines)).strip()
        if found := _NAMES_FILE.match(line):
            yield line[found.end() :].strip("\"'"), read_requirements if found[1] else read_constraints


def read_pyproject(text: str, name: str) -> Iterator[Seen]:
    """pyproject.toml, of whatever tool."""
    document = _toml(text)
    project = _table(document, "project")
    yield from _python(text, project.get("requires-python"))
    yield from _listed(text, project.get("dependencies"), False)
    groups = [_table(project, "optional-dependencies"), _table(document, "dependency-groups")]
    tool = _table(document, "tool")
    groups += [_table(_table(tool, "pdm"), "dev-dependencies"), {"dev": _table(tool, "uv").get("dev-dependencies")}]
    for group in groups:
        for required in group.values():
            yield from _listed(text, required, True)
    poetry = _table(tool, "poetry")
    yield from _poetry(text, _table(poetry, "dependencies"), False)
    yield from _poetry(text, _table(poetry, "dev-dependencies"), True)
    for group in _table(poetry, "group").values():
        yield from _poetry(text, _table(group, "dependencies"), True)


def read_pipfile(text: str, name: str) -> Iterator[Seen]:
    """Pipfile."""
    document = _toml(text)
    yield from _poetry(text, _table(document, "packages"), False)
    yield from _poetry(text, _table(document, "dev-packages"), True)
    version = _table(document, "requires").get("python_version")
    yield from _python(text, f"=={version}.*" if isinstance(version, str) else None)


def read_pipfile_lock(text: str, name: str) -> Iterator[Seen]:
    """Pipfile.lock."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Unreadable(str(problem)) from None
    for section in ("default", "develop"):
        for package, entry in _table(document, section).items():
            version = entry.get("version", "") if isinstance(entry, dict) else ""
            seen = requirement(f"{package}{version}", _line(text, f'"{package}"'), minor=True)
            if seen:
                yield seen


_LOCKED = re.compile(r'^\[\[packages?\]\]\nname = "([^"\n]+)"\nversion = "([^"\n]+)"', re.MULTILINE)


def read_toml_lock(text: str, name: str) -> Iterator[Seen]:
    """poetry.lock, uv.lock, pdm.lock and pylock.toml, which are written by programs and begin each package alike."""
    for found, line in numbered(_LOCKED, text):
        seen = requirement(f"{found[1]}=={found[2]}", line + 1, minor=True)
        if seen:
            yield seen


def read_setup_cfg(text: str, name: str) -> Iterator[Seen]:
    """setup.cfg."""
    config = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        config.read_string(text)
    except configparser.Error as problem:
        raise Unreadable(str(problem).partition("\n")[0]) from None
    yield from _python(text, config.get("options", "python_requires", fallback=None))
    yield from _listed(text, config.get("options", "install_requires", fallback="").splitlines(), False)
    if config.has_section("options.extras_require"):
        for _, required in config.items("options.extras_require"):
            yield from _listed(text, required.splitlines(), True)


def read_setup_py(text: str, name: str) -> Iterator[Seen]:
    """The constants that setup.py gives to `setup`, directly or by a name."""
    try:
        tree = parse(text)
    except NotPython as problem:
        raise Unreadable(str(problem)) from None
    names = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        if called != "setup":
            continue
        for keyword in node.keywords:
            value = names.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
            if keyword.arg == "python_requires" and isinstance(value, ast.Constant):
                yield from _python(text, value.value, value.lineno)
            elif keyword.arg in ("install_requires", "extras_require") and value is not None:
                for constant in ast.walk(value):
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                        seen = requirement(constant.value, constant.lineno, keyword.arg == "extras_require")
                        if seen:
                            yield seen


def read_environment(text: str, name: str) -> Iterator[Seen]:
    """Conda's environment files, with what they have pip install."""
    from advisor.nodes import Malformed, parse

    try:
        _, document = parse(text)
    except Malformed as problem:
        raise Unreadable(problem.message) from None
    for entry in _table(document, "dependencies", []):
        if isinstance(entry, str):
            found = re.match(r"(?:[\w./-]+::)?([\w.-]+)\s*(.*)", entry.strip())
            if found:
                package = canonicalize_name(found[1])
                yield Seen("package", package, _line(text, entry), specifier=from_conda(found[2]) if found[2] else "")
        elif isinstance(entry, dict):
            yield from _listed(text, entry.get("pip"), False)


_CONDA_LOCKED = re.compile(
    r"^(?:- name: (\S+)\n(?:  manager: .*\n)?  version: '?([\w.]+)"
    r"|\S+/([\w.-]+?)-(\d[\w.]*)-[\w.]+\.(?:conda|tar\.bz2))",
    re.MULTILINE,
)


def read_conda_lock(text: str, name: str) -> Iterator[Seen]:
    """conda-lock.yml, and lists of exact addresses as `conda list --explicit` writes them."""
    for found, line in numbered(_CONDA_LOCKED, text):
        yield Seen("package", canonicalize_name(found[1] or found[3]), line, True, from_conda(found[2] or found[4]))


LOCKS = (read_pipfile_lock, read_toml_lock, read_conda_lock)
"""The readers of what programs write, which may be long."""
READERS: tuple[tuple[str, Reader], ...] = (
    ("requirements/*.txt", read_requirements),
    ("requirements/*.in", read_requirements),
    ("pyproject.toml", read_pyproject),
    ("setup.cfg", read_setup_cfg),
    ("setup.py", read_setup_py),
    ("pipfile", read_pipfile),
    ("pipfile.lock", read_pipfile_lock),
    ("poetry.lock", read_toml_lock),
    ("uv.lock", read_toml_lock),
    ("pdm.lock", read_toml_lock),
    ("pylock*.toml", read_toml_lock),
    ("conda-lock.y*ml", read_conda_lock),
    ("conda-*.lock", read_conda_lock),
    ("environment*.y*ml", read_environment),
    ("conda*.y*ml", read_environment),
    ("env.y*ml", read_environment),
    ("*requirements*.txt", read_requirements),
    ("*requirements*.in", read_requirements),
)
"""Names of files, and who reads them, given the text and the file's path; the first that fits."""


_NAMES = Names(READERS)


def reader_of(path: str) -> Reader | None:
    """Who reads a file, by its path from the folder that is scanned."""
    found = _NAMES.find(path)
    return found[0] if found else None


def _toml(text: str) -> dict:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as problem:
        raise Unreadable(str(problem)) from None


def _table(holder: object, key: str, default: object = None):
    """The table (or list) under a key; empty where there is something else."""
    empty = {} if default is None else default
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, type(empty)) else empty


def _listed(text: str, required: object, minor: bool) -> Iterator[Seen]:
    for entry in required if isinstance(required, list) else ():
        seen = requirement(entry, _line(text, entry), minor) if isinstance(entry, str) and entry.strip() else None
        if seen:
            yield seen


def _poetry(text: str, table: dict[str, object], minor: bool) -> Iterator[Seen]:
    for package, entry in table.items():
        version = entry.get("version", "") if isinstance(entry, dict) else entry
        found = re.search(rf"^[ \t]*[\"']?{re.escape(package)}[\"']?[ \t]*=", text, re.MULTILINE)
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        optional = isinstance(entry, dict) and bool(entry.get("optional"))
        specifier = from_poetry(version) if isinstance(version, str) else ""
        yield Seen("package", canonicalize_name(package), line, minor or optional, specifier)


def _python(text: str, specifier: object, line: int = 0) -> Iterable[Seen]:
    if isinstance(specifier, str) and specifier.strip():
        return [Seen("package", "python", line or _line(text, specifier), specifier=from_poetry(specifier))]
    return []


def _line(text: str, part: str) -> int:
    """The line in which a part of the text stands first."""
    position = next((at for q in "\"'" if (at := text.find(f"{q}{part}{q}")) >= 0), text.find(part))
    return text.count("\n", 0, max(position, 0)) + 1
