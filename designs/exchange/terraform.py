"""Terraform: resources that run, store or transport something are boxes; references between resources are arrows.

Needs python-hcl2, the optional extra `terraform`.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from typing import Any

from designs.document.kinds import ComponentKind
from designs.document.limits import MAX_CONNECTIONS
from designs.exchange.boxes import Boxes, copies_of
from designs.exchange.lengths import refuse_longer
from designs.exchange.problems import Imported, ImportFailedError

MAX_CHARACTERS = 100_000
MOST_WORDS = 18_000
MAX_NESTED = 40
# By words in a resource's type; the first match decides.
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
COUNTS = (
    *("desired_count", "desired_capacity", "num_node_groups", "num_cache_nodes", "number_of_broker_nodes", "min_size"),
    *("replicas", "count"),
)
VARIABLE = re.compile(r"\$?\{?\s*+(?:local|var)\.(\w{1,80}+)\s*+\}?")
LITERALS = re.compile(r"\$?\{?\s*+(?:toset\(\s*+)?\[([^\[\]]{0,2000}+)\]\s*+\)?\s*+\}?")
SUBNETS = ("vpc_zone_identifier", "subnet_ids", "subnets", "subnet_id")
# Resources that pass messages from one resource to another and are no boxes.
MAPPING = re.compile(r"event_source_mapping$|_pipes_pipe$")


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
    """Refuses deep nesting before the parser runs, because its time grows fast with nesting."""
    if len(text) > MAX_CHARACTERS:
        raise ImportFailedError(f"the Terraform is larger than {MAX_CHARACTERS:,} characters")
    refuse_longer(text, MOST_WORDS, "Terraform")
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
        self.values = _values(value)
        for block in value.get("resource") or []:
            for kind, named in _items(block):
                for name, body in _items(named):
                    self.resources[f"{kind}.{name}"] = (
                        kind,
                        name,
                        body[0] if isinstance(body, list) and body else body,
                    )
        self.references = {key: list(dict.fromkeys(_references(body))) for key, (_, _, body) in self.resources.items()}
        self.naming: dict[str, list[str]] = defaultdict(list)  # by resource: those that refer to it, as in the file
        for key, named in self.references.items():
            for each in named:
                self.naming[each].append(key)
        self.places = {key: at for at, key in enumerate(self.resources)}
        self.zones_of_locals: dict[str, list[str]] = {}
        for word in ("module", "data"):
            for block in value.get(word) or []:
                for name, _ in _items(block):
                    self.boxes.warnings.lost(word, "what is in it is not in this file", name=name)

    def read(self) -> Imported:
        helpers: dict[str, list[str]] = {}
        for key, (kind, name, body) in self.resources.items():
            found = next((each for pattern, each in KINDS if re.search(pattern, kind)), None)
            if found is None:
                helpers[key] = [each for each in self.references[key] if each in self.resources]
                if not MAPPING.search(kind):
                    self.boxes.warnings.lost("resource", "no box of a drawing", name=kind)
                continue
            self._box(key, kind, name, body, found)
        taking = self._taken()
        told: dict[str, set[str]] = defaultdict(set)
        for source, target in taking:
            told[target].add(source)
        for key, (_, _, body) in self.resources.items():
            if key in self.boxes.components:
                self._arrows(key, body, helpers, told[key])
        for source, target in taking:
            self.boxes.arrow(source, target, kind="async")
        for key, item in self.boxes.components.items():
            if item["kind"] in ("load_balancer", "api_gateway", "cdn"):
                self._behind(key, helpers)
        return self.boxes.imported(nothing="there is no resource in it that runs or stores something")

    def _box(self, key: str, kind: str, name: str, body: Any, found: ComponentKind) -> None:
        given = body if isinstance(body, dict) else {}
        label = str(given.get("name") or given.get("identifier") or name).strip('"')
        label = name if "${" in label or "." in label else label
        self.boxes.box(
            key,
            label,
            kind=found if found != "service" else None,
            technology=kind,
            note=self._note(given),
            backup_every="1 day" if _whole(given.get("backup_retention_period")) else "",
            dead_letters="redrive_policy" in given,
            zones=self._zones(given),
            **copies_of(found, self._count(key, given)),
        )
        if found == "sql" and given.get("multi_az") is True:
            # AWS, RDS Multi-AZ DB instance deployments: a standby in another zone, kept the same, that takes no reads.
            self.boxes.box(key, copies=2, replication="synchronous", reads_from="leader")

    def _note(self, given: Mapping[str, Any]) -> str:
        said = [f"Type: {given['instance_type']}" if given.get("instance_type") else ""]
        if replicas := _whole(given.get("replicas_per_node_group")):
            said.append(f"Copies of each part: {1 + replicas}")
        if most := _whole(given.get("max_size")):
            said.append(f"Scales by itself up to {most}")
        return "\n".join(each for each in said if each)

    def _count(self, key: str, given: Mapping[str, Any]) -> int:
        """The number of instances; an expression that only Terraform can evaluate counts as one, with a remark."""
        for field in COUNTS:
            if field in given:
                number = _whole(self._known(given[field]))
                if number is None:
                    self.boxes.warnings.lost(
                        "number", "it is known when Terraform runs", name=f"{key} {field}", fate="read as 1"
                    )
                return number or 1
        each = self._known(given.get("for_each"))
        if isinstance(each, dict | list):
            return max(1, sum(1 for name in each if not str(name).startswith("__")))
        if isinstance(each, str) and (listed := LITERALS.fullmatch(each)):
            return max(1, len([item for item in listed[1].split(",") if item.strip()]))
        if each is not None:
            self.boxes.warnings.lost(
                "number", "it is known when Terraform runs", name=f"{key} for_each", fate="read as 1"
            )
        return 1

    def _known(self, value: Any) -> Any:
        """The value of a local, or the default of a variable."""
        found = VARIABLE.fullmatch(value) if isinstance(value, str) else None
        return self.values.get(found[1], value) if found else value

    def _zones(self, given: Mapping[str, Any]) -> dict[str, bool]:
        """The availability zones of a resource or of its subnets."""
        names = _texts(self._known(given.get("availability_zones"))) + _texts(given.get("availability_zone"))
        for field in SUBNETS:
            names += self._zones_of_subnets(given.get(field))
        named = [each for each in dict.fromkeys(names) if each and "${" not in each]
        for each in named:
            if each not in self.boxes.zones:
                self.boxes.zone(each, kind="zone")
        return dict.fromkeys(named, True)

    def _zones_of_subnets(self, value: Any) -> list[str]:
        """A local value, which many resources may share, is gone through once."""
        if isinstance(value, str) and value in self.zones_of_locals:
            return self.zones_of_locals[value]
        names: list[str] = []
        for subnet in dict.fromkeys(_references(self._known(value))):
            _, _, body = self.resources.get(subnet, ("", "", None))
            names += _texts(body.get("availability_zone")) if isinstance(body, dict) else []
        names = list(dict.fromkeys(names))
        if isinstance(value, str):
            self.zones_of_locals[value] = names
        return names

    def _taken(self) -> list[tuple[str, str]]:
        """Arrows from resources that hold messages to the resources that they trigger."""
        found: list[tuple[str, str]] = []
        for key, (kind, _, _) in self.resources.items():
            if MAPPING.search(kind):
                named = [each for each in self.references[key] if each in self.boxes.components]
                sources = [
                    each for each in named if self.boxes.components[each]["kind"] in ("queue", "stream", "pubsub")
                ]
                targets = [each for each in named if each not in sources]
                if len(found) + len(sources) * len(targets) > MAX_CONNECTIONS:
                    raise ImportFailedError(f"there are more than {MAX_CONNECTIONS:,} arrows")
                found += [(source, target) for source in sources for target in targets]
        return found

    def _arrows(self, key: str, body: Any, helpers: Mapping[str, list[str]], told: set[str]) -> None:
        """Arrows, also through resources that are no boxes: a listener between a balancer and its targets.

        `told` are resources whose messages it receives, so that a reference to them is no call.
        """
        seen, waiting = {key, *told}, deque(self.references[key])
        copied = set(_references(body.get("replicate_source_db"))) if isinstance(body, dict) else set[str]()
        while waiting:
            target = waiting.popleft()
            if target in seen:
                continue
            seen.add(target)
            if target in copied and target in self.boxes.components:
                self.boxes.arrow(target, key, kind="replication")
            elif target in self.boxes.components:
                self.boxes.call(key, target)
            else:
                waiting += helpers.get(target, [])

    def _behind(self, key: str, helpers: Mapping[str, list[str]]) -> None:
        """Listeners name their balancer and the target groups that its targets join."""
        seen: set[str] = set()
        waiting = [each for each in self.naming[key] if each in helpers]
        while waiting:
            helper = waiting.pop()
            if helper not in seen:
                seen.add(helper)
                waiting += [each for each in helpers[helper] if each in helpers]
        joining = {each for helper in seen for each in self.naming[helper] if each in self.boxes.components}
        for target in sorted(joining - {key}, key=self.places.__getitem__):
            if not self.boxes.has_arrow(key, target):
                self.boxes.arrow(key, target)


def _values(value: Mapping[str, Any]) -> dict[str, Any]:
    """Local values, and the defaults of variables."""
    found: dict[str, Any] = {}
    for block in value.get("locals") or []:
        found |= dict(_items(block))
    for block in value.get("variable") or []:
        for name, body in _items(block):
            given = body[0] if isinstance(body, list) and body else body
            if isinstance(given, dict) and "default" in given:
                found[name] = given["default"]
    return found


def _items(block: Any) -> Iterator[tuple[str, Any]]:
    for name, value in block.items() if isinstance(block, dict) else []:
        if not str(name).startswith("__"):
            yield str(name).strip('"'), value


def _whole(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each.strip('"') for each in values if isinstance(each, str)]


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
