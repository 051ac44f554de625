"""Can every candidate win, and does every question and every option of it matter? Found by search, with witnesses.

Sets of answers are drawn at random and scored all at once by the rules, with the weights that their answers give and
nothing measured; a question matters where changing its answer alone changes which candidate has the highest score, and
an option where choosing it instead of another does. What a search finds is certain; what it doesn't find is reported.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from advisor.decision.advise import advise
from advisor.decision.value import value_model
from advisor.engine.program import compile_knowledge
from advisor.model.answer import AnswerValue, asked
from advisor.model.knowledge import Knowledge
from advisor.model.question import Question
from advisor.model.rule import Veto
from advisor.verification.defect import Defect

SETS = 12000
TRIED = 8
"""Sets of answers, of those a candidate wins by the most, for which the whole verdict is formed."""
FAR, SAME_SCORE = 1e6, 1e-9
"""A score lower than any, and a difference that rounding makes."""
AS_OF = datetime.date.min
"""Sources aren't aged here: before all of them nothing is stale."""

Masks = dict[str, NDArray[np.int64]]


class Sets:
    """Complete sets of answers as masks by fact, and who wins them."""

    def __init__(self, knowledge: Knowledge, answers: Masks) -> None:
        """`answers` has the masks of every asked fact; nothing is measured."""
        self.knowledge = knowledge
        self._program = compile_knowledge(knowledge)
        self._value = value_model(knowledge)
        self.masks: Masks = dict(answers)
        count = len(next(iter(answers.values())))
        for name, domain in self._program.domains.items():
            if domain.fact.kind == "measured":
                # Not tried, not measured: the first value of either kind of fact.
                self.masks[name] = np.ones(count, dtype=np.int64)

    @classmethod
    def random(cls, knowledge: Knowledge) -> Sets:
        """`SETS` sets drawn at random, the same ones every time, each answer as likely as the next."""
        random = np.random.default_rng(0)
        asked = {n: d for n, d in compile_knowledge(knowledge).domains.items() if d.fact.kind == "asked"}
        return cls(knowledge, {n: np.int64(1) << random.integers(0, d.size, SETS) for n, d in asked.items()})

    def scores(self, changed: Mapping[str, int] | None = None) -> NDArray[np.float64]:
        """By set and candidate, the score with the weights that the answers give; minus infinity where ruled out."""
        masks = dict(self.masks)
        count = len(next(iter(masks.values())))
        for name, cell in (changed or {}).items():
            masks[name] = np.full(count, np.int64(1) << cell)
        evaluation = self._program.run(masks)
        weights = [self._weights(evaluation.facts[criterion.importance]) for criterion in self.knowledge.criteria]
        total = np.sum(weights, axis=0)
        scores = np.zeros((count, len(self.knowledge.candidates)))
        for piece in self._value.pieces:
            scores[:, piece.candidate] += weights[piece.criterion] * piece.points * evaluation.fired[piece.rule]
        scores /= np.maximum(total, 1e-9)[:, None]
        order = {candidate.id: index for index, candidate in enumerate(self.knowledge.candidates)}
        for index, rule in enumerate(self.knowledge.rules):
            for consequence in rule.then:
                if isinstance(consequence, Veto):
                    out = np.broadcast_to(np.asarray(evaluation.fired[index]) == 1, count)
                    scores[out, order[consequence.veto]] = -np.inf
        return scores

    def _weights(self, masks: NDArray[np.int64]) -> NDArray[np.float64]:
        by_level = np.array([level.weight for level in self.knowledge.settings.importance])
        levels = np.log2(np.asarray(masks, dtype=np.float64)).astype(np.int64)
        return np.broadcast_to(by_level[levels], len(next(iter(self.masks.values()))))

    def answers(self, index: int) -> dict[str, AnswerValue]:
        """One set as answers by question."""
        found: dict[str, AnswerValue] = {}
        for question in self.knowledge.questions:
            if question.kind == "many":
                chosen = (o.value for o in question.options if self._value_of(f"{question.id}.{o.value}", index))
                found[question.id] = tuple(chosen)
            else:
                found[question.id] = self._value_of(question.id, index)
        return found

    def _value_of(self, fact: str, index: int) -> AnswerValue:
        return self._program.domains[fact].value(int(self.masks[fact][index]))


def reachable(knowledge: Knowledge) -> Iterator[Defect | None]:
    """A defect for each candidate that is recommended for none of the answers tried."""
    sets = Sets.random(knowledge)
    scores = np.maximum(sets.scores(), -FAR)
    ranked = np.sort(scores, axis=1)
    winners, margins = leaders(scores), ranked[:, -1] - ranked[:, -2]
    for index, candidate in enumerate(knowledge.candidates):
        best = sorted(np.flatnonzero(winners == 1 << index), key=lambda i: -margins[i])[:TRIED]
        if any(_is_recommended(knowledge, sets.answers(i), candidate.id) for i in best):
            yield None
        else:
            text = f"of {SETS} random sets of answers none was found for which it is recommended"
            yield Defect("never recommended", candidate.id, text)


def leaders(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """By set, a mask of the candidates with the highest score: several where they tie."""
    best = scores.max(axis=1, keepdims=True)
    return (scores >= best - SAME_SCORE) @ (1 << np.arange(scores.shape[1]))


def _is_recommended(knowledge: Knowledge, answers: Mapping[str, AnswerValue], candidate: str) -> bool:
    verdict = advise(knowledge, asked(answers), None, as_of=AS_OF).verdict
    return (verdict.kind, verdict.candidate) == ("recommended", candidate)


def pivotal(knowledge: Knowledge) -> Iterator[Defect | None]:
    """A defect for each question, and each option of one, that changed the winner for none of the answers tried."""
    sets = Sets.random(knowledge)
    domains = compile_knowledge(knowledge).domains
    for question in knowledge.questions:
        matters = False
        for name, label in _choices(question):
            cells = range(domains[name].size)
            winners = np.array([leaders(sets.scores({name: cell})) for cell in cells])
            for cell in cells:
                moves = bool((winners[cell] != winners).any())
                matters |= moves
                if question.kind in ("one", "scale"):
                    what = f"{question.id}={domains[name].label(cell)}"
                    yield None if moves else Defect("idle option", what, f"never changes the winner in {SETS} sets")
            if question.kind == "many" and not (winners[0] != winners[1]).any():
                yield Defect("idle option", label, f"never changes the winner in {SETS} sets")
        text = f"no answer to it changes the winner in {SETS} random sets of the others"
        yield None if matters else Defect("idle question", question.id, text)


def _choices(question: Question) -> list[tuple[str, str]]:
    """The facts that a question settles, each with what it is called."""
    if question.kind == "many":
        return [(f"{question.id}.{o.value}", f"{question.id}={o.value}") for o in question.options]
    return [(question.id, question.id)]
