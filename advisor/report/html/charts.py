"""The charts of the page. What each shows stands in a table beside it too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log2

from advisor.model.figures import percent
from advisor.report.html.svg import WIDTH, Drawing

EDGE = 8
ROW = 36
"""Height of a row: a line of letters and what is drawn below it."""
LETTERS = 44
"""A row has room for so many."""


@dataclass(frozen=True)
class Place:
    """A candidate in the ranking. Scores are points, `ranks` the shares of the draws in which it takes the first
    rank, the second, and so on as far as they are known."""

    name: str
    score: float | None
    """None where the range alone tells what to expect."""
    low: float
    high: float
    ranks: tuple[float, ...]
    feasible: bool


@dataclass(frozen=True)
class Line:
    """A number of each candidate in one respect, in the order of the legend; None where there is none."""

    name: str
    note: str
    values: tuple[float | None, ...]
    lows: tuple[float | None, ...] = ()
    highs: tuple[float | None, ...] = ()
    said: tuple[str, ...] = ()
    """The numbers in words."""


def ranking(places: Sequence[Place]) -> str:
    """Scores with the range of nine draws in ten."""
    shown = [place for place in places if place.feasible] or list(places)
    ends = [end for place in shown for end in (place.low, place.high, place.score) if end is not None]
    x = _scale(min(0, *ends), max(0, *ends))
    said = "; ".join(f"{place.name} {_points(place, ' ({})')}" for place in shown)
    made = Drawing(
        "ranking", "Points of each candidate, with the range of 90% of the draws", said, ROW * len(places) + 16
    )
    bottom = ROW * len(places)
    for number, place in enumerate(places):
        y = ROW * number
        made.line(x(0), y + 18, x(0), y + 30, "axis")
        _label(made, y, place.name, _points(place) if place.feasible else "ruled out")
        if place.feasible:
            made.interval(x(place.low), x(place.high), y + 24, f"whisker s{number % 6}")
            if place.score is not None:
                made.marker(x(place.score), y + 24, number, f"mark c{number % 6}", f"{place.name}: {place.score:+.1f}")
    made.text(x(0), bottom + 12, "0 points", "note", _anchor(x(0)))
    return made.markup()


def _points(place: Place, more: str = "") -> str:
    """The score, with the range as `more` puts it; or the range where it stands for the score."""
    over = f"{place.low:+.1f} to {place.high:+.1f}"
    return over if place.score is None else f"{place.score:+.1f}{more.format(over)}"


def shares(places: Sequence[Place]) -> str:
    """How often each candidate takes which rank, as parts of a bar."""
    several = any(len(place.ranks) > 1 for place in places)
    title = "How often each takes which rank" if several else "How often each ranks first"
    said = "; ".join(f"{p.name} {', '.join(percent(share) for share in p.ranks)}" for p in places)
    made = Drawing("shares", title, said, ROW * len(places) + 16)
    room = WIDTH - 2 * EDGE
    for number, place in enumerate(places):
        y = ROW * number
        _label(made, y, place.name, f"{percent(place.ranks[0])} first" if place.feasible else "ruled out")
        made.bar(EDGE, y + 18, room, 12, "track")
        x = float(EDGE)
        for rank, share in enumerate(place.ranks, 1):
            made.bar(
                x, y + 18, room * share, 12, f"rank r{min(rank, 4)}", f"{place.name}, rank {rank}: {percent(share)}"
            )
            if several and share >= 0.08:
                made.text(x + room * share / 2, y + 27.5, str(rank), f"inside r{min(rank, 4)}", "middle")
            x += room * share
    for share, anchor in ((0, "start"), (0.5, "middle"), (1, "end")):
        made.text(EDGE + room * share, ROW * len(places) + 12, percent(share), "note", anchor)
    return made.markup()


def contributions(names: Sequence[str], lines: Sequence[Line]) -> str:
    """What each criterion adds to each candidate's score."""
    values = [value for line in lines for value in line.values if value is not None]
    return _dots(
        "matters",
        "What each criterion adds to each candidate's points",
        names,
        lines,
        _scale(min(0.0, *values), max(0.0, *values)),
        ((0.0, "0 points"),),
    )


def speed(names: Sequence[str], lines: Sequence[Line]) -> str:
    """How many times as slow as the fastest each candidate is, on a logarithmic scale, with 95 % intervals."""
    ends = [end for line in lines for ends in (line.lows, line.highs) for end in ends if end]
    last = ceil(log2(max(ends))) or 1
    linear = _scale(min(0.0, floor(2 * log2(min(ends))) / 2), float(last))
    ticks = [(2.0**power, f"{2**power}×") for power in range(0, last + 1, ceil(last / 6))]
    return _dots(
        "speed",
        "How many times as slow as the fastest each is",
        names,
        lines,
        lambda value: linear(log2(value)),
        ticks,
    )


def _dots(
    name: str,
    title: str,
    names: Sequence[str],
    lines: Sequence[Line],
    x: Callable[[float], float],
    ticks: Sequence[tuple[float, str]],
) -> str:
    """A row a line with a marker a candidate, each on a height of its own, so that none hides another."""
    legend = 16 * ceil(len(names) / 2) + 6
    spread = 6
    # A long name gets a line of its own.
    apart = 14 if any(len(line.name) + len(line.note) > LETTERS - 2 for line in lines) else 0
    height = ROW + apart + spread * max(0, len(names) - 1)
    said = "; ".join(f"{line.name}: {', '.join(line.said)}" for line in lines)
    made = Drawing(name, title, said, legend + height * len(lines) + 16)
    for number, candidate in enumerate(names):
        left, top = EDGE + WIDTH / 2 * (number % 2), 16 * (number // 2) + 8
        made.marker(left + 4, top, number, f"mark c{number % 6}")
        made.text(left + 16, top + 4, _cut(candidate, 24), "note")
    bottom = legend + height * len(lines)
    for row, line in enumerate(lines):
        y = legend + height * row
        for value, _ in ticks:
            made.line(x(value), y + apart + 19, x(value), y + height - 6, "axis")
        _label(made, y, line.name, "" if apart else line.note)
        if apart:
            made.text(EDGE, y + 27, line.note, "note")
        for number, value in enumerate(line.values):
            if value is None:
                continue
            middle = y + apart + 24 + spread * number
            if line.lows:
                made.interval(x(line.lows[number]), x(line.highs[number]), middle, f"whisker s{number % 6}")
            made.marker(x(value), middle, number, f"mark c{number % 6}", line.said[number])
    for value, text in ticks:
        made.text(x(value), bottom + 12, text, "note", _anchor(x(value)))
    return made.markup()


def _label(made: Drawing, y: float, name: str, note: str) -> None:
    made.text(EDGE, y + 13, _cut(name, LETTERS - 2 - len(note)), "label")
    made.text(WIDTH - EDGE, y + 13, note, "value", "end")


def _scale(low: float, high: float) -> Callable[[float], float]:
    """From values to places between the edges, with room for a marker at each."""
    left, right = EDGE + 6, WIDTH - EDGE - 6
    span = high - low or 1.0
    return lambda value: left + (right - left) * (value - low) / span


def _anchor(x: float) -> str:
    return "start" if x < 40 else "end" if x > WIDTH - 40 else "middle"


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
