"""The difference of two knowledge bases as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from advisor.model.difference import KnowledgeDifference, Region, Side
from advisor.model.recommendation import VerdictKind

_WIDTH = 100


def render_difference(found: KnowledgeDifference) -> str:
    """The edits in words, then what they amount to."""
    return "\n".join([*_edits(found), "", *_outcome(found), *(line for r in found.regions for line in _region(r))])


def _edits(found: KnowledgeDifference) -> Iterator[str]:
    yield f"From {found.old} to {found.new}:"
    if not found.edits:
        yield "  nothing that results rest on reads otherwise"
    for edit in found.edits:
        yield f"  {edit.how} {edit.what} {edit.id}"
        for detail in edit.details:
            yield from _wrapped(detail, "    ")


def _outcome(found: KnowledgeDifference) -> Iterator[str]:
    if found.outcome == "proven-same":
        yield from _wrapped(f"The verdict never changes. Proven: {found.because}.")
        return
    tried = f"{found.sets:,} random complete sets of answers"
    if found.outcome == "none-found":
        yield from _wrapped(f"No answers were found for which the verdict changes. Not proven: {found.because}.")
        yield from _wrapped(f"Of {tried}, some first-rank share changes in {found.touched:.2%}.")
        return
    yield from _wrapped(f"The verdict changes for some answers. {found.because[0].upper()}{found.because[1:]}.")
    yield from _wrapped(
        f"Of {tried} it does in {found.changing:.2%}, and some first-rank share in {found.touched:.2%}."
    )
    yield from _wrapped(f"These regions hold {found.covered:.0%} of the sets found whose verdict changes:")


def _region(region: Region) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"- {region.text}", "", "  ")
    shifts = "; ".join(
        f"{_standing(shift.kind_before, shift.before)} → {_standing(shift.kind_after, shift.after)} ({shift.share:.0%})"
        for shift in region.shifts[:3]
    )
    yield from _wrapped(
        f"{region.share:.3g} of all sets of answers, of which the verdict changes in {region.changing:.0%}: {shifts}",
        "  ",
    )
    answers = ", ".join(f"{name}: {_value(value)}" for name, value in region.witness.items())
    yield from _wrapped(f"for example {{{answers}}}", "  ", "    ")
    yield f"    before: {_side(region.before)}"
    yield f"    after:  {_side(region.after)}"


def _standing(kind: VerdictKind | None, leaders: tuple[str, ...]) -> str:
    return " ".join(filter(None, (kind, *leaders)))


def _side(side: Side) -> str:
    if side.leader is None:
        return side.kind
    return f"{side.kind}, {side.leader} first in {side.confidence:.0%} of the draws"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
        break_long_words=False,
    )
