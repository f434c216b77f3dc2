"""Who may do what with a design. Permission is part of the lookup: what you may not see does not exist.

Somebody may see or change a design because it is theirs, or because they opened a share link of it. Opened links are
kept in a signed cookie, so that a viewer needs no session; a link that was revoked opens nothing from then on.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import User
from designs.grants import drawn_by
from designs.models import Design, DesignQuerySet, ShareLink

COOKIE_DAYS = 180
COOKIE_LINKS = 50
SALT = "designs.opened-links.2"
DIGEST_BYTES = 12


def acting_user(request: HttpRequest) -> User | None:
    """Whoever is signed in, or None; asks for the session only when there is one."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = request.user
    return user if isinstance(user, User) else None


def opened_links(request: HttpRequest) -> frozenset[int]:
    """Ids of the share links that this browser has opened and that still stand.

    The cookie holds a digest of each token: after an older backup was restored, an id may be another link's.
    """
    known = _known(request)
    if not known:
        return frozenset()
    found: frozenset[int] | None = getattr(request, "opened_links", None)
    if found is None:
        links = ShareLink.objects.filter(pk__in=known).values_list("pk", "token")
        found = frozenset(pk for pk, token in links if known[pk] == _digest(token))
        request.opened_links = found  # type: ignore[attr-defined]  # asked several times a request
    return found


def _known(request: HttpRequest) -> dict[int, str]:
    """The digest of the token by the id of the link, as the cookie says."""
    try:
        return {int(key): digest for key, digest in signing.loads(_cookie(request), salt=SALT).items()}
    except (signing.BadSignature, AttributeError):
        return {}


def _cookie(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.OPENED_COOKIE_NAME, "")


def _digest(token: str) -> str:
    return hashlib.blake2b(token.encode(), digest_size=DIGEST_BYTES).hexdigest()


def remember_link(request: HttpRequest, response: HttpResponse, link: ShareLink) -> None:
    """Lets this browser through by the link from now on."""
    known = {**_known(request)}
    known.pop(link.pk, None)
    links = dict([*known.items(), (link.pk, _digest(link.token))][-COOKIE_LINKS:])
    response.set_cookie(
        settings.OPENED_COOKIE_NAME,
        signing.dumps(links, salt=SALT),
        max_age=COOKIE_DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def viewable_design(request: HttpRequest, design_id: UUID, *, with_document: bool = True) -> Design:
    """Raises Http404, or PermissionDenied for somebody who is not signed in and might be allowed if they were."""
    designs = Design.objects.viewable_by(*_credentials(request))
    return _found(request, design_id, designs if with_document else designs.defer("document"))


def editable_design(request: HttpRequest, design_id: UUID) -> Design:
    return _found(request, design_id, Design.objects.editable_by(*_credentials(request)))


def may_edit(request: HttpRequest, design: Design) -> bool:
    """Whether the page of a design that may be seen should offer to change it."""
    user = acting_user(request)
    if user is not None and user.pk == design.owner_id:
        return True
    if user is not None and Design.objects.filter(drawn_by(user.pk), pk=design.pk).exists():
        return True
    links = opened_links(request)
    return bool(links) and design.share_links.filter(pk__in=links, access=ShareLink.Access.EDIT).exists()


def owned_design(request: HttpRequest, design_id: UUID, *, binned: bool = False) -> Design:
    """For what only the owner may do: share, delete, take back from the bin."""
    user = acting_user(request)
    mine = Design.objects.owned_by(user.pk if user else None)
    return _found(request, design_id, mine.binned() if binned else mine.kept())


def _credentials(request: HttpRequest) -> tuple[int | None, frozenset[int]]:
    user = acting_user(request)
    return (user.pk if user else None), opened_links(request)


def _found(request: HttpRequest, design_id: UUID, designs: DesignQuerySet) -> Design:
    try:
        return designs.get(pk=design_id)
    except Design.DoesNotExist:
        if acting_user(request) is None:
            raise PermissionDenied("Sign in to open this design.") from None
        raise Http404("There is no such design.") from None
