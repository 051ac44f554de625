"""The knowledge of the scan: mistakes in it, versions, and what follows from what is seen."""

import textwrap

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from advisor.errors import InvalidKnowledge
from advisor.knowledge.load import load
from advisor.knowledge.signs import load_signs
from advisor.scanning.versions import allows_one, from_conda, from_poetry, within

KNOWLEDGE = load()
GOOD = """\
signs:
  - id: ours
    question: domain
    value: audio
    sure: likely
    because: Our own library is used.
    imports: [acme_sound]
"""


def overlay(folder, text):
    (folder / "scan").mkdir()
    (folder / "scan" / "ours.yaml").write_text(text)
    return folder


def test_a_team_adds_signs_of_its_own(tmp_path):
    signs, with_ours = load_signs(KNOWLEDGE, [overlay(tmp_path, GOOD)])
    assert "ours" in signs.sign
    assert with_ours != load_signs(KNOWLEDGE)[1]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("question: domain", "question: domian", "ours.yaml:3: sign 'ours': question: there is no question 'domian'"),
        ("value: audio", "value: sound", "ours.yaml:4: sign 'ours': value: 'sound' is not one of: vision"),
        ("sure: likely", "sure: surely", "ours.yaml:5: sign 'ours': sure: should be 'certain', 'likely' or"),
        ("imports: [acme_sound]", "import: [x]", "ours.yaml:7: sign 'ours': import: unknown field; the fields are id"),
        ("    imports: [acme_sound]\n", "", "ours.yaml:2: sign 'ours': (the whole entry): a sign looks for at least"),
        ("imports: [acme_sound]", "formats: [wav]", "ours.yaml:7: sign 'ours': formats: there is no format 'wav'"),
        ("imports:", "borne_out_by: [x]\n    imports:", "ours.yaml:7: sign 'ours': borne_out_by: there is no sign 'x'"),
        ("imports:", "unless: [nothing]\n    imports:", "ours.yaml:7: sign 'ours': unless: there is no sign 'nothing'"),
        (
            "imports: [acme_sound]",
            "lines: [{files: [a], pattern: '('}]",
            "ours.yaml:7: sign 'ours': lines.0.pattern: not a regular expression",
        ),
        ("value: audio", "capture: true", "ours.yaml:2: sign 'ours': (the whole entry): capture takes the place"),
        ("signs:", "sings:", "ours.yaml:2: unknown section 'sings'"),
        ("id: ours", "id: keras-imported", "ours.yaml:2: sign 'keras-imported' is already defined"),
    ],
)
def test_each_mistake_has_one_clear_error(tmp_path, old, new, expected):
    assert old in GOOD
    with pytest.raises(InvalidKnowledge) as caught:
        load_signs(KNOWLEDGE, [overlay(tmp_path, GOOD.replace(old, new, 1))])
    assert expected in caught.value.message


def test_every_question_that_files_can_answer_has_signs():
    """Likings and levels of importance are not in files."""
    signs, _ = load_signs(KNOWLEDGE)
    priorities = {question.id for question in KNOWLEDGE.questions if question.theme == "Priorities"}
    without = set(KNOWLEDGE.question) - {sign.question for sign in signs.signs} - priorities
    assert without == {"preference", "parameters"}


def test_the_files_of_signs_fit_their_schema():
    import jsonschema

    from advisor.assets import rules_dir
    from advisor.knowledge.file_schema import signs_schema

    validator = jsonschema.Draft202012Validator(signs_schema())
    for path in (rules_dir() / "scan").glob("*.yaml"):
        validator.validate(yaml.safe_load(path.read_text()))


@pytest.mark.parametrize(
    ("required", "wanted", "expected"),
    [
        (">=3", ">=3", True),
        (">=3.5,<4", ">=3", True),
        (">=2.9", ">=3", False),
        ("~=3.2", ">=3", True),
        ("==2.*", "<3", True),
        ("<3", "<3", True),
        ("<=3", "<3", False),
        ("!=3.1", ">=3", False),
        ("", "<3", False),
        ("nonsense", "<3", False),
        (">=3.8,<3.11", "<3.11", True),
        (">=3.8,<=3.10", "<3.11", True),
        ("==3.9.*", "<3.11", True),
        (">4,<3", "<5", False),
        (">=2.15,<3|>=3,<4", "<3", False),
        ("==3.9.*|==3.10.*", "<3.11", True),
    ],
)
def test_versions_within(required, wanted, expected):
    assert within(required, wanted) is expected


CLAUSE = st.builds(
    "{}{}.{}".format, st.sampled_from([">=", "<", "<=", ">", "==", "!=", "~="]), st.integers(0, 4), st.integers(0, 4)
)


@given(st.lists(CLAUSE, min_size=1, max_size=3).map(",".join), CLAUSE)
def test_versions_within_agrees_with_trying_many(required, wanted):
    """The oracle tries every version of a fine grid."""
    grid = [f"{a}.{b}.{c}" for a in range(7) for b in range(7) for c in (0, 1, 2)]
    allowed = list(SpecifierSet(required).filter(grid))
    expected = bool(allowed) and all(version in SpecifierSet(wanted) for version in allowed)
    assert within(required, wanted) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^1.2", ">=1.2,<2"),
        ("^0.3.1", ">=0.3.1,<0.4"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("*", ""),
        ("1.5", "==1.5"),
        (">=1, <2", ">=1,<2"),
        ("^3.8 || ^4", ">=3.8,<4|>=4,<5"),
        ("^2.15 | ^3", ">=2.15,<3|>=3,<4"),
        ("^3 || what?", ""),
        ("* || ^3", ""),
        ("what?", ""),
    ],
)
def test_constraints_of_poetry(text, expected):
    assert from_poetry(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=3.9", "==3.9.*"),
        ("=3.9.1=h1_0", "==3.9.1"),
        (">=3,<4", "<4,>=3"),
        (">= 3, < 4", "<4,>=3"),
        ("2.*|3.1.*", "==2.*|==3.1.*"),
        ("=3.9 py39_0", "==3.9.*"),
        ("=3|?", ""),
        ("?", ""),
    ],
)
def test_versions_of_conda(text, expected):
    assert from_conda(text) == expected


def test_one_of_several_versions():
    assert allows_one(">=3.10,<3.13", ("3.12.99", "3.13.99"))
    assert not allows_one("<3.12", ("3.12.99", "3.13.99"))
    assert not allows_one("", ("3.12",))
    assert allows_one("==3.9.*|==3.12.*", ("3.12.99", "3.13.99"))


def test_the_shipped_signs_load_with_good_texts():
    signs, _ = load_signs(KNOWLEDGE)
    for sign in signs.signs:
        assert textwrap.shorten(sign.because, 120) == sign.because
        assert sign.because.endswith(".")
