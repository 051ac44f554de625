"""The JSON Schema of a file of answers, for completion and checking in an editor."""

from __future__ import annotations

from typing import Any

from advisor.model.knowledge import Knowledge
from advisor.model.question import Question


def answers_schema(knowledge: Knowledge) -> dict[str, Any]:
    """The schema: a mapping from questions to answers, each of which may be null."""
    return {
        "title": "Answers",
        "description": "Answers for `advisor --answers`; what is left out, and null, is unknown.",
        "type": "object",
        "properties": {question.id: _property(question) for question in knowledge.questions},
        "additionalProperties": False,
    }


def _property(question: Question) -> dict[str, Any]:
    options = [option.value for option in question.options]
    match question.kind:
        case "yes-no":
            forms: list[dict[str, Any]] = [{"type": "boolean"}]
        case "number":
            form = "integer" if question.whole else "number"
            forms = [{"type": form, "minimum": question.minimum, "maximum": question.maximum}]
        case "many":
            forms = [{"type": "array", "items": {"enum": options}, "uniqueItems": True}, {"enum": [*options, "none"]}]
        case _:
            forms = [{"enum": options}]
    return {"description": question.text, "anyOf": [*forms, {"type": "null"}]}
