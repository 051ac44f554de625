"""A YAML (or JSON) file whose every value can still be traced to its line."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from advisor.errors import InvalidInput, InvalidKnowledge
from advisor.files import BY_HAND, read_bytes
from advisor.knowledge.mistakes import first_empty, first_mistake

Location = Sequence[str | int]
T = TypeVar("T", bound=BaseModel)


def read_text(path: Path, name: str, error: type[InvalidInput]) -> str:
    """The text of a file that messages call `name`. Raises `error` where it can't be read, isn't UTF-8 or is longer
    than anything that people write."""
    try:
        return StringIO(read_bytes(path, BY_HAND).decode(), newline=None).read()
    except FileNotFoundError:
        raise error(f"{name}: there is no such file", "Check the path.") from None
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else problem
        raise error(f"{name}: can't be read: {why}", "It must be a readable file of UTF-8 text.") from None


class Document:
    """One parsed file: its `data`, and where each part of it stands.

    `error` is the exception type raised for every mistake found in it.
    """

    def __init__(self, name: str, text: str, error: type[InvalidInput] = InvalidInput) -> None:
        """Parse `text`; `name` is what messages call the file. Raises `error` on malformed YAML and on a key that is
        given twice."""
        # Imported late: without a file of answers, a command has nothing to parse.
        from advisor.nodes import Malformed, parse

        self.name = name
        self._error = error
        try:
            self._root, self.data = parse(text)
        except Malformed as problem:
            line = f":{problem.line}" if problem.line else ""
            raise error(f"{name}{line}: {problem.message}", problem.hint) from None

    @classmethod
    def read(cls, path: Path, error: type[InvalidInput] = InvalidInput) -> Document:
        """Parse the file at `path`. Raises `error` where it can't be read or isn't UTF-8 YAML."""
        return cls(str(path), read_text(path, str(path), error), error)

    def line(self, location: Location) -> int:
        """The line (from 1) of the value at a path of keys and indices; where the path leads nowhere, of the deepest
        part of it that exists."""
        from advisor.nodes import line

        return line(self._root, location)

    def problem(self, location: Location, message: str, hint: str = "") -> InvalidInput:
        """The exception for a mistake at `location`, ready to be raised."""
        return self._error(f"{self.name}:{self.line(location)}: {message}", hint)

    def validate(self, model: type[T], data: Any, location: Location, what: str, fields: Iterable[str] = ()) -> T:
        """`data`, found at `location`, as a `model`; `fields` are its keys, where files have others than the model.
        Raises on the first field that is empty or doesn't fit, naming file, line, `what` and field."""
        mistake = first_empty(data)
        if mistake is None:
            try:
                return model.model_validate(data)
            except ValidationError as problem:
                mistake = first_mistake(problem, model, fields)
        raise self.problem((*location, *mistake.path), f"{what}: {mistake.field}: {mistake.message}")


def require_sections(document: Document, known: Collection[str]) -> None:
    """Raise unless a document is a mapping whose keys are among these."""
    hint = f"The sections are {', '.join(known)}."
    if not isinstance(document.data, dict):
        raise document.problem((), "expected a mapping of sections", hint)
    for section in document.data:
        if section not in known:
            raise document.problem((section,), f"unknown section {section!r}", hint)


class Sections(NamedTuple):
    """What several files hold together."""

    single: dict[str, Any]
    """By section what it holds, of those that hold one thing; the last file that has it counts."""
    entries: dict[str, dict[str, Any]]
    """By section its entries by id, of those that hold a list."""
    places: dict[tuple[str, str], tuple[Document, Location]]
    """By section and id, where the entry stands."""
    digest: str
    """A hash of the texts."""

    def problem(self, section: str, name: str, field: str, message: str, hint: str = "") -> InvalidInput:
        """The exception for a mistake in a field of an entry."""
        document, at = self.places[section, name]
        return document.problem((*at, field), f"{_called(section, {'id': name})}: {field}: {message}", hint)


def read_sections(
    paths: Iterable[Path], lists: Mapping[str, type[BaseModel]], single: Mapping[str, type[BaseModel]] | None = None
) -> Sections:
    """What files hold in sections that are lists of entries, each with an `id` of its own, or hold a single thing.

    Raises `InvalidKnowledge` naming file, line and field for the first mistake found.
    """
    digest, single = hashlib.sha256(), single or {}
    found: Sections = Sections({}, {section: {} for section in lists}, {}, "")

    def add(document: Document, section: str, raw: Any, at: Location) -> None:
        entry = document.validate(lists[section], raw, at, _called(section, raw))
        if entry.id in found.entries[section]:
            raise document.problem(at, f"{_called(section, raw)} is already defined")
        found.entries[section][entry.id] = entry
        found.places[section, entry.id] = (document, at)

    for path in paths:
        text = read_text(path, str(path), InvalidKnowledge)
        digest.update(text.encode() + b"\0")
        document = Document(str(path), text, InvalidKnowledge)
        require_sections(document, (*single, *lists))
        for section in single.keys() & document.data.keys():
            found.single[section] = document.validate(single[section], document.data[section], (section,), section)
        for section in lists:
            for raw, at in listed(document, section):
                add(document, section, raw, at)
    return found._replace(digest=f"sha256:{digest.hexdigest()}")


def _called(section: str, raw: object) -> str:
    """What messages call an entry."""
    name = raw.get("id") if isinstance(raw, dict) else None
    return f"{section.removesuffix('s')} {name!r}" if name else f"an entry of {section}"


def listed(document: Document, section: str) -> Iterator[tuple[Any, Location]]:
    """Every entry of the list at a top-level key, with its location. Raises if it isn't a list."""
    entries = document.data.get(section, [])
    if not isinstance(entries, list):
        raise document.problem((section,), f"{section}: expected a list of entries")
    for index, entry in enumerate(entries):
        yield entry, (section, index)
