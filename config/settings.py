"""Settings, read from the environment. README lists the variables; production refuses to start when one is unsafe."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from config.running.reporting import report_errors_to
from config.single_sign_on import oidc_apps

# Read by numpy when it is loaded. The matrices here are small: with two threads, a question to the interviewer takes
# more than twice the processor time, and longer as well.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = Env()

DEBUG = env.bool("DEBUG", default=False)
HTTPS = env.bool("HTTPS", default=not DEBUG)


def secret_key() -> str:
    key = env.str("SECRET_KEY", default="")
    if not key and DEBUG:
        return "only-for-debugging-" * 3
    if len(key) < 50:
        raise ImproperlyConfigured(
            "SECRET_KEY must be set to 50 or more random characters. "
            "On your own machine `make run` makes some and serves with them; commands other than servers then use them."
        )
    return key


def allowed_hosts() -> list[str]:
    hosts = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if DEBUG else [])
    if not hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that this site answers to, separated by commas.")
    if not DEBUG and any("*" in host for host in hosts):
        raise ImproperlyConfigured("ALLOWED_HOSTS must not hold a wildcard: name each host.")
    return hosts


def database() -> dict[str, Any]:
    config: dict[str, Any] = env.dj_db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'loadbearing.sqlite3'}")
    config["CONN_MAX_AGE"] = None
    config["CONN_HEALTH_CHECKS"] = True
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE: a transaction that reads and then writes waits for the lock instead of failing half-way.
        # synchronous=NORMAL with WAL: what was answered survives a killed process (not a power cut).
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        }
        # A file, not memory: the live server of browser tests reads it from another thread.
        config["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
    return config


def caches() -> dict[str, Any]:
    """Where processes share counts: in the database when it is PostgreSQL, or where CACHE_URL says.

    With SQLite each process counts in its own memory, since one machine has few processes and SQLite one writer.
    """
    shared = "locmem://" if DATABASES["default"]["ENGINE"].endswith("sqlite3") else f"db://{CACHE_TABLE}"
    found: dict[str, Any] = env.dj_cache_url("CACHE_URL", default=shared)
    found.setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 100_000)
    if "redis" in found["BACKEND"]:
        found = {"BACKEND": "web.limits.shared_cache.SharedCache", "LOCATION": found["LOCATION"]}
    pictures = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pictures"}
    return {"default": found, "pictures": {**pictures, "TIMEOUT": 24 * 3600, "OPTIONS": {"MAX_ENTRIES": 256}}}


SECRET_KEY = secret_key()
ALLOWED_HOSTS = allowed_hosts()
DATABASES = {"default": database()}
CACHE_TABLE = "loadbearing_cache"
CACHES = caches()

INSTALLED_APPS = [
    "config",
    "web.apps.WebConfig",
    "accounts",
    "studyguide",
    "calculators",
    "schools",
    "classrooms",  # before designs, whose command load_scenarios it extends
    "designs",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.forms",  # its templates, of which templates/django/forms has our own
    "whitenoise.runserver_nostatic",
    "web.apps.StaticConfig",
]

MIDDLEWARE = [
    "web.watching.health.HealthMiddleware",  # before the host is checked, because probes send none
    "csp.middleware.CSPMiddleware",  # early, so that refusals of the others carry the policy too
    "schools.views.framing.FrameMiddleware",  # outside of all that sets cookies
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.shown.compression.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.limits.throttle.ThrottleMiddleware",
    "web.middleware.PlainAddressesMiddleware",
    "web.middleware.PrivatePagesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.gone.GoneMiddleware",
    "designs.views.broken.BrokenDesignMiddleware",
    "web.middleware.BusyDatabaseMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.contrib.auth.context_processors.auth",
                "web.context_processors.canonical",
                "web.context_processors.viewer",  # last: its `user` replaces the one that would open a session
            ],
            "builtins": ["web.templatetags.web", "template_partials.templatetags.partials"],
        },
    }
]

# In a cookie, so that a page without messages never opens the session.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    # One backend that knows passwords: a second would hash again, and the time would reveal which names exist.
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "accounts.signing_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "email"]
ACCOUNT_CHANGE_EMAIL = True  # one address at a time
ACCOUNT_EMAIL_VERIFICATION = "optional"
# Strict: a sign-up with somebody's address looks like any other; only one account can ever confirm it.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Loadbearing: "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A whole class may sign up from one address in the same minute; wrong passwords are counted apart from this.
# Its own count of wrong passwords would lock the owner out after five wrong attempts by anybody.
ACCOUNT_RATE_LIMITS = {"signup": "60/m/ip", "login": "60/m/ip", "login_failed": None}
ACCOUNT_SESSION_REMEMBER = True
# Sign-in through a school or company; nothing unless the environment names providers.
SOCIALACCOUNT_ADAPTER = "accounts.signing_in.single_sign_on.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": oidc_apps(env, https_only=HTTPS)}}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # where TRUST_EMAIL lets an address lead to its account
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"  # the provider confirms who somebody is, not their address
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
# Wrong passwords: at most twenty an hour for one account, and for twenty accounts from one address. A new password
# resets the count, attempts during the lock do not prolong it, and a browser that signed in before is counted apart,
# so that nobody is kept out of their own account for good.
AXES_HANDLER = "accounts.signing_in.attempts.Attempts"
AXES_FAILURE_LIMIT = 20
AXES_COOLOFF_TIME = timedelta(hours=1)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "accounts.signing_in.attempts.attempted_username"
AXES_CLIENT_IP_CALLABLE = "web.limits.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "config.errors.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # they are in the audit log
AXES_VERBOSE = False

# Mail
EMAIL = env.dj_email_url("EMAIL_URL", default="console://")
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL["EMAIL_HOST"]
EMAIL_PORT = EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL["EMAIL_USE_SSL"]
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Loadbearing <no-reply@localhost>")

# The address of this site in mail that is sent without a request.
SITE_URL = env.str(
    "SITE_URL", default="http://127.0.0.1:8000" if DEBUG or not ALLOWED_HOSTS else f"https://{ALLOWED_HOSTS[0]}"
).rstrip("/")

# The contact in the statements on privacy and accessibility.
PRIVACY_CONTACT = env.str("PRIVACY_CONTACT", default="")

# Long tasks wait in the database until `manage.py work` takes them.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Language and time
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

# Files
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "web.assets.storage.StaticStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FIXTURES_DIR = BASE_DIR / "fixtures"

# The browser's shell: nothing inline, nothing from elsewhere, no frames
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
# Which share links a browser has opened.
KNOWN_COOKIE_NAME = "__Host-known" if HTTPS else "known"
OPENED_COOKIE_NAME = "__Host-opened" if HTTPS else "opened"
# Which learning platform shows the site in a frame, and the private keys that speak to platforms.
FRAMED_COOKIE_NAME = "__Host-framed" if HTTPS else "framed"
LTI_KEY_FILE = env.str("LTI_KEY_FILE", default=str(VAR_DIR / "lti-keys.pem"))
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 3_000  # a folder of notes
# A whole form with its files, which the two above do not count.
UPLOAD_MAX_BYTES = 20_000_000
# Processor time of one request before it is ended; longer work is a task for the worker.
REQUEST_CPU_SECONDS = env.float("REQUEST_CPU_SECONDS", default=20)
FILE_UPLOAD_HANDLERS = [
    "web.limits.uploads.RefuseLargeUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
# Requests a minute of one person, or of one address without a session, and the processor time that they may take;
# 0 requests means no limit.
REQUESTS_PER_MINUTE = env.int("REQUESTS_PER_MINUTE", default=1_200)
CPU_SECONDS_PER_MINUTE = env.int("CPU_SECONDS_PER_MINUTE", default=20)

# The token for `/metrics/`, where errors are sent, and the contact for security reports.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")
# Where readers report mistakes in topics: `mailto:` or the `https:` page of a tracker that takes `title` and `body`.
MISTAKES_TO = env.str("MISTAKES_TO", default="")
if ERROR_DSN := env.str("ERROR_DSN", default=""):
    report_errors_to(ERROR_DSN)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "web.watching.logs.OneLineFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "web.watching.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": env.str("LOG_FORMAT", default="line")}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"loadbearing.audit": {"level": env.str("AUDIT_LOG_LEVEL", default="INFO")}},
}
