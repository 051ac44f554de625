"""What every type of the vocabulary shares."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, StringConstraints

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


def _no_yes_or_no(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(f"{str(value).lower()} is no number")
    return value


NO_YES_OR_NO = BeforeValidator(_no_yes_or_no)
"""Keeps true from passing as 1; in an annotation it stands behind the bounds."""
Real = Annotated[float, NO_YES_OR_NO]
"""A number that people write."""
Whole = Annotated[int, NO_YES_OR_NO]
"""The same, without a fraction."""


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
