"""What a requirement says of versions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version


@lru_cache(4096)
def within(required: str, wanted: str) -> bool:
    """Whether all versions that `required` allows lie in `wanted`; not where it allows any. Both are specifiers such
    as `>=3,<4`.

    Specifiers change their mind only at the versions that they name, so it is enough to look at these and just
    beside them.
    """
    try:
        requirement, target = SpecifierSet(required), SpecifierSet(wanted)
    except InvalidSpecifier:
        return False
    points = {version for text in (required, wanted) for version in _around(text)} | {"0", "99999"}
    allowed = [point for point in points if requirement.contains(point, prereleases=True)]
    return bool(allowed) and all(target.contains(point, prereleases=True) for point in allowed)


@lru_cache(4096)
def allows_one(required: str, versions: tuple[str, ...]) -> bool:
    """Whether a specifier allows one of these versions; not where it says nothing."""
    try:
        return bool(required) and any(
            SpecifierSet(required).contains(version, prereleases=True) for version in versions
        )
    except InvalidSpecifier:
        return False


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
    """A constraint as Poetry and Conda's relatives write it, as a specifier; empty where it says nothing or can't be
    told. `^1.2` is `>=1.2,<2`, `~1.2` is `>=1.2,<1.3`, a bare `1.2` is `==1.2`."""
    parts = []
    for clause in re.split(r"\s*,\s*|\s+(?=[<>=!~^])", text.split("||")[0].strip()):
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
    joined = ",".join(part for part in parts if part and part != "*")
    try:
        SpecifierSet(joined)
    except InvalidSpecifier:
        return ""
    return joined


def from_conda(text: str) -> str:
    """A version as Conda writes it, as a specifier: `=1.2` and `1.2` are `==1.2.*`; empty where it can't be told."""
    found = re.match(r"={0,2}\s*(\d+(?:\.\d+)*)", text)
    if found:
        exact = text.startswith("==") or found[1].count(".") >= 2
        return f"=={found[1]}" + ("" if exact else ".*")
    try:
        return str(SpecifierSet(re.split(r"[\s|]", text.strip())[0]))
    except InvalidSpecifier:
        return ""
