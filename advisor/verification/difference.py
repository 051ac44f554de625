"""A semantic diff: for which answers two knowledge bases give different verdicts.

Where scores depend on nothing but which rules hold, equality is proven by z3 (`sameness`). Otherwise complete answer
sets are drawn, of all and around one for which z3 shows that some effect differs, and judged by either side. Around
one whose verdict differs a region grows: a conjunction over the facts that tell sets that change from sets that
don't, on samples drawn from the region so far. Regions are chosen greedily, each around a set that none before it
holds. What regions say is estimated from samples of their own; that a witness changes is certain, since `advise` was
asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.decision.advise import advise
from advisor.model.answer import Answer, AnswerValue, asked
from advisor.model.base import Scalar
from advisor.model.difference import KnowledgeDifference, Region, Shift, Side
from advisor.model.knowledge import Knowledge
from advisor.verification.edits import edits
from advisor.verification.pairs import Choice, Pair, Standing
from advisor.verification.reach import AS_OF
from advisor.verification.reservations import reservations
from advisor.verification.sameness import apart, difference

SETS, AROUND, SAMPLE = 20_000, 4_000, 4_000
"""Sets drawn of all, around one where z3 shows a difference, and of each region while it grows."""
NEARLY, FEW = 0.95, 5
"""A region is made narrower until so large a share of it changes, or it takes so many questions to say it."""
MOSTLY = 0.5
LITTLE = {False: 0.02, True: 0.2}
"""Bits per set that changes: a fact that gains less isn't worth saying, before and after `MOSTLY` of a region does."""
LEAST = 20
"""So many sets that change among `SAMPLE` say something about them."""
MOST, ENOUGH = 8, 0.98
"""No more regions than this, and none once they hold so large a share of the sets found."""
TRIED = 6
"""Sets of a region that are put to `advise`, in search of a witness."""

Where = dict[str, NDArray]
"""By fact, the indices of the values that belong to a region."""


def compare(
    old: Knowledge,
    new: Knowledge,
    names: tuple[str, str] = ("old", "new"),
    *,
    sets: int = SETS,
    seed: int = 0,
    on_step: Callable[[str], None] = lambda step: None,
) -> KnowledgeDifference:
    """The difference of two knowledge bases. `on_step` is told what is being done."""
    on_step("proving")
    between = apart(old, new)
    shown = None if between else difference(old, new)
    same = not between and shown is None
    besides = tuple(reservations(old, new, same))
    common = {
        "old": names[0],
        "new": names[1],
        "edits": tuple(edits(old, new)),
        "sets": sets,
        "reservations": besides,
    }
    if same:
        return KnowledgeDifference(
            outcome="proven-in-part" if besides else "proven-same",
            scope=_proven({each.what for each in besides}),
            because="the same evidence, vetoes and weights follow",
            touched=0.0,
            changing=0.0,
            regions=(),
            covered=1.0,
            **common,
        )
    on_step(f"judging {sets:,} sets of answers on both sides")
    search = _Search(Pair(old, new), sets, seed, shown.facts if shown and not shown.measured else {})
    regions = tuple(search.regions(on_step))
    because = _grounds(between, shown is not None and shown.measured)
    if not regions:
        because += f"; the verdict is the same in all of the {search.tried:,} sets tried"
    return KnowledgeDifference(
        outcome="change" if regions else "none-found",
        because=because,
        touched=round(float(search.all.touched.mean()), 4),
        changing=round(float(search.all.changed.mean()), 4),
        regions=regions,
        covered=round(search.covered, 4),
        **common,
    )


def _proven(but: set[str]) -> str:
    """What a proof is about that says nothing of some kinds of reservations."""
    answers = "complete answers" if "open-answers" in but else "all answers, complete or not"
    trading = "without trade-offs" if "trade-offs" in but else "with or without trade-offs"
    day = "as long as no source has aged" if "age" in but else "on any day"
    return f"{answers}, {trading}, whatever was measured, {day}"


def _grounds(between: str | None, measured: bool) -> str:
    """Where alone verdicts on complete answers can differ."""
    if between:
        return f"{between} differ, which may count for any set of answers"
    if measured:
        return "only where something was measured do other evidence, vetoes or weights follow (proven)"
    return "other evidence, vetoes or weights follow for some of them, and for the rest nothing changes (proven)"


class _Search:
    def __init__(self, pair: Pair, sets: int, seed: int, shown: Mapping[str, Scalar]) -> None:
        self._pair = pair
        self._random = np.random.default_rng(seed)
        self._everywhere = pair.random(self._random, sets)
        self.all = pair.judge(self._everywhere)
        # What differs rarely is hardly met by drawing of all.
        around = {
            name: np.array([pair.values[name].index(value)])
            for name, value in shown.items()
            if name in pair.facts and value in pair.values[name]
        }
        near = pair.random(self._random, AROUND, around) if around else {n: c[:0] for n, c in self._everywhere.items()}
        self._changing = _where(self._everywhere, self.all.changed)
        if around:
            changed = _where(near, pair.judge(near).changed)
            self._changing = {name: np.concatenate([row, changed[name]]) for name, row in self._changing.items()}
        self.tried = sets + (AROUND if around else 0)
        self.covered = 1.0

    def regions(self, on_step: Callable[[str], None]) -> list[Region]:
        """The regions, widest changes first."""
        count = len(next(iter(self._changing.values())))
        left, held = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
        found: list[Region] = []
        grown: list[Where] = []
        for number in range(1, MOST + 1):
            if left.sum() <= (1 - ENOUGH) * count:
                break
            on_step(f"region {number}")
            seed = int(self._random.choice(np.flatnonzero(left)))
            where = self._grown({name: row[seed : seed + 1] for name, row in self._changing.items()}, grown)
            grown.append(where)
            inside = _inside(self._changing, where)
            left &= ~inside
            if region := self._region(where):
                found.append(region)
                held |= inside
        self.covered = float(held.mean()) if count else 1.0
        return sorted(found, key=lambda region: -region.share * region.changing)

    def _grown(self, seed: Where, others: Sequence[Where]) -> Where:
        """A region around a set, for changes that lie in none of the others: facts are added, each with the values for
        which most changes, until nearly all of what is left does or it takes too many questions to say it. Which is
        best goes by the information gained about those that change (J. R. Quinlan, "Learning logical definitions from
        relations", Machine Learning 5, 1990)."""
        pair = self._pair
        where: Where = {}
        while len({pair.question_of(name) for name in where}) < FEW:
            sets = pair.random(self._random, SAMPLE, where)
            judged = pair.judge(sets)
            elsewhere = ~np.any([_inside(sets, other) for other in others], axis=0)
            changed = judged.changed & elsewhere
            # Where change is rare, those whose shares change at all lead to it.
            wanted = changed if changed.sum() >= LEAST else judged.touched & elsewhere
            if not LEAST <= wanted.sum() < NEARLY * SAMPLE:
                break
            gains = {name: self._gain(sets[name], wanted, int(seed[name][0])) for name in pair.facts}
            name = max(gains, key=lambda name: gains[name][0])
            if gains[name][0] < LITTLE[bool(wanted.mean() > MOSTLY)]:
                break
            where[name] = gains[name][1]
        rare = judged.changed.sum() < LEAST
        return self._widened(seed) if rare else where

    def _gain(self, chosen: Choice, changed: NDArray[np.bool_], own: int) -> tuple[float, NDArray]:
        """What is gained by keeping to those values of a fact for which more changes than on average, and to the
        set's own; and these values."""
        total = np.bincount(chosen)
        hits = np.bincount(chosen[changed], minlength=len(total))
        often = hits > changed.mean() * total
        often[own] = total[own] > 0
        kept = hits[often].sum()
        if not kept or often[total > 0].all():
            return 0.0, np.flatnonzero(often)
        rate = kept / total[often].sum()
        return float(kept / changed.sum() * np.log2(rate / changed.mean())), np.flatnonzero(often)

    def _widened(self, seed: Where) -> Where:
        """What changes too rarely for that to be found by drawing of all: a set without every fact that nearly all
        of its completions do without."""
        where = {name: seed[name] for name in self._pair.facts}
        for name in list(where):
            rest = {n: i for n, i in where.items() if n != name}
            sets = self._pair.random(self._random, LEAST * 10, rest)
            if self._pair.judge(sets).changed.mean() >= NEARLY:
                where = rest
        return where

    def _region(self, where: Where) -> Region | None:
        """What samples of a region say of it; nothing where no witness is found."""
        pair = self._pair
        sets = pair.random(self._random, SAMPLE, where)
        judged = pair.judge(sets)
        changed = np.flatnonzero(judged.changed)
        for index in changed[:TRIED]:
            witness = pair.answers({name: int(row[index]) for name, row in sets.items()})
            before, after = (_verdict(side, witness) for side in pair.sides)
            if (before.kind, before.candidate) != (after.kind, after.candidate):
                break
        else:
            return None
        shifts = Counter(zip(judged.before[changed].tolist(), judged.after[changed].tolist(), strict=True))
        return Region(
            where={name: tuple(pair.values[name][i] for i in indices) for name, indices in where.items()},
            text=pair.words(where) or "any answers",
            share=float(np.prod([len(i) / len(pair.values[name]) for name, i in where.items()])),
            changing=round(float(judged.changed.mean()), 4),
            shifts=tuple(
                _shift(pair.standings[one], pair.standings[other], round(number / len(changed), 4))
                for (one, other), number in shifts.most_common()
            ),
            witness=witness,
            before=before,
            after=after,
        )


def _shift(before: Standing, after: Standing, share: float) -> Shift:
    one, other = ((standing.leader,) if standing.leader else () for standing in (before, after))
    return Shift(before=one, after=other, kind_before=before.kind, kind_after=after.kind, share=share)


def _where(sets: Mapping[str, Choice], mask: NDArray[np.bool_]) -> dict[str, Choice]:
    return {name: row[mask] for name, row in sets.items()}


def _inside(sets: Mapping[str, Choice], where: Where) -> NDArray[np.bool_]:
    inside = np.ones(len(next(iter(sets.values()))), dtype=bool)
    for name, indices in where.items():
        inside &= np.isin(sets[name], indices)
    return inside


def _given(knowledge: Knowledge, answers: Mapping[str, AnswerValue]) -> dict[str, Answer]:
    """The answers to the questions of one side, of a list without what only the other offers."""
    given = {}
    for name, value in answers.items():
        if question := knowledge.question.get(name):
            own = {option.value for option in question.options}
            taken = tuple(each for each in value if each in own) if question.kind == "many" else value
            given[name] = taken
    return asked(given)


def _verdict(knowledge: Knowledge, answers: Mapping[str, AnswerValue]) -> Side:
    """What `advise` says of answers."""
    verdict = advise(knowledge, _given(knowledge, answers), None, as_of=AS_OF).verdict
    return Side(kind=verdict.kind, candidate=verdict.candidate, leader=verdict.leader, confidence=verdict.confidence)
