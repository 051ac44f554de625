"""The way through the questions, kept with the answers, so that an interview that broke off goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import NonNegativeInt

from advisor.model.base import Frozen
from advisor.model.question import Question

_BEGINS = "# Shown so far: "


class Way(Frozen):
    """What was shown and what was passed over, by the ids of the questions."""

    shown: tuple[tuple[str, ...], ...] = ()
    """One after the other: a question by itself, or several in a list."""
    place: NonNegativeInt = 0
    """Which of these is on the screen, from 0."""
    skipped: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    """Questions that were said to differ from their usual answers."""


def written_way(way: Way) -> str:
    """A way as a line that is a comment in a file of answers; empty where nothing was shown."""
    return f"{_BEGINS}{way.model_dump_json()}\n" if way.shown else ""


def read_way(text: str, questions: Mapping[str, Question]) -> Way:
    """The way in the text of a file of answers, as far as these are still the questions; an empty one where there is
    none that can be read."""
    line = next((line for line in text.splitlines() if line.startswith(_BEGINS)), _BEGINS)
    try:
        way = Way.model_validate_json(line.removeprefix(_BEGINS))
    except ValueError:
        return Way()
    shown, place = [], 0
    for number, together in enumerate(way.shown):
        left = tuple(name for name in dict.fromkeys(together) if name in questions)
        # A list has usual answers.
        if len(left) == 1 or (left and all(questions[name].usual is not None for name in left)):
            shown.append(left)
            place += number < way.place
    return Way(
        shown=tuple(shown),
        place=max(0, min(place, len(shown) - 1)),
        skipped=tuple(name for name in way.skipped if name in questions),
        differing=tuple(name for name in way.differing if name in questions),
    )
