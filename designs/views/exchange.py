"""Import and export of designs: formats with previews, downloads, imports with a preview before saving, and print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services.guests import ensure_guest
from designs.access import editable_design, viewable_design
from designs.document.checks import read as read_document
from designs.document.describe import describe
from designs.document.patches import apply
from designs.document.placement import lay_out
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError
from designs.document.schema import blank
from designs.exchange.merging import merge_patch, replace_patch
from designs.exchange.problems import ImportFailedError
from designs.exchange.registry import (
    EXPORTABLE,
    IMPORTABLE,
    PART_NAMES,
    UnknownFormatError,
    decoded,
    format_of,
    read_back,
)
from designs.exchange.registry import read as read_text
from designs.exchange.sections import report
from designs.forms.exchange import ImportForm, MergeForm
from designs.models import Design
from designs.pages.drawings import drawn
from designs.pages.exporting import exported, file_name
from designs.pages.frame import frame
from designs.pages.importing import found_words
from designs.pictures.diagram import apart, draw, placed
from designs.services.saving import create_design
from designs.views.saving import save_form_patch
from web.sent.once import sent_once
from web.sent.same_origin import token_or_same_origin
from web.shown.render import download
from web.watching import audit

MAX_PREVIEW = 60_000
MAX_PASTED_BYTES = 1_000_000
MAX_DIFFERENCES = 200
# A picture opened by itself may run no scripts and load nothing.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@token_or_same_origin
@require_POST
def pasted(request: HttpRequest, design_id: UUID) -> JsonResponse:
    """Reads what was pasted onto the canvas as an import: its boxes, arrows and zones with their places, and remarks.

    Changes nothing: the canvas adds it as one change that can be undone. Text that cannot be read is answered with
    `error`.
    """
    editable_design(request, design_id)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_PASTED_BYTES:
        return JsonResponse({"error": f"What is pasted may take {MAX_PASTED_BYTES:,} bytes."}, status=422)
    try:
        found = read_text(decoded(request.body))
    except ImportFailedError as error:
        return JsonResponse({"error": f"Not pasted: {error}"}, status=422)
    diagram = found.document.get("diagram", {})
    if not diagram.get("components"):
        return JsonResponse({"error": "Not pasted: there is no box in it."}, status=422)
    whole = placed(diagram) if found.is_placed else apply(diagram, lay_out(diagram))
    parts = {name: whole.get(name, {}) for name in ("components", "connections", "zones")}
    return JsonResponse({**parts, "remarks": list(found.warnings)})


@require_safe
def export_list(request: HttpRequest, design_id: UUID) -> HttpResponse:
    design = viewable_design(request, design_id)
    chosen = _format(request.GET.get("format", EXPORTABLE[0].slug))
    text = exported(design.data(), chosen)
    context = frame(request, design) | {
        "here": "Export",
        "parts": [(name, [each for each in EXPORTABLE if each.part == part]) for part, name in PART_NAMES.items()],
        "chosen": chosen,
        "file_name": file_name(design.title, chosen),
        "preview": text[:MAX_PREVIEW],
        "left_out": len(text) - MAX_PREVIEW,
        "lines": text.count("\n"),
    }
    return render(request, "designs/export.html", context)


@require_safe
def export_file(request: HttpRequest, design_id: UUID, slug: str) -> HttpResponse:
    design = viewable_design(request, design_id)
    chosen = _format(slug)
    name, content_type = file_name(design.title, chosen), f"{chosen.content_type}; charset=utf-8"
    response = download(exported(design.data(), chosen), name=name, content_type=content_type)
    response["Content-Security-Policy"] = SANDBOX
    audit.record("design exported", request, design=design.pk, format=slug)
    return response


@require_safe
def print_design(request: HttpRequest, design_id: UUID) -> HttpResponse:
    design = viewable_design(request, design_id)
    document = design.data()
    context = {
        "section": "designs",
        "design": design,
        "sections": report(read_document(document)),
        "drawing": mark_safe(draw(document.get("diagram", {}), title=str(design), icon_href=_icon)),  # noqa: S308
    }
    return render(request, "designs/print.html", context)


def _icon(name: str) -> str:
    return f"{static('icons.svg')}#{name}"


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def import_new(request: HttpRequest) -> HttpResponse:
    """Import as a new design: a preview first, then the design."""
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"section": "designs", "form": form, "formats": IMPORTABLE}
    if request.method != "POST":
        return render(request, "designs/import.html", context)
    if not form.is_valid():
        return render(request, "designs/import.html", context, status=422)
    document = apart(form.imported.document)
    if request.POST.get("action") != "make":
        context |= _preview(form, blank(), document)
        return render(request, "designs/import.html", context)
    design = create_design(owner=ensure_guest(request), document=document, at=timezone.now())
    audit.record("design imported", request, design=design.pk)
    messages.success(request, _said(form, "The design was made."))
    return redirect("designs:design_detail", design.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def import_into(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """Import into an existing design, as one change that can be undone like any other."""
    design = editable_design(request, design_id)
    form = MergeForm(request.POST or None, request.FILES or None, initial={"placement": "beside"})
    context = frame(request, design) | {"here": "Import", "form": form, "formats": IMPORTABLE}
    if request.method != "POST":
        return render(request, "designs/import_into.html", context)
    if not form.is_valid():
        return render(request, "designs/import_into.html", context, status=422)
    before = design.data()
    if form.cleaned_data["placement"] == "in_place":
        patch = replace_patch(before, form.imported, read_back(before, form.imported.format))
    else:
        patch = merge_patch(before, apart(form.imported.document))
    if request.POST.get("action") == "merge":
        return _merge(request, design, form, patch, context)
    context |= _preview(form, before, apply(before, patch))
    return render(request, "designs/import_into.html", context)


def _merge(
    request: HttpRequest, design: Design, form: MergeForm, patch: Mapping[str, Any], context: dict[str, Any]
) -> HttpResponse:
    try:
        back = reverse("designs:design_detail", args=[design.pk])
        answer = save_form_patch(request, design, patch, back=back, said=_said(form, "It was put into the design."))
    except (InvalidDocumentError, DocumentTooLargeError) as error:
        form.add_error(None, f"With it the design would contradict itself: {error}")
        return render(request, "designs/import_into.html", context, status=422)
    audit.record("design imported into", request, design=design.pk)
    return answer


def _format(slug: str) -> Any:
    try:
        chosen = format_of(slug)
    except UnknownFormatError as error:
        raise Http404(str(error)) from None
    if chosen.write is None:
        raise Http404(f"{chosen.name} is read and not written.")
    return chosen


def _preview(form: ImportForm, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The changes in words, with the text in its field, so that exactly the previewed text is saved."""
    differences = describe(before, after)
    shown = type(form)({**{name: form.data[name] for name in form.data}, "text": form.cleaned_data["text"]})
    shown.known = form.imported
    shown.is_valid()
    return {
        "form": shown,
        "is_preview": True,
        "differences": differences[:MAX_DIFFERENCES],
        "difference_count": len(differences),
        "more_differences": len(differences) - MAX_DIFFERENCES,
        "warnings": form.imported.warnings,
        "found": found_words(form.imported),
        "drawing": drawn(after["diagram"], title="What would be there", marks=_added(before, after))
        if form.imported.document.get("diagram", {}).get("components")
        else "",
        "title": after.get("meta", {}).get("title", ""),
    }


def _added(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """The new objects in a design that already had a drawing, as marks on the drawing."""
    was, now = before.get("diagram", {}), after.get("diagram", {})
    if not was.get("components"):
        return {}
    parts = ("components", "connections", "zones")
    return {key: "added" for part in parts for key in now.get(part, {}) if key not in was.get(part, {})}


def _said(form: ImportForm, words: str) -> str:
    count = len(form.imported.warnings)
    if not count:
        return words
    return f"{words} {count} remark{'s' if count > 1 else ''}: {' '.join(form.imported.warnings[:3])}"
