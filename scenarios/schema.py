"""JSON Schemas of the YAML files, for completion and checks in editors, and for other programs."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from scenarios.activity import Activities
from scenarios.automation import Automations
from scenarios.behaviour import Behaviours
from scenarios.device import DeviceType
from scenarios.errors import UserError
from scenarios.frozen import clock_text, weekday_names
from scenarios.home import Climate, Home
from scenarios.including import SHIPPED
from scenarios.problems import unknown
from scenarios.resident import Fragment, Profile
from scenarios.routine import AuthoredRoutines
from scenarios.scenario import ScenarioFile
from scenarios.scenes import Scenes
from scenarios.tastes import Tastes

MODELS: Mapping[str, type[BaseModel]] = {
    "scenario": ScenarioFile,
    "home": Home,
    "climate": Climate,
    "profile": Profile,
    "fragment": Fragment,
    "device": DeviceType,
    "activities": Activities,
    "automations": Automations,
    "scenes": Scenes,
    "routines": AuthoredRoutines,
    "tastes": Tastes,
    "behaviours": Behaviours,
}
"""What a YAML file can hold, by the name of its schema."""

INCLUDE = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    "description": "A YAML file, or several, whose keys stand here: keys beside it first, then file by file.",
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema called *name*: one of MODELS."""
    if name not in MODELS:
        raise UserError(unknown("schema", name, MODELS))
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, **_including(MODELS[name].model_json_schema())}


def write_schemas(folder: Path = SHIPPED / "schema") -> None:
    """One file a schema in *folder*."""
    for name in MODELS:
        (folder / f"{name}.json").write_text(_text(name), encoding="utf-8")


def run(name: str = "scenario") -> None:
    """Prints the schema called *name*."""
    sys.stdout.write(_text(name))


def _text(name: str) -> str:
    return json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"


def _including(part: Any) -> Any:
    """The schema with `include` wherever keys may stand, and with defaults as users write them."""
    if isinstance(part, list):
        return [_including(item) for item in part]
    if not isinstance(part, dict):
        return part
    part = {key: _including(value) for key, value in part.items()}
    if "default" in part:
        part["default"] = _as_written(part["default"], part.get("type"))
    if part.get("type") != "object":
        return part
    part["properties"] = {**part.get("properties", {}), "include": INCLUDE}
    if required := part.pop("required", None):
        part["anyOf"] = [{"required": required}, {"required": ["include"]}]
    return part


def _as_written(default: Any, kind: Any) -> Any:
    """Pydantic gives defaults as they are inside: minutes for a time, numbers for weekdays."""
    if kind == "string" and isinstance(default, int):
        return clock_text(default)
    if kind == ["string", "array"]:
        return weekday_names(tuple(default))
    return default
