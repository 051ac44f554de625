"""Results of many kinds, and every way of tampering with one."""

import copy
import datetime
import json
import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from advisor.checking.rules import Rules
from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.session.group import combine
from tests.support.knowledge import answers
from tests.support.profiles import profiles
from tests.support.random_answers import some

SMALL = Path(__file__).parents[1] / "tui" / "knowledge"
DAY = datetime.date(2026, 11, 25)
INPUTS = ("as_of", "seed", "answers", "environment", "measurements")
"""What of a result is replayed."""
Place = tuple[str | int, ...]


def plain(result: Any) -> dict[str, Any]:
    """A result as a program reads it from a file."""
    return json.loads(result.model_dump_json())


@lru_cache(maxsize=1)
def _shipped() -> tuple[Knowledge, Rules]:
    return load(), Rules()


def members() -> dict[str, dict[str, Answer]]:
    """Three people's answers to about half of the questions."""
    knowledge, _ = _shipped()
    return {name: some(knowledge, random.Random(seed), 0.5) for name, seed in (("ana", 1), ("ben", 2), ("chen", 3))}


CIRCLE = {
    "papers-or-ready-loop": "left",
    "ready-loop-or-fast-training": "left",
    "skill-or-fast-training": "right",
    "skill-or-papers": "left",
}
"""Papers rather than a ready loop, that rather than fast training, that rather than skill, that rather than papers."""


def traders() -> dict[str, dict[str, Answer]]:
    """Three people of whom two agree on trade-offs."""
    other = {**CIRCLE, "papers-or-ready-loop": "even", "skill-or-fast-training": "left"}
    chosen = (CIRCLE, CIRCLE, other)
    return {
        name: {**given, **answers("asked", **some)}
        for (name, given), some in zip(members().items(), chosen, strict=True)
    }


WINDOWS = {"os": "windows", "accelerator": "amd", "preference": "keras-jax"}
CASES: dict[str, Callable[[], tuple[Any, ...]]] = {
    "nothing answered": lambda: ({}, None),
    "little answered, measured": lambda: (answers("asked", stage=None, domain="vision"), profiles()[3][1]),
    "complete": lambda: (profiles()[1][0], None),
    "complete, measured": lambda: profiles()[3],
    "vetoes": lambda: (answers("asked", **WINDOWS), None),
    "aged": lambda: (answers("asked", **WINDOWS), profiles()[0][1], datetime.date(2028, 2, 1)),
    "trade-offs": lambda: ({**profiles()[3][0], **answers("asked", **CIRCLE)}, profiles()[3][1]),
    "trade-offs, open": lambda: (answers("asked", stage="research", community="high", **CIRCLE), None),
    "trade-offs, ballots": lambda: (combine(_shipped()[0], traders()), None),
    "ballots": lambda: (combine(_shipped()[0], members()), None),
}
"""Answers, measurements and perhaps a day, by what is special about them."""


def shipped(name: str) -> tuple[Rules, dict[str, Any]]:
    """The shipped rules as the checker reads them, and a result that they give."""
    knowledge, rules = _shipped()
    answers, measurements, *day = CASES[name]()
    return rules, plain(advise(knowledge, answers, measurements, as_of=day[0] if day else DAY, seed=len(name)))


def parts(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Everything in a document with its path, itself included."""
    yield path, value
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from parts(each, (*path, key))


def kind(path: Place) -> str:
    """A path without the places in its lists and the keys of mappings from names."""
    keys = ["[]" if isinstance(key, int) else key for key in path]
    for index, key in enumerate(keys[:-1]):
        if (
            key in ("leads_to", "facts", "derived", "findings", "packages", "members", "ballots")
            and keys[index + 1] != "[]"
        ):
            keys[index + 1] = "*"
    return ".".join(keys)


def forgeries(value: Any) -> Iterator[tuple[str, Any]]:
    """What somebody might put in a value's place, with how it differs."""
    match value:
        case bool():
            yield "flipped", not value
        case int():
            yield "raised", value + 1
        case float():
            yield "nudged", value + 0.00021
            yield "doubled", 2 * value + 1
        case str():
            yield "lengthened", value + "x"
            yield "emptied", "" if value else "x"
        case None:
            yield "filled", "x"
        case list():
            yield "extended", [*value, copy.deepcopy(value[-1]) if value else "x"]
            if value:
                yield "without its first", value[1:]
                yield "without its last", value[:-1]
            # Fractions that differ by one in the last decimal are the same to the checker.
            alike = len(value) > 1 and all(isinstance(x, float) for x in value[:2]) and abs(value[0] - value[1]) < 2e-4
            if len(value) > 1 and value[0] != value[1] and not alike:
                yield "swapped", [value[1], value[0], *value[2:]]
        case dict():
            yield "extended", {**value, "further": 1}
            for key in value:
                yield f"without {key}", {k: each for k, each in value.items() if k != key}


def tampered(document: dict[str, Any], path: Place, value: Any) -> dict[str, Any]:
    """A copy with another value at a path."""
    if not path:
        return value
    changed = dict(document) if isinstance(document, dict) else list(document)
    changed[path[0]] = tampered(document[path[0]], path[1:], value)
    return changed
