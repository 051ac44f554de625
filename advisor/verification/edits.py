"""What differs between two knowledge bases, entry by entry, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from advisor.decision.value import value_model
from advisor.model.difference import Edit
from advisor.model.knowledge import Knowledge
from advisor.model.rule import Advise, Compare, Consequence, Derive, Evidence, Rule, Veto, Warn

_ENTRIES = {
    "candidates": "candidate",
    "groups": "group of criteria",
    "criteria": "criterion",
    "questions": "question",
    "trade_offs": "trade-off",
    "probes": "probe",
    "derived": "derived fact",
    "rules": "rule",
    "sources": "source",
    "claims": "claim",
}


def edits(old: Knowledge, new: Knowledge) -> Iterator[Edit]:
    """Every constant, and every entry that results rest on, that isn't the same on both sides: constants first, and
    rules before their sources."""
    for name, before in old.settings.model_dump().items():
        after = new.settings.model_dump()[name]
        if before != after:
            yield Edit(how="changed", what="constant", id=name, details=(f"from {_words(before)} to {_words(after)}",))
    yield from _ranges(old, new)
    for section, what in _ENTRIES.items():
        before, after = ({entry.id: entry for entry in getattr(side, section)} for side in (old, new))
        for name in (*before, *(name for name in after if name not in before)):
            one, other = before.get(name), after.get(name)
            if one is None:
                yield Edit(how="added", what=what, id=name, details=_about(other))
            elif other is None:
                yield Edit(how="removed", what=what, id=name, details=_about(one))
            elif _content(one) != _content(other):
                yield Edit(how="changed", what=what, id=name, details=tuple(_changes(one, other)))
        if [name for name in before if name in after] != [name for name in after if name in before]:
            yield Edit(how="changed", what="order of", id=section.replace("_", "-"))


def _ranges(old: Knowledge, new: Knowledge) -> Iterator[Edit]:
    """Attainable ranges, which no file states: what the rules of a criterion add up to divides all of them."""
    before, after = (
        dict(zip((criterion.id for criterion in side.criteria), value_model(side).ranges, strict=True))
        for side in (old, new)
    )
    for name in before:
        if name in after and before[name] != after[name]:
            factor = before[name] / after[name]
            text = f"from {before[name]:g} to {after[name]:g}: a strength under it counts {factor:.3g} times as much"
            yield Edit(how="changed", what="attainable range", id=name, details=(text,))


def _content(entry: Any) -> dict[str, Any]:
    # Which file a rule stands in, and which overlay it came by, is nothing that it says.
    return entry.model_dump(by_alias=True, exclude_none=True, exclude={"theme", "overlay"})


def _about(entry: Any) -> tuple[str, ...]:
    return tuple(_consequence(part) for part in entry.then) if isinstance(entry, Rule) else ()


def _changes(one: Any, other: Any) -> Iterator[str]:
    before, after = _content(one), _content(other)
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) == after.get(name):
            continue
        if name == "then":
            yield from _consequences(one.then, other.then)
        elif name == "because":
            yield "its reason reads otherwise"
        elif name == "when":
            yield f"its condition: from {_words(before.get(name))} to {_words(after.get(name))}"
        else:
            yield from _values(name, before.get(name), after.get(name))


def _values(name: str, before: Any, after: Any) -> Iterator[str]:
    """A value that isn't the same; of a mapping on both sides, those in it."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        yield f"{name}: from {_words(before)} to {_words(after)}"
        return
    for part in dict.fromkeys((*before, *after)):
        if before.get(part) != after.get(part):
            yield from _values(f"{name}.{part}", before.get(part), after.get(part))


def _consequences(before: tuple[Consequence, ...], after: tuple[Consequence, ...]) -> Iterator[str]:
    strengths = {_subject(part): part.strength for part in before if isinstance(part, Evidence | Compare)}
    matched = set()
    for part in after:
        if part in before:
            continue
        subject = _subject(part) if isinstance(part, Evidence | Compare) else None
        if subject in strengths:
            matched.add(subject)
            yield f"{subject}: strength from {strengths[subject]:g} to {part.strength:g}"
        else:
            yield f"adds: {_consequence(part)}"
    for part in before:
        if part not in after and not (isinstance(part, Evidence | Compare) and _subject(part) in matched):
            yield f"drops: {_consequence(part)}"


def _subject(part: Evidence | Compare) -> str:
    what = f"evidence about {part.evidence}" if isinstance(part, Evidence) else f"comparison of {part.compare}"
    return f"{what} under {part.criterion}"


def _consequence(part: Consequence) -> str:
    match part:
        case Evidence() | Compare():
            return f"{_subject(part)}, strength {part.strength:g}"
        case Veto():
            return f"rules out {part.veto}"
        case Derive():
            return f"concludes {part.derive} = {_words(part.value)}"
        case Warn():
            return f"warns: {part.warn}"
        case Advise():
            return f"advises: {part.advise}"
    raise TypeError(f"not a consequence: {part!r}")


def _words(value: Any) -> str:
    """A value as it could be written in one line of YAML, without its quotes."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_words(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_words(part) for part in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
