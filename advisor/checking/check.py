"""Whether a result follows: its seal, its inputs, and everything that must stand in it because of them."""

import hashlib
import json
import re
from itertools import zip_longest
from typing import NamedTuple

from advisor.checking.machine import detected
from advisor.checking.replay import Replay
from advisor.checking.shapes import SHAPES, misfits
from advisor.checking.trade_offs import OPTIONS

INPUTS = ("format_version", "tool", "as_of", "seed", "answers", "environment", "measurements")
"""What a result is made from; nothing in it says what these should be."""
_LAST_DIGIT = 1.01e-4
"""Numbers have four decimals; the last may differ by one between two ways of adding up."""
_AS_GIVEN = {*INPUTS, "ballots", "changes", "trace", "usual"}
"""Under these keys nothing was added up: the numbers are those of the inputs and of the rules."""
_NOTHING = object()


class Mismatch(NamedTuple):
    """Something that doesn't follow: where, what should stand there, and what does."""

    path: str
    expected: str
    found: str


class Unfit(Mismatch):
    """An input that can't be, for which nothing was replayed."""


def check(document, rules):
    """What in a result, or in a group's, doesn't follow, in the document's order; before it, whether it was made with
    these rules, whether its seal holds, and inputs that can't be."""
    if "group" not in document:
        return _one(document, rules, "")
    results = [("group", document["group"])] + [(f"members.{name}", one) for name, one in document["members"].items()]
    found = [mismatch for path, one in results for mismatch in _one(one, rules, path)]
    if found:
        return found
    group = document["group"] | {"answers": list(_combined(document))}
    common = {key: group[key] for key in INPUTS if key != "answers"}
    members = {name: member | common for name, member in document["members"].items()}
    known = {"format_version": "1.0", "group": group, "members": members}
    return list(_compare(known | {"differences": list(_differing(document))}, document, ""))


def digest(document):
    """The SHA-256 of a result without its seal, in the one way of writing that docs/certificate.md specifies."""
    bare = {key: value for key, value in document.items() if key != "certificate"}
    whole = json.loads(json.dumps(bare), parse_float=lambda x: int(float(x)) if float(x).is_integer() else float(x))
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _one(document, rules, path):
    expected = {"knowledge": {"content_hash": rules.content_hash}}
    expected["certificate"] = {"algorithm": "sha256", "digest": digest(document)}
    try:
        expected |= {key: document[key] for key in INPUTS} | {"format_version": "1.0"}
        expected["tool"] = {"name": "advisor", "version": str(document["tool"]["version"])}
        unfit = [Unfit(at, what, _short(value)) for at, holds, what, value in _inputs(document, rules) if not holds]
        found = None if unfit else _likest((expected | way for way in Replay(rules, document).result()), document)
    except (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError) as problem:
        unfit = [Unfit("(inputs)", "inputs in the form that results have", f"{type(problem).__name__}: {problem}")]
    if unfit:
        stamps = {key: document.get(key) for key in ("knowledge", "certificate")}
        if isinstance(stamps["knowledge"], dict):
            stamps["knowledge"] = {"content_hash": stamps["knowledge"].get("content_hash")}
        found = [*_compare(expected, expected | stamps, ""), *unfit]
    return [each._replace(path=f"{path}.{each.path}") if path else each for each in found]


def _likest(ways, document):
    """What doesn't follow in the way that is most like the document, of those in which it may be."""
    found = []
    for way in ways:
        found.append([*_compare(way, document, "")])
        if not found[-1]:
            break
    return min(found, key=len)


def _compare(expected, found, path, exact=False):
    """Where a document differs from what it should be."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in expected | found:
            at = f"{path}.{key}" if path else key
            if key in expected and key in found:
                yield from _compare(expected[key], found[key], at, exact or key in _AS_GIVEN)
            elif key in expected:
                yield Mismatch(at, _short(expected[key]), "nothing")
            else:
                yield Mismatch(at, "no such field: nothing says what it should be", _short(found[key]))
    elif isinstance(expected, list) and isinstance(found, list):
        for index, pair in enumerate(zip_longest(expected, found, fillvalue=_NOTHING)):
            yield from _compare(*pair, f"{path}[{index}]", exact)
    elif not exact and isinstance(expected, float) and type(found) in (int, float):
        if not abs(expected - found) <= _LAST_DIGIT:
            yield Mismatch(path, _short(expected), _short(found))
    elif expected != found or isinstance(expected, bool) != isinstance(found, bool):
        yield Mismatch(path, _short(expected), _short(found))


def _inputs(document, rules):
    """Of each input where it is, whether it can be, what it would have to be, and what it is."""
    environment, measurements, day, seed = (document[key] for key in ("environment", "measurements", "as_of", "seed"))
    yield "as_of", isinstance(day, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII), "a date, YYYY-MM-DD", day
    yield "seed", type(seed) is int and 0 <= seed < 2**63, "a whole number from 0 to 2**63 - 1", seed
    unfit = [misfit for key, shape in SHAPES.items() for misfit in misfits(shape, document[key], key)]
    yield from ((at, False, "a field, and a value, that results have", value) for at, value in unfit)
    if unfit:
        return
    host, paths = environment["host"], [interpreter["path"] for interpreter in environment["interpreters"]]
    yield "environment.interpreters", len({*paths}) == len(paths), "each interpreter once", paths
    yield "environment.host", host or not (measurements or any(environment.values())), "a machine", host
    names = [answer["question"] for answer in document["answers"]]
    expected = [*rules.questions, *(name for name in rules.trade_offs if name in names)]
    yield "answers", names == expected, f"answers to {', '.join(expected)}", names
    machine, tried = detected(host), set()
    for index, answer in enumerate(document["answers"] if names == expected else ()):
        name, value, ballots = answer["question"], answer["value"], answer["ballots"]
        question = rules.questions.get(name) or {"kind": "one", "options": [{"value": option} for option in OPTIONS]}
        at, options = f"answers[{index}]", [option["value"] for option in question.get("options", ())]
        # Who was asked a question may not have known; a trade-off that nobody chose in isn't kept.
        chosen = name in rules.questions or value is not None or any(ballots)
        seen = machine.get(question.get("detect"))
        filled = (seen, "default") if seen in options else (None, "unknown")
        fits = all(each is None or _fits(question, options, each) for each in (value, *ballots))
        yield at, chosen and fits, f"an answer to {name}", answer
        voted = (answer["origin"] == "ballots", value) == (True, None) if ballots else answer["origin"] != "ballots"
        yield at, voted, "ballots where people differ, and nowhere else", answer
        silent = answer["origin"] in ("default", "unknown")
        yield at, not silent or (value, answer["origin"]) == filled, f"{filled[0]}, which the machine says", answer
    for index, outcome in enumerate(measurements):
        which = probe, candidate, path = outcome["probe"], outcome["candidate"], outcome["interpreter"]
        known = probe in rules.probes and candidate in rules.candidates and path in paths and which not in tried
        at = f"measurements[{index}]"
        yield at, known, "a known probe, candidate and interpreter, together once", outcome
        tried.add(which)
        units = {metric["id"]: metric["unit"] for metric in rules.probes.get(probe, {}).get("metrics", ())}
        for each in outcome["measurements"]:
            sane = units.pop(each["metric"], None) == each["unit"] and 0 < each["low"] <= each["median"] <= each["high"]
            yield f"{at}.measurements", sane, "each metric once, its unit, and a median within its interval", each


def _fits(question, options, value):
    if question["kind"] == "many":
        return isinstance(value, list) and value == [option for option in options if option in value]
    if question["kind"] == "number":
        inside = type(value) in (int, float) and question["minimum"] <= value <= question["maximum"]
        return inside and not (question.get("whole") and value % 1)
    return isinstance(value, bool) if question["kind"] == "yes-no" else value in options


def _combined(document):
    """The group's answers as those of its members make them."""
    answers = [answer for member in document["members"].values() for answer in member["answers"]]
    for own in document["group"]["answers"]:
        given = [a for a in answers if a["question"] == own["question"] and a["origin"] != "default"]
        given = [answer for answer in given if answer["value"] is not None]
        values = [answer["value"] for answer in given]
        if not values:
            yield own if own["origin"] == "default" else own | {"value": None, "ballots": []}
        elif all(value == values[0] for value in values):
            yield given[0]
        else:
            yield own | {"value": None, "origin": "ballots", "ballots": values}


def _differing(document):
    """What a group's result says of the questions on which its members differ."""
    given = {name: {a["question"]: a for a in member["answers"]} for name, member in document["members"].items()}
    differing = [answer["question"] for answer in document["group"]["answers"] if answer["ballots"]]
    for row in sorted(document["group"]["open_questions"], key=lambda row: -row["moves"]):
        answers = {name: answers[row["question"]] for name, answers in given.items()}
        ballots = {name: None if a["origin"] == "default" else a["value"] for name, a in answers.items()}
        if row["question"] in differing:
            yield {key: row[key] for key in ("question", "text", "gain", "moves", "leads_to")} | {"ballots": ballots}


def _short(value):
    text = "nothing" if value is _NOTHING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"
