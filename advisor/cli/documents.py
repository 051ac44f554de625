"""Reads JSON documents that the advisor wrote before."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from advisor.cli.flags import called
from advisor.errors import InvalidInput
from advisor.files import BY_HAND, read_bytes, read_stdin

if TYPE_CHECKING:
    from advisor.model.recommendation import Recommendation

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
        return read_bytes(Path(path))
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
    said = f"{field}: {in_words(first)}" if field else in_words(first)
    # In a long one the line isn't worth the time that looking for it takes.
    with suppress(InvalidInput, UnicodeDecodeError):
        if field and len(content) <= BY_HAND:
            return Document(path, content.decode()).problem(first["loc"], said, hint)
    return InvalidInput(f"{path}: {said}", hint)


def read_result(path: str) -> Recommendation:
    """The result in a file, or on standard input for `-`; if it was changed since it was made, that is said on standard
    error. Raises `InvalidInput` as `read_document` does."""
    return read_result_and_text(path)[0]


def read_result_and_text(path: str) -> tuple[Recommendation, str]:
    """What `read_result` gives, with the text that it was read from: a pipe can't be read again."""
    from advisor.decision.seal import digest
    from advisor.model.recommendation import Recommendation

    content = _content(path)
    _refuse_session(path, content)
    result = _parse(called(path), content, Recommendation, "advisor --json -o FILE")
    text = content.decode()
    if result.certificate and result.certificate.digest != digest(text):
        where = f"`advisor check {quote(path)}` says where"
        print(f"! {called(path)} was changed since it was made: {where}.", file=sys.stderr)
    return result, text


def _refuse_session(path: str, content: bytes) -> None:
    """A session's document holds a result rather than being one; what is wrong with any other is found later."""
    if b'"members"' not in content:
        return
    import json

    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return
    if isinstance(document, dict) and {"group", "members"} <= document.keys():
        command = "jq .group" if path == "-" else f"jq .group {quote(path)} > result.json"
        raise InvalidInput(
            f"{called(path)}: this is a session's document; `group` in it is the result",
            f"Take it out first: `{command}`.",
        )
