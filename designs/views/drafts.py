"""The scenario editor: start a draft, edit its parts, draw the reference, edit the file, and use it."""

from __future__ import annotations

import secrets
from typing import Any, Literal, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from designs.access import acting_user
from designs.grants import places_to_give
from designs.models import Design, ScenarioDraft
from designs.pages.drafts import Check, by_place, check, drawing_of, part_page, standing_of
from designs.pages.scenarios import UploadForm, marked_lines
from designs.scenarios.editing.filling import id_of
from designs.scenarios.editing.parts import BY_SLUG, PARTS, Part
from designs.scenarios.problems import InvalidScenarioError, UnsoundScenarioError
from designs.services import drafts
from designs.services.drafts import DraftError, Kind, Outcome, value_of
from designs.views.scenarios import is_withheld, member_of, viewable_scenarios
from web.sent.once import sent_once
from web.sent.typed import whole_number
from web.shown.render import download
from web.watching import audit

SECTION = {"section": "scenarios"}
MOST_DESIGNS = 100
DECIDE_THE_STANDING = frozenset({"figures", "requirements", "rubric", "weak"})


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def draft_list(request: HttpRequest) -> HttpResponse:
    """The person's drafts, and the form that starts another."""
    member = member_of(request)
    if member is None:
        status = 403 if request.method == "POST" else 200
        return render(request, "designs/draft_list.html", {**SECTION, "is_guest": True}, status=status)
    typed, said = " ".join(request.POST.get("title", "").replace("\x00", "").split()), ""
    if request.method == "POST":
        said = "" if 0 < len(typed) <= 200 else "Type a title of up to 200 characters."
        try:
            if not said:
                return redirect(drafts.begin_blank(owner=member, title=typed, at=timezone.now()))
        except DraftError as error:
            said = str(error)
    own = ScenarioDraft.objects.owned_by(member.pk).brief().select_related("scenario")
    context = {**SECTION, "drafts": own, "typed": typed, "said": said}
    return render(request, "designs/draft_list.html", context, status=422 if said else 200)


@require_POST
@sent_once
def scenario_make_own(request: HttpRequest, slug: str) -> HttpResponse:
    """A copy in the editor, or the draft of the person's own scenario. Refused for people who work on it for a
    class."""
    member = _signed_in(request)
    scenario = get_object_or_404(viewable_scenarios(request), slug=slug)
    if is_withheld(request, scenario):
        return redirect(scenario)
    try:
        return redirect(drafts.begin_from(scenario, owner=member, at=timezone.now()))
    except DraftError as error:
        messages.error(request, str(error))
        return redirect("designs:draft_list")


@require_safe
def draft_detail(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The errors, how the reference scores, and the actions for the draft."""
    draft = _own(request, draft_id)
    text = draft.source_text
    checked = check(text, owner=draft.owner)
    context = {
        **_frame(draft, checked),
        "check": checked,
        "standing": standing_of(text),
        "drawing": drawing_of(text),
        "giving": places_to_give(draft.owner_id, draft.scenario.slug) if draft.scenario else [],
        "is_current": draft.scenario is not None and draft.scenario.source_text == text,
    }
    return render(request, "designs/draft_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_part(request: HttpRequest, draft_id: UUID, part: str) -> HttpResponse:
    """A part as a form. HTMX posts it during typing; then the response holds only the messages."""
    draft, shown = _own(request, draft_id), BY_SLUG.get(part)
    if shown is None:
        raise Http404("There is no such part.")
    if request.method == "POST":
        return _saved(request, draft, shown)
    value = value_of(draft.source_text)
    if value is None:
        messages.info(request, "The file cannot be read as YAML yet. Mend what is marked, then the forms open.")
        return redirect("designs:draft_yaml", draft.pk)
    return _part_page(request, draft, shown, Outcome(value))


def _saved(request: HttpRequest, draft: ScenarioDraft, part: Part) -> HttpResponse:
    is_live = bool(getattr(request, "htmx", False))
    base = whole_number(request.POST.get("base", ""))
    try:
        outcome = drafts.save_part(
            draft,
            part,
            {name: list(values) for name, values in request.POST.lists()},
            base_version=draft.version if base is None else base,
            do="" if is_live else request.POST.get("do", ""),
            window=request.POST.get("window", "")[:40],
            is_automatic=is_live,
            at=timezone.now(),
        )
    except DraftError as error:
        messages.error(request, str(error))
        return redirect("designs:draft_part", draft.pk, part.slug)
    draft.refresh_from_db()
    if is_live:
        answer = _part_page(request, draft, part, outcome, template="designs/draft_live.html")
        if outcome.is_saved and part.names & DECIDE_THE_STANDING:
            answer["HX-Trigger"] = "draft-saved"
        return answer
    if outcome.errors or outcome.clashes or outcome.unreadable:
        return _part_page(request, draft, part, outcome, status=409 if outcome.clashes else 422)
    if outcome.is_saved:
        messages.success(request, f"Saved as version {draft.version}.")
    where = reverse("designs:draft_part", args=[draft.pk, part.slug])
    return redirect(f"{where}#{id_of(outcome.place)}" if outcome.place else where)


def _part_page(
    request: HttpRequest,
    draft: ScenarioDraft,
    part: Part,
    outcome: Outcome,
    *,
    template: str = "designs/draft_part.html",
    status: int = 200,
) -> HttpResponse:
    checked = check(draft.source_text, owner=draft.owner)
    more = {place: list(words) for place, words in outcome.errors.items()}
    for clash in outcome.clashes:
        theirs = "taken away" if clash.theirs is None else f"changed to {str(clash.theirs)[:200]!r}"
        words = f"Meanwhile this was {theirs} elsewhere. What you typed stands here; save again to keep yours."
        more.setdefault(clash.place, []).append(words)
    page = part_page(part, outcome.value, checked, more)
    is_live = template.endswith("draft_live.html")
    context = {
        **_frame(draft, checked, part),
        "page": page,
        "outcome": outcome,
        "window": request.POST.get("window") or secrets.token_urlsafe(12),
        # After a conflict is shown, the next save of the same form overwrites.
        "base": request.POST.get("base", "") if is_live and outcome.clashes else draft.version,
    }
    if part.slug in ("reference", "weak") and not is_live:
        context |= _drawn(draft, part)
        context["has_weak"] = part.slug == "weak" and isinstance(outcome.value.get("weak"), dict)
    return render(request, template, context, status=status)


def _drawn(draft: ScenarioDraft, part: Part) -> dict[str, Any]:
    kind = cast("Kind", part.slug)
    design = getattr(draft, kind)
    is_open = design is not None and design.binned_at is None
    designs = Design.objects.owned_by(draft.owner_id).kept().defer("document").order_by("-updated_at")[:MOST_DESIGNS]
    return {
        "kind": kind,
        "drawing": drawing_of(draft.source_text, weak=kind == "weak"),
        "canvas": design if is_open else None,
        "is_untaken": is_open and design.version != getattr(draft, f"{kind}_taken"),
        "own_designs": [each for each in designs if each.pk not in (draft.reference_id, draft.weak_id)],
    }


@require_safe
def draft_standing(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """How the reference scores, fetched separately because it takes longer than a page should."""
    draft = _own(request, draft_id)
    context = {"draft": draft, "standing": standing_of(draft.source_text)}
    return render(request, "designs/_draft_standing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_yaml(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The file as text: shown, typed or uploaded. It is stored even when it is not a valid scenario yet."""
    draft = _own(request, draft_id)
    text, base, said = draft.source_text, draft.version, ""
    if request.method == "POST":
        typed = _typed_yaml(request)
        given = whole_number(request.POST.get("base", ""))
        if typed is None:
            said = "The file is not text in UTF-8, or is larger than 500,000 bytes."
        else:
            text = typed
            try:
                is_saved = drafts.save_text(
                    draft, text, base_version=base if given is None else given, words="YAML", at=timezone.now()
                )
                if is_saved:
                    messages.success(request, "Saved.")
                    return redirect("designs:draft_yaml", draft.pk)
                said = (
                    f"Meanwhile the file was changed elsewhere, in version {draft.version}. What you typed stands here;"
                    " save again to keep yours. The other stays among the versions."
                )
            except DraftError as error:
                said = str(error)
    checked = check(text, owner=draft.owner)
    context = {
        **_frame(draft, checked),
        "check": checked,
        "text": text,
        "base": base,
        "said": said,
        "is_yaml": True,
        "passages": marked_lines(text.encode(), checked.errors),
    }
    return render(request, "designs/draft_yaml.html", context, status=409 if said else 200)


def _typed_yaml(request: HttpRequest) -> str | None:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return None
    raw, _ = form.raw()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


@require_safe
def draft_source(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The file as a download; `version` selects an earlier one."""
    draft = _own(request, draft_id)
    version = whole_number(request.GET.get("version", ""))
    text = draft.source_text
    if version is not None:
        text = get_object_or_404(draft.versions, version=version).source_text
    slug = (value_of(text) or {}).get("slug")
    name = slug if isinstance(slug, str) and slug.replace("-", "").replace("_", "").isalnum() else "scenario"
    return download(text, name=f"{name}.yaml", content_type="application/yaml; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def draft_versions(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """All versions; posting a version's number restores it."""
    draft = _own(request, draft_id)
    if request.method == "POST":
        version = whole_number(request.POST.get("version", ""))
        if version is None or not drafts.restore(draft, version, at=timezone.now()):
            raise Http404("There is no such version.")
        messages.success(request, f"The file is as in version {version} again. The text before that is a version, too.")
        return redirect("designs:draft_versions", draft.pk)
    checked = check(draft.source_text, owner=draft.owner)
    context = {**_frame(draft, checked), "versions": draft.versions.defer("source_text")}
    return render(request, "designs/draft_versions.html", context)


@require_POST
def draft_canvas(request: HttpRequest, draft_id: UUID, drawing: str) -> HttpResponse:
    """Opens the reference, or its weak variant, as a design."""
    draft, known = _own(request, draft_id), _kind(drawing)
    try:
        design = drafts.open_canvas(draft, known, at=timezone.now())
    except DraftError as error:
        messages.error(request, str(error))
        return redirect("designs:draft_part", draft.pk, drawing)
    return redirect("designs:diagram", design.pk)


@require_POST
def draft_take(request: HttpRequest, draft_id: UUID, drawing: str) -> HttpResponse:
    """Writes a drawing into the file: from the canvas, or from another design of the person's own (`design`)."""
    draft, known = _own(request, draft_id), _kind(drawing)
    try:
        if chosen := request.POST.get("design"):
            own = Design.objects.owned_by(draft.owner_id).kept()
            drafts.take_design(draft, get_object_or_404(own, pk=_uuid(chosen)), at=timezone.now())
            is_changed = True
        else:
            is_changed = drafts.take_canvas(draft, known, at=timezone.now())
    except DraftError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The drawing is in the scenario now." if is_changed else "Nothing has changed there.")
    return redirect("designs:draft_part", draft.pk, drawing)


@require_POST
def draft_use(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Makes the draft a scenario, to try it or to assign it to a class. Asks first when it contradicts itself."""
    draft = _own(request, draft_id)
    try:
        scenario, warnings = drafts.use(draft, at=timezone.now(), anyway="anyway" in request.POST)
    except InvalidScenarioError as error:
        checked = check(draft.source_text, owner=draft.owner)
        context = {
            **_frame(draft, checked),
            "check": checked,
            "refused": by_place(error.problems),
            "may_insist": isinstance(error, UnsoundScenarioError),
            "standing": standing_of(draft.source_text),
            "drawing": drawing_of(draft.source_text),
        }
        return render(request, "designs/draft_detail.html", context, status=422)
    for warning in warnings:
        messages.warning(request, str(warning))
    messages.success(request, "It is a scenario now, and only you see it. Try it, or give it to a class.")
    return redirect(scenario)


@require_POST
def draft_delete(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    draft = _own(request, draft_id)
    drafts.delete_draft(draft)
    audit.record("scenario draft deleted", request, draft=draft_id)
    messages.success(request, f"The draft of {draft} is deleted. A scenario that was made from it stays.")
    return redirect("designs:draft_list")


def _frame(draft: ScenarioDraft, checked: Check, part: Part | None = None) -> dict[str, Any]:
    return {
        **SECTION,
        "draft": draft,
        "tabs": checked.tabs(part),
        "elsewhere": checked.elsewhere,
        "count": len(checked.errors) + checked.more,
        "is_readable": checked.is_readable,
        "first": PARTS[0],
    }


def _signed_in(request: HttpRequest) -> User:
    member = member_of(request)
    if member is None:
        raise PermissionDenied("Sign in with an account to write scenarios.")
    return member


def _own(request: HttpRequest, draft_id: UUID) -> ScenarioDraft:
    """The person's own draft; Http404 for everybody else's."""
    if acting_user(request) is None:
        raise PermissionDenied("Sign in to open this draft.")
    member = member_of(request)
    mine = ScenarioDraft.objects.owned_by(member.pk if member else None)
    return get_object_or_404(mine.select_related("owner", "scenario", "reference", "weak"), pk=draft_id)


def _kind(kind: str) -> Kind:
    if kind not in ("reference", "weak"):
        raise Http404("There is no such drawing.")
    return cast("Literal['reference', 'weak']", kind)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("There is no such design.") from None
