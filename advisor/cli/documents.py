"""Reads JSON documents that the advisor wrote before."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from advisor.cli.flags import called
from advisor.errors import InvalidInput
from advisor.files import read_stdin

if TYPE_CHECKING:
    from advisor.model.recommendation import GroupRecommendation, Recommendation

T = TypeVar("T", bound=BaseModel)


def read_document(path: str, model: type[T], made_by: str) -> T:
    """The document in a file, or on standard input for `-`. Raises `InvalidInput` naming file, line and the first field
    that doesn't fit; `made_by` is the command that writes such files."""
    return _parse(called(path), _content(path), model, made_by)


def _content(path: str) -> bytes:
    """What is in a file, which may be a pipe, to be read once."""
    if path == "-":
        return read_stdin().encode()
    try:
        return Path(path).read_bytes()
    except OSError as problem:
        raise InvalidInput(f"{path}: can't be read: {problem.strerror}", "Check the path.") from None


def _parse(path: str, content: bytes, model: type[T], made_by: str) -> T:
    try:
        return model.model_validate_json(content)
    except ValidationError as problem:
        raise _misfit(path, content, problem, f"It must be a file written by `{made_by}`.") from None


def _misfit(path: str, content: bytes, problem: ValidationError, hint: str) -> InvalidInput:
    """The exception for the first field of a file that doesn't fit, with its line."""
    from advisor.knowledge.document import Document, in_words

    first = problem.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    if not field:
        return InvalidInput(f"{path}: {in_words(first)}", hint)
    try:
        return Document(path, content.decode()).problem(first["loc"], f"{field}: {in_words(first)}", hint)
    except (InvalidInput, UnicodeDecodeError):
        return InvalidInput(f"{path}: {field}: {in_words(first)}", hint)


def read_result(path: str) -> Recommendation:
    """The result in a file, or on standard input for `-`; if it was changed since it was made, that is said on standard
    error. Raises `InvalidInput` as `read_document` does."""
    from advisor.decision.seal import digest
    from advisor.model.recommendation import Recommendation

    content = _content(path)
    _refuse_session(path, content)
    result = _parse(called(path), content, Recommendation, "advisor --json -o FILE")
    if result.certificate and result.certificate.digest != digest(content.decode()):
        where = f"`advisor check {quote(path)}` says where"
        print(f"! {called(path)} was changed since it was made: {where}.", file=sys.stderr)
    return result


class SessionGiven(InvalidInput):
    """A session's document where a result is read: it holds one rather than being one."""

    def __init__(self, path: str, content: bytes) -> None:
        command = "jq .group" if path == "-" else f"jq .group {quote(path)} > result.json"
        told = f"{called(path)}: this is a session's document; `group` in it is the result"
        super().__init__(told, f"Take it out first: `{command}`.")
        self._path, self._content = path, content

    def session(self) -> GroupRecommendation:
        """What it says; of results in it that were changed since they were made, that is said on standard error. Raises
        `InvalidInput` as `read_document` does."""
        from advisor.model.recommendation import GroupRecommendation

        path = called(self._path)
        found = _parse(path, self._content, GroupRecommendation, "advisor session --json -o FILE")
        document = _session(self._content) or {}
        parts = {"the group's": (found.group, document["group"])}
        parts |= {f"{name}'s": (own, document["members"][name]) for name, own in found.members.items()}
        changed = [whose for whose, (result, part) in parts.items() if _is_changed(result, part)]
        if changed:
            print(f"! {path} was changed since it was made: {', '.join(changed)} result.", file=sys.stderr)
        return found


def read_recorded(path: str) -> Recommendation:
    """The result that a record rests on, of the group where that is a session's document. Raises `InvalidInput` as
    `read_document` does, and where it was changed since it was made."""
    import json

    from advisor.model.recommendation import Recommendation

    content = _content(path)
    if document := _session(content):
        result, part = SessionGiven(path, content).session().group, document["group"]
    else:
        result = _parse(path, content, Recommendation, "advisor --json -o FILE")
        part = json.loads(content)
    if _is_changed(result, part):
        raise InvalidInput(f"{path} was changed since it was made", f"`advisor check {quote(path)}` says where.")
    return result


def _is_changed(result: Recommendation, plain: dict) -> bool:
    """Whether the seal of a result is broken, which was parsed from plain data."""
    import json

    from advisor.decision.seal import digest

    return bool(result.certificate) and result.certificate.digest != digest(json.dumps(plain))


def _refuse_session(path: str, content: bytes) -> None:
    if _session(content):
        raise SessionGiven(path, content)


def _session(content: bytes) -> dict | None:
    """A session's document, None for any other; what is wrong with that is found later."""
    if b'"members"' not in content:
        return None
    import json

    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and {"group", "members"} <= document.keys() else None
