"""The knowledge base as it was read last, kept from one run to the next as Python keeps bytecode: reading, expanding
and checking the files takes several times as long as reading back what came of them.

It is kept as JSON under the hash of all the files' texts and the state of the programs that check them, so it can't be
out of date; its fields are checked again whenever it is read. The file is of use to the cache alone and may be deleted
at any time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

from advisor import __version__
from advisor.errors import InvalidInput
from advisor.files import write_whole
from advisor.model.knowledge import Knowledge


def read_kept(content_hash: str) -> Knowledge | None:
    """The knowledge base that was read from files with this hash, or None."""
    try:
        stamp, _, text = _path().read_bytes().partition(b"\n")
        return Knowledge.model_validate_json(text) if stamp == _stamp(content_hash) else None
    except (OSError, ValueError):
        return None


def keep(knowledge: Knowledge) -> None:
    """Keep a knowledge base without mistakes. Where that can't be done nothing is lost but time."""
    text = knowledge.model_dump_json(by_alias=True, exclude_none=True)
    if Knowledge.model_validate_json(text) == knowledge:
        with suppress(InvalidInput):
            write_whole(_path(), f"{_stamp(knowledge.content_hash).decode()}\n{text}")


def _path() -> Path:
    return user_cache_path("advisor", appauthor=False) / "knowledge.json"


def _stamp(content_hash: str) -> bytes:
    """Changes with the texts, and with the programs that make a knowledge base of them."""
    package = Path(__file__).parents[1]
    programs = [entry for name in ("model", "knowledge") for entry in os.scandir(package / name)]
    stamps = [entry.stat().st_mtime_ns for entry in programs if entry.name.endswith(".py")]
    newest = max(*stamps, (package / "nodes.py").stat().st_mtime_ns)
    return f"{content_hash} {__version__} {newest}".encode()
