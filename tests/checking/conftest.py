"""What the tests of the checker share."""

import json
from functools import lru_cache
from types import SimpleNamespace

import pytest

from advisor.checking import check as checking
from advisor.checking.replay import Replay
from tests.checking.results import INPUTS


@pytest.fixture
def replayed_once(monkeypatch):
    """What has the same inputs is replayed once, however much else in it was forged."""

    @lru_cache(maxsize=4)
    def replay(rules, inputs):
        result = list(Replay(rules, json.loads(inputs)).result())
        return SimpleNamespace(result=lambda: result)

    def once(rules, document):
        return replay(rules, json.dumps({name: document[name] for name in INPUTS}))

    monkeypatch.setattr(checking, "Replay", once)


@pytest.fixture
def with_new_seals(replayed_once, monkeypatch):
    """Whoever forges makes the seal anew, so none tells anything."""
    monkeypatch.setattr(checking, "digest", lambda document: document["certificate"]["digest"])
