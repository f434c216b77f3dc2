"""OpenAPI 3.0 and 3.1 to operations, entities and messages.

A schema with an id of its own is an entity, another object is a message, and a schema that is no object is written out
where it is used. References are followed inside the file only, and a limited number of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from designs.document.problems import pointer
from designs.document.schema import blank
from designs.exchange.calls import IN_PATH
from designs.exchange.drafts import Draft, filled
from designs.exchange.names import camel, new_ids, pascal, snake
from designs.exchange.openapi.schemas import Schemas
from designs.exchange.openapi.source import Place, Source, read_source
from designs.exchange.own_json import checked
from designs.exchange.problems import Imported

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
LOCATIONS = ("path", "query", "header")
NOT_METHODS = ("parameters", "summary", "description", "servers", "$ref")
SUCCESSES = ("200", "201", "202", "203", "206", "2XX", "2xx", "default")
BESIDE: tuple[tuple[str, Place, str], ...] = (
    ("webhook", ("webhooks",), "a design has no calls that go out"),
    ("server", ("servers",), "a design has no addresses"),
    ("security scheme", ("components", "securitySchemes"), "a design does not say who may call"),
)
MAX_OPERATIONS = 2_000


def read(text: str) -> Imported:
    source = read_source(text)
    draft = Draft()
    schemas = Schemas(source, draft)
    operations = _Operations(source, draft, schemas).read()
    info = source.mapping(("info",))
    title = draft.name(info.get("title"))
    document: Json = blank(title="" if title == "Untitled design" else title)
    if schemas.entities:
        document["data_model"] = {"entities": schemas.entities}
    api = filled(operations=operations, messages=schemas.messages)
    if api:
        document["api"] = api
    if not api and not schemas.entities:
        raise source.error("the description has neither operations nor schemas", ())
    return Imported(document=checked(document), warnings=draft.warnings.all())


class _Operations:
    def __init__(self, source: Source, draft: Draft, schemas: Schemas) -> None:
        self.source, self.draft, self.schemas, self.warnings = source, draft, schemas, draft.warnings
        self.ids = new_ids()

    def read(self) -> Json:
        found: Json = {}
        for path in self.source.mapping(("paths",)):
            item = self.source.mapping(("paths", path))
            if "$ref" in item:
                self.warnings.lost("path", "another file has it", name=path)
            for method in item:
                if method.lower() in METHODS:
                    described = self._operation(path, method, len(found) + 1)
                    found[self.ids.give(described.get("name", method))] = described
                elif method not in NOT_METHODS and not method.startswith("x-"):
                    self.warnings.lost("method", "a design knows those of HTTP", name=f"{method} {path}")
                if len(found) > MAX_OPERATIONS:
                    raise self.source.error(f"there are more than {MAX_OPERATIONS:,} operations", ("paths",))
        self._left_out(len(found))
        return found

    def _left_out(self, count: int) -> None:
        """Remarks about content beside the operations that a design cannot hold."""
        self.warnings.total("operation", count)
        for noun, place, why in BESIDE:
            value = self.source.at(place)
            for each in value if isinstance(value, (dict, list)) else []:
                name = each if isinstance(each, str) else str(each.get("url", "")) if isinstance(each, dict) else ""
                self.warnings.lost(noun, why, name=name)

    def _about(self, described: Mapping[str, Any], name: str, chosen: str | None) -> None:
        """Remarks about parts of an operation that a design cannot hold."""
        if "$ref" in described:
            self.warnings.lost(
                "operation", "another file has the rest", name=name, fate="read as method and path alone"
            )
        callbacks = described.get("callbacks")
        for each in callbacks if isinstance(callbacks, dict) else []:
            self.warnings.lost("callback", "a design has no calls that go out", name=str(each))
        responses = described.get("responses")
        for code in responses if isinstance(responses, dict) else []:
            if code != chosen:
                self.warnings.lost("response", "a design has one response an operation", name=str(code))
        answer = responses.get(chosen) if isinstance(responses, dict) else None
        if isinstance(answer, dict):
            self._about_answer(self.source.follow(answer), name)
            self._is_elsewhere("response", self.source.follow(answer))
        for word in ("security", "servers"):
            if described.get(word):
                self.warnings.lost(
                    "operation", f"a design has no {word}", name=name, fate="read without what it says of it"
                )

    def _is_elsewhere(self, noun: str, described: Mapping[str, Any]) -> bool:
        """Whether a reference is left, which leads out of the file."""
        if "$ref" in described:
            self.warnings.lost(noun, "another file has it", name=str(described["$ref"]))
        return "$ref" in described

    def _about_answer(self, answer: Mapping[str, Any], name: str) -> None:
        """Remarks about parts of the read response beside its body."""
        for word, noun in (("headers", "response header"), ("links", "link")):
            given = answer.get(word)
            for each in given if isinstance(given, dict) else []:
                self.warnings.lost(noun, "a design's response is its body", name=f"{name}: {each}")
        content = answer.get("content")
        for kind in list(content)[1:] if isinstance(content, dict) else []:
            self.warnings.lost("media type", "a design has one body an operation", name=f"{name}: {kind}")

    def _operation(self, path: str, method: str, number: int) -> Json:
        place = ("paths", path, method)
        described = self.source.mapping(place)
        own = self.source.own(described)
        bare = path.split("#")[0]
        named = (own.get("name"), described.get("operationId"), camel(f"{method} {bare}"), method)
        name = next(name for each in named if (name := self.draft.name(each)))
        self._about(described, name, self._success(place))
        is_rpc = own.get("style") == "rpc"
        parameters, called = self._parameters(place)
        path = IN_PATH.sub(lambda found: "{" + called.get(found[1], found[1]) + "}", unquote(bare))
        address = {"style": "rpc"} if is_rpc else {"method": method.upper(), "path": self.draft.name(path)}
        has_key = any(each.get("name", "").lower() == "idempotency-key" for each in parameters.values())
        return filled(
            name=name,
            **address,
            parameters=parameters,
            response=self._response(place, name),
            reads=self._entities(own.get("reads")),
            writes=self._entities(own.get("writes")),
            rate=self.draft.name(own.get("rate")),
            idempotency=own.get("idempotency") or ("idempotency_key" if has_key and not own else ""),
            importance=own.get("importance") if own.get("importance") in ("low", "high") else "",
            note=self._note(described, own),
            order=number,
        )

    def _note(self, described: Mapping[str, Any], own: Mapping[str, Any]) -> str:
        summary = "" if own.get("name") else described.get("summary")
        parts = [text for text in (summary, described.get("description")) if isinstance(text, str) and text.strip()]
        return self.draft.text("\n".join(dict.fromkeys(parts)))

    def _parameters(self, place: Place) -> tuple[Json, dict[str, str]]:
        """Parameters by id; and new names of path parameters, where the path has to use other names."""
        ids, found, called = new_ids(), {}, {}
        given: dict[tuple[str, str], Json] = {}
        for holder in (place[:2], place):
            for number in range(len(self.source.sequence((*holder, "parameters")))):
                described = self.source.resolved((*holder, "parameters", number))
                if parameter := self._parameter(described, (*holder, "parameters", number)):
                    given[parameter.get("name", ""), parameter["location"]] = parameter
                    if described.get("in") == "path":
                        called[str(described["name"])] = parameter.get("name", "")
        for order, parameter in enumerate([*given.values(), *self._body(place)], 1):
            found[ids.give(parameter.get("name", ""))] = {**parameter, "order": order}
        return found, called

    def _parameter(self, described: Mapping[str, Any], place: Place) -> Json | None:
        name, location = described.get("name"), described.get("in")
        if not isinstance(name, str) or not isinstance(location, str):
            if self._is_elsewhere("parameter", described):
                return None
            raise self.source.error("a parameter has a name and says where it is (in: path, query, header)", place)
        if location not in LOCATIONS:
            self.warnings.lost("parameter", f"a design sends none as {location}", name=name, fate="read as a header")
            location = "header"
        schema = described.get("schema") or _json_schema(described.get("content"))
        own = self.source.own(described)
        return filled(
            name=self.draft.name(own.get("name") or name),
            location=location,
            type=self.schemas.type_of(schema),
            required=None if described.get("required") or location == "path" else False,
            note=self.draft.text(described.get("description")),
        )

    def _body(self, place: Place) -> Iterator[Json]:
        """The fields of a JSON body, or the body as one parameter where it has no fields."""
        if "requestBody" not in self.source.mapping(place):
            return
        body = self.source.resolved((*place, "requestBody"))
        if self._is_elsewhere("body", body):
            return
        schema = _json_schema(body.get("content"))
        if schema is None:
            self.warnings.lost("body", "{their} fields are not JSON", name=pointer(place), fate="left out")
            return
        if name := self.schemas.name_of(schema):
            yield filled(name=snake(name) or "body", type=name, required=None if body.get("required") else False)
        elif fields := self.schemas.fields_of(schema):
            yield from ({key: value for key, value in each.items() if key != "order"} for each in fields.values())
        else:
            typed = self.schemas.type_of(schema)
            yield filled(name="body", type=typed, required=None if body.get("required") else False)

    def _success(self, place: Place) -> str | None:
        responses = self.source.mapping((*place, "responses"))
        return next((code for code in SUCCESSES if code in responses), None)

    def _response(self, place: Place, name: str) -> str:
        chosen = self._success(place)
        if chosen is None:
            return ""
        response = self.source.resolved((*place, "responses", chosen))
        schema = _json_schema(response.get("content"))
        return self.schemas.message_of(schema, f"{pascal(name) or 'Call'}Response") if schema is not None else ""

    def _entities(self, names: Any) -> Json:
        known = self.schemas.entity_ids
        return {known[name]: True for name in names or [] if isinstance(name, str) and name in known}


def _json_schema(content: Any) -> Any:
    """The schema of the JSON body; else of a form, which has fields as well."""
    if not isinstance(content, dict):
        return None
    ranked: list[Callable[[str], bool]] = [
        lambda kind: kind.split(";")[0].strip() == "application/json",
        lambda kind: "json" in kind,
        lambda kind: "form" in kind,
    ]
    for fits in ranked:
        for kind, described in content.items():
            if fits(kind.lower()) and isinstance(described, dict) and "schema" in described:
                return described["schema"]
    return None
