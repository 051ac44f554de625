"""Every field of a result, tampered with in turn, is found: by its seal, and where that was made anew by replaying."""

import random
from functools import lru_cache, reduce

import pytest

from advisor.checking.check import check, digest
from advisor.checking.rules import Rules
from advisor.decision.advise import advise
from advisor.knowledge.load import load
from tests.checking.results import CASES, DAY, INPUTS, SMALL, forgeries, kind, parts, plain, shipped, tampered
from tests.support.knowledge import answered
from tests.tui.tui_support import ANSWERS, sample

FREE = ("as_of", "tool.version", "answers.[].value", "answers.[].origin", "environment", "measurements")
"""Inputs, with whatever lies below them, that may be another result's: docs/certificate.md lists them."""
FIELDS = (
    "environment",
    "environment.host",
    "environment.host.gpus.[]",
    "environment.interpreters.[]",
    "measurements.[]",
    "measurements.[].measurements.[]",
)
"""Of these, whose fields are all known, none may be missing or one more."""
SAMPLE = 100
"""How many forgeries of each shipped result are tried in a run, beside one of each kind of field."""


@lru_cache(maxsize=1)
def small():
    knowledge = load(base=SMALL)
    given = answered(knowledge, {**ANSWERS, "devices": 2})
    return Rules(base=SMALL), plain(advise(knowledge, given, sample(), as_of=DAY, seed=1))


def every_forgery(document):
    for path, value in parts(document):
        for how, forged in forgeries(value):
            # A document without answers is no result, which the command says.
            if path or how != "without answers":
                yield path, how, forged


def may_pass(path, how):
    if kind(path) in FIELDS:
        return False
    name = kind((*path, *how.split()[1:])) if "without " in how else kind(path)
    return any(name == free or name.startswith(f"{free}.") for free in FREE)


def test_every_forgery_breaks_the_seal():
    rules, document = small()
    sealed = document["certificate"]
    assert not check(document, rules)
    count = 0
    for path, how, forged in every_forgery(document):
        changed = tampered(document, path, forged)
        if path[:1] != ("certificate",) and how != "without certificate":
            assert digest(changed) != sealed["digest"], (path, how)
            count += 1
    assert count > 1500
    for forged in (None, {}, sealed | {"algorithm": "none"}, sealed | {"digest": digest({})}, sealed | {"more": 1}):
        found = check(document | {"certificate": forged}, rules)
        assert found and all(mismatch.path.startswith("certificate") for mismatch in found)


def test_every_forgery_under_a_new_seal_is_found_but_for_free_inputs(with_new_seals):
    rules, document = small()
    rng, tried, passed = random.Random(0), set(), set()
    forged = list(every_forgery(document))
    rng.shuffle(forged)
    for path, how, value in forged:
        if path[:1] == ("certificate",) or how == "without certificate":
            continue
        # Each other input means drawing everything again, so of these one of a kind is tried.
        if path and path[0] in INPUTS and (kind(path), how) in tried:
            continue
        tried.add((kind(path), how))
        if not check(tampered(document, path, value), rules):
            assert may_pass(path, how), (path, how, value)
            passed.add(kind(path))
    assert {"tool.version", "measurements.[].detail"} <= passed


@pytest.mark.parametrize("name", CASES)
def test_forgeries_of_shipped_results_under_a_new_seal_are_found(name, with_new_seals):
    rules, document = shipped(name)
    assert not check(document, rules)
    seed = random.randrange(10**6)
    rng = random.Random(seed)
    derived = [
        each for each in every_forgery(document) if each[0] and each[0][0] not in (*INPUTS, "tool", "certificate")
    ]
    rng.shuffle(derived)
    one_of_each = {kind(path): (path, how, value) for path, how, value in derived}.values()
    for path, how, value in [*one_of_each, *derived[:SAMPLE]]:
        assert check(tampered(document, path, value), rules), (f"sample {seed}", path, how, value)


def test_free_inputs_are_what_may_be_changed_under_a_new_seal():
    rules, document = small()
    changes = {
        ("as_of",): "2026-11-26",
        ("tool", "version"): "9.9",
        ("answers", 0, "origin"): "asked",
        ("environment", "host", "cpu"): "Another processor",
        ("measurements", 0, "detail"): "Something else",
        ("measurements", 0, "measurements", 0, "samples"): 6,
    }
    for path, value in changes.items():
        changed = tampered(document, path, value)
        assert check(changed, rules) and not check(resealed(changed), rules), path


INPUT_FORGERIES = (
    (("environment", "level"), "superb"),
    (("environment", "host", "cores"), "many"),
    (("measurements", 0, "cause"), "glory"),
    (("measurements", 0, "extras"), "abc"),
    (("measurements", 0, "findings"), [1]),
    (("measurements", 0, "command"), None),
    (("measurements", 0, "interpreter"), "/elsewhere"),
    (("measurements", 0, "measurements", 0, "quality"), "Unusable"),
    (("measurements", 0, "measurements", 0, "launches"), True),
    (("measurements", 0, "measurements", 0, "samples"), -5),
    (("measurements", 0, "measurements", 0, "spread"), "x"),
    (("seed",), 2**63),
)


@pytest.mark.parametrize(("path", "value"), INPUT_FORGERIES)
def test_an_input_that_no_result_has_is_found(path, value, with_new_seals):
    rules, document = small()
    (first, *_) = check(tampered(document, path, value), rules)
    assert first.path.startswith(str(path[0]))


@pytest.mark.parametrize(
    "path", [("measurements",), ("measurements", 0, "measurements"), ("environment", "interpreters")]
)
def test_no_input_is_given_twice(path, with_new_seals):
    rules, document = small()
    given = reduce(lambda part, key: part[key], path, document)
    (first, *_) = check(tampered(document, path, [*given, given[0]]), rules)
    assert first.path.startswith(path[0])


def test_another_seed_or_answer_is_found_where_the_rest_stays():
    rules, document = small()
    for path, value in {
        ("seed",): 2,
        ("answers", 0, "value"): "research",
        ("answers", 1, "value"): "custom-layers",
    }.items():
        paths = {mismatch.path for mismatch in check(resealed(tampered(document, path, value)), rules)}
        assert paths and not any(each.startswith(str(path[0])) for each in paths), path


def test_what_is_not_known_to_be_checked_is_not_taken_to_follow():
    rules, document = small()
    for path in ("verdict",), ("ranking", 0), ("reasons", 1, "because"), ("trace",):
        part = document
        for key in path:
            part = part[key]
        (mismatch,) = check(resealed(tampered(document, path, {**part, "further": 1})), rules)
        assert mismatch.path.endswith(".further") and "nothing says" in mismatch.expected


def resealed(document):
    return document | {"certificate": {"algorithm": "sha256", "digest": digest(document)}}
