"""Files as other people write them, by format: five of our own each, with what is in them, counted by hand.

The numbers are boxes, arrows, zones, entities and operations of the design that comes of them.
"""

from __future__ import annotations

Counts = tuple[int, int, int, int, int]

COMPOSE: list[tuple[str, Counts]] = [
    ("services:\n  web: {image: nginx, ports: ['80:80'], depends_on: [app]}\n  app: {build: .}\n", (3, 2, 0, 0, 0)),
    (
        "name: blog\nservices:\n  wordpress:\n    image: wordpress:6\n    environment:\n      WORDPRESS_DB_HOST: db:3306\n"
        "    ports:\n      - target: 80\n        published: 8080\n  db:\n    image: mariadb:11\n    volumes: [d:/var/lib/mysql]\n"
        "volumes:\n  d:\n",
        (3, 2, 0, 0, 0),
    ),
    (
        "x-base: &base\n  restart: always\nservices:\n  api:\n    <<: *base\n    image: api\n    deploy: {replicas: 4}\n"
        '    environment: ["REDIS_URL=redis://cache:6379", "KAFKA=kafka:9092"]\n    networks: [front]\n'
        "  cache: {<<: *base, image: redis, networks: [back]}\n  kafka: {image: apache/kafka, networks: [back]}\n"
        "networks: {front: {}, back: {}}\n",
        (3, 2, 2, 0, 0),
    ),
    (
        "version: '3'\nservices:\n  a: {image: x, links: ['b:alias']}\n  b: {image: y, healthcheck: {test: [x], interval: 5s}}\n"
        "secrets: {s: {file: ./s}}\n",
        (2, 1, 0, 0, 0),
    ),
    (
        "services:\n  worker:\n    build: {context: .}\n    command: celery -b amqp://rabbit//\n    depends_on:\n"
        "      rabbit: {condition: service_started}\n  rabbit: {image: 'rabbitmq:4', ports: ['5672:5672']}\n",
        (3, 2, 0, 0, 0),
    ),
]
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {count}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: {name}, image: "{image}", env: [{{name: X, value: "{value}"}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{type: {kind}, selector: {{app: {name}}}}}
---
"""


def deployed(name: str, image: str = "x", *, count: int = 1, value: str = "", kind: str = "ClusterIP") -> str:
    return DEPLOYMENT.format(name=name, image=image, count=count, value=value, kind=kind)


KUBERNETES: list[tuple[str, Counts]] = [
    (deployed("web", count=3, kind="LoadBalancer"), (3, 2, 0, 0, 0)),
    (deployed("api", value="postgres://db:5432/x") + deployed("db", "postgres:17"), (2, 1, 0, 0, 0)),
    (
        deployed("shop")
        + "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: front}\nspec: {rules: [{http: {paths: "
        "[{path: /, backend: {service: {name: shop, port: {number: 80}}}}]}}]}\n",
        (3, 2, 0, 0, 0),
    ),
    (
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly},"
        " spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: x, image: y}]}}}}}}\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n",
        (1, 0, 0, 0, 0),
    ),
    (
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: data}\nspec: {replicas: 3, template: "
        "{metadata: {labels: {a: b}}, spec: {containers: [{name: x, image: postgres}]}}}\n---\napiVersion: apps/v1\n"
        "kind: DaemonSet\nmetadata: {name: agent, namespace: ops}\nspec: {template: {spec: {containers: [{name: x}]}}}\n",
        (2, 0, 2, 0, 0),
    ),
]
C4: list[tuple[str, Counts]] = [
    ('C4Context\n Person(a, "A")\n System(b, "B")\n Rel(a, b, "uses")\n', (2, 1, 0, 0, 0)),
    (
        'C4Container\n title Shop\n System_Boundary(s, "Shop") {\n  Container(w, "Web", "Go")\n'
        '  ContainerDb(d, "Orders", "PostgreSQL", "keeps, among others, orders")\n }\n Rel(w, d, "reads", "SQL")\n',
        (2, 1, 1, 0, 0),
    ),
    (
        'C4Context\n Enterprise_Boundary(e, "Bank") {\n  Person(c, "Customer")\n  System_Boundary(x, "X") {\n'
        '   System(y, "Y")\n  }\n }\n System_Ext(z, "Z")\n BiRel(c, y, "asks")\n Rel_U(y, z, "mails")\n'
        ' UpdateElementStyle(c, $fontColor="red")\n',
        (3, 3, 2, 0, 0),
    ),
    (
        'C4Deployment\n Deployment_Node(n, "Server", "Linux") {\n  Node(m, "JVM") {\n   Container(a, "App")\n  }\n }\n'
        ' ContainerQueue(q, "Events", $techn="Kafka")\n Rel_Back(q, a, "reads")\n',
        (2, 1, 2, 0, 0),
    ),
    (
        'C4Dynamic\n Container(a, "A")\n Component(b, "B")\n RelIndex(1, a, b, "first")\n Rel(b, a, "second")\n',
        (2, 2, 0, 0, 0),
    ),
]
ARCHITECTURE: list[tuple[str, Counts]] = [
    ("architecture-beta\n service a(server)[A]\n service b(database)[B]\n a:R --> L:b\n", (2, 1, 0, 0, 0)),
    (
        "architecture-beta\n group g(cloud)[Cloud]\n group h(cloud)[Inner] in g\n service a(server)[A] in h\n"
        " service b(disk)[B] in g\n a:R -- L:b\n",
        (2, 1, 2, 0, 0),
    ),
    ("architecture-beta\n service a(x)[A]\n service b(x)[B]\n junction j\n a:R -- L:j\n j:R -- L:b\n", (2, 1, 0, 0, 0)),
    ("architecture-beta\n service a(x)[A]\n service b(x)[B]\n a:B <--> T:b\n", (2, 2, 0, 0, 0)),
    (
        "%% a comment\narchitecture-beta\n group g(cloud)[G]\n service a(logos:aws-lambda)[A] in g\n service b(x)[B]\n"
        " b:R --> L:a{group}\n",
        (2, 1, 1, 0, 0),
    ),
]
ENTITIES: list[tuple[str, Counts]] = [
    ("erDiagram\n A ||--o{ B : has\n", (0, 0, 0, 2, 0)),
    ('erDiagram\n P["Person"] {\n  int id PK "the key"\n  string name\n }\n', (0, 0, 0, 1, 0)),
    ("erDiagram\n A }|..|{ B : knows\n B ||--|| C : owns\n", (0, 0, 0, 3, 0)),
    (
        "erDiagram\n direction LR\n CAR ||--o{ NAMED-DRIVER : allows\n PERSON only one to zero or more CAR : owns\n",
        (0, 0, 0, 3, 0),
    ),
    (
        "erDiagram\n A:::x ||--o{ B : has\n A {\n  varchar(5)[] tags\n  int a_b PK, FK\n }\n classDef x fill:red\n",
        (0, 0, 0, 2, 0),
    ),
]
DBML: list[tuple[str, Counts]] = [
    ("Table a {\n  id int [pk]\n}\nTable b {\n  a_id int [ref: > a.id]\n}\n", (0, 0, 0, 2, 0)),
    (
        "Table a {\n  id int [pk]\n  x int\n  indexes {\n    (id, x) [unique]\n  }\n  Note: 'about'\n}\n",
        (0, 0, 0, 1, 0),
    ),
    (
        "Enum s {\n  open\n  closed\n}\nTable core.a {\n  id int [pk]\n  s s\n}\nTable a {\n  id int\n}\n",
        (0, 0, 0, 2, 0),
    ),
    (
        "Table a as X {\n  id int [pk]\n}\nTable b {\n  x int\n}\nRef: b.x > X.id\nTableGroup g {\n  a\n  b\n}\n",
        (0, 0, 0, 2, 0),
    ),
    (
        "Project p {\n  Note: 'x'\n}\nTable \"my table\" {\n  \"a b\" varchar(20) [not null, default: 'x']\n}\n",
        (0, 0, 0, 1, 0),
    ),
]
DSL: list[tuple[str, Counts]] = [
    ('workspace {\n model {\n  a = person "A"\n  b = softwareSystem "B"\n  a -> b "uses"\n }\n}\n', (2, 1, 0, 0, 0)),
    (
        'workspace "W" {\n model {\n  s = softwareSystem "S" {\n   w = container "Web" "x" "Go"\n'
        '   d = container "D" "" "PostgreSQL" "Database"\n   w -> d "reads" "SQL"\n  }\n }\n views {\n }\n}\n',
        (2, 1, 1, 0, 0),
    ),
    (
        'workspace {\n !identifiers hierarchical\n model {\n  u = person "U"\n  group "Ours" {\n   s = softwareSystem "S" {\n'
        '    api = container "API"\n   }\n  }\n  u -> s.api\n }\n}\n',
        (2, 1, 2, 0, 0),
    ),
    (
        'workspace {\n model {\n  a = softwareSystem "A" {\n   -> b "asks"\n  }\n  b = softwareSystem "B" {\n'
        '   tags "External"\n  }\n  deploymentEnvironment "Live" {\n   deploymentNode "N" {\n   }\n  }\n }\n}\n',
        (2, 1, 0, 0, 0),
    ),
    (
        'workspace extends x.dsl {\n model {\n  p = person "P" "d" "External"\n  q = element "Q"\n }\n}\n',
        (2, 0, 0, 0, 0),
    ),
]
WORKSPACE = (
    '{"name": "W", "model": {"people": [{"id": "1", "name": "P", "relationships": [{"id": "9", "sourceId": "1",'
    ' "destinationId": "3"}]}], "softwareSystems": [{"id": "2", "name": "S", "containers": [{"id": "3", "name": "C",'
    ' "technology": "Go"}]}]}}'
)
JSON: list[tuple[str, Counts]] = [
    (WORKSPACE, (2, 1, 1, 0, 0)),
    (
        '{"model": {"softwareSystems": [{"id": "1", "name": "A"}, {"id": "2", "name": "B", "location": "External"}]}}',
        (2, 0, 0, 0, 0),
    ),
    ('{"model": {"people": [{"id": "1", "name": "A", "group": "G"}]}, "views": {}}', (1, 0, 1, 0, 0)),
    (
        '{"model": {"softwareSystems": [{"id": "1", "name": "A", "relationships": [{"sourceId": "1", "destinationId": "2",'
        ' "interactionStyle": "Asynchronous", "description": "tells"}]}, {"id": "2", "name": "B"}]}}',
        (2, 1, 0, 0, 0),
    ),
    (
        '{"model": {"people": [{"id": "1", "name": "A"}], "deploymentNodes": [{"id": "7", "name": "N"}]}}',
        (1, 0, 0, 0, 0),
    ),
]
PROTO: list[tuple[str, Counts]] = [
    ('syntax = "proto3";\nmessage A { int64 id = 1; }\nservice S { rpc Get(A) returns (A); }\n', (0, 0, 0, 1, 1)),
    ('syntax = "proto3";\nmessage User { string id = 1; repeated string tags = 2; }\n', (0, 0, 0, 1, 0)),
    (
        'syntax = "proto3";\npackage p.q;\nimport "google/protobuf/empty.proto";\nmessage M { M inner = 1; enum E { X = 0; }'
        " E e = 2; }\nservice S { rpc Go(M) returns (google.protobuf.Empty) {} rpc Watch(M) returns (stream M); }\n",
        (0, 0, 0, 0, 2),
    ),
    (
        'syntax = "proto2";\nmessage A { optional int32 a = 1 [default = 5]; oneof x { string b = 2; } map<string, A> m = 3; }\n',
        (0, 0, 0, 0, 0),
    ),
    (
        '// c\nsyntax = "proto3";\noption go_package = "x";\nmessage A { reserved 2, 3; A.B b = 1; message B { int32 id = 1; } }\n',
        (0, 0, 0, 1, 0),
    ),
]
GRAPHQL: list[tuple[str, Counts]] = [
    ("type A { id: ID! }\ntype Query { a(id: ID!): A }\n", (0, 0, 0, 1, 1)),
    ("schema { query: Root }\ntype Root { now: String }\n", (0, 0, 0, 0, 1)),
    (
        '"""About"""\ntype A implements N { id: ID! b: [B!]! }\ninterface N { id: ID! }\ntype B { x: Int }\n',
        (0, 0, 0, 2, 0),
    ),
    (
        "enum E { A B }\ninput I { e: E = A }\ntype Mutation { set(i: I!): E }\nextend type Mutation { drop: Boolean }\n",
        (0, 0, 0, 0, 2),
    ),
    (
        "union U = A | B\ntype A { id: ID! }\ntype B { id: ID! }\ndirective @x on FIELD\ntype Subscription { u: U }\n",
        (0, 0, 0, 2, 1),
    ),
]
TERRAFORM: list[tuple[str, Counts]] = [
    ('resource "aws_instance" "web" {\n  ami = "x"\n}\n', (1, 0, 0, 0, 0)),
    (
        'resource "aws_db_instance" "db" {\n  multi_az = true\n}\nresource "aws_ecs_service" "api" {\n  desired_count = 4\n'
        "  x = aws_db_instance.db.address\n}\n",
        (2, 1, 0, 0, 0),
    ),
    (
        'resource "aws_lb" "l" {\n}\nresource "aws_lb_listener" "i" {\n  a = aws_lb.l.arn\n  b = aws_lb_target_group.t.arn\n}\n'
        'resource "aws_lb_target_group" "t" {\n}\nresource "aws_instance" "w" {\n  t = aws_lb_target_group.t.arn\n}\n',
        (2, 1, 0, 0, 0),
    ),
    (
        'provider "google" {\n  project = "x"\n}\nresource "google_sql_database_instance" "d" {\n}\n'
        'resource "google_cloud_run_v2_service" "s" {\n  env = "${google_sql_database_instance.d.name}"\n}\n',
        (2, 1, 0, 0, 0),
    ),
    (
        'module "vpc" {\n  source = "x"\n}\nresource "aws_sqs_queue" "q" {\n}\nresource "aws_iam_role" "r" {\n}\n',
        (1, 0, 0, 0, 0),
    ),
]
PLANTUML: list[tuple[str, Counts]] = [
    ("@startuml\n[A] --> [B] : asks\n@enduml\n", (2, 1, 0, 0, 0)),
    ('@startuml\nactor User as u\ndatabase "Orders" as o\nu -> o\nu ..> o : later\n@enduml\n', (2, 2, 0, 0, 0)),
    (
        '@startuml\nnode "Server" {\n  component Web\n  package Inner {\n    [Job]\n  }\n}\nWeb <--> [Job]\n@enduml\n',
        (2, 2, 2, 0, 0),
    ),
    (
        "@startuml\nskinparam x y\nqueue Q\ncloud C\nC -down-> Q : puts\nnote left of Q\n words --> here\nend note\n@enduml\n",
        (2, 1, 0, 0, 0),
    ),
    (
        '@startuml\n!include <C4/C4_Container>\nPerson(p, "P")\nContainer(c, "C", "Go")\nRel(p, c, "asks")\n@enduml\n',
        (2, 1, 0, 0, 0),
    ),
]
DOT: list[tuple[str, Counts]] = [
    ("digraph { a -> b -> c }\n", (3, 2, 0, 0, 0)),
    ('digraph "G" { subgraph cluster_x { label="X"; a; b } a -> { b c } [label="asks"]; }\n', (3, 2, 1, 0, 0)),
    ("graph g { a -- b; /* c */ b -- c [dir=back] // d\n}\n", (3, 2, 0, 0, 0)),
    (
        'strict digraph { node [shape=box]; "a b" [label=<<b>Bold</b> text>]; "a b":p:n -> x; rank=same }\n',
        (2, 1, 0, 0, 0),
    ),
    (
        "digraph { subgraph cluster_a { subgraph cluster_b { x } y } x -> y [dir=both]; y -> z [style=dashed] }\n",
        (3, 3, 2, 0, 0),
    ),
]
D2: list[tuple[str, Counts]] = [
    ("a -> b: asks\n", (2, 1, 0, 0, 0)),
    ("web: Web {\n  shape: cylinder\n}\nweb <- user\n", (2, 1, 0, 0, 0)),
    ("cloud: Cloud {\n  a: A\n  b: B\n  a -> b\n}\nuser -> cloud.a: asks {style.stroke: red}\n", (3, 2, 1, 0, 0)),
    ("a <-> b -> c\nd -- a\n# comment\n", (4, 4, 0, 0, 0)),
    ("x: |md\n  # text\n|\nx -> y.z\ndirection: right\n", (2, 1, 1, 0, 0)),
]
FOREIGN: dict[str, list[tuple[str, Counts]]] = {
    "compose": COMPOSE,
    "kubernetes": KUBERNETES,
    "mermaid-c4": C4,
    "mermaid-architecture": ARCHITECTURE,
    "mermaid-er": ENTITIES,
    "dbml": DBML,
    "structurizr": DSL,
    "structurizr-json": JSON,
    "proto": PROTO,
    "graphql": GRAPHQL,
    "terraform": TERRAFORM,
    "plantuml": PLANTUML,
    "dot": DOT,
    "d2": D2,
}
N = 3_000
HOSTILE: dict[str, list[str]] = {
    "compose": [
        "services:\n  a: &a {image: x}\n" + "".join(f"  s{n}: *a\n" for n in range(N)),
        "services: [" * 40,
        "services: {a: {depends_on: {b: 1}, environment: [1, null, [2]], ports: [null, {}], deploy: 3, healthcheck: 7}}\n",
    ],
    "kubernetes": [
        "apiVersion: v1\nkind: Pod\n---\n" * N,
        "apiVersion: 1\nkind: Deployment\nmetadata: {name: [x]}\nspec: 3\n",
    ],
    "mermaid-c4": ["C4Context\n" + "Boundary(a, b) {\n" * N, "C4Context\nRel(" + "a," * N, "C4Context\n" + "(" * N],
    "mermaid-architecture": [
        "architecture-beta\n" + "a" * 900 + "-" * 90 + "\n",
        "architecture-beta\nservice " + " " * 900,
    ],
    "mermaid-er": [
        "erDiagram\n" + "a " * 490,
        "erDiagram\n A {\n" + " int x\n" * N,
        "erDiagram\n" + "A ||--o{ B : x\n" * N,
    ],
    "dbml": [
        "Table a {\n" * 500,
        "Table a {\n  id int [" + "x, " * 400 + "\n}",
        "Table a {\n id int\n}\n" + "Ref: a.id > a.id\n" * 500,
    ],
    "structurizr": [
        "workspace {\n" + "group x {\n" * N,
        "workspace {\n" + "a -> b\n" * 9_000,
        'workspace {\n x = "' + "y" * N,
    ],
    "structurizr-json": ['{"model": {"people": [1, null, {"id": [], "name": {}}], "softwareSystems": 3}}'],
    "proto": ['syntax = "proto3";\n' + "message A { " * N, 'syntax = "proto3";\nservice S { rpc A(B) returns ('],
    "graphql": ["type A { a: " + "[" * N, "type Query { a: A }\n" * 2 + "type A { " + "a(" * N, "enum E { " + "A " * N],
    "terraform": [
        'resource "aws_instance" "x" {\n' + "a = [" * N,
        'resource "aws_instance" "x" {\n  count = "many"\n}\n',
    ],
    "plantuml": [
        "@startuml\n" + "node x {\n" * N,
        "@startuml\n" + "[a" * 300 + " --> " * 80,
        "@startuml\n/' " + "x\n" * N,
    ],
    "dot": [
        "digraph {" * 60,
        "digraph { " + "{" * N,
        "digraph { a -> " * N,
        'digraph { a [label="' + "x" * N,
        "digraph { <" + "<" * N,
    ],
    "d2": ["a: {\n" * N, ".".join("a" * N) + " -> b\n", "a -> " * N, "a -> b: " + "|" * N, "x -> y\n" + '"' * N],
}
