"""Reads `rules/scan/`: what in a project's files speaks for which answer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from advisor.assets import rules_dir
from advisor.errors import InvalidKnowledge, did_you_mean
from advisor.knowledge.document import Document, Location, each
from advisor.model.base import Frozen
from advisor.model.knowledge import Knowledge
from advisor.model.question import Question
from advisor.model.sign import Format, ScanSettings, Sign, Signs

_SECTIONS: dict[str, type[Frozen]] = {"formats": Format, "signs": Sign}


def load_signs(knowledge: Knowledge, overlays: Sequence[Path] = ()) -> tuple[Signs, str]:
    """The signs in `rules/scan/` and in the folder `scan` of each overlay, and a hash of their texts.

    Raises `InvalidKnowledge` naming file, line and field for the first mistake found.
    """
    folders = [rules_dir() / "scan", *(folder / "scan" for folder in overlays if (folder / "scan").is_dir())]
    paths = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    digest = hashlib.sha256()
    entries: dict[str, dict[str, Frozen]] = {name: {} for name in _SECTIONS}
    places: dict[str, tuple[Document, Location]] = {}
    settings: ScanSettings | None = None
    for path in paths:
        document = Document.read(path, InvalidKnowledge)
        digest.update(path.read_bytes() + b"\0")
        _require_sections(document)
        if "settings" in document.data:
            settings = document.validate(ScanSettings, document.data["settings"], ("settings",), "settings")
        for section, model in _SECTIONS.items():

            def add(raw, at, document=document, section=section, model=model):
                entry = document.validate(model, raw, at, _named(section, raw))
                if entry.id in entries[section]:
                    raise document.problem(at, f"{_named(section, raw)} is already defined")
                entries[section][entry.id] = entry
                if isinstance(entry, Sign):
                    places[entry.id] = (document, at)

            each(document, section, add)
    if settings is None:
        raise InvalidKnowledge(f"{folders[0]}: no file has the section 'settings'", "See rules/scan/settings.yaml.")
    signs = [_checked(sign, knowledge, entries, *places[sign.id]) for sign in entries["signs"].values()]
    made = Signs(settings=settings, formats=tuple(entries["formats"].values()), signs=tuple(signs))
    return made, f"sha256:{digest.hexdigest()}"


def _named(section: str, raw: object) -> str:
    name = raw.get("id") if isinstance(raw, dict) else None
    return f"{section.removesuffix('s')} {name!r}" if name else f"an entry of {section}"


def _require_sections(document: Document) -> None:
    known = ("settings", *_SECTIONS)
    if not isinstance(document.data, dict):
        raise document.problem((), "expected a mapping of sections", f"The sections are {', '.join(known)}.")
    for section in document.data:
        if section not in known:
            raise document.problem((section,), f"unknown section {section!r}", f"The sections are {', '.join(known)}.")


def _checked(
    sign: Sign, knowledge: Knowledge, entries: dict[str, dict[str, Frozen]], document: Document, at: Location
) -> Sign:
    """The sign with its value as the question takes it. Raises where the question, a format or another sign isn't
    there, or the question has no such answer."""
    formats, signs = entries["formats"], entries["signs"]

    def wrong(field: str, message: str, hint: str = "") -> Exception:
        return document.problem((*at, field), f"sign {sign.id!r}: {field}: {message}", hint)

    question = knowledge.question.get(sign.question)
    if question is None:
        hint = did_you_mean(sign.question, knowledge.question, "`advisor rules questions` lists them.")
        raise wrong("question", f"there is no question {sign.question!r}", hint)
    for name in sign.formats:
        if name not in formats:
            raise wrong("formats", f"there is no format {name!r}", f"There are {', '.join(formats)}.")
    for field in ("unless", "borne_out_by"):
        for name in getattr(sign, field):
            if name not in signs:
                raise wrong(field, f"there is no sign {name!r}")
    if sign.capture and question.kind != "number":
        raise wrong("capture", f"{question.id} is not a number")
    if sign.value is None:
        return sign
    try:
        return sign.model_copy(update={"value": _single(question, sign.value)})
    except ValueError as problem:
        raise wrong("value", str(problem)) from None


def _single(question: Question, value: object) -> object:
    """A value as the question takes it; of a question with several answers, one of them."""
    if question.kind != "many":
        return question.accept(value)
    chosen = question.accept(value)
    if not isinstance(chosen, tuple) or len(chosen) != 1:
        raise ValueError(f"{value!r} is not one of: {', '.join(option.value for option in question.options)}")
    return chosen[0]
