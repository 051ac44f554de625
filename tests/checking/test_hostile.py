"""Whatever a file holds, the commands that read results say what is wrong with it and never fail inside."""

import contextlib
import io
import json
import re
import tempfile
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.checking import rules
from advisor.checking.check import check, digest
from advisor.cli.main import main
from advisor.decision.advise import advise
from advisor.knowledge import load as loading
from advisor.session.group import advise_group
from tests.checking.results import DAY, SMALL, parts, plain, tampered
from tests.support.knowledge import answered
from tests.tui.tui_support import ANSWERS, sample

COMMANDS = (
    ("check", "--all"),
    ("check", "--all", "--json"),
    ("report", "--full"),
    ("report", "--as", "html"),
    ("explain", "--why"),
    ("explain", "--today", "--json"),
    ("verify", "--probe", "none", "--full"),
)
GONE, TWICE = object(), object()
CHANGES = (
    *(GONE, TWICE, None, True, False, 0, -1, 1.5, 10**20, 10**400, 1e308, 5e-324, "", "x", "yes", "9999-12-31"),
    *([], [[]], [None], {}, {"a": 1}, "\ud800", "\0"),
)


@lru_cache(maxsize=1)
def small():
    """A knowledge base, the checker's reading of it, and results that it gives."""
    knowledge = loading.load(base=SMALL)
    given_ = answered(knowledge, {**ANSWERS, "devices": 2})
    people = {"ana": given_, "ben": answered(knowledge, {**ANSWERS, "devices": 3, "stage": "learning"})}
    one = advise(knowledge, given_, sample(), as_of=DAY, seed=1)
    return knowledge, rules.Rules(base=SMALL), (plain(one), plain(advise_group(knowledge, people, None, as_of=DAY)))


@st.composite
def damaged(draw):
    """A result of which one part is another, gone or there twice; some with a new seal."""
    document = draw(st.sampled_from(small()[2]))
    top = draw(st.sampled_from([*document]))
    path, value = draw(st.sampled_from([(path, value) for path, value in parts(document) if path[:1] == (top,)]))
    change = draw(st.sampled_from(CHANGES))
    if change in (GONE, TWICE):
        (*path, key), parent = path, document
        for each in path:
            parent = parent[each]
        value = parent.copy()
        if change is GONE:
            del value[key]
        elif isinstance(value, list):
            value.insert(key, value[key])
        else:
            value[f"{key}x"] = value[key]
        change = value
    changed = tampered(document, tuple(path), change)
    if "certificate" in changed and draw(st.booleans()):
        with contextlib.suppress(ValueError):
            changed |= {"certificate": {"algorithm": "sha256", "digest": digest(changed)}}
    return changed


@settings(max_examples=60, deadline=None)
@given(damaged(), st.sampled_from(COMMANDS))
def test_no_damage_makes_a_command_fail_inside(document, command):
    knowledge, checkers, _ = small()
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as place:
        patch.setattr(rules, "Rules", lambda overlays: checkers)
        patch.setattr(loading, "load", lambda overlays: knowledge)
        path = Path(place) / "result.json"
        path.write_text(json.dumps(document))
        name, *flags = command
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as err:
            code = main([name, str(path), *flags])
    assert code in (0, 2, 6), err.getvalue()


NO_RESULTS = {
    '{"answers": "\\ud800"}': "'\\ud800' is half a character",
    '{"answers": [], "\\udc00": 1}': "'\\udc00' is half a character",
    '{"answers": 1e999}': "1e999 is too great for a number",
    '{"answers": -' + "9" * 400 + "}": f"-{'9' * 19}… is too great for a number",
    '{"answers": ' + "[" * 60 + "]" * 60 + "}": "nothing in a result is nested so deep",
    '{"group": 5, "members": []}': "members: a group's result has its members' results there",
    '{"group": {"answers": []}}': "members: a group's result has its members' results there",
    '{"group": 5, "members": {}}': "group: there are no answers in it",
    '{"group": {"answers": []}, "members": {"ana": 5}}': "members.ana: there are no answers in it",
}


@pytest.mark.parametrize(("text", "said"), NO_RESULTS.items(), ids=range(len(NO_RESULTS)))
def test_what_can_not_be_a_result_is_one_clear_error(tmp_path, capsys, text, said):
    path = tmp_path / "result.json"
    path.write_text(text)
    assert main(["check", str(path)]) == 2
    message, hint = capsys.readouterr().err.splitlines()
    assert said in message and "advisor --json -o FILE" in hint


def test_a_file_that_is_not_text_is_an_error(tmp_path, capsys):
    path = tmp_path / "result.json"
    path.write_bytes(b"\xff{}")
    assert main(["check", str(path)]) == 2
    assert "it isn't text in UTF-8" in capsys.readouterr().err


def test_of_other_rules_is_told_what_the_document_says(tmp_path, capsys, monkeypatch):
    _, checkers, (one, group) = small()
    monkeypatch.setattr(rules, "Rules", lambda overlays: checkers)
    path = tmp_path / "result.json"

    def told(document):
        path.write_text(json.dumps(document))
        assert main(["check", str(path)]) == 6
        return capsys.readouterr().out

    other = one["knowledge"] | {"content_hash": "x"}
    assert f"edition {other['version']}, by advisor None" in told(one | {"knowledge": other, "tool": []})
    assert f"by advisor {one['tool']['version']}" in told(one | {"knowledge": {"content_hash": "x"}})
    assert "same folders, --rules ours" in told(one | {"knowledge": other | {"overlays": [5, {"name": "ours"}]}})
    assert "same folders" not in told(one | {"knowledge": other | {"overlays": 5}})
    assert f"edition {other['version']}, by" in told(group | {"group": group["group"] | {"knowledge": other}})


@pytest.mark.parametrize(
    ("field", "value"), [("seed", True), ("seed", "1"), ("seed", -1), ("as_of", "20261125"), ("as_of", 5)]
)
def test_a_day_or_seed_of_another_kind_can_not_be(field, value):
    _, checkers, (one, _) = small()
    changed = one | {field: value}
    changed |= {"certificate": {"algorithm": "sha256", "digest": digest(changed)}}
    assert field in [mismatch.path for mismatch in check(changed, checkers)]


SEVERAL = [{"kind": kind, "candidate": None, "share": 0.5} for kind in ("too-close", "none-feasible")]


@pytest.mark.parametrize(
    ("where", "change", "message"),
    [
        (("ranking", 0, "first_rank_share"), 2.5, "ranking.0.first_rank_share: 2.5 is no share"),
        (("ranking", 1, "criteria"), [], "ranking: .+ isn't ranked by the same criteria as "),
        (("ranking", 0, "central_weights", 0, "criterion"), "x", "ranking: .+ isn't ranked by the same criteria as "),
        (("ranking", 0, "confidence_factor"), None, "ranking: .+: central weights and a confidence factor go together"),
        (("ranking",), [], "ranking: .+, which leads, isn't ranked"),
        (("verdict", "leader"), "mxnet", "ranking: mxnet, which leads, isn't ranked"),
        (("verdict",), {"settled": "proven", "may_become": SEVERAL}, "verdict.may_become: 2 verdicts are possible"),
    ],
)
def test_a_result_that_does_not_hold_together_is_refused(where, change, message, tmp_path, capsys):
    _, _, (one, _) = small()
    path = tmp_path / "result.json"
    path.write_text(
        json.dumps(tampered(one, where, {**one["verdict"], **change} if isinstance(change, dict) else change))
    )
    assert main(["report", str(path)]) == 2
    assert re.search(message, capsys.readouterr().err)
