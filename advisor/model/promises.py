"""What a schema promises to the readers of a document, and whether another one keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def major(schema: Schema) -> str:
    """The major version of the format that a document's schema names; empty where it names none."""
    return str(schema.get("properties", {}).get("format_version", {}).get("const", "")).partition(".")[0]


def broken(old: Schema, new: Schema) -> list[str]:
    """The promises of `old` that `new` doesn't keep, as phrases such as `result.verdict goes missing`; none where their
    major versions differ.

    A field may be added, a value may be added to an enumeration, and a range may be made narrower. A field may not go
    missing, become optional, or change its type.
    """
    if major(old) != major(new):
        return []
    return list(dict.fromkeys(_broken(old, new, (old, new), "", frozenset())))


def _broken(old: Schema, new: Schema, roots: tuple[Schema, Schema], where: str, seen: frozenset[str]) -> Iterator[str]:
    name = old.get("$ref", "")
    if name in seen:
        return
    seen |= {name} if name else set()
    old, new = _resolved(old, roots[0]), _resolved(new, roots[1])
    here = where or "the document"
    if _kinds(old, roots[0]) != _kinds(new, roots[1]):
        yield f"{here} changes its type"
        return
    if "const" in old and old["const"] != new.get("const") and not where.endswith("format_version"):
        yield f"{here} changes its value"
    if "enum" in new and not set(map(str, old.get("enum", ()))) <= set(map(str, new["enum"])):
        yield f"{here} loses a value"
    properties = new.get("properties", {})
    for field, schema in old.get("properties", {}).items():
        path = f"{where}.{field}".lstrip(".")
        if field not in properties:
            yield f"{path} goes missing"
            continue
        if field in old.get("required", ()) and field not in new.get("required", ()):
            yield f"{path} becomes optional"
        yield from _broken(schema, properties[field], roots, path, seen)
    for key in ("items", "additionalProperties"):
        if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
            yield from _broken(old[key], new[key], roots, f"{where}[]", seen)
    for each, other in zip(old.get("prefixItems", ()), new.get("prefixItems", ()), strict=False):
        yield from _broken(each, other, roots, f"{where}[]", seen)
    yield from _branches(old, new, roots, where, seen)


def _branches(
    old: Schema, new: Schema, roots: tuple[Schema, Schema], where: str, seen: frozenset[str]
) -> Iterator[str]:
    """Compare the members of unions: each with the one of the same kind."""
    others = {_kind(member, roots[1]): member for member in _members(new)}
    for member in _members(old):
        other = others.get(_kind(member, roots[0]))
        if other is not None:
            yield from _broken(member, other, roots, where, seen)


def _members(schema: Schema) -> list[Schema]:
    return [*schema.get("anyOf", ()), *schema.get("oneOf", ())]


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        found = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def _kinds(schema: Schema, root: Schema) -> frozenset[str]:
    """The kinds of value that a schema allows."""
    schema = _resolved(schema, root)
    members = _members(schema)
    if members:
        return frozenset().union(*(_kinds(member, root) for member in members))
    return frozenset({_kind(schema, root)})


def _kind(schema: Schema, root: Schema) -> str:
    """The type of a value; of an object with a name, that too, so that one isn't taken for another."""
    title = schema.get("$ref", "").rpartition("/")[2]
    schema = _resolved(schema, root)
    kind = schema.get("type") or type(schema.get("const", schema.get("enum", [None])[0])).__name__
    return f"{kind} {title}" if kind == "object" and title else str(kind)
