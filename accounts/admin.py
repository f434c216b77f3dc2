from __future__ import annotations

from allauth.socialaccount import admin as _registers  # noqa: F401  # before ours takes two of them out again
from allauth.socialaccount.models import SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import User


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """People as Django's own admin shows them, guests told apart."""

    list_display = ("username", "email", "is_guest", "is_staff", "is_active", "last_login")
    list_filter = ("is_guest", "is_staff", "is_active", "groups")
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Guest", {"fields": ["is_guest"]}))
    readonly_fields = ("is_guest",)


# Providers are named by the environment alone, and no token of theirs is kept.
admin.site.unregister([SocialApp, SocialToken])
