"""The part of `advisor ask` that asks trade-offs: the most telling first, until none tells much more."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from advisor.cli.flags import say

if TYPE_CHECKING:
    from advisor.cli.typed import Typed
    from advisor.model.answer import Answer
    from advisor.model.knowledge import Knowledge
    from advisor.model.measurement import Measurements
    from advisor.model.question import Question


def ask_trade_offs(
    knowledge: Knowledge,
    answers: dict[str, Answer],
    measurements: Measurements | None,
    as_of: datetime.date,
    seed: int,
    typed: Typed,
    save: Callable[[], None],
    *,
    again: bool = False,
) -> None:
    """Ask on standard error and read what is `typed` until the answer `done`, the end of the input, or until no answer
    is expected to tell more than `LEAST` about the verdict. Answers are added to `answers` and saved as they come;
    `again` asks those answered before as well."""
    from advisor.decision.advise import telling_trade_offs
    from advisor.decision.next_trade_off import LEAST
    from advisor.model.answer import Answer

    skipped: set[str] = set()
    trail: list[Question] = []
    again_asked: Question | None = None
    known = {name: answer for name, answer in answers.items() if not (again and name in knowledge.trade_off)}
    while True:
        question = again_asked
        if question is None:
            found = telling_trade_offs(knowledge, known, measurements, as_of=as_of, seed=seed)
            left = [entry for entry in found if entry.trade_off.id not in skipped and entry.verdict >= LEAST]
            if not left:
                other = "other " if trail else ""
                say(f"\nNo {other}trade-off is expected to tell anything about who ranks first.")
                return
            question = left[0].trade_off.question()
        _show(question, len(trail) + 1)
        value = _answer(question, typed, first=not trail)
        if value == "done":
            return
        if value == "back":
            again_asked = trail.pop()
            continue
        again_asked = None
        trail.append(question)
        if value == "":
            skipped.add(question.id)
            continue
        given = Answer(question=question.id, value=question.accept(value), origin="asked")
        answers[question.id] = known[question.id] = given
        save()


def _show(question: Question, number: int) -> None:
    say(f"\n[Trade-off {number}] {question.text}")
    for place, option in enumerate(question.options, 1):
        say(f"  {place}. {option.text} ({option.value})")


def _answer(question: Question, typed: Typed, *, first: bool) -> str:
    """What was answered: an option's value, "?" for don't know, "" to skip, "back" unless it is the first, or
    "done"."""
    from advisor.cli.questions import place_in

    values = [option.value for option in question.options]
    while True:
        line = typed.line()
        word = "done" if line is None else line.lower()
        if word == "done":
            return word
        if word == "why":
            say(f"  {question.why}")
        elif word == "back":
            if not first:
                return word
            say("  This is the first.")
        elif word in ("", "?", *values):
            return word
        elif place := place_in(word, len(values)):
            return values[place - 1]
        else:
            typed.refuse(question.id, f"{word!r} is not one of: {', '.join(values)}", "press Enter to skip")
