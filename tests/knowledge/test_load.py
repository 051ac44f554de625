"""Mistakes in rules, each with one error that names file, line and field."""

import textwrap

import pytest

from advisor.errors import InvalidKnowledge
from advisor.knowledge.load import load

GOOD = {
    "base.yaml": """\
        knowledge: {version: "1", date: 2026-11-01}
        settings:
          importance: [{value: low, weight: 1}, {value: high, weight: 4}]
          recommend_share: 0.8
          usual_share: 0.9
          weight_spread: 1.4
          strength_error: {primary: 0.3, secondary: 0.4, weak: 0.5}
          saturates: 2
          review_months: {versions: 6, practices: 24}
        candidates:
          - &c {id: left, title: The left, text: A candidate, packages: [x], install: pip install x, starter: ""}
          - {<<: *c, id: right}
        criteria:
          - {id: speed, title: Speed, text: How fast, importance: care}
        questions:
          - {id: care, theme: All, text: "How much?", why: Because., kind: scale,
             options: [{value: low, text: Little}, {value: high, text: Much}]}
          - {id: os, theme: All, text: "Which system?", why: Because., kind: one,
             options: [{value: linux, text: Linux}, {value: macos, text: macOS}]}
          - {id: count, theme: All, text: "How many?", why: Because., kind: number, minimum: 0, maximum: 9}
        probes:
          - {id: step, title: A step, text: Times it., metrics: [{id: step, title: A step, unit: ms}]}
          - {id: export, title: Exporting, text: Tries it.}
        derived:
          - {id: fast, text: It is fast, values: [false, true], default: false}
          - {id: faster, text: It is faster, values: [false, true], default: false}
        sources:
          - {id: docs, title: The docs, address: "https://example.org", date: 2026-01, checked: 2026-11-01,
             grade: primary, kind: versions}
        """,
    "theme.yaml": """\
        rules:
          - id: first
            when: {all: [{fact: os, is: linux}, {fact: count, at_least: 2}]}
            then: [{derive: fast, value: true}]
            because: It is so.
            sources: [docs]
          - id: second
            for: every
            when: {fact: "export.{candidate}", is: fails}
            then: [{evidence: "{candidate}", criterion: speed, strength: -1}]
            because: Exporting {candidate} fails here.
            sources: [docs]
        """,
}


def folder(path, files):
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / name).write_text(textwrap.dedent(text))
    return path


def said_of(tmp_path, name, text, old, new):
    """The error for an overlay's file in which something is replaced."""
    assert old in text
    overlay = folder(tmp_path / "overlay", {name: text.replace(old, new, 1)})
    with pytest.raises(InvalidKnowledge) as caught:
        load([overlay], folder(tmp_path / "rules", GOOD))
    return caught.value.message


def test_a_good_folder_loads(tmp_path):
    knowledge = load(base=folder(tmp_path / "rules", GOOD))
    assert [rule.id for rule in knowledge.rules] == ["first", "second@left", "second@right"]
    assert knowledge.rules[1].because == "Exporting left fails here."
    assert knowledge.rules[0].theme == "theme"
    assert set(knowledge.facts) == {
        "care", "os", "count", "measured.step", "step.left", "step.right", "export.left", "export.right",
        "fast", "faster",
    }  # fmt: skip


def test_what_ships_loads_and_is_large_enough():
    knowledge = load()
    written = {rule.id.partition("@")[0] for rule in knowledge.rules}
    assert len(knowledge.questions) >= 15
    assert len(knowledge.criteria) >= 10
    assert len(written) >= 50
    cited = {source for entry in (*knowledge.rules, *knowledge.claims) for source in entry.sources}
    assert cited == set(knowledge.source), "every source is cited"


def test_every_claim_that_a_probe_tests_is_in_the_ledger():
    knowledge = load()
    assert len(knowledge.claims) >= 45
    tested = {claim.claim: claim.probes for claim in knowledge.claims}
    for probe in knowledge.probes:
        assert not probe.claim or probe.id in tested.get(probe.claim, ()), probe.id


def test_an_overlay_adds_and_may_not_repeat(tmp_path):
    base = folder(tmp_path / "rules", GOOD)
    extra = {"ours.yaml": GOOD["theme.yaml"].replace("first", "ours").replace("second", "also-ours")}
    overlay = folder(tmp_path / "overlay", extra)
    assert "ours" in {rule.id for rule in load([overlay], base).rules}
    assert load([overlay], base).content_hash != load(base=base).content_hash
    repeated = folder(tmp_path / "repeated", {"theme.yaml": GOOD["theme.yaml"]})
    with pytest.raises(InvalidKnowledge, match=r"theme.yaml:2: rule 'first' is already defined in .*theme.yaml:2"):
        load([repeated], base)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("recommend_share: 0.8", "recommend_share: 0", "recommend_share: should be greater than 0"),
        ("recommend_share: 0.8", "recommend_share: 80", "recommend_share: should be less than 1"),
        ("recommend_share: 0.8", "recommend_share: 1", "recommend_share: should be less than 1"),
        ("recommend_share: 0.8", "recommend_share: 8e-1", "recommend_share: '8e-1' is a text here; write 0.8"),
        ("recommend_share: 0.8", "recommend_share: true", "recommend_share: true is no number"),
        ("weight_spread: 1.4", "weight_spread: 0", "weight_spread: should be greater than or equal to 1"),
        ("weight_spread: 1.4", "weight_spread: 1.0e+300", "weight_spread: should be less than or equal to 10"),
        ("saturates: 2", "saturates: 0", "saturates: should be greater than or equal to 0.01"),
        ("primary: 0.3", "primary: -0.3", "strength_error.primary: should be greater than or equal to 0"),
        ("primary: 0.3", "primary: 1.0e+300", "strength_error.primary: should be less than or equal to 3"),
        ("versions: 6", "versions: 0", "review_months.versions: should be greater than 0"),
        ("versions: 6", "versions: true", "review_months.versions: true is no number"),
        ("versions: 6", "versions: '6'", "review_months.versions: '6' is a text here; write 6"),
        ("versions: 6", "version: 6", "review_months.version: should be 'versions' or 'practices'"),
        ("weight: 1}", "weight: -8}", "importance.0.weight: should be greater than or equal to 0"),
        ("weight: 1}", "weight: 0.001}", "importance.0.weight: a weight this near to 0 can't be told from it"),
        ("saturates: 2", "saturates: 2\n          consistency: [1e0]", "consistency.0: '1e0' is a text here; write 1"),
        ("weight: 4}", "weight: 1}", "importance: the weights must rise: high must weigh more than low"),
        ("saturates: 2", "saturates: 2\n          range_sensitivity: [1, 0]",
         "range_sensitivity: the lower number comes first"),
    ],
)  # fmt: skip
def test_each_setting_that_makes_no_sense_has_one_clear_error(tmp_path, old, new, expected):
    text = GOOD["base.yaml"]
    assert old in text
    line = text[: text.index(old)].count("\n") + 1 + new.count("\n")
    with pytest.raises(InvalidKnowledge) as caught:
        load(base=folder(tmp_path / "rules", {**GOOD, "base.yaml": text.replace(old, new, 1)}))
    assert f"base.yaml:{line}: settings: {expected}" in caught.value.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: number, minimum: 0", "kind: number, whole: true, minimum: 0.5"),
        ("kind: number, minimum: 0, maximum: 9", "kind: number, whole: true, minimum: 0, maximum: 9.5"),
        ("kind: number, minimum: 0, maximum: 9", "kind: yes-no, whole: true"),
    ],
)
def test_only_numbers_with_whole_bounds_are_whole(tmp_path, old, new):
    text = GOOD["base.yaml"]
    assert old in text
    with pytest.raises(InvalidKnowledge, match="'count': .+ only a question of kind 'number' takes whole"):
        load(base=folder(tmp_path / "rules", {**GOOD, "base.yaml": text.replace(old, new)}))


def test_a_grade_without_an_error_of_its_own_is_named(tmp_path):
    text = GOOD["base.yaml"].replace("{primary: 0.3, secondary", "{secondary")
    with pytest.raises(InvalidKnowledge, match="source 'docs': grade: settings.strength_error doesn't have it"):
        load(base=folder(tmp_path / "rules", {**GOOD, "base.yaml": text}))


@pytest.mark.parametrize(
    ("date", "fits"),
    [
        ("2026", True),
        ("2024-02-29", True),
        ("undated", True),
        ("soon", False),
        ("2026-99", False),
        ("2026-02-30", False),
        ("true", False),
    ],
)
def test_a_source_has_a_date_that_there_is(tmp_path, date, fits):
    files = {**GOOD, "base.yaml": GOOD["base.yaml"].replace("date: 2026-01,", f"date: {date},")}
    base = folder(tmp_path / "rules", files)
    if fits:
        assert load(base=base).source["docs"].date == date
        return
    with pytest.raises(InvalidKnowledge, match="source 'docs': date: must be a year, a month or a day such as"):
        load(base=base)


RULE = """\
rules:
  - id: mine
    when: {fact: os, is: linux}
    then:
      - {evidence: left, criterion: speed, strength: 1}
    because: It is so.
    sources: [docs]
"""


EVIDENCE = "evidence: left, criterion: speed, strength: 1"


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("sources: [docs]", "sources: [doks]", 7, "~sources: there is no source 'doks'; did you mean 'docs'?"),
        ("sources: [docs]", "sources: []", 7, "~sources: Tuple should have at least 1 item"),
        ("is: linux", "is: linus", 3, "~when: is: os must be one of linux, macos, not 'linus'"),
        ("is: linux", "at_least: linux", 3, "~when: at_least: the values of os have no order"),
        ("fact: os, is: linux", "fact: ops, is: linux", 3, "~when: there is no fact 'ops'; did you mean 'os'?"),
        ("fact: os, is: linux", "fact: count, is: many", 3, "~when: is: count is a number, not 'many'"),
        ("is: linux", "known: true", 3, "~when: known: os isn't measured"),
        ("is: linux", "is: linux, in: [macos]", 3, "~when: a test of a fact takes exactly one of"),
        ("fact: os", "fakt: os", 3, "~when: expected a mapping with one of the keys: fact, all, any, not"),
        ("evidence: left", "evidence: lift", 5, "~then: there is no candidate 'lift'; did you mean 'left'?"),
        ("criterion: speed", "criterion: sped", 5, "~then: there is no criterion 'sped'"),
        ("strength: 1", "strength: 9", 5, "~then.0.strength: should be less than or equal to 3"),
        (
            "strength: 1",
            "strength: 0.009",
            5,
            "~then.0.strength: a strength this near to 0 says nothing; the least is 0.01",
        ),
        ("strength: 1", "strength: 1e-309", 5, "~then.0.strength: '1e-309' is a text here; write 1.0e-309"),
        ("strength: 1", "strength: '2'", 5, "~then.0.strength: '2' is a text here; write 2"),
        ("strength: 1", "strength: much", 5, "~then.0.strength: 'much' is no number"),
        ("strength: 1", "strenth: 1", 5, "~then.0.strength: must be given"),
        (EVIDENCE, "derive: fats, value: true", 5, "~then: derive: there is no derived fact 'fats'"),
        (EVIDENCE, "derive: fast, value: 3", 5, "~then: value: fast must be one of false, true, not 3"),
        (EVIDENCE, "compare: export, criterion: speed, strength: 1", 5, "~then: there is no metric 'export'"),
        ("    because: It is so.\n", "", 2, "~because: must be given"),
        (
            "because: It is so.",
            "because: It is so.\n    becuse: x",
            7,
            "~becuse: unknown field; the fields are id, when, then, because, sources, for, replaces",
        ),
        ("id: mine", "id: mine\n    id: yours", 3, "'id' is given twice"),
        ("id: mine", "id: mine\n    overlay: x", 3, "~overlay: unknown field; the fields are id, when, then,"),
        (
            "strength: 1",
            "strength: 1, weight: 2",
            5,
            "~then.0.weight: unknown field; the fields are evidence, criterion, strength",
        ),
        ("is: linux", "is: linux, was: macos", 3, "~when.was: unknown field; the fields are fact, is, in, at_least,"),
        (" {fact: os, is: linux}", "", 3, "~when: is empty; write what it is, or leave it out"),
        ("is: linux", "is: ", 3, "~when.is: is empty"),
        ("is: linux", "in: [linux, null]", 3, "~when.in.1: null is no value"),
        ("is: linux", "is: [linux]", 3, "~when.is: takes one value; use `in` for several"),
        ("is: linux", "in: [[linux]]", 3, "~when.in.0: takes one value, and no list"),
        ("is: linux", "is: {linux: 1}", 3, "~when.is: takes a value, and no mapping"),
        (
            "{fact: os, is: linux}",
            "{any: [{not: {fact: count, at_least: .nan}}]}",
            3,
            "~when.any.0.not.at_least: nan is no number",
        ),
        ("strength: 1", "strength: true", 5, "~then.0.strength: true is no number"),
        ("strength: 1", "strength: 0", 5, "~then.0.strength: a strength of 0 says nothing; the least is 0.01"),
        ("id: mine", "id: 5", 2, "rule: id: must be a name of lower-case letters, digits and `-`"),
        (
            "because: It is so.",
            'because: "So it is with {candidate}."',
            6,
            "~because: {candidate} stands only in a rule with `for`",
        ),
        ("id: mine", "id: mine\n    for: []", 3, "~for: expected `every` or a list of left, right"),
        ("id: mine", "id: mine\n    for: [left, left]", 3, "~for: left is named twice"),
        ("id: mine", "if: mine", 2, "an entry of rules must be a mapping with an `id`"),
        ("rules:", "ruels:", 2, "unknown section 'ruels'"),
        ("then:", "then: [", 5, "not valid YAML"),
        ("id: mine", "id: mine\n    for: [left, lift]", 3, "~for: expected `every` or a list of left, right"),
    ],
)
def test_each_mistake_has_one_clear_error(tmp_path, old, new, line, expected):
    base = folder(tmp_path / "rules", GOOD)
    assert old in RULE
    overlay = folder(tmp_path / "overlay", {"mine.yaml": RULE.replace(old, new, 1)})
    with pytest.raises(InvalidKnowledge) as caught:
        load([overlay], base)
    # A tilde stands for what the message calls the entry.
    expected = expected.replace("~", "rule 'mine': ")
    assert f"mine.yaml:{line}: {expected}" in caught.value.message
    assert "\n" not in caught.value.message


def test_a_cycle_is_named(tmp_path):
    circular = """\
        rules:
          - id: up
            when: {fact: fast, is: true}
            then: [{derive: faster, value: true}]
            because: Up it goes.
            sources: [docs]
          - id: down
            when: {fact: faster, is: true}
            then: [{derive: fast, value: true}]
            because: Down it goes.
            sources: [docs]
        """
    base = folder(tmp_path / "rules", GOOD)
    with pytest.raises(
        InvalidKnowledge, match=r"circular.yaml:\d+: rule .*: derived facts depend on themselves: (fast|faster) → "
    ):
        load([folder(tmp_path / "overlay", {"circular.yaml": circular})], base)  # fmt: skip


@pytest.mark.parametrize("missing", ["folder", "files"])
def test_a_folder_without_rules_is_named(tmp_path, missing):
    path = tmp_path / "nothing"
    if missing == "files":
        path.mkdir()
    with pytest.raises(InvalidKnowledge, match="nothing"):
        load([path])


def test_what_was_parsed_before_gives_the_same_knowledge(tmp_path, monkeypatch):
    base = folder(tmp_path / "rules", GOOD)
    first = load(base=base)
    monkeypatch.setattr("advisor.nodes.parse", None)
    assert load(base=base) == first


def test_a_changed_file_is_parsed_again(tmp_path):
    base = folder(tmp_path / "rules", GOOD)
    load(base=base)
    (base / "theme.yaml").write_text("rules: []\n")
    assert load(base=base).rules == ()


@pytest.mark.parametrize("spoilt", ["", "{", "[]", '{"hash": 1}'])
def test_a_spoilt_store_of_parsed_rules_is_passed_over(tmp_path, spoilt):
    from advisor.knowledge import kept

    base = folder(tmp_path / "rules", GOOD)
    first = load(base=base)
    kept._path().write_text(spoilt)
    assert load(base=base) == first
    assert kept.read_kept(first.content_hash)


GROUPS = """\
groups:
  - {id: quickness, title: Quickness, text: All that is quick.}
criteria:
  - {id: launch, group: quickness, title: Launch, text: How fast it starts, importance: care}
  - {id: speed, replaces: true, group: quickness, title: Speed, text: How fast, importance: care}
"""


def test_an_overlay_may_bring_groups(tmp_path):
    base = folder(tmp_path / "rules", GOOD)
    knowledge = load([folder(tmp_path / "overlay", {"g.yaml": GROUPS})], base)
    assert [(c.id, c.group) for c in knowledge.criteria] == [("speed", "quickness"), ("launch", "quickness")]


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("launch, group: quickness", "launch, group: quicknes", 4, "criterion 'launch': group: there is no group"),
        ("launch, group: quickness", "launch", 4, "criterion 'launch': group: every criterion belongs to one of the"),
        ("text: All that is quick.}", "text: All that is quick.}\n  - {id: calm, title: Calm, text: All else.}", 3,
         "group 'calm': no criterion belongs to it"),
        ("title: Quickness", "titel: Quickness", 2, "group 'quickness': title: must be given"),
    ],
)  # fmt: skip
def test_mistakes_in_groups_are_named(tmp_path, old, new, line, expected):
    assert f"g.yaml:{line}: {expected}" in said_of(tmp_path, "g.yaml", GROUPS, old, new)


METRIC = """\
probes:
  - id: compiled
    title: Compiled
    text: Compiles it.
    metrics:
      - {id: compiling, title: Compiling, unit: s, repaid_by: [step, fast-step], ceiling: ceiling-float32}
      - {id: fast-step, title: A compiled step, unit: ms}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("[step,", "[stap,", 6, "metrics.0.repaid_by: there is no metric 'stap'; did you mean 'step'?"),
        ("compiled step, unit: ms", "compiled step, unit: bytes", 6, "metrics.0.repaid_by: fast-step isn't a time"),
        ("unit: s,", "unit: bytes,", 6, "metrics.0.repaid_by: compiling isn't a time, in s, ms, us"),
        ("[step, fast-step]", "[step]", 6, "metrics.0.repaid_by"),
        ("ceiling-float32", "ceiling-float16", 6, "metrics.0.ceiling: should be 'ceiling-float32'"),
        ("id: compiling", "id: step", 6, "metrics: 'step' is already a metric of the probe 'step'"),
    ],
)
def test_mistakes_in_metrics_are_named(tmp_path, old, new, line, expected):
    base = folder(tmp_path / "rules", GOOD)
    assert load([folder(tmp_path / "right", {"m.yaml": METRIC})], base).metric["compiling"].repaid_by
    assert f"m.yaml:{line}: probe 'compiled': {expected}" in said_of(tmp_path, "m.yaml", METRIC, old, new)


def test_what_ships_has_a_group_for_every_criterion():
    knowledge = load()
    assert len(knowledge.groups) >= 4
    assert {criterion.group for criterion in knowledge.criteria} == {group.id for group in knowledge.groups}


TRADE_OFF = """\
criteria:
  - {id: launch, title: Launch, text: How fast it starts, importance: care}
trade_offs:
  - id: one-or-other
    left: {criterion: speed, strength: 1, text: It is fast., rules: [second]}
    right: {criterion: launch, strength: 2, text: It starts at once., rules: [first]}
"""


def test_an_overlay_may_bring_trade_offs(tmp_path):
    knowledge = load([folder(tmp_path / "overlay", {"t.yaml": TRADE_OFF})], folder(tmp_path / "rules", GOOD))
    assert list(knowledge.trade_off) == ["one-or-other"]
    assert "one-or-other" not in knowledge.question, "it is no part of the interview"
    assert knowledge.askable["one-or-other"].accept("left") == "left"


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("criterion: launch", "criterion: lunch", 6, "~right.criterion: there is no criterion 'lunch'; did you mean"),
        ("criterion: launch", "criterion: speed", 4, "~(the whole entry): the two sides must differ in their"),
        ("rules: [first]", "rules: [frist]", 6, "~right.rules: there is no rule 'frist'; did you mean 'first'?"),
        ("rules: [first]", "rules: []", 6, "~right.rules: Tuple should have at least 1 item"),
        ("strength: 2", "strength: -2", 6, "~right.strength: should be greater than 0"),
        ("strength: 2", "strength: 7", 6, "~right.strength: should be less than or equal to 6"),
        ("id: one-or-other", "id: care", 4, "trade-off 'care': id: there is a question 'care' already"),
        ("left:", "lift:", 4, "~left: must be given"),
    ],
)
def test_mistakes_in_trade_offs_are_named(tmp_path, old, new, line, expected):
    said = said_of(tmp_path, "t.yaml", TRADE_OFF, old, new)
    assert f"t.yaml:{line}: {expected.replace('~', 'trade-off ' + repr('one-or-other') + ': ')}" in said
