"""Reads `rules/doctor/`: what the doctor knows."""

from advisor.assets import rules_dir
from advisor.knowledge.document import read_sections
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
    found = read_sections(sorted((rules_dir() / "doctor").glob("*.yaml")), _SECTIONS)
    known = {source.id: source for source in knowledge.sources}
    for name, source in found.entries["sources"].items():
        if name in known:
            raise found.problem("sources", name, "id", "the rules have a source of this name")
        known[name] = source
    for section, name in found.places:
        for source in getattr(found.entries[section][name], "sources", ()):
            if source not in known:
                raise found.problem(section, name, "sources", f"there is no source {source!r}")
    made = {section: tuple(entries.values()) for section, entries in found.entries.items()}
    return Remedies(**{**made, "sources": tuple(known.values())})
