"""Reads a folder of YAML files, and overlays on it, into `Knowledge`."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from advisor.assets import rules_dir
from advisor.errors import InvalidKnowledge
from advisor.knowledge.consistency import require_consistent
from advisor.knowledge.document import Document, Location, each, read_text
from advisor.knowledge.kept import keep, read_kept
from advisor.knowledge.loaded import ENTRY_NAMES, SECTIONS, Loaded
from advisor.model.criterion import Settings
from advisor.model.knowledge import Edition, Knowledge

_SINGLE = {"knowledge": Edition, "settings": Settings}


def load(overlays: Sequence[Path] = (), base: Path | None = None) -> Knowledge:
    """The knowledge base in `base` (the shipped one by default) with the files of each overlay folder added.

    Raises `InvalidKnowledge` naming file, line and field for the first mistake found.
    """
    files = [
        (f"rules/{path.name}" if folder == rules_dir() else str(path), path)
        for folder in (base or rules_dir(), *overlays)
        for path in _files(folder)
    ]
    texts = [read_text(path, name, InvalidKnowledge) for name, path in files]
    content_hash = _content_hash(path.name + "\0" + text for (_, path), text in zip(files, texts, strict=True))
    if kept := read_kept(content_hash):
        return kept
    loaded = Loaded()
    documents = []
    for (name, path), text in zip(files, texts, strict=True):
        documents.append((Document(name, text, InvalidKnowledge), path.stem))
        _read_single(documents[-1][0], loaded)
    for section in SECTIONS:
        for document, theme in documents:
            each(document, section, lambda raw, at, d=document, t=theme, s=section: _add(d, t, s, raw, at, loaded))
    for name in _SINGLE:
        if name not in loaded.single:
            raise InvalidKnowledge(f"{base or rules_dir()}: no file has the section {name!r}", "See rules/base.yaml.")
    knowledge = Knowledge(
        content_hash=content_hash,
        edition=loaded.single["knowledge"],
        settings=loaded.single["settings"],
        **{name: tuple(entries.values()) for name, entries in loaded.entries.items()},
    )
    require_consistent(knowledge, loaded)
    keep(knowledge)
    return knowledge


def _content_hash(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\0")
    return f"sha256:{digest.hexdigest()}"


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InvalidKnowledge(f"{folder}: there is no such folder", "--rules takes a folder of YAML files.")
    found = sorted(folder.glob("*.yaml"))
    if not found:
        raise InvalidKnowledge(f"{folder}: holds no .yaml file", "--rules takes a folder of YAML files.")
    return found


def _read_single(document: Document, loaded: Loaded) -> None:
    if not isinstance(document.data, dict):
        raise document.problem((), "expected a mapping of sections", f"The sections are {_section_names()}.")
    for section in document.data:
        if section not in SECTIONS and section not in _SINGLE:
            raise document.problem((section,), f"unknown section {section!r}", f"The sections are {_section_names()}.")
    for section, model in _SINGLE.items():
        if section in document.data:
            loaded.single[section] = document.validate(model, document.data[section], (section,), section)


def _add(document: Document, theme: str, section: str, raw: Any, location: Location, loaded: Loaded) -> None:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise document.problem(location, f"an entry of {section} must be a mapping with an `id`")
    for entry in _expanded(document, section, raw, location, loaded):
        if section == "derived":
            entry = {"kind": "derived", "ordered": True, **entry}
        elif section == "rules":
            entry = {"theme": theme, **entry}
        name = entry["id"]
        if (section, name) in loaded.places:
            other, where = loaded.places[section, name]
            first = f"{other.name}:{other.line(where)}"
            raise document.problem(location, f"{ENTRY_NAMES[section]} {name!r} is already defined in {first}")
        what = f"{ENTRY_NAMES[section]} {name!r}"
        loaded.places[section, name] = (document, location)
        loaded.entries[section][name] = document.validate(SECTIONS[section], entry, location, what)


def _expanded(
    document: Document, section: str, raw: dict[str, Any], location: Location, loaded: Loaded
) -> Iterator[dict[str, Any]]:
    """The entry itself, or for a rule with `for` one copy a candidate with `{candidate}` filled in."""
    if section != "rules" or "for" not in raw:
        yield raw
        return
    known = list(loaded.entries["candidates"])
    wanted = known if raw["for"] == "every" else raw["for"]
    if not isinstance(wanted, list) or not set(map(str, wanted)) <= set(known):
        raise document.problem(
            (*location, "for"), f"rule {raw['id']!r}: for: expected `every` or a list of {', '.join(known)}"
        )
    for candidate in wanted:
        entry = {key: value for key, value in raw.items() if key != "for"}
        yield {**_filled(entry, candidate), "id": f"{raw['id']}@{candidate}"}


def _filled(value: Any, candidate: str) -> Any:
    if isinstance(value, str):
        return value.replace("{candidate}", candidate)
    if isinstance(value, list):
        return [_filled(item, candidate) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, candidate) for key, item in value.items()}
    return value


def _section_names() -> str:
    return ", ".join((*_SINGLE, *SECTIONS))
