"""A document that may be a result, read so that every program finds the same in it."""

import json
import math

_DEEPEST = 50
"""Levels of lists and mappings; results have fewer than ten."""


def read(text):
    """The document in a text, of whose shape no more is made sure than that it could be a result or a group's.

    Raises `ValueError` where it couldn't, where it isn't JSON, or where programs could read different values from it:
    keys given twice, numbers that no double holds, halves of characters.
    """
    try:
        numbers = {"parse_float": _finite(float), "parse_int": _finite(int), "parse_constant": _no_number}
        document = json.loads(text, object_pairs_hook=_once, **numbers)
        json.dumps(document, ensure_ascii=False).encode()
        deep = _depth(document) > _DEEPEST
    except UnicodeEncodeError as problem:
        half = ascii(problem.object[problem.start])
        raise ValueError(f"not a JSON document: {half} is half a character, which no text can have") from None
    except ValueError as problem:
        raise ValueError(f"not a JSON document: {problem}") from None
    except RecursionError:
        deep = True
    if deep:
        raise ValueError("not a JSON document of the advisor: nothing in a result is nested so deep")
    _require_result(document)
    return document


def _require_result(document):
    if not isinstance(document, dict) or "group" not in document:
        if not _could_be(document):
            raise ValueError("there are no answers in it, so it isn't a result")
        return
    members = document.get("members")
    if not isinstance(members, dict):
        raise ValueError("members: a group's result has its members' results there, by name")
    for path, one in [("group", document["group"]), *((f"members.{name}", one) for name, one in members.items())]:
        if not _could_be(one):
            raise ValueError(f"{path}: there are no answers in it, so it isn't a result")


def _could_be(value):
    return isinstance(value, dict) and "answers" in value


def _once(pairs):
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key is given twice, so that programs may read different values")
    return dict(pairs)


def _no_number(text):
    raise ValueError(f"{text} is no number in JSON")


def _finite(kind):
    def number(text):
        if math.isinf(float(text)):
            raise ValueError(f"{text if len(text) <= 20 else f'{text[:20]}…'} is too great for a number")
        return kind(text)

    return number


def _depth(value):
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inside), default=0)
