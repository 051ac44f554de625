"""The documents that scripts hold on to: schemas, fixed fields, and what the README says."""

import re
from pathlib import Path

import jsonschema
import yaml

from advisor.cli.measuring import read_measurements
from advisor.knowledge.file_schema import rules_schema
from advisor.knowledge.load import load
from advisor.model.recommendation import Recommendation
from advisor.report.markdown import render
from advisor.session.answers import read_answers

ROOT = Path(__file__).parents[2]


def test_every_rules_file_fits_the_published_schema():
    validator = jsonschema.Draft202012Validator(rules_schema())
    for path in sorted((ROOT / "rules").glob("*.yaml")):
        # The schema is about JSON, in which a date is text.
        data = yaml.load(path.read_text(), Loader=_TextDates)
        validator.validate(data)


class _TextDates(yaml.SafeLoader):
    pass


_TextDates.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def test_no_field_of_the_result_goes_missing():
    """Format 1.0: fields may be added, never removed or renamed."""
    promised = {
        "Recommendation": "format_version tool as_of seed knowledge answers environment measurements verdict ranking "
        "reasons vetoes flips open_questions trace sources certificate",
        "Verdict": "kind candidate leader confidence confidence_error summary warnings next",
        "Ranked": "candidate score score_low score_high first_rank_share feasible criteria",
        "Reason": "text candidate criterion contribution because",
        "VetoGiven": "candidate rule text because",
        "Flip": "changes kind candidate confidence",
        "OpenQuestion": "question text gain moves leads_to",
        "Because": "rules answers measurements sources",
        "Answer": "question value origin ballots",
        "Outcome": "probe candidate interpreter status cause detail extras measurements findings command",
        "Measurement": "metric unit median low high launches samples",
        "Source": "id title address date checked grade kind",
        "KnowledgeStamp": "version content_hash date rules stale_sources",
    }
    schema = Recommendation.model_json_schema(mode="serialization")
    for name, fields in promised.items():
        properties = (schema if name == "Recommendation" else schema["$defs"][name])["properties"]
        assert set(fields.split()) <= set(properties), name


def test_the_example_answers_are_valid_and_shown_in_the_readme():
    path = ROOT / "docs" / "example-answers.yaml"
    assert read_answers(load(), str(path))
    assert path.read_text().strip() in (ROOT / "README.md").read_text()


def test_the_readme_has_the_tables_of_the_recorded_runs():
    recorded = ROOT / "tests" / "machines" / "xeon"
    knowledge = load()
    found = read_measurements(
        knowledge, [str(recorded / f"{name}.json") for name in ("measurements", "weights", "rest")]
    )
    readme = (ROOT / "README.md").read_text().splitlines()
    assert [row for row in render(found, knowledge).splitlines() if row.startswith("|") and row not in readme] == []


def test_every_file_that_the_readme_links_to_exists():
    for link in re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / link).exists(), link


def test_the_readme_names_the_two_commands():
    text = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in ("advise", "test"):
        assert f"make {target}" in text
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text()
