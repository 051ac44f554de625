"""An answer, with where it came from."""

from collections.abc import Mapping
from typing import Literal

from advisor.model.base import Frozen, Identifier

AnswerValue = bool | int | float | str | tuple[str, ...] | None
"""An option's value, a tuple of them for `many`, true or false, a number; None is not known."""

Origin = Literal["asked", "file", "flag", "scan", "default", "ballots", "unknown"]


class Answer(Frozen):
    """What is known about one question."""

    question: Identifier
    value: AnswerValue = None
    origin: Origin = "unknown"
    ballots: tuple[AnswerValue, ...] = ()
    """Where several people answered differently: each one's answer, and `value` is None."""


def asked(values: Mapping[str, AnswerValue]) -> dict[str, Answer]:
    """Answers given to questions, by question; None is "don't know"."""
    return {name: Answer(question=name, value=value, origin="asked") for name, value in values.items()}
