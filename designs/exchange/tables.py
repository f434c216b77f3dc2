"""Helps readers of data models: entities with fields and references, by the names of the text."""

from __future__ import annotations

from typing import Any

from designs.document.limits import MAX_ITEMS
from designs.document.schema import blank
from designs.exchange.drafts import Draft, filled
from designs.exchange.keys import FoundKeys, said_indexes
from designs.exchange.names import new_ids
from designs.exchange.own_json import checked
from designs.exchange.problems import Imported, ImportFailedError


class Tables:
    """Entities in the order of the text. A reference may come before its target."""

    def __init__(self) -> None:
        self.draft = Draft()
        self.warnings = self.draft.warnings
        self.title = ""
        self.entities: dict[str, dict[str, Any]] = {}
        self.fields: dict[str, dict[str, dict[str, Any]]] = {}
        self.references: dict[tuple[str, str], str] = {}
        self.found: dict[str, FoundKeys] = {}

    def entity(self, key: str, name: str = "", *, note: str = "", store: str = "") -> None:
        if key not in self.entities:
            if len(self.entities) == MAX_ITEMS:
                raise ImportFailedError(f"there are more than {MAX_ITEMS:,} entities")
            self.entities[key] = {"name": self.draft.name(name or key), "store": store}
            self.fields[key] = {}
        if name:
            self.entities[key]["name"] = self.draft.name(name)
        if note:
            self.entities[key]["note"] = self.draft.text(note)

    def field(self, entity: str, name: str, called: str = "", **said: Any) -> None:
        if len(self.fields[entity]) == MAX_ITEMS:
            raise ImportFailedError(f"{entity} has more than {MAX_ITEMS:,} fields")
        self.fields[entity][name] = {**self.fields[entity].get(name, {"name": self.draft.name(called or name)}), **said}

    def keys(self, entity: str) -> FoundKeys:
        """Collects the keys and indexes that a reader finds."""
        return self.found.setdefault(entity, FoundKeys())

    def refer(self, entity: str, field: str, target: str) -> None:
        self.references[entity, field] = target

    def imported(self, *, nothing: str, api: dict[str, Any] | None = None) -> Imported:
        if not self.entities and not api:
            raise ImportFailedError(nothing)
        ids = new_ids()
        known = {key: ids.give(item["name"]) for key, item in self.entities.items()}
        entities = {
            known[key]: filled(**item, **self._fields(key, known), order=number)
            for number, (key, item) in enumerate(self.entities.items(), 1)
        }
        document = blank(title=self.draft.name(self.title))
        if entities:
            document["data_model"] = {"entities": entities}
        if api:
            document["api"] = api
        return Imported(document=checked(document), warnings=self.warnings.all())

    def _fields(self, entity: str, known: dict[str, str]) -> dict[str, Any]:
        ids, found, named = new_ids(), {}, {}
        roles, said = self.keys(entity).settled(self.entities[entity]["name"], list(self.fields[entity]), self.warnings)
        for number, (name, field) in enumerate(self.fields[entity].items(), 1):
            target = self.references.get((entity, name), "")
            if target and target not in known:
                told = f"{entity}.{name} to {target}"
                self.warnings.lost("reference", "{their} entity is not here", name=told)
            named[name] = ids.give(field["name"] or name)
            role: dict[str, Any] = {"key": roles[name]} if name in roles else {}
            role |= {"optional": None} if roles.get(name) == "primary" else {}
            found[named[name]] = filled(**(field | role), references=known.get(target, ""), order=number)
        return {"fields": found, "indexes": said_indexes(said, named)}
