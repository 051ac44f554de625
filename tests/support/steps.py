"""The next step of an interview from the answers alone, for whoever knows nothing of the way there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from advisor.decision.checklist import next_asking
from advisor.decision.interview import Prospect, look_ahead
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements


class Step(NamedTuple):
    """Where an interview stands."""

    questions: tuple[str, ...]
    """What to ask of what was not asked yet; none where none of it can change the verdict."""
    prospect: Prospect

    @property
    def question(self) -> str | None:
        """The most useful of them, if there is one."""
        return self.questions[0] if self.questions else None

    @property
    def may_stop(self) -> bool:
        """Whether going on asking is hardly worth it."""
        return not self.questions or self.prospect.settled != "open"


def next_step(
    knowledge: Knowledge,
    answers: Mapping[str, Answer],
    measurements: Measurements | None,
    *,
    passed: Collection[str] = (),
    at_once: int = 1,
    **about: Any,
) -> Step:
    """The next step, of at most `at_once` questions; `about` as for `look_ahead`. Asked already is what is in `answers`
    or in `passed`."""
    found = look_ahead(knowledge, answers, measurements, **about)
    left = {name: bits for name, bits in found.reductions.items() if name not in answers and name not in passed}
    return Step(next_asking(knowledge, left, at_once).questions, found)
