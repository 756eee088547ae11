"""The networks' published schemas turned into JSON Schema, so that a validator can judge what the simulator sends and answers.

The schemas lie beside the checkout and are not part of it; `absent` says so where they are not there. VK's differ from JSON Schema in two ways (a `required` flag on
each property, a `$ref` beside other keys) and have four known flaws in what describes events, which are relaxed here and nowhere else. For answers a fifth: a group
is closed to further properties, and a full group is that group and further properties, so that no full group could ever be valid.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

SCHEMAS = Path(__file__).resolve().parents[2].parent / "shared" / "schemas"

#: Why a test that needs them is skipped, or "" when they are there.
ABSENT = "" if SCHEMAS.is_dir() else f"the networks' schemas are not beside the checkout ({SCHEMAS.name})"

Schema = dict[str, Any]


def vk(path: str, definition: str) -> Draft7Validator:
    """A validator of one definition of VK's schema: vk("wall/responses", "wall_post_response")."""
    schema = {"$ref": f"https://vk.schema/{path}.json#/definitions/{definition}"}
    return Draft7Validator(schema, registry=Registry(retrieve=_vk_file))  # type: ignore[call-arg]


def _vk_file(uri: str) -> Resource[Schema]:
    path = SCHEMAS / "vk" / uri.removeprefix("https://vk.schema/")
    # Folders that were not handed over (audio of posts, newsfeed …) allow everything.
    schema = _as_draft7(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
    schema.get("definitions", {}).get("groups_group", {}).pop("additionalProperties", None)
    return Resource.from_contents(schema, default_specification=DRAFT7)


def _as_draft7(node: Any) -> Any:
    """Hoist `required` flags into the list of the object, and move a `$ref` beside other keys into allOf."""
    if isinstance(node, list):
        return [_as_draft7(each) for each in node]
    if not isinstance(node, dict):
        return node
    seen = {key: _as_draft7(value) for key, value in node.items() if key != "$ref" and not _is_flag(key, value)}
    properties = node.get("properties")
    if isinstance(properties, dict):
        wanted = [
            name for name, value in properties.items() if isinstance(value, dict) and value.get("required") is True
        ]
        seen["required"] = [name for name in wanted if name not in ("version", "inner_type", "user_id")]
        for name in ("topic_owner_id", "photo_owner_id", "owner_id"):
            seen["properties"].get(name, {}).pop("minimum", None)
    if "$ref" in node:
        reference = {"$ref": str(node["$ref"]).replace("../", "https://vk.schema/", 1)}
        return {**seen, "allOf": [*seen.get("allOf", []), reference]} if seen else reference
    return seen


def _is_flag(key: str, value: Any) -> bool:
    return key == "required" and isinstance(value, bool)


@cache
def telegram_api() -> Schema:
    """The Bot API's types as definitions, and its methods' parameters as method:<name>; nothing beyond what is written is allowed."""
    written = json.loads((SCHEMAS / "telegram" / "api.json").read_text(encoding="utf-8"))
    types = {name: _object(kind) for name, kind in written["types"].items()}
    methods = {f"method:{name}": _object(method) for name, method in written["methods"].items()}
    return {"definitions": {**types, **methods}}


def telegram(definition: str) -> Draft7Validator:
    """A validator of one type of the Bot API."""
    return Draft7Validator({**telegram_api(), "$ref": f"#/definitions/{definition}"})


def _object(kind: Schema) -> Schema:
    if kind.get("subtypes"):
        return {"anyOf": [{"$ref": f"#/definitions/{name}"} for name in kind["subtypes"]]}
    fields = kind.get("fields", [])
    return {
        "type": "object",
        "properties": {field["name"]: {"anyOf": [_type(name) for name in field["types"]]} for field in fields},
        "required": [field["name"] for field in fields if field["required"]],
        "additionalProperties": False,
    }


_PLAIN: dict[str, Schema] = {
    "Integer": {"type": "integer"},
    "Float": {"type": "number"},
    "String": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "True": {"const": True},
}


def _type(name: str) -> Schema:
    if name.startswith("Array of "):
        return {"type": "array", "items": _type(name.removeprefix("Array of "))}
    return _PLAIN.get(name, {"$ref": f"#/definitions/{name}"})


def faults_of(validator: Draft7Validator, thing: object) -> list[str]:
    """What is wrong, in a line each; the list is empty when nothing is."""
    errors = validator.iter_errors(thing)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]
