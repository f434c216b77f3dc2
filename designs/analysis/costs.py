"""The monthly cost of a design: servers, stored data, calls and bytes sent; by list prices where no price is given."""

from __future__ import annotations

from calculators.engine.figures import Figures
from designs.analysis import values
from designs.analysis.burden import copies_of
from designs.analysis.graph import STORES
from designs.analysis.model import Model
from designs.analysis.sizes import answer_bytes
from designs.analysis.values import SECONDS_PER_DAY
from designs.analysis.working import Measured, Step, shown
from designs.document.diagram import Component
from designs.document.servers import servers

DAYS_PER_MONTH = 365.25 / 12
SECONDS_PER_MONTH = DAYS_PER_MONTH * SECONDS_PER_DAY
HOURS_PER_MONTH = DAYS_PER_MONTH * 24
# What is priced by the hour, as one small server, and what is priced by the call.
BY_THE_HOUR = {
    "web_server": "price-server", "service": "price-server", "worker": "price-server", "scheduler": "price-server",
    "reverse_proxy": "price-server", "cache": "price-server", "sql": "price-server", "wide_column": "price-server",
    "document_store": "price-server", "graph_store": "price-server", "time_series": "price-server",
    "search_index": "price-server", "stream": "price-server", "stream_processor": "price-server",
    "vector_index": "price-server", "model_server": "price-gpu", "gpu_pool": "price-gpu",
    "load_balancer": "price-load-balancer",
}  # fmt: skip
BY_THE_CALL = {"queue": "price-queue", "api_gateway": "price-api-gateway"}
AS_OBJECTS = frozenset({"object_store", "data_lake"})
ON_DISKS = STORES - AS_OBJECTS


def cost_per_month(model: Model, operation: str) -> Measured:  # noqa: ARG001  (cost is of the whole system)
    """Components at their given price or the list price of the smallest server, stored data, and bytes sent to
    clients.
    """
    total, steps, missing = 0.0, list[Step](), list[str]()
    for each, component in model.graph.components.items():
        if component.kind in ("client", "third_party"):
            if component.kind == "third_party" and values.money(component.cost) is None:
                missing.append(f"the cost of {model.graph.name(each)}")
            continue
        price = values.money(component.cost)
        found = (price, "as given in the design") if price is not None else _by_list(model, each, component)
        if found is None:
            missing.append(f"the cost of {model.graph.name(each)}")
            continue
        count = 1 if component.kind in BY_THE_CALL and price is None else servers(component)
        total += found[0] * count
        working = f"{count} × {values.said_money(found[0])} ({found[1]})"
        steps.append(Step(model.graph.name(each), working, values.said_money(found[0] * count)))
        if price is None:
            kept = _kept(model, each, component)
            if kept is not None:
                total += kept[0]
                steps.append(Step(f"Data in {model.graph.name(each)}", kept[1], values.said_money(kept[0])))
    for step, paid in _sent(model, missing):
        total += paid
        steps.append(step)
    steps.append(Step("Cost", "the sum, a month", values.said_money(total)))
    return shown(total, steps, missing, "at least" if missing else "exact")


def price_of_server(model: Model, each: str) -> float | None:
    """The monthly price of one more server of a component; None when unknown, or when the component is paid by the
    call.
    """
    component = model.graph.components[each]
    typed = values.money(component.cost)
    if typed is not None:
        return typed
    found = _by_list(model, each, component) if component.kind in BY_THE_HOUR else None
    return None if found is None else found[0]


def price_of_data_on_a_copy(model: Model, each: str) -> float:
    """The monthly price of one more copy of a store's data, where a typed price does not include it."""
    component = model.graph.components[each]
    if values.money(component.cost) is not None or component.kind in AS_OBJECTS:
        return 0.0
    kept = _kept(model, each, component)
    return 0.0 if kept is None else kept[0] / component.copies


def _by_list(model: Model, each: str, component: Component) -> tuple[float, str] | None:
    """The list price of one server, or of the calls: a lower bound, because the design may need a larger server."""
    figures, load = model.figures, model.loads.components[each]
    if component.kind in BY_THE_HOUR and (found := _price(figures, BY_THE_HOUR[component.kind])):
        return found[0] * HOURS_PER_MONTH, found[1]
    if component.kind in BY_THE_CALL and (found := _price(figures, BY_THE_CALL[component.kind])):
        return found[0] * load.average * SECONDS_PER_MONTH / 1e6, found[1]
    if component.kind in AS_OBJECTS and (found := _price(figures, "price-object-store-reads")):
        return found[0] * load.average * SECONDS_PER_MONTH / 1e6, f"its calls as reads; {found[1]}"
    if component.kind == "cdn":
        return 0.0, "paid by what it sends"
    return None


def _kept(model: Model, each: str, component: Component) -> tuple[float, str] | None:
    load = model.loads.stores.get(each)
    if load is None or load.bytes_kept is None:
        return None
    figure = "price-object-storage" if component.kind in AS_OBJECTS else "price-block-storage"
    found = _price(model.figures, figure)
    if found is None or component.kind not in STORES:
        return None
    copies = 1 if component.kind in AS_OBJECTS else copies_of(component)
    paid = load.bytes_kept * copies / 1e9 * found[0]
    return paid, f"{values.said_bytes(load.bytes_kept * copies)}, {copies} copies; {found[1]}"


def _price(figures: Figures, figure_id: str) -> tuple[float, str] | None:
    """The price in the newest source, and that source."""
    if figure_id not in figures.by_id:
        return None
    newest = figures[figure_id].latest
    return newest.low, str(newest.source)


def _sent(model: Model, missing: list[str]) -> list[tuple[Step, float]]:
    """The cost of answers sent out of the system; a CDN has its own price per byte."""
    direct, by_cdn, lacking = sent_bytes(model)
    missing += lacking
    found = []
    for amount, figure_id, words in (
        (direct, "price-egress", "Data sent to clients"),
        (by_cdn, "price-cdn", "Data sent by the CDN"),
    ):
        if amount and figure_id in model.figures.by_id:
            newest = model.figures[figure_id].latest
            paid = newest.paid_for(amount / 1e9)
            least = min((price for beyond, price in newest.tiers if beyond < amount / 1e9), default=newest.low)
            price = f"${newest.low:g} per GB" if least == newest.low else f"${newest.low:g} down to ${least:g} per GB"
            working = f"{values.said_bytes(amount)} a month at {price}, by its tiers; {newest.source}"
            found.append((Step(words, working, values.said_money(paid)), paid))
    return found


def sent_bytes(model: Model) -> tuple[float, float, list[str]]:
    """Bytes of answers sent to clients in a month, by servers and by a CDN, as far as known; and what is missing."""
    direct, by_cdn, missing = 0.0, 0.0, list[str]()
    for key, flow in model.flows.items():
        rate = model.loads.rates[key]
        size, lacking = answer_bytes(model.document, key, model.entity_keys, model.loads.sizes)
        if rate.average is None or flow.problem:
            missing.append(f"the traffic of {model.operation_name(key)}")
            continue
        if size is None:
            missing.append(lacking)
            continue
        amount = rate.average * size * SECONDS_PER_MONTH
        through = sum(
            flow.calls.get(hop.connection, 0.0)
            for hop in flow.hops
            if model.graph.components[hop.source].kind in ("client", "dns")
            and model.graph.components[hop.target].kind == "cdn"
        )
        by_cdn += amount * min(1.0, through)
        direct += amount * max(0.0, 1.0 - through)
    return direct, by_cdn, missing
