"""Designs for the real consumers: tiny, the documented one, one of 60 components, and one with hostile names."""

from __future__ import annotations

from typing import Any

from designs.document.checks import read
from designs.document.kinds import KINDS
from designs.document.schema import Document
from tests.designs.document.examples import complete
from tests.web.payloads import PAYLOADS

PAYLOAD_LABELS = [" ".join(payload.split())[:200] for payload in PAYLOADS]
HOSTILE = [
    "select",
    "table",
    "order",
    "user",
    "message",
    "string",
    "end",
    "subgraph",
    "class",
    "default",
    "ctid",
    "</script><script>alert(1)</script>",
    "<!--",
    "]]>",
    "\"quoted\" and 'single'",
    "back\\slash",
    "${PATH}",
    "$1 {braces} }",
    "#quot; #35;",
    "a;b",
    "=cmd|' /C calc'!A0",
    "'); DROP TABLE users; --",
    "/* comment */ // -- #",
    "```",
    "![x](javascript:alert(1))",
    "[[link]] | pipe",
    "订单",
    "Größe",
    "🚀",
    "مرحبا\u202egnirts",
    "1st",
    "-->|x|",
    "A",
    "a",
    "foo_bar",
    "fooBar",
    " padded ",
    "",
    "x" * 200,
    "x" * 199 + "y",
    "a/b/../c",
    "{{7*7}}",
    "%00%0a",
    "yes",
    "null",
    "2024-01-01",
    "&amp; &lt;",
]


def tiny() -> dict[str, Any]:
    return {
        "format": 2,
        "meta": {"title": "Tiny"},
        "data_model": {"entities": {"note": {"name": "Note", "fields": {"id": {"name": "id", "type": "id"}}}}},
        "api": {"operations": {"get": {"name": "getNote", "method": "GET", "path": "/notes/{id}", "response": "Note"}}},
        "diagram": {"components": {"app": {"kind": "service", "label": "Notes"}}},
    }


def large() -> dict[str, Any]:
    """60 components in 6 zones, 90 connections, 20 entities of 8 fields, 30 operations."""
    kinds = [kind.slug for kind in KINDS]
    types = ["id", "uuid", "varchar(40)", "integer", "numeric(10,2)", "timestamp", "json", "list<text>"]
    zones = {
        f"z{n}": {
            "kind": "region" if n < 2 else "zone",
            "label": f"Zone {n}",
            "x": 700 * (n % 2),
            "y": 900 * (n % 2),
            "width": 1200 - 100 * (n // 2),
            "height": 800 - 100 * (n // 2),
            "order": n,
            **({"parent": f"z{n - 2}"} if n >= 2 else {}),
        }
        for n in range(6)
    }
    components = {
        f"c{n}": {
            "kind": kinds[n % len(kinds)],
            "label": f"Part {n}",
            "x": 200 * (n % 10),
            "y": 120 * (n // 10),
            "order": n,
            "instances": 1 + n % 4,
            "technology": "PostgreSQL" if n % 5 == 0 else "",
            **({"zone": f"z{n % 6}"} if n % 3 else {}),
        }
        for n in range(60)
    }
    connections = {
        f"a{n}": {
            "source": f"c{n % 60}",
            "target": f"c{(n * 7 + 3) % 60}",
            "kind": ["sync", "async", "replication"][n % 3],
            "label": f"call {n}" if n % 2 else "",
            "order": n,
            **({"bends": [{"x": 10.5 * n, "y": 40}]} if n % 9 == 0 else {}),
        }
        for n in range(90)
    }
    entities = {
        f"e{n}": {
            "name": f"Entity {n}",
            "store": "sql" if n % 2 else "key_value",
            "order": n,
            "note": "It isn't large." if n % 4 == 0 else "",
            "fields": {
                **{
                    f"f{m}": {
                        "name": f"field {m}",
                        "type": types[m],
                        "key": "primary" if m == 0 else "index" if m == 3 else "unique" if m == 1 else "",
                        "optional": m > 4,
                        "order": m,
                    }
                    for m in range(8)
                },
                "other": {"name": "other_id", "references": f"e{(n * 3 + 1) % 20}", "order": 9},
            },
        }
        for n in range(20)
    }
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    operations = {
        f"o{n}": {
            "name": f"operation{n}",
            "style": "rpc" if n % 6 == 5 else "rest",
            "method": "" if n % 6 == 5 else methods[n % 5],
            "path": "" if n % 6 == 5 else f"/things{n}/{{id}}",
            "parameters": {
                "id": {"name": "id", "location": "path", "type": "bigint", "order": 1},
                "limit": {"name": "limit", "location": "query", "type": "integer", "required": False, "order": 2},
                "key": {"name": "Idempotency-Key", "location": "header", "type": "uuid", "order": 3},
                "body": {"name": "thing", "type": f"Entity {n % 20}", "order": 4},
            },
            "response": [f"Entity {n % 20}", f"list<Entity {n % 20}>", "text", "", "Problem"][n % 5],
            "writes": {f"e{n % 20}": True},
            "idempotency": ["", "idempotent", "idempotency_key", "not_idempotent"][n % 4],
            "order": n,
        }
        for n in range(30)
    }
    return {
        "format": 2,
        "meta": {"title": "Large"},
        "data_model": {"entities": entities},
        "api": {
            "operations": operations,
            "messages": {
                "p": {"name": "Problem", "fields": {"d": {"name": "detail", "type": "text"}}},
                "empty": {"name": "Nothing"},
            },
        },
        "diagram": {"zones": zones, "components": components, "connections": connections},
    }


def hostile() -> dict[str, Any]:
    """Every place that takes a name gets every name that some format might trip over."""

    def window(start: int) -> list[str]:
        """Sixteen names in a row, so that neighbours such as `A` and `a` share a scope."""
        return [HOSTILE[(start + step) % len(HOSTILE)] for step in range(16)]

    def fields(start: int) -> dict[str, Any]:
        keys = {0: "primary", 1: "unique", 2: "index"}
        return {
            f"f{n}": {
                "name": name,
                "type": name if n % 2 else "text",
                "note": f"{name}\n{name}",
                "key": keys.get(n, ""),
                "order": n,
            }
            for n, name in enumerate(window(start))
        }

    everything = range(len(HOSTILE))
    return {
        "format": 2,
        "meta": {"title": "</script>\"; =cmd `'\u202e"},
        "scope": {
            "functional_requirements": {f"r{n}": {"text": f"{HOSTILE[n]}\n# {HOSTILE[n]}"} for n in everything},
            "questions": {f"q{n}": {"text": HOSTILE[n], "answer": f"1. {HOSTILE[n]}"} for n in everything},
        },
        "data_model": {
            "entities": {
                f"e{n}": {
                    "name": name,
                    "note": f"{name}\n\n{name}",
                    "store_reason": f"--{name}\n);",
                    "fields": {**fields(n), "other": {"name": "other", "references": f"e{(n + 1) % len(HOSTILE)}"}},
                    "order": n,
                }
                for n, name in enumerate(HOSTILE)
            }
        },
        "api": {
            "operations": {
                f"o{n}": {
                    "name": name,
                    "style": "rest" if n % 3 else "rpc",
                    "method": ["GET", "POST", ""][n % 3],
                    "path": f"/{name}/{{{name}}}"[:200] if n % 2 else "/same",
                    "parameters": {
                        f"p{m}": {
                            "name": each,
                            "type": HOSTILE[(n + m) % len(HOSTILE)],
                            "location": ["path", "query", "header", "body"][m % 4],
                            "note": f"*/ {each}",
                        }
                        for m, each in enumerate(window(n))
                    },
                    "response": f"list<{name[:180]}>" if n % 2 else name,
                    "note": f"{name}\n}}",
                    "order": n,
                }
                for n, name in enumerate(HOSTILE)
            },
            "messages": {
                f"m{n}": {"name": name, "fields": {"f": {"name": name, "type": name}}, "order": n}
                for n, name in enumerate(HOSTILE)
            },
        },
        "diagram": {
            "zones": {
                f"z{n}": {"label": name, "order": n, "note": name, **({"parent": f"z{n - 1}"} if n % 4 else {})}
                for n, name in enumerate(HOSTILE)
            },
            "components": {
                f"c{n}": {
                    "kind": KINDS[n % len(KINDS)].slug,
                    "label": name,
                    "technology": name,
                    "note": f"{name}\n{name}",
                    "zone": f"z{n}" if n % 2 else "",
                    "x": 150 * (n % 8),
                    "y": 100 * (n // 8),
                    "order": n,
                }
                for n, name in enumerate(HOSTILE)
            },
            "connections": {
                f"a{n}": {
                    "source": f"c{n}",
                    "target": f"c{(n * 5 + 1) % len(HOSTILE)}",
                    "label": name,
                    "note": name,
                    "order": n,
                }
                for n, name in enumerate(HOSTILE)
            },
        },
        "decisions": {
            f"d{n}": {
                "question": name,
                "options": {"o": {"name": name, "pros": name, "cons": name}},
                "choice": "o",
                "because": f"{name}\n- {name}",
            }
            for n, name in enumerate(HOSTILE)
        },
        "bottlenecks": {f"b{n}": {"finding": name, "mitigation": name} for n, name in enumerate(HOSTILE)},
    }


def with_labels(labels: list[str]) -> dict[str, Any]:
    """A row of boxes, each connected to the next, in which every label is one of these."""
    return {
        "format": 2,
        "meta": {"title": labels[0]},
        "diagram": {
            "zones": {f"z{n}": {"label": label} for n, label in enumerate(labels)},
            "components": {f"c{n}": {"kind": "sql", "label": label, "x": 300 * n} for n, label in enumerate(labels)},
            "connections": {
                f"a{n}": {"source": f"c{max(n - 1, 0)}", "target": f"c{n}", "label": each}
                for n, each in enumerate(labels)
            },
        },
    }


EXAMPLES = {"tiny": tiny, "documented": complete, "large": large, "hostile": hostile}


def example(name: str) -> Document:
    return read(EXAMPLES[name]())
