from __future__ import annotations

from django.contrib import admin

from schools.models import Deployment, Platform


class DeploymentInline(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable when it runs
    model = Deployment
    extra = 1


@admin.register(Platform)
class PlatformAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Platforms that may send people here; `manage.py register_platform` does the same."""

    list_display = ("name", "issuer", "client_id", "is_active")
    inlines = (DeploymentInline,)
    fields = (
        "name", "issuer", "client_id", "auth_url", "token_url", "keys_url", "token_audience", "framed_by", "is_active",
    )  # fmt: skip
