"""The page of an analysis: its figures in words, and its charts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from calculators.engine.wording import number_text
from designs.analysis import values
from designs.analysis.caching import is_hit_unsaid
from designs.analysis.findings import Finding
from designs.analysis.load import ComponentLoad
from designs.analysis.reliability import Availability
from designs.analysis.report import Analysis, after
from designs.analysis.requirements import METRIC_NAMES, RequirementResult
from designs.analysis.settling import Held
from designs.analysis.surviving import single_points
from designs.document.basics import in_order
from designs.document.describe import Difference, describe
from designs.document.diagram import Component, Connection, Diagram
from designs.document.diagram_fields import COMPONENT_FIELDS, CONNECTION_FIELDS, Field
from designs.document.patches import apply
from designs.methods.method import AREAS
from studyguide.models import Topic
from web.charts.rows import Bar, Heads, bar_chart

UNKNOWN = "not known"
LEAST_WAIT_S = 1e-9
LEAST_DOUBT = 0.005
MOST_PAIRS = 12
MOST_DIFFERENCES = 12
VERDICT_CSS = {"pass": "good", "fail": "bad", "cannot tell": "warn"}
SEVERITY_CSS = {"high": "bad", "medium": "warn", "low": ""}
STEPS_BELOW, STEPS_ABOVE = -10, 20  # tenths of a decade: from ×0.1 to ×100


def summary(analysis: Analysis) -> dict[str, Any]:
    """The main figures at the top of the page."""
    verdicts = [result.verdict for result in analysis.requirements]
    open_ones = analysis.open_findings
    first = analysis.breaks_first[0] if analysis.breaks_first else None
    reached = [reach.availability.value for reach in analysis.model.reach.values() if reach.availability]
    return {
        "passing": verdicts.count("pass"),
        "failing": verdicts.count("fail"),
        "untold": verdicts.count("cannot tell"),
        "open": len(open_ones),
        "high": sum(each.severity == "high" for each in open_ones),
        "answered": len(analysis.findings) - len(open_ones),
        "first": analysis.model.graph.name(first.component) if first else "",
        "first_times": said_times(first.times) if first else "",
        "first_is_over": first is not None and first.times < 1,
        "worst": values.said_share(min(reached)) if reached else "",
    }


def requirement_rows(analysis: Analysis) -> list[dict[str, Any]]:
    return [_requirement(analysis, each) for each in analysis.requirements]


def _requirement(analysis: Analysis, result: RequirementResult) -> dict[str, Any]:
    requirement = analysis.document.scope.measurable_requirements[result.requirement]
    where = analysis.model.operation_name(result.operation) if result.operation else "everything"
    metric = METRIC_NAMES.get(result.metric, "")
    decided = result.decided_by and result.decided_by != result.operation
    return {
        "title": f"{metric[:1].upper()}{metric[1:]} of {where}" if metric else requirement.text or result.requirement,
        "text": requirement.text if metric else "",
        "result": result,
        "css": VERDICT_CSS[result.verdict],
        "decided_by": analysis.model.operation_name(result.decided_by) if decided else "",
    }


@dataclass(frozen=True)
class Place:
    """A step of the design where an element that a finding names can be changed; `anchor` is its row there."""

    area: str
    name: str
    anchor: str = ""


# For each kind of element, the step where it is changed and the prefix of its row there.
STEP_OF = {
    "component": ("high-level", ""),
    "connection": ("high-level", ""),
    "zone": ("high-level", ""),
    "operation": ("api", "r-api-operations-"),
    "entity": ("data-model", "r-data_model-entities-"),
    "requirement": ("understand", "r-scope-measurable_requirements-"),
    "estimate": ("estimate", ""),
}
MOST_PLACES = 4


@dataclass(frozen=True)
class ShownFinding:
    finding: Finding
    css: str
    operations: str
    topic: str
    remedies: list[dict[str, Any]]
    response: str
    mitigation: str
    places: tuple[Place, ...] = ()

    @property
    def is_answered(self) -> bool:
        return self.response in ("mitigated", "accepted")


def finding_cards(analysis: Analysis) -> list[ShownFinding]:
    """Open findings first, then answered ones."""
    titles = topic_titles(slug for each in analysis.findings for slug in _slugs(each))
    shown = [_card(analysis, each, titles) for each in analysis.findings]
    return sorted(shown, key=lambda card: card.is_answered)


def _slugs(finding: Finding) -> list[str]:
    return [finding.topic, *(remedy.topic for remedy in finding.remedies)]


def _card(analysis: Analysis, finding: Finding, titles: Mapping[str, str]) -> ShownFinding:
    answer = analysis.answers.get(finding.key)
    return ShownFinding(
        finding=finding,
        css=SEVERITY_CSS[finding.severity],
        operations=", ".join(analysis.model.operation_name(each) for each in finding.operations),
        topic=titles.get(finding.topic, ""),
        remedies=[
            {"number": number, "remedy": remedy, "topic": titles.get(remedy.topic, "")}
            for number, remedy in enumerate(finding.remedies)
        ],
        response=answer.response if answer else "open",
        mitigation=answer.mitigation if answer else "",
        places=_places(finding),
    )


def _places(finding: Finding) -> tuple[Place, ...]:
    """The drawing appears once for all boxes; each operation and entity has a place of its own."""
    found: dict[tuple[str, str], Place] = {}
    for each in finding.elements:
        area, row = STEP_OF[each.kind]
        anchor = f"{row}{each.id}" if row else ""
        name = f"{AREAS[area].title}: {each.name}" if row else AREAS[area].title
        found.setdefault((area, anchor), Place(area, name, anchor))
    return tuple(found.values())[:MOST_PLACES]


def topic_titles(slugs: Iterable[str]) -> dict[str, str]:
    """Titles of the topics that exist on the site."""
    return dict(Topic.objects.filter(slug__in=set(slugs)).values_list("slug", "title"))


@dataclass(frozen=True)
class Trial:
    """A remedy before and after: the changes to the design, and the changed results."""

    finding: Finding
    number: int
    title: str
    differences: list[Difference]
    requirements: list[dict[str, Any]]
    loads: list[dict[str, str]]
    gone: list[str]
    new: list[str]


def trial_of(analysis: Analysis, document: Mapping[str, Any], finding: Finding, number: int) -> Trial | None:
    """None for a remedy that cannot be tried."""
    if not 0 <= number < len(finding.remedies) or finding.remedies[number].patch is None:
        return None
    remedy = finding.remedies[number]
    then = after(document, remedy.patch or {}, analysis.model.figures)
    differences = describe(document, apply(document, remedy.patch))
    before_keys, after_keys = ({each.key for each in found.findings} for found in (analysis, then))
    return Trial(
        finding=finding,
        number=number,
        title=remedy.title,
        differences=differences[:MOST_DIFFERENCES],
        requirements=_changed_requirements(analysis, then),
        loads=_changed_loads(analysis, then),
        gone=[each.title for each in analysis.findings if each.key not in after_keys],
        new=[each.title for each in then.findings if each.key not in before_keys],
    )


def _changed_requirements(analysis: Analysis, then: Analysis) -> list[dict[str, Any]]:
    rows = []
    for before, now in zip(requirement_rows(analysis), requirement_rows(then), strict=False):
        rows.append({"title": before["title"], "asked": before["result"].asked, "sides": (before, now)})
    return rows


def _changed_loads(analysis: Analysis, then: Analysis) -> list[dict[str, str]]:
    rows = []
    for key, load in then.model.loads.components.items():
        old = analysis.model.loads.components.get(key)
        was, now = old.utilisation if old else None, load.utilisation
        if now is None or (was is not None and abs(now - was) < 0.005):
            continue
        before = "not there" if old is None else said_used(was)
        rows.append({"name": then.model.graph.name(key), "before": before, "after": said_used(now)})
    return rows


def growth(analysis: Analysis, step: int) -> dict[str, Any]:
    """What saturates at 10^(step/10) times today's traffic, and the order in which the other components follow."""
    times = 10 ** (step / 10)
    name = analysis.model.graph.name
    order = [
        {"name": name(each.component), "times": said_times(each.times), "is_full": each.times <= times}
        for each in analysis.breaks_first
    ]
    bars = []
    for key, load in analysis.model.loads.components.items():
        if load.utilisation is None or load.peak <= 0:
            continue
        used = load.utilisation * times
        css = "bad" if used >= 1 else "warn" if used > 0.8 else "good"
        bars.append(Bar(name(key), min(used, 2.0), said_used(used), css=css))
    bars.sort(key=lambda bar: -bar.value)
    chart = bar_chart("Use of capacity at peak", bars, Heads("Component", "Used")) if bars else ""
    return {
        "step": step,
        "lowest": STEPS_BELOW,
        "highest": STEPS_ABOVE,
        "times": said_times(times),
        "order": order,
        "full": [each["name"] for each in order if each["is_full"]],
        "chart": _drawn(chart),
    }


def _drawn(chart: str) -> SafeString:
    return mark_safe(chart)  # noqa: S308  (web.charts escapes every word it is given)


def said_times(times: float) -> str:
    return f"×{number_text(times, digits=2 if times < 10 else 3)}"


def said_used(used: float | None) -> str:
    return UNKNOWN if used is None else f"{used:.0%}"


def component_rows(analysis: Analysis) -> list[dict[str, Any]]:
    rows = []
    for key, load in analysis.model.loads.components.items():
        if analysis.model.graph.components[key].kind == "client" or (load.peak <= 0 and load.average <= 0):
            continue
        used = load.utilisation
        rows.append(
            {
                **_held(analysis.meter.held.get(key)),
                "name": analysis.model.graph.name(key),
                "average": values.said_rate(load.average),
                "peak": values.said_rate(load.peak),
                "servers": load.replicas,
                "remark": _remark(load, analysis.model.graph.components[key]),
                "serves": values.said_rate(load.total_capacity) if load.total_capacity is not None else UNKNOWN,
                "source": load.capacity.source if load.capacity else "",
                "used": said_used(used),
                "css": "" if used is None else "bad" if used > 1 else "warn" if used > 0.8 else "good",
                "wait": _said_wait(load.mean_wait_s),
                "backlog": values.said_rate(load.backlog_per_s) if load.backlog_per_s else "",
            }
        )
    return rows


def _held(held: Held | None) -> dict[str, str]:
    """Requests inside a component, and how many it can hold at once."""
    if held is None or not math.isfinite(held.inside):
        return {"held": UNKNOWN if held is None else "without end"}
    inside = f"{held.inside:.2g}" if held.inside < 10 else f"{held.inside:,.0f}"
    if held.utilisation is None or held.room is None:
        return {"held": inside}
    css = "bad" if held.utilisation > 1 else "warn" if held.utilisation > 0.8 else ""
    return {"held": inside, "room": f"of {held.room:,.0f}", "room_source": held.source, "held_css": css}


def _remark(load: ComponentLoad, component: Component) -> str:
    """What the figures of a component assume where the design leaves a field open."""
    words = []
    if load.burden.stations == 1 and load.replicas > 1:
        words.append(f"{load.burden.words}; counted at the busiest: {values.said_rate(load.busiest)}")
    if load.is_worst_case:
        words.append("nothing says which copies answer reads, so the leader is counted as answering all")
    if is_hit_unsaid(component):
        words.append("no hit ratio is given: counted as answering nothing")
    if load.burden.skew_unknown:
        words.append("at least this full: counted as if keys were spread evenly")
    return "; ".join(words)


def _said_wait(wait: float | None) -> str:
    if wait is None:
        return UNKNOWN
    if wait < LEAST_WAIT_S:
        return "none"
    return "without end" if math.isinf(wait) else values.said_seconds(wait)


def connection_rows(analysis: Analysis) -> list[dict[str, Any]]:
    return [
        {
            "name": analysis.model.graph.name(key),
            "average": values.said_rate(load.average),
            "peak": values.said_rate(load.peak),
            "bytes": values.said_bytes_rate(load.bytes_peak) if load.bytes_peak is not None else UNKNOWN,
            "missing": load.missing,
            "crosses": {"zone": "between zones", "region": "between regions"}.get(load.crosses, ""),
        }
        for key, load in analysis.model.loads.connections.items()
    ]


UNTYPED = re.compile(r" \((?:0|empty): [^()]*\)")  # label of an empty field


def simulated_only(diagram: Diagram) -> list[str]:
    """Fields of boxes and arrows that only simulations use, such as `API: A new one serves after 2 min`."""
    names = {key: box.label or key for key, box in diagram.components.items()}
    items: list[tuple[str, Component | Connection, tuple[Field, ...]]] = [
        (names[key], box, COMPONENT_FIELDS) for key, box in in_order(diagram.components)
    ]
    items += [
        (f"{names.get(arrow.source, '')} → {names.get(arrow.target, '')}", arrow, CONNECTION_FIELDS)
        for _, arrow in in_order(diagram.connections)
    ]
    return [
        f"{name}: {UNTYPED.sub('', field.label)} {dict(field.choices or {}).get(typed, typed)}"
        for name, item, fields in items
        for field in fields
        if field.is_simulated and (typed := getattr(item, field.name)) != type(item).model_fields[field.name].default
    ]


def store_rows(analysis: Analysis) -> list[dict[str, Any]]:
    def said(amount: float | None) -> str:
        return UNKNOWN if amount is None else values.said_bytes(amount)

    return [
        {
            "name": analysis.model.graph.name(key),
            "daily": said(load.bytes_per_day),
            "kept": said(load.bytes_kept),
            "index": said(load.index_bytes),
            "missing": load.missing,
        }
        for key, load in analysis.model.loads.stores.items()
    ]


def reliability_rows(analysis: Analysis) -> list[dict[str, Any]]:
    model, name = analysis.model, analysis.model.graph.name
    rows = []
    for key, reach in model.reach.items():
        cuts, found = model.cuts.get(key), reach.availability
        singles = list(reversed(cuts.components)) if cuts else []
        alone = [each for each in singles if each in single_points(model, key)] if cuts else []
        pairs = (*cuts.pairs, *cuts.zone_pairs) if cuts else ()
        flow = model.flows[key]
        rows.append(
            {
                "name": model.operation_name(key),
                "availability": reach.said(found.value) if found else UNKNOWN,
                "served": _told_apart(reach.served, found),
                "warm": _told_apart(reach.warm, reach.served),
                "late": model.cut_off_of(key).said,
                "error": values.said_failing(found.error) if found and found.error else "",
                "method": found.method if found else "",
                "working": analysis.meter.measure("availability", key, ">=").steps,
                "alone": [name(each) for each in alone],
                "replicated": [name(each) for each in singles if each not in alone],
                "zones": [name(each) for each in cuts.zones] if cuts else [],
                "pairs": [(name(one), name(other)) for one, other in pairs[:MOST_PAIRS]],
                "more_pairs": max(0, (cuts.pair_count if cuts else 0) - MOST_PAIRS),
                "missing": (*reach.open, *reach.missing),
                "is_proposed": flow.is_proposed and not flow.problem,
            }
        )
    return rows


def _told_apart(one: Availability | None, other: Availability | None) -> str:
    """A share of requests, where it differs from the share shown before."""
    if one is None or other is None or math.isclose(one.value, other.value, rel_tol=1e-12):
        return ""
    return values.said_availability(one.value)


def doubt_sentences(analysis: Analysis) -> list[str]:
    """`Tweets saturates in 37 % of plausible worlds; peak factor explains 61 % of that.`"""
    labels = {key: row.label for key, row in analysis.document.estimate.rows.items() if row.label}
    found = []
    for doubt in analysis.doubts:
        if doubt.share < LEAST_DOUBT:
            continue
        words = f"{analysis.model.graph.name(doubt.component)} saturates in {doubt.share:.0%} of plausible worlds"
        if doubt.influences:
            most = doubt.influences[0]
            words += f"; {labels.get(most.name, most.name.replace('_', ' '))} explains {most.share:.0%} of that"
        found.append(f"{words}.")
    return found
