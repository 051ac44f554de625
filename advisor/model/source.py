"""A source: what a rule cites."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from advisor.model.base import Day, Frozen, Identifier, Sentence

Grade = Literal["primary", "secondary", "weak"]
Kind = Literal["versions", "practices"]


class Source(Frozen):
    """A document that a rule rests on."""

    id: Identifier
    title: Sentence
    address: Sentence
    """A URL, or `owner/name: path` for a file of a repository, `owner/name@tag: path` for one of a version."""
    date: Annotated[str, BeforeValidator(str)]
    """When it was published, as precisely as it says: 2026-03, 2026, or undated."""
    checked: Day
    """When somebody last opened it and found that it says what the rules make of it."""
    grade: Grade
    """primary: documentation, source code, release notes, maintainers; secondary: reports by others; weak: the rest."""
    kind: Kind
    """What it speaks of, which decides how soon it must be read again."""
