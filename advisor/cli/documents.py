"""Reads JSON documents that the advisor wrote before."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from shlex import quote
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from advisor.cli.flags import called
from advisor.errors import InvalidInput
from advisor.files import BY_HAND, read_input

if TYPE_CHECKING:
    from advisor.knowledge.mistakes import Mistake
    from advisor.model.recommendation import GroupRecommendation, Recommendation

T = TypeVar("T", bound=BaseModel)


def read_document(path: str, model: type[T], made_by: str) -> T:
    """The document in a file, or on standard input for `-`. Raises `InvalidInput` naming file, line and the first field
    that doesn't fit; `made_by` is the command that writes such files."""
    return _parse(called(path), read_input(path), model, made_by)


def _parse(path: str, content: bytes, model: type[T], made_by: str) -> T:
    try:
        return model.model_validate_json(content)
    except ValidationError as problem:
        from advisor.knowledge.mistakes import first_mistake

        hint = f"It must be a file written by `{made_by}`."
        raise _misfit(path, content, first_mistake(problem, model), hint) from None


def _misfit(path: str, content: bytes, mistake: Mistake, hint: str) -> InvalidInput:
    """The exception for the first field of a file that doesn't fit, with its line."""
    from advisor.knowledge.document import Document

    said = f"{mistake.field}: {mistake.message}" if mistake.path else mistake.message
    # In a long one the line isn't worth the time that looking for it takes.
    with suppress(InvalidInput, UnicodeDecodeError):
        if mistake.path and len(content) <= BY_HAND:
            return Document(path, content.decode()).problem(mistake.path, said, hint)
    return InvalidInput(f"{path}: {said}", hint)


def read_result(path: str) -> Recommendation:
    """The result in a file, or on standard input for `-`; if it was changed since it was made, that is said on standard
    error. Raises `InvalidInput` as `read_document` does."""
    content = read_input(path)
    if _session(content):
        command = "jq .group" if path == "-" else f"jq .group {quote(path)} > result.json"
        raise InvalidInput(
            f"{called(path)}: this is a session's document; `group` in it is the result",
            f"Take it out first: `{command}`.",
        )
    return _result(path, content)


def read_report(path: str) -> tuple[Recommendation | GroupRecommendation, str]:
    """The same, or a session's document, with the text that it was read from: a pipe can't be read again."""
    content = read_input(path)
    document = _session(content)
    return _group(path, content, document) if document else _result(path, content), content.decode()


def read_recorded(path: str) -> Recommendation:
    """The result that a record rests on, of the group where that is a session's document. Raises `InvalidInput` as
    `read_document` does, and where it was changed since it was made."""
    content = read_input(path)
    document = _session(content)
    result = _parsed_group(path, content).group if document else _parsed(path, content)
    if _is_changed(result, json.dumps(document["group"]) if document else content.decode()):
        raise InvalidInput(f"{path} was changed since it was made", f"`advisor check {quote(path)}` says where.")
    return result


def _result(path: str, content: bytes) -> Recommendation:
    result = _parsed(path, content)
    if _is_changed(result, content.decode()):
        _say_changed(path)
    return result


def _group(path: str, content: bytes, document: dict) -> GroupRecommendation:
    found = _parsed_group(path, content)
    parts = [
        (found.group, document["group"]),
        *((own, document["members"][name]) for name, own in found.members.items()),
    ]
    if any(_is_changed(result, json.dumps(part)) for result, part in parts):
        _say_changed(path)
    return found


def _parsed(path: str, content: bytes) -> Recommendation:
    from advisor.model.recommendation import Recommendation

    return _parse(called(path), content, Recommendation, "advisor --json -o FILE")


def _parsed_group(path: str, content: bytes) -> GroupRecommendation:
    from advisor.model.recommendation import GroupRecommendation

    return _parse(called(path), content, GroupRecommendation, "advisor session --json -o FILE")


def _is_changed(result: Recommendation, text: str) -> bool:
    """Whether the seal of a result is broken that was read from a text."""
    from advisor.decision.seal import digest

    return bool(result.certificate) and result.certificate.digest != digest(text)


def _say_changed(path: str) -> None:
    where = f"`advisor check {quote(path)}` says where"
    print(f"! {called(path)} was changed since it was made: {where}.", file=sys.stderr)


def _session(content: bytes) -> dict | None:
    """A session's document, which holds a result rather than being one; None for any other: what is wrong with that is
    found later."""
    if b'"members"' not in content:
        return None
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and {"group", "members"} <= document.keys() else None
