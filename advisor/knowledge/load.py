"""Reads a folder of YAML files, and overlays on it, into `Knowledge`."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from advisor.assets import rules_dir
from advisor.errors import InvalidKnowledge
from advisor.knowledge.consistency import require_consistent
from advisor.knowledge.document import Document, Location, listed, read_text, require_sections
from advisor.knowledge.kept import keep, read_kept
from advisor.knowledge.loaded import ENTRY_NAMES, FILLED_IN, FOR_SEVERAL, SECTIONS, Loaded, written_fields
from advisor.knowledge.mistakes import unknown_field
from advisor.knowledge.revising import replace, revise
from advisor.model.criterion import Settings
from advisor.model.knowledge import Edition, Knowledge
from advisor.model.overlay import Overlay

_SINGLE = {"knowledge": Edition, "settings": Settings}
SHIPPED = "shipped"
"""What the knowledge base that ships is called where a folder could be named."""
_CANDIDATE = "{candidate}"
CHANGES = "changes"
"""The section in which an overlay retires and reweighs rules below it."""
_ALIVE: WeakValueDictionary[str, Knowledge] = WeakValueDictionary()
"""The knowledge bases in use by content hash: what is worked out from one is kept with it, and to find that again a
second one like it would have to be compared with the first in full each time."""


def load(overlays: Sequence[Path] = (), base: Path | None = None) -> Knowledge:
    """The knowledge base in `base` (the shipped one by default) with the files of each overlay folder added.

    Files that are as they were when a knowledge base in use was read from them give that one again. Raises
    `InvalidKnowledge` naming file, line and field for the first mistake found.
    """
    layers = [_Layer(None, base or rules_dir()), *(_Layer(_name(folder), folder) for folder in overlays)]
    content_hash = _content_hash(text for layer in layers for text in layer.labelled())
    if (known := _ALIVE.get(content_hash)) is None:
        known = _ALIVE[content_hash] = read_kept(content_hash) or _read(layers, content_hash, base or rules_dir())
    return known


def _read(layers: Sequence["_Layer"], content_hash: str, base: Path) -> Knowledge:
    """The knowledge base in the files of these layers, kept for the next run."""
    loaded = Loaded()
    for layer in layers:
        layer.parse(loaded)
    for section in SECTIONS:
        for layer in layers:
            layer.read(section, loaded)
    for name in _SINGLE:
        if name not in loaded.single:
            raise InvalidKnowledge(f"{base}: no file has the section {name!r}", "See rules/base.yaml.")
    knowledge = Knowledge(
        content_hash=content_hash,
        edition=loaded.single["knowledge"],
        settings=loaded.single["settings"],
        overlays=tuple(layer.done for layer in layers if layer.done),
        **{name: tuple(entries.values()) for name, entries in _entries(loaded).items()},
    )
    require_consistent(knowledge, loaded)
    keep(knowledge)
    return knowledge


def load_named(name: str, overlays: Sequence[Path] = ()) -> Knowledge:
    """The knowledge base that `shipped` or a folder stands for, with overlays on it: a folder with the section
    `knowledge`, which says its edition, is a whole base, and any other an overlay on the shipped one.

    Raises `InvalidKnowledge` naming file, line and field for the first mistake found.
    """
    if name == SHIPPED:
        return load(overlays)
    folder = Path(name)
    documents = (Document.read(path, InvalidKnowledge).data for path in _files(folder))
    if any(isinstance(data, dict) and "knowledge" in data for data in documents):
        return load(overlays, base=folder)
    return load((folder, *overlays))


class _Layer:
    """A folder of files: the base, or an overlay with the name that results call it by."""

    def __init__(self, overlay: str | None, folder: Path) -> None:
        self.overlay = overlay
        self.done = Overlay(name=overlay) if overlay else None
        self._paths = _files(folder)
        names = [f"rules/{path.name}" if folder == rules_dir() else str(path) for path in self._paths]
        self._texts = {name: read_text(p, name, InvalidKnowledge) for name, p in zip(names, self._paths, strict=True)}
        self._documents: list[Document] = []

    def labelled(self) -> Iterator[str]:
        """Its texts, each under what tells it from the same text in another place."""
        for path, text in zip(self._paths, self._texts.values(), strict=True):
            yield f"{self.overlay or ''}/{path.name}\0{text}"

    def parse(self, loaded: Loaded) -> None:
        """Parse the files and read what each may hold once."""
        self._documents = [Document(name, text, InvalidKnowledge) for name, text in self._texts.items()]
        for document in self._documents:
            _read_single(document, loaded)
            if CHANGES in document.data and not self.done:
                raise document.problem((CHANGES,), "only an overlay can change rules: here, edit them")

    def read(self, section: str, loaded: Loaded) -> None:
        """Add a section of its files to what was loaded, and with the rules what it changes in those below."""
        for document, path in zip(self._documents, self._paths, strict=True):
            for raw, at in listed(document, section):
                self._add(document, path.stem, section, raw, at, loaded)
        if section == "rules" and self.done:
            for document in self._documents:
                for raw, at in listed(document, CHANGES):
                    self.done = revise(document, raw, at, loaded, self.done)

    def _add(self, document: Document, theme: str, section: str, raw: Any, location: Location, loaded: Loaded) -> None:
        _require_named(document, section, raw, location)
        replaces = raw.get("replaces", False)
        if "replaces" in raw:
            if replaces is not True or not self.done:
                raise document.problem((*location, "replaces"), "`replaces: true` marks what an overlay puts in place")
            raw = {key: value for key, value in raw.items() if key != "replaces"}
            replace(document, section, raw, location, loaded)
        if section == "rules" and self.done:
            which = "replaced" if replaces else "added"
            self.done = self.done.model_copy(update={which: (*getattr(self.done, which), raw["id"])})
        for entry in _expanded(document, section, raw, location, loaded):
            if section == "derived":
                entry = {"kind": "derived", "ordered": True, **entry}
            elif section == "rules":
                entry = {"theme": theme, **entry} | ({"overlay": self.overlay} if self.overlay else {})
            _keep(document, section, entry, location, loaded)


def _require_named(document: Document, section: str, raw: Any, location: Location) -> None:
    """Raise unless an entry is one that can be called by a name, and leaves to the loader what that fills in."""
    if not isinstance(raw, dict) or "id" not in raw:
        raise document.problem(location, f"an entry of {section} must be a mapping with an `id`")
    if not isinstance(raw["id"], str):
        message = f"{ENTRY_NAMES[section]}: id: must be a name of lower-case letters, digits and `-`"
        raise document.problem((*location, "id"), message)
    for name in FILLED_IN.get(section, ()):
        if name in raw:
            message = f"{ENTRY_NAMES[section]} {raw['id']!r}: {name}: {unknown_field(written_fields(section))}"
            raise document.problem((*location, name), message)


def _keep(document: Document, section: str, entry: dict[str, Any], location: Location, loaded: Loaded) -> None:
    name = entry["id"]
    if (section, name) in loaded.places:
        other, where = loaded.places[section, name]
        first = f"{other.name}:{other.line(where)}"
        hint = "To put another in its place in an overlay, add `replaces: true`."
        raise document.problem(location, f"{ENTRY_NAMES[section]} {name!r} is already defined in {first}", hint)
    loaded.places[section, name] = (document, location)
    loaded.entries[section][name] = document.validate(
        SECTIONS[section], entry, location, f"{ENTRY_NAMES[section]} {name!r}", written_fields(section)
    )


def _entries(loaded: Loaded) -> dict[str, dict[str, Any]]:
    """What was loaded, without the sources that only rules cite which an overlay took out."""
    cited = {name for kind in ("rules", "claims") for entry in loaded.entries[kind].values() for name in entry.sources}
    sources = {name: s for name, s in loaded.entries["sources"].items() if name in cited or name not in loaded.orphans}
    return {**loaded.entries, "sources": sources}


def _name(folder: Path) -> str:
    return folder.resolve().name or str(folder)


def _content_hash(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\0")
    return f"sha256:{digest.hexdigest()}"


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InvalidKnowledge(f"{folder}: there is no such folder", "--rules takes a folder of YAML files.")
    found = sorted(folder.glob("*.yaml"))
    # An overlay may be about nothing but what `advisor scan` looks for.
    if not found and not (folder / "scan").is_dir():
        raise InvalidKnowledge(f"{folder}: holds no .yaml file", "--rules takes a folder of YAML files.")
    return found


def _read_single(document: Document, loaded: Loaded) -> None:
    require_sections(document, (*_SINGLE, *SECTIONS, CHANGES))
    for section, model in _SINGLE.items():
        if section in document.data:
            loaded.single[section] = document.validate(model, document.data[section], (section,), section)


def _expanded(
    document: Document, section: str, raw: dict[str, Any], location: Location, loaded: Loaded
) -> Iterator[dict[str, Any]]:
    """The entry itself, or for a rule or a property with `for` one copy a candidate with `{candidate}` filled in."""
    what = f"{ENTRY_NAMES[section]} {raw['id']!r}"
    if section not in FOR_SEVERAL or "for" not in raw:
        if unfilled := next(_to_fill(raw, ()), None):
            message = f"{what}: {'.'.join(map(str, unfilled))}: {_CANDIDATE} stands only in a rule with `for`"
            raise document.problem((*location, *unfilled), message)
        yield raw
        return
    known = list(loaded.entries["candidates"])
    wanted = known if raw["for"] == "every" else raw["for"]
    problem = None
    if not isinstance(wanted, list) or not wanted or not set(map(str, wanted)) <= set(known):
        problem = f"expected `every` or a list of {', '.join(known)}"
    elif len(set(wanted)) < len(wanted):
        problem = f"{next(name for name in wanted if wanted.count(name) > 1)} is named twice"
    if problem:
        raise document.problem((*location, "for"), f"{what}: for: {problem}")
    for candidate in wanted:
        entry = {key: value for key, value in raw.items() if key != "for"}
        yield {**_filled(entry, candidate), "id": f"{raw['id']}@{candidate}"}


def _filled(value: Any, candidate: str) -> Any:
    if isinstance(value, str):
        return value.replace(_CANDIDATE, candidate)
    if isinstance(value, list):
        return [_filled(item, candidate) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, candidate) for key, item in value.items()}
    return value


def _to_fill(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """The paths to the texts in which a candidate would be filled in."""
    if isinstance(value, str) and _CANDIDATE in value:
        yield path
    elif isinstance(value, list | dict):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _to_fill(item, (*path, key))
