"""Questions as lines of text, and lines that were typed as answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.model.answer import AnswerValue
    from advisor.model.question import Question
    from advisor.report.words import Words


def lines_of_question(question: Question) -> list[str]:
    """A question with what may be answered."""
    return [f"{question.theme}: {question.text}", *_choices(question)]


def lines_of_list(
    questions: Sequence[Question], shown: Mapping[str, AnswerValue], words: Words, given: Collection[str]
) -> list[str]:
    """Questions with the answers that are shown for them; those `given` are the user's own."""
    from advisor.report.words import USUAL_ANSWERS

    rows = [
        f"  {number}. {question.text} {words.like(question, shown[question.id])}"
        + (" (your answer)" if question.id in given else "")
        for number, question in enumerate(questions, 1)
    ]
    return [
        USUAL_ANSWERS,
        *rows,
        "  numbers with commas, Enter: all as shown, ?2 explains the second, skip leaves all open",
    ]


def explained(question: Question, number: int) -> list[str]:
    """What one question of a list is about, and what may be answered."""
    return [f"  {number}. {question.text} {question.why}", *(f"  {line}" for line in _choices(question))]


def named(question: Question, line: str) -> str:
    """What was typed, with the numbers of options replaced by their names."""
    if not question.options:
        return line
    names = [part.strip() for part in line.split(",")]
    places = [(name, place_in(name, len(question.options))) for name in names]
    return ",".join(question.options[place - 1].value if place else name for name, place in places)


def numbers(line: str, count: int) -> list[int]:
    """The numbers that were typed, with commas or spaces between them; none for an empty line or `none`. Raises
    `ValueError` for what is no number from 1 to `count`."""
    found = [] if line.lower() == "none" else line.replace(",", " ").split()
    places = []
    for word in found:
        place = place_in(word, count)
        if place is None:
            raise ValueError(f"{word!r} is not a number from 1 to {count}")
        places.append(place)
    return places


def place_in(word: str, count: int) -> int | None:
    """The number from 1 to `count` that was typed; None for anything else, however long it is."""
    return {str(place): place for place in range(1, count + 1)}.get(word.lstrip("0"))


def _choices(question: Question) -> list[str]:
    lines = [
        f"  {number}. {option.text} ({option.value})" + (f" - {option.help}" if option.help else "")
        for number, option in enumerate(question.options, 1)
    ]
    match question.kind:
        case "number":
            lines.append(f"  {question.span} {question.unit}".rstrip())
        case "yes-no":
            lines.append("  yes or no")
        case "many":
            lines.append("  several with commas, or none")
    return lines
