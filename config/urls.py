from __future__ import annotations

from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.decorators.http import require_safe

from config import views
from config.pages.sitemaps import SITEMAPS

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler429 = "config.errors.too_many_requests"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path(".well-known/security.txt", views.security, name="security"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessible, name="accessibility"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", require_safe(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("offline/", views.offline, name="offline"),
    path("pictures/<slug:name>.png", views.list_picture, name="list_picture"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("", include("calculators.urls")),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("studyguide.urls")),
    path("", include("designs.urls")),
    path("classes/", include("classrooms.urls")),
    path("lti/", include("schools.urls")),
]
