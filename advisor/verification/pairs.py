"""Complete answer sets that two knowledge bases can both be asked, and their verdicts on either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.decision.assess import Model
from advisor.decision.beliefs import believe, resolve
from advisor.decision.foresee import Effort, judged, near_threshold
from advisor.decision.modelling import model_of
from advisor.engine.domain import Domain
from advisor.engine.program import compile_knowledge
from advisor.errors import InvalidInput
from advisor.model.answer import AnswerValue
from advisor.model.base import Scalar
from advisor.model.knowledge import Knowledge
from advisor.model.question import Question
from advisor.model.recommendation import VerdictKind
from advisor.verification.reach import AS_OF
from advisor.verification.sameness import finer, numbers

Choice = NDArray[np.int64]
"""By answer set, the index of a fact's value."""
SAME_SHARE = 1e-9
"""By how much shares may differ and still be the same, so that rounding changes nothing."""


COARSE, FINE = 256, 2048
"""Draws for each set, and where a share changes and the leader's lies near the threshold."""


class Standing(NamedTuple):
    """A verdict and who ranks first most often."""

    kind: VerdictKind
    leader: str | None


class Judged(NamedTuple):
    """The verdicts on some answer sets, as places in `Pair.standings`."""

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    touched: NDArray[np.bool_]
    """Whether any first-rank share changes."""
    changed: NDArray[np.bool_]
    """Whether the verdict does: its kind, or who is recommended."""


class Pair:
    """Two knowledge bases, and the values that answers may have on both sides: for a number one of every cell that
    the rules of either side can tell apart, and for an option that only one side offers none."""

    def __init__(self, old: Knowledge, new: Knowledge) -> None:
        """Raises `InvalidInput` where a question takes no answer on both sides."""
        self.sides = (old, new)
        self.candidates = list(dict.fromkeys(candidate.id for side in self.sides for candidate in side.candidates))
        self.questions: dict[str, Question] = {**old.question, **new.question}
        """The questions of both sides by id; where they differ, as the new side has them."""
        self._options = {
            name: list(
                dict.fromkeys(
                    o.value for side in self.sides if name in side.question for o in side.question[name].options
                )
            )
            for name, question in self.questions.items()
            if question.kind == "many"
        }
        self._domains = [
            {name: domain for name, domain in compile_knowledge(side).domains.items() if domain.fact.kind == "asked"}
            for side in self.sides
        ]
        self.standings: list[Standing] = [
            *(Standing("recommended", name) for name in self.candidates),
            *(Standing("too-close", name) for name in self.candidates),
            Standing("none-feasible", None),
        ]
        one, other = self._domains
        self.values: dict[str, list[Scalar]] = {}
        for name in dict.fromkeys((*one, *other)):
            both = [domains[name] for domains in self._domains if name in domains]
            self.values[name] = _values(both[0], both[-1])
            if not self.values[name]:
                hint = "Sets of answers that both sides take are compared; give the question another name on one side."
                raise InvalidInput(f"{name}: there is no answer that both sides take", hint)
        tested = {leaf.fact for side in self.sides for rule in side.rules for leaf in rule.leaves()}
        weighed = {criterion.importance for side in self.sides for criterion in side.criteria}
        self.facts = [name for name in self.values if name in tested | weighed]
        """The facts on which anything depends."""
        self._bits = [
            {
                name: np.array([1 << domain.index(value) for value in self.values[name]], dtype=np.int64)
                for name, domain in domains.items()
            }
            for domains in self._domains
        ]
        self._models: list[Model] = [model_of(side, {}, None, as_of=AS_OF) for side in self.sides]
        self._silent = [
            believe(side, compile_knowledge(side), resolve(side, {}, None), None).known for side in self.sides
        ]

    def random(
        self, random: np.random.Generator, count: int, where: Mapping[str, NDArray] | None = None
    ) -> dict[str, Choice]:
        """Answer sets drawn at random, every value as likely as the next: by fact of all sets the index of its value.
        `where` has facts with the indices to draw from, or with an index for each set."""
        chosen = {}
        for name, values in self.values.items():
            among = None if where is None else where.get(name)
            if among is None:
                chosen[name] = random.integers(0, len(values), count)
            else:
                chosen[name] = among if len(among) == count else among[random.integers(0, len(among), count)]
        return chosen

    def judge(self, chosen: Mapping[str, Choice]) -> Judged:
        """The verdicts where nothing is measured and no source has aged."""
        (before, shares), (after, others) = (self._judged(side, chosen, COARSE) for side in range(2))
        touched = (np.abs(shares - others) > SAME_SHARE).any(axis=1)
        thresholds = [side.settings.recommend_share for side in self.sides]
        near = [near_threshold(each, t, COARSE) for each, t in zip((shares, others), thresholds, strict=True)]
        doubtful = np.flatnonzero((near[0] | near[1]) & (touched | (thresholds[0] != thresholds[1])))
        if len(doubtful):
            some = {name: row[doubtful] for name, row in chosen.items()}
            before[doubtful], after[doubtful] = (self._judged(side, some, FINE)[0] for side in range(2))
        return Judged(before, after, touched, self._verdicts(before) != self._verdicts(after))

    def _judged(self, side: int, chosen: Mapping[str, Choice], draws: int) -> tuple[NDArray, NDArray]:
        """By set its place in `standings`, and the first-rank shares of `candidates`, by one side."""
        model, silent = self._models[side], self._silent[side]
        count = len(next(iter(chosen.values())))
        given = {name: row[chosen[name]] for name, row in self._bits[side].items()}
        codes, shares = judged(model, {**silent, **given}, Effort(count, draws, draws))
        everyone = np.zeros((count, len(self.candidates)))
        everyone[:, [self.candidates.index(candidate.id) for candidate in model.knowledge.candidates]] = shares
        kinds = np.clip(codes - model.candidates + 1, 0, 2)
        return np.where(kinds == 2, 0, everyone.argmax(axis=1)) + kinds * len(self.candidates), everyone

    def _verdicts(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The same number for standings that are the same verdict: where it is too close, whoever leads."""
        count = len(self.candidates)
        return np.where((places >= count) & (places < 2 * count), count, places)

    def answers(self, chosen: Mapping[str, int]) -> dict[str, AnswerValue]:
        """One answer set by question, of the questions of both sides."""
        value = {name: self.values[name][index] for name, index in chosen.items()}
        found: dict[str, AnswerValue] = {}
        for question in self.questions.values():
            if question.kind == "many":
                options = self._options[question.id]
                found[question.id] = tuple(name for name in options if value[f"{question.id}.{name}"])
            else:
                found[question.id] = value[question.id]
        return found

    def question_of(self, fact: str) -> str:
        """The question that settles a fact."""
        return next(side for side in self.sides if fact in side.facts).question_of(fact)

    def words(self, where: Mapping[str, NDArray]) -> str:
        """Facts with the indices of their values, in words: question by question, in the order of the interview."""
        said = []
        for question in self.questions.values():
            if question.kind != "many":
                if question.id in where:
                    said.append(f"{question.id} is {self._among(question, where[question.id])}")
                continue
            chosen = {
                option: bool(self.values[fact][where[fact][0]])
                for option in self._options[question.id]
                if (fact := f"{question.id}.{option}") in where
            }
            parts = [
                f"{verb} {_listed([name for name, is_in in chosen.items() if is_in == included], 'and')}"
                for verb, included in (("includes", True), ("leaves out", False))
                if included in chosen.values()
            ]
            if parts:
                said.append(f"{question.id} {' and '.join(parts)}")
        return "; ".join(said)

    def _among(self, question: Question, chosen: NDArray) -> str:
        """Some values of a question in as few words as will do: neighbours in an order are told by their ends."""
        domains = [each[question.id] for each in self._domains if question.id in each]
        domain = finer(domains[0], domains[-1]) if question.kind == "number" else domains[-1]
        cells = [domain.index(value) for value in self.values[question.id]]
        kept = [cells[index] for index in sorted(chosen)]
        runs = _runs(kept)
        if question.kind == "number":
            return _listed([_between(domain, *ends) for ends in runs], "or")
        if question.kind == "scale" and len(kept) > 2 and len(runs) == 1:
            first, last = (domain.label(cell) for cell in runs[0])
            if kept[0] == 0:
                return f"at most {last}"
            return f"at least {first}" if kept[-1] == domain.size - 1 else f"{first} to {last}"
        left_out = [domain.label(cell) for cell in range(domain.size) if cell not in kept]
        if 0 < len(left_out) < len(kept):
            return f"not {_listed(left_out, 'or')}"
        return _listed([domain.label(cell) for cell in kept], "or")


def _values(one: Domain, other: Domain) -> list[Scalar]:
    if one.fact.numeric != other.fact.numeric:
        return []
    if not one.fact.numeric:
        return [value for value in one.fact.values if value in other.fact.values]
    return numbers(one, other)


def _runs(cells: Sequence[int]) -> list[tuple[int, int]]:
    """The first and last of each stretch of cells, in order, that lie side by side."""
    firsts = [cell for cell in cells if cell - 1 not in cells]
    lasts = [cell for cell in cells if cell + 1 not in cells]
    return list(zip(firsts, lasts, strict=True))


def _between(domain: Domain, first: int, last: int) -> str:
    """A stretch of cells in words, as if nothing cut it."""
    cuts = domain.cuts[max(0, first - 1) : first] + domain.cuts[last : last + 1]
    return Domain(domain.fact, cuts).label(int(first > 0))


def _listed(names: Sequence[str], last: str) -> str:
    """`a, b or c`."""
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), names[-1])))
