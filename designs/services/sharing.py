"""Share links."""

from __future__ import annotations

import secrets
from datetime import datetime

from designs.models import Design, ShareLink

TOKEN_BYTES = 24  # 192 random bits


def create_link(design: Design, access: ShareLink.Access, *, at: datetime) -> ShareLink:
    """A new way in, for whoever has its token."""
    return ShareLink.objects.create(
        design=design, access=access, token=secrets.token_urlsafe(TOKEN_BYTES), created_at=at
    )


def revoke_link(link: ShareLink) -> None:
    """Ends the link, and the access of everybody who opened it, at once."""
    link.delete()
