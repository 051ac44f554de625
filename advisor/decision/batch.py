"""Many sets of answers against one knowledge base and one set of measurements, a few hundred at a time.

The verdicts are those of `advise`, from the same model and, with as many draws, from the same random numbers; what
they rest on isn't worked out. Without that, and with what answers mean looked up rather than worked out again for each
set, a set takes a thousandth of the time.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor.decision.assess import FULL, Budget, Model
from advisor.decision.beliefs import Beliefs, Setting, believe, open_questions_of, resolve, setting
from advisor.decision.modelling import choices_in
from advisor.decision.value import value_model
from advisor.decision.verdict import Call, call
from advisor.engine.program import compile_knowledge
from advisor.model.answer import Answer, AnswerValue
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements

if TYPE_CHECKING:
    from advisor.decision.preferences import Choice

IN_EACH = FULL.draws // FULL.completions
"""Draws in each completion: as many as `advise` has, since how sure of itself a completion is depends on it."""
SHORT_DRAWS = 500
MOST_DRAWS = 100_000
TOGETHER = 256
"""Sets of answers that are assessed at once. Fewer cost more each, and more gain nothing."""
_NUMBERS = 128_000
"""About as many draws at once as a core's cache has room for."""
_REMEMBERED = 4096
"""Values of one question that are looked up; numbers may be without end."""


class Brief(NamedTuple):
    """A verdict without its explanation."""

    call: Call
    shares: tuple[float, ...]
    """First-rank shares in the order of the candidates."""


class Batch:
    """A knowledge base and measurements, ready to judge any number of sets of answers."""

    def __init__(
        self,
        knowledge: Knowledge,
        measurements: Measurements | None,
        *,
        as_of: datetime.date,
        seed: int = 0,
        draws: int = SHORT_DRAWS,
    ) -> None:
        """`draws`, a multiple of `IN_EACH`, are those for each set; with `FULL.draws` the verdicts are those of
        `advise`. Raises `ValueError` for a number that can't be."""
        if draws % IN_EACH or not 2 * IN_EACH <= draws <= MOST_DRAWS:
            raise ValueError(f"draws must be a multiple of {IN_EACH} from {2 * IN_EACH} to {MOST_DRAWS}")
        self.knowledge = knowledge
        self.draws = draws
        self.together = max(1, min(TOGETHER, _NUMBERS // draws))
        """How many sets to judge at once."""
        self._program = compile_knowledge(knowledge)
        self._model = Model(knowledge, self._program, value_model(knowledge, as_of), measurements, seed)
        self._budget = Budget(draws // IN_EACH, draws)
        silent = resolve(knowledge, {}, measurements)
        self._known = believe(knowledge, self._program, silent, measurements).known
        self._open = {name: entry for name, (_, entry) in open_questions_of(knowledge).items()}
        self._defaults = {answer.question for answer in silent if answer.value is not None}
        self._settings: dict[str, dict[AnswerValue, Setting]] = {
            name: {} for name in (*self._open, *knowledge.trade_off)
        }

    def beliefs(self, answers: Mapping[str, Answer]) -> Beliefs:
        """What answers by question make known, with what was measured. The answers must fit their questions, and
        nobody may differ from another."""
        known = dict(self._known)
        settled = set(self._defaults)
        for name, answer in answers.items():
            value = answer.value
            known.update(self._settings[name].get(value) or self._setting(name, value))
            if value is None:
                settled.discard(name)
            else:
                settled.add(name)
        return Beliefs(known, tuple(entry for name, entry in self._open.items() if name not in settled))

    def _setting(self, name: str, value: AnswerValue) -> Setting:
        if name not in self._open:
            return {}  # A trade-off makes no fact known.
        if value is None:
            return open_questions_of(self.knowledge)[name][0]
        masks = setting(self.knowledge.question[name], self._program, value)
        remembered = self._settings[name]
        if len(remembered) >= _REMEMBERED:
            remembered.clear()
        remembered[value] = masks
        return masks

    def verdicts(self, several: Sequence[Mapping[str, Answer]]) -> list[Brief]:
        """The verdict on each of some sets of answers, best no more than `together` of them. They are as `beliefs`
        wants them; those that make the same choices in trade-offs are assessed at once."""
        alike: dict[tuple[Choice, ...], list[int]] = {}
        for place, answers in enumerate(several):
            alike.setdefault(choices_in(answers, self.knowledge, self._model.values), []).append(place)
        found: dict[int, Brief] = {}
        for made, places in alike.items():
            model = self._model.learning_from(made) if made else self._model
            assessed = model.assess([self.beliefs(several[place]) for place in places], self._budget)
            briefs = (Brief(call(self.knowledge, each), tuple(each.shares.tolist())) for each in assessed)
            found.update(zip(places, briefs, strict=True))
        return [found[place] for place in range(len(several))]
