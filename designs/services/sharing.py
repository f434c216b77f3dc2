"""Share links."""

from __future__ import annotations

import secrets
from datetime import datetime

from designs.models import Design, ShareLink

TOKEN_BYTES = 24  # 192 random bits


def create_link(design: Design, access: ShareLink.Access, *, at: datetime) -> ShareLink:
    """A new link; anybody with its token has access."""
    return ShareLink.objects.create(
        design=design, access=access, token=secrets.token_urlsafe(TOKEN_BYTES), created_at=at
    )


def revoke_link(link: ShareLink) -> None:
    """Deletes the link, which ends the access of everybody who opened it."""
    link.delete()
