"""Reads JSON documents that the advisor wrote before."""

from __future__ import annotations

import json
import re
import sys
from contextlib import suppress
from shlex import quote
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from advisor.cli.flags import called
from advisor.errors import InvalidInput
from advisor.files import BY_HAND, read_input

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
        if later := _later_format(content, model):
            hint = f"It was written in format {later}, by a later advisor than this one."
            try:
                return model.model_validate_json(_without_unknown(content, problem, model))
            except ValidationError as left:
                problem = left
        raise _misfit(path, content, first_mistake(problem, model), hint) from None


def _later_format(content: bytes, model: type[BaseModel]) -> str:
    """The format of a document where that has a higher minor version than what is written here, else ""."""
    with suppress(ValueError, RecursionError, AttributeError, LookupError, TypeError):
        found = re.fullmatch(r"(\d{1,9})\.(\d{1,9})", json.loads(content).get("format_version"), re.ASCII)
        major, minor = model.model_fields["format_version"].default.split(".")
        if found and found[1] == major and int(found[2]) > int(minor):
            return found[0]
    return ""


def _without_unknown(content: bytes, problem: ValidationError, model: type[BaseModel]) -> bytes:
    """A document without the fields that a `model` refused since it has none of that name: later versions add some."""
    from advisor.knowledge.mistakes import unknown_fields

    document = json.loads(content)
    for *way, name in unknown_fields(problem, model):
        part = document
        for key in way:
            part = part[key]
        if isinstance(part, dict):
            part.pop(name, None)
    return json.dumps(document).encode()


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


def without_overlays(result: Recommendation, given: Sequence[Path]) -> str:
    """What to add where a result was made with overlays and none is given, else ""."""
    names = ", ".join(overlay.name for overlay in result.knowledge.overlays)
    return f"The result was made with the overlay {names}: add it with --rules DIR." if names and not given else ""


def read_recorded(path: str) -> Recommendation:
    """The result that a record rests on, of the group where that is a session's document. Raises `InvalidInput` as
    `read_document` does, and where it was changed since it was made."""
    content = read_input(path)
    if document := _session(content):
        found = _parsed_group(path, content)
        result, changed = found.group, _is_group_changed(found, document)
    else:
        result = _parsed(path, content)
        changed = _is_changed(result, content.decode())
    if changed:
        raise InvalidInput(f"{path} was changed since it was made", f"`advisor check {quote(path)}` says where.")
    return result


def _result(path: str, content: bytes) -> Recommendation:
    result = _parsed(path, content)
    if _is_changed(result, content.decode()):
        _say_changed(path)
    return result


def _group(path: str, content: bytes, document: dict) -> GroupRecommendation:
    found = _parsed_group(path, content)
    if _is_group_changed(found, document):
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


def _is_group_changed(found: GroupRecommendation, document: dict) -> bool:
    """Whether the seal of a result in a session's document is broken, or its parts are no longer of one session."""
    from advisor.session.group import holds_together

    parts = [
        (found.group, document["group"]),
        *((own, document["members"][name]) for name, own in found.members.items()),
    ]
    return any(_is_changed(result, json.dumps(part)) for result, part in parts) or not holds_together(found)


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
