"""Who may come in: whoever has the token, from a page of this server, under a name that can't be another's."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

TOKEN_BYTES = 32

_HOST = re.compile(r"(?P<name>\[[^][]+\]|[^][:@/\s]+)(:\d+)?")
"""A name or an address, and perhaps a port."""


def new_token() -> str:
    """A token for one server, which nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens on `host`."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


@dataclass(frozen=True)
class Guard:
    """What a request must have."""

    token: str
    names: frozenset[str] = frozenset()
    """Names of the server, in small letters, beside `localhost` and addresses."""
    loopback: bool = True
    """Whether the server is for this machine alone, so that another machine's address is refused as well."""

    def refusal(self, path: str, host: str, origin: str | None, *, websocket: bool) -> int | None:
        """The HTTP status to refuse a request with; None lets it pass.

        `host` and `origin` are the request's headers. A name that isn't the server's own is refused, since whoever
        owns the name may have pointed it here (DNS rebinding); an address can't be pointed anywhere. A page from
        elsewhere is refused, and a websocket that doesn't say where it is from: browsers let any page open one.
        """
        if not self._is_ours(host):
            return 403
        given = path.split("/", 2)[1] if path.startswith("/") else ""
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            return 404
        if origin is None:
            return 403 if websocket else None
        return None if origin.lower() in (f"http://{host.lower()}", f"https://{host.lower()}") else 403

    def _is_ours(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = found["name"].strip("[]").lower()
        address = _address(name)
        if address is None:
            return name == "localhost" or name in self.names
        return address.is_loopback or not self.loopback


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
