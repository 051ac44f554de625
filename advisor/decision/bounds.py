"""Between which limits a verdict lies while answers are open, draw by draw.

Arrays are over nodes (n), pairs of candidates (p), candidates (c), criteria (k), rules that bear on scores (r) and
draws (m). All differences are of scores before they are normalised: the sign is the same, and the tie.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from advisor.decision.arrays import Booleans, Floats, Integers
from advisor.decision.assess import FULL, Draws, Model
from advisor.decision.evidence import evidence_of
from advisor.decision.sums import table_of
from advisor.decision.value import ValueModel, needed_cells
from advisor.engine.program import Mask, compile_knowledge
from advisor.engine.roots import roots_of
from advisor.model.knowledge import Knowledge

UNKNOWN = -1
"""No code of a verdict: several are possible."""
ROUNDING = 1e-7
"""What rounding and the width of a tie may amount to in a difference, in units of the sum of the weights."""
NEAR_SHARE = 1e-9
"""What rounding may amount to in a share."""
PROMISING = 0.06
"""How far bounds of shares may miss the threshold at a glance for a closer look."""


class State(NamedTuple):
    """What is certain and what is possible in each of several nodes."""

    certain: Booleans
    """Rules with evidence that certainly fire: (n, r)."""
    open: Booleans
    """Those that may or may not: (n, r)."""
    weights: tuple[Floats, Floats]
    """Lowest and highest: (n, k) each."""
    differences: tuple[Floats, Floats]
    """Least and greatest differences of values before weighting: (n, p, k) each."""
    counted: tuple[Floats, Floats]
    """Least and greatest weights of metric evidence: (n, evidence) each."""
    vetoed: tuple[Booleans, Booleans]
    """Certainly, and possibly: (n, c) each."""
    open_vetoes: Booleans
    """Vetoes that may or may not be given: (n, vetoes)."""

    def only(self, chosen: Integers) -> State:
        """Some of the nodes."""
        parts: list[Any] = [
            tuple(side[chosen] for side in part) if isinstance(part, tuple) else part[chosen] for part in self
        ]
        return State(*parts)


class Bounds:
    """Bounds for nodes of one model."""

    def __init__(self, model: Model, draws: int = FULL.draws) -> None:
        """`draws` are those of an assessment."""
        self._model = model
        self._program = model.program
        self._count = draws
        self._evidence = model.evidence
        self._layout = _layout(model.knowledge, model.values)
        self._roots = roots_of(model.knowledge)

    @cached_property
    def _draws(self) -> Draws:
        return self._model.draws(self._count)

    @cached_property
    def _tolerance(self) -> float:
        model, farthest = self._model, float(self._draws.factors.max())
        return ROUNDING * (1 + farthest * float(model.level_weights.max()) * model.criteria)

    def _side(self, side: int) -> list[int]:
        return [pair[side] for pair in self._layout.pairs]

    @cached_property
    def _measured(self) -> tuple[Floats, Floats]:
        """What metric evidence gives the left of each pair more, and less, than the right: (evidence, p, m) each."""
        worth = self._draws.worth[:, self._side(0)] - self._draws.worth[:, self._side(1)]
        return np.maximum(worth, 0), np.minimum(worth, 0)

    # --- from facts to bounds --------------------------------------------------------------------------------

    def state(self, base: Mapping[str, Mask], count: int) -> State:
        """The state of nodes, from the masks of their base facts, (n,) or a single number for all."""
        model = self._model
        evaluation = self._program.run(base)
        facts = evaluation.facts

        def both(rules: list[int]) -> tuple[Booleans, Booleans]:
            fired = table_of([evaluation.fired[rule] for rule in rules], (count,)).T > 0
            excluded = table_of([evaluation.excluded[rule] for rule in rules], (count,)).T > 0
            return fired, ~excluded

        certain, possible = both(list(self._evidence.rules))
        importances = [facts[criterion.importance] for criterion in model.knowledge.criteria]
        masks = table_of(importances, (count,), np.int64).T
        low, high = self._layout.levels[0][masks], self._layout.levels[1][masks]
        sure, may = both([entry.rule for entry in model.compared])
        under = [entry.criterion for entry in model.compared]
        vetoing, could = both([rule for rule, _ in model.vetoes])
        vetoed, vetoable = np.zeros((2, count, model.candidates), dtype=bool)
        for place, (_, candidate) in enumerate(model.vetoes):
            vetoed[:, candidate] |= vetoing[:, place]
            vetoable[:, candidate] |= could[:, place]
        still = possible & ~certain
        return State(
            certain,
            still,
            (low, high),
            self._differences(certain, still, facts, count),
            (sure * low[:, under], may * high[:, under]),
            (vetoed, vetoable),
            could & ~vetoing,
        )

    def _differences(
        self, certain: Booleans, still: Booleans, facts: Mapping[str, Mask], count: int
    ) -> tuple[Floats, Floats]:
        shape = self._layout.steps.shape[1:]
        flat, signed = self._layout.flat, self._layout.signed
        alone = still.copy()
        sums = [certain @ flat] * 2
        for fact, members, cells in self._layout.groups:
            of_group = still[:, members]
            if not of_group.any():
                continue
            alone[:, members] = False
            elsewhere = np.asarray(facts[fact])[..., None] >> np.arange(len(cells)) & 1 == 0
            firing = of_group[:, None] & cells
            for side, (choose, never) in enumerate(((np.min, np.inf), (np.max, -np.inf))):
                by_cell = firing @ signed[side][members]
                by_cell[np.broadcast_to(elsewhere, by_cell.shape[:2])] = never
                sums[side] = sums[side] + choose(by_cell, axis=1)
        low, high = (total + alone @ part for total, part in zip(sums, signed, strict=True))
        return low.reshape(count, *shape), high.reshape(count, *shape)

    # --- from bounds to verdicts -----------------------------------------------------------------------------

    def codes(self, state: State) -> Integers:
        """By node, the code of the only verdict possible, or `UNKNOWN`."""
        least, most = self.shares(state)
        return self._codes(state, least, most, 0.0)

    def promising(self, state: State, draws: int) -> Booleans:
        """By node, whether so many draws leave it likely that only one verdict is possible."""
        least, most = self.shares(state, draws)
        return self._codes(state, least, most, PROMISING) != UNKNOWN

    def _codes(self, state: State, least: Floats, most: Floats, slack: float) -> Integers:
        threshold = self._model.knowledge.settings.recommend_share
        candidates = self._model.candidates
        margin = NEAR_SHARE - slack
        vetoed, vetoable = state.vetoed
        codes = np.full(len(least), UNKNOWN)
        for candidate in range(candidates):
            others = np.delete(most, candidate, axis=1).max(axis=1)
            won = (least[:, candidate] >= threshold + margin) & (least[:, candidate] > others + margin)
            codes[won] = candidate
        close = (most.max(axis=1) < threshold - margin) & ~vetoable.all(axis=1)
        codes[close] = candidates
        codes[vetoed.all(axis=1)] = candidates + 1
        return codes

    def shares(self, state: State, draws: int | None = None) -> tuple[Floats, Floats]:
        """Least and greatest first-rank share of every candidate: (n, c) each."""
        certainly, possibly = self._first(state, draws)
        return certainly.mean(axis=2), possibly.mean(axis=2)

    def _first(self, state: State, draws: int | None) -> tuple[Booleans, Booleans]:
        """Draws in which a candidate certainly, and possibly, ranks first: (n, c, m) each."""
        behind, ahead = self._margins(state, draws)
        vetoed, vetoable = state.vetoed
        shape = (len(behind), self._model.candidates, behind.shape[2])
        certainly, possibly = np.ones(shape, dtype=bool), np.ones(shape, dtype=bool)
        certainly &= ~vetoable[:, :, None]
        possibly &= ~vetoed[:, :, None]
        for index, (x, y) in enumerate(self._layout.pairs):
            x_wins, y_wins = behind[:, index] > self._tolerance, ahead[:, index] < -self._tolerance
            certainly[:, x] &= x_wins | vetoed[:, y, None]
            certainly[:, y] &= y_wins | vetoed[:, x, None]
            possibly[:, x] &= ~y_wins | vetoable[:, y, None]
            possibly[:, y] &= ~x_wins | vetoable[:, x, None]
        return certainly, possibly

    def _margins(self, state: State, draws: int | None) -> tuple[Floats, Floats]:
        """Least and greatest difference of the scores of each pair: (n, p, m) each."""
        factors, judged = self._draws.factors[:, :draws], self._draws.judged[:, :draws]
        (low, high), (least, greatest) = state.weights, state.differences
        low, high = low[:, None], high[:, None]
        smallest = np.where(least >= 0, low, high) * least
        largest = np.where(greatest >= 0, high, low) * greatest
        behind, ahead = _times(smallest, factors), _times(largest, factors)
        down, up = self._errors(state, factors, judged)
        behind += down[:, self._side(0)] - up[:, self._side(1)]
        ahead += up[:, self._side(0)] - down[:, self._side(1)]
        if self._model.compared:
            gains, losses = (side[..., :draws] for side in self._measured)
            fewest, fullest = state.counted
            behind += np.tensordot(fewest, gains, 1) + np.tensordot(fullest, losses, 1)
            ahead += np.tensordot(fullest, gains, 1) + np.tensordot(fewest, losses, 1)
        return behind, ahead

    def _errors(self, state: State, factors: Floats, judged: Floats) -> tuple[Floats, Floats]:
        """Least and greatest error that the strengths may add to each score: (n, c, m) each."""
        variances = self._evidence.variances
        flat = variances.reshape(len(variances), variances.shape[1] * variances.shape[2])
        spans = []
        for fired, weights in zip((state.certain, state.certain | state.open), state.weights, strict=True):
            sums = (fired @ flat).reshape(len(fired), *variances.shape[1:]) * weights[:, None] ** 2
            spans.append(np.sqrt(np.maximum(_times(sums, factors**2), 0)) * judged)
        return np.minimum(*spans), np.maximum(*spans)

    # --- what hangs on a fact --------------------------------------------------------------------------------

    def hanging(self, state: State) -> list[Mapping[str, float]]:
        """By node, how much may still hang on each base fact: the points that the rules which it could make fire might
        move between two candidates, and those that importances might which it could change; more for a veto. A fact
        that is missing, or has 0, can't change the verdict."""
        return [self._hanging(state, index) for index in range(len(state.certain))]

    def _hanging(self, state: State, index: int) -> Mapping[str, float]:
        model, found = self._model, {}

        def add(facts: frozenset[str], amount: float) -> None:
            for fact in facts:
                found[fact] = found.get(fact, 0.0) + amount

        low, high = (side[index] for side in state.weights)
        for place in np.flatnonzero(state.open[index]):
            if amount := float(self._layout.moved[place] @ high):
                add(self._roots.rules[self._evidence.rules[place]], amount)
        most = np.maximum(*(np.abs(side[index]) for side in state.differences)).max(axis=0)
        fired = state.certain[index] | state.open[index]
        most = most + np.sqrt(self._evidence.variances[fired].sum(axis=0).max(axis=0))
        for place, entry in enumerate(model.compared):
            lowest, greatest = (side[index, place] for side in state.counted)
            worth = 2 * entry.points * model.knowledge.settings.saturates
            most[entry.criterion] += worth * (greatest > 0)
            if lowest < greatest:
                add(self._roots.rules[entry.rule], worth * greatest)
        # What trade-offs say of the weights hangs on the importance of all that they concern.
        concerned = model.learning.concerned
        most[concerned] = most[concerned].max(initial=0)
        for criterion in np.flatnonzero((low < high) & (most > 0)):
            importance = model.knowledge.criteria[criterion].importance
            add(self._roots.facts[importance], float((high - low)[criterion] * most[criterion]))
        for place, (rule, candidate) in enumerate(model.vetoes):
            if state.open_vetoes[index, place] and not state.vetoed[0][index, candidate]:
                add(self._roots.rules[rule], float(high.sum()) / 4 + 1e-6)
        return found


class _Layout(NamedTuple):
    """What is the same for every node of every model with the same knowledge."""

    pairs: tuple[tuple[int, int], ...]
    steps: Floats
    """By what a rule moves the left of each pair away from the right: (r, p, k)."""
    flat: Floats
    """The same with pairs and criteria as one axis: (r, p · k)."""
    signed: tuple[Floats, Floats]
    """What of that is below and above zero."""
    moved: Floats
    """The most that a rule may move between two candidates, its error with it: (r, k)."""
    groups: tuple[tuple[str, Integers, Booleans], ...]
    """Rules that need values of the same fact: the fact, the rules, and which of them may fire in its cells, shape
    (cells, rules). Those that need different values can't fire together."""
    levels: tuple[Floats, Floats]
    """By mask of levels of importance, the lowest and the highest weight in it."""


@lru_cache(maxsize=8)
def _layout(knowledge: Knowledge, values: ValueModel) -> _Layout:
    evidence = evidence_of(knowledge, values)
    pairs = tuple(combinations(range(len(knowledge.candidates)), 2))
    left, right = ([pair[side] for pair in pairs] for side in (0, 1))
    weights = [level.weight for level in knowledge.settings.importance]
    chosen = [
        [weight for level, weight in enumerate(weights) if mask >> level & 1] or [0.0]
        for mask in range(1 << len(weights))
    ]
    steps = evidence.points[:, left] - evidence.points[:, right]
    flat = steps.reshape(len(steps), steps.shape[1] * steps.shape[2])
    return _Layout(
        pairs,
        steps,
        flat,
        (np.minimum(flat, 0), np.maximum(flat, 0)),
        np.abs(steps).max(axis=1, initial=0) + np.sqrt(evidence.variances.max(axis=1)),
        tuple(_groups(knowledge, evidence.rules)),
        (np.array([min(each) for each in chosen]), np.array([max(each) for each in chosen])),
    )


def _groups(knowledge: Knowledge, rules: Sequence[int]) -> Iterator[tuple[str, Integers, Booleans]]:
    """Each rule goes to the fact of which it needs the fewest values, if it needs any."""
    program = compile_knowledge(knowledge)
    by_fact: dict[str, list[tuple[int, int]]] = {}
    for place, rule in enumerate(rules):
        needed = needed_cells(knowledge.rules[rule], program)
        if needed:
            fact = min(needed, key=lambda name: (needed[name].bit_count() / program.domains[name].size, name))
            by_fact.setdefault(fact, []).append((place, needed[fact]))
    for fact, members in by_fact.items():
        if len(members) > 1:
            cells = np.arange(program.domains[fact].size)
            masks = np.array([mask for _, mask in members])
            yield fact, np.array([rule for rule, _ in members]), (masks >> cells[:, None] & 1).astype(bool)


def _times(sums: Floats, drawn: Floats) -> Floats:
    """Sums (n, x, k) times what was drawn (k, m): (n, x, m)."""
    return (sums.reshape(-1, sums.shape[2]) @ drawn).reshape(*sums.shape[:2], drawn.shape[1])
