"""The drawing of a design on a page of its own: its four faces, and the forms of outline, table and text.

The step of the drawing shows the same faces; its forms post here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from calculators.engine.shipped import all_figures
from designs.access import acting_user, editable_design, may_edit, viewable_design
from designs.analysis.report import analyse
from designs.document import diagram_edits as edits
from designs.document import diagram_text, text
from designs.document.concerns import CONCERNS, concern_of, only
from designs.document.describe import describe
from designs.document.kinds import ZONE_NAMES, by_group
from designs.document.patches import ABSENT, invert
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError, Problem
from designs.document.references import RULES
from designs.document.technologies import for_script
from designs.document.upgrade import upgrade_patch
from designs.forms.diagrams import (
    AddComponentForm,
    AddZoneForm,
    ComponentForm,
    ConnectForm,
    ConnectionForm,
    TextForm,
    ZoneForm,
)
from designs.models import Design
from designs.pages.diagram_table import TABLES, VIEWS, Posted, component_names, read_table, sheets, view_of
from designs.pages.exporting import file_stem
from designs.pages.frame import frame
from designs.pages.outline import DEFAULT_FACE, FACES, outline
from designs.selectors.comments import open_by_component
from designs.selectors.designs import changes_after, document_at
from designs.selectors.interviews import seconds_on_clock
from designs.services.saving import Edit, StaleEditError, UnknownVersionError, save_patch
from designs.views.saving import base_of
from web.charts.mermaid import MermaidError
from web.sent.typed import whole_number

STEP = "high-level"
SELECTABLE = {"component": "components", "connection": "connections", "zone": "zones"}

Json = Mapping[str, Any]


@dataclass
class Outcome:
    """The result of a form: a patch (and the place to show next), or the errors to show with the form."""

    patch: dict[str, Any] | None = None
    base_version: int | None = None
    anchor: str = ""
    query: Mapping[str, str] | None = None
    bound: Mapping[str, Any] | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def diagram(request: HttpRequest, design_id: UUID) -> HttpResponse:
    if request.method == "POST":
        return _post(request, editable_design(request, design_id))
    design = viewable_design(request, design_id)
    return _page(request, diagram_context(request, design))


def diagram_context(request: HttpRequest, design: Design, **bound: Any) -> dict[str, Any]:
    """The context of `designs/_diagram.html`. `bound` are forms with errors that replace the empty ones."""
    document = bound.pop("document", None) or design.data()
    drawing = document.get("diagram", {})
    asked = request.GET.get("face", "")
    face = asked if asked in FACES else "canvas"
    context: dict[str, Any] = {
        "design": design,
        "face": face,
        "faces": FACES,
        "can_edit": may_edit(request, design),
        "kind_groups": by_group(),
        "zone_names": ZONE_NAMES,
        "concerns": CONCERNS,
    }
    if face == "table":
        context["sheets"] = sheets(document, request.GET, bound.pop("posted", None))
        context |= {"table_view": view_of(request.GET), "table_views": VIEWS, "names": component_names(document)}
    elif face == "text":
        context["text_form"] = TextForm(initial={"text": diagram_text.write(drawing)})
    elif face == "canvas":
        context |= {"canvas_data": references_data(), "canvas_comments": open_by_component(design)}
        context |= {"canvas_technologies": for_script(), "picture_name": f"{file_stem(design.title)}.png"}
    else:
        layer = request.GET.get("layer", "")
        context["layer"] = layer if layer in CONCERNS else ""
        context["outline"] = outline(_layer(document, layer) if layer in CONCERNS else drawing)
        context |= _outline_forms(request, design, document) if context["can_edit"] else {}
    return context | bound


def _layer(document: Json, area: str) -> Json:
    """The drawing with nothing but what the step is about."""
    found: set[str] = set()
    if area == "bottlenecks":
        analysis = analyse(document, all_figures())
        found = {key for each in analysis.open_findings for key in each.components}
    return only(document.get("diagram", {}), concern_of(document, area, found))


def references_data() -> list[dict[str, Any]]:
    """Which fields hold ids of the drawing's objects, so that the canvas deletes dependent objects as the server
    does."""
    return [
        {"holder": rule.holder, "target": rule.target, "required": rule.required}
        for rule in RULES
        if rule.target[0] == "diagram"
    ]


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    whole = {**frame(request, context["design"]), "here": "Drawing", **context}
    template = "designs/workspace.html" if whole["face"] == "canvas" else "designs/diagram.html"
    return render(request, template, whole, status=status)


def _outline_forms(request: HttpRequest, design: Design, document: Json) -> dict[str, Any]:
    drawing = document.get("diagram", {})
    found: dict[str, Any] = {
        "add_form": AddComponentForm(drawing, auto_id="add-%s"),
        "connect_form": ConnectForm(drawing, auto_id="connect-%s", initial={"source": request.GET.get("component")}),
        "zone_form": AddZoneForm(drawing, auto_id="zone-%s"),
    }
    for noun, collection in SELECTABLE.items():
        key = request.GET.get(noun, "")
        if key in drawing.get(collection, {}):
            found["selected"] = _selected(document, collection, key)
            found["selected_form"] = _object_form(document, collection, key)
            break
    return found | _undo(request, design)


def _selected(document: Json, collection: Any, key: str) -> dict[str, Any]:
    drawing = document["diagram"]
    item = drawing[collection][key]
    name = item.get("label") or key
    if collection == "components":
        name = edits.name_of(item, key)
    elif collection == "connections":
        names = [edits.name_of(drawing["components"][item[end]], item[end]) for end in ("source", "target")]
        name = " → ".join(names)
    return {
        "key": key,
        "collection": collection,
        "name": name,
        "consequences": edits.consequences(document, collection, key),
    }


def _object_form(document: Json, collection: str, key: str, data: Any = None) -> Any:
    drawing = document["diagram"]
    options = {"data": data, "initial": drawing[collection][key], "auto_id": "edit-%s"}
    if collection == "components":
        return ComponentForm(drawing, entities=document.get("data_model", {}).get("entities", {}), **options)
    if collection == "connections":
        return ConnectionForm(drawing, **options)
    return ZoneForm(drawing, zone=key, **options)


def _undo(request: HttpRequest, design: Design) -> dict[str, Any]:
    """The versions for the undo and redo buttons: undo walks back through the log."""
    back = whole_number(request.GET.get("back", ""))
    return {
        "undo_version": design.version if back is None else min(back, design.version),
        "redo_version": whole_number(request.GET.get("redo", "")) or 0,
    }


def _post(request: HttpRequest, design: Design) -> HttpResponse:
    version, base = base_of(request, design)
    action = request.POST.get("action", "")
    if action not in ACTIONS:
        return _refused(request, design, [Problem("", f"There is no action “{action[:40]}”.")])
    try:
        outcome = ACTIONS[action](request, design, base)
    except LookupError:
        words = "The object of this form no longer exists; somebody may have deleted it."
        return _refused(request, design, [Problem("", words)])
    if outcome.patch is None and _is_cell(request):
        posted = (outcome.bound or {}).get("posted")
        return JsonResponse({"errors": posted.errors if posted else {}})
    if outcome.patch is None:
        return _page(request, _with_errors(request, design, base, outcome), status=_status(request, 422))
    return _save(request, design, outcome, version if outcome.base_version is None else outcome.base_version)


def _is_cell(request: HttpRequest) -> bool:
    """Whether the spreadsheet saves one cell; then an error in it is returned as a normal response."""
    return request.headers.get("Accept") == "application/json"


def _with_errors(request: HttpRequest, design: Design, base: Json, outcome: Outcome) -> dict[str, Any]:
    return diagram_context(request, design, document=base, **(outcome.bound or {}))


def _save(request: HttpRequest, design: Design, outcome: Outcome, base_version: int) -> HttpResponse:
    before, now = design.data(), timezone.now()
    seconds = seconds_on_clock(design, now)
    try:
        saved = save_patch(
            design,
            Edit(patch=outcome.patch or {}, base_version=base_version, step=STEP, elapsed_seconds=seconds),
            author=acting_user(request),
            at=now,
        )
    except StaleEditError as error:
        return _refused(request, design, _conflict_words(error), status=409, bound=outcome.bound)
    except InvalidDocumentError as error:
        return _refused(request, design, error.problems, bound=outcome.bound)
    except (DocumentTooLargeError, UnknownVersionError) as error:
        return _refused(request, design, [Problem("", str(error))], bound=outcome.bound)
    if _is_cell(request):
        return JsonResponse({"errors": {}})
    after = document_at(Design.objects.get(pk=design.pk), saved.version)
    for difference in describe(before, after)[:5]:
        messages.success(request, difference.words)
    return HttpResponseRedirect(_back_to(request, design, outcome))


def _refused(
    request: HttpRequest,
    design: Design,
    problems: list[Problem],
    *,
    status: int = 422,
    bound: Mapping[str, Any] | None = None,
) -> HttpResponse:
    design.refresh_from_db()  # so that saving the same form again is a decision about the current values
    context = diagram_context(request, design, **(bound or {}), problems=problems)
    return _page(request, context, status=_status(request, status))


def _status(request: HttpRequest, refusal: int) -> int:
    """For the canvas' dialog, a refused form is a normal response that it shows in place."""
    return 200 if request.POST.get("answer") == "form" else refusal


def _conflict_words(error: StaleEditError) -> list[Problem]:
    """Both values. The typed one is still in the form, and saving again keeps it."""
    if not error.conflicts:
        return error.problems
    return [
        Problem(
            each.pointer, f"Meanwhile somebody else made this {_value(each.theirs)}; you made it {_value(each.ours)}."
        )
        for each in error.conflicts
    ]


def _value(value: Any) -> str:
    return "deleted" if value is ABSENT else "something else" if isinstance(value, dict) else f"“{value}”"


def _back_to(request: HttpRequest, design: Design, outcome: Outcome) -> str:
    """The page that the form was on: the drawing's own or the step's, never an address outside this design."""
    own = reverse("designs:diagram", args=[design.pk])
    home = own.rsplit("/diagram/", 1)[0] + "/"
    page = request.POST.get("page", "")
    page = page if page.startswith(home) and page[len(home) :].strip("/").replace("-", "").isalnum() else own
    face = request.GET.get("face", "")
    query = {"face": face if face in FACES else DEFAULT_FACE, **(outcome.query or {})}
    return f"{page}?{urlencode(query)}{'#' + outcome.anchor if outcome.anchor else ''}"


def _add_component(request: HttpRequest, _design: Design, base: Json) -> Outcome:
    form = AddComponentForm(base.get("diagram", {}), request.POST, auto_id="add-%s")
    if not form.is_valid():
        return Outcome(bound={"add_form": form})
    key, patch = edits.add_component(base, **form.cleaned_data)
    return Outcome(patch, anchor=f"component-{key}", bound={"add_form": form})


def _add_zone(request: HttpRequest, _design: Design, base: Json) -> Outcome:
    form = AddZoneForm(base.get("diagram", {}), request.POST, auto_id="zone-%s")
    if not form.is_valid():
        return Outcome(bound={"zone_form": form})
    key, patch = edits.add_zone(base, **form.cleaned_data)
    return Outcome(patch, anchor=f"zone-{key}", bound={"zone_form": form})


def _connect(request: HttpRequest, _design: Design, base: Json) -> Outcome:
    form = ConnectForm(base.get("diagram", {}), request.POST, auto_id="connect-%s")
    if not form.is_valid():
        return Outcome(bound={"connect_form": form})
    fields = dict(form.cleaned_data)
    source, target = fields.pop("source"), fields.pop("target")
    kind = fields.pop("kind")
    _, patch = edits.connect(base, source, target, kind="" if kind == "sync" else kind, **fields)
    return Outcome(patch, anchor=f"component-{source}", bound={"connect_form": form})


def _change(request: HttpRequest, _design: Design, base: Json) -> Outcome:
    collection, key = _place(request, base)
    drawing = base["diagram"]
    form = _object_form(base, collection, key, request.POST)
    bound = {"selected": _selected(base, collection, key), "selected_form": form}
    if not form.is_valid():
        return Outcome(bound=bound)
    fields = form.fields_to_set(drawing[collection][key])
    change: dict[str, Callable[..., dict[str, Any]]] = {
        "components": edits.change_component,
        "zones": edits.change_zone,
    }
    patch = (
        change[collection](base, key, fields) if collection in change else {"diagram": {"connections": {key: fields}}}
    )
    source = drawing["connections"][key]["source"] if collection == "connections" else key
    return Outcome(patch, anchor=f"{'zone' if collection == 'zones' else 'component'}-{source}", bound=bound)


def _delete(request: HttpRequest, _design: Design, base: Json) -> Outcome:
    collection, key = _place(request, base)
    return Outcome(edits.delete(base, collection, key), anchor="outline")


def _reorder(request: HttpRequest, _design: Design, base: Json) -> Outcome:
    collection, key = _place(request, base)
    by: Any = -1 if request.POST["action"] == "up" else 1
    noun = {"components": "component", "zones": "zone", "connections": "connection"}[collection]
    return Outcome(edits.reorder(base, collection, key, by=by), anchor=f"{noun}-{key}", query={noun: key})


def _save_text(request: HttpRequest, _design: Design, base: Json) -> Outcome:
    form = TextForm(request.POST)
    problems: list[Any] = []
    if form.is_valid():
        try:
            return Outcome(diagram_text.patch_from_text(base, form.cleaned_data["text"]), bound={"text_form": form})
        except MermaidError as error:
            problems = error.problems
    return Outcome(bound={"text_form": form, "text_problems": problems})


def _save_table(request: HttpRequest, _design: Design, base: Json) -> Outcome:
    table: Any = request.POST.get("table", "")
    if table not in TABLES:
        raise KeyError(table)
    posted: Posted = read_table(base, table, request.POST.dict())
    if posted.errors:
        return Outcome(bound={"posted": posted, "table_errors": len(posted.errors)})
    return Outcome(
        posted.patch,
        anchor=f"table-{table}",
        query={table: request.GET.get(table, "1"), "view": view_of(request.GET)},
        bound={"posted": posted},
    )


def _take_back(request: HttpRequest, design: Design, _base: Json) -> Outcome:
    """Undo and redo: reverses one change of the log, as one more change."""
    number = whole_number(request.POST.get("change", "")) or 0
    if not 1 <= number <= design.version:
        raise KeyError(number)
    change = changes_after(design, number - 1, limit=1)[0]
    before = document_at(design, number - 1)
    patch = invert(before, upgrade_patch(text.load(change.patch), before))
    is_undo = request.POST.get("action") == "undo"
    query = {"back": str(number - 1), "redo": str(design.version + 1)} if is_undo else {}
    return Outcome(patch, base_version=number, anchor="outline", query=query)


ACTIONS: dict[str, Callable[[HttpRequest, Design, dict[str, Any]], Outcome]] = {
    "add-component": _add_component,
    "add-zone": _add_zone,
    "connect": _connect,
    "change": _change,
    "delete": _delete,
    "up": _reorder,
    "down": _reorder,
    "text": _save_text,
    "table": _save_table,
    "undo": _take_back,
    "redo": _take_back,
}


def _place(request: HttpRequest, base: Json) -> tuple[Any, str]:
    """The object that the form names. Raises KeyError when it does not exist."""
    collection, key = request.POST.get("collection", ""), request.POST.get("key", "")
    if collection not in SELECTABLE.values():
        raise KeyError(collection)
    base["diagram"][collection][key]
    return collection, key
