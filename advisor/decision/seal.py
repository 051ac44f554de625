"""Seals a result, so that a change to any field of it shows."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

from advisor.model.figures import unfractioned
from advisor.model.recommendation import Certificate, Recommendation


def sealed(result: Recommendation) -> Recommendation:
    """The result with a digest of everything in it."""
    # Going by way of the text is faster than turning a tree of models into plain data.
    return result.model_copy(update={"certificate": Certificate(digest=digest(result.model_dump_json()))})


def digest(text: str) -> str:
    """The digest of a result's JSON, whatever its certificate and its layout, over the way of writing it that
    docs/certificate.md specifies."""
    bare = json.loads(text, parse_float=_number)
    bare.pop("certificate", None)
    plain = json.dumps(bare, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(plain.encode()).hexdigest()


@lru_cache(maxsize=8192)
def _number(text: str) -> int | float:
    return unfractioned(float(text))
