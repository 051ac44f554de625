"""`advisor schema`: the JSON Schemas of every document."""

from __future__ import annotations

import argparse
import json

from advisor.cli import flags

_EXAMPLES = """\
  advisor schema                      the schema of `advisor --json`
  advisor schema rules                of a file in rules/, for an editor
  advisor schema all                  all of them, by name
"""
NAMES = ("result", "error", "measurements", "session", "rules", "all")


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("schema", "Prints the JSON Schema of a document.", _EXAMPLES)
    made.add_argument("name", nargs="?", default="result", choices=NAMES, help="which document (default: result)")
    made.add_argument("--json", action="store_true", help="accepted for symmetry; the output is always JSON")
    made.add_argument("-o", dest="output", metavar="FILE", type=flags.Path, help="write it there")
    return made


def run(arguments: argparse.Namespace) -> int:
    """Print a schema."""
    from advisor.knowledge.file_schema import rules_schema
    from advisor.model.measurement import Measurements
    from advisor.model.recommendation import ErrorDocument, GroupRecommendation, Recommendation

    models = {
        "result": Recommendation,
        "error": ErrorDocument,
        "measurements": Measurements,
        "session": GroupRecommendation,
    }
    schemas = {name: model.model_json_schema(mode="serialization") for name, model in models.items()}
    schemas["rules"] = rules_schema()
    for schema in schemas.values():
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    chosen = schemas if arguments.name == "all" else schemas[arguments.name]
    flags.emit(json.dumps(chosen, indent=2, ensure_ascii=False), arguments.output)
    return 0
