"""The first mistake that pydantic finds in what somebody wrote: where it stands in the file, and in the file's terms
rather than in Python's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError

from advisor.model.rule import Leaf

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
_LIST, _MAPPING = "expected a list", "expected a mapping of names to values"
_IN_WORDS = {
    "missing": "must be given",
    "extra_forbidden": "unknown field",
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), _LIST),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), _MAPPING),
}


class Mistake(NamedTuple):
    """What is wrong with the value, or the key, at a path into the data."""

    path: Path
    message: str

    @property
    def field(self) -> str:
        """The path as messages write it."""
        return ".".join(map(str, self.path)) or "(the whole entry)"


def first_empty(data: Any) -> Mistake | None:
    """The first place in a file's data where nothing stands: a key with nothing after it, or null in a list. Something
    may have been forgotten there, and a rule with an empty `when` would hold for everybody."""
    return next(_empty(data, ()), None)


def _empty(data: Any, path: Path) -> Iterator[Mistake]:
    if isinstance(data, dict):
        said, parts = "is empty; write what it is, or leave it out", data.items()
    elif isinstance(data, list):
        said, parts = "null is no value", enumerate(data)
    else:
        return
    for key, part in parts:
        yield from [Mistake((*path, key), said)] if part is None else _empty(part, (*path, key))


def first_mistake(problem: ValidationError, model: type[BaseModel], fields: Iterable[str] = ()) -> Mistake:
    """The first thing for which a `model` refused data whose outermost keys may be `fields`, by default the model's."""
    errors = problem.errors()
    # A union that rejects one member makes its container "too short" as well; the cause is the better message.
    error = next((e for e in errors if e["type"] != "too_short"), errors[0])
    path, inner, refused = _followed(model, error["loc"])
    if error["type"] == "extra_forbidden":
        return Mistake(path, unknown_field(fields if fields and len(path) == 1 else field_names(inner)))
    if not refused:
        return Mistake(path, _in_words(error))
    may_list = inner is Leaf and isinstance(path[-1], str)
    return Mistake(path, _no_value(error["input"], refused, "; use `in` for several" if may_list else ", and no list"))


def unknown_fields(problem: ValidationError, model: type[BaseModel]) -> list[Path]:
    """The paths of all fields that a `model` refused since it has none of that name."""
    return [_followed(model, error["loc"])[0] for error in problem.errors() if error["type"] == "extra_forbidden"]


def _in_words(error: ErrorDetails) -> str:
    """What one of pydantic's errors says to somebody who wrote a file, and knows nothing of Python's types."""
    return _IN_WORDS.get(error["type"], error["msg"].removeprefix("Value error, ").removeprefix("Input "))


def unknown_field(fields: Iterable[str]) -> str:
    """What is wrong with a key that isn't one of the fields there are."""
    return f"unknown field; the fields are {', '.join(fields)}"


def field_names(model: type[BaseModel]) -> list[str]:
    """The fields of a model as files call them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _no_value(given: Any, kinds: Sequence[Any], no_list: str) -> str:
    """What is wrong with something that is of none of the kinds that fit where it stands."""
    match given:
        case None:
            return "null is no value"
        case list() if not any(get_origin(kind) is tuple for kind in kinds):
            return f"takes one value{no_list}"
        case dict():
            return "takes a value, and no mapping"
        case float() if not isfinite(given):
            return f"{given} is no number"
    return f"{given!r} doesn't fit"


def _followed(model: type[BaseModel], location: Sequence[str | int]) -> tuple[Path, type[BaseModel], Sequence[Any]]:
    """A path as pydantic gives it, without what names members of unions rather than parts of the data; the innermost
    model on it; and where it ends at a value that fits no member of a union, these."""
    path: Path = ()
    inner, kind = model, model
    for part in location:
        members = _members(kind)
        if len(members) > 1:
            chosen = next((member for member in members if _called(member) == part), None)
            if chosen is None:
                return path, inner, members
            kind = chosen
        elif part != "[key]":
            kind = _untagged(members[0])
            inner = kind if _is_model(kind) else inner
            path, kind = (*path, part), _part(kind, part)
    return path, inner, ()


def _members(kind: Any) -> list[Any]:
    """The types that a value of a type may have, apart from None: several where it is a union."""
    if get_origin(kind) is Annotated and _called(kind) is None:
        return _members(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [member for each in get_args(kind) if each is not NoneType for member in _members(each)]
    return [kind]


def _called(member: Any) -> str | None:
    """What a path calls a member of a union, where that is a model."""
    if get_origin(member) is Annotated:
        return next((each.tag for each in get_args(member)[1:] if isinstance(each, Tag)), None)
    return member.__name__ if _is_model(member) else None


def _part(kind: Any, part: str | int) -> Any:
    """The type of what stands under a key or index in a value of a type; None where there is no such thing."""
    if _is_model(kind):
        fields = kind.model_fields.items()
        return next((field.annotation for name, field in fields if part in (name, field.alias)), None)
    arguments = get_args(kind)
    return arguments[1 if get_origin(kind) is dict else 0] if arguments else None


def _untagged(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
