"""What in a project's files speaks for an answer: the knowledge of `advisor scan`."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal, Self

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import AfterValidator, Field, model_validator

from advisor.model.base import Frozen, Identifier, Real, Scalar, Sentence

Sureness = Literal["certain", "likely", "possible"]
"""How far something seen settles an answer: it says so itself; it would be odd otherwise; it is a hint."""

SURENESS: tuple[Sureness, ...] = ("possible", "likely", "certain")
"""Least sure first."""


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as problem:
        raise ValueError(f"not a regular expression: {problem}") from None
    return text


def _specifier(text: str) -> str:
    try:
        SpecifierSet(text)
    except InvalidSpecifier as problem:
        raise ValueError(str(problem)) from None
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]
"""A regular expression, searched for."""
Specifier = Annotated[str, AfterValidator(_specifier)]
"""Versions as in a Python requirement, such as `>=3,<4`."""
Names = tuple[Annotated[str, Field(min_length=1)], ...]
Globs = Annotated[Names, Field(min_length=1)]
"""Names of files, with `*`; one with a `/` is compared with the end of the whole path."""


class Line(Frozen):
    """A line of a text file."""

    files: Globs
    pattern: Pattern


class Call(Frozen):
    """A call in Python code with a constant argument."""

    call: str = Field(min_length=1)
    """The called name in full, or `*.name` for a method of whatever object."""
    argument: str = Field(min_length=1)
    """Its keyword, or its position from 0."""
    equals: Scalar | None = None
    """None: any constant."""


class Format(Frozen):
    """A kind of file that is told by what it begins with."""

    id: Identifier
    text: Sentence
    extensions: Globs
    """Of the files that are looked into, without the dot; `-` for those without an extension."""
    head: Pattern
    """What its first 64 KiB match from the start, byte by byte as Latin-1."""
    contains: Pattern | None = None
    """And what is found anywhere in the first or last 64 KiB."""


class Sign(Frozen):
    """Something that files may show, and the answer for which it speaks. Any one of what is listed is enough."""

    id: Identifier
    question: Identifier
    value: Scalar | tuple[str, ...] | None = None
    """None with `capture`; otherwise it speaks against every answer that the question offers."""
    capture: bool = False
    """The answer is what the first group of the line's pattern, or the call's argument, gives."""
    sure: Sureness
    because: Sentence
    imports: Names = ()
    """Python modules, with all below them."""
    uses: Names = ()
    """Names in Python code, in full, with all below them."""
    bases: Names = ()
    """Classes that a class in Python code derives from."""
    methods: Names = ()
    """Methods that Python code calls, of whatever object."""
    defines: Names = ()
    """Methods that a class in Python code defines."""
    calls: tuple[Call, ...] = ()
    packages: Names = ()
    """Python distributions that are required, with `*`."""
    version: Specifier | None = None
    """All the versions that the requirement allows lie in this."""
    allows: tuple[str, ...] = ()
    """The requirement allows one of these versions."""
    lines: tuple[Line, ...] = ()
    files: Names = ()
    """Names of files, with `*`; one with a `/` is compared with the end of the whole path."""
    formats: tuple[Identifier, ...] = ()
    unless: tuple[Identifier, ...] = ()
    """It doesn't count in a file that shows one of these signs too."""
    borne_out_by: tuple[Identifier, ...] = ()
    """It is no more than a hint in a project whose files show none of these signs, outside of tests and the like."""

    @model_validator(mode="after")
    def _looks_for_something(self) -> Self:
        kinds = ("imports", "uses", "bases", "methods", "defines", "calls", "packages", "lines", "files", "formats")
        if not any(getattr(self, kind) for kind in kinds):
            raise ValueError(f"a sign looks for at least one of: {', '.join(kinds)}")
        if (self.version or self.allows) and not self.packages:
            raise ValueError("version and allows say which versions of `packages` are meant")
        if self.capture and (self.value is not None or not (self.calls or self.lines)):
            raise ValueError("capture takes the place of value, and needs calls or lines")
        return self


class ScanSettings(Frozen):
    """How what is seen adds up, and where not to look."""

    weights: dict[Sureness, Real]
    """What a file that shows a sign adds to the support of its answer."""
    lead: Real = Field(gt=1)
    """How many times the support of the next answer one needs to be proposed."""
    minor: Names
    """Folders and files in which a sign is one step less sure, such as tests; with `*`."""
    pruned: Names
    """Folders that are not looked into, with `*`."""


class Signs(Frozen):
    """All of it."""

    settings: ScanSettings
    formats: tuple[Format, ...]
    signs: Annotated[tuple[Sign, ...], Field(min_length=1)]

    @cached_property
    def sign(self) -> dict[str, Sign]:
        """The signs by id."""
        return {sign.id: sign for sign in self.signs}
