"""The JSON Schema of a file in `rules/`, for completion and checking in an editor."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, create_model

from advisor.knowledge.consistency import SOURCE_DATE
from advisor.knowledge.loaded import FILLED_IN, FOR_SEVERAL, SECTIONS
from advisor.model.base import Frozen
from advisor.model.criterion import Settings
from advisor.model.knowledge import Edition
from advisor.model.overlay import Revision
from advisor.model.sign import Format, ScanSettings, Sign

# In a rule for several candidates these may hold `{candidate}`, so their names are checked only after filling in.
_MAY_BE_FILLED = {
    "Leaf": "fact",
    "Veto": "veto",
    "Evidence": "evidence",
    "Warn": "candidate",
    "Advise": "candidate",
    "Property": "rises",
    "NotHurt": "not_hurt",
    "NotHelp": "not_help",
}


_Once = Annotated[tuple[str, ...], Field(min_length=1, json_schema_extra={"uniqueItems": True})]


class _RuleExtra(Frozen):
    for_: Literal["every"] | _Once = Field(alias="for")


def rules_schema() -> dict[str, Any]:
    """The schema: a mapping with any of the sections."""
    fields: dict[str, Any] = {name: (tuple[model, ...], ()) for name, model in SECTIONS.items()}
    fields["knowledge"] = (Edition | None, None)
    fields["settings"] = (Settings | None, None)
    fields["changes"] = (tuple[Revision, ...], ())
    file = create_model("RulesFile", __config__=ConfigDict(extra="forbid"), **fields)
    schema = _without_null(file.model_json_schema(by_alias=True))
    definitions = schema["$defs"]
    for section, names in FILLED_IN.items():
        definition = definitions[SECTIONS[section].__name__]
        for name in names:
            del definition["properties"][name]
            if name in definition["required"]:
                definition["required"].remove(name)
    for name, field in _MAY_BE_FILLED.items():
        definitions[name]["properties"][field] = {"type": "string"}
    for model in SECTIONS.values():
        definitions[model.__name__]["properties"]["replaces"] = {"const": True}
    definitions["Source"]["properties"]["date"]["pattern"] = f"^({SOURCE_DATE})$"
    for section in FOR_SEVERAL:
        definition = definitions[SECTIONS[section].__name__]
        definition["properties"]["for"] = _RuleExtra.model_json_schema(by_alias=True)["properties"]["for"]
    return schema


def _without_null(schema: Any) -> Any:
    """The schema without what a model takes for something left out: in files nothing is written then."""
    if isinstance(schema, list):
        return [_without_null(part) for part in schema if part != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without_null(part) for key, part in schema.items() if (key, part) != ("default", None)}
    forms = kept.get("anyOf", ())
    return {**kept, **kept.pop("anyOf")[0]} if len(forms) == 1 else kept


def signs_schema() -> dict[str, Any]:
    """The schema of a file in `rules/scan/`."""
    fields: dict[str, Any] = {
        "settings": (ScanSettings | None, None),
        "formats": (tuple[Format, ...], ()),
        "signs": (tuple[Sign, ...], ()),
    }
    file = create_model("SignsFile", __config__=ConfigDict(extra="forbid"), **fields)
    return _without_null(file.model_json_schema(by_alias=True))
