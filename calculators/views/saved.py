"""A person's own sheets: saved inputs of a calculator, and rows with formulas. Only their owner can see them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services.guests import ensure_guest
from calculators.engine.catalogue.registry import CATALOGUE, THEMES
from calculators.engine.sheet_content import Content
from calculators.forms import Posted, read_name, read_posted, row_fields
from calculators.models import SavedSheet
from calculators.pages.addresses import changed_from_default, read_query
from calculators.pages.exports import as_json, as_markdown
from calculators.pages.kept import KeptPage, base_of, kept_page
from calculators.pages.sheet import sheet_page
from calculators.services import StaleSheetError, TooManySheetsError, create_sheet, delete_sheet, save_sheet
from web.sent.once import sent_once
from web.shown.viewer import viewer_id


@require_safe
def saved_sheet_list(request: HttpRequest) -> HttpResponse:
    mine = SavedSheet.objects.owned_by(viewer_id(request)).defer("content")
    titles = {slug: sheet.title for slug, sheet in CATALOGUE.items()}
    rows = [(saved, titles.get(saved.calculator, "a blank sheet")) for saved in mine]
    context = {"rows": rows, "themes": THEMES, "section": "calculators"}
    return render(request, "calculators/saved_sheet_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def new_sheet(request: HttpRequest, calculator: str = "") -> HttpResponse:
    """Names a sheet that starts from a calculator, with the inputs of the address, or from nothing."""
    if calculator and calculator not in CATALOGUE:
        raise Http404(f"There is no calculator called {calculator!r}.")
    base = base_of(calculator)
    page = sheet_page(base, read_query(base, request.GET.lists()))
    name, error = base.title, ""
    if request.method == "POST":
        name, error = read_name(request.POST.get("name", ""))
        if not error and not page.problems:
            content = Content(changed_from_default(base, page.given.values))
            try:
                saved = create_sheet(
                    owner=ensure_guest(request), name=name, calculator=calculator, content=content, at=timezone.now()
                )
                return redirect("calculators:saved_sheet_detail", saved.pk)
            except TooManySheetsError as refused:
                error = str(refused)
    context = {"page": page, "name": name, "error": error, "calculator": calculator, "section": "calculators"}
    status = 422 if error or page.problems else 200
    return render(request, "calculators/saved_sheet_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def saved_sheet_detail(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    saved = _mine(request, sheet_id)
    if request.method == "POST":
        return _save(request, saved)
    posted = Posted(saved.name, Content.from_text(saved.content), saved.version)
    return _detail(request, saved, posted)


def _save(request: HttpRequest, saved: SavedSheet) -> HttpResponse:
    """All or nothing: with one mistake in the form nothing is saved, and all that was typed stays in it."""
    posted = read_posted(base_of(saved.calculator), request.POST)
    page, problems = kept_page(saved, posted.name, posted.content)
    errors = {
        **{f"row.{problem.row}.{problem.field}": problem.message for problem in problems},
        **_input_errors(page, posted.content),
        **posted.errors,
    }
    if errors:
        return _detail(request, saved, replace(posted, errors=errors), status=422)
    try:
        save_sheet(saved, version=posted.version, name=posted.name, content=posted.content, at=timezone.now())
    except StaleSheetError:
        stale = {"version": "This sheet was saved in another window since you opened it. Save again to replace that."}
        current = SavedSheet.objects.values_list("version", flat=True).get(pk=saved.pk)
        return _detail(request, saved, replace(posted, version=current, errors=stale), status=409)
    messages.success(request, "Saved.")
    return redirect("calculators:saved_sheet_detail", saved.pk)


def _input_errors(page: KeptPage, content: Content) -> dict[str, str]:
    """By the field of the form: an input of the calculator, or the formula of an own row."""
    own = {row.name: number for number, row in enumerate(content.rows)}
    return {
        f"row.{own[problem.name]}.formula" if problem.name in own else f"in.{problem.name}": problem.message
        for problem in page.problems
    }


def _detail(request: HttpRequest, saved: SavedSheet, posted: Posted, *, status: int = 200) -> HttpResponse:
    page, problems = kept_page(saved, posted.name, posted.content)
    errors = {
        **{f"row.{problem.row}.{problem.field}": problem.message for problem in problems},
        **_input_errors(page, posted.content),
        **posted.errors,
    }
    results = {step.name: step.exact for step in page.steps}
    base_names = base_of(saved.calculator).input_names
    context: dict[str, Any] = {
        "saved": saved,
        "page": page,
        "sheet": page.sheet,
        "name": posted.name,
        "version": posted.version,
        "errors": errors,
        "show_inputs": not posted.content.rows or any(key.startswith("in.") for key in errors),
        "fields": [field for field in page.fields if field.name in base_names],
        "rows": row_fields(posted.content, errors, results),
        "section": "calculators",
    }
    return render(request, "calculators/saved_sheet_detail.html", context, status=status)


@require_safe
def saved_sheet_json(request: HttpRequest, sheet_id: UUID) -> JsonResponse:
    page = _page(request, sheet_id)
    return JsonResponse(as_json(page), status=422 if page.problems else 200)


@require_safe
def saved_sheet_markdown(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    page = _page(request, sheet_id)
    text = as_markdown(page, address=request.build_absolute_uri(page.permalink))
    status = 422 if page.problems else 200
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", status=status)


@require_POST
def remove_saved_sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    saved = _mine(request, sheet_id)
    delete_sheet(saved)
    messages.success(request, f"“{saved}” is deleted.")
    return redirect("calculators:saved_sheet_list")


def _mine(request: HttpRequest, sheet_id: UUID) -> SavedSheet:
    return get_object_or_404(SavedSheet.objects.owned_by(viewer_id(request)), pk=sheet_id)


def _page(request: HttpRequest, sheet_id: UUID) -> KeptPage:
    saved = _mine(request, sheet_id)
    return kept_page(saved, saved.name, Content.from_text(saved.content))[0]
