"""Seals a result, so that a change to any field of it shows."""

from __future__ import annotations

import hashlib
import json

from advisor.model.recommendation import Certificate, Recommendation


def sealed(result: Recommendation) -> Recommendation:
    """The result with a digest of everything in it, over the way of writing JSON that docs/certificate.md specifies."""
    # Going by way of the text is faster than turning a tree of models into plain data.
    bare = json.loads(result.model_dump_json(exclude={"certificate"}), parse_float=_number)
    text = json.dumps(bare, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return result.model_copy(update={"certificate": Certificate(digest=hashlib.sha256(text.encode()).hexdigest())})


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value
