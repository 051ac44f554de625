"""What a verdict can depend on: the facts under the rules of consequence, and when two scenarios come to the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from advisor.decision.assess import Model
from advisor.decision.moves import stacked
from advisor.decision.sums import table_of
from advisor.engine.roots import roots_of


class Consequences:
    """The rules on which a model's verdicts turn, and the importances that weigh them."""

    def __init__(self, model: Model) -> None:
        knowledge = model.knowledge
        roots = roots_of(knowledge)
        counted = [each for each in model.values.metric_evidence if model.advantages[each.metric.id]]
        bearing = (*(p for p in model.values.pieces if p.points), *counted)
        self._program = model.program
        self._rules = sorted({entry.rule for entry in bearing} | {rule for rule, _ in model.vetoes})
        self._importances = sorted({knowledge.criteria[entry.criterion].importance for entry in bearing})
        rests_on = [roots.rules[index] for index in self._rules]
        rests_on += [roots.facts[fact] for fact in self._importances]
        self._facts = sorted({fact for group in rests_on for fact in group if knowledge.facts[fact].kind == "asked"})
        self._rests_on = np.array([[fact in group for fact in self._facts] for group in rests_on], dtype=bool)
        self.questions = {knowledge.question_of(fact) for fact in self._facts}
        """Those that the verdict can depend on."""

    def signatures(self, known: Mapping[str, int], changed: Sequence[Mapping[str, int]]) -> list[bytes]:
        """One for each set of changed masks: two with the same signature and the same open questions give the same
        verdict, since the same rules fire with the same weights, whatever the answers to these questions.

        A rule or an importance that isn't settled by what is known is taken to be the same only where all that it
        rests on is.
        """
        count = len(changed)
        base = stacked(known, changed)
        evaluation = self._program.run(base)
        excluded = evaluation.excluded
        fired = table_of([evaluation.fired[index] for index in self._rules], (count,), np.int64)
        refuted = table_of([excluded[index] for index in self._rules], (count,), np.int64)
        levels = table_of([evaluation.facts[fact] for fact in self._importances], (count,), np.int64)
        open_ = np.concatenate([(fired == 0) & (refuted == 0), (levels & (levels - 1)) != 0])
        needed = (open_.T.astype(np.int32) @ self._rests_on.astype(np.int32)) > 0
        masks = np.where(needed.T, table_of([base[fact] for fact in self._facts], (count,), np.int64), 0)
        table = np.ascontiguousarray(np.concatenate([fired, refuted, levels, masks]).T)
        return [row.tobytes() for row in table]
