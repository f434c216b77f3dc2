"""Access rules for designs. A lookup includes the permission check: a design that a person may not see is answered with
404.

A person may see or change a design because they own it, or because they opened one of its share links. Opened links are
kept in a signed cookie, so that a viewer needs no session. A revoked link no longer opens anything.
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
    """The signed-in user, or None. Opens the session only when the request has one."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = request.user
    return user if isinstance(user, User) else None


def opened_links(request: HttpRequest) -> frozenset[int]:
    """Ids of the share links that this browser has opened and that still exist.

    The cookie holds a digest of each token: after an older backup is restored, an id may belong to another link.
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
    """The digests of the tokens by link id, as stored in the cookie."""
    try:
        return {int(key): digest for key, digest in signing.loads(_cookie(request), salt=SALT).items()}
    except (signing.BadSignature, AttributeError):
        return {}


def _cookie(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.OPENED_COOKIE_NAME, "")


def _digest(token: str) -> str:
    return hashlib.blake2b(token.encode(), digest_size=DIGEST_BYTES).hexdigest()


def remember_link(request: HttpRequest, response: HttpResponse, link: ShareLink) -> None:
    """Stores the link in the cookie, so that this browser has access from now on."""
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
    """The design, if the person may see it. Raises Http404, or PermissionDenied if signing in might give access."""
    designs = Design.objects.viewable_by(*_credentials(request))
    return _found(request, design_id, designs if with_document else designs.defer("document"))


def editable_design(request: HttpRequest, design_id: UUID) -> Design:
    return _found(request, design_id, Design.objects.editable_by(*_credentials(request)))


def may_edit(request: HttpRequest, design: Design) -> bool:
    """Whether the page of a visible design offers editing."""
    user = acting_user(request)
    if user is not None and user.pk == design.owner_id:
        return True
    if user is not None and Design.objects.filter(drawn_by(user.pk), pk=design.pk).exists():
        return True
    links = opened_links(request)
    return bool(links) and design.share_links.filter(pk__in=links, access=ShareLink.Access.EDIT).exists()


def owned_design(request: HttpRequest, design_id: UUID, *, binned: bool = False) -> Design:
    """The design, for actions that only the owner may take: share, delete, restore from the bin."""
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
