"""Saving by plain forms: the same patches through the same service, with pages instead of status codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from designs.access import acting_user, editable_design
from designs.document import text
from designs.document.patches import ABSENT, Conflict, apply
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError, Problem, place_of
from designs.models import Design
from designs.selectors.designs import NoSuchVersionError, document_at
from designs.selectors.interviews import seconds_on_clock
from designs.services.saving import Edit, StaleEditError, save_patch
from designs.workbench.posted import put
from web.sent.typed import whole_number


def posted_version(request: HttpRequest, design: Design) -> int:
    """The version on which the posted form was shown (its field `base`); the current one when the field is missing."""
    given = whole_number(request.POST.get("base", ""))
    return design.version if given is None else given


def base_of(request: HttpRequest, design: Design) -> tuple[int, dict[str, Any]]:
    """The version on which the posted form was shown, and the document at that version."""
    version = posted_version(request, design)
    try:
        return version, document_at(design, version)
    except NoSuchVersionError:
        return design.version, design.data()


def save_form_patch(
    request: HttpRequest,
    design: Design,
    patch: Mapping[str, Any],
    *,
    back: str,
    base_version: int | None = None,
    step: str = "",
    said: str = "Saved.",
) -> HttpResponse:
    """Saves and redirects to `back` with a message, or shows the page for resolving a conflict.

    `base_version` is the version that the form was shown on; None means the current one. InvalidDocumentError and
    DocumentTooLargeError are left to the caller, who knows the fields beside which to show them.
    """
    version = design.version if base_version is None else base_version
    now = timezone.now()
    edit = Edit(patch=patch, base_version=version, step=step, elapsed_seconds=seconds_on_clock(design, now))
    try:
        saved = save_patch(design, edit, author=acting_user(request), at=now)
    except StaleEditError as error:
        return _conflict_page(request, design, patch, error, back=back, step=step)
    if saved.version != version:
        messages.success(request, said)
    return redirect(back)


@require_POST
def settle(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """The choices of the conflict page: places marked as mine overwrite the current values, the others are dropped."""
    design = editable_design(request, design_id)
    back = _safe_back(request, design)
    try:
        patch = text.parse(request.POST.get("patch", ""))
    except text.MalformedJsonError:
        return redirect(back)
    for name, choice in request.POST.items():
        if name.startswith("choice:/") and choice == "theirs":
            patch = _without(patch, place_of(name.removeprefix("choice:")))
    base = posted_version(request, design)
    try:
        step = request.POST.get("step", "")
        return save_form_patch(request, design, patch, back=back, base_version=min(base, design.version), step=step)
    except (InvalidDocumentError, DocumentTooLargeError, ValueError) as error:
        messages.error(request, f"Not saved: {error}")
        return redirect(back)


def problems_by_field(problems: list[Problem]) -> dict[str, str]:
    """One message for each place."""
    found: dict[str, str] = {}
    for problem in problems:
        found[problem.path] = " ".join(filter(None, (found.get(problem.path), problem.message)))
    return found


def problems_of_error(error: InvalidDocumentError | DocumentTooLargeError) -> list[Problem]:
    return error.problems if isinstance(error, InvalidDocumentError) else [Problem("", str(error))]


def _conflict_page(
    request: HttpRequest, design: Design, patch: Mapping[str, Any], error: StaleEditError, *, back: str, step: str
) -> HttpResponse:
    whole: Any = patch
    for conflict in error.conflicts:
        # An object that others deleted and we changed is sent whole, so that keeping ours restores it.
        whole = apply(whole, _at(conflict.path, None if conflict.ours is ABSENT else conflict.ours))
    for conflict in error.conflicts:
        if conflict.ours is ABSENT:
            whole = _deleting(whole, conflict.path)
    context = {
        "design": design,
        "section": "designs",
        "conflicts": [_shown(conflict) for conflict in error.conflicts],
        "problems": error.problems,
        "patch": text.dump(whole) if error.conflicts else "{}",
        "version": error.version,
        "back": back,
        "step": step,
    }
    return render(request, "designs/conflict.html", context, status=409)


def _shown(conflict: Conflict) -> dict[str, Any]:
    return {
        "pointer": conflict.pointer,
        "name": " › ".join(part.replace("_", " ") for part in conflict.path),
        "yours": _words(conflict.ours),
        "theirs": _words(conflict.theirs),
    }


def _words(value: Any) -> str | None:
    """None stands for a deleted value."""
    if value is ABSENT:
        return None
    return value if isinstance(value, str) else text.dump({"": value})[4:-1]


def _at(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    put(patch, path, value)
    return patch


def _deleting(patch: Any, path: tuple[str, ...]) -> Any:
    """The patch with null at the path: applying a patch to a patch would drop the null."""
    key, *rest = path
    inner = patch.get(key, {})
    return {**patch, key: _deleting(inner, tuple(rest)) if rest else None}


def _without(patch: Any, path: tuple[str, ...]) -> Any:
    key, *rest = path
    if not isinstance(patch, dict) or key not in patch:
        return patch
    inner = _without(patch[key], tuple(rest)) if rest else {}
    others = {name: value for name, value in patch.items() if name != key}
    return {**others, key: inner} if rest and inner != {} else others


def _safe_back(request: HttpRequest, design: Design) -> str:
    back = request.POST.get("back", "")
    is_safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return back if is_safe else reverse("designs:design_detail", args=[design.pk])
