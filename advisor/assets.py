"""Where the knowledge base and the probe programs lie, in a checkout and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """The folder installed inside the package as `_name`, else `name` beside the package in a checkout."""
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name


def rules_dir() -> Path:
    """The folder of the knowledge base that ships with the advisor."""
    return _folder("rules")


def probes_dir() -> Path:
    """The folder of the probe programs, to be run by an interpreter as a whole."""
    return _folder("probes")
