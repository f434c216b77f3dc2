"""Texts of other tools: what they become, and how those that cannot be read are refused."""

from __future__ import annotations

import base64
import json
import tracemalloc
import zlib
from urllib.parse import quote

import pytest

from designs.document.checks import read as read_document
from designs.exchange.problems import MAX_BYTES, ImportFailedError
from designs.exchange.registry import BY_SLUG, decoded, read


def components(document) -> dict[str, tuple[str, str]]:
    return {
        item.get("label", ""): (
            item["kind"],
            document["diagram"]["zones"][item["zone"]]["label"] if "zone" in item else "",
        )
        for item in document["diagram"]["components"].values()
    }


def connections(document) -> set[tuple[str, str, str, str]]:
    diagram = document["diagram"]
    names = {key: item.get("label", "") for key, item in diagram["components"].items()}
    return {
        (names[each["source"]], names[each["target"]], each.get("label", ""), each.get("kind", "sync"))
        for each in diagram.get("connections", {}).values()
    }


FOREIGN_MERMAID = """---
title: Shop
---
%%{init: {"theme": "dark"}}%%
graph TD;
    A[Browser] -->|HTTPS| B(Load balancer)
    B --> C{API gateway} & D[[Auth service]]
    subgraph vpc [Private network]
      C -. events .-> Q[/Order queue/]
      C ==> E[(Postgres)]
    end
    classDef red fill:#f00
    class E red
    style A fill:#fff
"""


def test_mermaid_as_others_write_it():
    document = read(FOREIGN_MERMAID).document
    assert components(document) == {
        "Browser": ("client", ""),
        "Load balancer": ("load_balancer", ""),
        "API gateway": ("api_gateway", "Private network"),
        "Auth service": ("service", ""),
        "Order queue": ("queue", "Private network"),
        "Postgres": ("sql", "Private network"),
    }
    assert connections(document) == {
        ("Browser", "Load balancer", "HTTPS", "sync"),
        ("Load balancer", "API gateway", "", "sync"),
        ("Load balancer", "Auth service", "", "sync"),
        ("API gateway", "Order queue", "events", "async"),
        ("API gateway", "Postgres", "", "replication"),
    }


def test_mermaid_with_the_fence_around_it():
    document = read("```mermaid\nflowchart LR\n  a[API] --> b[(Redis cache)]\n```\n", "mermaid").document
    assert components(document) == {"API": ("service", ""), "Redis cache": ("cache", "")}


def test_an_arrow_to_a_subgraph_is_left_out_and_told():
    imported = read("flowchart LR\n  subgraph s[Shop]\n    a\n  end\n  b --> s\n  b --> a\n")
    assert connections(imported.document) == {("b", "a", "", "sync")}
    assert imported.warnings == ("1 of 2 arrows was left out: its end is a zone (Shop).",)


FOREIGN_DRAWIO = """<mxGraphModel><root>
  <mxCell id="0"/><mxCell id="1" parent="0"/>
  <mxCell id="v" value="VPC" style="swimlane;" vertex="1" parent="1">
    <mxGeometry x="100" y="50" width="400" height="300"/></mxCell>
  <mxCell id="a" value="&lt;b&gt;Web&lt;/b&gt;&lt;br&gt;server" style="rounded=0;html=1;" vertex="1" parent="v">
    <mxGeometry x="20" y="40" width="120" height="60"/></mxCell>
  <UserObject id="d" label="Orders"><mxCell style="shape=cylinder3;" vertex="1" parent="1">
    <mxGeometry x="600" y="90" width="60" height="80"/></mxCell></UserObject>
  <mxCell id="t" value="just words" style="text;html=1;" vertex="1" parent="1">
    <mxGeometry x="0" y="0" width="60" height="20"/></mxCell>
  <mxCell id="e" edge="1" parent="1" source="a" target="d" style="dashed=1;">
    <mxGeometry relative="1"><Array as="points"><mxPoint x="550" y="120"/></Array></mxGeometry></mxCell>
  <mxCell id="l" value="writes" style="edgeLabel;" vertex="1" connectable="0" parent="e"><mxGeometry x="0.1"/></mxCell>
  <mxCell id="x" edge="1" parent="1" source="a"><mxGeometry relative="1"/></mxCell>
</root></mxGraphModel>"""


BENT_DRAWIO = """<mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/>
  <mxCell id="a" value="Web" vertex="1" parent="1"><mxGeometry x="0" y="0" width="120" height="60"/></mxCell>
  <mxCell id="b" value="Jobs" vertex="1" parent="1"><mxGeometry x="300" y="0" width="120" height="60"/></mxCell>
  <mxCell id="c" value="Orders" vertex="1" parent="1"><mxGeometry x="600" y="0" width="120" height="60"/></mxCell>
  <mxCell id="{line}" value="writes" edge="1" parent="1" source="a" target="c"><mxGeometry relative="1">
    <Array as="points"><mxPoint x="200" y="{y}"/><mxPoint x="500" y="{y}"/></Array></mxGeometry></mxCell>
</root></mxGraphModel>"""


@pytest.mark.parametrize(
    ("line", "y", "kept"), [("e", 30, False), ("e", 100, True), ("connection-e", 30, True)],
    ids=["through a box", "past it", "through a box in a file of ours"],
)  # fmt: skip
def test_foreign_bends_lead_through_no_box(line, y, kept):
    imported = read(BENT_DRAWIO.format(line=line, y=y))
    (arrow,) = imported.document["diagram"]["connections"].values()
    assert ("bends" in arrow) is kept
    assert imported.warnings == (
        () if kept else ("1 of 1 arrow was drawn anew: its bends led through a box (writes).",)
    )


def packed(xml: str) -> str:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    raw = deflate.compress(quote(xml, safe="").encode()) + deflate.flush()
    return f'<mxfile><diagram name="Page-1">{base64.b64encode(raw).decode()}</diagram></mxfile>'


@pytest.mark.parametrize("text", [FOREIGN_DRAWIO, packed(FOREIGN_DRAWIO)], ids=["plain", "compressed"])
def test_draw_io_as_others_write_it(text):
    imported = read(text)
    assert components(imported.document) == {"Web server": ("web_server", "VPC"), "Orders": ("sql", "")}
    assert connections(imported.document) == {("Web server", "Orders", "writes", "async")}
    web = next(iter(imported.document["diagram"]["components"].values()))
    assert (web["x"], web["y"]) == (120, 90)
    (line,) = imported.document["diagram"]["connections"].values()
    assert line["bends"] == [{"x": 550, "y": 120}]
    assert imported.warnings == (
        "1 text was left out: no box around or above (just words).",
        "1 of 2 arrows was left out: no box at one end.",
    )


def test_excalidraw_as_others_draw_it():
    def box(key, x, y, width, height, **more):
        return {"id": key, "type": "rectangle", "x": x, "y": y, "width": width, "height": height, **more}

    def text(key, container, words):
        return {"id": key, "type": "text", "containerId": container, "text": words, "originalText": words}

    elements = [
        box("z", 0, 0, 500, 300),
        text("zt", "z", "Region"),
        box("a", 20, 60, 100, 60),
        text("at", "a", "Message\nqueue"),
        {**box("b", 700, 60, 100, 60), "type": "ellipse"},
        text("bt", "b", "Worker"),
        box("gone", 0, 0, 5, 5, isDeleted=True),
        {
            **box("r", 120, 90, 580, 0),
            "type": "arrow",
            "points": [[0, 0], [580, 0]],
            "startBinding": {"elementId": "a"},
            "endBinding": {"elementId": "b"},
        },
        {"id": "loose", "type": "text", "text": "note to self", "x": 900, "y": 0},
    ]
    imported = read(json.dumps({"type": "excalidraw", "version": 2, "elements": elements}))
    assert components(imported.document) == {"Message queue": ("queue", "Region"), "Worker": ("worker", "")}
    assert connections(imported.document) == {("Message queue", "Worker", "", "sync")}
    assert imported.warnings == ("1 text was left out: no box around or above (note to self).",)


OPENAPI = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets/{petId}:
    parameters:
      - $ref: '#/components/parameters/petId'
    get:
      operationId: showPet
      summary: One pet
      responses:
        200:
          description: A pet
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Pet'}
  /pets:
    post:
      parameters:
        - {name: Idempotency-Key, in: header, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties: {name: {type: string}, tags: {type: array, items: {type: string}}}
      responses: {"201": {description: Made}}
components:
  parameters:
    petId: {name: petId, in: path, required: true, schema: {type: integer, format: int64}}
  schemas:
    Animal: {type: object, properties: {name: {type: string, maxLength: 40}}}
    Pet:
      allOf:
        - $ref: '#/components/schemas/Animal'
        - type: object
          required: [id]
          properties:
            id: {type: integer, format: int64}
            kind: {type: string, enum: [cat, dog]}
            born: {type: [string, "null"], format: date}
"""


def test_openapi_as_others_write_it():
    document = read(OPENAPI).document
    typed = read_document(document)
    assert typed.meta.title == "Pets"
    pet = typed.data_model.entities["pet"]
    assert [(each.name, each.type, each.key, each.optional) for each in pet.fields.values()] == [
        ("name", "varchar(40)", "", True),
        ("id", "bigint", "primary", False),
        ("kind", "cat | dog", "", True),
        ("born", "date", "", True),
    ]
    assert [message.name for message in typed.api.messages.values()] == ["Animal"]
    show, make = typed.api.operations.values()
    assert (show.name, show.method, show.path, show.response) == ("showPet", "GET", "/pets/{petId}", "Pet")
    assert [(each.name, each.location, each.type) for each in show.parameters.values()] == [("petId", "path", "bigint")]
    assert (make.name, make.idempotency, make.response) == ("postPets", "idempotency_key", "")
    assert [(each.name, each.location, each.type, each.required) for each in make.parameters.values()] == [
        ("Idempotency-Key", "header", "text", False),
        ("name", "body", "text", True),
        ("tags", "body", "list<text>", False),
    ]


POSTGRES = """--
-- PostgreSQL database dump
--
SET statement_timeout = 0;
CREATE TABLE public.users (
    id bigint NOT NULL,
    email character varying(255) NOT NULL,
    tags text[]
);
COPY public.users (id, email) FROM stdin;
1\tit's; a 'trap
\\.
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE TABLE public.orders (
    id uuid PRIMARY KEY, user_id bigint REFERENCES public.users(id), at timestamptz DEFAULT now()
);
CREATE UNIQUE INDEX orders_at ON public.orders USING btree (at);
COMMENT ON COLUMN public.orders.at IS 'when it''s paid';
"""
MYSQL = """CREATE TABLE `users` (
  `id` int unsigned NOT NULL AUTO_INCREMENT,
  `email` varchar(255) NOT NULL COMMENT 'to sign in',
  PRIMARY KEY (`id`), UNIQUE KEY `u` (`email`)
) ENGINE=InnoDB COMMENT='People; all of them';
INSERT INTO `users` VALUES (1, 'a;b');
"""
SQLITE = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, parent REFERENCES t(id)) WITHOUT ROWID;"
SQL_SERVER = """CREATE TABLE [dbo].[Users](
  [Id] [int] IDENTITY(1,1) NOT NULL,
  [Name] [nvarchar](50) NULL,
  CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([Id] ASC)
)
GO
ALTER TABLE [dbo].[Users] WITH CHECK ADD CONSTRAINT [U] UNIQUE ([Name])
GO
"""


def tables(text: str) -> dict[str, list[tuple[str, str, str, bool]]]:
    return {
        entity.name: [(each.name, each.type, each.key, each.optional) for each in entity.fields.values()]
        for entity in read_document(read(text).document).data_model.entities.values()
    }


def test_a_dump_of_postgresql():
    assert tables(POSTGRES) == {
        "users": [
            ("id", "bigint", "primary", False),
            ("email", "varchar(255)", "", False),
            ("tags", "list<text>", "", True),
        ],
        "orders": [
            ("id", "uuid", "primary", False),
            ("user_id", "bigint", "", True),
            ("at", "timestamp", "unique", True),
        ],
    }
    orders = read(POSTGRES).document["data_model"]["entities"]["orders"]
    assert orders["fields"]["user_id"]["references"] == "users"
    assert orders["fields"]["at"]["note"] == "when it's paid"


def test_a_dump_whose_tables_come_late():
    text = "".join(f"CREATE EXTENSION e{number};\n" for number in range(400)) + POSTGRES
    assert list(tables(text)) == ["users", "orders"]


def test_an_array_is_no_bracketed_name():
    assert tables("CREATE TABLE a (x int[3], y text[]);") == {
        "a": [("x", "list<integer>", "", True), ("y", "list<text>", "", True)]
    }


def test_mysql():
    imported = read(MYSQL)
    assert tables(MYSQL) == {"users": [("id", "bigint", "primary", False), ("email", "varchar(255)", "unique", False)]}
    assert imported.document["data_model"]["entities"]["users"]["note"] == "People; all of them"
    assert imported.warnings == ("1 INSERT statement was left out: only tables are read.",)


def test_sqlite():
    assert tables(SQLITE) == {"t": [("id", "integer", "primary", False), ("parent", "", "", True)]}


def test_sql_server():
    assert tables(SQL_SERVER) == {
        "Users": [("Id", "integer", "primary", False), ("Name", "nvarchar(50)", "unique", True)]
    }


DEEP = 200_000
HALF = "CREATE TABLE a (id int);\nCREATE TABLE b (id int,\n  name text\n"
REFUSED = {
    "nothing": ("  \n", "there is nothing to read"),
    "prose": ("Dear all, please find enclosed", "none of the formats that can be read"),
    "json with a comma too many": ('{"format": 2,\n "meta": {},\n}', "line 3: this is not JSON"),
    "json of something else": ('{"name": "package", "version": "1"}', "this JSON is not a design"),
    "a key twice": ('{"format": 2, "meta": {"title": "a", "title": "b"}}', "the key 'title' is given twice"),
    "a wrong field": ('{"format": 2, "meta": {"colour": "red"}}', "/meta/colour: This field is not part of a design."),
    "a dangling end": (
        '{"format": 2, "diagram": {"connections": {"a": {"source": "x", "target": "y"}}}}',
        "/diagram/connections/a/source: There is no component with the id 'x'.",
    ),
    "deep json": ('{"a":' * DEEP, "nested deeper than"),
    "deep excalidraw": ('{"type": "excalidraw", "elements": [' + "[" * 20 + "]" * 20 + "]}", "nested deeper than"),
    "no number in json": ('{"format": NaN}', "NaN is not a number in JSON"),
    "a bad arrow": ("flowchart LR\n  a --> b\n  a --> --> c\n", "line 3: "),
    "an open subgraph": ("flowchart LR\n  subgraph x\n  a\n", "line 2: The subgraph x has no `end`."),
    "xml entities": (
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><mxfile>&b;</mxfile>',
        "document type or entities",
    ),
    "an external entity": ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><mxfile/>', "document type or entities"),
    "xml cut short": ("<mxfile>\n<diagram>", "line 2: this is not XML"),
    "a web page": ("<html><body/></html>", "this is an HTML page, which is not read here"),
    "other xml": ("<rss/>", "this begins with <rss>"),
    "no page": ("<mxfile></mxfile>", "<diagram> is missing"),
    "a page that is no page": ("<mxfile><diagram>hello</diagram></mxfile>", "neither XML nor compressed"),
    "swagger": ('swagger: "1.2"\npaths: {}\n', "line 1, /swagger: Swagger is read in version 2.0"),
    "no version": ("openapi: banana\n", "line 1, /openapi: an OpenAPI description says"),
    "paths of the wrong type": ("openapi: 3.1.0\npaths:\n  - a\n", "line 2, /paths: a mapping was expected here"),
    "a parameter without a name": (
        "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      parameters:\n        - in: query\n",
        "line 6, /paths/~1a/get/parameters/0: a parameter has a name",
    ),
    "a reference to nothing": (
        "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      requestBody:\n        $ref: '#/components/requestBodies/X'\n",
        "'#/components/requestBodies/X' refers to nothing in this file",
    ),
    "references in a circle": (
        "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      requestBody: {$ref: '#/x'}\nx: {$ref: '#/x'}\n",
        "references go round in a circle",
    ),
    "yaml aliases": ("openapi: 3.1.0\nb: [*a, *a]\na: &a [1]\n", "line 2: the alias *a refers to no anchor before it"),
    "yaml objects": ("openapi: 3.1.0\nx: !!python/object/apply:os.system ['id']\n", "line 2: the tag"),
    "deep yaml": ("openapi: 3.1.0\nx: " + "[" * 5_000, "nested deeper than"),
    "sql that breaks off": (HALF, "line 3: this CREATE TABLE cannot be read"),
    "a quote left open": ("CREATE TABLE a (\n x text DEFAULT 'abc);", "line 2: a ' is opened and never closed"),
    "deep sql": ("CREATE TABLE a (x int DEFAULT " + "(" * 5_000 + ")", "brackets are nested deeper than"),
    "a statement without end": ("CREATE TABLE a (x int DEFAULT 1" + "+1" * 40_000 + ");", "has more than 60,000 words"),
    "an empty drawing": ('{"type": "excalidraw", "elements": []}', "there is no box in the drawing"),
    "an empty flowchart": ("flowchart LR\n", "there is no box in the flowchart"),
    "no table": ("-- CREATE TABLE a\nSELECT 1;", "there is no CREATE TABLE statement in it"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_with_its_place(text, words):
    """promises 15, 40"""
    with pytest.raises(ImportFailedError) as refused:
        read(text)
    assert words in str(refused.value)


def test_labels_without_end_are_refused_in_words():
    """promise 54: the parser of Terraform nests a block in another for each label."""
    with pytest.raises(ImportFailedError, match="nested too deep"):
        read("resource " + "web " * 4_000 + "{\n}\n", "terraform")


def test_a_compressed_page_is_inflated_no_further_than_the_limit():
    """promise 38: 200 MB in 200 kB are refused after the first 8 MB."""
    bomb = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    raw = bomb.compress(b"A" * 200_000_000) + bomb.flush()
    text = f"<mxfile><diagram>{base64.b64encode(raw).decode()}</diagram></mxfile>"
    tracemalloc.start()
    try:
        with pytest.raises(ImportFailedError, match="larger than 8,000,000 bytes"):
            read(text)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 40_000_000


def test_a_megabyte_of_anything_is_refused():
    """promise 40: by readers whose work grows with the text, not with what the text describes."""
    texts = [
        "<a>" * 300_000,
        "flowchart LR\n" + "a --> " * 100_000,
        "flowchart LR\n" + " & ".join(f"n{number}" for number in range(100_000)),
        "CREATE TABLE a (" + "x int, " * 30_000,
        "openapi: 3.1.0\n" + "x: [" * 200_000,
        '{"type": "excalidraw", "elements": [' + "{}," * 300_000 + "{}]}",
        "`" * 1_000_000,
        "[" * 1_000_000,
        "--" * 500_000 + "\nCREATE TABLE",
        "[a]" + " " * 900_000 + "\nCREATE TABLE",
        "COPY a FROM stdin;\n" * 40_000 + "CREATE TABLE",
        "CREATE " * 100_000 + "TABLE",
    ]
    for text in texts:
        with pytest.raises(ImportFailedError):
            read(text)


@pytest.mark.parametrize(
    "raw",
    [b"PK\x03\x04zip", b"\x1f\x8bgz", b"\x89PNG", b"\xff\x00\x80 not utf-8", b"x" * (MAX_BYTES + 1)],
    ids=["zip", "gzip", "picture", "bytes", "large"],
)
def test_files_that_are_no_text_are_refused(raw):
    """promise 38"""
    with pytest.raises(ImportFailedError):
        decoded(raw)


def test_a_byte_order_mark_is_no_text():
    assert components(read(decoded("\ufeffflowchart LR\n a[API]".encode())).document) == {"API": ("service", "")}


def test_blank_names_of_operations_and_parameters_are_read():
    """A blank operationId was an error of the server."""
    text = """openapi: 3.0.0
info: {title: x, version: "1"}
paths:
  /a/{ }:
    post:
      operationId: "  "
      parameters: [{name: " ", in: path, required: true, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {" ": {type: string}}}}}}
      responses: {"200": {description: ok}}
"""
    (operation,) = read(text).document["api"]["operations"].values()
    assert (operation["name"], operation["method"]) == ("postA", "POST")
    assert len(operation["parameters"]) == 2


def test_schemas_that_refer_to_each_other_many_times_come_to_an_end():
    for word in ("allOf", "oneOf"):
        schemas = {
            f"s{n}": {word: [{"$ref": f"#/components/schemas/s{n + 1}"}] * 10, "properties": {f"p{n}": {}}}
            for n in range(50)
        }
        schemas["s50"] = {"properties": {"id": {"type": "string"}}}
        text = json.dumps(
            {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "components": {"schemas": schemas}}
        )
        entities = read(text).document["data_model"]["entities"]
        assert ("s0" in entities) is (word == "allOf")


def test_fields_that_schemas_inherit_from_each_other_are_counted():
    """Each of 400 schemas has its own twenty and those of the sixty below it: half a million in 270 kB."""
    schemas = {
        f"s{n}": {
            "allOf": [{"$ref": f"#/components/schemas/s{n + 1}"}],
            "properties": {f"p{n}_{k}": {"type": "string"} for k in range(20)},
        }
        for n in range(400)
    }
    schemas["s400"] = {"type": "string"}
    text = json.dumps({"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "components": {"schemas": schemas}})

    with pytest.raises(ImportFailedError, match="more than 40,000 fields, those that they inherit included"):
        read(text)


SWAGGER = """
  swagger: "2.0"
  info: {title: Pets, version: "1"}
  host: pets.example.org
  basePath: /v1
  parameters:
    limit: {name: limit, in: query, type: integer, format: int64}
  paths:
    /pets:
      parameters: [{$ref: "#/parameters/limit"}]
      get:
        operationId: listPets
        responses: {200: {description: ok, schema: {type: array, items: {$ref: "#/definitions/Pet"}}}}
      post:
        operationId: addPet
        parameters: [{name: pet, in: body, required: true, schema: {$ref: "#/definitions/Pet"}}]
        responses: {201: {description: ok}}
    /upload:
      post:
        operationId: upload
        parameters: [{name: file, in: formData, type: file, required: true}]
        responses: {default: {description: ok}}
  definitions:
    Pet: {type: object, required: [id], properties: {id: {type: integer, format: int64}, name: {type: string}}}
"""


def test_swagger_2_is_read_as_openapi():
    imported = read(SWAGGER)
    operations = {each["name"]: each for each in imported.document["api"]["operations"].values()}
    assert operations["listPets"]["response"] == "list<Pet>"
    assert [each["type"] for each in operations["listPets"]["parameters"].values()] == ["bigint"]
    assert [(each["name"], each["type"]) for each in operations["addPet"]["parameters"].values()] == [
        ("limit", "bigint"),
        ("pet", "Pet"),
    ]
    assert [(each["name"], each["type"]) for each in operations["upload"]["parameters"].values()] == [("file", "bytes")]
    assert [each["name"] for each in imported.document["data_model"]["entities"].values()] == ["Pet"]
    assert imported.warnings == ("1 server was left out: a design has no addresses (pets.example.org/v1).",)


def test_choices_stay_choices_and_bodies_without_a_name_become_messages():
    text = """openapi: 3.0.0
info: {title: x, version: "1"}
paths:
  /a:
    get:
      operationId: find
      parameters: [{name: state, in: query, schema: {type: string, enum: [open, closed]}}]
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: array, items: {properties: {n: {type: integer}}}}}}
        "404": {description: no}
"""
    imported = read(text)
    api = imported.document["api"]
    assert api["operations"]["find"]["response"] == "list<FindResponse>"
    assert [each["name"] for each in api["messages"].values()] == ["FindResponse"]
    assert imported.warnings == ("1 response was left out: a design has one response an operation (404).",)
    assert "enum:\n          - open\n          - closed" in BY_SLUG["openapi"].write(imported.document)


def test_a_column_that_cannot_be_read_stops_only_itself():
    imported = read("CREATE TABLE a (id int);\nCREATE TABLE b (id int,\n  name !! text);\n")
    assert [each["name"] for each in imported.document["data_model"]["entities"].values()] == ["a", "b"]
    assert imported.warnings == (
        "1 part of a table was left out: it is written in a way that is not read (name !! text).",
    )


def test_migrations_change_the_tables_that_they_name():
    text = """CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (id int PRIMARY KEY, old int, gone text, m mood DEFAULT 'ok', CHECK (old > 0));
ALTER TABLE t ADD COLUMN email varchar(80) NOT NULL;
ALTER TABLE t RENAME COLUMN old TO fresh;
ALTER TABLE t DROP COLUMN gone;
ALTER TABLE t RENAME TO people;
CREATE TABLE pets (id int PRIMARY KEY, owner int REFERENCES people (id) ON DELETE CASCADE);
CREATE INDEX ON people (email, fresh);
"""
    imported = read(text)
    assert tables(text)["people"] == [
        ("id", "integer", "primary", False),
        ("fresh", "integer", "", True),
        ("m", "sad | ok", "", True),
        ("email", "varchar(80)", "", False),
    ]
    (index,) = imported.document["data_model"]["entities"]["people"]["indexes"].values()
    assert [column["field"] for column in index["columns"].values()] == ["email", "fresh"]
    assert sorted(tables(text)) == ["people", "pets"]
    assert {each.split(":")[0] for each in imported.warnings} == {
        "1 default was left out",
        "1 check was left out",
        "1 ON DELETE or ON UPDATE was left out",
    }


def test_tables_of_one_name_in_two_schemas_are_two_entities():
    text = "CREATE TABLE a.t (id int PRIMARY KEY);\nCREATE TABLE b.t (id int PRIMARY KEY, r int REFERENCES a.t (id));\n"
    entities = read(text).document["data_model"]["entities"]
    assert [each["name"] for each in entities.values()] == ["a.t", "b.t"]
    assert entities["b_t"]["fields"]["r"]["references"] == "a_t"


def test_sql_limits_are_asked_before_anything_is_parsed():
    with pytest.raises(ImportFailedError, match="there are 501 tables"):
        read("".join(f"CREATE TABLE t{n} (id int);\n" for n in range(501)))
    wide = ", ".join(f"c{n} varchar(20) NOT NULL" for n in range(100))
    with pytest.raises(ImportFailedError, match="more than 160,000 words"):
        read("".join(f"CREATE TABLE t{n} ({wide});\n" for n in range(300)))


def test_unsigned_numbers_stay_numbers_without_other_signs_of_mysql():
    text = (
        "CREATE TABLE t (a int unsigned PRIMARY KEY, b smallint(5) unsigned, c bigint(20) unsigned, d varchar(max));\n"
    )
    assert [each[1] for each in tables(text)["t"]] == ["bigint", "integer", "bigint", "text"]
    exported = BY_SLUG["sql"].write(read(text).document)
    assert "  a bigint NOT NULL,\n" in exported
    assert "as typed" not in exported


def test_a_table_that_a_migration_drops_is_gone_and_one_put_in_its_place_stays():
    """Django changes a table of SQLite by a new one that takes its name."""
    text = """DROP TABLE IF EXISTS kept;
CREATE TABLE kept (id int PRIMARY KEY);
CREATE TABLE a (id int PRIMARY KEY, old text);
CREATE TABLE new__a (id int PRIMARY KEY, fresh text);
DROP TABLE a;
ALTER TABLE new__a RENAME TO a;
CREATE TABLE b (id int, a int REFERENCES a (id));
CREATE TABLE x (id int); CREATE TABLE y (id int); DROP TABLE x, y;
ALTER TABLE kept RENAME TO other; ALTER TABLE other RENAME TO kept;
"""
    found = tables(text)
    assert sorted(found) == ["a", "b", "kept"]
    assert [each[0] for each in found["a"]] == ["id", "fresh"]
    assert read(text).document["data_model"]["entities"]["b"]["fields"]["a"]["references"] == "a"
    assert not read(text).warnings


def test_a_column_that_is_here_is_not_added_again_and_an_index_elsewhere_is_counted():
    text = "CREATE TABLE a (id int PRIMARY KEY, n bigint NOT NULL);\nALTER TABLE a ADD COLUMN IF NOT EXISTS n text;\n"
    text += "CREATE INDEX by_n ON totals (n);\n"
    assert tables(text)["a"][1] == ("n", "bigint", "", False)
    assert read(text).warnings == ("1 index was left out: its table is not here (by_n).",)


def test_a_table_made_like_another_has_its_columns():
    text = "CREATE TABLE a (id int PRIMARY KEY, n text NOT NULL);\nCREATE TABLE b (z int, LIKE a);\n"
    text += "CREATE TABLE c (LIKE a INCLUDING ALL);\nCREATE TABLE d (id int, LIKE nowhere);\n"
    found = tables(text)
    assert found["b"] == [("z", "integer", "", True), ("id", "integer", "", True), ("n", "text", "", False)]
    assert found["c"] == found["a"]
    assert read(text).warnings == ("1 table was read in part: what it copies is not here (d).",)


def test_what_openapi_keeps_in_other_files_is_counted():
    text = """openapi: 3.0.0
info: {title: T, version: '1'}
paths:
  /a:
    put:
      requestBody: {$ref: 'bodies.yml#/a'}
      responses: {'200': {$ref: 'answers.yml#/a'}}
    get:
      parameters: [{name: n, in: query, schema: {type: integer, enum: [1, 2]}}]
      responses: {'200': {description: Done}}
"""
    assert read(text).warnings == (
        "1 response was left out: another file has it (answers.yml#/a).",
        "1 body was left out: another file has it (bodies.yml#/a).",
        "1 constraint was left out: a design's field has a type and a note (enum of numbers).",
    )


def test_the_first_readable_drawing_of_a_readme_is_taken():
    readme = (
        "# How\n```mermaid\nsequenceDiagram\n A->>B: x\n```\n```mermaid\nflowchart LR\n a --> b\n"
        ' click a call go("x",\n  "y")\n```\n'
    )
    imported = read(readme)
    assert list(imported.document["diagram"]["components"]) == ["a", "b"]
    assert "2 Mermaid drawings; the first readable one was taken" in imported.warnings[0]
