"""The decision records of a project, in the form of MADR 4.0 (https://adr.github.io/madr/): numbered Markdown files in
one folder, each with its front matter, those of the advisor with their result beside them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from yaml import Node, ScalarNode

from advisor.errors import InvalidInput
from advisor.files import Taken, read_bytes, readable, write_together
from advisor.nodes import Malformed, parse

FOLDER = Path("docs/decisions")
"""Where MADR keeps records."""
PROPOSED = "proposed"
"""The status of a record that nobody has looked at."""
_SUPERSEDED = "superseded"
_CLOSED = (_SUPERSEDED, "deprecated", "rejected")
_NUMBERED = re.compile(r"(\d{1,6})-(?!\d\d-\d\d\b).*\.md", re.IGNORECASE)
_BYTE_ORDER = "\ufeff"
"""What some editors begin a text with."""
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_CHOSEN = re.compile(r"""^Chosen option:[ \t]*["*_`]*(.+?)["*_`]*[ \t]*(?:[,.]|$)""", re.MULTILINE)
_TITLE = re.compile(r"^# Use (.+) as the deep-learning framework[ \t]*$", re.MULTILINE)
_SLUG_LENGTH = 60
_TRIES = 100


@dataclass(frozen=True)
class Record:
    """A decision record as it lies in its folder."""

    path: Path
    status: str
    """As its front matter says; empty where it says nothing."""
    result: Path
    """The file of the result that it was made of."""
    chosen: tuple[str, ...] = ()
    """What it says is chosen, in its outcome and in its title, where these say so as the advisor does."""


@dataclass(frozen=True)
class Place:
    """Where a new record goes."""

    record: Path
    older: Path | None = None
    """The record that it takes the place of."""

    @property
    def result(self) -> Path:
        """Where its result goes, beside it."""
        return self.record.with_suffix(".json")

    @property
    def supersedes(self) -> str:
        """A link to the older record, in Markdown; empty where there is none."""
        return f"[{identifier(self.older)}](<{self.older.name}>)" if self.older else ""


def add(folder: Path, title: str, supersedes: str | None, written: Callable[[Place], tuple[str, str]]) -> Place:
    """Write a new record under the next free number of a folder, with a title as the name, `0007-some-title.md`, its
    result beside it, and the status of the one whose place it takes: all or none. `supersedes` is a record there, as
    `find` takes it; `written` gives the texts of record and result for a place. Where somebody else takes the number
    meanwhile, the next one is tried.

    Raises `InvalidInput` where the folder can't be read or has no such record, a file can't be written, or the older
    record is superseded already.
    """
    for _ in range(_TRIES):
        place = _next_place(folder, title, supersedes)
        record, result = written(place)
        texts = {place.result: result, place.record: record}
        if place.older:
            texts[place.older] = superseded(place.older, identifier(place.record))
        with suppress(Taken):
            write_together(texts, new=(place.result, place.record))
            return place
    raise InvalidInput(f"{folder}: others take every number that is free", "Try again.")


def _next_place(folder: Path, title: str, supersedes: str | None) -> Place:
    older = find(folder, supersedes) if supersedes else None
    first = max((number for number, _ in _records(folder)), default=0) + 1
    places = (Place(folder / f"{number:04d}-{_slug(title)}.md", older) for number in count(first))
    # A result comes before its record, and may have been left by one that somebody has removed.
    return next(place for place in places if not place.result.exists())


def is_superseded(status: str) -> bool:
    """Whether a status says that another record took the place of this one."""
    return status.casefold().startswith(_SUPERSEDED)


def is_closed(status: str) -> bool:
    """Whether a status says that the record no longer claims anything."""
    return status.casefold().startswith(_CLOSED)


def is_proposed(status: str) -> bool:
    """Whether a status, or that there is none, says that nobody has decided yet."""
    return status.casefold() in ("", PROPOSED)


def standing(folder: Path) -> list[tuple[Path, str]]:
    """The records of a folder that none has taken the place of, the newest first, each with its status; that is empty
    where the record says nothing or can't be read. Raises `InvalidInput` where the folder can't be."""
    found = ((path, _status_if_readable(path)) for _, path in sorted(_records(folder), reverse=True))
    return [(path, status) for path, status in found if not is_superseded(status)]


def status(path: Path) -> str:
    """The status of a record, empty where it says nothing. Raises `InvalidInput` where it can't be read."""
    return _status(path, _read(path))[0]


def find(folder: Path, wanted: str) -> Path:
    """The record of a folder that `3`, `0003`, `ADR-0003` or the name of its file means. Raises `InvalidInput`."""
    digits = re.fullmatch(r"(?:ADR-?)?0*(\d{1,6})", Path(wanted).name, re.IGNORECASE)
    named = _NUMBERED.fullmatch(Path(wanted).name)
    number = int((digits or named)[1]) if digits or named else None
    found = [path for n, path in _records(folder) if n == number and (digits or path.name == Path(wanted).name)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(path.name for _, path in _records(folder))
    hint = f"The records there are {there}." if there else "There are no records in this folder yet."
    what = "there are several records" if found else "there is no record"
    raise InvalidInput(f"{folder}: {what} {wanted!r}", hint)


def superseded(path: Path, by: str) -> str:
    """The text of a record with its status set to `superseded by …`, and not a character changed besides.

    Raises `InvalidInput` where it can't be read or is superseded already.
    """
    text = _read(path)
    before, value = _status(path, text)
    if is_superseded(before):
        raise InvalidInput(f"{path}: it is {before} already", "Supersede the record that took its place.")
    put = f'"superseded by {by}"'
    if value:
        blank = " " if value.start == value.stop else ""
        after = "\n" if text[value].endswith("\n") else ""
        return text[: value.start] + blank + put + after + text[value.stop :]
    ending = "\r\n" if "\r\n" in text else "\n"
    line = f"status: {put}{ending}"
    if front := _FRONT.match(text):
        return text[: front.start(1)] + line + text[front.start(1) :]
    mark = _BYTE_ORDER if text.startswith(_BYTE_ORDER) else ""
    return f"{mark}---{ending}{line}---{ending * 2}{text.removeprefix(mark)}"


def identifier(path: Path) -> str:
    """How other records call one, `ADR-0007`."""
    numbered = _NUMBERED.fullmatch(path.name)
    return f"ADR-{int(numbered[1]):04d}" if numbered else path.stem


def digest(result: str) -> str:
    """A hash of what a JSON document says, however it is laid out."""
    plain = json.dumps(json.loads(result), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def relative(result: Path, record: Path) -> str:
    """How a record refers to a file, from where it lies itself."""
    return Path(os.path.relpath(result.absolute(), record.absolute().parent)).as_posix()


def read_record(path: Path) -> Record:
    """A record and where its result lies; a result itself counts as a record without a status.

    Raises `InvalidInput` where it is neither, or its result is gone or isn't the one that it was made of.
    """
    text = _read(path)
    if text.lstrip().startswith("{"):
        return Record(path, "", path)
    said, _ = _status(path, text)
    made_of = _front_matter(path, text)[1].get("advisor")
    if not isinstance(made_of, dict) or not isinstance(made_of.get("result"), str):
        raise InvalidInput(
            f"{path}: its front matter names no result of the advisor",
            "It must be a record written by `advisor report RESULT --as record`.",
        )
    result = path.parent / made_of["result"]
    kept = _read(result, f"{path}: the result that it rests on, {result},")
    try:
        same = digest(kept) == made_of.get("sha256")
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise InvalidInput(
            f"{result}: it isn't the result that {path.name} was made of",
            "Put back the file that was written with the record, or write the record again.",
        )
    return Record(path, said, result, _chosen(text))


def _chosen(text: str) -> tuple[str, ...]:
    found = (match[1] for match in (_CHOSEN.search(text), _TITLE.search(text)) if match)
    said = [re.sub(r"\\(.)", r"\1", name).strip() for name in found]
    return tuple(dict.fromkeys("none" if name.lower() == "none yet" else name for name in said))


def _records(folder: Path) -> list[tuple[int, Path]]:
    with readable(f"{folder}:"):
        try:
            there = sorted(folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
    named = ((_NUMBERED.fullmatch(path.name), path) for path in there)
    return [(int(match[1]), path) for match, path in named if match]


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words if len(words) <= _SLUG_LENGTH else words[:_SLUG_LENGTH].rpartition("-")[0]


def _status(path: Path, text: str) -> tuple[str, slice | None]:
    """A record's status, and where in the text its value stands; None where there is none."""
    front = _FRONT.match(text)
    for key, value in getattr(_front_matter(path, text)[0], "value", ()):
        if key.value == "status":
            start, end = value.start_mark.index, value.end_mark.index
            # What an alias stands for is written elsewhere, and what has an anchor stands for more than the status.
            if not isinstance(value, ScalarNode) or start < key.end_mark.index or front[1][start] == "&":
                where = f"{path}:{key.start_mark.line + 2}"
                raise InvalidInput(f"{where}: the status is no plain text", "For example `status: accepted`.")
            return value.value, slice(front.start(1) + start, front.start(1) + end)
    return "", None


def _status_if_readable(path: Path) -> str:
    try:
        return status(path)
    except InvalidInput:
        return ""


def _front_matter(path: Path, text: str) -> tuple[Node | None, dict[str, Any]]:
    """The tree and the data of a record's front matter, empty where it has none."""
    front = _FRONT.match(text)
    try:
        root, data = parse(front[1] if front else "")
    except Malformed as problem:
        where, why = f"{path}:{problem.line + 1}", problem.message.removeprefix("not valid YAML: ")
        raise InvalidInput(f"{where}: the front matter is not valid YAML: {why}", problem.hint) from None
    if not isinstance(data, dict | None):
        raise InvalidInput(f"{path}:2: the front matter is not a mapping", "For example `status: accepted`.")
    return root, data or {}


def _read(path: Path, what: str = "") -> str:
    what = what or f"{path}:"
    try:
        with readable(what):
            return read_bytes(path).decode()
    except UnicodeDecodeError:
        raise InvalidInput(f"{what} is not text in UTF-8", "Check the path.") from None
