"""The JSON Schema of a file in `rules/`, for completion and checking in an editor."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, create_model

from advisor.knowledge.loaded import SECTIONS
from advisor.model.base import Frozen
from advisor.model.criterion import Settings
from advisor.model.knowledge import Edition
from advisor.model.overlay import Revision
from advisor.model.sign import Format, ScanSettings, Sign

# What the loader fills in is not written in files, and a rule may be written for several candidates at once.
_FILLED_IN = {"derived": ("kind",), "rules": ("theme", "overlay")}
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


class _RuleExtra(Frozen):
    for_: Literal["every"] | tuple[str, ...] | None = Field(None, alias="for")


def rules_schema() -> dict[str, Any]:
    """The schema: a mapping with any of the sections."""
    fields: dict[str, Any] = {name: (tuple[model, ...], ()) for name, model in SECTIONS.items()}
    fields["knowledge"] = (Edition | None, None)
    fields["settings"] = (Settings | None, None)
    fields["changes"] = (tuple[Revision, ...], ())
    file = create_model("RulesFile", __config__=ConfigDict(extra="forbid"), **fields)
    schema = file.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    for section, names in _FILLED_IN.items():
        definition = definitions[SECTIONS[section].__name__]
        for name in names:
            del definition["properties"][name]
            if name in definition["required"]:
                definition["required"].remove(name)
    for name, field in _MAY_BE_FILLED.items():
        definitions[name]["properties"][field] = {"type": "string"}
    for model in SECTIONS.values():
        definitions[model.__name__]["properties"]["replaces"] = {"const": True}
    rule = definitions["Rule"]
    for definition in (rule, definitions["Property"]):
        definition["properties"]["for"] = _RuleExtra.model_json_schema(by_alias=True)["properties"]["for"]
    return schema


def signs_schema() -> dict[str, Any]:
    """The schema of a file in `rules/scan/`."""
    fields: dict[str, Any] = {
        "settings": (ScanSettings | None, None),
        "formats": (tuple[Format, ...], ()),
        "signs": (tuple[Sign, ...], ()),
    }
    return create_model("SignsFile", __config__=ConfigDict(extra="forbid"), **fields).model_json_schema(by_alias=True)
