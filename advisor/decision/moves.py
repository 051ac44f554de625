"""Changes of answers: the smallest steps they consist of, how plausible each is, and sets of them, cheapest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, combinations_with_replacement, product
from typing import Any, NamedTuple

import numpy as np

from advisor.decision.beliefs import Beliefs, setting
from advisor.engine.program import Program
from advisor.model.answer import Answer, AnswerValue
from advisor.model.figures import unfractioned
from advisor.model.knowledge import Knowledge
from advisor.model.question import Question
from advisor.model.recommendation import Change

MOST_MOVES = 3
"""No set of changes has more."""


class Move(NamedTuple):
    """The smallest change of an answer: another answer, or one option of a list more or less."""

    question: str
    value: AnswerValue
    """The new answer; of a list that is left empty, the empty one."""
    option: str | None
    """Of a list: the option that is added or taken out."""
    cost: int
    """How implausible it is; see `moves`."""


Moves = tuple[Move, ...]
"""A set of moves, in the order of the interview."""


def moves(knowledge: Knowledge, program: Program, answers: Iterable[Answer]) -> Moves:
    """Every move from the answers given, one a question, in the order of the interview.

    Its cost is the distance, and one more if the answer was given by somebody rather than proposed by the machine:
    - on a scale the distance is in levels, of numbers in cells that rules tell apart, of a list it is 1 an option, and
      of any other answer 2;
    - answering an open question costs 1 where no answer to it is usual or where it is the usual one, otherwise 2.
    """
    found: list[Move] = []
    for answer in answers:
        question = knowledge.question[answer.question]
        found += _from_open(question, program, answer) if answer.value is None else _from(question, program, answer)
    return tuple(found)


def _from(question: Question, program: Program, answer: Answer) -> Iterator[Move]:
    given = int(answer.origin != "default")
    value = answer.value
    match question.kind:
        case "many":
            yield from (Move(question.id, value, option.value, given + 1) for option in question.options)
        case "number":
            domain = program.domains[question.id]
            here = domain.index(value)
            for cell in range(domain.size):
                if cell != here:
                    yield Move(question.id, unfractioned(domain.nearest(cell, value)), None, given + abs(cell - here))
        case _:
            values = question.choices
            for place, other in enumerate(values):
                if other != value:
                    distance = abs(place - values.index(value)) if question.kind == "scale" else 2
                    yield Move(question.id, other, None, given + distance)


def _from_open(question: Question, program: Program, answer: Answer) -> Iterator[Move]:
    likely = set(answer.ballots) or ({question.usual} if question.usual is not None else set())

    def cost(value: AnswerValue) -> int:
        return 1 if not likely or value in likely else 2

    match question.kind:
        case "many":
            yield Move(question.id, (), None, cost(()))
            for option in question.options:
                yield Move(question.id, (), option.value, cost((option.value,)))
        case "number":
            domain = program.domains[question.id]
            cells = {domain.index(value): 1 for value in likely if value is not None}
            for cell in range(domain.size):
                number = unfractioned(domain.representative(cell))
                yield Move(question.id, number, None, 1 if not likely else cells.get(cell, 2))
        case _:
            yield from (Move(question.id, value, None, cost(value)) for value in question.choices)


def sets_by_cost(available: Sequence[Move]) -> Iterator[tuple[int, Moves]]:
    """Every set of at most `MOST_MOVES` moves that can be made together, with its cost: cheapest first, of those with
    the same cost the smallest first, and otherwise in the order of the interview. They are made as they are asked
    for."""
    by_cost: dict[int, list[int]] = {}
    for index, move in enumerate(available):
        by_cost.setdefault(move.cost, []).append(index)
    costs = sorted(by_cost)
    for total in range(min(costs, default=1), MOST_MOVES * max(costs, default=0) + 1):
        for size in range(1, MOST_MOVES + 1):
            for classes in combinations_with_replacement(costs, size):
                if sum(classes) != total:
                    continue
                choices = [combinations(by_cost[cost], number) for cost, number in Counter(classes).items()]
                for chosen in product(*choices):
                    together = tuple(available[index] for index in sorted(index for part in chosen for index in part))
                    if compatible(together):
                        yield total, together


def compatible(together: Moves) -> bool:
    """Whether moves can be made together: of one question several only if each changes another option of a list."""
    seen: dict[str, bool] = {}
    for move in together:
        if move.question in seen and not (seen[move.question] and move.option is not None):
            return False
        seen[move.question] = move.option is not None
    return True


def parts(together: Moves) -> Iterator[Moves]:
    """Every smaller set of the same moves, but the empty one."""
    for size in range(1, len(together)):
        yield from combinations(together, size)


def values_after(knowledge: Knowledge, together: Moves) -> dict[str, AnswerValue]:
    """The new answers by question."""
    values: dict[str, AnswerValue] = {}
    for move in together:
        value = values.get(move.question, move.value)
        if move.option is not None:
            chosen = set(value or ()) ^ {move.option}
            value = tuple(o.value for o in knowledge.question[move.question].options if o.value in chosen)
        values[move.question] = value
    return values


def changes_of(knowledge: Knowledge, answers: Iterable[Answer], together: Moves) -> tuple[Change, ...]:
    """The moves as changes of answers, one a question."""
    before = {answer.question: answer.value for answer in answers}
    return tuple(
        Change(question=question, before=before[question], after=value)
        for question, value in values_after(knowledge, together).items()
    )


def masks_after(knowledge: Knowledge, program: Program, together: Moves) -> dict[str, int]:
    """The masks of the facts that the new answers settle."""
    masks: dict[str, int] = {}
    for question, value in values_after(knowledge, together).items():
        masks.update(setting(knowledge.question[question], program, value))
    return masks


def beliefs_after(beliefs: Beliefs, masks: Mapping[str, int], together: Moves) -> Beliefs:
    """What is known once the moves are made; `masks` as `masks_after` gives them."""
    answered = {move.question for move in together}
    return Beliefs({**beliefs.known, **masks}, tuple(entry for entry in beliefs.open if entry.question not in answered))


def stacked(known: Mapping[str, int], changed: Sequence[Mapping[str, int]]) -> dict[str, Any]:
    """Masks of all base facts for many sets of moves at once: arrays over the sets for the facts that any of them
    changes; `changed` has what `masks_after` gives of each."""
    varying = {fact for masks in changed for fact in masks}
    return {**known, **{f: np.array([m.get(f, known[f]) for m in changed], dtype=np.int64) for f in varying}}
