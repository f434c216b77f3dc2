"""Docker Compose: services are boxes; dependencies and addresses in their configuration are arrows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from designs.exchange.boxes import Boxes, copies_of, is_store
from designs.exchange.hosts import Hosts
from designs.exchange.problems import MAX_BYTES, Imported, ImportFailedError
from web.reading.safe_yaml import YamlError, read_yaml

OUTSIDE = "(outside)"
# A host in an address: `postgres://user:secret@db:5432/shop`, `amqp://queue`, `db:5432`.
DEFAULT = re.compile(r"\$\{\w{1,60}:?-([^${}]*)\}")
HOST = re.compile(r"(?:^|[/@,;=\s])([A-Za-z][\w.-]{0,62})(?=[:/,;\s]|$)")
DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?")
LEFT_OUT = {"volumes": "volume", "secrets": "secret", "configs": "config"}
RESTARTS = ("always", "unless-stopped", "on-failure", "any")


def read(text: str) -> Imported:
    try:
        value = read_yaml(text.encode(errors="replace"), file="", limit_bytes=MAX_BYTES, aliases=True).value
    except YamlError as error:
        raise ImportFailedError(error.message, line=error.line) from None
    services = value.get("services") if isinstance(value, dict) else None
    if not isinstance(services, dict) or not services:
        raise ImportFailedError("a compose file has `services`, each with an image or a build")
    boxes = Boxes()
    boxes.title = str(value.get("name") or "")
    described: dict[str, Mapping[str, Any]] = {key: _mapping(_defaulted(each)) for key, each in services.items()}
    hosts = Hosts(HOST)
    described = {key: _extended(key, described, boxes, hosts) for key in described}
    _zones(described, boxes)
    for key, service in described.items():
        _service(key, service, boxes)
    called = {str(each.get("container_name") or name): name for name, each in described.items()}
    called |= {name: name for name in described}
    for key, service in described.items():
        _arrows(key, service, called, boxes, hosts)
    _outside(described, boxes)
    included = value.get("include")
    for each in included if isinstance(included, list) else []:
        boxes.warnings.lost("included file", "another file is not read", name=str(_mapping(each).get("path", each)))
    for word, noun in LEFT_OUT.items():
        for name in _mapping(value.get(word)):
            boxes.warnings.lost(noun, "a design has no place for {them}", name=name)
    return boxes.imported(nothing="there is no service")


def _defaulted(value: Any) -> Any:
    """`${REPLICAS:-3}` without the variable is 3, in all texts inside."""
    if isinstance(value, dict):
        return {key: _defaulted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_defaulted(each) for each in value]
    return DEFAULT.sub(r"\1", value) if isinstance(value, str) and "${" in value else value


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _zones(services: Mapping[str, Mapping[str, Any]], boxes: Boxes) -> None:
    """Networks become zones when they separate the services: each service in one, and more than one network."""
    networks = {key: _names(each.get("networks")) for key, each in services.items()}
    all_names = dict.fromkeys(name for names in networks.values() for name in names)
    if len(all_names) > 1 and all(len(names) <= 1 for names in networks.values()):
        for name in all_names:
            boxes.zone(name)
    else:
        why = "a design's box lies in one zone" if len(all_names) > 1 else "one zone tells no boxes apart"
        for name in all_names:
            boxes.warnings.lost("network", why, name=name)


NOT_INHERITED = ("depends_on", "links", "volumes_from", "profiles", "extends")
MAX_EXTENDED = 10


def _extended(key: str, services: Mapping[str, Mapping[str, Any]], boxes: Boxes, hosts: Hosts) -> Mapping[str, Any]:
    """A service with what it inherits from another one of the file (`extends`), as Compose merges it."""
    found: Mapping[str, Any] = services[key]
    seen, at = {key}, found
    while (base := at.get("extends")) and len(seen) <= MAX_EXTENDED:
        name = str(_mapping(base).get("service") or "") if isinstance(base, dict) else str(base)
        if _mapping(base).get("file") or name not in services or name in seen:
            boxes.warnings.lost("base of a service", "it is not in this file", name=f"{key} – {name}")
            break
        seen.add(name)
        at = services[name]
        hosts.count(len(str(at)))
        own = {word: value for word, value in at.items() if word not in NOT_INHERITED}
        told = {**_told(own.get("environment")), **_told(found.get("environment"))}
        found = {**own, **found} | ({"environment": told} if told else {})
    return found


def _told(environment: Any) -> dict[str, Any]:
    """Environment variables, written as `KEY: value` or `KEY=value`."""
    if isinstance(environment, dict):
        return environment
    return dict(each.partition("=")[::2] for each in _names(environment))


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return list(value)
    return [str(each) for each in value] if isinstance(value, list) else []


def _service(key: str, service: Mapping[str, Any], boxes: Boxes) -> None:
    image = str(service.get("image") or "")
    product = image.rpartition("/")[2].partition("@")[0]
    deploy = _mapping(service.get("deploy"))
    networks = _names(service.get("networks"))
    zone = networks[0] if len(networks) == 1 and networks[0] in boxes.zones else ""
    kind = boxes.guessed(key, product.partition(":")[0])
    notes = [*_limits(deploy), *_health(service)]
    if deploy.get("mode") in ("global", "global-job"):
        notes.append("One on each node")
    if profiles := _names(service.get("profiles")):
        notes.append(f"Runs with the profile {', '.join(profiles)} only")
    noticed = _noticed(service)
    if noticed:
        why = "the time until a restart is done is not in it"
        boxes.warnings.lost("recovery time", why, name=key, fate="taken from a health check")
    boxes.box(
        key,
        str(service.get("container_name") or key),
        hint=product.partition(":")[0],
        zone=zone,
        technology=product[:200],
        stateful=any(_is_named_volume(each) for each in service.get("volumes") or []) if is_store(kind) else False,
        recovery_time=noticed,
        note="\n".join(notes),
        **copies_of(kind, _replicas(service, deploy)),
    )


def _replicas(service: Mapping[str, Any], deploy: Mapping[str, Any]) -> int:
    count = deploy.get("replicas", service.get("scale", 1))
    if isinstance(count, str) and re.fullmatch(r"[0-9]{1,6}", count):
        return int(count)
    return count if isinstance(count, int) and not isinstance(count, bool) else 1


def _limits(deploy: Mapping[str, Any]) -> Iterator[str]:
    limits = _mapping(_mapping(deploy.get("resources")).get("limits"))
    said = [f"{limits[name]} {words}" for name, words in (("cpus", "CPUs"), ("memory", "memory")) if limits.get(name)]
    if said:
        yield f"Limits: {', '.join(said)}"


def _health(service: Mapping[str, Any]) -> Iterator[str]:
    check = _mapping(service.get("healthcheck"))
    if check and not check.get("disable"):
        yield f"Health check every {check.get('interval', '30s')}, {check.get('retries', 3)} tries"


def _noticed(service: Mapping[str, Any]) -> str:
    """How long a failure lasts before it is noticed, where the service is restarted after a failure.

    Docker's defaults are a check every 30 s and 3 tries (Dockerfile reference, HEALTHCHECK).
    """
    check = _mapping(service.get("healthcheck"))
    policy = _mapping(_mapping(service.get("deploy")).get("restart_policy")).get("condition", service.get("restart"))
    retries = check.get("retries", 3)
    seconds = _seconds(str(check.get("interval", "30s")))
    if not check or check.get("disable") or str(policy) not in RESTARTS or not isinstance(retries, int) or not seconds:
        return ""
    return f"{seconds * retries:g} s"


def _seconds(text: str) -> float:
    found = DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return 0
    return sum(float(part or 0) * unit for part, unit in zip(found.groups(), (3600, 60, 1, 0.001), strict=True))


def _is_named_volume(volume: Any) -> bool:
    if isinstance(volume, dict):
        return bool(volume.get("type", "volume") == "volume")
    return isinstance(volume, str) and not volume.startswith((".", "/", "~")) and ":" in volume


def _arrows(key: str, service: Mapping[str, Any], called: Mapping[str, str], boxes: Boxes, hosts: Hosts) -> None:
    """`called` gives the service of a name: its own, or that of its container."""
    targets = [*_names(service.get("depends_on")), *(each.partition(":")[0] for each in _names(service.get("links")))]
    targets += [called[host] for host in hosts.named_in(_settings(service)) if host in called]
    for target in dict.fromkeys(targets):
        is_here = called.get(target) == target
        if is_here and target != key:
            boxes.call(key, target)
        elif not is_here:
            boxes.warnings.lost("dependency", "the file has no service of that name", name=f"{key} – {target}")


def _settings(service: Mapping[str, Any]) -> Iterator[str]:
    """The values of the environment and the command of the service."""
    environment = service.get("environment")
    values = list(environment.values()) if isinstance(environment, dict) else _names(environment)
    values = [*values, service.get("command") or ""]
    for value in values:
        yield " ".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _outside(services: Mapping[str, Mapping[str, Any]], boxes: Boxes) -> None:
    """The callers of the published ports. Ports of stores are published for developers, not for users."""
    called = {
        key: ports
        for key, service in services.items()
        if (ports := list(_published(service))) and not is_store(boxes.components[key]["kind"])
    }
    if not called:
        return
    boxes.box(OUTSIDE, "Users", kind="client")
    for key, ports in called.items():
        boxes.arrow(OUTSIDE, key, f"port {', '.join(dict.fromkeys(ports))}")
        boxes.warnings.lost("service", "{their} ports are published", name=key, fate="joined to a new box of users")


def _published(service: Mapping[str, Any]) -> Iterator[str]:
    for port in service.get("ports") or []:
        if isinstance(port, dict):
            yield str(port.get("published") or port.get("target") or "")
        else:
            yield str(port).partition("/")[0].rpartition(":")[0].rpartition(":")[2] or str(port).partition("/")[0]
