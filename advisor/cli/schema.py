"""`advisor schema`: the JSON Schemas of every document."""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from typing import TYPE_CHECKING, Any

from advisor.cli import flags
from advisor.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

_EXAMPLES = """\
  advisor schema                      the schema of `advisor --json`
  advisor schema answers              of a file of answers, for an editor
  advisor schema rules                of a file in rules/, for an editor
  advisor schema all                  all of them, by name
  advisor schema -o schemas/          one file for each of them
"""
WRITTEN = (
    "result",
    "error",
    "measurements",
    "self-check",
    "diagnosis",
    "session",
    "scan",
    "batch",
    "check",
    "difference",
    "drift",
    "explanation",
)
"""Documents that the advisor writes; see `models`."""
READ = ("answers", "rules", "signs")
"""Documents that people write."""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("schema", "Prints the JSON Schema of a document.", _EXAMPLES)
    names = (*WRITTEN, *READ, "all")
    made.add_argument("name", nargs="?", default="result", choices=names, help="which document (default: result)")
    made.add_argument("--json", action="store_true", help="accepted for symmetry; the output is always JSON")
    made.add_argument(
        "-o", dest="output", metavar="FILE", type=flags.output, help="write it there; all of them, if it is a folder"
    )
    made.add_argument(
        "--force", action="store_true", help="write into a folder even what breaks a promise of the schema there"
    )
    return made


def run(arguments: argparse.Namespace) -> int:
    """Print a schema, or write all of them into a folder."""
    schemas = published()
    output = arguments.output
    if output is not None and (output.is_dir() or not output.suffix):
        _write_all(schemas, output, arguments.force)
        return 0
    chosen = schemas if arguments.name == "all" else schemas[arguments.name]
    flags.emit(_text(chosen), output)
    return 0


def published() -> dict[str, dict[str, Any]]:
    """The schema of every document, by name.

    Those of documents that the advisor writes allow fields that they don't know, so that a document with additions
    fits an older schema of the same major version.
    """
    from advisor.knowledge.answers_schema import answers_schema
    from advisor.knowledge.file_schema import rules_schema, signs_schema
    from advisor.knowledge.load import load

    schemas = {name: model.model_json_schema(mode="serialization") for name, model in models().items()}
    for schema in schemas.values():
        for definition in (schema, *schema.get("$defs", {}).values()):
            if definition.get("additionalProperties") is False:
                del definition["additionalProperties"]
    schemas |= {"answers": answers_schema(load()), "rules": rules_schema(), "signs": signs_schema()}
    documented = _field_docstrings()
    for schema in schemas.values():
        _describe(schema, documented)
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schemas


def models() -> dict[str, type[BaseModel]]:
    """What each document that the advisor writes is, by its name."""
    from advisor.model.batch import BatchLine
    from advisor.model.check import CheckReport
    from advisor.model.diagnosis import Diagnosis
    from advisor.model.difference import KnowledgeDifference
    from advisor.model.drift import Drift
    from advisor.model.explanation import ExplanationDocument
    from advisor.model.measurement import Measurements
    from advisor.model.recommendation import ErrorDocument, GroupRecommendation, Recommendation
    from advisor.model.scan import ScanReport
    from advisor.model.selfcheck import SelfCheck

    found = (
        Recommendation,
        ErrorDocument,
        Measurements,
        SelfCheck,
        Diagnosis,
        GroupRecommendation,
        ScanReport,
        BatchLine,
        CheckReport,
        KnowledgeDifference,
        Drift,
        ExplanationDocument,
    )
    return dict(zip(WRITTEN, found, strict=True))


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _write_all(schemas: dict[str, dict[str, Any]], folder: Path, force: bool) -> None:
    """One file for each schema. Raises `InvalidInput` where that would take back what a schema in the folder promises,
    unless forced to."""
    from advisor.files import write_whole
    from advisor.model.promises import broken

    for name in WRITTEN:
        path = folder / f"{name}.schema.json"
        if force or not path.is_file():
            continue
        try:
            problems = broken(json.loads(path.read_text(encoding="utf-8")), schemas[name])
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            # No JSON, or laid out as no schema is.
            raise InvalidInput(f"{path}: is not a schema", "Remove it, or use --force to replace it.") from None
        if problems:
            raise InvalidInput(
                f"{path}: within a major version of the format {problems[0]}",
                "Put it back, or raise the major version of the format and use --force (docs/formats.md).",
            )
    for name, schema in schemas.items():
        write_whole(folder / f"{name}.schema.json", _text(schema))
    print(f"{len(schemas)} schemas written to {folder}.", file=sys.stderr)


def _field_docstrings() -> dict[str, dict[str, str]]:
    """What stands below each field in the source of the vocabulary, by class, with what that inherits. Pydantic would
    read this itself (`use_attribute_docstrings`), but at every import, which costs more than all else that an import of
    the vocabulary does."""
    import ast
    import importlib
    import inspect
    import pkgutil

    import advisor.model

    own: dict[str, dict[str, str]] = {}
    bases: dict[str, list[str]] = {}
    for module in pkgutil.iter_modules(advisor.model.__path__, "advisor.model."):
        tree = ast.parse(inspect.getsource(importlib.import_module(module.name)))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                own[node.name] = {
                    field.target.id: inspect.cleandoc(text.value.value)
                    for field, text in itertools.pairwise(node.body)
                    if isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(text, ast.Expr)
                    and isinstance(text.value, ast.Constant)
                }

    def documented(name: str) -> dict[str, str]:
        inherited = (documented(base) for base in bases.get(name, ()))
        return dict(itertools.chain(*map(dict.items, inherited), own.get(name, {}).items()))

    return {name: documented(name) for name in own}


def _describe(schema: dict[str, Any], documented: dict[str, dict[str, str]]) -> None:
    """Add the docstrings of fields to a schema and its definitions."""
    for name, definition in ((schema.get("title", ""), schema), *schema.get("$defs", {}).items()):
        for field, text in documented.get(name, {}).items():
            if field in definition.get("properties", {}):
                definition["properties"][field]["description"] = " ".join(text.split())
