"""Parsed rules, kept from one run to the next as Python keeps bytecode: parsing takes most of the time of loading.

What is kept is the plain data of every file under the hash of all their texts, so it can't be out of date; it is
checked and put together anew each time. The file is of use to the cache alone and may be deleted at any time.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from advisor.errors import InvalidInput
from advisor.files import write_whole


def _path() -> Path:
    return user_cache_path("advisor", appauthor=False) / "rules.json"


def read_kept(content_hash: str) -> list[Any] | None:
    """The data of the files with this hash in their order, or None."""
    try:
        found = json.loads(_path().read_bytes())
        return found["documents"] if found["hash"] == content_hash else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(content_hash: str, documents: list[Any]) -> None:
    """Keep the data of the files with this hash. Where that can't be done nothing is lost but time."""
    text = json.dumps({"hash": content_hash, "documents": documents})
    if json.loads(text)["documents"] != documents:
        return  # JSON has no room for something in it, such as a number as a key.
    with suppress(InvalidInput):
        write_whole(_path(), text)
