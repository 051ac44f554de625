"""YAML as a tree of nodes that know their line, and as plain data."""

from collections.abc import Sequence
from typing import Any

import yaml

DEEPEST = 100
"""Levels of nesting that are read."""
MOST = 1_000_000
"""Lists and mappings that are read: aliases can make very many of a few lines."""
_SUSPICIOUS = 10_000
"""Brackets, or columns of a line, from which on the nesting is looked at before the parser gets to see it, which is
recursive and would take the process with it."""
_TEXT = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"
_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Malformed(Exception):
    """A text that isn't YAML as it is used here; `line` counts from 1 and is 0 where none can be named."""

    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.hint = hint


class _Loader(_BASE):  # type: ignore[misc, valid-type]
    """The safe loader, but a date stays text: the model says which fields are dates."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _BASE.yaml_implicit_resolvers.items()
}


def parse(text: str) -> tuple[yaml.Node | None, Any]:
    """The tree and the data of a text, both None for an empty one. Raises `Malformed`."""
    try:
        if text.count("[") + text.count("{") > _SUSPICIOUS or max(map(len, text.splitlines()), default=0) > _SUSPICIOUS:
            _measure(text)
        return _parsed(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        what = getattr(problem, "problem", None) or str(problem)
        hint = "Mend the syntax on or just above that line."
        raise Malformed(mark.line + 1 if mark else 0, f"not valid YAML: {what}", hint) from None


def _measure(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, _BASE):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _too_deep(event)


def _too_deep(place: Any) -> Malformed:
    hint = f"At most {DEEPEST} levels are read, and no alias may contain itself."
    return Malformed(place.start_mark.line + 1, "nested too deeply", hint)


def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        loader.made = 0
        return root, None if root is None else _plain(root, loader, 0)
    finally:
        loader.dispose()


def _plain(node: yaml.Node, loader: Any, depth: int) -> Any:
    """The value of a node. The loader's own way makes room for classes and cycles, which rules have none of, and
    takes twice as long; it is left to read numbers."""
    if isinstance(node, yaml.ScalarNode):
        try:
            return node.value if node.tag == _TEXT else loader.construct_object(node)
        except (ValueError, LookupError, AttributeError, TypeError):
            # Such as a whole number of thousands of digits, or what isn't of the kind that its tag says.
            where = node.start_mark.line + 1
            raise Malformed(where, "a value that can't be read", "Quote it, or shorten it.") from None
    _count(node, loader, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, loader, depth + 1) for item in node.value]
    if "<<" in _keys(node):
        _merge(node, loader, depth)
    return {_plain(key, loader, depth): _plain(value, loader, depth + 1) for key, value in node.value}


def _count(node: yaml.Node, loader: Any, depth: int, made: int = 1) -> None:
    if depth > DEEPEST:
        raise _too_deep(node)
    loader.made += made
    if loader.made > MOST:
        raise Malformed(node.start_mark.line + 1, f"more than {MOST:,} lists and mappings", "Write out fewer aliases.")


def _keys(node: yaml.MappingNode) -> set[str]:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise Malformed(key.start_mark.line + 1, "a key must be a plain word", "Quote it.")
        if key.value in seen:
            raise Malformed(key.start_mark.line + 1, f"{key.value!r} is given twice", "Keep one of them.")
        seen.add(key.value)
    return seen


def _merge(node: yaml.MappingNode, loader: Any, depth: int) -> None:
    """Put what `<<` takes in into a mapping itself, below what that has of its own. Aliases lead to one node several
    times; the first time does it."""
    names = _keys(node)
    merged = [value for key, value in node.value if key.tag == _MERGE]
    own = node.value = [(key, value) for key, value in node.value if key.tag != _MERGE]
    taken: list[tuple[yaml.Node, yaml.Node]] = []
    for value in merged:
        for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            if not isinstance(source, yaml.MappingNode):
                raise Malformed(source.start_mark.line + 1, "`<<` takes in mappings only", "Name one, such as `*base`.")
            _merge(source, loader, depth + 1)
            _count(source, loader, depth + 1, len(source.value))
            taken += [(key, value) for key, value in source.value if key.value not in names]
            names |= _keys(source)
    node.value = taken + own


def line(root: yaml.Node | None, location: Sequence[str | int]) -> int:
    """The line (from 1) of the value at a path of keys and indices; where the path leads nowhere, of the deepest part
    of it that exists."""
    node = root
    for key in location:
        child = _child(node, key)
        if child is None:
            break
        node = child
    return node.start_mark.line + 1 if node is not None else 1


def _child(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for k, value in node.value if getattr(k, "value", None) == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]
    return None
