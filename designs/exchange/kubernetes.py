"""Kubernetes manifests: workloads are boxes; ingresses, services and addresses in the environment are arrows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from designs.exchange.boxes import Boxes, copies_of
from designs.exchange.hosts import Hosts
from designs.exchange.problems import MAX_BYTES, Imported, ImportFailedError
from web.reading.safe_yaml import YamlError, read_yaml_documents

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod")
HOST = re.compile(r"(?:^|[/@,;=\s])([a-z][a-z0-9-]{0,62})(?:\.[a-z0-9.-]{1,120})?(?=[:/,;\s]|$)")
OUTSIDE = "(outside)"
Json = Mapping[str, Any]


def read(text: str) -> Imported:
    try:
        documents = read_yaml_documents(text.encode(errors="replace"), file="", limit_bytes=MAX_BYTES)
    except YamlError as error:
        raise ImportFailedError(error.message, line=error.line) from None
    objects = [each for document in documents for each in _listed(document.value)]
    if not any(each.get("kind") for each in objects):
        raise ImportFailedError("a Kubernetes manifest says `apiVersion` and `kind`", line=1)
    return _Reader(objects).read()


def _listed(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        items = value.get("items") if value.get("kind") == "List" else None
        yield from (each for each in items if isinstance(each, dict)) if isinstance(items, list) else [value]


def _at(value: Any, *path: str) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _labelled(each: Json, label: tuple[str, Any]) -> tuple[str, str, str]:
    """Its namespace, and a label with its value in JSON's types: 1 is not "1"."""
    return _space(each), label[0], repr(label[1])


def _name(each: Json) -> str:
    return str(_at(each, "metadata", "name") or "")


def _space(each: Json) -> str:
    return str(_at(each, "metadata", "namespace") or "")


class _Reader:
    def __init__(self, objects: list[Json]) -> None:
        self.boxes, self.hosts = Boxes(), Hosts(HOST)
        self.workloads = [each for each in objects if each.get("kind") in WORKLOADS and _name(each)]
        self.services = [each for each in objects if each.get("kind") == "Service"]
        self.ingresses = [each for each in objects if each.get("kind") in ("Ingress", "HTTPRoute")]
        self.scalers = [each for each in objects if each.get("kind") == "HorizontalPodAutoscaler"]
        self.scalers_of: dict[str, list[Json]] = {}
        for each in self.scalers:
            self.scalers_of.setdefault(str(_at(each, "spec", "scaleTargetRef", "name")), []).append(each)
        self.configs = {
            (_space(each), _name(each)): _mapping(each.get("data"))
            for each in objects
            if each.get("kind") == "ConfigMap"
        }
        self.used_configs: set[tuple[str, str]] = set()
        read = [*self.workloads, *self.services, *self.ingresses, *self.scalers]
        known = {id(each) for each in read} | {id(each) for each in objects if each.get("kind") == "ConfigMap"}
        for each in objects:
            if id(each) not in known:
                kind = str(each.get("kind") or "object without a kind")
                self.boxes.warnings.lost(kind, "a design has no place for {them}", name=_name(each))
        self.behind: dict[str, tuple[str, ...]] = {}
        self.labelled: dict[tuple[str, str, str], list[Json]] = {}
        for each in self.workloads:
            for label in self._labels(each).items():
                self.labelled.setdefault(_labelled(each, label), []).append(each)
        self.selected: dict[tuple[str, ...], tuple[str, ...]] = {}

    def read(self) -> Imported:
        spaces = dict.fromkeys(_space(each) for each in self.workloads)
        if len(spaces) > 1:
            for space in spaces:
                if space:
                    self.boxes.zone(space)
        for each in self.workloads:
            self._workload(each)
        for each in self.services:
            self._service(each)
        for each in self.ingresses:
            self._ingress(each)
        for each in self.workloads:
            self._arrows(each)
        for space, name in (each for each in self.configs if each not in self.used_configs):
            self.boxes.warnings.lost("ConfigMap", "no workload here is given it", name=f"{space} {name}".strip())
        return self.boxes.imported(nothing="there is no Deployment, StatefulSet or other workload in it")

    def _key(self, each: Json) -> str:
        return f"{each.get('kind')} {_space(each)} {_name(each)}"

    def _pod(self, each: Json) -> Json:
        spec = _mapping(each.get("spec"))
        if each.get("kind") == "CronJob":
            spec = _mapping(_at(spec, "jobTemplate", "spec"))
        return spec if each.get("kind") == "Pod" else _mapping(_at(spec, "template", "spec"))

    def _labels(self, each: Json) -> Json:
        place = ("metadata", "labels") if each.get("kind") == "Pod" else ("spec", "template", "metadata", "labels")
        return _mapping(_at(each, *place))

    def _containers(self, each: Json) -> list[Json]:
        return [_mapping(one) for one in _list(self._pod(each).get("containers"))]

    def _workload(self, each: Json) -> None:
        containers = self._containers(each)
        image = str(containers[0].get("image") or "").rpartition("/")[2].partition("@")[0] if containers else ""
        name, product = _name(each), image.partition(":")[0]
        kind = self.boxes.guessed(name, product)
        given: Any = "worker" if each.get("kind") == "Job" else "scheduler" if each.get("kind") == "CronJob" else None
        replicas = _at(each, "spec", "replicas")
        count = replicas if isinstance(replicas, int) else 1
        notes = []
        for scaler in self.scalers_of.get(name, []):
            least, most = _at(scaler, "spec", "minReplicas"), _at(scaler, "spec", "maxReplicas")
            count = least if isinstance(least, int) else count
            notes.append(f"Scales by itself from {count} to {most}")
        if each.get("kind") == "DaemonSet":
            notes.append("One on each node")
        for container in containers:
            limits = _mapping(_at(container, "resources", "limits"))
            if limits:
                notes.append(f"Limits of {container.get('name')}: " + ", ".join(f"{k} {v}" for k, v in limits.items()))
        for container in containers[1:]:
            why = "a box is one thing that runs; the first container is it"
            self.boxes.warnings.lost("container of a pod", why, name=f"{name} – {container.get('name')}")
        for spread in _list(self._pod(each).get("topologySpreadConstraints")):
            notes.append(f"Spread over {str(_at(spread, 'topologyKey')).rpartition('/')[2]}s, which are not named")
        noticed = _noticed(containers)
        if noticed:
            why = "the time until a restart is done is not in it"
            self.boxes.warnings.lost("recovery time", why, name=name, fate="taken from a liveness probe")
        self.boxes.box(
            self._key(each),
            name,
            kind=given,
            hint=product,
            zone=_space(each) if _space(each) in self.boxes.zones else "",
            technology=image[:200],
            stateful=each.get("kind") == "StatefulSet",
            recovery_time=noticed,
            note="\n".join(notes),
            **copies_of(given or kind, count),
        )

    def _selected(self, each: Json) -> tuple[str, ...]:
        """Keys of the workloads that have all labels of the service's selector; one tuple for equal selectors."""
        selector = _mapping(_at(each, "spec", "selector"))
        places = sorted(_labelled(each, label) for label in selector.items())
        asked = tuple(part for place in places for part in place)
        if asked not in self.selected:
            fewest = min((self.labelled.get(place, []) for place in places), key=len, default=[])
            self.selected[asked] = tuple(
                self._key(one) for one in fewest if selector.items() <= self._labels(one).items()
            )
        return self.selected[asked]

    def _service(self, each: Json) -> None:
        found = self._selected(each)
        if outside := str(_at(each, "spec", "externalName") or ""):
            key = f"service {_space(each)} {_name(each)}"
            kind = self.boxes.guessed(_name(each), outside)
            zone = _space(each) if _space(each) in self.boxes.zones else ""
            self.boxes.box(key, _name(each), kind=kind if kind != "service" else "third_party", zone=zone, note=outside)
            found = (key,)
        self.behind[f"{_space(each)} {_name(each)}"] = found
        if not found:
            self.boxes.warnings.lost("Service", "no workload here has its labels", name=_name(each))
        if _at(each, "spec", "type") in ("LoadBalancer", "NodePort") and found:
            self._enter(f"service {_space(each)} {_name(each)}", f"{_name(each)} load balancer", "load_balancer", found)

    def _ingress(self, each: Json) -> None:
        names: list[str] = []
        for rule in _list(_at(each, "spec", "rules")):
            for path in _list(_at(rule, "http", "paths")):
                names.append(str(_at(path, "backend", "service", "name") or _at(path, "backend", "serviceName") or ""))
            names += [str(_at(one, "name") or "") for one in _list(_at(rule, "backendRefs"))]
        names.append(str(_at(each, "spec", "defaultBackend", "service", "name") or ""))
        targets: dict[str, None] = {}
        for name in dict.fromkeys(each for each in names if each):
            found = self.behind.get(f"{_space(each)} {name}", ())
            if not found:
                self.boxes.warnings.lost("route", "{their} service leads to nothing here", name=name)
            targets.update(dict.fromkeys(found))
        self._enter(f"ingress {_space(each)} {_name(each)}", f"{_name(each)} ingress", "reverse_proxy", targets)

    def _enter(self, key: str, label: str, kind: Any, targets: Iterable[str]) -> None:
        """Adds an entry from outside."""
        self.boxes.box(OUTSIDE, "Users", kind="client")
        space = key.split(" ")[1]
        self.boxes.box(key, label, kind=kind, zone=space if space in self.boxes.zones else "")
        self.boxes.arrow(OUTSIDE, key)
        for target in targets:
            self.boxes.arrow(key, target)

    def _arrows(self, each: Json) -> None:
        source = self._key(each)
        done: set[tuple[str, ...]] = set()  # many hosts may lead to the same workloads
        for container in self._containers(each):
            values = [str(_mapping(one).get("value") or "") for one in _list(container.get("env"))]
            values += self._configured(each, container)
            values += [str(one) for one in [*_list(container.get("args")), *_list(container.get("command"))]]
            for host in self.hosts.named_in(values):
                targets = self.behind.get(f"{_space(each)} {host}", ())
                if targets in done:
                    continue
                done.add(targets)
                for target in targets:
                    if target != source and not self.boxes.has_arrow(source, target):
                        self.boxes.call(source, target)

    def _configured(self, each: Json, container: Json) -> Iterator[str]:
        """The configuration that a container gets from ConfigMaps of its namespace."""
        for one in _list(container.get("envFrom")):
            place = (_space(each), str(_at(one, "configMapRef", "name") or ""))
            if place in self.configs:
                self.used_configs.add(place)
                yield from (str(value) for value in self.configs[place].values())
        for one in _list(container.get("env")):
            place = (_space(each), str(_at(one, "valueFrom", "configMapKeyRef", "name") or ""))
            if place in self.configs:
                self.used_configs.add(place)
                yield str(self.configs[place].get(str(_at(one, "valueFrom", "configMapKeyRef", "key")), ""))


def _noticed(containers: list[Json]) -> str:
    """How long the liveness probe takes to notice a failure, after which the pod is restarted.

    Defaults are 3 failures at every 10 s (Kubernetes, Probe v1 core).
    """
    probe = _mapping(containers[0].get("livenessProbe")) if containers else {}
    period, failures = probe.get("periodSeconds", 10), probe.get("failureThreshold", 3)
    if not probe or not isinstance(period, int) or not isinstance(failures, int):
        return ""
    return f"{period * failures} s"
