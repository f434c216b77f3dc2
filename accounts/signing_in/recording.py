"""Writes sign-ins, their failures, changed passwords and changed roles to the audit log."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.core import context
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, pre_save
from django.http import HttpRequest

from accounts.models import User
from web.watching import audit

ROLE_FIELDS = ("is_staff", "is_superuser", "is_active")


def connect() -> None:
    """Called once when the app is ready."""
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_sign_in_failed)
    user_locked_out.connect(_locked_out)
    account_signals.user_signed_up.connect(_signed_up)
    for signal, event in [
        (account_signals.password_changed, "password changed"),
        (account_signals.password_set, "password set"),
        (account_signals.password_reset, "password reset"),
        (account_signals.email_added, "e-mail address added"),
        (account_signals.email_removed, "e-mail address removed"),
    ]:
        signal.connect(_about_user(event), weak=False)
    pre_save.connect(_role_may_change, sender=User)
    m2m_changed.connect(_groups_changed, sender=User.groups.through)
    m2m_changed.connect(_groups_changed, sender=User.user_permissions.through)


def _signed_in(request: HttpRequest | None, user: User, **_: Any) -> None:
    audit.record("guest came" if getattr(user, "is_guest", False) else "signed in", request, user=user.pk)


def _signed_out(request: HttpRequest | None, user: User | None, **_: Any) -> None:
    audit.record("signed out", request, user=user.pk if user else None)


def _signed_up(request: HttpRequest, user: User, **_: Any) -> None:
    is_claim = getattr(request, "guest", None) is not None
    audit.record("signed up", request, user=user.pk, username=user.get_username(), was_guest=is_claim)


def _sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    audit.record("sign-in failed", request, username=str(credentials.get("username", ""))[:150])


def _locked_out(request: HttpRequest, username: str | None, **_: Any) -> None:
    audit.record("sign-in refused for now", request, username=(username or "")[:150])


def _about_user(event: str) -> Any:
    def record(request: HttpRequest, user: User, **_: Any) -> None:
        audit.record(event, request, user=user.pk)

    return record


def _role_may_change(instance: User, update_fields: Any = None, **_: Any) -> None:
    if instance.pk is None or (update_fields is not None and not set(update_fields) & set(ROLE_FIELDS)):
        return
    before = User.objects.filter(pk=instance.pk).values(*ROLE_FIELDS).first()
    changes = {
        name: getattr(instance, name) for name in ROLE_FIELDS if before and before[name] != getattr(instance, name)
    }
    if changes:
        audit.record("role changed", context.request, user=instance.pk, **changes)


def _groups_changed(instance: Any, action: str, pk_set: set[int] | None, **_: Any) -> None:
    if action in ("post_add", "post_remove", "post_clear"):
        facts = {"of": instance._meta.label, "which": instance.pk, "action": action, "with": sorted(pk_set or ())}
        audit.record("role changed", context.request, **facts)
