"""Who may come in."""

import pytest

from advisor.web.guard import Guard, is_loopback, new_token

TOKEN = "k" * 43
PATH = f"/{TOKEN}/"
HERE = Guard(TOKEN)
OPEN = Guard(TOKEN, frozenset({"box"}), loopback=False)


@pytest.mark.parametrize(
    ("guard", "path", "host", "origin", "websocket", "status"),
    [
        (HERE, PATH, "127.0.0.1:81", None, False, None),
        (HERE, PATH, "localhost:81", None, False, None),
        (HERE, PATH, "[::1]:81", None, False, None),
        (HERE, f"{PATH}ws", "127.0.0.1:81", "http://127.0.0.1:81", True, None),
        # Another port, as behind ssh -L, and a proxy that encrypts.
        (HERE, f"{PATH}ws", "LocalHost:9000", "https://localhost:9000", True, None),
        # No token, half a token, a token elsewhere.
        (HERE, "/", "127.0.0.1", None, False, 404),
        (HERE, "", "127.0.0.1", None, False, 404),
        (HERE, f"/{TOKEN[:-1]}/", "127.0.0.1", None, False, 404),
        (HERE, f"/{TOKEN}x/", "127.0.0.1", None, False, 404),
        (HERE, f"/é/{TOKEN}/", "127.0.0.1", None, False, 404),
        (HERE, f"//{TOKEN}/", "127.0.0.1", None, False, 404),
        # A name that somebody pointed here, and headers that aren't any.
        (HERE, PATH, "evil.example:81", None, False, 403),
        (HERE, PATH, "127.0.0.1.evil.example", None, False, 403),
        (HERE, PATH, "evil.example@127.0.0.1:81", None, False, 403),
        (HERE, PATH, "", None, False, 403),
        (HERE, PATH, "[::1", None, False, 403),
        (HERE, PATH, "192.0.2.1", None, False, 403),
        # Pages from elsewhere, and websockets that don't say where they are from.
        (HERE, f"{PATH}ws", "127.0.0.1:81", None, True, 403),
        (HERE, f"{PATH}ws", "127.0.0.1:81", "null", True, 403),
        (HERE, f"{PATH}ws", "127.0.0.1:81", "http://127.0.0.1:82", True, 403),
        (HERE, f"{PATH}ws", "127.0.0.1:81", "http://evil.example", True, 403),
        (HERE, f"{PATH}ws", "127.0.0.1:81", "http://127.0.0.1:81.evil.example", True, 403),
        (HERE, PATH, "127.0.0.1:81", "http://evil.example", False, 403),
        # Open to others by address and by its own name, not by any name.
        (OPEN, PATH, "192.0.2.1:81", None, False, None),
        (OPEN, PATH, "Box:81", None, False, None),
        (OPEN, PATH, "evil.example", None, False, 403),
        (OPEN, "/", "192.0.2.1:81", None, False, 404),
    ],
)
def test_who_may_come_in(guard, path, host, origin, websocket, status):
    assert guard.refusal(path, host, origin, websocket=websocket) == status


def test_tokens_are_long_and_differ():
    assert len({new_token() for _ in range(100)}) == 100
    assert all(len(new_token()) >= 43 for _ in range(100))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True)]
    + [("0.0.0.0", False), ("::", False), ("192.0.2.1", False), ("box", False), ("", False)],
)
def test_loopback(host, expected):
    assert is_loopback(host) is expected
