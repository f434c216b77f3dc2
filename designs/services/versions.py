"""Restores versions, makes copies of them, and names them. The log is never rewritten: a restore is one more change."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from designs.document.patches import apply, diff
from designs.models import Design, NamedVersion
from designs.selectors.designs import NoSuchVersionError, document_at
from designs.services.saving import Edit, Saved, create_design, save_patch

COPY = " (copy)"
MAX_TITLE = 200


def restore_version(design: Design, version: int, *, author: User | None, at: datetime) -> Saved:
    """Restores the document of an earlier version, as a change that can itself be undone. Raises NoSuchVersionError."""
    patch = diff(design.data(), document_at(design, version))
    return save_patch(design, Edit(patch=patch, base_version=design.version), author=author, at=at)


def fork_design(design: Design, version: int, *, owner: User, at: datetime) -> Design:
    """A new design of the owner's that starts as a copy of a version of this one. Raises NoSuchVersionError."""
    document = document_at(design, version)
    title = document.get("meta", {}).get("title", "")
    if title:
        document = apply(document, {"meta": {"title": title[: MAX_TITLE - len(COPY)] + COPY}})
    return create_design(owner=owner, document=document, at=at)


def name_version(design: Design, version: int, name: str, *, at: datetime) -> NamedVersion:
    """Names or renames a version. Raises NoSuchVersionError."""
    if not 0 <= version <= design.version:
        raise NoSuchVersionError(version=version, latest=design.version)
    named, _ = NamedVersion.objects.update_or_create(design=design, version=version, defaults={"name": name, "at": at})
    return named
