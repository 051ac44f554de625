"""Whether any completion of the open answers can change the verdict: a proof, a witness, or neither in time.

Branch and bound. A *node* leaves some answers open. What three-valued inference says of its rules (`Bounds`) bounds,
in every draw of an assessment, how far each candidate's score is from each rival's: weights lie between the levels that
are still possible, evidence that may still fire counts with its worst and its best, and so do the variances of
strengths and the measured comparisons. From these follow bounds of every candidate's first-rank share, and where they
leave one verdict only, all completions of the node have it. Otherwise one open answer is taken apart (`Branch`), that
on which most hangs. A node on which nothing hangs any more is assessed as it is.

Bounds are widened by more than rounding can amount to, so that what is called proven is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from advisor.decision.assess import FULL, Budget, Model
from advisor.decision.beliefs import Beliefs, Setting
from advisor.decision.bounds import UNKNOWN, Bounds
from advisor.decision.foresee import verdict_keys
from advisor.decision.verdict import VerdictKey, call

NODES_AT_ONCE = 16
"""Nodes that are bounded together."""
GLANCE = 500
"""Draws with which a node is looked at first; where they say that the verdict is open, no more are needed."""


class Branch(NamedTuple):
    """A part of the answers that is open: a question, or one option of a list of which nothing is known."""

    question: str
    settings: tuple[Setting, ...]


class Proof(NamedTuple):
    """What became of an attempt to prove that the verdict is settled."""

    settled: bool | None
    """None: not decided within the nodes allowed."""
    key: VerdictKey | None
    """The verdict of every completion, where it is settled."""
    witness: tuple[Mapping[str, int], Mapping[str, int]] | None
    """Masks of all base facts of two completions that have different verdicts, where it isn't."""


def branches(beliefs: Beliefs) -> list[Branch]:
    """What is open in beliefs. Options of a list are taken apart one by one, as each may hold or not."""
    found = []
    for entry in beliefs.open:
        if entry.independent:
            facts = [fact for setting in entry.settings for fact in setting]
            found += [Branch(entry.question, ({fact: 0b01}, {fact: 0b10})) for fact in facts]
        else:
            distinct = {tuple(sorted(setting.items())): setting for setting in entry.settings}
            found.append(Branch(entry.question, tuple(distinct.values())))
    return found


def prove(
    model: Model, beliefs: Beliefs, nodes: int = 1000, draws: int = FULL.draws, bounds: Bounds | None = None
) -> Proof:
    """Whether every completion has the same verdict (kind and candidate) when assessed with so many draws, tried with
    at most so many nodes. `bounds`, if given, are those of the model with as many draws."""
    return _Search(model, branches(beliefs), draws, bounds or Bounds(model, draws)).run(dict(beliefs.known), nodes)


def relevant(beliefs: Beliefs, bounds: Bounds) -> frozenset[str]:
    """The open questions on which a verdict may still hang; the answers to others change nothing."""
    (hangs,) = bounds.hanging(bounds.state(beliefs.known, 1))
    return frozenset(
        entry.question
        for entry in beliefs.open
        if any(hangs.get(fact) for setting in entry.settings for fact in setting)
    )


def completed(beliefs: Beliefs) -> dict[str, int]:
    """The masks of one completion."""
    return _completion(beliefs.known, branches(beliefs))


def _completion(known: Mapping[str, int], open_: Iterable[Branch]) -> dict[str, int]:
    facts = dict(known)
    for branch in open_:
        facts.update(branch.settings[0])
    return facts


def assessed(model: Model, facts: Mapping[str, int], draws: int = FULL.draws) -> VerdictKey:
    """The verdict on complete answers."""
    (assessment,) = model.assess([Beliefs(facts, ())], Budget(1, draws))
    return call(model.knowledge, assessment).key


class _Node(NamedTuple):
    facts: Mapping[str, int]
    open: tuple[int, ...]
    """Indices of the branches not taken yet."""


class _Search:
    def __init__(self, model: Model, branches: Sequence[Branch], draws: int, bounds: Bounds) -> None:
        self._model = model
        self._branches = branches
        self._draws = draws
        self._bounds = bounds
        self._keys = verdict_keys(model)
        # By branch: the facts in it, and so what hangs on it.
        self._facts = [tuple(dict.fromkeys(fact for setting in b.settings for fact in setting)) for b in branches]
        self._found: tuple[VerdictKey, Mapping[str, int]] | None = None

    def run(self, facts: Mapping[str, int], most: int) -> Proof:
        stack = [_Node(facts, tuple(range(len(self._branches))))]
        nodes = 0
        while stack:
            if nodes >= most:
                return Proof(None, None, None)
            batch = [stack.pop() for _ in range(min(NODES_AT_ONCE, len(stack), most - nodes))]
            nodes += len(batch)
            for node, code, hangs in zip(batch, *self._look(batch), strict=True):
                if code == UNKNOWN:
                    branch = max(
                        node.open, key=lambda b: sum(hangs.get(fact, 0.0) for fact in self._facts[b]), default=-1
                    )
                    if branch >= 0 and any(hangs.get(fact) for fact in self._facts[branch]):
                        stack.extend(self._children(node, branch))
                        continue
                    key = assessed(self._model, self._completed(node), self._draws)
                else:
                    key = self._keys[code]
                if (witness := self._differs(key, node)) is not None:
                    return Proof(False, None, witness)
        assert self._found is not None
        return Proof(True, self._found[0], None)

    def _look(self, batch: Sequence[_Node]) -> tuple[list[int], list[Mapping[str, float]]]:
        """The code of each node's verdict, or `UNKNOWN`, and what hangs on each of its facts."""
        stacked = {
            fact: np.array([node.facts[fact] for node in batch], dtype=np.int64)
            for fact in {fact for facts in self._facts for fact in facts}
        }
        state = self._bounds.state({**batch[0].facts, **stacked}, len(batch))
        codes = np.full(len(batch), UNKNOWN)
        likely = np.arange(len(batch))
        if self._draws > GLANCE:
            likely = np.flatnonzero(self._bounds.promising(state, GLANCE))
        codes[likely] = self._bounds.codes(state.only(likely))
        return codes.tolist(), self._bounds.hanging(state)

    def _children(self, node: _Node, branch: int) -> list[_Node]:
        rest = tuple(b for b in node.open if b != branch)
        return [_Node({**node.facts, **setting}, rest) for setting in self._branches[branch].settings]

    def _completed(self, node: _Node) -> dict[str, int]:
        return _completion(node.facts, (self._branches[branch] for branch in node.open))

    def _differs(self, key: VerdictKey, node: _Node) -> tuple[Mapping[str, int], Mapping[str, int]] | None:
        """Two completions with different verdicts, if this is the second verdict found."""
        if self._found is None:
            self._found = (key, self._completed(node))
        if self._found[0] == key:
            return None
        return self._found[1], self._completed(node)
