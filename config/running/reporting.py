"""Faults of the site, sent to whoever takes reports by Sentry's protocol (`ERROR_DSN`)."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured


def report_errors_to(dsn: str) -> None:
    """Tracebacks, without what people typed: no bodies, cookies, addresses or values of variables."""
    try:
        import sentry_sdk
    except ImportError as error:
        raise ImproperlyConfigured("ERROR_DSN needs the package sentry-sdk (the extra `errors`)") from error
    sentry_sdk.init(
        dsn,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        traces_sample_rate=None,
        max_breadcrumbs=0,
    )
