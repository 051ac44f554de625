"""Where a source can be opened: what may become a link, and what stays text."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_REPOSITORY = re.compile(r"([A-Za-z0-9][\w.-]*/[\w.-]+?)(?:@([\w.-]+))?: (.+)")
_PATH = re.compile(r"[\w./-]+\.\w+")
_FIRST_PATH = re.compile(r"[\w./-]*")
_UNSAFE = re.compile(r"[\s<>\"'`\\^{}|\x00-\x1f\x7f]")


def web_address(address: str) -> str | None:
    """The address to open for a source's, or None where there is none: an http(s) URL as it stands, and GitHub for
    `owner/name: path`, with `owner/name@tag: paths` the first of them as the tag has it. Whatever else an address may
    be, such as `javascript:…`, is nothing to click on."""
    if repository := _REPOSITORY.fullmatch(address):
        name, tag, path = repository.groups()
        if tag:
            first = _FIRST_PATH.match(path)[0].strip("/")
            return f"https://github.com/{name}/{'blob' if _PATH.fullmatch(first) else 'tree'}/{tag}/{quote(first)}"
        return f"https://github.com/{name}" + (f"/blob/HEAD/{quote(path)}" if _PATH.fullmatch(path) else "")
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and host and not _UNSAFE.search(address) else None
