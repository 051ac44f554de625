"""What a requirement says of versions: a specifier as Python has it, or several of them, parted by `|`, any of which
will do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version


def within(required: str, wanted: str) -> bool:
    """Whether all versions that `required` allows lie in `wanted`, a specifier such as `>=3,<4`; not where it allows
    any."""
    return all(_within(one, wanted) for one in required.split("|"))


@lru_cache(4096)
def _within(required: str, wanted: str) -> bool:
    """Specifiers change their mind only at the versions that they name, so it is enough to look at these and just
    beside them."""
    try:
        requirement, target = SpecifierSet(required), SpecifierSet(wanted)
    except InvalidSpecifier:
        return False
    points = {version for text in (required, wanted) for version in _around(text)} | {"0", "99999"}
    allowed = [point for point in points if requirement.contains(point, prereleases=True)]
    return bool(allowed) and all(target.contains(point, prereleases=True) for point in allowed)


@lru_cache(4096)
def allows_one(required: str, versions: tuple[str, ...]) -> bool:
    """Whether one of these versions is allowed; not where nothing is said."""
    try:
        allowed = [SpecifierSet(one) for one in required.split("|") if one]
    except InvalidSpecifier:
        return False
    return any(one.contains(version, prereleases=True) for one in allowed for version in versions)


def _around(specifier: str) -> Iterable[str]:
    """The versions named in a specifier, and for each the next one and the last one before it."""
    for text in re.findall(r"\d+(?:\.\d+)*", specifier):
        release = list(Version(text).release)
        yield text
        yield f"{text}.0.0.1"
        while release and release[-1] == 0:
            release.pop()
        if release:
            release[-1] -= 1
            yield ".".join(map(str, [*release, 99999]))
        # What `~=` and `.*` end before.
        for length in (1, 2):
            if len(release) >= length:
                yield ".".join(map(str, [*Version(text).release[: length - 1], Version(text).release[length - 1] + 1]))


def from_poetry(text: str) -> str:
    """A constraint as Poetry and its relatives write it; empty where it says nothing or can't be told. `^1.2` is
    `>=1.2,<2`, `~1.2` is `>=1.2,<1.3`, a bare `1.2` is `==1.2`."""
    return _alternatives(text, _from_poetry)


def from_conda(text: str) -> str:
    """A version as Conda writes it: `=1.2` and `1.2` are `==1.2.*`; empty where it can't be told."""
    # What follows a blank is the build.
    joined = re.sub(r"\s*([,|<>=!~])\s*", r"\1", text.strip())
    return _alternatives(joined.partition(" ")[0], _from_conda)


def _alternatives(text: str, read: Callable[[str], str]) -> str:
    found = [read(one.strip()) for one in re.split(r"\|\|?", text)]
    return "|".join(found) if all(found) else ""


def _from_poetry(text: str) -> str:
    parts = []
    for clause in re.split(r"\s*,\s*|\s+(?=[<>=!~^])", text):
        found = re.fullmatch(r"(\^|~(?!=)|)\s*(\d{1,18}(?:\.\d{1,18})*(?:\.\*)?)", clause)
        if not found:
            parts.append(clause.replace(" ", ""))
            continue
        sign, version = found.groups()
        if not sign:
            parts.append(f"=={version}")
            continue
        release = [int(part) for part in version.removesuffix(".*").split(".")]
        if sign == "^":
            kept = next((index for index, part in enumerate(release) if part), len(release) - 1)
        else:
            kept = min(1, len(release) - 1)
        upper = [*release[:kept], release[kept] + 1]
        parts.append(f">={version.removesuffix('.*')},<{'.'.join(map(str, upper))}")
    return _joined(part for part in parts if part != "*")


def _from_conda(text: str) -> str:
    parts = []
    for clause in text.split(","):
        found = re.fullmatch(r"(={0,2})(\d[\w.]*?)(\.?\*)?(?:=.*)?", clause)
        if found:
            exact = not found[3] and (found[1] == "==" or found[2].count(".") >= 2)
            clause = f"=={found[2]}" + ("" if exact else ".*")
        parts.append(clause)
    return str(SpecifierSet(_joined(parts)))


def _joined(clauses: Iterable[str]) -> str:
    joined = ",".join(filter(None, clauses))
    try:
        SpecifierSet(joined)
    except InvalidSpecifier:
        return ""
    return joined
