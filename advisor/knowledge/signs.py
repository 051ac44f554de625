"""Reads `rules/scan/`: what in a project's files speaks for which answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from advisor.assets import rules_dir
from advisor.errors import InvalidKnowledge, did_you_mean
from advisor.knowledge.document import Sections, read_sections
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
    found = read_sections(paths, _SECTIONS, {"settings": ScanSettings})
    if "settings" not in found.single:
        raise InvalidKnowledge(f"{folders[0]}: no file has the section 'settings'", "See rules/scan/settings.yaml.")
    made = Signs(
        settings=found.single["settings"],
        formats=tuple(found.entries["formats"].values()),
        signs=tuple(_checked(sign, knowledge, found) for sign in found.entries["signs"].values()),
    )
    return made, found.digest


def _checked(sign: Sign, knowledge: Knowledge, found: Sections) -> Sign:
    """The sign with its value as the question takes it. Raises where the question, a format or another sign isn't
    there, or the question has no such answer."""
    formats, signs = found.entries["formats"], found.entries["signs"]

    def wrong(field: str, message: str, hint: str = "") -> Exception:
        return found.problem("signs", sign.id, field, message, hint)

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
