"""What an overlay does to the entries below it: takes the place of one, retires a rule, or reweighs it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from advisor.knowledge.consistency import like
from advisor.knowledge.document import Document, Location
from advisor.knowledge.loaded import ENTRY_NAMES, Loaded
from advisor.model.overlay import Overlay, Retire, Reweigh
from advisor.model.rule import LEAST, STRONGEST, Compare, Evidence, Rule


def replace(document: Document, section: str, raw: dict[str, Any], location: Location, loaded: Loaded) -> None:
    """Make room for an entry marked `replaces: true`: what stood under its id goes. Raises where there is nothing."""
    if section == "rules":
        names = _named(loaded, raw["id"])
    else:
        names = [raw["id"]] if raw["id"] in loaded.entries[section] else []
    if not names:
        raise _unknown(document, location, ENTRY_NAMES[section], raw["id"], loaded.entries[section], "to replace")
    for name in names:
        if section == "rules":
            _drop_rule(name, loaded)
        del loaded.places[section, name]


def revise(document: Document, raw: Any, location: Location, loaded: Loaded, overlay: Overlay) -> Overlay:
    """Apply one entry of `changes` and give the overlay with it. Raises where the rule isn't there or the change does
    nothing to it."""
    revision: Retire | Reweigh
    if isinstance(raw, dict) and "retire" in raw:
        revision = document.validate(Retire, raw, location, "change")
        name = revision.retire
    else:
        revision = document.validate(Reweigh, raw, location, "change")
        name = revision.reweigh
    names = _named(loaded, name)
    if not names:
        raise _unknown(document, location, "rule", name, loaded.entries["rules"], "to change")
    for each in names:
        if isinstance(revision, Retire):
            _drop_rule(each, loaded)
            loaded.retired.add(each.partition("@")[0])
        else:
            rule = loaded.entries["rules"][each]
            loaded.entries["rules"][each] = _reweighed(document, rule, revision, location, overlay.name)
    return overlay.model_copy(update={"changes": (*overlay.changes, revision)})


def _named(loaded: Loaded, name: str) -> list[str]:
    """The rules that a name stands for: one, or all those written under it for several candidates."""
    return [rule.id for rule in loaded.entries["rules"].values() if name in (rule.id, rule.written)]


def _drop_rule(name: str, loaded: Loaded) -> None:
    """Take a rule out, and with it the sources that nothing else cites."""
    rule: Rule = loaded.entries["rules"].pop(name)
    loaded.orphans |= set(rule.sources)


def _reweighed(document: Document, rule: Rule, change: Reweigh, location: Location, overlay: str) -> Rule:
    weighty = [part for part in rule.then if isinstance(part, Evidence | Compare)]
    if not weighty:
        raise document.problem(location, f"change: rule {rule.id!r} has no strength that could be reweighed")
    strengths = [abs(part.strength) for part in weighty]
    problem = None
    if max(strengths) * change.by > STRONGEST:
        problem = f"at {STRONGEST / max(strengths):.3g} {rule.id!r} has a strength of {STRONGEST}, the most there is"
    elif min(strengths) * change.by < LEAST:
        problem = f"leaves {rule.id!r} a strength that says nothing; retire it instead"
    if problem:
        raise document.problem((*location, "by"), f"change: by: {problem}")
    then = tuple(
        part.model_copy(update={"strength": part.strength * change.by}) if part in weighty else part
        for part in rule.then
    )
    return rule.model_copy(update={"then": then, "overlay": overlay})


def _unknown(
    document: Document, location: Location, kind: str, name: str, known: Iterable[str], purpose: str
) -> Exception:
    written = {each.partition("@")[0] for each in known}
    return document.problem(location, f"there is no {kind} {name!r} {purpose}{like(name, written)}")
