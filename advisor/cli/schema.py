"""`advisor schema`: the JSON Schemas of every document."""

from __future__ import annotations

import argparse
import itertools
import json

from advisor.cli import flags

_EXAMPLES = """\
  advisor schema                      the schema of `advisor --json`
  advisor schema rules                of a file in rules/, for an editor
  advisor schema all                  all of them, by name
"""
NAMES = (
    "result",
    "error",
    "measurements",
    "self-check",
    "diagnosis",
    "session",
    "batch",
    "check",
    "difference",
    "drift",
    "explanation",
    "rules",
    "all",
)


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("schema", "Prints the JSON Schema of a document.", _EXAMPLES)
    made.add_argument("name", nargs="?", default="result", choices=NAMES, help="which document (default: result)")
    made.add_argument("--json", action="store_true", help="accepted for symmetry; the output is always JSON")
    made.add_argument("-o", dest="output", metavar="FILE", type=flags.path, help="write it there")
    return made


def run(arguments: argparse.Namespace) -> int:
    """Print a schema."""
    from advisor.knowledge.file_schema import rules_schema
    from advisor.model.batch import BatchLine
    from advisor.model.check import CheckReport
    from advisor.model.diagnosis import Diagnosis
    from advisor.model.difference import KnowledgeDifference
    from advisor.model.drift import Drift
    from advisor.model.explanation import ExplanationDocument
    from advisor.model.measurement import Measurements
    from advisor.model.recommendation import ErrorDocument, GroupRecommendation, Recommendation
    from advisor.model.selfcheck import SelfCheck

    models = {
        "result": Recommendation,
        "error": ErrorDocument,
        "measurements": Measurements,
        "self-check": SelfCheck,
        "diagnosis": Diagnosis,
        "session": GroupRecommendation,
        "batch": BatchLine,
        "difference": KnowledgeDifference,
        "drift": Drift,
        "check": CheckReport,
        "explanation": ExplanationDocument,
    }
    schemas = {name: model.model_json_schema(mode="serialization") for name, model in models.items()}
    schemas["rules"] = rules_schema()
    documented = _field_docstrings()
    for name, schema in schemas.items():
        _describe(schema, models[name].__name__ if name in models else "", documented)
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    chosen = schemas if arguments.name == "all" else schemas[arguments.name]
    flags.emit(json.dumps(chosen, indent=2, ensure_ascii=False), arguments.output)
    return 0


def _field_docstrings() -> dict[str, dict[str, str]]:
    """What stands below each field in the source of the vocabulary, by class. Pydantic would read this itself
    (`use_attribute_docstrings`), but at every import, which costs more than all else that an import of the vocabulary
    does."""
    import ast
    import importlib
    import inspect
    import pkgutil

    import advisor.model

    found: dict[str, dict[str, str]] = {}
    for module in pkgutil.iter_modules(advisor.model.__path__, "advisor.model."):
        tree = ast.parse(inspect.getsource(importlib.import_module(module.name)))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name] = {
                    field.target.id: inspect.cleandoc(text.value.value)
                    for field, text in itertools.pairwise(node.body)
                    if isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(text, ast.Expr)
                    and isinstance(text.value, ast.Constant)
                }
    return found


def _describe(schema: dict, title: str, documented: dict[str, dict[str, str]]) -> None:
    """Add the docstrings of fields to a schema and its definitions."""
    for name, definition in ((title, schema), *schema.get("$defs", {}).items()):
        for field, text in documented.get(name, {}).items():
            if field in definition.get("properties", {}):
                definition["properties"][field]["description"] = " ".join(text.split())
