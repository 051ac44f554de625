"""What every type of the vocabulary shares."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*$", max_length=80)]
"""A name in `rules/`: lower-case words joined by `-`; a `.` joins a question to its option, or a metric to
its candidate."""

ExpandedName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(@[a-z][a-z0-9-]*)?$", max_length=80)]
"""Of what may be written once for several candidates: the id as written, with `@candidate` once it is expanded."""

FormatVersion = Annotated[str, StringConstraints(pattern=r"^1\.\d+$")]
"""The version of a document's format, `major.minor`; docs/formats.md says what it promises."""

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
"""Text that a person reads."""

Scalar = bool | int | float | str
"""One value of a fact."""


def _a_number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(f"{str(value).lower()} is no number")
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not isfinite(number):
            raise ValueError(f"{value!r} is no number")
        plain = f"{number:.15g}"
        # Without a point YAML takes what has an exponent for a text.
        plain = plain if "." in plain else plain.replace("e", ".0e")
        raise ValueError(f"{value!r} is a text here; write {plain}")
    return value


A_NUMBER = BeforeValidator(_a_number)
"""Keeps true from passing as 1, and a text as the number that it looks like: YAML takes 5e-1 for one, and whatever else
reads the file would too. In an annotation it stands behind the bounds."""
Real = Annotated[float, A_NUMBER]
"""A number that people write."""
Whole = Annotated[int, A_NUMBER]
"""The same, without a fraction."""


def _readable(seed: int) -> int:
    # Not by a bound of the field, which the published schema would have, too: a minor version only adds to that.
    if seed >= 2**63:
        raise ValueError("a seed lies below 2**63, so that every program can read it")
    return seed


Seed = Annotated[int, Field(ge=0), AfterValidator(_readable)]
"""What fixes every random number of a result."""


def _a_day(value: Any) -> Any:
    if isinstance(value, datetime) or not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value), re.ASCII):
        raise ValueError(f"{str(value)!r} is not a date like 2026-11-23")
    return value


Day = Annotated[date, BeforeValidator(_a_day)]
"""A date that people write; not a moment of it, nor seconds since 1970."""


class Frozen(BaseModel):
    """An immutable record that rejects unknown fields, NaN and infinity."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_by_name=True,
        validate_by_alias=True,
    )

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields replaced, unchecked. What this one has worked out from its fields and keeps, the copy
        works out anew, since they may be others."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


def by_key(*keys: str) -> Discriminator:
    """Tells the members of a union apart by the key that only they have."""

    def tag(value: Any) -> str | None:
        names = value if isinstance(value, dict) else getattr(type(value), "model_fields", ())
        return next((key for key in keys if key in names or f"{key}_" in names), None)

    return Discriminator(
        tag,
        custom_error_type="unknown_form",
        custom_error_message=f"expected a mapping with one of the keys: {', '.join(keys)}",
    )
