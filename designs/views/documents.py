"""The document of a design over HTTP: read it, patch it, follow its changes.

A patch is sent as `PATCH` with a JSON merge patch as its body and these headers: `Base-Version` (the version that it
was made on), `Client-Id` and `Sequence` (so that a retry counts once), and optionally `Step` and `Elapsed-Seconds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from designs.access import acting_user, editable_design, viewable_design
from designs.document import text
from designs.document.limits import MAX_BYTES
from designs.document.patches import ABSENT, Conflict
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError, Problem
from designs.models import Change, Design
from designs.selectors.designs import NoSuchVersionError, changes_after, document_at
from designs.services.saving import Edit, ReusedSequenceError, Saved, StaleEditError, UnknownVersionError, save_patch
from web.sent.same_origin import token_or_same_origin
from web.sent.typed import LARGEST_KEY, whole_number

MAX_PATCH_BYTES = 2 * MAX_BYTES  # a patch that replaces everything also names what it deletes


@token_or_same_origin
@require_http_methods(["GET", "HEAD", "PATCH"])
def document(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    if request.method == "PATCH":
        return _patch(request, design_id)
    design = viewable_design(request, design_id)
    return _versioned(request, design.version, HttpResponse(design.document, content_type="application/json"))


@require_safe
def version(request: HttpRequest, design_id: UUID, version: int) -> HttpResponseBase:
    """The document at a version."""
    design = viewable_design(request, design_id)
    try:
        was = document_at(design, version)
    except NoSuchVersionError as error:
        return refusal(404, str(error))
    return _versioned(request, version, HttpResponse(text.dump(was), content_type="application/json"))


@require_safe
def changes(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """The log after version `after` (0 by default), 500 changes at a time: for live viewers, and for replay.

    `version` is the version after those changes; repeat the request with it until no more changes come.
    """
    design = viewable_design(request, design_id, with_document=False)
    given = request.GET.get("after", "0")
    after = whole_number(given)
    if after is None:
        return refusal(422, f"`after` is the number of a version; this was {given[:40]!r}.")
    if after >= design.version:
        return _versioned(request, design.version, JsonResponse({"version": design.version, "changes": []}))
    found = changes_after(design, after)
    # The version is read together with the changes: the log may have grown since the design was looked up.
    return _private(JsonResponse({"version": found[-1].version, "changes": [change_as_json(each) for each in found]}))


def _patch(request: HttpRequest, design_id: UUID) -> HttpResponse:
    design = editable_design(request, design_id)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_PATCH_BYTES:
        return refusal(413, f"A patch may take {MAX_PATCH_BYTES:,} bytes.")
    try:
        edit = _edit(request)
    except text.MalformedJsonError as error:
        return refusal(400, str(error))
    except ValueError as error:
        return refusal(422, str(error))
    return save(request, design, edit)


def save(request: HttpRequest, design: Design, edit: Edit) -> JsonResponse:
    """Saves the edit and responds with the new version, or with an error: 409, 413 or 422."""
    try:
        saved = save_patch(design, edit, author=acting_user(request), at=timezone.now())
    except StaleEditError as error:
        return _conflict(error)
    except DocumentTooLargeError as error:
        return refusal(413, str(error))
    except InvalidDocumentError as error:
        return refusal(422, "The design would contradict itself.", problems=problems_as_json(error.problems))
    except (UnknownVersionError, ReusedSequenceError) as error:
        return refusal(422, str(error))
    return JsonResponse(_saved(design, edit, saved))


def _edit(request: HttpRequest) -> Edit:
    headers = request.headers
    elapsed = headers.get("Elapsed-Seconds")
    return Edit(
        patch=text.parse(request.body),
        base_version=_number(headers, "Base-Version"),
        client_id=headers.get("Client-Id", ""),
        sequence=_number(headers, "Sequence"),
        step=headers.get("Step", ""),
        elapsed_seconds=None if elapsed is None else _number(headers, "Elapsed-Seconds"),
    )


def _number(headers: Mapping[str, str], name: str) -> int:
    given = headers.get(name, "")
    number = whole_number(given, most=LARGEST_KEY)
    if number is None:
        raise ValueError(f"The header {name} holds a whole number; this was {given[:40]!r}.")
    return number


def _saved(design: Design, edit: Edit, saved: Saved) -> dict[str, Any]:
    if not saved.merged:
        return {"version": saved.version}
    others = changes_after(design, edit.base_version, limit=saved.version - edit.base_version)
    return {"version": saved.version, "changes": [change_as_json(change) for change in others]}


def _conflict(error: StaleEditError) -> JsonResponse:
    return refusal(
        409,
        str(error),
        version=error.version,
        conflicts=[_conflict_as_json(conflict) for conflict in error.conflicts],
        problems=problems_as_json(error.problems),
    )


def _conflict_as_json(conflict: Conflict) -> dict[str, Any]:
    """The path and both values; a side without a value deleted it."""
    values = {"yours": conflict.ours, "theirs": conflict.theirs}
    return {"path": conflict.pointer, **{side: value for side, value in values.items() if value is not ABSENT}}


def problems_as_json(problems: list[Problem]) -> list[dict[str, str]]:
    return [{"path": each.path, "message": each.message, "severity": each.severity} for each in problems]


def change_as_json(change: Change) -> dict[str, Any]:
    return {
        "version": change.version,
        "patch": text.load(change.patch),
        "at": change.at.isoformat(),
        "client_id": change.client_id,
        "sequence": change.sequence,
        "step": change.step,
        "elapsed_seconds": change.elapsed_seconds,
    }


def refusal(status: int, error: str, **facts: Any) -> JsonResponse:
    return JsonResponse({"error": error, **facts}, status=status)


def _versioned(request: HttpRequest, version: int, response: HttpResponse) -> HttpResponseBase:
    """The response with the version as its ETag, or 304 for a client that already has it."""
    etag = f'"{version}"'
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response)
    return _private(answer if answer is not None else response)


def _private(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, private=True, no_cache=True)
    return response
