"""A YAML (or JSON) file whose every value can still be traced to its line."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from advisor.errors import InvalidInput

Location = Sequence[str | int]
T = TypeVar("T", bound=BaseModel)
_TEXT = "tag:yaml.org,2002:str"

_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc, valid-type]
    """The safe loader, but a date stays text: the model says which fields are dates."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _BASE.yaml_implicit_resolvers.items()
}


class Document:
    """One parsed file: its `data`, and where each part of it stands.

    `error` is the exception type raised for every mistake found in it.
    """

    def __init__(self, name: str, text: str, error: type[InvalidInput] = InvalidInput) -> None:
        """Parse `text`; `name` is what messages call the file. Raises `error` on malformed YAML and on a key that
        is given twice."""
        self.name = name
        self._error = error
        loader = _Loader(text)
        try:
            self._root = loader.get_single_node()
            self.data: Any = None if self._root is None else self._plain(self._root, loader)
        except yaml.YAMLError as problem:
            mark = getattr(problem, "problem_mark", None)
            line = f":{mark.line + 1}" if mark else ""
            what = getattr(problem, "problem", None) or str(problem)
            raise error(
                f"{name}{line}: not valid YAML: {what}", "Mend the syntax on or just above that line."
            ) from None
        finally:
            loader.dispose()

    @classmethod
    def read(cls, path: Path, name: str | None = None, error: type[InvalidInput] = InvalidInput) -> "Document":
        """Parse the file at `path`. Raises `error` where it can't be read or isn't UTF-8 YAML."""
        name = name or str(path)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise error(f"{name}: there is no such file", "Check the path.") from None
        except (OSError, UnicodeDecodeError) as problem:
            raise error(f"{name}: can't be read: {problem}", "It must be a readable file of UTF-8 text.") from None
        return cls(name, text, error)

    def _plain(self, node: yaml.Node, loader: Any) -> Any:
        """The value of a node. The loader's own way makes room for classes and cycles, which rules have none of, and
        takes twice as long; it is left to read numbers and to merge mappings."""
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.tag == _TEXT else loader.construct_object(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, loader) for item in node.value]
        seen: dict[Any, yaml.Node] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error(f"{self.name}:{key.start_mark.line + 1}: a key must be a plain word", "Quote it.")
            if key.value in seen:
                line = key.start_mark.line + 1
                raise self._error(f"{self.name}:{line}: {key.value!r} is given twice", "Keep one of them.")
            seen[key.value] = key
        if "<<" in seen:
            loader.flatten_mapping(node)
        return {self._plain(key, loader): self._plain(value, loader) for key, value in node.value}

    def line(self, location: Location) -> int:
        """The line (from 1) of the value at a path of keys and indices; where the path leads nowhere, of the deepest
        part of it that exists."""
        node = self._root
        for key in location:
            child = _child(node, key)
            if child is None:
                break
            node = child
        return node.start_mark.line + 1 if node is not None else 1

    def problem(self, location: Location, message: str, hint: str = "") -> InvalidInput:
        """The exception for a mistake at `location`, ready to be raised."""
        return self._error(f"{self.name}:{self.line(location)}: {message}", hint)

    def validate(self, model: type[T], data: Any, location: Location, what: str) -> T:
        """`data`, found at `location`, as a `model`. Raises on the first field that doesn't fit, naming file, line,
        `what` and field."""
        try:
            return model.model_validate(data)
        except ValidationError as problem:
            errors = problem.errors()
            # A union that rejects one member makes its container "too short" as well; the cause is the better message.
            first = next((e for e in errors if e["type"] != "too_short"), errors[0])
            path = _without_tags(first["loc"])
            field = ".".join(str(part) for part in path) or "(the whole entry)"
            message = first["msg"].removeprefix("Value error, ")
            if first["type"] == "extra_forbidden":
                message = f"unknown field; the fields are {', '.join(_field_names(model))}"
            raise self.problem((*location, *path), f"{what}: {field}: {message}") from None


def _field_names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _without_tags(location: Location) -> tuple[str | int, ...]:
    """A path as pydantic gives it, without the names of union members that it puts behind every place where the
    model has a union: a condition or a consequence."""
    path: list[str | int] = []
    tag_follows = False
    for part in location:
        if tag_follows:
            tag_follows = False
            continue
        path.append(part)
        in_list = isinstance(part, int) and len(path) > 1 and path[-2] in ("then", "all", "any")
        tag_follows = in_list or part in ("when", "not")
    return tuple(path)


def _child(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for k, value in node.value if getattr(k, "value", None) == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]
    return None


def each(document: Document, section: str, use: Callable[[Any, tuple[str | int, ...]], None]) -> None:
    """Call `use(entry, location)` for every entry of the list at a top-level key. Raises if it isn't a list."""
    entries = document.data.get(section, [])
    if not isinstance(entries, list):
        raise document.problem((section,), f"{section}: expected a list of entries")
    for index, entry in enumerate(entries):
        use(entry, (section, index))
