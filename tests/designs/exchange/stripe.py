"""A design of a Stripe-like API, after fixtures/topics/api/stripe-api-spec.md: entities, operations, errors, pages."""

from __future__ import annotations

from typing import Any

PAGED = (("limit", "integer", False), ("starting_after", "uuid", False))


def stripe() -> dict[str, Any]:
    return {
        "format": 2,
        "meta": {"title": "Payments API"},
        "data_model": {
            "entities": {
                "customer": _entity(
                    1, "Customer", [("id", "uuid"), ("name", "text"), ("email", "text"), ("created", "timestamp")]
                ),
                "card": _entity(
                    2,
                    "PaymentMethod",
                    [
                        ("id", "uuid"),
                        ("customer_id", "uuid"),
                        ("token", "text"),
                        ("brand", "text"),
                        ("last4", "varchar(4)"),
                        ("exp_month", "smallint"),
                        ("exp_year", "smallint"),
                        ("created", "timestamp"),
                    ],
                    customer_id="customer",
                ),
                "charge": _entity(
                    3,
                    "Charge",
                    [
                        ("id", "uuid"),
                        ("customer_id", "uuid"),
                        ("card_id", "uuid"),
                        ("amount", "bigint"),
                        ("currency", "varchar(3)"),
                        ("status", "pending | succeeded | failed"),
                        ("refunded", "bigint"),
                        ("created", "timestamp"),
                    ],
                    customer_id="customer",
                    card_id="card",
                ),
                "refund": _entity(
                    4,
                    "Refund",
                    [("id", "uuid"), ("charge_id", "uuid"), ("amount", "bigint"), ("created", "timestamp")],
                    charge_id="charge",
                ),
            }
        },
        "api": {
            "operations": {
                "create_customer": _call(
                    1,
                    "createCustomer",
                    "POST",
                    "/customers",
                    "Customer",
                    [("name", "text", True), ("email", "text", True)],
                ),
                "get_customer": _call(2, "getCustomer", "GET", "/customers/{id}", "Customer", []),
                "batch": _call(
                    3, "batchGetCustomers", "GET", "/customers:batch", "list<Customer>", [("ids", "list<uuid>", True)]
                ),
                "list_customers": _call(
                    4, "listCustomers", "GET", "/customers", "CustomerPage", [("email", "text", False), *PAGED]
                ),
                "update": _call(
                    5,
                    "updateCustomer",
                    "PATCH",
                    "/customers/{id}",
                    "Customer",
                    [("name", "text", False), ("email", "text", False)],
                ),
                "delete": _call(6, "deleteCustomer", "DELETE", "/customers/{id}", "Customer", []),
                "attach": _call(
                    7,
                    "createPaymentMethod",
                    "POST",
                    "/payment_methods",
                    "PaymentMethod",
                    [("customer_id", "uuid", True), ("token", "text", True)],
                ),
                "charge": _call(
                    8,
                    "createCharge",
                    "POST",
                    "/charges",
                    "Charge",
                    [
                        ("customer_id", "uuid", True),
                        ("card_id", "uuid", True),
                        ("amount", "bigint", True),
                        ("currency", "varchar(3)", True),
                    ],
                    keyed=True,
                ),
                "get_charge": _call(9, "getCharge", "GET", "/charges/{id}", "Charge", []),
                "refund": _call(
                    10,
                    "refundCharge",
                    "POST",
                    "/charges/{id}/refund",
                    "Refund",
                    [("amount", "bigint", False)],
                    keyed=True,
                ),
            },
            "messages": {
                "page": {
                    "name": "CustomerPage",
                    "order": 1,
                    "fields": {
                        "data": {"name": "data", "type": "list<Customer>", "order": 1},
                        "more": {"name": "has_more", "type": "boolean", "order": 2},
                    },
                },
                "error": {
                    "name": "Error",
                    "order": 2,
                    "fields": {
                        "code": {"name": "code", "type": "text", "order": 1},
                        "message": {"name": "message", "type": "text", "order": 2},
                    },
                },
            },
        },
    }


def _entity(order: int, name: str, fields: list[tuple[str, str]], **references: str) -> dict[str, Any]:
    return {
        "name": name,
        "store": "sql",
        "order": order,
        "fields": {
            called: {
                "name": called,
                "type": typed,
                "order": number,
                **({"key": "primary"} if called == "id" else {}),
                **({"references": references[called]} if called in references else {}),
            }
            for number, (called, typed) in enumerate(fields, 1)
        },
    }


def _call(
    order: int,
    name: str,
    method: str,
    path: str,
    response: str,
    taken: list[tuple[str, str, bool]],
    *,
    keyed: bool = False,
) -> dict[str, Any]:
    place = "query" if method == "GET" else "body"
    parameters = {
        called: {"name": called, "type": typed, "required": required, "location": place, "order": number}
        for number, (called, typed, required) in enumerate(taken, 1)
    }
    if keyed:
        parameters["key"] = {"name": "Idempotency-Key", "type": "uuid", "location": "header", "order": 0}
    return {
        "name": name,
        "method": method,
        "path": path,
        "response": response,
        "parameters": parameters,
        "order": order,
        **({"idempotency": "idempotency_key"} if keyed else {}),
    }
