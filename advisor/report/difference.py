"""The difference of two knowledge bases as text."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator

from advisor.model.difference import KnowledgeDifference, Region, Side
from advisor.model.figures import percent
from advisor.model.recommendation import VerdictKind
from advisor.report.words import KINDS

_WIDEST = 100
_SHOWN = 5
"""Of what reads otherwise but isn't compared."""
_SHIFTS = 3
"""Of the ways in which verdicts of a region change."""


def render_difference(found: KnowledgeDifference, width: int | None = None) -> str:
    """The edits in words, then what they amount to. `width` None is that of the terminal, up to 100."""
    return "\n".join(_Page(width or min(_WIDEST, shutil.get_terminal_size().columns)).lines(found))


class _Page:
    def __init__(self, width: int) -> None:
        self._width = width

    def lines(self, found: KnowledgeDifference) -> Iterator[str]:
        yield from self._edits(found)
        yield ""
        yield from self._outcome(found)
        yield from self._reservations(found)
        if found.regions:
            yield from self._regions(found)

    def _edits(self, found: KnowledgeDifference) -> Iterator[str]:
        yield f"From {found.old} to {found.new}:"
        if not found.edits:
            yield "  nothing that results rest on reads otherwise"
        for edit in found.edits:
            yield f"  {edit.how} {edit.what} {edit.id}"
            for detail in edit.details:
                yield from self._wrapped(detail, "    ")

    def _outcome(self, found: KnowledgeDifference) -> Iterator[str]:
        because = f"{found.because[0].upper()}{found.because[1:]}"
        if found.outcome in ("proven-same", "proven-in-part"):
            never = "never changes" if found.outcome == "proven-same" else "stays the same, but for what is named below"
            yield from self._wrapped(f"The verdict {never}. Proven for {found.scope}: {found.because}.")
            return
        drawn = f"{found.sets:,} sets of answers drawn at random"
        touched = f"some first-rank share changes for {_percent(found.touched)}"
        if found.regions:
            changing = f"for {_percent(found.changing)} of {drawn}"
            yield from self._wrapped(f"The verdict changes for some answers: {changing}; {touched}.")
        else:
            yield from self._wrapped("No answers were found for which the verdict changes, which proves nothing.")
            yield from self._wrapped(f"Of {drawn}, {touched}.")
        yield from self._wrapped(f"Compared were {found.scope}. {because}.")

    def _reservations(self, found: KnowledgeDifference) -> Iterator[str]:
        if not found.reservations:
            return
        yield ""
        yield "Not covered by that, and different on the two sides:"
        for each in found.reservations[:_SHOWN]:
            yield from self._wrapped(f"- {each.text}", "  ", "    ")
        if (more := len(found.reservations) - _SHOWN) > 0:
            yield f"  - and {more} more, which --json names"

    def _regions(self, found: KnowledgeDifference) -> Iterator[str]:
        yield ""
        hold = f"hold {_percent(found.covered)} of the changes found"
        if any(region.changing >= 0.5 for region in found.regions):
            yield from self._wrapped(f"Where it changes; these regions {hold}:")
        else:
            yield from self._wrapped("No region was found in which it changes for most answers.")
            yield from self._wrapped(f"In these it does more often than elsewhere; they {hold}:")
        for number, region in enumerate(found.regions, 1):
            yield ""
            yield from self._region(f"{number}. ", region, found.changing)
        yield ""
        yield from self._wrapped("`--json` has the complete answers of each example.")

    def _region(self, mark: str, region: Region, overall: float) -> Iterator[str]:
        yield from self._wrapped(f"{mark}{region.text}", "", "   ")
        changing = f"{_often(region.changing)}, against {_percent(overall)} of all"
        yield from self._wrapped(
            f"{_percent(region.share)} of all sets of answers. The verdict changes for {changing}:", "   "
        )
        for shift in region.shifts[:_SHIFTS]:
            before, after = (
                _standing(kind, *leaders)
                for kind, leaders in ((shift.kind_before, shift.before), (shift.kind_after, shift.after))
            )
            yield from self._wrapped(f"{_percent(shift.share):>4}  {before} → {after}", "     ", " " * 11)
        if more := region.shifts[_SHIFTS:]:
            yield f"     {_percent(sum(shift.share for shift in more)):>4}  otherwise"
        yield from self._wrapped(f"Example: {_side(region.before)} → {_side(region.after)}", "   ", "     ")

    def _wrapped(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        return textwrap.wrap(
            text,
            self._width,
            initial_indent=first,
            subsequent_indent=first if rest is None else rest,
            break_on_hyphens=False,
            break_long_words=False,
        )


def _often(share: float) -> str:
    """How many of a region's sets, such that nobody takes few for most."""
    return f"{_percent(share)} of these" if share >= 0.5 else f"one in {1 / share:.0f} of these ({_percent(share)})"


def _percent(share: float) -> str:
    """To about two digits."""
    return percent(share, 0 if share in (0, 1) or share >= 0.1 else 1 if share >= 0.01 else 2)


def _standing(kind: VerdictKind | None, leader: str | None = None, often: str = "") -> str:
    """A verdict and who ranks first, `often` saying how often it does."""
    if kind == "recommended":
        return f"{leader} recommended" + (f", first {often}" if often else "")
    if leader is None:
        return KINDS[kind] if kind else "nobody first"
    return ", ".join(filter(None, (KINDS.get(kind or ""), f"{leader} first {often}".rstrip())))


def _side(side: Side) -> str:
    return _standing(side.kind, side.leader, f"in {_percent(side.confidence)} of the draws")
