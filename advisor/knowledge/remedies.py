"""Reads `rules/doctor/`: what the doctor knows."""

from advisor.assets import rules_dir
from advisor.errors import InvalidKnowledge
from advisor.knowledge.document import Document, each
from advisor.model.base import Frozen
from advisor.model.knowledge import Knowledge
from advisor.model.remedies import Cuda, Install, Pythons, Remedies, Remedy
from advisor.model.source import Source

_SECTIONS: dict[str, type[Frozen]] = {
    "cuda": Cuda,
    "pythons": Pythons,
    "installs": Install,
    "findings": Remedy,
    "sources": Source,
}


def load_remedies(knowledge: Knowledge) -> Remedies:
    """The doctor's knowledge, whose entries may cite the sources of `knowledge` too.

    Raises `InvalidKnowledge` naming file, line and field for the first mistake found.
    """
    entries: dict[str, dict[str, Frozen]] = {section: {} for section in _SECTIONS}
    known = {source.id: source for source in knowledge.sources}
    documents = [Document.read(path, InvalidKnowledge) for path in sorted((rules_dir() / "doctor").glob("*.yaml"))]
    places: list[tuple[Document, tuple[str | int, ...], Frozen]] = []
    for document in documents:
        for section, model in _SECTIONS.items():

            def add(raw, at, document=document, section=section, model=model):
                entry = document.validate(model, raw, at, section)
                if entry.id in entries[section] or (section == "sources" and entry.id in known):
                    raise document.problem(at, f"{section}: {entry.id!r} is already defined")
                entries[section][entry.id] = entry
                places.append((document, at, entry))

            each(document, section, add)
    known |= entries["sources"]
    for document, at, entry in places:
        for source in getattr(entry, "sources", ()):
            if source not in known:
                raise document.problem((*at, "sources"), f"{entry.id}: there is no source {source!r}")
    made = {section: tuple(found.values()) for section, found in entries.items()}
    return Remedies(**{**made, "sources": tuple(known.values())})
