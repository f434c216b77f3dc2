from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.running.ending import end_at_once_while_loading
from config.running.garbage import spare_what_is_loaded
from web.limits.gate import Gate, Limits

FROZEN_S = 30  # after this long without progress in any thread

end_at_once_while_loading()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = Gate(
    get_wsgi_application(),
    Limits(
        cpu_seconds=settings.REQUEST_CPU_SECONDS,
        frozen_seconds=0 if settings.DEBUG else FROZEN_S,
        is_behind_proxy=settings.BEHIND_PROXY,
    ),
)
_ = get_resolver().url_patterns  # loads every view now, and not with the first request
spare_what_is_loaded()
