"""Each way in: five files as people write them, and hostile ones, which are read or refused in bounded time."""

from __future__ import annotations

import json
from functools import partial

import pytest
from django.conf import settings

from designs.document.checks import read as read_document
from designs.exchange.problems import ImportFailedError
from designs.exchange.registry import BY_SLUG, FORMATS, GUESSES, IMPORTABLE, guess, read
from tests.designs.exchange.foreign import ARCHITECTURE, C4, DBML, ENTITIES, FOREIGN, HOSTILE, PROTO
from tests.refusals import done_or_refused

CASES = [
    pytest.param(slug, text, counts, id=f"{slug} {number}")
    for slug, cases in FOREIGN.items()
    for number, (text, counts) in enumerate(cases, 1)
]


@pytest.mark.parametrize(("slug", "text", "counts"), CASES)
def test_a_foreign_file_is_told_by_its_content_and_read_whole(slug, text, counts):
    assert guess(text).slug == slug
    imported = read(text)
    document = read_document(imported.document)
    assert (
        len(document.diagram.components),
        len(document.diagram.connections),
        len(document.diagram.zones),
        len(document.data_model.entities),
        len(document.api.operations),
    ) == counts


@pytest.mark.parametrize("slug", HOSTILE)
def test_hostile_files_are_read_or_refused(slug):
    """promise 40: never an error of the program, and never without an end."""
    for text in HOSTILE[slug]:
        answer = done_or_refused(partial(BY_SLUG[slug].read, text), ImportFailedError)
        assert answer if isinstance(answer, str) else read_document(answer.document)


def test_every_format_is_documented_and_each_that_is_read_is_recognised():
    documented = (settings.BASE_DIR / "docs" / "exchange.md").read_text(encoding="utf-8")

    assert [each.slug for each in FORMATS if f"`{each.slug}`" not in documented] == []
    assert sorted(GUESSES) == sorted(each.slug for each in IMPORTABLE), "GUESSES of designs/exchange/registry.py"


def test_replicas_probes_and_ports_become_figures():
    text = """services:
  web:
    image: registry.example/web:2
    restart: always
    deploy: {replicas: 3}
    healthcheck: {test: [x], interval: 10s, retries: 4}
    ports: ["8080:80"]
  db: {image: "postgres:17", scale: 2}
"""
    imported = read(text)
    components = {each["label"]: each for each in imported.document["diagram"]["components"].values()}
    assert (components["web"]["instances"], components["web"]["recovery_time"]) == (3, "40 s")
    assert components["web"]["technology"] == "web:2"
    assert (components["db"]["kind"], components["db"]["copies"]) == ("sql", 2)
    (arrow,) = imported.document["diagram"]["connections"].values()
    assert arrow["label"] == "port 8080"


def test_a_horizontal_scaler_gives_the_least_number_and_a_note():
    from tests.designs.exchange.foreign import deployed

    text = deployed("web") + (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        "spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 3, maxReplicas: 9}\n"
    )
    (component,) = read(text).document["diagram"]["components"].values()
    assert (component["instances"], component["note"]) == (3, "Scales by itself from 3 to 9")


def test_what_is_recognised_and_not_read_is_named():
    for text, words in {
        "sequenceDiagram\n A->>B: x\n": "a Mermaid sequence diagram",
        "gantt\n title x\n": "a Mermaid diagram of another kind",
        "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n": "a CloudFormation template",
        "asyncapi: 3.0.0\n": "an AsyncAPI description",
        "<!DOCTYPE html><html></html>": "an HTML page",
        '{"info": {}, "item": []}': "a Postman collection",
        '{\n "asyncapi": "2.0.0"}': "an AsyncAPI description",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\n": "a Backstage catalogue",
        "ActiveRecord::Schema[7.0].define(version: 1) do\nend\n": "a Rails schema",
        "Id,Name,Shape Library,Page ID\n1,Document,,\n": "a Lucidchart table",
        '{"$schema": "https://calm.finos.org/release/1.0/meta/calm.json", "nodes": []}': "a CALM architecture",
    }.items():
        with pytest.raises(ImportFailedError, match=words):
            read(text)


def test_protoc_sees_the_same_messages_and_calls(protoc):
    for text, counts in PROTO:
        compiled = protoc(text)
        document = BY_SLUG["proto"].read(text).document
        nested = sum(
            len(each.nested_type) - sum(one.options.map_entry for one in each.nested_type)
            for each in compiled.message_type
        )
        found = len(document.get("data_model", {}).get("entities", {})) + len(
            document.get("api", {}).get("messages", {})
        )
        assert found == len(compiled.message_type) + nested
        assert counts[4] == sum(len(service.method) for service in compiled.service)


def test_dbml_core_sees_the_same_tables_and_references(node):
    script = """
const { Parser } = require("@dbml/core");
const counted = (text) => {
  const { schemas } = new Parser().parse(text, "dbmlv2");
  return [schemas.flatMap((each) => each.tables).length, schemas.flatMap((each) => each.refs).length];
};
console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(0, "utf8")).map(counted)));
"""
    theirs = json.loads(node(script, json.dumps([text for text, _ in DBML])))
    for (text, _), expected in zip(DBML, theirs, strict=True):
        entities = BY_SLUG["dbml"].read(text).document["data_model"]["entities"]
        fields = [field for each in entities.values() for field in each["fields"].values()]
        assert [len(entities), sum("references" in field for field in fields)] == expected


def test_mermaid_sees_the_same_entities_systems_and_services(mermaid_charts):
    texts = [text for cases in (C4, ARCHITECTURE, ENTITIES) for text, _ in cases]
    for text, found in zip(texts, mermaid_charts(texts), strict=True):
        assert "error" not in found, (text, found)
        document = read(text).document
        diagram = document.get("diagram", {})
        ours = len(diagram.get("components", {})), len(diagram.get("zones", {}))
        entities = len(document.get("data_model", {}).get("entities", {}))
        assert (*ours, entities) == (found["boxes"], found["zones"], found["entities"]), text
