"""Terraform: resources that run, store or carry something are boxes; what a resource refers to is an arrow.

Needs python-hcl2, the optional extra `terraform`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from designs.document.kinds import ComponentKind
from designs.exchange.boxes import Boxes, copies_of
from designs.exchange.problems import Imported, ImportFailedError

MAX_CHARACTERS = 100_000
MAX_NESTED = 40
# By words of a resource's type; the first that fits.
KINDS: tuple[tuple[str, ComponentKind], ...] = (
    (r"elasticache|_redis|memcache|memorystore", "cache"),
    (r"db_instance|rds_cluster|sql_database|postgresql|mysql|_spanner_|mssql|sql_database_instance", "sql"),
    (r"dynamodb_table|cosmosdb_account", "key_value"),
    (r"opensearch_domain|elasticsearch_domain", "search_index"),
    (r"s3_bucket$|storage_bucket$|storage_account$", "object_store"),
    (r"sqs_queue$|servicebus_queue", "queue"),
    (r"sns_topic$|pubsub_topic$|servicebus_topic|mq_broker", "pubsub"),
    (r"kinesis_stream|msk_cluster|eventhub$", "stream"),
    (r"aws_lb$|aws_alb$|aws_elb$|azurerm_lb$|forwarding_rule$", "load_balancer"),
    (r"api_gateway_rest_api$|apigatewayv2_api$|api_management$", "api_gateway"),
    (r"cloudfront_distribution|cdn_endpoint|cdn_profile", "cdn"),
    (r"route53_zone$|dns_managed_zone$|dns_zone$", "dns"),
    (r"cloudwatch_event_rule|scheduler_job|eventbridge_rule", "scheduler"),
    (r"instance$|autoscaling_group$|ecs_service$|lambda_function$|function_app$|cloud_run\w*_service$|virtual_machine"
     r"|kubernetes_deployment|eks_cluster$|container_cluster$|app_service$|instance_group_manager$", "service"),
)  # fmt: skip
REFERENCE = re.compile(r"\b((?:aws|google|azurerm|kubernetes|digitalocean)_\w{1,80})\.([\w-]{1,80})")
COUNTS = ("desired_count", "desired_capacity", "num_cache_nodes", "number_of_broker_nodes", "count")


def read(text: str) -> Imported:
    try:
        import hcl2
        from lark.exceptions import LarkError
    except ImportError:
        raise ImportFailedError("this is Terraform, which is read where the extra `terraform` is installed") from None
    _refuse(text)
    try:
        value = hcl2.loads(text)
    except LarkError as error:
        raise ImportFailedError("this is not Terraform", line=getattr(error, "line", None)) from None
    except (RecursionError, ValueError, TypeError):
        raise ImportFailedError("this is not Terraform") from None
    return _Reader(value).read()


def _refuse(text: str) -> None:
    """Before the parser, whose time grows fast with nesting."""
    if len(text) > MAX_CHARACTERS:
        raise ImportFailedError(f"the Terraform is larger than {MAX_CHARACTERS:,} characters")
    depth = 0
    for number, line in enumerate(text.split("\n"), 1):
        for character in line:
            depth += (character in "{[(") - (character in "}])")
            if depth > MAX_NESTED:
                raise ImportFailedError(f"brackets are nested deeper than {MAX_NESTED} levels", line=number)


class _Reader:
    def __init__(self, value: Mapping[str, Any]) -> None:
        self.boxes = Boxes()
        self.resources: dict[str, tuple[str, str, Any]] = {}
        for block in value.get("resource") or []:
            for kind, named in _items(block):
                for name, body in _items(named):
                    self.resources[f"{kind}.{name}"] = (
                        kind,
                        name,
                        body[0] if isinstance(body, list) and body else body,
                    )
        for word in ("module", "data"):
            for block in value.get(word) or []:
                for name, _ in _items(block):
                    self.boxes.warnings.lost(word, "what is in it is not in this file", name=name)

    def read(self) -> Imported:
        helpers: dict[str, list[str]] = {}
        for key, (kind, name, body) in self.resources.items():
            found = next((each for pattern, each in KINDS if re.search(pattern, kind)), None)
            if found is None:
                helpers[key] = [each for each in _references(body) if each in self.resources]
                self.boxes.warnings.lost("resource", "no box of a drawing", name=kind)
                continue
            self._box(key, kind, name, body, found)
        for key, (_, _, body) in self.resources.items():
            if key in self.boxes.components:
                self._arrows(key, body, helpers)
        for key, item in self.boxes.components.items():
            if item["kind"] in ("load_balancer", "api_gateway", "cdn"):
                self._behind(key, helpers)
        return self.boxes.imported(nothing="there is no resource in it that runs or stores something")

    def _box(self, key: str, kind: str, name: str, body: Any, found: ComponentKind) -> None:
        given = body if isinstance(body, dict) else {}
        count = next((int(str(given[each])) for each in COUNTS if str(given.get(each, "")).isdecimal()), 1)
        if given.get("multi_az") is True:
            count = max(count, 2)
        label = str(given.get("name") or given.get("identifier") or name).strip('"')
        label = name if "${" in label or "." in label else label
        self.boxes.box(
            key,
            label,
            kind=found if found != "service" else None,
            technology=kind,
            note=f"Type: {given['instance_type']}" if given.get("instance_type") else "",
            **copies_of(found, count),
        )

    def _arrows(self, key: str, body: Any, helpers: Mapping[str, list[str]]) -> None:
        """Also through resources that are no boxes: a listener between a balancer and its targets."""
        seen, waiting = {key}, list(dict.fromkeys(_references(body)))
        while waiting:
            target = waiting.pop(0)
            if target in seen:
                continue
            seen.add(target)
            if target in self.boxes.components:
                self.boxes.call(key, target)
            else:
                waiting += helpers.get(target, [])

    def _behind(self, key: str, helpers: Mapping[str, list[str]]) -> None:
        """A balancer is named by its listeners, which name the groups that its targets join."""
        seen: set[str] = set()
        waiting = [each for each, named in helpers.items() if key in named]
        while waiting:
            helper = waiting.pop()
            if helper not in seen:
                seen.add(helper)
                waiting += [each for each in helpers[helper] if each in helpers]
        for target, (_, _, body) in self.resources.items():
            joins = target != key and target in self.boxes.components and seen & set(_references(body))
            if joins and not self.boxes.has_arrow(key, target):
                self.boxes.arrow(key, target)


def _items(block: Any) -> Iterator[tuple[str, Any]]:
    for name, value in block.items() if isinstance(block, dict) else []:
        if not str(name).startswith("__"):
            yield str(name).strip('"'), value


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
    elif isinstance(value, str):
        for kind, name in REFERENCE.findall(value[:2_000]):
            yield f"{kind}.{name}"
