"""The evidence of a value model as arrays, and which of it counts in evaluations.

Axes: rules that have evidence (r), candidates (c), criteria (k).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from advisor.decision.arrays import Booleans, Floats, Integers
from advisor.decision.value import ValueModel
from advisor.engine.batch import Evaluations
from advisor.engine.program import Evaluation
from advisor.model.knowledge import Knowledge


class Cell(NamedTuple):
    """The evidence for and against one candidate under one criterion."""

    place: int
    """Among all candidates and criteria, the candidates first."""
    rules: Integers
    """The rules that have it, by their index in the knowledge base."""
    worth: Floats
    """Strength / divisor of each, and the variance of that: (2, rules)."""


class EvidenceArrays(NamedTuple):
    """The evidence of a value model."""

    rules: tuple[int, ...]
    """The rules that have any, by their index in the knowledge base."""
    points: Floats
    """Strength / divisor: (r, c, k)."""
    variances: Floats
    """Of these points: (r, c, k)."""
    cells: tuple[Cell, ...]
    """The same without what is 0: of few rules there is any evidence under a given criterion."""

    def sums(self, fired: Booleans) -> Floats:
        """What the evidence is worth before weighting, and the variance of that, given whether each rule of the
        knowledge base fired, (rules, n): (2, c, k, n)."""
        candidates, criteria = self.points.shape[1:]
        found = np.zeros((2, candidates * criteria, fired.shape[1]))
        for cell in self.cells:
            found[:, cell.place] = cell.worth @ fired.take(cell.rules, axis=0)
        return found.reshape(2, candidates, criteria, -1)


@lru_cache(maxsize=8)
def evidence_of(knowledge: Knowledge, values: ValueModel) -> EvidenceArrays:
    """The evidence of a value model."""
    rules = tuple(sorted({piece.rule for piece in values.pieces}))
    place = {rule: index for index, rule in enumerate(rules)}
    candidates, criteria = len(knowledge.candidates), len(knowledge.criteria)
    worth = np.zeros((2, len(rules), candidates * criteria))
    for piece in values.pieces:
        worth[:, place[piece.rule], piece.candidate * criteria + piece.criterion] += piece.points, piece.error**2
    points, variances = worth.reshape(2, len(rules), candidates, criteria)
    counting = (worth != 0).any(axis=0)
    cells = []
    for cell in np.flatnonzero(counting.any(axis=0)).tolist():
        having = np.flatnonzero(counting[:, cell])
        cells.append(Cell(cell, np.array(rules)[having], np.ascontiguousarray(worth[:, having, cell])))
    return EvidenceArrays(rules, points, variances, tuple(cells))


def fired_by_rule(evaluation: Evaluation | Evaluations, shape: tuple[int, ...]) -> Booleans:
    """Whether each rule's condition is true: (rules, *shape). What an evaluation has of them must be of a
    shape that can be broadcast to `shape`."""
    firing = np.array(evaluation.fired) if isinstance(evaluation, Evaluation) else evaluation.firing
    return np.moveaxis(np.broadcast_to(firing, (*shape, firing.shape[-1])), -1, 0).astype(bool, order="C")
