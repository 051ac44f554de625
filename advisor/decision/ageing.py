"""Old knowledge counts for less: by how much, and from when."""

from __future__ import annotations

import datetime

from advisor.model.knowledge import Knowledge
from advisor.model.rule import Rule
from advisor.model.source import Source

DAYS_PER_MONTH = 365.25 / 12


def review_by(knowledge: Knowledge, source: Source) -> datetime.date:
    """The date on which a source should have been opened again."""
    months = source.checked.year * 12 + source.checked.month - 1 + knowledge.settings.review_months[source.kind]
    first = datetime.date(months // 12, months % 12 + 1, 1)
    return first + datetime.timedelta(days=min(source.checked.day, 28) - 1)


def currency(knowledge: Knowledge, rule: Rule, as_of: datetime.date | None) -> float:
    """The share of its strength with which a rule still counts, by the source that is the longest overdue.

    1 up to the day on which the source should have been read again; from then on it halves with each further period
    of review, so that a statement about versions, to be read again after six months, counts half after a year and a
    quarter after a year and a half. Nothing is aged where `as_of` is None.
    """
    if as_of is None:
        return 1.0
    return min(_currency(knowledge, knowledge.source[name], as_of) for name in rule.sources)


def _currency(knowledge: Knowledge, source: Source, as_of: datetime.date) -> float:
    overdue = (as_of - review_by(knowledge, source)).days
    period = knowledge.settings.review_months[source.kind] * DAYS_PER_MONTH
    return 0.5 ** (max(0, overdue) / period)
