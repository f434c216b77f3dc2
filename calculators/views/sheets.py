"""The calculators' pages. An address holds all inputs, so these views keep nothing and ask no database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from calculators.engine.catalogue.registry import CATALOGUE, THEMES
from calculators.engine.sheets import Sheet
from calculators.pages.addresses import read_query
from calculators.pages.compare import comparison
from calculators.pages.exports import as_json, as_markdown
from calculators.pages.inline import inline_from_query
from calculators.pages.sheet import SheetPage, first_results, place, sheet_page
from calculators.pages.tables import table_page
from web.reading.spreadsheets import csv_text
from web.shown.pictures import card_of_figures, shared_picture
from web.shown.render import HtmxRequest, csv_download, page_or_partial

SCHEMA = settings.BASE_DIR / "calculators" / "result.schema.json"


@require_safe
def calculator_list(request: HttpRequest) -> HttpResponse:
    context = {"themes": THEMES, "section": "calculators"}
    return render(request, "calculators/calculator_list.html", context)


@require_safe
def sheet_detail(request: HtmxRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    target = request.htmx.target
    if target in ("working", "result"):
        response: HttpResponse = _update(request, page, shows_result=target == "working")
    elif _prefers_json(request):
        response = _json(page)
    elif page.is_wordy and not page.problems:
        return redirect(page.permalink)
    else:
        response = render(
            request, "calculators/sheet_detail.html", _context(request, page), status=_status_of_page(page)
        )
    patch_vary_headers(response, ["Accept", "HX-Request", "HX-Target"])
    return response


@require_safe
def sheet_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """What other programs show beside a calculator's address: its results for the figures that it begins with."""
    sheet = _sheet(slug)
    return shared_picture(
        request, f"sheet-{slug}", lambda: card_of_figures(sheet.title, sheet.summary, first_results(sheet))
    )


@require_safe
def sheet_json(request: HttpRequest, slug: str) -> HttpResponse:
    return _json(_page(request, slug))


@require_safe
def sheet_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    text = as_markdown(page, address=request.build_absolute_uri(page.permalink))
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", status=_status(page))


@require_safe
def sheet_inline(request: HttpRequest, slug: str) -> HttpResponse:
    """A small live calculator for the middle of a topic, as its address describes it: see calculators.pages.inline."""
    inline = inline_from_query(_sheet(slug), request.GET.lists())
    return HttpResponse(inline.html, status=_status_of_page(inline.page))


@require_safe
def sheet_compare(request: HtmxRequest, slug: str) -> HttpResponse:
    compared = comparison(_sheet(slug), request.GET.lists())
    context = {"compared": compared, "sheet": compared.sheet, "section": "calculators"}
    status = 422 if compared.problems else 200
    response = page_or_partial(request, "calculators/sheet_compare.html", context, fragment="compared", status=status)
    if request.htmx and not compared.problems:
        response["HX-Replace-Url"] = compared.permalink
    return response


@require_safe
def sheet_table(request: HttpRequest, slug: str) -> HttpResponse:
    """A result over two inputs, as a page or as CSV, and the value of the first input that reaches a goal."""
    page = table_page(_sheet(slug), request.GET.lists())
    if request.GET.get("format") == "csv" and page.table is not None:
        head, *rows = page.csv_rows
        return csv_download(csv_text(head, rows), name=f"{slug}-table.csv")
    context = {"page": page, "sheet": page.sheet, "section": "calculators"}
    return render(request, "calculators/sheet_table.html", context, status=422 if page.problems else 200)


@require_safe
def result_schema(_request: HttpRequest) -> FileResponse:
    return FileResponse(SCHEMA.open("rb"), content_type="application/schema+json")


def _sheet(slug: str) -> Sheet:
    sheet = CATALOGUE.get(slug)
    if sheet is None:
        raise Http404(f"There is no calculator called {slug!r}.")
    return sheet


def _page(request: HttpRequest, slug: str) -> SheetPage:
    sheet = _sheet(slug)
    return sheet_page(sheet, read_query(sheet, request.GET.lists()))


def _context(request: HttpRequest, page: SheetPage) -> dict[str, Any]:
    picture = request.build_absolute_uri(place("sheet_picture", page.sheet.slug))
    return {"page": page, "sheet": page.sheet, "section": "calculators", "picture": picture}


def _update(request: HttpRequest, page: SheetPage, *, shows_result: bool) -> HttpResponse:
    context = {"page": page, "shows_result": shows_result}
    response = render(request, "calculators/_update.html", context, status=_status_of_page(page))
    if not page.problems or page.overloaded:
        response["HX-Replace-Url"] = page.permalink
    return response


def _json(page: SheetPage) -> JsonResponse:
    return JsonResponse(as_json(page), status=_status(page))


def _status(page: SheetPage) -> int:
    return 422 if page.problems else 200


def _status_of_page(page: SheetPage) -> int:
    """A page draws an overload; for programs it is an answer without figures."""
    return 200 if page.overloaded else _status(page)


def _prefers_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
