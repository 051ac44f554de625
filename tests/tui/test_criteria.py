"""The table of criteria, with their groups."""

import datetime
import io

from rich.console import Console
from textual.widgets import Static

from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.tui.widgets.criteria import Criteria

KNOWLEDGE = load()
DAY = datetime.date(2026, 11, 24)


def shown(result):
    console = Console(width=80, record=True, file=io.StringIO())
    for part in Criteria(KNOWLEDGE, result).compose():
        assert isinstance(part, Static)
        console.print(part.content)
    return console.export_text()


def test_criteria_stand_under_their_groups_and_ranks_below():
    result = advise(KNOWLEDGE, {"stage": Answer(question="stage", value="research")}, None, as_of=DAY)
    lines = [line.rstrip() for line in shown(result).splitlines()]
    starts = [line.split("  ")[0] for line in lines]
    places = [starts.index(group.title) for group in KNOWLEDGE.groups]
    for criterion in KNOWLEDGE.criteria:
        here = next(i for i, line in enumerate(lines) if line.startswith(f"  {criterion.title}"))
        owner = max(place for place in places if place < here)
        assert starts[owner] == next(g.title for g in KNOWLEDGE.groups if g.id == criterion.group)
    for row in ("Ranks first", "Ranks fourth", "With own weights"):
        assert any(line.startswith(row) for line in lines)
    assert all(len(line) <= 80 for line in lines)
