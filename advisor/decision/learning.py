"""The random numbers of an assessment as trade-offs move them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.decision.arrays import Floats
from advisor.decision.drawing import Random, covariance
from advisor.decision.value import ValueModel
from advisor.model.knowledge import Knowledge

if TYPE_CHECKING:
    from advisor.decision.preferences import Choice, Posterior


class Learning:
    """What choices made in trade-offs say of weights, remembered by the weights that importance gives."""

    def __init__(self, knowledge: Knowledge, values: ValueModel, choices: tuple[Choice, ...]) -> None:
        self._choices = choices
        self._consistencies = knowledge.settings.consistency
        self._covariance = covariance(knowledge.settings, values.ranges)
        self._learned: dict[bytes, Posterior | None] = {}
        self.concerned = sorted({index for choice in choices for index in (choice.left, choice.right)})
        """The criteria between which was chosen."""

    def posterior(self, weights: Floats) -> Posterior | None:
        """What the choices say, given the weights (k, n) as importance gives them; None where they say nothing."""
        # Imported here: only who trades needs it.
        from advisor.decision.preferences import learn

        key = weights[self.concerned].tobytes()
        if key not in self._learned:
            self._learned[key] = learn(self._choices, weights, self._covariance, self._consistencies)
        return self._learned[key]

    def moved(self, weights: Floats, random: Random) -> tuple[Random, Floats]:
        """The random numbers of completions as the posterior has them, given their weights (k, n) as importance gives
        them; and what these typically are then, (k, n)."""
        from advisor.decision.preferences import move

        posterior = self.posterior(weights)
        if posterior is None:
            return random, weights
        factors, typical = move(posterior, weights, random.factors)
        return random._replace(factors=factors, squares=factors**2), typical
