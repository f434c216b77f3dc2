"""Swagger 2.0 converted to OpenAPI 3.0: bodies, forms and definitions move to their places in version 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
MOVED = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
# Keys that give the type beside the name of a parameter in version 2.
SCHEMA = ("type", "format", "items", "enum", "default", "pattern", "minimum", "maximum", "maxLength", "minLength")


def as_openapi(swagger: Mapping[str, Any]) -> Json:
    """Converts the description.

    Values of a wrong type stay where they are, so that the reader of version 3 reports them.
    """
    given: Mapping[str, Any] = _moved(swagger)
    bodies = {
        name: each for name, each in _mapping(given.get("parameters")).items() if _place(each) in ("body", "formData")
    }
    host = str(given.get("host") or "")
    return {
        "openapi": "3.0.0",
        "info": given.get("info", {}),
        **({"servers": [{"url": host + str(given.get("basePath") or "")}]} if host else {}),
        "paths": {path: _path(item, bodies) for path, item in _mapping(given.get("paths")).items()},
        "components": {
            "schemas": given.get("definitions", {}),
            "responses": {name: _response(each) for name, each in _mapping(given.get("responses")).items()},
            "parameters": {
                name: _parameter(each) for name, each in _mapping(given.get("parameters")).items() if name not in bodies
            },
            "securitySchemes": given.get("securityDefinitions", {}),
        },
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _place(parameter: Any) -> Any:
    return parameter.get("in") if isinstance(parameter, dict) else None


def _moved(value: Any) -> Any:
    """The same with references to the places in version 3."""
    if isinstance(value, list):
        return [_moved(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _moved(each) for key, each in value.items()}
    reference = found.get("$ref")
    if isinstance(reference, str):
        for old, new in MOVED.items():
            if reference.startswith(old):
                found["$ref"] = new + reference[len(old) :]
    return found


def _path(item: Any, bodies: Mapping[str, Any]) -> Any:
    if not isinstance(item, dict):
        return item
    shared = item.get("parameters", [])
    found = {key: each for key, each in item.items() if key != "parameters" and key.lower() not in METHODS}
    for method, operation in item.items():
        if method.lower() in METHODS:
            found[method] = _operation(operation, shared, bodies)
    return found


def _operation(operation: Any, shared: Any, bodies: Mapping[str, Any]) -> Any:
    if not isinstance(operation, dict):
        return operation
    own = operation.get("parameters", [])
    given = [*(shared if isinstance(shared, list) else []), *(own if isinstance(own, list) else [])]
    full = [_body_of(each, bodies) for each in given]
    found: Json = {key: each for key, each in operation.items() if key not in ("parameters", "responses")}
    found["parameters"] = [_parameter(each) for each in full if _place(each) not in ("body", "formData")]
    if body := next((each for each in full if _place(each) == "body"), None):
        found["requestBody"] = {
            "required": bool(body.get("required")),
            "content": {"application/json": {"schema": body.get("schema", {})}},
        }
    elif form := [each for each in full if _place(each) == "formData" and isinstance(each.get("name"), str)]:
        schema = {
            "type": "object",
            "properties": {each["name"]: _schema(each) for each in form},
            "required": [each["name"] for each in form if each.get("required")],
        }
        found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    responses = operation.get("responses")
    if isinstance(responses, dict):
        found["responses"] = {str(code): _response(each) for code, each in responses.items()}
    return found


def _body_of(parameter: Any, bodies: Mapping[str, Any]) -> Any:
    reference = parameter.get("$ref") if isinstance(parameter, dict) else None
    name = reference.rpartition("/")[2] if isinstance(reference, str) else ""
    return bodies.get(name, parameter)


def _schema(parameter: Mapping[str, Any]) -> Json:
    found = {name: parameter[name] for name in SCHEMA if name in parameter}
    if found.get("type") == "file":
        found |= {"type": "string", "format": "binary"}
    return found | ({"description": parameter["description"]} if "description" in parameter else {})


def _parameter(parameter: Any) -> Any:
    if not isinstance(parameter, dict) or "$ref" in parameter:
        return parameter
    kept = {name: each for name, each in parameter.items() if name not in SCHEMA}
    return kept | {"schema": _schema({name: parameter[name] for name in SCHEMA if name in parameter})}


def _response(response: Any) -> Any:
    if not isinstance(response, dict) or "schema" not in response:
        return response
    kept = {name: each for name, each in response.items() if name != "schema"}
    return kept | {"content": {"application/json": {"schema": response["schema"]}}}
