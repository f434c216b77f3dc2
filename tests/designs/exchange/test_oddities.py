"""What people write beside boxes and arrows, by format: read as its tool means it, or counted in a remark."""

from __future__ import annotations

import json
import re

import pytest

from designs.document.checks import read as read_document
from designs.exchange.problems import ImportFailedError
from designs.exchange.registry import BY_SLUG, guess, read

pytestmark = pytest.mark.one_database


def _read(text: str, slug: str):
    imported = BY_SLUG[slug].read(text)
    document = read_document(imported.document)
    boxes = {each.label: each for each in document.diagram.components.values()}
    names = {key: each.label for key, each in document.diagram.components.items()}
    arrows = [(names[each.source], names[each.target], each.kind) for each in document.diagram.connections.values()]
    return boxes, arrows, " ".join(imported.warnings), document


D2 = """direction: right
classes: { store: { shape: cylinder } }
u: Reader {shape: person}
shop: {
  label: Shop
  api: "API: v1"
  db: Orders {class: store}
  api -> db: SQL {target-arrowhead: 1 {shape: diamond}}
}
u -> shop.api
(shop.api -> shop.db)[0].style.stroke: red
u.style.fill: blue
shop.db.shape: cylinder
why: |md
  # Why it is so
|
old -> shop.api
old: null
*.class: [faint; store]
orders: {shape: sql_table; id: int {constraint: primary_key}; user: int}
users: {shape: sql_table; id: int {constraint: primary_key}; mail: varchar(80) {constraint: [unique; foreign_key]}}
orders.user -> users.id
"""


def test_d2_tells_looks_from_boxes_and_tables_from_groups():
    boxes, arrows, remarks, document = _read(D2, "d2")
    assert {label: each.kind for label, each in boxes.items()} == {
        "Reader": "client",
        "API: v1": "service",
        "Orders": "sql",
    }
    assert arrows == [("API: v1", "Orders", "sync"), ("Reader", "API: v1", "sync")]
    assert [each.label for each in document.diagram.zones.values()] == ["Shop"]
    orders, users = (document.data_model.entities[key] for key in ("orders", "users"))
    assert [(each.name, each.type, each.key) for each in users.fields.values()] == [
        ("id", "integer", "primary"),
        ("mail", "varchar(80)", "unique"),
    ]
    assert [each.references for each in orders.fields.values()] == ["", "users"]
    assert "1 pattern was left out" in remarks
    assert "1 text was left out: it is no box and has no arrow (Why it is so)" in remarks
    assert "1 line on an arrow that is drawn before was left out" in remarks


PLANTUML = """@startuml
skinparam component {
  BackgroundColor red
}
together {
  component pay [
    Payment
    service
  ]
  queue Events
}
pay -up-|> Events
Events ..> [Worker] : jobs
Events -[hidden]- pay
note "why" as N1
N1 .. pay
strange thing {
  [Inside]
}
pay -(0- Inside
}
@enduml
"""


def test_d2_is_told_by_its_looks_alone():
    assert guess("Data: {\n  grid-rows: 2\n  a\n  b\n}\n").slug == "d2"
    assert guess("web: Web\nweb.style.fill: red\n").slug == "d2"


def test_plantuml_reads_on_past_blocks_that_it_does_not_know():
    boxes, arrows, remarks, document = _read(PLANTUML, "plantuml")
    assert list(boxes) == ["Payment service", "Events", "Worker", "Inside"]
    assert arrows == [
        ("Payment service", "Events", "sync"),
        ("Events", "Worker", "async"),
        ("Payment service", "Inside", "sync"),
    ]
    assert not document.diagram.zones
    assert "1 line was left out: it named no box and no arrow (line 17: strange thing {)" in remarks
    assert "1 bracket was left out: it closed nothing (line 21)" in remarks


STRUCTURIZR = """workspace {
  !identifiers hierarchical
  model {
    buyer = person "Buyer" "buys" "External"
    shop = softwareSystem "Shop" {
      api = container "API" "answers" "Go" {
        orders = component "Orders"
        prices = component "Prices"
        orders -> prices "asks"
      }
      db = container "DB" "" "PostgreSQL"
      orders -> db "reads"
    }
    mail = softwareSystem "Mail" {
      tags "External"
    }
    buyer -> shop.api "orders" { tags "Asynchronous" }
    shop.api.orders -> mail "sends"
    live = deploymentEnvironment "Live" {
      deploymentNode "Region" {
        deploymentNode "Hosts" "" "" "" 3 { containerInstance shop.api }
      }
      deploymentNode "Data" { db1 = containerInstance shop.db }
    }
  }
}
"""


def test_a_container_of_structurizr_is_a_box_with_the_arrows_of_its_components():
    boxes, arrows, remarks, _ = _read(STRUCTURIZR, "structurizr")
    assert {label: (each.kind, each.instances) for label, each in boxes.items()} == {
        "Buyer": ("client", 1),
        "API": ("service", 3),
        "DB": ("sql", 1),
        "Mail": ("third_party", 1),
    }
    assert sorted(arrows) == [("API", "DB", "sync"), ("API", "Mail", "sync"), ("Buyer", "API", "async")]
    assert "2 components were read as a part: their container is the box (Orders, Prices)" in remarks
    assert "1 relation was left out: both ends are in one container (API)" in remarks


def test_structurizr_json_says_the_same():
    text = """{"name": "x", "model": {"people": [], "softwareSystems": [{"id": "1", "name": "Shop", "containers": [
      {"id": "2", "name": "API", "technology": "Go", "components": [
        {"id": "3", "name": "Orders", "relationships": [{"sourceId": "3", "destinationId": "4"}]}]},
      {"id": "4", "name": "DB", "technology": "PostgreSQL"}]}],
      "deploymentNodes": [{"id": "5", "name": "Hosts", "environment": "Live", "instances": "2", "children": [
        {"id": "6", "name": "Docker", "instances": 2, "containerInstances": [{"containerId": "2"}]}]}]}}"""
    boxes, arrows, _, _ = _read(text, "structurizr-json")
    assert (boxes["API"].instances, arrows) == (4, [("API", "DB", "sync")])


COMPOSE = """services:
  api:
    image: shop/api
    environment: {DB: "postgres://db:5432/shop"}
    depends_on: [db]
  worker:
    extends: {service: api}
    command: celery
    deploy: {mode: global}
  other: {extends: {file: base.yaml, service: base}, image: x, profiles: [debug]}
  db: {image: "postgres:17", networks: [back]}
networks: {back: {}}
"""


def test_compose_services_take_over_from_others():
    boxes, arrows, remarks, _ = _read(COMPOSE, "compose")
    assert ("worker", "db", "sync") in arrows
    assert (boxes["worker"].technology, boxes["worker"].note) == ("api", "One on each node")
    assert boxes["other"].note == "Runs with the profile debug only"
    assert "1 base of a service was left out: it is not in this file (other – base)" in remarks
    assert "1 network was left out" in remarks


KUBERNETES = """apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    metadata: {labels: {app: api}}
    spec:
      topologySpreadConstraints: [{topologyKey: topology.kubernetes.io/zone}]
      containers:
      - {name: api, image: api, envFrom: [{configMapRef: {name: told}}],
         env: [{name: C, valueFrom: {configMapKeyRef: {name: keys, key: cache}}}]}
      - {name: proxy, image: envoyproxy/envoy}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: told}, data: {DB: "postgres://db:5432/x"}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: keys}, data: {cache: "redis://sessions:6379", other: "http://db"}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: unused}, data: {}}
---
{apiVersion: v1, kind: Service, metadata: {name: sessions}, spec: {type: ExternalName, externalName: redis.example.com}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pg}
spec: {replicas: 2, template: {metadata: {labels: {app: pg}}, spec: {containers: [{name: pg, image: "postgres:17"}]}}}
---
{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {selector: {app: pg}}}
"""


def test_kubernetes_tells_addresses_in_config_maps_and_outside_the_cluster():
    boxes, arrows, remarks, _ = _read(KUBERNETES, "kubernetes")
    assert sorted(arrows) == [("api", "pg", "sync"), ("api", "sessions", "sync")]
    assert (boxes["sessions"].kind, boxes["sessions"].note) == ("cache", "redis.example.com")
    assert boxes["api"].note == "Spread over zones, which are not named"
    assert "1 container of a pod was left out" in remarks
    assert "1 ConfigMap was left out: no workload here is given it (unused)" in remarks


TERRAFORM = """locals { n = 3 }
variable "m" { default = 4 }
variable "unknown" {}
resource "aws_subnet" "a" { availability_zone = "eu-west-1a" }
resource "aws_subnet" "b" { availability_zone = "eu-west-1b" }
resource "aws_autoscaling_group" "api" {
  desired_capacity    = local.n
  vpc_zone_identifier = [aws_subnet.a.id, aws_subnet.b.id]
}
resource "aws_instance" "jobs" { count = var.m }
resource "aws_instance" "more" { count = var.unknown }
resource "aws_db_instance" "main" {
  multi_az                = true
  backup_retention_period = 7
}
resource "aws_db_instance" "reader" { replicate_source_db = aws_db_instance.main.identifier }
resource "aws_sqs_queue" "work" { redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn }) }
resource "aws_sqs_queue" "dead" {}
resource "aws_lambda_function" "handler" {
  for_each = toset(["a", "b"])
  environment { variables = { QUEUE = aws_sqs_queue.work.url } }
}
resource "aws_lambda_event_source_mapping" "m" {
  event_source_arn = aws_sqs_queue.work.arn
  function_name    = aws_lambda_function.handler["a"].arn
}
"""


def test_terraform_says_how_many_run_where_and_what_copies_what():
    pytest.importorskip("hcl2")
    boxes, arrows, remarks, document = _read(TERRAFORM, "terraform")
    assert [boxes[name].instances for name in ("api", "jobs", "more", "handler")] == [3, 4, 1, 2]
    zones = {key: each.label for key, each in document.diagram.zones.items()}
    assert [zones[key] for key in boxes["api"].zones] == ["eu-west-1a", "eu-west-1b"]
    main = boxes["main"]
    assert (main.copies, main.replication, main.reads_from, main.backup_every) == (2, "synchronous", "leader", "1 day")
    assert boxes["work"].dead_letters
    assert not boxes["dead"].dead_letters
    assert sorted(arrows) == [
        ("main", "reader", "replication"),
        ("work", "dead", "async"),
        ("work", "handler", "async"),
    ]
    assert "1 number was read as 1: it is known when Terraform runs (aws_instance.more count)" in remarks


def test_an_entity_chart_keeps_the_names_that_it_shows():
    text = """erDiagram
    CUSTOMER ||--o{ ORDER : places
    CUSTOMER["Customer account"] { varchar(50) mail PK
      string[] phones }
    ORDER { int number PK }
    """
    entities = read(text).document["data_model"]["entities"].values()
    fields = {each["name"]: [(one["name"], one["type"]) for one in each["fields"].values()] for each in entities}
    assert fields == {
        "Customer account": [("mail", "varchar(50)"), ("phones", "list<text>")],
        "ORDER": [("number", "integer"), ("customer_id", "varchar(50)")],
    }


def test_dot_labels_lose_their_ports_and_markup():
    text = """digraph { graph [label="Shop"]
      a [shape=record label="{<in> left|<out> right}"]; b [label=<<b>API</b><br/>two>]
      a -> b; b -> c [style=invis]; c [label="multi\\
line"] }"""
    boxes, arrows, remarks, document = _read(text, "dot")
    assert (list(boxes), arrows) == (["left right", "API two", "multiline"], [("left right", "API two", "sync")])
    assert document.meta.title == "Shop"
    assert "1 unseen edge was left out" in remarks


def test_proto_reads_groups_as_messages_of_their_own():
    text = """syntax = "proto2";
    message A { required string n = 1; repeated group Row = 3 { optional int32 x = 1 [default = 5]; }
      extensions 100 to max; }
    extend A { optional string more = 100; }
    service S { rpc Do(A) returns (A); }"""
    imported = BY_SLUG["proto"].read(text)
    messages = {each["name"]: each["fields"] for each in imported.document["api"]["messages"].values()}
    assert [(each["name"], each["type"]) for each in messages["A"].values()] == [("n", "text"), ("row", "list<ARow>")]
    assert [each["name"] for each in messages["ARow"].values()] == ["x"]
    remarks = " ".join(imported.warnings)
    assert "1 extension was left out" in remarks
    assert "1 range of extensions was left out: a design has no place for it (100 to max)" in remarks
    assert "1 default was left out: a design has no place for it (A.Row.x)" in remarks


def test_an_index_of_an_expression_or_of_some_rows_is_no_unique_field():
    text = """CREATE TABLE users (id int PRIMARY KEY, mail text, tenant int, name text);
    CREATE UNIQUE INDEX by_mail ON users (lower(mail));
    CREATE UNIQUE INDEX by_name ON users (name) INCLUDE (tenant) WHERE tenant IS NOT NULL;"""
    imported = read(text)
    (users,) = imported.document["data_model"]["entities"].values()
    assert [each.get("key", "") for each in users["fields"].values()] == ["primary", "", "", "index"]
    remarks = " ".join(imported.warnings)
    assert "1 index was left out: a design's index is of fields, not of an expression (users: by_mail)" in remarks
    assert "1 index was read as a plain one: a design's index holds all rows (users: by_name)" in remarks
    assert "1 index was read without fields that it only holds" in remarks


DBML = """TablePartial stamps { created_at timestamp }
Enum status { open
  "in progress"
  done }
Table users {
  id bigint [pk]
  ~stamps
  state status
  Indexes { (id, state)
    state [unique] }
}
"""


def test_dbml_takes_partial_tables_over_and_brackets_where_they_stand():
    """@dbml/core reads the same three fields and the index of two."""
    imported = BY_SLUG["dbml"].read(DBML)
    (users,) = imported.document["data_model"]["entities"].values()
    assert [(each["name"], each["type"]) for each in users["fields"].values()] == [
        ("id", "bigint"),
        ("created_at", "timestamp"),
        ("state", "open | in progress | done"),
    ]
    assert len(users["indexes"]) == 1
    with pytest.raises(Exception, match=r"line 6: this is not DBML near 'nonsense'"):
        BY_SLUG["dbml"].read("Enum a { x\n y }\nTable t {\n  id int\n}\nnonsense\n")


def test_dbml_compares_no_part_with_all_before_and_uses_partial_tables_so_often(monkeypatch):
    """The library's comparison made 2,000 references of 42 kB take six seconds of the processor."""

    def compared(*_: object) -> bool:
        raise AssertionError("a part was compared with another")

    monkeypatch.setattr("pydbml._classes.base.SQLObject.__eq__", compared)
    tables = "Table a {\n x int\n y int\n}\nTable b {\n x int\n}\n"
    imported = BY_SLUG["dbml"].read(f"Enum e {{ one }}\nEnum f {{ two }}\n{tables}Ref: a.x > b.x\nRef: a.x > b.x\n")

    assert [len(each["fields"]) for each in imported.document["data_model"]["entities"].values()] == [2, 1]
    partial = "TablePartial p {\n" + " c int\n" * 100 + "}\n"
    with pytest.raises(Exception, match=r"line 191: partial tables add more than 3,000 lines"):
        BY_SLUG["dbml"].read(partial + "".join(f"Table t{number} {{\n ~p\n}}\n" for number in range(60)))


OPENAPI = """openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    post:
      operationId: add
      requestBody: {content: {application/json: {schema: {allOf: [
        {$ref: '#/components/schemas/Pet'}, {type: object, properties: {photo: {type: string}}}]}}}}
      responses:
        "201":
          headers: {Location: {schema: {type: string}}}
          links: {next: {operationId: add}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Cat'}}, application/xml: {schema: {}}}
components:
  schemas:
    Cat: {type: object, properties: {home: {type: object, properties: {zip: {type: string}}}}}
    Dog: {type: object, properties: {name: {type: string}}}
    Pet: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]}
"""


def test_openapi_counts_what_a_design_has_no_place_for():
    remarks = " ".join(read(OPENAPI).warnings)
    for said in (
        "1 schema was read where used: it had no fields (Pet)",
        "1 object in a field was read as json: a design's field has no fields (zip)",
        "1 response header was left out: a design's response is its body (add: Location)",
        "1 link was left out: a design's response is its body (add: next)",
        "1 media type was left out: a design has one body an operation (add: application/xml)",
        "1 choice in an allOf was left out: a design's message has one set of fields (Pet)",
    ):
        assert said in remarks


def test_junctions_of_an_architecture_are_crossings_and_no_boxes():
    """Two services between two junctions; one junction to which nothing leads on stays, and is told."""
    chart = """architecture-beta
    group net(cloud)[Network]
    service gw(internet)[Gateway] in net
    service a(server)[A] in net
    service b(server)[B] in net
    service db(database)[Orders] in net
    junction left in net
    junction right in net
    junction loose
    gw:R --> L:left
    left:T --> B:a
    left:B --> T:b
    a:R -- L:right
    b:R -- L:right
    right:R --> L:db
    db:R --> L:loose
"""
    found = read(chart)
    diagram = found.document["diagram"]
    names = {key: box["label"] for key, box in diagram["components"].items()}
    ends = {(names[each["source"]], names[each["target"]]) for each in diagram["connections"].values()}

    assert ends == {("Gateway", "A"), ("Gateway", "B"), ("A", "Orders"), ("B", "Orders"), ("Orders", "loose")}
    assert "2 junctions were dissolved: arrows go on to the other side (left, right)." in found.warnings
    assert "1 junction was read as a box: a design has no crossings (loose)." in found.warnings


def test_structurizr_nests_groups_by_their_separator_and_counts_what_runs():
    """The DSL and the JSON say the same: two groups below one, and three nodes of two instances each."""
    text = """workspace "Shop" {
  model {
    properties {
      "structurizr.groupSeparator" "/"
    }
    group "Company/Payments" {
      pay = softwareSystem "Pay" {
        api = container "API"
      }
    }
    group "Company/Shop" {
      shop = softwareSystem "Store" {
        web = container "Web"
      }
    }
    web -> api "Pays"
    deploymentEnvironment "Live" {
      deploymentNode "Cloud" {
        instances 3
        deploymentNode "Zone" {
          containerInstance web
          instances 2
        }
      }
    }
  }
}
"""
    model = {
        "properties": {"structurizr.groupSeparator": "/"},
        "softwareSystems": [
            {"id": "1", "name": "Pay", "group": "Company/Payments", "containers": [{"id": "2", "name": "API"}]},
            {"id": "3", "name": "Store", "group": "Company/Shop", "containers": [
                {"id": "4", "name": "Web", "relationships": [{"sourceId": "4", "destinationId": "2"}]}]},
        ],
        "deploymentNodes": [{"environment": "Live", "instances": 3, "children": [
            {"instances": 2, "containerInstances": [{"containerId": "4"}]}]}],
    }  # fmt: skip
    for given in (text, json.dumps({"name": "Shop", "model": model})):
        diagram = read(given).document["diagram"]
        zones = {key: zone["label"] for key, zone in diagram["zones"].items()}
        nested = {(zone["label"], zones.get(zone.get("parent", ""), "")) for zone in diagram["zones"].values()}
        runs = {box["label"]: box.get("instances", 1) for box in diagram["components"].values()}

        assert nested >= {("Company", ""), ("Payments", "Company"), ("Shop", "Company"), ("Pay", "Payments")}
        assert list(zones.values()).count("Company") == 1
        assert runs == {"API": 1, "Web": 6}


def test_columns_have_the_type_under_their_domain():
    sql = """CREATE TYPE state AS ENUM ('open', 'paid');
CREATE DOMAIN email AS varchar(254) CHECK (VALUE ~ '@');
CREATE DOMAIN app.price numeric(12,2) NOT NULL DEFAULT 0;
CREATE DOMAIN cheap AS app.price CHECK (VALUE < 10);
CREATE TABLE purchase (id uuid PRIMARY KEY, mail email, total app.price, low cheap, was state[]);
"""
    found, write = read(sql), BY_SLUG["dbml"].write
    entity = next(iter(found.document["data_model"]["entities"].values()))
    fields = {each["name"]: (each["type"], each.get("optional", False)) for each in entity["fields"].values()}

    assert fields == {
        "id": ("uuid", False),
        "mail": ("varchar(254)", True),
        "total": ("decimal(12, 2)", False),
        "low": ("decimal(12, 2)", False),
        "was": ("list<open | paid>", True),
    }
    assert any(each.startswith("2 checks were left out") for each in found.warnings)
    assert not any("CREATE" in each for each in found.warnings)
    assert write is not None
    assert "Enum" not in write(found.document)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- a.yaml\n",
            "a Kustomize file",
        ),
        ("{{- if .Values.cart.create }}\napiVersion: apps/v1\nkind: Deployment\n{{- end }}\n", "a Helm template"),
        ("Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n", "a CloudFormation template"),
        (
            'workspace "X" {\n  model {\n    !include model.dsl\n  }\n}\n',
            "another file, which is not read (!include model.dsl)",
        ),
        (
            "workspace extends ../base.dsl {\n  views {\n  }\n}\n",
            "another file, which is not read (extends ../base.dsl)",
        ),
    ],
)
def test_what_stands_elsewhere_is_named(text, words):
    with pytest.raises(ImportFailedError, match=re.escape(words)):
        read(text)


def test_marks_of_their_own_tools_stop_nothing():
    """Strings over two lines, single quotes, messages in options, markers either way, checks with braces."""
    structurizr = 'workspace {\n model {\n  a = softwareSystem "Web \\\n     shop"\n }\n}\n'
    c4 = "@startuml\n!include C4_Container.puml\n' about\nSystem_Boundary(s, 'Shop') {\n Container(w,'W')\n}\n@enduml\n"
    proto = (
        'syntax = "proto3";\noption (x.y) = {\n a: { key: "k"; value: { in: IN; name: "n"; } }\n};\n'
        "message Cart { string id = 1; }\n"
    )
    chart = "erDiagram\n PERSON o{--|| HOUSE : has\n"
    dbml = (
        "Table a {\n  id int [pk]\n  Checks {\n    `id ~ '^[A-Z]{3}$'`\n  }\n}\nNote n [color: #fff] {\n  'x'\n}\n"
        "TableGroup g [\n  color: #ccc\n] {\n  a\n}\n"
    )

    def labels(text, *place):
        items = read(text).document
        for each in place:
            items = items[each]
        return [each.get("label") or each.get("name") for each in items.values()]

    assert labels(structurizr, "diagram", "components") == ["Web shop"]
    assert labels(c4, "diagram", "zones") == ["Shop"]
    assert labels(proto, "data_model", "entities") == ["Cart"]
    assert labels(chart, "data_model", "entities") == ["PERSON", "HOUSE"]
    assert labels(dbml, "data_model", "entities") == ["a"]


def test_a_crossing_drawn_both_ways_calls_nobody_back():
    chart = """architecture-beta
    service a(server)[A]
    service b(server)[B]
    junction j
    a:R --> L:j
    j:R <--> L:b
"""
    diagram = read(chart).document["diagram"]
    assert [(each["source"], each["target"]) for each in diagram["connections"].values()] == [("a", "b")]


def test_compose_takes_defaults_of_variables_and_counts_included_files():
    text = (
        "services:\n  a:\n    image: ${REPO:-x/y}\n    deploy: {replicas: '${N:-3}'}\n"
        "include: [other.yml, {path: more.yml}]\n"
    )
    imported = read(text)
    (service,) = imported.document["diagram"]["components"].values()
    assert (service["instances"], service["technology"]) == (3, "y")
    assert imported.warnings == ("2 included files were left out: another file is not read (other.yml, more.yml).",)


def test_scripts_that_a_mermaid_box_calls_are_counted():
    said = read('flowchart LR\n a --> b\n click a call go("x",\n  "y")\n click b href "https://example.org"\n').warnings
    assert said == (
        "1 link was put into the note of the box: a design's box has no link (b).",
        "1 `click` statement was left out: a design's box runs no script.",
    )


def test_defaults_of_graphql_and_rules_of_dbml_references_are_counted():
    assert read("type Query {\n  find(n: Int = 3, all: Boolean = false): Int\n}\n").warnings == (
        "2 defaults were left out: a design has no place for them (n, all).",
    )
    dbml = "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n}\nRef: b.id > a.id [delete: cascade]\n"
    assert read(dbml).warnings == ("1 rule of a reference was left out: a design says what refers to what (b – a).",)


def test_dbml_tables_on_one_line_are_read():
    text = 'Table a { id int [pk, note: "{x}"] }\nTable b { id int [pk]\n  a int }\nEnum e { x }\nRef { b.a > a.id }\n'
    entities = read(text).document["data_model"]["entities"]
    assert entities["a"]["fields"]["id"]["note"] == "{x}"
    assert entities["b"]["fields"]["a"]["references"] == "a"
    with pytest.raises(ImportFailedError, match="line 2"):
        read("Table a { id int }\nTable b { id int [!] }\n")
