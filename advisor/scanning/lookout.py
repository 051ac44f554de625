"""Signs, arranged so that what is seen in a file finds those that it shows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase, translate
from typing import NamedTuple

from advisor.model.scan import Sighting
from advisor.model.sign import Format, Sign, Signs
from advisor.scanning.names import Names
from advisor.scanning.seen import Seen
from advisor.scanning.versions import allows_one, within

_DOTTED = {"import": "imports", "use": "uses", "base": "bases", "method": "methods", "define": "defines"}
_LONGEST = 160
_LINE_LIMIT = 2000


class Captured(NamedTuple):
    """A sighting, and the number that it captured if its sign captures one."""

    sighting: Sighting
    value: int | None = None


class Lookout:
    """All signs, by what they look for."""

    def __init__(self, signs: Signs) -> None:
        self.signs = signs
        self._by_name: dict[str, dict[str, list[Sign]]] = {kind: defaultdict(list) for kind in _DOTTED}
        self._minor_folders: dict[str, bool] = {}
        self._above_known: dict[tuple[str, str], Sequence[Sign]] = {}
        self._calls: dict[str, list[tuple[str, object, Sign]]] = defaultdict(list)
        self._packages: dict[str, list[Sign]] = defaultdict(list)
        self._wild: list[tuple[str, Sign]] = []
        self._formats: dict[str, list[Sign]] = defaultdict(list)
        for sign in signs.signs:
            for kind, field in _DOTTED.items():
                for name in getattr(sign, field):
                    self._by_name[kind][name].append(sign)
            for call in sign.calls:
                self._calls[call.call].append((call.argument, call.equals, sign))
            for name in sign.packages:
                if "*" in name:
                    self._wild.append((name, sign))
                else:
                    self._packages[name].append(sign)
            for name in sign.formats:
                self._formats[name].append(sign)
        self._lines = Names((glob, (line, sign)) for sign in signs.signs for line in sign.lines for glob in line.files)
        self._files = Names((glob, sign) for sign in signs.signs for glob in sign.files)
        self._minor = re.compile("|".join(translate(name.lower()) for name in signs.settings.minor) or r"(?!)")
        self.pruned = re.compile("|".join(translate(name) for name in signs.settings.pruned) or r"(?!)")
        self._extensions: dict[str, list[Format]] = defaultdict(list)
        for each in signs.formats:
            for extension in each.extensions:
                self._extensions[extension.lower()].append(each)
        self._patterns = {
            text: re.compile(text, re.MULTILINE) for sign in signs.signs for text in (e.pattern for e in sign.lines)
        }
        self._heads = {e.id: re.compile(e.head.encode("latin-1"), re.DOTALL) for e in signs.formats}
        self._inside = {e.id: re.compile(e.contains.encode("latin-1")) for e in signs.formats if e.contains}
        self.mentions = self._mentions()

    def _mentions(self) -> re.Pattern[bytes]:
        """Found in every Python file that can show a sign: the import of something that signs know."""
        known = {name.partition(".")[0] for kind in ("import", "use", "base") for name in self._by_name[kind]}
        known |= {name.partition(".")[0] for name in self._calls if not name.startswith("*")}
        words = "|".join(sorted(map(re.escape, known))) or r"(?!)"
        return re.compile(rf"(?:import|from)(?:\\\r?\n|[^\n])*\b(?:{words})\b".encode())

    def is_minor(self, path: str) -> bool:
        """Whether a file lies among tests, examples or the like."""
        folder, _, name = path.lower().rpartition("/")
        found = self._minor_folders.get(folder)
        if found is None:
            found = self._minor_folders[folder] = any(self._minor.match(part) for part in folder.split("/"))
        return found or bool(self._minor.match(name))

    def formats_for(self, path: str) -> list[Format]:
        """The formats that a file may have by its extension."""
        name = path.rpartition("/")[2].lower()
        stem, dot, extension = name.rpartition(".")
        return self._extensions.get(extension if dot and stem else "-", [])

    def has_lines(self, path: str) -> bool:
        """Whether there is a sign that looks at the lines of a file of this name."""
        return self._lines.fits(path)

    def in_name(self, path: str) -> Iterator[Captured]:
        """What the name of a file shows."""
        for sign in self._files.find(path):
            yield self._captured(sign, path, 0, path.rpartition("/")[2])

    def in_lines(self, path: str, text: str) -> Iterator[Captured]:
        """What the lines of a text show, each of them as far as a person would read it."""
        if len(text) > _LINE_LIMIT:
            text = "\n".join(line[:_LINE_LIMIT] for line in text.split("\n"))
        for line, sign in self._lines.find(path):
            found = self._patterns[line.pattern].search(text)
            if found:
                begin, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
                shown = text[begin : end if end >= 0 else None]
                yield self._captured(sign, path, text.count("\n", 0, found.start()) + 1, shown, value=_group(found))

    def in_head(self, path: str, head: bytes, tail: bytes) -> Iterator[Captured]:
        """What a file's first and last bytes show."""
        for each in self.formats_for(path):
            inside = self._inside.get(each.id)
            if self._heads[each.id].match(head) and (inside is None or inside.search(head) or inside.search(tail)):
                for sign in self._formats[each.id]:
                    yield self._captured(sign, path, 0, each.text)
                return

    def in_code(
        self, path: str, found: Iterable[Seen], lines: Sequence[str], own: Collection[str] = ()
    ) -> Iterator[Captured]:
        """What a reader's report shows, each sign once where it is seen first. `lines` are those of the file; `own`
        are the project's own packages, to import which is minor."""
        shown: set[tuple[str, object, bool]] = set()
        for seen in sorted(found, key=lambda seen: seen.line):
            if seen.name.partition(".")[0] in own and seen.kind != "package":
                seen = seen._replace(minor=True)
            for sign, value in self._showing(seen):
                key = (sign.id, value if sign.capture else None, seen.minor)
                if key not in shown:
                    shown.add(key)
                    text = lines[seen.line - 1] if 0 < seen.line <= len(lines) else seen.name
                    yield self._captured(sign, path, seen.line, text, seen.minor, value)

    def _showing(self, seen: Seen) -> Iterator[tuple[Sign, object]]:
        if seen.kind == "package":
            signs = self._packages.get(seen.name, [])
            for sign in [*signs, *(sign for name, sign in self._wild if fnmatchcase(seen.name, name))]:
                fits = sign.version is None or within(seen.specifier, sign.version)
                if fits and (not sign.allows or allows_one(seen.specifier, sign.allows)):
                    yield sign, None
        elif seen.kind == "call":
            for name in {seen.name, f"*.{seen.name.rpartition('.')[2]}"}:
                for argument, equals, sign in self._calls.get(name, ()):
                    if argument == seen.argument and (equals is None or equals == seen.value):
                        yield sign, seen.value
        elif seen.kind in ("method", "define"):
            for sign in self._by_name[seen.kind].get(seen.name, ()):
                yield sign, None
        else:
            for sign in self._above(seen.kind, seen.name):
                yield sign, None

    def _above(self, kind: str, name: str) -> Sequence[Sign]:
        """The signs that know a dotted name or something above it."""
        found = self._above_known.get((kind, name))
        if found is None:
            known = self._by_name[kind]
            parts = name.split(".")
            found = [s for length in range(1, len(parts) + 1) for s in known.get(".".join(parts[:length]), ())]
            self._above_known[kind, name] = found
        return found

    def _captured(
        self, sign: Sign, path: str, line: int, text: str, minor: bool = False, value: object = None
    ) -> Captured:
        sighting = Sighting(
            sign=sign.id,
            file=escaped(path),
            line=line,
            text=escaped(" ".join(text.split()))[:_LONGEST],
            minor=minor or self.is_minor(path),
        )
        return Captured(sighting, _number(value) if sign.capture else None)


def escaped(text: str) -> str:
    """A name or a line from a file, with what would move a terminal's cursor or isn't text written out."""
    plain = text.encode("utf-8", "backslashreplace").decode()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in plain)


def _group(found: re.Match[str]) -> str | None:
    return found[1] if found.re.groups else None


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        return int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return None
