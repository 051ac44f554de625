"""What scripts hold on to: the published schemas, what they promise, and documents that were written before."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from advisor.cli.main import main
from advisor.cli.schema import READ, WRITTEN, models, published
from advisor.model.promises import broken

ROOT = Path(__file__).parents[2]
SCHEMAS = published()
CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.json"))
MODELS = models()


def kept(name):
    return json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text())


@pytest.mark.parametrize("name", [*WRITTEN, *READ])
def test_the_published_schema_is_current(name):
    """`advisor schema -o schemas` (or `make schemas`) writes them."""
    assert kept(name) == SCHEMAS[name]
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", WRITTEN)
def test_no_promise_of_the_published_schema_is_broken(name):
    assert broken(kept(name), SCHEMAS[name]) == []


def test_nothing_else_is_published():
    assert {path.name for path in (ROOT / "schemas").iterdir()} == {f"{name}.schema.json" for name in SCHEMAS}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_documents_of_a_later_minor_version_fit(path):
    document = {**json.loads(path.read_text()), "format_version": "1.7", "added": 1}
    validator = jsonschema.Draft202012Validator(SCHEMAS[path.name.partition(".")[0]])
    validator.validate(document)
    if "format_version" in json.loads(path.read_text()):  # a short line of a batch has none
        assert list(validator.iter_errors({**document, "format_version": "2.0"}))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_documents_written_before_are_still_read(path):
    name = path.name.partition(".")[0]
    text = path.read_text()
    document = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMAS[name]).validate(document)
    again = json.loads(MODELS[name].model_validate_json(text).model_dump_json())
    assert_holds(again, document)


def assert_holds(new, old, where=""):
    """Everything that was there is there with the same value; there may be more."""
    if isinstance(old, dict):
        for key, value in old.items():
            assert key in new, f"{where}.{key}"
            assert_holds(new[key], value, f"{where}.{key}")
    elif isinstance(old, list):
        assert len(new) == len(old), where
        for index, (a, b) in enumerate(zip(new, old, strict=True)):
            assert_holds(a, b, f"{where}[{index}]")
    else:
        assert new == old, where


def test_the_corpus_has_every_kind():
    kinds = {json.loads(path.read_text())["verdict"]["kind"] for path in CORPUS if path.name.startswith("result.")}
    assert {"recommended", "not-enough-known", "none-feasible"} <= kinds
    assert any(json.loads(path.read_text())["measurements"] for path in CORPUS if path.name.startswith("result."))
    assert {path.name.partition(".")[0] for path in CORPUS} == set(MODELS)


def changed(name, change):
    schema = copy.deepcopy(SCHEMAS[name])
    change(schema)
    return broken(SCHEMAS[name], schema)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda s: s["properties"].pop("flips"), "flips goes missing"),
        (lambda s: s["$defs"]["Verdict"]["properties"].pop("kind"), "verdict.kind goes missing"),
        (lambda s: s["$defs"]["Reason"]["properties"].pop("text"), "reasons[].text goes missing"),
        (lambda s: s["properties"]["seed"].update(type="string"), "seed changes its type"),
        (
            lambda s: s["$defs"]["Ranked"]["properties"]["score"].update(type="string"),
            "ranking[].score changes its type",
        ),
        (
            lambda s: s["$defs"]["Verdict"]["properties"]["candidate"]["anyOf"].pop(),
            "verdict.candidate changes its type",
        ),
        (lambda s: s["$defs"]["Verdict"]["required"].remove("leader"), "verdict.leader becomes optional"),
        (
            lambda s: s["$defs"]["Verdict"]["properties"]["kind"]["enum"].remove("too-close"),
            "verdict.kind loses a value",
        ),
        (
            lambda s: s["properties"]["reasons"]["items"].update({"$ref": "#/$defs/Flip"}),
            "reasons[].contribution goes missing",
        ),
    ],
)
def test_what_breaks_a_promise(change, problem):
    assert problem in changed("result", change)


def test_a_field_that_changes_everywhere_is_found_in_every_model():
    """Taking any field of any model away is noticed."""
    for name in WRITTEN:
        for model, definition in {"": SCHEMAS[name], **SCHEMAS[name].get("$defs", {})}.items():
            for field in definition.get("properties", {}):
                schema = copy.deepcopy(SCHEMAS[name])
                del (schema["$defs"][model] if model else schema)["properties"][field]
                if field != "format_version":
                    assert broken(SCHEMAS[name], schema), (name, model, field)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["properties"].update(more={"type": "string"}),
        lambda s: s["required"].append("trace"),
        lambda s: s["$defs"]["Verdict"]["properties"]["kind"]["enum"].append("postponed"),
        lambda s: s["properties"]["seed"].update(minimum=0, description="Other words."),
        lambda s: (s["properties"]["format_version"].update(const="2.0"), s["properties"].pop("flips")),
    ],
)
def test_what_breaks_none(change):
    assert changed("result", change) == []


def test_the_command_refuses_to_take_a_promise_back(capsys, tmp_path):
    folder = tmp_path / "schemas"
    assert main(["schema", "-o", str(folder)]) == 0
    path = folder / "result.schema.json"
    old = json.loads(path.read_text())
    old["properties"]["horoscope"] = {"type": "string"}
    path.write_text(json.dumps(old))
    assert main(["schema", "-o", str(folder)]) == 2
    assert "horoscope goes missing" in capsys.readouterr().err
    assert json.loads(path.read_text()) == old
    assert main(["schema", "-o", str(folder), "--force"]) == 0
    assert json.loads(path.read_text()) == SCHEMAS["result"]


@pytest.mark.parametrize("text", ["[]", "{", '{"properties": []}', '{"$ref": "#/$defs/Gone"}'])
def test_what_is_no_schema_is_left_where_it_is(capsys, tmp_path, text):
    path = tmp_path / "result.schema.json"
    path.write_text(text)
    assert main(["schema", "-o", str(tmp_path)]) == 2
    assert f"{path}: is not a schema" in capsys.readouterr().err
    assert path.read_text() == text


def test_the_schema_of_answers_takes_what_the_advisor_takes():
    import yaml

    validator = jsonschema.Draft202012Validator(SCHEMAS["answers"])
    validator.validate(yaml.safe_load((ROOT / "docs" / "example-answers.yaml").read_text()))
    validator.validate({"onnx": True, "devices": 8, "targets": ["server"], "domain": None})
    wrong_ones = ({"devices": 0}, {"devices": 1.5}, {"targets": ["moon"]}, {"stge": "research"}, {"onnx": "perhaps"})
    for wrong in ({"stage": "prod"}, *wrong_ones):
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(wrong)
