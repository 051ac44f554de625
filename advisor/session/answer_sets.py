"""Sets of answers as lines of JSON: `{"stage": "research", …}`, or `{"id": …, "answers": {…}}`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from advisor.errors import InvalidInput
from advisor.model.answer import Answer
from advisor.model.batch import LineId
from advisor.model.knowledge import Knowledge
from advisor.session.answers import accept_answer

_SHAPE = 'A line is {"stage": "research", …} or {"id": …, "answers": {…}}.'
_REMEMBERED, _LONGEST = 4096, 100
"""So many values of one question are looked up, and none longer: numbers and lists may be without end."""


class RawSet(NamedTuple):
    """A line, read but not yet held against the questions."""

    id: LineId
    answers: Mapping[str, Any]


def read_set(line: bytes | None) -> RawSet:
    """One line as a set of answers. Raises `InvalidInput` where it isn't an object of JSON in UTF-8; None stands for a
    line that was too long to keep."""
    if line is None:
        raise InvalidInput("the line is longer than 1 MiB", _SHAPE)
    try:
        data = _DECODER.decode(line.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise InvalidInput(f"not UTF-8 at byte {problem.start + 1}", "Write the lines in UTF-8.") from None
    except json.JSONDecodeError as problem:
        raise InvalidInput(f"not valid JSON at column {problem.colno}: {problem.msg}", _SHAPE) from None
    except RecursionError:
        raise InvalidInput("not valid JSON: nested too deeply", _SHAPE) from None
    except ValueError:
        raise InvalidInput("a number of thousands of digits", _SHAPE) from None
    if not isinstance(data, dict):
        raise InvalidInput("expected an object of answers", _SHAPE)
    if "answers" not in data:
        return RawSet(None, data)
    name, answers = data.pop("id", None), data.pop("answers")
    if data:
        raise InvalidInput(f"there is no field {next(iter(data))!r} beside `id` and `answers`", _SHAPE)
    if not isinstance(answers, dict):
        raise InvalidInput("answers: expected an object of answers", _SHAPE)
    if isinstance(name, bool) or not isinstance(name, str | int | None):
        raise InvalidInput("id: expected a text or a whole number", _SHAPE)
    if isinstance(name, str) and not name.isascii() and _LONE.search(name):
        raise InvalidInput("id: half of a surrogate pair is no text", _SHAPE)
    return RawSet(name, answers)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for index, name in enumerate(names) if name in names[:index])
        raise InvalidInput(f"{twice!r} is given twice", "Keep one of them.")
    return found


def _no_number(name: str) -> NoReturn:
    raise InvalidInput(f"not valid JSON: {name} is no number", "Leave out what isn't known, or say null.")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


_LONE = re.compile("[\ud800-\udfff]")


class AnswerSets:
    """Holds sets of answers against the questions of a knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._accepted: dict[str, dict[Any, Answer]] = {
            name: {} for name in (*knowledge.question, *knowledge.trade_off)
        }

    def accept(self, raw: Mapping[str, Any]) -> dict[str, Answer]:
        """The answers by question. Raises `InvalidInput` naming the first question that doesn't fit."""
        accepted = self._accepted
        found = {}
        for name, value in raw.items():
            # 1 and true are one key of a dictionary, but not one answer.
            key = tuple(value) if type(value) is list else (bool, value) if type(value) is bool else value
            try:
                found[name] = accepted[name][key]
            except (KeyError, TypeError):
                found[name] = self._new(name, value, key)
        return found

    def _new(self, name: str, value: Any, key: Any) -> Answer:
        answer = accept_answer(self._knowledge, name, value, "file")
        if not isinstance(key, str | tuple) or len(key) <= _LONGEST:
            remembered = self._accepted[name]
            if len(remembered) >= _REMEMBERED:
                remembered.clear()
            remembered[key] = answer
        return answer
